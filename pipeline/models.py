"""Models by name: which there are, which are on this machine, which one is the default.

A name is a preset (`base`), `auto` (the best preset on this machine), a hub name (`owner/name`, or
`owner/name@revision`) or a folder. Only `pull_model` uses the network.
"""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import platformdirs
import yaml

from pipeline.checkpoint import NEEDED_FILES, Checkpoint, check_checkpoint, fingerprint
from pipeline.errors import ModelError
from pipeline.hub import Progress, cached_checkpoint, cached_repositories, download_checkpoint

COMPACT: Final = "compact"
COMPACT_FOLDER: Final = Path(__file__).parent / "data" / "compact"
HUB_PRESETS: Final = {  # best first
    "big": "Helsinki-NLP/opus-mt-tc-big-ar-en",
    "base": "Helsinki-NLP/opus-mt-ar-en",
}
PRESETS: Final = (*HUB_PRESETS, COMPACT)

_WORD: Final = r"\w(?:[\w.-]*\w)?"  # as the hub has it: no point or hyphen at either end, nor two in a row
_HUB_NAME: Final = re.compile(
    rf"(?!.*(?:--|\.\.))(?P<repository>{_WORD}/{_WORD})(?:@(?P<revision>{_WORD}(?:/{_WORD})*))?", re.ASCII
)
_FRONT_MATTER: Final = re.compile(r"---\s*\n(.*?)\n---\s*(?:\n|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model name made good: a usable checkpoint on this machine.

    Attributes:
        name: preset or hub name or folder; never `auto`.
        revision: commit on the hub, empty for `compact` and for folders.
        fingerprint: SHA-256 over the checkpoint's files.
        note: for `auto`, what was chosen and how to get a better one, one line; else empty.
    """

    name: str
    folder: Path
    revision: str
    fingerprint: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model.

    Attributes:
        name: preset or hub name or folder.
        repository: name on the hub; empty for `compact` and for folders.
        checkpoint: None if the model is not on this machine or cannot be used; `note` says which.
        revision: commit on the hub, empty for `compact` and for folders.
        fingerprint: SHA-256 over the checkpoint's files, empty without a checkpoint.
        licence: from the model card, as in `apache-2.0`; empty if it names none.
        size_bytes: of the files that are needed.
        is_default: whether `auto` takes it.
        note: why it is the default, or why it cannot be used and what to do; one line, may be empty.
    """

    name: str
    repository: str
    checkpoint: Checkpoint | None = None
    revision: str = ""
    fingerprint: str = ""
    licence: str = ""
    size_bytes: int = 0
    is_default: bool = False
    note: str = ""


def cache_folder() -> Path:
    """Return the folder for files that can be made again: `DRAGOMAN_CACHE_DIR`, or the user's cache."""
    if override := os.environ.get("DRAGOMAN_CACHE_DIR"):
        return Path(override).expanduser()
    return Path(platformdirs.user_cache_dir("dragoman", appauthor=False))


def resolve_model(name: str) -> ResolvedModel:
    """Find the checkpoint that `name` stands for, on this machine; never downloads.

    Args:
        name: `auto`, a preset, `owner/name`, `owner/name@revision`, or a folder. A folder that exists goes
            before a hub name of the same spelling; a preset goes before both.

    Raises:
        ModelError: not on this machine, or not a MarianMT checkpoint in safetensors.
    """
    if name == "auto":
        return _resolve_auto()
    if name == COMPACT:
        return _resolve_folder(COMPACT, COMPACT_FOLDER)
    if name in HUB_PRESETS or (_HUB_NAME.fullmatch(name) and not Path(name).is_dir()):
        return _resolve_cached(name)
    folder = Path(name).expanduser()
    if not name or not folder.is_dir():
        raise ModelError(
            f"model {name!r}: no such folder, and not the name of a model; "
            f"give auto, {', '.join(PRESETS)}, owner/name on the hub, or a folder"
        )
    return _resolve_folder(name, folder)


def _resolve_folder(name: str, folder: Path) -> ResolvedModel:
    check_checkpoint(folder)
    return ResolvedModel(name, folder, "", fingerprint(folder))


def _resolve_cached(name: str) -> ResolvedModel:
    folder = cached_checkpoint(*_hub_name(name))
    if folder is None:
        raise ModelError(f"model {name!r} is not on this machine; `dragoman models pull {name}` downloads it")
    check_checkpoint(folder, remedy=f"`dragoman models pull {name}` gets it again")
    return ResolvedModel(name, folder, folder.name, fingerprint(folder))


def _resolve_auto() -> ResolvedModel:
    """Take the first preset that is here and usable; what is here and unusable stands in the note."""
    unusable = []
    for preset in HUB_PRESETS:
        try:
            resolved = _resolve_cached(preset)
        except ModelError as err:
            if cached_checkpoint(*_hub_name(preset)) is not None:
                unusable.append(f"{preset} cannot be used: {err}")
            continue
        break
    else:
        resolved = _resolve_folder(COMPACT, COMPACT_FOLDER)
    stronger = {"base": "big", COMPACT: "base"}.get(resolved.name)
    hint = [f"`dragoman models pull {stronger}` gets a stronger one"] if stronger else []
    return replace(resolved, note="; ".join([f"model: {resolved.name}", *unusable, *hint]))


def _hub_name(name: str) -> tuple[str, str]:
    """Split a preset or hub name into repository and revision, which is empty if none is given."""
    parts = _HUB_NAME.fullmatch(HUB_PRESETS.get(name, name))
    if parts is None:
        raise ModelError(
            f"model {name!r}: not a name on the hub; "
            f"give {', '.join(HUB_PRESETS)}, owner/name or owner/name@revision"
        )
    return parts["repository"], parts["revision"] or ""


def pull_model(name: str, progress: Progress | None = None) -> ResolvedModel:
    """Download a checkpoint from the hub, only the files that are needed; `compact` is here already.

    Args:
        name: a preset, `owner/name` or `owner/name@revision`.
        progress: called while a file is downloaded, with its name, the bytes that are here and those in all.

    Raises:
        ModelError: no network, no such repository or revision, gated, no safetensors, or not MarianMT.
    """
    if name != COMPACT:
        download_checkpoint(*_hub_name(name), progress)
    return resolve_model(name)


def model_info(name: str) -> ModelInfo:
    """Describe a model on this machine.

    Args:
        name: as for `resolve_model`.

    Raises:
        ModelError: as `resolve_model` does.
    """
    resolved = resolve_model(name)
    return ModelInfo(
        name=resolved.name,
        repository=_hub_name(resolved.name)[0] if resolved.revision else "",
        checkpoint=check_checkpoint(resolved.folder),
        revision=resolved.revision,
        fingerprint=resolved.fingerprint,
        licence=_licence(resolved.folder / "README.md"),
        size_bytes=sum((resolved.folder / file).stat().st_size for file in NEEDED_FILES),
        note=resolved.note,
    )


def _licence(card: Path) -> str:
    """Return the licence that the front matter of a model card names."""
    try:
        front_matter = _FRONT_MATTER.match(card.read_text(encoding="utf-8"))
        fields = yaml.safe_load(front_matter[1]) if front_matter else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return ""  # the card is a courtesy
    licence = fields.get("license") if isinstance(fields, dict) else None
    return licence if isinstance(licence, str) else ""


def list_models() -> tuple[ModelInfo, ...]:
    """List the presets, here or not, best first, then the other usable checkpoints of the hub cache.

    Raises:
        ModelError: not even `compact` can be used.
    """
    default = _resolve_auto().name
    others = "" if default == "big" else ", and no better one is"
    reason = f"the default: on this machine{others}"
    models = []
    for preset in PRESETS:
        is_default = preset == default
        try:
            info = replace(model_info(preset), is_default=is_default, note=reason if is_default else "")
        except ModelError as err:
            info = ModelInfo(preset, HUB_PRESETS.get(preset, ""), note=str(err))
        models.append(info)
    for repository in cached_repositories():
        if repository not in HUB_PRESETS.values():
            try:
                models.append(model_info(repository))
            except ModelError:
                continue  # the hub cache is not ours alone: most of it are models of other kinds
    return tuple(models)
