"""A hypothesis of any system in the shape that our own quality checks take."""

from collections.abc import Sequence

import numpy as np

from glossary.term import TermMatch
from pipeline.records import Segment, SegmentTranslation, TermOutcome

_NO_ALIGNMENT = np.zeros((0, 0), dtype=np.float32)


def as_translation(
    source: str, hypothesis: str, matches: Sequence[TermMatch] = (), missing: Sequence[bool] = ()
) -> SegmentTranslation:
    """Make a translation without alignment and score; `missing` says which matches are not rendered."""
    outcomes = tuple(
        TermOutcome(match, match.term.target, "missing" if lacks else "kept")
        for match, lacks in zip(matches, missing, strict=True)
    )
    segment = Segment(source, 0, len(source), 0, "paragraph")
    return SegmentTranslation(segment, hypothesis, 0.0, (), _NO_ALIGNMENT, outcomes)
