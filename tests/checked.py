"""Pairs of source and translation as the checks see them, and the development articles as such."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from glossary import Glossary
from glossary.term import TermMatch
from pipeline.latin import with_latin
from pipeline.records import Segment, SegmentTranslation, TermOutcome
from pipeline.verify import verify

ARTICLES = Path(__file__).parent / "data" / "articles" / "dev"


def translated(source: str, target: str, *terms: TermOutcome) -> SegmentTranslation:
    segment = Segment(source, 0, len(source), 0, "paragraph")
    return SegmentTranslation(segment, target, 0.0, (), np.zeros((0, 0), np.float32), terms)


def verified(source: str, target: str, matches: Sequence[TermMatch]) -> SegmentTranslation:
    """A target as if a model had written it: terms are kept or missing."""
    every = with_latin(source, matches)
    outcomes = [
        TermOutcome(match, match.term.target, "missing")
        if span is None
        else TermOutcome(match, target[slice(*span)], "kept", *span)
        for match, span in zip(every, verify(target, every).spans, strict=True)
    ]
    return translated(source, target, *outcomes)


def reference_articles() -> list[list[SegmentTranslation]]:
    """The development articles, line by line, with their references as translations."""
    glossary = Glossary.builtin()
    articles = []
    for path in sorted(ARTICLES.glob("*.ar.txt")):
        sources, targets = (
            [line for line in file.read_text(encoding="utf-8").split("\n") if line]
            for file in (path, path.with_name(path.name.replace(".ar.", ".en.")))
        )
        found = glossary.find_in_segments(sources)
        articles.append([verified(*row) for row in zip(sources, targets, found, strict=True)])
    return articles
