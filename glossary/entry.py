"""A term as an entry of a glossary file: `glossary.schema` the other way round."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from glossary.errors import GlossaryFormatError
from glossary.loss import Loss
from glossary.record import FAMILY
from glossary.schema import TermEntry, to_drafts, validate
from glossary.term import SourceForm, Term

_GUARDS = ("not_after", "not_before", "document")


class Named(NamedTuple):
    """A term, and the term of its family name."""

    term: Term
    family: Term | None


def named(terms: Iterable[Term]) -> tuple[list[Named], list[Loss]]:
    """Put each family name to its person, as our own formats have them; tell what cannot go there.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    terms = tuple(terms)
    families = {term.person: term for term in terms if term.person and term.id == term.person + FAMILY}
    together = [Named(term, families.pop(term.id, None)) for term in terms if not term.person]
    held = {family.id for _, family in together if family}
    losses = [
        Loss(term.id, "term", term.target, reason=f"a family name, and {term.person} is not among the terms")
        for term in terms
        if term.person and term.id not in held
    ]
    for term, family in together:
        check(term, family)
        if family:
            losses += _not_of_families(family, term)
    return together, losses


def _not_of_families(family: Term, person: Term) -> list[Loss]:
    extra = {
        "kind": "" if family.kind == "person" else family.kind,
        "domain": "" if family.domain == person.domain else family.domain,
        "short": family.short or "",
        "long": family.long or "",
        "article": "" if family.article == "none" else family.article,
        "origin": family.origin,
        "notes": family.notes,
    }
    reason = "a family name has that of its person, or none"
    return [Loss(family.id, field, value, reason=reason) for field, value in extra.items() if value]


def check(term: Term, family: Term | None = None) -> None:
    """Refuse a term that no file can hold; those that were read from files never are.

    Raises:
        GlossaryFormatError: the place in its message is the id.
    """
    entry = validate(TermEntry, entry_of(term, family), term.id, lambda _: 0)
    to_drafts(entry, layer=term.layer, domain=term.domain, path=term.id, line_of=lambda _: 0)
    for form in (*term.forms, *(family.forms if family else ())):
        if "{" in form.text or "}" in form.text:
            raise GlossaryFormatError(
                term.id, None, f"a brace in the form {form.text!r}, read as a reference: remove it"
            )


def entry_of(term: Term, family: Term | None = None) -> dict[str, object]:
    """Return what stands under `terms` in a YAML file for this term; its composed forms are written out."""
    entry: dict[str, object] = {
        "id": term.id,
        "kind": term.kind,
        "domain": term.domain,
        **_sources(term.forms),
        "target": term.target,
        "accepted": list(term.accepted),
        "forbidden": list(term.forbidden),
        "short": term.short,
        "long": term.long,
        "article": "the" if term.article == "the" else None,
        "family": _family(family, term.id) if family else None,
        "origin": term.origin,
        "notes": term.notes,
    }
    return {key: value for key, value in entry.items() if value}


def _family(family: Term, person: str) -> dict[str, object]:
    """The family name; if every form is conditional on the person, that is left to the schema."""
    tied = all(form.document[:1] == (person,) for form in family.forms)
    forms = tuple(
        SourceForm(form.text, form.not_after, form.not_before, form.document[tied:], form.parts)
        for form in family.forms
    )
    entry: dict[str, object] = {
        "source": [_form(form, ()) for form in forms],
        "target": family.target,
        "accepted": list(family.accepted),
        "forbidden": list(family.forbidden),
        "unmistakable": not tied,
    }
    return {key: value for key, value in entry.items() if value}


def _sources(forms: Sequence[SourceForm]) -> dict[str, object]:
    """The forms, and beside them the guards and conditions that all of them have."""
    shared = {
        key: list(getattr(forms[0], key))
        for key in _GUARDS
        if forms and all(getattr(form, key) == getattr(forms[0], key) for form in forms)
    }
    return {"source": [_form(form, shared.keys()) for form in forms], **shared}


def _form(form: SourceForm, shared: Iterable[str]) -> object:
    keys = (key for key in (*_GUARDS, "parts") if key not in tuple(shared))
    guards = {key: list(getattr(form, key)) for key in keys if getattr(form, key)}
    return {"form": form.text, **guards} if guards else form.text
