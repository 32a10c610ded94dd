"""Glossaries read once: their checked and composed terms as JSON in the user's cache, by the files' content.

Whatever goes wrong here only costs time: a file that is damaged or cannot be written is as good as none.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from importlib import resources
from operator import attrgetter
from pathlib import Path

from glossary.draft import GlossaryFile
from glossary.term import SourceForm, Term

Layers = Sequence[tuple[Term, ...]]
KEPT = 8
_log = logging.getLogger(__name__)
_FIELDS = attrgetter(*(field.name for field in fields(Term)))
_FORMS = [field.name for field in fields(Term)].index("forms")
_FORM_FIELDS = attrgetter(*(field.name for field in fields(SourceForm)))


def compiled(files: Sequence[GlossaryFile], settings: str, read: Callable[[], Layers]) -> Layers:
    """Return what `read` makes of `files`, from the cache if they were read before with this same code.

    What reading them logged is logged again.

    Args:
        files: everything that is read, in order.
        settings: what else decides what `read` makes of them.
        read: returns the terms of each layer; its errors are passed on, and nothing is stored.
    """
    try:
        path = cache_folder() / f"{_key(files, settings)}.json"
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return read()
    with suppress(OSError, ValueError, TypeError):
        layers, notes = _load(path)
        for note in notes:
            _log.warning("%s", note)
        return layers
    with _collected() as notes:
        layers = read()
    with suppress(OSError, ValueError):
        _save(path, layers, notes)
    return layers


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.notes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.notes.append(record.getMessage())


@contextmanager
def _collected() -> Iterator[list[str]]:
    """Collect what the package logs in the context."""
    collector = _Collector()
    logger = logging.getLogger("glossary")
    logger.addHandler(collector)
    try:
        yield collector.notes
    finally:
        logger.removeHandler(collector)


def cache_folder() -> Path:
    """Return the folder of compiled glossaries, in `DRAGOMAN_CACHE_DIR` or the user's cache."""
    if override := os.environ.get("DRAGOMAN_CACHE_DIR"):
        return Path(override).expanduser() / "glossary"
    import platformdirs

    return Path(platformdirs.user_cache_dir("dragoman", appauthor=False)) / "glossary"


def _key(files: Iterable[GlossaryFile], settings: str) -> str:
    code = (file for file in resources.files("glossary").iterdir() if file.name.endswith(".py"))
    digest = hashlib.sha256(settings.encode("utf-8", "surrogateescape"))
    for file in (*sorted(code, key=lambda file: file.name), *files):
        content = file.read_bytes()
        digest.update(f"{file}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _load(path: Path) -> tuple[Layers, list[str]]:
    checksum, content = path.read_bytes().split(b"\n", 1)
    if checksum.decode() != hashlib.sha256(content).hexdigest():
        raise ValueError(f"{path}: damaged")
    layers, notes = json.loads(content)
    return tuple(tuple(map(_term, layer)) for layer in layers), notes


def _save(path: Path, layers: Layers, notes: Sequence[str]) -> None:
    rows = [list(map(_row, layer)) for layer in layers]
    content = json.dumps([rows, notes], ensure_ascii=False).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise
    for old in sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
        old.unlink()


def _row(term: Term) -> list[object]:
    """The fields of a term; of a form without guards, conditions and parts only the text."""
    row = list(_FIELDS(term))
    forms = map(_FORM_FIELDS, term.forms)
    row[_FORMS] = [form if any(form[1:]) else form[0] for form in forms]
    return row


def _term(row: list[object]) -> Term:
    values = [tuple(value) if isinstance(value, list) else value for value in row]
    forms = values[_FORMS]
    if not isinstance(forms, tuple):
        raise TypeError("forms must be a list")
    values[_FORMS] = tuple(map(_form, forms))
    return Term(*values)  # type: ignore[arg-type]


def _form(value: str | list[object]) -> SourceForm:
    if isinstance(value, str):
        return SourceForm(value)
    text, *neighbours = value
    return SourceForm(text, *map(tuple, neighbours))  # type: ignore[arg-type]
