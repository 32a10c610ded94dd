"""XML as text: elements with their content escaped."""

from html import escape


def element(tag: str, text: str, **attributes: str) -> str:
    """Return one element; `xml_lang` and the like become `xml:lang`.

    `text` must hold no character that XML does not allow, as no text of a glossary does.

    >>> element("prop", "R&D", type="x-dragoman-short")
    '<prop type="x-dragoman-short">R&amp;D</prop>'
    """
    return f"{start(tag, **attributes)}{escape(text, quote=False)}</{tag}>"


def start(tag: str, **attributes: str) -> str:
    """Return a start tag.

    >>> start("langSec", xml_lang="ar")
    '<langSec xml:lang="ar">'
    """
    pairs = (f' {name.replace("xml_", "xml:")}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{''.join(pairs)}>"
