"""What stands in Latin script in Arabic text: names, acronyms and addresses that English keeps as they are.

A source that writes "Rheinmetall" knows better than any model how it is spelled. Such a word becomes a term
of its own, so that it is verified and repaired like those of the glossary.
"""

import re
from collections.abc import Sequence
from typing import Final

from glossary.term import SourceForm, Term, TermMatch
from pipeline.records import overlap

_LETTER: Final = "A-Za-z\u00c0-\u024f"
_WORD: Final = rf"[{_LETTER}0-9_&'’/:@.%?=#+~-]*"
_RUN: Final = re.compile(rf"(?<![\w@])[{_LETTER}]{_WORD}(?: (?:& )?[{_LETTER}0-9]{_WORD})*")
_EDGES: Final = ".:'’?/&-"
_MAX_WORDS: Final = 6
_UNIT: Final = re.compile(r"[a-z]{1,3}")
_GLOSS: Final = re.compile(r"\s*[(\[«\"“]\s*$")


def with_latin(text: str, matches: Sequence[TermMatch]) -> tuple[TermMatch, ...]:
    """Add the runs of Latin words in a segment that no term of the glossary covers to its matches.

    Left out are units (km), runs of more than six words, which are quotations, and a name in brackets behind
    the Arabic term that it spells out: فاديفول (Wadephul) is one mention.

    Args:
        text: a source segment, n code points.
        matches: terms of the glossary in it.

    Returns:
        all matches by increasing start, offsets into `text`; the added terms are of kind `untranslated`.

    >>> [match.surface for match in with_latin("شركة Rheinmetall وجريدة Die Zeit.", ())]
    ['Rheinmetall', 'Die Zeit']
    """
    found = []
    for run in _RUN.finditer(text):
        name = run[0].rstrip(_EDGES)
        span = (run.start(), run.start() + len(name))
        if (
            len(name.split()) <= _MAX_WORDS
            and not _UNIT.fullmatch(name)
            and not any(overlap(span, (match.start, match.end)) for match in matches)
            and not _spells_out(text, span, name, matches)
        ):
            found.append(TermMatch(_term(name), *span, name))
    return tuple(sorted((*matches, *found), key=lambda match: match.start))


def _spells_out(text: str, span: tuple[int, int], name: str, matches: Sequence[TermMatch]) -> bool:
    """Whether a name stands in brackets right behind a term that is rendered so, or by a part of it."""
    for match in matches:
        if match.end <= span[0] and _GLOSS.fullmatch(text[match.end : span[0]]):
            return any(name in rendering or rendering in name for rendering in match.term.renderings)
    return False


def _term(name: str) -> Term:
    return Term(f"latin:{name}", "untranslated", "latin", (SourceForm(name),), name)
