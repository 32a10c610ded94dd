import shutil
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_checkpoint import ARABIC, ENGLISH

from pipeline.errors import ModelError
from pipeline.tokenizer import END, PADDING, UNKNOWN, MarianPieces, read_vocabulary

SOURCES = (
    *ARABIC,
    "  التقى  الأمينُ   العام ",
    "\u0640حلـــف",
    "ﻻ ﷺ ١٢ ½ 𝟙𝟚",
    "☃ 😀😀 Merz IRIS-T",
    "e\u0301te\u200f الحلف",
    "",
    " \u00a0\n ",
)
TARGETS = (*ENGLISH, "", "NATO", "Überlingen ☃☃ 😀.", "  two  spaces ", "a\u00a0b")


@pytest.fixture(scope="module")
def pieces(tiny_folder: Path) -> MarianPieces:
    return MarianPieces(tiny_folder)


@pytest.fixture(scope="module")
def oracle(tiny_folder: Path):
    from transformers import MarianTokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants sacremoses, and then does not use it
        return MarianTokenizer.from_pretrained(tiny_folder)


@pytest.mark.parametrize("text", SOURCES)
def test_source_pieces_are_those_of_transformers(pieces: MarianPieces, oracle, text: str) -> None:
    assert [*pieces.ids(pieces.encode(text).pieces), 0] == oracle(text).input_ids


@pytest.mark.parametrize("text", TARGETS)
def test_target_pieces_are_those_of_transformers(pieces: MarianPieces, oracle, text: str) -> None:
    assert [*pieces.ids(pieces.encode_target(text)), 0] == oracle(text_target=text).input_ids


@given(text=st.text(alphabet="ابتحلفةىأإ ًـ،؟. NATOnato19٣½ﷺ☃😀\u200f\u00a0", max_size=30))
def test_any_source_agrees_with_transformers_and_has_ordered_spans(
    pieces: MarianPieces, oracle, text: str
) -> None:
    encoded = pieces.encode(text)
    assert [*pieces.ids(encoded.pieces), 0] == oracle(text).input_ids
    assert len(encoded.spans) == len(encoded.pieces)
    bounds = [offset for span in encoded.spans for offset in span]
    assert bounds == sorted(bounds)
    assert all(0 <= offset <= len(text) for offset in bounds)


@pytest.mark.parametrize("text", ARABIC)
def test_spans_slice_the_text_to_the_pieces(pieces: MarianPieces, text: str) -> None:
    encoded = pieces.encode(text)
    for piece, (start, end) in zip(encoded.pieces, encoded.spans, strict=True):
        assert text[start:end].strip() == piece.replace("\u2581", "")
    assert "".join(text[start:end] for start, end in encoded.spans) == text


def test_spans_count_code_points_past_the_basic_plane(pieces: MarianPieces) -> None:
    text = "😀😀 حلف"
    encoded = pieces.encode(text)
    assert UNKNOWN in encoded.pieces
    assert encoded.spans[-1][1] == len(text)
    assert encoded.spans[encoded.pieces.index(UNKNOWN)] == (0, 2)


def test_a_character_of_many_letters_gives_one_span_with_its_length(pieces: MarianPieces) -> None:
    encoded = pieces.encode("ﷺ")
    assert len(encoded.pieces) > 3
    assert sorted(set(encoded.spans)) == [(0, 0), (0, 1)]


@pytest.mark.parametrize("text", ["</s>", "حلف </s> ناتو", "<pad> <unk>", ">>eng<< حلف"])
def test_names_of_special_pieces_in_the_text_are_text(pieces: MarianPieces, text: str) -> None:
    assert not {END, PADDING} & set(pieces.encode(text).pieces)
    assert pieces.encode(text).spans[-1][1] == len(text)


@pytest.mark.parametrize("text", TARGETS)
def test_decoding_is_that_of_transformers_and_spans_tile_it(pieces: MarianPieces, oracle, text: str) -> None:
    target = pieces.encode_target(text)
    decoded = pieces.decode_with_spans(target)
    if UNKNOWN not in target:
        assert decoded.text == oracle.decode(pieces.ids(target), clean_up_tokenization_spaces=False)
    assert decoded.text == pieces.decode(target)
    assert "".join(decoded.text[start:end] for start, end in decoded.spans) == decoded.text


@pytest.mark.parametrize("text", ENGLISH)
def test_known_english_comes_back(pieces: MarianPieces, text: str) -> None:
    assert pieces.decode(pieces.encode_target(text)) == text


@pytest.mark.parametrize(
    ("target", "text", "spans"),
    [
        ((), "", ()),
        (("\u2581The", "\u2581NATO"), "The NATO", ((0, 3), (3, 8))),
        (("\u2581", "\u2581The"), "The", ((0, 0), (0, 3))),
        (("\u2581The", UNKNOWN, "\u2581NATO"), "The ⁇  NATO", ((0, 3), (3, 6), (6, 11))),
        ((UNKNOWN, "."), "⁇ .", ((0, 2), (2, 3))),
        (("NATO", "\u2581"), "NATO", ((0, 4), (4, 4))),
        (("\u2581The", END), "The", ((0, 3), (3, 3))),
        # of the source side, unknown to target.spm
        (("\u2581The", "\u2581ال", "ف"), "The الف", ((0, 3), (3, 6), (6, 7))),
    ],
)
def test_spans_of_target_pieces(
    pieces: MarianPieces, target: tuple[str, ...], text: str, spans: tuple[tuple[int, int], ...]
) -> None:
    decoded = pieces.decode_with_spans(target)
    assert (decoded.text, decoded.spans) == (text, spans)


@given(data=st.data())
def test_spans_tile_the_text_of_any_pieces(pieces: MarianPieces, data: st.DataObject) -> None:
    target = data.draw(st.lists(st.sampled_from(sorted(pieces.vocabulary)), max_size=12))
    decoded = pieces.decode_with_spans(target)
    assert len(decoded.spans) == len(target)
    assert "".join(decoded.text[start:end] for start, end in decoded.spans) == decoded.text
    assert decoded.text == decoded.text.strip(" ")


def test_ids_and_pieces_are_inverse(pieces: MarianPieces) -> None:
    everything = sorted(pieces.vocabulary)
    assert pieces.pieces(pieces.ids(everything)) == tuple(everything)
    assert pieces.pieces(pieces.ids(["nowhere"])) == (UNKNOWN,)


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "not a mapping"),
        ('{"</s>": 0, "<unk>": 2}', "from 0 on"),
        ('{"</s>": "0", "<unk>": 1, "<pad>": 2}', "from 0 on"),
        ('{"</s>": 0, "<unk>": 1}', "has no <pad>"),
    ],
)
def test_a_broken_vocabulary_is_named(tmp_path: Path, vocabulary: str, message: str) -> None:
    path = tmp_path / "vocab.json"
    path.write_text(vocabulary, encoding="utf-8")
    with pytest.raises(ModelError, match=message) as caught:
        read_vocabulary(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_or_broken_sentencepiece_model_is_named(tiny_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    (folder / "source.spm").write_bytes(b"no such thing")
    with pytest.raises(ModelError, match=r"source\.spm: not a SentencePiece model"):
        MarianPieces(folder)
    (folder / "source.spm").unlink()
    with pytest.raises(ModelError, match=r"source\.spm: cannot be read"):
        MarianPieces(folder)
