"""Language codes, as headers of tables and `xml:lang` have them."""

import re

ARABIC = "ar"
ENGLISH = "en"

_CODE = re.compile("([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)
_THREE_LETTERS = {"ara": ARABIC, "arb": ARABIC, "eng": ENGLISH}


def language(code: str) -> str | None:
    """Return the language of a code, region and script left aside; None if it is no code.

    Codes of three letters are known for Arabic and English only. Does not know which codes exist.

    >>> language("ar-SA"), language("EN_gb"), language("eng"), language("de"), language("source")
    ('ar', 'en', 'en', 'de', None)
    """
    match = _CODE.fullmatch(code.strip())
    if match is None:
        return None
    primary = match[1].lower()
    return _THREE_LETTERS.get(primary, primary)
