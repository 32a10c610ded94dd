"""Python's collector of reference cycles, out of the way while many records are made at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Collect no cycles in the context: each collection would walk all records made so far, and find none.

    For the whole interpreter. Reference counting goes on, so memory grows by cycles of other threads only.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
