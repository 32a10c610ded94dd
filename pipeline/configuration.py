"""YAML files as validated configuration objects: an unknown key or a wrong type is one clear line."""

from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConfigError


class Section(BaseModel):
    """A mapping of a configuration file; keys that it does not define are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Config = TypeVar("Config", bound=Section)


def load_config(path: Path, section: type[Config]) -> Config:
    """Read one YAML file into a configuration object.

    Raises:
        ConfigError: not readable, not YAML, an unknown key (the valid ones are named) or a wrong value.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ConfigError(f"{path}: cannot be read ({err.strerror}); give the path of a YAML file") from err
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        raise ConfigError(f"{path}: is not YAML: {' '.join(str(err).split())}") from err
    return validate_config({} if raw is None else raw, section, str(path))


def validate_config(values: object, section: type[Config], place: str) -> Config:
    """Make a configuration object of plain values; `place` begins the message of an error.

    Raises:
        ConfigError: an unknown key or a wrong value.
    """
    try:
        return section.model_validate(values)
    except ValidationError as err:
        raise ConfigError(f"{place}: {_describe(err, section)}") from err


def _describe(err: ValidationError, section: type[BaseModel]) -> str:
    # A misspelt key is also a missing one: the first tells more.
    problems = sorted(err.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    problem = problems[0]
    location = problem["loc"]
    key = ".".join(str(part) for part in location) or "the file"
    if problem["type"] == "extra_forbidden":
        valid = sorted(_section_at(section, location[:-1]).model_fields)
        return f"unknown key `{key}`; valid here: {', '.join(valid)}"
    message = problem["msg"]
    return f"`{key}`: {message[:1].lower()}{message[1:]}"


def _section_at(section: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel]:
    for part in location:
        if isinstance(part, str):
            section = _inner_section(section.model_fields[part].annotation) or section
    return section


def _inner_section(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_section, get_args(annotation))), None)
