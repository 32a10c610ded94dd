"""Entries of multilingual files that lack Arabic or English."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field

from glossary.errors import GlossaryFormatError
from glossary.language import ARABIC, ENGLISH

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Skipped:
    """Counts the entries of a file that are of no use; that is a fault only if all are.

    Attributes:
        entry: what the file calls an entry.
    """

    path: str
    entry: str
    used: int = 0
    first: str = ""
    count: int = 0
    languages: set[str] = field(default_factory=set)

    def lacks(self, line: int, languages: Collection[str]) -> bool:
        """Whether an entry in these languages lacks one of the two."""
        missing = [
            title for code, title in ((ARABIC, "Arabic"), (ENGLISH, "English")) if code not in languages
        ]
        self.languages.update(languages)
        if not missing:
            self.used += 1
            return False
        self.first = self.first or f"{line}: a {self.entry} without {' and '.join(missing)}"
        self.count += 1
        return True

    def close(self) -> None:
        """Tell what was left out.

        Raises:
            GlossaryFormatError: everything.
        """
        if not self.used:
            there = ", ".join(sorted(self.languages)) or "none at all"
            raise GlossaryFormatError(
                self.path, None, f"no {self.entry} has both Arabic (ar) and English (en): there is {there}"
            )
        if self.count:
            others = f", and {self.count - 1} more" if self.count > 1 else ""
            _log.warning("%s:%s is left out%s", self.path, self.first, others)
