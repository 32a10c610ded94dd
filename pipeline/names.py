"""Names that no glossary knows, spelled one way over a document.

Where the same Arabic word has several spellings, the most frequent is taken, of several the one that sounds
most like the Arabic. Two Arabic spellings of one name (شتاينبرغ, شتاينبرج) are one name. What the article
itself spells out in Latin script is a term, see `glosses`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.candidates import given_names, recurring_names
from pipeline.edit import change_name
from pipeline.name_words import LATIN_WORD, NameWord, name_words
from pipeline.records import NameCandidate, Span
from pipeline.rendering import fold as fold_latin
from pipeline.rendering import word_lists
from pipeline.request import Enforced, Request
from pipeline.transliteration import likeness, skeleton

_NEAR: Final = 0.45
_SHARP: Final = 0.6
_ALIKE: Final = 0.7
_FEWEST_CONSONANTS: Final = 3
_ENDINGS: Final = re.compile(
    r"s|es|ic|al|ist|ists|ism|ise|ish|ese|ed|er|ers|ian|ians|an|ans|y|ary|ly|i|is|ing|ical|isation"
)


def uniform_names(
    requests: Sequence[Request], results: Sequence[Enforced]
) -> tuple[list[Enforced], list[tuple[int, NameCandidate]]]:
    """Spell unlisted names one way over n segments.

    Args:
        requests: n segments of one document, or of several that are to agree.
        results: their translations.

    Returns:
        the n translations, and the recurring names with the number of the segment in which each stands first.
    """
    results = list(results)
    words = name_words(requests, results)
    chosen: dict[str, str] = {}
    for group in _groups(words):
        spelling = _preferred(group) if len(group) > 1 else None
        if spelling is not None and not _is_ordinary(spelling, results):
            chosen |= dict.fromkeys((word.key for word in group), spelling)
    heard = {word.spelling: word.key for word in words if word.spelling is not None}
    for word in words:
        if (spelling := chosen.get(word.key)) is not None:
            others = frozenset(name for name, key in heard.items() if chosen.get(key) != spelling)
            _respell(requests, results, word, spelling, others)
    return results, [*given_names(requests), *recurring_names(requests, words, chosen)]


def _groups(words: Sequence[NameWord]) -> list[list[NameWord]]:
    """Words by name: of the same letters, or of nearly the same where both are rendered alike."""
    by_key: dict[str, list[NameWord]] = {}
    for word in words:
        by_key.setdefault(word.key, []).append(word)
    groups: list[list[NameWord]] = []
    by_sound: dict[str, list[list[NameWord]]] = {}
    for key, group in by_key.items():
        sound = skeleton(key)
        known = by_sound.setdefault(sound, [])
        same = next((other for other in known if _is_same_name(sound, group, other)), None)
        if same is not None:
            same += group
        else:
            groups.append(group)
            known.append(group)
    return groups


def _is_same_name(sound: str, group: Sequence[NameWord], other: Sequence[NameWord]) -> bool:
    first, second = _preferred(group), _preferred(other)
    if len(sound) < _FEWEST_CONSONANTS or first is None or second is None:
        return False
    pairs = ((group[0].key, other[0].key), (first.lower(), second.lower()))
    return all(SequenceMatcher(None, *pair, autojunk=False).ratio() >= _ALIKE for pair in pairs)


def _preferred(group: Sequence[NameWord]) -> str | None:
    """The most frequent spelling, of several the one that sounds most like the Arabic, else the first."""
    key = group[0].key
    counts = Counter(word.spelling for word in group if word.spelling is not None)
    if not counts:
        return None
    order = list(counts)
    return max(order, key=lambda name: (counts[name], round(likeness(key, name), 2), -order.index(name)))


def _is_ordinary(spelling: str, results: Sequence[Enforced]) -> bool:
    """Whether a word is one of the language rather than a name: known as such, or written small elsewhere."""
    lower = spelling.lower()
    if lower in word_lists()["loans"]:
        return True
    small = re.compile(rf"(?<![\w-]){re.escape(lower)}(?![\w-])")
    return any(small.search(result.draft.text) for result in results)


def _respell(
    requests: Sequence[Request],
    results: list[Enforced],
    word: NameWord,
    spelling: str,
    others: frozenset[str],
) -> None:
    """Write one mention as chosen, where it differs and nothing speaks against it.

    `others` are the spellings of other names, which it must not take.
    """
    request, result = requests[word.segment], results[word.segment]
    text = result.draft.text
    span = _current(word, result)
    if span is None:
        span = _misheard(word, result, others)
    if span is None or text[slice(*span)] == spelling:
        return
    if _is_derived(text[slice(*span)], spelling):
        return
    changed = change_name(request, result, span, spelling, word.window, reason="uniform")
    if not isinstance(changed, str):
        results[word.segment] = changed


def _current(word: NameWord, result: Enforced) -> Span | None:
    """Where the spelling of a mention stands now that others in its segment may have changed."""
    if word.said is None or word.spelling is None:
        return None
    places = [match.span() for match in LATIN_WORD.finditer(result.draft.text) if match[0] == word.spelling]
    return min(places, key=lambda span: abs(span[0] - word.said[0]), default=None)  # type: ignore[index]


def _misheard(word: NameWord, result: Enforced, others: frozenset[str]) -> Span | None:
    """The single name that a mention aligns to sharply, though it does not sound like it.

    At the start of a sentence, where every word has a capital, it must sound a little like it.
    """
    held = tuple(
        (outcome.target_start, outcome.target_end)
        for outcome in result.outcomes
        if outcome.target_start is not None and outcome.target_end is not None
    )
    held += tuple((change.start, change.end) for change in result.changes)
    aligned = result.draft.aligned(word.window, held)
    if aligned is None or aligned.weight < _SHARP:
        return None
    text = result.draft.text[aligned.start : aligned.end]
    if LATIN_WORD.fullmatch(text) is None or not text[0].isupper() or text in others:
        return None
    lower, lists = text.lower(), word_lists()
    if lower in lists["function"] or lower in lists["loans"]:
        return None
    sound = likeness(word.key, text)
    return (aligned.start, aligned.end) if sound >= (_NEAR if aligned.start == 0 else 0.0) else None


def _is_derived(first: str, second: str) -> bool:
    """Whether one word is the other with an English ending: Democrat, Democratic."""
    shorter, longer = sorted((fold_latin(first)[0].lower(), fold_latin(second)[0].lower()), key=len)
    for stem in (shorter, shorter[:-1]):
        if longer.startswith(stem) and _ENDINGS.fullmatch(longer[len(stem) :]):
            return True
    return False
