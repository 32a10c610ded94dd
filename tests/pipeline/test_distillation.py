"""A student's English written by a teacher, here a tiny one."""

import json
from pathlib import Path

import pytest
from tiny_checkpoint import ARABIC, ENGLISH

from pipeline.configuration import validate_config
from pipeline.errors import CorpusError, ModelError
from pipeline.training.config import DistillationConfig, TrainingConfig
from pipeline.training.distillation import write_english
from pipeline.training.run import train


def teacher(folder: Path) -> DistillationConfig:
    return DistillationConfig(teacher=str(folder), sets=("plain",), beam_size=2, device="cpu")


def test_writes_what_the_teacher_says_line_by_line(tiny_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "teacher.jsonl"
    english = write_english(ARABIC[:4], teacher(tiny_folder), path)
    assert english[0] == ENGLISH[0]
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {"teacher": str(tiny_folder), "beam_size": 2}
    assert rows[1:] == [[source, target] for source, target in zip(ARABIC[:4], english, strict=True)]


def test_goes_on_where_a_kill_cut_it_off(tiny_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "teacher.jsonl"
    settings = teacher(tiny_folder)
    write_english(ARABIC[:1], settings, path)
    heading = path.read_text(encoding="utf-8").splitlines()[0]
    # A line separator within a sentence ends no line of the file.
    kept = json.dumps([ARABIC[0], "kept from\u2028before"], ensure_ascii=False)
    path.write_text(f'{heading}\n{kept}\n["{ARABIC[1]}", "cut o', encoding="utf-8")
    english = write_english(ARABIC[:3], settings, path)
    assert english[0] == "kept from\u2028before"
    assert len(english) == 3
    assert all(english)
    assert path.read_text(encoding="utf-8").count("\n") == 4


def test_an_overlong_sentence_has_no_english(tiny_folder: Path, tmp_path: Path) -> None:
    english = write_english(["كلمة " * 2000, ARABIC[0]], teacher(tiny_folder), tmp_path / "teacher.jsonl")
    assert english == ["", ENGLISH[0]]


def test_other_sentences_are_refused(tiny_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "teacher.jsonl"
    write_english(ARABIC[:2], teacher(tiny_folder), path)
    with pytest.raises(CorpusError, match="written for other sentences"):
        write_english(ARABIC[2:5], teacher(tiny_folder), path)


def test_another_teacher_and_a_damaged_file_are_refused(tiny_folder: Path, tmp_path: Path) -> None:
    path, settings = tmp_path / "teacher.jsonl", teacher(tiny_folder)
    write_english(ARABIC[:1], settings, path)
    with pytest.raises(CorpusError, match="or by another teacher"):
        write_english(ARABIC[:2], settings.model_copy(update={"beam_size": 1}), path)
    path.write_text("{\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"teacher\.jsonl: damaged"):
        write_english(ARABIC[:1], settings, path)


def test_a_teacher_that_is_not_here(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        write_english(ARABIC[:2], teacher(tmp_path / "nowhere"), tmp_path / "teacher.jsonl")


def test_a_student_learns_from_arabic_alone(tiny_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "arabic.txt").write_text("".join(f"{line}\n" for line in ARABIC), encoding="utf-8")
    dev = "".join(f"{source}\t{target}\n" for source, target in zip(ARABIC[:2], ENGLISH[:2], strict=True))
    (tmp_path / "dev.tsv").write_text(dev, encoding="utf-8")
    config = validate_config(
        {
            "name": "student",
            "data": {
                "sets": [{"name": "plain", "files": ["arabic.txt"], "weight": 1, "columns": ["text"]}],
                "dev": "dev.tsv",
            },
            "distillation": {"teacher": str(tiny_folder), "sets": ["plain"], "device": "cpu"},
            "vocabulary": {"source_size": 110, "target_size": 110},
            "model": {
                "width": 32,
                "encoder_layers": 1,
                "decoder_layers": 1,
                "heads": 2,
                "feed_forward": 64,
                "max_positions": 256,
            },
            "optimisation": {"max_updates": 2, "batch_pieces": 200, "alignment_weight": 0},
        },
        TrainingConfig,
        "student",
    )
    result = train(config, [tmp_path], tmp_path / "run")
    counts = json.loads((tmp_path / "run" / "corpus.json").read_text(encoding="utf-8"))
    assert counts["sets"]["plain"] == {"pairs": 10, "dropped": {"in the dev set": 2}}
    assert "written by its teacher" in (result.checkpoint / "README.md").read_text(encoding="utf-8")
