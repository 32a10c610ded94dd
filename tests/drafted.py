"""Translated segments made by hand: each word of the target comes from one word of the source."""

from collections.abc import Sequence

import numpy as np

from glossary import SourceForm, Term, TermMatch
from glossary.term import Kind
from pipeline.draft import Draft
from pipeline.records import Hypothesis, Outcome, Span, TermOutcome
from pipeline.request import Enforced, Request


def term(target: str, *accepted: str, kind: Kind = "organisation", **fields: object) -> Term:
    """A term; its id is its name."""
    forms = (SourceForm(target),)
    return Term(target, kind, "test", forms, target, accepted, **fields)  # type: ignore[arg-type]


def words(text: str) -> list[Span]:
    """Where the words of a text stand, punctuation with them."""
    spans, end = [], 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        spans.append((start, end))
    return spans


def segment(
    source: str,
    target: str,
    alignment: Sequence[int],
    terms: Sequence[tuple[str, str | None, Term]] = (),
    *,
    outcome: Outcome = "kept",
) -> tuple[Request, Enforced]:
    """A segment with its translation.

    Args:
        source: words with spaces between them; each is one piece.
        target: its translation.
        alignment: for each word of the target the number of the word in the source that it comes from, -1 for
            none.
        terms: surface, rendering (None: missing) and term; of several equal ones each takes the next.
        outcome: what became of the terms.
    """
    source_spans, target_spans = words(source), words(target)
    rows = np.zeros((len(target_spans), len(source_spans)), dtype=np.float32)
    for row, column in enumerate(alignment):
        if column >= 0:
            rows[row, column] = 1.0
    assert len(alignment) == len(target_spans)
    matches, outcomes = [], []
    source_end = target_end = 0
    for surface, rendering, found in terms:
        start = source.index(surface, source_end)
        source_end = start + len(surface)
        match = TermMatch(found, start, source_end, surface)
        matches.append(match)
        if rendering is None:
            outcomes.append(TermOutcome(match, found.target, "missing"))
            continue
        at = target.index(rendering, target_end)
        target_end = at + len(rendering)
        outcomes.append(TermOutcome(match, rendering, outcome, at, target_end))
    pieces = tuple(source.split())
    request = Request(source, pieces, tuple(matches), (), tuple(source_spans))
    windows = tuple(request.window((match.start, match.end)) for match in matches)
    request = Request(source, pieces, tuple(matches), windows, tuple(source_spans))
    draft = Draft(target, tuple(target_spans), rows, Hypothesis(tuple(target.split()), -0.5, rows))
    return request, Enforced(draft, target, -0.5, tuple(outcomes))


def assert_true(result: Enforced) -> None:
    """Check that all that points into a translation points at what it says."""
    text = result.draft.text
    for each in result.outcomes:
        if each.target_start is not None:
            assert text[each.target_start : each.target_end] == each.rendering
    for change in result.changes:
        assert text[change.start : change.end] == change.rendering
    assert list(result.draft.spans) == sorted(result.draft.spans)
    assert len(result.draft.spans) == len(result.draft.rows)
