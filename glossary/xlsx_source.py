"""Users' glossaries as workbooks: the first sheet of an XLSX file."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glossary.draft import Draft, layer_name
from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.rows import Row, read_rows

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


def read_xlsx(path: Path) -> tuple[Draft, ...]:
    """Return the terms of the first sheet of a workbook, in the order of its rows; lines are its rows.

    The columns are those of a text table. Numbers are read as the text that they are, formulas as the value
    that was saved with them. Entities in the XML inside are refused (defusedxml).

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: it is no workbook, or a row cannot be used.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            return read_rows(_rows(file, name), layer=layer_name(path), path=name)
    except OSError as err:
        raise GlossaryError(f"{path}: cannot be read: {err.strerror or err}") from err


def _rows(file: Any, path: str) -> Iterator[Row]:
    """The rows that are not blank; a row that cannot be used is refused only when it is reached."""
    try:
        sheet = _first_sheet(file, path)
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


def _first_sheet(file: Any, path: str) -> Any:
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
    sheet = book.worksheets[0]
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
