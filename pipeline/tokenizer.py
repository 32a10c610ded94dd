"""Text to Marian pieces and back, with the place of every piece in the text.

A Marian checkpoint holds two SentencePiece models and one vocabulary that both sides share. SentencePiece
cuts the text; the vocabulary decides which pieces the model knows. SentencePiece's own ids are never used:
they are not the model's.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sentencepiece

from pipeline.errors import ModelError

END: Final = "</s>"
UNKNOWN: Final = "<unk>"
PADDING: Final = "<pad>"
WORD_START: Final = "\u2581"
_SPECIAL: Final = frozenset({END, UNKNOWN, PADDING})


@dataclass(frozen=True, slots=True)
class EncodedSource:
    """A source segment as the model reads it, end of sentence left out.

    Attributes:
        pieces: n pieces, each in the vocabulary; what the vocabulary lacks is `<unk>`.
        spans: n code-point spans of the text that was given, in order, without overlap. A span may be empty:
            a character that normalises to several pieces belongs to one of them.
    """

    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DecodedTarget:
    """A translation as text, with the code-point span of each of its n pieces in it."""

    text: str
    spans: tuple[tuple[int, int], ...]


class MarianPieces:
    """The tokenizer of a Marian checkpoint in Hugging Face layout, on SentencePiece alone.

    Gives the pieces that `transformers.MarianTokenizer` would feed the model, with two differences: names of
    special pieces in the text ("</s>") are plain text, and so are language codes (">>eng<<"): a model that
    wants one is not served.
    """

    def __init__(self, folder: str | Path) -> None:
        """Read `source.spm`, `target.spm` and `vocab.json`.

        Raises:
            ModelError: one of them is missing or broken.
        """
        folder = Path(folder)
        self._source = _read_sentencepiece(folder / "source.spm")
        self._target = _read_sentencepiece(folder / "target.spm")
        self.vocabulary: Final = read_vocabulary(folder / "vocab.json")
        self._pieces: Final = {number: piece for piece, number in self.vocabulary.items()}

    def encode(self, text: str) -> EncodedSource:
        """Cut a source segment into pieces. Text of white space alone has none."""
        cut = self._source.encode(text, return_type="offset_mapping")
        return EncodedSource(self._known(cut["pieces"]), tuple(cut["offsets"]))

    def encode_target(self, text: str) -> tuple[str, ...]:
        """Cut English text into target pieces, for a forced prefix or for scoring.

        `<unk>` among them says that the model cannot write this text.
        """
        return self._known(self._target.encode(text, return_type=str))

    def decode(self, pieces: Sequence[str]) -> str:
        """Join target pieces to text."""
        return self.decode_with_spans(pieces).text

    def decode_with_spans(self, pieces: Sequence[str]) -> DecodedTarget:
        """Join target pieces to text and tell where each one stands in it.

        The space before a word belongs to the piece that brings it, so the spans of n pieces tile the text;
        space at either end of the text is dropped. `<unk>` becomes SentencePiece's mark for it.
        """
        joined = self._target.decode(list(pieces), return_type="offset_mapping")
        # A piece of the joint vocabulary that target.spm lacks comes back as it is, word mark and all.
        text = joined["text"].replace(WORD_START, " ")
        stripped = text.strip(" ")
        lead = len(text) - len(text.lstrip(" "))

        def move(offset: int) -> int:
            return min(max(offset - lead, 0), len(stripped))

        return DecodedTarget(stripped, tuple((move(start), move(end)) for start, end in joined["offsets"]))

    def ids(self, pieces: Iterable[str]) -> list[int]:
        """Return the model's number for each piece; that of `<unk>` for a piece not in the vocabulary."""
        unknown = self.vocabulary[UNKNOWN]
        return [self.vocabulary.get(piece, unknown) for piece in pieces]

    def pieces(self, ids: Iterable[int]) -> tuple[str, ...]:
        """Return the piece for each of the model's numbers."""
        return tuple(self._pieces[number] for number in ids)

    def _known(self, pieces: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            piece if piece in self.vocabulary and piece not in _SPECIAL else UNKNOWN for piece in pieces
        )


def read_vocabulary(path: Path) -> dict[str, int]:
    """Read a `vocab.json`: n pieces, numbered 0 to n-1 each once, the three special ones among them.

    Raises:
        ModelError: missing, not JSON, or not such a mapping.
    """
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ModelError(f"{path}: cannot be read ({err.strerror}); get the checkpoint again") from err
    except ValueError as err:
        raise ModelError(f"{path}: not valid JSON ({err}); get the checkpoint again") from err
    numbers = list(vocabulary.values()) if isinstance(vocabulary, dict) else []
    if (
        not numbers
        or not all(isinstance(number, int) for number in numbers)
        or set(numbers) != set(range(len(numbers)))
    ):
        raise ModelError(f"{path}: not a mapping of pieces to the numbers from 0 on, each once")
    if missing := _SPECIAL - vocabulary.keys():
        raise ModelError(f"{path}: the vocabulary has no {', '.join(sorted(missing))}")
    return dict(vocabulary)


def _read_sentencepiece(path: Path) -> sentencepiece.SentencePieceProcessor:
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(path.read_bytes())
    except OSError as err:
        raise ModelError(f"{path}: cannot be read ({err.strerror}); get the checkpoint again") from err
    except (RuntimeError, ValueError) as err:
        raise ModelError(f"{path}: not a SentencePiece model; get the checkpoint again") from err
    return processor
