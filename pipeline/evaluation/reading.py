"""Reading one side of an evaluation set: lines, TSV, JSONL, TMX, a `dragoman translate` report, a dataset.

What is read is a `Side`: texts in order, each with the place it came from. Nothing is compared here.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from pipeline.errors import InputError
from pipeline.evaluation.config import DatasetInput, EvaluationConfig, FileInput, TextsInput
from pipeline.evaluation.lines import find_file, raw_lines, read_lines
from pipeline.read import read_text

Role = Literal["source", "reference", "hypothesis"]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("source", "src", "arabic", "ar", "ara", "translation.ar"),
    "reference": ("reference", "ref", "target", "tgt", "english", "en", "eng", "translation.en"),
    "hypothesis": ("hypothesis", "translation", "mt", "output", "target", "english", "en", "eng"),
    "document": ("document", "document_id", "doc", "doc_id", "docid"),
    "domain": ("domain",),
}
_KNOWN: Final = frozenset(name for names in COLUMNS.values() for name in names)
_PLACE: Final = {"source": 0, "reference": 1, "hypothesis": 1}  # in a TSV without heading


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a report: what was translated, and what became of it."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Side:
    """n texts of one file.

    Attributes:
        name: for messages, as it was given.
        texts: n texts without white space at either end; an empty one is "".
        lines: n line numbers, from 1; of a file that is not read by lines, numbers of its units.
        by_lines: whether `lines` are lines, of which blank ones may separate documents.
        documents, domains: n values of these columns, or None if there is none.
        pieces: the segments of a report, whose `texts` are the sources or targets of the same.
        signature: of the translation that a report tells of.
        outcomes: of the terms that a report tells of.
    """

    name: str
    texts: tuple[str, ...]
    lines: tuple[int, ...]
    by_lines: bool = False
    documents: tuple[str, ...] | None = None
    domains: tuple[str, ...] | None = None
    pieces: tuple[Piece, ...] = ()
    signature: str = ""
    outcomes: Mapping[str, int] = field(default_factory=dict)

    def place(self, number: int) -> str:
        """Where text `number`, from 0, stands: `file:line`."""
        return f"{self.name}:{self.lines[number]}"


Row = tuple[int, Mapping[str, Any]]


def read_side(
    given: FileInput | DatasetInput | TextsInput,
    role: Role,
    folders: Sequence[Path] = (),
    *,
    document_column: str | None = None,
    domain_column: str | None = None,
) -> Side:
    """Read the source, a reference, or the hypotheses of a system.

    The format follows the name: `.tsv`, `.jsonl`, `.tmx`, `.json` (a report of `dragoman translate`);
    anything else is plain text with a segment on each line. A checksum is that of the file, as `sha256sum`
    prints it; of a dataset that of the column's texts, each with a line feed behind it.

    Args:
        given: names the file or dataset, and a column if it has several.
        role: decides which column is taken if none is named.
        folders: where relative names start from before the working folder.
        document_column: where a table has the document of a segment; without it the usual names are tried.
        domain_column: the same for its domain.

    Raises:
        InputError: it cannot be read, is empty, has no such column, or has another checksum.
    """
    wanted = {"document": document_column, "domain": domain_column}
    if isinstance(given, TextsInput):
        numbers = tuple(range(1, len(given.texts) + 1))
        return Side(role, tuple(" ".join(text.split("\n")).strip() for text in given.texts), numbers)
    if isinstance(given, DatasetInput):
        name = given.dataset
        side = _from_rows(name, _dataset_rows(given, folders), given.column, role, wanted)
        content = "".join(f"{text}\n" for text in side.texts).encode()
    else:
        path = find_file(given.file, folders)
        name = str(path)
        side = _READERS.get(path.suffix.lower(), _read_lines)(path, given.column, role, wanted)
        content = path.read_bytes() if given.sha256 is not None else b""
    if not any(side.texts):
        raise InputError(f"{name}: no text in it; give the {role} with a segment on each line")
    if given.sha256 is not None:
        _check_sum(name, content, given.sha256)
    return side


def files_read(config: EvaluationConfig, folders: Sequence[Path] = ()) -> list[Path]:
    """The files that an evaluation reads, so that none is taken for its output; not those of models."""
    given = (config.source, *config.reference, *(system.input for system in config.hypothesis))
    names = [each.file for each in given if isinstance(each, FileInput)]
    if isinstance(config.documents, str):
        names.append(config.documents)
    return [*(find_file(name, folders) for name in names), *map(Path, config.glossary)]


def _read_lines(path: Path, column: str | None, role: Role, wanted: Mapping[str, str | None]) -> Side:
    if column is not None:
        raise InputError(f"{path}: plain lines have no column {column!r}; give a .tsv or .jsonl file")
    lines = read_lines(path)
    return Side(str(path), lines, tuple(range(1, len(lines) + 1)), by_lines=True)


def _read_tsv(path: Path, column: str | None, role: Role, wanted: Mapping[str, str | None]) -> Side:
    """Read a table; its first line is a heading if a known or wanted column is named there."""
    rows = [line.split("\t") for line in raw_lines(path)]
    first = [cell.strip() for cell in rows[0]] if rows else []
    named = {column, *wanted.values()} - {None}
    if not (_KNOWN | named) & set(first):
        return _from_rows(str(path), _numbered(rows, path), _position(path, first, column, role), role, {})
    body = list(enumerate(rows[1:], start=2))
    for number, row in body:
        if len(row) != len(first):
            raise InputError(f"{path}:{number}: {len(row)} cells, but the heading has {len(first)}; mend it")
    return _from_rows(
        str(path),
        [(number, dict(zip(first, row, strict=True))) for number, row in body],
        column,
        role,
        wanted,
    )


def _numbered(rows: Sequence[Sequence[str]], path: Path) -> list[Row]:
    """Rows of a table without heading; the columns are known by number, from 1."""
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise InputError(f"{path}:{number}: {len(row)} cells, but line 1 has {width}; mend it")
    return [
        (number, {str(place): cell for place, cell in enumerate(row, start=1)})
        for number, row in enumerate(rows, start=1)
    ]


def _position(path: Path, first: Sequence[str], column: str | None, role: Role) -> str:
    if column is not None:
        return column
    if len(first) > 2:
        raise InputError(
            f"{path}: which of {len(first)} columns is the {role}? There is no heading that tells; "
            f"say {path}:{_PLACE[role] + 1}, for example"
        )
    return str(min(_PLACE[role], len(first) - 1) + 1)


def _read_jsonl(path: Path, column: str | None, role: Role, wanted: Mapping[str, str | None]) -> Side:
    rows = []
    for number, line in enumerate(raw_lines(path), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as err:
            raise InputError(f"{path}:{number}: not JSON ({err}); a line is one object") from err
        if not isinstance(value, dict):
            raise InputError(f"{path}:{number}: no object; a line is one, as in {{{role!r}: ...}}")
        rows.append((number, value))
    return _from_rows(str(path), rows, column, role, wanted)


def _read_report(path: Path, column: str | None, role: Role, wanted: Mapping[str, str | None]) -> Side:
    """Read the JSON that `dragoman translate --report` writes."""
    if role == "reference":
        raise InputError(f"{path}: a report holds no reference; give a text file, TSV, JSONL or TMX")
    try:
        report = json.loads(read_text(path).text)
        found = [
            (document["name"], Piece(segment["source"].strip(), segment["target"].strip()), segment["terms"])
            for document in report["documents"]
            for segment in document["segments"]
        ]
        outcomes = [term["outcome"] for _, _, terms in found for term in terms]
        signature = str(report["signature"])
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise InputError(
            f"{path}: is no report of `dragoman translate`; other data goes into .jsonl, an object a line"
        ) from err
    pieces = tuple(piece for _, piece, _ in found)
    return Side(
        str(path),
        tuple(piece.source if role == "source" else piece.target for piece in pieces),
        tuple(range(1, len(pieces) + 1)),
        documents=tuple(str(name) for name, _, _ in found),
        pieces=pieces,
        signature=signature,
        outcomes={outcome: outcomes.count(outcome) for outcome in dict.fromkeys(outcomes)},
    )


def _read_tmx(path: Path, column: str | None, role: Role, wanted: Mapping[str, str | None]) -> Side:
    from pipeline.evaluation.tmx import read_units

    language = column or ("ar" if role == "source" else "en")
    rows: list[Row] = [(number, {language: unit.get(language, "")}) for number, unit in read_units(path)]
    if not any(row[language] for _, row in rows):
        raise InputError(f"{path}: no unit is in {language!r}; say FILE:LANGUAGE")
    return _from_rows(str(path), rows, language, role, {})


def _dataset_rows(given: DatasetInput, folders: Sequence[Path]) -> list[Row]:
    from pipeline.evaluation.hub import dataset_rows

    return list(enumerate(dataset_rows(given, folders), start=1))


def _from_rows(
    name: str, rows: Iterable[Row], column: str | None, role: Role, wanted: Mapping[str, str | None]
) -> Side:
    """Take the columns out of a table."""
    table = list(rows)
    if not table:
        raise InputError(f"{name}: no rows in it; give the {role} with a segment in each")
    chosen = _column(name, table, column, role)
    texts = tuple(_text(name, number, row, chosen) for number, row in table)
    extra: dict[str, tuple[str, ...] | None] = {"document": None, "domain": None}
    for kind, asked in wanted.items():
        present = next((each for each in COLUMNS[kind] if _value(table[0][1], each) is not None), None)
        if asked is not None and _value(table[0][1], asked) is not None:
            present = asked
        if present is not None and present != chosen:
            extra[kind] = tuple(str(_value(row, present) or "").strip() for _, row in table)
    numbers = tuple(number for number, _ in table)
    return Side(name, texts, numbers, documents=extra["document"], domains=extra["domain"])


def _column(name: str, table: Sequence[Row], column: str | None, role: Role) -> str:
    first = table[0][1]
    candidates = (column,) if column is not None else COLUMNS[role]
    for candidate in candidates:
        if isinstance(_value(first, candidate), str):
            return candidate
    what = f"no column {column!r}" if column is not None else f"which column is the {role}?"
    raise InputError(f"{name}: {what}; there are {', '.join(map(str, first))}: say {name}:COLUMN")


def _text(name: str, number: int, row: Mapping[str, Any], column: str) -> str:
    value = _value(row, column)
    if not isinstance(value, str):
        raise InputError(f"{name}:{number}: no text in {column!r}; mend the line")
    return " ".join(value.split("\n")).strip()


def _value(row: Mapping[str, Any], column: str) -> Any:
    """Return what stands in a column; `translation.ar` is the key `ar` in column `translation`."""
    if column in row:
        return row[column]
    value: Any = row
    for key in column.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _check_sum(name: str, content: bytes, expected: str) -> None:
    found = sha256(content).hexdigest()
    if found != expected.lower():
        raise InputError(
            f"{name}: its SHA-256 is {found[:12]}..., not {expected[:12]}... as the configuration says; "
            "get the original, or take the checksum out"
        )


_READERS: Final[Mapping[str, Callable[[Path, str | None, Role, Mapping[str, str | None]], Side]]] = {
    ".tsv": _read_tsv,
    ".jsonl": _read_jsonl,
    ".json": _read_report,
    ".tmx": _read_tmx,
}
