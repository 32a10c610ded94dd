"""Names that no glossary knows, spelled one way over a document.

Where the same Arabic word has several spellings, the most frequent is taken, of several the one that sounds
most like the Arabic. Two Arabic spellings of one name (شتاينبرغ, شتاينبرج) are one name. What the article
itself spells out in Latin script is a term, see `glosses`.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from typing import Final

from glossary.arabic import LAM
from glossary.term import Article
from pipeline.candidates import given_names, recurring_names
from pipeline.edit import change_name
from pipeline.english import is_headline_caps
from pipeline.name_words import LATIN_WORD, NameWord, name_spans, name_words
from pipeline.records import NameCandidate, Span
from pipeline.rendering import fold as fold_latin
from pipeline.rendering import word_lists
from pipeline.request import Enforced, Request
from pipeline.transliteration import likeness, near_consonants, skeleton

_NEAR: Final = 0.45
_SHARP: Final = 0.6
_ALIKE: Final = 0.7
_FEWEST_CONSONANTS: Final = 3
_LONG_I: Final = frozenset({"yy", "iy", "yi", "ii", "ij"})
_ENOUGH_CONSONANTS: Final = 5
_SHORT_VOWELS: Final = re.compile("[aeiouyh']")
_DOUBLED: Final = re.compile(r"(.)\1+")
_ARABIC_ARTICLE: Final = re.compile(r"(?:al|el|an|ar|as|ash|at|ad|az)-", re.IGNORECASE)
_DEFINITE: Final = re.compile(r"\bthe\s+$", re.IGNORECASE)
_ENDINGS: Final = re.compile(
    r"s|es|ic|al|ist|ists|ism|ise|ish|ese|ed|er|ers|ian|ians|an|ans|ite|ites|y|ary|ly|i|is|ing|ical|isation"
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
    small = _small_words(results)
    for group in _groups(words):
        spelling = _preferred(group) if len(group) > 1 else None
        if spelling is not None and not _is_ordinary(spelling, small):
            chosen |= dict.fromkeys((word.key for word in group), spelling)
    heard: dict[str, set[str | None]] = {}
    for word in words:
        if word.spelling is not None:
            heard.setdefault(word.spelling, set()).add(chosen.get(word.key))
    for word in words:
        if (spelling := chosen.get(word.key)) is not None:
            _respell(requests, results, word, spelling, heard)
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
    """Whether two Arabic spellings of the same sound are of one name.

    Arabic names of three or four consonants often differ by one vowel or by near consonants alone (Salem and
    Salim, Kamal and Jamal): such are one only if they have the same vowels, and English the same consonants.
    """
    first, second = _preferred(group), _preferred(other)
    if len(sound) < _FEWEST_CONSONANTS or first is None or second is None:
        return False
    if len(sound.removeprefix(LAM)) < _ENOUGH_CONSONANTS:
        keys = near_consonants(group[0].key), near_consonants(other[0].key)
        return keys[0] == keys[1] and _consonants(first) == _consonants(second)
    pairs = ((group[0].key, other[0].key), (first.lower(), second.lower()))
    return all(SequenceMatcher(None, *pair, autojunk=False).ratio() >= _ALIKE for pair in pairs)


def _consonants(name: str) -> str:
    return _DOUBLED.sub(r"\1", _SHORT_VOWELS.sub("", fold_latin(name)[0].lower()))


def _preferred(group: Sequence[NameWord]) -> str | None:
    """The most frequent spelling, of several the one that sounds most like the Arabic, else the first.

    One in capitals throughout, as in a headline, only if there is no other.
    """
    key = group[0].key
    counts = Counter(word.spelling for word in group if word.spelling is not None)
    mixed = {name.lower() for name in counts if not name.isupper()}
    order = [name for name in counts if not name.isupper() or name.lower() not in mixed]
    if any(not name.isupper() for name in order):
        order = [name for name in order if not name.isupper()]
    # Of equals max takes the first.
    return max(order, key=lambda name: (counts[name], round(likeness(key, name), 2)), default=None)


def _small_words(results: Sequence[Enforced]) -> frozenset[str]:
    """The words that stand in any of the translations without a capital."""
    words = (match[0] for result in results for match in LATIN_WORD.finditer(result.draft.text))
    return frozenset(word for word in words if word.islower())


def _is_ordinary(spelling: str, small: frozenset[str]) -> bool:
    """Whether a word is one of the language rather than a name: known as such, or written small elsewhere."""
    lower = spelling.lower()
    return lower in word_lists()["loans"] or lower in small


def _respell(
    requests: Sequence[Request],
    results: list[Enforced],
    word: NameWord,
    spelling: str,
    heard: Mapping[str, AbstractSet[str | None]],
) -> None:
    """Write one mention as chosen, where it differs and nothing speaks against it.

    `heard` says for each spelling as what its names are to be spelled; that of another must not be taken.
    """
    request, result = requests[word.segment], results[word.segment]
    text = result.draft.text
    span = _current(word, result)
    if span is None:
        span = _misheard(word, result)
        if span is not None and heard.get(text[slice(*span)], set()) - {spelling}:
            return
    if span is None or text[slice(*span)] == spelling or _is_derived(text[slice(*span)], spelling):
        return
    if text[slice(*span)].isupper() and not spelling.isupper() and not is_headline_caps(text):
        return  # an acronym is nothing that a model spells by ear
    article: Article = "the" if _DEFINITE.search(text[: span[0]]) else "none"
    changed = change_name(request, result, span, spelling, word.window, reason="uniform", article=article)
    if not isinstance(changed, str):
        results[word.segment] = changed


def _current(word: NameWord, result: Enforced) -> Span | None:
    """Where the spelling of a mention stands now that others in its segment may have changed."""
    if word.said is None or word.spelling is None:
        return None
    places = [
        span for span in name_spans(result.draft.text) if result.draft.text[slice(*span)] == word.spelling
    ]
    return min(places, key=lambda span: abs(span[0] - word.said[0]), default=None)  # type: ignore[index]


def _misheard(word: NameWord, result: Enforced) -> Span | None:
    """The single name that a mention aligns to sharply, though it does not sound like it.

    At the start of a sentence, where every word has a capital, it must sound a little like it.
    """
    aligned = result.draft.aligned(word.window, result.settled)
    if aligned is None or aligned.weight < _SHARP:
        return None
    text = result.draft.text[aligned.start : aligned.end]
    if (aligned.start, aligned.end) not in name_spans(result.draft.text) or not text[0].isupper():
        return None
    lower, lists = text.lower(), word_lists()
    if lower in lists["function"] or lower in lists["loans"]:
        return None
    sound = likeness(word.key, text)
    return (aligned.start, aligned.end) if sound >= (_NEAR if aligned.start == 0 else 0.0) else None


def _is_derived(first: str, second: str) -> bool:
    """Whether one word is the other with an English ending or a further part: Democrat, Democratic."""
    plain = (_ARABIC_ARTICLE.sub("", fold_latin(word)[0]).lower() for word in (first, second))
    shorter, longer = sorted(plain, key=len)
    if shorter in longer.split("-")[:-1] or shorter in longer.split("-")[1:]:
        return True  # half of a double name
    if len(shorter) == len(longer) or longer[len(shorter) - 1 :] in _LONG_I:
        return False  # Navalni, Navalny; Zelensky, Zelenskyy
    return any(
        longer.startswith(stem) and _ENDINGS.fullmatch(longer[len(stem) :]) is not None
        for stem in (shorter, shorter[:-1])
    )
