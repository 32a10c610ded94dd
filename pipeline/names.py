"""Names that no glossary knows: found by their sound, and spelled one way over a document.

A word of the translation is taken for a name if it has a capital, belongs to no term, and sounds like the
Arabic word that it aligns to. Where the same Arabic word has several spellings, the most frequent is
taken, of several the one that sounds most like the Arabic. (What the article itself spells out in Latin
script is a term, see `glosses`.)
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from glossary.arabic import ARTICLE, BEH, FEH, KAF, LAM, WAW, fold
from pipeline.edit import change_name
from pipeline.letters import LETTERS, MARKS, TATWEEL
from pipeline.records import NameCandidate, Span, overlap
from pipeline.rendering import fold as fold_latin
from pipeline.rendering import word_lists
from pipeline.request import Enforced, Request
from pipeline.transliteration import likeness

_ARABIC_WORD: Final = re.compile(f"[{LETTERS}{MARKS}{TATWEEL}]+")
_LATIN_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-](?!s(?!\w))[^\W\d_]+)*")
_PROCLITICS: Final = (WAW, FEH, BEH, KAF, LAM)
_LIKE: Final = 0.65
_NEAR: Final = 0.45
_FEWEST_LETTERS: Final = 3
_SHARE: Final = 0.2
_SHARP: Final = 0.6
_ENDINGS: Final = re.compile(
    r"s|es|ic|al|ist|ists|ism|ise|ish|ese|ed|er|ers|ers|ian|ians|an|ans|y|ary|ly|i|is|ing|ical|isation"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """An Arabic word that stands in no term.

    Attributes:
        segment: number of its segment; `start` and `end` in the prepared source.
        key: what it is compared by: folded, proclitics taken off where the document shows them to be such.
        window: its source pieces.
        said: where the name that sounds like it stands in the target, None if there is none.
    """

    segment: int
    start: int
    end: int
    key: str
    window: Span
    said: Span | None
    spelling: str | None


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
    words = _words(requests, results)
    groups: dict[str, list[_Word]] = {}
    for word in words:
        groups.setdefault(word.key, []).append(word)
    chosen: dict[str, str] = {}
    for key, group in groups.items():
        spelling = _preferred(key, group) if len(group) > 1 else None
        if spelling is not None and not _is_ordinary(spelling, results):
            chosen[key] = spelling
    heard = {word.spelling: word.key for word in words if word.spelling is not None}
    for word in words:
        if (spelling := chosen.get(word.key)) is not None:
            others = frozenset(name for name, key in heard.items() if key != word.key)
            _respell(requests, results, word, spelling, others)
    return results, _candidates(requests, words, chosen)


def _words(requests: Sequence[Request], results: Sequence[Enforced]) -> list[_Word]:
    found = [
        (number, match.start(), match.end(), fold(match[0]).strip())
        for number, request in enumerate(requests)
        for match in _free_words(request)
    ]
    names = [_names_by_window(request, result) for request, result in zip(requests, results, strict=True)]
    keys = _keys({folded for _, _, _, folded in found})
    words = []
    for number, start, end, folded in found:
        window = requests[number].window((start, end))
        key = keys[folded]
        span = _best_name(key, folded, window, names[number])
        spelling = None if span is None else results[number].draft.text[slice(*span)]
        words.append(_Word(number, start, end, key, window, span, spelling))
    return words


def _free_words(request: Request) -> Iterable[re.Match[str]]:
    """Arabic words of three letters and more that no term covers."""
    covered = [
        (request.spans[first][0], request.spans[last - 1][1])
        for first, last in request.windows
        if first < last
    ]
    for match in _ARABIC_WORD.finditer(request.source):
        long_enough = match.end() - match.start() >= _FEWEST_LETTERS
        if long_enough and not any(overlap(match.span(), span) for span in covered):
            yield match


def _keys(folded: set[str]) -> dict[str, str]:
    """What each word is compared by: without a proclitic, if the document has it without or with another."""
    stripped: Counter[str] = Counter()
    for word in folded:
        stripped.update({word[1:]} if word[0] in _PROCLITICS and len(word) > _FEWEST_LETTERS else ())
        if word.startswith(ARTICLE):
            stripped[word] += 1

    def key(word: str) -> str:
        rest = word[1:]
        if word[0] in _PROCLITICS and len(rest) >= _FEWEST_LETTERS and (rest in folded or stripped[rest] > 1):
            return rest
        return word

    return {word: key(word) for word in folded}


def _names_by_window(request: Request, result: Enforced) -> list[tuple[Span, str, np.ndarray]]:
    """Words with a capital that belong to no term, with their attention over the source pieces."""
    held = [
        (outcome.target_start, outcome.target_end)
        for outcome in result.outcomes
        if outcome.target_start is not None and outcome.target_end is not None
    ]
    held += [(change.start, change.end) for change in result.changes]
    draft = result.draft
    found = []
    for match in _LATIN_WORD.finditer(draft.text):
        span = match.span()
        if not match[0][0].isupper() and "-" not in match[0]:
            continue
        if match[0].lower() in word_lists()["function"] or any(overlap(span, other) for other in held):
            continue
        rows = [row for stretch, row in zip(draft.spans, draft.rows, strict=True) if overlap(stretch, span)]
        if rows:
            found.append((span, match[0], np.mean(rows, axis=0)))
    return found


def _best_name(
    key: str, folded: str, window: Span, names: Sequence[tuple[Span, str, np.ndarray]]
) -> Span | None:
    """The word that aligns to a window and sounds like the Arabic there; None if none does."""
    scored = []
    for span, word, attention in names:
        share = float(attention[window[0] : window[1]].sum())
        if share >= _SHARE:
            sound = max(likeness(key, word), likeness(folded, word))
            scored.append((sound, share, span))
    best = max(scored, default=None)
    return best[2] if best is not None and best[0] >= _LIKE else None


def _preferred(key: str, group: Sequence[_Word]) -> str | None:
    """The most frequent spelling, of several the one that sounds most like the Arabic, else the first."""
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
    word: _Word,
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


def _current(word: _Word, result: Enforced) -> Span | None:
    """Where the spelling of a mention stands now that others in its segment may have changed."""
    if word.said is None or word.spelling is None:
        return None
    places = [match.span() for match in _LATIN_WORD.finditer(result.draft.text) if match[0] == word.spelling]
    return min(places, key=lambda span: abs(span[0] - word.said[0]), default=None)  # type: ignore[index]


def _misheard(word: _Word, result: Enforced, others: frozenset[str]) -> Span | None:
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
    if _LATIN_WORD.fullmatch(text) is None or not text[0].isupper() or text in others:
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


def _candidates(
    requests: Sequence[Request],
    words: Sequence[_Word],
    chosen: Mapping[str, str],
) -> list[tuple[int, NameCandidate]]:
    """Names with a word that recurs, each as whole as it ever stands."""
    runs = [run for run in _runs(requests, words, chosen) if any(word.key in chosen for word in run)]
    whole: dict[str, tuple[str, ...]] = {}
    for run in sorted(runs, key=len, reverse=True):
        for word in run:
            if word.key in chosen:
                whole.setdefault(word.key, tuple(each.key for each in run))
    grouped: dict[tuple[str, ...], list[list[_Word]]] = {}
    for run in runs:
        known = [word.key for word in run if word.key in chosen]
        grouped.setdefault(whole[known[-1]], []).append(run)
    candidates = []
    for keys, mentions in grouped.items():
        fullest = next(run for run in runs if tuple(word.key for word in run) == keys)
        candidates.append((fullest[0].segment, _candidate(requests, fullest, mentions, chosen)))
    return candidates


def _candidate(
    requests: Sequence[Request],
    run: Sequence[_Word],
    mentions: Sequence[Sequence[_Word]],
    chosen: Mapping[str, str],
) -> NameCandidate:
    source = requests[run[0].segment].source
    proclitics = max(0, len(fold(source[run[0].start : run[0].end]).strip()) - len(run[0].key))
    said = Counter(
        " ".join(word.spelling or "" for word in each)
        for each in mentions
        if all(word.spelling for word in each)
    )
    spelled = [(source[word.start : word.end], chosen.get(word.key) or word.spelling or "") for word in run]
    spelled[0] = (spelled[0][0][proclitics:], spelled[0][1])
    return NameCandidate(
        source[run[0].start + proclitics : run[-1].end],
        " ".join(name for _, name in spelled),
        len(mentions),
        tuple(name for name, _ in said.most_common()),
        parts=tuple(spelled) if len(run) > 1 else (),
    )


def _runs(
    requests: Sequence[Request], words: Sequence[_Word], chosen: Mapping[str, str]
) -> list[list[_Word]]:
    """Words that are names, those side by side together."""
    runs: list[list[_Word]] = []
    for word in words:
        if word.key not in chosen and (
            word.spelling is None or word.spelling.lower() in word_lists()["loans"]
        ):
            continue
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and last.segment == word.segment
            and requests[word.segment].source[last.end : word.start].isspace()
        ):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs
