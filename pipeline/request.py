"""What enforcement is asked, how far it may go, and what it answers."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from glossary.term import TermMatch
from pipeline.draft import Draft
from pipeline.records import NameChange, Span, TermOutcome, overlap

Step = Literal["rerank", "rename", "redecode", "replace"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)


@dataclass(frozen=True, slots=True)
class EnforcementSettings:
    """How far repair may go.

    Attributes:
        steps: the repairs that are allowed; empty verifies only.
        rerank_margin: another hypothesis may score this much less per piece than the best.
        score_bound: what the model writes behind a forced term may score this much less per piece than the
            translation had. (The term itself may be as unlikely as it is rare.)
        rename_likeness: how alike an unlisted rendering must be to the right one to be renamed, 0 to 1.
        replace_weight: attention on the term that the replaced words must have, 0 to 1.
        length_change: a repaired translation has at most this much more or less words, as a share.
        rounds: how often a segment may be redecoded.
    """

    steps: frozenset[Step] = frozenset(STEPS)
    rerank_margin: float = 0.3
    score_bound: float = 1.0
    rename_likeness: float = 0.6
    replace_weight: float = 0.6
    length_change: float = 0.4
    rounds: int = 4


@dataclass(frozen=True, slots=True)
class Request:
    """A segment to translate.

    Attributes:
        source: the prepared segment.
        pieces: its n source pieces.
        matches: k terms that stand in it.
        windows: for each match the half-open range of source pieces that it covers.
        spans: for each source piece the span of `source` that it was made of.
    """

    source: str
    pieces: tuple[str, ...]
    matches: tuple[TermMatch, ...]
    windows: tuple[Span, ...]
    spans: tuple[Span, ...] = ()

    def window(self, span: Span) -> Span:
        """Return the range of source pieces that overlap a span of `source`; where there is none, (0, 0)."""
        inside = [number for number, piece in enumerate(self.spans) if overlap(piece, span)]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Enforced:
    """A translated segment with what became of its terms; `score` is that of the text as it stands.

    Attributes:
        plain: what the model wrote by itself.
        changes: other names that were put in, in the order in which they stand.
    """

    draft: Draft
    plain: str
    score: float
    outcomes: tuple[TermOutcome, ...]
    changes: tuple[NameChange, ...] = ()

    @property
    def settled(self) -> tuple[Span, ...]:
        """Where renderings of terms and names that were put in stand: what no other edit may touch."""
        terms = (outcome.target_span for outcome in self.outcomes)
        names = ((change.start, change.end) for change in self.changes)
        return (*filter(None, terms), *names)
