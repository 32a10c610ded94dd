"""Arabic surfaces as they are compared across a document."""

import re

from glossary.arabic import ARTICLE, LAM, fold


def bare_surface(surface: str) -> str:
    """Return the folded surface without its article or contraction.

    >>> bare_surface("للناتو") == bare_surface("الناتو")
    True
    """
    return re.sub(f"^(?:{ARTICLE}|{LAM}{LAM})", "", fold(surface))
