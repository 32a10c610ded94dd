"""Users' glossaries as workbooks: one sheet of an XLSX file."""

import logging
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glossary.draft import Draft, layer_name
from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.rows import Row, read_rows

_log = logging.getLogger(__name__)
MOST_BYTES = 1 << 30
FEWEST_CELLS = 2
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What openpyxl and zipfile raise for files that are damaged, encrypted, or something else."""


def read_xlsx(path: Path, sheet: str | None = None) -> tuple[Draft, ...]:
    """Return the terms of a sheet of a workbook, in the order of its rows; lines are its rows.

    Without the name of a `sheet` the first one is read, and if there are others, a note of them is logged.
    The columns are those of a text table. Numbers are read as the text that they are, formulas as the value
    that was saved with them. Entities in the XML inside are refused (defusedxml).

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: it is no workbook, has no such sheet, or a row cannot be used.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            return read_rows(_rows(file, name, sheet), layer=layer_name(path), path=name)
    except OSError as err:
        raise GlossaryError(f"{path}: cannot be read: {err.strerror or err}") from err


def _rows(file: Any, path: str, name: str | None) -> Iterator[Row]:
    """The rows that are not blank; a row that cannot be used is refused only when it is reached."""
    try:
        sheet = _sheet(file, path, name)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            row = [_text(cell, path) for cell in cells]
            while len(row) > FEWEST_CELLS and not row[-1]:
                row.pop()
            if any(row):
                yield number, row + [""] * (FEWEST_CELLS - len(row))
    except (*_BROKEN, OSError) as err:
        if isinstance(err, OSError) and err.errno is not None:
            raise
        raise GlossaryFormatError(
            path, None, "not an XLSX workbook, or a damaged or protected one: save it as .xlsx again"
        ) from err


def _sheet(file: Any, path: str, name: str | None) -> Any:
    import openpyxl

    with zipfile.ZipFile(file) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MOST_BYTES:
        raise GlossaryFormatError(
            path, None, f"unpacks to {size >> 20} MB, too much for a glossary: divide it"
        )
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    if not book.worksheets:
        raise GlossaryFormatError(path, None, "no sheet with cells: put the table into the first sheet")
    titles = [sheet.title for sheet in book.worksheets]
    if name is not None and name not in titles:
        raise GlossaryFormatError(path, None, f"no sheet {name!r}: use one of {', '.join(titles)}")
    sheet = book.worksheets[0 if name is None else titles.index(name)]
    others = [title for title in titles if title != sheet.title]
    if name is None and others:
        _log.warning("%s: read is the sheet %s, not %s", path, sheet.title, ", ".join(others))
    sheet.reset_dimensions()
    return sheet


def _text(cell: Any, path: str) -> str:
    value = cell.value
    if isinstance(value, str) and cell.data_type != "e":
        return " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    problem = f"the error {value}" if cell.data_type == "e" else "a date"
    raise GlossaryFormatError(
        path, cell.row, f"cell {cell.coordinate} holds {problem}: write a text, or format the cell as text"
    )
