"""Candidates of a translation report, read as a glossary."""

import json
from pathlib import Path

import pytest

from glossary import Glossary, GlossaryError
from glossary.report_source import read_report

STEINBERG = {
    "source": "شتاينبرغ",
    "target": "Steinberg",
    "mentions": 3,
    "spellings": ["Steinberg", "Steinburg"],
    "parts": [],
}
OBERMANN = {
    "source": "هانس أوبرمان",
    "target": "Hans Obermann",
    "mentions": 2,
    "spellings": [],
    "parts": [["هانس", "Hans"], ["أوبرمان", "Obermann"]],
}


def report(*documents: list[object]) -> str:
    return json.dumps({"signature": "s", "documents": [{"candidates": each} for each in documents]})


def one(**values: object) -> str:
    return report([{**STEINBERG, **values}])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def test_persons_and_other_names(file: Path) -> None:
    file.write_text(report([STEINBERG, OBERMANN]), encoding="utf-8")
    terms = {draft.term.target: draft.term for draft in read_report(file)}
    assert list(terms) == ["Steinberg", "Hans Obermann", "Obermann"]
    assert terms["Steinberg"].kind == "place"
    assert terms["Hans Obermann"].kind == terms["Obermann"].kind == "person"
    assert "check" in terms["Steinberg"].notes
    glossary = Glossary.load(file, builtin=False)
    [match] = glossary.find("قال هانس أوبرمان أمس")
    assert match.term.target == "Hans Obermann"


def test_each_name_once_and_each_id_once(file: Path) -> None:
    again = {**STEINBERG, "source": "شتاينبرج"}
    file.write_text(report([STEINBERG], [STEINBERG, again]), encoding="utf-8")
    assert [draft.term.id for draft in read_report(file)] == ["steinberg", "steinberg-2"]


def test_a_byte_order_mark_and_utf_16(file: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        file.write_text(one(), encoding=encoding)
        assert [draft.term.target for draft in read_report(file)] == ["Steinberg"]


def test_markup_is_text(file: Path) -> None:
    file.write_text(one(target="<script>alert(1)</script>"), encoding="utf-8")
    assert [draft.term.target for draft in read_report(file)] == ["<script>alert(1)</script>"]


HOSTILE = {
    "nothing": ("", "not JSON"),
    "half": ("{", "not JSON"),
    "text": ("Hello", "not JSON"),
    "nested lists": ("[" * 100_000, "not JSON"),
    "nested documents": ('{"documents":' + "[" * 50_000 + "]" * 50_000 + "}", "not JSON"),
    "a number without end": ('{"documents":[' + "9" * 6000 + "]}", "not JSON"),
    "a list": ("[]", "it has no documents"),
    "a number": ("1", "it has no documents"),
    "another file": ('{"terms": []}', "it has no documents"),
    "documents of another type": ('{"documents": 3}', "`documents` must be a list"),
    "a document that is none": ('{"documents": [NaN]}', "`documents` must have keys"),
    "no candidates": (report([]), "proposes no names"),
    "no documents": (report(), "proposes no names"),
    "a candidate that is none": (report([1]), "candidates"),
    "a number as name": (one(target=5), "`target` must be a text"),
    "no target": (report([{"source": "شتاينبرغ"}]), "`target` is missing"),
    "an empty target": (one(target=""), "`target` is empty"),
    "a blank target": (one(target=" \t "), "`target` is empty"),
    "an empty source": (one(source=""), "is empty"),
    "no Arabic": (one(source="abc"), "no Arabic"),
    "half a character": (one(target="\ud800"), "control character"),
    "a control character": (one(target="A\0B"), "control character"),
    "parts of another type": (one(parts="x"), "`parts` must be a list"),
    "a part without English": (one(parts=[["شتاينبرغ"]]), "parts"),
    "empty parts": (one(parts=[["", ""]]), "is empty"),
}


@pytest.mark.parametrize(("text", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_each_fault_is_one_line(file: Path, text: str, message: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GlossaryError) as caught:
        read_report(file)
    line = str(caught.value)
    assert line.startswith(str(file))
    assert message in line
    assert "\n" not in line
    assert len(line) < 500


def test_a_reference_to_a_term_is_no_name(file: Path) -> None:
    file.write_text(one(source="{nato} شتاينبرغ"), encoding="utf-8")
    with pytest.raises(GlossaryError, match="unknown term"):
        Glossary.load(file, builtin=False)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match="cannot be read"):
        read_report(tmp_path / "none.json")
