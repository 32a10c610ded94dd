"""Verification: does each matched term have a right rendering of its own in the translation?

Two mentions of a term need two renderings: the "NATO" in "NATO Secretary General" does not also serve a
mention of NATO by itself, if both terms are among the matches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from glossary.term import TermMatch
from pipeline.english import find_rendering
from pipeline.records import Span, overlap


@dataclass(frozen=True, slots=True)
class Verification:
    """Where the renderings of n matches stand in a target; None for a match that has none.

    Attributes:
        spans: n spans of the target, no two of them the same.
    """

    spans: tuple[Span | None, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of the matches without a rendering."""
        return tuple(number for number, span in enumerate(self.spans) if span is None)

    @property
    def held(self) -> int:
        """How many matches have a rendering."""
        return len(self.spans) - len(self.missing)


def verify(
    target: str, matches: Sequence[TermMatch], expected: Sequence[float | None] | None = None
) -> Verification:
    """Assign renderings in the target to matches, as many as possible, none to two matches.

    Longer renderings are assigned first. Does not judge whether the rendering stands in the right place: a
    second mention may be served by any rendering that is free.

    Args:
        target: the translation.
        matches: n matches of one segment.
        expected: n offsets in the target at which the alignment expects each match; among equal renderings
            the nearest is chosen. Without it they are taken from left to right.
    """
    candidates = [_candidates(target, match) for match in matches]
    contested = sorted(
        {span for spans in candidates for span in spans}, key=lambda span: (span[0] - span[1], span[0])
    )
    preferences = [
        _by_preference(spans, contested, expected[number] if expected else None)
        for number, spans in enumerate(candidates)
    ]
    taken: dict[Span, int] = {}
    owner: dict[int, Span] = {}

    def claim(match: int, visited: set[Span]) -> bool:
        """Find an augmenting path (Kuhn 1955) that gives `match` a span."""
        for span in preferences[match]:
            if span in visited or _overlaps_other(span, taken):
                continue
            visited.add(span)
            if span not in taken or claim(taken[span], visited):
                taken[span] = match
                owner[match] = span
                return True
        return False

    length = {span: rank for rank, span in enumerate(contested)}

    def rank(number: int) -> tuple[int, float, int]:
        longest = min((length[span] for span in candidates[number]), default=0)
        place = expected[number] if expected else None
        distances = [] if place is None else [_distance(span, place) for span in candidates[number]]
        return longest, min(distances, default=0.0), number

    for match in sorted(range(len(matches)), key=rank):
        claim(match, set())
    return Verification(tuple(owner.get(number) for number in range(len(matches))))


def _candidates(target: str, match: TermMatch) -> tuple[Span, ...]:
    """Where a rendering of the term stands that is not part of a longer one, or of a forbidden one."""
    spans = {span for rendering in match.term.renderings for span in find_rendering(target, rendering)}
    forbidden = {
        (span, target[slice(*span)] == rendering)
        for rendering in match.term.forbidden
        for span in find_rendering(target, rendering)
    }
    wrong = {
        span
        for span in spans
        for other, literal in forbidden
        if _inside(span, other) or (literal and span == other)
    }
    right = spans - wrong
    return tuple(sorted(span for span in right if not any(_inside(span, other) for other in right)))


def _inside(span: Span, other: Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _overlaps_other(span: Span, taken: dict[Span, int]) -> bool:
    return any(other != span and overlap(other, span) for other in taken)


def _by_preference(
    spans: Sequence[Span], contested: Sequence[Span], expected: float | None
) -> Sequence[Span]:
    """Put first the spans that block no other rendering ("US" in "US Congress"), then the nearest."""
    own = frozenset(spans)
    rivals = [span for span in contested if span not in own]

    def rank(span: Span) -> tuple[int, float]:
        blocked = sum(overlap(rival, span) for rival in rivals)
        return blocked, 0.0 if expected is None else _distance(span, expected)

    return sorted(spans, key=rank)


def _distance(span: Span, place: float) -> float:
    return abs((span[0] + span[1]) / 2 - place)
