"""Consistent naming over a document: one rendering for each term, in the style that the user asks for.

`as-is` leaves what the source and the model agree on and makes the rest uniform; `long-first` writes the long
form with the short one behind it at the first mention in running text, and the short form after; `short`
writes the short form throughout. Names that no glossary knows are spelled one way (`names`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal

from glossary.term import Article, Term
from pipeline.edit import rename_term
from pipeline.english import find_rendering, is_attributive, is_headline_caps
from pipeline.names import uniform_names
from pipeline.records import BlockKind, NameCandidate, Span, TermOutcome
from pipeline.request import Enforced, Request
from pipeline.surfaces import bare_surface

Style = Literal["as-is", "long-first", "short"]
Scope = Literal["document", "batch"]
_NAMES: Final = frozenset(
    {"organisation", "body", "office", "person", "place", "treaty", "event", "programme", "equipment"}
)
_POSSESSIVE: Final = re.compile(r"['’]s?(?!\w)")


@dataclass(frozen=True, slots=True)
class NamingSettings:
    """How names are made uniform.

    Attributes:
        style: `as-is`, `long-first` or `short`.
        scope: over each document by itself, or over all that are translated together.
        unlisted: whether names that no glossary knows are made uniform.
        adjectives: renderings that describe (German, Dutch): never put in the place of a country, nor the
            country in theirs.
    """

    style: Style = "as-is"
    scope: Scope = "document"
    unlisted: bool = True
    adjectives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Named:
    """A document of n segments with its names made uniform, and the names that are worth an entry."""

    segments: tuple[Enforced, ...]
    candidates: tuple[NameCandidate, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A term that has its rendering: which segment, which match, and where."""

    segment: int
    match: int
    kind: BlockKind


def name_uniformly(
    documents: Sequence[Sequence[tuple[Request, Enforced, BlockKind]]], settings: NamingSettings
) -> list[Named]:
    """Make the names of n documents uniform, each by itself or over all of them.

    A change that would harm another term, a number or the length of a segment is not made.

    Args:
        documents: for each its segments, their translations, and the kind of block they stand in.
        settings: style and scope.

    Returns:
        n results in the same order; a first mention is one of its document whatever the scope.
    """
    groups = [documents] if settings.scope == "batch" else [[document] for document in documents]
    return [named for group in groups for named in _named(group, settings)]


def _named(
    documents: Sequence[Sequence[tuple[Request, Enforced, BlockKind]]], settings: NamingSettings
) -> list[Named]:
    flat = [segment for document in documents for segment in document]
    requests = [request for request, _, _ in flat]
    results = [result for _, result, _ in flat]
    kinds = [kind for _, _, kind in flat]
    ends = list(accumulate(map(len, documents)))
    ranges = [range(end - len(document), end) for document, end in zip(documents, ends, strict=True)]
    if settings.style == "as-is":
        _as_is(requests, results, kinds, ranges, settings)
    else:
        for segments in ranges:
            _styled(requests, results, kinds, segments, settings.style)
    candidates: list[tuple[int, NameCandidate]] = []
    if settings.unlisted:
        results, candidates = uniform_names(requests, results)
    proposed: dict[int, list[NameCandidate]] = {}
    for segment, candidate in candidates:
        proposed.setdefault(bisect_right(ends, segment), []).append(candidate)
    return [
        Named(tuple(results[segments.start : segments.stop]), tuple(proposed.get(number, ())))
        for number, segments in enumerate(ranges)
    ]


def _as_is(
    requests: Sequence[Request],
    results: list[Enforced],
    kinds: Sequence[BlockKind],
    documents: Sequence[range],
    settings: NamingSettings,
) -> None:
    """Write each term that has several renderings by its canonical one."""
    for mentions in _by_term(requests, results, kinds, range(len(requests)), by_surface=True):
        term = _term(requests, mentions[0])
        for mention in mentions:
            if _is_half_capitalised(_outcome(results, mention).rendering, term.target):
                _rename(requests, results, mention, term.target)
        said = [_which(term, _outcome(results, mention).rendering) for mention in mentions]
        if len(set(said)) < 2:
            continue
        opened: set[int] = set()
        for mention, rendering in zip(mentions, said, strict=True):
            document = bisect_right(documents, mention.segment, key=lambda each: each.stop)
            is_first = document not in opened
            opened.add(document)
            if rendering is None or rendering == term.target:
                continue
            if rendering == term.long and is_first:
                continue  # a long form at the first mention in a document is good style
            if not _keeps(results, mention, rendering, settings):
                _rename(requests, results, mention, term.target)


def _is_half_capitalised(said: str, target: str) -> bool:
    """Whether a name has the letters of another, but only some of its capitals: NATO Support and agency."""
    if said == target or said.lower() != target.lower() or said.isupper():
        return False
    capitals = [(small, right) for small, right in zip(said, target, strict=False) if right.isupper()]
    missing = any(small != right for small, right in capitals)
    return missing and any(small == right for small, right in capitals[1:])


def _keeps(results: Sequence[Enforced], mention: _Mention, rendering: str, settings: NamingSettings) -> bool:
    """Whether English wants just this rendering here: an adjective, or an acronym in front of a noun."""
    outcome = _outcome(results, mention)
    text = results[mention.segment].draft.text
    attributive = is_attributive(text[outcome.target_end :])
    describes = rendering in settings.adjectives or rendering.endswith(("'s", "s'"))
    return describes or (attributive and (rendering.isupper() or outcome.match.term.kind == "place"))


def _styled(
    requests: Sequence[Request],
    results: list[Enforced],
    kinds: Sequence[BlockKind],
    segments: range,
    style: Style,
) -> None:
    """Write the terms that have two forms by their short one; at the first mention by both if asked."""
    for mentions in _by_term(requests, results, kinds, segments, by_surface=False):
        term = _term(requests, mentions[0])
        long, short = _forms(term)
        if long is None or short is None:
            continue
        introduced = style == "short"
        for mention in mentions:
            if not introduced and _introduces(results, mention, (long, short)):
                introduced = _rename(requests, results, mention, f"{long} ({short})", short)
            else:
                _rename(requests, results, mention, short, short)


def _forms(term: Term) -> tuple[str | None, str | None]:
    """Long and short form; None for one that the term does not have."""
    short = term.short
    long = term.long or term.target
    if short is None and term.long is not None and len(term.target) < len(term.long):
        short = term.target
    return (long, short) if short is not None and short != long else (None, None)


def _introduces(results: Sequence[Enforced], mention: _Mention, forms: tuple[str, str]) -> bool:
    """Whether a mention can take the long form with the short one in brackets behind it."""
    outcome, text = _outcome(results, mention), results[mention.segment].draft.text
    if outcome.target_start is None or outcome.target_end is None:
        return False
    after = text[outcome.target_end :]
    return (
        mention.kind != "heading"
        and not is_headline_caps(text)
        and not _POSSESSIVE.match(after)
        and not is_attributive(after)
        and (
            _bracket_depth(text[: outcome.target_start]) == 0
            or _with_bracket(text, (outcome.target_start, outcome.target_end), forms)[0]
            < outcome.target_start
        )
    )


def _bracket_depth(before: str) -> int:
    return before.count("(") - before.count(")")


def _rename(
    requests: Sequence[Request],
    results: list[Enforced],
    mention: _Mention,
    rendering: str,
    short: str | None = None,
) -> bool:
    """Write a mention so; whether it now stands so. A short form in brackets behind it is taken along."""
    result, outcome = results[mention.segment], _outcome(results, mention)
    if outcome.target_start is None or outcome.target_end is None:
        return False
    forms = None if short is None else (_forms(outcome.match.term)[0] or rendering, short)
    span = _with_bracket(result.draft.text, (outcome.target_start, outcome.target_end), forms)
    if result.draft.text[slice(*span)] == rendering:
        return True
    article = _article(outcome.match.term, rendering)
    renamed = rename_term(requests[mention.segment], result, mention.match, span, rendering, article=article)
    if isinstance(renamed, str):
        return False
    results[mention.segment] = renamed
    return True


def _article(term: Term, rendering: str) -> Article:
    """Whether a rendering takes "the": as the canonical one does, but a name written out takes it anyway."""
    written_out = len(rendering.split()) > 2 and not rendering.startswith(term.target)
    return "the" if written_out and term.kind in ("organisation", "body") else term.article


def _with_bracket(text: str, span: Span, forms: tuple[str, str] | None) -> Span:
    """The span of a mention with the short form in brackets behind it, or the long form that it explains."""
    if forms is None:
        return span
    long, short = map(re.escape, forms)
    if bracket := re.match(rf"\s*\({short}\)", text[span[1] :]):
        return span[0], span[1] + bracket.end()
    opened = re.search(rf"(?<!\w){long}\s*\($", text[: span[0]], re.IGNORECASE)
    if opened and text.startswith(")", span[1]):
        return opened.start(), span[1] + 1
    return span


def _by_term(
    requests: Sequence[Request],
    results: Sequence[Enforced],
    kinds: Sequence[BlockKind],
    segments: range,
    *,
    by_surface: bool,
) -> Iterator[list[_Mention]]:
    """Yield the mentions of each term that have a rendering; an office by its Arabic words too.

    In the order of the translation: a reader of English meets the first mention first.
    """
    mentions: dict[tuple[str, str], list[_Mention]] = {}
    for segment in segments:
        places = [
            (outcome.target_start, number, outcome)
            for number, outcome in enumerate(results[segment].outcomes)
            if outcome.target_start is not None
        ]
        for _, number, outcome in sorted(places, key=lambda place: place[:2]):
            term = outcome.match.term
            if term.kind in _NAMES:
                surface = bare_surface(outcome.match.surface)
                key = term.id, surface if by_surface and term.kind == "office" else ""
                mentions.setdefault(key, []).append(_Mention(segment, number, kinds[segment]))
    yield from mentions.values()


def _term(requests: Sequence[Request], mention: _Mention) -> Term:
    return requests[mention.segment].matches[mention.match].term


def _outcome(results: Sequence[Enforced], mention: _Mention) -> TermOutcome:
    return results[mention.segment].outcomes[mention.match]


def _which(term: Term, said: str) -> str | None:
    """Which of its renderings a term has; None if that cannot be told."""
    exact = next((name for name in term.renderings if name == said), None)
    return exact or next(
        (name for name in term.renderings if (0, len(said)) in find_rendering(said, name)), None
    )
