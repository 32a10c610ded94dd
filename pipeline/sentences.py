"""Sentence ends in Arabic news text.

A candidate is a run of . ! ؟ ? … with the closers behind it; small rules, each with a name, say why it is
no end. In
doubt there is none: two sentences in one segment cost the model less than half a sentence does. Arabic
has no capital letters, so the strongest sign of a new sentence is that its first word begins with و, as
most of them do in the news.

Does not split at commas or colons, knows no grammar, and does not look for the end of a sentence that has
no stop.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.blocks import is_translatable
from pipeline.letters import (
    ARABIC_COMMA,
    ARABIC_SEMICOLON,
    BIDI_CONTROLS,
    CLOSING_MARKS,
    DIGITS,
    FEH,
    LETTERS,
    MARKS,
    MONTHS,
    STOPS,
    TATWEEL,
    WAW,
)

MIN_WORDS_BEFORE_ELLIPSIS = 4

# fmt: off
TITLES = frozenset({"د", "أ", "ا", "م", "ود", "وأ", "وا", "وم", "لد"})
DOTTED_TITLES = frozenset({"أ.د", "ا.د", "أ.م.د", "أ.م", "م.د", "د.م", "وأ.د", "ود.م"})
ERAS = frozenset({"م", "ه", "هـ", "ق.م", "ب.م", "ق.هـ", "ق.ه"})
ABBREVIATIONS = frozenset({
    "إلخ", "الخ", "ألخ", "أد", "مج", "تح", "بروف",
})
LETTER_NAMES = frozenset({
    "إيه", "ايه", "بي", "سي", "دي", "إي", "إف", "اف", "جي", "جيه", "إتش", "اتش", "آي", "كيه", "إل", "إم",
    "ام", "إن", "بيه", "كيو", "آر", "ار", "إس", "اس", "تي", "يو", "فاي", "دبليو", "إكس", "اكس", "واي",
    "زد", "أوه",
})
LATIN_ABBREVIATIONS = frozenset({
    "adm", "brig", "bros", "bzw", "capt", "co", "col", "corp", "dr", "ed", "eds", "etc", "fig", "gen",
    "gov", "hon", "inc", "jr", "lt", "ltd", "maj", "mr", "mrs", "ms", "mt", "no", "nr", "op", "pp",
    "pres", "prof", "rep", "rev", "sen", "sgt", "sr", "st", "str", "vol", "vs",
})
LETTERED = frozenset({
    "مجموعة", "المجموعة", "فئة", "الفئة", "فيتامين", "قسم", "القسم", "بند", "البند", "فقرة", "الفقرة",
    "نموذج", "النموذج", "فريق", "الفريق", "مرحلة", "المرحلة", "حرف", "الحرف", "فصيلة", "الملحق", "ملحق",
    "السيناريو",
})
SPEECH_VERBS = frozenset({
    "قال", "قالت", "قالوا", "يقول", "تقول", "يقولون", "أضاف", "أضافت", "يضيف", "تضيف", "أوضح", "أوضحت",
    "يوضح", "أكد", "أكدت", "يؤكد", "تؤكد", "صرح", "صرحت", "كتب", "كتبت", "يكتب", "تكتب", "تساءل",
    "تساءلت", "يتساءل", "تتساءل", "هتف", "هتفت", "صاح", "صاحت", "رد", "ردت", "يرد", "ترد", "علق", "علقت",
    "سأل", "سألت", "يسأل", "تسأل", "أجاب", "أجابت", "تابع", "تابعت", "ذكر", "ذكرت", "شدد", "شددت", "حذر",
    "حذرت", "اعتبر", "اعتبرت", "ختم", "همس", "بحسب", "حسب", "وفق", "وفقا", "وفقاً", "حسبما", "هكذا",
    "بهذه",
})
CONTINUATIONS = frozenset({
    "لكن", "ولكن", "لكنه", "لكنها", "ولكنه", "ولكنها", "بل", "ثم", "أو", "أم", "حتى", "إلا", "الذي",
    "التي", "الذين", "اللذان", "اللتان", "غير", "إذ", "حيث", "كما", "مما", "لأن", "لأنه", "لأنها", "كي",
    "لكي", "رغم",
})
# fmt: on

_ELLIPSIS = "\u2026"
_OPENING_MARKS = "(\\[\u00ab\u201c\u201e\u2039\"'\u2018"
_STRAIGHT_QUOTE = '"'
_CLOSED_BY = {
    "\u00ab": "\u00bb",
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u2039": "\u203a",
    "(": ")",
    "[": "]",
    _STRAIGHT_QUOTE: _STRAIGHT_QUOTE,
}
_QUOTE_CLOSERS = frozenset("\u00bb\u201d\u201c\u203a" + _STRAIGHT_QUOTE)
_BRACKET_CLOSERS = frozenset(")]")
_UNMISTAKABLE_CLOSERS = "\u00bb\u201d\u203a)]"
_MARKS_THAT_GO_ON = frozenset(",;:" + STOPS + ARABIC_COMMA + ARABIC_SEMICOLON)
_MAX_WORD_WIDTH = 20
_MAX_PARENTHESIS_WIDTH = 400

_CANDIDATE = re.compile(
    f"([{STOPS}]+)((?:[{CLOSING_MARKS}{BIDI_CONTROLS}]|\\s[{re.escape(_UNMISTAKABLE_CLOSERS)}]|\\[[{DIGITS}]{{1,3}}\\])*)"
)
_QUOTE = re.compile('[()\\[\\]\u00ab\u00bb\u201c\u201d\u201e\u2039\u203a"]')
_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{1,9}://|www\.)\S+")
_SPACE = re.compile(r"\s*")
_WORD = re.compile(f"[^\\W\\d_](?:\\w|[{MARKS}{TATWEEL}])*")
_ARABIC_WORD = re.compile(f"[{LETTERS}](?:[{LETTERS}{MARKS}{TATWEEL}])+")
_LONG_WORD = re.compile(f"[{LETTERS}](?:[{LETTERS}{MARKS}{TATWEEL}]){{2,}}|[{DIGITS}]{{4}}")
_TOKEN_WINDOW = 40
_TOKEN = re.compile(f"[^\\s{_OPENING_MARKS}{ARABIC_COMMA}{ARABIC_SEMICOLON}:,;{BIDI_CONTROLS}]*")
_NUMBER = re.compile(f"[{DIGITS}]+")
_YEAR_WITH_ERA = re.compile(f"[{DIGITS}]+(\\D+)")
_DOTTED = re.compile(f"(?:{WAW}?[^\\W\\d_]{TATWEEL}?\\.)+[^\\W\\d_]{TATWEEL}?")
_SINGLE_LETTER = re.compile(f"[^\\W\\d_]{TATWEEL}?")
_NEW_SENTENCE = re.compile(f"[{_OPENING_MARKS}]*{WAW}[{LETTERS}][{LETTERS}{MARKS}]")
_NEW_CLAUSE = re.compile(f"[{_OPENING_MARKS}]*[{WAW}{FEH}][{LETTERS}][{LETTERS}{MARKS}]")


@dataclass(frozen=True, slots=True)
class _Stop:
    """A run of stops that may end a sentence of text[begin:limit].

    Attributes:
        begin: where the sentence begins.
        start: offset of the first stop.
        end: offset behind the last closer.
        following: offset of the next character that is no white space, `limit` if there is none.
        marks: the stops.
        closers: quotation marks, brackets and footnote numbers behind them.
        token: what stands before the stops, back to white space, a comma or an opening mark.
        enumerator: the last number that counted items in this block, 0 for none.
    """

    text: str
    begin: int
    start: int
    end: int
    following: int
    limit: int
    marks: str
    closers: str
    token: str
    enumerator: int

    @property
    def word_before_token(self) -> str:
        """The word before `token`."""
        return "".join(self.before_token.split()[-1:])

    @property
    def before_token(self) -> str:
        """The text before `token`, at most 40 code points."""
        end = self.start - len(self.token)
        return self.text[max(self.begin, end - _TOKEN_WINDOW) : end]

    @property
    def next_word(self) -> str:
        """The word behind, empty if something else than a word follows."""
        match = _WORD.match(self.text, self.following, min(self.limit, self.following + _TOKEN_WINDOW))
        return match[0] if match else ""

    @property
    def is_spaced(self) -> bool:
        """Whether white space follows."""
        return self.following > self.end

    @property
    def is_ellipsis(self) -> bool:
        """Whether the stops are dots alone, and more than one."""
        return self.marks != "." and not self.marks.strip("." + _ELLIPSIS)

    def starts(self, pattern: re.Pattern[str]) -> bool:
        """Whether what follows begins with `pattern`."""
        return pattern.match(self.text, self.following, self.limit) is not None


def find_sentences(text: str, start: int, end: int, *, max_quotation_words: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences in text[start:end], in order.

    Between them lies white space, or text without a letter or digit. A quotation or parenthesis of at
    most `max_quotation_words` words is never split; a longer one, or one that is never closed, is. Takes
    time linear in the length.

    >>> text = "وصل د. أحمد إلى برلين. «سنرى. ربما» قال."
    >>> [text[start:end] for start, end in find_sentences(text, 0, len(text), max_quotation_words=30)]
    ['وصل د. أحمد إلى برلين.', '«سنرى. ربما» قال.']
    """
    unbroken = _merged(
        [
            *_quotations(text, start, end, max_quotation_words),
            *(match.span() for match in _URL.finditer(text, start, end)),
        ]
    )
    begin = start
    enumerator = 0
    for match in _CANDIDATE.finditer(text, start, end):
        boundary = match.end()
        while unbroken and unbroken[-1][1] <= boundary:
            unbroken.pop()
        following = _end_of_space(text, boundary, end)
        if following == end or (unbroken and unbroken[-1][0] < boundary):
            continue
        token = _token_before(text, begin, match.start())
        stop = _Stop(
            text, begin, match.start(), boundary, following, end, match[1], match[2], token, enumerator
        )
        if _counts_item(stop):
            enumerator = int(stop.token)
        elif _ends_sentence(stop):
            yield from _translatable(text, begin, boundary)
            begin = boundary
    yield from _translatable(text, begin, end)


def _end_of_space(text: str, start: int, end: int) -> int:
    match = _SPACE.match(text, start, end)
    return match.end() if match else start


def _token_before(text: str, begin: int, end: int) -> str:
    backwards = text[max(begin, end - _TOKEN_WINDOW) : end][::-1]
    match = _TOKEN.match(backwards)
    return match[0][::-1] if match else ""


def _translatable(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield text[start:end] without white space at either end, if it has a letter or digit."""
    sentence = text[start:end]
    if is_translatable(sentence):
        yield start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


def _ends_sentence(stop: _Stop) -> bool:
    if not stop.is_spaced:
        return _ends_without_space(stop)
    return not (
        _stands_in_brackets(stop)
        or _goes_on_in_lower_case(stop)
        or _is_ordinal(stop)
        or _is_abbreviation(stop)
        or _trails_off(stop)
        or _quotation_goes_on(stop)
    )


def _counts_item(stop: _Stop) -> bool:
    """1. at the beginning of a sentence or behind a colon, and 2. anywhere behind it."""
    token = stop.token
    if stop.marks != "." or stop.closers or not stop.is_spaced or not _NUMBER.fullmatch(token):
        return False
    before = stop.before_token.rstrip()
    if len(token) > 2:
        return not before
    return (
        not before
        or before.endswith(":")
        or (int(token) == stop.enumerator + 1 > 1 and not stop.starts(_NEW_SENTENCE))
    )


def _ends_without_space(stop: _Stop) -> bool:
    """Arabic is often typed without a space behind the stop: two full words meet, and nothing dotted."""
    if not stop.starts(_ARABIC_WORD):
        return False
    if stop.closers:
        return stop.closers[-1] in _UNMISTAKABLE_CLOSERS
    if stop.marks != ".":
        return not stop.is_ellipsis
    if len(stop.next_word) < 3:
        return False
    before = stop.text[max(stop.begin, stop.start - 1) : stop.start]
    return (
        before in _QUOTE_CLOSERS or before in _BRACKET_CLOSERS or _LONG_WORD.fullmatch(stop.token) is not None
    )


def _stands_in_brackets(stop: _Stop) -> bool:
    """(...) and (؟) comment on the sentence they stand in."""
    return stop.start > stop.begin and stop.text[stop.start - 1] in "(["


def _goes_on_in_lower_case(stop: _Stop) -> bool:
    following = stop.text[stop.following]
    return following.islower() or following in _MARKS_THAT_GO_ON


def _is_ordinal(stop: _Stop) -> bool:
    """3. أكتوبر and 20. Juli."""
    if stop.marks != "." or stop.closers or len(stop.token) > 2 or not _NUMBER.fullmatch(stop.token):
        return False
    return stop.next_word in MONTHS or stop.text[stop.following].isupper()


def _is_abbreviation(stop: _Stop) -> bool:
    """Titles never end a sentence, other abbreviations and initials do if a new one seems to follow."""
    if stop.marks != ".":
        return False
    token = stop.token
    if token in DOTTED_TITLES or (token in TITLES and not _is_label(stop) and not _is_era(stop)):
        return True
    return not stop.starts(_NEW_SENTENCE) and (
        _is_era(stop)
        or _DOTTED.fullmatch(token) is not None
        or _is_initial(stop)
        or token in ABBREVIATIONS
        or token.removeprefix(WAW).lower() in LATIN_ABBREVIATIONS
    )


def _is_era(stop: _Stop) -> bool:
    """م and هـ behind a year."""
    year = _YEAR_WITH_ERA.fullmatch(stop.token)
    if year is not None:
        return year[1] in ERAS
    return stop.token in ERAS and _NUMBER.fullmatch(stop.word_before_token) is not None


def _is_initial(stop: _Stop) -> bool:
    """A single letter, or the name of a letter unless it is the last of an acronym spelt out."""
    token = stop.token
    bare = token.removeprefix(WAW)
    if bare in LETTER_NAMES or token in LETTER_NAMES:
        return stop.word_before_token.removeprefix(WAW) not in LETTER_NAMES
    if _SINGLE_LETTER.fullmatch(token):
        return not _is_label(stop)
    return _SINGLE_LETTER.fullmatch(bare) is not None and stop.starts(_NUMBER)


def _is_label(stop: _Stop) -> bool:
    """The letter of a group or class, and a Latin letter in front of Arabic."""
    return stop.word_before_token in LETTERED or (stop.token.isascii() and stop.starts(_ARABIC_WORD))


def _trails_off(stop: _Stop) -> bool:
    """Two dots are a pause; an ellipsis goes on behind a few words only, and in front of a conjunction."""
    if not stop.is_ellipsis:
        return False
    if stop.marks == "..":
        return not stop.starts(_NEW_SENTENCE)
    before = stop.text[stop.begin : min(stop.start, stop.begin + 5 * _TOKEN_WINDOW)]
    return len(before.split()) < MIN_WORDS_BEFORE_ELLIPSIS or stop.next_word in CONTINUATIONS


def _quotation_goes_on(stop: _Stop) -> bool:
    """Behind .» the sentence goes on with a verb of speech, behind ؟» and !» with most words.

    A stop in a parenthesis that was opened in the middle of the sentence ends the parenthesis only.
    """
    if not stop.next_word or stop.starts(_NEW_CLAUSE):
        return False
    if not _BRACKET_CLOSERS.isdisjoint(stop.closers):
        before = stop.text[max(stop.begin, stop.start - _MAX_PARENTHESIS_WIDTH) : stop.start]
        opening = max(before.rfind("("), before.rfind("["))
        return bool(before[: max(opening, 0)].strip())
    if _QUOTE_CLOSERS.isdisjoint(stop.closers):
        return False
    return "." not in stop.marks or stop.next_word in SPEECH_VERBS


def _quotations(text: str, start: int, end: int, max_words: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of quotations and parentheses of at most `max_words` words, marks included."""
    opened: list[tuple[str, int]] = []
    closable: Counter[str] = Counter()
    for match in _QUOTE.finditer(text, start, end):
        mark = match[0]
        if mark == _STRAIGHT_QUOTE:
            closes = _closes_straight_quote(text, match.start(), start, end, is_open=closable[mark] > 0)
        else:
            closes = closable[mark] > 0
        if closes or (mark == _STRAIGHT_QUOTE and closable[mark]):
            opening = _close(mark, opened, closable)
            is_short = match.end() - opening <= max_words * _MAX_WORD_WIDTH
            if closes and is_short and len(text[opening : match.end()].split()) <= max_words:
                yield opening, match.end()
        if not closes and mark in _CLOSED_BY:
            opened.append((_CLOSED_BY[mark], match.start()))
            closable.update(_CLOSED_BY[mark])


def _close(mark: str, opened: list[tuple[str, int]], closable: Counter[str]) -> int:
    """Drop the marks opened last, up to one that `mark` closes, and return where that one stands."""
    while True:
        closers, position = opened.pop()
        closable.subtract(closers)
        if mark in closers:
            return position


def _closes_straight_quote(text: str, position: int, start: int, end: int, *, is_open: bool) -> bool:
    """Tell a closing straight quote from an opening one by what is around it, else by whether one is open."""
    after_word = position > start and not text[position - 1].isspace() and text[position - 1] not in "(["
    before_word = position + 1 < end and text[position + 1].isalnum()
    return is_open if after_word == before_word else after_word and is_open


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join overlapping spans; the result is disjoint, the last one first."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged[::-1]
