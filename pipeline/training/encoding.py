"""The training corpus as piece ids and alignment links, in flat arrays that are kept on disk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Span
from pipeline.training.alignment import align_words, links_to_pieces, word_spans
from pipeline.training.corpus import CleanedSet, Pair
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
    numbered = [(pair, number) for number, corpus_set in enumerate(sets) for pair in corpus_set.pairs]
    encoder = _Encoder(vocabulary, folder)
    kept: list[_EncodedPair] = []
    numbers: list[int] = []
    for pair, number in numbered:
        encoded = encoder.encode(pair)
        if 0 < len(encoded.source) <= max_pieces and 0 < len(encoded.target) <= max_pieces:
            kept.append(encoded)
            numbers.append(number)
    rows: list[list[int]] = [[] for _ in kept]
    if align:
        words = align_words([e.pair.source for e in kept], [e.pair.target for e in kept])
        for row, (encoded, links) in enumerate(zip(kept, words, strict=True)):
            piece_links = links_to_pieces(
                links,
                word_spans(encoded.pair.source),
                word_spans(encoded.pair.target),
                encoded.source_spans,
                encoded.target_spans,
            )
            rows[row] = [piece for link in piece_links for piece in link]
    return _corpus(kept, rows, numbers)


def encode_pairs(pairs: Sequence[Pair], vocabulary: Vocabulary, folder: Path) -> EncodedCorpus:
    """Turn pairs into ids, all of them, in their order, without links."""
    encoder = _Encoder(vocabulary, folder)
    return _corpus([encoder.encode(pair) for pair in pairs], [[] for _ in pairs], [0 for _ in pairs])


@dataclass(frozen=True, slots=True)
class _EncodedPair:
    """The ids of both sides, without end of sentence, and their code-point spans."""

    pair: Pair
    source: list[int]
    target: list[int]
    source_spans: list[Span]
    target_spans: list[Span]


class _Encoder:
    def __init__(self, vocabulary: Vocabulary, folder: Path) -> None:
        import sentencepiece

        self._source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self._target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
        self._ids = vocabulary.ids()
        # An unknown character comes back as itself, and may happen to be a piece of the other language.
        self._target_ids = {piece: n for piece, n in self._ids.items() if n < vocabulary.target_size}

    def encode(self, pair: Pair) -> _EncodedPair:
        source = self._source.encode(pair.source, return_type="offset_mapping")
        target = self._target.encode(pair.target, return_type="offset_mapping")
        return _EncodedPair(
            pair,
            [self._ids.get(piece, UNKNOWN_ID) for piece in source["pieces"]],
            [self._target_ids.get(piece, UNKNOWN_ID) for piece in target["pieces"]],
            source["offsets"],
            target["offsets"],
        )


def _corpus(
    encoded: Sequence[_EncodedPair], links: Sequence[Sequence[int]], sets: Sequence[int]
) -> EncodedCorpus:
    return EncodedCorpus(
        Ragged.from_rows(pair.source for pair in encoded),
        Ragged.from_rows(pair.target for pair in encoded),
        Ragged.from_rows(links),
        np.asarray(sets, dtype=np.int32),
    )
