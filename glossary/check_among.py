"""The lint of terms among each other: the same id, the same form, the same reading."""

from collections.abc import Iterator, Mapping, Sequence

from glossary.arabic import LONGEST_PREFIX, fold, spellings
from glossary.check_layers import Layers
from glossary.finding import Finding, Severity, finding_of
from glossary.glossary import Glossary
from glossary.matcher import NAMES
from glossary.term import SourceForm, Term


def conflicts(glossary: Glossary, terms: Sequence[Sequence[Term]], layers: Layers) -> Iterator[Finding]:
    """Ids and forms that a later term takes from an earlier one."""
    number_of = {id(term): number for number, layer in enumerate(terms) for term in layer}
    for conflict in glossary.conflicts:
        winner, loser = number_of[id(conflict.winner)], number_of[id(conflict.loser)]
        number, term = (winner, conflict.winner) if winner in layers.checked else (loser, conflict.loser)
        if number not in layers.checked:
            continue
        draft = layers.origins[number][term.id]
        if conflict.form is None:
            message = f"takes the place of the term of this id in {conflict.loser.layer}"
            yield finding_of(draft, draft.line, "info", "conflict", message)
            continue
        other = layers.origins[loser][conflict.loser.id]
        fold_of = fold(conflict.form).strip()
        form = next(form for form in term.forms if fold(form.text).strip() == fold_of)
        severity: Severity = "error" if winner == loser else "warning"
        message = (
            f"{conflict.form}: read as {conflict.winner.id} ({conflict.winner.target}), no longer as "
            f"{conflict.loser.id} ({conflict.loser.target}) of {other.path}:{other.line}: give one of them a "
            "guard or condition, or take it out"
        )
        yield finding_of(draft, layers.line_of(draft, form), severity, "conflict", message)


def shared_forms(used: Sequence[Sequence[Term]], layers: Layers) -> Iterator[Finding]:
    """Forms of several terms whose conditions may hold in one place, and terms of one name in one layer."""
    claims: dict[str, list[tuple[int, Term, SourceForm]]] = {}
    targets: dict[tuple[int, str], Term] = {}
    for number, layer in enumerate(used):
        for term in layer:
            for form in term.forms:
                claims.setdefault(fold(form.text).strip(), []).append((number, term, form))
            first = targets.setdefault((number, term.target), term)
            if first is not term and number in layers.checked and term.kind not in ("person", "untranslated"):
                draft = layers.origins[number][term.id]
                message = f"has the name of {first.id}, {term.target}: one entry can hold the forms of both"
                yield finding_of(draft, draft.line, "info", "duplicate", message)
    for claimants in claims.values():
        for index, (number, term, form) in enumerate(claimants):
            if index and number in layers.checked:
                earlier = [claim[1:] for claim in claimants[:index] if claim[0] == number]
                draft = layers.origins[number][term.id]
                for severity, check, message in _sharing(term, form, earlier):
                    yield finding_of(draft, layers.line_of(draft, form), severity, check, message)


def _sharing(
    term: Term, form: SourceForm, earlier: Sequence[tuple[Term, SourceForm]]
) -> Iterator[tuple[Severity, str, str]]:
    """Severity, check and message on a form that stood in the layer before; of the same term only once."""
    twins = (other for owner, other in earlier if owner is term and not other.parts and not form.parts)
    twin = next((other for other in twins if _context(other) == _context(form)), None)
    if twin is not None:
        yield "warning", "duplicate", f"{form.text}: matching sees no difference to {twin.text}: keep one"
    for owner, other in earlier:
        if owner is not term and (severity := _ambiguity(form, other)):
            message = (
                f"{form.text}: where the conditions of {owner.id} ({owner.target}) hold too, one of the "
                "two is taken for the other: tell them apart by guards"
            )
            yield severity, "ambiguous", message


def _context(form: SourceForm) -> tuple[tuple[str, ...], ...]:
    return form.not_after, form.not_before, form.document


def _ambiguity(form: SourceForm, other: SourceForm) -> Severity | None:
    """How doubtful it is which of two terms a shared form means; None where one of them goes first."""
    if _context(form) == _context(other):
        return None  # a conflict
    if bool(form.document) != bool(other.document):
        return None  # the one with the condition goes first where it holds
    if form.document:
        return "warning" if set(form.document) & set(other.document) else "info"
    guarded = form.not_after or form.not_before
    return "warning" if guarded and (other.not_after or other.not_before) else None


def readings(used: Sequence[Sequence[Term]], layers: Layers) -> Iterator[Finding]:
    """Forms that are also a proclitic and a form of another term, with nothing to tell them apart."""
    index: dict[str, list[tuple[Term, Mapping[str, int]]]] = {}
    free = [
        (number, term, form)
        for number, layer in enumerate(used)
        for term in layer
        for form in term.forms
        if not any(_context(form))
    ]
    for _, term, form in free:
        for spelling in spellings(form.text, name=term.kind in NAMES):
            index.setdefault(spelling.text, []).append((term, spelling.prefixes))
    for number, term, form in free:
        folded = fold(form.text).strip()
        for cut in range(1, LONGEST_PREFIX + 1) if number in layers.checked else ():
            for other, prefixes in index.get(folded[cut:], ()):
                if prefixes.get(folded[:cut], 0) > 0 and other.id != term.id:
                    draft = layers.origins[number][term.id]
                    message = (
                        f"{form.text}: is also {folded[:cut]} and a form of {other.id} ({other.target}), "
                        "which is never found there: add a guard or condition"
                    )
                    yield finding_of(draft, layers.line_of(draft, form), "warning", "ambiguous", message)
