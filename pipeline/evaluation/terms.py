"""Terms: which of those in the source a hypothesis renders, which names it brings in, which are forbidden.

A term counts as rendered where `pipeline.verify` finds a rendering of its own for each mention; no alignment
is used, so a rendering in the wrong place counts as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from glossary import Glossary
from glossary.term import Term, TermMatch
from pipeline.checks import check_segment, only
from pipeline.english import find_rendering
from pipeline.evaluation.evaluation_set import EvaluationSet
from pipeline.evaluation.records import Mark, SourceTerm, TermMark
from pipeline.evaluation.rendering_index import RenderingIndex
from pipeline.evaluation.single_segment import as_translation
from pipeline.evaluation.statistics import Measured, Metric, measured, share
from pipeline.records import Span, overlap
from pipeline.verify import verify

_RAW: Final = "match:letter-by-letter"
_FREE: Final = "match:any-case,number,spelling"
Matches = tuple[TermMatch, ...]


@dataclass(frozen=True, slots=True)
class TermsFound:
    """What one hypothesis does with the k terms of its source.

    Attributes:
        marks: k, one for each term.
        forbidden: forbidden renderings in it.
        brought_in: renderings of terms that stand neither in the source nor in a reference.
        renderings: how many renderings of the glossary stand in it.
    """

    marks: tuple[TermMark, ...]
    forbidden: tuple[Mark, ...]
    brought_in: tuple[Mark, ...]
    renderings: int


def find_source_terms(glossary: Glossary, segments: EvaluationSet) -> tuple[Matches, ...]:
    """Find the terms of every source, document by document; none where no source is given."""
    found: list[Matches] = [()] * len(segments)
    if segments.sources is not None:
        for numbers in segments.document_segments().values():
            matches = glossary.find_in_segments([segments.sources[number] for number in numbers])
            for number, terms in zip(numbers, matches, strict=True):
                found[number] = terms
    return tuple(found)


def source_terms(matches: Matches) -> tuple[SourceTerm, ...]:
    """The terms of a source as records."""
    return tuple(
        SourceTerm(
            match.term.id,
            match.term.kind,
            match.surface,
            match.start,
            match.end,
            match.term.target,
            match.term.renderings,
        )
        for match in matches
    )


class TermJudge:
    """Judges hypotheses by the terms of one glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self._index = RenderingIndex(glossary.terms.values())
        self._fingerprint = glossary.fingerprint[:12]

    def judge(self, source: str, hypothesis: str, references: Sequence[str], matches: Matches) -> TermsFound:
        """Look for the renderings of terms, right and wrong, in one hypothesis."""
        marks = term_marks(hypothesis, matches)
        brought_in, renderings = self._brought_in(hypothesis, references, matches)
        forbidden = tuple(_forbidden(source, hypothesis, matches, marks)) if matches else ()
        return TermsFound(marks, forbidden, tuple(brought_in), renderings)

    def _brought_in(
        self, hypothesis: str, references: Sequence[str], matches: Matches
    ) -> tuple[list[Mark], int]:
        """Renderings that neither source nor references account for, and the number of all."""
        own = {
            span
            for term in _terms(matches)
            for rendering in term.renderings
            for span in find_rendering(hypothesis, rendering)
        }
        found = [
            (span, name) for span, name in self._index.find(hypothesis) if not _is_ordinary(hypothesis, span)
        ]
        strange = []
        for span, rendering in found:
            if any(overlap(span, other) for other in own):
                continue
            if any(find_rendering(reference, rendering) for reference in references):
                continue
            strange.append(Mark("false_positive", *span, f"no term of the source is {rendering!r}"))
        return strange, len(found)

    def measure(self, matches: Sequence[Matches], found: Sequence[TermsFound]) -> dict[str, Measured]:
        """Count over n segments.

        Returns:
            by name: term success in four variants, false positives, forbidden renderings.
        """
        terms = f"glossary:{self._fingerprint}|assignment:one-rendering-a-mention"
        variants = (
            ("term_success", "renderings:canonical+accepted", _FREE, lambda mark: mark.result != "missing"),
            (
                "term_success_raw",
                "renderings:canonical+accepted",
                _RAW,
                lambda mark: mark.result in ("canonical", "accepted"),
            ),
            ("term_canonical", "renderings:canonical", _FREE, lambda mark: mark.canonical),
            ("term_canonical_raw", "renderings:canonical", _RAW, lambda mark: mark.result == "canonical"),
        )
        results = {}
        for name, renderings, way, holds in variants:
            metric = Metric(
                name, "0 to 1", "higher", f"{terms}|{renderings}|{way}", ("rendered", "mentions"), share()
            )
            rows = [(sum(map(holds, each.marks)), len(each.marks)) for each in found]
            results[name] = measured(metric, rows)
        strange = Metric(
            "term_false_positives",
            "0 to 1, of the glossary's renderings in the hypotheses",
            "lower",
            f"glossary:{self._fingerprint}|unless:in-a-reference,one-lower-case-word|{_FREE}",
            ("false", "renderings"),
            share(),
        )
        results[strange.name] = measured(
            strange, [(len(each.brought_in), max(each.renderings, len(each.brought_in))) for each in found]
        )
        wrong = Metric(
            "forbidden_renderings",
            "0 to 1, of the mentions of terms that have forbidden renderings",
            "lower",
            f"glossary:{self._fingerprint}",
            ("forbidden", "mentions"),
            share(),
        )
        results[wrong.name] = measured(
            wrong,
            [
                (min(len(each.forbidden), mentions), mentions)
                for each, mentions in zip(found, map(_with_forbidden, matches), strict=True)
            ],
        )
        return results


def term_marks(hypothesis: str, matches: Matches) -> tuple[TermMark, ...]:
    """Say for each of k matches how the hypothesis renders it.

    A rendering serves one mention only; of several that are free the canonical one is taken.
    """
    if not matches:
        return ()
    spans = list(verify(hypothesis, matches).spans)
    preferred = verify(hypothesis, [_canonical_only(match) for match in matches]).spans
    for number, span in enumerate(preferred):
        others = [other for place, other in enumerate(spans) if place != number and other is not None]
        if span is not None and not any(overlap(span, other) for other in others):
            spans[number] = span
    return tuple(_mark(hypothesis, match.term, span) for match, span in zip(matches, spans, strict=True))


def _mark(hypothesis: str, term: Term, span: Span | None) -> TermMark:
    if span is None:
        return TermMark("missing")
    found = hypothesis[slice(*span)]
    canonical = span in find_rendering(hypothesis, term.target)
    if found == term.target:
        return TermMark("canonical", canonical=True, span=span)
    return TermMark("accepted" if found in term.renderings else "inflected", canonical=canonical, span=span)


def _canonical_only(match: TermMatch) -> TermMatch:
    return replace(match, term=replace(match.term, accepted=(), short=None, long=None))


def _forbidden(source: str, hypothesis: str, matches: Matches, marks: Sequence[TermMark]) -> Iterator[Mark]:
    missing = [mark.span is None for mark in marks]
    translation = as_translation(source, hypothesis, matches, missing)
    for finding in check_segment(translation, levels=only("forbidden_term")):
        yield Mark("forbidden", finding.start or 0, finding.end or 0, finding.message)


def _with_forbidden(matches: Matches) -> int:
    return sum(bool(match.term.forbidden) for match in matches)


def _is_ordinary(hypothesis: str, span: Span) -> bool:
    """Whether a single word without capital stands there: "state" may well stand for something else."""
    found = hypothesis[slice(*span)]
    return found.islower() and found.isalpha()


def _terms(matches: Matches) -> list[Term]:
    return list({match.term.id: match.term for match in matches}.values())
