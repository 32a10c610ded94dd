"""The segments of an evaluation as plain values for the table of a report, ready to be shown piece by piece.

A piece is a text, or [text, kinds, message]; kinds are `ins`, `del` and those of marks, never words from
outside.
"""

import math
from typing import Any, Final

from pipeline.evaluation.buckets import LOSS_METRIC
from pipeline.evaluation.records import EvaluatedSegment, Evaluation, Hypothesis
from pipeline.evaluation.results import digits_of
from pipeline.evaluation.word_differences import Piece, Stretch, cut

SEGMENT_METRICS: Final = (LOSS_METRIC, "BLEU", "TER", "COMET", "COMET-QE", "term_success")
_DIFFERENCE: Final = {"inserted": "ins", "deleted": "del"}


def segment_table(evaluation: Evaluation) -> dict[str, Any]:
    """Return what the table is made of: systems, metrics, parts (buckets) and n segments.

    Words are compared with the first reference only.
    """
    metrics = shown_metrics(evaluation)
    has_documents = any(segment.document != str(segment.number + 1) for segment in evaluation.segments)
    return {
        "has_documents": has_documents,
        "systems": [system.name for system in evaluation.systems],
        "baseline": next(
            (n for n, system in enumerate(evaluation.systems) if system.name == evaluation.baseline), None
        ),
        "metrics": [
            {"name": metric, "digits": digits_of(metric), "better": _better(evaluation, metric)}
            for metric in metrics
        ],
        "parts": [list(bucket.segments) for bucket in evaluation.buckets],
        "segments": [_segment(evaluation, segment, metrics) for segment in evaluation.segments],
    }


def shown_metrics(evaluation: Evaluation) -> list[str]:
    """The metrics that a single segment has a score in that is worth reading."""
    return [
        metric
        for metric in SEGMENT_METRICS
        if any(metric in system.scores and system.scores[metric].segments for system in evaluation.systems)
    ]


def _better(evaluation: Evaluation, metric: str) -> str:
    return next(system.scores[metric].better for system in evaluation.systems if metric in system.scores)


def _segment(evaluation: Evaluation, segment: EvaluatedSegment, metrics: list[str]) -> dict[str, Any]:
    terms = [Stretch("term", term.start, term.end, term.target) for term in segment.terms]
    return {
        "document": segment.document,
        "domain": segment.domain,
        "source": _plain(cut(segment.source, terms)),
        "references": list(segment.references),
        "systems": [
            {
                "text": _plain(_hypothesis(segment, system.hypotheses[segment.number])),
                "notes": _notes(segment, system.hypotheses[segment.number]),
                "scores": [
                    _rounded(score.segments[segment.number])
                    if (score := system.scores.get(metric)) and score.segments
                    else None
                    for metric in metrics
                ],
            }
            for system in evaluation.systems
        ],
    }


def _hypothesis(segment: EvaluatedSegment, hypothesis: Hypothesis) -> list[Piece]:
    marks = [Stretch(mark.kind, mark.start, mark.end, mark.message) for mark in hypothesis.marks]
    return cut(hypothesis.text, marks, segment.references[0])


def _notes(segment: EvaluatedSegment, hypothesis: Hypothesis) -> list[list[str]]:
    """What a hypothesis lacks or has too much, as [kind, what]; `kept` terms among them."""
    notes = [
        [
            "missing_term" if mark.result == "missing" else "kept_term",
            term.target if mark.span is None else hypothesis.text[slice(*mark.span)],
        ]
        for term, mark in zip(segment.terms, hypothesis.terms, strict=True)
    ]
    notes += [["missing_number", number] for number in hypothesis.missing_numbers]
    notes += [["missing_name", name] for name in hypothesis.missing_names]
    notes += [
        [mark.kind, hypothesis.text[mark.start : mark.end]]
        for mark in hypothesis.marks
        if mark.kind != "term"
    ]
    return notes


def _plain(pieces: list[Piece]) -> list[Any]:
    return [
        [piece.text, " ".join((*kinds, *piece.kinds)), *([piece.message] if piece.message else [])]
        if (kinds := [_DIFFERENCE[piece.difference]] if piece.difference != "same" else []) or piece.kinds
        else piece.text
        for piece in pieces
    ]


def _rounded(score: float | None) -> float | None:
    return None if score is None or not math.isfinite(score) else round(score, 3)
