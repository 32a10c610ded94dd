from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.numbers import english_values, missing_numbers, missing_source_numbers, source_numbers

UNHURRIED = settings(deadline=None)  # a busy machine is no fault of the code
DATA = Path(__file__).parents[1] / "data"
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def rows(name: str) -> list[tuple[str, ...]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("source", "target", "missing"), rows("numbers.tsv"))
def test_missing_numbers(source: str, target: str, missing: str) -> None:
    assert missing_numbers(source, target) == tuple(part for part in missing.split("|") if part != "-")


def test_a_number_knows_its_place() -> None:
    [first, second] = source_numbers("من ٤٥ إلى 12,5 بالمئة")
    assert (first.text, first.start, first.end) == ("٤٥", 3, 5)
    assert (second.text, second.start, second.end) == ("12,5", 10, 14)
    assert second.readings == {Decimal("12.5")}
    assert [number.start for number in missing_source_numbers("من ٤٥ إلى 12,5 بالمئة", "from 45")] == [10]


def test_minutes_of_a_full_hour_and_digits_of_an_address_do_not_count() -> None:
    assert [number.text for number in source_numbers("الساعة 21:00 على www.site7.de/99 أو a1@b2.de")] == [
        "21"
    ]


def test_digits_without_a_value_must_stand_as_they_are() -> None:
    digits = "1234567890" * 5
    assert missing_numbers(digits, f"code {digits}") == ()
    assert missing_numbers(digits, "code 1234567890") == (digits,)


@pytest.mark.parametrize(
    ("english", "value"),
    [
        ("one million two hundred thousand and five", "1200005"),
        ("two thousand million", "2000000000"),
        ("three and a half billion", "3500000000"),
        ("a million and a half", "1500000"),
        ("half a century", "50"),
        ("ninety-nine", "99"),
        ("the twelfth", "12"),
        ("chapter (iv)", "4"),
        ("from 1.5 to 2 million", "1500000"),
        ("1943–6", "1946"),
    ],
)
def test_english_values(english: str, value: str) -> None:
    assert Decimal(value) in english_values(english)


@UNHURRIED
@given(st.integers(0, 10**12))
def test_any_number_is_carried_by_itself(value: int) -> None:
    for source in (str(value), f"{value:,}", f"{value:,}".replace(",", "."), str(value).translate(EASTERN)):
        assert missing_numbers(f"عدد {source} شخص", f"exactly {value:,} persons") == ()


@UNHURRIED
@given(st.integers(2, 999), st.integers(2, 999))
def test_another_number_does_not_carry_it(value: int, other: int) -> None:
    assume(value != other)
    assert missing_numbers(f"عدد {value} شخص", f"exactly {other} persons") == (str(value),)


@UNHURRIED
@given(st.integers(1, 99), st.sampled_from([("ألف", 10**3), ("مليون", 10**6), ("مليار", 10**9)]))
def test_a_scale_word_multiplies(value: int, scale: tuple[str, int]) -> None:
    word, factor = scale
    assert missing_numbers(f"نحو {value} {word} يورو", f"some {value * factor:,} euros") == ()
    assert missing_numbers(f"نحو {value} {word} يورو", f"some {value} euros") == (str(value),)


@UNHURRIED
@given(st.text(alphabet="0123456789.,:/- ٣٫٬،وفيألف مليون", max_size=40), st.text(max_size=40))
def test_numbers_are_spans_of_the_source(source: str, target: str) -> None:
    numbers = source_numbers(source)
    assert all(source[number.start : number.end] == number.text for number in numbers)
    assert [number.start for number in numbers] == sorted({number.start for number in numbers})
    assert set(missing_numbers(source, target)) <= {number.text for number in numbers}
