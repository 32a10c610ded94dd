"""Translating the source ourselves, with no terms, the glossary's, or random ones.

Random terms are the control of the WMT 2023 terminology task: words of the reference leak what it says, so
terms of any kind raise scores, and only what the proper ones add beyond random ones is the glossary's merit.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from glossary import Glossary
from pipeline.evaluation.config import EvaluationConfig
from pipeline.evaluation.evaluation_set import EvaluationSet, Output, rendered
from pipeline.evaluation.reading import Side
from pipeline.evaluation.records import GlossaryMode
from pipeline.records import DocumentTranslation
from pipeline.settings import TranslationConfig

if TYPE_CHECKING:
    from pipeline.translator import Translator

logger = logging.getLogger(__name__)


def translate_set(segments: EvaluationSet, config: EvaluationConfig, glossary: Glossary) -> Iterator[Output]:
    """Translate the sources once for each of the glossary modes; yield each output as it is done.

    The modes differ in the glossary alone: names in Latin script are kept in all of them.

    Raises:
        ModelError, ConfigError: the model cannot be loaded.
        ValueError: no source, or no model is named.
    """
    from pipeline.translator import Translator

    if segments.sources is None or config.model is None:
        raise ValueError("a source and a model are needed")
    settings = TranslationConfig.model_validate(
        {key: getattr(config, key) for key in ("model", "engine", "device", "precision", "threads", "beam")}
    )
    proper = Translator.from_pretrained(glossary=glossary, config=settings)
    logger.info("%s", proper.model.note or f"model: {proper.model.name}")
    for mode in config.glossary_modes:
        logger.info("translating %d segments with %s, terms: %s", len(segments), proper.model.name, mode)
        used = _glossary(mode, proper, segments, config.seed)
        translator = Translator(proper.engine, used, proper.model, settings)
        name = proper.model.name if len(config.glossary_modes) == 1 else f"{proper.model.name}/{mode}"
        yield _translated(name, mode, translator, segments)


def _glossary(mode: GlossaryMode, proper: "Translator", segments: EvaluationSet, seed: int) -> Glossary:
    if mode == "proper":
        return proper.glossary
    if mode == "none":
        return Glossary.empty()
    from pipeline.evaluation.random_terms import random_glossary

    return random_glossary(proper, segments, seed)


def _translated(name: str, mode: GlossaryMode, translator: "Translator", segments: EvaluationSet) -> Output:
    sources = segments.sources or ()
    documents = segments.document_segments()
    texts = {
        document: document_text([sources[number] for number in numbers])
        for document, numbers in documents.items()
    }
    done = translator.translate_many(list(texts.values()), names=list(texts))
    hypotheses = [""] * len(segments)
    for numbers, translation in zip(documents.values(), done, strict=True):
        for number, line in zip(numbers, _lines(translation, [sources[n] for n in numbers]), strict=True):
            hypotheses[number] = line
    outcomes: Counter[str] = Counter(
        outcome.outcome for each in done for segment in each.segments for outcome in segment.terms
    )
    side = Side(
        name,
        tuple(hypotheses),
        tuple(range(1, len(hypotheses) + 1)),
        signature=f"{translator.signature}|terms:{mode}",
        outcomes=dict(outcomes),
    )
    return Output(name, side, mode)


def document_text(sources: Sequence[str]) -> str:
    """Put the sources of a document together so that each is a block of its own."""
    return "\n\n".join(sources)


def _lines(translation: DocumentTranslation, sources: Sequence[str]) -> Iterator[str]:
    """The translation of each source; what is no segment (a marker, a line of dashes) stays as it is."""
    start = 0
    for source in sources:
        end = start + len(source)
        yield rendered(
            source,
            [
                (part.segment.start - start, part.segment.end - start, part.target)
                for part in translation.segments
                if start <= part.segment.start < end
            ],
        )
        start = end + len("\n\n")
