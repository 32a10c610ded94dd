"""The settings of an evaluation: what is scored, and how. `configs/eval-*.yaml` are examples."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from pipeline.configuration import Section
from pipeline.evaluation.records import GlossaryMode

_Sha256 = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


class FileInput(Section):
    """A file, written in short as FILE or FILE:COLUMN.

    Attributes:
        column: of a table; its name, or in a table without heading its number from 1.
        sha256: of the file, as `sha256sum` prints it; None if it is not checked.
    """

    file: str = Field(min_length=1)
    column: str | None = None
    sha256: _Sha256 | None = None


class DatasetInput(Section):
    """A column of a dataset: a folder, or a name on the Hugging Face hub.

    Attributes:
        sha256: of the texts in the column, each with a line feed behind it; None if it is not checked.
    """

    dataset: str = Field(min_length=1)
    subset: str | None = None
    split: str = "test"
    revision: str | None = None
    column: str | None = None
    sha256: _Sha256 | None = None


class TextsInput(Section):
    """Texts that are there already, for use from Python."""

    texts: tuple[str, ...]


def file_input(given: object) -> object:
    """Make of FILE or FILE:COLUMN what a mapping would say; a file with that very name goes before."""
    if isinstance(given, Path):
        return {"file": str(given)}
    if isinstance(given, list | tuple):
        return {"texts": tuple(given)}
    if not isinstance(given, str):
        return given
    file, colon, column = given.rpartition(":")
    if not colon or not file or not column or "/" in column or Path(given).exists():
        return {"file": given}
    return {"file": file, "column": column}


Input = Annotated[FileInput | DatasetInput | TextsInput, BeforeValidator(file_input)]


class SystemInput(Section):
    """The hypotheses of a system; `name` is unique, and without it that of the file."""

    input: Input
    name: str | None = Field(default=None, min_length=1)


def system_input(given: object) -> object:
    """Make of NAME=FILE or FILE what a mapping would say; a file with that very name goes before."""
    if isinstance(given, Path):
        return {"input": given}
    if not isinstance(given, str):
        return given
    name, equals, file = given.partition("=")
    if not equals or not name or not file or "/" in name or Path(given).exists():
        return {"input": given}
    return {"name": name, "input": file}


def systems_input(given: object) -> object:
    """Make of a mapping of names to inputs a list of systems."""
    if isinstance(given, Mapping):
        return [{"name": name, "input": each} for name, each in given.items()]
    return given


class EvaluationConfig(Section):
    """All that decides an evaluation.

    Attributes:
        source: Arabic; without it nothing is said of terms, numbers and lengths.
        reference: one or more English translations; a further one may have empty lines.
        hypothesis: what is scored.
        documents: a file with the document of each segment, an id on each line; or the ids themselves.
        document_column, domain_column: columns of the source's or the first reference's table.
        model: translates the source itself, as one more system: as in `dragoman translate`.
        glossary, builtin_glossary: whose terms are looked for, and enforced by `model`.
        glossary_modes: with which terms `model` is run: none, its own, or random words of the references.
        beam, threads, engine, device, precision: of `model`.
        baseline: the system with which the others are compared.
        resamples: of the paired bootstrap and of intervals; 0 leaves them out.
        trials: of paired approximate randomisation; 0 leaves it out.
        seed: of all that is drawn; 12345 is also sacreBLEU's.
        length_buckets, term_buckets: upper ends, in words of the source and in terms.
        losses: how many segments to show in which a system is farthest behind the baseline.
        comet, comet_qe: folders or files of COMET checkpoints, with and without references.
        comet_python: the Python of the environment in which unbabel-comet is installed.
    """

    source: Input | None = None
    reference: tuple[Input, ...] = ()
    hypothesis: Annotated[
        tuple[Annotated[SystemInput, BeforeValidator(system_input)], ...], BeforeValidator(systems_input)
    ] = ()
    documents: str | tuple[str, ...] | None = None
    document_column: str | None = None
    domain_column: str | None = None
    model: str | None = None
    glossary: tuple[str, ...] = ()
    builtin_glossary: bool = True
    glossary_modes: tuple[GlossaryMode, ...] = ("proper",)
    engine: str = "auto"
    device: str = "auto"
    precision: str = "auto"
    threads: int = Field(default=0, ge=0)
    beam: int = Field(default=4, ge=1, le=64)
    baseline: str | None = None
    resamples: int = Field(default=1000, ge=0, le=1_000_000)
    trials: int = Field(default=10_000, ge=0, le=1_000_000)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    seed: int = Field(default=12345, ge=0)
    length_buckets: tuple[int, ...] = (10, 20, 30, 40)
    term_buckets: tuple[int, ...] = (0, 1, 2)
    losses: int = Field(default=10, ge=0)
    comet: str | None = None
    comet_qe: str | None = None
    comet_python: str | None = None

    @model_validator(mode="after")
    def _ends_increase(self) -> Self:
        for ends in (self.length_buckets, self.term_buckets):
            if list(ends) != sorted(set(ends)) or any(end < 0 for end in ends):
                raise ValueError(f"ends of buckets must increase from 0 on, not {', '.join(map(str, ends))}")
        if len(set(self.glossary_modes)) < len(self.glossary_modes) or not self.glossary_modes:
            raise ValueError("glossary_modes: name each of none, proper, random at most once")
        return self
