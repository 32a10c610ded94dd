import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary.term import Article
from pipeline.english import (
    capitalise_first,
    find_rendering,
    fit_rendering,
    indefinite_article,
    is_attributive,
    is_headline_caps,
    possessive_ending,
)

UNHURRIED = settings(deadline=None)  # a busy machine is no fault of the code
DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[tuple[str, ...]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Take ⟦⟧ out of a text; return the spans that they enclosed."""
    text, spans = "", []
    for piece in marked.split("⟦"):
        inside, closed, outside = piece.partition("⟧")
        if closed:
            spans.append((len(text), len(text) + len(inside)))
        text += inside + outside
    return text, spans


@pytest.mark.parametrize(("marked", "rendering", "article", "expected"), rows("fit_rendering.tsv"))
def test_fit_rendering(marked: str, rendering: str, article: Article, expected: str) -> None:
    text, [(start, end)] = unmark(marked)
    fitted = fit_rendering(text, start, end, rendering, article=article)
    got = (
        f"{fitted.text[: fitted.start]}⟦{fitted.text[fitted.start : fitted.end]}⟧{fitted.text[fitted.end :]}"
    )
    assert got == expected
    assert fit_rendering(fitted.text, fitted.start, fitted.end, rendering, article=article) == fitted


@pytest.mark.parametrize(("rendering", "marked"), rows("find_rendering.tsv"))
def test_find_rendering(rendering: str, marked: str) -> None:
    text, expected = unmark(marked)
    assert [text[start:end] for start, end in find_rendering(text, rendering)] == [
        text[start:end] for start, end in expected
    ]
    assert list(find_rendering(text, rendering)) == expected


@pytest.mark.parametrize("rendering", ["", "  ", "-", "…"])
def test_a_rendering_without_words_stands_nowhere(rendering: str) -> None:
    assert find_rendering("anything - at … all", rendering) == ()


def test_a_span_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="span 3:9 outside a text of 5"):
        fit_rendering("NATO.", 3, 9, "NATO", article="none")
    with pytest.raises(ValueError, match="empty rendering"):
        fit_rendering("NATO.", 0, 4, "  ", article="none")


@pytest.mark.parametrize(
    ("expected", "names"),
    [
        ("an", "EU SPD FDP MP NGO RAF LNG AfD OSCE IRIS-T ISAF"),
        ("an", "hour honest umbrella unnamed uninvited ally “American Österreich 8 80-year-old 11 18th 1800"),
        ("a", "NATO UN US BND CDU KFOR UNESCO SACEUR HIMARS FIFA"),
        ("a", "European Ukrainian unit union useful one-off Bundestag house 1 100 118 ..."),
    ],
)
def test_indefinite_article(expected: str, names: str) -> None:
    assert [indefinite_article(name) for name in names.split()] == [expected] * len(names.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[
            (name, "'s")
            for name in ("NATO", "Rheinmetall", "Boris Pistorius", "Hamas", "Paris", "Wilders", "Scholz")
        ],
        *[
            (name, "'")
            for name in ("United Nations", "Netherlands", "Greens", "Foreign Ministers", "Armed Forces")
        ],
    ],
)
def test_possessive_ending(name: str, expected: str) -> None:
    assert possessive_ending(name) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        *[
            (after, True)
            for after in (" summit", "-led troops", " forces in Mali", " Response Force", " allies.")
        ],
        *[(after, True) for after in (" chief's visit", " member states", " foreign ministers")],
        *[
            (after, False)
            for after in ("", ".", "'s chief", ", which", " said", " agreed", " has", " forces them")
        ],
        *[(after, False) for after in (" plans to", " and", " Tuesday", " officially opened", " 5", "…")],
    ],
)
def test_is_attributive(after: str, expected: bool) -> None:
    assert is_attributive(after) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alliance", "Alliance"),
        ("“alliance", "“Alliance"),
        ("(ö", "(Ö"),
        ("eFP battlegroup", "eFP battlegroup"),
        ("30 tanks", "30 tanks"),
        ("NATO", "NATO"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_capitalise_first(text: str, expected: str) -> None:
    assert capitalise_first(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NATO SUMMIT ENDS IN THE HAGUE", True),
        ("80 YEARS OF GERMAN HISTORY", True),
        ("NATO", False),
        ("NATO, EU", False),
        ("NATO summit", False),
        ("123", False),
        ("", False),
    ],
)
def test_is_headline_caps(text: str, expected: bool) -> None:
    assert is_headline_caps(text) is expected


NAMES = [
    "NATO",
    "Bundestag",
    "Friedrich Merz",
    "Defence Minister",
    "United Nations",
    "The Hague",
    "EU",
    "eFP",
]
WORDS = [
    *(
        "the",
        "The",
        "a",
        "an",
        "its",
        "Germany's",
        "alliance",
        "alliance's",
        "alliances",
        "ministers",
        "summit",
    ),
    *(
        "said",
        "of",
        "in",
        "NATO",
        "(NATO)",
        "“the",
        "pact”",
        "bloc.",
        "Merz,",
        "Chancellor",
        "2024",
        "and",
        "defense",
    ),
    *(
        "Bundestag",
        "EU",
        "to",
        "that",
        "plans",
        "new",
        "U.S.",
        "'old",
        "friends'",
        "—",
        "minister",
        "ALLIANCE",
    ),
]


@st.composite
def places(draw: st.DrawFn) -> tuple[str, int, int]:
    """An English-like text of single spaces, and a span of whole words in it."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, min(len(words) - 1, first + 2)))
    start = sum(len(word) + 1 for word in words[:first])
    return " ".join(words), start, start + len(" ".join(words[first : last + 1]))


@UNHURRIED
@given(places(), st.sampled_from(NAMES), st.sampled_from(["the", "none"]))
def test_a_fitted_rendering_stands_where_it_says(
    place: tuple[str, int, int], name: str, article: Article
) -> None:
    text, start, end = place
    fitted = fit_rendering(text, start, end, name, article=article)
    surface = fitted.text[fitted.start : fitted.end]
    assert surface.casefold() in (name.casefold(), name.casefold() + "s")
    assert (fitted.start, fitted.end) in find_rendering(fitted.text, name) or surface.isupper()
    assert "  " not in fitted.text
    assert " ," not in fitted.text


@UNHURRIED
@given(places(), st.sampled_from(NAMES), st.sampled_from(["the", "none"]))
def test_fitting_adds_no_second_article(place: tuple[str, int, int], name: str, article: Article) -> None:
    text, start, end = place
    doubled = (
        text.casefold().count("the the") + text.casefold().count("a the") + text.casefold().count("the a ")
    )
    fitted = fit_rendering(text, start, end, name, article=article)
    around = fitted.text.casefold()
    assert around.count("the the") + around.count("a the") + around.count("the a ") <= doubled


@UNHURRIED
@given(places(), st.sampled_from(NAMES), st.sampled_from(["the", "none"]))
def test_fitting_twice_is_fitting_once(place: tuple[str, int, int], name: str, article: Article) -> None:
    text, start, end = place
    once = fit_rendering(text, start, end, name, article=article)
    assert fit_rendering(once.text, once.start, once.end, name, article=article) == once


@UNHURRIED
@given(st.text(max_size=60), st.data())
def test_any_text_and_span_will_do(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    fitted = fit_rendering(text, start, end, "NATO", article="none")
    assert fitted.text[fitted.start : fitted.end] == "NATO"
    for found_start, found_end in find_rendering(text, "Ab"):
        assert unicodedata.normalize("NFD", text[found_start])[0].casefold() == "a"
        assert found_end > found_start


@UNHURRIED
@given(
    st.lists(
        st.sampled_from(["EU", "eu", "the", "Defence  Minister", "defense ministers", "-", "x"]), max_size=8
    )
)
def test_found_spans_do_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    for name in ("EU", "Defence Minister"):
        spans = find_rendering(text, name)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert len(find_rendering(text, "EU")) == words.count("EU")
