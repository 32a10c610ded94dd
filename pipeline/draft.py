"""A translation under repair: its text, and which source pieces each stretch of it comes from.

Edits keep the alignment: the words put in take over the alignment of the words they replace, so that
repairing one term does not blind the repair of the next.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glossary.term import Article
from pipeline.english import fit_rendering
from pipeline.records import Hypothesis, Span, overlap
from pipeline.tokenizer import MarianPieces

_APOSTROPHES = "'’"
_POSSESSIVE = re.compile(r"s(?:\W+|$)")
_IN_RUN = 0.4
_IN_GAP = 0.15


@dataclass(frozen=True, slots=True)
class Aligned:
    """Whole words of a target, and the mean share of their attention that rests on the term, 0 to 1."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A target of m stretches (pieces, or words put in) over n source pieces.

    Attributes:
        spans: m spans of `text`, in order.
        rows: m x n, the attention of each stretch.
        edited: whether words were put in, so that the text is no longer that of `hypothesis`.
    """

    text: str
    spans: tuple[Span, ...]
    rows: NDArray[np.float32]
    hypothesis: Hypothesis
    edited: bool = False

    @property
    def score(self) -> float:
        """Score of the hypothesis that this draft was made from."""
        return self.hypothesis.score

    @classmethod
    def of(cls, hypothesis: Hypothesis, tokenizer: MarianPieces) -> "Draft":
        """Decode a hypothesis."""
        decoded = tokenizer.decode_with_spans(hypothesis.pieces)
        return cls(decoded.text, decoded.spans, hypothesis.alignment, hypothesis)

    def aligned(self, window: Span, held: tuple[Span, ...] = ()) -> Aligned | None:
        """Find the words that come from source pieces `window`, outside of the spans that other terms hold.

        Returns:
            The heaviest run of stretches with most of their attention on the window, as whole words; None if
            there is none.
        """
        mass = self.rows[:, window[0] : window[1]].sum(axis=1)
        free = np.array([not any(overlap(span, other) for other in held) for span in self.spans], dtype=bool)
        best: Aligned | None = None
        best_sum = 0.0
        for first, last in _runs(np.where(free, mass, 0.0)):
            total = float(mass[first:last].sum())
            if total > best_sum:
                core = mass[first:last][mass[first:last] >= _IN_GAP]
                start, end = self._whole_words(self.spans[first][0], self.spans[last - 1][1], held)
                if start < end:
                    best, best_sum = Aligned(start, end, float(core.mean())), total
        return best

    def insert(
        self, start: int, end: int, rendering: str, article: Article, window: Span
    ) -> tuple["Draft", Span]:
        """Put a rendering in the place of text[start:end] and fit the English around it.

        Returns:
            The new draft, and where the rendering stands in it.
        """
        fitted = fit_rendering(self.text, start, end, rendering, article=article)
        kept_before = _same_start(self.text, fitted.text)
        shift = len(fitted.text) - len(self.text)
        spans: list[Span] = []
        rows: list[NDArray[np.float32]] = []
        own = np.zeros(self.rows.shape[1], dtype=np.float32)
        own[window[0] : window[1]] = 1.0 / max(1, window[1] - window[0])
        placed = False
        for span, row in zip(self.spans, self.rows, strict=True):
            if span[1] <= min(kept_before, fitted.start):
                spans.append(span)
                rows.append(row)
                continue
            if not placed:
                spans.append((fitted.start, fitted.end))
                rows.append(own)
                placed = True
            moved = (span[0] + shift, span[1] + shift)
            if moved[0] >= fitted.end:
                spans.append(moved)
                rows.append(row)
        if not placed:
            spans.append((fitted.start, fitted.end))
            rows.append(own)
        draft = replace(self, text=fitted.text, spans=tuple(spans), rows=np.stack(rows), edited=True)
        return draft, (fitted.start, fitted.end)

    def _whole_words(self, start: int, end: int, held: tuple[Span, ...]) -> Span:
        """Cut punctuation and a possessive 's off, and complete the words, up to what others hold."""
        first = max((b for _, b in held if b <= start), default=0)
        last = min((a for a, _ in held if a >= end), default=len(self.text))
        while start < end and not self.text[start].isalnum():
            start += 1
        while end > start and not self.text[end - 1].isalnum():
            end -= 1
        if start == end:
            return start, end
        while start > first and self.text[start - 1].isalnum():
            start -= 1
        while end < last and self.text[end].isalnum():
            end += 1
        possessive = _POSSESSIVE.match(self.text, start, end)
        before = self.text[max(0, start - 2) : start]
        if possessive and len(before) == 2 and before[0].isalpha() and before[1] in _APOSTROPHES:
            start = possessive.end()
        return start, end


def _runs(mass: NDArray[np.float64]) -> list[Span]:
    """Stretches above `_IN_RUN` in a row; a single weaker one above `_IN_GAP` does not break the run."""
    runs: list[Span] = []
    start: int | None = None
    last = -1
    for index, value in enumerate(mass):
        if value >= _IN_RUN:
            if start is None:
                start = index
            last = index
        elif start is not None and not (value >= _IN_GAP and index == last + 1):
            runs.append((start, last + 1))
            start = None
    if start is not None:
        runs.append((start, last + 1))
    return runs


def _same_start(first: str, second: str) -> int:
    """How many code points two texts begin with in common."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(first), len(second)))
