"""What a repaired translation must not lose: the checks every candidate has to pass."""

import re
from collections import Counter
from itertools import pairwise

from pipeline.numbers import missing_numbers
from pipeline.request import Request
from pipeline.verify import Verification

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def objection(
    request: Request,
    old: tuple[str, Verification],
    new: tuple[str, Verification],
    *,
    plain: str,
    length_change: float,
) -> str | None:
    """Say why a new translation must not take the place of an old one; None if it may.

    It must keep every term that held and every number, be about as long as plain decoding, and not begin to
    repeat itself.

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


def repetitions(text: str, verification: Verification) -> int:
    """How many words stand twice in a row, and how many runs of three words come again.

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
    return doubled + sum(count - 1 for count in runs.values())
