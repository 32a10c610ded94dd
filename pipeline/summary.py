"""What is said on stderr of translated articles: their terms, their findings, and what makes a run fail."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args

from pipeline.terminal import Messages

if TYPE_CHECKING:
    from pipeline.records import DocumentTranslation, Finding, SegmentTranslation, TermOutcome

_Found: TypeAlias = "tuple[DocumentTranslation, SegmentTranslation, Finding]"
_LINE_END = re.compile("\r\n|\r|\n")
_SHOWN_LINES: Final = 20


def summarise(
    translations: Sequence["DocumentTranslation"], articles: int, messages: Messages, fail_on: frozenset[str]
) -> int:
    """Say what became of the terms and what was found, and return how many findings `fail_on` names.

    Findings of the checks in `fail_on` are told even where messages are quiet. `articles` is the number of
    articles that there were to translate.
    """
    from pipeline.checks import STRICT, count_findings
    from pipeline.records import ChangeReason, Outcome

    outcomes = Counter(
        outcome.outcome for each in translations for segment in each.segments for outcome in segment.terms
    )
    say = messages.error if STRICT in fail_on else messages.note
    lines = [line for each in translations for line in _missing(each)]
    for line in lines[:_SHOWN_LINES]:
        say(line)
    if len(lines) > _SHOWN_LINES:
        say(f"{len(lines) - _SHOWN_LINES} more such lines; --report FILE lists all")
    if articles > 1:
        messages.note(f"{len(translations)} of {articles} articles translated")
    if translations:
        messages.note(_counted(outcomes, get_args(Outcome), "term"))
    changes = Counter(
        change.reason for each in translations for segment in each.segments for change in segment.changes
    )
    if changes:
        messages.note(_counted(changes, get_args(ChangeReason), "name put in", "names put in"))
    if proposed := sum(len(each.candidates) for each in translations):
        entries = "name is" if proposed == 1 else "names are"
        messages.note(f"{proposed} {entries} worth an entry; --report FILE lists them for glossary import")
    found = [
        (each, segment, finding)
        for each in translations
        for segment in each.segments
        for finding in segment.findings
    ]
    if found:
        messages.note(f"{count_findings([finding for *_, finding in found])}; --report FILE lists them")
    return _fail(found, messages, fail_on)


def _fail(found: Sequence[_Found], messages: Messages, fail_on: frozenset[str]) -> int:
    """Say how much each unwanted check found, and where first; return the number of all."""
    unwanted: dict[str, list[_Found]] = {}
    for each in found:
        if each[2].check in fail_on:
            unwanted.setdefault(each[2].check, []).append(each)
    for check, findings in unwanted.items():
        translation, segment, finding = findings[0]
        place = place_of(translation.document.text, segment.segment.start + (finding.source_start or 0))
        count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
        first = ", the first" if len(findings) > 1 else ""
        messages.error(f"{translation.name}:{place}: fails on {check}, {count}{first}: {finding.message}")
    return sum(map(len, unwanted.values()))


def _counted(counts: Mapping[Any, int], order: Sequence[str], what: str, plural: str = "") -> str:
    """Write counts as in `12 terms: 10 kept, 2 renamed`."""
    total = sum(counts.values())
    parts = ", ".join(f"{counts[key]} {key}" for key in order if key in counts)
    name = what if total == 1 else plural or f"{what}s"
    return f"{total or 'no'} {name}{': ' if total else ''}{parts}"


def _missing(translation: "DocumentTranslation") -> Iterator[str]:
    """Yield a line for each term that is missing somewhere, with the place of its first such mention."""
    mentions: dict[str, list[tuple[SegmentTranslation, TermOutcome]]] = {}
    for segment in translation.segments:
        for outcome in segment.terms:
            if outcome.outcome == "missing":
                mentions.setdefault(outcome.match.term.id, []).append((segment, outcome))
    for identifier, found in mentions.items():
        segment, outcome = found[0]
        offset = segment.segment.start + outcome.match.start
        place = place_of(translation.document.text, offset)
        times = f", {len(found)} times" if len(found) > 1 else ""
        yield (
            f"{translation.name}:{place}: term missing{times}: "
            f"{outcome.match.surface} should be {outcome.rendering!r} ({identifier})"
        )


def place_of(text: str, offset: int) -> str:
    """Return line and column of an offset, both from 1, as editors and compilers count."""
    line, start = 1, 0
    for end in _LINE_END.finditer(text, 0, offset):
        line, start = line + 1, end.end()
    return f"{line}:{offset - start + 1}"
