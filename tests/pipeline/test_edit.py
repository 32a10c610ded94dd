"""Edits of names in settled translations: nothing else is lost, and all that points into them stays true."""

import pytest
from drafted import assert_true, segment, term
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.edit import change_name, rename_term
from pipeline.request import Enforced, Request

NATO = term("NATO", "the Alliance", "North Atlantic Treaty Organization")
BERLIN = term("Berlin", kind="place")
TARGET = "Obermann said NATO left Berlin in 2025."
SOURCE = "أوبرمان قال ناتو غادر برلين في 2025"


def made(target: str = TARGET) -> tuple[Request, Enforced]:
    return segment(
        SOURCE, target, range(len(target.split())), [("ناتو", "NATO", NATO), ("برلين", "Berlin", BERLIN)]
    )


def test_a_name_is_changed_and_noted() -> None:
    request, result = made()
    changed = change_name(request, result, (0, 8), "Hans Oberman", (0, 1), reason="uniform")
    assert isinstance(changed, Enforced)
    assert changed.draft.text == "Hans Oberman said NATO left Berlin in 2025."
    [note] = changed.changes
    assert (note.start, note.end, note.rendering, note.before, note.reason) == (
        0,
        12,
        "Hans Oberman",
        "Obermann",
        "uniform",
    )
    assert [each.rendering for each in changed.outcomes] == ["NATO", "Berlin"]
    assert_true(changed)


def test_a_second_change_moves_the_first() -> None:
    request, result = made()
    later = change_name(request, result, (34, 38), "2025 at last", (6, 7), reason="forbidden")
    assert isinstance(later, Enforced)
    both = change_name(request, later, (0, 8), "Hans Obermann", (0, 1), reason="uniform")
    assert isinstance(both, Enforced)
    assert [each.reason for each in both.changes] == ["uniform", "forbidden"]
    assert_true(both)


@pytest.mark.parametrize(
    ("span", "rendering", "fault"),
    [
        ((14, 18), "OTAN", "loses NATO"),
        ((9, 18), "OTAN", "loses NATO"),
        ((24, 30), "Bonn", "loses Berlin"),
        ((34, 38), "last year", "loses the number 2025"),
        ((0, 8), "NATO", "says NATO 1 times too often"),
    ],
)
def test_what_would_suffer_speaks_against_it(span: tuple[int, int], rendering: str, fault: str) -> None:
    request, result = made()
    assert change_name(request, result, span, rendering, (0, 1), reason="uniform") == fault


def test_what_changes_no_letter_is_no_change() -> None:
    shouted = segment("أوبرمان يغادر برلين", "OBERMANN LEAVES BERLIN", [0, 1, 2])
    assert change_name(*shouted, (0, 8), "Obermann", (0, 1), reason="uniform") is shouted[1]


def test_a_term_is_renamed() -> None:
    request, result = made()
    changed = rename_term(request, result, 0, (14, 18), "North Atlantic Treaty Organization", article="the")
    assert isinstance(changed, Enforced)
    assert changed.draft.text == ("Obermann said the North Atlantic Treaty Organization left Berlin in 2025.")
    first, second = changed.outcomes
    assert (first.outcome, first.before, first.score_before) == ("renamed", "NATO", -0.5)
    assert second.outcome == "kept"
    assert_true(changed)
    back = rename_term(request, changed, 0, (18, 52), "NATO", article="none")
    assert isinstance(back, Enforced)
    assert back.draft.text == TARGET
    assert back.outcomes[0].before == "NATO"


def test_a_term_that_is_renamed_to_itself_is_kept() -> None:
    request, result = made()
    assert rename_term(request, result, 0, (14, 18), "NATO", article="none") is result


def test_a_missing_term_stays_missing() -> None:
    request, result = segment("قال ناتو", "It said so", [0, 0, 1], [("ناتو", None, NATO)])
    changed = change_name(request, result, (0, 2), "Obermann", (0, 1), reason="uniform")
    assert isinstance(changed, Enforced)
    assert changed.outcomes == result.outcomes


WORDS = ["Obermann", "NATO", "the", "Berlin", "said", "2025", "a", "(", "),", "'s", "Merz."]
RENDERINGS = ["Merz", "NATO", "von Merz", "North Atlantic Treaty Organization (NATO)", "eFP", "Bonn"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_edit_loses_anything(data: st.DataObject) -> None:
    """Any words, any span of them, any name."""
    words = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
    words = [*words, "NATO", "left", "Berlin."]
    target = " ".join(words)
    nato, berlin = target.rindex("NATO"), target.rindex("Berlin")
    request, result = segment(
        " ".join(["ناتو", "برلين", *["كلمة"] * len(words)]),
        target,
        range(len(words)),
        [("ناتو", target[nato : nato + 4], NATO)],
    )
    start = data.draw(st.integers(0, len(target)))
    end = data.draw(st.integers(start, len(target)))
    rendering = data.draw(st.sampled_from(RENDERINGS))
    held = result.outcomes[0]
    changed = change_name(request, result, (start, end), rendering, (0, 1), reason="uniform", article="the")
    if isinstance(changed, str):
        assert changed
        return
    assert_true(changed)
    assert changed.outcomes[0].rendering == held.rendering
    assert len(changed.outcomes) == 1
    if end <= berlin:
        assert changed.draft.text.endswith("Berlin.")
