"""Users' glossaries as text tables: CSV and TSV."""

import csv
import io
from collections.abc import Iterator

from glossary.draft import Draft, GlossaryFile, layer_name, read_text
from glossary.errors import GlossaryFormatError
from glossary.rows import Row, read_rows


def read_table(file: GlossaryFile) -> tuple[Draft, ...]:
    """Return the terms of one CSV or TSV file, in the order of its rows.

    A first row with the names of our columns is a header, as is one of language codes (Google, Amazon).
    Without a header there are two columns, source and target, or four, with their languages behind (DeepL).
    In a CSV file `;` or tab may stand for the comma, if the first row has no comma.

    Raises:
        GlossaryError: the file cannot be read.
        GlossaryFormatError: a row cannot be used.
    """
    path = str(file)
    rows = _rows(read_text(file), path, tabs=not file.name.lower().endswith(".csv"))
    return read_rows(rows, layer=layer_name(file), path=path)


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
