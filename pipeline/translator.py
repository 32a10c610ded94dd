"""The whole story: an Arabic article in, its English translation out.

segment -> find terms -> prepare -> decode, verify, repair -> name uniformly -> check -> put together
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from os import PathLike

from glossary import Glossary, TermMatch
from pipeline.appositions import joined_appositions
from pipeline.checks import check_document, check_segment
from pipeline.enforce import rescore, translate_and_enforce
from pipeline.engines import Engine, EngineName, load_engine
from pipeline.errors import InputError
from pipeline.forbidden import ForbiddenRenderings
from pipeline.glosses import Gloss, gloss_terms, without_glosses
from pipeline.latin import with_latin
from pipeline.models import ResolvedModel, resolve_model
from pipeline.naming import Named, name_uniformly
from pipeline.prepare import Prepared, prepare_with_offsets
from pipeline.read import check_arabic
from pipeline.records import Document, DocumentTranslation, Segment, SegmentTranslation, overlap
from pipeline.request import Enforced, Request
from pipeline.segment import segment_document
from pipeline.settings import TranslationConfig
from pipeline.tokenizer import EncodedSource

GlossarySource = Glossary | str | PathLike[str] | Sequence[str | PathLike[str]] | None


@dataclass(frozen=True, slots=True)
class _Input:
    """A segment as the model reads it."""

    segment: Segment
    prepared: Prepared
    glosses: tuple[Gloss, ...]
    encoded: EncodedSource


class Translator:
    """A model, a glossary and settings, ready to translate.

    Attributes:
        model: the checkpoint in use; `model.note` tells how to get a better one.
        signature: names everything that decides the output: version, model, engine, precision, beam,
            glossary, segmentation, enforcement. Stands in every report.
    """

    def __init__(
        self, engine: Engine, glossary: Glossary, model: ResolvedModel, config: TranslationConfig
    ) -> None:
        self.engine, self.glossary, self.model, self.config = engine, glossary, model, config
        self.signature = _signature(engine, glossary, model, config)
        terms = glossary.terms.values()
        self._forbidden = ForbiddenRenderings(terms) if config.forbid == "always" else None
        adjectives = frozenset(name for term in terms if term.kind == "adjective" for name in term.renderings)
        self._naming = config.naming.settings(adjectives)

    @classmethod
    def from_pretrained(
        cls,
        model: str | PathLike[str] | None = None,
        *,
        glossary: GlossarySource = None,
        engine: EngineName | None = None,
        device: str | None = None,
        config: TranslationConfig | None = None,
    ) -> "Translator":
        """Load a model and lay glossaries over the built-in one.

        What is not given here comes from `config`, or from the defaults. Nothing is downloaded.

        Args:
            model: `auto`, a preset (`compact`, `base`, `big`), a hub name in the local cache, or a folder.
            glossary: a `Glossary`, used as it is; or files (YAML, CSV, TSV) laid over the built-in one.
            engine: `auto`, `ctranslate2` or `transformers`.
            device: `auto`, `cpu`, `cuda`, `cuda:1` ...
            config: all other settings.

        Raises:
            ModelError: no such model here, or not a MarianMT checkpoint in safetensors.
            GlossaryError: a glossary cannot be read.
            ConfigError: engine, device or precision are unknown.
        """
        config = config or TranslationConfig()
        given = {"model": None if model is None else str(model), "engine": engine, "device": device}
        config = config.model_copy(update={key: value for key, value in given.items() if value is not None})
        terms = glossary if isinstance(glossary, Glossary) else _load_glossary(glossary, config)
        resolved = resolve_model(config.model)
        loaded = load_engine(
            config.engine,
            resolved.folder,
            device=config.device,
            precision=config.precision,
            threads=config.threads,
        )
        return cls(loaded, terms, resolved, config)

    def translate(self, text: str, *, name: str = "-") -> DocumentTranslation:
        """Translate one article; headings, paragraphs and blank lines stay where they are.

        Raises:
            InputError: the text is empty or not Arabic.
        """
        return self.translate_many([text], names=[name])[0]

    def translate_many(
        self, texts: Sequence[str], *, names: Sequence[str] | None = None
    ) -> list[DocumentTranslation]:
        """Translate n articles together; what is batched with what changes no translation.

        Args:
            texts: n articles.
            names: n names for reports and errors; without them `1`, `2` ...

        Raises:
            InputError: a text is empty or not Arabic.
            ValueError: another number of names than texts.
        """
        names = [str(number) for number in range(1, len(texts) + 1)] if names is None else names
        for text, name in zip(texts, names, strict=True):
            check_arabic(text, name)
        read = [self._read(name, text) for text, name in zip(texts, names, strict=True)]
        named = self._name(read, self._translate_distinct([request for _, rows in read for request in rows]))
        return [self._put_together(document, each) for (document, _), each in zip(read, named, strict=True)]

    def check(self, text: str, *, name: str = "-") -> None:
        """Raise InputError if an article cannot be translated: empty, not Arabic, or a word without end."""
        check_arabic(text, name)
        self._read(name, text)

    def _read(self, name: str, text: str) -> tuple[Document, list[Request]]:
        """Segment a document and find its terms."""
        document = segment_document(name, text, max_source_words=self.config.max_source_words)
        inputs = [part for segment in document.segments for part in self._that_fit(segment, name)]
        document = replace(document, segments=tuple(part.segment for part in inputs))
        found = self.glossary.find_in_segments([segment.source for segment in document.segments])
        together = [self._without_appositions(*pair) for pair in zip(inputs, found, strict=True)]
        inputs, found = [part for part, _ in together], tuple(matches for _, matches in together)
        if self.config.keep_latin:
            named = Glossary(gloss_terms(gloss for part in inputs for gloss in part.glosses))
            spelled = named.find_in_segments([part.segment.source for part in inputs])
            found = tuple(
                _with_latin(part, _joined(matches, names))
                for part, matches, names in zip(inputs, found, spelled, strict=True)
            )
        return document, [_request(part, matches) for part, matches in zip(inputs, found, strict=True)]

    def _that_fit(self, segment: Segment, name: str) -> list[_Input]:
        """Prepare and encode a segment; split it if it has more pieces than the model can read."""
        inputs = [self._input(segment)]
        max_words = self.config.max_source_words
        while (longest := max(len(part.encoded.pieces) for part in inputs)) > self.engine.max_source_pieces:
            max_words //= 2
            if not max_words:
                raise InputError(
                    f"{name}: at character {segment.start}: {longest} pieces without a space, and the model "
                    f"reads {self.engine.max_source_pieces}; put spaces in"
                )
            within = segment_document(name, segment.source, max_source_words=max_words)
            inputs = [
                self._input(
                    replace(
                        segment,
                        source=part.source,
                        start=segment.start + part.start,
                        end=segment.start + part.end,
                    )
                )
                for part in within.segments
            ]
        return inputs

    def _input(self, segment: Segment) -> _Input:
        prepared = prepare_with_offsets(segment.source)
        glosses: tuple[Gloss, ...] = ()
        if self.config.keep_latin:
            prepared, glosses = without_glosses(prepared)
        return _Input(segment, prepared, glosses, self.engine.tokenizer.encode(prepared.text))

    def _without_appositions(
        self, part: _Input, matches: tuple[TermMatch, ...]
    ) -> tuple[_Input, tuple[TermMatch, ...]]:
        """Let the model read a term once that the source says twice in a row."""
        joined, spans = joined_appositions(part.segment.source, matches)
        if not spans:
            return part, matches
        prepared = part.prepared.without([part.prepared.prepared_span(*span) for span in spans])
        return replace(part, prepared=prepared, encoded=self.engine.tokenizer.encode(prepared.text)), joined

    def _translate_distinct(self, requests: Sequence[Request]) -> list[Enforced]:
        """Translate each distinct request once."""
        distinct = list(dict.fromkeys(requests))
        translated = translate_and_enforce(
            self.engine, distinct, self.config.enforcement.settings(), beam_size=self.config.beam
        )
        found = dict(zip(distinct, translated, strict=True))
        return [found[request] for request in requests]

    def _name(
        self, read: Sequence[tuple[Document, Sequence[Request]]], enforced: Sequence[Enforced]
    ) -> list[Named]:
        """Make the names of documents uniform, and score what was changed."""
        translated = iter(enforced)
        documents = [
            [
                (request, next(translated), segment.kind)
                for request, segment in zip(requests, document.segments, strict=True)
            ]
            for document, requests in read
        ]
        if self._forbidden is not None:
            documents = [
                [
                    (request, self._forbidden.repair(request, result), kind)
                    for request, result, kind in document
                ]
                for document in documents
            ]
        named = name_uniformly(documents, self._naming)
        rows = [request for _, requests in read for request in requests]
        scored = iter(rescore(self.engine, rows, [result for each in named for result in each.segments]))
        return [replace(each, segments=tuple(next(scored) for _ in each.segments)) for each in named]

    def _put_together(self, document: Document, named: Named) -> DocumentTranslation:
        levels = self.config.checks
        segments = [
            SegmentTranslation(
                segment,
                result.draft.text,
                result.score,
                result.draft.spans,
                result.draft.rows,
                result.outcomes,
                changes=result.changes,
            )
            for segment, result in zip(document.segments, named.segments, strict=True)
        ]
        across = check_document(segments, levels=levels)
        checked = tuple(
            replace(segment, findings=(*check_segment(segment, levels=levels), *findings))
            for segment, findings in zip(segments, across, strict=True)
        )
        return DocumentTranslation(document, checked, self.signature, named.candidates)


def _load_glossary(
    source: str | PathLike[str] | Sequence[str | PathLike[str]] | None, config: TranslationConfig
) -> Glossary:
    if source is None:
        source = config.glossary
    paths = [source] if isinstance(source, str | PathLike) else list(source)
    return Glossary.load(*paths, builtin=config.builtin_glossary)


def _joined(matches: Sequence[TermMatch], names: Sequence[TermMatch]) -> tuple[TermMatch, ...]:
    """Add the names that the article spells out to the terms of the glossary, which go first."""
    free = [
        name
        for name in names
        if not any(overlap((name.start, name.end), (match.start, match.end)) for match in matches)
    ]
    return tuple(sorted((*matches, *free), key=lambda match: match.start))


def _with_latin(part: _Input, matches: Sequence[TermMatch]) -> tuple[TermMatch, ...]:
    """Add the Latin words that the model reads; a spelling in brackets is none of them."""
    return tuple(
        match
        for match in with_latin(part.segment.source, matches)
        if len(set(part.prepared.prepared_span(match.start, match.end))) > 1 or match in matches
    )


def _request(part: _Input, matches: Sequence[TermMatch]) -> Request:
    spans = [part.prepared.prepared_span(match.start - len(match.proclitics), match.end) for match in matches]
    request = Request(part.prepared.text, part.encoded.pieces, tuple(matches), (), part.encoded.spans)
    return replace(request, windows=tuple(map(request.window, spans)))


def _signature(engine: Engine, glossary: Glossary, model: ResolvedModel, config: TranslationConfig) -> str:
    steps = config.enforcement.settings()
    settings = repr((sorted(steps.steps), replace(steps, steps=frozenset()), sorted(config.checks.items())))
    return "|".join(
        (
            f"dragoman:{version('dragoman')}",
            f"model:{model.name}",
            f"revision:{model.revision[:12] or model.fingerprint[:12]}",
            f"engine:{_engine_version(engine)}",
            f"device:{engine.device.partition(':')[0]}",
            f"precision:{engine.precision}",
            f"beam:{config.beam}",
            f"glossary:{glossary.fingerprint[:12]}",
            f"max_words:{config.max_source_words}",
            f"latin:{'kept' if config.keep_latin else 'free'}",
            f"enforce:{'+'.join(sorted(steps.steps)) or 'none'}",
            f"forbid:{config.forbid}",
            f"naming:{config.naming.style}",
            f"scope:{config.naming.scope}",
            f"names:{'all' if config.naming.unlisted else 'listed'}",
            f"settings:{sha256(settings.encode()).hexdigest()[:8]}",
        )
    )


def _engine_version(engine: Engine) -> str:
    try:
        return f"{engine.name}-{version(engine.name)}"
    except PackageNotFoundError:  # an engine of our own: its name says what it is
        return engine.name
