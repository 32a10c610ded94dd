"""Is a difference real? Paired bootstrap resampling and paired approximate randomisation, on arrays.

Both draw as sacreBLEU does, with NumPy's default generator: the same seed and number of samples draws the
same samples, so p-values agree with `sacrebleu --paired-bs` and `--paired-ar`, save for ties: a sample that
is exactly as far out as the observation counts here (Riezler and Maxwell 2005) and not there, where two
systems that are the same differ significantly. All systems and metrics share the samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.statistics import Floats, Measured

_DRAWN_AT_ONCE = 10_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of a bootstrap interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BootstrapTest:
    """What paired bootstrap resampling says of a difference.

    Attributes:
        wins: share of resamples in which the system is better; a tie counts half.
    """

    interval: Interval
    wins: float
    p_value: float


class Bootstrap:
    """Resamples of n units, drawn with replacement (Efron 1979; for translation: Koehn 2004)."""

    def __init__(self, units: int, resamples: int, seed: int, confidence: float = 0.95) -> None:
        rng = np.random.default_rng(seed)
        at_once = max(1, _DRAWN_AT_ONCE // max(units, 1))
        self._weights = [
            _counts(rng.choice(units, size=(min(at_once, resamples - start), units), replace=True))
            for start in range(0, resamples, at_once)
        ]
        self._confidence = confidence
        self._scores: dict[Measured, Floats] = {}

    def resample(self, measurements: Sequence[Measured]) -> None:
        """Score the resamples of many metrics and systems in one go, to be asked for afterwards."""
        stacked = np.concatenate([each.rows for each in measurements], axis=1)
        sums = np.concatenate([weights.astype(np.float64) @ stacked for weights in self._weights])
        for each, own in zip(measurements, _split(sums, measurements), strict=True):
            self._scores[each] = each.metric.aggregate(own)

    def scores(self, measured: Measured) -> Floats:
        """The score of each of m resamples; NaN where there is nothing to count."""
        if measured not in self._scores:
            self.resample([measured])
        return self._scores[measured]

    def interval(self, scores: Floats) -> Interval | None:
        """Cut the same number of scores off at either end; None if no resample has anything to count."""
        known = np.sort(scores[~np.isnan(scores)])
        if not len(known):
            return None
        cut = int(len(known) * (1 - self._confidence) / 2 + 1e-9)
        return Interval(float(known[cut]), float(known[len(known) - cut - 1]))

    def compare(self, system: Measured, baseline: Measured) -> BootstrapTest | None:
        """Test whether two systems differ, on the same resamples; two-sided, None if nothing can be counted.

        The p-value is the share of resamples whose absolute difference is as far above the mean absolute
        difference as the one observed is above 0, as in Moses and sacreBLEU. It is too low for differences
        near 0, so heed the other test too.
        """
        differences = self.scores(system) - self.scores(baseline)
        differences = differences[~np.isnan(differences)]
        observed = _difference(system, baseline)
        if not len(differences) or np.isnan(observed):
            return None
        sizes = np.abs(differences)
        p_value = _p_value(sizes - sizes.mean(), abs(observed))
        better = -differences if system.metric.better == "lower" else differences
        wins = float(np.mean((better > 0) + 0.5 * (better == 0)))
        interval = self.interval(differences)
        return None if interval is None else BootstrapTest(interval, wins, p_value)


class Randomisation:
    """Trials that swap the translations of each unit between two systems with probability one half.

    Source: Riezler and Maxwell 2005.
    """

    def __init__(self, units: int, trials: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        at_once = max(1, _DRAWN_AT_ONCE // (32 * max(units, 1))) * 32  # 32 are drawn with one number
        self._chosen = [
            rng.integers(2, size=(min(at_once, trials - start), units), dtype=np.bool_)
            for start in range(0, trials, at_once)
        ]

    def compare(self, pairs: Sequence[tuple[Measured, Measured]]) -> list[float | None]:
        """Return for each pair of system and baseline how many trials differ at least as much.

        A p-value is two-sided; None if nothing can be counted.
        """
        systems = [system for system, _ in pairs]
        changes = np.concatenate([baseline.rows - system.rows for system, baseline in pairs], axis=1)
        sizes: list[list[Floats]] = [[] for _ in pairs]
        for chosen in self._chosen:
            changed = _split(chosen.astype(np.float64) @ changes, systems)
            for (system, baseline), change, own in zip(pairs, changed, sizes, strict=True):
                total = system.rows.sum(axis=0)
                first, second = total + change, baseline.rows.sum(axis=0) - change
                own.append(np.abs(system.metric.aggregate(first) - system.metric.aggregate(second)))
        results: list[float | None] = []
        for pair, own in zip(pairs, sizes, strict=True):
            observed, found = _difference(*pair), np.concatenate(own)
            p_value = _p_value(found[~np.isnan(found)], abs(observed))
            results.append(None if np.isnan(observed) else p_value)
        return results


def _split(sums: Floats, measurements: Sequence[Measured]) -> list[Floats]:
    """Cut stacked columns into those of each metric."""
    ends = np.cumsum([each.rows.shape[1] for each in measurements])[:-1]
    return np.split(sums, ends, axis=1)


def _counts(drawn: NDArray[np.int64]) -> NDArray[np.uint16]:
    """How often each of n units was drawn in each of m resamples, m x n."""
    resamples, units = drawn.shape
    places = (drawn + np.arange(resamples)[:, None] * units).ravel()
    return np.bincount(places, minlength=resamples * units).reshape(resamples, units).astype(np.uint16)


def _difference(system: Measured, baseline: Measured) -> float:
    scores = [each.metric.aggregate(each.rows.sum(axis=0)[None, :])[0] for each in (system, baseline)]
    return float(scores[0] - scores[1])


def _p_value(sizes: Floats, observed: float) -> float:
    """Share of the samples at least as far out as the observation, which counts as a sample itself."""
    tolerance = 1e-9 * max(observed, 1.0)  # sums in another order differ in the last digits
    return float((np.sum(sizes >= observed - tolerance) + 1) / (len(sizes) + 1))
