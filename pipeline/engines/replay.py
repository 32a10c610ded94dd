"""An engine that answers what some other system wrote: recorded translations under a model's eyes.

So enforcement, naming and findings run on the output of any system. The texts are the recorded ones to the
letter; pieces, scores and alignments are what a real model makes of them when it is forced to write them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glossary import Glossary
from pipeline.appositions import joined_appositions
from pipeline.engines import Engine
from pipeline.engines.batching import check_request
from pipeline.errors import InputError
from pipeline.glosses import without_glosses
from pipeline.prepare import prepare_with_offsets
from pipeline.records import Hypothesis
from pipeline.tokenizer import UNKNOWN, DecodedTarget, MarianPieces


class TextPieces(MarianPieces):
    """A tokenizer whose target pieces are stretches of the text itself: put together they are the text.

    The cuts are those of the model's own tokenizer; white space in front of a word belongs to it. So a text
    comes back to the letter, even where the model has no pieces for it. The source side is the model's.
    """

    def __init__(self, tokenizer: MarianPieces) -> None:
        """Share what a tokenizer has loaded."""
        vars(self).update(vars(tokenizer))

    def encode_target(self, text: str) -> tuple[str, ...]:
        """Cut English text; `<unk>` is never among the pieces."""
        return tuple(text[start:end] for start, end in self._cut(text)[1])

    def decode_with_spans(self, pieces: Sequence[str]) -> DecodedTarget:
        """Put pieces together; unlike the model's own, spaces at either end stay."""
        ends = np.cumsum([0, *map(len, pieces)]).tolist()
        return DecodedTarget("".join(pieces), tuple(pairwise(ends)))

    def model_pieces(self, text: str) -> tuple[str, ...]:
        """Return the model's pieces for a text, one for each stretch of `encode_target`."""
        return self._known(self._cut(text)[0])

    def _cut(self, text: str) -> tuple[list[str], list[tuple[int, int]]]:
        """Return the n pieces that SentencePiece makes of a text, and n spans that tile the text."""
        cut = self._target.encode(text, return_type="offset_mapping")
        if not cut["pieces"]:  # nothing but what SentencePiece drops, as a zero-width space
            return ([UNKNOWN], [(0, len(text))]) if text else ([], [])
        starts = [0, *(start for start, _ in cut["offsets"][1:])]
        return cut["pieces"], list(zip(starts, [*starts[1:], len(text)], strict=True))


class ReplayEngine:
    """Recorded translations as an `Engine`. See there for the interface, and here for what differs.

    Without a prefix it answers the records of a source in the order given, best first: that is the order of
    preference, and a score may be below the next one's. Scores are what the model thinks of a text that it
    would perhaps never write, so margins and bounds that were set for its own output mean less. Where fewer
    translations are recorded than are asked for, fewer come back; beams play no part.

    With a prefix (redecoding) it has no answer, an empty list: the system that wrote the records is not there
    to go on behind other words, and what the model wrote instead would be no output of that system.
    Enforcement then goes on to its next step.

    Pieces of the target are those of `TextPieces`, here and in `score`.
    """

    def __init__(
        self, engine: Engine, recorded: Mapping[str, Sequence[str]], glossary: Glossary | None = None
    ) -> None:
        """Lay records over a model.

        Args:
            engine: gives pieces, scores and alignments.
            recorded: for each source segment, as it stands in the article, one or more translations, the
                preferred one first: n-best of a system, or the output of several.
            glossary: the one that is enforced. A term that a segment says twice in a row is left out once of
                what the model reads; without the glossary such a segment counts as not recorded.

        Raises:
            ValueError: a source has no translation, or two that the model reads alike have different ones.
        """
        self._engine: Final = engine
        self.tokenizer: Final = TextPieces(engine.tokenizer)
        self._recorded: dict[tuple[str, ...], tuple[str, ...]] = {}
        for source, readings in zip(recorded, self._readings(tuple(recorded), glossary), strict=True):
            targets = tuple(recorded[source])
            if not targets:
                raise ValueError(f"no translation is recorded of {source!r}; leave it out")
            for pieces in readings:
                if self._recorded.setdefault(pieces, targets) != targets:
                    raise ValueError(f"the model reads {source!r} like another source that has other records")
        self._digest = sha256(repr(sorted(self._recorded.items())).encode()).hexdigest()[:8]

    @property
    def name(self) -> str:
        """`replay` with a hash of the records."""
        return f"replay-{self._digest}"

    @property
    def precision(self) -> str:
        """That of the model."""
        return self._engine.precision

    @property
    def device(self) -> str:
        """That of the model."""
        return self._engine.device

    @property
    def max_source_pieces(self) -> int:
        """That of the model."""
        return self._engine.max_source_pieces

    def translate(
        self,
        sources: Sequence[Sequence[str]],
        *,
        beam_size: int,
        num_hypotheses: int = 1,
        prefixes: Sequence[Sequence[str]] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer n segments from the records, at most `num_hypotheses` each; none where a prefix is forced.

        Raises:
            InputError: nothing is recorded of a source, or it is too long for the model.
            ValueError: more hypotheses than beams, or another number of prefixes than sources.
        """
        prefixes = check_request(
            sources,
            prefixes,
            beam_size=beam_size,
            num_hypotheses=num_hypotheses,
            positions=self.max_source_pieces + 1,
        )
        answers = [
            [] if prefix else self._records(source)[:num_hypotheses]
            for source, prefix in zip(sources, prefixes, strict=True)
        ]
        rows = [(row, text) for row, texts in enumerate(answers) for text in texts]
        found = force_texts(self._engine, [sources[row] for row, _ in rows], [text for _, text in rows])
        results: list[list[Hypothesis]] = [[] for _ in sources]
        for (row, _), hypothesis in zip(rows, found, strict=True):
            results[row].append(hypothesis)
        return results

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[NDArray[np.float32]]:
        """Score n given translations, each cut as `tokenizer.encode_target` cuts it. See `Engine.score`."""
        return self._engine.score(
            sources, [self.tokenizer.model_pieces("".join(target)) for target in targets]
        )

    def _readings(self, sources: Sequence[str], glossary: Glossary | None) -> Iterator[set[tuple[str, ...]]]:
        """Yield for each source its pieces, in every way in which `Translator` may have the model read it."""
        # Which terms are found depends on the document: all sources together, or each by itself.
        together = ((),) * len(sources) if glossary is None else glossary.find_in_segments(sources)
        for source, matches in zip(sources, together, strict=True):
            whole = prepare_with_offsets(source)
            readings = [whole, without_glosses(whole)[0]]
            for found in (matches, () if glossary is None else glossary.find(source)):
                spans = joined_appositions(source, found)[1]
                readings += [each.without([each.prepared_span(*span) for span in spans]) for each in readings]
            yield {self.tokenizer.encode(reading.text).pieces for reading in readings}

    def _records(self, source: Sequence[str]) -> tuple[str, ...]:
        try:
            return self._recorded[tuple(source)] if source else ("",)
        except KeyError as err:
            text = "".join(source).replace("\u2581", " ").strip()
            raise InputError(
                f"no translation is recorded of {text!r}; record one, or translate only what is recorded"
            ) from err


def force_texts(engine: Engine, sources: Sequence[Sequence[str]], texts: Sequence[str]) -> list[Hypothesis]:
    """Say what a model thinks of n given translations, and which source pieces it sees behind their words.

    Args:
        engine: the model; not a `ReplayEngine`.
        sources: n sequences of source pieces.
        texts: n translations, whoever wrote them.

    Returns:
        n hypotheses with the pieces of `TextPieces`; an empty translation or source has alignment of no rows
        or columns and score 0. What of a translation lies beyond the model's positions has no part in the
        score, and rows of zeros.

    Raises:
        InputError: a source is too long for the model.
    """
    tokenizer = TextPieces(engine.tokenizer)
    forced = [tokenizer.model_pieces(text) for text in texts]
    results = [
        Hypothesis(tokenizer.encode_target(text), 0.0, np.zeros((len(target), len(source)), np.float32))
        for source, text, target in zip(sources, texts, forced, strict=True)
    ]
    rows = [row for row, source in enumerate(sources) if source and forced[row]]
    inputs = [sources[row] for row in rows]
    targets = [forced[row][: engine.max_source_pieces] for row in rows]
    answers = engine.translate(inputs, beam_size=1, prefixes=targets)
    scores = engine.score(inputs, targets)
    for row, answer, score in zip(rows, answers, scores, strict=True):
        seen = answer[0].alignment[: len(forced[row])]
        results[row].alignment[: len(seen)] = seen
        results[row] = replace(results[row], score=float(np.mean(score)))
    return results
