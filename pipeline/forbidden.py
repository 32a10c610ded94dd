"""Forbidden renderings repaired wherever they stand, also where no term of the source was matched.

Only at the user's wish (`forbid: always`): what is wrong for one thing may be right for another.
"""

from collections.abc import Iterable
from typing import Final

import ahocorasick

from glossary.term import Term
from pipeline.edit import change_name
from pipeline.records import Span, overlap
from pipeline.rendering import find_rendering, fold
from pipeline.request import Enforced, Request

_FEWEST_LETTERS: Final = 3
_MOST_CHANGES: Final = 20


class ForbiddenRenderings:
    """The forbidden renderings of a glossary, each with the term that it should be."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._automaton = ahocorasick.Automaton()
        wrong: dict[str, list[tuple[str, Term]]] = {}
        right = set()
        for term in terms:
            right |= {fold(rendering)[0].lower() for rendering in term.renderings}
            for rendering in term.forbidden:
                wrong.setdefault(fold(rendering)[0].lower(), []).append((rendering, term))
        for folded, claims in wrong.items():
            # What is right for any term, or wrong for two, tells nothing without the source.
            if folded not in right and len(claims) == 1 and len(folded) >= _FEWEST_LETTERS:
                self._automaton.add_word(folded, claims[0])
        if len(self._automaton):
            self._automaton.make_automaton()

    def repair(self, request: Request, result: Enforced) -> Enforced:
        """Write the right rendering in the place of each forbidden one that belongs to no matched term.

        A single word without a capital is left alone, as is one inside a right rendering, and one whose
        repair `guard` objects to.
        """
        for _ in range(_MOST_CHANGES):
            if (found := self._first(result)) is None:
                break
            span, term = found
            changed = change_name(
                request,
                result,
                span,
                term.target,
                _window(result, span),
                reason="forbidden",
                article=term.article,
            )
            if isinstance(changed, str):
                break
            result = changed
        return result

    def _first(self, result: Enforced) -> tuple[Span, Term] | None:
        if not len(self._automaton):
            return None
        text = result.draft.text
        held = [
            (outcome.target_start, outcome.target_end)
            for outcome in result.outcomes
            if outcome.target_start is not None and outcome.target_end is not None
        ]
        held += [(change.start, change.end) for change in result.changes]
        claims = {claim for _, claim in self._automaton.iter(fold(text)[0].lower())}
        places = [
            (span, term)
            for rendering, term in claims
            for span in find_rendering(text, rendering)
            if not any(overlap(span, other) for other in held)
            and (" " in rendering or not text[slice(*span)].islower())
        ]
        if not places:
            return None
        return min(places, key=lambda place: (place[0][0], -place[0][1]))


def _window(result: Enforced, span: Span) -> Span:
    """The source pieces from the first to the last that the words of a span attend to most."""
    rows = [
        row
        for stretch, row in zip(result.draft.spans, result.draft.rows, strict=True)
        if overlap(stretch, span)
    ]
    places = [int(row.argmax()) for row in rows if row.size]
    return (min(places), max(places) + 1) if places else (0, 0)
