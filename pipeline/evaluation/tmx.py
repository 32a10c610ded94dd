"""TMX as an evaluation set: a segment for each translation unit, in the order of the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from glossary.language import language
from pipeline.errors import InputError

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset({"bpt", "ept", "ph", "it", "ut"})


def read_units(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each unit with its number, from 1: text by language, region left aside.

    Of several variants in one language the first counts. Inline codes are left out. Entities are refused.

    Raises:
        InputError: not readable or not TMX.
    """
    number = 0
    try:
        with path.open("rb") as file:
            for event, element in iterparse(file, events=("start", "end")):
                name = _local(element)
                if event == "start":
                    if number == 0 and name == "tbx":
                        raise InputError(f"{path}: is TBX, not TMX; a test set is TMX, TSV, JSONL or lines")
                    continue
                if name == "tu":
                    number += 1
                    yield number, _texts(element)
                    element.clear()
    except ParseError as err:
        line, _ = err.position
        raise InputError(f"{path}:{line}: not valid XML ({err}); mend it") from err
    except DefusedXmlException as err:
        raise InputError(f"{path}: declares entities, which are not read; write the text itself") from err
    except OSError as err:
        raise InputError(f"{path}: cannot be read ({err.strerror or err}); check the path") from err


def _texts(unit: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for variant in unit:
        if _local(variant) != "tuv":
            continue
        code = language(variant.get(_XML_LANG) or variant.get("lang") or "")
        segment = next((child for child in variant if _local(child) == "seg"), None)
        if code is not None and segment is not None:
            found.setdefault(code, " ".join("".join(_plain(segment)).split()))
    return found


def _plain(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if _local(child) not in _CODES:
            yield from _plain(child)
        yield child.tail or ""


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
