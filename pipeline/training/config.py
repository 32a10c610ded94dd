"""The configuration of a training run: one YAML file, one validated object."""

from typing import Literal

from pydantic import Field

from pipeline.configuration import Section


class CorpusSet(Section):
    """Parallel files that are cleaned and weighted alike.

    Attributes:
        files: globs relative to the data folder, `Arabic<TAB>English` a line.
        weight: how often a pair is seen in one epoch; 0.3 draws another 30 % of the pairs every epoch.
    """

    name: str
    files: tuple[str, ...] = Field(min_length=1)
    weight: float = Field(gt=0, le=100)


class CleaningConfig(Section):
    """Which pairs are left out of training; counts of them stand in the run's `corpus.json`."""

    max_words: int = Field(default=90, gt=0)
    max_length_ratio: float = Field(default=3.0, gt=1)
    min_arabic_share: float = Field(default=0.5, ge=0, le=1)


class DataConfig(Section):
    """Training sets, and the files for choosing checkpoints, which are never trained on."""

    sets: tuple[CorpusSet, ...] = Field(min_length=1)
    dev: str
    dev_pairs: int = Field(default=200, gt=0)
    cleaning: CleaningConfig = CleaningConfig()


class VocabularyConfig(Section):
    """Sizes of the two SentencePiece models; the checkpoint's vocabulary is their union."""

    source_size: int = Field(default=6000, gt=100)
    target_size: int = Field(default=6000, gt=100)


class ModelConfig(Section):
    """Shape of the MarianMT model."""

    width: int = Field(default=256, gt=0)
    encoder_layers: int = Field(default=6, gt=0)
    decoder_layers: int = Field(default=2, gt=0)
    heads: int = Field(default=4, gt=0)
    feed_forward: int = Field(default=1024, gt=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    max_positions: int = Field(default=512, gt=16)


class OptimisationConfig(Section):
    """How the model is trained.

    The learning rate warms up, holds, and falls linearly to zero over the last `decay_share` of the budget
    (warm-up, stable, decay: Hu et al. 2024, MiniCPM). The state from before the fall is kept, so that a later
    run with a larger budget goes on from there.

    Attributes:
        max_updates, max_minutes: the budget; whichever is reached first ends the run. Minutes count over all
            instalments of the run.
        batch_pieces: target pieces in a batch, padding included.
        smoothing: share of the weights that enters the exponential moving average at each update; the average
            is what is evaluated and exported.
        alignment_weight: weight of the guided-alignment loss; 0 needs no eflomal.
        lexical_start: whether new source embeddings are made of the target embeddings they align to; needs
            guided alignment.
        guided_heads: how many heads of the last decoder layer it teaches, from head 0 on.
    """

    max_updates: int = Field(default=100_000, gt=0)
    max_minutes: float | None = Field(default=None, gt=0)
    batch_pieces: int = Field(default=3000, gt=0)
    peak_learning_rate: float = Field(default=1e-3, gt=0)
    warmup_updates: int = Field(default=600, gt=0)
    decay_share: float = Field(default=0.2, gt=0, le=1)
    label_smoothing: float = Field(default=0.1, ge=0, lt=1)
    smoothing: float = Field(default=1e-3, gt=0, le=1)
    alignment_weight: float = Field(default=0.1, ge=0)
    guided_heads: int = Field(default=1, gt=0)
    lexical_start: bool = True
    max_gradient_norm: float = Field(default=1.0, gt=0)
    dev_every_updates: int = Field(default=500, gt=0)
    save_every_minutes: float = Field(default=5.0, gt=0)
    precision: Literal["bfloat16", "float32"] = "bfloat16"
    seed: int = 1


class TrainingConfig(Section):
    """One training run."""

    name: str
    data: DataConfig
    vocabulary: VocabularyConfig = VocabularyConfig()
    model: ModelConfig = ModelConfig()
    optimisation: OptimisationConfig = OptimisationConfig()
