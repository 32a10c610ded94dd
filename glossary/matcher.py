"""Finding terms: Aho-Corasick over folded text, then word borders, guards and document conditions.

Letters and digits of any script are parts of words (`str.isalnum`); the _ of hashtags is not.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import ahocorasick

from glossary.arabic import (
    ALEF,
    ARTICLE,
    LONGEST_PREFIX,
    Folded,
    fold,
    is_accusative,
    spellings,
    with_proclitics,
)
from glossary.collection import collection_paused
from glossary.term import SourceForm, Term, TermMatch

NAMES = frozenset({"place", "person"})
_BORDER = "\0"  # between segments: folds to itself, and is no part of words nor between the words of guards
_LONG = 20_000  # code points, from which on it pays to pause the collection of cycles
_BETWEEN_WORDS = frozenset(" \"'«»“”()[]")


class _Guards:
    """Words that may not stand beside a match, with or without proclitics; spelt out at the first need."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._endings = tuple({fold(each).strip().removeprefix(ARTICLE) for each in words})

    def stop_before(self, text: str, end: int) -> bool:
        """Whether one of them ends in front of text[end:], quotation marks and brackets left out."""
        while end and text[end - 1] in _BETWEEN_WORDS:
            end -= 1
        if not text.endswith(self._endings, 0, end):
            return False
        word = text[_word_start(text, end, self._longest + 1) : end]
        return word in self._by_last_word and any(
            text.endswith(guard, 0, end) and not _is_word(text, end - len(guard) - 1)
            for guard in self._by_last_word[word]
        )

    def stop_behind(self, text: str, start: int) -> bool:
        """Whether one of them begins behind text[:start], likewise."""
        while start < len(text) and text[start] in _BETWEEN_WORDS:
            start += 1
        word = text[start : _word_end(text, start, self._longest + 1)]
        return word in self._by_first_word and any(
            text.startswith(guard, start) and not _is_word(text, start + len(guard))
            for guard in self._by_first_word[word]
        )

    @cached_property
    def _by_first_word(self) -> Mapping[str, list[str]]:
        return self._by(lambda guard: guard[: _word_end(guard, 0, len(guard))])

    @cached_property
    def _by_last_word(self) -> Mapping[str, list[str]]:
        return self._by(lambda guard: guard[_word_start(guard, len(guard), len(guard)) :])

    @cached_property
    def _longest(self) -> int:
        return max(map(len, chain.from_iterable(map(with_proclitics, self._words))))

    def _by(self, word_of: Callable[[str], str]) -> Mapping[str, list[str]]:
        guards: dict[str, list[str]] = {}
        for words in self._words:
            for guard in with_proclitics(words):
                guards.setdefault(word_of(guard), []).append(guard)
        return guards


class _Candidate(NamedTuple):
    """One spelling of one form of one term.

    Attributes:
        rank: of several at the same place the one of lowest rank is preferred; no two are equal.
        name_in_alef: whether the accusative would make another word of it.
    """

    rank: int
    prefixes: Mapping[str, int]
    not_after: _Guards | None
    not_before: _Guards | None
    name_in_alef: bool


# Where the word begins, proclitics included; -end; where the match begins; rank. Sorted, the best is first.
_Hit = tuple[int, int, int, int]


class Matcher:
    """The index of a glossary; holds no text and may be shared."""

    def __init__(self, layers: Sequence[Sequence[Term]]) -> None:
        """Index the terms of `layers`; of the same spelling in two, the later layer's is preferred."""
        self._terms = {term.id: term for terms in layers for term in terms}
        self._meant: list[tuple[Term, SourceForm]] = []  # by rank
        index: dict[str, list[_Candidate]] = {}
        for spelling, candidate, term, form in _candidates(layers):
            index.setdefault(spelling, []).append(candidate)
            self._meant.append((term, form))
        self._conditional = {
            rank: form.document for rank, (_, form) in enumerate(self._meant) if form.document
        }
        self._automaton: Any = ahocorasick.Automaton()
        for spelling in _in_order_of_search(index):
            self._automaton.add_word(spelling, (len(spelling), index[spelling]))
        if index:
            self._automaton.make_automaton()

    def find(self, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        """Return the matches of each segment; the segments together are the document of the conditions.

        A condition is met by a term that some form without condition matches, leftmost-longest among
        such forms, by the parts such a form was composed of, and by every other term that has a form of
        the same spelling there.
        """
        if not (self._automaton and segments):
            return ((),) * len(segments)
        folded = Folded.of(_BORDER.join(segments))
        if len(folded.source) < _LONG:
            return self._chosen(folded, segments)
        with collection_paused():
            return self._chosen(folded, segments)

    def _chosen(self, folded: Folded, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        """Decide the conditions and take the leftmost-longest hits."""
        hits = sorted(self._hits(folded))
        if not hits:
            return ((),) * len(segments)
        free = [hit for hit in hits if hit[-1] not in self._conditional]
        if len(free) < len(hits):
            named = self._named(_leftmost_longest(free))
            hits = [
                hit
                for hit in hits
                if not (terms := self._conditional.get(hit[-1])) or not named.isdisjoint(terms)
            ]
        return self._matches(_leftmost_longest(hits), folded, segments)

    def _hits(self, folded: Folded) -> list[_Hit]:
        """Every candidate that is a whole word, not guarded, and not made another word by the accusative."""
        text, halved = folded.text, folded.halved
        hits: list[_Hit] = []
        for last, (length, candidates) in self._automaton.iter(text):
            end = last + 1
            if text[end : end + 1].isalnum() or end in halved:
                continue
            begin = word = end - length
            prefix = ""
            if begin and text[begin - 1].isalnum():
                word = _word_start(text, begin, LONGEST_PREFIX + 1)
                prefix = text[word:begin]
            for rank, prefixes, not_after, not_before, name_in_alef in candidates:
                left_out = prefixes.get(prefix)
                if left_out is None:
                    continue
                if not_after is not None and not_after.stop_before(text, word):
                    continue
                if not_before is not None and not_before.stop_behind(text, end):
                    continue
                if name_in_alef and is_accusative(folded.surface(max(end - 2, 0), end)):
                    continue
                hits.append((word, -end, word + left_out, rank))
        return hits

    def _named(self, hits: Iterable[_Hit]) -> AbstractSet[str]:
        """Ids and `domain:NAME` of the terms that the document names without condition."""
        terms: dict[str, Term] = {}
        for rank in {hit[-1] for hit in hits}:
            term, form = self._meant[rank]
            terms[term.id] = term
            terms.update((part, self._terms[part]) for part in form.parts if part in self._terms)
        return terms.keys() | {f"domain:{term.domain}" for term in terms.values()}

    def _matches(
        self, hits: Iterable[_Hit], folded: Folded, segments: Sequence[str]
    ) -> tuple[tuple[TermMatch, ...], ...]:
        """The best hit of each place as a match in its segment."""
        source = folded.source
        matches: list[list[TermMatch]] = [[] for _ in segments]
        number = first = reached = 0
        border = len(segments[0])
        for word, negative_end, begin, rank in hits:
            if word < reached:
                continue  # a worse one at the same place
            reached = -negative_end
            start, end = folded.span(begin, reached)
            while start > border:
                number, first = number + 1, border + 1
                border = first + len(segments[number])
            proclitics = source[folded.offset(word) : start] if word < begin else ""
            term, _ = self._meant[rank]
            matches[number].append(TermMatch(term, start - first, end - first, source[start:end], proclitics))
        return tuple(map(tuple, matches))


def _candidates(layers: Sequence[Sequence[Term]]) -> Iterator[tuple[str, _Candidate, Term, SourceForm]]:
    """Every spelling of every form, best first: later layer, guarded or conditional, longer, later term."""
    readings = [
        ((-layer, not (form.document or form.not_after or form.not_before), -len(spelling.text), -order),
         term, form, spelling)
        for layer, terms in enumerate(layers)
        for order, term in enumerate(terms)
        for form in term.forms
        for spelling in spellings(form.text, name=term.kind in NAMES)
    ]  # fmt: skip
    readings.sort(key=itemgetter(0))
    guards: dict[tuple[str, ...], _Guards | None] = {(): None}
    for words in {words for _, _, form, _ in readings for words in (form.not_after, form.not_before)} - {()}:
        guards[words] = _Guards(words)
    for rank, (_, term, form, spelling) in enumerate(readings):
        candidate = _Candidate(
            rank,
            spelling.prefixes,
            not_after=guards[form.not_after],
            not_before=guards[form.not_before],
            name_in_alef=term.kind in NAMES and spelling.text.endswith(ALEF),
        )
        yield spelling.text, candidate, term, form


def _in_order_of_search(spellings: Iterable[str]) -> list[str]:
    """Short ones first, of one length those of frequent letters: what most searches pass lies together.

    The automaton asks the followers of a letter one by one, in the order in which they were added.
    """
    spellings = tuple(spellings)
    letters = Counter("".join(spellings)).most_common()
    by_frequency = str.maketrans({letter: chr(rank) for rank, (letter, _) in enumerate(letters)})
    return sorted(spellings, key=lambda spelling: (len(spelling), spelling.translate(by_frequency)))


def _is_word(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isalnum()


def _word_start(text: str, end: int, most: int) -> int:
    """Where the letters in front of text[end:] begin; looks back at `most` of them."""
    first = max(0, end - most)
    start = text.rfind(" ", first, end) + 1 or first
    if text[start:end].isalnum():
        return start
    while end > first and text[end - 1].isalnum():
        end -= 1
    return end


def _word_end(text: str, start: int, most: int) -> int:
    """Where the letters behind text[:start] end; looks at `most` of them."""
    last = min(len(text), start + most)
    space = text.find(" ", start, last)
    end = last if space < 0 else space
    if text[start:end].isalnum():
        return end
    end = start
    while end < last and text[end].isalnum():
        end += 1
    return end


def _leftmost_longest(hits: Iterable[_Hit]) -> list[_Hit]:
    """The hits at the places to take, without overlap, of each place the best first; `hits` are sorted.

    Leftmost is the leftmost word, so that in للجنة الميزانية the term لجنة الميزانية behind ل is
    preferred to اللجنة, which begins a letter earlier.
    """
    taken: list[_Hit] = []
    border = 0
    place = (-1, 0, 0)
    for hit in hits:
        word, negative_end, begin, _ = hit
        if word >= border:
            taken.append(hit)
            place = (word, negative_end, begin)
            border = -negative_end
        elif place == (word, negative_end, begin):
            taken.append(hit)
    return taken
