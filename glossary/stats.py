"""How much there is in a glossary."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from glossary.term import Term


@dataclass(frozen=True, slots=True)
class Count:
    """Numbers of some entries; a family name is no entry, its forms count with those of its person.

    Attributes:
        forms: source forms, those composed of other terms (`{id}`) included.
        written: source forms without composition.
        without_origin: entries that do not say where the English name is official.
    """

    entries: int
    forms: int
    written: int
    without_origin: int

    @property
    def average_forms(self) -> float:
        """Forms in an entry, 0 without entries."""
        return self.forms / self.entries if self.entries else 0.0

    @property
    def average_written(self) -> float:
        """Forms in an entry without those composed, 0 without entries."""
        return self.written / self.entries if self.entries else 0.0


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of a whole glossary, and by domain and kind in alphabetical order."""

    total: Count
    domains: dict[str, Count]
    kinds: dict[str, Count]


def count_terms(terms: Iterable[Term]) -> Stats:
    """Count entries and forms."""
    terms = tuple(terms)
    return Stats(
        _count(terms), _grouped(terms, lambda term: term.domain), _grouped(terms, lambda term: term.kind)
    )


def _grouped(terms: Iterable[Term], key: Callable[[Term], str]) -> dict[str, Count]:
    groups: dict[str, list[Term]] = {}
    for term in terms:
        groups.setdefault(key(term), []).append(term)
    return {name: _count(groups[name]) for name in sorted(groups)}


def _count(terms: Iterable[Term]) -> Count:
    terms = tuple(terms)
    entries = [term for term in terms if term.person is None]
    return Count(
        entries=len(entries),
        forms=sum(len(term.forms) for term in terms),
        written=sum(not form.parts for term in terms for form in term.forms),
        without_origin=sum(not term.origin and term.kind != "untranslated" for term in entries),
    )
