"""Drafts: aligned words, and edits that keep the alignment."""

import numpy as np

from pipeline.draft import Draft
from pipeline.records import Hypothesis

WORDS = ("The ", "Atlantic ", "Pact ", "met ", "in ", "Berlin", ".")
#        source pieces: 0 met, 1-2 the alliance, 3 in, 4 Berlin, 5 stop
ROWS = np.array(
    [
        [0.1, 0.5, 0.3, 0, 0, 0],
        [0.0, 0.6, 0.3, 0, 0, 0.1],
        [0.0, 0.2, 0.7, 0, 0, 0.1],
        [0.9, 0.1, 0.0, 0, 0, 0],
        [0.0, 0.0, 0.0, 0.9, 0.1, 0],
        [0.0, 0.0, 0.1, 0.1, 0.8, 0],
        [0.0, 0.0, 0.0, 0, 0, 1.0],
    ],
    dtype=np.float32,
)


def draft() -> Draft:
    text = "".join(WORDS)
    ends = np.cumsum([len(word) for word in WORDS]).tolist()
    spans = tuple((end - len(word), end) for word, end in zip(WORDS, ends, strict=True))
    return Draft(text, spans, ROWS, Hypothesis(WORDS, -0.5, ROWS))


def test_aligned_words() -> None:
    found = draft().aligned((1, 3))
    assert found is not None
    assert draft().text[found.start : found.end] == "The Atlantic Pact"
    assert found.weight > 0.8


def test_words_held_by_another_term_are_not_aligned() -> None:
    found = draft().aligned((4, 5), held=((25, 31),))
    assert found is None


def test_nothing_aligned() -> None:
    assert draft().aligned((0, 0)) is None


def test_insert_keeps_spans_in_order_and_alignment_of_the_rest() -> None:
    before = draft()
    after, span = before.insert(4, 17, "NATO", "none", (1, 3))
    assert after.text == "NATO met in Berlin."
    assert after.text[slice(*span)] == "NATO"
    assert all(first[1] <= second[0] for first, second in zip(after.spans, after.spans[1:], strict=False))
    assert len(after.spans) == len(after.rows)
    found, berlin = after.aligned((1, 3)), after.aligned((4, 5))
    assert found is not None
    assert berlin is not None
    assert after.text[found.start : found.end] == "NATO"
    assert after.text[berlin.start : berlin.end] == "Berlin"


def test_a_second_edit_still_finds_its_place() -> None:
    first, _ = draft().insert(4, 17, "North Atlantic Treaty Organization", "the", (1, 3))
    found = first.aligned((4, 5))
    assert found is not None
    second, span = first.insert(found.start, found.end, "Bonn", "none", (4, 5))
    assert second.text == "The North Atlantic Treaty Organization met in Bonn."
    assert second.text[slice(*span)] == "Bonn"


def with_text(words: list[str], attention: list[float]) -> Draft:
    """A draft over two source pieces; the first gets `attention` from each word."""
    text = "".join(words)
    ends = np.cumsum([len(word) for word in words]).tolist()
    spans = tuple((end - len(word), end) for word, end in zip(words, ends, strict=True))
    rows = np.array([[value, 1 - value] for value in attention], dtype=np.float32)
    return Draft(text, spans, rows, Hypothesis(tuple(words), -0.5, rows))


def test_punctuation_alone_is_no_words() -> None:
    assert with_text(["He ", "came", "."], [0, 0, 0.9]).aligned((0, 1)) is None


def test_a_possessive_ending_is_not_part_of_the_words_behind_it() -> None:
    draft = with_text(["Germany", "'s", " foreign", " minister", " said"], [0, 0.9, 0.9, 0.9, 0])
    found = draft.aligned((0, 1), held=((0, 7),))
    assert found is not None
    assert draft.text[found.start : found.end] == "foreign minister"


def test_words_do_not_grow_into_what_others_hold() -> None:
    draft = with_text(["Ber", "lin", " came"], [0, 0.9, 0])
    found = draft.aligned((0, 1), held=((0, 3),))
    assert found is not None
    assert draft.text[found.start : found.end] == "lin"
