"""Writing results: complete or not at all, and refused before the work rather than after it."""

import os
import stat
import tempfile
from pathlib import Path

from glossary.replacement import replacement
from pipeline.errors import OutputError


def check_writable(path: Path) -> None:
    """Check that `write_text(path, ...)` will succeed, as far as can be known before; leaves nothing behind.

    Does not check that there is room on the disk.

    Raises:
        OutputError: the folder is missing or may not be written to, or `path` is a folder or write-protected.
    """
    try:
        if _is_special(path):
            if not os.access(path, os.W_OK):
                raise OutputError(f"{path}: may not be written to by you; choose another output")
            return
        folder = _folder(path)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as err:
        raise _error(path, err) from err
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{path}: is write-protected; change its permissions or choose another output")


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, so that `path` holds either all of it or what it held before.

    The text goes to a temporary file in the same folder, onto the disk, and then takes the place of `path`. A
    symbolic link is followed, permissions of a file that is replaced are kept, line ends stay as they are.
    What is no regular file (a device, a pipe) is written to directly.

    Raises:
        OutputError: the text cannot be written; `path` is as it was.
    """
    data = text.encode()
    try:
        if _is_special(path):
            path.write_bytes(data)
        else:
            with replacement(_folder(path) / path.resolve().name) as file:
                file.write(data)
    except OSError as err:
        raise _error(path, err) from err


def _is_special(path: Path) -> bool:
    """Say whether `path` is something else than a regular file or a free name.

    Raises:
        OutputError: it is a folder.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path}: is a folder; give the name of a file in it")
    return not stat.S_ISREG(mode)


def _folder(path: Path) -> Path:
    """Return the folder in which the file is, or will be, behind all symbolic links.

    Raises:
        OutputError: there is none.
    """
    folder = path.resolve().parent
    if not folder.is_dir():
        raise OutputError(f"{path}: there is no folder {folder}; create it first")
    return folder


def _error(path: Path, err: OSError) -> OutputError:
    if isinstance(err, PermissionError):
        return OutputError(f"{path}: you may not write in {path.resolve().parent}; choose another output")
    return OutputError(f"{path}: cannot be written ({err.strerror or err}); choose another output")
