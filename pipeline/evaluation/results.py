"""An evaluation as plain values for JSON, and as rows for a table."""

from dataclasses import asdict
from typing import Any, Final

from pipeline.evaluation.records import (
    Bucket,
    Evaluation,
    Hypothesis,
    Score,
    SystemResult,
)

PERCENTAGES: Final = ("BLEU", "chrF", "chrF++", "TER")
COMPARED: Final = (*PERCENTAGES, "COMET", "COMET-QE", "term_success", "name_accuracy", "number_carry_over")
BUCKETS_SHOW: Final = "chrF++"
_SIGNIFICANT: Final = 0.05
_ROUNDED: Final = 6

Rows = list[tuple[str, ...]]


def as_json(evaluation: Evaluation, *, with_segments: bool = False) -> dict[str, Any]:
    """Return an evaluation as plain values: `systems` maps names to metrics to scores.

    Args:
        evaluation: what `evaluate` returned.
        with_segments: add the texts, with the scores and findings of every segment.
    """
    result: dict[str, Any] = {
        "systems": {
            system.name: {metric: _score(score) for metric, score in system.scores.items()}
            for system in evaluation.systems
        },
        "translations": {
            system.name: {
                "signature": system.signature,
                "mode": system.mode,
                "outcomes": dict(system.outcomes),
            }
            for system in evaluation.systems
        },
        "segment_count": len(evaluation.segments),
        "baseline": evaluation.baseline,
        "settings": asdict(evaluation.settings),
        "comparisons": [_plain(asdict(comparison)) for comparison in evaluation.comparisons],
        "buckets": [_bucket(bucket) for bucket in evaluation.buckets],
        "losses": [_plain(asdict(loss)) for loss in evaluation.losses],
        "notes": list(evaluation.notes),
    }
    if with_segments:
        result["segments"] = [
            {
                **asdict(segment),
                "systems": {system.name: _segment(system, segment.number) for system in evaluation.systems},
            }
            for segment in evaluation.segments
        ]
    return result


def score_rows(evaluation: Evaluation) -> tuple[tuple[str, ...], Rows]:
    """Heading and rows of the scores: a row for each metric, a column for each system.

    Behind a score stands half of its interval; a star says that both tests call the difference from the
    baseline significant at 0.05.
    """
    starred = significant(evaluation)
    heading = ("metric", *(system.name for system in evaluation.systems))
    rows: Rows = []
    for metric in evaluation.metrics:
        cells = [
            _cell(system.scores.get(metric)) + ("*" if (system.name, metric) in starred else "")
            for system in evaluation.systems
        ]
        rows.append((metric, *cells))
    return heading, rows


def comparison_rows(evaluation: Evaluation) -> tuple[tuple[str, ...], Rows]:
    """Heading and rows of the tests for the metrics that count most; JSON has all."""
    heading = ("system", "metric", "difference", "low", "high", "wins", "p_bootstrap", "p_randomisation")
    rows: Rows = [
        (
            comparison.system,
            comparison.metric,
            _signed(comparison.difference, comparison.metric),
            _signed(comparison.low, comparison.metric),
            _signed(comparison.high, comparison.metric),
            _number(comparison.wins, 3),
            _number(comparison.bootstrap_p, 4),
            _number(comparison.randomisation_p, 4),
        )
        for comparison in evaluation.comparisons
        if comparison.metric in COMPARED
    ]
    return heading, rows


def bucket_rows(evaluation: Evaluation) -> tuple[tuple[str, ...], Rows]:
    """Heading and rows of the buckets: chrF++ of each system."""
    heading = ("by", "bucket", "segments", *(f"{BUCKETS_SHOW} {each.name}" for each in evaluation.systems))
    rows: Rows = [
        (
            bucket.dimension,
            bucket.name,
            str(len(bucket.segments)),
            *(_number(bucket.scores[system.name].get(BUCKETS_SHOW), 1) for system in evaluation.systems),
        )
        for bucket in evaluation.buckets
    ]
    return heading, rows


def loss_rows(evaluation: Evaluation) -> tuple[tuple[str, ...], Rows]:
    """Heading and rows of the segments that lose most; segments are counted from 1 here."""
    heading = ("system", "segment", BUCKETS_SHOW, "baseline", "hypothesis", "reference")
    rows: Rows = [
        (
            loss.system,
            str(loss.segment + 1),
            _number(loss.score, 1),
            _number(loss.baseline_score, 1),
            evaluation.system(loss.system).hypotheses[loss.segment].text,
            evaluation.segments[loss.segment].references[0],
        )
        for loss in evaluation.losses
    ]
    return heading, rows


def significant(evaluation: Evaluation) -> frozenset[tuple[str, str]]:
    """Systems and metrics whose difference from the baseline both tests call significant at 0.05."""
    return frozenset(
        (comparison.system, comparison.metric)
        for comparison in evaluation.comparisons
        if all(
            p_value is not None and p_value < _SIGNIFICANT
            for p_value in (comparison.bootstrap_p, comparison.randomisation_p)
        )
    )


def digits_of(metric: str) -> int:
    """How many digits behind the point of a score are worth reading."""
    return 1 if metric in PERCENTAGES else 3


def _cell(score: Score | None) -> str:
    if score is None or score.score is None:
        return "-"
    digits = digits_of(score.metric)
    half = "" if score.low is None or score.high is None else f" ±{(score.high - score.low) / 2:.{digits}f}"
    return f"{score.score:.{digits}f}{half}"


def _signed(value: float | None, metric: str) -> str:
    return "-" if value is None else f"{value:+.{digits_of(metric)}f}"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _score(score: Score) -> dict[str, Any]:
    """The score without those of segments; what a table is made of comes first."""
    values = _plain(asdict(score))
    first = ("score", "signature", "low", "high", "scale", "better", "counts")
    return {name: values[name] for name in first}


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {
        "dimension": bucket.dimension,
        "name": bucket.name,
        "segments": list(bucket.segments),
        "scores": {system: _plain(dict(scores)) for system, scores in bucket.scores.items()},
    }


def _segment(system: SystemResult, number: int) -> dict[str, Any]:
    hypothesis: Hypothesis = system.hypotheses[number]
    scores = {metric: score.segments[number] for metric, score in system.scores.items() if score.segments}
    return {**asdict(hypothesis), "scores": _plain(scores)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Round floats to what is worth comparing."""
    return {
        name: round(value, _ROUNDED) if isinstance(value, float) else value for name, value in values.items()
    }
