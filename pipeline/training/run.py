"""A training run, from parallel text to a checkpoint.

clean -> vocabulary -> encode and align -> train, evaluate, keep the best -> export
"""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sacrebleu
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.tokenizer import MarianPieces
from pipeline.training.batches import Batch, batches_from, make_batch
from pipeline.training.config import OptimisationConfig, TrainingConfig
from pipeline.training.corpus import CleanedSet, Pair, clean_sets, read_dev
from pipeline.training.decoding import translate_greedily
from pipeline.training.encoding import EncodedCorpus, encode_corpus
from pipeline.training.export import export_checkpoint
from pipeline.training.lexical import lexical_embeddings
from pipeline.training.network import (
    GuidedAttention,
    build_network,
    initial_mean,
    training_loss,
    update_mean,
    with_weights,
)
from pipeline.training.state import Progress, load_state, recover_folder, save_state
from pipeline.training.vocabulary import END_ID, Vocabulary, load_vocabulary, train_vocabulary

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a run left behind.

    Attributes:
        checkpoint: folder of the best checkpoint so far.
    """

    checkpoint: Path
    progress: Progress


def train(config: TrainingConfig, data_folder: Path, run_folder: Path) -> TrainingResult:
    """Train a model, or go on with a run that was stopped.

    Everything that is made on the way (vocabulary, encoded corpus, state) stays in `run_folder` and is used
    again; a change of data or vocabulary needs another folder.

    Raises:
        ConfigError, CorpusError, ModelError: see `pipeline.errors`.
    """
    run_folder.mkdir(parents=True, exist_ok=True)
    vocabulary, corpus = _prepare_data(config, data_folder, run_folder)
    dev = read_dev(config.data, data_folder)
    return _Run(config, vocabulary, corpus, dev, run_folder).go()


def learning_rate(settings: OptimisationConfig, update: int, spent: float) -> float:
    """Return the learning rate of an update, 1-based, with `spent` of the budget used (0 to 1)."""
    warm = min(1.0, update / settings.warmup_updates)
    left = min(1.0, max(0.0, (1.0 - spent) / settings.decay_share))
    return settings.peak_learning_rate * warm * left


def _prepare_data(
    config: TrainingConfig, data_folder: Path, run_folder: Path
) -> tuple[Vocabulary, EncodedCorpus]:
    encoded = run_folder / "corpus.npz"
    if encoded.exists():
        return load_vocabulary(run_folder), EncodedCorpus.load(encoded)
    sets = clean_sets(config.data, data_folder)
    _write_counts(sets, run_folder / "corpus.json")
    pairs = [pair for corpus_set in sets for pair in _weighted(corpus_set)]
    logger.info("training SentencePiece on %d pairs", len(pairs))
    size = config.vocabulary
    vocabulary = train_vocabulary(
        (pair.source for pair in pairs),
        (pair.target for pair in pairs),
        size.source_size,
        size.target_size,
        run_folder,
    )
    align = config.optimisation.alignment_weight > 0
    logger.info("encoding%s", " and aligning words with eflomal" if align else "")
    corpus = encode_corpus(
        sets, vocabulary, run_folder, align=align, max_pieces=config.model.max_positions // 2
    )
    corpus.save(encoded)
    return vocabulary, corpus


def _weighted(corpus_set: CleanedSet) -> Iterator[Pair]:
    """Yield each pair as often as an epoch sees it; every so many pairs where that is less than once."""
    seen = 0
    for index, pair in enumerate(corpus_set.pairs, start=1):
        while seen < int(index * corpus_set.weight):
            seen += 1
            yield pair


def _write_counts(sets: Sequence[CleanedSet], path: Path) -> None:
    counts = {s.name: {"weight": s.weight, "pairs": len(s.pairs), "dropped": s.dropped} for s in sets}
    path.write_text(json.dumps(counts, indent=1), encoding="utf-8")


class _Run:
    """The loop over updates, with its evaluation and its state on disk."""

    def __init__(
        self,
        config: TrainingConfig,
        vocabulary: Vocabulary,
        corpus: EncodedCorpus,
        dev: Sequence[Pair],
        folder: Path,
    ) -> None:
        self.config, self.settings = config, config.optimisation
        self.vocabulary, self.corpus, self.dev, self.folder = vocabulary, corpus, dev, folder
        torch.manual_seed(self.settings.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = build_network(config.model, vocabulary, self.device)
        self.guided = GuidedAttention(self.network, self.settings.guided_heads)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )
        recover_folder(folder / "checkpoint")
        self.mean: dict[str, Tensor] = {}
        self.progress = Progress()
        if not self._resume():
            self._begin()

    def go(self) -> TrainingResult:
        settings, progress = self.settings, self.progress
        weights = tuple(corpus_set.weight for corpus_set in self.config.data.sets)
        started, minutes_before, saved = time.monotonic(), progress.minutes, time.monotonic()
        losses: list[tuple[Tensor, int]] = []
        order = batches_from(
            self.corpus, weights, settings.batch_pieces, settings.seed, progress.epoch, progress.batches
        )
        while self._spent() < 1.0:
            if not progress.decaying and self._spent() > 1.0 - settings.decay_share:
                save_state(self.folder / "before-decay", self.network, self.mean, self.optimiser, progress)
                progress.decaying = True
            progress.epoch, progress.batches, indices = next(order)
            progress.update += 1
            entropy, pieces = self._update(indices)
            losses.append((entropy, pieces))
            progress.pieces += pieces
            progress.minutes = minutes_before + (time.monotonic() - started) / 60
            if progress.update % settings.dev_every_updates == 0:
                self._evaluate(losses)
                losses.clear()
            if time.monotonic() - saved > 60 * settings.save_every_minutes:
                save_state(self.folder / "state", self.network, self.mean, self.optimiser, progress)
                saved = time.monotonic()
        if losses:
            self._evaluate(losses)
        save_state(self.folder / "state", self.network, self.mean, self.optimiser, progress)
        return TrainingResult(self.folder / "checkpoint", progress)

    def _begin(self) -> None:
        if self.settings.lexical_start and self.settings.alignment_weight:
            embeddings = self.network.model.shared.weight
            with torch.no_grad():
                embeddings.copy_(lexical_embeddings(embeddings, self.corpus, self.vocabulary.target_size))
        self.mean = initial_mean(self.network)

    def _resume(self) -> bool:
        """Take up the last state that the budget can go on from; say whether there was one."""
        found = False
        for name in ("state", "before-decay"):
            if not recover_folder(self.folder / name):
                continue
            best = self.progress.best_chrf
            self.mean, self.progress = load_state(self.folder / name, self.network, self.optimiser)
            self.progress.best_chrf = max(best, self.progress.best_chrf)
            found = True
            budget_grew = self.progress.decaying and self._spent() < 1.0 - self.settings.decay_share
            if not budget_grew:
                break
        if found:
            logger.info("going on from update %d", self.progress.update)
        return found

    def _spent(self) -> float:
        spent = self.progress.update / self.settings.max_updates
        if self.settings.max_minutes is not None:
            spent = max(spent, self.progress.minutes / self.settings.max_minutes)
        return spent

    def _update(self, indices: NDArray[np.int64]) -> tuple[Tensor, int]:
        settings = self.settings
        batch = make_batch(self.corpus, indices, END_ID, self.vocabulary.padding)
        rate = learning_rate(settings, self.progress.update, self._spent())
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        loss, entropy = self._loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), settings.max_gradient_norm)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        # Early weights are far from good: the average follows them faster then.
        share = max(settings.smoothing, 1.0 / (1 + self.progress.update))
        update_mean(self.mean, self.network, share)
        return entropy, int((batch.target != self.vocabulary.padding).sum())

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        use_bfloat16 = self.settings.precision == "bfloat16"
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=use_bfloat16):
            return training_loss(
                self.network,
                self.guided,
                torch.from_numpy(batch.source).to(self.device),
                torch.from_numpy(batch.target).to(self.device),
                torch.from_numpy(batch.links).to(self.device),
                target_size=self.vocabulary.target_size,
                padding=self.vocabulary.padding,
                label_smoothing=self.settings.label_smoothing,
                alignment_weight=self.settings.alignment_weight,
            )

    def _evaluate(self, losses: Sequence[tuple[Tensor, int]]) -> None:
        progress = self.progress
        train_loss = sum(float(entropy) for entropy, _ in losses) / max(
            1, sum(pieces for _, pieces in losses)
        )
        with_weights(self.network, self.mean, lambda: self._evaluate_mean(train_loss))
        last = progress.history[-1]
        logger.info(
            "update %d, epoch %d, %.0f min, %.1f M pieces: train %.3f, dev chrF %.1f",
            progress.update,
            progress.epoch,
            progress.minutes,
            progress.pieces / 1e6,
            train_loss,
            last["dev_chrf"],
        )

    def _evaluate_mean(self, train_loss: float) -> None:
        progress = self.progress
        hypotheses = translate_greedily(
            self.network,
            MarianPieces(self.folder),
            [pair.source for pair in self.dev[: self.config.data.dev_pairs]],
        )
        references = [pair.target for pair in self.dev[: len(hypotheses)]]
        chrf = sacrebleu.corpus_chrf(hypotheses, [references]).score
        progress.history.append(
            {
                "update": progress.update,
                "minutes": round(progress.minutes, 2),
                "pieces": progress.pieces,
                "train_loss": train_loss,
                "dev_chrf": chrf,
            }
        )
        if chrf > progress.best_chrf:
            progress.best_chrf = chrf
            export_checkpoint(
                self.network,
                self.mean,
                self.folder,
                self.folder / "checkpoint",
                model_card(self.config, progress),
            )


def model_card(config: TrainingConfig, progress: Progress) -> str:
    """Write the README of a checkpoint: what it is, how it was trained, what it scored on the dev set."""
    shape, optimisation = config.model, config.optimisation
    lines = (
        f"{shape.encoder_layers}+{shape.decoder_layers} layers, width {shape.width}, {shape.heads} heads, "
        f"feed-forward {shape.feed_forward}, float16 weights",
        f"trained on {progress.pieces / 1e6:.1f} M target pieces in {progress.update} updates, "
        f"{progress.minutes:.0f} minutes, on: {', '.join(s.name for s in config.data.sets)}",
        f"chrF {progress.best_chrf:.1f} on {config.data.dev_pairs} pairs of its dev set, greedy (sacreBLEU)",
        f"head 0 of the last decoder layer is its alignment (guided, weight {optimisation.alignment_weight})",
    )
    return (
        "---\nlanguage: [ar, en]\npipeline_tag: translation\nlibrary_name: transformers\n---\n"
        f"# {config.name}\n\nA MarianMT model from Arabic to English, trained by `dragoman train`.\n\n"
        + "".join(f"- {line}\n" for line in lines)
    )
