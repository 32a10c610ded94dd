"""How alike an Arabic and a Latin spelling sound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.transliteration import likeness, near_consonants, skeleton

ALIKE = """
فاديفول Wadephul
أوبرمان Obermann
شتاينبرغ Steinberg
شتاينبرج Steinberg
ميرتس Merz
بيستوريوس Pistorius
كازلاوسكاس Kazlauskas
زيلينسكي Zelensky
شولتس Scholz
غوتيريش Guterres
فان_دير_لاين von_der_Leyen
تشيرنيهيف Chernihiv
شفتشينكو Shevchenko
إردوغان Erdoğan
هوكسترا Hoekstra
فايتسزيكر Weizsäcker
الأسد al-Assad
محمد Mohammed
ماكرون Macron
جونسون Johnson
"""
DIFFERENT = """
أوبرمان spokesman
الوزير minister
برلين Reuters
الحلف NATO
المحكمة ICC
الشرطة police
الحكومة government
فاديفول Merz
"""


@pytest.mark.parametrize("row", ALIKE.split("\n")[1:-1])
def test_the_same_name(row: str) -> None:
    arabic, latin = row.replace("_", "\u00a0").split(" ")
    assert likeness(arabic, latin) >= 0.65
    assert likeness(arabic, latin.upper()) == likeness(arabic, latin)


@pytest.mark.parametrize("row", DIFFERENT.split("\n")[1:-1])
def test_another_word(row: str) -> None:
    arabic, latin = row.split(" ")
    assert likeness(arabic, latin) < 0.6


@pytest.mark.parametrize(
    ("arabic", "latin"), [("", "A"), ("ا", ""), ("", ""), ("123", "Merz"), ("ميرتس", "١٢")]
)
def test_nothing_is_like_nothing(arabic: str, latin: str) -> None:
    assert likeness(arabic, latin) == 0.0


@settings(deadline=None)
@given(st.text(max_size=12), st.text(max_size=12))
def test_a_share(arabic: str, latin: str) -> None:
    assert 0 <= likeness(arabic, latin) <= 1
    assert skeleton(near_consonants(arabic)) == skeleton(arabic)
