"""Which segments are decoded together, and how long a translation may grow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.errors import InputError

MAX_BATCH_PIECES: Final = 1024
_SHORTEST_GROUP: Final = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Segments to decode in one call.

    Attributes:
        rows: indices of the segments.
        target_limit: pieces after which a translation is cut, prefix and end of sentence included.
    """

    rows: tuple[int, ...]
    target_limit: int


def check_request(
    sources: Sequence[Sequence[str]],
    prefixes: Sequence[Sequence[str]] | None,
    *,
    beam_size: int,
    num_hypotheses: int,
    positions: int,
) -> Sequence[Sequence[str]]:
    """Validate the arguments of `Engine.translate`; return one prefix for each source.

    Raises:
        InputError: a source or prefix does not fit into the model's positions.
        ValueError: the numbers do not go together.
    """
    if not 1 <= num_hypotheses <= beam_size:
        raise ValueError(f"{num_hypotheses} hypotheses from a beam of {beam_size}: ask for 1 to {beam_size}")
    if prefixes is None:
        prefixes = [()] * len(sources)
    if len(prefixes) != len(sources):
        raise ValueError(f"{len(prefixes)} prefixes for {len(sources)} sources")
    check_lengths(sources, positions, "source")
    check_lengths(prefixes, positions, "prefix")
    return prefixes


def check_lengths(sequences: Sequence[Sequence[str]], positions: int, what: str) -> None:
    """Raise InputError if a sequence with its end of sentence does not fit into the model's positions."""
    longest = max((len(sequence) for sequence in sequences), default=0)
    if longest > positions - 1:
        raise InputError(
            f"a {what} of {longest} pieces is longer than the model's limit of {positions - 1}; "
            "split the segment"
        )


def target_limit(source_length: int, prefix_length: int, positions: int) -> int:
    """Return the number of pieces after which a translation is cut, end of sentence included.

    Twice the source and ten more, with the length of the source rounded up to a power of two, so that many
    segments share a limit and can share a batch; a function of the segment alone, so that its batch has no
    say in it.
    """
    rounded = max(_SHORTEST_GROUP, 1 << (max(source_length, prefix_length) - 1).bit_length())
    return min(2 * rounded + 10, positions - 1)


def plan_batches(
    rows: Iterable[int],
    sources: Sequence[Sequence[str]],
    targets: Sequence[Sequence[str]],
    *,
    positions: int,
) -> list[Batch]:
    """Group segments of like length, at most `MAX_BATCH_PIECES` source pieces a batch, padding counted.

    Args:
        rows: indices of the segments to group.
        sources: source pieces of all segments.
        targets: for each segment the prefix it begins with, or the target it is scored with.
        positions: of the model.

    Returns:
        batches that hold each row once; all segments of a batch have the same `target_limit`.
    """

    def limit(row: int) -> int:
        return target_limit(len(sources[row]), len(targets[row]), positions)

    ordered = sorted(rows, key=lambda row: (limit(row), len(sources[row]), row))
    batches: list[Batch] = []
    group: list[int] = []
    for row in ordered:
        # Sorted by length: the newest segment is the longest of its batch.
        full = (len(group) + 1) * (len(sources[row]) + 1) > MAX_BATCH_PIECES
        if group and (full or limit(row) != limit(group[0])):
            batches.append(Batch(tuple(group), limit(group[0])))
            group = []
        group.append(row)
    if group:
        batches.append(Batch(tuple(group), limit(group[0])))
    return batches
