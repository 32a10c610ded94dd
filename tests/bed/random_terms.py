"""Random terms: the control for what a glossary is worth (WMT 2023 terminology task).

Terms of any kind that leak from the reference raise scores; only what proper terms add beyond that is theirs.
"""

import random
import re
from collections.abc import Sequence
from itertools import pairwise

from glossary import Glossary, SourceForm, Term, TermMatch
from pipeline.engines import Engine
from pipeline.engines.replay import TextPieces, force_texts
from pipeline.errors import InputError
from pipeline.prepare import prepare_with_offsets
from pipeline.records import Span, overlap
from tests.bed.articles import Article
from tests.bed.output import Translated

_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_TRIES = 50


class RandomGlossary(Glossary):
    """Finds in each segment the terms that were drawn for it."""

    def __init__(self, drawn: dict[str, tuple[TermMatch, ...]]) -> None:
        super().__init__({match.term.id: match.term for found in drawn.values() for match in found}.values())
        self._drawn = drawn

    def find_in_segments(self, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        return tuple(self._drawn.get(segment, ()) for segment in segments)


def draw_glossary(
    engine: Engine,
    articles: Sequence[Article],
    plain: Sequence[Translated],
    matches: Sequence[Sequence[Sequence[TermMatch]]],
    seed: int,
) -> RandomGlossary:
    """Draw for each segment as many phrases of the reference as it has proper terms, each as long as one.

    The model's attention over the reference says which Arabic words a phrase stands for.
    """
    rng = random.Random(seed)
    drawn: dict[str, tuple[TermMatch, ...]] = {}
    for article, document, found in zip(articles, plain, matches, strict=True):
        starts = [0]
        for line in article.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        words = {
            number: _aligned(engine, article.text[a : b - 1], article.references[number])
            for number, (a, b) in enumerate(pairwise(starts))
            if article.references[number]
        }
        for sentence, terms in zip(document.sentences, found, strict=True):
            row = article.line_at(sentence.span[0])
            offset = sentence.span[0] - starts[row]
            lengths = [min(3, len(_WORD.findall(match.term.target))) for match in terms]
            drawn[sentence.source] = _draw(
                sentence.source, offset, article.references[row], words[row], lengths, rng
            )
    return RandomGlossary(drawn)


def _aligned(engine: Engine, source: str, reference: str) -> list[tuple[Span, Span]]:
    """Pair each word of the reference with the source word under its heaviest attention."""
    prepared = prepare_with_offsets(source)
    encoded = engine.tokenizer.encode(prepared.text)
    try:
        (hypothesis,) = force_texts(engine, [encoded.pieces], [reference])
    except InputError:  # a line too long for the model
        return []
    spans = TextPieces(engine.tokenizer).decode_with_spans(hypothesis.pieces).spans
    tokens = [match.span() for match in _WORD.finditer(source)]
    pairs = []
    for word in (match.span() for match in _WORD.finditer(reference)):
        mass = hypothesis.alignment[[overlap(word, span) for span in spans]].sum(axis=0)
        if not mass.any():
            continue
        place = prepared.original_span(*encoded.spans[int(mass.argmax())])
        pairs += [(word, token) for token in tokens if overlap(token, place)][:1]
    return pairs


def _draw(
    source: str,
    offset: int,
    reference: str,
    words: Sequence[tuple[Span, Span]],
    lengths: Sequence[int],
    rng: random.Random,
) -> tuple[TermMatch, ...]:
    within = [pair for pair in words if offset <= pair[1][0] and pair[1][1] <= offset + len(source)]
    taken: list[TermMatch] = []
    for length in lengths:
        for _ in range(_TRIES if len(within) >= length else 0):
            first = rng.randrange(len(within) - length + 1)
            chosen = within[first : first + length]
            phrase = reference[chosen[0][0][0] : chosen[-1][0][1]]
            start = min(token[0] for _, token in chosen) - offset
            end = max(token[1] for _, token in chosen) - offset
            form = source[start:end]
            if (
                len(_WORD.findall(phrase)) == length
                and not re.search(r"[,.;:!?()\"“”]\s", phrase)
                and len(form.split()) <= length + 2
                and not any(overlap((start, end), (each.start, each.end)) for each in taken)
            ):
                term = Term(f"random-{phrase}-{form}", "concept", "random", (SourceForm(form),), phrase)
                taken.append(TermMatch(term, start, end, form))
                break
    return tuple(sorted(taken, key=lambda match: match.start))
