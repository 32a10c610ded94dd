"""A trained network as a MarianMT checkpoint in Hugging Face layout."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import safetensors.torch
import torch
from torch import Tensor
from transformers import GenerationConfig, MarianMTModel

from pipeline.engines import EngineName, load_engine
from pipeline.errors import ModelError
from pipeline.training.state import replace_folder
from pipeline.training.vocabulary import VOCABULARY_FILES

_ENGINES: Final[tuple[EngineName, ...]] = ("ctranslate2", "transformers")


def export_checkpoint(
    network: MarianMTModel, weights: dict[str, Tensor], vocabulary_folder: Path, folder: Path, card: str
) -> None:
    """Write float16 weights, tokenizer files, configurations and the model card into `folder`.

    The folder is complete when it takes its name. Sinusoidal positions and the tied copies of the
    embeddings are left out: `MarianMTModel.from_pretrained` makes them again.
    """
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in VOCABULARY_FILES:
        shutil.copyfile(vocabulary_folder / name, partial / name)
    tensors = {
        name: value.detach().to("cpu", torch.float16).contiguous()
        for name, value in weights.items()
        if "embed_positions" not in name
    }
    tensors["final_logits_bias"] = network.final_logits_bias.detach().to("cpu", torch.float16)
    safetensors.torch.save_file(tensors, partial / "model.safetensors", metadata={"format": "pt"})
    (partial / "model.safetensors").chmod(0o644)  # safetensors keeps it from all others
    config = network.config
    config.architectures = ["MarianMTModel"]
    config.dtype = torch.float16
    config.save_pretrained(partial)
    generation: Any = GenerationConfig
    generation(
        max_length=config.max_position_embeddings,
        num_beams=4,
        bad_words_ids=[[config.pad_token_id]],
        pad_token_id=config.pad_token_id,
        eos_token_id=config.eos_token_id,
        forced_eos_token_id=config.eos_token_id,
        decoder_start_token_id=config.decoder_start_token_id,
    ).save_pretrained(partial)
    (partial / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "MarianTokenizer",
                "source_lang": "ar",
                "target_lang": "en",
                "eos_token": "</s>",
                "unk_token": "<unk>",
                "pad_token": "<pad>",
                "model_max_length": config.max_position_embeddings,
                "separate_vocabs": False,
            },
            indent=1,
        ),
        encoding="utf-8",
    )
    (partial / "README.md").write_text(card, encoding="utf-8")
    replace_folder(partial, folder)


def try_checkpoint(folder: Path, sentences: Sequence[str]) -> None:
    """Translate some sentences with both engines, to see that a checkpoint is of use to them.

    Args:
        folder: the checkpoint.
        sentences: prepared Arabic.

    Raises:
        ModelError: an engine cannot load it, or the two do not say the same.
    """
    spoken = []
    for name in _ENGINES:
        engine = load_engine(name, folder, device="cpu", precision="float32")
        sources = [engine.tokenizer.encode(sentence).pieces for sentence in sentences]
        readable = [source for source in sources if len(source) <= engine.max_source_pieces]
        spoken.append([best.pieces for best, *_ in engine.translate(readable, beam_size=1)])
    if spoken[0] != spoken[1]:
        # Two pieces may be equally likely to within rounding, in one sentence or another; not in most.
        different = sum(one != other for one, other in zip(*spoken, strict=True))
        if 2 * different > len(spoken[0]):
            raise ModelError(f"{folder}: the engines disagree on {different} of {len(spoken[0])} sentences")
