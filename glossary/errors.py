"""Errors of the glossary package.

GlossaryError
└── GlossaryFormatError    a file cannot be read as a glossary: says where and what to do
"""


class GlossaryError(Exception):
    """Something is wrong with a glossary; the message is one line for the user."""


class GlossaryFormatError(GlossaryError):
    """A glossary file, or a row of it, cannot be used."""

    def __init__(self, path: object, line: int | None, message: str) -> None:
        self.path = str(path)
        self.line = line
        place = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{place}: {message}")
