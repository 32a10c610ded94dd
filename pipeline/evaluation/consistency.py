"""Consistency: does a document name a term the same way throughout?

After Semenov and Bojar (2022), as at WMT 2025: every mention of a term is compared with a rendering expected
for the whole document, which is the first one used, the most frequent one, or the glossary's. Here renderings
are found without alignment, among all that the glossary knows of a term, right and forbidden: a mention
rendered by other words counts as one without rendering. Precision is the share of the renderings found that
are the expected one, recall the share of the mentions; F1 over all terms mentioned twice or more in a
document. Case, number and spelling make no difference.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from glossary.term import Term
from pipeline.english import find_rendering
from pipeline.evaluation.records import TermMark
from pipeline.evaluation.statistics import Floats, Measured, Metric, divided, measured
from pipeline.evaluation.terms import Matches
from pipeline.records import Span, overlap

MODES: Final = ("first", "most_frequent", "predefined")
_COUNTS: Final = ("consistent", "found", "mentions")


def measure_consistency(
    documents: Mapping[str, Sequence[int]],
    matches: Sequence[Matches],
    hypotheses: Sequence[str],
    marks: Sequence[Sequence[TermMark]],
    *,
    signature: str,
) -> dict[str, Measured]:
    """Count consistent mentions.

    Args:
        documents: numbers of the segments of each of d documents.
        matches: terms of each of n sources.
        hypotheses: n.
        marks: how each of them renders each of its terms.
        signature: names glossary and documents.

    Returns:
        for each mode a metric with d rows.
    """
    rows: dict[str, list[tuple[int, int, int]]] = {mode: [] for mode in MODES}
    for numbers in documents.values():
        found = _mentions(numbers, matches, hypotheses, marks)
        for mode in MODES:
            counted = [_count(term, mentions, mode) for term, mentions in found]
            rows[mode].append(
                (
                    sum(row[0] for row in counted),
                    sum(row[1] for row in counted),
                    sum(row[2] for row in counted),
                )
            )
    return {
        f"consistency_{mode}": measured(
            Metric(
                f"consistency_{mode}",
                "0 to 1",
                "higher",
                f"f1|expected:{mode}|mentions:2+|{signature}",
                _COUNTS,
                f1,
                unit="document",
            ),
            rows[mode],
        )
        for mode in MODES
    }


def f1(sums: Floats) -> Floats:
    """F1 of m sums: consistent, found, mentions; NaN where nothing is mentioned twice."""
    result = divided(2 * sums[:, 0], sums[:, 1] + sums[:, 2])
    return np.where(sums[:, 2] > 0, result, np.nan)


def _mentions(
    numbers: Sequence[int],
    matches: Sequence[Matches],
    hypotheses: Sequence[str],
    marks: Sequence[Sequence[TermMark]],
) -> list[tuple[Term, list[str | None]]]:
    """The renderings of each term mentioned twice or more, in order; None for one that is not known."""
    terms: dict[str, Term] = {}
    renderings: dict[str, list[str | None]] = {}
    for number in numbers:
        taken = [mark.span for mark in marks[number] if mark.span is not None]
        for match, mark in zip(matches[number], marks[number], strict=True):
            term = terms.setdefault(match.term.id, match.term)
            rendering = _rendering(hypotheses[number], term, mark.span, taken)
            renderings.setdefault(term.id, []).append(rendering)
    return [(terms[name], found) for name, found in renderings.items() if len(found) > 1]


def _rendering(hypothesis: str, term: Term, span: Span | None, taken: list[Span]) -> str | None:
    """The rendering that stands at `span`, else a forbidden one that no other mention has taken."""
    if span is not None:
        at_span = [each for each in term.renderings if span in find_rendering(hypothesis, each)]
        literal = [each for each in at_span if each == hypothesis[slice(*span)]]
        return next(iter(literal or at_span), None)
    for forbidden in term.forbidden:
        for place in find_rendering(hypothesis, forbidden):
            if not any(overlap(place, other) for other in taken):
                taken.append(place)
                return forbidden
    return None


def _count(term: Term, renderings: Sequence[str | None], mode: str) -> tuple[int, int, int]:
    found = [rendering for rendering in renderings if rendering is not None]
    expected = _expected(term, found, mode)
    return found.count(expected) if expected is not None else 0, len(found), len(renderings)


def _expected(term: Term, found: Sequence[str], mode: str) -> str | None:
    if mode == "predefined":
        return term.target
    if not found:
        return None
    if mode == "first":
        return found[0]
    order = (*term.renderings, *term.forbidden)
    return max(dict.fromkeys(found), key=lambda each: (found.count(each), -order.index(each)))
