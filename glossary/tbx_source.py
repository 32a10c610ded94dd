"""TBX: the concepts of ISO 30042:2019 and of ISO 30042:2008, data categories as attributes or as tags."""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from glossary.cells import split_cell
from glossary.draft import slug
from glossary.errors import GlossaryFormatError
from glossary.language import ARABIC, ENGLISH
from glossary.record import Record
from glossary.skipped import Skipped
from glossary.xml_source import by_language, local, own_guards, own_values, text_of

NOTE_KEY = "dragoman "
_OWN_NOTE = re.compile(NOTE_KEY + "([a-z_]+): (.*)", re.DOTALL)
_LANGUAGE_SECTIONS = frozenset({"langSec", "langSet"})
_TERM_SECTIONS = frozenset({"termSec", "tig", "ntig"})
_GROUPS = frozenset({"termGrp", "descripGrp", "adminGrp", "termNoteGrp"})
_TYPED = frozenset({"descrip", "admin", "termNote", "note"})
_STATUS = ("administrativeStatus", "normativeAuthorization", "usageStatus")
_FORBIDDEN = ("deprecated", "superseded", "forbidden", "obsolete", "notrecommended", "rejected")
_PREFERRED = ("preferred", "standardized", "legal", "regulated")
_SHORT = frozenset({"shortForm", "acronym", "abbreviation", "initialism"})
_LONG = "fullForm"


@dataclass(slots=True)
class _Described:
    """A concept, language section or term section: what stands directly in it."""

    categories: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    own: dict[str, str] = dataclasses.field(default_factory=dict)

    def first(self, category: str) -> str:
        return self.categories.get(category, [""])[0]


@dataclass(slots=True)
class _English:
    """The English side of a concept."""

    target: str = ""
    accepted: list[str] = dataclasses.field(default_factory=list)
    forbidden: list[str] = dataclasses.field(default_factory=list)
    short: str | None = None
    long: str | None = None
    adjective: bool = False
    origin: str = ""


def concepts(elements: Iterable[Any], path: str) -> Iterator[Record]:
    """Return what each concept says; those without Arabic or English are left out, and a note is logged.

    Every Arabic term is a source form, deprecated or not: texts write it. Of the English terms the first
    preferred one is the target, else the first that is not deprecated; deprecated ones are forbidden.
    `subjectField` is the domain, `source` of the target the origin, definition and notes are notes. Notes of
    the form `dragoman KEY: VALUE` hold what `glossary.tbx_writer` has no category for.

    Raises:
        GlossaryFormatError: a concept cannot be used, or none has both languages.
    """
    skipped = Skipped(path, "concept")
    for element in elements:
        line = element.sourceline
        terms = by_language(element, _LANGUAGE_SECTIONS, _term_sections, path)
        if skipped.lacks(line, terms.keys()):
            continue
        concept = _described(element)
        forms = [{"form": _term(section), **own_guards(_described(section).own)} for section in terms[ARABIC]]
        values = _values(concept, _english(terms[ENGLISH], path, line))
        yield Record(line, forms, values)
    skipped.close()


def _term_sections(section: Any) -> Iterator[Any]:
    """The term sections of a language section that hold a term."""
    yield from (child for child in section if local(child) in _TERM_SECTIONS and _term(child))


def _term(section: Any) -> str:
    return next((text_of(element) for element in section.iter() if local(element) == "term"), "")


def _described(element: Any) -> _Described:
    described = _Described()
    for category, text in _categories(element):
        if category == "note" and (match := _OWN_NOTE.fullmatch(text)):
            described.own[match[1]] = match[2]
        elif text:
            described.categories.setdefault(category, []).append(text)
    return described


def _categories(element: Any) -> Iterator[tuple[str, str]]:
    """The data categories that stand directly in an element, or in a group there, and their values."""
    for child in element:
        name = local(child)
        if name in _GROUPS:
            yield from _categories(child)
        elif name not in _LANGUAGE_SECTIONS | _TERM_SECTIONS:
            yield (child.get("type") or name if name in _TYPED else name), text_of(child)


def _english(sections: Iterable[Any], path: str, line: int) -> _English:
    english = _English()
    terms = [(_term(section), _described(section)) for section in sections]
    english.adjective = any(term.first("partOfSpeech") == "adjective" for _, term in terms)
    usable = [(name, term) for name, term in terms if not _status(term).startswith(_FORBIDDEN)]
    english.forbidden = [name for name, term in terms if _status(term).startswith(_FORBIDDEN)]
    if not usable:
        raise GlossaryFormatError(path, line, "every English term is deprecated: add one to write instead")
    preferred = [pair for pair in usable if _status(pair[1]).startswith(_PREFERRED)]
    canonical = (preferred or usable)[0]
    english.target = canonical[0]
    english.origin = canonical[1].first("source")
    for pair in usable:
        name, term = pair
        uses = _uses(term, pair is canonical)
        if "accepted" in uses:
            english.accepted.append(name)
        if "short" in uses and english.short is None:
            english.short = name
        if "long" in uses and english.long is None:
            english.long = name
    return english


def _status(term: _Described) -> str:
    return next((term.first(name) for name in _STATUS if term.first(name)), "").lower()


def _uses(term: _Described, canonical: bool) -> set[str]:
    """What an English term is, besides the target: accepted, short, long."""
    if "use" in term.own:
        return set(split_cell(term.own["use"]))
    kind = term.first("termType")
    uses = {"short"} if kind in _SHORT else {"long"} if kind == _LONG else set()
    return uses if canonical or (uses and not _status(term)) else uses | {"accepted"}


def _values(concept: _Described, english: _English) -> dict[str, object]:
    notes = [text for name in ("definition", "note", "notes") for text in concept.categories.get(name, ())]
    field = concept.first("subjectField")
    values: dict[str, object] = {
        "target": english.target,
        "accepted": english.accepted,
        "forbidden": english.forbidden,
        "short": english.short,
        "long": english.long,
        "kind": "adjective" if english.adjective else "",
        "domain": slug(field) if field.isascii() and field else "",
        "origin": english.origin,
        "notes": " ".join(notes),
        **own_values(concept.own),
    }
    return {name: value for name, value in values.items() if value}
