"""Finding terms: Aho-Corasick over folded text, then word borders, guards and document conditions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import ahocorasick

from glossary.arabic import (
    ALEF,
    LONGEST_PREFIX,
    Folded,
    fold,
    is_accusative,
    is_word_character,
    spellings,
    with_proclitics,
)
from glossary.term import SourceForm, Term, TermMatch

_NAMES = frozenset({"place", "person"})
_BETWEEN_WORDS = " \"'«»“”()[]"


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """One spelling of one form of one term; the guards are folded texts that may not stand next to it."""

    term: Term
    form: SourceForm
    spelling: str
    prefixes: Mapping[str, int]
    rank: tuple[int, ...]
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]


class _Hit(NamedTuple):
    """A candidate in a folded text: `word` <= `start` < `end`, `word` being where the proclitics begin."""

    start: int
    end: int
    word: int
    candidate: _Candidate


class _Scan(NamedTuple):
    folded: Folded
    hits: list[_Hit]


class Matcher:
    """The index of a glossary; holds no text and may be shared."""

    def __init__(self, layers: Sequence[Sequence[Term]]) -> None:
        """Index the terms of `layers`; of the same spelling in two, the later layer's is preferred."""
        candidates: dict[str, list[_Candidate]] = {}
        for layer, terms in enumerate(layers):
            for order, term in enumerate(terms):
                for form in term.forms:
                    for candidate in _candidates(term, form, layer, order):
                        candidates.setdefault(candidate.spelling, []).append(candidate)
        self._automaton: Any = ahocorasick.Automaton()
        for spelling, found in candidates.items():
            self._automaton.add_word(spelling, tuple(found))
        if candidates:
            self._automaton.make_automaton()
        self._terms = {term.id: term for terms in layers for term in terms}

    def find(self, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        """Return the matches of each segment; the segments together are the document of the conditions.

        A condition is met by a term that some form without condition matches, leftmost-longest among
        such forms, by the parts such a form was composed of, and by every other term that has a form of
        the same spelling there.
        """
        if not self._automaton:
            return ((),) * len(segments)
        scanned = [self._scan(segment) for segment in segments]
        conditional = any(hit.candidate.form.document for found in scanned if found for hit in found.hits)
        named = self._named(filter(None, scanned)) if conditional else frozenset()
        return tuple(_matches(found, named) if found else () for found in scanned)

    def _scan(self, segment: str) -> _Scan | None:
        """Every candidate in `segment` that is a whole word and not guarded, best first; None without any."""
        text = fold(segment)
        hits: list[_Hit] = []
        for last, candidates in self._automaton.iter(text):
            end = last + 1
            if end < len(text) and is_word_character(text[end]):
                continue
            begin = end - len(candidates[0].spelling)
            word = begin
            while word > 0 and begin - word <= LONGEST_PREFIX and is_word_character(text[word - 1]):
                word -= 1
            prefix = text[word:begin]
            for candidate in candidates:
                left_out = candidate.prefixes.get(prefix)
                if left_out is not None and not _guarded(candidate, text, word, end):
                    hits.append(_Hit(word + left_out, end, word, candidate))
        if not hits:
            return None
        folded = Folded.of(segment)
        hits = [hit for hit in hits if _ends_well(hit, folded)]
        hits.sort(key=lambda hit: (hit.word, -hit.end, hit.start, hit.candidate.rank))
        return _Scan(folded, hits)

    def _named(self, scanned: Iterable[_Scan]) -> AbstractSet[str]:
        """Ids and `domain:NAME` of the terms that the document names without condition."""
        terms: dict[str, Term] = {}
        for found in scanned:
            for group in _leftmost_longest(hit for hit in found.hits if not hit.candidate.form.document):
                for hit in group:
                    terms[hit.candidate.term.id] = hit.candidate.term
                    parts = hit.candidate.form.parts
                    terms.update((part, self._terms[part]) for part in parts if part in self._terms)
        return terms.keys() | {f"domain:{term.domain}" for term in terms.values()}


def _candidates(term: Term, form: SourceForm, layer: int, order: int) -> Iterator[_Candidate]:
    """The spellings of `form`, ranked: later layer, then guarded or conditional, longer, later term."""
    special = bool(form.document or form.not_after or form.not_before)
    for spelling in spellings(form.text, name=term.kind in _NAMES):
        yield _Candidate(
            term=term,
            form=form,
            spelling=spelling.text,
            prefixes=spelling.prefixes,
            rank=(-layer, not special, -len(spelling.text), -order),
            not_after=tuple(text for word in form.not_after for text in with_proclitics(word)),
            not_before=tuple(text for word in form.not_before for text in with_proclitics(word)),
        )


def _ends_well(hit: _Hit, folded: Folded) -> bool:
    """Whether the hit ends with a whole code point, and is no name that the accusative makes another word."""
    if folded.offsets[hit.end - 1] == folded.offsets[hit.end]:
        return False
    if hit.candidate.term.kind not in _NAMES or folded.text[hit.end - 1] != ALEF:
        return True
    return not is_accusative(folded.source[slice(*folded.span(max(hit.end - 2, 0), hit.end))])


def _guarded(candidate: _Candidate, text: str, word: int, end: int) -> bool:
    """Whether a word next to the match says that it is not the term; quotation marks may stand between."""
    if candidate.not_after:
        while word > 0 and text[word - 1] in _BETWEEN_WORDS:
            word -= 1
        for guard in candidate.not_after:
            if text.endswith(guard, 0, word) and not _continues(text, word - len(guard) - 1):
                return True
    if candidate.not_before:
        while end < len(text) and text[end] in _BETWEEN_WORDS:
            end += 1
        for guard in candidate.not_before:
            if text.startswith(guard, end) and not _continues(text, end + len(guard)):
                return True
    return False


def _continues(text: str, index: int) -> bool:
    return 0 <= index < len(text) and is_word_character(text[index])


def _leftmost_longest(hits: Iterable[_Hit]) -> Iterator[list[_Hit]]:
    """The spans to take, without overlap, each with all its hits, the best first; `hits` are sorted.

    Leftmost is the leftmost word, so that in للجنة الميزانية the term لجنة الميزانية behind ل is
    preferred to اللجنة, which begins a letter earlier.
    """
    border = 0
    for (word, end, _), group in groupby(hits, key=lambda hit: (hit.word, hit.end, hit.start)):
        if word >= border:
            yield list(group)
            border = end


def _matches(scan: _Scan, named: AbstractSet[str]) -> tuple[TermMatch, ...]:
    folded = scan.folded
    counting = (
        hit
        for hit in scan.hits
        if not hit.candidate.form.document or not named.isdisjoint(hit.candidate.form.document)
    )
    matches: list[TermMatch] = []
    for best, *_ in _leftmost_longest(counting):
        start, end = folded.span(best.start, best.end)
        proclitics = folded.source[folded.offsets[best.word] : start]
        matches.append(TermMatch(best.candidate.term, start, end, folded.source[start:end], proclitics))
    return tuple(matches)
