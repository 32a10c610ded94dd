"""Checks over the segments of a document: does the same read the same, and different things differently?"""

import re
from collections.abc import Iterator, Sequence

from glossary.arabic import fold as fold_arabic
from glossary.term import Term
from pipeline.checks.place import Place, clipped
from pipeline.english import find_rendering
from pipeline.records import SegmentTranslation
from pipeline.surfaces import bare_surface

_WORD = re.compile(r"\w+")
_ADJECTIVE = "adjective"
_PLACE = "place"
_STEM = 3
_DERIVED = re.compile("(?:an|ish|ese|er|i|ic|ch)s?$")
_FEWEST_WORDS = 4
_CLEARLY_DIFFERENT = 0.5


def inconsistent(segments: Sequence[SegmentTranslation]) -> Iterator[tuple[int, Place]]:
    """The same source, diacritics and hamza seats aside, with another translation."""
    first: dict[str, tuple[int, str]] = {}
    for number, segment in enumerate(segments):
        target = " ".join(segment.target.split())
        earlier, there = first.setdefault(" ".join(fold_arabic(segment.source).split()), (number, target))
        if there != target:
            yield number, Place(f'segment {earlier + 1} has the same source and reads "{clipped(there)}"')


def inconsistent_name(segments: Sequence[SegmentTranslation]) -> Iterator[tuple[int, Place]]:
    """The same Arabic words for a term with another rendering; a long form and then a short one may be."""
    first: dict[tuple[str, str], str] = {}
    for number, segment in enumerate(segments):
        for outcome in segment.terms:
            if outcome.outcome == "missing":
                continue
            term = outcome.match.term
            key = term.id, bare_surface(outcome.match.surface)
            earlier = first.setdefault(key, outcome.rendering)
            if _same_name(earlier, outcome.rendering) or _same_country(term, earlier, outcome.rendering):
                continue
            if _is_long(term, earlier):
                first[key] = outcome.rendering
                continue
            message = f'"{outcome.rendering}" was "{earlier}" before'
            yield number, Place(message, outcome.target_start, outcome.target_end)


def _same_country(term: Term, rendering: str, other: str) -> bool:
    """Whether two renderings are a country and its adjective, as a sentence wants it."""
    if term.kind == _ADJECTIVE:
        return True
    alike = rendering[:_STEM].casefold() == other[:_STEM].casefold()
    derived = sum(_DERIVED.search(name) is not None for name in (rendering, other))
    return term.kind == _PLACE and alike and derived == 1


def _is_long(term: Term, rendering: str) -> bool:
    """Whether a rendering is the long form of a term, perhaps with the short one in brackets behind it."""
    written_out = re.sub(r"\s*\([^()]*\)$", "", rendering)
    return written_out != rendering or (term.long is not None and _same_name(rendering, term.long))


def _same_name(rendering: str, other: str) -> bool:
    """Whether two renderings differ only in case, number, spelling or diacritics."""
    return any(
        found == (0, len(text))
        for text, name in ((rendering, other), (other, rendering))
        for found in find_rendering(text, name)
    )


def same_target(segments: Sequence[SegmentTranslation]) -> Iterator[tuple[int, Place]]:
    """Clearly different sources with one translation; short ones may well have the same."""
    first: dict[tuple[str, ...], tuple[int, frozenset[str]]] = {}
    for number, segment in enumerate(segments):
        target = tuple(_WORD.findall(segment.target.casefold()))
        source = frozenset(_WORD.findall(fold_arabic(segment.source)))
        if len(target) < _FEWEST_WORDS or not source:
            continue
        earlier, other = first.setdefault(target, (number, source))
        if len(source & other) < _CLEARLY_DIFFERENT * max(len(source), len(other)):
            yield number, Place(f"segment {earlier + 1} has the same translation and another source")
