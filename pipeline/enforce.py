"""Enforcement: decode freely, verify, repair only what is wrong, and say what was done.

    decode n-best -> verify -> rerank -> rename -> redecode -> replace -> or report missing

A segment in which every term is right is left exactly as it was decoded. Redecoding goes in one batch for all
segments that need it. `repair` has the steps, `guard` what none of them may lose.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.engines import Engine
from pipeline.records import Hypothesis
from pipeline.repair import Prompt, Repair
from pipeline.request import Enforced, EnforcementSettings, Request


def translate_and_enforce(
    engine: Engine, requests: Sequence[Request], settings: EnforcementSettings, *, beam_size: int
) -> list[Enforced]:
    """Translate n segments and enforce their terms.

    Returns:
        n results in the order of the requests; each match of a request has one outcome.
    """
    wanted = beam_size if "rerank" in settings.steps else 1
    decoded = engine.translate(
        [request.pieces for request in requests], beam_size=beam_size, num_hypotheses=wanted
    )
    repairs = [
        Repair(request, hypotheses, engine.tokenizer, settings)
        for request, hypotheses in zip(requests, decoded, strict=True)
    ]
    if "rerank" in settings.steps:
        for repair in repairs:
            repair.rerank()
    for _ in range(settings.rounds):
        asked = [(repair, prompt) for repair in repairs if (prompt := repair.advance(engine)) is not None]
        if not asked:
            break
        for (repair, prompt), hypotheses in zip(
            asked, _continued(engine, asked, beam_size=beam_size), strict=True
        ):
            repair.take_redecoded(prompt, hypotheses)
    for repair in repairs:
        repair.advance(engine, redecode=False)
    return [repair.enforced() for repair in repairs]


def _continued(
    engine: Engine, asked: Sequence[tuple[Repair, Prompt]], *, beam_size: int
) -> list[list[Hypothesis]]:
    """Decode all prefixes of all prompts in one batch; one hypothesis for each, best first by prompt."""
    rows = [
        (repair, number, prefix)
        for number, (repair, prompt) in enumerate(asked)
        for prefix in prompt.prefixes
    ]
    decoded = engine.translate(
        [repair.request.pieces for repair, _, _ in rows],
        beam_size=beam_size,
        prefixes=[prefix for _, _, prefix in rows],
    )
    hypotheses: list[list[Hypothesis]] = [[] for _ in asked]
    for (_, number, _), found in zip(rows, decoded, strict=True):
        hypotheses[number] += found
    return [sorted(each, key=lambda hypothesis: -hypothesis.score) for each in hypotheses]


def rescore(engine: Engine, requests: Sequence[Request], enforced: Sequence[Enforced]) -> list[Enforced]:
    """Score the translations whose words were edited; one too long for the model to read keeps its score.

    Args:
        engine: the model.
        requests: n segments.
        enforced: their translations.

    Returns:
        the n translations; each repair in them knows the score of the text as it stands.
    """
    edited = []
    for number, (request, result) in enumerate(zip(requests, enforced, strict=True)):
        pieces = engine.tokenizer.encode_target(result.draft.text) if result.draft.edited else ()
        if pieces and len(pieces) < engine.max_source_pieces:
            edited.append((number, request.pieces, pieces))
    scores = engine.score([source for _, source, _ in edited], [target for _, _, target in edited])
    after = {number: float(np.mean(score)) for (number, _, _), score in zip(edited, scores, strict=True)}
    return [_with_score(result, after.get(number, result.score)) for number, result in enumerate(enforced)]


def _with_score(result: Enforced, score: float) -> Enforced:
    outcomes = tuple(
        outcome if outcome.score_before is None else replace(outcome, score_after=score)
        for outcome in result.outcomes
    )
    return replace(result, score=score, outcomes=outcomes)
