"""SentencePiece models for both sides, and the joint vocabulary that a MarianMT checkpoint needs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sentencepiece

from pipeline.errors import ConfigError, ModelError
from pipeline.tokenizer import END, PADDING, UNKNOWN, read_vocabulary

END_ID: Final = 0
UNKNOWN_ID: Final = 1
VOCABULARY_FILES: Final = ("source.spm", "target.spm", "vocab.json")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Piece ids of a checkpoint, laid out so that the target pieces come first.

    Attributes:
        pieces: v pieces; `</s>` is 0, `<unk>` is 1, then the target pieces, the source-only pieces, `<pad>`.
        target_size: ids below it can stand in a translation.
    """

    pieces: tuple[str, ...]
    target_size: int

    @property
    def padding(self) -> int:
        """Id of `<pad>`, the last one."""
        return len(self.pieces) - 1

    def ids(self) -> dict[str, int]:
        """Map every piece to its id."""
        return {piece: index for index, piece in enumerate(self.pieces)}


def train_vocabulary(
    sources: Iterable[str], targets: Iterable[str], source_size: int, target_size: int, folder: Path
) -> Vocabulary:
    """Train `source.spm` and `target.spm` (unigram) and write them with `vocab.json` into `folder`.

    Raises:
        ConfigError: a size is too small for the characters of its side.
    Source: Kudo 2018, subword regularization; SentencePiece.
    """
    for side, lines, size in (("source", sources, source_size), ("target", targets, target_size)):
        try:
            _train_sentencepiece(lines, size, folder / f"{side}.spm")
        except RuntimeError as err:
            raise ConfigError(
                f"`vocabulary.{side}_size` {size}: SentencePiece cannot be trained "
                f"({str(err).rpartition('] ')[2]}); raise it, or give more text"
            ) from err
    target_pieces = _pieces(folder / "target.spm")
    known = set(target_pieces)
    source_only = [piece for piece in _pieces(folder / "source.spm") if piece not in known]
    vocabulary = Vocabulary((END, UNKNOWN, *target_pieces, *source_only, PADDING), 2 + len(target_pieces))
    (folder / "vocab.json").write_text(
        json.dumps(vocabulary.ids(), ensure_ascii=False, indent=0), encoding="utf-8"
    )
    return vocabulary


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read back what `train_vocabulary` wrote, or the vocabulary of any Marian checkpoint.

    Where the target pieces do not come first, all pieces but `<pad>` can stand in a translation.

    Raises:
        ModelError: not a vocabulary of a Marian checkpoint.
    """
    for name in VOCABULARY_FILES:
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: {name} is missing; give a folder with a Marian vocabulary")
    ids = read_vocabulary(folder / "vocab.json")
    if (ids[END], ids[UNKNOWN]) != (END_ID, UNKNOWN_ID):
        raise ModelError(f"{folder / 'vocab.json'}: {END} is not 0 and {UNKNOWN} 1, as in Marian checkpoints")
    if ids[PADDING] != len(ids) - 1:
        raise ModelError(
            f"{folder / 'vocab.json'}: {PADDING} is not the last piece, as in Marian checkpoints"
        )
    pieces = tuple(sorted(ids, key=ids.__getitem__))
    target_pieces = _pieces(folder / "target.spm")
    laid_out = tuple(target_pieces) == pieces[2 : 2 + len(target_pieces)]
    return Vocabulary(pieces, 2 + len(target_pieces) if laid_out else ids[PADDING])


def _train_sentencepiece(lines: Iterable[str], size: int, path: Path) -> None:
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(path.with_suffix("")),
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=0.9999,
        split_digits=True,
        normalization_rule_name="nmt_nfkc",
        bos_id=-1,
        eos_id=END_ID,
        unk_id=UNKNOWN_ID,
        minloglevel=2,
    )
    path.with_suffix(".model").replace(path)
    path.with_suffix(".vocab").unlink()


def _pieces(path: Path) -> list[str]:
    try:
        model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as err:
        raise ModelError(f"{path}: not a SentencePiece model; get the checkpoint again") from err
    return [
        model.id_to_piece(index)
        for index in range(model.get_piece_size())
        if not model.is_control(index) and not model.is_unknown(index)
    ]
