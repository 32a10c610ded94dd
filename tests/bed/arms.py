"""The arms of the comparison: the same articles through the same model, with other enforcement."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from glossary import Glossary, TermMatch
from pipeline import Translator
from pipeline.records import DocumentTranslation
from pipeline.request import STEPS
from pipeline.settings import TranslationConfig
from tests.bed.articles import Article
from tests.bed.baselines import placeholders, search_and_replace
from tests.bed.output import Output, Translated, translated
from tests.bed.random_terms import draw_glossary

Matches = tuple[tuple[tuple[TermMatch, ...], ...], ...]
PLAIN, LADDER, NO_STEPS = "plain", "ladder", "no steps"
_CHANGES: Mapping[str, dict[str, Any]] = {
    NO_STEPS: {"enforcement": {"steps": []}},
    LADDER: {},
    **{f"ladder, no {step}": {"enforcement": {"steps": [s for s in STEPS if s != step]}} for step in STEPS},
    "ladder, listed names only": {"naming": {"unlisted": False}},
    "ladder, long-first": {"naming": {"style": "long-first"}},
    "ladder, short": {"naming": {"style": "short"}},
}
BASELINES = ("search and replace", "placeholders")
NO_GLOSSARY, RANDOM = "ladder, no glossary", "ladder, random terms"
ARMS = (PLAIN, *BASELINES, *_CHANGES, NO_GLOSSARY, RANDOM)


class Bed:
    """A model, a glossary and articles, to be translated in many ways.

    Attributes:
        matches: for each article and segment the glossary's terms, as enforcement sees them.
        plain: plain decoding: no glossary, no repair, no naming.
    """

    def __init__(self, articles: Sequence[Article], *, seed: int = 1, **settings: Any) -> None:
        self.articles, self.seed = tuple(articles), seed
        self._settings = {"model": "compact", "device": "cpu", "threads": 1, **settings}
        self._base = Translator.from_pretrained(config=self._config({}))
        self.engine, self.glossary = self._base.engine, self._base.glossary
        bare = {"enforcement": {"steps": []}, "naming": {"unlisted": False}}
        verified = self._translate(self._translator(self.glossary, bare))
        self.matches: Matches = tuple(
            tuple(tuple(each.match for each in segment.terms) for segment in document.segments)
            for document in verified
        )
        self.plain = self._run(PLAIN, self._translator(Glossary.empty(), bare))

    def run(self, arm: str) -> Output:
        """Translate all articles as an arm does.

        Raises:
            KeyError: there is no such arm.
        """
        if arm == PLAIN:
            return self.plain
        if arm in BASELINES:
            return self._timed(arm, self._replaced if arm == BASELINES[0] else self._hidden)
        if arm == NO_GLOSSARY:
            return self._run(arm, self._translator(Glossary.empty(), {}))
        if arm == RANDOM:
            drawn = draw_glossary(self.engine, self.articles, self.plain.articles, self.matches, self.seed)
            return self._run(arm, self._translator(drawn, {}))
        return self._run(arm, self._translator(self.glossary, _CHANGES[arm]))

    def time_ratio(self, repeats: int) -> float:
        """CPU time of the ladder over that of plain decoding with matching: of each the least of n runs."""
        plain = self._translator(self.glossary, {"enforcement": {"steps": []}, "naming": {"unlisted": False}})
        ladder = self._translator(self.glossary, {})
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(repeats):
            for translator, found in zip((plain, ladder), seconds, strict=True):
                start = time.process_time()
                self._translate(translator)
                found.append(time.process_time() - start)
        return min(seconds[1]) / min(seconds[0])

    def _config(self, changes: dict[str, Any]) -> TranslationConfig:
        return TranslationConfig.model_validate({**self._settings, **changes})

    def _translator(self, glossary: Glossary, changes: dict[str, Any]) -> Translator:
        return Translator(self._base.engine, glossary, self._base.model, self._config(changes))

    def _translate(self, translator: Translator) -> list[DocumentTranslation]:
        return translator.translate_many(
            [article.text for article in self.articles], names=[article.name for article in self.articles]
        )

    def _run(self, arm: str, translator: Translator) -> Output:
        start = time.process_time()
        documents = self._translate(translator)
        seconds = time.process_time() - start
        outcomes: Counter[str] = Counter(
            each.outcome for document in documents for segment in document.segments for each in segment.terms
        )
        return Output(arm, tuple(map(translated, documents)), seconds, translator.signature, outcomes)

    def _timed(self, arm: str, translate: Callable[[], tuple[Translated, ...]]) -> Output:
        start = time.process_time()
        articles = translate()
        seconds = time.process_time() - start
        if arm == BASELINES[0]:
            seconds += self.plain.seconds
        return Output(arm, articles, seconds, self.plain.signature)

    def _replaced(self) -> tuple[Translated, ...]:
        return tuple(
            article.with_sentences(
                [search_and_replace(*pair) for pair in zip(article.sentences, found, strict=True)]
            )
            for article, found in zip(self.plain.articles, self.matches, strict=True)
        )

    def _hidden(self) -> tuple[Translated, ...]:
        sentences = [each for article in self.plain.articles for each in article.sentences]
        found = [each for article in self.matches for each in article]
        done = iter(placeholders(self.engine, sentences, found, beam=self._base.config.beam))
        return tuple(
            replace(article, sentences=tuple(next(done) for _ in article.sentences))
            for article in self.plain.articles
        )
