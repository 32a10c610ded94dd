"""Checks of terms: those of the glossary, and those that stay as they are."""

import re
from collections.abc import Iterator

from pipeline.checks.place import Place, clipped
from pipeline.english import find_rendering
from pipeline.records import SegmentTranslation
from pipeline.rendering import fold

_AS_IT_IS = "untranslated"
_LATIN = "latin"
_LETTER = re.compile(r"[^\W\d_]")


def missing_term(translation: SegmentTranslation) -> Iterator[Place]:
    """Terms of the glossary without a right rendering."""
    for outcome in translation.terms:
        if outcome.outcome == "missing":
            match = outcome.match
            where = f"{clipped(match.surface)} at {match.start} of the source"
            message = f'"{outcome.rendering}" is missing for {where}'
            yield Place(message, source_start=match.start, source_end=match.end)


def forbidden_term(translation: SegmentTranslation) -> Iterator[Place]:
    """Forbidden renderings, save inside a right one of any term: "Alliance" in "Alliance for Progress"."""
    target = translation.target
    terms = {outcome.match.term.id: outcome.match.term for outcome in translation.terms}.values()
    right = [
        (*span, rendering)
        for term in terms
        for rendering in term.renderings
        for span in find_rendering(target, rendering)
    ]
    lacking = {outcome.match.term.id for outcome in translation.terms if outcome.outcome == "missing"}
    wrong = {
        span: (forbidden, term)
        for term in terms
        for forbidden in term.forbidden
        for span in find_rendering(target, forbidden)
    }
    for (start, end), (forbidden, term) in sorted(wrong.items(), key=lambda item: item[0]):
        found = target[start:end]
        if found.islower() and " " not in found and term.id not in lacking:
            continue  # an ordinary word may well stand there for something else
        around = [(first, last, name) for first, last, name in right if first <= start and end <= last]
        # A right name in a spelling that is forbidden to the letter (Defense Minister) is wrong all the same.
        spelling = all((first, last) == (start, end) and name != found for first, last, name in around)
        if (found == forbidden or not around) and spelling:
            yield Place(f'"{clipped(found)}" should be "{term.target}"', start, end)


def do_not_translate(translation: SegmentTranslation) -> Iterator[Place]:
    """Terms to be kept letter by letter that have another spelling; the others are `missing_term`."""
    target = translation.target
    if target.isupper():
        return
    plain = fold(target)[0]
    for outcome in translation.terms:
        match = outcome.match
        if match.term.kind != _AS_IT_IS or outcome.outcome == "missing" or not _LETTER.search(match.surface):
            continue
        if match.term.domain == _LATIN and match.surface.islower():
            continue  # a common word, which may have a capital
        if fold(match.term.target)[0] not in plain:
            message = (
                f'"{clipped(outcome.rendering)}" should be "{clipped(match.term.target)}", letter by letter'
            )
            yield Place(message, outcome.target_start, outcome.target_end, match.start, match.end)
