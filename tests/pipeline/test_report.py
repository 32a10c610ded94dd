import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict

from glossary.term import SourceForm, Term, TermMatch
from pipeline.models import ResolvedModel
from pipeline.records import (
    Document,
    DocumentTranslation,
    Finding,
    NameCandidate,
    NameChange,
    Segment,
    SegmentTranslation,
    TermOutcome,
)
from pipeline.report import Report, build_report, report_json

SOURCE = "رحّب المستشار بقرار الناتو 🕊."
TARGET = "The Chancellor welcomed the decision."
CHANGE = NameChange(4, 14, "Chancellor", "Chanceler", "uniform")
MODEL = ResolvedModel("compact", Path("compact"), "", "abc", "model: compact; another is stronger")


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TermShape(Shape):
    id: str
    surface: str
    start: int
    end: int
    rendering: str
    outcome: Literal["kept", "reranked", "renamed", "redecoded", "replaced", "missing"]
    target_start: int | None
    target_end: int | None
    before: str | None
    score_before: float | None
    score_after: float | None
    rejected: list[str]


class FindingShape(Shape):
    check: str
    severity: Literal["error", "warning", "info"]
    message: str
    start: int | None
    end: int | None
    source_start: int | None
    source_end: int | None


class ChangeShape(Shape):
    start: int
    end: int
    rendering: str
    before: str
    reason: str


class CandidateShape(Shape):
    source: str
    target: str
    mentions: int
    spellings: list[str]
    parts: list[list[str]]


class SegmentShape(Shape):
    source: str
    target: str
    score: float | None
    terms: list[TermShape]
    changes: list[ChangeShape]
    findings: list[FindingShape]


class DocumentShape(Shape):
    name: str
    segments: list[SegmentShape]
    candidates: list[CandidateShape]


class ReportShape(Shape):
    """The report as the README promises it."""

    signature: str
    model: str
    note: str
    documents: list[DocumentShape]


def term(identifier: str, form: str, target: str) -> Term:
    return Term(identifier, "organisation", "nato", (SourceForm(form),), target)


def match(term: Term, surface: str) -> TermMatch:
    start = SOURCE.index(surface)
    return TermMatch(term, start, start + len(surface), surface)


def translation(name: str = "a.txt", score: float = -0.123456789) -> DocumentTranslation:
    segment = Segment(SOURCE, 0, len(SOURCE), 0, "paragraph")
    outcomes = (
        TermOutcome(
            match(term("chancellor", "المستشار", "Chancellor"), "المستشار"),
            "Chancellor",
            "renamed",
            4,
            14,
            before="Adviser",
            score_before=-0.5,
            score_after=float("-inf"),
            rejected=("rerank: no other hypothesis has it",),
        ),
        TermOutcome(match(term("nato", "الناتو", "NATO"), "الناتو"), "NATO", "missing"),
    )
    alignment = np.zeros((1, 1), np.float32)
    findings = (Finding("terms", "error", "NATO is missing"), Finding("quotes", "info", "odd", 0, 3))
    return DocumentTranslation(
        Document(name, SOURCE, (), (segment,)),
        (
            SegmentTranslation(
                segment, TARGET, score, ((0, len(TARGET)),), alignment, outcomes, findings, (CHANGE,)
            ),
        ),
        "dragoman:1",
        (NameCandidate("هانس أوبرمان", "Hans Obermann", 2, ("Oberman",), (("هانس", "Hans"),)),),
    )


def report(*translations: DocumentTranslation) -> Report:
    return build_report(translations, signature="dragoman:1|model:compact", model=MODEL)


def test_the_json_has_the_promised_shape() -> None:
    text = report_json(report(translation(), translation("-")))
    parsed = ReportShape.model_validate_json(text)
    assert [document.name for document in parsed.documents] == ["a.txt", "-"]
    assert (parsed.signature, parsed.model, parsed.note) == (
        "dragoman:1|model:compact",
        "compact",
        "model: compact; another is stronger",
    )


def test_offsets_count_code_points_of_source_and_target() -> None:
    segment = json.loads(report_json(report(translation())))["documents"][0]["segments"][0]
    for entry in segment["terms"]:
        assert segment["source"][entry["start"] : entry["end"]] == entry["surface"]
    renamed, missing = segment["terms"]
    assert segment["target"][renamed["target_start"] : renamed["target_end"]] == renamed["rendering"]
    assert missing["target_start"] is missing["target_end"] is None


def test_all_that_is_known_of_a_repair_is_told() -> None:
    renamed = report(translation())["documents"][0]["segments"][0]["terms"][0]
    assert renamed["before"] == "Adviser"
    assert renamed["rejected"] == ["rerank: no other hypothesis has it"]


def test_arabic_stands_as_it_is_and_the_order_of_keys_is_fixed() -> None:
    text = report_json(report(translation()))
    assert SOURCE in text
    assert text == report_json(report(translation()))
    assert list(json.loads(text)) == ["signature", "model", "note", "documents"]


@pytest.mark.parametrize(
    ("score", "reported"),
    [(-0.123456789, -0.123457), (float("-inf"), None), (float("nan"), None), (0.0, 0.0)],
)
def test_scores_are_rounded_and_never_break_the_json(score: float, reported: float | None) -> None:
    parsed = ReportShape.model_validate_json(report_json(report(translation(score=score))))
    assert parsed.documents[0].segments[0].score == reported
    assert parsed.documents[0].segments[0].terms[0].score_after is None


def test_a_file_name_that_is_not_utf_8_can_be_reported() -> None:
    text = report_json(report(translation("caf\udce9.txt")))
    assert json.loads(text.encode())["documents"][0]["name"] == r"caf\udce9.txt"


def test_no_documents_are_a_report_too() -> None:
    assert ReportShape.model_validate_json(report_json(report())).documents == []


def test_a_translation_without_terms_and_findings_has_empty_lists() -> None:
    bare = translation()
    bare = replace(bare, segments=(replace(bare.segments[0], terms=(), findings=()),))
    segment = report(bare)["documents"][0]["segments"][0]
    assert (segment["terms"], segment["findings"]) == ([], [])
