"""Sufficient statistics: what a metric counts in each unit, from which the score of any sample follows.

A metric first counts (one row for a segment, or for a document), then aggregates: the score of a set of units
is a function of the sum of their rows. So resampling adds up rows and never looks at a text again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.records import Better, Score

Floats = NDArray[np.float64]
Aggregate = Callable[[Floats], Floats]
Unit = Literal["segment", "document"]


@dataclass(frozen=True, slots=True)
class Metric:
    """How a score comes out of counts.

    Attributes:
        counts: names of the k columns of a row.
        aggregate: sums of rows, m x k, to m scores; NaN where there is nothing to count.
        unit: what a row is of, and what is drawn in resampling.
        of_segment: like `aggregate`, for single segments, where that is another formula.
    """

    name: str
    scale: str
    better: Better
    signature: str
    counts: tuple[str, ...]
    aggregate: Aggregate
    unit: Unit = "segment"
    of_segment: Aggregate | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The rows of one metric for one system.

    Attributes:
        rows: float64 array of n units x k counts.
    """

    metric: Metric
    rows: Floats

    def score(self, low: float | None = None, high: float | None = None) -> Score:
        """Aggregate all rows to a score, with the ends of an interval that was found by resampling."""
        metric = self.metric
        sums = self.rows.sum(axis=0)
        segments: tuple[float | None, ...] = ()
        if metric.unit == "segment":
            segments = tuple(map(_known, (metric.of_segment or metric.aggregate)(self.rows)))
        return Score(
            metric.name,
            _known(metric.aggregate(sums[None, :])[0]),
            metric.scale,
            metric.better,
            metric.signature,
            low,
            high,
            {name: _plain(value) for name, value in zip(metric.counts, sums, strict=True)},
            segments,
        )

    def of(self, units: Sequence[int]) -> float | None:
        """The score of some of the units."""
        return _known(self.metric.aggregate(self.rows[list(units)].sum(axis=0)[None, :])[0])


def share(numerator: int = 0, denominator: int = 1, *, scale: float = 1.0) -> Aggregate:
    """Return the aggregate that divides one column by another; NaN where the divisor is 0."""

    def aggregate(sums: Floats) -> Floats:
        return divided(scale * sums[:, numerator], sums[:, denominator])

    return aggregate


def divided(numerators: Floats, denominators: Floats) -> Floats:
    """Divide m numbers by m others; NaN where the divisor is 0."""
    result = np.full(len(numerators), np.nan)
    np.divide(numerators, denominators, out=result, where=denominators != 0)
    return result


def measured(metric: Metric, rows: Sequence[Sequence[float]]) -> Measured:
    """Put the counts of n units into an array.

    Raises:
        ValueError: a row has another number of counts than the metric.
    """
    array = np.array(rows, dtype=np.float64).reshape(len(rows), len(metric.counts))
    return Measured(metric, array)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)
