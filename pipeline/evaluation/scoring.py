"""The whole story: read -> lay beside each other -> translate, if asked -> measure -> compare -> sort."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from glossary import Glossary
from pipeline.configuration import validate_config
from pipeline.errors import UsageError
from pipeline.evaluation.buckets import bucket_by_name, bucket_by_number, largest_losses
from pipeline.evaluation.config import DatasetInput, EvaluationConfig, FileInput, SystemInput
from pipeline.evaluation.evaluation_set import EvaluationSet, Output, arabic_share, assemble
from pipeline.evaluation.measuring import METRICS, Judge, SystemMeasured
from pipeline.evaluation.reading import find_file, read_lines, read_side
from pipeline.evaluation.records import (
    Bucket,
    Comparison,
    EvaluatedSegment,
    Evaluation,
    Settings,
    SystemResult,
)
from pipeline.evaluation.significance import Bootstrap, Randomisation
from pipeline.evaluation.statistics import Measured
from pipeline.evaluation.terms import source_terms

logger = logging.getLogger(__name__)


def evaluate(
    config: EvaluationConfig | None = None, *, folders: Sequence[Path] = (), **settings: Any
) -> Evaluation:
    """Score systems against references, compare them with a baseline, and show where they fail.

    Args:
        config: what is scored and how; without it the defaults.
        folders: where names of files start from, before the working folder.
        settings: fields of `EvaluationConfig` that go before `config`. From Python, texts may be given
            instead of files: `source=texts, reference=[texts], hypothesis={"base": texts}`.

    Raises:
        ConfigError: a setting is unknown or wrong.
        UsageError: something is missing, or two systems have one name.
        InputError: a file cannot be read, is in the wrong language, or has another number of segments.
        GlossaryError, ModelError: a glossary or model cannot be loaded.

    >>> result = evaluate(reference=[["The ministers met in Berlin."]],
    ...                   hypothesis={"a": ["The ministers met in Berlin."]}, resamples=0)
    >>> round(result.system("a").scores["chrF"].score)
    100
    """
    config = validate_config({**dict(config or EvaluationConfig()), **settings}, EvaluationConfig, "evaluate")
    _check(config)
    comets = _comets(config)
    glossary = Glossary.load(*config.glossary, builtin=config.builtin_glossary)
    segments = _read(config, folders)
    outputs = _with_model(segments, config, glossary)
    if config.baseline is not None and config.baseline not in [output.name for output in outputs]:
        names = ", ".join(output.name for output in outputs)
        raise UsageError(f"--baseline {config.baseline}: there is no such system; there are {names}")
    judge = Judge(segments, glossary)
    found = {}
    for output in outputs:
        logger.info("scoring %s", output.name)
        found[output.name] = judge.measure(output)
    measurements = _with_comet(found, comets, judge, segments)
    return _put_together(config, segments, outputs, judge, found, measurements, glossary)


def _check(config: EvaluationConfig) -> None:
    """Refuse what cannot be scored before anything is read."""
    if not config.reference:
        raise UsageError("evaluate: no reference; give one or more with --reference")
    if not config.hypothesis and config.model is None:
        raise UsageError("evaluate: nothing to score; give --hypothesis, or a --model that translates")
    if config.source is None:
        for option, needs in (
            ("--model", config.model),
            ("--comet", config.comet),
            ("--comet-qe", config.comet_qe),
        ):
            if needs is not None:
                raise UsageError(f"{option}: needs the source too; give it with --source")
    if config.model is None and config.glossary_modes != ("proper",):
        raise UsageError("--glossary-modes: is for a system that translates here; give its --model too")
    names = [_name(system) for system in config.hypothesis]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--hypothesis: two systems are called {name}; give NAME=FILE")


def _name(system: SystemInput) -> str:
    given = system.input
    if system.name is not None:
        return system.name
    if isinstance(given, DatasetInput):
        return given.column or given.dataset
    if isinstance(given, FileInput):
        return given.column or Path(given.file).stem
    return "hypothesis"


def _read(config: EvaluationConfig, folders: Sequence[Path]) -> EvaluationSet:
    columns = {"document_column": config.document_column, "domain_column": config.domain_column}
    source = None if config.source is None else read_side(config.source, "source", folders, **columns)
    references = [read_side(each, "reference", folders, **columns) for each in config.reference]
    outputs = [
        Output(_name(system), read_side(system.input, "hypothesis", folders)) for system in config.hypothesis
    ]
    documents = config.documents
    if isinstance(documents, str):
        lines = read_lines(find_file(documents, folders))
        documents = lines if all(lines) else tuple(filter(None, lines))
    return assemble(source, references, outputs, documents)


def _with_model(segments: EvaluationSet, config: EvaluationConfig, glossary: Glossary) -> tuple[Output, ...]:
    outputs = list(segments.outputs)
    if config.model is not None:
        from pipeline.evaluation.ablation import translate_set

        for output in translate_set(segments, config, glossary):
            if output.name in [other.name for other in outputs]:
                raise UsageError(f"--hypothesis: the model is called {output.name}; give another NAME=FILE")
            outputs.append(output)
    return tuple(outputs)


def _comets(config: EvaluationConfig) -> list[Any]:
    from pipeline.evaluation.comet import Comet

    named = (("COMET", config.comet), ("COMET-QE", config.comet_qe))
    return [
        Comet(name, Path(checkpoint), config.comet_python)
        for name, checkpoint in named
        if checkpoint is not None
    ]


def _with_comet(
    found: Mapping[str, SystemMeasured], comets: Sequence[Any], judge: Judge, segments: EvaluationSet
) -> dict[str, dict[str, Measured]]:
    """The measurements of each system, those of COMET among them."""
    measurements = {name: dict(each.measurements) for name, each in found.items()}
    references = [judge.references(number)[0] for number in range(len(segments))]
    texts = [[hypothesis.text for hypothesis in each.hypotheses] for each in found.values()]
    for comet in comets:
        for name, measured in zip(found, comet.measure(segments.sources, references, texts), strict=True):
            measurements[name][measured.metric.name] = measured
    return {
        name: {metric: own[metric] for metric in METRICS if metric in own}
        for name, own in measurements.items()
    }


def _put_together(
    config: EvaluationConfig,
    segments: EvaluationSet,
    outputs: Sequence[Output],
    judge: Judge,
    found: Mapping[str, SystemMeasured],
    measurements: Mapping[str, Mapping[str, Measured]],
    glossary: Glossary,
) -> Evaluation:
    bootstraps = _bootstraps(measurements, config)
    systems = tuple(
        SystemResult(
            output.name,
            {metric: _score(measured, bootstraps) for metric, measured in measurements[output.name].items()},
            found[output.name].hypotheses,
            output.mode,
            output.side.signature,
            output.side.outcomes,
        )
        for output in outputs
    )
    sources = segments.sources or ("",) * len(segments)
    evaluated = tuple(
        EvaluatedSegment(
            number,
            segments.documents[number],
            segments.domains[number],
            sources[number],
            judge.references(number),
            source_terms(judge.matches[number]),
        )
        for number in range(len(segments))
    )
    metrics = tuple(metric for metric in METRICS if any(metric in own for own in measurements.values()))
    comparisons, losses = [], []
    if config.baseline is not None:
        comparisons = _compare(measurements, config, bootstraps)
        losses = largest_losses(measurements, config.baseline, config.losses)
    return Evaluation(
        systems,
        evaluated,
        metrics,
        Settings(
            config.resamples,
            config.trials,
            config.confidence,
            config.seed,
            glossary.fingerprint,
            version("dragoman"),
        ),
        config.baseline,
        tuple(comparisons),
        tuple(_buckets(config, evaluated, measurements)),
        tuple(losses),
        tuple(_notes(segments, outputs)),
    )


def _bootstraps(
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


def _score(measured: Measured, bootstraps: Mapping[int, Bootstrap]) -> Any:
    bootstrap = bootstraps.get(len(measured.rows))
    interval = bootstrap and bootstrap.interval(bootstrap.scores(measured))
    return measured.score(interval.low, interval.high) if interval else measured.score()


def _compare(
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


def _buckets(
    config: EvaluationConfig,
    segments: Sequence[EvaluatedSegment],
    measurements: Mapping[str, Mapping[str, Measured]],
) -> list[Bucket]:
    lengths = [len((segment.source or segment.references[0]).split()) for segment in segments]
    buckets = bucket_by_number("length", lengths, config.length_buckets, measurements)
    if any(segment.terms for segment in segments):
        terms = [len(segment.terms) for segment in segments]
        buckets += bucket_by_number("terms", terms, config.term_buckets, measurements)
    return buckets + bucket_by_name("domain", [segment.domain for segment in segments], measurements)


def _notes(segments: EvaluationSet, outputs: Sequence[Output]) -> list[str]:
    notes = []
    if segments.sources is None:
        notes.append("no source: nothing is said of terms, numbers and lengths")
    elif not segments.has_documents:
        notes.append("no documents: each segment counts as one; consistency is that within segments")
    for output in outputs:
        if empty := sum(not text for text in output.side.texts):
            notes.append(f"{output.name}: {empty} empty translation{'' if empty == 1 else 's'}")
        if arabic_share(output.side.texts) > 0.5:
            notes.append(f"{output.name}: is mostly Arabic; is it the source?")
    return notes
