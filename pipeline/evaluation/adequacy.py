"""Adequacy without alignment: numbers, lengths, words left out or added, Arabic left over, repetition."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.checks import check_segment, length_bounds, only
from pipeline.evaluation.records import Mark, MarkKind
from pipeline.evaluation.single_segment import as_translation
from pipeline.evaluation.statistics import Measured, Metric, measured, share
from pipeline.numbers import missing_source_numbers, source_numbers
from pipeline.rendering import word_lists

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SEGMENTS: Final = "0 to 1, of the segments"

NUMBERS: Final = Metric(
    "number_carry_over",
    "0 to 1, of the numbers in the source",
    "higher",
    "source:digits|compared:values",
    ("carried", "numbers"),
    share(),
)
LENGTH: Final = Metric(
    "length_ratio",
    "letters and digits of hypothesis by source, no end",
    "neither",
    "unit:letters+digits",
    ("hypothesis", "source"),
    share(),
)
TOO_SHORT: Final = Metric(
    "too_short", _SEGMENTS, "lower", "bounds:pipeline.checks.length_bounds", ("segments", "of"), share()
)
TOO_LONG: Final = Metric(
    "too_long", _SEGMENTS, "lower", "bounds:pipeline.checks.length_bounds", ("segments", "of"), share()
)
UNDER: Final = Metric(
    "under_translation",
    "0 to 1, of the content words of the reference",
    "lower",
    "unit:content-words|missing:reference-minus-hypothesis,not-below-0|refs:nearest-length",
    ("missing", "reference_words"),
    share(),
)
OVER: Final = Metric(
    "over_translation",
    "content words too many by those of the reference, no end",
    "lower",
    "unit:content-words|added:hypothesis-minus-reference,not-below-0|refs:nearest-length",
    ("added", "reference_words"),
    share(),
)
ARABIC: Final = Metric("arabic_left", _SEGMENTS, "lower", "letters:any-arabic", ("segments", "of"), share())
REPETITION: Final = Metric(
    "repetition", _SEGMENTS, "lower", "unless:source-repeats-too", ("segments", "of"), share()
)


@dataclass(frozen=True, slots=True)
class AdequacyFound:
    """What a hypothesis carries over, leaves out, adds.

    Attributes:
        numbers: of the source; None if no source was given.
        letters: of hypothesis and source.
        missing_words, added_words: content words too few or too many, by the reference nearest in length, of
            `reference_words`.
        marks: Arabic letters left, and words that are repeated.
    """

    numbers: int
    missing_numbers: tuple[str, ...]
    letters: tuple[int, int]
    too_short: bool
    too_long: bool
    missing_words: int
    added_words: int
    reference_words: int
    marks: tuple[Mark, ...]


def judge_adequacy(source: str | None, references: Sequence[str], hypothesis: str) -> AdequacyFound:
    """Count what one hypothesis carries over, leaves out and adds.

    Under-translation takes a reference and a hypothesis as bags of content words (what is not in the list of
    function words). A word of the reference that is missing while another one was added may be another choice
    of words; what is missing beyond that was left out: max(0, |R| - |H|) words. Over-translation is the same
    the other way round. Good translations are a little shorter or longer too, so these tell systems apart but
    mean little by themselves.

    Args:
        source: None leaves out numbers and lengths.
        references: one or more.
        hypothesis: may be empty.
    """
    words = content_words(hypothesis)
    wanted = min(map(content_words, references), key=lambda count: abs(count - words))
    missing = missing_source_numbers(source, hypothesis) if source is not None else ()
    shortest, longest = length_bounds(source) if source is not None else (0, 0)
    letters = _letters(hypothesis)
    return AdequacyFound(
        len(source_numbers(source)) if source is not None else 0,
        tuple(number.text for number in missing),
        (letters, 0 if source is None else _letters(source)),
        source is not None and letters < shortest,
        source is not None and letters > longest,
        max(0, wanted - words),
        max(0, words - wanted),
        wanted,
        _marks(source or "", hypothesis),
    )


def measure_adequacy(found: Sequence[AdequacyFound], *, with_source: bool) -> dict[str, Measured]:
    """Count over n segments; without sources only what needs none."""
    rows: dict[Metric, list[tuple[float, float]]] = {}
    if with_source:
        rows[NUMBERS] = [(each.numbers - len(each.missing_numbers), each.numbers) for each in found]
        rows[LENGTH] = [each.letters for each in found]
        rows[TOO_SHORT] = [(each.too_short, 1) for each in found]
        rows[TOO_LONG] = [(each.too_long, 1) for each in found]
    rows[UNDER] = [(each.missing_words, each.reference_words) for each in found]
    rows[OVER] = [(each.added_words, each.reference_words) for each in found]
    for metric, kind in ((ARABIC, "arabic"), (REPETITION, "repetition")):
        rows[metric] = [(any(mark.kind == kind for mark in each.marks), 1) for each in found]
    return {metric.name: measured(metric, counts) for metric, counts in rows.items()}


@lru_cache(maxsize=65536)
def content_words(english: str) -> int:
    """How many words of a text are no function words.

    >>> content_words("The ministers of the old countries met in Berlin.")
    5
    """
    function = word_lists()["function"]
    return sum(word[0].lower() not in function for word in _WORD.finditer(english))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _marks(source: str, hypothesis: str) -> tuple[Mark, ...]:
    translation = as_translation(source, hypothesis)
    kinds: tuple[tuple[MarkKind, str], ...] = (("arabic", "arabic_left"), ("repetition", "repetition"))
    return tuple(
        Mark(kind, finding.start or 0, finding.end or 0, finding.message)
        for kind, check in kinds
        for finding in check_segment(translation, levels=only(check))
    )
