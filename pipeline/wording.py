"""Which words of a translation stand for a term that they render wrongly, and where a lacking one belongs."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from glossary.term import Term
from pipeline.draft import Draft
from pipeline.english import find_rendering
from pipeline.records import Span, overlap
from pipeline.rendering import word_lists

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ARABIC_ARTICLE: Final = re.compile(r"(?:al|el|an|ar|as|ash|at|ad|az)-(?=\w)", re.IGNORECASE)
_SMALL_WORDS: Final = frozenset(
    ["the", "a", "an", "of", "for", "and", "in", "on", "at", "to", "by", "with", "from", "its"]
)
_PROPER: Final = frozenset({"person", "place", "untranslated"})
_PRONOUNS: Final = frozenset(["i", "you", "he", "she", "it", "they", "we"])
_LONGEST_NAME: Final = 6
_NEIGHBOURS: Final = 6
_SHARP: Final = 0.3
_ALIKE: Final = 0.6
_SURE: Final = 0.85
_AND: Final = re.compile(r"\b(?:and|or)\b|&")


def trimmed(text: str, span: Span, term: Term) -> Span | None:
    """Cut from words that align to a term what cannot belong to its name: "said", "in", "agreed".

    Of what aligns to a person or a place only words with a capital are left, and what stands between them; to
    a person, for want of these, a pronoun.

    Returns:
        a span within the given one; None if nothing of it can be the name.
    """
    words = [match.span() for match in _WORD.finditer(text, *span)]
    if term.kind in _PROPER and term.target[:1].isupper():
        belongs = [_is_name(text, word) for word in words]
        if term.kind == "person" and not any(belongs):
            belongs = [text[slice(*word)].lower() in _PRONOUNS for word in words]
    else:
        belongs = [not _is_of_sentence(text[slice(*word)]) for word in words]
    if not any(belongs):
        return None
    first = belongs.index(True)
    last = len(belongs) - 1 - belongs[::-1].index(True)
    return words[first][0], words[last][1]


def wrong_name(text: str, span: Span, term: Term, held: tuple[Span, ...]) -> tuple[float, Span] | None:
    """Find among the words aligned to a term a forbidden rendering, or the one most like the right one.

    Args:
        text: the translation.
        span: the aligned words.
        term: what they should say.
        held: renderings of other terms, which must not be touched.

    Returns:
        likeness, 1 for a forbidden rendering, and its span; None if there is none.
    """
    found = [place for rendering in term.forbidden for place in find_rendering(text, rendering)]
    forbidden = [place for place in found if overlap(place, span) and not _overlaps(place, held)]
    if forbidden:
        return 1.0, max(forbidden, key=lambda place: (place[1] - place[0], -place[0]))
    alike = [(likeness(text[a:b], term.target), (a, b)) for a, b in _names(text, span, held)]
    # Beside a proper name stand words of the sentence; a body or office is all that aligns to it.
    if term.kind not in _PROPER and (own := trimmed(text, span, term)) is not None:
        alike = [
            (score, own if score < _SURE and own[0] <= a and b <= own[1] else (a, b))
            for score, (a, b) in alike
        ]
        alike.append((likeness(text[slice(*own)], term.target), own))
    return max((found for found in alike if not _joins(text, found[1], term)), default=None)


def _joins(text: str, span: Span, term: Term) -> bool:
    """Whether words name two things together where the term is one: First and Second World War."""
    return bool(_AND.search(text, *span)) and not _AND.search(term.target)


def other_name(text: str, span: Span, term: Term) -> str | None:
    """Return a name of several words in a span that has nothing of a term: Deutsche Bank for British.

    Of a single name one cannot tell: a model may spell any name in any way.
    """
    said = text[slice(*span)]
    words = [word for word in _WORD.findall(said) if _has_capital(word)]
    if len(words) < 2 or len(words) < len(_WORD.findall(said)) or term.kind in ("person", "place"):
        return None
    alike = any(likeness(word, own) >= _ALIKE for word in words for own in _WORD.findall(term.target))
    return None if alike else said


def likeness(said: str, rendering: str) -> float:
    """How alike two names are, 0 to 1: letters in common, or content words in common if that is more."""
    first, second = said.lower(), rendering.lower()
    letters = SequenceMatcher(None, first, second, autojunk=False).ratio()
    words = [{word for word in _WORD.findall(text) if word not in _SMALL_WORDS} for text in (first, second)]
    if len(words[1]) < 2:
        return letters
    shared = len(words[0] & words[1]) * 2 / max(1, len(words[0]) + len(words[1]))
    return max(letters, shared)


def gaps(draft: Draft, window: Span, held: tuple[Span, ...]) -> tuple[int, ...]:
    """Where a term belongs that the translation leaves out.

    Behind what its left neighbour in the source became, and in front of what its right neighbour became.

    Returns:
        up to two offsets between words, outside of the renderings of other terms.
    """
    places = []
    before = range(window[0] - 1, max(-1, window[0] - 1 - _NEIGHBOURS), -1)
    if (stretch := _aligned_to(draft, before)) is not None:
        end = draft.spans[stretch][1]
        while end < len(draft.text) and draft.text[end].isalnum():
            end += 1
        places.append(end)
    behind = range(window[1], min(draft.rows.shape[1], window[1] + _NEIGHBOURS))
    if (stretch := _aligned_to(draft, behind)) is not None:
        start = draft.spans[stretch][0]
        while start < len(draft.text) and not draft.text[start].isalnum():
            start += 1
        while start and draft.text[start - 1].isalnum():
            start -= 1
        places.append(start)
    inside = [place for place in dict.fromkeys(places) if not any(a < place < b for a, b in held)]
    return tuple(inside)


def _aligned_to(draft: Draft, pieces: Iterable[int]) -> int | None:
    """The stretch that attends most to the first of some source pieces that any attends to sharply."""
    for piece in pieces:
        if len(draft.rows):
            stretch = int(draft.rows[:, piece].argmax())
            if draft.rows[stretch, piece] >= _SHARP and draft.text[slice(*draft.spans[stretch])].strip():
                return stretch
    return None


def _names(text: str, around: Span, held: tuple[Span, ...]) -> Iterator[Span]:
    """Runs of up to six words that overlap `around`, with a capital at both ends, free of other terms."""
    words = [found.span() for found in _WORD.finditer(text)]
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST_NAME, len(words))):
            span = words[first][0], words[last][1]
            if (
                overlap(span, around)
                and _has_capital(text[slice(*words[first])])
                and _has_capital(text[slice(*words[last])])
                and not _overlaps(span, held)
            ):
                yield span


def _has_capital(word: str) -> bool:
    """Whether a word is written as names are; Arabic ones may have a small article."""
    return _ARABIC_ARTICLE.sub("", word)[:1].isupper()


def _is_name(text: str, word: Span) -> bool:
    said = text[slice(*word)]
    return _has_capital(said) and said.lower() not in word_lists()["function"]


def _is_of_sentence(word: str) -> bool:
    """Whether a word at the edge of a span is one of the sentence, not of a name: said, in, agreed."""
    lists = word_lists()
    known = word in lists["function"] or word in lists["past"] or word in lists["verbs"]
    return known or (word.endswith("ed") and word.islower() and word not in lists["nominal"])


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(overlap(span, other) for other in others)
