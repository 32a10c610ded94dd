"""A text cut into pieces for display: which words differ from a reference, and which stretches are marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Difference = Literal["same", "inserted", "deleted"]

_WORD: Final = re.compile(r"\w+(?:[.,:'’/-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something to show about text[start:end], for people in `message`."""

    kind: str
    start: int
    end: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text in which nothing changes; `deleted` ones stand in the reference only."""

    text: str
    difference: Difference = "same"
    kinds: tuple[str, ...] = ()
    message: str = ""


def cut(text: str, stretches: Sequence[Stretch], reference: str | None = None) -> list[Piece]:
    """Cut a text wherever a stretch or a word that differs from the reference begins or ends.

    The pieces that are not deleted make up `text`, to the letter. Words are compared as they are written,
    punctuation apart; words in another place count as deleted and inserted.

    Args:
        text: n code points.
        stretches: within the text; they may overlap.
        reference: what to compare with; None if there is nothing to compare.

    Source: the longest common runs of words, Ratcliff and Metzener 1988, as in Python's difflib.

    >>> [(piece.difference, piece.text) for piece in cut("He met her.", [], "He saw her.")]
    [('same', 'He '), ('deleted', 'saw'), ('inserted', 'met'), ('same', ' her.')]
    """
    changed, deleted = ([], {}) if reference is None else _differences(reference, text)
    places = [*stretches, *changed]
    ends = {0, len(text), *deleted, *(place.start for place in places), *(place.end for place in places)}
    bounds = sorted(ends)
    pieces = []
    for start, end in zip(bounds, [*bounds[1:], len(text)], strict=True):
        if start in deleted:
            pieces.append(Piece(deleted[start], "deleted"))
        if start < end:
            pieces.append(_piece(text, start, end, stretches, changed))
    return pieces


def _piece(
    text: str, start: int, end: int, stretches: Sequence[Stretch], changed: Sequence[Stretch]
) -> Piece:
    over = [place for place in stretches if place.start <= start and end <= place.end]
    is_changed = any(place.start <= start and end <= place.end for place in changed)
    return Piece(
        text[start:end],
        "inserted" if is_changed else "same",
        tuple(dict.fromkeys(place.kind for place in over)),
        "; ".join(dict.fromkeys(place.message for place in over if place.message)),
    )


def _differences(reference: str, text: str) -> tuple[list[Stretch], dict[int, str]]:
    """Stretches of the text that the reference lacks, and by place in the text what it lacks itself."""
    words, wanted = list(_WORD.finditer(text)), list(_WORD.finditer(reference))
    matcher = SequenceMatcher(None, [word[0] for word in wanted], [word[0] for word in words])
    inserted, deleted = [], {}
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        if start < end:
            inserted.append(Stretch("inserted", words[start].start(), words[end - 1].end()))
        if first < last:
            place = words[start].start() if start < len(words) else len(text)
            deleted[place] = reference[wanted[first].start() : wanted[last - 1].end()]
    return inserted, deleted
