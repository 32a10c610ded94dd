import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from pipeline.checkpoint import NEEDED_FILES, check_checkpoint, fingerprint
from pipeline.errors import ModelError


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny checkpoint, to be damaged."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def config(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(content | changes), encoding="utf-8")

    return change


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def only_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def cut_weights(size: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[:size])

    return change


def add_piece(folder: Path) -> None:
    path = folder / "vocab.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(vocabulary | {"new": len(vocabulary)}), encoding="utf-8")


def move_padding(folder: Path) -> None:
    path = folder / "vocab.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    last = vocabulary["<pad>"]
    other = next(piece for piece, number in vocabulary.items() if number == 7)
    path.write_text(json.dumps(vocabulary | {"<pad>": 7, other: last}), encoding="utf-8")
    config(pad_token_id=7, decoder_start_token_id=7)(folder)


def narrow_embeddings(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["model.shared.weight"] = weights["model.shared.weight"][:, :32].copy()
    save_file(weights, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: shutil.rmtree(folder), "no such folder"),
        (remove("config.json"), "no config.json"),
        *((remove(name), f"{name} is missing") for name in NEEDED_FILES[1:]),
        (only_pickle, "only pytorch_model.bin, a pickle, which is never loaded"),
        (write("config.json", b'{"model_type": '), "config.json: cannot be read as JSON"),
        (write("config.json", b"\xff\xfe"), "config.json: cannot be read as JSON"),
        (write("config.json", b"[]"), "model_type is None, not 'marian'"),
        (config(model_type="t5"), "model_type is 't5', not 'marian'"),
        (config(d_model="64"), "d_model is '64', not a number above 0"),
        (config(encoder_layers=0), "encoder_layers is 0"),
        (config(max_position_embeddings=True), "max_position_embeddings is True"),
        (config(share_encoder_decoder_embeddings=False), "source and target"),
        (write("vocab.json", b"{"), "vocab.json: not valid JSON"),
        (add_piece, "pieces, config.json says"),
        (config(eos_token_id=3), "config.json has eos_token_id 3, but </s> in vocab.json is 0"),
        (move_padding, "<pad> is not the last piece"),
        (narrow_embeddings, "the embeddings are not"),
        (cut_weights(0), "model.safetensors: not safetensors, or cut off (0 bytes)"),
        (cut_weights(100), "model.safetensors: not safetensors, or cut off (100 bytes)"),
        (cut_weights(-1), "model.safetensors: cut off or damaged"),
        (write("model.safetensors", b"version https://git-lfs.github.com/spec/v1\n"), "not safetensors"),
        (write("model.safetensors", (2).to_bytes(8, "little") + b"{}"), "not safetensors"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(
    folder: Path, damage: Callable[[Path], object], message: str
) -> None:
    damage(folder)
    with pytest.raises(ModelError) as caught:
        check_checkpoint(folder)
    assert message in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_remedy_stands_in_the_line(folder: Path) -> None:
    (folder / "source.spm").unlink()
    with pytest.raises(ModelError, match=r"source\.spm is missing; call the newsroom"):
        check_checkpoint(folder, remedy="call the newsroom")


def test_the_numbers_of_a_checkpoint(tiny_folder: Path) -> None:
    from transformers import MarianMTModel

    model = MarianMTModel.from_pretrained(tiny_folder)
    positions = 2 * 128 * 64  # computed, not trained
    found = check_checkpoint(tiny_folder)
    assert found.parameters == model.num_parameters() - positions
    assert (found.positions, found.width, found.encoder_layers, found.decoder_layers) == (128, 64, 2, 2)
    assert found.vocabulary_size == model.config.vocab_size


def test_embeddings_stored_twice_are_counted_once(folder: Path) -> None:
    before = check_checkpoint(folder)
    weights = load_file(folder / "model.safetensors")
    weights["lm_head.weight"] = weights["model.shared.weight"].copy()
    weights["model.encoder.embed_tokens.weight"] = weights.pop("model.shared.weight")
    save_file(weights, folder / "model.safetensors")
    assert check_checkpoint(folder) == before


@pytest.mark.parametrize("name", NEEDED_FILES)
def test_the_fingerprint_covers_every_file(folder: Path, tiny_folder: Path, name: str) -> None:
    assert fingerprint(folder) == fingerprint(tiny_folder)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert fingerprint(folder) != fingerprint(tiny_folder)


def test_the_fingerprint_is_of_the_files_alone(folder: Path, tmp_path: Path) -> None:
    before = fingerprint(folder)
    (folder / "README.md").write_text("new", encoding="utf-8")
    assert fingerprint(Path(shutil.move(folder, tmp_path / "elsewhere"))) == before
