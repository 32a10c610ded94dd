"""What sets two versions of a glossary apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from os import PathLike
from typing import Literal

from glossary.compose import compose
from glossary.draft import Draft, slug
from glossary.glossary import builtin_drafts, read_drafts, with_ids
from glossary.term import SourceForm, Term

Value = str | None | tuple[str, ...]
FIELDS = tuple(field.name for field in fields(Term) if field.name not in ("id", "layer"))


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a term, before and after; forms are texts with their guards and conditions behind."""

    name: str
    before: Value
    after: Value

    def lost(self) -> Value:
        """What is no longer there: of a list its items that are gone."""
        return _without(self.before, self.after)

    def gained(self) -> Value:
        """What is new: of a list its new items."""
        return _without(self.after, self.before)


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term that is in one version only, or differs; `fields` are those that differ."""

    id: str
    change: Literal["added", "removed", "changed"]
    before: Term | None
    after: Term | None
    fields: tuple[FieldChange, ...] = ()


def diff_files(
    before: str | PathLike[str],
    after: str | PathLike[str],
    *,
    over: Iterable[str | PathLike[str]] = (),
    builtin: bool = True,
) -> tuple[TermChange, ...]:
    """Compare two glossary files, terms as written there: `{id}` stays, so a new form changes one term only.

    Args:
        before: the earlier file.
        after: the later file.
        over: glossaries whose terms both may refer to.
        builtin: whether they may refer to the built-in terms.

    Raises:
        GlossaryError: a file cannot be read.
        GlossaryFormatError: an entry cannot be used, or refers to a term that is not there.
    """
    known = {draft.term.id: draft for draft in builtin_drafts()} if builtin else {}
    for path in over:
        known |= {draft.term.id: draft for draft in with_ids(read_drafts(path), [tuple(known.values())])}
    return diff_terms(_terms(before, known), _terms(after, known))


def diff_terms(before: Iterable[Term], after: Iterable[Term]) -> tuple[TermChange, ...]:
    """Compare terms by id: removed ones in the order of `before`, then the others in that of `after`.

    The order of forms makes no difference, nor what `layer` a term comes from, nor a domain that both took
    from their layer.
    """
    old = {term.id: term for term in before}
    new = {term.id: term for term in after}
    removed = [TermChange(term.id, "removed", term, None) for term in old.values() if term.id not in new]
    others = (
        TermChange(term.id, "changed", old[term.id], term, changed)
        if term.id in old
        else TermChange(term.id, "added", None, term)
        for term in new.values()
        if term.id not in old or (changed := _changed(old[term.id], term))
    )
    return (*removed, *others)


def shown_form(form: SourceForm) -> str:
    """Return a form with its guards and conditions on one line.

    >>> shown_form(SourceForm("الحلف", not_after=("مع",), document=("nato",)))
    'الحلف [not after: مع] [document: nato]'
    """
    conditions = (("not after", form.not_after), ("not before", form.not_before), ("document", form.document))
    return " ".join((form.text, *(f"[{name}: {', '.join(words)}]" for name, words in conditions if words)))


def _terms(path: str | PathLike[str], known: Mapping[str, Draft]) -> tuple[Term, ...]:
    drafts = with_ids(read_drafts(path))
    compose(drafts, {**known, **{draft.term.id: draft for draft in drafts}})  # refuses what is not there
    return tuple(draft.term for draft in drafts)


def _changed(before: Term, after: Term) -> tuple[FieldChange, ...]:
    derived = all(term.domain == slug(term.layer) for term in (before, after))  # from the names of the files
    changes = (FieldChange(name, _value(before, name), _value(after, name)) for name in FIELDS)
    return tuple(
        change
        for change in changes
        if (change.lost() or change.gained()) and not (change.name == "domain" and derived)
    )


def _value(term: Term, name: str) -> Value:
    value = getattr(term, name)
    return tuple(map(shown_form, value)) if name == "forms" else value


def _without(value: Value, other: Value) -> Value:
    if isinstance(value, tuple) and isinstance(other, tuple):
        return tuple(item for item in value if item not in other)
    return None if value == other else value
