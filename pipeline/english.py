"""English around a name: put a rendering into a text so that article, possessive, plural and case stay right.

Pure functions over one text, by closed word lists and spelling rules; nothing here parses. Where the rules
cannot tell (a noun or a verb behind the name? an adjective in front of it?) the text is left as it is.
"""

import re
from dataclasses import dataclass

from glossary.term import Article
from pipeline.rendering import find_rendering, fold, word_lists

__all__ = [
    "Fitted",
    "capitalise_first",
    "find_rendering",
    "fit_rendering",
    "indefinite_article",
    "is_attributive",
    "is_headline_caps",
    "possessive_ending",
]

_OPENING = "\"'“‘«„([{"
_CLOSING = "\"'”’»)]}"
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|St|No|Art|vs|ca|approx)|\b[A-Z](?:\.[A-Z])*)\.$"
)
_ARTICLE = re.compile(r"\b(?:the|an?)\b", re.IGNORECASE)
_DETERMINER = re.compile(r"(?<!\w['’])(?<![\w-])(the|an|a)(?:\s+(?:the|an|a))*\s+$", re.IGNORECASE)
_LAST_WORDS = re.compile(r"(?:([\w'’-]+)\s+)?([\w'’-]+)\s+$")
_NEXT_WORD = re.compile(r"\s+([\w'’-]+)(?:\s+([\w'’-]+))?")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text with a rendering put in.

    Attributes:
        start: where the rendering begins, article left out; `end` its end, possessive left out.
    """

    text: str
    start: int
    end: int


def fit_rendering(text: str, start: int, end: int, rendering: str, *, article: Article) -> Fitted:
    """Put a rendering in the place of some words so that the English around it stays right.

    Sets the article (none is put after "its", "Germany's", "two"; one that belongs to a following noun stays:
    "a NATO convoy"), keeps a possessive, the plural of an office, the capital that begins a sentence, a
    headline in capitals, and brackets and quotation marks around the words. Takes away what the rendering
    would double: "NATO (NATO)", "NATO alliance NATO", "Chancellor Chancellor". Fitting the result again
    changes nothing.

    Args:
        text: n code points.
        start: offset of the first word to replace; an article, possessive or punctuation mark at the edges of
            the span is not part of it, and half a word is taken as a whole one.
        end: offset behind the last word; equal to `start` puts the rendering in between.
        rendering: the name as the glossary has it, without article.
        article: whether running English puts "the" in front of the name.

    Raises:
        ValueError: not 0 <= start <= end <= n, or the rendering is blank.

    >>> fit_rendering("A statement by the alliance's chief.", 15, 27, "NATO", article="none").text
    "A statement by NATO's chief."
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"span {start}:{end} outside a text of {len(text)}")
    name = " ".join(rendering.split())
    if not name:
        raise ValueError("empty rendering")
    start, end = _words_only(text, start, end)
    replaced, name = text[start:end], _in_number(text[start:end], name)
    before, after = _with_spaces(text[:start], _without_abbreviation_stop(replaced, text[end:]))
    before, after = _without_double(before, name, after)
    shouted = is_headline_caps(_ARTICLE.sub("", before + " " + after))
    before, capital = _with_article(before, replaced, name, after, article, shouted=shouted)
    if capital or _begins_sentence(before):
        name = capitalise_first(name)
    after = _with_possessive(before, replaced, name, after, shouted=shouted)
    if shouted:
        name = name.upper()
    return Fitted(before + name + after, len(before), len(before) + len(name))


def capitalise_first(text: str) -> str:
    """Make the first letter a capital, also behind quotation marks; leave words like eFP and iPhone alone.

    >>> capitalise_first('"the Alliance')
    '"The Alliance'
    """
    match = re.search(r"\w[\w'’-]*", text)
    if match is None or not match[0][0].islower() or any(letter.isupper() for letter in match[0]):
        return text
    return text[: match.start()] + match[0][0].upper() + text[match.start() + 1 :]


def is_headline_caps(text: str) -> bool:
    """Whether a text is set in capitals throughout; a few acronyms are not yet a headline.

    >>> is_headline_caps("NATO SUMMIT ENDS"), is_headline_caps("NATO, EU")
    (True, False)
    """
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"['’]s(?!\w)", "", text))
    return len(words) > 1 and max(map(len, words)) > 4 and "".join(words).isupper()


def indefinite_article(following: str) -> str:
    """Return "a" or "an", as the sound that `following` begins with wants it.

    Spells out short or unpronounceable acronyms (an EU envoy, an SPD minister), reads the others as words (a
    NATO summit).

    >>> [indefinite_article(word) for word in ("NATO summit", "EU envoy", "European", "UN body", "hour")]
    ['a', 'an', 'a', 'a', 'an']
    """
    match = re.search(r"\w+", fold(following)[0])
    if match is None:
        return "a"
    word = match[0]
    if word[0].isdigit():
        return "an" if re.match(r"8|1[18](?:\d\d)?(?!\d)", word) else "a"
    if len(word) > 1 and word.isupper():
        spelled_out = len(word) < 4 or not re.match(r"[A-Z]?[AEIOU]", word)
        if spelled_out or word[0] == "U":
            return "an" if word[0] in "AEFHILMNORSX" else "a"
    lower = word.lower()
    if re.match(r"hour|hono|heir|honest", lower):
        return "an"
    if re.match(r"eu|ewe|uni(?!n|m)|us[aei]|ut[ei]|uk|ur[au]|ub|one|once|ouija", lower):
        return "a"
    return "an" if lower[0] in "aeiou" else "a"


def possessive_ending(name: str) -> str:
    """Return what makes a name possessive: "'" for a plural (United Nations'), else "'s" (Pistorius's)."""
    return "'" if _is_plural(name) else "'s"


def is_attributive(after: str) -> bool:
    """Whether a name with this text behind it describes the next word (the NATO summit).

    By word lists: a noun is what is known neither as a function word nor as a verb form.

    >>> is_attributive(" summit opened"), is_attributive(" said on Monday"), is_attributive("-led mission")
    (True, False, True)
    """
    if re.match(r"[-‑–]\w", after):
        return True
    match = _NEXT_WORD.match(after)
    if match is None:
        return False
    word = re.sub(r"['’]s?$", "", match[1])
    lower, words = word.lower(), word_lists()
    if lower in words["nominal"]:
        return True
    if not word or word[0].isdigit() or lower in words["function"] | words["past"] | words["weekdays"]:
        return False
    if word[0].isupper() and not word.isupper():
        return True
    if lower in words["ambiguous"]:
        second = (match[2] or "").lower()
        return second not in words["determiners"] | words["after_verb"]
    return lower not in words["verbs"] and not lower.endswith(("ed", "ly"))


def _words_only(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to whole words; leave out marks, articles and a possessive ending at its edges."""
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and not text[end - 1].isalnum():
        if text[end - 1] == ")" and "(" in text[start + 1 : end]:
            break  # it belongs to the words: North Atlantic Treaty Organization (NATO)
        end -= 1
    while start < end and not text[start].isalnum():
        start += 1
    if possessive := re.search(r"(?<=\w)['’][sS]$", text[start:end]):
        end -= len(possessive[0])
    if article := re.match(r"(?:(?:the|an|a)\s+)+(?=\w)", text[start:end], re.IGNORECASE):
        start += article.end()
    return start, end


def _without_abbreviation_stop(replaced: str, after: str) -> str:
    """Take away the last full stop of "U.S." where it does not end the sentence as well."""
    if re.search(r"\b[A-Z](?:\.[A-Z])+$", replaced) and re.match(r"\.(?:['’]|\s+[a-z]|[,;:])", after):
        return after[1:]
    return after


def _with_spaces(before: str, after: str) -> tuple[str, str]:
    """One space, and no more, where words meet; none in front of a comma or full stop."""
    before = re.sub(r"\s*[ \t\u00a0]{2,}$", " ", before)
    if before[-1:].isalnum():
        before += " "
    after = re.sub(r"^[ \t\u00a0]{2,}", " ", after)
    after = re.sub(r"^\s+(?=[,;:!?)\]]|\.(?!\.))", "", after)
    return before, " " + after if after[:1].isalnum() else after


def _in_number(replaced: str, name: str) -> str:
    """The name in the plural if what it replaces is plural, and the head of both is an office or the like."""
    words = word_lists()
    singular = _singular(_head(replaced))
    head = _head(name)
    if singular is None or head.lower() not in words["roles"] | words["countable"]:
        return name
    same = bool(find_rendering(singular, head))
    if not same and not (singular.lower() in words["roles"] and head.lower() in words["roles"]):
        return name
    if head.lower().endswith("y") and head[-2].lower() not in "aeiou":
        plural = head[:-1] + "ies"
    elif head.lower().endswith("man"):
        plural = head[:-2] + "en"
    else:
        plural = head + ("es" if head.endswith(("s", "x", "z", "ch", "sh")) else "s")
    place = re.search(rf"\b{re.escape(head)}\b(?=$| of | for | general$)", name, re.IGNORECASE)
    return name if place is None else name[: place.start()] + plural + name[place.end() :]


def _head(name: str) -> str:
    """The word that a name is about: "Minister" of Minister of Defence, Defence Minister; "" of nothing."""
    words = re.split(r" (?:of|for) ", name, maxsplit=1)[0].split()
    if len(words) > 1 and words[-1].lower() == "general":
        words.pop()
    return re.sub(r"\W", "", words[-1]) if words else ""


def _singular(word: str) -> str | None:
    """The singular of a regular plural, None of a singular."""
    if word.lower().endswith("men"):
        return word[:-2] + "an"
    if word.lower().endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:s|x|z|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if re.search(r"[^su]s$", word) else None


def _is_plural(name: str) -> bool:
    last = (re.findall(r"[^\W\d_]+", name.lower()) or [""])[-1]
    if last in word_lists()["plural"]:
        return True
    singular = _singular(last)
    known = word_lists()["roles"] | word_lists()["countable"]
    return singular is not None and (
        singular in known or last.endswith(("ions", "ists", "ments", "ships", "ties"))
    )


def _is_role(name: str) -> bool:
    head = _head(name).lower()
    return head in word_lists()["roles"] or _singular(head) in word_lists()["roles"]


def _without_double(before: str, name: str, after: str) -> tuple[str, str]:
    """Take away, on both sides of a name, what only says it again."""
    while True:
        shorter = _bracket_opened(before, name, after)
        shorter = _doubled_before(shorter[0], name), _doubled_after(shorter[1], name)
        if shorter == (before, after):
            return shorter
        before, after = shorter


def _bracket_opened(before: str, name: str, after: str) -> tuple[str, str]:
    """Of "NATO (" and ")" around the name NATO keep what stands outside."""
    if before.endswith("(") and after.startswith(")"):
        start = _last_at_end(before[:-1], name)
        if start is not None:
            return before[:start], after[1:]
    return before, after


def _doubled_before(before: str, name: str) -> str:
    """Cut from the end of `before` the name, the name and a head word, or the first words of the name."""
    parts = name.split()
    plain = _DETERMINER.sub("", before)
    start = _last_at_end(plain, name)
    if start is None:
        headless = re.sub(
            rf"\b(?:{'|'.join(sorted(word_lists()['heads']))})\s+$", "", plain, flags=re.IGNORECASE
        )
        start = _last_at_end(headless, name) if headless != plain else None
    for count in range(len(parts) - 1, 0, -1):
        if start is None and not (count == 1 and parts[0].lower() in word_lists()["repeatable"]):
            start = _last_at_end(before, " ".join(parts[:count]))
    return before if start is None else before[:start]


def _doubled_after(after: str, name: str) -> str:
    """Cut from the start of `after` the name, also in brackets or behind a head word, or its last words."""
    heads = "|".join(sorted(word_lists()["heads"]))
    for lead, close in (
        (r"\s*\((?:the\s+)?", r"\)"),
        (r"\s+(?:(?:the|an|a)\s+)*", r"(?!\w)"),
        (rf"\s+(?:{heads})\s+", r"(?!\w)"),
    ):
        if (end := _first_at_start(after, lead, name, close)) is not None:
            return after[end:]
    parts = name.split()
    for count in range(len(parts) - 1, 0, -1):
        if count == 1 and re.search(r" (?:of|for|and) ", name):
            break
        if parts[-count].lower() in word_lists()["function"] and count == 1:
            break
        if (end := _first_at_start(after, r"\s+", " ".join(parts[-count:]), r"(?!\w)")) is not None:
            return after[end:]
    return after


def _last_at_end(before: str, rendering: str) -> int | None:
    """Where a rendering begins that ends `before`, white space behind it; None if none does."""
    spans = find_rendering(before, rendering)
    if spans and before[spans[-1][1] :].isspace():
        return spans[-1][0]
    return None


def _first_at_start(after: str, lead: str, rendering: str, close: str) -> int | None:
    """Where `after` goes on behind `lead`, a rendering and `close`; None if it does not begin so."""
    opened = re.match(lead, after, re.IGNORECASE)
    if opened is None:
        return None
    for start, end in find_rendering(after, rendering):
        if start == opened.end() and (closed := re.match(close, after[end:])):
            return end + closed.end()
    return None


def _with_article(
    before: str, replaced: str, name: str, after: str, article: Article, *, shouted: bool
) -> tuple[str, bool]:
    """Text in front of the name with the article right, and whether the name inherits a capital from it."""
    found = _DETERMINER.search(before)
    title = _is_role(name) and re.match(r"\s+[A-Z][^\W\d_]*[a-zà-ÿ]", after) is not None
    attributive = is_attributive(after)
    if found is None:
        alone = not title and not attributive
        if article == "none" or not alone or not _lacks_article(before, name, after):
            return before, False
        capital = _begins_sentence(before) or (before[-1:] in tuple(_OPENING) and replaced[:1].isupper())
        return before + _like("The" if capital else "the", "the", shouted=shouted) + " ", False
    model, word = found[1], found[0].split()[-1].lower()
    role = _is_role(name)
    if name.lower().startswith("the ") or title:
        kept = ""
    elif attributive or (role and article == "none"):
        kept = "the" if word == "the" else indefinite_article(name)
    else:
        kept = "the" if article == "the" or (role and word == "the") else ""
    if not kept:
        return before[: found.start()], model[0].isupper()
    return before[: found.start()] + _like(model, kept, shouted=shouted) + " ", False


def _lacks_article(before: str, name: str, after: str) -> bool:
    """Whether a name that wants "the" and has none can take it here."""
    if name.lower().startswith("the ") or _is_role(name) or _is_headline(before + name + after):
        return False
    if before[-1:] in tuple(_OPENING) and after[:1] in tuple(_CLOSING):
        return False
    if not before or before[-1] in _OPENING:
        return True
    match = _LAST_WORDS.search(before[-100:])
    if match is None:
        return before[-1].isspace()
    lists = word_lists()
    earlier, word = (match[1] or "").lower(), match[2].lower()
    if word in lists["determiners"] - {"that"} or re.search(r"['’]s?$", word):
        return False
    if word in lists["function"] | lists["past"] | lists["verbs"] or re.fullmatch("(?:19|20)[0-9]{2}", word):
        return True
    if earlier in lists["determiners"] | {"the", "a", "an"} or re.search(r"['’]s?$", earlier):
        return False
    inflected = word.endswith(("ed", "ing")) or (word.endswith("s") and match[2].islower())
    return inflected or earlier in lists["before_verb"]


def _is_headline(text: str) -> bool:
    """Whether a text is in the clipped style of headlines: no full stop, no article."""
    closed = re.search(r"[.!?…:;,]\s*[\"'”’»)\]]*\s*$", text)
    return closed is None and _ARTICLE.search(text) is None


def _like(model: str, word: str, *, shouted: bool) -> str:
    """The word in the case of another: The, the; THE in a headline."""
    if shouted:
        return word.upper()
    return word.capitalize() if model[0].isupper() else word


def _begins_sentence(before: str) -> bool:
    """Whether what follows is the first word of a sentence."""
    if re.fullmatch(r"[\W_]*(?:\d+[.)]\s+)?[\W_]*", before) or re.search(r"\n[\W_]*$", before):
        return True
    stop = re.search(r"[.!?…][\"'”’»)\]]*\s+[\"'“‘«(\[]*$", before)
    return stop is not None and _ABBREVIATION.search(before[: stop.start() + 1]) is None


def _with_possessive(before: str, replaced: str, name: str, after: str, *, shouted: bool) -> str:
    """Text behind the name with the possessive ending that the name takes, if there was one."""
    if match := re.match(r"(['’])([sS])(?!\w)", after):
        return match[1] + ("" if possessive_ending(name) == "'" else match[2]) + after[match.end() :]
    bare = re.match(r"(['’])(?=\s+\w)", after)
    quoted = len(re.findall(r"(?<!\w)['‘]", before)) > len(re.findall(r"(?<=\w)['’](?!\w)", before))
    if bare and not quoted and replaced[-1:].lower() == "s" and possessive_ending(name) == "'s":
        return bare[1] + ("S" if shouted else "s") + after[1:]
    return after
