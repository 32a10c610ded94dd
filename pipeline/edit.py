"""One name put in the place of another in a translation whose terms are settled, without harm to the rest."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from glossary.term import Article
from pipeline.guard import objection
from pipeline.records import ChangeReason, NameChange, Span, TermOutcome
from pipeline.request import Enforced, Request
from pipeline.verify import Verification

_LENGTH_CHANGE: Final = 0.4


def change_name(
    request: Request,
    result: Enforced,
    span: Span,
    rendering: str,
    window: Span,
    *,
    reason: ChangeReason,
    article: Article = "none",
) -> Enforced | str:
    """Put a name in the place of target[span], which renders no matched term.

    Args:
        request: the segment.
        result: its translation.
        span: the words to replace.
        rendering: the name.
        window: source pieces that the name comes from.
        reason: why.
        article: whether English puts "the" in front of it.

    Returns:
        the translation with the change noted, or as it is where that changes no letter; or what speaks
        against it, where a term, a number or an earlier change would suffer.
    """
    edited = _edit(request, result, span, rendering, article, window, None)
    if isinstance(edited, str):
        return edited
    changed, placed = edited
    if changed.draft.text == result.draft.text:
        return result
    before = result.draft.text[slice(*span)]
    note = NameChange(*placed, changed.draft.text[slice(*placed)], before, reason)
    return replace(changed, changes=tuple(sorted((*changed.changes, note), key=lambda each: each.start)))


def rename_term(
    request: Request, result: Enforced, match: int, span: Span, rendering: str, *, article: Article
) -> Enforced | str:
    """Write a settled term in another of its renderings; its outcome becomes `renamed` if it was `kept`.

    Args:
        request: the segment.
        result: its translation.
        match: number of the term among the request's matches; it is not missing.
        span: the words to replace, among them its present rendering.
        rendering: the new one.
        article: whether English puts "the" in front of it.

    Returns:
        the translation, with its outcome as it is where no letter changes (AFD in a headline, asked to be
        AfD); or what speaks against it.
    """
    old = result.outcomes[match]
    edited = _edit(request, result, span, rendering, article, request.windows[match], match)
    if isinstance(edited, str):
        return edited
    changed, placed = edited
    if changed.draft.text == result.draft.text:
        if placed == old.target_span:
            return result
        said = result.draft.text[slice(*placed)]
        wider = replace(old, rendering=said, target_start=placed[0], target_end=placed[1])
        return replace(result, outcomes=(*result.outcomes[:match], wider, *result.outcomes[match + 1 :]))
    kept = old.outcome == "kept"
    outcome = replace(
        old,
        rendering=changed.draft.text[slice(*placed)],
        target_start=placed[0],
        target_end=placed[1],
        outcome="renamed" if kept else old.outcome,
        before=result.draft.text[slice(*span)] if kept else old.before,
        score_before=result.score if kept else old.score_before,
    )
    outcomes = (*changed.outcomes[:match], outcome, *changed.outcomes[match + 1 :])
    return replace(changed, outcomes=outcomes)


def _edit(
    request: Request,
    result: Enforced,
    span: Span,
    rendering: str,
    article: Article,
    window: Span,
    own: int | None,
) -> tuple[Enforced, Span] | str:
    """Edit the draft and move all that points into it; `own` is the match whose rendering is replaced."""
    draft, placed = result.draft.insert(*span, rendering, article, window)
    old, new = result.draft.text, draft.text
    outcomes: list[TermOutcome] = []
    for number, outcome in enumerate(result.outcomes):
        if (present := outcome.target_span) is None:
            outcomes.append(outcome)
            continue
        if number == own:
            outcomes.append(replace(outcome, target_start=placed[0], target_end=placed[1]))
            continue
        moved = _moved(present, old, new, placed)
        if moved is None:
            return f"loses {outcome.match.term.target}"
        outcomes.append(replace(outcome, target_start=moved[0], target_end=moved[1]))
    changes: list[NameChange] = []
    for change in result.changes:
        moved = _moved((change.start, change.end), old, new, placed)
        if moved is None:
            return f"loses {change.rendering}"
        changes.append(replace(change, start=moved[0], end=moved[1]))
    fault = objection(
        request,
        (old, _where(result.outcomes)),
        (new, _where(outcomes)),
        # What is put in has the length that it should have: a short sentence may well take a long name.
        plain=f"{old[: span[0]]} {rendering} {old[span[1] :]}",
        length_change=_LENGTH_CHANGE,
    )
    if fault is not None:
        return fault
    return replace(result, draft=draft, outcomes=tuple(outcomes), changes=tuple(changes)), placed


def _moved(span: Span, old: str, new: str, placed: Span) -> Span | None:
    """Where words of the old text stand in the new one, which differs around `placed`; None if gone."""
    words = old[slice(*span)]
    if span[1] <= placed[0] and new[slice(*span)] == words:
        return span
    shift = len(new) - len(old)
    moved = span[0] + shift, span[1] + shift
    return moved if moved[0] >= placed[1] and new[slice(*moved)] == words else None


def _where(outcomes: Sequence[TermOutcome]) -> Verification:
    return Verification(tuple(outcome.target_span for outcome in outcomes))
