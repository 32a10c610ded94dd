"""Names worth an entry in the glossary: those that recur, and those that an article spells out itself."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from glossary.arabic import fold
from pipeline.glosses import LAYER
from pipeline.letters import MARKS
from pipeline.name_words import NameWord
from pipeline.records import NameCandidate
from pipeline.rendering import word_lists
from pipeline.request import Request

_MARKS: Final = re.compile(f"[{MARKS}]")


def given_names(requests: Sequence[Request]) -> list[tuple[int, NameCandidate]]:
    """Return the names that the articles spell out in Latin script, with the segment in which each is first.

    A family name alone counts as a mention of the whole one.
    """
    first: dict[str, tuple[int, str]] = {}
    mentions: Counter[str] = Counter()
    for number, request in enumerate(requests):
        for match in request.matches:
            if match.term.layer == LAYER:
                first.setdefault(match.term.target, (number, match.term.forms[0].text))
                mentions[match.term.target] += 1
    wholes = {name.split()[-1]: name for name in first if " " in name}
    candidates = []
    for name, (number, source) in first.items():
        if name in wholes:
            continue
        family = name.split()[-1]
        count = mentions[name] + (mentions[family] if " " in name else 0)
        words, names = source.split(), name.split()
        parts = tuple(zip(words, names, strict=True)) if len(words) == len(names) > 1 else ()
        candidates.append((number, NameCandidate(source, name, count, (name,), parts)))
    return candidates


def recurring_names(
    requests: Sequence[Request],
    words: Sequence[NameWord],
    chosen: Mapping[str, str],
) -> list[tuple[int, NameCandidate]]:
    """Names with a word that recurs, each as whole as it ever stands."""
    runs = [run for run in _runs(requests, words, chosen) if any(word.key in chosen for word in run)]
    whole: dict[str, tuple[str, ...]] = {}
    for run in sorted(runs, key=len, reverse=True):
        for word in run:
            if word.key in chosen:
                whole.setdefault(word.key, tuple(each.key for each in run))
    grouped: dict[tuple[str, ...], list[list[NameWord]]] = {}
    first: dict[tuple[str, ...], list[NameWord]] = {}
    for run in runs:
        keys = tuple(word.key for word in run)
        first.setdefault(keys, run)
        known = next(word.key for word in reversed(run) if word.key in chosen)
        name = whole[known] if set(keys) <= set(whole[known]) else keys  # another of the same family
        grouped.setdefault(name, []).append(run)
    candidates = []
    for keys, mentions in grouped.items():
        fullest = first[keys]
        candidates.append((fullest[0].segment, _candidate(requests, fullest, mentions, chosen)))
    return candidates


def _candidate(
    requests: Sequence[Request],
    run: Sequence[NameWord],
    mentions: Sequence[Sequence[NameWord]],
    chosen: Mapping[str, str],
) -> NameCandidate:
    source = requests[run[0].segment].source
    proclitics = max(0, len(fold(source[run[0].start : run[0].end]).strip()) - len(run[0].key))
    while proclitics and _MARKS.match(source, run[0].start + proclitics):
        proclitics += 1
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
    requests: Sequence[Request], words: Sequence[NameWord], chosen: Mapping[str, str]
) -> list[list[NameWord]]:
    """Words that are names, those side by side together."""
    runs: list[list[NameWord]] = []
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
