"""A checkpoint folder: whether it can be used, and what it is. Reads the header of the weights, not them."""

import hashlib
import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final

from pipeline.errors import ModelError
from pipeline.tokenizer import END, PADDING, read_vocabulary

WEIGHTS: Final = "model.safetensors"
NEEDED_FILES: Final = ("config.json", "source.spm", "target.spm", "vocab.json", WEIGHTS)

_NUMBERS: Final = ("max_position_embeddings", "vocab_size", "encoder_layers", "decoder_layers", "d_model")
_SPECIAL_PIECES: Final = (
    ("pad_token_id", PADDING),
    ("decoder_start_token_id", PADDING),
    ("eos_token_id", END),
)
_TIED: Final = (
    "model.shared.weight",
    "model.decoder.embed_tokens.weight",
    "model.encoder.embed_tokens.weight",
    "lm_head.weight",
)
_NOT_TRAINED: Final = (
    "final_logits_bias",
    "model.encoder.embed_positions.weight",
    "model.decoder.embed_positions.weight",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint folder that was found complete, in numbers.

    Attributes:
        positions: pieces that encoder and decoder can take, end of sentence included.
        vocabulary_size: pieces of both languages, the special ones included.
        width: model dimension.
        parameters: trained numbers, tied embeddings counted once.
    """

    folder: Path
    positions: int
    vocabulary_size: int
    encoder_layers: int
    decoder_layers: int
    width: int
    parameters: int


def fingerprint(folder: Path) -> str:
    """Return the SHA-256, in hexadecimal, over the files that make a checkpoint translate as it does."""
    total = hashlib.sha256()
    for name in NEEDED_FILES:
        with (folder / name).open("rb") as file:
            total.update(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def check_checkpoint(folder: Path, *, remedy: str = "get the checkpoint again") -> Checkpoint:
    """Check that a folder holds a complete MarianMT checkpoint in safetensors with a joint vocabulary.

    Args:
        folder: the checkpoint, in Hugging Face layout.
        remedy: what the user should do about a file that is missing or broken, for the error line.

    Raises:
        ModelError: names the file that is missing or wrong.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder; give a folder with a MarianMT checkpoint")
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder}: no config.json, so no checkpoint in Hugging Face layout; {remedy}")
    config = _read_config(folder / "config.json", remedy)
    if not (folder / WEIGHTS).is_file() and (folder / "pytorch_model.bin").is_file():
        raise ModelError(
            f"{folder}: only pytorch_model.bin, a pickle, which is never loaded; on the hub a pull request "
            "often holds model.safetensors (`dragoman models pull owner/name` finds it), or save the model "
            "as safetensors with Transformers in a place you trust"
        )
    for name in NEEDED_FILES:
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: {name} is missing; {remedy}")
    _check_vocabulary(folder, config, remedy)
    shapes = _read_shapes(folder / WEIGHTS, remedy)
    size, width = config["vocab_size"], config["d_model"]
    embeddings = [shapes[name] for name in _TIED if name in shapes]
    if not embeddings or any(shape != [size, width] for shape in embeddings):
        raise ModelError(
            f"{folder / WEIGHTS}: the embeddings are not {size} x {width}, as config.json says; {remedy}"
        )
    others = (shape for name, shape in shapes.items() if name not in {*_TIED, *_NOT_TRAINED})
    return Checkpoint(
        folder=folder,
        positions=config["max_position_embeddings"],
        vocabulary_size=size,
        encoder_layers=config["encoder_layers"],
        decoder_layers=config["decoder_layers"],
        width=width,
        parameters=size * width + sum(prod(shape) for shape in others),
    )


def _read_config(path: Path, remedy: str) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise ModelError(f"{path}: cannot be read as JSON ({err}); {remedy}") from err
    model_type = config.get("model_type") if isinstance(config, dict) else None
    if model_type != "marian":
        raise ModelError(
            f"{path}: model_type is {model_type!r}, not 'marian'; only MarianMT checkpoints are served"
        )
    for key in _NUMBERS:
        value = config.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ModelError(f"{path}: {key} is {value!r}, not a number above 0; {remedy}")
    if config.get("share_encoder_decoder_embeddings") is False:
        raise ModelError(
            f"{path}: source and target have vocabularies of their own; only joint ones are served"
        )
    return dict(config)


def _check_vocabulary(folder: Path, config: dict[str, Any], remedy: str) -> None:
    """Check that vocab.json and config.json agree, and that padding comes last, as the engines need."""
    vocabulary = read_vocabulary(folder / "vocab.json")
    size, stated_size = len(vocabulary), config["vocab_size"]
    if size != stated_size:
        raise ModelError(f"{folder}: vocab.json has {size} pieces, config.json says {stated_size}; {remedy}")
    for key, piece in _SPECIAL_PIECES:
        number = vocabulary[piece]
        stated = config.get(key, number)
        if stated != number:
            raise ModelError(
                f"{folder}: config.json has {key} {stated}, but {piece} in vocab.json is {number}; {remedy}"
            )
    if vocabulary[PADDING] != len(vocabulary) - 1:
        raise ModelError(
            f"{folder / 'vocab.json'}: {PADDING} is not the last piece, as it is in Marian checkpoints"
        )


def _read_shapes(path: Path, remedy: str) -> dict[str, list[int]]:
    """Return the shape of each tensor in a safetensors file, after checking that all its bytes are there."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if 8 + length <= size else b""
    try:
        tensors = {name: entry for name, entry in json.loads(header).items() if name != "__metadata__"}
        expected = 8 + length + max(entry["data_offsets"][1] for entry in tensors.values())
        shapes = {name: [int(side) for side in entry["shape"]] for name, entry in tensors.items()}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as err:
        raise ModelError(f"{path}: not safetensors, or cut off ({size} bytes); {remedy}") from err
    if size != expected:
        raise ModelError(f"{path}: cut off or damaged, {size} bytes instead of {expected}; {remedy}")
    return shapes
