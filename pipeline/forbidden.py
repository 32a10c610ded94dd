"""Forbidden renderings repaired wherever they stand, also where no term of the source was matched.

Only at the user's wish (`forbid: always`): what is wrong for one thing may be right for another.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import ahocorasick

from glossary.term import Term
from pipeline.edit import change_name
from pipeline.records import Span, overlap
from pipeline.rendering import find_rendering, fold
from pipeline.request import Enforced, Request
from pipeline.transliteration import likeness

_FEWEST_LETTERS: Final = 3
_MOST_CHANGES: Final = 20
_LIKE: Final = 0.6
_WORD: Final = re.compile(r"[^\W\d_]+")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:…]|\n)[\s\"'“‘«„(\[]*(?:the\s+)?$", re.IGNORECASE)


class ForbiddenRenderings:
    """The forbidden renderings of a glossary, each with the term that it should be."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._automaton = ahocorasick.Automaton()
        wrong: dict[str, dict[str, tuple[str, Term]]] = {}
        right: dict[str, str] = {}
        for term in terms:
            right |= {fold(rendering)[0].lower(): rendering for rendering in term.renderings}
            for rendering in term.forbidden:
                wrong.setdefault(fold(rendering)[0].lower(), {}).setdefault(term.id, (rendering, term))
        for folded, claims in wrong.items():
            # What is right for any term, or wrong for two, tells nothing without the source.
            if folded not in right and len(claims) == 1 and len(folded) >= _FEWEST_LETTERS:
                self._automaton.add_word(folded, (folded, *next(iter(claims.values()))))
        self._longer: dict[str, list[str]] = {}
        if len(self._automaton):
            self._automaton.make_automaton()
            for folded, rendering in right.items():
                for _, (inner, _, _) in self._automaton.iter(folded):
                    self._longer.setdefault(inner, []).append(rendering)

    def repair(self, request: Request, result: Enforced) -> Enforced:
        """Write the right rendering in the place of each forbidden one that belongs to no matched term.

        A single word without a capital is left alone, as is one that has its capital from the beginning of
        a sentence or a headline and does not sound like the Arabic ("Stop", forbidden for Stubb), one inside
        a right rendering, and one whose repair `guard` objects to. A missing term whose name is put in so is
        missing no longer.
        """
        start = 0
        for _ in range(_MOST_CHANGES):
            if (found := self._first(request, result, start)) is None:
                break
            span, term = found
            start = span[0] + 1
            changed = change_name(
                request,
                result,
                span,
                term.target,
                _window(result, span),
                reason="forbidden",
                article=term.article,
            )
            if not isinstance(changed, str):
                result = _settled(changed, term, result)
        return result

    def _first(self, request: Request, result: Enforced, start: int) -> tuple[Span, Term] | None:
        if not len(self._automaton):
            return None
        text = result.draft.text
        held = result.settled
        claims = {claim for _, claim in self._automaton.iter(fold(text)[0].lower())}
        places = [
            (span, term)
            for folded, rendering, term in claims
            for span in find_rendering(text, rendering)
            if span[0] >= start
            and not any(overlap(span, other) for other in (*held, *self._right(text, folded)))
            and (" " in rendering or _is_name(request, result, span))
        ]
        if not places:
            return None
        return min(places, key=lambda place: (place[0][0], -place[0][1]))

    def _right(self, text: str, folded: str) -> list[Span]:
        """Where right renderings stand that have a forbidden one inside."""
        return [span for longer in self._longer.get(folded, ()) for span in find_rendering(text, longer)]


def _is_name(request: Request, result: Enforced, span: Span) -> bool:
    """Whether a single word is a name: by its capital; where any word has one, by the sound of the Arabic."""
    text = result.draft.text
    word = text[slice(*span)]
    if word.islower():
        return False
    titled = not any(other.islower() and len(other) > _FEWEST_LETTERS for other in _WORD.findall(text))
    if not titled and _SENTENCE_START.search(text[: span[0]]) is None:
        return True
    first, last = _window(result, span)
    if not request.spans[first:last]:
        return False
    start, end = request.spans[first][0], request.spans[last - 1][1]
    while start and request.source[start - 1].isalnum():
        start -= 1
    while end < len(request.source) and request.source[end].isalnum():
        end += 1
    return any(likeness(each, word) >= _LIKE for each in request.source[start:end].split())


def _settled(changed: Enforced, term: Term, before: Enforced) -> Enforced:
    """Count the newest change as the rendering of its term, if that was matched and is missing."""
    new = [change for change in changed.changes if change.reason == "forbidden"]
    known = len([change for change in before.changes if change.reason == "forbidden"])
    missing = [
        number
        for number, outcome in enumerate(changed.outcomes)
        if outcome.outcome == "missing" and outcome.match.term.id == term.id
    ]
    if not missing or len(new) == known:
        return changed
    note = new[-1]
    outcomes = list(changed.outcomes)
    outcomes[missing[0]] = replace(
        outcomes[missing[0]],
        rendering=note.rendering,
        outcome="renamed",
        target_start=note.start,
        target_end=note.end,
        before=note.before,
        score_before=before.score,
    )
    left = tuple(change for change in changed.changes if change is not note)
    return replace(changed, outcomes=tuple(outcomes), changes=left)


def _window(result: Enforced, span: Span) -> Span:
    """The source pieces from the first to the last that the words of a span attend to most."""
    rows = [
        row
        for stretch, row in zip(result.draft.spans, result.draft.rows, strict=True)
        if overlap(stretch, span)
    ]
    places = [int(row.argmax()) for row in rows if row.size]
    return (min(places), max(places) + 1) if places else (0, 0)
