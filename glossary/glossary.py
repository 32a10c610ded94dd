"""A glossary: terms in layers, found in Arabic text."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import chain
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from glossary.arabic import fold
from glossary.collection import collection_paused
from glossary.draft import Draft, GlossaryFile
from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.term import SourceForm, Term, TermMatch

if TYPE_CHECKING:
    from glossary.matcher import Matcher

SUFFIXES = (".yaml", ".yml", ".csv", ".tsv", ".xlsx", ".tbx", ".tmx", ".xml", ".json")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two terms that claim the same: `winner` is used in the place of `loser`.

    Attributes:
        form: the source form that both have; None if they have the same id, and `loser` is gone altogether.
    """

    winner: Term
    loser: Term
    form: str | None = None

    def __str__(self) -> str:
        if self.form is None:
            return f"{self.winner.id}: read from {self.winner.layer}, no longer from {self.loser.layer}"
        winner = f"{self.winner.id} ({self.winner.layer})"
        return f"{self.form}: read as {winner}, no longer as {self.loser.id} ({self.loser.layer})"


class Glossary:
    """Terms with one English name each, found in text. Never changes; may be pickled and shared."""

    def __init__(self, *layers: Iterable[Term]) -> None:
        """Put terms together; of the same id or the same form in two, the later one is used.

        Args:
            layers: terms whose forms hold no `{id}` any more; `load` reads files.
        """
        self._given = tuple(tuple(layer) for layer in layers)
        last = {term.id: (number, term) for number, layer in enumerate(self._given) for term in layer}
        self._layers = tuple(
            tuple(term for term in layer if last[term.id] == (number, term))
            for number, layer in enumerate(self._given)
        )
        self._terms = {term.id: term for layer in self._layers for term in layer}

    @classmethod
    def empty(cls) -> "Glossary":
        """Return the glossary without terms: finds nothing."""
        return cls()

    @classmethod
    def builtin(cls) -> "Glossary":
        """Return what comes with the package: NATO, Germany, European security; read once."""
        return _builtin()

    @classmethod
    def load(cls, *paths: str | PathLike[str], builtin: bool = True, sheet: str | None = None) -> "Glossary":
        """Read glossaries; where two say different things, the later one is used and `conflicts` tells.

        Args:
            paths: files of the user: YAML (.yaml, .yml), tables (.csv, .tsv, .xlsx), TBX and TMX (.tbx, .tmx,
                .xml); glossary/README.md says what is read of each.
            builtin: put them on top of the built-in glossary.
            sheet: name of the sheet to read of workbooks, else the first.

        Raises:
            GlossaryError: a file is missing or of another kind.
            GlossaryFormatError: a file, or an entry in it, cannot be used.
        """
        if builtin and not paths:
            return _builtin()
        return cls(*_layers(tuple(map(Path, paths)), builtin=builtin, sheet=sheet))

    @property
    def terms(self) -> Mapping[str, Term]:
        """Every term by id, in the order of layers and files; read-only."""
        return MappingProxyType(self._terms)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a later term took over from an earlier one, by id or by form."""
        used = set(map(id, self._terms.values()))
        replaced = (term for layer in self._given for term in layer if id(term) not in used)
        return (
            *(Conflict(self._terms[term.id], term) for term in replaced),
            *_form_conflicts(self._layers),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 in hex of all that decides what is found and how it is rendered; notes do not count."""
        content = [[_content(term) for term in layer] for layer in self._layers if layer]
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()

    def find(self, text: str) -> tuple[TermMatch, ...]:
        """Return the terms in `text`, leftmost-longest, without overlap; `text` is a document of its own.

        Ignores what `glossary.arabic.fold` ignores, allows attached proclitics, wants whole words. Does not
        lemmatise: broken plurals and words with a suffix must be listed as source forms.

        Args:
            text: n code points.

        Returns:
            matches by increasing start; 0 <= start < end <= n, offsets into `text` itself.

        Raises:
            TypeError: `text` is no str.

        Source: Aho and Corasick 1975.
        """
        return self.find_in_segments((text,))[0]

    def find_in_segments(self, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        """Return the terms in each of the segments of one document, as `find` does.

        Document conditions are decided over all segments together; no term runs over two.

        Returns:
            as many tuples as there are segments, in their order; offsets into the segment.

        Raises:
            TypeError: `segments` is a str, or holds something else than str.
        """
        if isinstance(segments, str):
            raise TypeError("segments must be a sequence of str, not one str: use find")
        segments = tuple(segments)
        for segment in segments:
            if not isinstance(segment, str):
                raise TypeError(f"a text must be a str, not {type(segment).__name__}")
        return self._matcher.find(segments)

    @cached_property
    def _matcher(self) -> "Matcher":
        from glossary.matcher import Matcher

        with collection_paused():
            return Matcher(self._layers)

    def __reduce__(self) -> tuple[type["Glossary"], tuple[tuple[Term, ...], ...]]:
        return Glossary, self._given

    def __len__(self) -> int:
        return len(self._terms)

    def __repr__(self) -> str:
        return f"<Glossary of {len(self)} terms, {self.fingerprint[:12]}>"


def _content(term: Term) -> list[object]:
    forms = [[form.text, form.not_after, form.not_before, form.document, form.parts] for form in term.forms]
    names = [term.target, term.accepted, term.forbidden, term.short, term.long, term.article]
    return [term.id, term.kind, term.domain, forms, names, term.person]


def _form_conflicts(layers: Sequence[Sequence[Term]]) -> list[Conflict]:
    """Forms that two terms share, across layers; in one layer only if nothing tells the two apart."""
    claims: dict[str, list[tuple[int, Term, SourceForm]]] = {}
    for number, layer in enumerate(layers):
        for term in layer:
            for form in term.forms:
                claims.setdefault(fold(form.text).strip(), []).append((number, term, form))
    conflicts: dict[tuple[str, str, str], Conflict] = {}
    for spelling, claimants in claims.items():
        for index, (number, loser, form) in enumerate(claimants):
            for later_number, winner, other in claimants[index + 1 :]:
                if winner.id != loser.id and (later_number > number or _context(form) == _context(other)):
                    conflicts[spelling, winner.id, loser.id] = Conflict(winner, loser, other.text)
    return list(conflicts.values())


def _context(form: SourceForm) -> tuple[tuple[str, ...], ...]:
    return form.not_after, form.not_before, form.document


@cache
def _builtin() -> Glossary:
    return Glossary(*_layers((), builtin=True))


def _layers(paths: Sequence[Path], *, builtin: bool, sheet: str | None = None) -> Sequence[tuple[Term, ...]]:
    from glossary.compiled import compiled

    files = [*_builtin_files(), *paths] if builtin else paths
    with collection_paused():
        return compiled(
            files, f"{builtin} {sheet}", lambda: _composed(_drafts(paths, builtin=builtin, sheet=sheet))
        )


def _drafts(paths: Sequence[Path], *, builtin: bool, sheet: str | None) -> list[tuple[Draft, ...]]:
    layers = [builtin_drafts()] if builtin else []
    for path in paths:
        layers.append(with_ids(read_drafts(path, sheet), layers))
    return layers


@cache
def builtin_drafts() -> tuple[Draft, ...]:
    """Return the terms of the built-in files as written there, references not resolved."""
    from glossary.yaml_source import read_yaml

    return with_ids(tuple(chain.from_iterable(map(read_yaml, _builtin_files()))), ())


def _builtin_files() -> list[GlossaryFile]:
    from importlib import resources

    folder = resources.files("glossary") / "data"
    files = (file for file in folder.iterdir() if file.name.endswith(".yaml"))
    return sorted(files, key=lambda file: file.name)


def read_drafts(path: str | PathLike[str], sheet: str | None = None) -> tuple[Draft, ...]:
    """Return the terms of a file as written there: references not resolved, derived ids not yet unique.

    Of a workbook those of `sheet`, or of the first one.

    Raises:
        GlossaryError: the file is missing or of another kind.
        GlossaryFormatError: the file, or an entry in it, cannot be used.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if not path.exists():
        raise GlossaryError(f"{path}: no such file: check the path")
    if path.is_dir():
        raise GlossaryError(f"{path}: a folder, not a glossary: name the files in it")
    if suffix not in SUFFIXES:
        raise GlossaryError(f"{path}: a glossary ends in {', '.join(SUFFIXES)}: convert or rename the file")
    return _reader(suffix, sheet)(path)


def _reader(suffix: str, sheet: str | None) -> Callable[[Path], tuple[Draft, ...]]:
    if suffix in (".csv", ".tsv"):
        from glossary.table_source import read_table

        return read_table
    if suffix == ".xlsx":
        from glossary.xlsx_source import read_xlsx

        return partial(read_xlsx, sheet=sheet)
    if suffix in (".tbx", ".tmx", ".xml"):
        from glossary.xml_source import read_xml

        return read_xml
    if suffix == ".json":
        from glossary.report_source import read_report

        return read_report
    from glossary.yaml_source import read_yaml

    return read_yaml


def with_ids(drafts: Sequence[Draft], earlier: Iterable[Sequence[Draft]] = ()) -> tuple[Draft, ...]:
    """Return the terms of one layer with ids that are unique in it, derived ones also among `earlier`.

    A given id may replace one of `earlier`.

    Raises:
        GlossaryFormatError: two terms of the layer are given the same id.
    """
    first: dict[str, Draft] = {}
    for draft in drafts:
        if draft.named and first.setdefault(draft.term.id, draft) is not draft:
            place = f"{first[draft.term.id].path}:{first[draft.term.id].line}"
            raise GlossaryFormatError(
                draft.path, draft.line, f"id `{draft.term.id}` is taken by {place}: choose another one"
            )
    taken = {*first, *(draft.term.id for layer in earlier for draft in layer)}
    numbers: dict[str, int] = {}
    return tuple(draft if draft.named else _with_free_id(draft, taken, numbers) for draft in drafts)


def _with_free_id(draft: Draft, taken: set[str], numbers: dict[str, int]) -> Draft:
    """Number the id if it is taken; `numbers` holds the last number of each id, so that many cost no more."""
    base = identifier = draft.term.id
    number = numbers.get(base, 1)
    while identifier in taken:
        number += 1
        identifier = f"{base}-{number}"
    numbers[base] = number
    taken.add(identifier)
    return draft if identifier == base else replace(draft, term=replace(draft.term, id=identifier))


def _composed(layers: Sequence[Sequence[Draft]]) -> list[tuple[Term, ...]]:
    from glossary.compose import compose

    known = {draft.term.id: draft for layer in layers for draft in layer}
    return [compose(layer, known) for layer in layers]
