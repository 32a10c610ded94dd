"""A training run, from parallel text to a checkpoint: prepare -> train, evaluate, keep the best -> export."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sacrebleu
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.errors import CorpusError, ModelError
from pipeline.models import resolve_model
from pipeline.tokenizer import MarianPieces
from pipeline.training.batches import Batch, batches_from, make_batch
from pipeline.training.card import draw_curves, model_card
from pipeline.training.config import OptimisationConfig, TrainingConfig
from pipeline.training.corpus import Pair
from pipeline.training.decoding import translate_greedily
from pipeline.training.encoding import encode_pairs
from pipeline.training.export import export_checkpoint, try_checkpoint
from pipeline.training.lexical import lexical_embeddings
from pipeline.training.network import (
    GuidedAttention,
    build_network,
    initial_mean,
    load_network,
    training_loss,
    update_mean,
    with_weights,
)
from pipeline.training.preparation import TrainingData, prepare_data
from pipeline.training.state import Progress, disk_errors, load_state, recover_folder, save_state
from pipeline.training.vocabulary import END_ID

logger = logging.getLogger(__name__)

_DEV_BATCH = 50
_TRIED = 5


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a run left behind.

    Attributes:
        checkpoint: folder of the best checkpoint so far.
    """

    checkpoint: Path
    progress: Progress


def train(config: TrainingConfig, data_folders: Sequence[Path], run_folder: Path) -> TrainingResult:
    """Train a model, or go on with a run that was stopped.

    Everything that is made on the way (vocabulary, encoded corpus, state) stays in `run_folder` and is used
    again; a change of data or vocabulary needs another folder. `checkpoint` in it is the best model so far,
    `curves.png` a picture of how it learned.

    Args:
        config: the run.
        data_folders: where the names of files in it start from; the first one that has such a file counts.
        run_folder: made if it is not there.

    Raises:
        ConfigError, CorpusError, ModelError, OutputError: see `pipeline.errors`.
    """
    with disk_errors(run_folder):
        run_folder.mkdir(parents=True, exist_ok=True)
        data = prepare_data(config, data_folders, run_folder)
    result = _Run(config, data, run_folder).go()
    try_checkpoint(result.checkpoint, [pair.source for pair in data.dev[:_TRIED]])
    logger.info("%s: both engines can use it", result.checkpoint)
    return result


def learning_rate(settings: OptimisationConfig, update: int, spent: float) -> float:
    """Return the learning rate of an update, 1-based, with `spent` of the budget used (0 to 1)."""
    warm = min(1.0, update / settings.warmup_updates)
    left = min(1.0, max(0.0, (1.0 - spent) / settings.decay_share))
    return settings.peak_learning_rate * warm * left


class _Run:
    """The loop over updates, with its evaluation and its state on disk."""

    def __init__(self, config: TrainingConfig, data: TrainingData, folder: Path) -> None:
        self.config, self.settings, self.data, self.folder = config, config.optimisation, data, folder
        self.vocabulary, self.corpus = data.vocabulary, data.corpus
        torch.manual_seed(self.settings.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        if config.init is None:
            self.network = build_network(config.model, self.vocabulary, self.device)
        else:
            checkpoint = resolve_model(config.init).folder
            self.network = load_network(checkpoint, config.model.dropout, self.device)
        self.guided = GuidedAttention(self.network, self.settings.guided_heads)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )
        self.dev = self._readable(data.dev)[: config.data.dev_pairs]
        self.encoded_dev = encode_pairs(self.dev, self.vocabulary, folder)
        self.tokenizer = MarianPieces(folder)
        recover_folder(folder / "checkpoint")
        self.mean: dict[str, Tensor] = {}
        self.progress = Progress()
        if not self._resume():
            self._begin()

    def go(self) -> TrainingResult:
        settings, progress = self.settings, self.progress
        started, minutes_before, saved = time.monotonic(), progress.minutes, time.monotonic()
        since_evaluation, since_report = _Meter(), _Meter()
        order = batches_from(
            self.corpus,
            self.data.weights,
            settings.batch_pieces,
            settings.seed,
            progress.epoch,
            progress.batches,
        )
        while self._spent() < 1.0:
            if not progress.decaying and self._spent() > 1.0 - settings.decay_share:
                self._save("before-decay")
                progress.decaying = True
            progress.epoch, progress.batches, indices = next(order)
            progress.update += 1
            entropy, pieces = self._update(indices)
            for meter in (since_evaluation, since_report):
                meter.add(entropy, pieces)
            progress.pieces += pieces
            progress.minutes = minutes_before + (time.monotonic() - started) / 60
            if progress.update % settings.dev_every_updates == 0:
                self._evaluate(since_evaluation)
                since_evaluation, since_report = _Meter(), _Meter()
            elif since_report.minutes() > settings.report_every_minutes:
                logger.info("%s, %s", self._place(), since_report)
                since_report = _Meter()
            if time.monotonic() - saved > 60 * settings.save_every_minutes:
                self._save("state")
                saved = time.monotonic()
        if progress.update and (not progress.history or progress.history[-1]["update"] < progress.update):
            self._evaluate(since_evaluation)
        self._save("state")
        return TrainingResult(self.folder / "checkpoint", progress)

    def _readable(self, dev: Sequence[Pair]) -> list[Pair]:
        """Return the dev pairs that are short enough for the positions of the network."""
        encoded = encode_pairs(dev, self.vocabulary, self.folder)
        longest = np.maximum(encoded.sources.lengths(), encoded.targets.lengths())
        positions = self.network.config.max_position_embeddings
        readable = [pair for pair, pieces in zip(dev, longest.tolist(), strict=True) if pieces < positions]
        if not readable:
            raise CorpusError(f"all {len(dev)} dev pairs are too long for a model of {positions} positions")
        if len(readable) < len(dev):
            logger.info("%d dev pairs are too long for the model", len(dev) - len(readable))
        return readable

    def _save(self, name: str) -> None:
        with disk_errors(self.folder / name):
            save_state(self.folder / name, self.network, self.mean, self.optimiser, self.progress)

    def _place(self) -> str:
        """Say where the run stands."""
        progress, budget = self.progress, self.settings.max_minutes
        of_minutes = "" if budget is None else f" of {budget:.0f}"
        return f"update {progress.update}, epoch {progress.epoch}, {progress.minutes:.0f}{of_minutes} min"

    def _begin(self) -> None:
        if self.settings.lexical_start and self.settings.alignment_weight and self.config.init is None:
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
        return entropy, self._pieces(batch)

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

    def _evaluate(self, meter: "_Meter") -> None:
        train_loss = meter.loss()
        if meter.pieces and not math.isfinite(train_loss):
            raise ModelError(
                f"{self.folder}: the loss is {train_loss} at update {self.progress.update}; begin anew with "
                "a lower `peak_learning_rate`"
            )
        with_weights(self.network, self.mean, lambda: self._evaluate_mean(train_loss))
        last = self.progress.history[-1]
        logger.info(
            "%s, %.1f M pieces, %s; dev loss %.3f, chrF %.1f",
            self._place(),
            self.progress.pieces / 1e6,
            meter,
            last["dev_loss"],
            last["dev_chrf"],
        )
        with disk_errors(self.folder):
            draw_curves(self.progress.history, self.config.name, self.folder / "curves.png")

    def _evaluate_mean(self, train_loss: float) -> None:
        progress = self.progress
        hypotheses = translate_greedily(self.network, self.tokenizer, [pair.source for pair in self.dev])
        chrf = sacrebleu.corpus_chrf(hypotheses, [[pair.target for pair in self.dev]]).score
        progress.history.append(
            {
                "update": progress.update,
                "minutes": round(progress.minutes, 2),
                "pieces": progress.pieces,
                "train_loss": train_loss,
                "dev_loss": self._dev_loss(),
                "dev_chrf": chrf,
            }
        )
        if chrf > progress.best_chrf:
            progress.best_chrf = chrf
            with disk_errors(self.folder / "checkpoint"):
                export_checkpoint(
                    self.network,
                    self.mean,
                    self.folder,
                    self.folder / "checkpoint",
                    model_card(self.config, self.network, progress, len(self.dev)),
                )

    def _dev_loss(self) -> float:
        """Return the cross-entropy per target piece over the dev pairs."""
        meter = _Meter()
        for start in range(0, len(self.dev), _DEV_BATCH):
            indices = np.arange(start, min(start + _DEV_BATCH, len(self.dev)))
            batch = make_batch(self.encoded_dev, indices, END_ID, self.vocabulary.padding)
            with torch.inference_mode():
                _, entropy = self._loss(batch)
            meter.add(entropy, self._pieces(batch))
        return meter.loss()

    def _pieces(self, batch: Batch) -> int:
        return int((batch.target != self.vocabulary.padding).sum())


class _Meter:
    """Loss and speed since it was made."""

    def __init__(self) -> None:
        self.pieces = 0
        self._entropies: list[Tensor] = []
        self._started = time.monotonic()

    def add(self, entropy: Tensor, pieces: int) -> None:
        """Count a batch; its entropy is not waited for."""
        self._entropies.append(entropy)
        self.pieces += pieces

    def loss(self) -> float:
        """Return the cross-entropy per target piece, not a number if there was no batch."""
        if not self._entropies:
            return math.nan
        return float(torch.stack(self._entropies).sum()) / max(1, self.pieces)

    def minutes(self) -> float:
        return (time.monotonic() - self._started) / 60

    def __str__(self) -> str:
        speed = self.pieces / max(1e-9, time.monotonic() - self._started)
        return f"{speed:,.0f} target pieces/s, loss {self.loss():.3f}"
