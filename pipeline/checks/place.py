"""What a check yields, and what a check is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.records import SegmentTranslation, Severity

Level = Literal["off", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that a check has found; offsets where they are known.

    Attributes:
        start, end: span of the target.
        source_start, source_end: span of the source.
    """

    message: str
    start: int | None = None
    end: int | None = None
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """How grave the findings of a check are, what it looks for, and how.

    Attributes:
        find: None for a check that compares segments.
    """

    severity: Severity
    description: str
    find: Callable[[SegmentTranslation], Iterator[Place]] | None = None


def clipped(text: str) -> str:
    """Return the text on one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
