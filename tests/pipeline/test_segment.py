"""Segmentation: tables of sentences and documents, and what must hold for any text."""

import re
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.blocks import find_blocks, is_translatable
from pipeline.prepare import prepare
from pipeline.segment import MAX_WORD_WIDTH, segment_document

TABLES = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "segmentation.yaml").read_text(encoding="utf-8")
)


def table(name: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{origin}: {case['about']}")
        for origin, cases in TABLES[name].items()
        for case in cases
    ]


PIECES = (
    *'ابتلوفهـد .،؛؟!…?:"«»“”()[]-*#\n\t\r\u00a0\u200f\ufeff\f',
    *"0123٤٥🙂aZ",
    "قال ",
    "وقال ",
    "كلمة ",
    ". ",
    "\n\n",
    "\r\n",
    "\n- ",
    "\n١. ",
    "\n(أ) ",
    "\n## ",
    "د. ",
    "https://x.de/",
    "...",
    "&nbsp;",
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
)
MARKER = re.compile(r"\W*(?:\d{1,3}|[^\W\d_])?[\W\u0640]*")  # at most one number or letter
LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")


@pytest.mark.parametrize("case", table("sentences"))
def test_sentences(case: dict[str, Any]) -> None:
    document = segment_document("-", case.get("text", " ".join(case["parts"])))
    assert [segment.source for segment in document.segments] == case["parts"]


@pytest.mark.parametrize("case", table("documents"))
def test_documents(case: dict[str, Any]) -> None:
    document = segment_document("-", case["text"])
    kinds = {"h": "heading", "p": "paragraph", "l": "list_item"}
    expected = [(kinds[kind], str(source)) for kind, source in case["segments"]]
    assert [(segment.kind, segment.source) for segment in document.segments] == expected


@given(texts, st.integers(1, 12))
def test_segments_are_slices_in_order_and_lose_nothing(text: str, max_source_words: int) -> None:
    document = segment_document("name", text, max_source_words=max_source_words)
    assert (document.name, document.text) == ("name", text)
    end = 0
    for segment in document.segments:
        block = document.blocks[segment.block]
        assert end <= segment.start < segment.end
        assert max(block.start, 0) <= segment.start < segment.end <= block.end
        assert segment.kind == block.kind
        assert segment.source == text[segment.start : segment.end] == segment.source.strip()
        assert is_translatable(segment.source)
        end = segment.end
    for block in document.blocks:
        assert is_translatable(text[block.start : block.end])
    assert all(left.end <= right.start for left, right in pairwise(document.blocks))
    assert {segment.block for segment in document.segments} == set(range(len(document.blocks)))


@given(texts, st.integers(1, 12))
def test_between_segments_are_only_space_signs_and_markers(text: str, max_source_words: int) -> None:
    document = segment_document("-", text, max_source_words=max_source_words)
    end = 0
    for block in document.blocks:
        *before, marker = LINE_END.split(text[end : block.start])
        assert not any(map(is_translatable, before))
        assert MARKER.fullmatch(marker)
        end = block.end
    assert not is_translatable(text[end:])
    inside = "".join(text[block.start : block.end] + "\n" for block in document.blocks)
    for segment in document.segments:
        before, found, inside = inside.partition(segment.source)
        assert found
        assert not is_translatable(before)
    assert not is_translatable(inside)


@given(texts)
def test_segments_prepare_to_something(text: str) -> None:
    assert all(prepare(segment.source) for segment in segment_document("-", text).segments)


@given(texts)
def test_rendering_the_sources_gives_the_text(text: str) -> None:
    """A space is put where sentences touch; nothing else changes."""
    document = segment_document("-", text)
    rendered = document.render([segment.source for segment in document.segments])
    touching = [
        right.start
        for left, right in pairwise(document.segments)
        if left.end == right.start and left.block == right.block
    ]
    for start in reversed(touching):
        text = f"{text[:start]} {text[start:]}"
    assert rendered == text


@given(texts)
def test_line_ends_outside_of_blocks_survive_translation(text: str) -> None:
    document = segment_document("-", text)
    rendered = document.render(["x"] * len(document.segments))
    inside = sum(len(LINE_END.findall(segment.source)) for segment in document.segments)
    assert len(LINE_END.findall(rendered)) == len(LINE_END.findall(text)) - inside


@given(
    st.lists(st.sampled_from(["كلمة", "قال،", "وقال", "نعم؛", "x" * 90, "لكن"]), max_size=60),
    st.integers(1, 9),
)
def test_parts_are_short_enough(words: list[str], max_source_words: int) -> None:
    text = " ".join(words)
    document = segment_document("-", text, max_source_words=max_source_words)
    for segment in document.segments:
        counted = sum(-(-len(word) // MAX_WORD_WIDTH) for word in segment.source.split())
        assert counted <= max_source_words
    assert "".join(segment.source for segment in document.segments).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("أ ب ج د ه و ز ح", ["أ ب ج د ه و ز ح"]),
        ("أ ب ج د ه و ز ح ط ي", ["أ ب ج د ه", "و ز ح ط ي"]),
        ("أ ب، ج د ه و ز ح ط ي", ["أ ب،", "ج د ه و ز ح ط ي"]),
        ("أ ب، وقال ج د ه و، ح ط ي", ["أ ب،", "وقال ج د ه و، ح ط ي"]),
        ("أ ب ج، د ه، فيما و ز ح ط", ["أ ب ج، د ه،", "فيما و ز ح ط"]),
        ("أ ب ج د ه، وقال و ز؛ ح ط ي", ["أ ب ج د ه، وقال و ز؛", "ح ط ي"]),
        ("أ ب ج د: ه و ز ح ط", ["أ ب ج د:", "ه و ز ح ط"]),
    ],
)
def test_long_sentences_are_divided_at_the_best_place(text: str, parts: list[str]) -> None:
    document = segment_document("-", text, max_source_words=8)
    assert [segment.source for segment in document.segments] == parts


def test_long_quotations_are_divided_into_sentences() -> None:
    sentence = "سنرد على كل هجوم."
    short, long = (f"قال: «{' '.join([sentence] * count)}» قال." for count in (7, 8))
    assert len(segment_document("-", short, max_source_words=58).segments) == 1
    assert len(segment_document("-", long, max_source_words=58).segments) == 8


def test_an_unclosed_quotation_does_not_swallow_the_article() -> None:
    text = "قال: «" + " ".join(["سنرد على كل هجوم."] * 500)
    assert len(segment_document("-", text).segments) == 500


@pytest.mark.parametrize("width", [45, 60, 72, 80, 95])
def test_unwrapping_against_textwrap(width: int) -> None:
    """Oracle: what `textwrap` has wrapped comes out as the paragraphs that went in."""
    paragraphs = TABLES["prose"]
    text = "\n\n".join(textwrap.fill(paragraph, width, break_on_hyphens=False) for paragraph in paragraphs)
    found = [" ".join(text[block.start : block.end].split()) for block in find_blocks(text)]
    assert found == paragraphs


@pytest.mark.parametrize(
    "line",
    [
        "كلمة " * 200_000,
        "كلمة، " * 170_000,
        "كلمة. " * 30_000,
        "«كلمة. " * 20_000,
        "ك" * 1_000_000,
        "(" * 1_000_000,
        "ك… " * 30_000,
        "(ك.) " * 20_000,
        "«" * 200_000 + "ك" + "»" * 200_000,
        "\u200f" * 1_000_000 + "ك",
        "1. ك " * 20_000,
    ],
    ids=lambda line: line[:8],
)
def test_long_lines(line: str) -> None:
    """Anything quadratic in the length of a line would not come back."""
    document = segment_document("-", line)
    if is_translatable(line):
        begin = document.segments[0].start
        expected = sum(is_translatable(word) for word in line[begin:].split())
        assert sum(map(is_translatable, " ".join(s.source for s in document.segments).split())) >= expected
    assert all(len(segment.source) <= 60 * (MAX_WORD_WIDTH + 1) for segment in document.segments)


def test_limit_must_be_positive() -> None:
    with pytest.raises(ValueError, match="max_source_words must be at least 1, not 0"):
        segment_document("-", "قال", max_source_words=0)
