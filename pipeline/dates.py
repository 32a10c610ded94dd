"""Which dates of an Arabic text its English translation does not carry.

A date is a month with a day, a year or a word that makes it one (في, شهر): in any of the national sets of
names, in two of them (شباط/فبراير), or in digits (12/5/2024). It is carried if the English has that month
with that day, and no other year behind it. Silent where in doubt. Does not read Hijri months, weekdays and
days in words, and does not look for dates that only the English has.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from pipeline.letters import ARABIC_COMMA
from pipeline.numbers import TO_ASCII, Values, english_values

_MONTHS_EN = re.compile(
    r"\b(?:(?i:(jan)(?:uary)?|(feb)(?:ruary)?|(apr)(?:il)?|(june?)|(july?)|(aug)(?:ust)?|(sept?)(?:ember)?|"
    r"(oct)(?:ober)?|(nov)(?:ember)?|(dec)(?:ember)?)|(Mar(?:ch)?|MARCH)|(May|MAY))\b"
)
_ORDER_EN = (1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 3, 5)
_NUMERIC = re.compile(r"(?<![\w./-])([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})(?![\w/-]|\.[0-9])")
_DAY_AND_MONTH = re.compile(r"(?<![\w./-])([0-9]{1,2})[/.]([0-9]{1,2})(?![\w/-]|\.[0-9])")
_YEAR_EN = re.compile(r"\.?,?\s+(?:of\s+)?((?:1[0-9]|20)[0-9]{2})\b")
_YEAR_AFTER_DAY = re.compile(
    r"\.?\s+(?:the\s+)?[0-9]{1,2}(?:st|nd|rd|th)?,?\s+(?:of\s+)?((?:1[0-9]|20)[0-9]{2})\b"
)
_SAME_MONTH = re.compile(
    r"\b(?:this|last|next|same|the|previous|following|current|coming)\s+month\b", re.IGNORECASE
)
_WORDS_NEAR = 6

# What makes a month's name a date, before it and behind it.
_FROM = "من"
_MONTH_AR = "شهر"
_CUES = (
    "في",
    "منذ",
    "حتى",
    "بحلول",
    "نهاية",
    "مطلع",
    "أوائل",
    "اوائل",
    "أواخر",
    "اواخر",
    "منتصف",
    "بداية",
    "خلال",
    _MONTH_AR,
)
_YEAR_WORDS = ("عام", "العام", "سنة", "لعام", "لسنة")
_PROCLITICS = "[وفبلك]{0,2}"


@dataclass(frozen=True, slots=True)
class SourceDate:
    """A date of the source.

    Attributes:
        text: source[start:end], as written.
        readings: pairs of day and month, any of which it may mean (5/12/2024 has two); day 0 is none.
        year: 0 if it has none.
    """

    text: str
    start: int
    end: int
    readings: tuple[tuple[int, int], ...]
    year: int = 0


@dataclass(frozen=True, slots=True)
class _EnglishMonth:
    """The days and years that English text has with a month; 0 is a mention without a year."""

    days: set[int]
    years: set[int]


@dataclass(frozen=True, slots=True)
class _Month:
    """A month, 1 to 12, and whether its name is also another word."""

    number: int
    ambiguous: bool


def source_dates(arabic: str) -> tuple[SourceDate, ...]:
    """Find the dates of Arabic text, by increasing start, without overlap.

    >>> [(date.text, date.readings, date.year) for date in source_dates("في 3 شباط/فبراير 2024")]
    [('3 شباط/فبراير 2024', ((3, 2),), 2024)]
    """
    text = arabic.translate(TO_ASCII)
    found = [
        SourceDate(arabic[slice(*match.span())], *match.span(), readings, year)
        for match in _NUMERIC.finditer(text)
        for readings, year in _numeric(match)
    ]
    for match in _arabic_date().finditer(text):
        names = [" ".join(name.split()) for name in match.group("month", "other") if name]
        months = {_months()[name].number for name in names}
        day, certain = int(match["day"] or 0), match["day"] or match["year"] or match["cue"] or len(names) > 1
        if len(months) > 1 or day > 31 or not (certain or match["from"]):
            continue
        if _months()[names[0]].ambiguous and not certain:
            continue
        start = match.start("day" if match["day"] else "month")
        end = match.end()
        year = int(match["year"] or 0)
        found.append(SourceDate(arabic[start:end], start, end, ((day, months.pop()),), year))
    return tuple(sorted(found, key=lambda date: date.start))


def missing_source_dates(source: str, target: str) -> tuple[SourceDate, ...]:
    """Find the dates of the Arabic source that the English target does not carry as a whole.

    Args:
        source: Arabic text, prepared or as written.
        target: English text.

    >>> [date.text for date in missing_source_dates("في 12 حزيران 2024", "on 12 July 2024")]
    ['12 حزيران 2024']
    """
    dates = source_dates(source)
    if not dates:
        return ()
    english: dict[int, _EnglishMonth] = {}
    for month, days, year in _english_dates(target):
        mentioned = english.setdefault(month, _EnglishMonth(set(), set()))
        mentioned.days.update(days)
        mentioned.years.add(year)
    values = english_values(target)
    relative = _SAME_MONTH.search(target) is not None
    return tuple(date for date in dates if not _carried(date, values, english, relative=relative))


def _carried(
    date: SourceDate, values: Values, english: Mapping[int, _EnglishMonth], *, relative: bool
) -> bool:
    """Whether English has a date: its month with its day, and its year or none behind it.

    `values` are all numbers of the English text; "this month" (`relative`) carries a month not named.
    """
    if date.year and not {Decimal(date.year), Decimal(date.year % 100)} & values:
        return False
    for day, month in date.readings:
        mentioned = english.get(month)
        if mentioned is None:
            if relative and (not day or Decimal(day) in values):
                return True
        elif (not day or day in mentioned.days) and (not date.year or {0, date.year} & mentioned.years):
            return True
    return False


def _english_dates(target: str) -> Iterator[tuple[int, set[int], int]]:
    """Every month of English text, the numbers near it, and the year right behind it or 0."""
    text = target.translate(TO_ASCII)
    for match in _MONTHS_EN.finditer(text):
        month = _ORDER_EN[(match.lastindex or 1) - 1]
        before = " ".join(text[max(0, match.start() - 60) : match.start()].split(" ")[-_WORDS_NEAR - 1 :])
        after = " ".join(text[match.end() : match.end() + 40].split(" ")[:_WORDS_NEAR])
        days = {int(value) for part in (before, after) for value in english_values(part) if 0 < value < 32}
        behind = _YEAR_EN.match(text, match.end()) or _YEAR_AFTER_DAY.match(text, match.end())
        yield month, days, int(behind[1]) if behind else 0
    for match in _NUMERIC.finditer(text):
        for readings, year in _numeric(match):
            yield from ((month, {day}, year) for day, month in readings)
    for match in _DAY_AND_MONTH.finditer(text):
        for day, month in {(int(match[1]), int(match[2])), (int(match[2]), int(match[1]))}:
            yield month, {day}, 0


def _numeric(match: re.Match[str]) -> Iterator[tuple[tuple[tuple[int, int], ...], int]]:
    """The readings and the year of a date in digits, nothing for what is none: one part has four digits."""
    first, middle, last = match[1], match[3], match[4]
    if (len(first) == 4) == (len(last) == 4) or len(first) == 3 or len(last) == 3:
        return
    year, other = (int(first), int(last)) if len(first) == 4 else (int(last), int(first))
    pairs = {(other, int(middle)), (int(middle), other)}
    readings = tuple(sorted((day, month) for day, month in pairs if 0 < day <= 31 and 0 < month <= 12))
    if readings and 1000 <= year < 2200:
        yield readings, year


@lru_cache(maxsize=1)
def _months() -> dict[str, _Month]:
    """The months by their Arabic names."""
    lines = files("pipeline").joinpath("data/months.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition("|") for line in lines if line and not line.startswith("#")]
    return {
        name.strip(): _Month(number, ambiguous)
        for number, (sure, _, doubtful) in enumerate(rows, start=1)
        for names, ambiguous in ((sure, False), (doubtful, True))
        for name in names.split(",")
        if name.strip()
    }


@lru_cache(maxsize=1)
def _arabic_date() -> re.Pattern[str]:
    """A month with what stands around it; see `source_dates` for what makes it a date."""
    names = "|".join(sorted(_months(), key=len, reverse=True)).replace(" ", r"\s+")
    day = r"(?:(?<![\w.,/:-])[^\W\d]{0,4}?(?P<day>[0-9]{1,2})\s+)?"
    cue = rf"(?:(?<!\w){_PROCLITICS}(?P<cue>{'|'.join(_CUES)})\s+)?(?:(?<!\w)(?P<from>{_FROM})\s+)?"
    month = rf"(?:{_MONTH_AR}\s+)?(?<!\w){_PROCLITICS}(?P<month>{names})(?!\w)"
    other = rf"(?:\s*[/(-]?\s*(?P<other>{names})(?!\w)\)?)?"
    before_year = rf"\s*{ARABIC_COMMA}?\s+(?:{_FROM}\s+)?(?:(?:{'|'.join(_YEAR_WORDS)})\s+)?"
    year = rf"(?:{before_year}(?P<year>(?:1[0-9]|20)[0-9]{{2}})(?!\w|[.,/]\w))?"
    return re.compile(day + cue + month + other + year)
