"""What others do: replace words blindly in the translation, or hide terms behind codes in the source."""

import re
from collections.abc import Sequence

from glossary.term import TermMatch
from pipeline.engines import Engine
from pipeline.prepare import prepare
from pipeline.verify import verify
from tests.bed.output import Forced, Sentence

Matches = Sequence[TermMatch]


def search_and_replace(sentence: Sentence, matches: Matches) -> Sentence:
    """Replace every forbidden rendering of a term that is missing, wherever it stands."""
    target = sentence.target
    forced = []
    for number in verify(target, matches).missing:
        term = matches[number].term
        for wrong in sorted(term.forbidden, key=len, reverse=True):
            pattern = re.compile(rf"(?<!\w){re.escape(wrong)}(?!\w)", re.IGNORECASE)
            changed = term.target.join(pattern.split(target))
            if changed != target:
                forced.append(Forced(_span(sentence, matches[number]), term.target, wrong, "replaced"))
                target = changed
    return Sentence(sentence.source, sentence.span, target, tuple(forced))


def placeholders(
    engine: Engine, sentences: Sequence[Sentence], matches: Sequence[Matches], *, beam: int
) -> list[Sentence]:
    """Translate sentences with a code in the place of each term, and put the names in afterwards.

    A sentence in which a code did not come through once, and once only, keeps its plain translation.
    """
    hidden = [_hide(sentence.source, found) for sentence, found in zip(sentences, matches, strict=True)]
    decoded = engine.translate(
        [engine.tokenizer.encode(prepare(text)).pieces for text in hidden], beam_size=beam
    )
    results = []
    for sentence, found, (hypothesis, *_) in zip(sentences, matches, decoded, strict=True):
        text = engine.tokenizer.decode(hypothesis.pieces)
        if not found or any(len(re.findall(rf"\b{code(n)}\b", text)) != 1 for n in range(len(found))):
            results.append(Sentence(sentence.source, sentence.span, sentence.target))
            continue
        for number, match in enumerate(found):
            text = text.replace(code(number), match.term.target)
        forced = tuple(Forced(_span(sentence, match), match.term.target, None, "replaced") for match in found)
        results.append(Sentence(sentence.source, sentence.span, text, forced))
    return results


def code(number: int) -> str:
    """The code for the n-th term of a sentence: numbers are what the model copies best."""
    return str(7100 + 11 * number)


def _hide(source: str, matches: Matches) -> str:
    for number, match in reversed(list(enumerate(matches))):
        source = f"{source[: match.start]} {code(number)} {source[match.end :]}"
    return source


def _span(sentence: Sentence, match: TermMatch) -> tuple[int, int]:
    return sentence.span[0] + match.start, sentence.span[0] + match.end
