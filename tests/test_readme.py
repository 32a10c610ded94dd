"""The README: its commands run, its Python runs, and it names every verb and option."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import typer.main

from pipeline.checks import CHECKS
from pipeline.cli import app
from pipeline.models import ResolvedModel
from pipeline.records import NameChange
from pipeline.report import Report, build_report
from pipeline.translator import Translator

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_RUN = {
    "./run test": "it runs the tests",
    "pip install .": "it needs a network",
    "dragoman models pull base\ndragoman models pull big": "it needs a network",
    'pip install ".[train]"\ndragoman train --config configs/train-compact.yaml --data-dir corpora '
    "--data-dir OPEN --run-dir runs/compact --max-minutes 60": "it needs parallel text and hours",
}
BLOCK = re.compile(
    r"^(?:<!-- not run by the tests: (?P<reason>[^\n]*) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    reason: str | None


BLOCKS = [Block(match["language"], match["text"], match["reason"]) for match in BLOCK.finditer(README)]


def blocks(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language and block.reason is None]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a reader has: the repository, with `./run` leading to the environment that the tests run in."""
    for folder in ("examples", "configs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    script = tmp_path / "run"
    script.write_text('#!/bin/sh\nexec dragoman "$@"\n')
    script.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: block.text.splitlines()[0])
def test_commands_run(block: Block, clone: Path) -> None:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": programs, "HF_HUB_CACHE": str(clone / "hub")}
    result = subprocess.run(
        ["sh", "-eu", "-c", block.text],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout
    assert "translate" not in block.text or not re.search("[\u0621-\u064a]{3}", result.stdout)


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.text.splitlines()[0])
def test_python_runs(block: Block, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    exec(compile(block.text, "README.md", "exec"), {})  # noqa: S102


def test_only_the_blocks_listed_here_are_not_run() -> None:
    assert {block.text: block.reason for block in BLOCKS if block.reason} == NOT_RUN
    assert README.count("not run by the tests") == len(NOT_RUN)
    assert {block.language for block in BLOCKS} == {"sh", "python", "json"}
    assert README.count("\n```") == 2 * len(BLOCKS)


def verbs(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield name, command
    for verb, inner in getattr(command, "commands", {}).items():
        yield from verbs(inner, f"{name} {verb}")


def test_every_verb_and_option_is_documented() -> None:
    group = typer.main.get_command(app)
    found = dict(verbs(group, "dragoman"))
    assert set(found) == {
        "dragoman translate",
        "dragoman train",
        "dragoman evaluate",
        "dragoman models list",
        "dragoman models info",
        "dragoman models pull",
        "dragoman glossary list",
        "dragoman glossary search",
        "dragoman glossary show",
        "dragoman glossary find",
        "dragoman glossary check",
        "dragoman glossary diff",
        "dragoman glossary stats",
        "dragoman glossary import",
        "dragoman glossary export",
    }
    for name, verb in found.items():
        assert name in README
        for option in (
            option for parameter in verb.params for option in (*parameter.opts, *parameter.secondary_opts)
        ):
            assert not option.startswith("-") or re.search(rf"(?<![\w-]){option}(?![\w-])", README), (
                name,
                option,
            )
    assert "--version" in README


def test_every_option_that_the_readme_lists_exists() -> None:
    found = {
        option
        for _, verb in verbs(typer.main.get_command(app), "dragoman")
        for parameter in verb.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help", "-h", "--version"}
    listed = re.findall(r"`(--?[a-z][a-z-]*)`", README)
    assert listed
    assert set(listed) <= found


def test_every_check_stands_in_the_readme_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (error|warning|info) \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(name, check.severity, check.description) for name, check in CHECKS.items()]
    assert [name for name, check in CHECKS.items() if check.find is None] == [name for name, *_ in rows[-3:]]


def shape(value: object) -> object:
    """Return the names of keys, all the way down; of a list those of its first entry."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value[:1]] if isinstance(value, list) else None


def test_the_report_looks_as_shown(tiny_folder: Path) -> None:
    (block,) = blocks("json")
    translator = Translator.from_pretrained(tiny_folder)
    translation = translator.translate("زار المستشار الألماني 17 قاعدة مع هانس أوبرمان (Hans Obermann).")
    changed = replace(translation.segments[0], changes=(NameChange(0, 1, "N", "M", "uniform"),))
    translation = replace(translation, segments=(changed,))
    model = ResolvedModel("tiny", tiny_folder, "", "", "")
    report: Report = build_report([translation], signature="", model=model)
    (segment,) = report["documents"][0]["segments"]
    assert segment["terms"]
    assert segment["findings"]
    shown = json.loads(block.text)
    assert shape(report) | {"documents": None} == shape(shown) | {"documents": None}
    (document,) = report["documents"]
    assert shape(document) == shape(shown["documents"][0])


def test_links_lead_somewhere() -> None:
    for page in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), (page, target)
