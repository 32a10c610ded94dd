"""Preparation: a table of cases, and what must hold for all of Unicode."""

import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prepare import MAX_PASSES, STEPS, explain, prepare, prepare_with_offsets

CASES = yaml.safe_load((Path(__file__).parents[1] / "data" / "preparation.yaml").read_text(encoding="utf-8"))
NAMED_CASES = [
    pytest.param(case["text"], case.get("prepared", case["text"]), id=f"{origin}: {case['about']}")
    for origin, cases in CASES.items()
    for case in cases
]
PIECES = (
    *"ابتلكمهنويأإآؤئىةگپ",
    *"\u064b\u0651\u0670\u0653\u0654\u0301\u200c\u200d\u200f\ufeff\u200b\u0640",
    *"٠١٢٣0123.،,٫٬٪%:&;#x!؟?…- \n\u00a0\x00\x85\ud800",
    *"ﻻﷲﷺﹰﹷ가각क्ｆé",
    "&amp;",
    "&quot;",
    "&#39;",
    "&#x640;",
    "&#1643;",
    "amp;",
    "&nbsp;",
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
)


@pytest.mark.parametrize(("text", "prepared"), NAMED_CASES)
def test_table(text: str, prepared: str) -> None:
    assert prepare(text) == prepared
    assert prepare(prepared) == prepared


def test_every_step_is_shown_in_the_table() -> None:
    taken = {change.step for cases in CASES.values() for case in cases for change in explain(case["text"])}
    assert taken == {step.name for step in STEPS}


@given(texts)
def test_preparing_twice_equals_preparing_once(text: str) -> None:
    prepared = prepare(text)
    assert prepare(prepared) == prepared
    assert not explain(prepared)


@given(texts)
def test_prepared_text_can_be_encoded_and_is_composed_and_on_one_line(text: str) -> None:
    prepared = prepare(text)
    prepared.encode("utf-8")
    assert unicodedata.is_normalized("NFC", prepared)
    assert prepared == " ".join(prepared.split())


def test_chunks_can_be_composed_one_by_one() -> None:
    """A code point that begins a chunk must not compose with, or move before, what stands in front."""
    pattern = next(step.pattern for step in STEPS if step.name == "composition")
    decompositions = (unicodedata.decomposition(chr(code)).split() for code in range(sys.maxunicode + 1))
    composing = {int(parts[1], 16) for parts in decompositions if len(parts) == 2 and parts[0][0] != "<"}
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        match = pattern.match("a" + char)
        assert match is not None
        if match.end() == 1:
            first = unicodedata.normalize("NFD", char)[0]
            assert unicodedata.combining(first) == 0
            assert not {code, ord(first)} & composing


@given(texts)
def test_offsets(text: str) -> None:
    prepared = prepare_with_offsets(text)
    assert prepared.text == prepare(text)
    assert len(prepared.offsets) == len(prepared.text) + 1
    assert prepared.offsets[-1] == len(text)
    assert all(0 <= left <= right for left, right in pairwise(prepared.offsets))


@given(st.text("ابتلمنهوي ، \u0640\u200f\u200c\ufeff\x07", max_size=40))
def test_offsets_lead_to_the_very_character(text: str) -> None:
    """Oracle: where characters are only removed, each one that is left stands at its offset."""
    prepared = prepare_with_offsets(text)
    for char, offset in zip(prepared.text, prepared.offsets, strict=False):
        assert text[offset] == (char if char != "-" else "\u0640")


@given(texts, st.data())
def test_neighbouring_spans_stay_neighbours(text: str, data: st.DataObject) -> None:
    prepared = prepare_with_offsets(text)
    start, middle, end = sorted(data.draw(st.integers(0, len(text))) for _ in range(3))
    left, right = prepared.prepared_span(start, middle), prepared.prepared_span(middle, end)
    assert left[1] == right[0]
    assert (left[0], right[1]) == prepared.prepared_span(start, end)
    assert 0 <= left[0] <= left[1] <= right[1] <= len(prepared.text)
    assert prepared.prepared_span(0, len(text)) == (0, len(prepared.text))


@given(texts, st.data())
def test_original_span_holds_what_it_was_made_of(text: str, data: st.DataObject) -> None:
    prepared = prepare_with_offsets(text)
    start, end = sorted(data.draw(st.integers(0, len(prepared.text))) for _ in range(2))
    first, last = prepared.original_span(start, end)
    assert 0 <= first <= last <= len(text)
    assert (first < last) == (start < end)
    back = prepared.prepared_span(first, last)
    assert start == end or (back[0] <= start and end <= back[1])


@pytest.mark.parametrize(
    ("text", "surface", "original"),
    [
        ("قال &quot;نعم&quot; اليوم", '"نعم"', "&quot;نعم&quot;"),
        ("عام ٢٠٢٤٪", "2024", "٢٠٢٤"),
        ("الـنـاتـو \u200fيجتمع", "الناتو", "الـنـاتـو"),
        ("\ufeffسﻼم", "سلا", "سﻼ"),
        ("سﻼم", "سل", "سﻼ"),
        ("ا\u0654لمانيا اليوم", "ألمانيا", "ا\u0654لمانيا"),
        ("قال \n\u00a0 نعم", "نعم", "نعم"),
    ],
)
def test_spans_there(text: str, surface: str, original: str) -> None:
    prepared = prepare_with_offsets(text)
    start = prepared.text.index(surface)
    first, last = prepared.original_span(start, start + len(surface))
    assert text[first:last] == original


@pytest.mark.parametrize(
    ("text", "original", "surface"),
    [
        ("قال &quot;نعم&quot; اليوم", "&quot;نعم&quot;", '"نعم"'),
        ("عام ٢٠٢٤", "٢٠٢٤", "2024"),
        ("الـنـاتـو يجتمع", "الـنـاتـو", "الناتو"),
        ("سﻼم", "ﻼ", "لا"),
        ("نعم\u200f لا", "\u200f", ""),
        ("نعم\u200f", "نعم\u200f", "نعم"),
    ],
)
def test_spans_back(text: str, original: str, surface: str) -> None:
    prepared = prepare_with_offsets(text)
    start = text.index(original)
    first, last = prepared.prepared_span(start, start + len(original))
    assert prepared.text[first:last] == surface


@given(texts)
def test_explain_tells_whether_anything_changed(text: str) -> None:
    changes = explain(text)
    assert bool(changes) == (prepare(text) != text)
    assert all(change.before != change.after for change in changes)


def test_explain_names_step_and_characters() -> None:
    assert explain("\u200fعام ٢٠٢٤ &amp;quot;") == (
        ("HTML reference", "&amp;quot;", '"'),
        ("invisible character", "\u200f", ""),
        ("digit", "٢٠٢٤", "2024"),
    )


def test_references_within_references_end() -> None:
    """The documented limit: deeper nesting than any feed has is left half resolved, and costs no more."""
    nested = "&amp" + "&#59" * (2 * MAX_PASSES) + ";"
    assert prepare(nested).startswith("&amp&#59")


def test_a_megabyte_on_one_line() -> None:
    text = "قال الوزير إن ٢٠٢٤ كان عامـا\u200f صعبا،  وأضاف. " * 24_000
    assert prepare(text) == " ".join(["قال الوزير إن 2024 كان عاما صعبا، وأضاف."] * 24_000)
