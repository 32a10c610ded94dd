"""Quality findings: what a reader of a translation should look at, and where.

`CHECKS` lists every check by name. Each looks at one segment, save those of `check_document`, which compare
segments. They are tuned for few false alarms on good human translations: a check that cries often is ignored.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from glossary.arabic import WAW
from glossary.arabic import fold as fold_arabic
from glossary.term import Term
from pipeline.english import find_rendering
from pipeline.errors import ConfigError
from pipeline.letters import (
    ARABIC_COMMA,
    ARABIC_QUESTION_MARK,
    ARABIC_SEMICOLON,
    EASTERN_DIGITS,
    LETTERS,
    MARKS,
    TATWEEL,
)
from pipeline.numbers import missing_source_numbers
from pipeline.records import Finding, SegmentTranslation, Severity
from pipeline.rendering import fold
from pipeline.surfaces import bare_surface

_ARABIC_LETTER = re.compile(f"[{LETTERS}]")
_ARABIC = f"{LETTERS}{MARKS}{TATWEEL}{EASTERN_DIGITS}{ARABIC_COMMA}{ARABIC_SEMICOLON}{ARABIC_QUESTION_MARK}"
_ARABIC_RUN = re.compile(rf"[{_ARABIC}]+(?:\s+[{_ARABIC}]+)*")
_UNKNOWN = re.compile("\u2047|\ufffd|\u2581|<(?:unk|pad|s|/s)>|&(?:#[0-9]{2,6}|[a-z]{2,6});")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"«»“”()]+[\w/]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII
)
_LATIN = re.compile(r"(?<![\w@#])[A-Z][A-Za-z0-9]*(?:[&.'’-][A-Za-z0-9]+)*(?!\w)", re.ASCII)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]+(?:['’][^\W\d_]+)?)\s+\1(?![\w'’-])", re.IGNORECASE)
_STUTTER = re.compile(r"(?=[^\W\d_])(\S{1,8}?)\1{7,}")
_DOUBLE_QUOTES = re.compile('["“”«»„]')
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING_OF = {")": "(", "]": "[", "}": "{"}
_SPACING = re.compile(r"^\s+|\s+$|(?<=\S)[ \t]{2,}(?=\S)|\s+(?=[,;?!](?:\s|$))")
_DOUBLED_ON_PURPOSE = frozenset(
    {"had", "that", "very", "so", "no", "yes", "is", "her", "far", "much", "long"}
)
_LONGEST_LOOP = 8
_SHORT_WORDS = 7


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that a check has found; offsets into the target where they are known."""

    message: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """How grave the findings of a check are, what it looks for, and how.

    Attributes:
        find: None for a check that compares segments.
    """

    severity: Severity
    description: str
    find: Callable[[SegmentTranslation], Iterator[Place]] | None = None


def check_segment(
    translation: SegmentTranslation, *, disabled: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Run all checks of a single segment.

    A target that is empty or copied has no other finding.

    Args:
        translation: the segment, its target and the outcomes of its terms.
        disabled: names of checks that are left out.

    Returns:
        Findings in the order of `CHECKS`.

    Raises:
        ConfigError: `disabled` has a name that no check has.
    """
    check_names(disabled)
    found: list[Finding] = []
    for name, check in CHECKS.items():
        if check.find is None or name in disabled:
            continue
        found += [_finding(name, place) for place in check.find(translation)]
        if found and name in ("empty", "copied"):
            break
    return tuple(found)


def check_document(
    segments: Sequence[SegmentTranslation], *, disabled: frozenset[str] = frozenset()
) -> tuple[tuple[Finding, ...], ...]:
    """Compare the segments of one document: the same source or the same name should read the same throughout.

    Args:
        segments: n segments in the order of the document.
        disabled: names of checks that are left out.

    Returns:
        For each of the n segments its document-wide findings; the first of two that differ has none.

    Raises:
        ConfigError: `disabled` has a name that no check has.
    """
    check_names(disabled)
    found: list[list[Finding]] = [[] for _ in segments]
    for name, compare in (("inconsistent", _inconsistent), ("inconsistent_name", _inconsistent_names)):
        if name not in disabled:
            for number, place in compare(segments):
                found[number].append(_finding(name, place))
    return tuple(map(tuple, found))


def length_bounds(source: str) -> tuple[int, int]:
    """Fewest and most letters and digits that a good English translation of an Arabic segment has.

    Outside lie 3 in 10,000 human translations of news, and half of those that have lost half of their text. A
    source of fewer than seven words has no lower bound and a wide upper one.
    """
    letters = _count_letters(source)
    if len(source.split()) < _SHORT_WORDS:
        return 0, 3 * letters + 40
    return int(0.8 * letters - 10), int(1.7 * letters + 20)


def check_names(disabled: frozenset[str]) -> None:
    """Raise ConfigError if one of the names is of no check."""
    if unknown := sorted(disabled - CHECKS.keys()):
        raise ConfigError(f"unknown check {unknown[0]!r}; the checks are {', '.join(CHECKS)}")


def _finding(name: str, place: Place) -> Finding:
    return Finding(name, CHECKS[name].severity, place.message, place.start, place.end)


def _empty(translation: SegmentTranslation) -> Iterator[Place]:
    if _WORD.search(translation.source) and not _WORD.search(translation.target):
        yield Place("the translation is empty")


def _copied(translation: SegmentTranslation) -> Iterator[Place]:
    same = fold_arabic(translation.source).split() == fold_arabic(translation.target).split()
    if same and _ARABIC_LETTER.search(translation.source):
        yield Place("the translation is the source", 0, len(translation.target))


def _missing_term(translation: SegmentTranslation) -> Iterator[Place]:
    for outcome in translation.terms:
        if outcome.outcome == "missing":
            match = outcome.match
            yield Place(
                f'"{outcome.rendering}" is missing for {match.surface} at {match.start} of the source'
            )


def _forbidden_term(translation: SegmentTranslation) -> Iterator[Place]:
    """Forbidden renderings, save inside a right one of any term: "Alliance" in "Alliance for Progress"."""
    target = translation.target
    terms = {outcome.match.term.id: outcome.match.term for outcome in translation.terms}.values()
    right = [
        (*span, rendering)
        for term in terms
        for rendering in term.renderings
        for span in find_rendering(target, rendering)
    ]
    lacking = {outcome.match.term.id for outcome in translation.terms if outcome.outcome == "missing"}
    wrong = {
        span: (forbidden, term)
        for term in terms
        for forbidden in term.forbidden
        for span in find_rendering(target, forbidden)
    }
    for (start, end), (forbidden, term) in sorted(wrong.items(), key=lambda item: item[0]):
        found = target[start:end]
        if found.islower() and " " not in found and term.id not in lacking:
            continue  # an ordinary word may well stand there for something else
        around = [(first, last, name) for first, last, name in right if first <= start and end <= last]
        # A right name in a spelling that is forbidden to the letter (Defense Minister) is wrong all the same.
        spelling = all((first, last) == (start, end) and name != found for first, last, name in around)
        if (found == forbidden or not around) and spelling:
            yield Place(f'"{_clipped(found)}" should be "{term.target}"', start, end)


def _number(translation: SegmentTranslation) -> Iterator[Place]:
    for number in missing_source_numbers(translation.source, translation.target):
        yield Place(f"the number {number.text} at {number.start} of the source is missing")


def _arabic_left(translation: SegmentTranslation) -> Iterator[Place]:
    for match in _ARABIC_RUN.finditer(translation.target):
        yield Place(f"untranslated: {_clipped(match[0])}", *match.span())


def _unknown_piece(translation: SegmentTranslation) -> Iterator[Place]:
    for match in _UNKNOWN.finditer(translation.target):
        if match[0] not in translation.source:
            yield Place(f"unreadable: {match[0]}", *match.span())


def _repetition(translation: SegmentTranslation) -> Iterator[Place]:
    """Doubled words and phrases, unless the source repeats itself too."""
    target = translation.target
    loops = list(_loops(target, times=3))
    for match in (*_STUTTER.finditer(target), *_DOUBLED.finditer(target)):
        if not any(first <= match.start() and match.end() <= last for first, last in loops):
            loops.append(match.span())
    if not loops:
        return
    source = re.sub(rf"(?<!\w){WAW}(?=\w\w)", "", fold_arabic(translation.source))
    if next(_loops(source, times=2), None) is not None:
        return
    for start, end in sorted(loops):
        if target[start:end].split()[0].lower() not in _DOUBLED_ON_PURPOSE:
            yield Place(f'repeated: "{_clipped(target[start:end])}"', start, end)


def _loops(text: str, *, times: int) -> Iterator[tuple[int, int]]:
    """Spans in which one or two words stand `times` times or more in a row, three to eight words twice."""
    matches = list(_WORD.finditer(text))
    words = [match[0].casefold() for match in matches]
    stops = {
        number
        for number, match in enumerate(matches)
        if text[match.end() : match.end() + 1] in tuple(".!?;:")
    }
    start = 0
    while start < len(words):
        for size in range(1, _LONGEST_LOOP + 1):
            end = start + size
            if words[end : end + 1] != words[start : start + 1]:
                continue
            phrase = words[start:end]
            while words[end : end + size] == phrase and (size < 3 or end - 1 not in stops):
                end += size
            if end - start >= size * (times if size < 3 else 2) and not all(map(str.isdecimal, phrase)):
                yield matches[start].start(), matches[end - 1].end()
                start = end
                break
        else:
            start += 1


def _length_ratio(translation: SegmentTranslation) -> Iterator[Place]:
    letters = _count_letters(translation.target)
    shortest, longest = length_bounds(translation.source)
    if not shortest <= letters <= longest:
        which = "short" if letters < shortest else "long"
        yield Place(f"too {which}: {letters} letters for {_count_letters(translation.source)} of the source")


def _unbalanced_quotes(translation: SegmentTranslation) -> Iterator[Place]:
    marks = list(_DOUBLE_QUOTES.finditer(translation.target))
    if len(marks) % 2 and not len(_DOUBLE_QUOTES.findall(translation.source)) % 2:
        yield Place("a quotation mark without its other half", *(marks[0].span() if len(marks) == 1 else ()))


def _unbalanced_brackets(translation: SegmentTranslation) -> Iterator[Place]:
    place = _unmatched_bracket(translation.target)
    if place is not None and _unmatched_bracket(translation.source) is None:
        yield Place(f"a bracket without its other half: {translation.target[place]}", place, place + 1)


def _unmatched_bracket(text: str) -> int | None:
    """Offset of the first bracket that closes nothing, else of the last that is not closed, else None."""
    opened: list[re.Match[str]] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] not in _OPENING_OF:
            opened.append(bracket)
        elif opened and opened[-1][0] == _OPENING_OF[bracket[0]]:
            opened.pop()
        else:
            return bracket.start()
    return opened[-1].start() if opened else None


def _url(translation: SegmentTranslation) -> Iterator[Place]:
    target = translation.target.casefold()
    for match in _URL.finditer(translation.source):
        if match[0].casefold() not in target:
            yield Place(f"{match[0]} is not in the translation")


def _latin_name(translation: SegmentTranslation) -> Iterator[Place]:
    source = _URL.sub(" ", fold(translation.source)[0])
    target = _letters_only(translation.target)
    for name in dict.fromkeys(match[0] for match in _LATIN.finditer(source)):
        if len(name) > 1 and _letters_only(name) not in target:
            yield Place(f"{name} is not in the translation")


def _letters_only(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text)[0]).casefold()


def _spacing(translation: SegmentTranslation) -> Iterator[Place]:
    for match in _SPACING.finditer(translation.target):
        yield Place("a space too many", *match.span())


def _inconsistent(segments: Sequence[SegmentTranslation]) -> Iterator[tuple[int, Place]]:
    first: dict[str, tuple[int, str]] = {}
    for number, segment in enumerate(segments):
        target = " ".join(segment.target.split())
        earlier, there = first.setdefault(" ".join(fold_arabic(segment.source).split()), (number, target))
        if there != target:
            yield number, Place(f'segment {earlier + 1} has the same source and reads "{_clipped(there)}"')


def _inconsistent_names(segments: Sequence[SegmentTranslation]) -> Iterator[tuple[int, Place]]:
    """The same Arabic words for a term with another rendering; a long form and then a short one may be."""
    first: dict[tuple[str, str], str] = {}
    for number, segment in enumerate(segments):
        for outcome in segment.terms:
            if outcome.outcome == "missing":
                continue
            term = outcome.match.term
            key = term.id, bare_surface(outcome.match.surface)
            earlier = first.setdefault(key, outcome.rendering)
            if _same_name(earlier, outcome.rendering):
                continue
            if _is_long(term, earlier):
                first[key] = outcome.rendering
                continue
            message = f'"{outcome.rendering}" was "{earlier}" before'
            yield number, Place(message, outcome.target_start, outcome.target_end)


def _is_long(term: Term, rendering: str) -> bool:
    """Whether a rendering is the long form of a term, perhaps with the short one in brackets behind it."""
    written_out = re.sub(r"\s*\([^()]*\)$", "", rendering)
    return written_out != rendering or (term.long is not None and _same_name(rendering, term.long))


def _same_name(rendering: str, other: str) -> bool:
    """Whether two renderings differ only in case, number, spelling or diacritics."""
    return any(
        found == (0, len(text))
        for text, name in ((rendering, other), (other, rendering))
        for found in find_rendering(text, name)
    )


def _count_letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def _clipped(text: str) -> str:
    """The text on one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


CHECKS: dict[str, Check] = {
    "empty": Check("error", "the translation has no words", _empty),
    "copied": Check("error", "the translation is the source text", _copied),
    "missing_term": Check("error", "a term of the glossary has no right rendering", _missing_term),
    "forbidden_term": Check("error", "a rendering that the glossary forbids", _forbidden_term),
    "arabic_left": Check("error", "Arabic letters or marks in the translation", _arabic_left),
    "unknown_piece": Check("error", "a character that the model could not write", _unknown_piece),
    "number": Check("warning", "a number of the source is not in the translation", _number),
    "repetition": Check("warning", "a word or phrase again and again", _repetition),
    "length_ratio": Check("warning", "far shorter or far longer than the source", _length_ratio),
    "unbalanced_quotes": Check("warning", "a quotation mark without its other half", _unbalanced_quotes),
    "unbalanced_brackets": Check("warning", "a bracket without its other half", _unbalanced_brackets),
    "url": Check("warning", "a web or e-mail address is not carried over", _url),
    "latin_name": Check("warning", "a name in Latin letters is not carried over", _latin_name),
    "spacing": Check("info", "a space too many", _spacing),
    "inconsistent": Check("warning", "the same source has another translation elsewhere in the document"),
    "inconsistent_name": Check("warning", "a term has another rendering elsewhere in the document"),
}
