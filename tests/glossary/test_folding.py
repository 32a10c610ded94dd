"""Folding, its way back, and what attaches in front of a word."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glossary.arabic import (
    Folded,
    fold,
    has_arabic,
    has_article,
    is_accusative,
    join,
    spellings,
    with_proclitics,
)

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآٱؤئءىة"
TRICKY = (
    ARABIC
    + "ـًٌٍَُِّْٰٕٓٔ"
    + "یکڤپہے٠١٩۰۹٪٫"
    + "\u200f\u200e\u200b\u200c\u202b\ufeff\u00ad\u2066"
    + " \n\t\u00a0"
    + "ﻻﷲﷺﹰﹷ´ﬁ½é"
)
texts = st.one_of(st.text(), st.text(TRICKY), st.text(st.characters(exclude_categories=())))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("مُحَمَّدٌ", "محمد"),
        ("الـنـاتـو", "الناتو"),
        ("أإآٱا", "ااااا"),
        ("مسؤول مسئول", "مسوول مسيول"),
        ("وزراء", "وزراء"),
        ("على مدرسة", "علي مدرسه"),
        ("کیف", "كيف"),
        ("ڤولفغانغ پوتسدام", "فولفغانغ بوتسدام"),
        ("ا\u0654 و\u0654 ي\u0654 ا\u0653", "ا و ي ا"),
        ("١٢٣ ۴۵۶ 789 ٢٫٥٪", "123 456 789 2.5%"),
        ("ﻻ ﷲ ﺍﻟﻨﺎﺗﻮ", "لا الله الناتو"),
        ("ﺍﻟﻨﹷﺎﺗﻮﹰ", "الناتو"),
        ("a \u00a0\t\n b", "a b"),
        (" \u064b ", " "),
        ("\u200fNATO\u200e \u2066EU\u2069", "NATO EU"),
        ("IRIS‑T F–35", "IRIS-T F-35"),
        ("ＮＡＴＯ", "NATO"),
        ("Düsseldorf Du\u0308sseldorf", "Dusseldorf Dusseldorf"),
        ("👩‍🚀 𝔸 \ud800", "👩🚀 A \ud800"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folding_every_assigned_character_twice_changes_nothing() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(char) not in ("Cn", "Co"):
            once = fold(char)
            assert fold(once) == once, f"U+{ord(char):04X}"


@given(texts)
@example("a \u064b \u064b b")
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(TRICKY))
def test_folding_does_not_see_normalisation(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, text)) == fold(text)


@given(texts)
@example("ﷺ  ﷺ")
@example(" \u064b \u200f ")
@example("abc")
def test_offsets_lead_back(text: str) -> None:
    folded = Folded.of(text)
    assert folded.text == fold(text)
    offsets = [folded.offset(index) for index in range(len(folded.text) + 1)]
    assert offsets[-1] == len(text)
    assert offsets == sorted(offsets)
    for offset, char in zip(offsets, folded.text, strict=False):
        assert char in fold(text[offset])
    assert folded.halved == {i for i in range(1, len(offsets)) if offsets[i - 1] == offsets[i]}


@given(texts, st.data())
def test_a_span_folds_to_its_text(text: str, data: st.DataObject) -> None:
    folded = Folded.of(text)
    inner = [i for i in range(len(folded.text)) if folded.text[i] != " "]
    if not inner:
        return
    start = data.draw(st.sampled_from(inner))
    end = data.draw(st.sampled_from([i for i in inner if i >= start])) + 1
    source_start, source_end = folded.span(start, end)
    assert 0 <= source_start < source_end <= len(text)
    surface = fold(text[source_start:source_end])
    assert folded.text[start:end] in surface
    if not folded.halved & {start, end}:
        assert surface == folded.text[start:end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("NATO 2030", False),
        ("،؟", False),
        ("٢٠٣٠", False),
        ("ﻻ", True),
        ("NATO و", True),
        ("گ", True),
    ],
)
def test_has_arabic(text: str, expected: bool) -> None:
    assert has_arabic(text) is expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("الناتو", True),
        ("ٱلناتو", True),
        ("اَلْناتو", True),
        ("الـIRIS-T", True),
        ("\u200fالناتو", True),
        ("ﺍﻟﻨﺎﺗﻮ", True),
        ("ألمانيا", False),
        ("ا\u0654لمانيا", False),
        ("ﺃﻟﻤﺎﻧﻴﺎ", False),
        ("إلزه", False),
        ("آلة", False),
        ("ناتو", False),
        ("ال", False),
        ("ال 2", False),
        ("", False),
    ],
)
def test_has_article(form: str, expected: bool) -> None:
    assert has_article(form) is expected


@pytest.mark.parametrize(
    ("left", "form", "joined"),
    [
        ("الأمين العام ل", "الناتو", "الأمين العام للناتو"),
        ("الأمين العام لـ", "الناتو", "الأمين العام للناتو"),
        ("الأمين العام لِ", "الناتو", "الأمين العام للناتو"),
        ("رئيس ل", "اللجنة", "رئيس للجنة"),
        ("ل", "الناتو", "للناتو"),
        ("ول", "الناتو", "وللناتو"),
        ("ل", "ٱلناتو", "للناتو"),
        ("سفير ل", "ألمانيا", "سفير لألمانيا"),
        ("سفير ل", "ناتو", "سفير لناتو"),
        ("قمة ", "الناتو", "قمة الناتو"),
        ("ب", "الناتو", "بالناتو"),
        ("دول", "الناتو", "دولالناتو"),
        ("دُوَل", "الناتو", "دُوَلالناتو"),
        ("", "الناتو", "الناتو"),
    ],
)
def test_join_contracts(left: str, form: str, joined: str) -> None:
    assert join(left, form) == joined


def attached(form: str, *, name: bool = False) -> set[str]:
    return {prefix + spelling.text for spelling in spellings(form, name=name) for prefix in spelling.prefixes}


@pytest.mark.parametrize(
    ("form", "attaches", "does_not"),
    [
        ("الناتو", "الناتو والناتو بالناتو فكالناتو للناتو وللناتو فللناتو", "ناتو وناتو الالناتو لللناتو"),
        ("اللجنة", "اللجنه للجنه وللجنه لللجنه", "لجنه الللجنه"),
        ("ألمانيا", "المانيا لالمانيا وبالمانيا الالمانيا", "للمانيا"),
        ("لجنة", "لجنه للجنه اللجنه ولجنه بلجنه باللجنه", "لجن"),
        ("وزير", "وزير ووزير الوزير بوزير للوزير", "زير سوزير سالوزير"),
        ("مير", "مير ومير المير بالمير للمير", "سمير لمير كمير فمير بمير"),
    ],
)
def test_spellings_of_words(form: str, attaches: str, does_not: str) -> None:
    assert attached(form) >= set(attaches.split())
    assert not attached(form) & set(does_not.split())


def test_spellings_of_phrases_and_names() -> None:
    assert attached("بي في") >= {"بي في", "لبي في", "البي في", "سبي في", "للبي في"}
    assert attached("أوديسا", name=True) == {
        c + p + "اوديسا" for c in ("", "و", "ف") for p in ("", "ب", "ك", "ل")
    }
    assert attached("بون", name=True) == {"بون", "وبون"}
    assert attached("بحر أسود", name=True) == attached("بحر أسود")
    assert attached("القرم", name=True) == attached("القرم")


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("ألمانيًا", True),
        ("ألمانياً", True),
        ("ألمانيا", False),
        ("ًألمانيا", False),
        ("ألمانيٌ", False),
        ("", False),
    ],
)
def test_is_accusative(surface: str, expected: bool) -> None:
    assert is_accusative(surface) is expected


def test_neighbours_may_carry_every_proclitic() -> None:
    assert {"بحر", "البحر", "لبحر", "للبحر", "وبالبحر", "فبحر"} <= set(with_proclitics("بحر"))
    assert {"المحيط", "للمحيط", "وبالمحيط"} <= set(with_proclitics("المحيط"))
    assert "محيط" not in with_proclitics("المحيط")
