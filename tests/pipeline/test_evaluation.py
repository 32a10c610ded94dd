"""`dragoman evaluate` and `pipeline.evaluation.evaluate` from end to end, on the example set."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.evaluation import Evaluation, evaluate
from pipeline.evaluation.measuring import METRICS
from pipeline.evaluation.random_terms import AlignedPair, draw_terms
from pipeline.records import overlap

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "evaluation"
SOURCE, REFERENCE, COMPACT, DRAFT = (
    EXAMPLES / name for name in ("news.ar", "news.en", "compact.en", "draft.en")
)
FILES = f"--source {SOURCE} --reference {REFERENCE} --hypothesis {COMPACT} --hypothesis {DRAFT}"


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(
        source=SOURCE,
        reference=[REFERENCE],
        hypothesis={"compact": COMPACT, "draft": DRAFT},
        baseline="compact",
    )


@pytest.fixture
def run() -> Callable[[str], Result]:
    def run(arguments: str) -> Result:
        return CliRunner().invoke(app, ["evaluate", *shlex.split(arguments)])

    return run


Run = Callable[[str], Result]


def test_scores_are_those_of_sacrebleu(found: Evaluation) -> None:
    for name, path in (("compact", COMPACT), ("draft", DRAFT)):
        for metric, sacrebleu in (
            ("BLEU", BLEU()),
            ("chrF", CHRF()),
            ("chrF++", CHRF(word_order=2)),
            ("TER", TER()),
        ):
            expected = sacrebleu.corpus_score(lines(path), [lines(REFERENCE)])
            score = found.system(name).scores[metric]
            assert f"{score.score:.4f}" == f"{expected.score:.4f}"
            assert score.signature == str(sacrebleu.get_signature())
            assert score.low < score.score < score.high


def test_every_metric_is_there_with_scale_signature_and_counts(found: Evaluation) -> None:
    assert found.metrics == tuple(name for name in METRICS if not name.startswith("COMET"))
    for system in found.systems:
        assert tuple(system.scores) == found.metrics
        for name, score in system.scores.items():
            assert score.metric == name
            assert score.scale
            assert score.signature
            assert score.counts
            documents = name.startswith("consistency")
            assert len(score.segments) == (0 if documents else len(found.segments))


def test_our_own_metrics_tell_the_faults_of_the_draft(found: Evaluation) -> None:
    scores = {name: score.score for name, score in found.system("draft").scores.items()}
    better = {name: score.score for name, score in found.system("compact").scores.items()}
    for name in ("term_success", "term_canonical", "name_accuracy", "number_carry_over"):
        assert scores[name] < better[name], name
    for name in ("forbidden_renderings", "repetition", "under_translation"):
        assert scores[name] > better[name], name
    draft = found.system("draft").hypotheses
    assert draft[11].missing_numbers == ("14",)
    assert draft[4].missing_numbers == ("23",)
    assert draft[0].missing_names == ("Merz",)
    assert any(mark.kind == "repetition" for mark in draft[7].marks)


def test_documents_segments_and_terms(found: Evaluation) -> None:
    assert [segment.document for segment in found.segments] == ["1"] * 6 + ["2"] * 6
    assert [segment.source for segment in found.segments] == lines(SOURCE)
    for system in found.systems:
        for segment, hypothesis in zip(found.segments, system.hypotheses, strict=True):
            assert len(hypothesis.terms) == len(segment.terms)
            for term in segment.terms:
                assert segment.source[term.start : term.end] == term.surface
            for mark in hypothesis.marks:
                assert 0 <= mark.start < mark.end <= len(hypothesis.text)
    with pytest.raises(FrozenInstanceError):
        found.baseline = None


def test_comparisons_buckets_and_losses(found: Evaluation) -> None:
    tests = {comparison.metric: comparison for comparison in found.comparisons}
    assert {comparison.system for comparison in found.comparisons} == {"draft"}
    assert "length_ratio" not in tests
    assert tests["BLEU"].difference < tests["BLEU"].high < 0
    assert tests["BLEU"].wins < 0.05
    assert tests["TER"].wins < 0.05  # lower is better
    assert tests["arabic_left"].bootstrap_p == tests["arabic_left"].randomisation_p == 1
    for dimension in ("length", "terms"):
        numbers = [
            number for bucket in found.buckets if bucket.dimension == dimension for number in bucket.segments
        ]
        assert sorted(numbers) == list(range(12))
    assert len(found.losses) <= 10
    drops = [loss.baseline_score - loss.score for loss in found.losses]
    assert drops == sorted(drops, reverse=True)
    assert min(drops) > 0


def test_the_same_seed_gives_the_same_figures(found: Evaluation) -> None:
    again = evaluate(
        source=SOURCE,
        reference=[REFERENCE],
        hypothesis={"compact": COMPACT, "draft": DRAFT},
        baseline="compact",
    )
    assert again == found
    other = evaluate(
        source=SOURCE, reference=[REFERENCE], hypothesis={"draft": DRAFT}, seed=1, trials=0, resamples=200
    )
    assert other.system("draft").scores["BLEU"].score == found.system("draft").scores["BLEU"].score
    assert other.system("draft").scores["BLEU"].low != found.system("draft").scores["BLEU"].low


def test_without_a_source_only_what_needs_none() -> None:
    result = evaluate(reference=[REFERENCE], hypothesis={"draft": DRAFT}, resamples=0)
    assert set(result.metrics) == {
        "BLEU",
        "chrF",
        "chrF++",
        "TER",
        "name_accuracy",
        "under_translation",
        "over_translation",
        "arabic_left",
        "repetition",
    }
    assert "no source" in result.notes[0]
    assert result.system("draft").scores["BLEU"].low is None


def test_a_domain_column_makes_buckets(tmp_path: Path) -> None:
    table = tmp_path / "set.tsv"
    rows = zip(lines(SOURCE), lines(REFERENCE), lines(DRAFT), ["sea", "land"] * 6, strict=True)
    table.write_text(
        "ar\ten\tdraft\tdomain\n" + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8"
    )
    result = evaluate(source=table, reference=[table], hypothesis=[f"{table}:draft"], resamples=0)
    assert [
        (bucket.name, len(bucket.segments)) for bucket in result.buckets if bucket.dimension == "domain"
    ] == [
        ("sea", 6),
        ("land", 6),
    ]
    assert [system.name for system in result.systems] == ["draft"]
    assert any("no documents" in note for note in result.notes)


def test_empty_translations_are_scored_and_told_of() -> None:
    texts = lines(DRAFT)
    result = evaluate(
        source=lines(SOURCE),
        reference=[lines(REFERENCE)],
        hypothesis={"a": ["", *texts[1:]], "b": lines(SOURCE)},
    )
    assert any(note == "a: 1 empty translation" for note in result.notes)
    assert any("b: is mostly Arabic" in note for note in result.notes)
    assert result.system("a").scores["chrF"].segments[0] == 0


# The command line


def test_json(run: Run) -> None:
    done = run(f"{FILES} --baseline compact --resamples 100 --trials 100 --json -q")
    assert done.exit_code == 0
    assert done.stderr == ""
    value = json.loads(done.stdout)
    assert list(value["systems"]) == ["compact", "draft"]
    assert set(value["systems"]["draft"]) == {name for name in METRICS if not name.startswith("COMET")}
    bleu = value["systems"]["draft"]["BLEU"]
    assert set(bleu) == {"score", "signature", "low", "high", "scale", "better", "counts"}
    assert bleu["score"] == pytest.approx(
        BLEU().corpus_score(lines(DRAFT), [lines(REFERENCE)]).score, abs=1e-5
    )
    assert "segments" not in value
    assert value["settings"]["seed"] == 12345
    assert {"comparisons", "buckets", "losses", "notes", "translations"} < set(value)
    with_segments = json.loads(run(f"{FILES} --resamples 0 --json --segments -q").stdout)
    assert len(with_segments["segments"]) == 12
    assert set(with_segments["segments"][0]["systems"]["draft"]["scores"]) >= {"BLEU", "term_success"}


def test_tables(run: Run) -> None:
    done = run(f"{FILES} --baseline compact --resamples 100 --trials 100")
    assert done.exit_code == 0
    scores, comparisons, buckets = (table.splitlines() for table in done.stdout.split("\n\n"))
    assert scores[0] == "metric\tcompact\tdraft"
    assert scores[1].startswith("BLEU\t64.4 ±")
    assert comparisons[0].split("\t")[:2] == ["system", "metric"]
    assert buckets[1].split("\t")[:2] == ["length", "0-10"]
    assert "scoring compact" in done.stderr
    assert (
        "\n\n"
        not in run(f"{FILES} --resamples 0 --baseline draft --trials 0")
        .stdout.split("by\tbucket")[1]
        .rstrip()
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ("", 2, "no reference"),
        (f"--reference {REFERENCE}", 2, "nothing to score"),
        (f"{FILES} --segments", 2, "--segments: goes with --json"),
        (
            f"{FILES} --glossary-modes some --model compact",
            2,
            "evaluate: `glossary_modes.0`: input should be 'none'",
        ),
        (f"{FILES} --hypothesis no-such.en", 1, "no-such.en: no such file"),
        (
            f"{FILES} --comet x --comet-python {sys.executable}",
            2,
            "comet: unbabel-comet is not installed for",
        ),
        (f"--source {REFERENCE} --reference {SOURCE} --hypothesis {DRAFT}", 1, "the source is not Arabic"),
        (f"--source {SOURCE} --reference {SOURCE} --hypothesis {DRAFT}", 1, "the reference is Arabic"),
        (f"{FILES} --hypothesis {ROOT / 'LICENSE'}", 1, "LICENSE: "),
        (f"{FILES} --reports x.html", 2, "no such option: --reports"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, arguments: str, status: int, message: str) -> None:
    done = run(f"{arguments} -q")
    assert (done.exit_code, done.stdout) == (status, "")
    assert done.stderr.startswith("dragoman: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr.lower() or message in done.stderr


def test_a_configuration_and_a_folder(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "set.yaml"
    config.write_text(
        "source: news.ar\nreference: [{file: news.en}]\nhypothesis: [old=draft.en]\nresamples: 0\n"
    )
    value = json.loads(run(f"--config {config} --data-dir {EXAMPLES} --json -q").stdout)
    assert list(value["systems"]) == ["old"]
    value = json.loads(
        run(f"--config {config} --data-dir {EXAMPLES} --hypothesis compact.en --json -q").stdout
    )
    assert list(value["systems"]) == ["compact"]


def test_help_needs_no_heavy_module() -> None:
    code = (
        "import sys, pipeline.cli, pipeline.evaluation; "
        "print([name for name in ('torch', 'numpy', 'sacrebleu', 'datasets') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr


# Translating on the fly


def test_glossary_modes(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run(
        f"--source {SOURCE} --reference {REFERENCE} --model compact --glossary-modes none,proper,random "
        "--baseline compact/none --resamples 100 --trials 100 --threads 1 --json --segments"
    )
    assert done.exit_code == 0, done.stderr
    value = json.loads(done.stdout)
    assert list(value["systems"]) == ["compact/none", "compact/proper", "compact/random"]
    told = value["translations"]
    assert [each["mode"] for each in told.values()] == ["none", "proper", "random"]
    assert "model:compact" in told["compact/proper"]["signature"]
    proper, random = (sum(told[f"compact/{mode}"]["outcomes"].values()) for mode in ("proper", "random"))
    assert not told["compact/none"]["outcomes"]
    assert proper / 2 <= random <= proper
    success = {name: scores["term_success"]["score"] for name, scores in value["systems"].items()}
    assert success["compact/none"] <= success["compact/proper"]
    texts = [segment["systems"]["compact/proper"]["text"] for segment in value["segments"]]

    # The same model through a report of `dragoman translate`.
    article = tmp_path / "article.txt"
    article.write_text("\n\n".join(SOURCE.read_text(encoding="utf-8").split("\n")), encoding="utf-8")
    translate = ["translate", str(article), "-o", str(tmp_path / "a.en"), "--model", "compact", "-q"]
    assert CliRunner().invoke(app, [*translate, "--report", str(report)]).exit_code == 0
    done = run(
        f"--source {SOURCE} --reference {REFERENCE} --hypothesis r={report} --resamples 0 "
        "--json --segments -q"
    )
    value = json.loads(done.stdout)
    assert sum(value["translations"]["r"]["outcomes"].values()) >= proper - 2  # one document, not two
    same = sum(
        segment["systems"]["r"]["text"] == text
        for segment, text in zip(value["segments"], texts, strict=True)
    )
    assert same >= 10


def test_random_terms_lie_apart_and_depend_on_the_seed_alone() -> None:
    from random import Random

    source = "زار المستشار مدينة بروكسل ثم غادر"
    reference = "The Chancellor visited the city of Brussels and then left"
    starts = [0, 4, 13, 19, 27, 30]
    words = [(source.index(word), source.index(word) + len(word)) for word in source.split()]
    assert [word[0] for word in words][:2] == starts[:2]
    spans, at = [], 0
    for word in reference.split():
        at = reference.index(word, at)
        spans.append((at, at + len(word)))
        at += len(word)
    pair = AlignedPair(
        source, reference, tuple(spans), tuple(words[min(n // 2, 5)] for n in range(len(spans)))
    )
    for seed in range(20):
        found = draw_terms(source, pair, [1, 2, 1], Random(seed))
        assert found == draw_terms(source, pair, [1, 2, 1], Random(seed))
        assert 1 <= len(found) <= 3
        for number, match in enumerate(found):
            assert source[match.start : match.end] == match.surface
            assert match.term.target in reference
            others = [(each.start, each.end) for each in found[number + 1 :]]
            assert not any(overlap((match.start, match.end), other) for other in others)
    assert draw_terms(source, AlignedPair(source, reference, (), ()), [1], Random(1)) == ()


# COMET, whose place a package takes that scores by length


def test_comet_is_run_by_a_python_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    (tmp_path / "comet.py").write_text(
        "class Found: pass\n"
        "class Model:\n"
        "    def predict(self, samples, batch_size, gpus, progress_bar):\n"
        "        print('noise')\n"
        "        found = Found()\n"
        "        found.scores = [len(each['mt']) / 100 + len(each.get('ref', '')) for each in samples]\n"
        "        return found\n"
        "def load_from_checkpoint(path):\n"
        "    if 'bad' in path: raise ValueError('damaged')\n"
        "    return Model()\n"
    )
    (tmp_path / "torch.py").write_text("class cuda:\n    is_available = staticmethod(lambda: False)\n")
    metadata = tmp_path / "unbabel_comet-9.9.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: unbabel-comet\nVersion: 9.9\n")
    (tmp_path / "m" / "checkpoints").mkdir(parents=True)
    (tmp_path / "m" / "checkpoints" / "model.ckpt").write_bytes(b"x")
    (tmp_path / "bad.ckpt").write_bytes(b"x")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run(f"{FILES} --comet {tmp_path / 'm'} --comet-qe {tmp_path / 'm'} --resamples 50 --json -q")
    assert done.exit_code == 0, done.stderr
    scores = json.loads(done.stdout)["systems"]["draft"]
    texts, references = lines(DRAFT), lines(REFERENCE)
    quality = sum(map(len, texts)) / len(texts) / 100
    assert scores["COMET-QE"]["score"] == pytest.approx(quality, abs=1e-5)
    assert scores["COMET"]["score"] == pytest.approx(quality + sum(map(len, references)) / 12, abs=1e-4)
    assert scores["COMET"]["signature"].startswith(
        "comet:9.9|checkpoint:model|sha256:2d711642b726|refs:first"
    )
    done = run(f"{FILES} --comet {tmp_path / 'bad.ckpt'} -q")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "COMET cannot score with it (ValueError: damaged)" in done.stderr
    done = run(f"{FILES} --comet {tmp_path / 'none'} -q")
    assert "no COMET checkpoint (.ckpt)" in done.stderr
