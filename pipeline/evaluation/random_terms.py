"""Random terms: as many as there are proper ones in each sentence, drawn from the reference.

For each source the model's own attention over the reference (forced as a prefix) says which words of the
source each word of the reference stands for. For every proper term of a sentence a run of as many words of
the reference as the term's English has, three at most, is drawn with a fixed seed; the words of the source it
aligns to become its Arabic form. They are found in that sentence only.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from glossary import Glossary
from glossary.term import SourceForm, Term, TermMatch
from pipeline.evaluation.evaluation_set import EvaluationSet
from pipeline.prepare import prepare_with_offsets
from pipeline.records import Span, overlap
from pipeline.segment import segment_document

if TYPE_CHECKING:
    from pipeline.translator import Translator

_MAX_WORDS: Final = 3
_MORE_WORDS: Final = 2
_TRIES: Final = 50
_WORD: Final = re.compile(r"\w+(?:['’.-]\w+)*")
_TOKEN: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """A source and its reference, with the source words that each word of the reference aligns to.

    Attributes:
        words: spans of the n words of the reference.
        aligned: for each of them the span of a word of the source, None if it is not known.
    """

    source: str
    reference: str
    words: tuple[Span, ...]
    aligned: tuple[Span | None, ...]


class RandomGlossary(Glossary):
    """Finds in each sentence the terms that were drawn for it."""

    def __init__(self, drawn: dict[str, tuple[TermMatch, ...]]) -> None:
        """Keep what was drawn; `drawn` maps the text of a sentence to its terms."""
        terms = {match.term.id: match.term for matches in drawn.values() for match in matches}
        super().__init__(terms.values())
        self._drawn = drawn

    def find_in_segments(self, segments: Sequence[str]) -> tuple[tuple[TermMatch, ...], ...]:
        """Return the terms drawn for each of these sentences, none for one that is not known."""
        return tuple(self._drawn.get(segment, ()) for segment in segments)


def random_glossary(proper: "Translator", segments: EvaluationSet, seed: int) -> RandomGlossary:
    """Draw random terms for every sentence of a set, in number like the proper ones.

    Fewer are drawn where a sentence leaves no room for more.

    Args:
        proper: the translator with the proper glossary; its engine aligns.
        segments: with sources; the first reference is drawn from.
        seed: with the number of the segment it decides what is drawn.
    """
    sources = segments.sources or ()
    references = [reference or "" for reference in segments.references[0]]
    pairs = align_pairs(proper, sources, references)
    drawn: dict[str, tuple[TermMatch, ...]] = {}
    for document, numbers in segments.document_segments().items():
        parts = [
            (number, part.source)
            for number in numbers
            for part in segment_document(
                document, sources[number], max_source_words=proper.config.max_source_words
            ).segments
        ]
        found = proper.glossary.find_in_segments([part for _, part in parts])
        for place, ((number, part), matches) in enumerate(zip(parts, found, strict=True)):
            rng = random.Random(f"{seed}/{number}/{place}")  # noqa: S311
            lengths = [len(_WORD.findall(match.term.target)) for match in matches]
            drawn.setdefault(part, draw_terms(part, pairs[number], lengths, rng))
    return RandomGlossary(drawn)


def align_pairs(
    translator: "Translator", sources: Sequence[str], references: Sequence[str]
) -> list[AlignedPair]:
    """Align n sources with their references by the model's attention; what is too long stays unaligned."""
    engine, tokenizer = translator.engine, translator.engine.tokenizer
    prepared = [prepare_with_offsets(source) for source in sources]
    encoded = [tokenizer.encode(each.text) for each in prepared]
    targets = [tokenizer.encode_target(reference) for reference in references]
    fits = [
        len(source.pieces) <= engine.max_source_pieces and len(target) <= engine.max_source_pieces
        for source, target in zip(encoded, targets, strict=True)
    ]
    results = iter(
        engine.translate(
            [source.pieces for source, good in zip(encoded, fits, strict=True) if good],
            beam_size=1,
            prefixes=[target for target, good in zip(targets, fits, strict=True) if good],
        )
    )
    pairs = []
    for number, good in enumerate(fits):
        source, reference = sources[number], references[number]
        pieces = targets[number]
        decoded = tokenizer.decode_with_spans(pieces) if good else None
        rows = next(results)[0].alignment[: len(pieces)] if good else np.zeros((0, 0), dtype=np.float32)
        if decoded is None or decoded.text != reference or not rows.size:
            pairs.append(AlignedPair(source, reference, (), ()))
            continue
        words = tuple(match.span() for match in _WORD.finditer(reference))
        tokens = [match.span() for match in _TOKEN.finditer(source)]
        places = [prepared[number].original_span(*span) for span in encoded[number].spans]
        aligned = []
        for word in words:
            mass = rows[[overlap(word, span) for span in decoded.spans]].sum(axis=0)
            place = places[int(mass.argmax())] if mass.any() else (0, 0)
            aligned.append(next((token for token in tokens if overlap(token, place)), None))
        pairs.append(AlignedPair(source, reference, words, tuple(aligned)))
    return pairs


def draw_terms(
    sentence: str, pair: AlignedPair, lengths: Sequence[int], rng: random.Random
) -> tuple[TermMatch, ...]:
    """Draw a term of about each of k lengths, in words, for a sentence of the pair's source.

    Returns:
        at most k terms by increasing start, without overlap, offsets into `sentence`.
    """
    found: list[TermMatch] = []
    for length in lengths:
        for _ in range(_TRIES):
            match = _draw(sentence, pair, min(max(length, 1), _MAX_WORDS), rng)
            span = (match.start, match.end) if match else None
            if match and span and not any(overlap(span, (other.start, other.end)) for other in found):
                found.append(match)
                break
    return tuple(sorted(found, key=lambda match: match.start))


def _draw(sentence: str, pair: AlignedPair, length: int, rng: random.Random) -> TermMatch | None:
    """One attempt: a run of words of the reference and the stretch of the source it aligns to."""
    if len(pair.words) < length:
        return None
    first = rng.randrange(len(pair.words) - length + 1)
    target = pair.reference[pair.words[first][0] : pair.words[first + length - 1][1]]
    places = [span for span in pair.aligned[first : first + length] if span is not None]
    if len(places) < length or re.search(r"[.!?;:,()\"“”]\s", target):
        return None
    stretch = pair.source[min(span[0] for span in places) : max(span[1] for span in places)]
    word = re.search(r"\w.*\w|\w", stretch, re.DOTALL)
    if word is None or len(stretch.split()) > length + _MORE_WORDS or sentence.count(word[0]) != 1:
        return None
    start = sentence.index(word[0])
    term = Term(f"random:{target}", "concept", "random", (SourceForm(word[0]),), target)
    return TermMatch(term, start, start + len(word[0]), word[0])
