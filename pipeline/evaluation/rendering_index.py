"""Which of the thousands of renderings of a glossary stand in an English text."""

import re
from collections.abc import Iterable

from glossary.term import Term
from pipeline.english import find_rendering
from pipeline.records import Span
from pipeline.rendering import fold

_WORD = re.compile(r"\w+")
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_LEAD = 3


class RenderingIndex:
    """Renderings by the first letters of their words, so that few have to be looked for in a text.

    A spelling that differs within the first three letters of a word (Koeln for Köln) is not found.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_first: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for rendering in dict.fromkeys(each for term in terms for each in term.renderings):
            leads = [word[:_LEAD] for word in _words(rendering)]
            if leads:
                rarest = max(leads, key=len)
                self._by_first.setdefault(rarest, []).append((rendering, frozenset(leads)))

    def find(self, text: str) -> list[tuple[Span, str]]:
        """Return where renderings stand, by increasing start; of two that overlap the longer one."""
        leads = {word[:length] for word in _words(text) for length in range(1, _LEAD + 1)}
        found = [
            (span, rendering)
            for lead in leads
            for rendering, needed in self._by_first.get(lead, ())
            if needed <= leads
            for span in find_rendering(text, rendering)
        ]
        found.sort(key=lambda item: (item[0][0] - item[0][1], item[0][0], item[1]))
        taken: list[tuple[Span, str]] = []
        for span, rendering in found:
            if not any(span[0] < other[1] and other[0] < span[1] for other, _ in taken):
                taken.append((span, rendering))
        return sorted(taken)


def _words(text: str) -> list[str]:
    return _WORD.findall(_DOTTED.sub("", fold(text)[0]).lower())
