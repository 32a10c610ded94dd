"""Reading what other programs write: services' tables, TBX, TMX, workbooks."""

import io
import logging
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from glossary import Glossary, GlossaryError, GlossaryFormatError, SourceForm, Term

Write = Callable[[str, str], Path]


def cases(name: str) -> list[Any]:
    content = yaml.safe_load((Path(__file__).parent / "data" / name).read_text(encoding="utf-8"))
    return [pytest.param(*fields, id=f"{case} {fields[0]}") for case, *fields in content]


def load(path: Path) -> list[Term]:
    return list(Glossary.load(path, builtin=False).terms.values())


@pytest.mark.parametrize(("suffix", "content", "expected"), cases("exchange.yaml"))
def test_files_of_others(tmp_path: Path, suffix: str, content: str, expected: list[Any]) -> None:
    path = tmp_path / f"terms{suffix}"
    path.write_text(content, encoding="utf-8")
    assert [
        [
            term.id,
            term.kind,
            [form.text for form in term.forms],
            term.target,
            list(term.accepted),
            list(term.forbidden),
            term.notes,
        ]
        for term in load(path)
    ] == expected


@pytest.mark.parametrize(("suffix", "content", "line", "message"), cases("broken_exchange.yaml"))
def test_broken_files(tmp_path: Path, suffix: str, content: str, line: int | None, message: str) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_text(content, encoding="utf-8")
    check_refused(path, line, message)


def check_refused(path: Path, line: int | None, message: str) -> None:
    with pytest.raises(GlossaryFormatError) as caught:
        Glossary.load(path, builtin=False)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert str(caught.value).startswith(place)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.path, caught.value.line) == (str(path), line)


# XML


def test_all_that_tbx_says(tmp_path: Path) -> None:
    content = {
        case[0]: case[2]
        for case in yaml.safe_load((Path(__file__).parent / "data/exchange.yaml").read_bytes())
    }
    path = tmp_path / "a.tbx"
    path.write_text(content["TBX of 2008, attributes"], encoding="utf-8")
    (term,) = load(path)
    assert (term.short, term.long) == ("NATO", "North Atlantic Treaty Organization")
    assert (term.domain, term.layer, term.origin) == ("armed-forces", "a", "")


TMX = (
    "<tmx><body><tu><tuv xml:lang='ar'><seg>الناتو</seg></tuv>"
    "<tuv xml:lang='en'><seg>NATO</seg></tuv></tu></body></tmx>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_encodings_that_xml_declares(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.tmx"
    path.write_bytes(
        f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>{TMX}".encode(encoding)
    )
    assert load(path)[0].forms == (SourceForm("الناتو"),)


def test_an_encoding_that_is_not_declared(tmp_path: Path) -> None:
    path = tmp_path / "a.tmx"
    path.write_bytes(b"<?xml version='1.0'?>\n" + TMX.encode("windows-1256"))
    check_refused(path, 2, "not valid XML")


def test_no_file_is_opened_for_a_dtd(tmp_path: Path) -> None:
    dtd = tmp_path / "a.dtd"
    dtd.write_text("<!ENTITY x 'y'><!ATTLIST tuv xml:lang CDATA 'en'>")
    path = tmp_path / "a.tmx"
    path.write_text(
        f"<!DOCTYPE tmx SYSTEM '{dtd}'>\n{TMX.replace(chr(34), '').replace(' xml:lang=' + repr('en'), '')}"
    )
    check_refused(path, 2, "<tuv> without a language code")


def test_a_long_file_keeps_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.tmx"
    unit = TMX.removeprefix("<tmx><body>").removesuffix("</body></tmx>")
    path.write_text(
        "<tmx><body>\n" + f"{unit}\n" * 70_000 + "<tu>\n<tuv/></tu></body></tmx>", encoding="utf-8"
    )
    check_refused(path, 70_003, "<tuv> without a language code")


def test_an_element_deep_in_others(tmp_path: Path) -> None:
    path = tmp_path / "a.tmx"
    path.write_text("<tmx>" + "<x>" * 100_000)
    with pytest.raises(GlossaryFormatError, match="not valid XML"):
        Glossary.load(path)


# What is left out is told


LACKING = "\n<tu><tuv xml:lang='ar'><seg>أ</seg></tuv></tu><tu>"


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        (
            "a.csv",
            "الناتو,NATO\nألف,A\nالناتو,NATO\nألف,A\n",
            ":3: the same as line 1, read once, and 1 more",
        ),
        ("a.tmx", TMX.replace("<tu>", LACKING), ":2: a unit without English is left out"),
    ],
)
def test_notes(write: Write, caplog: pytest.LogCaptureFixture, name: str, content: str, note: str) -> None:
    with caplog.at_level(logging.WARNING, "glossary"):
        load(write(name, content))
    (record,) = caplog.records
    assert note in record.getMessage()


# Workbooks


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("other").append(["not", "read"])
    book.save(path)
    return path


def test_a_workbook(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "own terms.XLSX",
        [
            [],
            ["Source", "Target", "kind", None],
            ["ألمانيا | المانيا", "Germany|FRG", "place"],
            [],
            ["عام 1949", 1949, "event"],
            ["ألف", 1.5],
            ["باء", 2.0],
            ["جيم", True],
        ],
    )
    terms = load(path)
    assert [term.target for term in terms] == ["Germany", "1949", "1.5", "2", "TRUE"]
    assert terms[0].accepted == ("FRG",)
    assert terms[0].forms == (SourceForm("ألمانيا"), SourceForm("المانيا"))
    assert (terms[0].layer, terms[0].kind) == ("own terms", "place")


def test_a_sheet_by_its_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = workbook(tmp_path / "a.xlsx", [["الناتو", "NATO"]])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Orte").append(["فولدا", "Fulda"])
    book.save(path)
    assert [term.id for term in Glossary.load(path, builtin=False, sheet="Orte").terms.values()] == ["fulda"]
    assert not caplog.records
    assert [term.id for term in load(path)] == ["nato"]
    (note,) = caplog.records
    assert note.getMessage() == f"{path}: read is the sheet Sheet, not other, Orte"
    with pytest.raises(GlossaryFormatError, match="no sheet 'orte': use one of Sheet, other, Orte"):
        Glossary.load(path, builtin=False, sheet="orte")


def test_a_workbook_of_languages(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["en-GB", "ar"], ["NATO", "الناتو"]])
    assert [(term.forms[0].text, term.target) for term in load(path)] == [("الناتو", "NATO")]


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        ([], None, "no rows"),
        ([["source", "target"]], None, "a header and no rows"),
        ([["source", "target"], [], ["ألف", None]], 3, "the target is empty"),
        ([["source", "target"], ["ألف", "=1+1"]], 2, "the target is empty"),
        ([["source", "target"], ["ألف", "#N/A"]], 2, "cell B2 holds the error #N/A"),
        ([["source", "target"], ["ألف", date(2024, 1, 2)]], 2, "cell B2 holds a date"),
        ([["source", "gender"], ["ألف", "f"]], 1, "unknown column 'gender'"),
        ([["ar", "en"], ["ألف", "A"], ["A", "ألف"]], 3, "no Arabic in 'A'"),
    ],
)
def test_workbooks_that_are_refused(
    tmp_path: Path, rows: list[list[object]], line: int | None, message: str
) -> None:
    check_refused(workbook(tmp_path / "a.xlsx", rows), line, message)


def archive(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "الناتو,NATO\n".encode(),
        archive(),
        archive(**{"[Content_Types].xml": "<x"}),
        archive(**{"[Content_Types].xml": "<Types/>"}),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    check_refused(path, None, "not an XLSX workbook, or a damaged or protected one")


def changed(path: Path, name: str, change: Callable[[str], str]) -> None:
    """Change one member of a workbook."""
    with zipfile.ZipFile(path) as old:
        members = {member: old.read(member).decode() for member in old.namelist()}
    members[name] = change(members[name])
    path.write_bytes(archive(**members))


def test_an_entity_bomb_in_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["source", "target"], ["ألف", "A"]])
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: bomb + xml.replace("<t>A</t>", "<t>&b;</t>"))
    check_refused(path, None, "not an XLSX workbook, or a damaged or protected one")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_workbook_cut_off(tmp_path: Path, cut: float) -> None:
    path = workbook(tmp_path / "a.xlsx", [["source", "target"], ["ألف", "A"]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    check_refused(path, None, "not an XLSX workbook")


def test_a_workbook_that_unpacks_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glossary.xlsx_source.MOST_BYTES", 1000)
    check_refused(workbook(tmp_path / "a.xlsx", [["source", "target"], ["ألف", "A"]]), None, "unpacks to")


@pytest.mark.parametrize("suffix", [".xlsx", ".tmx"])
def test_a_folder_and_no_file(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").mkdir()
    for name, message in {f"a{suffix}": "a folder", f"b{suffix}": "no such file"}.items():
        with pytest.raises(GlossaryError, match=message):
            Glossary.load(tmp_path / name)
