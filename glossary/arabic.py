"""Arabic writing as the matcher sees it: folding, word boundaries, attached proclitics.

Folding is lossy and only compares; it never prepares text for a model. Matching runs on folded text, and an
offset map leads back to the text as it stands.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

ALEF = "\u0627"
ALEF_MADDA = "\u0622"
ALEF_HAMZA_ABOVE = "\u0623"
ALEF_HAMZA_BELOW = "\u0625"
ALEF_WASLA = "\u0671"
BEH = "\u0628"
TEH_MARBUTA = "\u0629"
FEH = "\u0641"
KAF = "\u0643"
LAM = "\u0644"
HEH = "\u0647"
WAW = "\u0648"
WAW_HAMZA = "\u0624"
ALEF_MAKSURA = "\u0649"
YEH = "\u064a"
YEH_HAMZA = "\u0626"
SEEN = "\u0633"
FATHATAN = "\u064b"
TATWEEL = "\u0640"
HIGH_HAMZA = "\u0674"
PERSIAN_PEH = "\u067e"
ARABIC_VEH = "\u06a4"
PERSIAN_KEHEH = "\u06a9"
SWASH_KAF = "\u06aa"
URDU_HEH_DOACHASHMEE = "\u06be"
URDU_HEH_GOAL = "\u06c1"
URDU_TEH_MARBUTA = "\u06c3"
PERSIAN_YEH = "\u06cc"
PASHTO_YEH = "\u06d0"
URDU_YEH_BARREE = "\u06d2"
KURDISH_AE = "\u06d5"
DECIMAL_SEPARATOR = "\u066b"
THOUSANDS_SEPARATOR = "\u066c"
PERCENT_SIGN = "\u066a"

ARTICLE = ALEF + LAM
CONJUNCTIONS = (WAW, FEH)
PREPOSITIONS = (BEH, KAF, LAM, SEEN)

_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
_APOSTROPHES = "\u2018\u2019\u02bc"
_ZERO_WIDTH_SPACE = "\u200b"
_SAME_AS: Mapping[str, str] = {
    TATWEEL: "",
    HIGH_HAMZA: "",
    ALEF_WASLA: ALEF,
    ALEF_MAKSURA: YEH,
    PERSIAN_YEH: YEH,
    PASHTO_YEH: YEH,
    URDU_YEH_BARREE: YEH,
    TEH_MARBUTA: HEH,
    URDU_TEH_MARBUTA: HEH,
    URDU_HEH_GOAL: HEH,
    URDU_HEH_DOACHASHMEE: HEH,
    KURDISH_AE: HEH,
    PERSIAN_KEHEH: KAF,
    SWASH_KAF: KAF,
    PERSIAN_PEH: BEH,
    ARABIC_VEH: FEH,
    DECIMAL_SEPARATOR: ".",
    THOUSANDS_SEPARATOR: ",",
    PERCENT_SIGN: "%",
    **dict.fromkeys(_HYPHENS, "-"),
    **dict.fromkeys(_APOSTROPHES, "'"),
}
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})
_SPACES = re.compile("  +")
_ARABIC_LETTER = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u0750-\u077f]"
)
_MARKS = "[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u200c\u200d]*"
_BIDI_CONTROLS = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_WRITTEN_ARTICLE = re.compile(f"{_BIDI_CONTROLS}[{ALEF}{ALEF_WASLA}]{_MARKS}{LAM}{_MARKS}(?=[^\\W\\d_])")
_ACCUSATIVE = re.compile(f"(?:{FATHATAN}{_MARKS}{ALEF}|{ALEF}{_MARKS}{FATHATAN}){_MARKS}$")
_FINAL_LAM = re.compile(f"(?:^|(?<=[\\s(«\"'-]))((?:[{WAW}{FEH}]{_MARKS})?{LAM}){_MARKS}$")


class _FoldTable(dict[int, str]):
    """What each code point becomes, for `str.translate`; filled as code points are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_code_point(chr(code))
        return folded


def _fold_code_point(char: str) -> str:
    if char.isspace() or char == _ZERO_WIDTH_SPACE:
        return " "
    letters = "".join(_fold_letter(part) for part in unicodedata.normalize("NFKD", char))
    return letters if letters.strip() else ""  # the spacing twin of a diacritic decomposes to space and mark


def _fold_letter(char: str) -> str:
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return " " if char.isspace() else _SAME_AS.get(char, char)


_FOLD = _FoldTable()
_SEATS = (ALEF_HAMZA_ABOVE, ALEF_HAMZA_BELOW, ALEF_MADDA, WAW_HAMZA, YEH_HAMZA)
_LETTER_FOR_LETTER = {char: _FOLD[ord(char)] for char in (*_SEATS, ALEF_MAKSURA, TEH_MARBUTA)}
_EVEN = (  # what folds to itself or letter for letter: nearly all of any text
    "\0!-~\u00ab\u00bb\u060c\u061b\u061f\u0621\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a\u2014\u201c\u201d"
    + "".join(_LETTER_FOR_LETTER)
)
_UNEVEN = re.compile(f"[^ {_EVEN}][^{_EVEN}]*")
_UNEVEN_OR_SPACES = re.compile(f"[^ {_EVEN}][^{_EVEN}]*|  [^{_EVEN}]*")  # far slower


def fold(text: str) -> str:
    """Return `text` without the differences that Arabic writing leaves free.

    Drops diacritics, tatweel, hamza on its seats, bidi and other invisible controls; makes one letter of ى ي,
    of ة ه, of the Persian and the Arabic ک ك, ی ي, of ڤ ف and پ ب; takes presentation forms, ligatures and
    full-width letters apart; writes every decimal digit in ASCII and every run of white space as one space.
    A hamza on the line (ء) stays, and so does letter case. It does not stem and leaves proclitics alone.

    >>> fold("إنّ الأُمـم المتّحدة ٢٠٢٤")
    'ان الامم المتحده 2024'
    """
    folded = text.translate(_FOLD)
    return _SPACES.sub(" ", folded) if "  " in folded else folded


@dataclass(frozen=True, slots=True)
class Folded:
    """A text, what it folds to, and the way back.

    The two run in parallel but for a few places, so the way back is kept as stretches: text[starts[i] + k]
    comes from source[origins[i] + k], up to starts[i + 1].

    Attributes:
        source: n code points.
        text: fold(source), m code points.
        starts: offsets into `text`, never falling, the first is 0.
        origins: as many offsets into `source`, never falling.
        halved: offsets into `text` that lie inside of what one code point folds to.
    """

    source: str
    text: str
    starts: Sequence[int]
    origins: Sequence[int]
    halved: AbstractSet[int]

    @classmethod
    def of(cls, source: str) -> "Folded":
        """Fold `source` and map it; looks closely only at what does not fold letter for letter."""
        lines = source.replace("\n", " ")
        starts, origins, shift = [0], [0], 0
        halved: set[int] = set()
        pieces: list[str] = []
        reached, end = 0, 0
        for run in (_UNEVEN_OR_SPACES if "  " in lines else _UNEVEN).finditer(lines):
            begin = run.start()
            pieces.append(lines[end:begin])
            reached += begin - end
            before = lines[begin - 1 : begin]
            for origin, char in enumerate(run[0], begin):
                first = reached
                for letter in _FOLD[ord(char)]:
                    if letter != " " or before != " ":
                        pieces.append(letter)
                        if origin - reached != shift:
                            shift = origin - reached
                            starts.append(reached)
                            origins.append(origin)
                        reached += 1
                    before = letter
                if reached > first + 1:
                    halved.update(range(first + 1, reached))
            end = run.end()
            if end - reached != shift:
                shift = end - reached
                starts.append(reached)
                origins.append(end)
        text = "".join((*pieces, lines[end:]))
        for char, letter in _LETTER_FOR_LETTER.items():
            text = text.replace(char, letter)
        return cls(source, text, starts, origins, halved)

    def offset(self, index: int) -> int:
        """Return where in the source text[index] comes from, 0 <= index <= m; of m, that is n."""
        stretch = bisect_right(self.starts, index) - 1
        return self.origins[stretch] + index - self.starts[stretch]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that text[start:end] comes from, start < end.

        Whole code points (a ligature is never halved), with the diacritics and tatweel of the last
        letter; bidi controls at either edge are left out.
        """
        stretch = bisect_right(self.starts, start)
        if stretch == len(self.starts) or end < self.starts[stretch]:
            shift = self.origins[stretch - 1] - self.starts[stretch - 1]
            return start + shift, end + shift
        source_end = self.offset(end - 1) + 1
        following = self.offset(end)
        while source_end < following and unicodedata.category(self.source[source_end]) != "Cf":
            source_end += 1
        return self.offset(start), source_end

    def surface(self, start: int, end: int) -> str:
        """Return what text[start:end] stands for in the source."""
        return self.source[slice(*self.span(start, end))]


def has_arabic(text: str) -> bool:
    """Whether there is an Arabic letter in `text`, in any of its forms."""
    return not text.isascii() and _ARABIC_LETTER.search(fold(text)) is not None


def has_article(form: str) -> bool:
    """Whether `form`, as written, begins with the article ال.

    A hamza on the alef says no: ألمانيا begins with the letters of its name. After folding the two look
    alike, so this reads the form itself.
    """
    return _WRITTEN_ARTICLE.match(unicodedata.normalize("NFKC", form)) is not None


def is_accusative(surface: str) -> bool:
    """Whether a word ends in ًا or اً, the indefinite accusative: ألمانيًا is "German", ألمانيا is Germany."""
    return _ACCUSATIVE.search(surface) is not None


def join(left: str, form: str) -> str:
    """Write `form` behind `left`, with the contraction of ل and ال.

    >>> join("الأمين العام ل", "الناتو"), join("رئيس ل", "اللجنة"), join("سفير ل", "ألمانيا")
    ('الأمين العام للناتو', 'رئيس للجنة', 'سفير لألمانيا')
    """
    lam = _FINAL_LAM.search(left)
    article = _WRITTEN_ARTICLE.match(composed := unicodedata.normalize("NFKC", form))
    if lam is None or article is None:
        return left + form
    rest = composed[article.end() :]
    return left[: lam.end(1)] + ("" if rest.startswith(LAM) else LAM) + rest


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """A folded string to look for, and what may be attached in front of it.

    Attributes:
        prefixes: each string that may stand between the start of the word and `text`, with the number of its
            leading code points that are proclitics outside of the match (ال and the contraction لل are
            inside).
    """

    text: str
    prefixes: Mapping[str, int]


_PROCLITICS = ["".join(pair) for pair in product(("", *CONJUNCTIONS), ("", *PREPOSITIONS))]
_NOUN_PROCLITICS = [proclitic for proclitic in _PROCLITICS if not proclitic.endswith(SEEN)]
_WITH_ARTICLE = {proclitic + ARTICLE: len(proclitic) for proclitic in _NOUN_PROCLITICS} | {
    conjunction + LAM + LAM: len(conjunction) for conjunction in ("", *CONJUNCTIONS)
}
_BEFORE_ARTICLE = {proclitic: len(proclitic) for proclitic in _PROCLITICS}
_BEFORE_CONTRACTION = {conjunction: len(conjunction) for conjunction in ("", *CONJUNCTIONS)}
_BEFORE_NAME = {proclitic: len(proclitic) for proclitic in _NOUN_PROCLITICS}
_BEFORE_SHORT_NAME = {"": 0, WAW: 1}
_BEFORE_WORD = _BEFORE_NAME | _WITH_ARTICLE
_BEFORE_SHORT_WORD = _BEFORE_SHORT_NAME | _WITH_ARTICLE
_BEFORE_PHRASE = _BEFORE_ARTICLE | _WITH_ARTICLE
LONGEST_PREFIX = max(map(len, _BEFORE_PHRASE))
SHORT_WORD = 3


def spellings(form: str, *, name: bool = False) -> tuple[Spelling, ...]:
    """Return the folded spellings that match `form`.

    Proclitics are و or ف, then one of ب ك ل س. A form with ال matches with it or contracted (للناتو), a form
    without it matches with it too. A single word without ال is less free, for there each letter more makes
    another word:

    - it takes no س, which stands before verbs (سيرماك is Čermák, not Yermak);
    - of up to three Arabic letters it takes none but و, or any together with ال (لباس is no ل and باس);
    - if it is the `name` of a place or person it takes no ال (الأوديسة is the Odyssey, not Odesa).

    Suffixes never match.

    Args:
        form: as written, with at least one letter or digit.
        name: whether the form names a place or person.
    """
    folded = fold(form).strip()
    if has_article(form):
        rest = folded[len(ARTICLE) :]
        contractions = [LAM + LAM + rest, LAM + rest] if rest.startswith(LAM) else [LAM + LAM + rest]
        contracted = (Spelling(contraction, _BEFORE_CONTRACTION) for contraction in contractions)
        return Spelling(folded, _BEFORE_ARTICLE), *contracted
    if " " in folded:
        return (Spelling(folded, _BEFORE_PHRASE),)
    if len(folded) <= SHORT_WORD and all(map(_ARABIC_LETTER.match, folded)):
        return (Spelling(folded, _BEFORE_SHORT_NAME if name else _BEFORE_SHORT_WORD),)
    return (Spelling(folded, _BEFORE_NAME if name else _BEFORE_WORD),)


@lru_cache(maxsize=4096)
def with_proclitics(words: str) -> tuple[str, ...]:
    """Return every folded text that is `words`, or `words` with ال and proclitics in front.

    For the neighbours of a match, where a reading too many does little harm: single words are as free as any.
    """
    if has_article(words):
        return tuple(prefix + spelling.text for spelling in spellings(words) for prefix in spelling.prefixes)
    return tuple(prefix + fold(words).strip() for prefix in _BEFORE_PHRASE)
