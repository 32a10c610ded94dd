"""The records of a glossary: a term, its source forms, and a match of one in a text."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "organisation",
    "body",
    "office",
    "person",
    "place",
    "treaty",
    "event",
    "programme",
    "equipment",
    "concept",
    "adjective",
    "untranslated",
]
KINDS: tuple[str, ...] = get_args(Kind)
Article = Literal["the", "none"]


@dataclass(frozen=True, slots=True)
class SourceForm:
    """One way in which Arabic text writes a term, and where it counts as that term.

    Attributes:
        text: the form as written, composition already resolved.
        not_after: words; a match right behind one of them is not the term.
        not_before: words; a match right in front of one of them is not the term.
        document: term ids, or `domain:NAME`; the form counts only in a document in which one of them
            is matched by a form that has no such condition. Empty: it always counts.
        parts: ids of the terms that the form was composed of (`ل{nato}`); a match of it names them too.
    """

    text: str
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A concept with its Arabic forms and the one English name it must get.

    Attributes:
        id: unique in a glossary; a family name has the id of its person followed by `/family`.
        target: the canonical English rendering, without article.
        accepted: other renderings that count as right, and are left as they are.
        forbidden: renderings that are wrong, and are repaired where a match aligns to them.
        short: short form, for a second mention (an acronym).
        long: long form, for a first mention.
        article: `the` if running English text puts the definite article in front of `target`.
        person: for a family name the id of the term of the full name, else None.
        origin: the document in which the English name is official.
        layer: name of the glossary that the term comes from.
    """

    id: str
    kind: Kind
    domain: str
    forms: tuple[SourceForm, ...]
    target: str
    accepted: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    short: str | None = None
    long: str | None = None
    article: Article = "none"
    person: str | None = None
    origin: str = ""
    notes: str = ""
    layer: str = ""

    @property
    def renderings(self) -> tuple[str, ...]:
        """Every rendering that counts as right, the canonical one first, none twice."""
        candidates = (self.target, *self.accepted, self.short, self.long)
        return tuple(dict.fromkeys(rendering for rendering in candidates if rendering))


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term found in a text of n code points.

    Attributes:
        start: offset of the first code point, 0 <= start < end <= n. Proclitics (و ف ب ك ل س) in front are
            left out, but never half of a contraction: in وللناتو the match starts at the first ل.
        surface: text[start:end].
        proclitics: what stands between the start of the word and `start`.
    """

    term: Term
    start: int
    end: int
    surface: str
    proclitics: str = ""
