"""Glossaries written by the tests themselves."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from glossary import Glossary

settings.register_profile("glossary", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("glossary")

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def sample() -> Glossary:
    """The glossary in data/glossary.yaml."""
    return Glossary.load(DATA / "glossary.yaml", builtin=False)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file of the given name and content, indentation removed."""

    def write_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(dedent(content), encoding="utf-8")
        return path

    return write_file
