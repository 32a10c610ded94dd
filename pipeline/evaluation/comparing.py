"""Intervals for every score, and every system against the baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.evaluation.config import EvaluationConfig
from pipeline.evaluation.records import Comparison, Score
from pipeline.evaluation.significance import Bootstrap, Randomisation
from pipeline.evaluation.statistics import Measured


def bootstraps_for(
    measurements: Mapping[str, Mapping[str, Measured]], config: EvaluationConfig
) -> dict[int, Bootstrap]:
    """Resamples for each number of units, of segments, and of documents if there are several."""
    bootstraps: dict[int, Bootstrap] = {}
    if config.resamples:
        for size, group in _by_size([each for own in measurements.values() for each in own.values()]):
            bootstraps[size] = Bootstrap(size, config.resamples, config.seed, config.confidence)
            bootstraps[size].resample(group)
    return bootstraps


def _by_size(measurements: Sequence[Measured]) -> list[tuple[int, list[Measured]]]:
    """Measurements with the same number of rows together, those with a single row left out."""
    groups: dict[int, list[Measured]] = {}
    for each in measurements:
        groups.setdefault(len(each.rows), []).append(each)
    return [(size, group) for size, group in groups.items() if size > 1]


def score_with_interval(measured: Measured, bootstraps: Mapping[int, Bootstrap]) -> Score:
    """Aggregate a metric, with the interval that resampling gives it."""
    bootstrap = bootstraps.get(len(measured.rows))
    interval = bootstrap and bootstrap.interval(bootstrap.scores(measured))
    return measured.score(interval.low, interval.high) if interval else measured.score()


def compare_systems(
    measurements: Mapping[str, Mapping[str, Measured]],
    config: EvaluationConfig,
    bootstraps: Mapping[int, Bootstrap],
) -> list[Comparison]:
    """Compare each system with the baseline in each metric in which one can be better than the other."""
    baseline = config.baseline or ""
    before = measurements[baseline]
    pairs = [
        (name, measured, before[metric])
        for name, own in measurements.items()
        for metric, measured in own.items()
        if name != baseline and metric in before and measured.metric.better != "neither"
    ]
    p_values = _randomisation_p([(own, other) for _, own, other in pairs], config)
    comparisons = []
    for (name, own, other), p_value in zip(pairs, p_values, strict=True):
        scores = own.score().score, other.score().score
        difference = scores[0] - scores[1] if scores[0] is not None and scores[1] is not None else None
        comparison = Comparison(name, baseline, own.metric.name, difference, randomisation_p=p_value)
        bootstrap = bootstraps.get(len(own.rows))
        if bootstrap and (test := bootstrap.compare(own, other)):
            comparison = replace(
                comparison,
                low=test.interval.low,
                high=test.interval.high,
                wins=test.wins,
                bootstrap_p=test.p_value,
            )
        comparisons.append(comparison)
    return comparisons


def _randomisation_p(
    pairs: Sequence[tuple[Measured, Measured]], config: EvaluationConfig
) -> list[float | None]:
    found: dict[Measured, float | None] = {}
    if config.trials:
        for size, group in _by_size([system for system, _ in pairs]):
            test = Randomisation(size, config.trials, config.seed)
            baselines = dict(pairs)
            found |= zip(group, test.compare([(each, baselines[each]) for each in group]), strict=True)
    return [found.get(system) for system, _ in pairs]
