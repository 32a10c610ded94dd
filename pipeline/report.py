"""The JSON report of a translation: what became of every segment and every term."""

import json
import math
from collections.abc import Sequence
from typing import TypedDict

from pipeline.models import ResolvedModel
from pipeline.records import (
    DocumentTranslation,
    Finding,
    NameCandidate,
    NameChange,
    SegmentTranslation,
    TermOutcome,
)


class TermReport(TypedDict):
    """A matched term. `start` and `end` are code points of the segment's source, `target_*` of its target."""

    id: str
    surface: str
    start: int
    end: int
    rendering: str
    outcome: str
    target_start: int | None
    target_end: int | None
    before: str | None
    score_before: float | None
    score_after: float | None
    rejected: list[str]


class FindingReport(TypedDict):
    """Something a reader should look at; `start` and `end` count code points of the target."""

    check: str
    severity: str
    message: str
    start: int | None
    end: int | None
    source_start: int | None
    source_end: int | None


class ChangeReport(TypedDict):
    """A name put in the place of another. `start` and `end` are code points of the segment's target."""

    start: int
    end: int
    rendering: str
    before: str
    reason: str


class CandidateReport(TypedDict):
    """A name worth an entry in the glossary; `dragoman glossary import` reads them."""

    source: str
    target: str
    mentions: int
    spellings: list[str]
    parts: list[list[str]]


class SegmentReport(TypedDict):
    """A segment; `score` is the mean log-probability per piece."""

    source: str
    target: str
    score: float | None
    terms: list[TermReport]
    changes: list[ChangeReport]
    findings: list[FindingReport]


class DocumentReport(TypedDict):
    """A document; `name` is its path as given, `-` for standard input."""

    name: str
    segments: list[SegmentReport]
    candidates: list[CandidateReport]


class Report(TypedDict):
    """A run: `signature` names all that decides the output, `note` tells how to get a better model."""

    signature: str
    model: str
    note: str
    documents: list[DocumentReport]


def build_report(
    translations: Sequence[DocumentTranslation], *, signature: str, model: ResolvedModel
) -> Report:
    """Put the outcome of n translations into plain values, in the order given; alignments are left out."""
    return {
        "signature": signature,
        "model": model.name,
        "note": model.note,
        "documents": [
            {
                "name": _encodable(translation.name),
                "segments": [_segment(segment) for segment in translation.segments],
                "candidates": [_candidate(candidate) for candidate in translation.candidates],
            }
            for translation in translations
        ],
    }


def report_json(report: Report) -> str:
    """Return the report as JSON text, Arabic as it is, keys always in the same order."""
    return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _segment(segment: SegmentTranslation) -> SegmentReport:
    return {
        "source": segment.source,
        "target": segment.target,
        "score": _number(segment.score),
        "terms": [_term(outcome) for outcome in segment.terms],
        "changes": [_change(change) for change in segment.changes],
        "findings": [_finding(finding) for finding in segment.findings],
    }


def _term(outcome: TermOutcome) -> TermReport:
    match = outcome.match
    return {
        "id": match.term.id,
        "surface": match.surface,
        "start": match.start,
        "end": match.end,
        "rendering": outcome.rendering,
        "outcome": outcome.outcome,
        "target_start": outcome.target_start,
        "target_end": outcome.target_end,
        "before": outcome.before,
        "score_before": _number(outcome.score_before),
        "score_after": _number(outcome.score_after),
        "rejected": list(outcome.rejected),
    }


def _change(change: NameChange) -> ChangeReport:
    return {
        "start": change.start,
        "end": change.end,
        "rendering": change.rendering,
        "before": change.before,
        "reason": change.reason,
    }


def _candidate(candidate: NameCandidate) -> CandidateReport:
    return {
        "source": candidate.source,
        "target": candidate.rendering,
        "mentions": candidate.mentions,
        "spellings": list(candidate.spellings),
        "parts": [list(part) for part in candidate.parts],
    }


def _finding(finding: Finding) -> FindingReport:
    return {
        "check": finding.check,
        "severity": finding.severity,
        "message": finding.message,
        "start": finding.start,
        "end": finding.end,
        "source_start": finding.source_start,
        "source_end": finding.source_end,
    }


def _number(score: float | None) -> float | None:
    """Round to what is worth comparing; JSON has no infinity."""
    return round(float(score), 6) if score is not None and math.isfinite(score) else None


def _encodable(name: str) -> str:
    """Keep a file name that is not UTF-8 readable: such bytes arrive as lone surrogates."""
    return name.encode("utf-8", "backslashreplace").decode()
