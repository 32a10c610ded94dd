"""TBX of ISO 30042:2019, data categories as attributes: the dialects TBX-Core and TBX-Basic."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from glossary.cells import join_cell
from glossary.entry import named
from glossary.language import ARABIC, ENGLISH
from glossary.loss import Loss
from glossary.markup import element, start
from glossary.rows import GUARDS
from glossary.tbx_source import NOTE_KEY
from glossary.term import Term

_NAMESPACE = "urn:iso:std:iso:30042:ed-2"
_WRITER = (
    f"Written by dragoman; a note that begins with {NOTE_KEY!r} holds what the dialect has no category for."
)
_SHORT, _LONG, _ACCEPTED = "short", "long", "accepted"
_TERM_TYPES = {_SHORT: "shortForm", _LONG: "fullForm"}


def write_tbx_core(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms` as TBX-Core, which has terms and notes only; forbidden renderings stand in a note.

    The first English term is the target.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    return _write(terms, file, basic=False)


def write_tbx_basic(terms: Iterable[Term], file: BinaryIO) -> list[Loss]:
    """Write `terms` as TBX-Basic, with its categories for domain, status, type of term and source.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    return _write(terms, file, basic=True)


def _write(terms: Iterable[Term], file: BinaryIO, *, basic: bool) -> list[Loss]:
    together, losses = named(terms)
    dialect = "TBX-Basic" if basic else "TBX-Core"
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        start("tbx", xmlns=_NAMESPACE, type=dialect, style="dca", xml_lang=ENGLISH),
        f"<tbxHeader><fileDesc><sourceDesc>{element('p', _WRITER)}</sourceDesc></fileDesc></tbxHeader>",
        "<text><body>",
    )
    file.writelines(f"{line}\n".encode() for line in head)
    for pair in together:
        for term in filter(None, pair):
            file.writelines(f"{line}\n".encode() for line in _concept(term, basic))
    file.write(b"</body></text>\n</tbx>\n")
    return losses


def _concept(term: Term, basic: bool) -> Iterator[str]:
    yield start("conceptEntry", id="_" + term.id.replace("/", "_"))
    if basic and not term.person:
        yield "  " + element("descrip", term.domain, type="subjectField")
    yield from ("  " + note for note in _notes(term, basic))
    yield f"  {start('langSec', xml_lang=ARABIC)}"
    for form in dict.fromkeys(term.forms):
        guards = [_note(name, join_cell(getattr(form, name))) for name in GUARDS if getattr(form, name)]
        yield _section(form.text, guards)
    yield "  </langSec>"
    yield f"  {start('langSec', xml_lang=ENGLISH)}"
    for name, uses in _english(term).items():
        yield _section(name, _basic(term, name, uses) if basic else _core(term, name, uses))
    if basic:
        for name in term.forbidden:
            yield _section(name, [_status("deprecated")])
    yield "  </langSec>"
    yield "</conceptEntry>"


def _notes(term: Term, basic: bool) -> Iterator[str]:
    yield _note("id", term.id)
    values: dict[str, str] = {}
    if not term.person:
        values |= {"kind": term.kind, "article": "the" if term.article == "the" else ""}
        if not basic:
            values |= {"domain": term.domain, "origin": term.origin}
    if not basic:
        values["forbidden"] = join_cell(term.forbidden)
    yield from (_note(name, text) for name, text in values.items() if text)
    if term.notes and not term.person:
        yield _note("notes", term.notes) if term.notes.startswith(NOTE_KEY) else element("note", term.notes)


def _english(term: Term) -> dict[str, set[str]]:
    """The English terms that may be written, the target first, and what each is besides."""
    uses: dict[str, set[str]] = {term.target: set()}
    for name in term.accepted:
        uses.setdefault(name, set()).add(_ACCEPTED)
    if not term.person:
        for form, use in ((term.short, _SHORT), (term.long, _LONG)):
            if form:
                uses.setdefault(form, set()).add(use)
    return uses


def _basic(term: Term, name: str, uses: set[str]) -> list[str]:
    lines = [element("termNote", "adjective" if term.kind == "adjective" else "noun", type="partOfSpeech")]
    if name == term.target:
        lines.append(_status("preferred"))
    elif _ACCEPTED in uses:
        lines.append(_status("admitted"))
    types = [kind for use, kind in _TERM_TYPES.items() if use in uses]
    lines += [element("termNote", kind, type="termType") for kind in types[:1]]
    if name == term.target and term.origin and not term.person:
        lines.append(element("admin", term.origin, type="source"))
    if len(types) > 1:
        lines.append(_note("use", join_cell(sorted(uses))))
    return lines


def _core(term: Term, name: str, uses: set[str]) -> list[str]:
    usual = set() if name == term.target else {_ACCEPTED}
    return [] if uses == usual else [_note("use", join_cell(sorted(uses)))]


def _status(status: str) -> str:
    return element("termNote", f"{status}Term-admn-sts", type="administrativeStatus")


def _note(name: str, text: str) -> str:
    return element("note", f"{NOTE_KEY}{name}: {text}")


def _section(name: str, lines: Sequence[str]) -> str:
    return f"    <termSec>{element('term', name)}{''.join(lines)}</termSec>"
