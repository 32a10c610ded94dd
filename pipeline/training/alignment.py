"""Word alignments of the training set, carried over to its pieces, for guided alignment.

And how good they are: their error rate against links made by hand.
"""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glossary.arabic import fold
from pipeline.errors import CorpusError
from pipeline.records import Span, overlap

Links = tuple[tuple[int, int], ...]

_WORD = re.compile(r"(?:\w[\u0300-\u036f\u064b-\u065f\u0670]*)+|[^\w\s]")
_GOLD_LINK = re.compile(r"([0-9]+)([-p])([0-9]+)")
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


@dataclass(frozen=True, slots=True)
class GoldLinks:
    """The links of one sentence pair, made by hand.

    Attributes:
        sure: links (source word, target word) that an alignment has to find.
        possible: links that it may find; all sure links are among them.
    """

    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]


def read_gold_links(path: Path) -> list[GoldLinks]:
    """Read links made by hand, one sentence pair a line, in the Pharaoh format with possible links.

    `3-5` is a sure link of source word 3 and target word 5, `3p5` a possible one; words count from 0, and
    spaces stand between links. An empty line is a pair without links. Does not know the sentences: whether
    the words exist is for the caller to check.

    Returns:
        as many items as the file has lines.

    Raises:
        CorpusError: the file cannot be read, or a line, which is named, has a malformed or repeated link.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as err:
        raise CorpusError(f"{path}: not UTF-8 at byte {err.start}; convert it with iconv") from err
    except OSError as err:
        raise CorpusError(f"{path}: cannot be read ({err.strerror})") from err
    return [_parse_gold(line, f"{path}:{number}") for number, line in enumerate(lines, start=1)]


def alignment_error_rate(links: Sequence[Links], gold: Sequence[GoldLinks]) -> float:
    """Return the alignment error rate over n sentence pairs together: 0 is perfect, 1 the worst.

    With the links A, the sure links S and the possible links P (S among them), all counted over the whole
    corpus, it is 1 - (|A and S| + |A and P|) / (|A| + |S|). Words that nobody has linked do not count.

    >>> gold = GoldLinks(sure=frozenset({(0, 0)}), possible=frozenset({(0, 0), (1, 0)}))
    >>> alignment_error_rate([((0, 0), (1, 0))], [gold])
    0.0
    >>> round(alignment_error_rate([((0, 0), (1, 1))], [gold]), 3)
    0.333

    Args:
        links: the alignment to judge, n sentence pairs.
        gold: the links made by hand, for the same n pairs in the same order.

    Raises:
        ValueError: the two are not of the same length, or there is neither a link nor a sure link.

    Source: Och and Ney 2003, a systematic comparison of various statistical alignment models.
    """
    if len(links) != len(gold):
        raise ValueError(f"{len(links)} alignments for {len(gold)} pairs aligned by hand")
    found_sure = found_possible = total = 0
    for pair, pair_gold in zip(links, gold, strict=True):
        found = set(pair)
        found_sure += len(found & pair_gold.sure)
        found_possible += len(found & pair_gold.possible)
        total += len(found) + len(pair_gold.sure)
    if not total:
        raise ValueError("no links: nothing to compare")
    return 1 - (found_sure + found_possible) / total


def _parse_gold(line: str, place: str) -> GoldLinks:
    sure, possible = set(), set()
    for item in line.split():
        match = _GOLD_LINK.fullmatch(item)
        if not match:
            raise CorpusError(f"{place}: `{item}` is no link; write `3-5` (sure) or `3p5` (possible)")
        link = (int(match[1]), int(match[3]))
        if link in possible:
            raise CorpusError(f"{place}: `{item}` links the same two words again; keep one of the two")
        possible.add(link)
        if match[2] == "-":
            sure.add(link)
    return GoldLinks(frozenset(sure), frozenset(possible))
