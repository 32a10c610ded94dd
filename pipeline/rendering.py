"""Where a rendering stands in English text, in any of the ways in which people write it."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

_SPELLINGS = (
    ("defence", "defense"),
    ("offence", "offense"),
    ("licence", "license"),
    ("centre", "center"),
    ("theatre", "theater"),
    ("metre", "meter"),
    ("programme", "program"),
    ("labour", "labor"),
    ("harbour", "harbor"),
    ("neighbour", "neighbor"),
    ("armour", "armor"),
    ("honour", "honor"),
    ("colour", "color"),
    ("counsellor", "counselor"),
    ("councillor", "councilor"),
    ("adviser", "advisor"),
    ("grey", "gray"),
    ("aeroplane", "airplane"),
)
_EXPANDED = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"}
_ARTICLES = frozenset({"the", "a", "an", "die", "der", "das"})
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("’‘ʼʹ`´", "'"),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\u200a\u2007", " "),
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "ø": "o",
        "Ø": "O",
        "œ": "oe",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ð": "d",
        "þ": "th",
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
    }
)


def find_rendering(text: str, rendering: str) -> tuple[tuple[int, int], ...]:
    """Find all places where a rendering stands in English text as whole words.

    Upper and lower case are the same, save in acronyms (EU, KfW, U.S.) and in single names that are also
    ordinary words (May, Leopard): these want their capitals. Plurals, possessives, diacritics, hyphens for
    spaces, curly apostrophes, a missing comma, & for "and", British for American spelling make no difference.
    Does not look for other word orders, abbreviations or misspellings.

    Args:
        text: n code points.
        rendering: a name; empty finds nothing.

    Returns:
        Spans by increasing start, without overlap; a plural ending is inside, a possessive one outside.

    >>> find_rendering("the EU's North Rhine Westphalia and Kloeckner", "North Rhine-Westphalia")
    ((9, 31),)
    >>> find_rendering("those who act", "WHO")
    ()
    """
    pattern = _pattern(rendering)
    if pattern is None:
        return ()
    folded, offsets = fold(text)
    spans = (match.span() for match in pattern.finditer(folded))
    if offsets is None:
        return tuple(spans)
    return tuple((offsets[start], _after_marks(text, offsets[end - 1] + 1)) for start, end in spans)


@lru_cache(maxsize=1)
def word_lists() -> dict[str, frozenset[str]]:
    """The word lists of data/english.txt by name."""
    lines = files("pipeline").joinpath("data/english.txt").read_text(encoding="utf-8").splitlines()
    lists = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in lists}


@lru_cache(maxsize=1024)
def fold(text: str) -> tuple[str, tuple[int, ...] | None]:
    """Take diacritics, curly quotes, long dashes and odd spaces out of a text.

    Returns:
        The folding, n code points, and the offset of each in `text`; None for a text that is its own folding.
    """
    if text.isascii():
        return text, None
    folded: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        plain = unicodedata.normalize("NFD", character.translate(_FOLDED))
        kept = [letter for letter in plain if not unicodedata.combining(letter)]
        folded += kept
        offsets += [offset] * len(kept)
    return "".join(folded), tuple(offsets)


def _after_marks(text: str, end: int) -> int:
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


@lru_cache(maxsize=16384)
def _pattern(rendering: str) -> re.Pattern[str] | None:
    """What `find_rendering` looks for in folded text; None if the rendering has no word."""
    plain = re.sub(
        r"\b(?:[A-Z]\.){2,}", lambda match: match[0].replace(".", ""), unicodedata.normalize("NFC", rendering)
    )
    pieces = re.split(r"(\w+)", plain)
    words, gaps = pieces[1::2], pieces[2:-1:2]
    if not words:
        return None
    content = [word for word in words if word.lower() not in _ARTICLES]
    plurals = {len(words) - 1}
    plurals |= {index - 1 for index, word in enumerate(words) if word.lower() in ("of", "for") and index}
    if len(words) > 1 and words[-1].lower() == "general":
        plurals.add(len(words) - 2)
    parts: list[str] = []
    for index, word in enumerate(words):
        if index:
            parts.append(_gap_pattern(gaps[index - 1], before_and=word.lower() == "and"))
        parts.append(_word_pattern(word, plural=index in plurals, alone=content == [word]))
    # A bracket at either edge belongs to the name where it is there: "Frankfurt (Oder)".
    opening = "".join(f"{re.escape(mark)}?" for mark in pieces[0] if mark in "([")
    closing = "".join(f"{re.escape(mark)}?" for mark in pieces[-1] if mark in ")]")
    return re.compile(rf"(?<!\w){opening}(?<!\w){''.join(parts)}(?!\w){closing}")


def _gap_pattern(gap: str, *, before_and: bool) -> str:
    gap = gap.translate(_FOLDED)
    if "&" in gap:
        return r"\s*(?:&|(?i:and))\s*"
    if gap.strip() == "'":
        return "'?" + r"\s*" * (" " in gap)
    if gap == "-":
        return r"[\s-]*"
    if not gap.strip(" .,-\t\n'"):
        return ",?" * ("," in gap or before_and) + r"\.?" * ("." in gap) + "'?" * ("'" in gap) + r"[\s-]+"
    return r"\s*" + re.escape(gap.strip()).replace(r"\ ", r"\s*") + r"\s*"


def _word_pattern(word: str, *, plural: bool, alone: bool) -> str:
    """A word in its spellings; `alone` if it is the only content word of its rendering."""
    folded = fold(word)[0]
    capitals = sum(letter.isupper() for letter in folded)
    if folded.isupper() and len(folded) == 1:
        return folded
    if capitals > 1 and (folded.isupper() or (len(folded) <= 5 and capitals * 2 >= len(folded))):
        spellings = {folded: None, folded.upper(): None}
        if folded.isupper() and folded.isalpha() and len(folded) <= 5:
            spellings[r"\.".join(folded) + r"\.?"] = None
        return f"(?:{'|'.join(spellings)})" + ("s?" if plural else "")
    lower = folded.lower()
    if lower == "st":
        return r"(?i:st)\.?"
    if lower == "and":
        return "(?:(?i:and)|&)"
    spelled = _spellings(word, lower)
    if plural and len(lower) > 3 and lower.isalpha():
        spelled = _plural_pattern(lower, spelled)
    if alone and word[0].isupper() and lower in word_lists()["ordinary"]:
        return folded[0] + f"(?i:{spelled[1:]})"
    return f"(?i:{spelled})"


def _spellings(word: str, lower: str) -> str:
    """Regular expression for the spellings of one word."""
    if any(letter in _EXPANDED for letter in word):
        return "".join(
            f"(?:{fold(letter)[0]}|{_EXPANDED[letter]})" if letter in _EXPANDED else fold(letter)[0]
            for letter in word
        ).lower()
    for british, american in _SPELLINGS:
        if british in lower or american in lower:
            form = british if british in lower else american
            return lower.replace(form, f"(?:{british}|{american})")
    lower = re.sub("co(?=operat|ordinat)", "co-?", lower)
    if len(lower) > 5:
        lower = re.sub("i[sz](?=ation|ing$|e[drs]?$|ers$)", "i[sz]", lower)
    return lower


def _plural_pattern(lower: str, spelled: str) -> str:
    if lower.endswith("y") and lower[-2] not in "aeiou":
        return spelled[:-1] + "(?:y|ies)"
    if lower.endswith("man") and lower in word_lists()["roles"]:
        return spelled[:-2] + "[ae]n"
    return spelled + ("(?:es)?" if lower.endswith(("s", "x", "z", "ch", "sh")) else "s?")
