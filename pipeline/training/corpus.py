"""Parallel text for training: read, cleaned, counted.

Every pair left out is counted under the reason for which it was left out; nothing disappears silently.
"""

import glob
import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pipeline.errors import CorpusError
from pipeline.prepare import prepare
from pipeline.training.config import CleaningConfig, CorpusSet, DataConfig

_READERS: Final = {".tsv": "text", ".txt": "text", ".jsonl": "json", ".json": "json", ".parquet": "parquet"}
_COMPRESSED: Final = (".gz", ".bz2", ".xz")
_LINE: Final = ("Arabic", "English")
_COLUMNS: Final = (("translation.ar", "translation.en"), ("source", "target"), ("ar", "en"))
_HUB_NAME: Final = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)?")
_LETTER: Final = re.compile(r"[^\W\d_]")
_ARABIC: Final = re.compile(r"[\u0621-\u064a]")
_OTHER_ARABIC_SCRIPT: Final = re.compile(r"[\u0671-\u06d3]")
_MAX_OTHER_SHARE: Final = 0.05
_ENGLISH: Final = re.compile(r"[A-Za-z]")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^>]*>|\{\{|\}\}|\]\(|```|\$\$|\\[a-z]+\{|&[a-z]+;|&#\d+;")
_RATIO_FROM_WORDS: Final = 8


Teach = Callable[[str, Sequence[str]], list[str] | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class CleanedSet:
    """The pairs of one set, and how many were left out, by reason."""

    name: str
    weight: float
    pairs: tuple[Pair, ...]
    dropped: Mapping[str, int]


def read_pairs(corpus_set: CorpusSet, folders: Sequence[Path]) -> Iterator[Pair]:
    """Yield the pairs of a set as they are, through `datasets`.

    A file is TSV (`Arabic<TAB>English` a line, without heading), JSONL or Parquet, compressed or not; what
    has another ending is a dataset: a folder below one of `folders`, or a name on the Hugging Face hub.
    An empty side is an error in TSV and JSONL, which people mend; elsewhere it is left to the cleaning.

    Args:
        corpus_set: names the files; where it has one column only, all targets are empty.
        folders: where the names of files start from; the first one that has such a file counts.

    Raises:
        CorpusError: a glob matches no file, or a file or dataset, or a row of it, cannot be used.
    """
    for name in corpus_set.files:
        for place, rows in _open(name, corpus_set, folders):
            for pair in _pairs(place, islice(rows, corpus_set.max_rows), corpus_set.columns):
                yield Pair(pair.source, pair.target.title()) if corpus_set.capitals else pair


def reason_to_drop(pair: Pair, cleaning: CleaningConfig) -> str | None:
    """Say why a pair is no good for training, or None if it is good."""
    source_words, target_words = len(pair.source.split()), len(pair.target.split())
    if not source_words or not target_words:
        return "empty after preparation"
    if max(source_words, target_words) > cleaning.max_words:
        return "too long"
    if max(source_words, target_words) > _RATIO_FROM_WORDS and not (
        1 / cleaning.max_length_ratio <= source_words / target_words <= cleaning.max_length_ratio
    ):
        return "length ratio"
    if _MARKUP.search(pair.source) or _MARKUP.search(pair.target):
        return "markup"
    letters = len(_LETTER.findall(pair.source))
    if letters and (
        len(_ARABIC.findall(pair.source)) < cleaning.min_arabic_share * letters
        or len(_OTHER_ARABIC_SCRIPT.findall(pair.source)) > _MAX_OTHER_SHARE * letters
    ):
        return "source not Arabic"
    letters = len(_LETTER.findall(pair.target))
    if (
        _ARABIC.search(pair.target)
        or len(_ENGLISH.findall(pair.target)) < cleaning.min_english_share * letters
    ):
        return "target not English"
    if pair.source == pair.target and letters:
        return "not translated"
    return None


def clean_sets(
    data: DataConfig, folders: Sequence[Path], dev: Iterable[Pair], teach: Teach | None = None
) -> tuple[CleanedSet, ...]:
    """Read, prepare and clean every training set.

    A pair is dropped if it stands in an earlier set too, or if either of its sides stands in `dev`.

    Args:
        data: names the sets and says what is left out.
        folders: where the names of files start from; the first one that has such a file counts.
        dev: pairs that must not be trained on.
        teach: gives the English for all sources of a set by its name, or None to keep its own.

    Raises:
        CorpusError: as `read_pairs`, or nothing is left of a set.
    """
    dev_sides = {side for pair in dev for side in (pair.source, pair.target)}
    seen: set[Pair] = set()
    cleaned: list[CleanedSet] = []
    for corpus_set in data.sets:
        dropped: Counter[str] = Counter()
        pairs: list[Pair] = []
        raw_pairs = list(read_pairs(corpus_set, folders))
        sources = [prepare(raw.source) for raw in raw_pairs]
        taught = teach(corpus_set.name, sources) if teach else None
        targets = taught or [prepare(raw.target) for raw in raw_pairs]
        for pair in map(Pair, sources, targets):
            reason = reason_to_drop(pair, data.cleaning)
            if reason is None and pair in seen:
                reason = "duplicate"
            if reason is None and (pair.source in dev_sides or pair.target in dev_sides):
                reason = "in the dev set"
            if reason is None:
                seen.add(pair)
                pairs.append(pair)
            else:
                dropped[reason] += 1
        if not pairs:
            raise CorpusError(f"set `{corpus_set.name}`: no pair left after cleaning: {dict(dropped)}")
        cleaned.append(CleanedSet(corpus_set.name, corpus_set.weight, tuple(pairs), dict(dropped)))
    return tuple(cleaned)


def read_dev(data: DataConfig, folders: Sequence[Path]) -> tuple[Pair, ...]:
    """Return the dev pairs, prepared: those of the dev file, else some of the first set, drawn by the seed.

    They are not cleaned if they have a file of their own: they are what the model is measured on.

    Raises:
        CorpusError: as `read_pairs`, or the dev file has no pairs, or the first set has too few to give away.
    """
    if data.dev is not None:
        dev_set = CorpusSet(name="dev", files=(data.dev,), weight=1)
        prepared = [Pair(prepare(pair.source), prepare(pair.target)) for pair in read_pairs(dev_set, folders)]
        dev = tuple(pair for pair in prepared if pair.source and pair.target)
        if not dev:
            raise CorpusError(f"{data.dev}: no pairs to choose checkpoints by; check `data.dev`")
        return dev
    first = data.model_copy(update={"sets": data.sets[:1]})
    pairs = clean_sets(first, folders, ())[0].pairs
    if len(pairs) < 2 * data.dev_pairs:
        raise CorpusError(
            f"set `{data.sets[0].name}`: {len(pairs)} pairs are too few to hold out {data.dev_pairs}; "
            "name a file in `data.dev`, or lower `data.dev_pairs`"
        )
    return tuple(random.Random(data.seed).sample(pairs, data.dev_pairs))  # noqa: S311


def _open(name: str, corpus_set: CorpusSet, folders: Sequence[Path]) -> Iterator[tuple[str, Iterator[Any]]]:
    """Yield each place that a name of the configuration stands for, with its rows."""
    looked_in = ", ".join(map(str, folders))
    if reader := _reader(name):
        for folder in folders:  # of no account where the name is absolute
            if places := sorted(glob.glob(name, root_dir=folder, recursive=True)):
                break
        else:
            raise CorpusError(f"{name}: no such file in {looked_in}; check `data` and --data-dir")
        for place in (str(folder / found) for found in places):
            if not Path(place).stat().st_size:
                raise CorpusError(f"{place}: the file is empty; fill it or leave it out of `data`")
            yield place, _rows(place, reader, data_files=glob.escape(place), split="train")
        return
    local = [folder / name for folder in folders if (folder / name).is_dir()]
    if not local and not _HUB_NAME.fullmatch(name):
        raise CorpusError(
            f"{name}: no dataset in {looked_in}, and no file in {', '.join(_READERS)}; "
            "check `data` and --data-dir"
        )
    place = str(local[0]) if local else name
    options = {} if local else {"revision": corpus_set.revision}
    yield place, _rows(place, place, name=corpus_set.subset, split=corpus_set.split, **options)


def _reader(name: str) -> str | None:
    """Return what `datasets` calls the format of a file, None if the name has no known ending."""
    suffixes = [suffix for suffix in Path(name).suffixes if suffix not in _COMPRESSED]
    return _READERS.get(suffixes[-1]) if suffixes else None


def _rows(place: str, reader: str, **options: str | None) -> Iterator[Any]:
    """Yield what `datasets` reads, with its errors in one line that begins with the place."""
    import datasets

    logging.getLogger("datasets").setLevel(logging.CRITICAL)  # it logs what it raises as well
    try:
        yield from datasets.load_dataset(reader, streaming=True, **options)
    except UnicodeDecodeError as err:
        raise CorpusError(f"{place}: not UTF-8 at byte {err.start}; convert it with iconv") from err
    except datasets.exceptions.DatasetNotFoundError as err:
        raise CorpusError(
            f"{place}: no such dataset on the hub, or a private one; check the name, or run `hf auth login`"
        ) from err
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as err:
        raise CorpusError(f"{place}: cannot be read ({_first_line(err)})") from err


def _first_line(err: BaseException) -> str:
    """Say what is wrong: the cause, where `datasets` has wrapped it in a message of its own."""
    while err.__cause__ is not None:
        err = err.__cause__
    return (str(err).strip() or type(err).__name__).splitlines()[0]


def _pairs(place: str, rows: Iterator[Any], columns: tuple[str, ...] | None) -> Iterator[Pair]:
    """Take the sides out of each row.

    Raises:
        CorpusError: names the row; a column is not there, or a side is no text, or empty where it may not be.
    """
    reader = _reader(place)
    in_lines = reader == "text"
    names = columns
    for number, row in enumerate(rows, start=1):
        if in_lines:
            sides: list[Any] = row["text"].split("\t")[: len(columns or _LINE)]
            if len(sides) < len(columns or _LINE):
                raise CorpusError(f"{place}:{number}: no tab; a line is `Arabic<TAB>English`")
        else:
            names = names or _known_columns(row, place)
            sides = [_value(row, name) for name in names]
        for side, name in zip(sides, names or _LINE, strict=True):
            if not isinstance(side, str):
                raise CorpusError(f"{place}:{number}: no text in column `{name}`; check `columns`")
            if not side.strip() and reader in ("text", "json"):
                raise CorpusError(f"{place}:{number}: one side is empty; remove the line")
        yield Pair(sides[0].strip(), sides[1].strip() if len(sides) > 1 else "")


def _known_columns(row: Mapping[str, Any], place: str) -> tuple[str, str]:
    for columns in _COLUMNS:
        if all(_has(row, column) for column in columns):
            return columns
    raise CorpusError(
        f"{place}: which columns hold Arabic and English? Name the two in `columns`; "
        f"there are: {', '.join(row)}"
    )


def _has(row: Mapping[str, Any], column: str) -> bool:
    outer, _, key = column.rpartition(".")
    value = _value(row, outer) if outer else row
    return isinstance(value, Mapping) and key in value


def _value(row: Mapping[str, Any], column: str) -> Any:
    """Return what stands in a column; `translation.ar` is the key `ar` in column `translation`."""
    value: Any = row
    for key in column.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
