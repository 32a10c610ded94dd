"""The whole story: read -> lay beside each other -> translate, if asked -> measure -> compare -> sort."""

import logging
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from glossary import Glossary
from pipeline.configuration import validate_config
from pipeline.errors import UsageError
from pipeline.evaluation.buckets import bucket_by_name, bucket_by_number, largest_losses
from pipeline.evaluation.comparing import bootstraps_for, compare_systems, score_with_interval
from pipeline.evaluation.config import DatasetInput, EvaluationConfig, FileInput, SystemInput
from pipeline.evaluation.evaluation_set import EvaluationSet, Output, arabic_share, assemble
from pipeline.evaluation.lines import find_file, read_lines
from pipeline.evaluation.measuring import METRICS, Judge, SystemMeasured
from pipeline.evaluation.reading import read_side
from pipeline.evaluation.records import (
    Bucket,
    EvaluatedSegment,
    Evaluation,
    Settings,
    SystemResult,
)
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
    bootstraps = bootstraps_for(measurements, config)
    systems = tuple(
        SystemResult(
            output.name,
            {
                metric: score_with_interval(measured, bootstraps)
                for metric, measured in measurements[output.name].items()
            },
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
        comparisons = compare_systems(measurements, config, bootstraps)
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
