"""What a run learns from, ready to be read: clean -> distil -> augment -> vocabulary -> encode and align."""

import json
import logging
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from glossary import Glossary
from pipeline.checkpoint import check_checkpoint
from pipeline.errors import ConfigError, CorpusError
from pipeline.models import resolve_model
from pipeline.training.augmentation import Augmenter
from pipeline.training.config import TrainingConfig
from pipeline.training.corpus import CleanedSet, Pair, clean_sets, read_dev
from pipeline.training.distillation import write_english
from pipeline.training.encoding import EncodedCorpus, encode_corpus
from pipeline.training.vocabulary import (
    VOCABULARY_FILES,
    Vocabulary,
    load_vocabulary,
    train_vocabulary,
)

logger = logging.getLogger(__name__)

_CHANGED: Final = "changed copies of "


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All that a run reads.

    Attributes:
        corpus: its `sets` count through `weights`.
        weights: how often a pair of each set is seen in one epoch, those of changed copies behind the others.
        dev: pairs that are never trained on.
    """

    vocabulary: Vocabulary
    corpus: EncodedCorpus
    weights: tuple[float, ...]
    dev: tuple[Pair, ...]


def prepare_data(config: TrainingConfig, data_folders: Sequence[Path], run_folder: Path) -> TrainingData:
    """Read, clean, change, encode and align the training text, or take what `run_folder` holds of it.

    Writes `corpus.json` (what was kept, what was left out and why), the vocabulary and `corpus.npz`. Weights
    may differ from those that it was made with; all else that decides its content may not.

    Raises:
        ConfigError: `run_folder` was made with other settings.
        CorpusError, ModelError: see `pipeline.errors`.
    """
    weights = (
        *(corpus_set.weight for corpus_set in config.data.sets),
        *(config.augmentation.weight for _ in _augmented(config)),
    )
    counts_path, encoded_path = run_folder / "corpus.json", run_folder / "corpus.npz"
    dev = read_dev(config.data, data_folders)
    settings = _settings(config)
    if encoded_path.exists():
        _check_settings(counts_path, settings)
        return TrainingData(load_vocabulary(run_folder), EncodedCorpus.load(encoded_path), weights, dev)
    reused, positions = _reused(config)  # before anything that takes long
    sets = [*clean_sets(config.data, data_folders, dev, partial(_teach, config, run_folder))]
    sets += [_changed(config, sets[index], dev) for index in _augmented(config)]
    vocabulary = _vocabulary(config, sets, reused, run_folder)
    align = config.optimisation.alignment_weight > 0
    logger.info(
        "encoding %d pairs%s",
        sum(len(s.pairs) for s in sets),
        " and aligning words with eflomal" if align else "",
    )
    corpus = encode_corpus(sets, vocabulary, run_folder, align=align, max_pieces=positions // 2)
    if not len(corpus):
        raise CorpusError(
            f"all {sum(len(s.pairs) for s in sets)} pairs have more than {positions // 2} pieces"
        )
    counts_path.write_text(
        json.dumps({"settings": settings, "sets": _counts(sets, corpus)}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )
    corpus.save(encoded_path)
    return TrainingData(vocabulary, corpus, weights, dev)


def _augmented(config: TrainingConfig) -> list[int]:
    """Return the numbers of the sets that changed copies are made of."""
    if not config.augmentation.weight:
        return []
    names = [corpus_set.name for corpus_set in config.data.sets]
    return [names.index(name) for name in config.augmentation.sets]


def _reused(config: TrainingConfig) -> tuple[Path | None, int]:
    """Return the folder whose vocabulary is taken, None for a new one, and the positions of the model."""
    if config.init is not None:
        folder = resolve_model(config.init).folder
        load_vocabulary(folder)
        return folder, check_checkpoint(folder).positions
    if config.vocabulary.reuse is not None:
        load_vocabulary(Path(config.vocabulary.reuse))
        return Path(config.vocabulary.reuse), config.model.max_positions
    return None, config.model.max_positions


def _changed(config: TrainingConfig, cleaned: CleanedSet, dev: Sequence[Pair]) -> CleanedSet:
    augmenter = Augmenter(Glossary.builtin(), config.augmentation, config.data.seed)
    made = list(augmenter.copies(cleaned.pairs))
    dev_sides = {side for pair in dev for side in (pair.source, pair.target)}
    copies = tuple(pair for pair in made if dev_sides.isdisjoint((pair.source, pair.target)))
    return replace(
        cleaned,
        name=_CHANGED + cleaned.name,
        weight=config.augmentation.weight,
        pairs=copies,
        dropped={
            "unchanged": config.augmentation.copies * len(cleaned.pairs) - len(made),
            "in the dev set": len(made) - len(copies),
        },
    )


def _counts(sets: Sequence[CleanedSet], corpus: EncodedCorpus) -> dict[str, Any]:
    """Say of each set how many pairs are trained on, and how many are not, by reason."""
    counts = {}
    for cleaned, kept in zip(sets, np.bincount(corpus.sets, minlength=len(sets)).tolist(), strict=True):
        dropped = {**cleaned.dropped, "too many pieces": len(cleaned.pairs) - kept}
        counts[cleaned.name] = {"pairs": kept, "dropped": {why: n for why, n in dropped.items() if n}}
    return counts


def _teach(config: TrainingConfig, run_folder: Path, name: str, sources: Sequence[str]) -> list[str] | None:
    """Return the teacher's English for a set; None for a set that keeps its own."""
    distillation = config.distillation
    if distillation is None or name not in distillation.sets:
        return None
    return write_english(sources, distillation, run_folder / f"teacher-{name}.jsonl")


def _settings(config: TrainingConfig) -> dict[str, Any]:
    """Return the settings that decide what `corpus.npz` holds."""
    settings = config.model_dump(
        mode="json", include={"init", "data", "augmentation", "distillation", "vocabulary"}
    )
    for corpus_set in settings["data"]["sets"]:
        del corpus_set["weight"]
    if config.data.dev is not None:  # else it decides what is held out
        del settings["data"]["dev_pairs"]
    del settings["augmentation"]["weight"]
    settings["augmentation"]["sets"] = [config.data.sets[index].name for index in _augmented(config)]
    settings["model"] = {"max_positions": config.model.max_positions}
    settings["optimisation"] = {"guided_alignment": config.optimisation.alignment_weight > 0}
    return settings


def _check_settings(path: Path, settings: Mapping[str, Any]) -> None:
    try:
        made_with = json.loads(path.read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ConfigError(
            f"{path}: cannot be read, so that nobody knows what the run was made with; use another --run-dir"
        ) from err
    if different := _first_difference(made_with, settings):
        raise ConfigError(
            f"{path.parent}: made with another `{different}`; use another --run-dir, or put the setting back"
        )


def _first_difference(one: Any, other: Any, place: str = "") -> str:
    """Return the dotted name of the first setting in which two configurations differ, "" if none."""
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                return _first_difference(one.get(key), other.get(key), f"{place}.{key}".lstrip("."))
    return place


def _vocabulary(
    config: TrainingConfig, sets: Sequence[CleanedSet], reused: Path | None, run_folder: Path
) -> Vocabulary:
    if reused is not None:
        for name in VOCABULARY_FILES:
            shutil.copyfile(reused / name, run_folder / name)
        return load_vocabulary(run_folder)
    pairs = [pair for corpus_set in sets for pair in _weighted(corpus_set)]
    random.Random(config.data.seed).shuffle(pairs)  # noqa: S311
    logger.info("training SentencePiece on %d pairs", len(pairs))
    return train_vocabulary(
        (pair.source for pair in pairs),
        (pair.target for pair in pairs),
        config.vocabulary.source_size,
        config.vocabulary.target_size,
        run_folder,
    )


def _weighted(corpus_set: CleanedSet) -> Iterator[Pair]:
    """Yield each pair as often as an epoch sees it; every so many pairs where that is less than once."""
    seen = 0
    for index, pair in enumerate(corpus_set.pairs, start=1):
        while seen < int(index * corpus_set.weight):
            seen += 1
            yield pair
