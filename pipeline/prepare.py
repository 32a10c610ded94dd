"""Preparation of Arabic text for the model: conservative, keeps the meaning, leaves alone what is right.

An ordered tuple of small steps, each a pattern and what replaces it; one applier runs them, whether the
caller wants the text, an offset map, or an account of the changes. This is not folding (`glossary.arabic`),
which is lossy and only compares: hamza seats, diacritics and the letters of other languages stay here.

The form of it, ordered small rewrites that can be explained, is learned from ftfy (Speer 2019).
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html.entities import html5
from typing import NamedTuple

from pipeline.letters import (
    ARABIC_COMMA,
    ARABIC_DECIMAL_SEPARATOR,
    ARABIC_PERCENT_SIGN,
    ARABIC_QUESTION_MARK,
    ARABIC_SEMICOLON,
    ARABIC_THOUSANDS_SEPARATOR,
    BIDI_CONTROLS,
    BYTE_ORDER_MARK,
    EASTERN_DIGITS,
    JOINERS,
    LETTERS,
    MARKS,
    PRESENTATION_FORMS,
    TATWEEL,
    ZERO_WIDTH_SPACE,
)

MAX_PASSES = 20

_NO_LETTER_BEFORE = "(?<![^\\W\\d_])"
_HANGUL_VOWELS_AND_FINALS = "\u1160-\u11ff"
_KIRAT_RAI_VOWELS = "\U00016d63\U00016d67"
_SOFT_HYPHEN = "\u00ad"
_INVISIBLE_OPERATORS = "\u2060-\u2065\u206a-\u206f"
_ANNOTATION_MARKS = "\ufff9-\ufffc"
_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"
_SURROGATES = "\ud800-\udfff"
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # but for those that are white space
_ELLIPSIS = "\u2026"
_ARABIC = re.compile(f"[{LETTERS}{MARKS}]")


class Edit(NamedTuple):
    """Replace text[start:end] by `new`."""

    start: int
    end: int
    new: str


class Change(NamedTuple):
    """What a step made of a piece of text."""

    step: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """A rewrite: what `pattern` matches becomes what `rewrite` says of the match.

    Attributes:
        done: says of a whole text that there is nothing to do, where that is cheaper than looking.
    """

    name: str
    pattern: re.Pattern[str]
    rewrite: Callable[[re.Match[str]], str]
    done: Callable[[str], bool] | None = None

    def edits(self, text: str) -> list[Edit]:
        """The edits that the step makes in `text`, by increasing start, without overlap."""
        if self.done is not None and self.done(text):
            return []
        found = (
            Edit(match.start(), match.end(), self.rewrite(match)) for match in self.pattern.finditer(text)
        )
        return [edit for edit in found if edit.new != text[edit.start : edit.end]]


def _always(new: str) -> Callable[[re.Match[str]], str]:
    return lambda match: new


def _character_of(match: re.Match[str]) -> str:
    """The character of an HTML reference, through any number of escaped ampersands; unknown names stay."""
    name = match[1]
    reference = f"&{name};"
    return html.unescape(reference) if name.startswith("#") else html5.get(f"{name};", reference)


def _letters_of(match: re.Match[str]) -> str:
    """The letters of a presentation form; a mark shown alone loses its space or tatweel."""
    return unicodedata.normalize("NFKC", match[0]).lstrip(" " + TATWEEL)


def _compose(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[0])


def _is_composed(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _joiner(match: re.Match[str]) -> str:
    """Keep a joiner within a word or sign of another script (emoji); drop it in Arabic and at edges."""
    before, after = _neighbours(match)
    outside = not before or not after or before.isspace() or after.isspace()
    return "" if outside or _ARABIC.search(before + after) else match[0]


def _tatweel(match: re.Match[str]) -> str:
    """Drop tatweel that lengthens a word; between spaces, digits or signs it was meant as a dash."""
    return "" if _ARABIC.search("".join(_neighbours(match))) else "-"


def _neighbours(match: re.Match[str]) -> tuple[str, str]:
    start, end = match.span()
    return match.string[max(start - 1, 0) : start], match.string[end : end + 1]


def _ascii_digits(match: re.Match[str]) -> str:
    return "".join(str(unicodedata.digit(digit)) for digit in match[0])


def _number_with_commas(match: re.Match[str]) -> str:
    """Read the Arabic comma inside a number by the digits around it, or leave it where they do not tell.

    Groups of three behind one to three digits (not beginning with 0) are thousands. Otherwise a single comma
    is the decimal one. It stays in a list (several commas), between two numbers of four and more digits
    (years), and where four digits have three behind them.
    """
    (whole, *groups), decimals = match[1].split(ARABIC_COMMA), match[2]
    if len(whole) <= 3 and whole[0] != "0" and all(len(group) == 3 for group in groups):
        return ",".join((whole, *groups)) + (decimals or "")
    unclear = len(groups) > 1 or (len(whole) > 3 and len(groups[0]) > 2)
    return match[0] if unclear or decimals else f"{whole}.{groups[0]}"


def _first(match: re.Match[str]) -> str:
    return match[1]


STEPS: tuple[Step, ...] = (
    Step(
        "HTML reference",
        re.compile(r"&(?:amp;)*([A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});"),
        _character_of,
    ),
    Step("presentation form", re.compile(f"[{PRESENTATION_FORMS}]"), _letters_of),
    Step(
        "composition",
        re.compile(f"(?s:.)(?:[^\\w\\x00-\\x7f]|[{_HANGUL_VOWELS_AND_FINALS}{_KIRAT_RAI_VOWELS}])*"),
        _compose,
        _is_composed,
    ),
    Step(
        "invisible character",
        re.compile(
            f"[{BIDI_CONTROLS}{BYTE_ORDER_MARK}{_SOFT_HYPHEN}{ZERO_WIDTH_SPACE}{_INVISIBLE_OPERATORS}"
            f"{_ANNOTATION_MARKS}{_NONCHARACTERS}{_SURROGATES}{_CONTROLS}]+"
        ),
        _always(""),
    ),
    Step("joiner", re.compile(f"[{JOINERS}]+"), _joiner),
    Step("tatweel", re.compile(f"{TATWEEL}+"), _tatweel),
    Step("digit", re.compile(f"[{EASTERN_DIGITS}]+"), _ascii_digits),
    Step(
        "decimal separator",
        re.compile(f"{_NO_LETTER_BEFORE}{ARABIC_DECIMAL_SEPARATOR}(?=[0-9])"),
        _always("."),
    ),
    Step("thousands separator", re.compile(f"(?<=[0-9]){ARABIC_THOUSANDS_SEPARATOR}(?=[0-9])"), _always(",")),
    Step(
        "separator for comma",
        re.compile(f"[{ARABIC_DECIMAL_SEPARATOR}{ARABIC_THOUSANDS_SEPARATOR}]"),
        _always(ARABIC_COMMA),
    ),
    Step(
        "comma in number",
        re.compile(
            f"(?<![0-9])(?<![0-9][.,:/{ARABIC_COMMA}])([0-9]++(?:{ARABIC_COMMA}[0-9]++)++)"
            rf"(\.[0-9]++)?+(?![.,:/{ARABIC_COMMA}]?[0-9])"
        ),
        _number_with_commas,
    ),
    Step("percent sign", re.compile(ARABIC_PERCENT_SIGN), _always("%")),
    Step("space", re.compile(r"\s{2,}|[^\S ]"), _always(" ")),
    Step("space at edge", re.compile(r"\A | \Z"), _always("")),
    Step(
        "repeated mark",
        re.compile(f"([!?{ARABIC_QUESTION_MARK}{ARABIC_COMMA}{ARABIC_SEMICOLON}{_ELLIPSIS}])\\1+"),
        _first,
    ),
    Step("row of dots", re.compile(r"\.{4,}"), _always("...")),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared text and the way back to its original of n code points.

    Attributes:
        text: m code points.
        offsets: m + 1 offsets into the original, never falling; text[i] begins at original[offsets[i]], the
            last one is n.
    """

    text: str
    offsets: tuple[int, ...]

    def prepared_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of `text` made of original[start:end].

        A code point belongs to the span in which its original begins, so neighbouring spans stay neighbours.
        A span of removed characters alone becomes an empty one.
        """
        last = len(self.text)
        return min(bisect_left(self.offsets, start), last), min(bisect_left(self.offsets, end), last)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that text[start:end] was made of.

        Whole code points of the original (no half of a ligature), with the characters that were removed right
        behind them. An empty span stays empty.
        """
        first, last = self.offsets[start], self.offsets[end]
        if start < end and last == self.offsets[end - 1]:
            last = self.offsets[bisect_right(self.offsets, last)]
        return first, last

    def without(self, spans: Sequence[tuple[int, int]]) -> "Prepared":
        """Return the text without some spans of it, increasing and apart; the way back stays."""
        edges = [0, *(edge for span in spans for edge in span), len(self.text)]
        kept = list(zip(edges[::2], edges[1::2], strict=True))
        text = "".join(self.text[start:end] for start, end in kept)
        offsets = [offset for start, end in kept for offset in self.offsets[start:end]]
        return Prepared(text, (*offsets, self.offsets[-1]))


def prepare(text: str) -> str:
    r"""Return `text` as the model should read it: one segment, on one line.

    Unescapes HTML references (twice escaped ones too), takes presentation forms and ligatures apart, composes
    (NFC), removes bidi controls, zero-width and control characters, lone surrogates and tatweel, writes
    digits, separators and the percent sign in ASCII, folds white space, and calms repeated marks. Does not
    touch spelling, diacritics or quotation marks, and nothing that is right already. Preparing twice equals
    preparing once, but for references escaped within each other more than `MAX_PASSES` deep.

    >>> prepare("\u200fبلغت النسبة ٣٫٥٪ في عـــام ٢٠٢٤!!!")
    'بلغت النسبة 3.5% في عام 2024!'
    """
    for taken in _steps_taken(text):
        text = taken.after
    return text


def prepare_with_offsets(text: str) -> Prepared:
    """Prepare `text` and map it: `prepare_with_offsets(text).text == prepare(text)`."""
    offsets: list[int] = list(range(len(text) + 1))
    for taken in _steps_taken(text):
        text = taken.after
        offsets = _map_edits(offsets, taken.edits)
    return Prepared(text, tuple(offsets))


def explain(text: str) -> tuple[Change, ...]:
    """List what `prepare` changes in `text`, in the order in which it does so.

    >>> explain("عام ٢٠٢٤")
    (Change(step='digit', before='٢٠٢٤', after='2024'),)
    """
    return tuple(
        Change(taken.step.name, taken.before[edit.start : edit.end], edit.new)
        for taken in _steps_taken(text)
        for edit in taken.edits
    )


class _Taken(NamedTuple):
    """A step that changed something."""

    step: Step
    before: str
    edits: list[Edit]
    after: str


def _steps_taken(text: str) -> Iterator[_Taken]:
    """Run all steps until a pass changes nothing: a later step can complete what an earlier one looks for."""
    for _ in range(MAX_PASSES):
        changed = False
        for step in STEPS:
            edits = step.edits(text)
            if edits:
                changed = True
                after = _rewrite(text, edits)
                yield _Taken(step, text, edits, after)
                text = after
        if not changed:
            return


def _rewrite(text: str, edits: list[Edit]) -> str:
    pieces: list[str] = []
    end = 0
    for edit in edits:
        pieces += (text[end : edit.start], edit.new)
        end = edit.end
    pieces.append(text[end:])
    return "".join(pieces)


def _map_edits(offsets: list[int], edits: list[Edit]) -> list[int]:
    """Carry an offset map of a text over the edits made in it."""
    mapped: list[int] = []
    end = 0
    for edit in edits:
        mapped += offsets[end : edit.start]
        last = max(edit.end - edit.start - 1, 0)
        mapped += (offsets[edit.start + min(index, last)] for index in range(len(edit.new)))
        end = edit.end
    mapped += offsets[end:]
    return mapped
