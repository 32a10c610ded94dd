"""Engines: source pieces in, hypotheses with scores and alignments out. Two models, one interface.

`replay` answers what was recorded of any system instead.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ConfigError
from pipeline.records import Hypothesis
from pipeline.tokenizer import MarianPieces

EngineName = Literal["auto", "ctranslate2", "transformers"]


class Engine(Protocol):
    """A loaded model that translates."""

    @property
    def name(self) -> str:
        """`ctranslate2`, `transformers`, or `replay-` with a hash of the records."""
        ...

    @property
    def precision(self) -> str:
        """Number format of the computation, as in `int8`."""
        ...

    @property
    def device(self) -> str:
        """Where it runs, as in `cpu`, `cuda`, `cuda:1`."""
        ...

    @property
    def tokenizer(self) -> MarianPieces:
        """Text to pieces and back, for this model."""
        ...

    @property
    def max_source_pieces(self) -> int:
        """The longest source that `translate` and `score` take, end of sentence left out."""
        ...

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        *,
        beam_size: int,
        num_hypotheses: int = 1,
        prefixes: Sequence[Sequence[str]] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate n segments by beam search, or greedily with `beam_size` 1.

        Segments are batched by length inside; which others stand beside a segment does not change its
        translation, save where two pieces are equally likely to within rounding. A translation that does not
        end by itself is cut at a length that depends on its source (see `batching.target_limit`). `<unk>` is
        written only where a prefix forces it.

        Args:
            sources: n sequences of source pieces, end of sentence left out.
            beam_size: hypotheses kept at every step.
            num_hypotheses: how many of the beam to return, at most `beam_size`.
            prefixes: n sequences of target pieces that the translation must begin with; an empty one forces
                nothing.

        Returns:
            for each source `num_hypotheses` hypotheses, best score first; their pieces and alignment include
            the prefix. An empty source has one hypothesis: its prefix, score 0.

        Raises:
            InputError: a source is longer than `max_source_pieces`, or a prefix than the model can write.
            ValueError: more hypotheses than beams, or another number of prefixes than sources.
        """
        ...

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[NDArray[np.float32]]:
        """Score n given translations piece by piece (teacher forcing).

        Args:
            sources: n sequences of source pieces, end of sentence left out.
            targets: n sequences of target pieces, end of sentence left out.

        Returns:
            for each pair the log-probabilities of its m target pieces and of the end of sentence, m + 1
            numbers; their mean is `Hypothesis.score`.

        Raises:
            InputError: a sequence is longer than the model's positions.
            ValueError: another number of targets than sources.
        """
        ...


def load_engine(
    name: EngineName,
    model_folder: Path,
    *,
    device: str = "auto",
    precision: str = "auto",
    threads: int = 0,
) -> Engine:
    """Load a checkpoint into an engine.

    Args:
        name: `auto` is `ctranslate2` on cpu and cuda, `transformers` on any other device.
        model_folder: a Marian checkpoint in Hugging Face layout.
        device: `auto` is the first CUDA device if there is one, else cpu.
        precision: `auto` is, for ctranslate2, int8 on cpu and float16 on cuda; for transformers float32.
        threads: CPU threads for one batch; 0 is the engine's own choice.

    Raises:
        ModelError: the checkpoint cannot be loaded.
        ConfigError: the engine does not know this name, device or precision.
    """
    if threads < 0:
        raise ConfigError(f"threads: {threads} is below 0; 0 is the engine's own choice")
    if name == "auto":
        name = "ctranslate2" if device.partition(":")[0] in {"auto", "cpu", "cuda"} else "transformers"
    if name == "ctranslate2":
        from pipeline.engines.ctranslate2_engine import CTranslate2Engine

        return CTranslate2Engine(model_folder, device=device, precision=precision, threads=threads)
    if name == "transformers":
        from pipeline.engines.transformers_engine import TransformersEngine

        return TransformersEngine(model_folder, device=device, precision=precision, threads=threads)
    raise ConfigError(f"engine: {name!r} is not one of auto, ctranslate2, transformers")
