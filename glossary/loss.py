"""What an exchange format could not hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of a term that was left out of a written file.

    Attributes:
        term: id of the term.
        field: what was left out: an attribute of `Term` or `SourceForm`, `form` for a whole source form,
            `term` for all of it.
        value: the content that was left out.
        form: the source form that it belonged to, if not to the term.
        reason: why, where the field alone does not say it.
    """

    term: str
    field: str
    value: str
    form: str | None = None
    reason: str | None = None

    def __str__(self) -> str:
        owner = f" of {self.form}" if self.form else ""
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.term}: {self.field}{owner} left out: {self.value}{reason}"
