import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_checkpoint import ARABIC, ENGLISH

from pipeline.engines import Engine, load_engine
from pipeline.engines.batching import MAX_BATCH_PIECES, plan_batches, target_limit
from pipeline.errors import ConfigError, InputError, ModelError
from pipeline.models import cache_folder
from pipeline.records import Hypothesis

ENGINES = ("ctranslate2", "transformers")
PREFIXES = ("", "The NATO", "German Chancellor Merz", "The", "")
NEWS = (
    "قال المستشار الألماني فريدريش ميرتس إن بلاده ستزيد إنفاقها الدفاعي.",
    "اجتمع وزراء خارجية دول حلف شمال الأطلسي في بروكسل.",
    "نعم.",
    "أعلنت الشرطة أنها اعتقلت ثلاثة أشخاص في مدينة هامبورغ، وأن التحقيق ما زال مستمرا مع آخرين.",
    "بلغ عدد السكان 12500 نسمة في عام 2023.",
)


def load(folder: Path, name: str, precision: str = "float32") -> Engine:
    """Load on one thread: more only get in each other's way with a model so small."""
    return load_engine(name, folder, device="cpu", precision=precision, threads=1)


@pytest.fixture(scope="module")
def engines(tiny_folder: Path) -> dict[str, Engine]:
    return {name: load(tiny_folder, name) for name in ENGINES}


@pytest.fixture(params=ENGINES)
def engine(engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    return engines[request.param]


@pytest.fixture(scope="module")
def sources(engines: dict[str, Engine]) -> list[tuple[str, ...]]:
    """Sentences that the tiny model knows, and beginnings of them, that it does not know."""
    whole = [engines["ctranslate2"].tokenizer.encode(text).pieces for text in ARABIC]
    return whole + [pieces[: 3 + 2 * number] for number, pieces in enumerate(whole)]


def prefixes_for(engine: Engine, number: int) -> list[tuple[str, ...]]:
    return [engine.tokenizer.encode_target(PREFIXES[row % len(PREFIXES)]) for row in range(number)]


def assert_agree(
    left: Sequence[Sequence[Hypothesis]], right: Sequence[Sequence[Hypothesis]], tolerance: float
) -> None:
    assert len(left) == len(right)
    for row, (some, others) in enumerate(zip(left, right, strict=True)):
        assert [one.pieces for one in some] == [other.pieces for other in others], row
        for one, other in zip(some, others, strict=True):
            assert one.score == pytest.approx(other.score, abs=tolerance)
            assert one.alignment.shape == other.alignment.shape
            np.testing.assert_allclose(one.alignment, other.alignment, atol=tolerance)


@pytest.mark.parametrize("forced", [False, True], ids=["free", "prefix"])
@pytest.mark.parametrize(("beam_size", "num_hypotheses"), [(1, 1), (4, 1), (4, 4)])
def test_the_engines_agree(
    engines: dict[str, Engine],
    sources: list[tuple[str, ...]],
    beam_size: int,
    num_hypotheses: int,
    forced: bool,
) -> None:
    prefixes = prefixes_for(engines["transformers"], len(sources)) if forced else None
    found = [
        engines[name].translate(
            sources, beam_size=beam_size, num_hypotheses=num_hypotheses, prefixes=prefixes
        )
        for name in ENGINES
    ]
    assert_agree(*found, tolerance=1e-3)


def test_the_tiny_model_translates_what_it_has_learnt(engine: Engine, sources: list[tuple[str, ...]]) -> None:
    translated = engine.translate(sources[: len(ARABIC)], beam_size=4)
    assert [engine.tokenizer.decode(best.pieces) for (best,) in translated] == list(ENGLISH)


@pytest.mark.parametrize("forced", [False, True], ids=["free", "prefix"])
@pytest.mark.parametrize("beam_size", [1, 4])
def test_a_segment_alone_is_translated_as_in_a_batch(
    engine: Engine, sources: list[tuple[str, ...]], beam_size: int, forced: bool
) -> None:
    sources = sources[::3]
    prefixes = prefixes_for(engine, len(sources)) if forced else [()] * len(sources)
    together = engine.translate(sources, beam_size=beam_size, num_hypotheses=beam_size, prefixes=prefixes)
    alone = [
        engine.translate([source], beam_size=beam_size, num_hypotheses=beam_size, prefixes=[prefix])[0]
        for source, prefix in zip(sources, prefixes, strict=True)
    ]
    assert_agree(together, alone, tolerance=1e-4)


def test_int8_translates_a_segment_alone_as_in_a_batch(
    tiny_folder: Path, sources: list[tuple[str, ...]]
) -> None:
    engine = load(tiny_folder, "ctranslate2", "int8")
    together = engine.translate(sources, beam_size=4)
    alone = [engine.translate([source], beam_size=4)[0] for source in sources]
    assert_agree(together, alone, tolerance=1e-4)
    decoded = [engine.tokenizer.decode(best.pieces) for (best,) in together[: len(ENGLISH)]]
    assert sum(one == other for one, other in zip(decoded, ENGLISH, strict=True)) > len(ENGLISH) / 2


def test_hypotheses_are_sorted_distinct_and_well_formed(
    engine: Engine, sources: list[tuple[str, ...]]
) -> None:
    prefixes = prefixes_for(engine, len(sources))
    for source, prefix, hypotheses in zip(
        sources,
        prefixes,
        engine.translate(sources, beam_size=6, num_hypotheses=5, prefixes=prefixes),
        strict=True,
    ):
        assert len({hypothesis.pieces for hypothesis in hypotheses}) == 5
        scores = [hypothesis.score for hypothesis in hypotheses]
        assert scores == sorted(scores, reverse=True)
        for hypothesis in hypotheses:
            assert hypothesis.pieces[: len(prefix)] == prefix
            assert not {"</s>", "<pad>", "<unk>"} & set(hypothesis.pieces[len(prefix) :])
            assert hypothesis.alignment.dtype == np.float32
            assert hypothesis.alignment.shape == (len(hypothesis.pieces), len(source))
            assert (hypothesis.alignment >= 0).all()
            assert (hypothesis.alignment.sum(axis=1) <= 1 + 1e-5).all()


@pytest.mark.parametrize("beam_size", [1, 4])
@pytest.mark.parametrize("forced", [False, True], ids=["free", "prefix"])
def test_the_score_of_a_hypothesis_is_the_mean_of_its_pieces(
    engine: Engine, sources: list[tuple[str, ...]], beam_size: int, forced: bool
) -> None:
    prefixes = prefixes_for(engine, len(sources)) if forced else None
    translated = engine.translate(sources, beam_size=beam_size, num_hypotheses=beam_size, prefixes=prefixes)
    pairs = [(source, one) for source, some in zip(sources, translated, strict=True) for one in some]
    scores = engine.score([source for source, _ in pairs], [one.pieces for _, one in pairs])
    for (_, hypothesis), log_probs in zip(pairs, scores, strict=True):
        assert log_probs.shape == (len(hypothesis.pieces) + 1,)
        assert hypothesis.score == pytest.approx(float(log_probs.mean()), abs=1e-4)


def test_the_engines_score_alike(engines: dict[str, Engine], sources: list[tuple[str, ...]]) -> None:
    tokenizer = engines["transformers"].tokenizer
    targets = [tokenizer.encode_target(text) for text in (*ENGLISH[1:], "NATO", "", "The port.")][:12]
    targets += [()] * (len(sources) - len(targets))
    one, other = (engines[name].score(sources, targets) for name in ENGINES)
    for left, right in zip(one, other, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-3)


def test_the_alignment_is_head_0_of_the_last_layer(
    engine: Engine, tiny_folder: Path, sources: list[tuple[str, ...]]
) -> None:
    """Against Transformers itself, one segment at a time, no padding."""
    import torch
    from transformers import MarianMTModel

    model = MarianMTModel.from_pretrained(tiny_folder, attn_implementation="eager").eval()
    tokenizer = engine.tokenizer
    for source, (best, *_) in zip(sources, engine.translate(sources, beam_size=4), strict=True):
        with torch.inference_mode():
            attention = model(
                input_ids=torch.tensor([[*tokenizer.ids(source), 0]]),
                decoder_input_ids=torch.tensor([[*tokenizer.ids(["<pad>"]), *tokenizer.ids(best.pieces)]]),
                output_attentions=True,
            ).cross_attentions[-1][0, 0]
        np.testing.assert_allclose(best.alignment, attention[:-1, :-1].numpy(), atol=1e-4)


def test_an_empty_source_gives_its_prefix(engine: Engine, sources: list[tuple[str, ...]]) -> None:
    prefix = engine.tokenizer.encode_target("The NATO")
    first, second, third = engine.translate(
        [(), sources[0], ()], beam_size=4, num_hypotheses=2, prefixes=[(), (), prefix]
    )
    assert [(one.pieces, one.score, one.alignment.shape) for one in first] == [((), 0.0, (0, 0))]
    assert len(second) == 2
    assert [(one.pieces, one.score, one.alignment.shape) for one in third] == [
        (prefix, 0.0, (len(prefix), 0))
    ]


def test_no_sources_give_no_translations(engine: Engine) -> None:
    assert engine.translate([], beam_size=4) == []
    assert engine.score([], []) == []


def test_a_source_as_long_as_the_model_takes(engine: Engine, sources: list[tuple[str, ...]]) -> None:
    longest = (sources[0] * 10)[: engine.max_source_pieces]
    assert engine.max_source_pieces == 127
    ((best,),) = engine.translate([longest], beam_size=2)
    assert best.alignment.shape == (len(best.pieces), 127)
    assert len(engine.score([longest], [longest])[0]) == 128


def test_what_is_too_long_is_refused_with_the_limit(engine: Engine, sources: list[tuple[str, ...]]) -> None:
    too_long = (sources[0] * 10)[: engine.max_source_pieces + 1]
    with pytest.raises(InputError, match="source of 128 pieces is longer than the model's limit of 127"):
        engine.translate([sources[0], too_long], beam_size=1)
    with pytest.raises(InputError, match="prefix of 128 pieces"):
        engine.translate([sources[0]], beam_size=1, prefixes=[too_long])
    with pytest.raises(InputError, match="target of 128 pieces"):
        engine.score([sources[0]], [too_long])


def test_numbers_that_do_not_go_together_are_refused(engine: Engine, sources: list[tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="3 hypotheses from a beam of 2"):
        engine.translate(sources, beam_size=2, num_hypotheses=3)
    with pytest.raises(ValueError, match="1 prefixes for 2 sources"):
        engine.translate(sources[:2], beam_size=1, prefixes=[()])
    with pytest.raises(ValueError, match="1 targets for 2 sources"):
        engine.score(sources[:2], [()])


def with_weights(tiny_folder: Path, folder: Path, change: Callable[[dict, dict[str, int]], None]) -> Path:
    """Copy the tiny checkpoint with its tensors changed."""
    shutil.copytree(tiny_folder, folder)
    weights = load_file(folder / "model.safetensors")
    change(weights, json.loads((folder / "vocab.json").read_text(encoding="utf-8")))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.mark.parametrize("name", ENGINES)
def test_a_translation_that_never_ends_is_cut_by_its_source_alone(
    tiny_folder: Path, tmp_path: Path, sources: list[tuple[str, ...]], name: str
) -> None:
    def never_end(weights, vocabulary) -> None:
        weights["final_logits_bias"][0, vocabulary["</s>"]] = -1e4

    engine = load(with_weights(tiny_folder, tmp_path / "endless", never_end), name)
    some = [sources[0][:9], sources[0][:16], sources[0][:17], sources[0]]
    for beam_size in (1, 4):
        translated = engine.translate(some, beam_size=beam_size)
        assert [len(best.pieces) for (best,) in translated] == [42, 42, 74, 127]
        for source, (best,) in zip(some, translated, strict=True):
            ((again,),) = engine.translate([source], beam_size=beam_size)
            assert again.pieces == best.pieces
            (log_probs,) = engine.score([source], [best.pieces])
            assert best.score == pytest.approx(float(log_probs.mean()), abs=1e-2)
            assert log_probs[-1] < -1000


@pytest.mark.parametrize("name", ENGINES)
def test_unknown_and_padding_are_never_written_unless_forced(
    tiny_folder: Path, tmp_path: Path, sources: list[tuple[str, ...]], name: str
) -> None:
    def like_unknown(weights, vocabulary) -> None:
        weights["final_logits_bias"][0, vocabulary["<unk>"]] = 50
        weights["final_logits_bias"][0, vocabulary["<pad>"]] = 50

    folder = with_weights(tiny_folder, tmp_path / "unknown", like_unknown)
    engine = load(folder, name)
    prefix = ("<unk>", *engine.tokenizer.encode_target("The"))
    forced = [prefix] + [()] * (len(sources) - 1)
    first, *others = engine.translate(sources, beam_size=4, prefixes=forced)
    assert first[0].pieces[: len(prefix)] == prefix
    assert not {"<unk>", "<pad>"} & {piece for (best,) in others for piece in best.pieces}
    assert all(best.pieces for (best,) in others)


def test_a_start_embedding_that_training_moved_counts_in_both_engines(
    tiny_folder: Path, tmp_path: Path, sources: list[tuple[str, ...]]
) -> None:
    def move(weights, vocabulary) -> None:
        weights["model.shared.weight"][vocabulary["<pad>"]] = np.linspace(-0.3, 0.3, 64)
        weights["final_logits_bias"][0, vocabulary["<pad>"]] = 0

    folder = with_weights(tiny_folder, tmp_path / "moved", move)
    moved = [load(folder, name) for name in ENGINES]
    targets = [engine.tokenizer.encode_target(ENGLISH[0]) for engine in moved[:1]] * 3
    one, other = (np.concatenate(engine.score(sources[:3], targets)) for engine in moved)
    np.testing.assert_allclose(one, other, atol=1e-3)
    unmoved = load(tiny_folder, "ctranslate2")
    assert np.abs(np.concatenate(unmoved.score(sources[:3], targets)) - one).max() > 0.01
    assert_agree(*(engine.translate(sources, beam_size=4) for engine in moved), tolerance=1e-3)


def test_settings_that_the_checkpoint_brings_along_change_nothing(
    engines: dict[str, Engine], tiny_folder: Path, tmp_path: Path, sources: list[tuple[str, ...]]
) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "settings"))
    settings = {
        "num_beams": 2,
        "max_length": 5,
        "length_penalty": 3.0,
        "forced_eos_token_id": 0,
        "do_sample": True,
    }
    (folder / "generation_config.json").write_text(json.dumps(settings), encoding="utf-8")
    engine = load(folder, "transformers")
    assert_agree(
        engine.translate(sources, beam_size=4),
        engines["transformers"].translate(sources, beam_size=4),
        tolerance=1e-6,
    )


# Batches


def test_a_batch_holds_each_row_once_and_one_limit() -> None:
    lengths = [1, 5, 16, 17, 30, 33, 60, 100, 3, 16, 40] * 9
    sources = [("x",) * length for length in lengths]
    prefixes = [("y",) * (row % 20) for row in range(len(lengths))]
    batches = plan_batches(range(len(sources)), sources, prefixes, positions=128)
    assert sorted(row for batch in batches for row in batch.rows) == list(range(len(sources)))
    for batch in batches:
        limits = {target_limit(len(sources[row]), len(prefixes[row]), 128) for row in batch.rows}
        assert limits == {batch.target_limit}
        longest = max(len(sources[row]) for row in batch.rows)
        assert len(batch.rows) == 1 or len(batch.rows) * (longest + 1) <= MAX_BATCH_PIECES


def test_a_source_longer_than_a_batch_has_one_of_its_own() -> None:
    sources = [("x",) * (2 * MAX_BATCH_PIECES), ("x",)]
    batches = plan_batches([0, 1], sources, [(), ()], positions=4 * MAX_BATCH_PIECES)
    assert [batch.rows for batch in batches] == [(1,), (0,)]


@pytest.mark.parametrize(
    ("source", "prefix", "positions", "limit"),
    [
        (1, 0, 512, 42),
        (16, 0, 512, 42),
        (17, 0, 512, 74),
        (3, 20, 512, 74),
        (60, 0, 128, 127),
        (512, 0, 512, 511),
    ],
)
def test_the_limit_of_a_translation(source: int, prefix: int, positions: int, limit: int) -> None:
    assert target_limit(source, prefix, positions) == limit


# Loading


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "marian"}, "engine: 'marian' is not one of auto, ctranslate2, transformers"),
        ({"name": "auto", "threads": -1}, "threads: -1"),
        ({"name": "ctranslate2", "device": "tpu"}, "device: ctranslate2 runs on auto, cpu, cuda"),
        ({"name": "ctranslate2", "device": "cpu:1"}, "device: ctranslate2 runs on"),
        ({"name": "ctranslate2", "device": "cuda:99"}, "device: there is no 'cuda:99' on this machine"),
        (
            {"name": "ctranslate2", "device": "cpu", "precision": "int4"},
            "precision: ctranslate2 on cpu has auto",
        ),
        ({"name": "transformers", "precision": "int8"}, "precision: transformers has auto, float32"),
        ({"name": "transformers", "device": "cuda:99"}, "device: PyTorch has no 'cuda:99'"),
        ({"name": "auto", "device": "nonsense"}, "device: PyTorch has no 'nonsense'"),
    ],
)
def test_an_unknown_setting_is_named(tiny_folder: Path, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_engine(arguments.pop("name"), tiny_folder, **arguments)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_what_an_engine_says_of_itself(engines: dict[str, Engine], tiny_folder: Path) -> None:
    assert [(engine.name, engine.precision, engine.device) for engine in engines.values()] == [
        ("ctranslate2", "float32", "cpu"),
        ("transformers", "float32", "cpu"),
    ]
    default = load_engine("auto", tiny_folder, device="cpu")
    assert (default.name, default.precision) == ("ctranslate2", "int8")


@pytest.mark.parametrize("name", ENGINES)
def test_an_incomplete_checkpoint_is_refused(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    (folder / "source.spm").unlink()
    with pytest.raises(ModelError, match=r"source\.spm is missing"):
        load(folder, name)


@pytest.mark.parametrize("name", ENGINES)
def test_weights_of_another_shape_are_refused_in_one_line(
    tiny_folder: Path, tmp_path: Path, name: str
) -> None:
    def cut(weights, vocabulary) -> None:
        weights["model.encoder.layers.0.fc1.weight"] = weights["model.encoder.layers.0.fc1.weight"][:5].copy()

    folder = with_weights(tiny_folder, tmp_path / "shape", cut)
    with pytest.raises(ModelError) as caught:
        load(folder, name)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_loading_says_nothing(tiny_folder: Path, tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.setenv("DRAGOMAN_CACHE_DIR", str(tmp_path))
    for name in ENGINES:
        load(tiny_folder, name)
    assert capfd.readouterr() == ("", "")


# The cache of converted models


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRAGOMAN_CACHE_DIR", str(tmp_path / "cache"))
    return cache_folder() / "ctranslate2"


def conversions(cache: Path) -> dict[str, int]:
    return {model.parent.name: model.stat().st_mtime_ns for model in cache.rglob("model.bin")}


def test_a_checkpoint_is_converted_once_for_each_weight_type(tiny_folder: Path, own_cache: Path) -> None:
    load(tiny_folder, "ctranslate2", "float32")
    load(tiny_folder, "ctranslate2", "int8")
    found = conversions(own_cache)
    assert sorted(name.partition("-")[2] for name in found) == ["float32", "int8"]
    for precision in ("float32", "int8", "int8_float32"):
        load(tiny_folder, "ctranslate2", precision)
    assert conversions(own_cache) == found
    assert not list(own_cache.glob(".partial-*"))


def test_another_checkpoint_is_another_conversion(tiny_folder: Path, tmp_path: Path, own_cache: Path) -> None:
    load(tiny_folder, "ctranslate2")
    copy = Path(shutil.copytree(tiny_folder, tmp_path / "copy"))
    load(copy, "ctranslate2")
    assert len(conversions(own_cache)) == 1

    def change(weights, vocabulary) -> None:
        weights["final_logits_bias"][0, 0] = 1

    load(with_weights(tiny_folder, tmp_path / "other", change), "ctranslate2")
    assert len(conversions(own_cache)) == 2


def test_a_conversion_that_was_killed_is_not_taken(tiny_folder: Path, own_cache: Path) -> None:
    for name, age_s in ((".partial-old", 3 * 24 * 3600), (".partial-running", 0)):
        (own_cache / name / "model").mkdir(parents=True)
        (own_cache / name / "model" / "model.bin").write_bytes(b"half")
        os.utime(own_cache / name, (time.time() - age_s,) * 2)
    engine = load(tiny_folder, "ctranslate2")
    assert engine.translate([engine.tokenizer.encode(ARABIC[0]).pieces], beam_size=1)[0][0].pieces
    assert not (own_cache / ".partial-old").exists()
    assert (own_cache / ".partial-running").exists()


def test_a_damaged_conversion_is_named(tiny_folder: Path, own_cache: Path) -> None:
    load(tiny_folder, "ctranslate2")
    (converted,) = own_cache.iterdir()
    (converted / "model.bin").write_bytes(b"not a model at all")
    with pytest.raises(ModelError, match="delete that folder") as caught:
        load(tiny_folder, "ctranslate2")
    assert str(converted) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_cache_that_cannot_be_written_is_done_without(
    tiny_folder: Path, tmp_path: Path, monkeypatch, caplog
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("DRAGOMAN_CACHE_DIR", str(blocked))
    with caplog.at_level(logging.WARNING):
        engine = load(tiny_folder, "ctranslate2", "float32")
    assert "set DRAGOMAN_CACHE_DIR" in caplog.text
    ((best,),) = engine.translate([engine.tokenizer.encode(ARABIC[0]).pieces], beam_size=4)
    assert engine.tokenizer.decode(best.pieces) == ENGLISH[0]


def test_two_may_convert_at_once(tiny_folder: Path, own_cache: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        loaded = list(pool.map(lambda _: load(tiny_folder, "ctranslate2"), range(2)))
    assert len(loaded) == 2
    assert len(conversions(own_cache)) == 1
    assert not list(own_cache.glob(".partial-*"))


# The packaged model

UNKNOWN_MASS = 0.02
"""CTranslate2 spreads the probability of the barred `<unk>` over the other pieces, Transformers does not: an
unlikely hypothesis may score a little better there. Seen: 0.012, for the second best of a one-word source."""


@pytest.fixture(scope="module")
def compact(compact_folder: Path) -> dict[str, Engine]:
    return {name: load(compact_folder, name) for name in ENGINES}


@pytest.mark.parametrize("forced", [False, True], ids=["free", "prefix"])
@pytest.mark.parametrize(("beam_size", "num_hypotheses"), [(1, 1), (4, 4)])
def test_the_engines_agree_on_compact(
    compact: dict[str, Engine], beam_size: int, num_hypotheses: int, forced: bool
) -> None:
    """Where near-ties let two searches part, the scores of the best must be equal all the same."""
    sources = [compact["transformers"].tokenizer.encode(text).pieces for text in (*NEWS, *ARABIC)]
    prefixes = prefixes_for(compact["transformers"], len(sources)) if forced else None
    one, other = (
        compact[name].translate(
            sources, beam_size=beam_size, num_hypotheses=num_hypotheses, prefixes=prefixes
        )
        for name in ENGINES
    )
    for left, right in zip(one, other, strict=True):
        assert left[0].score == pytest.approx(right[0].score, abs=1e-3)
        if beam_size == 1:
            assert left[0].pieces == right[0].pieces
        theirs = {hypothesis.pieces: hypothesis for hypothesis in right}
        shared = [(mine, theirs[mine.pieces]) for mine in left if mine.pieces in theirs]
        assert len(shared) >= len(left) / 2
        for mine, its in shared:
            assert mine.score == pytest.approx(its.score, abs=UNKNOWN_MASS)
            np.testing.assert_allclose(mine.alignment, its.alignment, atol=1e-3)


def test_int8_hardly_changes_the_scores_of_compact(compact: dict[str, Engine], compact_folder: Path) -> None:
    engine = load(compact_folder, "ctranslate2", "int8")
    sources = [engine.tokenizer.encode(text).pieces for text in NEWS]
    translated = [best.pieces for (best,) in engine.translate(sources, beam_size=4)]
    exact = compact["ctranslate2"].score(sources, translated)
    for one, other in zip(engine.score(sources, translated), exact, strict=True):
        assert float(one.mean()) == pytest.approx(float(other.mean()), abs=0.05)
