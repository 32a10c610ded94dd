"""Precision and recall of the built-in glossary on sentences annotated by hand (data/glossary/README.md)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from glossary import Glossary

FOLDER = Path(__file__).parents[1] / "data" / "glossary"


def read(name: str) -> Sequence[Mapping[str, Any]]:
    """Return the sentences of a file in data/glossary."""
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


SENTENCES = read("annotated.jsonl")
HELD_OUT = read("held_out.jsonl")


def compare(
    glossary: Glossary, sentences: Sequence[Mapping[str, Any]]
) -> tuple[int, int, list[str], list[str]]:
    """Return how many matches are right, how many of them had to be found, the false and the missed."""
    right = required = 0
    false: list[str] = []
    missed: list[str] = []
    for sentence in sentences:
        where = f"{sentence['file']}:{sentence['line']}"
        marks = list(sentence["terms"])
        for match in glossary.find(sentence["text"]):
            mark = next(
                (
                    mark
                    for mark in marks
                    if mark["id"] == match.term.id and mark["start"] < match.end and match.start < mark["end"]
                ),
                None,
            )
            if mark is None:
                false.append(f"{where} {match.surface} {match.term.id}")
                continue
            marks.remove(mark)
            right += 1
            required += not mark.get("document")
        missed += [f"{where} {mark['surface']} {mark['id']}" for mark in marks if not mark.get("document")]
    return right, required, false, missed


@pytest.mark.parametrize(
    ("sentences", "lowest_precision", "lowest_recall"),
    [
        pytest.param(SENTENCES[0::2], 0.98, 0.97, id="used for mending"),
        pytest.param(SENTENCES[1::2], 0.98, 0.94, id="faults not looked at"),
        pytest.param(HELD_OUT, 0.98, 0.925, id="annotated before the matcher ran"),
    ],
)
def test_precision_and_recall(
    sentences: Sequence[Mapping[str, Any]], lowest_precision: float, lowest_recall: float
) -> None:
    right, required, false, missed = compare(Glossary.builtin(), sentences)
    precision = right / (right + len(false))
    recall = required / (required + len(missed))
    report = "\n".join(
        [f"precision {precision:.3f}, recall {recall:.3f}", "false:", *false, "missed:", *missed]
    )
    assert precision >= lowest_precision, report
    assert recall >= lowest_recall, report


@pytest.mark.parametrize("sentences", [SENTENCES, HELD_OUT], ids=["annotated", "held out"])
def test_marks_are_sound(sentences: Sequence[Mapping[str, Any]]) -> None:
    known = Glossary.builtin().terms
    assert len(sentences) == 320
    for sentence in sentences:
        end = 0
        for mark in sentence["terms"]:
            assert end <= mark["start"] < mark["end"]
            assert sentence["text"][mark["start"] : mark["end"]] == mark["surface"]
            assert mark["id"] in known, mark
            end = mark["end"]


def test_held_out_sentences_are_new() -> None:
    texts = {sentence["text"] for sentence in HELD_OUT}
    assert len(texts) == len(HELD_OUT)
    assert texts.isdisjoint(sentence["text"] for sentence in SENTENCES)


def test_a_false_and_a_missed_match_are_counted() -> None:
    mark = {"start": 0, "end": 6, "surface": "ألمانيا", "id": "germany"}
    sentence = {"file": "f", "line": 1, "text": "برلين", "terms": [mark]}
    assert compare(Glossary.builtin(), [sentence]) == (0, 0, ["f:1 برلين berlin"], ["f:1 ألمانيا germany"])
