"""Cells of our own tables: several names in one cell, and nothing that a spreadsheet would run."""

import re
from collections.abc import Iterable

SEPARATOR = "|"
FORMULA_STARTS = "=+-@"

_SPLIT = re.compile(r"(?<!\\)\|")
_LIKE_A_FORMULA = re.compile(f"'*[{re.escape(FORMULA_STARTS)}]")


def join_cell(names: Iterable[str]) -> str:
    r"""Return one cell that holds `names`; a bar in a name gets a backslash in front.

    >>> join_cell(["AfD", "A|B"])
    'AfD | A\\|B'
    """
    return f" {SEPARATOR} ".join(name.replace(SEPARATOR, "\\" + SEPARATOR) for name in names)


def split_cell(cell: str) -> list[str]:
    r"""Return the names in a cell, in their order, empty ones left out: `join_cell` undone.

    >>> split_cell("AfD | A\\|B ||")
    ['AfD', 'A|B']
    """
    if SEPARATOR not in cell:
        return [name] if (name := cell.strip()) else []
    names = (name.strip().replace("\\" + SEPARATOR, SEPARATOR) for name in _SPLIT.split(cell))
    return [name for name in names if name]


def is_formula(cell: str) -> bool:
    """Whether a text is a formula to spreadsheets, or would be once its apostrophe was taken off."""
    return _LIKE_A_FORMULA.match(cell) is not None


def quote_formula(cell: str) -> str:
    """Return `cell` with an apostrophe in front if a spreadsheet would take it for a formula.

    >>> quote_formula("=1+1"), quote_formula("NATO")
    ("'=1+1", 'NATO')
    """
    return f"'{cell}" if _LIKE_A_FORMULA.match(cell) else cell


def unquote_formula(cell: str) -> str:
    """Return what `quote_formula` was given.

    >>> unquote_formula("'=1+1"), unquote_formula("'NATO'")
    ('=1+1', "'NATO'")
    """
    return cell[1:] if cell.startswith("'") and _LIKE_A_FORMULA.match(cell) else cell
