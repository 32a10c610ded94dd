"""All that is counted of one system, metric by metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from glossary import Glossary
from pipeline.evaluation.adequacy import AdequacyFound, judge_adequacy, measure_adequacy
from pipeline.evaluation.consistency import measure_consistency
from pipeline.evaluation.evaluation_set import EvaluationSet, Output
from pipeline.evaluation.names import METRIC as NAMES
from pipeline.evaluation.names import NamesFound, find_names
from pipeline.evaluation.overlap import OverlapMetrics
from pipeline.evaluation.records import Hypothesis, Mark
from pipeline.evaluation.statistics import Measured, measured
from pipeline.evaluation.terms import Matches, TermJudge, TermsFound, find_source_terms

METRICS: Final = (
    "BLEU",
    "chrF",
    "chrF++",
    "TER",
    "COMET",
    "COMET-QE",
    "term_success",
    "term_success_raw",
    "term_canonical",
    "term_canonical_raw",
    "term_false_positives",
    "forbidden_renderings",
    "consistency_first",
    "consistency_most_frequent",
    "consistency_predefined",
    "name_accuracy",
    "number_carry_over",
    "length_ratio",
    "too_short",
    "too_long",
    "under_translation",
    "over_translation",
    "arabic_left",
    "repetition",
)


@dataclass(frozen=True, slots=True)
class SystemMeasured:
    """The counts of one system, in the order of `METRICS`, and what was found in each hypothesis."""

    measurements: Mapping[str, Measured]
    hypotheses: tuple[Hypothesis, ...]


class Judge:
    """Measures systems on one evaluation set; what concerns source and references is prepared once."""

    def __init__(self, segments: EvaluationSet, glossary: Glossary) -> None:
        self._segments = segments
        self._overlap = OverlapMetrics(segments.references)
        self._terms = TermJudge(glossary)
        self._glossary = glossary.fingerprint[:12]
        self.matches = find_source_terms(glossary, segments)

    def measure(self, output: Output) -> SystemMeasured:
        """Count everything that is counted of a system without a model."""
        segments, hypotheses = self._segments, output.side.texts
        references = [self.references(number) for number in range(len(segments))]
        names = [find_names(*each) for each in zip(references, hypotheses, strict=True)]
        adequacy = [
            judge_adequacy(self._source(number), references[number], hypothesis)
            for number, hypothesis in enumerate(hypotheses)
        ]
        found = self._overlap.measure(hypotheses)
        found[NAMES.name] = measured(NAMES, [each.row for each in names])
        found |= measure_adequacy(adequacy, with_source=segments.sources is not None)
        terms: Sequence[TermsFound | None] = [None] * len(segments)
        if segments.sources is not None:
            terms, of_terms = self._measure_terms(segments.sources, references, hypotheses)
            found |= of_terms
        return SystemMeasured(
            {name: found[name] for name in METRICS if name in found},
            tuple(map(_hypothesis, hypotheses, self.matches, terms, adequacy, names)),
        )

    def references(self, number: int) -> tuple[str, ...]:
        """The references that a segment has."""
        return tuple(text for stream in self._segments.references if (text := stream[number]) is not None)

    def _source(self, number: int) -> str | None:
        return None if self._segments.sources is None else self._segments.sources[number]

    def _measure_terms(
        self, sources: Sequence[str], references: Sequence[tuple[str, ...]], hypotheses: Sequence[str]
    ) -> tuple[list[TermsFound], dict[str, Measured]]:
        terms = [
            self._terms.judge(*each)
            for each in zip(sources, hypotheses, references, self.matches, strict=True)
        ]
        consistency = measure_consistency(
            self._segments.document_segments(),
            self.matches,
            hypotheses,
            [each.marks for each in terms],
            signature=f"glossary:{self._glossary}|"
            f"documents:{'given' if self._segments.has_documents else 'segments'}",
        )
        return terms, self._terms.measure(self.matches, terms) | consistency


def _hypothesis(
    text: str, matches: Matches, terms: TermsFound | None, adequacy: AdequacyFound, names: NamesFound
) -> Hypothesis:
    marks = list(adequacy.marks)
    if terms is not None:
        marks += [*terms.forbidden, *terms.brought_in]
        marks += [
            Mark("term", *mark.span, f"{match.surface}: {mark.result}")
            for match, mark in zip(matches, terms.marks, strict=True)
            if mark.span is not None
        ]
    return Hypothesis(
        text,
        () if terms is None else terms.marks,
        tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))),
        adequacy.missing_numbers,
        names.missing,
    )
