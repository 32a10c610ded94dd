"""From sides to segments: source, references and hypotheses beside each other, cut into documents."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from pipeline.errors import InputError
from pipeline.evaluation.reading import Piece, Side
from pipeline.evaluation.records import GlossaryMode
from pipeline.letters import LETTERS

MIN_ARABIC_SHARE: Final = 0.1
MAX_ARABIC_SHARE: Final = 0.5
_ARABIC_LETTER: Final = re.compile(f"[{LETTERS}]")


@dataclass(frozen=True, slots=True)
class Output:
    """What one system wrote for n segments, and what is known of how.

    Attributes:
        side: without the lines between documents; `texts` are the n hypotheses.
        mode: with which terms it was run, if we ran it.
    """

    name: str
    side: Side
    mode: GlossaryMode | None = None


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """n segments.

    Attributes:
        sources: n texts, or None if no source was given.
        references: r streams of n texts; None where a further reference has nothing.
        outputs: of the systems, n hypotheses each.
        documents: n names; segments of one document stand together.
        domains: n values, "" where nothing is known.
        has_documents: whether anything told of documents; else every segment is one.
    """

    sources: tuple[str, ...] | None
    references: tuple[tuple[str | None, ...], ...]
    outputs: tuple[Output, ...]
    documents: tuple[str, ...]
    domains: tuple[str, ...]
    has_documents: bool

    def __len__(self) -> int:
        return len(self.documents)

    def document_segments(self) -> dict[str, list[int]]:
        """Numbers of the segments of each document, in order."""
        found: dict[str, list[int]] = {}
        for number, document in enumerate(self.documents):
            found.setdefault(document, []).append(number)
        return found


def assemble(
    source: Side | None,
    references: Sequence[Side],
    outputs: Sequence[Output],
    documents: Sequence[str] | None = None,
) -> EvaluationSet:
    """Lay sides beside each other.

    Lines that are blank in source and references separate documents; other sides have them too or leave them
    out. `documents`, an id for each segment, goes before a column, a column before blank lines, these before
    the documents of a report.

    Args:
        source: Arabic, if there is any.
        references: at least one; all segments have the first.
        outputs: systems; a report is laid to the source by its text.
        documents: an id for each segment, or for each line of the source.

    Raises:
        InputError: counts differ, a text is missing, or a side is in the wrong language.
    """
    _check_directions(source, references)
    anchor = source or references[0]
    separators = _separators(anchor, references)
    kept = [number for number in range(len(anchor.texts)) if number not in separators]
    sides = [_without_separators(side, anchor, separators, kept) for side in references]
    aligned_source = None if source is None else _chosen(source, kept)
    base = aligned_source or sides[0]
    _check_complete(aligned_source, sides)
    laid = tuple(
        replace(output, side=_laid(output.side, base, source is not None, anchor, separators, kept))
        for output in outputs
    )
    ids = _documents(documents, separators, kept, [base, *sides], len(anchor.texts))
    domains = next((side.domains for side in (base, *sides) if side.domains is not None), None)
    further = [tuple(text or None for text in side.texts) for side in sides[1:]]
    return EvaluationSet(
        None if aligned_source is None else aligned_source.texts,
        (sides[0].texts, *further),
        laid,
        tuple(map(str, range(1, len(kept) + 1))) if ids is None else ids,
        ("",) * len(kept) if domains is None else domains,
        ids is not None,
    )


def rendered(line: str, pieces: Sequence[tuple[int, int, str]]) -> str:
    """Put translations in the place of stretches of a line, what lies between them stays as it is.

    >>> rendered("1. a b", [(3, 4, "x"), (5, 6, "y")])
    '1. x y'
    """
    parts: list[str] = []
    end = 0
    for start, stop, target in pieces:
        gap = line[end:start]
        parts += [gap if gap or not parts else " ", target]
        end = stop
    return "".join([*parts, line[end:]]).strip()


def arabic_share(texts: Sequence[str]) -> float:
    """Share of the letters that are Arabic, 0 for texts without letters."""
    letters = sum(character.isalpha() for text in texts for character in text)
    arabic = sum(len(_ARABIC_LETTER.findall(text)) for text in texts)
    return arabic / letters if letters else 0.0


def _check_directions(source: Side | None, references: Sequence[Side]) -> None:
    if source is not None and arabic_share(source.texts) < MIN_ARABIC_SHARE:
        raise InputError(f"{source.name}: the source is not Arabic; give the Arabic side as --source")
    for side in references:
        if arabic_share(side.texts) > MAX_ARABIC_SHARE:
            raise InputError(f"{side.name}: the reference is Arabic; give the English side as --reference")


def _separators(anchor: Side, references: Sequence[Side]) -> frozenset[int]:
    """Numbers of the blank lines between documents: blank in the anchor and in every reference as long."""
    if not anchor.by_lines:
        return frozenset()
    blank = {number for number, text in enumerate(anchor.texts) if not text}
    for side in references:
        if len(side.texts) == len(anchor.texts):
            blank = {number for number in blank if not side.texts[number]}
    return frozenset(blank)


def _without_separators(side: Side, anchor: Side, separators: frozenset[int], kept: Sequence[int]) -> Side:
    """The texts of a side that belong to segments, as many as `kept`."""
    if len(side.texts) == len(anchor.texts):
        for number in sorted(separators):
            if side.texts[number]:
                raise InputError(
                    f"{side.place(number)}: text where {anchor.place(number)} is blank between "
                    "two documents; check the lines above"
                )
        return _chosen(side, kept)
    if len(side.texts) == len(kept):
        return side
    raise _misaligned(side, anchor, len(kept))


def _chosen(side: Side, kept: Sequence[int]) -> Side:
    def of(values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(values[number] for number in kept)

    return replace(
        side,
        texts=tuple(side.texts[number] for number in kept),
        lines=tuple(side.lines[number] for number in kept),
        documents=of(side.documents),
        domains=of(side.domains),
    )


def _misaligned(side: Side, anchor: Side, segments: int) -> InputError:
    blank = len(anchor.texts) - segments
    wanted = f"{len(anchor.texts)}{f' ({segments} without blank lines)' if blank else ''}"
    hint = "look for lines that were lost, added or split"
    for number, (text, other) in enumerate(zip_longest(side.texts, anchor.texts)):
        if text is None or other is None:
            break
        if bool(text) != bool(other):
            empty, full = (side, anchor) if not text else (anchor, side)
            hint = f"{empty.place(number)} is the first that is empty where {full.name} has text"
            break
    return InputError(f"{side.name}: {len(side.texts)} segments, but {anchor.name} has {wanted}; {hint}")


def _check_complete(source: Side | None, references: Sequence[Side]) -> None:
    sides = [("source", source), ("reference", references[0])]
    for role, side in sides:
        if side is None:
            continue
        for number, text in enumerate(side.texts):
            if not text:
                other = references[0] if role == "source" else source
                beside = "" if other is None else f", and {other.place(number)} has text"
                raise InputError(
                    f"{side.place(number)}: the {role} is empty{beside}; fill it or take both out"
                )


def _laid(
    side: Side,
    base: Side,
    has_source: bool,
    anchor: Side,
    separators: frozenset[int],
    kept: Sequence[int],
) -> Side:
    """The hypotheses of a system, one for each segment."""
    if not side.pieces or not has_source or _same_sources(side, base):
        return _without_separators(side, anchor, separators, kept)
    texts = tuple(_lay_report(side, base))
    return replace(side, texts=texts, lines=base.lines, documents=None)


def _same_sources(side: Side, base: Side) -> bool:
    return [piece.source for piece in side.pieces] == list(base.texts)


def _lay_report(side: Side, base: Side) -> Iterator[str]:
    """Join the sentences of a report that make up each source."""
    pieces: list[Piece] = list(side.pieces)
    next_piece = 0
    for number, source in enumerate(base.texts):
        found: list[tuple[int, int, str]] = []
        end = 0
        while next_piece < len(pieces):
            start = source.find(pieces[next_piece].source, end)
            if start < 0:
                break
            end = start + len(pieces[next_piece].source)
            found.append((start, end, pieces[next_piece].target))
            next_piece += 1
        if not found and any(map(str.isalpha, source)):
            raise InputError(
                f"{side.name}: has no translation of {base.place(number)}; was it made from another text?"
            )
        yield rendered(source, found)
    if next_piece < len(pieces):
        raise InputError(
            f"{side.name}: segment {next_piece + 1} is not in {base.name}; was it made from another text?"
        )


def _documents(
    given: Sequence[str] | None,
    separators: frozenset[int],
    kept: Sequence[int],
    sides: Sequence[Side],
    lines: int,
) -> tuple[str, ...] | None:
    if given is not None:
        if len(given) == len(kept):
            return tuple(given)
        if len(given) == lines:
            return tuple(given[number] for number in kept)
        raise InputError(
            f"documents: {len(given)} ids, but there are {len(kept)} segments; give one id on each line"
        )
    column = next((side.documents for side in sides if side.documents is not None), None)
    if column is not None:
        return column
    if not separators:
        return None
    number, ids, before = 1, [], None
    for line in kept:
        if before is not None and any(between in separators for between in range(before + 1, line)):
            number += 1
        ids.append(str(number))
        before = line
    return tuple(ids)
