"""Glossaries in our own YAML."""

from collections.abc import Iterable
from typing import Any, BinaryIO

import yaml

from glossary.entry import entry_of, named
from glossary.loss import Loss
from glossary.term import Term

_WIDTH = 110


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        """Never write anchors, which the reader refuses."""
        return True


def write_yaml(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms`, composed forms written out with the terms that they name as `parts`.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    together, losses = named(terms)
    file.write(b"terms:\n")
    for term, family in together:
        text = yaml.dump(
            [entry_of(term, family)],
            Dumper=_Dumper,
            allow_unicode=True,
            default_flow_style=None,
            sort_keys=False,
            width=_WIDTH,
        )
        file.write(text.encode())
    return losses
