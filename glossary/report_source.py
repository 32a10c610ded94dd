"""The names that a translation report proposes for a glossary: those that recurred and had no entry."""

import json
from itertools import chain
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from glossary.draft import Draft, GlossaryFile, layer_name, read_text, slug
from glossary.errors import GlossaryFormatError
from glossary.schema import Content, to_drafts, validate

_NOTES = "proposed by dragoman translate: check kind and spelling"


class _Candidate(BaseModel):
    source: str
    target: str
    parts: list[tuple[str, str]] = Field(default_factory=list)


class _Document(BaseModel):
    model_config = ConfigDict(extra="ignore")

    candidates: list[_Candidate] = Field(default_factory=list)


class _Report(BaseModel):
    model_config = ConfigDict(extra="ignore")

    documents: list[_Document]


def read_report(file: GlossaryFile) -> tuple[Draft, ...]:
    """Return the candidates of a JSON report (`dragoman translate --report`) as terms, each name once.

    A name of several words is taken for a person, whose last word is the family name, any other for a place:
    the report cannot tell, and the notes say so.

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: it is not JSON, no such report, or proposes nothing.
    """
    path = str(file)
    text = read_text(file)
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError) as err:
        line = getattr(err, "lineno", None)
        raise GlossaryFormatError(path, line, "not JSON: give a report of dragoman translate") from err
    if not isinstance(value, dict) or "documents" not in value:
        raise GlossaryFormatError(path, 1, "not a report of dragoman translate: it has no documents")
    report = validate(_Report, value, path, lambda _: 1)
    entries: dict[str, dict[str, object]] = {}
    taken: set[str] = set()
    for candidate in chain.from_iterable(document.candidates for document in report.documents):
        if candidate.source not in entries:
            entries[candidate.source] = _entry(candidate, taken)
    if not entries:
        raise GlossaryFormatError(path, 1, "proposes no names: there is nothing to import")
    layer = layer_name(file)
    content = validate(Content, {"terms": list(entries.values())}, path, lambda _: 1)
    drafts = (
        to_drafts(entry, layer=layer, domain=slug(layer), path=path, line_of=lambda _: 1)
        for entry in content.terms
    )
    return tuple(chain.from_iterable(drafts))


def _entry(candidate: _Candidate, taken: set[str]) -> dict[str, object]:
    base = identifier = slug(candidate.target)
    number = 1
    while identifier in taken:
        number += 1
        identifier = f"{base}-{number}"
    taken.add(identifier)
    entry: dict[str, object] = {
        "id": identifier,
        "kind": "person" if candidate.parts else "place",
        "source": [candidate.source],
        "target": candidate.target,
        "notes": _NOTES,
    }
    if candidate.parts:
        source, target = candidate.parts[-1]
        entry["family"] = {"source": [source], "target": target}
    return entry
