"""What the rows of a table mean, in text or in a workbook: our columns, or those of DeepL, Google, Amazon."""

from collections.abc import Iterator, Sequence
from itertools import chain

from glossary.arabic import has_arabic
from glossary.cells import split_cell, unquote_formula
from glossary.draft import Draft
from glossary.errors import GlossaryFormatError
from glossary.language import ARABIC, ENGLISH, language
from glossary.record import Latin, Record, drafts_of

GUARDS = ("not_after", "not_before", "document", "parts")
COLUMNS = (
    "source",
    "target",
    "id",
    "kind",
    "domain",
    "accepted",
    "forbidden",
    "short",
    "long",
    "article",
    *GUARDS,
    "origin",
    "notes",
)
DIRECTION = ("source_lang", "target_lang")
POS = "pos"
DESCRIPTION = "description"
_SEVERAL = ("accepted", "forbidden")

Row = tuple[int, list[str]]


def read_rows(rows: Iterator[Row], *, layer: str, path: str) -> tuple[Draft, ...]:
    """Return the terms of a table, in the order of its rows.

    Args:
        rows: the number of each row that is not blank, and its cells, stripped.
        layer: name of the glossary.
        path: the file.

    Raises:
        GlossaryFormatError: a row cannot be used.
    """
    first = next(rows, None)
    if first is None:
        raise GlossaryFormatError(path, None, "no rows: write one for each term, source and target")
    records, latin = _records(first, rows, path)
    record = next(records, None)
    if record is None:
        raise GlossaryFormatError(path, None, "a header and no rows: write one for each term")
    return drafts_of(chain([record], records), layer=layer, path=path, latin=latin)


def _records(first: Row, rows: Iterator[Row], path: str) -> tuple[Iterator[Record], Latin]:
    """What the rows say, and whether a term among them may be all Latin."""
    line, cells = first
    names = tuple(cell.lower() for cell in cells)
    header = not any(map(has_arabic, cells))
    if header and {"source", "target"} & set(names):
        directed = bool(set(DIRECTION) & set(names))
        _check_header(names, path, line, directed)
        return _named(names, rows, path), "yes" if directed else "no"
    if header and _is_of_languages(names):
        return _by_language(names, rows, path, line), "yes"
    rows = chain([first], rows)
    if len(cells) == 4 and None not in map(language, cells[2:]):
        return _named((*COLUMNS[:2], *DIRECTION), rows, path), "yes"
    return _named(COLUMNS[:2], rows, path), "beside Arabic"


# Our own columns, and DeepL's


def _check_header(names: Sequence[str], path: str, line: int, directed: bool) -> None:
    known = (*COLUMNS, *DIRECTION) if directed else COLUMNS
    for name in names:
        if name not in known:
            raise GlossaryFormatError(
                path, line, f"unknown column {name!r}: the columns are {', '.join(known)}"
            )
        if names.count(name) > 1:
            raise GlossaryFormatError(path, line, f"column {name!r} is given twice: keep one")
    for name in (*COLUMNS[:2], *(DIRECTION if directed else ())):
        if name not in names:
            raise GlossaryFormatError(path, line, f"column {name!r} is missing: add it")


def _named(columns: Sequence[str], rows: Iterator[Row], path: str) -> Iterator[Record]:
    directed = DIRECTION[0] in columns
    pairs: set[tuple[str, str]] = set()
    found = False
    for line, row in rows:
        cells = _named_cells(columns, row, path, line)
        if not directed:
            yield _record(cells, line)
            continue
        pair = _direction(cells, path, line)
        pairs.add(pair)
        if set(pair) == {ARABIC, ENGLISH}:
            found = True
            if pair[0] == ENGLISH:
                cells |= {"source": cells.get("target", ""), "target": cells.get("source", "")}
            yield _pair(cells.get("source", ""), cells.get("target", ""), {}, path, line)
    if pairs and not found:
        there = ", ".join(sorted(f"{source}-{target}" for source, target in pairs))
        raise GlossaryFormatError(path, None, f"no row between ar and en, only {there}: use another file")


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


def _record(cells: dict[str, str], line: int) -> Record:
    cells = {name: unquote_formula(cell) for name, cell in cells.items()}
    guards = {name: split_cell(cells.pop(name)) for name in GUARDS if name in cells}
    forms: list[dict[str, object]] = [
        {"form": form, **guards} for form in split_cell(cells.pop("source", ""))
    ]
    values: dict[str, object] = dict(cells)
    values |= {name: split_cell(cells[name]) for name in _SEVERAL if name in cells}
    if targets := split_cell(cells.get("target", "")):
        values["target"] = targets[0]
        if targets[1:]:
            values["accepted"] = [*targets[1:], *split_cell(cells.get("accepted", ""))]
    else:
        values.pop("target", None)
    return Record(line, forms, values)


def _direction(cells: dict[str, str], path: str, line: int) -> tuple[str, str]:
    codes = []
    for name in DIRECTION:
        code = language(cells.get(name, ""))
        if code is None:
            problem = f"`{name}` is {cells[name]!r}" if name in cells else f"`{name}` is empty"
            raise GlossaryFormatError(path, line, f"{problem}: write the code of a language, as ar or en")
        codes.append(code)
    return codes[0], codes[1]


def _pair(source: str, target: str, values: dict[str, object], path: str, line: int) -> Record:
    """A record of two literal names, both of which must be there."""
    if not source:
        raise GlossaryFormatError(path, line, "the source is empty: write the Arabic term")
    if not target:
        raise GlossaryFormatError(path, line, "the target is empty: write the English name")
    return Record(line, [{"form": source}], {"target": target, **values})


# Columns of languages: Google, Amazon


def _is_of_languages(names: Sequence[str]) -> bool:
    codes = [language(name) for name in names if name not in (POS, DESCRIPTION)]
    return len(codes) > 1 and None not in codes and bool({ARABIC, ENGLISH} & set(codes))


def _by_language(names: Sequence[str], rows: Iterator[Row], path: str, line: int) -> Iterator[Record]:
    """The records of rows with a column for each language; where there are others, a pair may be missing."""
    for name in names:
        if names.count(name) > 1:
            raise GlossaryFormatError(path, line, f"column {name!r} is given twice: keep one")
    codes = [None if name in (POS, DESCRIPTION) else language(name) for name in names]
    for code, title in ((ARABIC, "Arabic"), (ENGLISH, "English")):
        if code not in codes:
            there = ", ".join(filter(None, codes))
            problem = f"no column for {title}, only {there}"
            raise GlossaryFormatError(path, line, f"{problem}: name one {code}")
    others = any(code not in (ARABIC, ENGLISH, None) for code in codes)
    number = line
    found = False
    for number, row in rows:
        if len(row) > len(names):
            problem = f"{len(row)} columns instead of {len(names)}"
            raise GlossaryFormatError(path, number, f'{problem}: put a text with a separator in ""')
        cells = [*row, *[""] * (len(names) - len(row))]
        sources = [cell for cell, code in zip(cells, codes, strict=True) if cell and code == ARABIC]
        targets = [cell for cell, code in zip(cells, codes, strict=True) if cell and code == ENGLISH]
        if others and not (sources and targets):
            continue
        found = True
        record = _pair("".join(sources[:1]), "".join(targets[:1]), {}, path, number)
        record.forms = [{"form": source} for source in sources]
        if targets[1:]:
            record.values["accepted"] = targets[1:]
        for name, cell in zip(names, cells, strict=True):
            if name == DESCRIPTION and cell:
                record.values["notes"] = cell
            elif name == POS and cell.lower() in ("adj", "adjective"):
                record.values["kind"] = "adjective"
        yield record
    if number != line and not found:
        raise GlossaryFormatError(path, None, "no row has both Arabic and English: add the missing cells")
