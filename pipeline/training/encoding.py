"""The training corpus as piece ids and alignment links, in flat arrays that are kept on disk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Span
from pipeline.training.alignment import align_words, links_to_pieces, word_spans
from pipeline.training.corpus import CleanedSet
from pipeline.training.vocabulary import UNKNOWN_ID, Vocabulary

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """n rows of different length in one flat array; row i is values[starts[i]:starts[i + 1]]."""

    values: Ints
    starts: NDArray[np.int64]

    def __getitem__(self, index: int) -> Ints:
        return self.values[self.starts[index] : self.starts[index + 1]]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def lengths(self) -> NDArray[np.int64]:
        """Return the n row lengths."""
        return np.diff(self.starts)

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]]) -> "Ragged":
        """Lay rows end to end."""
        kept = [np.asarray(row, dtype=np.int32) for row in rows]
        starts = np.zeros(len(kept) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in kept], out=starts[1:])
        return cls(np.concatenate(kept) if kept else np.zeros(0, dtype=np.int32), starts)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedCorpus:
    """n pairs as ids, without end of sentence.

    Attributes:
        links: for each pair its links between pieces, flattened: source, target, source, target ...
        sets: n set numbers, an index into the configuration's sets.
    """

    sources: Ragged
    targets: Ragged
    links: Ragged
    sets: Ints

    def __len__(self) -> int:
        return len(self.sources)

    def save(self, path: Path) -> None:
        """Write all arrays to one `.npz`; a half-written file never takes the name."""
        partial = path.with_name(path.name + ".partial")
        with partial.open("wb") as file:
            np.savez(
                file,
                source=self.sources.values,
                source_starts=self.sources.starts,
                target=self.targets.values,
                target_starts=self.targets.starts,
                link=self.links.values,
                link_starts=self.links.starts,
                sets=self.sets,
            )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "EncodedCorpus":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(
                Ragged(arrays["source"], arrays["source_starts"]),
                Ragged(arrays["target"], arrays["target_starts"]),
                Ragged(arrays["link"], arrays["link_starts"]),
                arrays["sets"],
            )


def encode_corpus(
    sets: Sequence[CleanedSet], vocabulary: Vocabulary, folder: Path, *, align: bool, max_pieces: int
) -> EncodedCorpus:
    """Turn cleaned pairs into ids, and align them if asked to.

    Pairs with more than `max_pieces` pieces on a side are left out.
    """
    import sentencepiece

    source_model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    target_model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    source_ids = vocabulary.ids()
    # An unknown character comes back as itself, and may happen to be a piece of the other language.
    target_ids = {piece: number for piece, number in source_ids.items() if number < vocabulary.target_size}
    pairs = [(pair, number) for number, corpus_set in enumerate(sets) for pair in corpus_set.pairs]
    sources = [_encode(source_model, pair.source, source_ids) for pair, _ in pairs]
    targets = [_encode(target_model, pair.target, target_ids) for pair, _ in pairs]
    kept = [
        index
        for index in range(len(pairs))
        if 0 < len(sources[index][0]) <= max_pieces and 0 < len(targets[index][0]) <= max_pieces
    ]
    rows: list[list[int]] = [[] for _ in kept]
    if align:
        words = align_words([pairs[i][0].source for i in kept], [pairs[i][0].target for i in kept])
        for row, (index, links) in enumerate(zip(kept, words, strict=True)):
            pair = pairs[index][0]
            piece_links = links_to_pieces(
                links, word_spans(pair.source), word_spans(pair.target), sources[index][1], targets[index][1]
            )
            rows[row] = [piece for link in piece_links for piece in link]
    return EncodedCorpus(
        Ragged.from_rows(sources[index][0] for index in kept),
        Ragged.from_rows(targets[index][0] for index in kept),
        Ragged.from_rows(rows),
        np.asarray([pairs[index][1] for index in kept], dtype=np.int32),
    )


def _encode(model: Any, text: str, ids: dict[str, int]) -> tuple[list[int], list[Span]]:
    encoded = model.encode(text, return_type="offset_mapping")
    return [ids.get(piece, UNKNOWN_ID) for piece in encoded["pieces"]], encoded["offsets"]
