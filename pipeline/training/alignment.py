"""Word alignments of the training set, carried over to its pieces, for guided alignment."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from glossary.arabic import fold
from pipeline.records import Span, overlap

Links = tuple[tuple[int, int], ...]

_WORD = re.compile(r"(?:\w[\u0300-\u036f\u064b-\u065f\u0670]*)+|[^\w\s]")
_NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def word_spans(text: str) -> tuple[Span, ...]:
    """Return the words and punctuation marks of a text as spans.

    >>> word_spans("Ja, 5")
    ((0, 2), (2, 3), (4, 5))
    """
    return tuple(match.span() for match in _WORD.finditer(text))


def align_words(sources: Sequence[str], targets: Sequence[str]) -> list[Links]:
    """Align the words of n sentence pairs with eflomal.

    Returns:
        n tuples of links (source word, target word), both directions joined by grow-diag.
    Source: Östling and Tiedemann 2016, efficient word alignment with MCMC; Koehn et al. 2003 for grow-diag.
    """
    import eflomal

    with tempfile.TemporaryDirectory() as name:
        forward, reverse = Path(name, "forward"), Path(name, "reverse")
        eflomal.Aligner().align(
            [" ".join(fold(word) or word for word in _words(text)) for text in sources],
            [" ".join(word.lower() for word in _words(text)) for text in targets],
            links_filename_fwd=str(forward),
            links_filename_rev=str(reverse),
        )
        return [
            grow_diagonally(_parse(forward_line), _parse(reverse_line))
            for forward_line, reverse_line in zip(
                forward.read_text().splitlines(), reverse.read_text().splitlines(), strict=True
            )
        ]


def grow_diagonally(forward: set[tuple[int, int]], reverse: set[tuple[int, int]]) -> Links:
    """Join two directed alignments: their intersection, grown by neighbouring links of their union.

    >>> grow_diagonally({(0, 0), (1, 1)}, {(0, 0), (1, 2)})
    ((0, 0), (1, 1), (1, 2))
    """
    links = forward & reverse
    union = forward | reverse
    grown = True
    while grown:
        grown = False
        sources = {source for source, _ in links}
        targets = {target for _, target in links}
        for source, target in sorted(links):
            for step in _NEIGHBOURS:
                link = (source + step[0], target + step[1])
                if link in union and link not in links and (link[0] not in sources or link[1] not in targets):
                    links.add(link)
                    sources.add(link[0])
                    targets.add(link[1])
                    grown = True
    return tuple(sorted(links))


def links_to_pieces(
    links: Links,
    source_words: Sequence[Span],
    target_words: Sequence[Span],
    source_pieces: Sequence[Span],
    target_pieces: Sequence[Span],
) -> Links:
    """Turn links between words into links between the pieces that overlap them."""
    sources = [_overlapping(word, source_pieces) for word in source_words]
    targets = [_overlapping(word, target_pieces) for word in target_words]
    return tuple(
        sorted({(i, j) for source, target in links for i in sources[source] for j in targets[target]})
    )


def _overlapping(word: Span, pieces: Sequence[Span]) -> list[int]:
    return [index for index, piece in enumerate(pieces) if overlap(piece, word)]


def _words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


def _parse(line: str) -> set[tuple[int, int]]:
    return {
        (int(source), int(target)) for source, _, target in (link.partition("-") for link in line.split())
    }
