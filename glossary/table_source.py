"""Users' glossaries as tables: CSV and TSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain

from glossary.arabic import has_arabic
from glossary.draft import Draft, GlossaryFile, layer_name, read_text, slug
from glossary.errors import GlossaryFormatError
from glossary.schema import TermEntry, to_drafts, validate

COLUMNS = ("source", "target", "id", "kind", "domain", "accepted", "forbidden", "article", "notes")
SEPARATOR = "|"
_SEVERAL = frozenset({"source", "target", "accepted", "forbidden"})
_ARTICLE = "the "

Row = tuple[int, list[str]]


def read_table(file: GlossaryFile) -> tuple[Draft, ...]:
    """Return the terms of one CSV or TSV file, one for each row, in its order.

    A first row with the names of columns is a header; without one there are two columns, source and
    target. `|` stands between several names in one cell; of several targets the first is the canonical
    one, and `the` in front of it counts as its article. A term without id gets one made from its
    target, not yet made unique. In a CSV file `;` or tab may stand for the comma, if the first row has
    no comma.

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: a row cannot be used.
    """
    path = str(file)
    rows = _rows(read_text(file), path, tabs=not file.name.lower().endswith(".csv"))
    first = next(rows, None)
    if first is None:
        raise GlossaryFormatError(path, None, "no rows: write one for each term, source and target")
    columns = _header(first, path)
    if columns is None:
        columns, rows = COLUMNS[:2], chain([first], rows)
    layer = layer_name(file)
    drafts: list[Draft] = []
    for line, cells in rows:
        drafts += _drafts(_named_cells(columns, cells, path, line), layer, path, line)
    if not drafts:
        raise GlossaryFormatError(path, None, "a header and no rows: write one for each term")
    return tuple(drafts)


def _rows(text: str, path: str, *, tabs: bool) -> Iterator[Row]:
    """The rows that are not blank, cells stripped, each with its first line."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter="\t" if tabs else _delimiter(text), strict=True
    )
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as err:
            raise GlossaryFormatError(
                path, line, f"not a row of a table, {err}: check the quotation marks"
            ) from err
        if any("\n" in cell or "\r" in cell for cell in cells):
            raise GlossaryFormatError(path, line, 'a cell runs over several lines: is a closing " missing?')
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield line, cells


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return next((delimiter for delimiter in ",;\t" if delimiter in first), ",")


def _header(row: Row, path: str) -> tuple[str, ...] | None:
    """The names of the columns, None if `row` is a term."""
    line, cells = row
    names = tuple(cell.lower() for cell in cells)
    if any(map(has_arabic, cells)) or not {"source", "target"} & set(names):
        return None
    for name in names:
        if name not in COLUMNS:
            raise GlossaryFormatError(
                path, line, f"unknown column {name!r}: the columns are {', '.join(COLUMNS)}"
            )
        if names.count(name) > 1:
            raise GlossaryFormatError(path, line, f"column {name!r} is given twice: keep one")
    for name in COLUMNS[:2]:
        if name not in names:
            raise GlossaryFormatError(path, line, f"column {name!r} is missing: add it")
    return names


def _named_cells(columns: Sequence[str], cells: Sequence[str], path: str, line: int) -> dict[str, str]:
    if len(cells) < 2:
        raise GlossaryFormatError(path, line, "one column: write source and target")
    if len(cells) > len(columns):
        problem = f"{len(cells)} columns instead of {len(columns)}"
        advice = (
            f'put a text with a separator in "", or name the columns in a first row: {", ".join(COLUMNS)}'
        )
        raise GlossaryFormatError(path, line, f"{problem}: {advice}")
    return {name: cell for name, cell in zip(columns, cells, strict=False) if cell}


def _drafts(cells: dict[str, str], layer: str, path: str, line: int) -> tuple[Draft, ...]:
    value: dict[str, object] = {"kind": "concept", **cells}
    value |= {key: _several(cells[key]) for key in _SEVERAL & cells.keys()}
    targets = _several(cells.get("target", ""))
    if "source" not in cells:
        raise GlossaryFormatError(path, line, "the source is empty: write the Arabic term")
    if not targets and value["kind"] != "untranslated":
        raise GlossaryFormatError(path, line, "the target is empty: write the English name")
    if targets:
        if targets[0].startswith(_ARTICLE) and "article" not in cells:
            targets[0], value["article"] = targets[0].removeprefix(_ARTICLE), "the"
        value |= {"target": targets[0], "accepted": [*targets[1:], *_several(cells.get("accepted", ""))]}
    value.setdefault("id", slug(targets[0] if targets else cells["source"]))
    entry = validate(TermEntry, value, path, lambda _: line)
    return to_drafts(
        entry, layer=layer, domain=slug(layer), path=path, line_of=lambda _: line, named="id" in cells
    )


def _several(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(SEPARATOR) if name.strip()]
