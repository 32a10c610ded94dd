"""Parallel text for training: read, cleaned, counted.

Every pair left out is counted under the reason for which it was left out; nothing disappears silently.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import CorpusError
from pipeline.prepare import prepare
from pipeline.training.config import CleaningConfig, DataConfig

_ARABIC = re.compile(r"[\u0621-\u064a]")
_LETTER = re.compile(r"[^\W\d_]")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|\{\{|\}\}|\]\(|```|\$\$|\\[a-z]+\{")


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
    dropped: dict[str, int]


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a file with `Arabic<TAB>English` a line.

    Raises:
        CorpusError: the file is missing, or a line has no tab, an empty side, or broken UTF-8.
    """
    import datasets

    if not path.is_file():
        raise CorpusError(f"{path}: no such file; check `data.sets` and the data folder")
    try:
        lines = datasets.load_dataset("text", data_files=str(path), split="train", streaming=True)
        for number, row in enumerate(lines, start=1):
            sides = row["text"].split("\t")
            if len(sides) < 2:
                raise CorpusError(f"{path}:{number}: no tab; a line is `Arabic<TAB>English`")
            source, target = sides[0].strip(), sides[1].strip()
            if not source or not target:
                raise CorpusError(f"{path}:{number}: one side is empty; remove the line")
            yield Pair(source, target)
    except UnicodeDecodeError as err:
        raise CorpusError(f"{path}: not UTF-8 at byte {err.start}; convert it with iconv") from err


def reason_to_drop(pair: Pair, cleaning: CleaningConfig) -> str | None:
    """Say why a pair is no good for training, or None if it is good."""
    source_words, target_words = len(pair.source.split()), len(pair.target.split())
    if max(source_words, target_words) > cleaning.max_words:
        return "too long"
    if max(source_words, target_words) > 8 and not (
        1 / cleaning.max_length_ratio <= source_words / target_words <= cleaning.max_length_ratio
    ):
        return "length ratio"
    if _MARKUP.search(pair.source) or _MARKUP.search(pair.target):
        return "markup"
    letters = len(_LETTER.findall(pair.source))
    if letters and len(_ARABIC.findall(pair.source)) < cleaning.min_arabic_share * letters:
        return "source not Arabic"
    if _ARABIC.search(pair.target):
        return "target not English"
    return None


def clean_sets(data: DataConfig, folder: Path) -> tuple[CleanedSet, ...]:
    """Read, prepare and clean every training set.

    A pair is dropped if it stands in an earlier set too, or if either of its sides stands in the dev file.

    Raises:
        CorpusError: a glob matches no file, or a file cannot be read.
    """
    dev = read_dev(data, folder)
    dev_sides = {pair.source for pair in dev} | {pair.target for pair in dev}
    seen: set[Pair] = set()
    cleaned: list[CleanedSet] = []
    for corpus_set in data.sets:
        dropped: Counter[str] = Counter()
        pairs: list[Pair] = []
        for path in _matching_files(corpus_set.files, folder):
            for raw in read_pairs(path):
                pair = Pair(prepare(raw.source), prepare(raw.target))
                reason = (
                    "empty after preparation"
                    if not pair.source or not pair.target
                    else reason_to_drop(pair, data.cleaning)
                )
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


def read_dev(data: DataConfig, folder: Path) -> tuple[Pair, ...]:
    """Read the dev pairs, prepared but not cleaned: they are what the model is measured on."""
    return tuple(Pair(prepare(pair.source), prepare(pair.target)) for pair in read_pairs(folder / data.dev))


def _matching_files(globs: tuple[str, ...], folder: Path) -> list[Path]:
    files: list[Path] = []
    for glob in globs:
        matching = sorted(folder.glob(glob))
        if not matching:
            raise CorpusError(f"{folder / glob}: no such file; check `data.sets` and --data-dir")
        files.extend(matching)
    return files
