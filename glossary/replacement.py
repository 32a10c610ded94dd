"""Files that are complete or not there: written beside their place, then put into it."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacement(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; when the context ends well, it is on the disk and takes the place of `path`.

    If it ends otherwise, `path` is as it was and nothing is left behind. Permissions of a file that is
    replaced are kept. Does not follow symbolic links: give the path behind them.

    Raises:
        OSError: the file cannot be written.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=".dragoman-", suffix=".tmp", dir=path.parent)
    try:
        with open(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fchmod(descriptor, _permissions(path))
            os.fsync(descriptor)
        Path(temporary).replace(path)
    except BaseException:  # Ctrl-C too must leave nothing behind
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _permissions(path: Path) -> int:
    """Return the permissions of the file that is replaced, or those that a new file gets."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
