"""The Transformers engine: `MarianMTModel` in PyTorch.

The reference, and for devices that CTranslate2 does not serve.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import GenerationConfig, LogitsProcessor, MarianMTModel

from pipeline.checkpoint import check_checkpoint
from pipeline.engines.batching import MAX_BATCH_PIECES, Batch, check_lengths, check_request, plan_batches
from pipeline.engines.quiet import quiet_transformers
from pipeline.errors import ConfigError, ModelError
from pipeline.records import Hypothesis
from pipeline.tokenizer import END, PADDING, UNKNOWN, MarianPieces

_PRECISIONS: Final = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


class TransformersEngine:
    """A Marian checkpoint on Transformers. See `pipeline.engines.Engine` for the interface.

    Searches as CTranslate2 does: scores are sums of log-probabilities divided by the length with the end of
    sentence, a search ends when it has as many finished hypotheses as beams, a forced piece costs nothing.
    """

    name: Final = "transformers"

    def __init__(
        self, model_folder: str | Path, *, device: str = "auto", precision: str = "auto", threads: int = 0
    ) -> None:
        """Load the checkpoint.

        Args:
            model_folder: a Marian checkpoint in Hugging Face layout.
            device: auto, or a PyTorch device, as in cpu, cuda:1, mps.
            precision: auto (float32), float32, float16 or bfloat16.
            threads: CPU threads of the whole process; 0 leaves them as they are.

        Raises:
            ModelError: the checkpoint is incomplete or cannot be loaded.
            ConfigError: an unknown device or precision.
        """
        folder = Path(model_folder)
        self._positions: Final = check_checkpoint(folder).positions
        self.precision: Final = "float32" if precision == "auto" else precision
        if self.precision not in _PRECISIONS:
            raise ConfigError(
                f"precision: transformers has auto, {', '.join(_PRECISIONS)}; not {precision!r}"
            )
        self.device: Final = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self.tokenizer: Final = MarianPieces(folder)
        try:
            self._device = torch.device(self.device)
            torch.empty(0, device=self._device)
        except (RuntimeError, AssertionError) as err:
            raise ConfigError(f"device: PyTorch has no {device!r} on this machine; use cpu") from err
        try:
            with quiet_transformers():
                model = MarianMTModel.from_pretrained(
                    folder,
                    attn_implementation="eager",  # the only one that returns attention
                    dtype=_PRECISIONS[self.precision],
                    use_safetensors=True,
                    local_files_only=True,
                )
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as err:
            raise ModelError(
                f"{folder}: Transformers cannot load this checkpoint ({' '.join(str(err).split())})"
            ) from err
        if threads:
            torch.set_num_threads(threads)
        model.train(False)
        self._model: Final[Any] = torch.nn.Module.to(model, self._device)
        # Whatever settings the checkpoint brings along, the request alone decides.
        self._model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
            pad_token_id=self._id(PADDING),
            eos_token_id=self._id(END),
            decoder_start_token_id=self._id(PADDING),
        )

    @property
    def max_source_pieces(self) -> int:
        """The longest source, end of sentence left out."""
        return self._positions - 1

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        *,
        beam_size: int,
        num_hypotheses: int = 1,
        prefixes: Sequence[Sequence[str]] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate n segments. See `Engine.translate`."""
        prefixes = check_request(
            sources, prefixes, beam_size=beam_size, num_hypotheses=num_hypotheses, positions=self._positions
        )
        results: list[list[Hypothesis]] = [
            [Hypothesis(tuple(prefix), 0.0, np.zeros((len(prefix), 0), np.float32))] for prefix in prefixes
        ]
        rows = [row for row, source in enumerate(sources) if source]
        for batch in plan_batches(rows, sources, prefixes, positions=self._positions):
            found = self._search(batch, sources, prefixes, beam_size, num_hypotheses)
            repeated = [row for row in batch.rows for _ in range(num_hypotheses)]
            forced = self._force([sources[row] for row in repeated], found)
            for row in batch.rows:
                results[row] = []
            for row, pieces, (log_probs, alignment) in zip(repeated, found, forced, strict=True):
                results[row].append(Hypothesis.scored(pieces, log_probs, alignment, prefixes[row]))
            for row in batch.rows:
                results[row].sort(key=lambda hypothesis: -hypothesis.score)
        return results

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[NDArray[np.float32]]:
        """Score n given translations. See `Engine.score`."""
        if len(sources) != len(targets):
            raise ValueError(f"{len(targets)} targets for {len(sources)} sources")
        check_lengths(sources, self._positions, "source")
        check_lengths(targets, self._positions, "target")
        return [log_probs for log_probs, _ in self._force(sources, targets)]

    @torch.inference_mode()
    def _search(
        self,
        batch: Batch,
        sources: Sequence[Sequence[str]],
        prefixes: Sequence[Sequence[str]],
        beam_size: int,
        num_hypotheses: int,
    ) -> list[tuple[str, ...]]:
        """Return the pieces of `num_hypotheses` hypotheses for each row of the batch, row after row."""
        inputs = self._padded([[*self.tokenizer.ids(sources[row]), self._id(END)] for row in batch.rows])
        rules = _SearchRules(
            [self.tokenizer.ids(prefixes[row]) for row in batch.rows],
            beam_size=beam_size,
            barred=[self._id(PADDING), self._id(UNKNOWN)],
        )
        output = self._model.generate(
            input_ids=inputs,
            attention_mask=(inputs != self._id(PADDING)).long(),
            logits_processor=[rules],
            max_new_tokens=batch.target_limit,
            num_beams=beam_size,
            num_return_sequences=num_hypotheses,
            do_sample=False,
            length_penalty=1.0,
            early_stopping=beam_size > 1,
        )
        hypotheses = []
        for ids in output[:, 1:].tolist():  # the first is the start piece
            ends = [place for place, number in enumerate(ids) if number in {self._id(END), self._id(PADDING)}]
            hypotheses.append(self.tokenizer.pieces(ids[: ends[0]] if ends else ids))
        return hypotheses

    @torch.inference_mode()
    def _force(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Yield log-probabilities (m + 1) and alignment (m x n) of each given translation."""
        longest = max((len(target) for target in targets), default=0) + 1
        rows_at_once = max(1, MAX_BATCH_PIECES // longest)
        for start in range(0, len(sources), rows_at_once):
            some_sources = sources[start : start + rows_at_once]
            some_targets = [self.tokenizer.ids(target) for target in targets[start : start + rows_at_once]]
            inputs = self._padded([[*self.tokenizer.ids(source), self._id(END)] for source in some_sources])
            output = self._model(
                input_ids=inputs,
                attention_mask=(inputs != self._id(PADDING)).long(),
                decoder_input_ids=self._padded([[self._id(PADDING), *target] for target in some_targets]),
                output_attentions=True,
            )
            logits = output.logits.float()
            logits[..., self._id(PADDING)] = -torch.inf  # no piece of Marian's own vocabulary
            log_probs = logits.log_softmax(-1)
            attention = output.cross_attentions[-1][:, 0].float().cpu().numpy()
            for row, (source, target) in enumerate(zip(some_sources, some_targets, strict=True)):
                labels = torch.tensor([*target, self._id(END)], device=self._device)
                chosen = log_probs[row, : len(labels)].gather(-1, labels[:, None]).squeeze(-1)
                yield chosen.cpu().numpy(), attention[row, : len(target), : len(source)].copy()

    def _padded(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        width = max(len(row) for row in rows)
        padded = [[*row, *[self._id(PADDING)] * (width - len(row))] for row in rows]
        return torch.tensor(padded, device=self._device)

    def _id(self, piece: str) -> int:
        return self.tokenizer.vocabulary[piece]


class _SearchRules(LogitsProcessor):
    """Bars pieces and forces prefixes; a forced piece has log-probability 0, as in CTranslate2."""

    def __init__(self, prefixes: Sequence[Sequence[int]], *, beam_size: int, barred: Sequence[int]) -> None:
        self._prefixes = prefixes
        self._beam_size = beam_size
        self._barred = list(barred)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return log-probabilities; `input_ids` are rows x beams of the pieces so far, with the start."""
        scores[:, self._barred] = -torch.inf
        scores = scores.log_softmax(-1)
        step = input_ids.shape[1] - 1
        for row, prefix in enumerate(self._prefixes):
            if step < len(prefix):
                beams = slice(row * self._beam_size, (row + 1) * self._beam_size)
                scores[beams] = -torch.inf
                scores[beams, prefix[step]] = 0
        return scores
