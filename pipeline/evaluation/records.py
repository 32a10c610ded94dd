"""What an evaluation finds: plain records, in the order of the segments, enough to draw a report from.

Evaluation
├── systems: SystemResult          one for each system (and glossary mode), in the order given
│   ├── scores: {metric: Score}
│   └── hypotheses: Hypothesis     n, one for each segment
├── segments: EvaluatedSegment     n, what all systems share: source, references, terms
├── comparisons: Comparison        system against baseline, metric by metric
├── buckets: Bucket                scores of a part of the segments
└── losses: Loss                   the segments in which a system falls farthest behind the baseline

Segments are known by their number, from 0. All spans are half-open code-point offsets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.records import Span

Better = Literal["higher", "lower", "neither"]
Dimension = Literal["length", "terms", "domain"]
GlossaryMode = Literal["none", "proper", "random"]
TermResult = Literal["canonical", "accepted", "inflected", "missing"]
MarkKind = Literal["term", "forbidden", "false_positive", "arabic", "repetition"]


@dataclass(frozen=True, slots=True)
class Score:
    """The value of one metric for one system.

    Attributes:
        metric: its name, as in `Evaluation.metrics`.
        score: the value over all segments; None if there was nothing to count (no term, no number ...).
        scale: what the value means, as in "0 to 100".
        better: which direction is better.
        signature: names all that decides the value; the same signature and text give the same score.
        low, high: bootstrap interval at `Settings.confidence`; None without resampling.
        counts: the sums over all segments that the value is made of, by name.
        segments: n values, one for each segment; None where there is nothing to count. Empty for a metric
            of documents.
    """

    metric: str
    score: float | None
    scale: str
    better: Better
    signature: str
    low: float | None = None
    high: float | None = None
    counts: Mapping[str, float] = field(default_factory=dict)
    segments: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceTerm:
    """A term of the glossary that stands in a source; `start` and `end` are offsets into it.

    Attributes:
        target: the canonical rendering.
        renderings: all that count as right, the canonical one first.
    """

    id: str
    kind: str
    surface: str
    start: int
    end: int
    target: str
    renderings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedSegment:
    """A segment as every system had it.

    Attributes:
        number: from 0.
        document: name of its document.
        domain: what the domain column says, or "".
        source: "" if no source was given.
        references: one or more.
        terms: k terms of the source, by increasing start.
    """

    number: int
    document: str
    domain: str
    source: str
    references: tuple[str, ...]
    terms: tuple[SourceTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class TermMark:
    """What became of one term of the source in one hypothesis.

    Attributes:
        result: `canonical` and `accepted` to the letter; `inflected` is a right rendering in other case,
            number or spelling; `missing` is none of them.
        canonical: whether it is the canonical rendering, to the letter or inflected.
        span: where the rendering stands in the hypothesis; None if it is missing.
    """

    result: TermResult
    canonical: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a hypothesis that a metric counted, and what it is."""

    kind: MarkKind
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One system's translation of one segment.

    Attributes:
        terms: k marks, one for each of the segment's terms, in their order.
        marks: all stretches that were counted, by increasing start; terms that were found are among them.
        missing_numbers: numbers of the source, as written there, that are not carried over.
        missing_names: names of the reference that it does not have.
    """

    text: str
    terms: tuple[TermMark, ...] = ()
    marks: tuple[Mark, ...] = ()
    missing_numbers: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemResult:
    """A system with its scores and translations.

    Attributes:
        name: unique in an evaluation.
        scores: by metric, in the order of `Evaluation.metrics`.
        hypotheses: n, one for each segment.
        mode: the glossary it was run with, for a system that was run by us with `--glossary-modes`.
        signature: of the translation, where it is known (a model that was run by us, or a report).
        outcomes: what enforcement did, from `kept` to `missing`, and how often; only where it is known.
    """

    name: str
    scores: Mapping[str, Score]
    hypotheses: tuple[Hypothesis, ...]
    mode: GlossaryMode | None = None
    signature: str = ""
    outcomes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a system differs from the baseline in one metric, or only by chance.

    Attributes:
        difference: score of the system minus that of the baseline; None if one of them has none.
        low, high: bootstrap interval of the difference.
        wins: share of the resamples in which the system is better (Koehn 2004); a tie counts half.
        bootstrap_p: two-sided p-value of paired bootstrap resampling.
        randomisation_p: two-sided p-value of paired approximate randomisation (Riezler and Maxwell 2005).
    """

    system: str
    baseline: str
    metric: str
    difference: float | None
    low: float | None = None
    high: float | None = None
    wins: float | None = None
    bootstrap_p: float | None = None
    randomisation_p: float | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A part of the segments, and how each system does in it.

    Attributes:
        dimension: what the segments were sorted by.
        name: for people, as in "11-20".
        segments: numbers of its segments, increasing, at least one.
        scores: by system, then by metric; metrics of documents are left out.
    """

    dimension: Dimension
    name: str
    segments: tuple[int, ...]
    scores: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class Loss:
    """A segment in which a system is worse than the baseline, by the segment's score in `metric`."""

    system: str
    segment: int
    metric: str
    score: float
    baseline_score: float


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the figures besides the texts.

    Attributes:
        resamples: of the bootstrap; 0 is none.
        trials: of approximate randomisation; 0 is none.
        confidence: of the intervals, as a share.
        seed: of all that is drawn.
        glossary: SHA-256 of the glossary whose terms were looked for.
    """

    resamples: int
    trials: int
    confidence: float
    seed: int
    glossary: str
    version: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that `evaluate` found.

    Attributes:
        metrics: names of the metrics, in the order of tables.
        baseline: name of the system that the others are compared with, or None.
        notes: lines that a reader of the scores should know.
    """

    systems: tuple[SystemResult, ...]
    segments: tuple[EvaluatedSegment, ...]
    metrics: tuple[str, ...]
    settings: Settings
    baseline: str | None = None
    comparisons: tuple[Comparison, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()

    def system(self, name: str) -> SystemResult:
        """Return the system of this name.

        Raises:
            KeyError: there is none.
        """
        for system in self.systems:
            if system.name == name:
                return system
        raise KeyError(name)
