"""Plain greedy translation with a network in training, to choose checkpoints by."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import MarianMTModel

from pipeline.tokenizer import PADDING, MarianPieces
from pipeline.training.vocabulary import END_ID, UNKNOWN_ID


def translate_greedily(
    network: MarianMTModel, tokenizer: MarianPieces, sources: Sequence[str], batch: int = 50
) -> list[str]:
    """Translate prepared sentences with the network as it stands, without a glossary."""
    network.train(mode=False)
    generating: Any = network  # its type says that `generate` belongs to another class
    padding = tokenizer.vocabulary[PADDING]
    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    translations = [""] * len(sources)
    for start in range(0, len(order), batch):
        rows = [
            [*tokenizer.ids(tokenizer.encode(sources[index]).pieces), END_ID]
            for index in order[start : start + batch]
        ]
        width = max(map(len, rows))
        source = torch.tensor([row + [padding] * (width - len(row)) for row in rows], device=network.device)
        with torch.inference_mode():
            output = generating.generate(
                input_ids=source,
                attention_mask=(source != padding).long(),
                num_beams=1,
                do_sample=False,
                max_length=min(2 * width + 11, network.config.max_position_embeddings),
            )
        for index, row in zip(order[start : start + batch], output.tolist(), strict=True):
            written = [number for number in row if number not in (END_ID, UNKNOWN_ID, padding)]
            translations[index] = tokenizer.decode(tokenizer.pieces(written))
    return translations
