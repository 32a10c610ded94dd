"""The configuration of a training run: one YAML file, one validated object."""

from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.configuration import Section


class CorpusSet(Section):
    """Parallel text that is cleaned and weighted alike.

    Attributes:
        files: globs relative to the data folder (.tsv, .jsonl, .parquet, compressed or not), or datasets: a
            folder there, or a name on the Hugging Face hub.
        weight: how often a pair is seen in one epoch; 0.3 draws another 30 % of the pairs every epoch.
        columns: where Arabic and English stand in JSONL, Parquet and datasets; `translation.ar` is a key
            within a column. Without it the usual names are tried. A set for a teacher may have one only, and
            then TSV is plain lines of Arabic.
        max_rows: read so many rows of each file or dataset.
        capitals: every word of the English gets a capital: for lists of names in lower case.
        subset, split, revision: of a dataset.
    """

    name: str = Field(pattern=r"^[\w. -]+$")
    files: tuple[str, ...] = Field(min_length=1)
    weight: float = Field(gt=0, le=100)
    columns: tuple[str] | tuple[str, str] | None = None
    max_rows: int | None = Field(default=None, gt=0)
    capitals: bool = False
    subset: str | None = None
    split: str = "train"
    revision: str | None = None


class CleaningConfig(Section):
    """Which pairs are left out of training; counts of them stand in the run's `corpus.json`."""

    max_words: int = Field(default=90, gt=0)
    max_length_ratio: float = Field(default=3.0, gt=1)
    min_arabic_share: float = Field(default=0.5, ge=0, le=1)
    min_english_share: float = Field(default=0.5, ge=0, le=1)


class DataConfig(Section):
    """Training sets, and what checkpoints are chosen by, which is never trained on.

    Attributes:
        dev: a file like those of the sets; without it `dev_pairs` pairs of the first set are held out.
        dev_pairs: how many pairs of the dev set are translated at each evaluation.
        seed: decides what is held out and how pairs are changed.
    """

    sets: tuple[CorpusSet, ...] = Field(min_length=1)
    dev: str | None = None
    dev_pairs: int = Field(default=200, gt=0)
    cleaning: CleaningConfig = CleaningConfig()
    seed: int = 1


class AugmentationConfig(Section):
    """Changed copies of training pairs; see `pipeline.training.augmentation`.

    Attributes:
        sets: names of the sets that are copied.
        weight: how often a changed copy is seen in one epoch; 0 makes none.
        copies: changed copies made of a pair.
        terms, numbers, latin, spelling, headline: share of the copies in which terms are exchanged, numbers
            drawn anew, a name stands in Latin script, hamza and dots are left out, a sentence loses its full
            stop.
    """

    sets: tuple[str, ...] = ()
    weight: float = Field(default=1.0, ge=0, le=100)
    copies: int = Field(default=1, gt=0, le=20)
    terms: float = Field(default=0.9, ge=0, le=1)
    numbers: float = Field(default=0.5, ge=0, le=1)
    latin: float = Field(default=0.15, ge=0, le=1)
    spelling: float = Field(default=0.2, ge=0, le=1)
    headline: float = Field(default=0.1, ge=0, le=1)


class DistillationConfig(Section):
    """Sets whose English is written anew by a teacher (Kim and Rush 2016, sequence-level distillation).

    Attributes:
        teacher: a preset, a folder or a hub name in the local cache.
        sets: names of the sets; their own English is not used.
    """

    teacher: str
    sets: tuple[str, ...] = Field(min_length=1)
    beam_size: int = Field(default=4, gt=0)
    device: str = "auto"


class VocabularyConfig(Section):
    """Sizes of the two SentencePiece models; the checkpoint's vocabulary is their union.

    Attributes:
        reuse: a folder with `source.spm`, `target.spm` and `vocab.json` to take instead, so that the sizes do
            not count.
    """

    source_size: int = Field(default=6000, gt=100)
    target_size: int = Field(default=6000, gt=100)
    reuse: str | None = None


class ModelConfig(Section):
    """Shape of the MarianMT model."""

    width: int = Field(default=256, gt=0)
    encoder_layers: int = Field(default=6, gt=0)
    decoder_layers: int = Field(default=2, gt=0)
    heads: int = Field(default=4, gt=0)
    feed_forward: int = Field(default=1024, gt=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    max_positions: int = Field(default=512, gt=16)

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"`width` {self.width} is not a multiple of `heads` {self.heads}")
        return self


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
        report_every_minutes: how often a line tells the loss and the speed.
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
    report_every_minutes: float = Field(default=1.0, gt=0)
    max_gradient_norm: float = Field(default=1.0, gt=0)
    dev_every_updates: int = Field(default=500, gt=0)
    save_every_minutes: float = Field(default=5.0, gt=0)
    precision: Literal["bfloat16", "float32"] = "bfloat16"
    seed: int = 1


class TrainingConfig(Section):
    """One training run.

    Attributes:
        init: a checkpoint to fine-tune: a preset, a folder or a hub name in the local cache. It brings its
            own vocabulary and shape; of `model` only the dropout counts then.
    """

    name: str
    init: str | None = None
    data: DataConfig
    augmentation: AugmentationConfig = AugmentationConfig()
    distillation: DistillationConfig | None = None
    vocabulary: VocabularyConfig = VocabularyConfig()
    model: ModelConfig = ModelConfig()
    optimisation: OptimisationConfig = OptimisationConfig()

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.init is not None:
            if self.vocabulary.model_fields_set:
                raise ValueError("`init` brings its own vocabulary; leave `vocabulary` out")
            if shape := self.model.model_fields_set - {"dropout"}:
                raise ValueError(f"`init` brings its own shape; leave `model.{min(shape)}` out")
        names = [corpus_set.name for corpus_set in self.data.sets]
        if len(set(names)) < len(names):
            raise ValueError("two sets have the same name")
        taught = self.distillation.sets if self.distillation else ()
        for corpus_set in self.data.sets:
            if corpus_set.columns and len(corpus_set.columns) == 1 and corpus_set.name not in taught:
                raise ValueError(f"set `{corpus_set.name}` has no English: name two columns, or a teacher")
        first = self.data.sets[0]
        if self.data.dev is None and first.columns and len(first.columns) == 1:
            raise ValueError(f"set `{first.name}` has no English to hold out; name a file in `data.dev`")
        asked = (*self.augmentation.sets, *taught)
        if unknown := [name for name in asked if name not in names]:
            raise ValueError(f"no set `{unknown[0]}`; there are: {', '.join(names)}")
        return self
