"""Name accuracy: are the names of the reference in the hypothesis, letter by letter?"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.evaluation.statistics import Metric, share
from pipeline.rendering import fold

_WORD: Final = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_DOTTED: Final = re.compile(r"\b(?:[A-Z]\.){2,}")
_POSSESSIVE: Final = re.compile(r"'s?$")
_OPENING: Final = " \t\u00a0\"'([\u00ab-"
_ENDS: Final = (".", "!", "?", ":", "\u2026")
_ABBREVIATION: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Lt|Sgt|Sen|Gov|Rep|[A-Z])\.$")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# fmt: off
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)
# fmt: on
_NO_NAMES: Final = frozenset(
    {"i", "i'm", "i've", "i'd", "i'll", *_DAYS, *(f"{day}s" for day in _DAYS), *_MONTHS}
)

METRIC: Final = Metric(
    "name_accuracy",
    "0 to 1, of the capitalised words of the reference",
    "higher",
    "words:capitalised-within-a-sentence|diacritics:folded|case:folded|days+months:left-out|refs:best",
    ("reproduced", "names"),
    share(),
)


@dataclass(frozen=True, slots=True)
class NamesFound:
    """How many of the names of a reference a hypothesis has, and which it lacks."""

    names: int
    missing: tuple[str, ...]

    @property
    def row(self) -> tuple[int, int]:
        """The counts of `METRIC`."""
        return self.names - len(self.missing), self.names


def find_names(references: tuple[str, ...], hypothesis: str) -> NamesFound:
    """Compare the names of a hypothesis with those of the reference with which it agrees best.

    A name is a word with a capital that does not begin a sentence; the first person and the names of days and
    months are none. It counts as often as it stands in both. Names that begin a sentence are not looked for,
    nor is their place in the sentence compared.

    >>> find_names(("The envoy met Boris Pistorius in Kyiv.",), "Envoy met Boris Bistorius in Kyiv").missing
    ('Pistorius',)
    """
    words = Counter(_bare(word[0]) for word in _WORD.finditer(_plain(hypothesis)))
    found = [_compare(names_of(reference), words) for reference in references]
    return max(found, key=lambda each: (each.row[0] / each.names if each.names else 0, each.names))


@lru_cache(maxsize=65536)
def names_of(reference: str) -> tuple[str, ...]:
    """Return the names of an English text, as often as they stand in it.

    >>> names_of("On Monday, Merz and NATO agreed. Then he left for Köln.")
    ('Merz', 'NATO', 'Koln')
    >>> names_of("He left the U.S. in May; the U.N. did not")
    ('US', 'UN')
    """
    text = _plain(reference)
    return tuple(
        _POSSESSIVE.sub("", word[0])
        for word in _WORD.finditer(text)
        if word[0][0].isupper() and word[0].lower() not in _NO_NAMES and not _begins(text, word.start())
    )


def _plain(text: str) -> str:
    """The text without diacritics, its U.S. as US."""
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), fold(text)[0])


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, or a quotation behind a colon, begins at `start`."""
    before = text[:start].rstrip(_OPENING)
    return not before or (before.endswith(_ENDS) and _ABBREVIATION.search(before) is None)


def _compare(names: tuple[str, ...], words: Counter[str]) -> NamesFound:
    left = Counter(words)
    missing = []
    for name in names:
        key = _bare(name)
        if left[key]:
            left[key] -= 1
        else:
            missing.append(name)
    return NamesFound(len(names), tuple(missing))


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word).casefold()
