"""Users' glossaries in XML: TBX and TMX, told apart by their first element."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from lxml import etree

from glossary.cells import split_cell
from glossary.draft import Draft, layer_name
from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.language import language
from glossary.record import drafts_of
from glossary.rows import GUARDS

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONCEPTS = frozenset({"conceptEntry", "termEntry"})
_UNITS = frozenset({"tu"})
_LISTS = frozenset({"accepted", "forbidden"})

Content = TypeVar("Content")


def read_xml(path: Path) -> tuple[Draft, ...]:
    """Return the terms of a TBX or TMX file, in its order.

    The suffix does not matter. Entities are refused, external files (DTDs among them) are never opened,
    and the file is read piece by piece.

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: it is not XML, neither TBX nor TMX, or an entry in it cannot be used.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            elements = _elements(file, name)
            root = next(elements)
            match local(root):
                case "tbx" | "martif":
                    from glossary.tbx_source import concepts

                    records = concepts(_entries(elements, _CONCEPTS, name), name)
                case "tmx":
                    from glossary.tmx_source import units

                    records = units(_entries(elements, _UNITS, name), name)
                case other:
                    problem = f"the first element is <{other}>"
                    raise GlossaryFormatError(
                        name, root.sourceline, f"{problem}: TBX begins with <tbx> or <martif>, TMX with <tmx>"
                    )
            return drafts_of(records, layer=layer_name(path), path=name, latin="yes")
    except OSError as err:
        raise GlossaryError(f"{path}: cannot be read: {err.strerror or err}") from err


def local(element: Any) -> str:
    """The name of an element, namespace left aside."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Any) -> str:
    """The text in an element and the elements in it, white space folded."""
    return " ".join("".join(element.itertext()).split())


def by_language(
    entry: Any, sections: frozenset[str], content: Callable[[Any], Iterable[Content]], path: str
) -> dict[str, list[Content]]:
    """Return what `content` finds in the `sections` of an entry, by language; none without any.

    Raises:
        GlossaryFormatError: a section names no language.
    """
    found: dict[str, list[Content]] = {}
    for section in entry:
        if local(section) not in sections:
            continue
        code = language(section.get(_XML_LANG) or section.get("lang") or "")
        if code is None:
            problem = f"<{local(section)}> without a language code"
            raise GlossaryFormatError(path, section.sourceline, f'{problem}: write xml:lang="ar" or "en"')
        if contents := list(content(section)):
            found.setdefault(code, []).extend(contents)
    return found


def own_guards(own: Mapping[str, str]) -> dict[str, object]:
    """The guards and conditions of a form among values that our writers put into notes or properties."""
    return {name: split_cell(own[name]) for name in GUARDS if name in own}


def own_values(own: Mapping[str, str]) -> dict[str, object]:
    """The keys of a term among them."""
    return {
        name: split_cell(text) if name in _LISTS else text for name, text in own.items() if name not in GUARDS
    }


def _elements(file: BinaryIO, path: str) -> Iterator[Any]:
    """The first element as soon as it begins, then every element when it is complete."""
    parser = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    started = False
    try:
        for event, element in parser:
            if not started:
                started = True
                _refuse_entities(element, path)
                yield element
            if event == "end":
                yield element
    except etree.XMLSyntaxError as err:
        first = next(iter(parser.error_log), None)
        line, problem = (first.line, first.message) if first else (None, "nothing in it")
        problem = " ".join(problem.split()).rstrip(".")
        raise GlossaryFormatError(path, line, f"not valid XML, {problem}: mend it") from err


def _refuse_entities(root: Any, path: str) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise GlossaryFormatError(path, None, "declares entities, which are not read: write the text itself")


def _entries(elements: Iterator[Any], names: frozenset[str], path: str) -> Iterator[Any]:
    """The elements of these names; each is emptied when the next one is asked for."""
    for element in elements:
        if local(element) in names:
            entity = next(element.iter(etree.Entity), None)
            if entity is not None:
                problem = f"the entity {entity.text} is not defined"
                raise GlossaryFormatError(path, element.sourceline, f"{problem}: write the character itself")
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
