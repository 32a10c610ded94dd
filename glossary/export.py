"""Writing glossaries, in our own formats and in those of others."""

from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from glossary.errors import GlossaryError
from glossary.loss import Loss
from glossary.replacement import replacement
from glossary.term import Term

Layout = Literal[
    "yaml", "csv", "tsv", "xlsx", "tbx", "tbx-basic", "tmx", "deepl", "google", "google-set", "amazon"
]
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "yaml": (".yaml", ".yml"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "deepl": (".csv", ".tsv"),
    "google": (".csv", ".tsv"),
    "google-set": (".csv",),
    "amazon": (".csv", ".tsv", ".tmx"),
    "tbx": (".tbx", ".xml"),
    "tbx-basic": (".tbx", ".xml"),
    "tmx": (".tmx", ".xml"),
    "xlsx": (".xlsx",),
}
"""The suffixes that a file of each layout may have, the usual one first."""


def write_glossary(terms: Iterable[Term], path: str | PathLike[str], layout: str) -> tuple[Loss, ...]:
    """Write terms into one file, which `Glossary.load` reads; nothing but what is returned is missing then.

    Composed forms are written out. The file is one layer: what decided between the layers of a glossary
    does so no longer, and `Term.layer` becomes the name of the file. Conditions on terms that are not among
    `terms` are written all the same: read such a file on top of a glossary that has those terms.

    Args:
        terms: as a `Glossary` has them.
        path: the file; an earlier one is replaced when everything is written.
        layout: yaml, csv, tsv, xlsx, tmx: everything of a term. tbx (TBX-Core) and tbx-basic: everything,
            much of it in notes. deepl, google, google-set (equivalent term set), amazon: pairs of names.

    Returns:
        what the format cannot hold, term by term.

    Raises:
        GlossaryError: the layout is unknown or does not fit the suffix, the file cannot be written, there is
            nothing to write.
        GlossaryFormatError: a term is none that a file can hold.
    """
    path = Path(path)
    if layout not in SUFFIXES:
        raise GlossaryError(f"unknown layout {layout!r}: use one of {', '.join(get_args(Layout))}")
    if path.suffix.lower() not in SUFFIXES[layout]:
        raise GlossaryError(
            f"{path}: a file of layout {layout} ends in {' or '.join(SUFFIXES[layout])}: rename it"
        )
    terms = tuple(terms)
    if not terms:
        raise GlossaryError(f"{path}: no terms to write: choose some")
    try:
        with replacement(path.resolve()) as file:
            return tuple(_writer(layout, path.suffix.lower())(terms, file))
    except OSError as err:
        raise GlossaryError(f"{path}: cannot be written: {err.strerror or err}") from err


def layout_of(path: str | PathLike[str]) -> Layout:
    """Return the layout that holds everything for a file of this suffix.

    Raises:
        GlossaryError: no layout has the suffix.
    """
    suffix = Path(path).suffix.lower()
    for layout in get_args(Layout):
        if suffix in SUFFIXES[layout]:
            return layout  # type: ignore[no-any-return]
    known = ", ".join(dict.fromkeys(suffix for suffixes in SUFFIXES.values() for suffix in suffixes))
    raise GlossaryError(f"{path}: no layout for {suffix or 'a name without suffix'}: a file ends in {known}")


_Writer = Callable[[Iterable[Term], BinaryIO], list[Loss]]


def _writer(layout: str, suffix: str) -> _Writer:
    match layout:
        case "yaml":
            from glossary.yaml_writer import write_yaml

            return write_yaml
        case "csv" | "tsv" | "xlsx":
            from glossary import table_writer

            tables = {
                "csv": table_writer.write_csv,
                "tsv": table_writer.write_tsv,
                "xlsx": table_writer.write_xlsx,
            }
            return tables[layout]
        case "tbx" | "tbx-basic":
            from glossary.tbx_writer import write_tbx_basic, write_tbx_core

            return write_tbx_core if layout == "tbx" else write_tbx_basic
        case "tmx":
            from glossary.tmx_writer import write_tmx

            return write_tmx
        case "amazon" if suffix == ".tmx":
            from glossary.tmx_writer import write_plain_tmx

            return write_plain_tmx
    return _pair_writer(layout, "\t" if suffix == ".tsv" else ",")


def _pair_writer(layout: str, delimiter: str) -> _Writer:
    from glossary import pair_writer

    writers = {"deepl": pair_writer.write_deepl, "google-set": pair_writer.write_term_set}
    write = writers.get(layout, pair_writer.write_language_columns)
    return lambda terms, file: write(terms, file, delimiter)
