"""Rows of a dataset, on the Hugging Face hub or in a local folder, through `datasets`."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.evaluation.config import DatasetInput


def dataset_rows(given: DatasetInput, folders: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield the rows of one split, in order.

    A folder of this name in one of `folders` goes before the hub. Code that comes with a dataset is not run.

    Raises:
        InputError: there is no such dataset, subset or split, or it cannot be read or reached.
    """
    import datasets

    logging.getLogger("datasets").setLevel(logging.CRITICAL)  # it logs what it raises as well
    local = next(
        (str(folder / given.dataset) for folder in folders if (folder / given.dataset).is_dir()), None
    )
    options = {} if local else {"revision": given.revision}
    try:
        yield from datasets.load_dataset(
            local or given.dataset, name=given.subset, split=given.split, streaming=True, **options
        )
    except (
        OSError,
        ValueError,
        RuntimeError,
        datasets.exceptions.DatasetsError,
    ) as err:
        raise InputError(
            f"{given.dataset}: cannot be read through datasets ({_first_line(err)}); check name, subset and "
            "split, or download it and give files"
        ) from err


def _first_line(err: BaseException) -> str:
    """Say what is wrong: the cause, where `datasets` has wrapped it in a message of its own."""
    while err.__cause__ is not None:
        err = err.__cause__
    return (str(err).strip() or type(err).__name__).splitlines()[0]
