"""The lint of each term by itself: whether its forms, guards and conditions do anything, and its names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from glossary.arabic import fold
from glossary.check_layers import Layers
from glossary.compose import DOMAIN_CONDITION
from glossary.draft import Draft
from glossary.finding import Finding, Severity, finding_of
from glossary.glossary import Glossary
from glossary.term import SourceForm, Term

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


@dataclass(frozen=True, slots=True, init=False)
class Probe:
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


def term_findings(term: Term, draft: Draft, probe: Probe, layers: Layers) -> Iterator[Finding]:
    """What is wrong with the names, guards, conditions and forms of one term."""
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
            yield finding_of(draft, layers.line_of(draft, form), severity, "condition", message)
        if form.document and len(dead) == len(form.document):
            continue
        found = probe.around(term, form)
        if not any(kind == "own" for kind, _ in found) and not _is_claimed(form, found, probe):
            instead = ", ".join(dict.fromkeys(identifier for _, identifier in found))
            message = f"{form.text}: never found as this term" + (f", but as {instead}" if instead else "")
            yield finding_of(draft, layers.line_of(draft, form), "warning", "unreachable", message)


def _is_claimed(form: SourceForm, found: Sequence[tuple[str, str]], probe: Probe) -> bool:
    """Whether another term of the same form is found, which is reported as a conflict or ambiguity."""
    folded = fold(form.text).strip()
    others = (probe.glossary.terms[identifier] for _, identifier in found)
    return any(fold(form.text).strip() == folded for other in others for form in other.forms)


def _name_findings(term: Term, draft: Draft) -> Iterator[Finding]:
    for name in term.forbidden:
        if name in (term.short, term.long):
            message = f"{name!r} is both forbidden and the short or long form: decide"
            yield finding_of(draft, draft.line, "error", "conflict", message)
    for name in dict.fromkeys(name for name in term.forbidden if term.forbidden.count(name) > 1):
        yield finding_of(draft, draft.line, "warning", "duplicate", f"{name!r} is forbidden twice: keep one")
    if term.article == "the" and term.kind in _WITHOUT_ARTICLE:
        message = f"{term.target!r} is a name of kind {term.kind}, which takes no article: say article: none"
        yield finding_of(draft, draft.line, "warning", "article", message)
    if not draft.article_given and term.kind in _TAKES_ARTICLE and _wants_article(term.target):
        message = f"{term.target!r} reads as a name with an article: say article: the, or article: none"
        yield finding_of(draft, draft.line, "warning", "article", message)


def _wants_article(target: str) -> bool:
    """Whether the head of an English name is a word such as Council or Treaty; commands go without."""
    words = target.split()
    if len(words) < 2 or "Command" in words:
        return False
    of = _HEAD_BEFORE_OF.search(target)
    return _HEAD.fullmatch(of[1] if of else words[-1]) is not None


def _guard_findings(term: Term, draft: Draft, probe: Probe, layers: Layers) -> Iterator[Finding]:
    """Guards that stop no form of the term that has them."""
    guards: dict[tuple[str, str], list[SourceForm]] = {}
    for form in term.forms:
        for name, words in (("not_after", form.not_after), ("not_before", form.not_before)):
            for word in dict.fromkeys(words):
                guards.setdefault((name, word), []).append(form)
                if words.count(word) > 1:
                    message = f"{form.text}: the guard {word} is given twice in {name}: keep one"
                    yield finding_of(draft, layers.line_of(draft, form), "warning", "guard", message)
    for (name, word), forms in guards.items():
        effects = {_effect(term, form, name, word, probe) for form in forms}
        line = layers.line_of(draft, forms[0])
        if effects == {"none"}:
            message = f"{name}: {word} stops nothing: {forms[0].text} is found beside it all the same"
            yield finding_of(draft, line, "warning", "guard", message)
        elif effects <= {"none", "over"}:
            message = f"{name}: {word} is not needed: with it {forms[0].text} is part of a longer match"
            yield finding_of(draft, line, "info", "guard", message)


def _effect(term: Term, form: SourceForm, name: str, word: str, probe: Probe) -> str:
    before, after = (word, "") if name == "not_after" else ("", word)
    kinds = {kind for kind, _ in probe.around(term, form, before, after)}
    return "none" if "own" in kinds else "over" if "over" in kinds else "stops"
