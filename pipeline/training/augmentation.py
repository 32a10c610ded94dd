"""Changed copies of training pairs: what an article may hold that the training text happens not to.

Terms of the glossary are exchanged for others of their kind on both sides, numbers are drawn anew, a name is
left in Latin script, hamza and dots are left out as people do when they type, a sentence becomes a headline.
Each change is made on both sides at once, so that the copy is a translation as the pair was. Agreement of
verbs and adjectives with an exchanged name is not restored: it may be wrong in the Arabic, where the model
only reads it.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from glossary import Glossary
from glossary.arabic import fold, has_article, is_accusative, join
from glossary.term import Term, TermMatch
from pipeline.english import fit_rendering, is_headline_caps
from pipeline.rendering import find_rendering
from pipeline.training.config import AugmentationConfig
from pipeline.training.corpus import Pair
from pipeline.verify import verify

_LAM: Final = "\u0644"
_CONTRACTED: Final = _LAM + _LAM
_LOOSE: Final = str.maketrans("\u0623\u0625\u0622\u0629", "\u0627\u0627\u0627\u0647")  # أ إ آ ة
_LOOSE_WORDS: Final = 0.5
# Neither part of a longer number nor of a name.
_NUMBER: Final = re.compile(r"(?<![\w.,/:-])(?:\d{1,3}(?:,\d{3})+|\d+)(?![\w/:-]|[.,]\d)")
_YEAR: Final = range(1900, 2100)
_YEAR_STEP: Final = 12
_LATIN_NAME: Final = re.compile(r"[A-Z][A-Za-z]+(?:[ -][A-Z][A-Za-z]+){0,2}")
_FULL_STOP: Final = re.compile(r"(?<!\.)(?<!\.\w)\.$")
_ARTICLE: Final = "The "  # of a name: fitting another name in would leave it behind
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ONSETS: Final = (*"bcdfghjklmnprstvwz", "qu", "br", "ch", "fl", "gr", "kr", "sch", "st", "tr")
_VOWELS: Final = (*"aeiouaeiouöü", "ai", "au", "ei", "ie")
_ENDINGS: Final = ("", "", "n", "r", "s", "x", "ck", "ng", "rt", "ll")
_ACRONYMS: Final = 0.2
_TYPES: Final = 0.2
_DAYS: Final = range(10, 32)
# Kinds of terms that say what something is, rather than name it.
_BY_DOMAIN: Final = ("office", "body", "concept", "adjective")


@dataclass(frozen=True, slots=True)
class _Place:
    """A term on both sides of a pair."""

    match: TermMatch
    start: int
    end: int


class Augmenter:
    """Makes changed copies of pairs; the same copies for the same seed."""

    def __init__(self, glossary: Glossary, settings: AugmentationConfig, seed: int) -> None:
        self._glossary, self._settings, self._seed = glossary, settings, seed
        self._alike: dict[tuple[object, ...], list[tuple[Term, str]]] = defaultdict(list)
        for term in glossary.terms.values():
            for form in dict.fromkeys(form.text for form in term.forms):
                self._alike[_likeness(term, form)].append((term, form))
        targets = sorted({term.target for term in glossary.terms.values()})
        self._latin = [target for target in targets if _LATIN_NAME.fullmatch(target)]

    def copies(self, pairs: Sequence[Pair]) -> Iterator[Pair]:
        """Yield the changed copies of pairs, in their order; none of one that stays as it is."""
        for index, pair in enumerate(pairs):
            seen = {pair}
            for copy in range(self._settings.copies):
                changed = self.change(pair, random.Random(f"{self._seed}/{index}/{copy}"))  # noqa: S311
                if changed not in seen:
                    seen.add(changed)
                    yield changed

    def change(self, pair: Pair, chance: random.Random) -> Pair:
        """Make one copy, each change with the probability that the settings give it."""
        settings = self._settings
        if chance.random() < settings.terms:
            pair = self.exchange_terms(pair, chance)
        if chance.random() < settings.latin:
            pair = self.leave_latin(pair, chance)
        if chance.random() < settings.numbers:
            pair = draw_numbers(pair, chance)
        if chance.random() < settings.headline:
            pair = without_stop(pair)
        if chance.random() < settings.spelling:
            pair = Pair(loosely_spelled(pair.source, chance), pair.target)
        return pair

    def exchange_terms(self, pair: Pair, chance: random.Random) -> Pair:
        """Put other terms of the same kind in the place of those that stand on both sides.

        Proclitics and the contraction of ل and ال are kept right in the Arabic, article, possessive and
        plural in the English. A term that stands oftener on one side than on the other stays; one that stands
        several times becomes the same other one everywhere, as its mentions may change places.
        """
        mentions: dict[str, list[_Place]] = defaultdict(list)
        for place in self._places(pair):
            mentions[place.match.term.id].append(place)
        exchanges = [exchange for places in mentions.values() for exchange in self._exchanges(places, chance)]
        source, target = pair.source, pair.target
        for place, _, form in sorted(exchanges, key=lambda exchange: -exchange[0].match.start):
            source = _with_form(source, place.match, form)
        for place, term, _ in sorted(exchanges, key=lambda exchange: -exchange[0].start):
            target = fit_rendering(target, place.start, place.end, term.target, article=term.article).text
        return Pair(source, target)

    def leave_latin(self, pair: Pair, chance: random.Random) -> Pair:
        """Write one name in Latin script on both sides: itself, another known one, or an invented one."""
        places = [
            place
            for place in self._places(pair)
            if place.match.term.kind not in _BY_DOMAIN
            and not _preposition(place.match)
            and _LATIN_NAME.fullmatch(pair.target[place.start : place.end])
        ]
        if not places:
            return pair
        place = chance.choice(places)
        match, own = place.match, pair.target[place.start : place.end]
        name = chance.choice((own, chance.choice(self._latin), invented_name(chance)))
        target = fit_rendering(pair.target, place.start, place.end, name, article="none").text
        if name not in target:
            return pair
        gap = " " if match.proclitics else ""
        return Pair(f"{pair.source[: match.start]}{gap}{name}{pair.source[match.end :]}", target)

    def _places(self, pair: Pair) -> list[_Place]:
        """Return the terms that stand as often in the English as in the Arabic, none within another."""
        matches = self._glossary.find(pair.source)
        found = verify(pair.target, matches).spans
        places = [
            _Place(match, *span) for match, span in zip(matches, found, strict=True) if span is not None
        ]
        overlapping = {
            id(place)
            for one, other in combinations(places, 2)
            if one.start < other.end and other.start < one.end
            for place in (one, other)
        }
        mentions: dict[str, int] = defaultdict(int)
        for match in matches:
            mentions[match.term.id] += 1
        return [
            place
            for place in places
            if id(place) not in overlapping
            and mentions[place.match.term.id] == _renderings(pair.target, place.match.term)
            and not is_accusative(place.match.surface)
            and not is_headline_caps(pair.target)
            and not pair.target.startswith(_ARTICLE, place.start)
        ]

    def _exchanges(
        self, mentions: Sequence[_Place], chance: random.Random
    ) -> Iterator[tuple[_Place, Term, str]]:
        """Draw a term for all mentions of another, each as likely whatever the number of its forms."""
        others = [self._others(place.match) for place in mentions]
        shared = [identifier for identifier in others[0] if all(identifier in more for more in others)]
        if shared:
            drawn = chance.choice(shared)
            for place, forms in zip(mentions, others, strict=True):
                yield place, *chance.choice(forms[drawn])

    def _others(self, match: TermMatch) -> dict[str, list[tuple[Term, str]]]:
        """Return the terms, by id, that could stand in the place of a match, with their fitting forms."""
        others: dict[str, list[tuple[Term, str]]] = defaultdict(list)
        for term, form in self._alike.get(_likeness(match.term, _form_text(match)), ()):
            if term.id != match.term.id:
                others[term.id].append((term, form))
        return others


def invented_name(chance: random.Random) -> str:
    """Make up a name in Latin script that no model can know: a word, an acronym, or a type with a number.

    >>> [invented_name(random.Random(seed)) for seed in (1, 2, 3)]
    ['ID', 'Dipas', 'ELT-486']
    """
    kind = chance.random()
    if kind < _ACRONYMS:
        return "".join(chance.choice(_CAPITALS) for _ in range(chance.randint(2, 5)))
    if kind < _ACRONYMS + _TYPES:
        letters = "".join(chance.choice(_CAPITALS) for _ in range(chance.randint(1, 3)))
        return f"{letters}-{chance.randint(1, 999)}"
    syllables = "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(chance.randint(2, 4)))
    return (syllables + chance.choice(_ENDINGS)).capitalize()


def draw_numbers(pair: Pair, chance: random.Random) -> Pair:
    """Draw anew the whole numbers that stand once on each side, with as many digits; years stay near.

    >>> draw_numbers(Pair("1500 جندي", "1,500 soldiers"), random.Random(1)).target
    '3,201 soldiers'
    """
    written = [
        [_digits(number[0]) for number in _NUMBER.finditer(side)] for side in (pair.source, pair.target)
    ]
    new = {
        number: _drawn(number, chance)
        for number in written[0]
        if written[0].count(number) == written[1].count(number) == 1 and len(number) > 1
    }
    if len({*new.values()}) < len(new):
        return pair

    def put(number: re.Match[str]) -> str:
        drawn = new.get(_digits(number[0]))
        if drawn is None:
            return number[0]
        return f"{int(drawn):,}" if "," in number[0] else drawn

    return Pair(_NUMBER.sub(put, pair.source), _NUMBER.sub(put, pair.target))


def _digits(number: str) -> str:
    return number.replace(",", "")


def _drawn(number: str, chance: random.Random) -> str:
    if len(number) == 4 and int(number) in _YEAR:
        return str(int(number) + chance.randint(-_YEAR_STEP, _YEAR_STEP))
    if len(number) == 2 and int(number) in _DAYS:
        return str(chance.choice(_DAYS[:-3]))  # it may be the day of a date, in any month
    lowest = 10 ** (len(number) - 1)
    if lowest > int(number):
        return number  # it begins with 0: a telephone number, a time
    return str(chance.randint(max(lowest, 11), 10 * lowest - 1))


def loosely_spelled(source: str, chance: random.Random) -> str:
    """Leave out hamza and the dots of ة in about half of the words, as people who type fast do."""
    return " ".join(
        word.translate(_LOOSE) if chance.random() < _LOOSE_WORDS else word for word in source.split(" ")
    )


def without_stop(pair: Pair) -> Pair:
    """Take the full stop off both sides: a headline has none. Not the last of "..." or of "U.S."."""
    if all(_FULL_STOP.search(side) for side in (pair.source, pair.target)):
        return Pair(pair.source[:-1], pair.target[:-1])
    return pair


def _likeness(term: Term, form: str) -> tuple[object, ...]:
    """Tell what a form can be exchanged for: the same kind, as definite, a name as a name, one word as one.

    Offices and bodies keep their domain, so that a minister stays one; the number of words is kept roughly.
    """
    domain = term.domain if term.kind in _BY_DOMAIN else ""
    words = min(len(form.split()), 3)
    return term.kind, domain, term.person is None, has_article(form), words


def _form_text(match: TermMatch) -> str:
    """Return the surface of a match as a form: without the ل that contracted with its article."""
    if _preposition(match) and not match.proclitics.endswith(_LAM):
        return "\u0627" + match.surface
    return match.surface


def _preposition(match: TermMatch) -> bool:
    """Whether the surface begins with the contraction of ل and ال."""
    return match.surface.startswith(_CONTRACTED) and not any(
        fold(form.text).startswith(_CONTRACTED) for form in match.term.forms
    )


def _with_form(source: str, match: TermMatch, form: str) -> str:
    """Put another form in the place of a match, behind its proclitics."""
    before = source[: match.start] + (_LAM if _preposition(match) else "")
    return join(before, form) + source[match.end :]


def _renderings(target: str, term: Term) -> int:
    """Count the places where a term stands in English, in any accepted rendering."""
    spans = {span for rendering in term.renderings for span in find_rendering(target, rendering)}
    return sum(
        not any(span != other and other[0] <= span[0] and span[1] <= other[1] for other in spans)
        for span in spans
    )
