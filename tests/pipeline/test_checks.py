from collections.abc import Sequence
from pathlib import Path

import pytest
from checked import translated
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.term import SourceForm, Term, TermMatch
from pipeline.checks import (
    CHECKS,
    Level,
    check_document,
    check_segment,
    count_findings,
    length_bounds,
    parse_fail_on,
    parse_levels,
)
from pipeline.errors import ConfigError
from pipeline.records import Finding, Outcome, TermOutcome

UNHURRIED = settings(deadline=None)  # a busy machine is no fault of the code
DATA = Path(__file__).parents[1] / "data"
NATO = Term(
    "nato",
    "organisation",
    "nato",
    (SourceForm("الناتو"),),
    "NATO",
    accepted=("Atlantic Alliance for Peace",),
    forbidden=("Atlantic Alliance", "Nato", "North Atlantic Pact"),
    short="NATO",
    long="North Atlantic Treaty Organization",
)
MINISTER = Term(
    "defence-minister",
    "office",
    "germany",
    (SourceForm("وزير الدفاع"),),
    "Defence Minister",
    forbidden=("Defense Minister", "War Minister"),
)


def rows(name: str) -> list[tuple[str, ...]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.replace("⎵", " ").split("\t")) for line in lines if line and not line.startswith("#")]


def outcome(term: Term, rendering: str, kind: Outcome = "kept", surface: str | None = None) -> TermOutcome:
    surface = surface or term.forms[0].text
    return TermOutcome(TermMatch(term, 4, 4 + len(surface), surface), rendering, kind)


def places(findings: Sequence[Finding], target: str) -> list[tuple[str, str | None]]:
    return [
        (finding.check, None if finding.start is None else target[finding.start : finding.end])
        for finding in findings
    ]


@pytest.mark.parametrize(("source", "target", "expected"), rows("checks.tsv"))
def test_check_segment(source: str, target: str, expected: str) -> None:
    found = places(check_segment(translated(source, target)), target)
    wanted = [] if expected == "-" else expected.split("|")
    assert len(found) == len(wanted)
    for (check, surface), line in zip(found, wanted, strict=True):
        name, colon, at = line.partition(": ")
        assert check == name
        assert not colon or surface == at


def test_every_check_is_tried_here() -> None:
    tried = {part.partition(":")[0] for _, _, expected in rows("checks.tsv") for part in expected.split("|")}
    terms = {
        "missing_term",
        "forbidden_term",
        "do_not_translate",
        "inconsistent",
        "same_target",
        "inconsistent_name",
    }
    assert tried - {"-"} | terms == set(CHECKS)


def test_a_missing_term_says_what_and_where() -> None:
    [finding] = check_segment(translated("قال الناتو", "He said so.", outcome(NATO, "NATO", "missing")))
    assert (finding.check, finding.severity) == ("missing_term", "error")
    assert finding.message == '"NATO" is missing for الناتو at 4 of the source'


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("NATO met.", []),
        ("NATO is an Atlantic Alliance.", ["Atlantic Alliance"]),
        ("The atlantic alliance's summit of NATO", ["atlantic alliance"]),
        ("The Atlantic Alliance for Peace met.", []),
        ("Nato met.", ["Nato"]),
        ("The Defence Minister met NATO.", []),
        ("The Defense Minister met NATO.", ["Defense Minister"]),
        ("The defense minister met NATO.", []),
        ("The war minister met the North Atlantic Pact.", ["war minister", "North Atlantic Pact"]),
    ],
)
def test_forbidden_renderings(target: str, expected: list[str]) -> None:
    terms = (outcome(NATO, "NATO"), outcome(MINISTER, "Defence Minister"), outcome(NATO, "NATO"))
    findings = check_segment(translated("التقى الناتو وزير الدفاع", target, *terms))
    assert places(findings, target) == [("forbidden_term", surface) for surface in expected]


def test_what_another_term_may_be_called_is_not_forbidden() -> None:
    council = Term(
        "council", "body", "eu", (SourceForm("مجلس"),), "European Council", forbidden=("Council of Europe",)
    )
    europe = Term("europe", "body", "world", (SourceForm("مجلس أوروبا"),), "Council of Europe")
    target = "The European Council and the Council of Europe met."
    both = translated(
        "اجتمعا", target, outcome(council, "European Council"), outcome(europe, "Council of Europe")
    )
    one = translated("اجتمعا", target, outcome(council, "European Council"))
    assert check_segment(both) == ()
    assert places(check_segment(one), target) == [("forbidden_term", "Council of Europe")]


def test_the_same_source_should_read_the_same() -> None:
    segments = [
        translated("قمة الناتو", "NATO summit"),
        translated("خبر آخر", "Other news"),
        translated("قِمّة  الناتو", "Summit of NATO"),
        translated("قمة الناتو", "NATO  summit"),
    ]
    findings = check_document(segments)
    assert [[finding.check for finding in of_segment] for of_segment in findings] == [
        [],
        [],
        ["inconsistent"],
        [],
    ]
    assert findings[2][0].message == 'segment 1 has the same source and reads "NATO summit"'


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        ([("الناتو", "NATO"), ("الناتو", "NATO")], [False, False]),
        ([("الناتو", "NATO"), ("الناتو", "Atlantic Alliance for Peace")], [False, True]),
        ([("الناتو", "NATO"), ("للناتو", "Atlantic Alliance for Peace")], [False, True]),
        ([("الناتو", "NATO"), ("الحلف", "Atlantic Alliance for Peace")], [False, False]),
        ([("الناتو", "North Atlantic Treaty Organisation"), ("الناتو", "NATO")], [False, False]),
        (
            [
                ("الناتو", "North Atlantic Treaty Organization"),
                ("الناتو", "NATO"),
                ("الناتو", "Atlantic Alliance for Peace"),
            ],
            [False, False, True],
        ),
        (
            [("الناتو", "atlantic alliance for peace"), ("الناتو", "Atlantic Alliance for Peace")],
            [False, False],
        ),
    ],
)
def test_one_name_should_read_the_same(mentions: list[tuple[str, str]], expected: list[bool]) -> None:
    segments = [
        translated(f"جملة {number}", f"Sentence {number}.", outcome(NATO, rendering, surface=surface))
        for number, (surface, rendering) in enumerate(mentions)
    ]
    assert [bool(findings) for findings in check_document(segments)] == expected


def test_a_missing_name_is_no_inconsistent_one() -> None:
    segments = [
        translated("أ", "a", outcome(NATO, "NATO")),
        translated("ب", "b", outcome(NATO, "Atlantic Alliance for Peace", "missing")),
    ]
    assert check_document(segments) == ((), ())


def test_checks_can_be_switched_off() -> None:
    bad = translated("وصل 12 جندياً.", "the the ⁇")
    assert {finding.check for finding in check_segment(bad)} == {"corrupted", "number", "repetition"}
    levels: dict[str, Level] = {"corrupted": "off", "number": "off"}
    assert {finding.check for finding in check_segment(bad, levels=levels)} == {"repetition"}
    twice = [translated("خبر", "News"), translated("خبر", "Report")]
    assert check_document(twice, levels={"inconsistent": "off"}) == ((), ())


def test_severities_can_be_set() -> None:
    [finding] = check_segment(translated("وصل 12 جندياً.", "They came."), levels={"number": "error"})
    assert (finding.check, finding.severity) == ("number", "error")
    twice = [translated("خبر", "News"), translated("خبر", "Report")]
    [finding] = check_document(twice, levels={"inconsistent": "info"})[1]
    assert (finding.check, finding.severity) == ("inconsistent", "info")


def test_an_unknown_check_is_an_error() -> None:
    names: dict[str, Level] = {"nummer": "off"}
    with pytest.raises(ConfigError, match=r"unknown check 'nummer'; the checks are empty, "):
        check_segment(translated("أ", "a"), levels=names)
    with pytest.raises(ConfigError, match=r"unknown check 'nummer'"):
        check_document([], levels=names)


def test_a_broken_date_is_told_once_and_its_numbers_not_again() -> None:
    bad = translated("في 12 حزيران/يونيو 2024 وصل 7", "In July, seven came.")
    findings = check_segment(bad)
    assert [finding.check for finding in findings] == ["date"]
    start, end = findings[0].source_start, findings[0].source_end
    assert bad.source[start:end] == "12 حزيران/يونيو 2024"
    off = check_segment(bad, levels={"date": "off"})
    assert [bad.source[each.source_start : each.source_end] for each in off] == ["12", "2024"]
    graver = check_segment(bad, levels={"number": "error"})
    assert [finding.check for finding in graver] == ["date", "number", "number"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Rheinmetall builds it.", []),
        ("RheinMetall builds it.", ["do_not_translate"]),
        ("RHEINMETALL BUILDS IT", []),
    ],
)
def test_what_is_not_translated_keeps_its_letters(target: str, expected: list[str]) -> None:
    term = Term("latin:Rheinmetall", "untranslated", "latin", (SourceForm("Rheinmetall"),), "Rheinmetall")
    found = check_segment(translated("شركة Rheinmetall تبنيه.", target, outcome(term, target.split()[0])))
    assert [finding.check for finding in found] == expected


def test_a_missing_latin_name_is_told_once() -> None:
    source = "شركة Rheinmetall تبنيه."
    match = TermMatch(Term("x", "untranslated", "latin", (), "Rheinmetall"), 5, 16, "Rheinmetall")
    missing = TermOutcome(match, "Rheinmetall", "missing")
    assert [each.check for each in check_segment(translated(source, "It builds it.", missing))] == [
        "missing_term"
    ]


@pytest.mark.parametrize(
    ("sources", "targets", "expected"),
    [
        (("قمة الناتو في أنقرة", "برلين ترفع الإنفاق"), ("NATO summit in Ankara",) * 2, [False, True]),
        (
            ("قمة الناتو في أنقرة", "قمة الناتو في انقرة اليوم"),
            ("NATO summit in Ankara",) * 2,
            [False, False],
        ),
        (("نعم", "أجل"), ("Yes.",) * 2, [False, False]),
    ],
)
def test_the_same_translation_of_other_sources(
    sources: tuple[str, ...], targets: tuple[str, ...], expected: list[bool]
) -> None:
    findings = check_document([translated(*pair) for pair in zip(sources, targets, strict=True)])
    assert [["same_target"] if each else [] for each in expected] == [
        [finding.check for finding in found] for found in findings
    ]


@pytest.mark.parametrize(
    ("renderings", "expected"),
    [
        (("Poland", "Polish"), []),
        (("Lithuanians", "Lithuania"), []),
        (("Kyiv", "Kiev"), ["inconsistent_name"]),
        (("Odesa", "Odessa"), ["inconsistent_name"]),
    ],
)
def test_a_country_and_its_adjective_are_one_name(renderings: tuple[str, str], expected: list[str]) -> None:
    place = Term("place", "place", "europe", (SourceForm("مكان"),), "Place")
    segments = [
        translated(f"جملة {number}", f"Sentence {number}.", outcome(place, rendering))
        for number, rendering in enumerate(renderings)
    ]
    assert [finding.check for finding in check_document(segments)[1]] == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["spacing"], "--check spacing: NAME=LEVEL is wanted, as in number=error"),
        (["nummer=off"], "--check nummer=off: unknown check 'nummer'; the checks are empty, "),
        (["number=bad"], "--check number=bad: unknown level 'bad'; the levels are off, info, warning, error"),
    ],
)
def test_levels_that_are_none(options: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        parse_levels(options)


def test_a_run_fails_on_checks_and_on_severities() -> None:
    errors = {name for name, check in CHECKS.items() if check.severity == "error"}
    assert parse_fail_on(["error"], {}) == errors
    assert parse_fail_on(["error"], {"number": "error", "code": "off"}) == errors - {"code"} | {"number"}
    assert parse_fail_on(["info"], {}) == set(CHECKS)
    assert parse_fail_on(["number,date", "spacing"], {}) == {"number", "date", "spacing"}
    assert parse_fail_on([], {}) == set()
    for what in ("nummer", "", "number,"):
        with pytest.raises(ConfigError, match="--fail-on: unknown check or severity"):
            parse_fail_on([what], {})
    with pytest.raises(ConfigError, match="--fail-on: the check number is off"):
        parse_fail_on(["number"], {"number": "off"})


def test_findings_are_summed_up_by_check_where_these_are_few() -> None:
    few = [Finding("number", "warning", ""), Finding("code", "error", ""), Finding("number", "warning", "")]
    assert count_findings(few) == "3 findings: 1 error, 2 warnings (code, number 2)"
    assert count_findings(few[:1]) == "1 finding: 1 warning (number)"
    many = [Finding(name, "info", "") for name in CHECKS]
    assert count_findings(many) == f"{len(CHECKS)} findings: {len(CHECKS)} info"


def test_length_bounds_grow_with_the_source() -> None:
    sources = ["كلمة " * count for count in range(7, 40)]
    bounds = [length_bounds(source) for source in sources]
    assert bounds == sorted(bounds)
    assert all(
        shortest < 1.2 * 4 * count < longest for count, (shortest, longest) in enumerate(bounds, start=7)
    )
    assert length_bounds("") == (0, 40)


@UNHURRIED
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_pair_can_be_checked(source: str, target: str) -> None:
    findings = check_segment(translated(source, target))
    assert {finding.check for finding in findings} <= CHECKS.keys()
    for finding in findings:
        assert len(finding.message.splitlines()) == 1
        assert finding.severity == CHECKS[finding.check].severity
        for start, end, text in (
            (finding.start, finding.end, target),
            (finding.source_start, finding.source_end, source),
        ):
            assert (start is None) == (end is None)
            assert start is None or end is None or 0 <= start < end <= len(text)


@UNHURRIED
@given(st.lists(st.tuples(st.sampled_from("أبج"), st.sampled_from("ab")), max_size=6))
def test_document_findings_match_the_segments(pairs: list[tuple[str, str]]) -> None:
    findings = check_document([translated(source, target) for source, target in pairs])
    assert len(findings) == len(pairs)
    first = dict(reversed(pairs))
    assert [bool(of_segment) for of_segment in findings] == [
        first[source] != target for source, target in pairs
    ]
