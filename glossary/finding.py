"""What the lint has to say."""

from dataclasses import dataclass
from typing import Literal

from glossary.draft import Draft

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the author of a glossary should look at.

    Attributes:
        check: unreadable, duplicate, conflict, ambiguous, article, unreachable, untrimmed, unfolded, guard or
            condition.
        severity: error, if the entry does not do what it says; warning, if that may well be; info, if it is
            only good to know.
        line: from 1; None if the file as a whole is meant.
        id: the term; empty if the place belongs to none.
    """

    path: str
    line: int | None
    severity: Severity
    check: str
    id: str
    message: str

    @property
    def place(self) -> str:
        """`file:line`."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def finding_of(draft: Draft, line: int, severity: Severity, check: str, message: str) -> Finding:
    """A finding on the term of `draft`."""
    return Finding(draft.path, line, severity, check, draft.term.id, message)
