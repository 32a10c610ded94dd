"""Finding terms: Aho-Corasick over folded text, then word borders, guards and document conditions.

Letters and digits of any script are parts of words (`str.isalnum`); the _ of hashtags is not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import ahocorasick

from glossary.arabic import ALEF, LONGEST_PREFIX, Folded, is_accusative, spellings, with_proclitics
from glossary.term import SourceForm, Term, TermMatch

_NAMES = frozenset({"place", "person"})
_BORDER = "\0"  # between segments: folds to itself, and is no part of words nor between the words of guards
_BETWEEN_WORDS = frozenset(" \"'«»“”()[]")


class _Guards:
    """Words that may not stand beside a match, with or without proclitics; spelt out at the first need."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words

    def stop_before(self, text: str, end: int) -> bool:
        """Whether one of them ends in front of text[end:], quotation marks and brackets left out."""
        while end and text[end - 1] in _BETWEEN_WORDS:
            end -= 1
        return any(
            text.endswith(guard, 0, end) and not _is_word(text, end - len(guard) - 1)
            for guard in self._by_last_word.get(text[_word_start(text, end) : end], ())
        )

    def stop_behind(self, text: str, start: int) -> bool:
        """Whether one of them begins behind text[:start], likewise."""
        while start < len(text) and text[start] in _BETWEEN_WORDS:
            start += 1
        return any(
            text.startswith(guard, start) and not _is_word(text, start + len(guard))
            for guard in self._by_first_word.get(text[start : _word_end(text, start)], ())
        )

    @cached_property
    def _by_first_word(self) -> Mapping[str, list[str]]:
        return self._by(lambda guard: guard[: _word_end(guard, 0)])

    @cached_property
    def _by_last_word(self) -> Mapping[str, list[str]]:
        return self._by(lambda guard: guard[_word_start(guard, len(guard)) :])

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

    term: Term
    form: SourceForm
    prefixes: Mapping[str, int]
    rank: int
    not_after: _Guards | None
    not_before: _Guards | None
    name_in_alef: bool


# Where the word begins, proclitics included; -end; where the match begins; rank. Sorted, the best is first.
_Hit = tuple[int, int, int, int, _Candidate]


class Matcher:
    """The index of a glossary; holds no text and may be shared."""

    def __init__(self, layers: Sequence[Sequence[Term]]) -> None:
        """Index the terms of `layers`; of the same spelling in two, the later layer's is preferred."""
        index: dict[str, list[_Candidate]] = {}
        for spelling, candidate in _candidates(layers):
            index.setdefault(spelling, []).append(candidate)
        self._automaton: Any = ahocorasick.Automaton()
        for spelling in sorted(index, key=len):  # what every search passes lies together in memory, and first
            self._automaton.add_word(spelling, (len(spelling), index[spelling]))
        if index:
            self._automaton.make_automaton()
        self._terms = {term.id: term for terms in layers for term in terms}

    def find(self, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        """Return the matches of each segment; the segments together are the document of the conditions.

        A condition is met by a term that some form without condition matches, leftmost-longest among
        such forms, by the parts such a form was composed of, and by every other term that has a form of
        the same spelling there.
        """
        if not (self._automaton and segments):
            return ((),) * len(segments)
        folded = Folded.of(_BORDER.join(segments))
        hits = sorted(self._hits(folded))
        if not hits:
            return ((),) * len(segments)
        free = [hit for hit in hits if not hit[-1].form.document]
        chosen = _leftmost_longest(free)
        if len(free) < len(hits):
            named = self._named(chosen)
            chosen = _leftmost_longest(
                hit for hit in hits if not (terms := hit[-1].form.document) or not named.isdisjoint(terms)
            )
        return _matches(chosen, folded, segments)

    def _hits(self, folded: Folded) -> list[_Hit]:
        """Every candidate that is a whole word, not guarded, and not made another word by the accusative."""
        text = folded.text
        hits: list[_Hit] = []
        for last, (length, candidates) in self._automaton.iter(text):
            end = last + 1
            if text[end : end + 1].isalnum() or end in folded.halved:
                continue
            begin = word = end - length
            if begin and text[begin - 1].isalnum():
                word = _word_start(text, begin, LONGEST_PREFIX + 1)
            prefix = text[word:begin]
            for candidate in candidates:
                left_out = candidate.prefixes.get(prefix)
                if left_out is None:
                    continue
                if candidate.not_after is not None and candidate.not_after.stop_before(text, word):
                    continue
                if candidate.not_before is not None and candidate.not_before.stop_behind(text, end):
                    continue
                if candidate.name_in_alef and is_accusative(folded.surface(max(end - 2, 0), end)):
                    continue
                hits.append((word, -end, word + left_out, candidate.rank, candidate))
        return hits

    def _named(self, chosen: Iterable[Sequence[_Hit]]) -> AbstractSet[str]:
        """Ids and `domain:NAME` of the terms that the document names without condition."""
        terms: dict[str, Term] = {}
        for hits in chosen:
            for *_, candidate in hits:
                terms[candidate.term.id] = candidate.term
                if parts := candidate.form.parts:
                    terms.update((part, self._terms[part]) for part in parts if part in self._terms)
        return terms.keys() | {f"domain:{term.domain}" for term in terms.values()}


def _candidates(layers: Sequence[Sequence[Term]]) -> Iterator[tuple[str, _Candidate]]:
    """Every spelling of every form, best first: later layer, guarded or conditional, longer, later term."""
    readings = [
        ((-layer, not (form.document or form.not_after or form.not_before), -len(spelling.text), -order),
         term, form, spelling)
        for layer, terms in enumerate(layers)
        for order, term in enumerate(terms)
        for form in term.forms
        for spelling in spellings(form.text, name=term.kind in _NAMES)
    ]  # fmt: skip
    readings.sort(key=itemgetter(0))
    guards: dict[tuple[str, ...], _Guards | None] = {(): None}
    for words in {words for _, _, form, _ in readings for words in (form.not_after, form.not_before)} - {()}:
        guards[words] = _Guards(words)
    for rank, (_, term, form, spelling) in enumerate(readings):
        yield (
            spelling.text,
            _Candidate(
                term,
                form,
                spelling.prefixes,
                rank,
                not_after=guards[form.not_after],
                not_before=guards[form.not_before],
                name_in_alef=term.kind in _NAMES and spelling.text.endswith(ALEF),
            ),
        )


def _is_word(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isalnum()


def _word_start(text: str, end: int, most: int | None = None) -> int:
    """Where the letters in front of text[end:] begin; looks back at `most` of them."""
    first = 0 if most is None else max(0, end - most)
    while end > first and text[end - 1].isalnum():
        end -= 1
    return end


def _word_end(text: str, start: int) -> int:
    """Where the letters behind text[:start] end."""
    while start < len(text) and text[start].isalnum():
        start += 1
    return start


def _leftmost_longest(hits: Iterable[_Hit]) -> list[list[_Hit]]:
    """The places to take, without overlap, each with all its hits, the best first; `hits` are sorted.

    Leftmost is the leftmost word, so that in للجنة الميزانية the term لجنة الميزانية behind ل is
    preferred to اللجنة, which begins a letter earlier.
    """
    chosen: list[list[_Hit]] = []
    border = 0
    for hit in hits:
        if hit[0] >= border:
            chosen.append([hit])
            border = -hit[1]
        elif hit[:3] == chosen[-1][0][:3]:
            chosen[-1].append(hit)
    return chosen


def _matches(
    chosen: Iterable[Sequence[_Hit]], folded: Folded, segments: Sequence[str]
) -> tuple[tuple[TermMatch, ...], ...]:
    """The best hit of each place as a match in its segment."""
    matches: list[list[TermMatch]] = [[] for _ in segments]
    number = first = 0
    border = len(segments[0])
    for (word, negative_end, begin, _, candidate), *_ in chosen:
        start, end = folded.span(begin, -negative_end)
        while start > border:
            number, first = number + 1, border + 1
            border = first + len(segments[number])
        proclitics = folded.source[folded.offset(word) : start] if word < begin else ""
        surface = folded.source[start:end]
        matches[number].append(TermMatch(candidate.term, start - first, end - first, surface, proclitics))
    return tuple(map(tuple, matches))
