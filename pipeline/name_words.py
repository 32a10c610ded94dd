"""Arabic words that no glossary knows, and the names in the translation that sound like them.

A word of the translation is taken for a name if it has a capital, belongs to no term, and sounds like the
Arabic word that it aligns to.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

import numpy as np

from glossary.arabic import ARTICLE, BEH, FEH, KAF, LAM, WAW, fold
from pipeline.letters import LETTERS, MARKS, TATWEEL
from pipeline.records import Span, overlap
from pipeline.rendering import word_lists
from pipeline.request import Enforced, Request
from pipeline.surfaces import bare_surface
from pipeline.transliteration import likeness

_ARABIC_WORD: Final = re.compile(f"[{LETTERS}{MARKS}{TATWEEL}]+")
LATIN_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-](?!s(?!\w))[^\W\d_]+)*")
_LATIN_ARTICLE: Final = re.compile(r"^(?:al|el|an|ar|as|ash|at|ad|az)-(?=\w)", re.IGNORECASE)
_PROCLITICS: Final = (WAW, FEH, BEH, KAF, LAM)
_LIKE: Final = 0.65
_FEWEST_LETTERS: Final = 3
_SHARE: Final = 0.2
_PARTS: Final = re.compile(r"[^-]+")
_SMALL_ARTICLES: Final = frozenset(
    ["al", "el", "an", "ar", "as", "ash", "at", "ad", "az", "abu", "ibn", "bin"]
)


@dataclass(frozen=True, slots=True)
class NameWord:
    """An Arabic word that stands in no term.

    Attributes:
        segment: number of its segment; `start` and `end` in the prepared source.
        key: what it is compared by: folded, proclitics taken off where the document shows them to be such.
        window: its source pieces.
        said: where the name that sounds like it stands in the target, None if there is none.
    """

    segment: int
    start: int
    end: int
    key: str
    window: Span
    said: Span | None
    spelling: str | None


def name_words(requests: Sequence[Request], results: Sequence[Enforced]) -> list[NameWord]:
    """Return the words of n segments that stand in no term, in order, each with the name that it became."""
    found = [
        (number, match.start(), match.end(), fold(match[0]).strip())
        for number, request in enumerate(requests)
        for match in _free_words(request)
    ]
    names = [_names_by_window(request, result) for request, result in zip(requests, results, strict=True)]
    keys = _keys({folded for _, _, _, folded in found})
    words = []
    for number, start, end, folded in found:
        window = requests[number].window((start, end))
        key = keys[folded]
        span = _best_name(key, folded, window, names[number])
        spelling = None if span is None else results[number].draft.text[slice(*span)]
        words.append(NameWord(number, start, end, key, window, span, spelling))
    # Karim does not begin with a "like", even where there is a Reem.
    folded_words = [folded for _, _, _, folded in found]
    whole = {
        folded
        for word, folded in zip(words, folded_words, strict=True)
        if word.spelling is not None and likeness(folded, word.spelling) > likeness(word.key, word.spelling)
    }
    return [
        replace(word, key=folded) if folded in whole else word
        for word, folded in zip(words, folded_words, strict=True)
    ]


def name_spans(text: str) -> list[Span]:
    """Where words stand that may be names: with a capital, or an Arabic article in front of one.

    Of "pro-Assad" and "Wagner-led" only the name, of "Kramp-Karrenbauer" and "al-Assad" all.
    """
    spans: list[Span] = []
    for match in LATIN_WORD.finditer(text):
        parts = [(part[0], part.start() + match.start()) for part in _PARTS.finditer(match[0])]
        while parts and not parts[0][0][0].isupper() and parts[0][0].lower() not in _SMALL_ARTICLES:
            parts.pop(0)
        kept = list(takewhile(lambda part: part[0][0].isupper() or part[0] in _SMALL_ARTICLES, parts))
        if any(part[0].isupper() for part, _ in kept):
            spans.append((kept[0][1], kept[-1][1] + len(kept[-1][0])))
    return spans


def _free_words(request: Request) -> Iterable[re.Match[str]]:
    """Arabic words of three letters and more that no term covers."""
    covered = [
        (request.spans[first][0], request.spans[last - 1][1])
        for first, last in request.windows
        if first < last
    ]
    for match in _ARABIC_WORD.finditer(request.source):
        long_enough = match.end() - match.start() >= _FEWEST_LETTERS
        if long_enough and not any(overlap(match.span(), span) for span in covered):
            yield match


def _keys(folded: set[str]) -> dict[str, str]:
    """What each word is compared by: without a proclitic, if the document has it without or with another."""
    stripped: Counter[str] = Counter()
    for word in folded:
        stripped.update({word[1:]} if word[0] in _PROCLITICS and len(word) > _FEWEST_LETTERS else ())
        if word.startswith(ARTICLE):
            stripped[word] += 1

    def key(word: str) -> str:
        rest = word[1:]
        if word[0] in _PROCLITICS and len(rest) >= _FEWEST_LETTERS and (rest in folded or stripped[rest] > 1):
            return rest
        return word

    return {word: key(word) for word in folded}


def _names_by_window(request: Request, result: Enforced) -> list[tuple[Span, str, np.ndarray]]:
    """Words with a capital that belong to no term, with their attention over the source pieces."""
    draft, settled = result.draft, result.settled
    found = []
    for span in name_spans(draft.text):
        name = draft.text[slice(*span)]
        if name.lower() in word_lists()["function"] or any(overlap(span, other) for other in settled):
            continue
        rows = [row for stretch, row in zip(draft.spans, draft.rows, strict=True) if overlap(stretch, span)]
        if rows:
            found.append((span, name, np.mean(rows, axis=0)))
    return found


def _best_name(
    key: str, folded: str, window: Span, names: Sequence[tuple[Span, str, np.ndarray]]
) -> Span | None:
    """The word that aligns to a window and sounds like the Arabic there, articles left out, or None."""
    scored = []
    for span, word, attention in names:
        share = float(attention[window[0] : window[1]].sum())
        if share >= _SHARE:
            bare = _LATIN_ARTICLE.sub("", word)
            sound = max(likeness(bare_surface(arabic), bare) for arabic in (key, folded))
            scored.append((sound, share, span))
    best = max(scored, default=None)
    return best[2] if best is not None and best[0] >= _LIKE else None
