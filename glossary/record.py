"""What tables and exchange formats say of terms, record by record, put together into draft terms."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from glossary.arabic import has_arabic
from glossary.draft import Draft, slug
from glossary.errors import GlossaryFormatError
from glossary.schema import Location, TermEntry, to_drafts, validate

FAMILY = "/family"
_ARTICLE = "the "

Latin = Literal["no", "beside Arabic", "yes"]
"""Whether a term may lack Arabic forms: no; if others in the file have some; yes, languages are declared."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Record:
    """What a row, a translation unit or a concept says of a term.

    Attributes:
        line: where it begins, from 1; in a workbook the row.
        forms: source forms, each with the keys of `schema.FormEntry`.
        values: the other keys of `schema.TermEntry`. An `id` that ends in /family is the family name of
            that person; an `id` that stood before, and nothing else, adds the forms to that term.
    """

    line: int
    forms: list[dict[str, object]]
    values: dict[str, object]


@dataclass(slots=True)
class _Collected:
    line: int
    values: dict[str, object]
    forms: list[dict[str, object]] = field(default_factory=list)
    form_lines: list[int] = field(default_factory=list)
    family: "_Collected | None" = None

    def add(self, record: Record) -> None:
        self.forms += record.forms
        self.form_lines += [record.line] * len(record.forms)

    def line_of(self, location: Location) -> int:
        match location:
            case ("family", *rest) if self.family:
                return self.family.line_of(tuple(rest))
            case ("source", int(index), *_):
                return self.form_lines[index]
        return self.line


def drafts_of(records: Iterable[Record], *, layer: str, path: str, latin: Latin = "no") -> tuple[Draft, ...]:
    """Return the terms that `records` make up, in their order, each family name behind its person.

    A record that is repeated word for word is read once, and a note is logged. `the` in front of a target
    is its article. A term without id gets one made from its target, not yet made unique.

    Raises:
        GlossaryFormatError: a record cannot be used.
    """
    collected = _collect(records, path)
    if latin == "beside Arabic" and any(_arabic(term.forms) for term in collected):
        latin = "yes"
    domain = slug(layer)
    drafts: list[Draft] = []
    for term in collected:
        named = "id" in term.values
        value = _value(term, path, latin == "yes")
        entry = validate(TermEntry, value, path, term.line_of)
        drafts += to_drafts(
            entry,
            layer=layer,
            domain=domain,
            path=path,
            line_of=term.line_of,
            named=named,
            latin_source=latin == "yes",
        )
    return tuple(drafts)


def _collect(records: Iterable[Record], path: str) -> list[_Collected]:
    terms: list[_Collected] = []
    families: list[_Collected] = []
    by_id: dict[str, _Collected] = {}
    lines: dict[str, int] = {}
    repeated: list[tuple[int, int]] = []
    for record in records:
        content = repr((record.forms, record.values))
        if content in lines:
            repeated.append((record.line, lines[content]))
            continue
        lines[content] = record.line
        identifier = str(record.values.get("id", ""))
        if record.values.keys() == {"id"} and identifier in by_id:
            by_id[identifier].add(record)
            continue
        term = _Collected(record.line, record.values)
        term.add(record)
        (families if identifier.endswith(FAMILY) else terms).append(term)
        if identifier:
            by_id.setdefault(identifier, term)
    for family in families:
        _attach(family, by_id, path)
    _tell_repeated(repeated, path)
    return terms


def _attach(family: _Collected, by_id: dict[str, _Collected], path: str) -> None:
    identifier = str(family.values.pop("id"))
    person = by_id.get(identifier.removesuffix(FAMILY))
    if person is None or person.family is not None:
        problem = "is there twice" if person else "has no person in this file"
        advice = "delete one" if person else f"add the term {identifier.removesuffix(FAMILY)}"
        raise GlossaryFormatError(path, family.line, f"the family name {identifier!r} {problem}: {advice}")
    if family.values.get("kind") == "person":
        del family.values["kind"]
    person.family = family


def _tell_repeated(repeated: Sequence[tuple[int, int]], path: str) -> None:
    if repeated:
        line, first = repeated[0]
        others = f", and {len(repeated) - 1} more that are repeated" if len(repeated) > 1 else ""
        _log.warning("%s:%d: the same as line %d, read once%s", path, line, first, others)


def _value(term: _Collected, path: str, latin: bool) -> dict[str, object]:
    """The term as `TermEntry` wants it."""
    value = {**term.values, "source": term.forms}
    _set_article(value)
    target = str(value.get("target", ""))
    untranslated = latin and not _arabic(term.forms) and all(_same(form, target) for form in term.forms)
    value.setdefault("kind", "untranslated" if untranslated and target else "concept")
    if not term.forms:
        raise GlossaryFormatError(path, term.line, "the source is empty: write the Arabic term")
    if not target and value["kind"] != "untranslated":
        raise GlossaryFormatError(path, term.line, "the target is empty: write the English name")
    value.setdefault("id", slug(target or str(term.forms[0]["form"])))
    if term.family is not None:
        if not term.family.values.get("target"):
            raise GlossaryFormatError(path, term.family.line, "the target is empty: write the English name")
        value["family"] = {**term.family.values, "source": term.family.forms, "unmistakable": True}
    return value


def _set_article(value: dict[str, object]) -> None:
    target = value.get("target")
    if isinstance(target, str) and target.startswith(_ARTICLE) and "article" not in value:
        value["target"], value["article"] = target.removeprefix(_ARTICLE).strip(), "the"


def _arabic(forms: Iterable[dict[str, object]]) -> bool:
    return any(has_arabic(str(form["form"])) for form in forms)


def _same(form: dict[str, object], target: str) -> bool:
    return letters(str(form["form"])) == letters(target)


def letters(name: str) -> str:
    """Return the letters and digits of `name`, in small letters: `F-35` and `F 35` have the same."""
    return "".join(filter(str.isalnum, name.casefold()))
