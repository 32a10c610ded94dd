"""Names that Arabic text spells out in Latin script behind them: فاديفول (Wadephul).

The Latin spelling is taken out of what the model reads, which would only stumble over it, and becomes a term
of the document: the name is enforced so wherever it stands, the family name alone too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from glossary import SourceForm, Term
from glossary.arabic import CONJUNCTIONS, PREPOSITIONS
from pipeline.letters import LETTERS, MARKS
from pipeline.prepare import Prepared
from pipeline.records import Span
from pipeline.transliteration import likeness, spellings

_LATIN: Final = "A-Za-z\u00c0-\u024f"
_BRACKETS: Final = re.compile(rf"\s*[(\[]\s*([{_LATIN}][{_LATIN}.'’ -]*[{_LATIN}])\s*[)\]]")
_WORDS_BEFORE: Final = re.compile(rf"[{LETTERS}{MARKS}]+(?:-[{LETTERS}{MARKS}]+)*")
_MOST_WORDS: Final = 6
_LIKE: Final = 0.65
_FEWEST_LETTERS: Final = 4
_PROCLITICS: Final = (*CONJUNCTIONS, *PREPOSITIONS)
LAYER: Final = "article"


@dataclass(frozen=True, slots=True)
class Gloss:
    """A name that the source writes in Arabic and, in brackets behind it, in Latin script."""

    arabic: str
    latin: str


def without_glosses(prepared: Prepared) -> tuple[Prepared, tuple[Gloss, ...]]:
    """Take the Latin spellings of names, with their brackets, out of a prepared segment.

    A bracket stays whose Latin words do not sound like the Arabic in front of it: an acronym, a translation.

    Returns:
        the segment without them, and the names.
    """
    glosses: list[Gloss] = []
    cuts: list[Span] = []
    for bracket in _BRACKETS.finditer(prepared.text):
        start = _name_before(prepared.text[: bracket.start()], bracket[1])
        if start is not None:
            glosses.append(Gloss(prepared.text[start : bracket.start()], " ".join(bracket[1].split())))
            cuts.append(bracket.span())
    return prepared.without(cuts), tuple(glosses)


def gloss_terms(glosses: Iterable[Gloss]) -> tuple[Term, ...]:
    """Make terms of the names that an article spells out, and of the family names of persons among them.

    The first spelling of a name counts. A family name is the last of two words or more, on both sides.
    """
    targets: dict[str, str] = {}
    for gloss in glosses:
        arabic = _without_proclitic(gloss)
        targets.setdefault(arabic, gloss.latin)
        family, name = arabic.split()[-1], gloss.latin.split()[-1]
        several = len(arabic.split()) > 1 < len(gloss.latin.split())
        if several and len(family) >= _FEWEST_LETTERS and likeness(family, name) >= _LIKE:
            targets.setdefault(family, name)
    forms: dict[str, list[SourceForm]] = {}
    for arabic, latin in targets.items():
        forms.setdefault(latin, []).append(SourceForm(arabic))
    return tuple(
        Term(f"latin:{latin}", "untranslated", "latin", tuple(written), latin, layer=LAYER)
        for latin, written in forms.items()
    )


def _without_proclitic(gloss: Gloss) -> str:
    """The Arabic name without و or ل in front, where the Latin spelling has nothing for it."""
    first, rest = gloss.arabic[0], gloss.arabic[1:]
    sounds = tuple(way for way in spellings().get(first, ()) if way)
    attached = first in _PROCLITICS and len(rest) > 2 and not gloss.latin.lower().startswith(sounds)
    return rest if attached and likeness(rest, gloss.latin) >= _LIKE else gloss.arabic


def _name_before(text: str, name: str) -> int | None:
    """Where the words at the end of `text` begin that sound like `name`; None if none do."""
    words = list(_WORDS_BEFORE.finditer(text))[-_MOST_WORDS:]
    if not words or words[-1].end() != len(text):
        return None
    best: tuple[float, int] | None = None
    for first in reversed(words):
        score = likeness(text[first.start() :], name)
        if score >= _LIKE and (best is None or score > best[0]):
            best = score, first.start()
    return None if best is None else best[1]
