"""Our arrays against sacreBLEU: scores of sets and segments, intervals, both paired tests."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

from pipeline.evaluation.overlap import OverlapMetrics
from pipeline.evaluation.significance import Bootstrap, Randomisation
from pipeline.evaluation.statistics import Measured, Metric, measured, share

EXAMPLES = Path(__file__).parents[2] / "examples" / "evaluation"
SACREBLEU = {"BLEU": BLEU, "chrF": CHRF, "chrF++": lambda: CHRF(word_order=2), "TER": TER}
WORDS = st.lists(
    st.sampled_from(["NATO", "the", "Chancellor", "met", "in", "Berlin,", "3.5", "(EU)", "."]), max_size=12
).map(" ".join)


def lines(name: str) -> list[str]:
    return [line for line in (EXAMPLES / name).read_text(encoding="utf-8").splitlines() if line]


REFERENCE, COMPACT, DRAFT = lines("news.en"), lines("compact.en"), lines("draft.en")


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, Measured], dict[str, Measured]]:
    metrics = OverlapMetrics([REFERENCE])
    return metrics.measure(DRAFT), metrics.measure(COMPACT)


@pytest.mark.parametrize("name", SACREBLEU)
@pytest.mark.parametrize(
    "hypotheses", [COMPACT, DRAFT, [""] * 12, REFERENCE], ids=["a", "b", "empty", "same"]
)
def test_scores_and_signatures_are_those_of_sacrebleu(name: str, hypotheses: list[str]) -> None:
    metric = SACREBLEU[name]()
    expected = metric.corpus_score(hypotheses, [REFERENCE])
    found = OverlapMetrics([REFERENCE]).measure(hypotheses)[name].score()
    assert found.score == pytest.approx(expected.score, abs=1e-9)
    assert found.signature == str(metric.get_signature())


@pytest.mark.parametrize("name", SACREBLEU)
def test_segments_are_scored_as_sacrebleu_scores_sentences(name: str) -> None:
    metric = BLEU(effective_order=True) if name == "BLEU" else SACREBLEU[name]()
    found = OverlapMetrics([REFERENCE]).measure(DRAFT)[name].score().segments
    expected = [
        metric.sentence_score(hypothesis, [reference]).score
        for hypothesis, reference in zip(DRAFT, REFERENCE, strict=True)
    ]
    assert found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(WORDS, WORDS.filter(str.strip), st.none() | WORDS.filter(str.strip)), min_size=1, max_size=5
    )
)
def test_any_text_with_one_or_two_references(rows: list[tuple[str, str, str | None]]) -> None:
    hypotheses, first, second = ([row[place] for row in rows] for place in range(3))
    found = OverlapMetrics([first, second]).measure(hypotheses)
    for name, make in SACREBLEU.items():
        expected = make().corpus_score(hypotheses, [first, second])
        score = found[name].score()
        assert score.score == pytest.approx(expected.score, abs=1e-9)
        parts = found[name].of(range(len(rows)))
        assert parts == score.score


def paired(test: str, samples: int) -> dict[str, list[object]]:
    metrics = {name: make() for name, make in SACREBLEU.items()}
    systems = [("compact", COMPACT), ("draft", DRAFT)]
    _, scores = PairedTest(systems, metrics, [REFERENCE], test, samples)()
    names = {"chrF2": "chrF", "chrF2++": "chrF++"}
    return {names.get(name, name): results for name, results in scores.items()}


def test_bootstrap_is_that_of_sacrebleu(both: tuple[dict[str, Measured], dict[str, Measured]]) -> None:
    draft, compact = both
    expected = paired("bs", 500)
    bootstrap = Bootstrap(len(REFERENCE), 500, seed=12345)
    for name in SACREBLEU:
        test = bootstrap.compare(draft[name], compact[name])
        result = expected[name][1]
        interval = bootstrap.interval(bootstrap.scores(draft[name]))
        assert test.p_value == result.p_value
        assert (interval.high - interval.low) / 2 == pytest.approx(result.ci, abs=1e-3)
        assert bootstrap.scores(draft[name]).mean() == pytest.approx(result.mean, abs=1e-3)


def test_randomisation_is_that_of_sacrebleu() -> None:
    # Ties count here (Riezler and Maxwell 2005) and not there; of 90 segments only TER, whole edits, has any.
    rng = np.random.default_rng(2)
    references = [f"{first} {second}" for first, second in product(REFERENCE, REFERENCE) if first != second][
        :90
    ]

    def damaged(share_lost: float) -> list[str]:
        return [" ".join(word for word in text.split() if rng.random() > share_lost) for text in references]

    worse, better = damaged(0.12), damaged(0.10)
    metrics = {name: make() for name, make in SACREBLEU.items()}
    _, expected = PairedTest([("better", better), ("worse", worse)], metrics, [references], "ar", 1000)()
    measure = OverlapMetrics([references]).measure
    pairs = list(zip(measure(worse).values(), measure(better).values(), strict=True))
    found = Randomisation(90, 1000, seed=12345).compare(pairs)
    theirs = [expected[name][1].p_value for name in ("BLEU", "chrF2", "chrF2++", "TER")]
    assert found[:3] == theirs[:3]
    assert theirs[3] <= found[3] <= theirs[3] + 0.02
    assert len(set(found)) > 1


RATIO = Metric("ratio", "0 to 1", "higher", "", ("hits", "of"), share())


def test_randomisation_agrees_with_every_possible_trial() -> None:
    system = measured(RATIO, [(1, 1), (1, 1), (0, 1), (1, 2), (2, 2), (1, 1)])
    baseline = measured(RATIO, [(0, 1), (1, 1), (0, 1), (0, 2), (0, 2), (1, 1)])
    observed = abs(6 / 8 - 2 / 8)
    larger = 0
    for swaps in product([False, True], repeat=6):
        first = sum(
            (b if swap else a)[0] for swap, a, b in zip(swaps, system.rows, baseline.rows, strict=True)
        )
        larger += abs(first / 8 - (8 - first) / 8) >= observed
    (p_value,) = Randomisation(6, 20_000, seed=1).compare([(system, baseline)])
    assert p_value == pytest.approx(larger / 2**6, abs=0.015)


def test_bootstrap_agrees_with_every_possible_resample() -> None:
    system = measured(RATIO, [(1, 1), (0, 1), (1, 3), (0, 0)])
    scores = []
    for drawn in product(range(4), repeat=4):
        sums = system.rows[list(drawn)].sum(axis=0)
        scores.append(sums[0] / sums[1] if sums[1] else np.nan)
    found = Bootstrap(4, 20_000, seed=1).scores(system)
    assert np.nanmean(found) == pytest.approx(np.nanmean(scores), abs=0.01)
    assert np.isnan(found).mean() == pytest.approx(np.isnan(scores).mean(), abs=0.005)


def test_a_system_does_not_differ_from_itself(both: tuple[dict[str, Measured], dict[str, Measured]]) -> None:
    draft, _ = both
    bootstrap = Bootstrap(12, 200, seed=3)
    randomisation = Randomisation(12, 200, seed=3)
    for each in draft.values():
        test = bootstrap.compare(each, each)
        assert (test.p_value, test.wins) == (1.0, 0.5)
        assert randomisation.compare([(each, each)]) == [1.0]


def test_nothing_to_count_is_no_score() -> None:
    nothing = measured(RATIO, [(0, 0), (0, 0)])
    assert nothing.score().score is None
    assert nothing.score().segments == (None, None)
    bootstrap = Bootstrap(2, 10, seed=1)
    assert bootstrap.interval(bootstrap.scores(nothing)) is None
    assert bootstrap.compare(nothing, nothing) is None
    assert Randomisation(2, 10, seed=1).compare([(nothing, nothing)]) == [None]


def test_large_sets_are_drawn_in_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    system, baseline = (
        measured(RATIO, np.stack([rng.integers(0, 3, 40), np.full(40, 2)], axis=1)) for _ in range(2)
    )
    whole = Bootstrap(40, 100, seed=9).scores(system)
    p_value = Randomisation(40, 100, seed=9).compare([(system, baseline)])
    monkeypatch.setattr("pipeline.evaluation.significance._DRAWN_AT_ONCE", 240)
    assert np.array_equal(Bootstrap(40, 100, seed=9).scores(system), whole)
    assert Randomisation(40, 100, seed=9).compare([(system, baseline)]) == p_value
