"""TMX 1.4 and older: translation units."""

from collections.abc import Iterable, Iterator
from typing import Any

from glossary.language import ARABIC, ENGLISH
from glossary.record import Record
from glossary.skipped import Skipped
from glossary.xml_source import by_language, local, own_guards, own_values, text_of

PROPERTY = "x-dragoman-"
_VARIANTS = frozenset({"tuv"})
_CODES = frozenset({"bpt", "ept", "ph", "it", "ut"})


def units(elements: Iterable[Any], path: str) -> Iterator[Record]:
    """Return what each unit says; those without Arabic or English are left out, and a note is logged.

    Of several Arabic variants each is a source form; of several English ones the first is the target, the
    others are accepted. Notes are notes. Properties `x-dragoman-KEY` hold what `glossary.tmx_writer` has no
    element for; a further unit of the same id adds a form.

    Raises:
        GlossaryFormatError: a unit cannot be used, or none has both languages.
    """
    skipped = Skipped(path, "unit")
    known: set[str] = set()
    for element in elements:
        line = element.sourceline
        names = by_language(element, _VARIANTS, _names, path)
        if skipped.lacks(line, names.keys()):
            continue
        own = _properties(element)
        forms: list[dict[str, object]] = [{"form": name, **own_guards(own)} for name in names[ARABIC]]
        identifier = own.get("id")
        if identifier in known:
            yield Record(line, forms, {"id": identifier})
            continue
        if identifier:
            known.add(identifier)
        values: dict[str, object] = {"target": names[ENGLISH][0], "accepted": names[ENGLISH][1:]}
        values["notes"] = " ".join(text_of(child) for child in element if local(child) == "note")
        values |= own_values(own)
        yield Record(line, forms, {name: value for name, value in values.items() if value})
    skipped.close()


def _names(variant: Any) -> Iterator[str]:
    """The segments of a variant that are not empty."""
    yield from filter(None, (_segment(child) for child in variant if local(child) == "seg"))


def _segment(segment: Any) -> str:
    """The text of a segment without the codes of the file it was taken from."""
    for code in [element for element in segment.iter() if local(element) in _CODES]:
        tail = code.tail
        code.clear()
        code.tail = tail
    return text_of(segment)


def _properties(unit: Any) -> dict[str, str]:
    return {
        child.get("type", "").removeprefix(PROPERTY): text_of(child)
        for child in unit
        if local(child) == "prop" and child.get("type", "").startswith(PROPERTY)
    }
