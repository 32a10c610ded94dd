"""Finding terms: a table of texts, documents in segments, and invariants."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from glossary import Glossary, SourceForm, Term, TermMatch

CASES = yaml.safe_load((Path(__file__).parent / "data" / "matches.yaml").read_text(encoding="utf-8"))
WORDS = sorted(
    {word for group in CASES.values() for text, _ in group for word in text.split(" ")}
    | {"\u200f", "\n", "،", "(", "ـ", "ّ", "ﷺ", "ﻻ", "IRIS-T", "x\0", "\ud800"}
)
texts = st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
    lambda words: st.sampled_from([" ", "", "  "]).map(lambda gap: gap.join(words))
)


def described(matches: tuple[TermMatch, ...]) -> list[list[str]]:
    return [[match.term.id, match.surface, match.proclitics] for match in matches]


def term(identifier: str, *forms: str | SourceForm, domain: str = "test") -> Term:
    sources = tuple(SourceForm(form) if isinstance(form, str) else form for form in forms)
    return Term(identifier, "concept", domain, sources, identifier)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(text, expected, id=f"{group}: {text}")
        for group in CASES
        for text, expected in CASES[group]
    ],
)
def test_table(sample: Glossary, text: str, expected: list[list[str]]) -> None:
    assert described(sample.find(text)) == expected


@given(texts)
def test_spans_slice_back_and_do_not_overlap(sample: Glossary, text: str) -> None:
    end = 0
    for match in sample.find(text):
        assert end <= match.start - len(match.proclitics)
        assert match.start < match.end <= len(text)
        assert text[match.start : match.end] == match.surface
        assert text[: match.start].endswith(match.proclitics)
        assert match.term is sample.terms[match.term.id]
        end = match.end


@given(st.lists(texts, max_size=5))
def test_a_document_is_its_segments(sample: Glossary, segments: list[str]) -> None:
    found = sample.find_in_segments(segments)
    assert len(found) == len(segments)
    joined = sample.find(" . ".join(segments))
    assert [match.term.id for match in joined] == [match.term.id for matches in found for match in matches]


@given(st.lists(texts, min_size=1, max_size=5))
def test_segments_alone_find_nothing_that_the_document_lacks(sample: Glossary, segments: list[str]) -> None:
    alone = [set(sample.find(segment)) for segment in segments]
    together = sample.find_in_segments(segments)
    for own, matches in zip(alone, together, strict=True):
        unconditional = {
            match for match in own if all(not form.document for form in match.term.forms) or match in matches
        }
        assert unconditional <= set(matches)


def test_conditions_look_at_all_segments(sample: Glossary) -> None:
    segments = ["قال ميرتس إن الحلف قوي", "", "فريدريش ميرتس زار الناتو", "المستشار في الحلف"]
    assert [described(matches) for matches in sample.find_in_segments(segments)] == [
        [["friedrich-merz/family", "ميرتس", ""], ["nato", "الحلف", ""]],
        [],
        [["friedrich-merz", "فريدريش ميرتس", ""], ["nato", "الناتو", ""]],
        [["german-chancellor", "المستشار", ""], ["nato", "الحلف", ""]],
    ]
    assert [described(matches) for matches in sample.find_in_segments(segments[:1])] == [[]]


def test_no_term_runs_over_two_segments(sample: Glossary) -> None:
    assert sample.find_in_segments(["حلف", "شمال الأطلسي"])[0] == ()


def test_segments_may_be_any_iterable_kept_in_order(sample: Glossary) -> None:
    assert sample.find_in_segments([]) == ()
    assert sample.find_in_segments(("الناتو", "")) == (sample.find("الناتو"), ())


def test_a_full_name_inside_a_longer_term_does_not_stand_for_itself() -> None:
    glossary = Glossary(
        [
            term("council", "مجلس الأمن", SourceForm("المجلس", document=("council",))),
            term("national-council", "مجلس الأمن القومي"),
        ]
    )
    assert described(glossary.find("مجلس الأمن القومي ثم المجلس")) == [
        ["national-council", "مجلس الأمن القومي", ""]
    ]


def test_a_conditional_match_does_not_meet_a_condition() -> None:
    glossary = Glossary(
        [
            term("a", "ألف أولى"),
            term("b", SourceForm("باء ثانية", document=("a",))),
            term("c", SourceForm("جيم ثالثة", document=("b",))),
        ]
    )
    assert described(glossary.find("ألف أولى باء ثانية جيم ثالثة")) == [
        ["a", "ألف أولى", ""],
        ["b", "باء ثانية", ""],
    ]


def test_a_domain_is_met_by_any_of_its_terms() -> None:
    glossary = Glossary(
        [
            term("a", "برلين", domain="germany"),
            term("b", SourceForm("المستشار", document=("x", "domain:germany"))),
        ]
    )
    assert [match.term.id for match in glossary.find("المستشار في برلين")] == ["b", "a"]
    assert glossary.find("المستشار في فيينا") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("المكتب الاتحادي للهجرة", ["long"]),
        ("برلين المكتب الاتحادي للهجرة", ["berlin", "long"]),
        ("المكتب الاتحادي", ["short"]),
        ("هامبورغ المكتب الاتحادي", ["hamburg", "special"]),
    ],
)
def test_what_fails_falls_through(text: str, expected: list[str]) -> None:
    """To another term of the same form, or to a shorter form."""
    glossary = Glossary(
        [
            term("berlin", "برلين"),
            term("hamburg", "هامبورغ"),
            term("longest", SourceForm("المكتب الاتحادي للهجرة واللاجئين", document=("berlin",))),
            term("special", SourceForm("المكتب الاتحادي", document=("hamburg",))),
            term("short", "المكتب الاتحادي"),
            term("long", "المكتب الاتحادي للهجرة"),
        ]
    )
    assert [match.term.id for match in glossary.find(text)] == expected
    longer = glossary.find(text + " واللاجئين")
    assert longer[-1].term.id == ("longest" if "berlin" in expected else expected[-1])


def test_the_exact_form_is_preferred() -> None:
    glossary = Glossary([term("with", "الاتحاد"), term("without", "اتحاد")])
    assert [match.term.id for match in glossary.find("الاتحاد واتحاد للاتحاد")] == ["with", "without", "with"]


def test_no_code_point_is_halved_between_two_terms() -> None:
    glossary = Glossary([term("prayer", "صلى"), term("greeting", "وسلم"), term("all", "صلى الله عليه وسلم")])
    assert described(glossary.find("ﷺ")) == [["all", "ﷺ", ""]]
    apart = Glossary([term("prayer", "صلى"), term("greeting", "وسلم")])
    assert described(apart.find("ﷺ")) == [["greeting", "ﷺ", ""]]


@pytest.mark.parametrize(
    "text", ["الناتو" * 2000, "ال" * 5000, "و " * 5000, "الناتو " * 2000, "\u064b" * 9999]
)
def test_long_texts(sample: Glossary, text: str) -> None:
    assert len(sample.find(text)) == text.count("الناتو ")


@pytest.mark.parametrize("segments", ["الناتو", [None], [b"x"], ["a", 3]])
def test_wrong_types(sample: Glossary, segments: object) -> None:
    with pytest.raises(TypeError, match="str"):
        sample.find_in_segments(segments)  # type: ignore[arg-type]


@given(st.text())
@example("\0الناتو\0")
def test_no_terms(text: str) -> None:
    assert Glossary.empty().find(text) == ()
    assert Glossary([term("empty")]).find(text) == ()
