"""TMX 1.4: a translation unit for each source form."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from glossary.cells import join_cell
from glossary.entry import named
from glossary.language import ARABIC, ENGLISH
from glossary.loss import Loss
from glossary.markup import element, start
from glossary.pair_writer import pairs_of
from glossary.rows import GUARDS
from glossary.term import Term
from glossary.tmx_source import PROPERTY

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
    '<header creationtool="dragoman" creationtoolversion="1" segtype="phrase" o-tmf="dragoman glossary" '
    f'adminlang="{ENGLISH}" srclang="{ARABIC}" datatype="plaintext"></header>\n<body>\n'
)
_TAIL = "</body>\n</tmx>\n"


def write_tmx(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms` with all that they hold, in properties `x-dragoman-KEY` where TMX has no element.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    together, losses = named(terms)
    file.write(_HEAD.encode())
    for pair in together:
        for term in filter(None, pair):
            file.writelines(unit.encode() for unit in _units(term))
    file.write(_TAIL.encode())
    return losses


def write_plain_tmx(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write the pairs alone, as Amazon reads them.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    pairs, losses = pairs_of(terms)
    file.write(_HEAD.encode())
    file.writelines(_unit((), pair.source, pair.target).encode() for pair in pairs)
    file.write(_TAIL.encode())
    return losses


def _units(term: Term) -> Iterator[str]:
    described = list(_description(term))
    for form in dict.fromkeys(term.forms):
        guards = [_property(name, join_cell(getattr(form, name))) for name in GUARDS if getattr(form, name)]
        yield _unit([*described, *guards], form.text, term.target)
        described = [_property("id", term.id)]


def _description(term: Term) -> Iterator[str]:
    if term.notes and not term.person:
        yield element("note", term.notes)
    yield _property("id", term.id)
    values = {"accepted": join_cell(term.accepted), "forbidden": join_cell(term.forbidden)}
    if not term.person:
        values |= {
            "kind": term.kind,
            "domain": term.domain,
            "short": term.short or "",
            "long": term.long or "",
            "article": "the" if term.article == "the" else "",
            "origin": term.origin,
        }
    yield from (_property(name, text) for name, text in values.items() if text)


def _property(name: str, text: str) -> str:
    return element("prop", text, type=PROPERTY + name)


def _unit(description: Iterable[str], source: str, target: str) -> str:
    variants = (
        f"{start('tuv', xml_lang=code)}{element('seg', name)}</tuv>"
        for code, name in ((ARABIC, source), (ENGLISH, target))
    )
    return "".join(("<tu>\n", *(f"  {line}\n" for line in (*description, *variants)), "</tu>\n"))
