"""Checkpoints for the tests: a tiny one, trained once per run, and the packaged `compact`."""

from pathlib import Path

import pytest
from tiny_checkpoint import build_tiny_checkpoint

from pipeline.models import COMPACT_FOLDER


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Marian checkpoint; it knows ARABIC and ENGLISH nearly by heart, and nothing else."""
    return build_tiny_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def compact_folder() -> Path:
    """The checkpoint that ships with the package."""
    return COMPACT_FOLDER
