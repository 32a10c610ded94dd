"""Plain greedy translation with a network in training, to choose checkpoints by."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from transformers import MarianMTModel

from pipeline.training.vocabulary import Vocabulary

END = 0


def translate_greedily(
    network: MarianMTModel,
    vocabulary_folder: Path,
    vocabulary: Vocabulary,
    sources: Sequence[str],
    batch: int = 50,
) -> list[str]:
    """Translate prepared sentences with the network as it stands, without a glossary."""
    source_model = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary_folder / "source.spm"))
    target_model = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary_folder / "target.spm"))
    ids = vocabulary.ids()
    network.train(mode=False)
    device = network.device
    generating: Any = network  # its type says that `generate` belongs to another class
    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    translations = [""] * len(sources)
    for start in range(0, len(order), batch):
        rows = [
            [ids.get(piece, 1) for piece in source_model.encode(sources[index], out_type=str)] + [END]
            for index in order[start : start + batch]
        ]
        width = max(map(len, rows))
        source = torch.tensor(
            [row + [vocabulary.padding] * (width - len(row)) for row in rows], device=device
        )
        with torch.inference_mode():
            output = generating.generate(
                input_ids=source,
                attention_mask=(source != vocabulary.padding).long(),
                num_beams=1,
                do_sample=False,
                max_new_tokens=min(2 * width + 10, network.config.max_position_embeddings - 1),
            )
        for index, row in zip(order[start : start + batch], output.tolist(), strict=True):
            pieces = [vocabulary.pieces[piece] for piece in row if piece not in (END, 1, vocabulary.padding)]
            translations[index] = target_model.decode(pieces)
    return translations
