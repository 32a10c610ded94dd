"""What the command line says on stderr, and how it puts results on stdout."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import OutputError

if TYPE_CHECKING:
    from rich.progress import Progress

NAME = "dragoman"
FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]")


class Messages:
    """Lines on stderr, each beginning with the command's name.

    Attributes:
        quiet: notes and progress are left out; errors are not.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet

    def note(self, message: object) -> None:
        """Say something that is good to know."""
        if not self.quiet:
            self.error(message)

    def error(self, message: object) -> None:
        """Say what went wrong."""
        if sys.stderr is not None:
            print(f"{NAME}: {one_line(str(message))}", file=sys.stderr, flush=True)

    @contextmanager
    def log(self) -> Iterator[None]:
        """Show what our own modules log as notes, from `INFO` up."""
        handler = _NoteHandler(self)
        loggers = [logging.getLogger(package) for package in ("pipeline", "glossary")]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.removeHandler(handler)
                logger.setLevel(level)


class _NoteHandler(logging.Handler):
    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.note(record.getMessage())


class Bar:
    """A progress bar on stderr; nothing at all where stderr is no terminal."""

    def __init__(self, total: int, unit: str, *, quiet: bool) -> None:
        self._progress: Progress | None = None
        if not quiet and is_terminal(sys.stderr):
            self._progress = _progress(unit)
            self._task = self._progress.add_task("", total=total)

    @property
    def shown(self) -> bool:
        """Whether anybody sees it."""
        return self._progress is not None

    @contextmanager
    def working(self, description: str) -> Iterator[None]:
        """Show the bar while something is done; it is gone afterwards, so that results can be printed."""
        if self._progress is None:
            yield
            return
        self._progress.update(self._task, description=one_line(description))
        self._progress.start()
        try:
            yield
        finally:
            self._progress.stop()

    def set(self, done: int, total: int | None = None) -> None:
        """Say how far the work has come."""
        if self._progress is not None:
            self._progress.update(self._task, completed=done, total=total)


def _progress(unit: str) -> "Progress":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def is_terminal(stream: object) -> bool:
    """Say whether a person is looking at `stream`, which may be closed or missing."""
    return isinstance(stream, io.TextIOBase) and not stream.closed and stream.isatty()


def one_line(text: str) -> str:
    """Put a message on one line."""
    return " ".join(text.split())


def write_stdout(text: str) -> None:
    """Write to standard output as UTF-8, whatever the locale; line ends stay as they are.

    Raises:
        BrokenPipeError: the reader has gone.
        OutputError: standard output is closed, or its disk is full.
    """
    if sys.stdout is None:
        raise OutputError("standard output: is closed; use -o FILE")
    try:
        sys.stdout.flush()
        rest = memoryview(text.encode())
        while rest:  # unbuffered (PYTHONUNBUFFERED), one call may take a part only
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as err:
        raise OutputError(f"standard output: cannot be written ({err.strerror}); use -o FILE") from err


def write_json(value: object) -> None:
    """Print a value on stdout as JSON."""
    write_stdout(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def print_table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows on stdout: as a table for a person, else as tab-separated values with a heading."""
    if not is_terminal(sys.stdout):
        write_stdout("".join("\t".join(map(one_line, row)) + "\n" for row in (heading, *rows)))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heading, box=box.SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(isolated(printable(cell))) for cell in row))
    Console().print(table)


def print_highlighted(text: str, spans: Sequence[tuple[int, int]]) -> None:
    """Print `text` on a terminal, its `spans` standing out; each line is isolated if it runs from the right.

    Args:
        text: n code points, line ends of any kind.
        spans: increasing, without overlap, within the text.
    """
    from rich.console import Console
    from rich.text import Text

    styled = Text(_one_line_end(printable(text)))
    for start, end in spans:
        styled.stylize("bold underline cyan", start, end)
    console = Console(highlight=False)
    for line in styled.split("\n", allow_blank=True):
        line.rstrip()
        isolates = (FIRST_STRONG_ISOLATE, POP_ISOLATE) if _RIGHT_TO_LEFT.search(line.plain) else ("", "")
        console.print(Text(isolates[0]) + line + Text(isolates[1]), soft_wrap=True)


def _one_line_end(text: str) -> str:
    """Return `text` without carriage returns, which rich would take out, and as long as before."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


def isolated(text: str) -> str:
    """Keep right-to-left `text` from changing the order of what stands beside it (Unicode, UAX 9)."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def printable(text: str) -> str:
    """Return `text` with control characters, which a terminal would obey, made visible; as long as before."""
    return _CONTROL.sub("\ufffd", text)
