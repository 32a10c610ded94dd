"""Checks of punctuation: quotation marks, brackets, spaces."""

import re
from collections.abc import Iterator

from pipeline.checks.place import Place
from pipeline.records import SegmentTranslation

_DOUBLE_QUOTES = re.compile('["“”«»„]')
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING_OF = {")": "(", "]": "[", "}": "{"}
_SPACING = re.compile(r"^\s+|\s+$|(?<=\S)[ \t]{2,}(?=\S)|\s+(?=[,;?!](?:\s|$))")


def unbalanced_quotes(translation: SegmentTranslation) -> Iterator[Place]:
    """An odd number of double quotation marks where the source has an even one."""
    marks = list(_DOUBLE_QUOTES.finditer(translation.target))
    if len(marks) % 2 and not len(_DOUBLE_QUOTES.findall(translation.source)) % 2:
        yield Place("a quotation mark without its other half", *(marks[0].span() if len(marks) == 1 else ()))


def unbalanced_brackets(translation: SegmentTranslation) -> Iterator[Place]:
    """A bracket that opens or closes nothing where those of the source pair."""
    place = _unmatched_bracket(translation.target)
    if place is not None and _unmatched_bracket(translation.source) is None:
        yield Place(f"a bracket without its other half: {translation.target[place]}", place, place + 1)


def _unmatched_bracket(text: str) -> int | None:
    """Offset of the first bracket that closes nothing, else of the last that is not closed, else None."""
    opened: list[re.Match[str]] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] not in _OPENING_OF:
            opened.append(bracket)
        elif opened and opened[-1][0] == _OPENING_OF[bracket[0]]:
            opened.pop()
        else:
            return bracket.start()
    return opened[-1].start() if opened else None


def spacing(translation: SegmentTranslation) -> Iterator[Place]:
    """Spaces at either end, doubled, or before a comma."""
    for match in _SPACING.finditer(translation.target):
        yield Place("a space too many", *match.span())
