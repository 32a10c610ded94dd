"""The settings of a translation: `configs/translate.yaml` holds them all with their defaults."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from pipeline.checks import Level, check_names
from pipeline.configuration import Section
from pipeline.engines import EngineName
from pipeline.errors import ConfigError
from pipeline.naming import NamingSettings, Scope, Style
from pipeline.request import STEPS, EnforcementSettings, Step

_DEFAULT = EnforcementSettings()


class EnforcementConfig(Section):
    """How far repair may go; see `EnforcementSettings`."""

    steps: tuple[Step, ...] = STEPS
    rerank_margin: float = Field(default=_DEFAULT.rerank_margin, ge=0)
    score_bound: float = Field(default=_DEFAULT.score_bound, ge=0)
    rename_likeness: float = Field(default=_DEFAULT.rename_likeness, ge=0, le=1)
    replace_weight: float = Field(default=_DEFAULT.replace_weight, ge=0, le=1)
    length_change: float = Field(default=_DEFAULT.length_change, ge=0)
    rounds: int = Field(default=_DEFAULT.rounds, ge=0, le=20)

    def settings(self) -> EnforcementSettings:
        """Return the same as the enforcement stage takes it."""
        return EnforcementSettings(**{**dict(self), "steps": frozenset(self.steps)})


class NamingConfig(Section):
    """How names are made uniform; see `NamingSettings`."""

    style: Style = "as-is"
    scope: Scope = "document"
    unlisted: bool = True

    def settings(self, adjectives: frozenset[str]) -> NamingSettings:
        """Return the same as the naming stage takes it."""
        return NamingSettings(self.style, self.scope, self.unlisted, adjectives)


class TranslationConfig(Section):
    """Everything that decides what a translation looks like.

    Attributes:
        glossary: files laid over the built-in glossary, later ones win.
        builtin_glossary: whether the built-in glossary is used.
        beam: beam size; 1 is greedy.
        threads: CPU threads; 0 is the engine's own choice.
        max_source_words: a longer sentence is split.
        keep_latin: whether names in Latin script are enforced as they stand in the Arabic.
        forbid: `matched` repairs a forbidden rendering where its term stands in the source; `always` wherever
            it stands in the translation.
        checks: severities of quality checks in place of their own; `off` leaves a check out.
    """

    model: str = "auto"
    glossary: tuple[str, ...] = ()
    builtin_glossary: bool = True
    engine: EngineName = "auto"
    device: str = "auto"
    precision: str = "auto"
    threads: int = Field(default=0, ge=0)
    beam: int = Field(default=4, ge=1, le=64)
    max_source_words: int = Field(default=60, ge=5, le=200)
    keep_latin: bool = True
    enforcement: EnforcementConfig = EnforcementConfig()
    forbid: Literal["matched", "always"] = "matched"
    naming: NamingConfig = NamingConfig()
    checks: dict[str, Level] = Field(default_factory=dict)

    @field_validator("checks", mode="before")
    @classmethod
    def _known_checks(cls, levels: object) -> object:
        """Refuse unknown checks, and read what YAML makes of a bare `off`."""
        if not isinstance(levels, dict):
            return levels
        try:
            check_names(map(str, levels))
        except ConfigError as err:
            raise PydanticCustomError("unknown_check", "{reason}", {"reason": str(err)}) from err
        return {name: "off" if level is False else level for name, level in levels.items()}
