"""A term as a file has it, before references are resolved, and the text of such files."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.term import Term

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class GlossaryFile(Protocol):
    """A file on disk (`pathlib.Path`) or inside the installed package (`importlib.resources`)."""

    @property
    def name(self) -> str:
        """Last part of the path."""

    def read_bytes(self) -> bytes:
        """The whole content."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A term and its place in a file; its forms may still hold `{id}`.

    Attributes:
        path: the file, as messages name it.
        line: where the term begins, from 1.
        form_lines: where each of term.forms stands.
        named: whether the file gives the id; else it was derived from the target.
        article_given: whether the file says which article the target takes, if only that it takes none.
    """

    term: Term
    path: str
    line: int
    form_lines: tuple[int, ...]
    named: bool = True
    article_given: bool = False


def read_text(file: GlossaryFile) -> str:
    """Return the content of a file in UTF-8, or in UTF-16 with a byte order mark; without the mark.

    Raises:
        GlossaryError: it cannot be read.
        GlossaryFormatError: it is neither.
    """
    try:
        data = file.read_bytes()
    except OSError as err:
        raise GlossaryError(f"{file}: cannot be read: {err.strerror or err}") from err
    try:
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as err:
        line = data.count(b"\n", 0, err.start) + 1
        raise GlossaryFormatError(file, line, "not UTF-8 text: save the file as UTF-8") from err
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise GlossaryFormatError(file, line, "a NUL character, so not a text file: save it as UTF-8 text")
    return text


def layer_name(file: GlossaryFile) -> str:
    """The name of the glossary in `file`, if the file does not say: its name without suffix."""
    return Path(file.name).stem


def slug(name: str) -> str:
    """Return `name` in the form of an id, `term` where nothing is left of it.

    >>> slug("Federal Office for Civil Protection (BBK)"), slug("Große Koalition"), slug("؟")
    ('federal-office-for-civil-protection-bbk', 'grosse-koalition', 'term')
    """
    plain = name.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-") or "term"
