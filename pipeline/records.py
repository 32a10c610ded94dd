"""The records that flow through the pipeline, one way.

Document -> Block -> Segment -> TermMatch -> Hypothesis -> SegmentTranslation -> DocumentTranslation

All spans are half-open code-point offsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glossary.term import TermMatch

BlockKind = Literal["heading", "paragraph", "list_item"]
Outcome = Literal["kept", "reranked", "renamed", "redecoded", "replaced", "missing"]
Severity = Literal["error", "warning", "info"]
ChangeReason = Literal["uniform", "forbidden"]
Span = tuple[int, int]


def overlap(span: Span, other: Span) -> bool:
    """Whether two half-open spans share a code point.

    >>> overlap((0, 3), (2, 5)), overlap((0, 3), (3, 5))
    (True, False)
    """
    return other[0] < span[1] and span[0] < other[1]


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a part of a very long one: the unit of translation.

    Attributes:
        source: text[start:end] of the document, no white space at either end, never empty.
        block: index into the document's blocks.
    """

    source: str
    start: int
    end: int
    block: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or list item; its marker and indentation stand before `start`."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """An article: its text as read, and the blocks and segments found in it, in order."""

    name: str
    text: str
    blocks: tuple[Block, ...]
    segments: tuple[Segment, ...]

    def render(self, translations: Sequence[str]) -> str:
        """Put one translation in the place of each segment; all between them stays as it is.

        Args:
            translations: as many as there are segments.

        Raises:
            ValueError: another number of translations.
        """
        if len(translations) != len(self.segments):
            raise ValueError(f"{len(translations)} translations for {len(self.segments)} segments")
        pieces: list[str] = []
        end = 0
        previous_block = -1
        for segment, translation in zip(self.segments, translations, strict=True):
            gap = self.text[end : segment.start]
            pieces.append(gap if gap or segment.block != previous_block else " ")
            pieces.append(translation)
            end, previous_block = segment.end, segment.block
        pieces.append(self.text[end:])
        return "".join(pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """One translation of one segment, as an engine returns it.

    Attributes:
        pieces: n target pieces, end of sentence left out; a forced prefix is part of them.
        score: mean log-probability per piece, end of sentence included; 0 is best.
        alignment: float32 array of n target pieces x m source pieces (end of sentence left out): the
            attention of head 0 of the last decoder layer; a row sums to at most 1.
        continued: mean log-probability per piece of what follows a forced prefix; None without a prefix.
    """

    pieces: tuple[str, ...]
    score: float
    alignment: NDArray[np.float32]
    continued: float | None = None

    @classmethod
    def scored(
        cls,
        pieces: Sequence[str],
        log_probs: NDArray[np.float32],
        alignment: NDArray[np.float32],
        prefix: Sequence[str],
    ) -> "Hypothesis":
        """Score n pieces, which begin with a forced prefix, by n + 1 log-probabilities, end last."""
        behind = float(log_probs[len(prefix) :].mean()) if prefix else None
        return cls(tuple(pieces), float(log_probs.mean()), alignment, behind)


@dataclass(frozen=True, slots=True)
class TermOutcome:
    """What became of one matched term.

    Attributes:
        rendering: the rendering that stands in the target; for `missing` the one that should.
        target_start: offset of the rendering in the target, None for `missing`.
        before: what plain decoding had put in its place, where that is known.
        score_before, score_after: score per piece of the translation before and after this repair.
        rejected: one line for each repair that was tried and undone: step, reason.
    """

    match: TermMatch
    rendering: str
    outcome: Outcome
    target_start: int | None = None
    target_end: int | None = None
    before: str | None = None
    score_before: float | None = None
    score_after: float | None = None
    rejected: tuple[str, ...] = ()

    @property
    def target_span(self) -> Span | None:
        """Where the rendering stands in the target, None for `missing`."""
        if self.target_start is None or self.target_end is None:
            return None
        return self.target_start, self.target_end


@dataclass(frozen=True, slots=True)
class NameChange:
    """A name that was put in the place of another, outside of what the matched terms wanted.

    Attributes:
        start: offset in the target; `end` likewise.
        rendering: target[start:end].
        before: what stood there.
        reason: `uniform`, it is spelled so elsewhere in the document; `forbidden`, the glossary forbids what
            stood there.
    """

    start: int
    end: int
    rendering: str
    before: str
    reason: ChangeReason


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """A name that recurs and has no entry in the glossary: worth one.

    Attributes:
        source: the Arabic name as first written, proclitics left out.
        rendering: the spelling that the translation now has throughout.
        mentions: how often it stands in the source, alone or as a part of the whole name.
        spellings: how the model spelled it, the most frequent first.
        parts: its words, Arabic and English, where each of them has a spelling of its own.
    """

    source: str
    rendering: str
    mentions: int
    spellings: tuple[str, ...]
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader should look at.

    Attributes:
        start, end: span of the target where it is known; `source_start`, `source_end` of the source.
    """

    check: str
    severity: Severity
    message: str
    start: int | None = None
    end: int | None = None
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SegmentTranslation:
    """A segment with its translation and all that is known of it.

    Attributes:
        score: mean log-probability per piece of `target`; 0 is best.
        stretches: m spans of the target, in order: a piece each, or the words of a name that was put in.
        alignment: float32 array of m stretches x n source pieces.
    """

    segment: Segment
    target: str
    score: float
    stretches: tuple[Span, ...]
    alignment: NDArray[np.float32]
    terms: tuple[TermOutcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    changes: tuple[NameChange, ...] = ()

    @property
    def source(self) -> str:
        """The segment's text as it stands in the document."""
        return self.segment.source


@dataclass(frozen=True, slots=True, eq=False)
class DocumentTranslation:
    """A translated document; `text` has the block structure of the source.

    Attributes:
        candidates: names worth an entry in the glossary.
    """

    document: Document
    segments: tuple[SegmentTranslation, ...]
    signature: str
    candidates: tuple[NameCandidate, ...] = ()

    @property
    def name(self) -> str:
        """The document's name: file path, or `-`."""
        return self.document.name

    @property
    def text(self) -> str:
        """The English article."""
        return self.document.render([segment.target for segment in self.segments])
