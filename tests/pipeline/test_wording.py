"""Which words stand for a term, and where a lacking one belongs."""

import pytest
from drafted import segment, term

from glossary import Term
from pipeline.wording import gaps, likeness, trimmed, wrong_name

MERZ = term("Friedrich Merz", kind="person", forbidden=("Friedrich Mertz", "Mertz"))
BERLIN = term("Berlin", kind="place")
MINISTRY = term("Federal Ministry of Defence", kind="body")
EFP = term("eFP", kind="place")

TRIMMED: list[tuple[str, Term, str | None]] = [
    ("[said Merkel] today", MERZ, "Merkel"),
    ("He [met Angela Merkel in] Bonn", MERZ, "Angela Merkel"),
    ("[and he said]", MERZ, "he"),
    ("[said that]", MERZ, None),
    ("[In Bonn, however,]", BERLIN, "Bonn"),
    ("[he left]", BERLIN, None),
    ("[al-Assad said]", MERZ, "al-Assad"),
    ("[agreed with the defence ministry on]", MINISTRY, "defence ministry"),
    ("[the ministry]", MINISTRY, "ministry"),
    ("[said the]", MINISTRY, None),
    ("[...]", BERLIN, None),
    ("[]", BERLIN, None),
]


@pytest.mark.parametrize(("marked", "of", "expected"), TRIMMED)
def test_trimmed(marked: str, of: Term, expected: str | None) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    span = trimmed(text, (start, end), of)
    assert (None if span is None else text[slice(*span)]) == expected
    if span is not None:
        assert start <= span[0] < span[1] <= end


def test_a_forbidden_rendering_is_surely_wrong() -> None:
    text = "Chancellor Friedrich Mertz spoke."
    found = wrong_name(text, (11, 26), MERZ, ())
    assert found is not None
    assert found[0] == 1.0
    assert text[slice(*found[1])] == "Friedrich Mertz"


@pytest.mark.parametrize(
    ("text", "held", "expected"),
    [
        ("He met Frederick Merz today.", (), "Frederick Merz"),
        ("He met Olaf Scholz today.", (), None),
        ("he met nobody today.", (), None),
    ],
)
def test_the_name_most_like_the_right_one(
    text: str, held: tuple[tuple[int, int], ...], expected: str | None
) -> None:
    found = wrong_name(text, (7, 21), MERZ, held)
    if expected is None:
        assert found is None or found[0] < 0.6
    else:
        assert found is not None
        assert found[0] >= 0.6
        assert text[slice(*found[1])] == expected


def test_what_other_terms_hold_is_never_wrong() -> None:
    text = "He met Friedrich Mertz today."
    found = wrong_name(text, (7, 22), MERZ, ((7, 22),))
    assert found is None


def test_likeness() -> None:
    assert likeness("NATO", "nato") == 1.0
    assert likeness("Ministry of Defence", "Defence Ministry") == 1.0
    assert likeness("Merz", "Scholz") < 0.6
    assert 0 <= likeness("", "Merz") <= 1


def test_a_lacking_term_belongs_beside_its_neighbours() -> None:
    _, result = segment("قال ميرتس إن برلين ترفض", "He said that refuses.", [0, 0, 2, 4])
    places = gaps(result.draft, (3, 4), ())
    text = result.draft.text
    assert [text[:place] for place in places] == ["He said that", "He said that "]
    assert gaps(result.draft, (3, 4), ((8, 14),)) == ()


def test_without_alignment_there_is_no_place() -> None:
    _, result = segment("قال ميرتس", "He spoke.", [-1, -1])
    assert gaps(result.draft, (1, 2), ()) == ()
