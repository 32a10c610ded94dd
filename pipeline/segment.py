"""Segmentation of an article: blocks, sentences, and parts of sentences too long for the model.

Segments are slices of the text. What lies between them (white space, markers, lines without a letter or
digit) stays in the document, so that translations can be put in their places.
"""

import re
from collections.abc import Iterator

from pipeline.blocks import find_blocks, is_translatable
from pipeline.letters import ARABIC_COMMA, ARABIC_SEMICOLON, FEH, LETTERS, WAW
from pipeline.records import Document, Segment
from pipeline.sentences import find_sentences

MAX_WORD_WIDTH = 40

# fmt: off
CONNECTIVES = frozenset({
    "ثم", "لكن", "لكنه", "لكنها", "حيث", "فيما", "بينما", "كما", "إذ", "مما", "الذي", "التي", "الذين",
    "بل", "لأن", "لأنه", "لأنها", "حتى", "رغم", "بعد", "بعدما", "قبل", "عندما", "حين", "إضافة", "خصوصا",
    "خاصة", "لا", "سواء", "مشيرا", "مشيراً", "مشيرة", "مؤكدا", "مؤكداً", "مؤكدة", "موضحا", "موضحاً",
    "مضيفا", "مضيفاً", "معتبرا", "معتبراً",
})
# fmt: on

_TOKEN = re.compile(rf"\S{{1,{MAX_WORD_WIDTH}}}")
_CONJUNCTION = re.compile(f"[{WAW}{FEH}][{LETTERS}]{{2}}")
_CLAUSE_MARKS = (ARABIC_COMMA, ",", ":", "\u2013", "\u2014")


def segment_document(name: str, text: str, *, max_source_words: int = 60) -> Document:
    r"""Find the blocks of an article and the sentences in them.

    A sentence of more than `max_source_words` words is divided, as evenly as may be: behind ؛, else behind ،
    in front of a connective, else behind another comma or dash, else at a space; a run of more than 40
    characters without a space counts as several words, and is cut only if it is too long by itself. A
    quotation of more than half as many words may be split between its sentences. Takes time linear in the
    length of the text.

    Does not prepare the text and does not check that it is Arabic.

    Args:
        name: of the document, as it stands in reports.
        text: n code points, line ends of any kind.
        max_source_words: how many words the model is safe with.

    Returns:
        The document; a segment has a letter or digit and no white space at either end; segments stand in the
        order of the text and do not overlap, and text[segment.start : segment.end] == segment.source.

    Raises:
        ValueError: `max_source_words` is not positive.

    >>> document = segment_document("-", "قمة لاهاي\n\nوصل روته. ثم بدأت القمة؟")
    >>> [(segment.kind, segment.source) for segment in document.segments]
    [('heading', 'قمة لاهاي'), ('paragraph', 'وصل روته.'), ('paragraph', 'ثم بدأت القمة؟')]
    """
    if max_source_words < 1:
        raise ValueError(f"max_source_words must be at least 1, not {max_source_words}")
    blocks = find_blocks(text)
    segments = tuple(
        Segment(text[start:end], start, end, number, block.kind)
        for number, block in enumerate(blocks)
        for sentence in find_sentences(
            text, block.start, block.end, max_quotation_words=max_source_words // 2
        )
        for start, end in _parts(text, *sentence, max_source_words)
    )
    return Document(name, text, blocks, segments)


def _parts(text: str, start: int, end: int, max_words: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a sentence, each of at most `max_words` words and with a letter or digit."""
    words = [match.span() for match in _TOKEN.finditer(text, start, end)]
    first = 0
    while first < len(words):
        following = _break(text, words, first, max_words)
        part = words[first][0], words[following - 1][1]
        if is_translatable(text[part[0] : part[1]]):
            yield part
        first = following


def _break(text: str, words: list[tuple[int, int]], first: int, max_words: int) -> int:
    """Return the number of the word before which the part that begins with word `first` should end."""
    left = len(words) - first
    if left <= max_words:
        return len(words)
    even = first + left / -(-left // max_words)
    earliest = first + max(1, max_words // 4)
    return min(
        range(earliest, first + max_words + 1),
        key=lambda number: (_break_cost(text, words[number - 1], words[number]), abs(number - even)),
    )


def _break_cost(text: str, word: tuple[int, int], following: tuple[int, int]) -> int:
    """Rank the place between two words: 0 is best."""
    if word[1] == following[0]:
        return 4
    last = text[word[1] - 1]
    if last in (ARABIC_SEMICOLON, ";"):
        return 0
    if last not in _CLAUSE_MARKS:
        return 3
    next_word = text[following[0] : following[1]]
    if last == ARABIC_COMMA and (next_word in CONNECTIVES or _CONJUNCTION.match(next_word)):
        return 1
    return 2
