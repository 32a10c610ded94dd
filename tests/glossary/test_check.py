"""The linter: each check finds its fault, with file, line and id, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glossary import GlossaryError
from glossary.check import Finding, check_files

Write = Callable[[str, str], Path]

BASE = """
    terms:
      - {id: nato, kind: organisation, source: [حلف الناتو, الناتو], target: NATO}
    """
CLEAN = """
    glossary: {name: clean}
    terms:
      - {id: summit, kind: event, source: ["قمة {nato}", قمة الحلف], target: NATO summit, article: the}
      - id: alliance
        kind: organisation
        source: [{form: الحلف, document: [nato], not_before: [العربي]}]
        target: Alliance
        article: the
      - id: merz
        kind: person
        source: [فريدريش ميرتس]
        target: Friedrich Merz
        family: {source: [ميرتس], target: Merz}
      - {id: iris-t, kind: untranslated, source: [IRIS-T]}
    """
# Each: entries behind one for NATO in line 2; then severity, check, line, id and a part of the message.
CASES = {
    "id twice": (
        "- {id: nato, kind: place, source: [فولدا], target: Fulda}",
        [("error", "duplicate", 3, "nato", "taken by line 2")],
    ),
    "form twice": (
        "- {id: a, kind: place, source: [القاهرة, فولدا, القاهره], target: Cairo}",
        [("warning", "duplicate", 3, "a", "القاهره: matching sees no difference to القاهرة")],
    ),
    "form twice word for word": (
        "- {id: a, kind: place, source: [فولدا, كاسل, كاسل], target: Kassel}",
        [("warning", "duplicate", 3, "a", "كاسل: given twice")],
    ),
    "name forbidden twice": (
        "- {id: a, kind: place, source: [فولدا], target: Fulda, forbidden: [Folda, Folda]}",
        [("warning", "duplicate", 3, "a", "'Folda' is forbidden twice")],
    ),
    "same name": (
        "- {id: a, kind: organisation, source: [ناتوه], target: NATO}",
        [("info", "duplicate", 3, "a", "has the name of nato")],
    ),
    "conflict in a file": (
        "- {id: a, kind: place, source: [فولدا], target: Fulda}\n"
        "- id: b\n  kind: place\n  source:\n  - كاسل\n  - فولدا\n  target: Kassel",
        [("error", "conflict", 8, "b", "فولدا: read as b (Kassel), no longer as a (Fulda)")],
    ),
    "forbidden and short": (
        "- {id: a, kind: body, source: [فولدا], target: Fulda, short: FU, forbidden: [FU]}",
        [("error", "conflict", 3, "a", "both forbidden and the short")],
    ),
    "ambiguous by condition": (
        "- {id: a, kind: place, source: [{form: المدينة, document: [nato]}], target: City}\n"
        "- {id: b, kind: place, source: [{form: المدينة, document: [nato, b]}, كاسل], target: Kassel}",
        [("warning", "ambiguous", 4, "b", "المدينة: where the conditions of a (City) hold too")],
    ),
    "ambiguous where both are named": (
        "- {id: a, kind: place, source: [{form: المدينة, document: [nato]}], target: City}\n"
        "- {id: b, kind: place, source: [{form: المدينة, document: [b]}, كاسل], target: Kassel}",
        [("info", "ambiguous", 4, "b", "المدينة")],
    ),
    "ambiguous by guards": (
        "- {id: a, kind: place, source: [{form: المدينة, not_after: [أهل]}], target: City}\n"
        "- {id: b, kind: place, source: [{form: المدينة, not_after: [سور]}], target: Kassel}",
        [("warning", "ambiguous", 4, "b", "المدينة")],
    ),
    "ambiguous by a proclitic": (
        "- {id: prussia, kind: place, source: [بروسيا], target: Prussia}\n"
        "- {id: russia, kind: place, source: [روسيا], target: Russia}",
        [("warning", "ambiguous", 3, "prussia", "is also ب and a form of russia (Russia)")],
    ),
    "the condition tells": (
        "- {id: prussia, kind: place, source: [مملكة, {form: بروسيا, document: [prussia]}], target: P}\n"
        "- {id: russia, kind: place, source: [روسيا], target: Russia}",
        [],
    ),
    "no article": (
        "- {id: a, kind: body, source: [المجلس], target: North Atlantic Council}\n"
        "- {id: b, kind: treaty, source: [المعاهدة], target: Treaty on Open Skies}\n"
        "- {id: c, kind: body, source: [الأركان], target: Allied Land Command}\n"
        "- {id: d, kind: body, source: [المجلس الآخر], target: Other Council, article: the}\n"
        "- {id: e, kind: organisation, source: [البنك], target: Deutsche Bank}\n"
        "- {id: f, kind: organisation, source: [الحزب], target: Our Party, article: none}",
        [
            ("warning", "article", 3, "a", "'North Atlantic Council'"),
            ("warning", "article", 4, "b", "'Treaty on Open Skies'"),
        ],
    ),
    "an article too many": (
        "- {id: a, kind: person, source: [ميرتس], target: Merz, article: the}",
        [("warning", "article", 3, "a", "kind person, which takes no article")],
    ),
    "never found": (
        "- {id: a, kind: place, source: [ألمانيًا], target: Germany}",
        [
            ("warning", "unfolded", 3, "a", "diacritics"),
            ("warning", "unreachable", 3, "a", "ألمانيًا: never found"),
        ],
    ),
    "unfolded": (
        "- {id: a, kind: place, source: [فولـــدا, كاسَل, فولدی, ﻓﺎﺱ], target: Fulda}\n"
        '- {id: b, kind: place, source: ["الـ45", "الـNATO"], target: B}',
        [
            ("warning", "unfolded", 3, "a", "tatweel, which matching ignores: write فولدا"),
            ("warning", "unfolded", 3, "a", "diacritics, which matching ignores: write كاسل"),
            ("warning", "unfolded", 3, "a", "Persian or Urdu letters, which matching ignores: write فولدي"),
            ("warning", "unfolded", 3, "a", "presentation forms, which matching ignores: write فاس"),
        ],
    ),
    "untrimmed": (
        "- id: a\n  kind: place\n  source: [' فولدا', \"كا\\u200fسل\"]\n  target: 'Fulda  on'\n  origin: x\n",
        [
            ("warning", "untrimmed", 5, "a", "' فولدا'"),
            ("warning", "untrimmed", 5, "a", "كا<U+200F>سل: invisible"),
            ("warning", "untrimmed", 6, "a", "'Fulda  on'"),
        ],
    ),
    "a guard that stops nothing": (
        "- {id: a, kind: place, source: [فولدا, {form: كاسل, not_after: ['أهل ('], not_before: [بعيد]}],\n"
        "   target: Fulda}",
        [("warning", "guard", 3, "a", "not_after: أهل ( stops nothing")],
    ),
    "a guard given twice": (
        "- {id: a, kind: place, source: [{form: كاسل, not_after: [أهل]}], not_after: [أهل], target: K}",
        [("warning", "guard", 3, "a", "the guard أهل is given twice in not_after")],
    ),
    "a guard that a longer form makes needless": (
        "- {id: a, kind: place, source: [فولدا], not_after: [نهر], target: Fulda}\n"
        "- {id: b, kind: place, source: [نهر فولدا], target: River Fulda}",
        [("info", "guard", 3, "a", "not_after: نهر is not needed")],
    ),
    "a condition that names no term": (
        "- {id: a, kind: place, source: [{form: كاسل, document: [nothing]}], target: Kassel}\n"
        '- {id: b, kind: place, source: ["قرب {none}"], target: B}\n'
        "- {id: c, kind: place, source: [{form: فولدا, document: ['domain:none']}], target: Fulda}",
        [
            ("error", "unreadable", 3, "a", "unknown term 'nothing'"),
            ("error", "unreadable", 4, "b", "unknown term {none}"),
            ("error", "unreadable", 5, "c", "unknown domain 'none'"),
        ],
    ),
    "a condition that is never met": (
        "- {id: a, kind: place, source: [{form: كاسل, document: [nato]}], target: Kassel}\n"
        "- {id: b, kind: place, source: [{form: فولدا, document: [a]}], target: Fulda}\n"
        "- {id: c, kind: place, source: [{form: بادن, document: [a, nato]}], target: Baden}",
        [
            ("error", "condition", 4, "b", "فولدا: the condition a is never met"),
            ("warning", "condition", 5, "c", "بادن: the condition a is never met"),
        ],
    ),
}


def check(*paths: Path, **options: object) -> tuple[Finding, ...]:
    return check_files(*paths, **{"builtin": False, **options})  # type: ignore[arg-type]


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, str, int | None, str]]:
    return [(found.severity, found.check, found.line, found.id) for found in findings]


@pytest.mark.parametrize(("entries", "expected"), CASES.values(), ids=CASES)
def test_each_fault_is_found_where_it_is(
    tmp_path: Path, entries: str, expected: list[tuple[str, str, int, str, str]]
) -> None:
    path = tmp_path / "own.yaml"
    nato = "- {id: nato, kind: organisation, source: [حلف الناتو, الناتو], target: NATO}"
    path.write_text(f"terms:\n{nato}\n{entries}\n", encoding="utf-8")
    findings = check(path)
    assert brief(findings) == [each[:4] for each in expected]
    for finding, (*_, part) in zip(findings, expected, strict=True):
        assert part in finding.message
        assert "\n" not in finding.message
        assert finding.place == f"{path}:{finding.line}"


def test_a_clean_file_has_no_findings(write: Write) -> None:
    base, clean = write("base.yaml", BASE), write("clean.yaml", CLEAN)
    assert check(clean, over=[base]) == ()
    assert check(base, clean) == ()


def test_the_built_in_files_are_clean() -> None:
    assert [finding for finding in check_files() if finding.severity != "info"] == []


def test_what_lies_below_is_not_checked_but_counts(write: Write) -> None:
    below = write("below.csv", "source,target,id\nالناتو,NATO,nato\nالناتو,Pact,pact\n")
    own = write("own.csv", "source,target,id\nالناتـو,Alliance,own\nفولدا,Fulda,pact\n")
    found = check(own, over=[below])
    assert brief(found) == [
        ("warning", "unfolded", 2, "own"),
        ("warning", "conflict", 2, "own"),
        ("info", "conflict", 3, "pact"),
    ]
    assert f"nato (NATO) of {below}:2" in found[1].message
    assert brief(check(over=[below])) == [("error", "conflict", 3, "pact")]


def test_a_composed_form_is_placed_where_it_was_made(write: Write) -> None:
    own = """
        terms:
          - {id: nato, kind: organisation, source: [الناتو], target: NATO}
          - id: office
            kind: office
            source:
              - مكتب آخر
              - "أمين عام ل{nato}"
            target: Office
          - {id: other, kind: office, source: [أمين عام للناتو], target: Other}
        """
    (found,) = check(write("own.yaml", own))
    assert (found.severity, found.check, found.line, found.id) == ("error", "conflict", 10, "other")
    swapped = own.replace("أمين عام للناتو]", '"مدير {nato}"]').replace("مكتب آخر", "مدير الناتو")
    (found,) = check(write("swapped.yaml", swapped))
    assert (found.line, found.id) == (10, "other")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("absent.yaml", None, None),
        ("folder", None, None),
        ("empty.yaml", b"", 1),
        ("empty.csv", b"", None),
        ("binary.csv", bytes(range(256)), 2),
        ("zeros.csv", b"source,target\n\0\0\n", 2),
        ("latin.csv", "source,target\nفولدا,Fulda\nكاسل,Kassel\n".encode("cp1256"), 2),
        ("broken.yaml", b"terms: [\n  {id: a,\n", 3),
        ("short.csv", "source,target\nفولدا,Fulda\nكاسل\n".encode(), 3),
        ("article.txt", "الناتو".encode(), None),
    ],
)
def test_what_cannot_be_read_is_a_finding(
    tmp_path: Path, write: Write, name: str, content: bytes | None, line: int | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    elif name == "folder":
        (tmp_path / name).mkdir()
    (found,) = check(tmp_path / name, write("base.yaml", BASE))
    assert (found.path, found.line, found.severity, found.check) == (
        str(tmp_path / name),
        line,
        "error",
        "unreadable",
    )
    assert str(tmp_path) not in found.message
    assert "\n" not in found.message


def test_what_lies_below_must_be_readable(write: Write, tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match="no such file"):
        check(write("base.yaml", BASE), over=[tmp_path / "absent.yaml"])


def test_spaces_in_a_table(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_bytes(
        "\ufeffsource,target,kind\r\n فولدا,Fulda,place\r\nكاسل | كسل,Kassel,place\r\n".encode()
    )
    assert brief(check(table)) == [("warning", "untrimmed", 2, "fulda")]
    tabs = tmp_path / "own.tsv"
    tabs.write_text("فولدا\tFulda \n", encoding="utf-8")
    assert brief(check(tabs)) == [("warning", "untrimmed", 1, "fulda")]
