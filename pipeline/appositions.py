"""A term said twice in a row: حلف شمال الأطلسي (الناتو), نوفمبر/تشرين الثاني. It is one mention and one name.

What comes second is taken out of what the model reads, which would render it as a second name.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from glossary.arabic import LAM, fold
from glossary.term import TermMatch
from pipeline.records import Span
from pipeline.surfaces import bare_surface

_BRACKETED: Final = re.compile(r"\s*[(\[«\"“]{1,2}\s*")
_BESIDE: Final = re.compile(r"\s*[/–-]\s*|\s+")
_GLOSSED: Final = re.compile(r"(.*?\w)\s*[(\[«\"“]{1,2}[^()\[\]«»\"“”]+[)\]»\"”]{1,2}")
_CLOSING: Final = re.compile(r"\s*[)\]»\"”]{1,2}")


def joined_appositions(
    text: str, matches: Sequence[TermMatch]
) -> tuple[tuple[TermMatch, ...], tuple[Span, ...]]:
    """Make one match of two of the same term of which the second only says the first again.

    Args:
        text: a segment.
        matches: the terms in it, by increasing start.

    Returns:
        the matches, and the spans of `text` that say again what stands before them.
    """
    kept: list[TermMatch] = []
    cuts: list[Span] = []
    for match in matches:
        end = _end_of_apposition(text, kept[-1], match) if kept else None
        if end is None:
            kept.append(match)
            if (own := _own_apposition(match)) is not None:
                cuts.append(own)
            continue
        first = kept.pop()
        kept.append(replace(first, end=end, surface=text[first.start : end]))
        cuts.append((cuts.pop()[0] if cuts and cuts[-1][1] == first.end else first.end, end))
    return tuple(kept), tuple(cuts)


def _own_apposition(match: TermMatch) -> Span | None:
    """Where a match ends with a bracket that only says the rest of it again; None if it does not."""
    whole = _GLOSSED.fullmatch(match.surface)
    if whole is None or _folded(whole[1]) not in map(_folded, (form.text for form in match.term.forms)):
        return None
    return match.start + whole.end(1), match.end


def _folded(text: str) -> str:
    return bare_surface(text).strip()


def _end_of_apposition(text: str, first: TermMatch, second: TermMatch) -> int | None:
    """Where the second mention ends, brackets and all; None if it is a mention of its own."""
    if first.term.id != second.term.id or second.proclitics or fold(second.surface).startswith(LAM + LAM):
        return None
    between = text[first.end : second.start]
    if _BRACKETED.fullmatch(between):
        closing = _CLOSING.match(text, second.end)
        return None if closing is None else closing.end()
    if _BESIDE.fullmatch(between) and bare_surface(first.surface) != bare_surface(second.surface):
        return second.end
    return None
