"""Which gold mentions a translation renders, judged by the annotation alone, not by the code under test."""

import re
from collections.abc import Iterable, Sequence

from pipeline.records import Span, overlap
from pipeline.rendering import find_rendering
from tests.bed.articles import Mention

_LONG = 8  # letters of a name that hardly stands by chance across words


def held(text: str, mentions: Sequence[Mention]) -> list[Span | None]:
    """Say where each of n mentions is rendered; each needs words of its own, whole ones, in any case."""
    wanted = [
        sorted({span for name in mention.renderings for span in places(text, name)}, key=_longest)
        for mention in mentions
    ]
    owner: dict[Span, int] = {}

    def claim(number: int, visited: set[Span]) -> bool:
        for span in sorted(wanted[number], key=owner.__contains__):  # free ones first
            if span in visited or any(other != span and overlap(other, span) for other in owner):
                continue
            visited.add(span)
            if span not in owner or claim(owner[span], visited):
                owner[span] = number
                return True
        return False

    for number in sorted(
        range(len(mentions)), key=lambda n: wanted[n][0][0] - wanted[n][0][1] if wanted[n] else 0
    ):
        claim(number, set())
    spans = {number: span for span, number in owner.items()}
    return [spans.get(number) for number in range(len(mentions))]


def agrees(rendering: str, renderings: Iterable[str]) -> bool:
    """Whether a rendering is one of the right ones, or a part of one; "A (B)" counts as its A."""
    said = re.sub(r"\s*\([^)]*\)$", "", rendering)
    return any(places(right, said) for right in renderings)


def said_in(reference: str, rendering: str) -> bool:
    """Whether a reference has a rendering too, perhaps in another number, with a hyphen or as one word."""
    joined, whole = (re.sub(r"[\s-]", "", _plain(each)).casefold() for each in (rendering, reference))
    return bool(find_rendering(reference, rendering)) or (len(joined) >= _LONG and joined in whole)


def places(text: str, name: str) -> list[Span]:
    """Where a name stands in a text as whole words, in any case, with straight or curly apostrophes."""
    pattern = rf"(?<!\w){re.escape(_plain(name))}(?!\w)"
    return [match.span() for match in re.finditer(pattern, _plain(text), re.IGNORECASE)]


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("‑", "-")


def _longest(span: Span) -> tuple[int, int]:
    return span[0] - span[1], span[0]
