"""BLEU and chrF++ of whole lines against the reference, by sacreBLEU, with paired bootstrap against plain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest, Result


@dataclass(frozen=True, slots=True)
class Quality:
    """Scores from 0 to 100; p-values against the first system, None for itself."""

    bleu: float
    chrf: float
    bleu_p: float | None
    chrf_p: float | None


def score(
    systems: Mapping[str, Sequence[str]], references: Sequence[str], *, resamples: int = 1000
) -> tuple[dict[str, Quality], dict[str, str]]:
    """Score systems of n lines each; the first is the baseline.

    Returns:
        for each system its scores, and for each metric its signature.
    """
    if len(systems) == 1:  # the test wants a second one
        only = next(iter(systems))
        found, signatures = score({only: systems[only], "again": systems[only]}, references, resamples=1)
        return {only: found[only]}, signatures
    named = list(systems.items())
    metrics = {
        "BLEU": BLEU(references=[list(references)]),
        "chrF": CHRF(word_order=2, references=[list(references)]),
    }
    test = PairedTest(named, metrics, None, test_type="bs", n_samples=resamples)
    used, scores = test()
    bleu, chrf = ([each for each in scores[name] if isinstance(each, Result)] for name in ("BLEU", "chrF2++"))
    found = {
        name: Quality(first.score, second.score, first.p_value, second.p_value)
        for name, first, second in zip(systems, bleu, chrf, strict=True)
    }
    return found, {name: str(signature) for name, signature in used.items()}
