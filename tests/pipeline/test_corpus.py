"""Parallel text: formats, cleaning, what is held out."""

import gzip
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from tiny_checkpoint import ARABIC, ENGLISH

from pipeline.errors import CorpusError
from pipeline.training.config import CleaningConfig, CorpusSet, DataConfig
from pipeline.training.corpus import Pair, clean_sets, read_dev, read_pairs, reason_to_drop

PAIRS = [Pair(source, target) for source, target in zip(ARABIC, ENGLISH, strict=True)]


def corpus_set(*files: str, **settings: object) -> CorpusSet:
    return CorpusSet.model_validate({"name": "set", "files": files, "weight": 1} | settings)


def write_tsv(path: Path, pairs: list[Pair]) -> Path:
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), encoding="utf-8")
    return path


def write_parquet(path: Path, pairs: list[Pair]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"translation": {"ar": pair.source, "en": pair.target}} for pair in pairs]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    write_tsv(tmp_path / "train.tsv", PAIRS[:10])
    write_tsv(tmp_path / "dev.tsv", PAIRS[10:])
    return DataConfig(sets=(corpus_set("train.tsv"),), dev="dev.tsv")


class TestFormats:
    def test_tsv_with_a_third_column(self, tmp_path: Path) -> None:
        (tmp_path / "a.tsv").write_text("نص\ttext\tplace\n", encoding="utf-8")
        assert list(read_pairs(corpus_set("a.tsv"), [tmp_path])) == [Pair("نص", "text")]

    def test_globs_and_compressed_files(self, tmp_path: Path) -> None:
        write_tsv(tmp_path / "b.tsv", PAIRS[1:2])
        with gzip.open(tmp_path / "a.tsv.gz", "wt", encoding="utf-8") as file:
            file.write(f"{ARABIC[0]}\t{ENGLISH[0]}\n")
        assert list(read_pairs(corpus_set("*.tsv.gz", "*.tsv"), [tmp_path])) == PAIRS[:2]

    @pytest.mark.parametrize(
        ("row", "columns"),
        [
            ({"translation": {"ar": "نص", "en": "text"}}, None),
            ({"ar": "نص", "en": "text", "id": 7}, None),
            ({"source": "نص", "target": "text"}, None),
            ({"arabic": "نص", "meta": {"english": "text"}}, ("arabic", "meta.english")),
        ],
    )
    def test_jsonl(self, tmp_path: Path, row: dict[str, object], columns: tuple[str, str] | None) -> None:
        (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
        assert list(read_pairs(corpus_set("a.jsonl", columns=columns), [tmp_path])) == [Pair("نص", "text")]

    def test_absolute_names_and_names_with_brackets(self, tmp_path: Path) -> None:
        path = write_tsv(tmp_path / "a[1].tsv", PAIRS[:1])
        assert list(read_pairs(corpus_set("a*.tsv"), [tmp_path])) == PAIRS[:1]
        write_tsv(tmp_path / "b.tsv", PAIRS[1:2])
        assert list(read_pairs(corpus_set(str(path.with_name("b.tsv"))), [Path("elsewhere")])) == PAIRS[1:2]

    def test_windows_line_ends_and_byte_order_mark(self, tmp_path: Path) -> None:
        (tmp_path / "a.tsv").write_bytes("\ufeffنص\ttext\r\nآخر\tother\r\n".encode())
        data = DataConfig(sets=(corpus_set("a.tsv"),))
        assert clean_sets(data, [tmp_path], ())[0].pairs == (Pair("نص", "text"), Pair("آخر", "other"))

    def test_an_empty_side_in_parquet_is_left_to_the_cleaning(self, tmp_path: Path) -> None:
        write_parquet(tmp_path / "a.parquet", [*PAIRS[:2], Pair(ARABIC[2], "")])
        cleaned = clean_sets(DataConfig(sets=(corpus_set("a.parquet"),)), [tmp_path], ())[0]
        assert cleaned.dropped == {"empty after preparation": 1}

    def test_parquet(self, tmp_path: Path) -> None:
        write_parquet(tmp_path / "a.parquet", PAIRS)
        assert list(read_pairs(corpus_set("a.parquet"), [tmp_path])) == PAIRS
        assert list(read_pairs(corpus_set("a.parquet", max_rows=3), [tmp_path])) == PAIRS[:3]

    def test_a_dataset_folder_with_subset_and_split(self, tmp_path: Path) -> None:
        """Laid out as on the hub: a folder of Parquet for each subset, named in the card."""
        write_parquet(tmp_path / "set" / "ar-en" / "train-00000-of-00001.parquet", PAIRS[:5])
        write_parquet(tmp_path / "set" / "ar-en" / "validation-00000-of-00001.parquet", PAIRS[5:7])
        (tmp_path / "set" / "README.md").write_text(
            "---\nconfigs:\n- config_name: ar-en\n  data_files:\n  - {split: train, path: ar-en/train-*}\n"
            "  - {split: validation, path: ar-en/validation-*}\n---\n",
            encoding="utf-8",
        )
        assert list(read_pairs(corpus_set("set", subset="ar-en"), [tmp_path])) == PAIRS[:5]
        held_out = corpus_set("set", subset="ar-en", split="validation")
        assert list(read_pairs(held_out, [tmp_path])) == PAIRS[5:7]

    def test_the_first_folder_that_has_the_file_counts(self, tmp_path: Path) -> None:
        folders = [tmp_path / name for name in ("empty", "first", "second")]
        for number, folder in enumerate(folders):
            folder.mkdir()
            if number:
                write_tsv(folder / "a.tsv", PAIRS[number : number + 1])
        assert list(read_pairs(corpus_set("a.tsv"), folders)) == PAIRS[1:2]

    def test_capitals_for_lists_of_names(self, tmp_path: Path) -> None:
        write_tsv(tmp_path / "a.tsv", [Pair("كيميتش", "kimmich"), Pair("فان دايك", "van dijk")])
        names = list(read_pairs(corpus_set("a.tsv", capitals=True), [tmp_path]))
        assert [name.target for name in names] == ["Kimmich", "Van Dijk"]

    def test_one_column_for_a_teacher(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("نص\nآخر\n", encoding="utf-8")
        only_arabic = corpus_set("a.txt", columns=("text",))
        assert list(read_pairs(only_arabic, [tmp_path])) == [Pair("نص", ""), Pair("آخر", "")]


class TestBadInput:
    @pytest.mark.parametrize(
        ("line", "message"), [("بلا ترجمة", ":2: no tab"), ("نص\t", ":2: one side is empty")]
    )
    def test_broken_row_names_file_and_line(self, tmp_path: Path, line: str, message: str) -> None:
        (tmp_path / "broken.tsv").write_text(f"نص\ttext\n{line}\n", encoding="utf-8")
        with pytest.raises(CorpusError, match=f"broken.tsv{message}"):
            list(read_pairs(corpus_set("broken.tsv"), [tmp_path]))

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"train\.tsv: no such file in /"):
            list(read_pairs(corpus_set("train.tsv"), [tmp_path]))

    def test_a_file_of_another_kind(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match=r"no dataset in /.*, and no file in \.tsv"):
            list(read_pairs(corpus_set("folder/set.docx?"), [tmp_path]))

    def test_not_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "old.tsv").write_bytes("نص\ttext\n".encode("cp1256"))
        with pytest.raises(CorpusError, match=r"old\.tsv: not UTF-8"):
            list(read_pairs(corpus_set("old.tsv"), [tmp_path]))

    def test_broken_json(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text('{"ar": "نص", "en": "text"}\n{"ar": \n', encoding="utf-8")
        with pytest.raises(CorpusError, match=r"a\.jsonl: cannot be read \("):
            list(read_pairs(corpus_set("a.jsonl"), [tmp_path]))

    def test_not_parquet(self, tmp_path: Path) -> None:
        (tmp_path / "a.parquet").write_bytes(b"no parquet at all")
        with pytest.raises(CorpusError, match=r"a\.parquet: cannot be read \("):
            list(read_pairs(corpus_set("a.parquet"), [tmp_path]))

    @pytest.mark.parametrize("name", ["a.tsv", "a.jsonl"])
    def test_empty_file(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(CorpusError, match=f"{name}: the file is empty"):
            list(read_pairs(corpus_set(name), [tmp_path]))

    def test_a_dataset_that_is_a_script(self, tmp_path: Path) -> None:
        (tmp_path / "set").mkdir()
        (tmp_path / "set" / "set.py").write_text("import datasets\n", encoding="utf-8")
        with pytest.raises(CorpusError, match=r"set: cannot be read \(Dataset scripts are no longer"):
            list(read_pairs(corpus_set("set"), [tmp_path]))

    def test_no_text_in_the_first_row(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text('{"ar": null, "en": "text"}\n', encoding="utf-8")
        with pytest.raises(CorpusError, match=r"a\.jsonl:1: no text in column `ar`"):
            list(read_pairs(corpus_set("a.jsonl"), [tmp_path]))

    def test_columns_that_nobody_can_guess(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text('{"one": "نص", "two": "text"}\n', encoding="utf-8")
        with pytest.raises(CorpusError, match="Name the two in `columns`; there are: one, two"):
            list(read_pairs(corpus_set("a.jsonl"), [tmp_path]))
        with pytest.raises(CorpusError, match=r"a\.jsonl:1: no text in column `three`"):
            list(read_pairs(corpus_set("a.jsonl", columns=("one", "three")), [tmp_path]))

    def test_offline_hub_is_one_line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        with pytest.raises(CorpusError, match=r"^nobody/nothing: ") as caught:
            list(read_pairs(corpus_set("nobody/nothing"), [tmp_path]))
        assert "\n" not in str(caught.value)


class TestCleaning:
    def test_counts_what_it_drops(self, data: DataConfig, tmp_path: Path) -> None:
        with (tmp_path / "train.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{ARABIC[0]}\t{ENGLISH[0]}\n")
            file.write(f"{ARABIC[10]}\tAnother translation of a dev sentence.\n")
            file.write("An English source\tAn English source\n")
            file.write("<b>نص</b>\ttext\n")
        cleaned = clean_sets(data, [tmp_path], read_dev(data, [tmp_path]))[0]
        assert len(cleaned.pairs) == 10
        assert cleaned.dropped == {
            "duplicate": 1,
            "in the dev set": 1,
            "source not Arabic": 1,
            "markup": 1,
        }

    def test_a_pair_of_an_earlier_set_is_dropped(self, data: DataConfig, tmp_path: Path) -> None:
        write_tsv(tmp_path / "more.tsv", [*PAIRS[8:10], Pair("نص آخر", "another text")])
        both = data.model_copy(update={"sets": (*data.sets, corpus_set("more.tsv", name="more"))})
        cleaned = clean_sets(both, [tmp_path], ())
        assert [len(one.pairs) for one in cleaned] == [10, 1]
        assert cleaned[1].dropped == {"duplicate": 2}

    @pytest.mark.parametrize(
        ("pair", "reason"),
        [
            (Pair("كلمة", "word"), None),
            (Pair("كلمة", "كلمة"), "target not English"),
            (Pair("كلمة", "слово"), "target not English"),
            (Pair("این یک جمله به زبان فارسی است که می‌گوید", "This is Persian"), "source not Arabic"),
            (Pair("كلمة " * 40, "word " * 10), "length ratio"),
            (Pair("كلمة " * 100, "word " * 100), "too long"),
            (Pair("كلمة &nbsp; أخرى", "another word"), "markup"),
            (Pair("", "word"), "empty after preparation"),
            (Pair("IRIS-T", "IRIS-T"), "source not Arabic"),
            (Pair("2024", "2024"), None),
        ],
    )
    def test_reason_to_drop(self, pair: Pair, reason: str | None) -> None:
        assert reason_to_drop(pair, CleaningConfig()) == reason

    def test_nothing_left(self, tmp_path: Path) -> None:
        (tmp_path / "a.tsv").write_text("text\ttext\n", encoding="utf-8")
        with pytest.raises(CorpusError, match="set `set`: no pair left after cleaning"):
            clean_sets(DataConfig(sets=(corpus_set("a.tsv"),)), [tmp_path], ())


class TestDevSet:
    def test_is_held_out_by_the_seed(self, tmp_path: Path) -> None:
        write_tsv(tmp_path / "train.tsv", PAIRS)
        data = DataConfig(sets=(corpus_set("train.tsv"),), dev_pairs=3, seed=5)
        dev = read_dev(data, [tmp_path])
        assert len(dev) == 3
        assert read_dev(data, [tmp_path]) == dev
        assert read_dev(data.model_copy(update={"seed": 6}), [tmp_path]) != dev
        cleaned = clean_sets(data, [tmp_path], dev)[0]
        assert len(cleaned.pairs) == 9
        assert not set(cleaned.pairs) & set(dev)

    def test_no_pairs_in_its_file(self, tmp_path: Path) -> None:
        write_parquet(tmp_path / "dev.parquet", [Pair("نص", "")])
        with pytest.raises(CorpusError, match=r"dev\.parquet: no pairs to choose checkpoints by"):
            read_dev(DataConfig(sets=(corpus_set("a.tsv"),), dev="dev.parquet"), [tmp_path])

    def test_too_small_a_set(self, tmp_path: Path) -> None:
        write_tsv(tmp_path / "train.tsv", PAIRS)
        with pytest.raises(CorpusError, match="12 pairs are too few to hold out 7"):
            read_dev(DataConfig(sets=(corpus_set("train.tsv"),), dev_pairs=7), [tmp_path])


def test_our_own_text_is_whole_and_apart_from_the_dev_set() -> None:
    folder = Path(__file__).parents[2] / "corpora"
    card = (folder / "README.md").read_text(encoding="utf-8")
    dev = {pair.source for pair in read_pairs(corpus_set("news/dev.tsv"), [folder])}
    assert len(dev) == 784
    for name, files in (
        ("`news/`", "news/*.train.tsv"),
        ("`articles/`", "articles/*.tsv"),
        ("`long/`", "long/*.tsv"),
    ):
        pairs = list(read_pairs(corpus_set(files), [folder]))
        assert f"| {name} | {len(pairs):,} |" in card
        assert not dev & {pair.source for pair in pairs}
        assert sum(reason_to_drop(pair, CleaningConfig()) is not None for pair in pairs) < len(pairs) / 1000
