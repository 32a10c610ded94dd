"""Glossaries as tables of our own columns: CSV, TSV and XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO

from glossary.cells import join_cell, quote_formula, unquote_formula
from glossary.entry import named
from glossary.loss import Loss
from glossary.rows import COLUMNS, GUARDS
from glossary.term import SourceForm, Term

LONGEST_CELL = 32_767
_TEXT_LIKE = ("=", "+", "-", "@", "#", "'")


def write_csv(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms`, a row for each and further rows for forms with other guards or conditions.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front, which `rows` takes off.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    return _write_text(terms, file, ",")


def write_tsv(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms` as `write_csv` does, with tabs.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    return _write_text(terms, file, "\t")


def _write_text(terms: Iterable[Term], file: BinaryIO, delimiter: str) -> list[Loss]:
    together, losses = named(terms)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(COLUMNS)
    for pair in together:
        for term in filter(None, pair):
            writer.writerows(
                [quote_formula(cells.get(name, "")) for name in COLUMNS] for cells in rows_of(term)
            )
    text.detach()
    return losses


def write_xlsx(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms` into the first sheet of a workbook, every cell as text; none is a formula.

    A cell of XLSX holds 32,767 characters: longer ones are left out, and told.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    together, losses = named(terms)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Glossary")
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)

    def as_text(text: str) -> object:
        if not text.startswith(_TEXT_LIKE):
            return text or None
        quoted = text if unquote_formula(text) == text else quote_formula(text)
        cell = WriteOnlyCell(sheet, quoted)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell

    for pair in together:
        for term in filter(None, pair):
            for cells in _fitting(term, losses):
                sheet.append([as_text(cells.get(name, "")) for name in COLUMNS])
    book.save(file)
    return losses


def rows_of(term: Term) -> Iterator[dict[str, str]]:
    """The rows of a term: forms with the same guards and conditions together, all else in the first row."""
    values = {
        "id": term.id,
        "target": join_cell([term.target]),
        "kind": term.kind,
        "domain": "" if term.person else term.domain,
        "accepted": join_cell(term.accepted),
        "forbidden": join_cell(term.forbidden),
        "short": term.short or "",
        "long": term.long or "",
        "article": "the" if term.article == "the" else "",
        "origin": term.origin,
        "notes": term.notes,
    }
    if term.person:
        values = {key: values[key] for key in ("id", "target", "accepted", "forbidden")}
    for guards, group in groupby(dict.fromkeys(term.forms), key=_guards):
        for source in _cells_of(group):
            yield {"source": source, **dict(zip(GUARDS, map(join_cell, guards), strict=True)), **values}
            values = {"id": term.id}


def _guards(form: SourceForm) -> tuple[tuple[str, ...], ...]:
    return form.not_after, form.not_before, form.document, form.parts


def _cells_of(forms: Iterable[SourceForm]) -> Iterator[str]:
    """The forms in as many cells as it takes."""
    together: list[str] = []
    length = 0
    for form in forms:
        added = len(join_cell([form.text])) + 3
        if together and length + added > LONGEST_CELL:
            yield join_cell(together)
            together, length = [], 0
        together.append(form.text)
        length += added
    yield join_cell(together)


def _fitting(term: Term, losses: list[Loss]) -> Iterator[dict[str, str]]:
    """The rows of a term without the cells that are too long for a workbook."""
    reason = f"over {LONGEST_CELL:,} characters"
    rows = list(rows_of(term))
    if any(len(cells[key]) > LONGEST_CELL for cells in rows for key in ("source", "target") if key in cells):
        losses.append(Loss(term.id, "term", term.target, reason=f"a name of {reason}"))
        return
    for cells in rows:
        long = [name for name, text in cells.items() if len(text) > LONGEST_CELL]
        losses += [Loss(term.id, name, cells[name], reason=reason) for name in long]
        yield {name: text for name, text in cells.items() if name not in long}
