"""Checks of what a translation must carry over as it is: numbers, dates, codes, addresses, Latin names."""

import html
import re
from collections import Counter
from collections.abc import Iterator

from pipeline.checks.place import Place, clipped
from pipeline.dates import missing_source_dates
from pipeline.numbers import missing_source_numbers
from pipeline.records import SegmentTranslation
from pipeline.rendering import fold

_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"«»“”()]+[\w/]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII
)
_LATIN = re.compile(r"(?<![\w@#])[A-Z][A-Za-z0-9]*(?:[&.'’-][A-Za-z0-9]+)*(?!\w)", re.ASCII)
_CODE = re.compile(
    r"\$?\{\{?[\w.:$-]{0,40}\}?\}"  # {0}, {name}, {{name}}, ${name}
    r"|(?<![\w%])%(?:[0-9]+\$)?(?:\.[0-9]+)?[sdfiux@](?![\w%])"  # %s, %1$s, %.2f
    r"|%\([\w.]{1,40}\)[sdf]"  # %(name)s
    r"|</?[A-Za-z][\w:-]{0,40}(?:\s[^<>]{0,200})?/?>"  # <b>, </b>, <br/>
    r"|&(?:#[0-9]{2,6}|#x[0-9A-Fa-f]{2,5}|[A-Za-z]{2,8}[0-9]{0,2});",  # &nbsp;, &#160;
    re.ASCII,
)
_OF_THE_MODEL = re.compile(r"</?(?:unk|pad|s)>|&")


def number(translation: SegmentTranslation) -> Iterator[Place]:
    """Numbers of the source that are not in the target."""
    for missing in missing_source_numbers(translation.source, translation.target):
        message = f"the number {missing.text} at {missing.start} of the source is missing"
        yield Place(message, source_start=missing.start, source_end=missing.end)


def date(translation: SegmentTranslation) -> Iterator[Place]:
    """Dates of the source that the target does not have as a whole."""
    for missing in missing_source_dates(translation.source, translation.target):
        message = f"the date {clipped(missing.text)} at {missing.start} of the source is not carried over"
        yield Place(message, source_start=missing.start, source_end=missing.end)


def code(translation: SegmentTranslation) -> Iterator[Place]:
    """Placeholders, tags and character entities that are lost, or that the source does not have.

    An entity may become its character. An invented entity is corrupted text, not a code.
    """
    source, target = translation.source, translation.target
    there = Counter(match[0] for match in _CODE.finditer(target))
    wanted = Counter(match[0] for match in _CODE.finditer(source))
    for found, times in (wanted - there).items():
        if not (found[0] == "&" and html.unescape(found) in target):
            start = source.index(found)
            often = f" {times} times" if times > 1 and wanted[found] > 1 else ""
            yield Place(f"{clipped(found)} is lost{often}", None, None, start, start + len(found))
    for found in there - wanted:
        if not _OF_THE_MODEL.match(found):
            start = target.rindex(found)
            yield Place(f"{clipped(found)} is not in the source", start, start + len(found))


def url(translation: SegmentTranslation) -> Iterator[Place]:
    """Web and e-mail addresses of the source that are not in the target."""
    target = translation.target.casefold()
    for match in _URL.finditer(translation.source):
        if match[0].casefold() not in target:
            yield Place(f"{clipped(match[0])} is not in the translation", None, None, *match.span())


def latin_name(translation: SegmentTranslation) -> Iterator[Place]:
    """Names in Latin letters that are not in the target; those of missing terms are not told again."""
    source, target = translation.source, _letters_only(translation.target)
    plain, offsets = fold(source)
    told = [(each.match.start, each.match.end) for each in translation.terms if each.outcome == "missing"]
    for aside in (_URL, _CODE):
        plain = aside.sub(lambda match: " " * len(match[0]), plain)
    seen = set()
    for match in _LATIN.finditer(plain):
        name = match[0]
        start, last = (match.start(), match.end() - 1)
        if offsets is not None:
            start, last = offsets[start], offsets[last]
        if len(name) < 2 or name in seen or any(first <= start and last < end for first, end in told):
            continue
        seen.add(name)
        if _letters_only(name) not in target:
            yield Place(f"{clipped(name)} is not in the translation", None, None, start, last + 1)


def _letters_only(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text)[0]).casefold()
