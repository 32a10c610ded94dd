"""The block structure of a plain-text article: headings, list items, paragraphs.

One line is one block, but for hard-wrapped text, whose lines are joined to paragraphs. Everything else (blank
lines, indentation, markers, lines without a letter or digit) lies between the blocks. Markdown beyond `#` and
list markers, and HTML, are read as text.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.letters import (
    ARABIC_COMMA,
    ARABIC_SEMICOLON,
    BIDI_CONTROLS,
    BYTE_ORDER_MARK,
    CLOSING_MARKS,
    DIGITS,
    LETTERS,
    MONTHS,
    STOPS,
    TATWEEL,
)
from pipeline.records import Block, BlockKind

MAX_HEADING_WORDS = 15
MIN_WRAPPED_WIDTH = 40
MAX_WRAPPED_WIDTH = 100
MIN_FULL_LINES = 2

_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_INDENT = f"[\\s{BIDI_CONTROLS}{BYTE_ORDER_MARK}]*"
_BULLETS = "\u2022\u00b7\u25aa\u25e6\u2023\u25cf\u25cb\u25a0\u25a1\u25ba\u27a4\u2714\u2713"
_DASHES = f"\\-\u2013\u2014{TATWEEL}"
_MONTH = "(?:" + "|".join(sorted(MONTHS)) + ")\\b"
_HEADING_MARKER = re.compile(f"{_INDENT}#{{1,6}}\\s+")
_ITEM_MARKER = re.compile(
    f"{_INDENT}(?:"
    f"[*{_DASHES}{_BULLETS}]\\s+"
    f"|[{_BULLETS}]"
    f"|[\\-\u2013\u2014](?=[{LETTERS}])"
    f"|[{DIGITS}]{{1,3}}\\.\\s++(?!{_MONTH})"
    f"|[{DIGITS}]{{1,3}}\\)\\s*"
    f"|[{DIGITS}]{{1,3}}\\s?[{_DASHES}]\\s++(?![{DIGITS}])"
    f"|[{DIGITS}]{{1,3}}[.{_DASHES}](?=[{LETTERS}]{{2}})"
    f"|[{LETTERS}]{TATWEEL}?(?:\\)\\s*|\\s?[\\-\u2013\u2014]\\s+)"
    f"|[A-Za-z]\\)\\s+"
    f"|\\((?:[{DIGITS}]{{1,3}}|[{LETTERS}]{TATWEEL}?|[A-Za-z])\\)\\s*"
    f")"
)
_ENDS_SENTENCE = re.compile(f"[{STOPS}][{CLOSING_MARKS}]*$")
_FINAL_STOPS = tuple(".:;,\u2026" + ARABIC_COMMA + ARABIC_SEMICOLON)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds something to translate.

    Attributes:
        number: counted from 0, blank lines and rules included.
        start, end: its text, behind indentation and marker, without white space at either end.
        width: code points from the beginning of the line to `end`.
        marker: what kind of block its marker announces, None without one.
        text: the document's text from start to end.
    """

    number: int
    start: int
    end: int
    width: int
    marker: BlockKind | None
    text: str

    @property
    def ends_sentence(self) -> bool:
        return _ENDS_SENTENCE.search(self.text[-10:]) is not None

    @property
    def is_short(self) -> bool:
        return len(self.text.split(None, MAX_HEADING_WORDS)) <= MAX_HEADING_WORDS


def is_translatable(text: str) -> bool:
    """Whether `text` holds a letter or digit of any script; the name of an HTML space is none."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return any(map(str.isalnum, text))


def find_blocks(text: str) -> tuple[Block, ...]:
    r"""Return the blocks of `text`, in order, without overlap; a block is never empty.

    A line with a marker (`#`; `-`, `*`, bullets; `1.`, `1)`, `1-`, `(1)` in any Arabic digits; `(أ)`, `أ-`,
    `a)`) is a heading or list item. A line without one is a heading if it has at most 15 words and no final
    stop, stands at the beginning or behind a blank line, and a blank line follows; at the very beginning a
    sentence directly below it will do.

    Lines are taken for hard-wrapped, and joined, only on strong evidence: the longest is 40 to 100 wide;
    at least two of them are full, that is the first word of the next line would not have fitted into the
    longest one; each line that is not full ends a sentence (but for a title above); and of all full lines
    of the document at most a third end a sentence. One full line is enough where longer paragraphs show
    how wide the document is wrapped.

    >>> text = "# القمة\n\n١- خفض الإنفاق"
    >>> [(block.kind, text[block.start : block.end]) for block in find_blocks(text)]
    [('heading', 'القمة'), ('list_item', 'خفض الإنفاق')]
    """
    lines = list(_lines(text))
    paragraphs = list(_paragraphs(lines))
    return tuple(
        Block(_kind(paragraphs, index), paragraph[0].start, paragraph[-1].end)
        for index, paragraph in enumerate(paragraphs)
    )


def _lines(text: str) -> Iterator[_Line]:
    begin = 0
    ends = [(match.start(), match.end()) for match in _LINE_END.finditer(text)]
    for number, (end, following) in enumerate([*ends, (len(text), len(text))]):
        line = text[begin:end].rstrip()
        marker, kind = _marker(line)
        content = line[marker:]
        if is_translatable(content):
            start = begin + marker + len(content) - len(content.lstrip())
            yield _Line(number, start, begin + len(line), len(line), kind, content.lstrip())
        begin = following


def _marker(line: str) -> tuple[int, BlockKind | None]:
    """Return the width of indentation and marker, and the kind; a marker of nothing is none."""
    kinds: tuple[tuple[re.Pattern[str], BlockKind], ...] = (
        (_HEADING_MARKER, "heading"),
        (_ITEM_MARKER, "list_item"),
    )
    for pattern, kind in kinds:
        match = pattern.match(line)
        if match is not None and is_translatable(line[match.end() :]):
            return match.end(), kind
    return 0, None


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Group the lines into paragraphs: single lines, or wrapped ones together."""
    runs = _runs(lines)
    unwrapped = [_unwrap(run, None) for run in runs]
    full = [line for paragraphs in unwrapped for paragraph in paragraphs for line in paragraph[:-1]]
    if full and 3 * sum(line.ends_sentence for line in full) <= len(full):
        width = max(line.width for line in full)
        unwrapped = [found or _unwrap(run, width) for run, found in zip(runs, unwrapped, strict=True)]
    else:
        unwrapped = [[] for _ in runs]
    for run, paragraphs in zip(runs, unwrapped, strict=True):
        yield from paragraphs or [[line] for line in run]


def _runs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Group lines that could be one wrapped text: directly below each other, no marker but on the first."""
    runs: list[list[_Line]] = []
    for line in lines:
        previous = runs[-1][-1] if runs else None
        follows = previous is not None and line.number == previous.number + 1 and previous.marker != "heading"
        if follows and line.marker is None:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _unwrap(run: Sequence[_Line], known_width: int | None) -> list[Sequence[_Line]]:
    """Return the paragraphs of a run of lines if it has the form of hard-wrapped text, else nothing.

    `known_width` is how wide the document is wrapped, where other runs have shown it.
    """
    width = max(line.width for line in run) if known_width is None else known_width
    if not MIN_WRAPPED_WIDTH <= width <= MAX_WRAPPED_WIDTH or any(line.width > width for line in run):
        return []
    paragraphs: list[Sequence[_Line]] = []
    begin = 0
    for index, line in enumerate(run):
        following = run[index + 1] if index + 1 < len(run) else None
        if following is not None and _is_full(line, following, width):
            continue
        is_title = index == 0 and following is not None and line.is_short and line.marker is None
        if not line.ends_sentence and not is_title:
            return []
        paragraphs.append(run[begin : index + 1])
        begin = index + 1
    full_lines = len(run) - len(paragraphs)
    return paragraphs if full_lines >= (MIN_FULL_LINES if known_width is None else 1) else []


def _is_full(line: _Line, following: _Line, width: int) -> bool:
    first_word = _WORD.match(following.text)
    return first_word is not None and line.width + 1 + len(first_word[0]) > width


def _kind(paragraphs: Sequence[Sequence[_Line]], index: int) -> BlockKind:
    lines = paragraphs[index]
    line = lines[0]
    if line.marker is not None:
        return line.marker
    is_last = index + 1 == len(paragraphs)
    if len(lines) > 1 or is_last or not line.is_short or line.text.endswith(_FINAL_STOPS):
        return "paragraph"
    blank_before = index == 0 or line.number > paragraphs[index - 1][-1].number + 1
    following = paragraphs[index + 1]
    blank_after = following[0].number > line.number + 1
    if index == 0:
        is_heading = blank_after or (following[-1].ends_sentence and not line.ends_sentence)
    else:
        is_heading = blank_before and blank_after and not line.ends_sentence
    return "heading" if is_heading else "paragraph"
