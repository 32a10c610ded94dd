"""How far an English word may be the spelling of an Arabic one: names that are written by ear.

A weighted edit distance in which a letter may be written in any of its usual ways (data/transliteration.txt).
It compares; it does not transliterate.
"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pipeline.letters import (
    ALEF,
    GHAIN,
    HEH,
    JEEM,
    KAF,
    QAF,
    SAD,
    SEEN,
    TAH,
    TEH,
    TEH_MARBUTA,
    WAW,
    YEH,
    ZAIN,
)
from pipeline.rendering import fold

_VOWELS: Final = frozenset("aeiouy")
_SILENT: Final = frozenset("he'")
_SKIPPED_VOWEL: Final = 0.15
_SKIPPED_SILENT: Final = 0.35
_SKIPPED: Final = 1.0
_LONG_VOWELS: Final = re.compile(f"[{ALEF}{WAW}{YEH}]|[{HEH}{TEH_MARBUTA}]$")
_NEAR_CONSONANTS: Final = str.maketrans(
    {JEEM: GHAIN, QAF: GHAIN, KAF: GHAIN, ZAIN: SEEN, SAD: SEEN, TAH: TEH}
)
_NOT_LETTERS: Final = re.compile(r"[\W\d_]")


def likeness(arabic: str, latin: str) -> float:
    """Say how well a Latin spelling fits an Arabic one, 0 to 1.

    Vowels that Arabic leaves out cost little, a consonant without a counterpart costs a whole letter. Spaces,
    hyphens, digits and case do not count. Short words fit many spellings: trust it from three letters up.

    Args:
        arabic: a word without diacritics; proclitics are letters like others.
        latin: a word or name.

    Source: Levenshtein 1966; a table of correspondences in place of substitution costs.

    >>> likeness("أوبرمان", "Obermann") > 0.8 > 0.4 > likeness("أوبرمان", "spokesman")
    True
    """
    source = _NOT_LETTERS.sub("", arabic)
    target = re.sub("[^a-zß']", "", fold(latin)[0].casefold())
    if not source or not target:
        return 0.0
    weight = sum(letter not in _VOWELS for letter in target) + 0.3 * sum(
        letter in _VOWELS for letter in target
    )
    return max(0.0, 1.0 - _distance(source, target) / max(weight, 1.0))


def skeleton(arabic: str) -> str:
    """Return what the Arabic spellings of one foreign name have in common: its consonants, near ones as one.

    >>> skeleton("شتاينبرغ") == skeleton("شتاينبرج"), skeleton("كازلاوسكاس") == skeleton("كازلوسكاس")
    (True, True)
    """
    return _LONG_VOWELS.sub("", near_consonants(arabic))


def near_consonants(arabic: str) -> str:
    """Return a word with each consonant that stands for a foreign one as its nearest does; vowels stay.

    >>> near_consonants("غراف") == near_consonants("جراف")
    True
    """
    return arabic.translate(_NEAR_CONSONANTS)


@lru_cache(maxsize=1)
def spellings() -> dict[str, tuple[str, ...]]:
    """Return for each Arabic letter, or two of them, the ways in which Latin script writes it."""
    lines = files("pipeline").joinpath("data/transliteration.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {
        letters: tuple(dict.fromkeys("" if way == "-" else fold(way)[0].casefold() for way in ways))
        for letters, *ways in rows
    }


@lru_cache(maxsize=65536)
def _distance(source: str, target: str) -> float:
    table = spellings()
    rows, columns = len(source) + 1, len(target) + 1
    cost = [[float("inf")] * columns for _ in range(rows)]
    cost[0][0] = 0.0
    for row in range(rows):
        for column in range(columns):
            here = cost[row][column]
            if column + 1 < columns:
                step = here + _skip(target, column)
                cost[row][column + 1] = min(cost[row][column + 1], step)
            for size in (1, 2):
                letters = source[row : row + size]
                if len(letters) < size:
                    continue
                for way in table.get(letters, ()):
                    if target.startswith(way, column):
                        last = column + len(way)
                        cost[row + size][last] = min(cost[row + size][last], here + 0.05 * (not way))
            if row + 1 < rows:
                cost[row + 1][column] = min(cost[row + 1][column], here + _SKIPPED)
    return cost[-1][-1]


def _skip(target: str, column: int) -> float:
    """What a Latin letter costs that nothing in the Arabic stands for."""
    letter = target[column]
    if column and target[column - 1] == letter:
        return 0.1
    if letter in _VOWELS:
        return _SKIPPED_VOWEL
    return _SKIPPED_SILENT if letter in _SILENT else _SKIPPED
