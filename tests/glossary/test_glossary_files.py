"""Reading YAML, CSV and TSV: what is read, and what is said of broken files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from glossary import Glossary, GlossaryError, GlossaryFormatError, SourceForm, Term

Write = Callable[[str, str], Path]


def cases(name: str) -> list[list[Any]]:
    return yaml.safe_load((Path(__file__).parent / "data" / name).read_text(encoding="utf-8"))


def test_every_key(write: Write) -> None:
    content = """\
        glossary: {name: own, title: "Own: a title", domain: germany}
        terms:
          - id: afd
            kind: organisation
            source:
              - "  البديل   من أجل ألمانيا\u200f"
              - {form: البديل, not_after: الحل, not_before: [عن], document: "domain:germany"}
            target: Alternative for Germany
            accepted: AfD
            forbidden: [Alternative to Germany]
            short: AfD
            long: Alternative for Germany (AfD)
            article: the
            not_before: [الجديد]
            origin: statutes
            notes: |
              two
              lines
            domain: parties
          - {id: olaf-scholz, kind: person, source: أولاف شولتس, target: Olaf Scholz, accepted: ,
             family: {source: [شولتس, {form: شولتز, not_after: [فولفغانغ]}], target: Scholz, accepted:
                 [Scholtz]}}
          - {id: "1949", kind: event, source: [عام 1949], target: 1949}
          - {id: norway, kind: place, source: [النرويج], target: NO, short: ~}
        """
    glossary = Glossary.load(write("a.yaml", content), builtin=False)
    assert list(glossary.terms) == ["afd", "olaf-scholz", "olaf-scholz/family", "1949", "norway"]
    assert glossary.terms["afd"] == Term(
        id="afd",
        kind="organisation",
        domain="parties",
        forms=(
            SourceForm("البديل من أجل ألمانيا", not_before=("الجديد",)),
            SourceForm("البديل", ("الحل",), ("الجديد", "عن"), ("domain:germany",)),
        ),
        target="Alternative for Germany",
        accepted=("AfD",),
        forbidden=("Alternative to Germany",),
        short="AfD",
        long="Alternative for Germany (AfD)",
        article="the",
        origin="statutes",
        notes="two lines",
        layer="own",
    )
    assert glossary.terms["olaf-scholz/family"] == Term(
        id="olaf-scholz/family",
        kind="person",
        domain="germany",
        forms=(
            SourceForm("شولتس", document=("olaf-scholz",)),
            SourceForm("شولتز", not_after=("فولفغانغ",), document=("olaf-scholz",)),
        ),
        target="Scholz",
        accepted=("Scholtz",),
        person="olaf-scholz",
        layer="own",
    )
    assert glossary.terms["1949"].target == "1949"
    assert glossary.terms["norway"].target == "NO"


def test_what_may_be_left_out(write: Write) -> None:
    content = """
        terms:
          - {id: f-35, kind: untranslated, source: [F-35, F 35]}
        """
    term = Glossary.load(write("My Terms.yml", content), builtin=False).terms["f-35"]
    assert (term.target, term.accepted, term.layer, term.domain) == (
        "F-35",
        ("F 35",),
        "My Terms",
        "my-terms",
    )


def test_unmistakable_family(write: Write) -> None:
    content = """
        terms:
          - {id: x, kind: person, source: [س ص], target: X, family: {source: صاد, target: S,
          unmistakable: true}}
        """
    glossary = Glossary.load(write("a.yaml", content), builtin=False)
    assert glossary.terms["x/family"].forms == (SourceForm("صاد"),)


@pytest.mark.parametrize(
    ("suffix", "content", "line", "message"),
    [pytest.param(*fields, id=f"{case} {fields[0]}") for case, *fields in cases("broken_files.yaml")],
)
def test_broken_files(tmp_path: Path, suffix: str, content: str, line: int | None, message: str) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content.encode())
    check_refused(path, line, message)


def check_refused(path: Path, line: int | None, message: str) -> None:
    with pytest.raises(GlossaryFormatError) as caught:
        Glossary.load(path, builtin=False)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert str(caught.value).startswith(place)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.path, caught.value.line) == (str(path), line)


@pytest.mark.parametrize("name", ["a.yaml", "a.csv", "a.tsv"])
def test_bytes_that_are_no_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes("# سطر\n".encode() + "ملف".encode("cp1256"))
    check_refused(path, 2, "not UTF-8 text: save the file as UTF-8")
    path.write_bytes("الناتو,NATO\n".encode("utf-16")[:-1])
    check_refused(path, 1, "not UTF-8 text: save the file as UTF-8")


def test_too_much_of_everything(write: Write) -> None:
    check_refused(write("a.yaml", "terms: " + "[" * 5000 + "]" * 5000), 1, "too deeply nested")
    check_refused(write("a.csv", "ألف," + "A" * 200_000), 1, "field larger")


@pytest.mark.parametrize(
    ("suffix", "content", "expected"),
    [pytest.param(*fields, id=case) for case, *fields in cases("tables.yaml")],
)
def test_tables(tmp_path: Path, suffix: str, content: str, expected: list[list[str]]) -> None:
    path = tmp_path / f"terms{suffix}"
    path.write_bytes(content.encode())
    terms = Glossary.load(path, builtin=False).terms.values()
    assert [[term.id, term.forms[0].text, term.target] for term in terms] == expected


def test_every_column(write: Write) -> None:
    content = """\
        source,target,id,kind,domain,accepted,forbidden,article,notes
        البرلمان | البرلمان ب,Bundestag|Diet,bt,body,germany,German parliament,Reichstag | Lower House,the,x
        حلف,the Alliance,,,,,,,
        """
    glossary = Glossary.load(write("own terms.csv", content), builtin=False)
    assert glossary.terms["bt"] == Term(
        id="bt",
        kind="body",
        domain="germany",
        forms=(SourceForm("البرلمان"), SourceForm("البرلمان ب")),
        target="Bundestag",
        accepted=("Diet", "German parliament"),
        forbidden=("Reichstag", "Lower House"),
        article="the",
        notes="x",
        layer="own terms",
    )
    alliance = glossary.terms["alliance"]
    assert (alliance.target, alliance.article, alliance.kind) == ("Alliance", "the", "concept")
    assert (alliance.domain, alliance.layer) == ("own-terms", "own terms")


def test_what_is_no_glossary(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "folder.yaml").mkdir()
    for name, message in {
        "none.yaml": "no such file",
        "folder.yaml": "a folder",
        "a.docx": "a glossary ends in .yaml, .yml, .csv, .tsv, .xlsx, .tbx, .tmx, .xml",
    }.items():
        with pytest.raises(GlossaryError) as caught:
            Glossary.load(tmp_path / name, builtin=False)
        assert str(caught.value).startswith(f"{tmp_path / name}: ")
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_and_windows_line_ends(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "own.csv"
    mark = "\ufeff" if codec.endswith("e") else ""
    path.write_bytes(f"{mark}source;target\r\nالناتو;NATO 🎉\r\n".encode(codec))
    (term,) = Glossary.load(path, builtin=False).terms.values()
    assert (term.forms[0].text, term.target) == ("الناتو", "NATO 🎉")
