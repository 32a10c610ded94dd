"""Where a system is strong or weak: scores of parts of the segments, and the segments that lose most."""

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.evaluation.records import Bucket, Dimension, Loss
from pipeline.evaluation.statistics import Measured

LOSS_METRIC: Final = "chrF++"

Measurements = Mapping[str, Mapping[str, Measured]]


def bucket_by_number(
    dimension: Dimension, values: Sequence[int], ends: Sequence[int], measurements: Measurements
) -> list[Bucket]:
    """Sort n segments by a number into buckets with the upper ends `ends`, and one for all above."""
    groups: dict[int, list[int]] = {}
    for number, value in enumerate(values):
        groups.setdefault(sum(value > end for end in ends), []).append(number)
    return [
        _bucket(dimension, _range(place, ends), numbers, measurements)
        for place, numbers in sorted(groups.items())
    ]


def bucket_by_name(dimension: Dimension, names: Sequence[str], measurements: Measurements) -> list[Bucket]:
    """Put the segments of each name together, in the order of their first; none if there is only one name."""
    groups: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        groups.setdefault(name or "-", []).append(number)
    if len(groups) < 2:
        return []
    return [_bucket(dimension, name, numbers, measurements) for name, numbers in groups.items()]


def largest_losses(measurements: Measurements, baseline: str, limit: int) -> list[Loss]:
    """For each system the segments whose chrF++ is farthest below that of the baseline, worst first.

    Source: chrF++ and not BLEU, which says little of one segment (Popović 2015).
    """
    before = measurements[baseline][LOSS_METRIC].score().segments
    losses = []
    for name, measured in measurements.items():
        if name == baseline:
            continue
        after = measured[LOSS_METRIC].score().segments
        worse = [
            Loss(name, number, LOSS_METRIC, score, other)
            for number, (score, other) in enumerate(zip(after, before, strict=True))
            if score is not None and other is not None and score < other
        ]
        worse.sort(key=lambda loss: (loss.score - loss.baseline_score, loss.segment))
        losses += worse[:limit]
    return losses


def _bucket(dimension: Dimension, name: str, numbers: list[int], measurements: Measurements) -> Bucket:
    scores = {
        system: {
            metric: measured.of(numbers)
            for metric, measured in measurements[system].items()
            if measured.metric.unit == "segment"
        }
        for system in measurements
    }
    return Bucket(dimension, name, tuple(numbers), scores)


def _range(place: int, ends: Sequence[int]) -> str:
    """Name a bucket, as in `0-10`, `11-20`, `21+`."""
    first = ends[place - 1] + 1 if place else 0
    if place == len(ends):
        return f"{first}+"
    return str(first) if first == ends[place] else f"{first}-{ends[place]}"
