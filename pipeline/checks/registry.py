"""All checks by name, and how to run them over a segment or a document."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args

from pipeline.checks import carried, document, punctuation, terms, text
from pipeline.checks.place import Check, Level, Place
from pipeline.errors import ConfigError
from pipeline.records import Finding, SegmentTranslation, Severity

GRAVEST: Final[tuple[Severity, ...]] = get_args(Severity)

CHECKS: Final[dict[str, Check]] = {
    "empty": Check("error", "the translation has no words", text.empty),
    "copied": Check("error", "the translation is the source text", text.copied),
    "missing_term": Check("error", "a term of the glossary has no right rendering", terms.missing_term),
    "forbidden_term": Check("error", "a rendering that the glossary forbids", terms.forbidden_term),
    "do_not_translate": Check(
        "warning", "a name to be kept as it is has another spelling", terms.do_not_translate
    ),
    "arabic_left": Check("error", "Arabic letters or marks in the translation", text.arabic_left),
    "corrupted": Check("error", "an unreadable character, or one of a third script", text.corrupted),
    "code": Check(
        "error",
        "a placeholder, tag or entity (`{0}`, `%s`, `<b>`, `&nbsp;`) is lost or invented",
        carried.code,
    ),
    "date": Check(
        "warning", "a date of the source is not carried over as a whole, or its month is wrong", carried.date
    ),
    "number": Check("warning", "a number of the source is not in the translation", carried.number),
    "url": Check("warning", "a web or e-mail address is not carried over", carried.url),
    "latin_name": Check("warning", "a name in Latin letters is not carried over", carried.latin_name),
    "repetition": Check("warning", "a word or phrase again and again", text.repetition),
    "length_ratio": Check("warning", "far shorter or far longer than the source", text.length_ratio),
    "unbalanced_quotes": Check(
        "warning", "a quotation mark without its other half", punctuation.unbalanced_quotes
    ),
    "unbalanced_brackets": Check(
        "warning", "a bracket without its other half", punctuation.unbalanced_brackets
    ),
    "spacing": Check("info", "a space too many, also at either end", punctuation.spacing),
    "inconsistent": Check("warning", "the same source has another translation elsewhere in the document"),
    "same_target": Check(
        "warning", "a clearly different source has the same translation elsewhere in the document"
    ),
    "inconsistent_name": Check("warning", "a term has another rendering elsewhere in the document"),
}
_ACROSS: Final[dict[str, Callable[[Sequence[SegmentTranslation]], Iterator[tuple[int, Place]]]]] = {
    "inconsistent": document.inconsistent,
    "same_target": document.same_target,
    "inconsistent_name": document.inconsistent_name,
}


def only(*names: str) -> dict[str, Level]:
    """Return levels that leave out all checks but these."""
    return dict.fromkeys(CHECKS.keys() - set(names), "off")


def check_segment(
    translation: SegmentTranslation, *, levels: Mapping[str, Level] | None = None
) -> tuple[Finding, ...]:
    """Run all checks of a single segment.

    A target that is empty or copied has no other finding, and a number that is part of a lost date or code is
    told once.

    Args:
        translation: the segment, its target and the outcomes of its terms.
        levels: severities in place of those of `CHECKS`; `off` leaves a check out.

    Returns:
        Findings in the order of `CHECKS`.

    Raises:
        ConfigError: `levels` has a name that no check has.
    """
    levels = levels or {}
    check_names(levels)
    found: list[Finding] = []
    for name, check in CHECKS.items():
        if check.find is None or levels.get(name) == "off":
            continue
        found += [_finding(name, place, levels) for place in check.find(translation)]
        if found and name in ("empty", "copied"):
            break
    wholes = [finding for finding in found if finding.check in ("date", "code")]
    return tuple(
        finding
        for finding in found
        if finding.check != "number" or not any(_is_part(finding, whole) for whole in wholes)
    )


def check_document(
    segments: Sequence[SegmentTranslation], *, levels: Mapping[str, Level] | None = None
) -> tuple[tuple[Finding, ...], ...]:
    """Compare the segments of one document: the same source or the same name should read the same throughout.

    Args:
        segments: n segments in the order of the document.
        levels: as in `check_segment`.

    Returns:
        For each of the n segments its document-wide findings; the first of two that differ has none.

    Raises:
        ConfigError: `levels` has a name that no check has.
    """
    levels = levels or {}
    check_names(levels)
    found: list[list[Finding]] = [[] for _ in segments]
    for name, compare in _ACROSS.items():
        if levels.get(name) != "off":
            for number, place in compare(segments):
                found[number].append(_finding(name, place, levels))
    return tuple(map(tuple, found))


def check_names(names: Iterable[str]) -> None:
    """Raise ConfigError if one of the names is of no check."""
    if unknown := sorted(set(names) - CHECKS.keys()):
        raise ConfigError(f"unknown check {unknown[0]!r}; the checks are {', '.join(CHECKS)}")


def _finding(name: str, place: Place, levels: Mapping[str, Level]) -> Finding:
    level = levels.get(name, CHECKS[name].severity)
    severity = CHECKS[name].severity if level == "off" else level
    return Finding(
        name, severity, place.message, place.start, place.end, place.source_start, place.source_end
    )


def _is_part(finding: Finding, whole: Finding) -> bool:
    """Whether a finding lies, in the source, within another that is as grave at least."""
    start, end, first, last = finding.source_start, finding.source_end, whole.source_start, whole.source_end
    if start is None or end is None or first is None or last is None:
        return False
    return first <= start and end <= last and GRAVEST.index(whole.severity) <= GRAVEST.index(finding.severity)
