"""TMX 1.4 and older: translation units."""

from collections.abc import Iterable, Iterator
from typing import Any

from glossary.cells import split_cell
from glossary.errors import GlossaryFormatError
from glossary.language import ARABIC, ENGLISH, language
from glossary.record import Record
from glossary.rows import GUARDS
from glossary.skipped import Skipped
from glossary.xml_source import XML_LANG, local, text_of

PROPERTY = "x-dragoman-"
_LISTS = frozenset({"accepted", "forbidden"})
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
        names = _by_language(element, path)
        if skipped.lacks(line, names.keys()):
            continue
        own = _properties(element)
        guards = {name: split_cell(own.pop(name)) for name in GUARDS if name in own}
        forms: list[dict[str, object]] = [{"form": name, **guards} for name in names[ARABIC]]
        identifier = own.get("id")
        if identifier in known:
            yield Record(line, forms, {"id": identifier})
            continue
        if identifier:
            known.add(identifier)
        values: dict[str, object] = {"target": names[ENGLISH][0], "accepted": names[ENGLISH][1:]}
        values["notes"] = " ".join(text_of(child) for child in element if local(child) == "note")
        values |= {name: split_cell(text) if name in _LISTS else text for name, text in own.items()}
        yield Record(line, forms, {name: value for name, value in values.items() if value})
    skipped.close()


def _by_language(unit: Any, path: str) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for variant in unit:
        if local(variant) != "tuv":
            continue
        code = language(variant.get(XML_LANG) or variant.get("lang") or "")
        if code is None:
            problem = "<tuv> without a language code"
            raise GlossaryFormatError(path, variant.sourceline, f'{problem}: write xml:lang="ar" or "en"')
        for segment in variant:
            if local(segment) == "seg" and (name := _segment(segment)):
                names.setdefault(code, []).append(name)
    return names


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
