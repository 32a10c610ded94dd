"""What is wrong or doubtful in glossary files: the lint behind `dragoman glossary check`.

Reading refuses what cannot be used; this goes on after the first fault, and asks of every form, guard and
condition whether it does anything, by looking for it with the very matcher that translation uses.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Literal

from glossary.arabic import LONGEST_PREFIX, fold, spellings
from glossary.check_text import text_faults, unfolded, without_marks
from glossary.compose import DOMAIN_CONDITION, compose
from glossary.draft import Draft
from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.glossary import Glossary, builtin_drafts, read_drafts, with_ids
from glossary.term import SourceForm, Term

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

_NAMES = frozenset({"place", "person"})
_WITHOUT_ARTICLE = frozenset({"person", "adjective"})
_TAKES_ARTICLE = frozenset({"organisation", "body", "treaty", "programme", "concept"})
_HEAD = re.compile(
    "Academy|Act|Agency|Agreement|Alliance|Army|Assembly|Association|Authority|Board|Charter|Coalition"
    "|Commission|Committee|Community|Confederation|Constitution|Convention|Council|Court|Declaration"
    "|Directorate|Federation|Foundation|Fund|Government|Institute|League|Ministry|Office|Organi[sz]ation|Pact"
    "|Parliament|Party|Presidency|Protocol|Secretariat|Senate|Service|Treaty|Tribunal|Union"
)
_HEAD_BEFORE_OF = re.compile(r"(\w+) (?:of|for|on) ")
_MOST_WITNESSES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the author of a glossary should look at.

    Attributes:
        check: unreadable, duplicate, conflict, ambiguous, article, unreachable, untrimmed, unfolded, guard or
            condition.
        severity: error, if the entry does not do what it says; warning, if that may well be; info, if it is
            only good to know.
        line: from 1; None if the file as a whole is meant.
        id: the term; empty if the place belongs to none.
    """

    path: str
    line: int | None
    severity: Severity
    check: str
    id: str
    message: str

    @property
    def place(self) -> str:
        """`file:line`."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def check_files(
    *paths: str | PathLike[str], over: Sequence[str | PathLike[str]] = (), builtin: bool = True
) -> tuple[Finding, ...]:
    """Check glossaries as layers, each over the earlier ones.

    Does not check whether a translation is right, nor whether a form is good Arabic.

    Args:
        paths: the files to check; without any, the built-in ones and `over` are.
        over: glossaries between the built-in ones and `paths`.
        builtin: whether the built-in glossary is the first layer.

    Returns:
        findings by file in the order of layers, then by line.

    Raises:
        GlossaryError: a glossary that is not to be checked cannot be used.
    """
    layers = _Layers()
    if builtin:
        layers.add(builtin_drafts(), checked=not paths)
    for path in over:
        if paths:
            layers.add(with_ids(read_drafts(path), layers.drafts), checked=False)
        else:
            layers.read(path)
    for path in paths:
        layers.read(path)
    terms = layers.compose()
    findings = [*layers.findings]
    glossary = Glossary(*terms)
    probe = _Probe(glossary)
    findings += _conflicts(glossary, terms, layers)
    used = [[term for term in layer if glossary.terms[term.id] is term] for layer in terms]
    findings += _shared_forms(used, layers)
    findings += _readings(used, layers)
    for number in sorted(layers.checked):
        for term in used[number]:
            findings += _term_findings(term, layers.origins[number][term.id], probe, layers)
    return _in_order(findings, layers)


def _in_order(findings: Iterable[Finding], layers: "_Layers") -> tuple[Finding, ...]:
    files = {path: number for number, path in enumerate(layers.files)}
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda each: (files.get(each.path, -1), each.line or 0, SEVERITIES.index(each.severity)),
        )
    )


class _Layers:
    """Layers of drafts, which of them are checked, and what was wrong in reading them."""

    def __init__(self) -> None:
        self.drafts: list[tuple[Draft, ...]] = []
        self.origins: list[Mapping[str, Draft]] = []
        self.checked: set[int] = set()
        self.files: dict[str, None] = {}
        self.findings: list[Finding] = []
        self._known: dict[str, Draft] = {}

    def read(self, path: str | PathLike[str]) -> None:
        """Add a layer that is checked; if it cannot be read, that is what is found."""
        self.files[str(path)] = None
        try:
            drafts = read_drafts(path)
        except GlossaryError as err:
            self._refuse(err, str(path))
            return
        self.findings += _text_findings(Path(path), drafts)
        self.add(with_ids(self._once(drafts), self.drafts), checked=True)

    def add(self, drafts: tuple[Draft, ...], *, checked: bool) -> None:
        """Add a layer."""
        if checked:
            self.checked.add(len(self.drafts))
            new = dict.fromkeys(draft.path for draft in drafts if draft.path not in self.files)
            for path in new:
                own = [draft for draft in drafts if draft.path == path]
                self.findings += _text_findings(Path(path), own)
            self.files |= new
        self.drafts.append(drafts)
        self.origins.append({draft.term.id: draft for draft in drafts})
        self._known |= self.origins[-1]

    def compose(self) -> list[tuple[Term, ...]]:
        """The terms of each layer, without those that refer to what is not there.

        Raises:
            GlossaryFormatError: such a term stands in a layer that is not checked.
        """
        return [
            self._composed(drafts) if number in self.checked else compose(drafts, self._known)
            for number, drafts in enumerate(self.drafts)
        ]

    def line_of(self, draft: Draft, form: SourceForm) -> int:
        """The line of what a composed form was made from."""
        for own, line in zip(draft.term.forms, draft.form_lines, strict=True):
            if own.text == form.text:
                return line
        if form.parts:
            for own, line in zip(draft.term.forms, draft.form_lines, strict=True):
                if "{" in own.text:
                    alone = replace(draft, term=replace(draft.term, forms=(own,)), form_lines=(line,))
                    if form in compose([alone], self._known)[0].forms:
                        return line
        return draft.line

    def _composed(self, drafts: Sequence[Draft]) -> tuple[Term, ...]:
        """Compose halves of halves until only the terms that cannot be are left out."""
        if not drafts:
            return ()
        try:
            return compose(drafts, self._known)
        except GlossaryFormatError as err:
            if len(drafts) == 1:
                self._refuse(err, drafts[0].path, drafts[0].term.id)
                return ()
        half = len(drafts) // 2
        return self._composed(drafts[:half]) + self._composed(drafts[half:])

    def _once(self, drafts: Sequence[Draft]) -> list[Draft]:
        """The drafts whose id no earlier one of the file has."""
        first: dict[str, Draft] = {}
        kept = []
        for draft in drafts:
            if draft.named and first.setdefault(draft.term.id, draft) is not draft:
                message = f"the id is taken by line {first[draft.term.id].line}: choose another one"
                self.findings.append(_finding(draft, draft.line, "error", "duplicate", message))
            else:
                kept.append(draft)
        return kept

    def _refuse(self, err: GlossaryError, path: str, identifier: str = "") -> None:
        line = None
        if isinstance(err, GlossaryFormatError):
            path, line = err.path, err.line
        place = path if line is None else f"{path}:{line}"
        message = str(err).removeprefix(f"{place}: ")
        self.findings.append(Finding(path, line, "error", "unreadable", identifier, message))


def _finding(draft: Draft, line: int, severity: Severity, check: str, message: str) -> Finding:
    return Finding(draft.path, line, severity, check, draft.term.id, message)


def _text_findings(path: Path, drafts: Sequence[Draft]) -> Iterator[Finding]:
    begins = [(draft.line, draft.term.id) for draft in drafts]
    for line, message in text_faults(path):
        owner = max((start for start in begins if start[0] <= line), default=(0, ""))[1]
        yield Finding(str(path), line, "warning", "untrimmed", owner, message)
    for draft in drafts:
        for form, line in zip(draft.term.forms, draft.form_lines, strict=True):
            if draft.term.kind != "untranslated" and (what := unfolded(form.text)):
                message = f"{form.text}: {what}, which matching ignores: write {without_marks(form.text)}"
                yield _finding(draft, line, "warning", "unfolded", message)


# Terms among each other


def _conflicts(glossary: Glossary, terms: Sequence[Sequence[Term]], layers: _Layers) -> Iterator[Finding]:
    """Ids and forms that a later term takes from an earlier one."""
    number_of = {id(term): number for number, layer in enumerate(terms) for term in layer}
    for conflict in glossary.conflicts:
        winner, loser = number_of[id(conflict.winner)], number_of[id(conflict.loser)]
        number, term = (winner, conflict.winner) if winner in layers.checked else (loser, conflict.loser)
        if number not in layers.checked:
            continue
        draft = layers.origins[number][term.id]
        if conflict.form is None:
            message = f"takes the place of the term of this id in {conflict.loser.layer}"
            yield _finding(draft, draft.line, "info", "conflict", message)
            continue
        other = layers.origins[loser][conflict.loser.id]
        fold_of = fold(conflict.form).strip()
        form = next(form for form in term.forms if fold(form.text).strip() == fold_of)
        severity: Severity = "error" if winner == loser else "warning"
        message = (
            f"{conflict.form}: read as {conflict.winner.id} ({conflict.winner.target}), no longer as "
            f"{conflict.loser.id} ({conflict.loser.target}) of {other.path}:{other.line}: give one of them a "
            "guard or condition, or take it out"
        )
        yield _finding(draft, layers.line_of(draft, form), severity, "conflict", message)


def _shared_forms(used: Sequence[Sequence[Term]], layers: _Layers) -> Iterator[Finding]:
    """Forms of several terms whose conditions may hold in one place, and terms of one name in one layer."""
    claims: dict[str, list[tuple[int, Term, SourceForm]]] = {}
    targets: dict[tuple[int, str], Term] = {}
    for number, layer in enumerate(used):
        for term in layer:
            for form in term.forms:
                claims.setdefault(fold(form.text).strip(), []).append((number, term, form))
            first = targets.setdefault((number, term.target), term)
            if first is not term and number in layers.checked and term.kind not in ("person", "untranslated"):
                draft = layers.origins[number][term.id]
                message = f"has the name of {first.id}, {term.target}: one entry can hold the forms of both"
                yield _finding(draft, draft.line, "info", "duplicate", message)
    for claimants in claims.values():
        for index, (number, term, form) in enumerate(claimants):
            if index and number in layers.checked:
                earlier = [claim[1:] for claim in claimants[:index] if claim[0] == number]
                draft = layers.origins[number][term.id]
                for severity, check, message in _sharing(term, form, earlier):
                    yield _finding(draft, layers.line_of(draft, form), severity, check, message)


def _sharing(
    term: Term, form: SourceForm, earlier: Sequence[tuple[Term, SourceForm]]
) -> Iterator[tuple[Severity, str, str]]:
    """Severity, check and message on a form that stood in the layer before; of the same term only once."""
    twins = (other for owner, other in earlier if owner is term and not other.parts and not form.parts)
    twin = next((other for other in twins if _context(other) == _context(form)), None)
    if twin is not None:
        yield "warning", "duplicate", f"{form.text}: matching sees no difference to {twin.text}: keep one"
    for owner, other in earlier:
        if owner is not term and (severity := _ambiguity(form, other)):
            message = (
                f"{form.text}: where the conditions of {owner.id} ({owner.target}) hold too, one of the "
                "two is taken for the other: tell them apart by guards"
            )
            yield severity, "ambiguous", message


def _context(form: SourceForm) -> tuple[tuple[str, ...], ...]:
    return form.not_after, form.not_before, form.document


def _ambiguity(form: SourceForm, other: SourceForm) -> Severity | None:
    """How doubtful it is which of two terms a shared form means; None where one of them goes first."""
    if _context(form) == _context(other):
        return None  # a conflict
    if bool(form.document) != bool(other.document):
        return None  # the one with the condition goes first where it holds
    if form.document:
        return "warning" if set(form.document) & set(other.document) else "info"
    guarded = form.not_after or form.not_before
    return "warning" if guarded and (other.not_after or other.not_before) else None


def _readings(used: Sequence[Sequence[Term]], layers: _Layers) -> Iterator[Finding]:
    """Forms that are also a proclitic and a form of another term, with nothing to tell them apart."""
    index: dict[str, list[tuple[Term, Mapping[str, int]]]] = {}
    free = [
        (number, term, form)
        for number, layer in enumerate(used)
        for term in layer
        for form in term.forms
        if not any(_context(form))
    ]
    for _, term, form in free:
        for spelling in spellings(form.text, name=term.kind in _NAMES):
            index.setdefault(spelling.text, []).append((term, spelling.prefixes))
    for number, term, form in free:
        folded = fold(form.text).strip()
        for cut in range(1, LONGEST_PREFIX + 1) if number in layers.checked else ():
            for other, prefixes in index.get(folded[cut:], ()):
                if prefixes.get(folded[:cut], 0) > 0 and other.id != term.id:
                    draft = layers.origins[number][term.id]
                    message = (
                        f"{form.text}: is also {folded[:cut]} and a form of {other.id} ({other.target}), "
                        "which is never found there: add a guard or condition"
                    )
                    yield _finding(draft, layers.line_of(draft, form), "warning", "ambiguous", message)


# Each term by itself


@dataclass(frozen=True, slots=True, init=False)
class _Probe:
    """Texts put to the matcher.

    Attributes:
        witnesses: by `document` condition that can be met, texts that meet it.
    """

    glossary: Glossary
    witnesses: Mapping[str, list[str]]

    def __init__(self, glossary: Glossary) -> None:
        witnesses: dict[str, list[str]] = {}
        for term in glossary.terms.values():
            for form in term.forms:
                if not form.document:
                    for condition in (term.id, DOMAIN_CONDITION + term.domain):
                        texts = witnesses.setdefault(condition, [])
                        if len(texts) < _MOST_WITNESSES:
                            texts.append(form.text)
        object.__setattr__(self, "glossary", glossary)
        object.__setattr__(self, "witnesses", witnesses)

    def around(
        self, term: Term, form: SourceForm, before: str = "", after: str = ""
    ) -> list[tuple[str, str]]:
        """What is found in place of `form` between two words: `own`, `over` or `other`, and the term's id.

        `own` is the term at exactly this place, `over` something that begins before or ends behind it.
        """
        text = " ".join(filter(None, (before, form.text, after)))
        start = len(before) + 1 if before else 0
        end = start + len(form.text)
        others = [witness for condition in form.document for witness in self.witnesses.get(condition, ())]
        found = self.glossary.find_in_segments([text, *others])[0]
        return [
            (
                "own"
                if (match.term.id, match.start, match.end) == (term.id, start, end)
                else "over"
                if match.start < start or match.end > end
                else "other",
                match.term.id,
            )
            for match in found
            if match.start < end and match.end > start
        ]


def _term_findings(term: Term, draft: Draft, probe: _Probe, layers: _Layers) -> Iterator[Finding]:
    yield from _name_findings(term, draft)
    yield from _guard_findings(term, draft, probe, layers)
    for form in term.forms:
        dead = [condition for condition in form.document if condition not in probe.witnesses]
        for condition in dead:
            only = len(dead) == len(form.document)
            message = (
                f"{form.text}: the condition {condition} is never met, for it has no form without condition"
                + (": this form is never found" if only else "")
            )
            severity: Severity = "error" if only else "warning"
            yield _finding(draft, layers.line_of(draft, form), severity, "condition", message)
        if form.document and len(dead) == len(form.document):
            continue
        found = probe.around(term, form)
        if not any(kind == "own" for kind, _ in found) and not _is_claimed(form, found, probe):
            instead = ", ".join(dict.fromkeys(identifier for _, identifier in found))
            message = f"{form.text}: never found as this term" + (f", but as {instead}" if instead else "")
            yield _finding(draft, layers.line_of(draft, form), "warning", "unreachable", message)


def _is_claimed(form: SourceForm, found: Sequence[tuple[str, str]], probe: _Probe) -> bool:
    """Whether another term of the same form is found, which is reported as a conflict or ambiguity."""
    folded = fold(form.text).strip()
    others = (probe.glossary.terms[identifier] for _, identifier in found)
    return any(fold(form.text).strip() == folded for other in others for form in other.forms)


def _name_findings(term: Term, draft: Draft) -> Iterator[Finding]:
    for name in term.forbidden:
        if name in (term.short, term.long):
            message = f"{name!r} is both forbidden and the short or long form: decide"
            yield _finding(draft, draft.line, "error", "conflict", message)
    for name in dict.fromkeys(name for name in term.forbidden if term.forbidden.count(name) > 1):
        yield _finding(draft, draft.line, "warning", "duplicate", f"{name!r} is forbidden twice: keep one")
    if term.article == "the" and term.kind in _WITHOUT_ARTICLE:
        message = f"{term.target!r} is a name of kind {term.kind}, which takes no article: say article: none"
        yield _finding(draft, draft.line, "warning", "article", message)
    if term.article == "none" and term.kind in _TAKES_ARTICLE and _wants_article(term.target):
        message = f"{term.target!r} reads as a name with an article: say article: the"
        yield _finding(draft, draft.line, "warning", "article", message)


def _wants_article(target: str) -> bool:
    """Whether the head of an English name is a word such as Council or Treaty; commands go without."""
    words = target.split()
    if len(words) < 2 or "Command" in words:
        return False
    of = _HEAD_BEFORE_OF.search(target)
    return _HEAD.fullmatch(of[1] if of else words[-1]) is not None


def _guard_findings(term: Term, draft: Draft, probe: _Probe, layers: _Layers) -> Iterator[Finding]:
    """Guards that stop no form of the term that has them."""
    guards: dict[tuple[str, str], list[SourceForm]] = {}
    for form in term.forms:
        for name, words in (("not_after", form.not_after), ("not_before", form.not_before)):
            for word in dict.fromkeys(words):
                guards.setdefault((name, word), []).append(form)
                if words.count(word) > 1:
                    message = f"{form.text}: the guard {word} is given twice in {name}: keep one"
                    yield _finding(draft, layers.line_of(draft, form), "warning", "guard", message)
    for (name, word), forms in guards.items():
        effects = {_effect(term, form, name, word, probe) for form in forms}
        line = layers.line_of(draft, forms[0])
        if effects == {"none"}:
            message = f"{name}: {word} stops nothing: {forms[0].text} is found beside it all the same"
            yield _finding(draft, line, "warning", "guard", message)
        elif effects <= {"none", "over"}:
            message = f"{name}: {word} is not needed: with it {forms[0].text} is part of a longer match"
            yield _finding(draft, line, "info", "guard", message)


def _effect(term: Term, form: SourceForm, name: str, word: str, probe: _Probe) -> str:
    before, after = (word, "") if name == "not_after" else ("", word)
    kinds = {kind for kind, _ in probe.around(term, form, before, after)}
    return "none" if "own" in kinds else "over" if "over" in kinds else "stops"
