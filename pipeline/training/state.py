"""The state of a run on disk: enough to go on after a kill exactly where it stood.

A state is a folder that is written under another name and then renamed; the one before it is removed
only after that, so that a kill or a full disk leaves the last good one.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor
from transformers import MarianMTModel

from pipeline.errors import ModelError, OutputError


@dataclass(slots=True)
class Progress:
    """Where a run stands.

    Attributes:
        batches: batches of `epoch` that are done.
        minutes: time trained so far, over all instalments.
        pieces: target pieces trained on so far.
        history: one record for each evaluation: update, minutes, pieces, train_loss, dev_loss, dev_chrf.
    """

    update: int = 0
    epoch: int = 0
    batches: int = 0
    minutes: float = 0.0
    pieces: int = 0
    best_chrf: float = -1.0
    decaying: bool = False
    history: list[dict[str, float]] = field(default_factory=list)


def save_state(
    folder: Path,
    network: MarianMTModel,
    mean: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
    progress: Progress,
) -> None:
    """Write weights, their average, optimiser moments, random state and progress into `folder`."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    tensors = {f"network.{name}": parameter.detach() for name, parameter in network.named_parameters()}
    tensors |= {f"mean.{name}": value for name, value in mean.items()}
    for index, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{key}": value for key, value in state.items()}
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    safetensors.torch.save_file(
        {name: value.contiguous().clone() for name, value in tensors.items()}, partial / "state.safetensors"
    )
    (partial / "progress.json").write_text(json.dumps(asdict(progress), indent=1), encoding="utf-8")
    replace_folder(partial, folder)


def load_state(
    folder: Path, network: MarianMTModel, optimiser: torch.optim.Optimizer
) -> tuple[dict[str, Tensor], Progress]:
    """Put a saved state into network and optimiser; return the averaged weights and the progress.

    Raises:
        ModelError: the state is of another network or vocabulary, or is damaged.
    """
    try:
        tensors = safetensors.torch.load_file(folder / "state.safetensors")
        progress = Progress(**json.loads((folder / "progress.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, safetensors.SafetensorError) as err:
        raise ModelError(
            f"{folder}: the saved state cannot be read ({err}); remove it to begin anew"
        ) from err
    parameters = dict(network.named_parameters())
    if lacking := [
        name for name in ("random.cpu", *(f"mean.{name}" for name in parameters)) if name not in tensors
    ]:
        raise ModelError(f"{folder}: the saved state lacks {lacking[0]}; remove it to begin anew")
    shapes = {name: tuple(tensors.get(f"network.{name}", torch.empty(0)).shape) for name in parameters}
    wrong = [name for name, parameter in parameters.items() if tuple(parameter.shape) != shapes[name]]
    if wrong:
        raise ModelError(
            f"{folder}: saved from another model or vocabulary ({wrong[0]} is {shapes[wrong[0]]}, "
            f"wanted {tuple(parameters[wrong[0]].shape)}); use another run folder"
        )
    device = next(iter(parameters.values())).device
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[f"network.{name}"])
    mean = {name: tensors[f"mean.{name}"].to(device) for name in parameters}
    content: dict[str, Any] = optimiser.state_dict()
    content["state"] = {}
    for name, value in tensors.items():
        if name.startswith("optimiser."):
            _, index, key = name.split(".", 2)
            content["state"].setdefault(int(index), {})[key] = value
    optimiser.load_state_dict(content)
    torch.set_rng_state(tensors["random.cpu"])
    if torch.cuda.is_available() and "random.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random.cuda"])
    return mean, progress


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full disk, or one that cannot be written, into one line; what was there before is intact."""
    try:
        yield
    except (OSError, safetensors.SafetensorError) as err:
        reason = err.strerror if isinstance(err, OSError) and err.strerror else " ".join(str(err).split())
        raise OutputError(
            f"{path}: cannot be written ({reason}); what was saved before is intact: make room, run it again"
        ) from err


def recover_folder(folder: Path) -> bool:
    """Say whether a folder is there; one that a kill caught between two renames is put back."""
    old = folder.with_name(folder.name + ".old")
    if not folder.exists() and old.exists():
        old.rename(folder)
    return folder.exists()


def replace_folder(new: Path, folder: Path) -> None:
    """Let a finished folder take the place of another one."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
