"""BLEU, chrF, chrF++ and TER: statistics by sacreBLEU, once for each segment; aggregation on arrays.

The formulas below are sacreBLEU's, written for many sums at once; tests hold them against sacreBLEU itself.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.evaluation.statistics import Floats, Measured, Metric, divided, measured

_ORDERS = 4
_CHARACTER_ORDERS = 6
_BETA_SQUARED = 4
_SCALE = "0 to 100"

logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it warns on stderr of what is said in our notes


class OverlapMetrics:
    """The four metrics for one set of references, which are taken apart once for all systems."""

    def __init__(self, references: Sequence[Sequence[str | None]]) -> None:
        """Prepare the references.

        Args:
            references: r streams of n segments; None where a segment has no such reference.
        """
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
        from sacrebleu.metrics.ter import TER

        streams: Any = list(references)
        self._metrics = (
            ("BLEU", BLEU(references=streams), _bleu_metric),
            ("chrF", CHRF(references=streams), _chrf_metric),
            ("chrF++", CHRF(word_order=2, references=streams), _chrf_plus_plus_metric),
            ("TER", TER(references=streams), _ter_metric),
        )

    def measure(self, hypotheses: Sequence[str]) -> dict[str, Measured]:
        """Count what each metric needs in n hypotheses.

        Returns:
            by name, n rows each.
        """
        found = {}
        for name, metric, describe in self._metrics:
            rows = metric._extract_corpus_statistics(hypotheses, None)
            found[name] = measured(describe(str(metric.get_signature())), rows)
        return found


def _bleu_metric(signature: str) -> Metric:
    counts = (
        "hypothesis_words",
        "reference_words",
        *(f"matched_{order}" for order in range(1, _ORDERS + 1)),
        *(f"total_{order}" for order in range(1, _ORDERS + 1)),
    )
    return Metric("BLEU", _SCALE, "higher", signature, counts, bleu, of_segment=sentence_bleu)


def _chrf_metric(signature: str) -> Metric:
    return Metric("chrF", _SCALE, "higher", signature, _chrf_counts(0), chrf)


def _chrf_plus_plus_metric(signature: str) -> Metric:
    return Metric("chrF++", _SCALE, "higher", signature, _chrf_counts(2), chrf)


def _ter_metric(signature: str) -> Metric:
    scale = "0 is no edit, 100 as many edits as reference words, no upper end"
    return Metric("TER", scale, "lower", signature, ("edits", "reference_words"), ter)


def _chrf_counts(word_orders: int) -> tuple[str, ...]:
    orders = [f"characters_{order}" for order in range(1, _CHARACTER_ORDERS + 1)]
    orders += [f"words_{order}" for order in range(1, word_orders + 1)]
    return tuple(f"{side}_{order}" for order in orders for side in ("hypothesis", "reference", "matched"))


def bleu(sums: Floats) -> Floats:
    """BLEU of m sums of ten counts (Papineni et al. 2002), smoothed exponentially (`smooth:exp`)."""
    return _bleu(sums, effective_order=False)


def sentence_bleu(sums: Floats) -> Floats:
    """BLEU for single segments: orders of which the segment has no n-gram are left out (`eff:yes`)."""
    return _bleu(sums, effective_order=True)


def _bleu(sums: Floats, *, effective_order: bool) -> Floats:
    words, reference_words = sums[:, 0], sums[:, 1]
    matched, totals = sums[:, 2 : 2 + _ORDERS], sums[:, 2 + _ORDERS :]
    there = np.cumprod(totals > 0, axis=1, dtype=bool)  # behind the first order without n-gram none counts
    missed = there & (matched == 0)
    smoothed = 1.0 / 2.0 ** np.cumsum(missed, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        precisions = 100 * np.where(missed, smoothed, matched) / totals
        logarithms = np.where(there, np.log(precisions), 0.0)
        penalty = np.where(words < reference_words, np.exp(1 - reference_words / words), 1.0)
    complete = there.all(axis=1)
    orders = there.sum(axis=1) if effective_order else np.full(len(sums), _ORDERS)
    score = np.where(words > 0, penalty, 0.0) * np.exp(logarithms.sum(axis=1) / np.maximum(orders, 1))
    usable = matched.any(axis=1) & (complete | effective_order)
    result: Floats = np.where(usable, score, 0.0)
    return result


def chrf(sums: Floats) -> Floats:
    """The chrF of m sums of three counts an order (Popović 2015; sacreBLEU `eff:yes`)."""
    hypothesis, reference, matched = sums[:, 0::3], sums[:, 1::3], sums[:, 2::3]
    counted = (hypothesis > 0) & (reference > 0)
    orders = np.maximum(counted.sum(axis=1), 1)
    precision = np.divide(matched, hypothesis, out=np.zeros_like(matched), where=counted).sum(axis=1) / orders
    recall = np.divide(matched, reference, out=np.zeros_like(matched), where=counted).sum(axis=1) / orders
    score = divided((1 + _BETA_SQUARED) * precision * recall, _BETA_SQUARED * precision + recall)
    return 100 * np.nan_to_num(score)


def ter(sums: Floats) -> Floats:
    """Edits for 100 words of the reference (Snover et al. 2006) of m sums of two counts."""
    edits, words = sums[:, 0], sums[:, 1]
    return 100 * np.where(words > 0, edits / np.where(words > 0, words, 1), (edits > 0).astype(float))
