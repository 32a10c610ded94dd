"""What an arm of the comparison made of the articles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.records import Document, DocumentTranslation, Span

FORCED = frozenset({"reranked", "renamed", "redecoded", "replaced"})


@dataclass(frozen=True, slots=True)
class Forced:
    """A rendering that the model had not written by itself.

    Attributes:
        source: span of the article that it renders; None for a name that no glossary knows.
        before: what stood there, where that is known.
    """

    source: Span | None
    rendering: str
    before: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A segment of an article and its translation."""

    source: str
    span: Span
    target: str
    forced: tuple[Forced, ...] = ()


@dataclass(frozen=True, slots=True)
class Translated:
    """An article as an arm translated it: its segments, and the lines of the whole."""

    document: Document
    sentences: tuple[Sentence, ...]

    @property
    def lines(self) -> list[str]:
        """The translation, line for line of the source."""
        return self.document.render([each.target for each in self.sentences]).split("\n")

    def with_sentences(self, sentences: Sequence[Sentence]) -> "Translated":
        """Return the same article translated otherwise."""
        return replace(self, sentences=tuple(sentences))


@dataclass(frozen=True, slots=True)
class Output:
    """An arm's translation of all articles.

    Attributes:
        seconds: CPU time of the whole process that it took.
        outcomes: how many matches ended how.
    """

    name: str
    articles: tuple[Translated, ...]
    seconds: float = 0.0
    signature: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)


def translated(document: DocumentTranslation) -> Translated:
    """Take from a translation what is measured."""
    sentences = []
    for segment in document.segments:
        offset = segment.segment.start
        terms = [
            Forced(
                (offset + each.match.start, offset + each.match.end),
                each.rendering,
                each.before,
                each.outcome,
            )
            for each in segment.terms
            if each.outcome in FORCED
        ]
        names = [Forced(None, each.rendering, each.before, each.reason) for each in segment.changes]
        sentences.append(
            Sentence(segment.source, (offset, segment.segment.end), segment.target, (*terms, *names))
        )
    return Translated(document.document, tuple(sentences))
