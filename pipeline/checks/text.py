"""Checks of the wording: empty, copied, untranslated, corrupted, repeated, of a strange length."""

import re
from collections.abc import Iterator

from glossary.arabic import WAW
from glossary.arabic import fold as fold_arabic
from pipeline.checks.place import Place, clipped
from pipeline.letters import (
    ARABIC_COMMA,
    ARABIC_QUESTION_MARK,
    ARABIC_SEMICOLON,
    EASTERN_DIGITS,
    LETTERS,
    MARKS,
    TATWEEL,
)
from pipeline.records import SegmentTranslation

_ARABIC_LETTER = re.compile(f"[{LETTERS}]")
_ARABIC = f"{LETTERS}{MARKS}{TATWEEL}{EASTERN_DIGITS}{ARABIC_COMMA}{ARABIC_SEMICOLON}{ARABIC_QUESTION_MARK}"
_ARABIC_RUN = re.compile(rf"[{_ARABIC}]+(?:\s+[{_ARABIC}]+)*")
_CORRUPTED = re.compile(
    "\u2047|\ufffd|\u2581|<(?:unk|pad|s|/s)>|&(?:#[0-9]{2,6}|#x[0-9A-Fa-f]{2,5}|[a-z]{2,8});"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]"  # control, surrogate, private use
    # UTF-8 read as Windows-1252: Ã©, Ø§, â€™
    "|(?:[ÃÂØÙÐÑ][\u0080-\u00bf\u2018-\u203a\u20ac\u2122\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc])+"
    "|â€[\u0080-\u00bf\u2018-\u203a\u2122\u0153\u02dc]?"
)
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u03ff\u1e00-\u1fff\u2100-\u214f\ufb00-\ufb06]+")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]+(?:['’][^\W\d_]+)?)\s+\1(?![\w'’-])", re.IGNORECASE)
_STUTTER = re.compile(r"(?=[^\W\d_])(\S{1,8}?)\1{7,}")
_DOUBLED_ON_PURPOSE = frozenset(
    {"had", "that", "very", "so", "no", "yes", "is", "her", "far", "much", "long"}
)
_LONGEST_LOOP = 8
_SHORT_WORDS = 7


def length_bounds(source: str) -> tuple[int, int]:
    """Fewest and most letters and digits that a good English translation of an Arabic segment has.

    Outside lie 3 in 10,000 human translations of news, and half of those that have lost half of their text. A
    source of fewer than seven words has no lower bound and a wide upper one.
    """
    letters = _count_letters(source)
    if len(source.split()) < _SHORT_WORDS:
        return 0, 3 * letters + 40
    return int(0.85 * _count_letters(_said_once(source)) - 10), int(1.7 * letters + 20)


def _said_once(source: str) -> str:
    """The source without runs of three words that it had before: English is content with an acronym."""
    words = source.split()
    runs = list(zip(words, words[1:], words[2:], strict=False))
    again: set[int] = set()
    seen: set[tuple[str, ...]] = set()
    for start, run in enumerate(runs):
        if run in seen:
            again.update(range(start, start + 3))
        seen.add(run)
    return " ".join(word for place, word in enumerate(words) if place not in again)


def empty(translation: SegmentTranslation) -> Iterator[Place]:
    """No word in the target, though there is one in the source."""
    if _WORD.search(translation.source) and not _WORD.search(translation.target):
        yield Place("the translation is empty")


def copied(translation: SegmentTranslation) -> Iterator[Place]:
    """The target is the source as it is."""
    same = fold_arabic(translation.source).split() == fold_arabic(translation.target).split()
    if same and _ARABIC_LETTER.search(translation.source):
        yield Place("the translation is the source", 0, len(translation.target))


def arabic_left(translation: SegmentTranslation) -> Iterator[Place]:
    """Arabic letters, marks, digits and punctuation in the target."""
    for match in _ARABIC_RUN.finditer(translation.target):
        yield Place(f"untranslated: {clipped(match[0])}", *match.span())


def corrupted(translation: SegmentTranslation) -> Iterator[Place]:
    """Characters that a model could not write, of a wrong encoding, or of a script that the source lacks."""
    target = translation.target
    for match in _CORRUPTED.finditer(target):
        if match[0] not in translation.source:
            yield Place(f"unreadable: {_shown(match[0])}", *match.span())
    for match in _OTHER_SCRIPT.finditer(target):
        foreign = not _ARABIC_RUN.search(match[0])
        if foreign and not set(match[0]) & set(translation.source):
            yield Place(f"neither Latin nor in the source: {clipped(match[0])}", *match.span())


def _shown(text: str) -> str:
    """The text, with a name for what cannot be seen."""
    return clipped("".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in text))


def repetition(translation: SegmentTranslation) -> Iterator[Place]:
    """Doubled words and phrases, unless the source repeats itself as often."""
    target = translation.target
    loops = list(_loops(target, times=3))
    for match in (*_STUTTER.finditer(target), *_DOUBLED.finditer(target)):
        if not any(first <= match.start() and match.end() <= last for first, last in loops):
            loops.append(match.span())
    if not loops:
        return
    source = re.sub(rf"(?<!\w){WAW}(?=\w\w)", "", fold_arabic(translation.source))
    if len(loops) <= sum(1 for _ in _loops(source, times=2)):
        return
    for start, end in sorted(loops):
        words = set(target[start:end].lower().split())
        if not (len(words) == 1 and words <= _DOUBLED_ON_PURPOSE):
            yield Place(f'repeated: "{clipped(target[start:end])}"', start, end)


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


def length_ratio(translation: SegmentTranslation) -> Iterator[Place]:
    """A target outside of `length_bounds`."""
    letters = _count_letters(translation.target)
    shortest, longest = length_bounds(translation.source)
    if not shortest <= letters <= longest:
        which = "short" if letters < shortest else "long"
        yield Place(f"too {which}: {letters} letters for {_count_letters(translation.source)} of the source")


def _count_letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
