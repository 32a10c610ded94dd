"""Loading a checkpoint in Transformers: one at a time, without its progress bars and remarks on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Final

# `from_pretrained` patches torch for the whole process while it builds a model: two threads in it at once
# leave every later model without data ("meta tensors").
_LOADING: Final = RLock()


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep other threads from loading, and silence what is below an error, while the context lasts."""
    from transformers.utils import logging

    with _LOADING:
        verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            logging.set_verbosity(verbosity)
            if bars:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]
