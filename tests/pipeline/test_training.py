"""Training: corpus, alignment, batches, the loop and its resume."""

import dataclasses
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from tiny_checkpoint import ARABIC, ENGLISH

from pipeline.checkpoint import check_checkpoint
from pipeline.configuration import load_config, validate_config
from pipeline.engines import load_engine
from pipeline.errors import ConfigError, CorpusError, ModelError, OutputError
from pipeline.training.alignment import align_words, grow_diagonally, links_to_pieces, word_spans
from pipeline.training.batches import epoch_order, make_batch
from pipeline.training.config import OptimisationConfig, TrainingConfig
from pipeline.training.corpus import Pair
from pipeline.training.encoding import EncodedCorpus, Ragged
from pipeline.training.lexical import lexical_embeddings
from pipeline.training.run import learning_rate, train
from pipeline.training.state import disk_errors

CONFIGS = Path(__file__).parents[2] / "configs"
SMALL = {
    "name": "small",
    "data": {
        "sets": [{"name": "news", "files": ["train.tsv"], "weight": 1}],
        "dev": "dev.tsv",
        "dev_pairs": 2,
    },
    "vocabulary": {"source_size": 110, "target_size": 110},
    "model": {
        "width": 32,
        "encoder_layers": 1,
        "decoder_layers": 1,
        "heads": 2,
        "feed_forward": 64,
        "dropout": 0.1,
        "max_positions": 256,
    },
    "optimisation": {
        "max_updates": 6,
        "batch_pieces": 200,
        "warmup_updates": 2,
        "dev_every_updates": 3,
        "precision": "float32",
    },
}


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Matrices this small only lose by more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    torch.set_num_threads(threads)


def small_config(**optimisation: object) -> TrainingConfig:
    values = json.loads(json.dumps(SMALL))
    values["optimisation"] |= optimisation
    return validate_config(values, TrainingConfig, "small")


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    lines = [f"{source}\t{target}\n" for source, target in zip(ARABIC, ENGLISH, strict=True)]
    (tmp_path / "train.tsv").write_text("".join(lines[:10]), encoding="utf-8")
    (tmp_path / "dev.tsv").write_text("".join(lines[10:]), encoding="utf-8")
    return tmp_path


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(folder / "state" / "state.safetensors")


class TestConfig:
    def test_unknown_key_names_the_valid_ones(self, tmp_path: Path) -> None:
        path = tmp_path / "train.yaml"
        path.write_text("name: x\ndata: {sets: [{name: a, files: [b], weigth: 1}], dev: d}\n")
        with pytest.raises(ConfigError, match=r"train\.yaml: .*`.*weigth`; valid here: .*, weight"):
            load_config(path, TrainingConfig)

    @pytest.mark.parametrize("path", sorted(CONFIGS.glob("train-*.yaml")), ids=lambda path: path.stem)
    def test_the_shipped_configurations_load(self, path: Path) -> None:
        assert load_config(path, TrainingConfig).name == path.stem.replace("train", "dragoman")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"init": "base", "vocabulary": {"source_size": 500}}, "`init` brings its own vocabulary"),
            ({"init": "base", "model": {"width": 512}}, r"`init` brings its own shape; leave `model\.width`"),
            ({"augmentation": {"sets": ["new"]}}, "no set `new`; there are: news"),
            ({"distillation": {"teacher": "big", "sets": ["new"]}}, "no set `new`"),
            (
                {"data": {"sets": [{"name": "news", "files": ["a.tsv"], "weight": 1}] * 2}},
                "two sets have the same name",
            ),
            (
                {"data": {"sets": [{"name": "a", "files": ["a"], "weight": 1, "columns": ["text"]}]}},
                "set `a` has no English",
            ),
            (
                {
                    "data": {"sets": [{"name": "a", "files": ["a"], "weight": 1, "columns": ["text"]}]},
                    "distillation": {"teacher": "big", "sets": ["a"]},
                },
                "set `a` has no English to hold out",
            ),
            ({"data": {"sets": [{"name": "a/b", "files": ["a"], "weight": 1}]}}, r"`data\.sets\.0\.name`"),
            ({"model": {"width": 30, "heads": 4}}, "`width` 30 is not a multiple of `heads` 4"),
        ],
    )
    def test_settings_that_do_not_go_together(self, change: dict[str, object], message: str) -> None:
        values = {"name": "x", "data": SMALL["data"]} | change
        with pytest.raises(ConfigError, match=message):
            validate_config(values, TrainingConfig, "train.yaml")


class TestAlignment:
    def test_word_spans_keep_diacritics_inside(self) -> None:
        assert [text[slice(*span)] for text in ["قالَ: نعم."] for span in word_spans(text)] == [
            "قالَ",
            ":",
            "نعم",
            ".",
        ]

    def test_grows_only_by_links_of_the_union(self) -> None:
        forward, reverse = {(0, 0), (1, 1), (2, 3)}, {(0, 0), (1, 1), (2, 2)}
        links = set(grow_diagonally(forward, reverse))
        assert forward & reverse <= links <= forward | reverse

    def test_links_reach_every_piece_of_a_word(self) -> None:
        links = links_to_pieces(
            ((0, 1),), [(0, 4)], [(0, 2), (3, 9)], [(0, 2), (2, 4)], [(0, 2), (2, 6), (6, 9)]
        )
        assert links == ((0, 1), (0, 2), (1, 1), (1, 2))

    def test_eflomal_finds_repeated_words(self) -> None:
        sources = ["برلين مدينة", "برلين كبيرة", "مدينة كبيرة", "قديمة مدينة"] * 20
        targets = ["Berlin city", "Berlin large", "city large", "old city"] * 20
        aligned = align_words(sources, targets)
        assert aligned[0] == ((0, 0), (1, 1))
        assert aligned[3] == ((0, 0), (1, 1))


def test_lexical_embeddings_point_to_the_translations() -> None:
    """Source-only piece 5 stands for 2, 6 mostly for 3; 7 is never linked, 4 is shared."""
    sources = [[5], [5, 6], [6], [6], [4, 7], [4, 6]] * 2
    targets = [[2], [2, 3], [3], [3], [4], [4, 2]] * 2
    links = [[0, 0], [0, 0, 1, 1], [0, 0], [0, 0], [0, 0], [0, 0, 1, 1]] * 2
    corpus = EncodedCorpus(
        Ragged.from_rows(sources), Ragged.from_rows(targets), Ragged.from_rows(links), np.zeros(12, np.int32)
    )
    before = torch.nn.functional.normalize(torch.randn(8, 64, generator=torch.manual_seed(0)), dim=1)
    after = lexical_embeddings(before, corpus, target_size=5)
    likeness = torch.nn.functional.normalize(after, dim=1) @ before.T
    assert likeness[5, :5].argmax() == 2
    assert likeness[6, :5].argmax() == 3
    assert likeness[5, 2] > 0.9
    assert torch.equal(after[:5], before[:5])
    assert torch.equal(after[7], before[7])


class TestBatches:
    corpus = EncodedCorpus(
        Ragged.from_rows([[5] * length for length in (3, 9, 4, 12, 7, 1)]),
        Ragged.from_rows([[6] * length for length in (4, 8, 4, 10, 9, 2)]),
        Ragged.from_rows([[0, 0, 1, 1], [], [0, 3, 1, 3], [], [], [0, 1]]),
        np.asarray([0, 0, 0, 1, 1, 1], dtype=np.int32),
    )

    def test_every_pair_as_often_as_its_weight(self) -> None:
        order = epoch_order(self.corpus, (2.0, 1.0), 30, seed=3, epoch=0)
        counts = np.bincount(np.concatenate(order), minlength=6)
        assert counts.tolist() == [2, 2, 2, 1, 1, 1]

    def test_fractions_average_out(self) -> None:
        seen = sum(
            len(batch)
            for epoch in range(200)
            for batch in epoch_order(self.corpus, (0.25, 1.0), 30, 1, epoch)
        )
        assert seen / 200 == pytest.approx(3 + 0.75, abs=0.2)

    def test_budget_and_seed(self) -> None:
        order = epoch_order(self.corpus, (1.0, 1.0), 30, seed=3, epoch=1)
        for batch in order:
            longest = max(max(len(self.corpus.sources[i]), len(self.corpus.targets[i])) + 1 for i in batch)
            assert len(batch) == 1 or longest * len(batch) <= 30
        again = epoch_order(self.corpus, (1.0, 1.0), 30, seed=3, epoch=1)
        assert [batch.tolist() for batch in order] == [batch.tolist() for batch in again]

    def test_padding_and_links(self) -> None:
        batch = make_batch(self.corpus, np.asarray([0, 2]), end=0, padding=9)
        assert batch.source.tolist() == [[5, 5, 5, 0, 9], [5, 5, 5, 5, 0]]
        assert batch.target.tolist() == [[6, 6, 6, 6, 0]] * 2
        assert batch.links[1, 3].tolist() == [0.5, 0.5, 0, 0, 0]
        assert batch.links[0].sum() == 2.0


def test_learning_rate_warms_up_holds_and_falls() -> None:
    settings = OptimisationConfig(warmup_updates=10, decay_share=0.5, peak_learning_rate=1.0)
    assert learning_rate(settings, 1, 0.0) == pytest.approx(0.1)
    assert learning_rate(settings, 10, 0.4) == 1.0
    assert learning_rate(settings, 99, 0.75) == pytest.approx(0.5)
    assert learning_rate(settings, 99, 1.0) == 0.0


class TestRun:
    def test_leaves_a_checkpoint_that_both_engines_load(self, data_folder: Path, tmp_path: Path) -> None:
        result = train(small_config(), [data_folder], tmp_path / "run")
        assert result.progress.update == 6
        assert [record["update"] for record in result.progress.history] == [3, 6]
        assert (tmp_path / "run" / "curves.png").read_bytes().startswith(b"\x89PNG")
        check_checkpoint(result.checkpoint)
        pieces = []
        for name in ("ctranslate2", "transformers"):
            engine = load_engine(name, result.checkpoint, device="cpu", precision="float32")
            source = engine.tokenizer.encode(ARABIC[0]).pieces
            pieces.append(engine.translate([source], beam_size=1)[0][0].pieces)
        assert pieces[0] == pieces[1]

    def test_a_killed_run_ends_where_an_unbroken_one_does(self, data_folder: Path, tmp_path: Path) -> None:
        settings = {
            "max_updates": 40,
            "save_every_minutes": 1e-4,
            "dev_every_updates": 1000,
            "alignment_weight": 0,
        }
        config = small_config(**settings)
        unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
        program = (
            "import sys; from pathlib import Path\n"
            "from pipeline.configuration import load_config\n"
            "from pipeline.training.config import TrainingConfig\n"
            "from pipeline.training.run import train\n"
            "train(load_config(Path(sys.argv[1]), TrainingConfig), [Path(sys.argv[2])], Path(sys.argv[3]))\n"
        )
        (tmp_path / "small.yaml").write_text(config.model_dump_json(), encoding="utf-8")
        arguments = [tmp_path / "small.yaml", data_folder, killed]
        process = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)])
        deadline = time.monotonic() + 120
        while not (killed / "state" / "progress.json").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        train(config, [data_folder], killed)
        train(config, [data_folder], unbroken)
        expected, got = weights(unbroken), weights(killed)
        assert expected.keys() == got.keys()
        for name, value in expected.items():
            assert torch.equal(value, got[name]), name

    def test_a_larger_budget_goes_on_from_before_the_decay(
        self, data_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        train(small_config(max_updates=6, decay_share=0.5), [data_folder], tmp_path / "run")
        with caplog.at_level("INFO", logger="pipeline.training.run"):
            result = train(small_config(max_updates=20, decay_share=0.5), [data_folder], tmp_path / "run")
        assert "going on from update 4" in caplog.text
        assert result.progress.update == 20

    def test_a_finished_run_is_left_as_it_is(self, data_folder: Path, tmp_path: Path) -> None:
        train(small_config(), [data_folder], tmp_path / "run")
        before = weights(tmp_path / "run")
        assert train(small_config(), [data_folder], tmp_path / "run").progress.update == 6
        after = weights(tmp_path / "run")
        assert all(torch.equal(value, after[name]) for name, value in before.items())

    def test_a_state_of_another_model_is_refused(self, data_folder: Path, tmp_path: Path) -> None:
        train(small_config(), [data_folder], tmp_path / "run")
        config = small_config()
        wider = config.model_copy(update={"model": config.model.model_copy(update={"width": 64})})
        with pytest.raises(ModelError, match="another model or vocabulary"):
            train(wider, [data_folder], tmp_path / "run")

    def test_a_damaged_state_is_refused(self, data_folder: Path, tmp_path: Path) -> None:
        train(small_config(), [data_folder], tmp_path / "run")
        path = tmp_path / "run" / "state" / "state.safetensors"
        path.write_bytes(path.read_bytes()[:100])
        with pytest.raises(ModelError, match="cannot be read"):
            train(small_config(), [data_folder], tmp_path / "run")

    def test_a_run_folder_of_other_data_is_refused(self, data_folder: Path, tmp_path: Path) -> None:
        train(small_config(), [data_folder], tmp_path / "run")
        values = json.loads(json.dumps(SMALL))
        values["data"]["cleaning"] = {"max_words": 5}
        config = validate_config(values, TrainingConfig, "small")
        with pytest.raises(ConfigError, match=r"run: made with another `data\.cleaning\.max_words`"):
            train(config, [data_folder], tmp_path / "run")

    def test_what_is_held_out_may_not_change_within_a_run(self, data_folder: Path, tmp_path: Path) -> None:
        values = json.loads(json.dumps(SMALL))
        del values["data"]["dev"]
        values["optimisation"] |= {"max_updates": 1, "alignment_weight": 0}
        train(validate_config(values, TrainingConfig, "small"), [data_folder], tmp_path / "run")
        values["data"]["dev_pairs"] = 3
        with pytest.raises(ConfigError, match=r"run: made with another `data\.dev_pairs`"):
            train(validate_config(values, TrainingConfig, "small"), [data_folder], tmp_path / "run")

    def test_pairs_too_long_for_the_model_are_counted(self, data_folder: Path, tmp_path: Path) -> None:
        with (data_folder / "train.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{' '.join(ARABIC[:6])}\t{' '.join(ENGLISH[:6])}\n")
        dev = (data_folder / "dev.tsv").read_text(encoding="utf-8")
        (data_folder / "dev.tsv").write_text(f"{'كلمة ' * 600}\tword\n{dev}", encoding="utf-8")
        result = train(small_config(max_updates=1, alignment_weight=0), [data_folder], tmp_path / "run")
        counts = json.loads((tmp_path / "run" / "corpus.json").read_text(encoding="utf-8"))
        assert counts["sets"]["news"] == {"pairs": 10, "dropped": {"too many pieces": 1}}
        assert "on 2 pairs of its dev set" in (result.checkpoint / "README.md").read_text(encoding="utf-8")

    def test_only_pairs_too_long_for_the_model(self, data_folder: Path, tmp_path: Path) -> None:
        (data_folder / "train.tsv").write_text(f"{'كلمة ' * 60}\t{'many words ' * 30}\n", encoding="utf-8")
        with pytest.raises(CorpusError, match="all 1 pairs have more than 128 pieces"):
            train(small_config(alignment_weight=0), [data_folder], tmp_path / "run")

    def test_a_vocabulary_too_small_for_its_characters(self, data_folder: Path, tmp_path: Path) -> None:
        with (data_folder / "train.tsv").open("a", encoding="utf-8") as file:
            file.writelines(f"كلمة {chr(letter)}\tword\n" for letter in range(0xC0, 0x170))
        with pytest.raises(
            ConfigError, match=r"`vocabulary\.source_size` 110: .* smaller than required_chars"
        ):
            train(small_config(alignment_weight=0), [data_folder], tmp_path / "run")

    def test_more_guided_heads_than_there_are(self, data_folder: Path, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"`optimisation\.guided_heads` is 3; the model has 2 heads"):
            train(small_config(guided_heads=3), [data_folder], tmp_path / "run")

    def test_a_kill_before_the_last_evaluation(self, data_folder: Path, tmp_path: Path) -> None:
        """A budget that is spent before anything was evaluated still gives a checkpoint."""
        run = tmp_path / "run"
        settings = {"max_updates": 1, "alignment_weight": 0}
        train(small_config(**settings), [data_folder], run)
        shutil.rmtree(run / "checkpoint")
        progress = json.loads((run / "state" / "progress.json").read_text(encoding="utf-8"))
        unevaluated = progress | {"history": [], "best_chrf": -1.0}
        (run / "state" / "progress.json").write_text(json.dumps(unevaluated), encoding="utf-8")
        result = train(small_config(**settings), [data_folder], run)
        assert result.progress.history[-1]["update"] == 1
        check_checkpoint(result.checkpoint)

    def test_weights_may_change_within_a_run(self, data_folder: Path, tmp_path: Path) -> None:
        train(small_config(), [data_folder], tmp_path / "run")
        values = json.loads(json.dumps(SMALL))
        values["data"]["sets"][0]["weight"] = 2
        values["optimisation"]["max_updates"] = 8
        config = validate_config(values, TrainingConfig, "small")
        assert train(config, [data_folder], tmp_path / "run").progress.update == 8

    def test_a_loss_that_is_no_number_ends_the_run(self, data_folder: Path, tmp_path: Path) -> None:
        config = small_config(peak_learning_rate=1e30, warmup_updates=1, max_gradient_norm=1e30)
        with pytest.raises(ModelError, match=r"the loss is (nan|inf) at update .*lower `peak_learning_rate`"):
            train(config, [data_folder], tmp_path / "run")

    def test_reports_speed_and_loss(
        self, data_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level("INFO", logger="pipeline.training.run"):
            train(small_config(report_every_minutes=1e-9, max_updates=2), [data_folder], tmp_path / "run")
        assert re.search(r"update 1, epoch 0, 0 min, [\d,]+ target pieces/s, loss \d", caplog.text)

    def test_a_full_disk_leaves_the_last_good_state_and_checkpoint(
        self, data_folder: Path, tmp_path: Path
    ) -> None:
        """A process that may write no file as large as the weights stands for a disk without room."""
        run = tmp_path / "run"
        train(small_config(), [data_folder], run)
        before = weights(run)
        (tmp_path / "more.yaml").write_text(small_config(max_updates=12).model_dump_json(), encoding="utf-8")
        arguments = ["train", "--config", tmp_path / "more.yaml", "--data-dir", data_folder, "--run-dir", run]
        program = (
            "import resource, signal, sys\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
            "from pipeline.cli import main\n"
            "main()\n"
        )
        process = subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.returncode == 1
        assert re.search(
            r"^dragoman: .*cannot be written \(.*\); what was saved before is intact", process.stderr, re.M
        )
        assert "Traceback" not in process.stderr
        after = weights(run)
        assert all(torch.equal(value, after[name]) for name, value in before.items())
        check_checkpoint(run / "checkpoint")
        assert train(small_config(max_updates=12), [data_folder], run).progress.update == 12

    def test_disk_errors_name_the_place(self, tmp_path: Path) -> None:
        full = pytest.raises(OutputError, match=r"state: cannot be written \(No space left on device\)")
        with full, disk_errors(tmp_path / "state"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class TestFineTuning:
    def test_begins_with_the_weights_of_the_checkpoint(
        self, data_folder: Path, tmp_path: Path, tiny_folder: Path
    ) -> None:
        """With a learning rate of next to nothing, what comes out is what went in."""
        config = fine_tuning(tiny_folder, peak_learning_rate=1e-9, max_updates=3)
        result = train(config, [data_folder], tmp_path / "run")
        before = safetensors.torch.load_file(tiny_folder / "model.safetensors")
        after = safetensors.torch.load_file(result.checkpoint / "model.safetensors")
        for name in after.keys() & before.keys():
            torch.testing.assert_close(after[name].float(), before[name].float(), atol=2e-3, rtol=2e-3)
        assert len(after.keys() & before.keys()) > 20
        assert (result.checkpoint / "vocab.json").read_bytes() == (tiny_folder / "vocab.json").read_bytes()
        assert "fine-tuned from" in (result.checkpoint / "README.md").read_text(encoding="utf-8")

    def test_learns_and_can_be_resumed(self, data_folder: Path, tmp_path: Path, tiny_folder: Path) -> None:
        config = fine_tuning(tiny_folder, max_updates=6)
        train(config, [data_folder], tmp_path / "run")
        longer = fine_tuning(tiny_folder, max_updates=15)
        history = train(longer, [data_folder], tmp_path / "run").progress.history
        assert history[-1]["update"] == 15
        assert history[-1]["train_loss"] < history[0]["train_loss"]
        load_engine("ctranslate2", tmp_path / "run" / "checkpoint")

    def test_a_model_that_is_not_here(self, data_folder: Path, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="no such folder"):
            train(fine_tuning(tmp_path / "nowhere"), [data_folder], tmp_path / "run")


def fine_tuning(checkpoint: Path, **optimisation: object) -> TrainingConfig:
    values = json.loads(json.dumps(SMALL))
    del values["vocabulary"], values["model"]
    values["init"] = str(checkpoint)
    values["optimisation"] |= {"alignment_weight": 0} | optimisation
    return validate_config(values, TrainingConfig, "small")


def test_records_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Pair("a", "b").source = "c"  # type: ignore[misc]
