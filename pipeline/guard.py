"""What a repaired translation must not lose: the checks every candidate has to pass."""

import re
from collections import Counter
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glossary.term import TermMatch
from pipeline.numbers import missing_numbers
from pipeline.records import Span, overlap
from pipeline.rendering import find_rendering
from pipeline.request import Request
from pipeline.verify import Verification

_SOURCE_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_COVERED: Final = 0.6
_UNCOVERED: Final = 0.4
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def objection(
    request: Request,
    old: tuple[str, Verification],
    new: tuple[str, Verification],
    *,
    plain: str,
    length_change: float,
) -> str | None:
    """Say why a new translation must not take the place of an old one; None if it may.

    It must keep every term that held and every number, say no term more often than the source does, be about
    as long as plain decoding, and not begin to repeat itself.

    Args:
        request: the segment.
        old: the present text and where its terms stand.
        new: the candidate likewise.
        plain: what the model wrote by itself.
        length_change: how many more or fewer words than `plain` are allowed, as a share.
    """
    (text, verification), (candidate, verified) = old, new
    for number, (before, after) in enumerate(zip(verification.spans, verified.spans, strict=True)):
        if before is not None and after is None:
            return f"loses {request.matches[number].term.target}"
    for match in {match.term.id: match for match in request.matches}.values():
        if (excess := _excess(request, match, candidate)) > max(0, _excess(request, match, text)):
            return f"says {match.term.target} {excess} times too often"
    lost = set(missing_numbers(request.source, candidate)) - set(missing_numbers(request.source, text))
    if lost:
        return f"loses the number {min(lost)}"
    words, wanted = len(candidate.split()), len(plain.split())
    # Short segments may grow by the length of the names that are put in.
    room = length_change * wanted + sum(len(match.term.target.split()) for match in request.matches)
    if abs(words - wanted) > room:
        return f"has {words} words where plain decoding has {wanted}"
    if repetitions(candidate, verified) > repetitions(text, verification):
        return "repeats itself"
    return None


def left_out(request: Request, old: NDArray[np.float32], new: NDArray[np.float32]) -> str | None:
    """Return a source word that one translation attends to and another does not; None if there is none.

    Words of the matched terms and those of fewer than four letters do not count.

    Args:
        request: the segment, n source pieces.
        old: m x n attention of the present translation.
        new: k x n attention of the candidate.

    Source: coverage as in Tu et al. 2016, here only compared.
    """
    before, after = old.sum(axis=0), new.sum(axis=0)
    for word in _SOURCE_WORD.finditer(request.source):
        first, last = request.window(word.span())
        if first == last or any(overlap((first, last), window) for window in request.windows):
            continue
        if before[first:last].max() >= _COVERED and after[first:last].max() <= _UNCOVERED:
            return word[0]
    return None


def _excess(request: Request, match: TermMatch, text: str) -> int:
    """How many renderings of a term stand in a text beyond those that the source accounts for."""
    name = match.term.target
    mentions = sum(
        any(find_rendering(rendering, name) for rendering in other.term.renderings)
        for other in request.matches
    )
    return len(find_rendering(text, name)) - mentions


def repetitions(text: str, verification: Verification) -> int:
    """How many words stand twice in a row or around a name, and how many runs of three words come again.

    Between the renderings of terms, not in them: a name may well stand twice.
    """
    doubled = 0
    runs: Counter[tuple[str, ...]] = Counter()
    start = 0
    for span in (*sorted(filter(None, verification.spans)), (len(text), len(text))):
        words = [word.lower() for word in _WORD.findall(text, start, span[0])]
        doubled += sum(first == second for first, second in pairwise(words))
        runs.update(zip(words, words[1:], words[2:], strict=False))
        start = span[1]
    stutters = sum(_stutters(text, span) for span in filter(None, verification.spans))
    return doubled + stutters + sum(count - 1 for count in runs.values())


def _stutters(text: str, span: Span) -> bool:
    """Whether the same words stand in front of a name and behind it: "not Olaf Lies not"."""
    before = [word.lower() for word in _WORD.findall(text, 0, span[0])]
    after = [word.lower() for word in _WORD.findall(text, span[1])]
    if not before or not after or set(",;:.!?") & set(text[span[1] : span[1] + 2]):
        return False
    return any(
        size and ending[-size:] == after[:size]
        for ending in (before, before[:-1])
        for size in range(1, min(3, len(ending), len(after)) + 1)
        if size > 1 or ending is before
    )
