"""One segment on its way down the ladder: verify, rerank, rename, redecode, replace, or report missing.

Each repair is one candidate, taken only if it puts its term right and `guard` has no objection; else it is
undone and noted. What has to be decoded is asked of the caller, so that all segments go in one batch.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from glossary.term import TermMatch
from pipeline.draft import Aligned, Draft
from pipeline.engines import Engine
from pipeline.english import find_rendering
from pipeline.guard import objection
from pipeline.records import Hypothesis, Outcome, Span, TermOutcome, overlap
from pipeline.request import Enforced, EnforcementSettings, Request, Step
from pipeline.tokenizer import UNKNOWN, MarianPieces
from pipeline.verify import Verification, verify

_OUTCOMES: Final[dict[Step, Outcome]] = {
    "rerank": "reranked",
    "rename": "renamed",
    "redecode": "redecoded",
    "replace": "replaced",
}
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL_WORDS = frozenset(
    ["the", "a", "an", "of", "for", "and", "in", "on", "at", "to", "by", "with", "from", "its"]
)


def verify_draft(draft: Draft, request: Request) -> Verification:
    """Find the renderings of a request's terms in a draft, each as near to where it aligns as can be."""
    expected = [
        None if found is None else (found.start + found.end) / 2
        for found in (draft.aligned(window) for window in request.windows)
    ]
    return verify(draft.text, request.matches, expected)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request to decode again: which match it is for, and the target that is forced."""

    match: int
    prefix: tuple[str, ...]


@dataclass(slots=True)
class _Record:
    """What is known of one match."""

    outcome: Outcome | None = None
    before: str | None = None
    score_before: float | None = None
    tried: set[Step] = field(default_factory=set)
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
            if self._may("replace", record):
                self._replace(match, aligned)
        return None

    def take_redecoded(
        self, prompt: Prompt, hypotheses: Sequence[Hypothesis], scores: Sequence[float]
    ) -> None:
        """Take the first of the new hypotheses to which there is no objection, or note the objections.

        Args:
            prompt: what was asked for.
            hypotheses: the answers, best first.
            scores: for each of them the score per piece of what the model wrote behind the forced prefix.
        """
        for hypothesis, score in zip(hypotheses, scores, strict=True):
            draft = Draft.of(hypothesis, self.tokenizer)
            verification = self._verify(draft)
            fault = self._objection(draft, verification, prompt.match)
            if fault is None and score < self.draft.score - self.settings.score_bound:
                fault = f"the score per piece fell from {self.draft.score:.2f} to {score:.2f} behind the term"
            if fault is None:
                self._take(draft, verification, "redecode")
                return
            self.records[prompt.match].rejected.append(f"redecode: {fault}")

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
        span = self._wrong_name(match, aligned)
        return span is not None and self._try(match, "rename", span)

    def _replace(self, match: int, aligned: Aligned | None) -> None:
        if aligned is None:
            self.records[match].rejected.append("replace: no words of the translation align to the term")
        elif aligned.weight < self.settings.replace_weight:
            self.records[match].rejected.append(f"replace: the alignment is not sharp ({aligned.weight:.2f})")
        else:
            self._try(match, "replace", (aligned.start, aligned.end))

    def _put_in(self, match: int, span: Span) -> tuple[Draft, Span]:
        """Write the term in the place of `span`; return the draft and where the term stands in it."""
        term = self.request.matches[match].term
        return self.draft.insert(*span, term.target, term.article, self.request.windows[match])

    def _wrong_name(self, match: int, aligned: Aligned | None) -> Span | None:
        """Where the words aligned to the term are a forbidden rendering, or much like the right one."""
        if aligned is None:
            return None
        term = self.request.matches[match].term
        held = self._held()
        found = [span for rendering in term.forbidden for span in find_rendering(self.draft.text, rendering)]
        own = (aligned.start, aligned.end)
        forbidden = [span for span in found if overlap(span, own) and not _overlaps(span, held)]
        if forbidden:
            return max(forbidden, key=lambda span: (span[1] - span[0], -span[0]))
        alike = [(_likeness(self.draft.text[a:b], term.target), (a, b)) for a, b in self._names(held, own)]
        # Beside a proper name stand words of the sentence; a body or office is all that aligns to it.
        if term.kind not in ("person", "place"):
            alike = [(score, own if own[0] <= a and b <= own[1] else (a, b)) for score, (a, b) in alike]
            alike.append((_likeness(self.draft.text[slice(*own)], term.target), own))
        likeness, span = max(alike, default=(0.0, own))
        return span if likeness >= self.settings.rename_likeness else None

    def _names(self, held: tuple[Span, ...], around: Span) -> Iterable[Span]:
        """Runs of up to six words that overlap `around`, with a capital at both ends, free of other terms."""
        words = [found.span() for found in _WORD.finditer(self.draft.text)]
        for first in range(len(words)):
            for last in range(first, min(first + 6, len(words))):
                span = words[first][0], words[last][1]
                ends = self.draft.text[words[first][0]], self.draft.text[words[last][0]]
                if (
                    overlap(span, around)
                    and all(letter.isupper() for letter in ends)
                    and not _overlaps(span, held)
                ):
                    yield span

    def _prompt(self, match: int, aligned: Aligned | None, engine: Engine) -> Prompt | None:
        record = self.records[match]
        if aligned is None:
            record.rejected.append("redecode: no words of the translation align to the term")
            return None
        span = aligned.start, aligned.end
        draft, (_, end) = self._put_in(match, span)
        prefix = self.tokenizer.encode_target(draft.text[:end])
        if UNKNOWN in prefix:
            record.rejected.append("redecode: the model cannot write this name")
            return None
        if len(prefix) >= engine.max_source_pieces:
            record.rejected.append("redecode: too long for the model")
            return None
        self._note_before(match, span)
        return Prompt(match, prefix)

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


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(overlap(span, other) for other in others)


def _likeness(said: str, rendering: str) -> float:
    """How alike two names are, 0 to 1: letters in common, or content words in common if that is more."""
    first, second = said.lower(), rendering.lower()
    letters = SequenceMatcher(None, first, second, autojunk=False).ratio()
    words = [{word for word in _WORD.findall(text) if word not in _SMALL_WORDS} for text in (first, second)]
    if len(words[1]) < 2:
        return letters
    shared = len(words[0] & words[1]) * 2 / max(1, len(words[0]) + len(words[1]))
    return max(letters, shared)
