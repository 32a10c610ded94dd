"""Reading an article: from bytes to Arabic text, or to one line that says what is wrong with the file.

UTF-8 is the rule; UTF-16 and UTF-32 with a byte order mark, Windows-1256 and ISO-8859-6 are converted
with a note. The two Arabic 8-bit encodings are told by their words, not with charset-normalizer: of 1,000
single sentences in each, the words give 987 and 986 right, that library 988 and 888; of 1,000 texts of
ten sentences both give all. So a few lines do it here, they never name a third encoding, and where they
doubt, the file is refused with the line of the first wrong byte, as is UTF-8 with a damaged byte.

Line ends and everything else in the text stay as they are; preparation comes later (`pipeline.prepare`).
"""

import codecs
import re
import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.letters import (
    ALEF,
    BEH,
    BIDI_CONTROLS,
    BYTE_ORDER_MARK,
    FEH,
    JOINERS,
    KAF,
    LAM,
    LETTERS,
    MARKS,
    NOON,
    TEH,
    TEH_MARBUTA,
    WAW,
    YEH,
    ZERO_WIDTH_SPACE,
)

MIN_ARABIC_SHARE = 0.1
MIN_TYPICAL_WORD_SHARE = 0.15
MIN_FOREIGN_LETTER_SHARE = 0.03
MAX_CONTROL_SHARE = 0.01

# fmt: off
COMMON_WORDS = frozenset({
    "في", "من", "على", "إلى", "الى", "أن", "ان", "إن", "عن", "مع", "ما", "لا", "لم", "هذا", "هذه", "ذلك",
    "التي", "الذي", "كان", "كانت", "قال", "قالت", "بعد", "قبل", "بين", "كل", "أو", "هو", "هي", "قد",
    "وقد", "لن", "ثم", "عام", "يوم", "غير", "حول", "وفي", "ومن", "وقال", "منذ", "عند", "كما", "خلال",
    "ضد", "حتى",
})
PERSIAN_WORDS = frozenset({
    "که", "از", "به", "را", "این", "است", "در", "با", "برای", "آن", "می", "شد", "شده", "خود", "کرد",
    "بود", "های", "یک", "تا", "هم", "اما", "نیز", "باید", "دو",
})
URDU_WORDS = frozenset({
    "کے", "کی", "کا", "میں", "ہے", "ہیں", "اور", "سے", "کو", "نے", "پر", "یہ", "وہ", "کہ", "تھا", "تھی",
    "گیا", "بھی", "اس", "ان",
})
FOREIGN_LETTERS = "پچژگکیہےںٹڈڑھۀ"
# fmt: on

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF document", "extract its text first, for example with pdftotext"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Microsoft Office document",
        "save it as plain text (UTF-8)",
    ),
    (b"{\\rtf", "an RTF document", "save it as plain text (UTF-8)"),
    (b"PAR1", "a Parquet file", "give it to the batch command"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", "give the article as text"),
    (b"\xff\xd8\xff", "a JPEG image", "give the article as text"),
    (b"GIF8", "a GIF image", "give the article as text"),
    (b"II*\x00", "a TIFF image", "give the article as text"),
    (b"MM\x00*", "a TIFF image", "give the article as text"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
)
_ZIP = b"PK\x03\x04"
_ZIP_MEMBERS: tuple[tuple[bytes, str, str], ...] = (
    (b"word/", "a Word document (DOCX)", "save it as plain text (UTF-8)"),
    (b"xl/", "an Excel workbook (XLSX)", "save it as CSV (UTF-8)"),
    (b"ppt/", "a PowerPoint presentation (PPTX)", "save it as plain text (UTF-8)"),
    (b"application/epub+zip", "an EPUB book", "save it as plain text (UTF-8)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", "save it as plain text (UTF-8)"),
)
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ARABIC_ENCODINGS = (("cp1256", "Windows-1256"), ("iso8859_6", "ISO-8859-6"))
_ARABIC_LETTER = re.compile(f"[{LETTERS}]")
_ARABIC_WORD = re.compile(f"[{LETTERS}{MARKS}]+")
_TYPICAL_WORD = re.compile(
    f"[{WAW}{FEH}{BEH}{KAF}]?{ALEF}{LAM}[{LETTERS}]{{2,}}"
    f"|{LAM}{LAM}[{LETTERS}]{{2,}}"
    f"|[{LETTERS}]{{2,}}(?:{TEH_MARBUTA}|{ALEF}{TEH}|[{WAW}{YEH}]{NOON})"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LINE_END = re.compile("\r\n|\r|\n")
_VISIBLE = re.compile(f"[^\\s{BIDI_CONTROLS}{BYTE_ORDER_MARK}{JOINERS}{ZERO_WIDTH_SPACE}]")
_DOUBLY_ENCODED = re.compile("[\u00d8\u00d9]")
_MARKUP = re.compile(r"\s*<(?:!doctype html|html|\?xml)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadText:
    """An article as text, and what its reader should know of it: one line each."""

    text: str
    notes: tuple[str, ...] = ()


def read_article(path: Path) -> ReadText:
    """Read an article from a file.

    Raises:
        InputError: the file is missing, a folder, not readable, or not an article: see `decode_article`.
    """
    return decode_article(_read_bytes(path), str(path))


def read_text(path: Path) -> ReadText:
    """Read a text in any language from a file.

    Raises:
        InputError: the file is missing, a folder, not readable, or not text: see `decode_text`.
    """
    return decode_text(_read_bytes(path), str(path))


def _read_bytes(path: Path) -> bytes:
    name = str(path)
    try:
        return path.read_bytes()
    except FileNotFoundError as err:
        raise _error(name, "no such file: check the path") from err
    except IsADirectoryError as err:
        raise _error(
            name, f"is a folder, not a file: give the files in it, for example {name}/*.txt"
        ) from err
    except PermissionError as err:
        raise _error(name, "may not be read by you: change its permissions or copy it") from err
    except OSError as err:
        raise _error(name, f"cannot be read: {err.strerror or err}") from err
    except ValueError as err:  # a null character in the path
        raise _error(name, "no such file: the path holds a null character") from err


def decode_article(data: bytes, name: str) -> ReadText:
    """Decode an article and check that it is one.

    Args:
        data: the whole file.
        name: of the file, for messages; `-` for standard input.

    Returns:
        The text without byte order mark, line ends as they are; a note where it was not UTF-8, and those of
        `check_arabic`.

    Raises:
        InputError: `data` is blank, not Arabic, or refused by `decode_text`.
    """
    read = decode_text(data, name)
    return ReadText(read.text, (*read.notes, *check_arabic(read.text, name)))


def decode_text(data: bytes, name: str) -> ReadText:
    """Decode a text, in whatever language; but an 8-bit encoding is known only by its Arabic.

    Args:
        data: the whole file.
        name: of the file, for messages; `-` for standard input.

    Returns:
        The text without byte order mark, line ends as they are; a note where it was not UTF-8, or holds
        control characters.

    Raises:
        InputError: `data` is empty, binary, or in an unknown encoding (with the line of its first
            wrong byte).
    """
    if not data:
        raise _error(name, "the file is empty: nothing to read")
    _check_signature(data, name)
    text, encoding = _decode(data, name)
    controls = len(_CONTROL.findall(text))
    if controls > MAX_CONTROL_SHARE * len(text):
        raise _error(name, "is not text but binary data: give the article as plain text (UTF-8)")
    notes = []
    if encoding != "UTF-8":
        notes.append(f"{_shown(name)}: read as {encoding}, not UTF-8")
    if controls:
        notes.append(f"{_shown(name)}: holds {controls} control characters, which are ignored")
    return ReadText(text, tuple(notes))


def check_arabic(text: str, name: str) -> tuple[str, ...]:
    """Check that `text` is Arabic, as far as letters tell.

    Does not tell the dialects from the standard language. Persian and Urdu pass, with a note.

    Args:
        text: a whole article.
        name: for messages.

    Returns:
        Notes, one line each: it looks like Persian or Urdu, or like HTML.

    Raises:
        InputError: `text` is blank, or Arabic letters make up less than a tenth of its letters.
    """
    if not _VISIBLE.search(text):
        raise _error(name, "holds only white space: nothing to translate")
    letters = sum(map(str.isalpha, text))
    if not letters:
        raise _error(name, "holds no Arabic text, only digits and signs: nothing to translate")
    arabic = sum(map(str.isalpha, _ARABIC_LETTER.findall(text)))
    share = arabic / letters
    if share < MIN_ARABIC_SHARE:
        raise _error(name, _why_not_arabic(text, letters, arabic))
    notes = []
    language = _foreign_language(text, arabic)
    if language is not None:
        notes.append(f"{_shown(name)}: looks like {language}, not Arabic: the translation will be poor")
    if _MARKUP.match(text):
        notes.append(
            f"{_shown(name)}: looks like HTML or XML: its tags are read as text, better save it as plain text"
        )
    return tuple(notes)


def _error(name: str, message: str, line: int | None = None) -> InputError:
    place = _shown(name) if line is None else f"{_shown(name)}:{line}"
    return InputError(f"{place}: {_shown(message)}")


def _shown(text: str) -> str:
    """Keep a message on one line and printable, whatever stands in a file's name."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _check_signature(data: bytes, name: str) -> None:
    """Refuse files that are known by their first bytes, and say what to do with them."""
    signatures = _SIGNATURES
    if data.startswith(_ZIP):
        members = [(_ZIP, what, remedy) for member, what, remedy in _ZIP_MEMBERS if member in data]
        signatures = (*members, (_ZIP, "a ZIP archive", "unpack it first"))
    for signature, what, remedy in signatures:
        if data.startswith(signature):
            raise _error(name, f"is {what}, not text: {remedy}")


def _decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text, and the name of the encoding it was in."""
    for mark, codec, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), encoding
            except UnicodeDecodeError as err:
                line = len(_LINE_END.findall(data[: err.start].decode(codec, "ignore"))) + 1
                raise _error(name, f"is damaged {encoding} text: save it again as UTF-8", line) from err
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as err:
        start, reason = err.start, err
    candidates = [(*_read_as(data, codec), encoding) for codec, encoding in _ARABIC_ENCODINGS]
    share, text, encoding = max(candidates)
    if share >= MIN_TYPICAL_WORD_SHARE:
        return text, encoding
    if b"\x00" in data:
        raise _error(name, "is not text but binary data: give the article as plain text (UTF-8)")
    line = len(_LINE_END.findall(data[:start].decode())) + 1
    source = "FILE" if name == "-" else shlex.quote(name)
    raise _error(
        name,
        f"is not UTF-8 text (byte 0x{data[start]:02x}): convert it with its true encoding, for example "
        f"iconv -f WINDOWS-1256 -t UTF-8 {source} > utf8.txt",
        line,
    ) from reason


def _read_as(data: bytes, codec: str) -> tuple[float, str]:
    """Decode with an 8-bit encoding, and return the share of words that are typical of Arabic with the text.

    Of the words of Arabic news half are typical, in the wrong encoding one in ten at most.
    """
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return 0.0, ""
    words = re.findall(r"\w+", text)
    typical = sum(word in COMMON_WORDS or _TYPICAL_WORD.fullmatch(word) is not None for word in words)
    return typical / len(words) if words else 0.0, text


def _why_not_arabic(text: str, letters: int, arabic: int) -> str:
    if len(_DOUBLY_ENCODED.findall(text)) > letters / 4:
        return "is Arabic that was decoded wrongly (Ø, Ù): save it again from the original, as UTF-8"
    if not arabic:
        return "holds no Arabic text: give the Arabic original"
    return f"holds hardly any Arabic ({arabic / letters:.1%} of its letters): give the Arabic original"


def _foreign_language(text: str, arabic: int) -> str | None:
    """Name Persian or Urdu if the letters that Arabic lacks and their commonest words both say so."""
    letters = Counter(text)
    if sum(letters[letter] for letter in FOREIGN_LETTERS) < MIN_FOREIGN_LETTER_SHARE * arabic:
        return None
    words = _ARABIC_WORD.findall(text)
    scores = {
        language: sum(word in common for word in words)
        for language, common in (("Arabic", COMMON_WORDS), ("Persian", PERSIAN_WORDS), ("Urdu", URDU_WORDS))
    }
    language = max(scores, key=lambda each: scores[each])
    return None if language == "Arabic" else language
