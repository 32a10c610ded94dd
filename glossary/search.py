"""Looking terms up by a part of a name, Arabic or English, also when it is not spelled as in the glossary."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Literal

from glossary.arabic import ARTICLE, LAM, fold
from glossary.term import Term

Likeness = Literal["same", "beginning", "words", "part", "similar"]

MIN_SIMILARITY = 0.7
MIN_SIMILAR_LETTERS = 3
_MOST_SIMILAR_WORDS = 50
_WORD = re.compile(r"[^\W_]+")
_BEST_FIRST: tuple[Likeness, ...] = ("same", "beginning", "words", "part", "similar")


@dataclass(frozen=True, slots=True)
class Found:
    """A term that answers a query.

    Attributes:
        text: the name of the term that fits best: its id, a source form or a rendering.
        likeness: how it fits: it is the query, begins with it, has words that begin as those of the query,
            holds it somewhere, or is only similar.
        score: 1, or the similarity, from `MIN_SIMILARITY`.
    """

    term: Term
    text: str
    likeness: Likeness
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a term as it is compared, with and without articles; of a lower `rank` it counts more."""

    term: Term
    text: str
    rank: int
    plain: str
    bare: str


def search_terms(terms: Iterable[Term], query: str) -> tuple[Found, ...]:
    """Return the terms that have `query` in a name, best first; without any, those with similar names.

    Compares folded text without case, in Arabic also without the article; forbidden renderings are names too.
    Similar means that each word of the query, of three letters or more, resembles a word of the name
    (`difflib`, Ratcliff and Obershelp 1988). Does not stem and does not translate the query.

    Args:
        terms: in the order that decides where all else is equal.
        query: Arabic or English; without a letter or digit it finds nothing.
    """
    plain, bare = _comparable(query)
    if not plain:
        return ()
    names = [name for term in terms for name in _names(term)]
    found = [
        (name, likeness, 1.0)
        for name in names
        if (likeness := _best((_likeness(plain, name.plain), _likeness(bare, name.bare)))) is not None
    ]
    if not found:
        found = [(name, "similar", score) for name, score in _similar(bare, names)]
    best: dict[str, tuple[tuple[float, ...], Found]] = {}
    for name, likeness, score in found:
        rank = (_BEST_FIRST.index(likeness), -score, name.rank, len(name.plain))
        if name.term.id not in best or rank < best[name.term.id][0]:
            best[name.term.id] = (rank, Found(name.term, name.text, likeness, score))
    return tuple(found for _, found in sorted(best.values(), key=lambda ranked: ranked[0]))


def closest_ids(terms: Iterable[Term], identifier: str) -> list[str]:
    """Return up to three ids that `identifier` may have been meant to be."""
    return get_close_matches(identifier, [term.id for term in terms], n=3)


def _names(term: Term) -> Iterator[_Name]:
    renderings = (*term.renderings[1:], *term.forbidden)
    forms = (form.text for form in term.forms)
    ranked = ((0, (term.target,)), (1, forms), (2, renderings), (3, (term.id,)))
    for rank, texts in ranked:
        for text in texts:
            yield _Name(term, text, rank, *_comparable(text))


def _comparable(text: str) -> tuple[str, str]:
    """Folded words of `text` without case, and the same without the Arabic article, contracted or not."""
    words = _WORD.findall(fold(text).casefold())
    return " ".join(words), " ".join(map(_without_article, words))


def _without_article(word: str) -> str:
    return word[len(ARTICLE) :] if word.startswith((ARTICLE, LAM + LAM)) and len(word) > 4 else word


def _likeness(query: str, name: str) -> Likeness | None:
    if name == query:
        return "same"
    if name.startswith(query):
        return "beginning"
    words = name.split()
    if all(any(word.startswith(part) for word in words) for part in query.split()):
        return "words"
    return "part" if query.replace(" ", "") in name.replace(" ", "") else None


def _best(found: Iterable[Likeness | None]) -> Likeness | None:
    return min(filter(None, found), key=_BEST_FIRST.index, default=None)


def _similar(query: str, names: Sequence[_Name]) -> Iterator[tuple[_Name, float]]:
    vocabulary = {word for name in names for word in name.bare.split()}
    similarities = [_similar_words(word, vocabulary) for word in query.split()]
    for name in names:
        words = name.bare.split()
        best = [max((scores.get(word, 0.0) for word in words), default=0.0) for scores in similarities]
        if min(best) > 0:
            yield name, sum(best) / len(best)


def _similar_words(word: str, vocabulary: AbstractSet[str]) -> dict[str, float]:
    if len(word) < MIN_SIMILAR_LETTERS:
        return {word: 1.0}
    found = get_close_matches(word, vocabulary, n=_MOST_SIMILAR_WORDS, cutoff=MIN_SIMILARITY)
    return {other: SequenceMatcher(None, other, word).ratio() for other in found}
