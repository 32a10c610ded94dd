"""One segment on its way down the ladder: verify, rerank, rename, redecode, replace, or report missing.

Each repair is one candidate, taken only if it puts its term right and `guard` has no objection; else it is
undone and noted. What has to be decoded is asked of the caller, so that all segments go in one batch.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from glossary.term import TermMatch
from pipeline.draft import Aligned, Draft
from pipeline.engines import Engine
from pipeline.english import fit_rendering
from pipeline.guard import left_out, objection
from pipeline.records import Hypothesis, Outcome, Span, TermOutcome
from pipeline.request import Enforced, EnforcementSettings, Request, Step
from pipeline.tokenizer import UNKNOWN, MarianPieces
from pipeline.verify import Verification, verify
from pipeline.wording import gaps, other_name, trimmed, wrong_name

_OUTCOMES: Final[dict[Step, Outcome]] = {
    "rerank": "reranked",
    "rename": "renamed",
    "redecode": "redecoded",
    "replace": "replaced",
}
_NEXT_WORD: Final = re.compile(r"(?:['’]s)?\s+[a-z]+(?![\w'’])")
_CONNECTORS: Final = {"place": ("in", "of"), "person": ("by",), "concept": ("in",), "equipment": ("a",)}
_CONNECTORS_ELSE: Final = ("of",)


def verify_draft(draft: Draft, request: Request) -> Verification:
    """Find the renderings of a request's terms in a draft, each as near to where it aligns as can be."""
    expected = [
        None if found is None else (found.start + found.end) / 2
        for found in (draft.aligned(window) for window in request.windows)
    ]
    return verify(draft.text, request.matches, expected)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request to decode again: which match it is for, and the beginnings to force, any of which will do."""

    match: int
    prefixes: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class _Record:
    """What is known of one match."""

    outcome: Outcome | None = None
    before: str | None = None
    score_before: float | None = None
    tried: set[Step] = field(default_factory=set)
    asked_twice: bool = False
    rejected: list[str] = field(default_factory=list)


class Repair:
    """One segment on its way down the ladder."""

    def __init__(
        self,
        request: Request,
        hypotheses: Sequence[Hypothesis],
        tokenizer: MarianPieces,
        settings: EnforcementSettings,
    ) -> None:
        self.request, self.tokenizer, self.settings = request, tokenizer, settings
        self.alternatives = hypotheses[1:]
        self.draft = self.plain = Draft.of(hypotheses[0], tokenizer)
        self.verification = self._verify(self.draft)
        self.records = [_Record() for _ in request.matches]
        for record, span in zip(self.records, self.verification.spans, strict=True):
            record.outcome = None if span is None else "kept"

    def rerank(self) -> None:
        """Take the hypothesis within the margin that satisfies the most terms, the best-scored of these."""
        if not self.verification.missing:
            return
        for hypothesis in self.alternatives:
            if hypothesis.score < self.plain.score - self.settings.rerank_margin:
                continue
            draft = Draft.of(hypothesis, self.tokenizer)
            verification = self._verify(draft)
            if verification.held > self.verification.held and not self._objection(draft, verification, None):
                self._take(draft, verification, "rerank")

    def advance(self, engine: Engine, *, redecode: bool = True) -> Prompt | None:
        """Try the steps that need no decoding; return what has to be decoded next, if anything."""
        for match in self._missing_by_place():
            record = self.records[match]
            if self.verification.spans[match] is not None:
                continue
            aligned = self._aligned(match)
            if self._may("rename", record) and self._rename(match, aligned):
                continue
            if redecode and self._may("redecode", record):
                prompt = self._prompt(match, aligned, engine)
                if prompt is not None:
                    return prompt
            if redecode and "redecode" in record.tried and not record.asked_twice:
                record.asked_twice = True
                prompt = self._second_prompt(match, aligned, engine)
                if prompt is not None:
                    return prompt
            if self._may("replace", record):
                self._replace(match, aligned)
        return None

    def take_redecoded(self, prompt: Prompt, hypotheses: Sequence[Hypothesis]) -> None:
        """Take the first of some hypotheses to which there is no objection, or note the objections.

        Args:
            prompt: what was asked for.
            hypotheses: what was decoded, best first.
        """
        faults: list[str] = []
        for hypothesis in hypotheses:
            draft = Draft.of(hypothesis, self.tokenizer)
            verification = self._verify(draft)
            fault = self._objection(draft, verification, prompt.match)
            if fault is None and (word := left_out(self.request, self.draft.rows, draft.rows)) is not None:
                fault = f"leaves out {word}"
            if fault is None:
                fault = self._fall(hypothesis)
            if fault is None:
                self._take(draft, verification, "redecode")
                return
            faults.append(f"redecode: {fault}")
        self.records[prompt.match].rejected += dict.fromkeys(faults)

    def _fall(self, hypothesis: Hypothesis) -> str | None:
        """Say that what the model wrote behind a term scores too low; None if it does not."""
        score = hypothesis.score if hypothesis.continued is None else hypothesis.continued
        if score >= self.draft.score - self.settings.score_bound:
            return None
        return f"the score per piece fell from {self.draft.score:.2f} to {score:.2f} behind the term"

    def enforced(self) -> Enforced:
        """Return the translation as it stands, with one outcome for each match; scores are the draft's."""
        outcomes = tuple(
            self._outcome(match, record, span)
            for match, record, span in zip(
                self.request.matches, self.records, self.verification.spans, strict=True
            )
        )
        return Enforced(self.draft, self.plain.text, self.draft.score, outcomes)

    def _outcome(self, match: TermMatch, record: _Record, span: Span | None) -> TermOutcome:
        rejected = tuple(record.rejected)
        if span is None:
            return TermOutcome(match, match.term.target, "missing", before=record.before, rejected=rejected)
        repaired = record.outcome is not None and record.outcome != "kept"
        return TermOutcome(
            match,
            self.draft.text[span[0] : span[1]],
            record.outcome or "kept",
            span[0],
            span[1],
            before=record.before if repaired else None,
            score_before=record.score_before if repaired else None,
            score_after=self.draft.score if repaired else None,
            rejected=rejected,
        )

    def _may(self, step: Step, record: _Record) -> bool:
        if step not in self.settings.steps or step in record.tried:
            return False
        record.tried.add(step)
        return True

    def _rename(self, match: int, aligned: Aligned | None) -> bool:
        if aligned is None:
            return False
        term = self.request.matches[match].term
        found = wrong_name(self.draft.text, (aligned.start, aligned.end), term, self._held())
        if found is None or found[0] < self.settings.rename_likeness:
            return False
        return self._try(match, "rename", found[1])

    def _replace(self, match: int, aligned: Aligned | None) -> None:
        term, rejected = self.request.matches[match].term, self.records[match].rejected
        if aligned is None:
            rejected.append("replace: no words of the translation align to the term")
        elif aligned.weight < self.settings.replace_weight:
            rejected.append(f"replace: the alignment is not sharp ({aligned.weight:.2f})")
        elif term.kind == "adjective":
            rejected.append("replace: an adjective is not put in the place of other words")
        elif (span := self._own_words(match, aligned)) is None:
            rejected.append("replace: no word that aligns to the term can be its name")
        elif len(self.draft.text[slice(*span)].split()) > 2 * len(term.target.split()) + 1:
            rejected.append("replace: far more words align to the term than it has")
        elif (other := other_name(self.draft.text, span, term)) is not None:
            rejected.append(f"replace: {other} is another name")
        else:
            self._try(match, "replace", span)

    def _put_in(self, match: int, span: Span) -> tuple[Draft, Span]:
        """Write the term in the place of `span`; return the draft and where the term stands in it."""
        term = self.request.matches[match].term
        return self.draft.insert(*span, term.target, term.article, self.request.windows[match])

    def _prompt(self, match: int, aligned: Aligned | None, engine: Engine) -> Prompt | None:
        """Ask to go on from the term, put where the words stand that align to it."""
        span = self._own_words(match, aligned)
        if span is None:
            self.records[match].rejected.append("redecode: no words of the translation align to the term")
            return None
        draft, (_, end) = self._put_in(match, span)
        self._note_before(match, span)
        return self._asked(match, [draft.text[:end]], engine)

    def _second_prompt(self, match: int, aligned: Aligned | None, engine: Engine) -> Prompt | None:
        """Ask again: with the next word forced too, lest the model go on spelling the name.

        Where no words align to the term, it is put beside what its neighbours in the source became.
        """
        text = self.draft.text
        if (span := self._own_words(match, aligned)) is not None:
            draft, (_, end) = self._put_in(match, span)
            following = _NEXT_WORD.match(draft.text, end)
            return self._asked(match, [draft.text[: following.end()]] if following else [], engine)
        starts = [
            start
            for place in gaps(self.draft, self.request.windows[match], self._held())
            for start in self._starts(match, text[:place].rstrip(), text[place:])
        ]
        return self._asked(match, list(dict.fromkeys(starts)), engine)

    def _own_words(self, match: int, aligned: Aligned | None) -> Span | None:
        """Where the words aligned to a term stand, without those that cannot be its name."""
        if aligned is None:
            return None
        return trimmed(self.draft.text, (aligned.start, aligned.end), self.request.matches[match].term)

    def _starts(self, match: int, before: str, after: str) -> Iterator[str]:
        """Ways to begin a translation with `before` and the term, which so far goes on with `after`."""
        term = self.request.matches[match].term
        for connector in ("", *_CONNECTORS.get(term.kind, _CONNECTORS_ELSE)):
            begun = f"{before} {connector}".strip() if before else connector.capitalize()
            fitted = fit_rendering(
                f"{begun} ", len(begun) + 1, len(begun) + 1, term.target, article=term.article
            )
            start = fitted.text[: fitted.end]
            yield start
            if not connector and (following := _NEXT_WORD.match(f" {after.lstrip()}")):
                yield start + following[0]

    def _asked(self, match: int, starts: Sequence[str], engine: Engine) -> Prompt | None:
        """Make the prompt of how translations are to begin; None, with a note, if none can be forced."""
        prefixes = []
        for start in starts:
            prefix = self.tokenizer.encode_target(start)
            if UNKNOWN in prefix:
                self.records[match].rejected.append("redecode: the model cannot write this name")
                return None
            if len(prefix) < engine.max_source_pieces:
                prefixes.append(prefix)
        if starts and not prefixes:
            self.records[match].rejected.append("redecode: too long for the model")
        return Prompt(match, tuple(prefixes)) if prefixes else None

    def _try(self, match: int, step: Step, span: Span) -> bool:
        draft, _ = self._put_in(match, span)
        verification = self._verify(draft)
        fault = self._objection(draft, verification, match)
        if fault is not None:
            self.records[match].rejected.append(f"{step}: {fault}")
            return False
        self._note_before(match, span)
        self._take(draft, verification, step)
        return True

    def _objection(self, draft: Draft, verification: Verification, match: int | None) -> str | None:
        """Say why a candidate must not take the place of the present draft."""
        if match is not None and verification.spans[match] is None:
            return "the term is still not there"
        return objection(
            self.request,
            (self.draft.text, self.verification),
            (draft.text, verification),
            plain=self.plain.text,
            length_change=self.settings.length_change,
        )

    def _take(self, draft: Draft, verification: Verification, step: Step) -> None:
        for record, span in zip(self.records, verification.spans, strict=True):
            if record.outcome is None and span is not None:
                record.outcome = _OUTCOMES[step]
                record.score_before = self.plain.score
        self.draft, self.verification = draft, verification

    def _note_before(self, match: int, span: Span) -> None:
        record = self.records[match]
        if record.before is None:
            record.before = self.draft.text[slice(*span)]

    def _verify(self, draft: Draft) -> Verification:
        return verify_draft(draft, self.request)

    def _held(self) -> tuple[Span, ...]:
        return tuple(span for span in self.verification.spans if span is not None)

    def _aligned(self, match: int) -> Aligned | None:
        return self.draft.aligned(self.request.windows[match], self._held())

    def _missing_by_place(self) -> list[int]:
        def place(match: int) -> tuple[int, int]:
            aligned = self._aligned(match)
            return (aligned.start if aligned else len(self.draft.text), match)

        return sorted(self.verification.missing, key=place)
