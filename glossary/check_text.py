"""Faults of the text in a glossary file that reading mends silently."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from glossary.arabic import (
    HEH,
    KAF,
    KURDISH_AE,
    PASHTO_YEH,
    PERSIAN_KEHEH,
    PERSIAN_YEH,
    SWASH_KAF,
    TATWEEL,
    TEH_MARBUTA,
    URDU_HEH_DOACHASHMEE,
    URDU_HEH_GOAL,
    URDU_TEH_MARBUTA,
    URDU_YEH_BARREE,
    YEH,
)
from glossary.draft import read_text

_YAML = (".yaml", ".yml")
_TABLES = (".csv", ".tsv")
_STYLES = (None, "", "'", '"')
_PRESENTATION_FORM = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_LENGTHENING = re.compile(rf"(?<=[^\W\d_]){TATWEEL}+(?=[^\W\d_a-zA-Z])")
_ARABIC_TWIN = {
    PERSIAN_YEH: YEH,
    PASHTO_YEH: YEH,
    URDU_YEH_BARREE: YEH,
    URDU_TEH_MARBUTA: TEH_MARBUTA,
    URDU_HEH_GOAL: HEH,
    URDU_HEH_DOACHASHMEE: HEH,
    KURDISH_AE: HEH,
    PERSIAN_KEHEH: KAF,
    SWASH_KAF: KAF,
}


def text_faults(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and fault of each value with white space at its edges, runs of it, or invisible controls.

    In tables a value may have spaces around `|`; those are no fault. Looks into YAML, CSV and TSV only; a
    file that cannot be read has no faults here.
    """
    suffix = path.suffix.lower()
    if suffix in _YAML:
        values = _scalars(read_text(path))
    elif suffix in _TABLES:
        values = _cells(read_text(path), tabs=suffix == ".tsv")
    else:
        return
    for line, value in values:
        if any(unicodedata.category(char) == "Cf" and not _is_joiner(char) for char in value):
            yield line, f"{_shown(value)}: invisible control characters, take them out"
        if value != " ".join(value.split()):
            yield line, f"{_shown(value)!r}: spaces at the edge or several in a row, take them out"


def unfolded(form: str) -> str:
    """Name what a form has that matching ignores and that nobody would miss; empty if there is nothing.

    Tatweel that sets ال off from a number or a Latin word is no fault.

    >>> unfolded("النــاتو"), unfolded("ألمانيا")
    ('tatweel', '')
    """
    found = {
        "tatweel": _LENGTHENING.search(form) is not None,
        "diacritics": any(unicodedata.category(char) == "Mn" for char in form),
        "presentation forms": _PRESENTATION_FORM.search(form) is not None,
        "Persian or Urdu letters": any(char in _ARABIC_TWIN for char in form),
    }
    return " and ".join(name for name, there in found.items() if there)


def without_marks(form: str) -> str:
    """Return `form` without what `unfolded` names; hamza, ى and ة stay."""
    plain = "".join(_ARABIC_TWIN.get(char, char) for char in unicodedata.normalize("NFKC", form))
    return "".join(char for char in _LENGTHENING.sub("", plain) if unicodedata.category(char) != "Mn")


def _is_joiner(char: str) -> bool:
    return char in "\u200c\u200d"


def _shown(value: str) -> str:
    return "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in value)


def _scalars(text: str) -> Iterator[tuple[int, str]]:
    """The quoted and plain values; of those over several lines YAML itself joins the lines."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.ScalarEvent) and event.style in _STYLES:
            yield (event.start_mark.line if event.start_mark else 0) + 1, event.value


def _cells(text: str, *, tabs: bool) -> Iterator[tuple[int, str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = "\t" if tabs else next((each for each in ",;\t" if each in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for cells in reader:
        for cell in cells:
            if cell.strip():
                yield reader.line_num, re.sub(r"(?<=\S) *\| *(?=\S)", "|", cell)
