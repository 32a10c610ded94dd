"""Arabic to English translation of news, with names enforced and accounted for.

>>> from pipeline import Translator
>>> translator = Translator.from_pretrained("compact")
>>> translation = translator.translate("التقى المستشار الألماني الأمين العام للناتو.")
>>> [outcome.match.term.id for outcome in translation.segments[0].terms]
['german-chancellor', 'nato-secretary-general']
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.records import DocumentTranslation, SegmentTranslation
    from pipeline.settings import TranslationConfig
    from pipeline.translator import Translator

__all__ = ["DocumentTranslation", "SegmentTranslation", "TranslationConfig", "Translator"]

_MODULES = {
    "DocumentTranslation": "records",
    "SegmentTranslation": "records",
    "TranslationConfig": "settings",
    "Translator": "translator",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are used: a model engine takes seconds to load."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
