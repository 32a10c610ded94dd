"""The CTranslate2 engine: a checkpoint converted once, kept in the user's cache.

The cache holds a conversion per checkpoint and weight type, under `<cache>/ctranslate2/<hash>-<type>`. There
are two types: `int8` for the int8 precisions (a quarter of the size, loads at once: quantising 0.9 GB of
float32 on every start would not), `float32` for all others, which CTranslate2 derives from it while loading.
The hash covers the checkpoint's files and the converter's version.
"""

import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from pipeline.checkpoint import check_checkpoint, fingerprint
from pipeline.engines.batching import Batch, check_lengths, check_request, plan_batches
from pipeline.engines.quiet import quiet_transformers
from pipeline.errors import ConfigError, ModelError
from pipeline.models import cache_folder
from pipeline.records import Hypothesis
from pipeline.tokenizer import END, UNKNOWN, MarianPieces, read_vocabulary

_CONVERSION: Final = "1"  # raise when _MarianConverter changes what it writes
_STALE_S: Final = 24 * 3600
_SEARCH: Final = {
    "max_input_length": 0,  # lengths are checked before; CTranslate2 would cut
    "min_decoding_length": 0,
    "disable_unk": True,
    "return_scores": True,
    "return_attention": True,
    "return_end_token": True,
    "asynchronous": True,
}
_log = logging.getLogger(__name__)


class CTranslate2Engine:
    """A Marian checkpoint on CTranslate2. See `pipeline.engines.Engine` for the interface."""

    name: Final = "ctranslate2"

    def __init__(
        self,
        model_folder: str | Path,
        *,
        device: str = "auto",
        precision: str = "auto",
        threads: int = 0,
        parallel_batches: int = 1,
    ) -> None:
        """Load the converted checkpoint, converting it first if the cache does not hold it.

        Args:
            model_folder: a Marian checkpoint in Hugging Face layout.
            device: auto, cpu, cuda or cuda:N.
            precision: auto or a CTranslate2 compute type that the device has, as in int8, float32,
                int8_float16.
            threads: CPU threads for each batch; 0 is CTranslate2's own choice.
            parallel_batches: batches computed at the same time, each with `threads` threads of its own.

        Raises:
            ModelError: the checkpoint is incomplete or cannot be converted.
            ConfigError: an unknown device or precision.
        """
        folder = Path(model_folder)
        checkpoint = check_checkpoint(folder)
        self.device: Final = _resolve_device(device)
        self.precision: Final = _resolve_precision(precision, self.device)
        self.tokenizer: Final = MarianPieces(folder)
        self._positions: Final = checkpoint.positions
        kind, _, index = self.device.partition(":")
        with _converted(folder, "int8" if self.precision.startswith("int8") else "float32") as converted:
            try:
                self._translator = ctranslate2.Translator(
                    str(converted),
                    device=kind,
                    device_index=int(index or 0),
                    compute_type=self.precision,
                    inter_threads=parallel_batches,
                    intra_threads=threads,
                )
            except RuntimeError as err:
                raise ModelError(
                    f"{converted}: CTranslate2 cannot load the converted model ({_one_line(err)}); "
                    "delete that folder to convert it anew"
                ) from err

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
        rows = [row for row, source in enumerate(sources) if source]
        batches = plan_batches(rows, sources, prefixes, positions=self._positions)
        pending = [
            self._translator.translate_batch(
                [[*sources[row], END] for row in batch.rows],
                target_prefix=[list(prefixes[row]) for row in batch.rows],
                beam_size=beam_size,
                num_hypotheses=num_hypotheses,
                length_penalty=1,
                max_decoding_length=batch.target_limit,
                **_SEARCH,
            )
            for batch in batches
        ]
        first_rows = self._first_rows(batches, sources) if beam_size > 1 and self.device == "cpu" else {}
        results: list[list[Hypothesis]] = [
            [Hypothesis(tuple(prefix), 0.0, np.zeros((len(prefix), 0), np.float32))] for prefix in prefixes
        ]
        for batch, futures in zip(batches, pending, strict=True):
            decoded = [future.result() for future in futures]
            for row, result in zip(batch.rows, decoded, strict=True):
                results[row] = [
                    _hypothesis(pieces, score, [*first_rows.get(row, attention[:1]), *attention[1:]])
                    for pieces, score, attention in zip(
                        result.hypotheses, result.scores, result.attention, strict=True
                    )
                ]
            self._rescore(batch.rows, sources, prefixes, decoded, results)
        return results

    def _first_rows(
        self, batches: Sequence[Batch], sources: Sequence[Sequence[str]]
    ) -> dict[int, list[list[float]]]:
        """Return the attention of the first target piece for the segments that share a batch.

        On the CPU, CTranslate2 (4.8) runs the first step of a beam search on one beam per segment but looks
        its attention up as if it had run on all, and so returns that of another segment of the batch. Later
        steps are right, and so is greedy search: one step of it gives what is missing, which is the same for
        all hypotheses of a segment.
        """
        shared = [batch for batch in batches if len(batch.rows) > 1]
        pending = [
            self._translator.translate_batch(
                [[*sources[row], END] for row in batch.rows], beam_size=1, max_decoding_length=1, **_SEARCH
            )
            for batch in shared
        ]
        return {
            row: future.result().attention[0]
            for batch, futures in zip(shared, pending, strict=True)
            for row, future in zip(batch.rows, futures, strict=True)
        }

    def _rescore(
        self,
        rows: Sequence[int],
        sources: Sequence[Sequence[str]],
        prefixes: Sequence[Sequence[str]],
        decoded: Sequence[Any],
        results: list[list[Hypothesis]],
    ) -> None:
        """Replace the scores that are not means over all pieces.

        With the end token counted and a length penalty of 1, CTranslate2's score is the mean log-probability;
        but a forced prefix counts as certain, and a hypothesis cut at the limit has no end of sentence. Left
        as it is: where `<unk>` was likely, its probability is spread over the others, as it must not occur.
        """
        stale = [
            row
            for row, result in zip(rows, decoded, strict=True)
            if prefixes[row] or any(pieces[-1:] != [END] for pieces in result.hypotheses)
        ]
        pairs = [(row, hypothesis) for row in stale for hypothesis in results[row]]
        scores = self.score(
            [sources[row] for row, _ in pairs], [hypothesis.pieces for _, hypothesis in pairs]
        )
        rescored: dict[int, list[Hypothesis]] = {row: [] for row in stale}
        for (row, hypothesis), log_probs in zip(pairs, scores, strict=True):
            rescored[row].append(
                Hypothesis.scored(hypothesis.pieces, log_probs, hypothesis.alignment, prefixes[row])
            )
        for row, hypotheses in rescored.items():
            results[row] = sorted(hypotheses, key=lambda hypothesis: -hypothesis.score)

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[NDArray[np.float32]]:
        """Score n given translations. See `Engine.score`."""
        if len(sources) != len(targets):
            raise ValueError(f"{len(targets)} targets for {len(sources)} sources")
        check_lengths(sources, self._positions, "source")
        check_lengths(targets, self._positions, "target")
        batches = plan_batches(range(len(sources)), sources, targets, positions=self._positions)
        pending = [
            self._translator.score_batch(
                [[*sources[row], END] for row in batch.rows],
                [list(targets[row]) for row in batch.rows],
                max_input_length=0,
                asynchronous=True,
            )
            for batch in batches
        ]
        scores: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(sources)
        for batch, futures in zip(batches, pending, strict=True):
            for row, future in zip(batch.rows, futures, strict=True):
                scores[row] = np.asarray(future.result().log_probs, np.float32)
        return scores


def _hypothesis(pieces: list[str], score: float, attention: list[list[float]]) -> Hypothesis:
    if pieces[-1] == END:
        pieces = pieces[:-1]
    alignment = np.asarray(attention, np.float32)
    return Hypothesis(tuple(pieces), score, alignment[: len(pieces), :-1])


def _resolve_device(device: str) -> str:
    kind, _, index = device.partition(":")
    if kind == "auto" and not index:
        return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    if kind not in {"cpu", "cuda"} or (index and (kind == "cpu" or not index.isdecimal())):
        raise ConfigError(f"device: ctranslate2 runs on auto, cpu, cuda or cuda:N, not {device!r}")
    if kind == "cuda" and int(index or 0) >= ctranslate2.get_cuda_device_count():
        raise ConfigError(f"device: there is no {device!r} on this machine; use cpu")
    return device


def _resolve_precision(precision: str, device: str) -> str:
    kind, _, index = device.partition(":")
    supported = ctranslate2.get_supported_compute_types(kind, int(index or 0))
    if precision == "auto":
        wanted = "float16" if kind == "cuda" else "int8"
        return wanted if wanted in supported else "float32"
    if precision not in supported:
        raise ConfigError(
            f"precision: ctranslate2 on {device} has auto, {', '.join(sorted(supported))}; not {precision!r}"
        )
    return precision


@contextmanager
def _converted(folder: Path, weight_type: str) -> Iterator[Path]:
    """Yield the folder of the converted checkpoint, converting it if need be.

    A conversion is written beside its place and renamed into it when complete, so neither a killed run nor a
    second process leaves a half-written model under the final name. Where the cache cannot be written, the
    conversion lives only as long as the context.
    """
    version = f"{_CONVERSION} {ctranslate2.__version__} {fingerprint(folder)}"
    name = f"{hashlib.sha256(version.encode()).hexdigest()[:32]}-{weight_type}"
    cache = cache_folder() / "ctranslate2"
    if (cache / name / "model.bin").is_file():
        yield cache / name
        return
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _remove_stale(cache)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=cache))
    except OSError as err:
        _log.warning(
            "%s cannot be written (%s): the model is converted anew on every start; set DRAGOMAN_CACHE_DIR",
            cache,
            err.strerror,
        )
        with tempfile.TemporaryDirectory(prefix="dragoman-") as temporary:
            yield _convert(folder, Path(temporary) / "model", weight_type)
        return
    try:
        _log.info("converting %s for CTranslate2 (%s), once", folder, weight_type)
        _convert(folder, partial / "model", weight_type)
        try:
            (partial / "model").rename(cache / name)
        except OSError as err:
            # Another process was faster, or so it should be: a folder that is not empty is never replaced.
            if not (cache / name / "model.bin").is_file():
                raise ModelError(f"{cache / name}: cannot be written ({err.strerror}); delete it") from err
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    yield cache / name


def _remove_stale(cache: Path) -> None:
    """Remove what conversions that were killed left behind, a day ago or earlier."""
    for partial in cache.glob(".partial-*"):
        with suppress(FileNotFoundError):  # another process tidies up too
            if partial.stat().st_mtime < time.time() - _STALE_S:
                shutil.rmtree(partial, ignore_errors=True)


def _convert(folder: Path, output: Path, weight_type: str) -> Path:
    try:
        with quiet_transformers():
            _marian_converter(folder).convert(str(output), quantization=weight_type)
    except (OSError, RuntimeError, ValueError, KeyError) as err:
        raise ModelError(f"{folder}: CTranslate2 cannot convert this checkpoint ({_one_line(err)})") from err
    return output


def _marian_converter(folder: Path) -> Any:
    """Return CTranslate2's Transformers converter, kept to safetensors and exact for fine-tuned models."""
    import torch
    import transformers
    from ctranslate2.converters import TransformersConverter

    class Vocabulary:
        """What the converter asks of a tokenizer."""

        eos_token = END
        unk_token = UNKNOWN

        def get_vocab(self) -> dict[str, int]:
            return read_vocabulary(folder / "vocab.json")

    class MarianConverter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, model_name_or_path: str, **_: Any) -> Any:
            model = transformers.MarianMTModel.from_pretrained(
                model_name_or_path, dtype=torch.float32, use_safetensors=True, local_files_only=True
            )
            # CTranslate2 starts from a zero embedding, as Marian does. Fine-tuning in Transformers moves the
            # embedding of the start piece away from zero; the first position, which only that piece ever has,
            # takes it over.
            decoder = model.model.decoder
            start = decoder.embed_tokens.weight[model.config.decoder_start_token_id]
            decoder.embed_positions.weight.data[0] += decoder.embed_scale * start
            return model

        def load_tokenizer(self, *_: Any, **__: Any) -> Vocabulary:
            return Vocabulary()

    return MarianConverter(str(folder))


def _one_line(err: Exception) -> str:
    return " ".join(str(err).split())
