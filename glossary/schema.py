"""What an entry of a glossary file may hold, and how it becomes draft terms."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from glossary.arabic import fold, has_arabic
from glossary.draft import Draft
from glossary.errors import GlossaryFormatError
from glossary.term import Article, Kind, SourceForm, Term

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DOMAIN_CONDITION = "domain:"
_BIDI_CONTROLS = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)

Location = tuple[str | int, ...]
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LineOf = Callable[[Location], int]
Model = TypeVar("Model", bound=BaseModel)
Several = TypeVar("Several", bound=tuple[BaseModel, ...])


def _clean(text: str) -> str:
    cleaned = " ".join(text.translate(_BIDI_CONTROLS).split())
    if not cleaned:
        raise ValueError("is empty: write something or leave the key out")
    if _CONTROL.search(cleaned):
        raise ValueError("holds a control character: remove it")
    return cleaned


def _kebab(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError(
            f"is {text!r}: use small letters, digits and single hyphens, as in north-atlantic-council"
        )
    return text


def _listed(value: object) -> object:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _not_empty(values: Several) -> Several:
    if not values:
        raise ValueError("is empty: add at least one")
    return values


def _as_form(value: object) -> object:
    return {"form": value} if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_clean)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Kebab = Annotated[str, AfterValidator(_kebab)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormEntry(_Entry):
    """A source form with its guards, its document conditions and the terms that it names (`parts`)."""

    form: Text
    not_after: Texts = ()
    not_before: Texts = ()
    document: Texts = ()
    parts: Texts = ()


Forms = Annotated[
    tuple[Annotated[FormEntry, BeforeValidator(_as_form)], ...],
    BeforeValidator(_listed),
    AfterValidator(_not_empty),
]


class FamilyEntry(_Entry):
    """The family name of a person."""

    source: Forms
    target: Text
    accepted: Texts = ()
    forbidden: Texts = ()
    not_after: Texts = ()
    not_before: Texts = ()
    unmistakable: bool = False


class TermEntry(_Entry):
    """One entry under `terms`."""

    id: Kebab
    kind: Kind
    source: Forms
    target: Text | None = None
    accepted: Texts = ()
    forbidden: Texts = ()
    short: Text | None = None
    long: Text | None = None
    article: Article = "none"
    family: FamilyEntry | None = None
    not_after: Texts = ()
    not_before: Texts = ()
    document: Texts = ()
    domain: Kebab | None = None
    origin: Text | None = None
    notes: Text | None = None


class Header(_Entry):
    """What stands under `glossary`."""

    name: Kebab | None = None
    title: Text | None = None
    domain: Kebab | None = None


class Content(_Entry):
    """A whole file."""

    glossary: Header = Header()
    terms: Annotated[tuple[TermEntry, ...], AfterValidator(_not_empty)]


def validate(model: type[Model], value: object, path: object, line_of: LineOf) -> Model:
    """Return `value`, read from `path`, as a `model`; `line_of` gives the line of a location in it.

    Raises:
        GlossaryFormatError: it is none; of several faults the first in the file is reported.
    """
    try:
        return model.model_validate(value)
    except ValidationError as err:
        problems = err.errors(include_url=False)
        first = min(problems, key=lambda problem: (line_of(problem["loc"]), problem["type"] == "missing"))
        raise GlossaryFormatError(path, line_of(first["loc"]), _explain(model, first)) from err


def _explain(model: type[BaseModel], problem: Mapping[str, Any]) -> str:
    keys = [part for part in problem["loc"] if isinstance(part, str)]
    key = f"`{keys[-1]}`" if keys else "the file"
    match problem["type"]:
        case "extra_forbidden":
            owner = next((_MODELS[part] for part in reversed(keys[:-1]) if part in _MODELS), model)
            return f"unknown key {key}: the keys here are {', '.join(owner.model_fields)}"
        case "missing":
            return f"{key} is missing: add it"
        case "literal_error":
            return f"{key} is {problem['input']!r}: use {problem['ctx']['expected']}"
        case "value_error":
            return f"{key} {problem['ctx']['error']}"
        case "bool_parsing" | "bool_type":
            return f"{key} is {problem['input']!r}: use true or false"
        case "string_type":
            return f"{key} must be a text, and is {_shape(problem['input'])}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{key} must have keys and values, and is {_shape(problem['input'])}"
        case "tuple_type" | "list_type":
            return f"{key} must be a list, and is {_shape(problem['input'])}"
        case _:
            return f"{key}: {problem['msg']}"


_MODELS: Mapping[str, type[BaseModel]] = {
    "glossary": Header,
    "terms": TermEntry,
    "family": FamilyEntry,
    "source": FormEntry,
}


def _shape(value: object) -> str:
    match value:
        case None | "" | [] | {}:
            return "empty"
        case list():
            return "a list"
        case dict():
            return "keys and values"
        case _:
            return repr(value)


def to_drafts(
    entry: TermEntry,
    *,
    layer: str,
    domain: str,
    path: str,
    line_of: LineOf,
    named: bool = True,
    latin_source: bool = False,
) -> tuple[Draft, ...]:
    """Return the term of an entry, and the term of its family name where it has one.

    Args:
        entry: as read, not yet checked for sense.
        layer: name of the glossary.
        domain: for an entry that names none.
        path: the file.
        line_of: gives the line of a location inside the entry; of (), its first.
        named: whether the file gives the id.
        latin_source: whether a term may do without Arabic forms, because the file says which side is Arabic.

    Raises:
        GlossaryFormatError: the entry contradicts itself.
    """
    _check(entry, path, line_of, latin_source)
    forms = tuple(
        SourceForm(
            form.form,
            not_after=entry.not_after + form.not_after,
            not_before=entry.not_before + form.not_before,
            document=entry.document + form.document,
            parts=form.parts,
        )
        for form in entry.source
    )
    untranslated = tuple(form.form for form in entry.source) if entry.kind == "untranslated" else ()
    target = entry.target or entry.source[0].form
    term = Term(
        id=entry.id,
        kind=entry.kind,
        domain=entry.domain or domain,
        forms=forms,
        target=target,
        accepted=tuple(dict.fromkeys(name for name in entry.accepted + untranslated if name != target)),
        forbidden=entry.forbidden,
        short=entry.short,
        long=entry.long,
        article=entry.article,
        origin=entry.origin or "",
        notes=entry.notes or "",
        layer=layer,
    )
    lines = tuple(line_of(("source", index)) for index in range(len(forms)))
    draft = Draft(term, path, line_of(()), lines, named, "article" in entry.model_fields_set)
    return (draft,) if entry.family is None else (draft, _family_draft(draft, entry.family, line_of))


def _family_draft(person: Draft, family: FamilyEntry, line_of: LineOf) -> Draft:
    condition = () if family.unmistakable else (person.term.id,)
    term = Term(
        id=f"{person.term.id}/family",
        kind="person",
        domain=person.term.domain,
        forms=tuple(
            SourceForm(
                form.form,
                not_after=family.not_after + form.not_after,
                not_before=family.not_before + form.not_before,
                document=condition + form.document,
                parts=form.parts,
            )
            for form in family.source
        ),
        target=family.target,
        accepted=family.accepted,
        forbidden=family.forbidden,
        person=person.term.id,
        layer=person.term.layer,
    )
    lines = tuple(line_of(("family", "source", index)) for index in range(len(term.forms)))
    return Draft(term, person.path, line_of(("family",)), lines, person.named)


def _check(entry: TermEntry, path: str, line_of: LineOf, latin_source: bool) -> None:
    def refuse(message: str, *location: str | int) -> GlossaryFormatError:
        return GlossaryFormatError(path, line_of(location), message)

    if entry.target is None and entry.kind != "untranslated":
        raise refuse("`target` is missing: add the English name")
    _check_names(entry, refuse)
    if entry.kind != "untranslated":
        _check_scripts(entry, refuse, latin_source)
    if entry.family is not None:
        if entry.kind != "person":
            raise refuse(f"`family` in a term of kind {entry.kind}: only a person has one", "family")
        _check_names(entry.family, refuse, "family")
        _check_scripts(entry.family, refuse, latin_source, "family")


def _check_names(
    entry: TermEntry | FamilyEntry, refuse: Callable[..., GlossaryFormatError], *parent: str
) -> None:
    places = [
        *((text, ("not_after", index)) for index, text in enumerate(entry.not_after)),
        *((text, ("not_before", index)) for index, text in enumerate(entry.not_before)),
    ]
    for index, form in enumerate(entry.source):
        places.extend((text, ("source", index)) for text in (form.form, *form.not_after, *form.not_before))
    for text, location in places:
        if not any(map(str.isalnum, fold(text))):
            raise refuse(f"{text!r} has no letter or digit: write a word", *parent, *location)
    if entry.target is not None and entry.target.startswith("the "):
        raise refuse("`target` begins with an article: leave it out and say article: the", *parent, "target")
    for index, name in enumerate(entry.forbidden):
        if name == entry.target or name in entry.accepted:
            raise refuse(f"{name!r} is both forbidden and right: decide", *parent, "forbidden", index)


def _check_scripts(
    entry: TermEntry | FamilyEntry,
    refuse: Callable[..., GlossaryFormatError],
    latin_source: bool,
    *parent: str,
) -> None:
    swapped = entry.target is not None and has_arabic(entry.target)
    arabic = any(has_arabic(form.form) or "{" in form.form for form in entry.source)
    if not arabic and (swapped or not latin_source):
        problem = f"no Arabic in {entry.source[0].form!r}: put Arabic in source and English in target"
        raise refuse(f"{problem}, or say kind: untranslated", *parent, "source", 0)
    for key, names in (
        ("target", (entry.target,)),
        ("accepted", entry.accepted),
        ("forbidden", entry.forbidden),
    ):
        for index, name in enumerate(names):
            if name and has_arabic(name):
                raise refuse(
                    f"Arabic in `{key}`: put Arabic in source and English in {key}", *parent, key, index
                )
