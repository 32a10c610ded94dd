"""Glossaries as pairs of names, which is all that translation services take: DeepL, Google, Amazon."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from glossary.arabic import has_arabic
from glossary.cells import SEPARATOR, is_formula, join_cell
from glossary.entry import check
from glossary.language import ARABIC, ENGLISH
from glossary.loss import Loss
from glossary.record import letters
from glossary.rows import DESCRIPTION, POS
from glossary.term import SourceForm, Term

_SEVERAL = ("accepted", "forbidden")
_SINGLE = ("short", "long", "origin", "notes")


@dataclass(frozen=True, slots=True)
class Pair:
    """One Arabic form and the English name that it gets."""

    term: Term
    source: str

    @property
    def target(self) -> str:
        """The English name."""
        return self.term.target


def pairs_of(terms: Iterable[Term], *, held: Sequence[str] = ()) -> tuple[list[Pair], list[Loss]]:
    """Return the pairs to write, no Arabic form twice, and what is lost.

    A form that counts only in some documents is left out, since a service would use it in all. Of terms
    with the same form one without guards is preferred, then the later one.

    Args:
        terms: in the order of a glossary.
        held: attributes of terms that the format has a place for: `notes`, `pos`.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    losses: list[Loss] = []
    claims: dict[str, tuple[bool, int, Pair]] = {}
    others: list[Pair] = []
    for order, term in enumerate(terms):
        if not term.person:
            check(term)
        losses += _losses(term, held)
        for form in term.forms:
            if form.document:
                losses += _condition_losses(term, form)
                continue
            if has_arabic(term.target):
                losses.append(Loss(term.id, "form", form.text, reason="the target is no English"))
                continue
            losses += _guard_losses(term, form)
            pair = Pair(term, form.text)
            claim = (not (form.not_after or form.not_before), order, pair)
            earlier = claims.get(form.text)
            if earlier is None or claim[:2] >= earlier[:2]:
                claims[form.text] = claim
            others.append(pair)
    pairs = [pair for _, _, pair in claims.values()]
    winners = {pair.source: pair.term.id for pair in pairs}
    losses += [
        Loss(pair.term.id, "form", pair.source, reason=f"written for {winners[pair.source]}")
        for pair in dict.fromkeys(others)
        if winners[pair.source] != pair.term.id
    ]
    return pairs, list(dict.fromkeys(losses))


def _condition_losses(term: Term, form: SourceForm) -> list[Loss]:
    """The form is lost with its condition, unless the term has it without one too."""
    conditions = join_cell(form.document)
    if any(other.text == form.text and not other.document for other in term.forms):
        return [Loss(term.id, "document", conditions, form.text), *_guard_losses(term, form)]
    return [Loss(term.id, "form", form.text, reason=f"counts only in documents with {conditions}")]


def _losses(term: Term, held: Sequence[str]) -> list[Loss]:
    losses = [Loss(term.id, "id", term.id), Loss(term.id, "domain", term.domain)]
    if term.kind != derived_kind(term, held):
        losses.append(Loss(term.id, "kind", term.kind))
    if term.article == "the":
        losses.append(Loss(term.id, "article", term.article))
    if term.person:
        losses.append(Loss(term.id, "person", term.person))
    losses += [
        Loss(term.id, field, join_cell(getattr(term, field))) for field in _SEVERAL if getattr(term, field)
    ]
    losses += [
        Loss(term.id, field, getattr(term, field))
        for field in _SINGLE
        if getattr(term, field) and field not in held
    ]
    parts = dict.fromkeys(part for form in term.forms for part in form.parts)
    if parts:
        losses.append(Loss(term.id, "parts", join_cell(parts)))
    return losses


def derived_kind(term: Term, held: Sequence[str]) -> str:
    """The kind that the pairs of a term are read back with."""
    if POS in held and term.kind == "adjective":
        return "adjective"
    same = all(
        not has_arabic(form.text) and letters(form.text) == letters(term.target) for form in term.forms
    )
    return "untranslated" if same else "concept"


def _guard_losses(term: Term, form: SourceForm) -> list[Loss]:
    guards = {"not_after": form.not_after, "not_before": form.not_before}
    return [Loss(term.id, name, join_cell(words), form.text) for name, words in guards.items() if words]


def write_deepl(terms: Iterable[Term], file: BinaryIO, delimiter: str) -> list[Loss]:
    """Write two columns without header.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    pairs, losses = pairs_of(terms)
    pairs = _without(pairs, SEPARATOR, losses)
    _write(file, delimiter, (), [[pair.source, pair.target] for pair in _inert(pairs, losses)])
    return losses


def write_language_columns(terms: Iterable[Term], file: BinaryIO, delimiter: str) -> list[Loss]:
    """Write a column for Arabic and one for English, named by their codes: Google and Amazon.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    pairs, losses = pairs_of(terms)
    header = (ARABIC, ENGLISH)
    _write(file, delimiter, header, [[pair.source, pair.target] for pair in _inert(pairs, losses)])
    return losses


def write_term_set(terms: Iterable[Term], file: BinaryIO, delimiter: str) -> list[Loss]:
    """Write an equivalent term set of Google: the languages, part of speech, and the notes as description.

    Raises:
        GlossaryFormatError: a term is none that a file can hold.
    """
    pairs, losses = pairs_of(terms, held=("notes", POS))
    rows = []
    told: set[str] = set()
    for pair in _inert(pairs, losses):
        notes = pair.term.notes
        if is_formula(notes):
            notes = ""
            if pair.term.id not in told:
                told.add(pair.term.id)
                losses.append(Loss(pair.term.id, "notes", pair.term.notes, reason=_formula(pair.term.notes)))
        pos = "adjective" if pair.term.kind == "adjective" else "noun"
        rows.append([pair.source, pair.target, pos, notes])
    _write(file, delimiter, (ARABIC, ENGLISH, POS, DESCRIPTION), rows)
    return losses


def _inert(pairs: Iterable[Pair], losses: list[Loss]) -> list[Pair]:
    """The pairs that no spreadsheet would run; an apostrophe in front would end up in translations."""
    inert = []
    for pair in pairs:
        formula = next(filter(is_formula, (pair.source, pair.target)), None)
        if formula is None:
            inert.append(pair)
        else:
            losses.append(Loss(pair.term.id, "form", pair.source, reason=_formula(formula)))
    return inert


def _formula(text: str) -> str:
    return f"begins with {text[0]}, which spreadsheets run as a formula"


def _without(pairs: Iterable[Pair], character: str, losses: list[Loss]) -> list[Pair]:
    kept = []
    for pair in pairs:
        if character in pair.source + pair.target:
            reason = f"holds {character}, read as a separator where no header says otherwise"
            losses.append(Loss(pair.term.id, "form", pair.source, reason=reason))
        else:
            kept.append(pair)
    return kept


def _write(file: BinaryIO, delimiter: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    text.detach()
