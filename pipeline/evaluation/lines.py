"""Files and their lines."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.read import read_text


def find_file(name: str, folders: Sequence[Path]) -> Path:
    """Return the first of `folders` and the working folder in which a file of this name is."""
    candidates = [*(folder / name for folder in folders), Path(name)]
    return next((path for path in candidates if path.exists()), candidates[0])


def read_lines(path: Path) -> tuple[str, ...]:
    """The lines of a text file, without white space at either end.

    Only line feeds end a line, with or without a carriage return, as sacreBLEU reads.

    Raises:
        InputError: not readable, not text, or empty.
    """
    return tuple(line.strip() for line in raw_lines(path))


def raw_lines(path: Path) -> list[str]:
    """The lines of a text file as they are, without their ends."""
    lines = read_text(path).text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]
