"""Which numbers of an Arabic text its English translation does not carry.

Compares values, not spellings: 1.000.000 is 1,000,000 and 1 million, 2,4 is 2.4, 3 آلاف is 3,000, 5 is five,
80 is 80th and eightieth, 14:30 is 2:30 pm. Silent where in doubt: a false alarm costs more than a missed one.
Only numbers written in digits are looked for; Arabic number words are not read, and a number that only the
English has is not reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

Values = frozenset[Decimal]

MARKS = "[\u0640\u064b-\u0652\u0670]*"
TO_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬،\u00a0\u202f\u2009", "01234567890123456789.,,   ")
AND_AR = "و"
ARTICLE_AR = "ال"
HALF_AR, QUARTER_AR = "نصف", "ربع"
TO_OR_AR = ("إلى", "الى", "أو", "او", "حتى")
CLOCK_AR = "الساعة"
SCALES_AR = {
    Decimal(10) ** 3: ("ألف", "الف", "ألفا", "الفا", "آلاف", "الاف", "ألاف", "ألفين", "ألفان", "ألفي"),
    Decimal(10) ** 6: ("مليون", "مليونا", "ملايين", "مليونين", "مليونان", "مليوني"),
    Decimal(10) ** 9: ("مليار", "مليارا", "مليارات", "مليارين", "ملياري", "بليون", "بلايين"),
    Decimal(10) ** 12: ("تريليون", "تريليونا", "تريليونات", "ترليون", "ترليونات"),
}
PLURAL_SCALES_AR = ("آلاف", "الاف", "ألاف", "ملايين", "مليارات", "بلايين", "تريليونات", "ترليونات")

_SCALE_OF = {word: scale for scale, words in SCALES_AR.items() for word in words}
_SCALE_AR = "|".join(MARKS.join(word) + MARKS for word in sorted(_SCALE_OF, key=len, reverse=True))
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = r"(?:000 )+[0-9]{1,3}(?![0-9])|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)*"
_NUMBER = re.compile(_DIGITS)
_SCALE_AFTER = re.compile(rf"\s*(?:{ARTICLE_AR})?({_SCALE_AR})(?!\w)")
_SCALE_BEFORE = re.compile(rf"(?<!\w)\w{{0,3}}?({_SCALE_AR})\s+{AND_AR}\s*$")
_FRACTION_AFTER = re.compile(rf"\s+{AND_AR}\s*(?:{ARTICLE_AR})?({HALF_AR}|{QUARTER_AR})(?!\w)")
_JOINED = re.compile(rf"\s+{AND_AR}\s*")
_RANGE = re.compile(rf"\s*(?:{AND_AR}|{'|'.join(TO_OR_AR)}|[-–—])\s*")
_PLURAL_SCALE_AFTER = re.compile(rf"\s*(?:{'|'.join(PLURAL_SCALES_AR)})(?!\w)")
_TIME_AFTER = re.compile(r":([0-9]{2})(?![0-9])")
_CLOCK_BEFORE = re.compile(rf"{CLOCK_AR}\s+$")
_DATE = re.compile(r"(?<![0-9])[0-9]{1,4}([/.-])[0-9]{1,2}(?:\1(?:[0-9]{4}|[0-9]{1,2}))?(?![0-9])")
_LONGEST = 30

_UNITS = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
)
_UNIT_ORDINALS = re.findall(
    r"\w+",
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_BELOW_HUNDRED = {
    **{word: Decimal(value) for words in (_UNITS, _UNIT_ORDINALS) for value, word in enumerate(words)},
    **{
        word[:-1] + ending: Decimal(20 + 10 * index)
        for index, word in enumerate(_TENS)
        for ending in ("y", "ieth", "ies")
    },
}
_SCALE_EN = {
    word + ending: Decimal(scale)
    for words, scale in (
        (("hundred", "century", "centurie"), 100),
        (("decade",), 10),
        (("dozen",), 12),
        (("thousand", "kya", "k"), 10**3),
        (("million", "mln", "mn", "m"), 10**6),
        (("billion", "bn", "b"), 10**9),
        (("trillion", "trn", "tn"), 10**12),
    )
    for word in words
    for ending in ("", "s", "th", "ths")
}
_FRACTION_EN = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
_LINKS = frozenset({"and", "to", "or", "-", "–", "—"})
_LOOSE = {
    word: Decimal(value)
    for value, words in (
        (0, ("no", "nil", "midnight")),
        (1, ("single", "once")),
        (2, ("both", "pair", "couple", "twice", "double", "doubled")),
        (3, ("triple", "tripled", "trio", "thrice")),
        (12, ("noon", "midday")),
        (25, ("quarter",)),
        (50, ("half",)),
        (75, ("quarters",)),
        (100, ("fully", "entirely")),
    )
    for word in words
}
_MONTHS = re.findall(r"\w+", "jan feb mar apr may jun jul aug sep oct nov dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b")
_TOKEN = re.compile(rf"{_DIGITS}|[a-z]+|[-–—]")
_ROMAN = re.compile(r"\b(?=[VX]|I[IVX]|L[IVX])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})(?!\w)")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_ONE = re.compile(r"\b[A-Z][\w-]+ I\b")
_ROMAN_ITEM = re.compile(r"\(([ivx]+)\)")
_SHORT_YEAR = re.compile(r"([0-9]{4})\s?[-–/]\s?([0-9]{1,2})\b|['’]([0-9]{2})\b")
_CLOCK_EN = re.compile(
    r"\b([0-9]{1,2})[.:]?([0-9]{2})(?= ?[ap]\.?m|h)|\b([0-9]{2})([0-9]{2})(?= (?:gmt|utc|hours))"
)


@dataclass(frozen=True, slots=True)
class SourceNumber:
    """A number of the source and what carries it in English.

    Attributes:
        text: source[start:end], as written.
        readings: the values that it may have; any one of them carries it.
        parts: several values that carry it together (12.5.2024 as 12 May 2024), or none.
        rest_of: a larger value carries it too, if dividing by this scale leaves one of `readings` over
            (مليون و300 ألف as 1.3 million); 0 if that is out of the question.
        month: the name of a month may carry it.
    """

    text: str
    start: int
    end: int
    readings: Values
    parts: tuple[Values, ...] = ()
    rest_of: Decimal = Decimal(0)
    month: bool = False


def source_numbers(arabic: str) -> tuple[SourceNumber, ...]:
    """Find the numbers that Arabic text writes in digits (ASCII, Arabic-Indic or Persian).

    Leaves out those inside web and e-mail addresses, and full hours' minutes (the 00 of 21:00). A range or
    a time of day is two numbers.

    Returns:
        k numbers by increasing start, without overlap; 0 <= start < end <= len(arabic).

    >>> [(number.text, sorted(map(int, number.readings))) for number in source_numbers("350 ألف قذيفة")]
    [('350', [350000])]
    """
    text = _ADDRESS.sub(lambda match: " " * len(match[0]), arabic.translate(TO_ASCII))
    dates = [match.span() for match in _DATE.finditer(text)]
    found: list[SourceNumber] = []
    last_end, last_scale = 0, Decimal(0)
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        minute = bool(found) and found[-1].end == start - 1 and text[start - 1] == ":" and len(match[0]) == 2
        if minute and match[0] == "00":
            continue
        scale, scale_end = _scale_after(text, end)
        plain = _readings(match[0])
        readings = {value * scale for value in plain}
        if _PLURAL_SCALE_AFTER.match(text, end):  # "منذ 2018 آلاف الضباط": plurals count three to ten
            readings |= {value for value in plain if value > 10}
        if fraction := _FRACTION_AFTER.match(text, scale_end):
            part = Decimal("0.5") if fraction[1] == HALF_AR else Decimal("0.25")
            readings |= {value + part * scale for value in readings}
        if time := _TIME_AFTER.match(text, end):
            readings |= {value + Decimal(time[1]) / 100 for value in readings}
        elif minute:
            readings |= {Decimal(f"{found[-1].text.translate(TO_ASCII)}.{match[0]}")}
        if time or _CLOCK_BEFORE.search(text, max(0, start - 10), start):
            readings |= {value + shift for value in readings for shift in (12, -12) if value + shift >= 0}
        if found and last_scale > scale and _JOINED.fullmatch(text, last_end, start):
            sums = {large + small for large in found[-1].readings for small in readings if small < last_scale}
            found[-1] = replace(found[-1], readings=found[-1].readings | sums)
            readings |= sums
        elif found and last_scale < scale and _RANGE.fullmatch(text, last_end, start):
            scaled = {value * scale / last_scale for value in found[-1].readings}
            found[-1] = replace(found[-1], readings=found[-1].readings | scaled)
        before = _SCALE_BEFORE.search(text, max(0, start - 24), start)
        found.append(
            SourceNumber(
                arabic[start:end],
                start,
                end,
                frozenset(readings),
                _parts(match[0]) if scale == 1 else (),
                _scale(before[1]) if before else Decimal(0),
                any(first <= start and end <= last for first, last in dates),
            )
        )
        last_end, last_scale = scale_end, scale
    return tuple(found)


def missing_source_numbers(source: str, target: str) -> tuple[SourceNumber, ...]:
    """Find the numbers of the Arabic source that the English target does not carry.

    A number that stands twice in the source and once in the target counts as carried.

    Args:
        source: Arabic text, prepared or as written.
        target: English text.
    """
    numbers = source_numbers(source)
    if not numbers:
        return ()
    values, months = english_values(target), _months(target)
    return tuple(number for number in numbers if not _carried(number, target, values, months))


def missing_numbers(source: str, target: str) -> tuple[str, ...]:
    """`missing_source_numbers` as they are written in the source, none twice.

    >>> missing_numbers("نحو 350 ألف قذيفة بحلول عام 2027", "some 350,000 shells by 2026")
    ('2027',)
    """
    return tuple(dict.fromkeys(number.text for number in missing_source_numbers(source, target)))


@lru_cache(maxsize=4096)
def english_values(english: str) -> Values:
    """Every value that digits and number words in English text may mean, generously.

    Part values count too: "two and a half million" gives 2.5 million, and also 2, 2.5, 0.5 and a million.

    >>> sorted(map(int, english_values("between 3 and five million")))
    [3, 5, 3000000, 5000000]
    """
    text = english.translate(TO_ASCII)
    lowered = text.lower()
    tokens = _TOKEN.findall(lowered)
    values = {_LOOSE[word] for word in tokens if word in _LOOSE}
    for place in range(len(tokens)):
        values.update(_values_from(tokens, place))
    values.update(Decimal(_roman(match[0])) for match in _ROMAN.finditer(text))
    values.update(Decimal(1) for _ in _ROMAN_ONE.finditer(text))
    values.update(Decimal(_roman(match[1].upper())) for match in _ROMAN_ITEM.finditer(text))
    for first, second, bare in _SHORT_YEAR.findall(lowered):
        values.update(map(Decimal, ("19" + bare, "20" + bare) if bare else (first[: -len(second)] + second,)))
    for groups in _CLOCK_EN.findall(lowered):
        values.update(Decimal(group) for group in groups if group)
    return frozenset(values)


def _carried(number: SourceNumber, target: str, values: Values, months: Values) -> bool:
    accepted = values | months if number.month else values
    if number.readings & accepted or (number.parts and all(part & accepted for part in number.parts)):
        return True
    scale = number.rest_of
    if scale and any(value > scale and value % scale in number.readings for value in values):
        return True
    return not number.readings and number.text.translate(TO_ASCII) in target.translate(TO_ASCII)


def _scale(word: str) -> Decimal:
    return _SCALE_OF[re.sub(MARKS, "", word)]


def _scale_after(text: str, end: int) -> tuple[Decimal, int]:
    """Product of the scale words (ألف, مليون) from `end` on, 1 for none, and where they end."""
    scale = Decimal(1)
    while match := _SCALE_AFTER.match(text, end):
        scale, end = scale * _scale(match[1]), match.end()
    return scale, end


def _readings(digits: str) -> Values:
    """Values that digits with separators may have: 3.500 is 3500 or 3.5, 1.000.000 only 1000000.

    None for what is no single number (12.5.2024) or is too long to be a quantity.
    """
    if len(digits) > _LONGEST:
        return frozenset()
    first, *others = re.split("[., ]", digits)
    if not others:
        return frozenset({Decimal(first)})
    if first == "000":  # UN documents group the other way round: 000 100 is 100,000
        return (
            frozenset({Decimal("".join((others[-1], *others[:-1], first)))})
            if " " in digits
            else frozenset({Decimal(0)})
        )
    separators = "".join(character for character in digits if not character.isdecimal())
    readings = set()
    grouped = len(first) <= 3 and first != "0" and all(len(piece) == 3 for piece in others)
    if grouped and len(set(separators)) == 1:
        readings.add(Decimal(first + "".join(others)))
    groups_before_point = len(set(separators[:-1])) <= 1 and all(len(piece) == 3 for piece in others[:-1])
    if (
        separators[-1] not in separators[:-1] + " "
        and groups_before_point
        and not (grouped and others[-1] == "000")
    ):
        readings.add(Decimal(f"{first}{''.join(others[:-1])}.{others[-1]}"))
    return frozenset(readings)


def _parts(digits: str) -> tuple[Values, ...]:
    """The numbers between separators that may be numbers of their own (12.5.2024, 2024,2025), or none."""
    pieces = re.split("[., ]", digits)
    if len(digits) > _LONGEST or len(pieces) == 1:
        return ()
    if len(pieces) == 2 and len(pieces[1]) < 4 and " " not in digits:
        return ()
    return tuple(frozenset({Decimal(piece)}) for piece in pieces)


def _values_from(tokens: list[str], start: int) -> Iterator[Decimal]:
    """Values of the numerals that begin at token `start`: of the whole one and of all its beginnings."""
    word = tokens[start]
    if word[0].isdecimal():
        firsts, place = set(_readings(word)), start + 1
        yield from (value for part in _parts(word) for value in part)
    elif word in _FRACTION_EN:
        firsts, place = {_FRACTION_EN[word]}, start + 1
        while place < len(tokens) and tokens[place] in ("of", "a", "an", "the"):
            place += 1
    elif word in _BELOW_HUNDRED:
        firsts, place = {_BELOW_HUNDRED[word]}, start + 1
    elif word in _SCALE_EN and len(word) > 3 and not (start and _is_numeral(tokens[start - 1])):
        yield from _continued(tokens, start, Decimal(1))
        return
    else:
        return
    yield from firsts
    for first in firsts:
        yield from _continued(tokens, place, first)
        if 10 < first <= 20 and not word[0].isdecimal():  # "nineteen eighty-four"
            after = place + (tokens[place : place + 1] == ["-"])
            yield from (first * 100 + value for value in _below_hundred(tokens, after))
    if tokens[place : place + 1] and tokens[place] in _LINKS and tokens[place + 2 : place + 3]:
        scale = _SCALE_EN.get(tokens[place + 2])
        if scale:  # "between 3 and 5 million": the first means millions too
            yield from (first * scale for first in firsts)


def _continued(tokens: list[str], place: int, first: Decimal) -> Iterator[Decimal]:
    """Values of a numeral whose first word is worth `first`, growing word by word from `place` on."""
    total, group = Decimal(0), first
    total_scale = last_scale = Decimal(1)
    while place < len(tokens):
        word = tokens[place]
        if word in _SCALE_EN:
            last_scale = _SCALE_EN[word]
            if last_scale == 100 and group:
                group *= last_scale
            elif group and last_scale < total_scale:
                total, group, total_scale = total + group * last_scale, Decimal(0), last_scale
            else:
                total, group, total_scale = (total + group) * last_scale, Decimal(0), last_scale
            yield total + group
        elif word == "and" and tokens[place + 1 : place + 3] in (["a", "half"], ["a", "quarter"]):
            group += _FRACTION_EN[tokens[place + 2]] * last_scale
            yield total + group
            place += 2
        elif word in _BELOW_HUNDRED and _fits(group, _BELOW_HUNDRED[word]):
            group += _BELOW_HUNDRED[word]
            yield total + group
        elif word != "and" and word != "-":
            return
        place += 1


def _is_numeral(token: str) -> bool:
    return token[0].isdecimal() or token in _BELOW_HUNDRED or token in _SCALE_EN or token in _FRACTION_EN


def _below_hundred(tokens: list[str], place: int) -> Iterator[Decimal]:
    first = _BELOW_HUNDRED.get(tokens[place]) if place < len(tokens) else None
    if first is not None:
        yield first
        yield from (value for value in _continued(tokens, place + 1, first) if value < 100)


def _fits(group: Decimal, value: Decimal) -> bool:
    """Whether `value`, below 100, may go on a numeral: "forty two", "hundred and two", "thousand two"."""
    return group % 100 == 0 or (group % 100 >= 20 and group % 10 == 0 and 0 < value < 10)


def _months(english: str) -> Values:
    return frozenset(Decimal(_MONTHS.index(match[1]) + 1) for match in _MONTH.finditer(english.lower()))


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(
        -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
    )
