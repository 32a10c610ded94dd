"""Glossaries in YAML: the built-in ones, and the users' (glossary/README.md shows the keys)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import yaml

from glossary.draft import Draft, GlossaryFile, layer_name, read_text, slug
from glossary.errors import GlossaryFormatError
from glossary.schema import Content, LineOf, Location, to_drafts, validate

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser where PyYAML was built with it
_DEEPEST = 10
_NOTHING = frozenset({"", "~", "null"})


def read_yaml(file: GlossaryFile) -> tuple[Draft, ...]:
    """Return the terms of one YAML file in its order, each family name behind its person.

    Every value is read as the text that stands there: `NO` is no truth value and `1949` no number.
    Anchors, aliases and tags are refused.

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: it is not YAML, or not a glossary.
    """
    path = str(file)
    document = _Document(path)
    document.read(read_text(file))
    content = validate(Content, document.value, path, document.line_of)
    layer = content.glossary.name or layer_name(file)
    domain = content.glossary.domain or slug(layer)
    drafts = (
        to_drafts(
            entry,
            layer=layer,
            domain=domain,
            path=path,
            line_of=document.lines_under("terms", index),
        )
        for index, entry in enumerate(content.terms)
    )
    return tuple(chain.from_iterable(drafts))


@dataclass(slots=True)
class _Document:
    """A YAML document as plain dicts, lists and texts, with the line of everything in it."""

    path: str
    value: object = None
    lines: dict[Location, int] = field(default_factory=dict)

    def line_of(self, location: Location) -> int:
        """The line of what stands at `location`, or of the nearest thing around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def lines_under(self, *parent: str | int) -> LineOf:
        """`line_of` for locations inside `parent`."""
        return lambda location: self.line_of((*parent, *location))

    def read(self, text: str) -> None:
        """Fill in `value` and `lines`.

        Built from the parser's events: PyYAML's constructors keep no lines, let a repeated key win
        silently, and turn `NO` into false.
        """
        try:
            events: Iterator[Any] = iter(_Loader(text).get_event, None)
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if self.lines:
                        raise self._refuse(event, "a second document begins: use one file for each glossary")
                    self.value = self._value(next(events), events, ())
        except yaml.MarkedYAMLError as err:
            mark = err.problem_mark or err.context_mark
            line = None if mark is None else mark.line + 1
            problem = err.problem or err.context or "syntax error"
            raise GlossaryFormatError(self.path, line, f"not valid YAML, {problem}: mend this line") from err
        except yaml.reader.ReaderError as err:
            line = text.count("\n", 0, err.position) + 1
            raise GlossaryFormatError(
                self.path, line, "a character that YAML does not allow: remove it"
            ) from err

    def _value(self, event: Any, events: Iterator[Any], location: Location) -> object:
        self.lines[location] = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(
                event, "anchors (&) and aliases (*) are not read: write the value out, or quote it"
            )
        if getattr(event, "tag", None):
            raise self._refuse(event, f"the tag {event.tag} is not read: leave it out")
        if len(location) > _DEEPEST:
            raise self._refuse(event, "too deeply nested for a glossary: see the keys in glossary/README.md")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, location)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, location)
        unquoted = event.implicit[0]
        return None if unquoted and event.value in _NOTHING else event.value

    def _mapping(self, events: Iterator[Any], location: Location) -> dict[str, object]:
        mapping: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key, line = getattr(event, "value", None), _line(event)
            if key is None:
                raise self._refuse(event, "a key must be a plain word")
            if key in mapping:
                first = self.lines[*location, key]
                raise self._refuse(event, f"key `{key}` is given twice, first in line {first}: keep one")
            mapping[key] = self._value(next(events), events, (*location, key))
            self.lines[*location, key] = line
        return mapping

    def _sequence(self, events: Iterator[Any], location: Location) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            values.append(self._value(event, events, (*location, len(values))))
        return values

    def _refuse(self, event: Any, message: str) -> GlossaryFormatError:
        return GlossaryFormatError(self.path, _line(event), message)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
