"""Batches of about the same size and length, the same for the same seed and epoch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.training.encoding import EncodedCorpus

_NOISE = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """b padded pairs.

    Attributes:
        source: int64, b x m, `</s>` at the end of each row, then `padding`.
        target: int64, b x n, likewise.
        links: float32, b x n x m; a row that sums to 1 is a target piece with links, one of zeros has none.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    links: NDArray[np.float32]


def epoch_order(
    corpus: EncodedCorpus, weights: tuple[float, ...], batch_pieces: int, seed: int, epoch: int
) -> list[NDArray[np.int64]]:
    """Lay out one epoch: which pairs stand in which batch.

    A pair of a set with weight w is seen floor(w) times, and once more with probability w - floor(w).

    Returns:
        Arrays of pair numbers; the longer side of each, padded, holds at most `batch_pieces` pieces (or one
        pair).
    """
    random = np.random.default_rng((seed, epoch))
    weight = np.asarray(weights)[corpus.sets]
    times = np.floor(weight).astype(np.int64) + (random.random(len(corpus)) < weight % 1)
    chosen = np.repeat(np.arange(len(corpus)), times)
    lengths = np.maximum(corpus.sources.lengths(), corpus.targets.lengths())[chosen] + 1
    noisy = lengths * random.uniform(1 - _NOISE, 1 + _NOISE, len(chosen))
    order = np.argsort(noisy, kind="stable")
    chosen, sorted_lengths = chosen[order], lengths[order].tolist()
    batches: list[NDArray[np.int64]] = []
    start = 0
    longest = 0
    for end, length in enumerate(sorted_lengths):
        if end > start and max(longest, length) * (end - start + 1) > batch_pieces:
            batches.append(chosen[start:end])
            start, longest = end, 0
        longest = max(longest, length)
    if start < len(chosen):
        batches.append(chosen[start:])
    return [batches[i] for i in random.permutation(len(batches))]


def make_batch(corpus: EncodedCorpus, indices: NDArray[np.int64], end: int, padding: int) -> Batch:
    """Pad the pairs of one batch."""
    numbers = indices.tolist()
    sources = [corpus.sources[number] for number in numbers]
    targets = [corpus.targets[number] for number in numbers]
    source = np.full((len(indices), max(map(len, sources)) + 1), padding, dtype=np.int64)
    target = np.full((len(indices), max(map(len, targets)) + 1), padding, dtype=np.int64)
    links = np.zeros((*target.shape, source.shape[1]), dtype=np.float32)
    for row, (source_ids, target_ids) in enumerate(zip(sources, targets, strict=True)):
        source[row, : len(source_ids)] = source_ids
        source[row, len(source_ids)] = end
        target[row, : len(target_ids)] = target_ids
        target[row, len(target_ids)] = end
        pairs = corpus.links[numbers[row]].reshape(-1, 2)
        links[row, pairs[:, 1], pairs[:, 0]] = 1.0
    links /= np.maximum(links.sum(axis=2, keepdims=True), 1.0)
    return Batch(source, target, links)


def batches_from(
    corpus: EncodedCorpus, weights: tuple[float, ...], batch_pieces: int, seed: int, epoch: int, done: int
) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Yield (epoch, batches then done in it, pair numbers) without end, going on after `done` batches."""
    while True:
        order = epoch_order(corpus, weights, batch_pieces, seed, epoch)
        for number in range(done, len(order)):
            yield epoch, number + 1, order[number]
        epoch, done = epoch + 1, 0
