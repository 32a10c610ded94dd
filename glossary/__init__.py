"""Arabic terms with the one English name that each must get: glossaries, and finding their terms in text."""

from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.export import layout_of, write_glossary
from glossary.glossary import Conflict, Glossary
from glossary.loss import Loss
from glossary.term import SourceForm, Term, TermMatch

__all__ = [
    "Conflict",
    "Glossary",
    "GlossaryError",
    "GlossaryFormatError",
    "Loss",
    "SourceForm",
    "Term",
    "TermMatch",
    "layout_of",
    "write_glossary",
]
