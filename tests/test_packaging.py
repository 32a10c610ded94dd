"""What an installation holds, and the scripts that set one up."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from pipeline.configuration import load_config
from pipeline.evaluation.config import EvaluationConfig
from pipeline.models import COMPACT_FOLDER
from pipeline.settings import TranslationConfig
from pipeline.training.config import TrainingConfig

ROOT = Path(__file__).parent.parent
PACKAGES = ("pipeline", "glossary")
COMPACT = {"config.json", "source.spm", "target.spm", "vocab.json", "model.safetensors", "README.md"}


def package_files() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contents of a wheel that is built from a copy of the repository."""
    copy, built, contents = (tmp_path_factory.mktemp(name) for name in ("copy", "built", "contents"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(built)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = built.glob("*.whl")
    zipfile.ZipFile(path).extractall(contents)
    return contents


def test_a_wheel_holds_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    held = {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()}
    own = {name for name in held if ".dist-info/" not in name}
    assert own == package_files()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in held)


def test_what_is_installed_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    code = (
        "import glossary, pipeline; from pipeline.checkpoint import check_checkpoint; "
        "from pipeline.models import COMPACT_FOLDER; "
        "print(glossary.__file__, pipeline.__file__, len(glossary.Glossary.builtin()) >= 200, "
        "check_checkpoint(COMPACT_FOLDER).folder, sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [
        str(wheel / "glossary" / "__init__.py"),
        str(wheel / "pipeline" / "__init__.py"),
        "True",
        str(wheel / COMPACT_FOLDER.relative_to(ROOT)),
    ], done.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_types_are_for_users_too(package: str) -> None:
    assert (resources.files(package) / "py.typed").is_file()


def test_the_compact_model_is_complete_and_small() -> None:
    files = {file.name: file.stat().st_size for file in COMPACT_FOLDER.iterdir()}
    assert set(files) >= COMPACT
    assert sum(files.values()) < 48_000_000


def test_glossary_files_are_found() -> None:
    assert any(file.name.endswith(".yaml") for file in (resources.files("glossary") / "data").iterdir())


def test_the_configuration_of_translations_holds_every_default() -> None:
    import yaml

    path = ROOT / "configs" / "translate.yaml"
    assert load_config(path, TranslationConfig) == TranslationConfig()
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(written) == set(TranslationConfig.model_fields)
    assert set(written["enforcement"]) == set(type(TranslationConfig().enforcement).model_fields)


def test_every_other_configuration_is_one_of_a_training_or_an_evaluation() -> None:
    others = {path for path in (ROOT / "configs").glob("*.yaml") if path.name != "translate.yaml"}
    evaluations = {path for path in others if path.name.startswith("eval-")}
    for path in others - evaluations:
        load_config(path, TrainingConfig)
    for path in evaluations:
        config = load_config(path, EvaluationConfig)
        assert config.source is not None
        assert config.reference
    assert {path.name for path in evaluations} == {"eval-flores.yaml", "eval-ntrex.yaml", "eval-iwslt17.yaml"}


# The script `run`


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the script in it, and what it looks at before it installs anything."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("run", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def run(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(clone / "run"), *arguments],
        cwd=clone.parent,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_an_old_python_is_one_line(clone: Path) -> None:
    old = clone / "python3.8"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.8.10\n')
    old.chmod(0o755)
    done = run(clone, "translate", "x.txt", PYTHON=str(old))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(
        f"run: Python 3.11 or newer is needed, and {old} is Python 3.8.10; install one"
    )
    assert not (clone / ".venv").exists()


def test_no_python_is_one_line(clone: Path) -> None:
    done = run(clone, "translate", "x.txt", PYTHON="no-such-python")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "run: Python 3.11 or newer is needed, and no-such-python is missing; install one"
    )


def test_a_python_without_venv_is_one_line(clone: Path) -> None:
    bare = clone / "python3"
    bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n')
    bare.chmod(0o755)
    done = run(clone, "translate", "x.txt", PYTHON=str(bare))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"run: {bare} has no venv module; install it")


@pytest.mark.parametrize("suffix", ["", "-dev"])
def test_an_environment_that_is_there_is_used_again(clone: Path, suffix: str) -> None:
    programs = clone / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "dragoman").symlink_to(Path(sys.executable).with_name("dragoman"))
    with (clone / "pyproject.toml").open() as file:
        checksum = subprocess.check_output(["cksum"], stdin=file, text=True).strip()
    (clone / ".venv" / f"dragoman-installed{suffix}").write_text(f"{checksum} {clone.resolve()}\n")
    done = run(clone, "--version", PYTHON="no-such-python")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (done.returncode, done.stdout, done.stderr) == (0, f"dragoman {version}\n", "")
    with (clone / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    done = run(clone, "--version", PYTHON="no-such-python")
    assert (done.returncode, done.stdout) == (1, "")


def test_continuous_integration_runs_the_second_command_of_the_readme() -> None:
    last = (ROOT / ".ci" / "run").read_text().splitlines()[-1]
    assert last == "exec ./run test"
    for script in (ROOT / "run", ROOT / ".ci" / "run"):
        assert os.access(script, os.X_OK)
