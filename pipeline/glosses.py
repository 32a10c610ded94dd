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
from pipeline.transliteration import likeness

_LATIN: Final = "A-Za-z\u00c0-\u024f"
_BRACKETS: Final = re.compile(rf"\s*[(\[]\s*([{_LATIN}][{_LATIN}.'’ -]*[{_LATIN}])\s*[)\]]")
_WORDS_BEFORE: Final = re.compile(rf"[{LETTERS}{MARKS}]+(?:-[{LETTERS}{MARKS}]+)*")
_MOST_WORDS: Final = 6
_LIKE: Final = 0.65
_FEWEST_LETTERS: Final = 4
_PROCLITICS: Final = re.compile(f"[{''.join(CONJUNCTIONS)}]?[{''.join(PREPOSITIONS)}]?")
LAYER: Final = "article"


@dataclass(frozen=True, slots=True)
class Gloss:
    """A name that the source writes in Arabic and, in brackets behind it, in Latin script."""

    arabic: str
    latin: str


def without_glosses(prepared: Prepared) -> tuple[Prepared, tuple[Gloss, ...]]:
    """Take the Latin spellings of names, with their brackets, out of a prepared segment.

    A bracket stays whose Latin words do not sound like the Arabic in front of it: an acronym, a translation;
    one without a capital, which is a unit (km); and one behind a single word of three letters, which is too
    short to be told from other words (Ali is written as "on" is).

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

    The first spelling of a name counts. A family name is the last of two words or more, on both sides, with
    the particles in front of it (von der Leyen) if both have as many words; where only the Latin spelling
    has the first name too, either will do.
    """
    targets: dict[str, str] = {}
    also: dict[str, str] = {}
    for gloss in glosses:
        arabic = _without_proclitic(gloss)
        targets.setdefault(arabic, gloss.latin)
        family, name = _family(arabic.split(), gloss.latin.split())
        if family != arabic and len(family) >= _FEWEST_LETTERS and likeness(family, name) >= _LIKE:
            targets.setdefault(family, name)
        if (
            " " not in arabic
            and " " in gloss.latin
            and likeness(arabic, name) > likeness(arabic, gloss.latin)
        ):
            also[gloss.latin] = name
    forms: dict[str, list[SourceForm]] = {}
    for arabic, latin in targets.items():
        forms.setdefault(latin, []).append(SourceForm(arabic))
    return tuple(
        Term(
            f"latin:{latin}",
            "untranslated",
            "latin",
            tuple(written),
            latin,
            (also[latin],) if latin in also else (),
            layer=LAYER,
        )
        for latin, written in forms.items()
    )


def _family(arabic: list[str], latin: list[str]) -> tuple[str, str]:
    """The family name in both scripts; the whole name where that cannot be told."""
    particle = next((place for place, word in enumerate(latin) if word.islower()), len(latin) - 1)
    if len(arabic) == len(latin):
        return " ".join(arabic[particle:]), " ".join(latin[particle:])
    if len(arabic) == 1 or particle < len(latin) - 1:
        return " ".join(arabic), latin[-1]
    return arabic[-1], latin[-1]


def _without_proclitic(gloss: Gloss) -> str:
    """The Arabic name without what is attached to it (و, ل, ول), if it sounds more like the Latin so."""
    arabic = gloss.arabic
    longest = _PROCLITICS.match(arabic)
    sizes = range((longest.end() if longest else 0) + 1)
    fitting = [size for size in sizes if len(arabic) - size > 2]
    best = max(fitting, key=lambda size: (likeness(arabic[size:], gloss.latin), size), default=0)
    return arabic[best:]


def _name_before(text: str, name: str) -> int | None:
    """Where the words at the end of `text` begin that sound like `name`; None if none do."""
    words = list(_WORDS_BEFORE.finditer(text))[-_MOST_WORDS:]
    if not words or words[-1].end() != len(text) or name.islower():
        return None
    best: tuple[float, int] | None = None
    for first in reversed(words):
        score = likeness(text[first.start() :], name)
        if score >= _LIKE and (best is None or score > best[0]):
            best = score, first.start()
    if best is None or len(text) - best[1] < _FEWEST_LETTERS:
        return None
    return best[1]
