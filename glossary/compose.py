"""Composition: a source form may stand on other terms, as in `الأمين العام ل{nato}`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from glossary.arabic import join
from glossary.draft import Draft
from glossary.errors import GlossaryFormatError
from glossary.term import SourceForm, Term

DOMAIN_CONDITION = "domain:"
MOST_FORMS = 1000
_DEEPEST = 20
_BRACE = re.compile("[{}]")
_REFERENCE = re.compile(r"\{([^{}]*)\}")


def compose(drafts: Sequence[Draft], known: Mapping[str, Draft]) -> tuple[Term, ...]:
    """Return the term of each draft, references replaced by every form they stand for.

    `{id}` stands for the forms of that term without document condition. A composed form keeps the
    guards of a part that stands at its edge, and names its parts. Does not look for words of other
    terms that are written out.

    Args:
        drafts: n terms.
        known: every term that may be referred to, by id.

    Returns:
        n terms, in the same order.

    Raises:
        GlossaryFormatError: an unknown reference or document condition, a cycle, or too many forms.
    """
    composer = _Composer(known)
    domains = {draft.term.domain for draft in known.values()}
    for draft in drafts:
        _check_conditions(draft, known, domains)
    return tuple(_with_forms(draft.term, composer.forms(draft)) for draft in drafts)


def _with_forms(term: Term, forms: tuple[SourceForm, ...]) -> Term:
    return term if forms == term.forms else replace(term, forms=forms)


def _check_conditions(draft: Draft, known: Mapping[str, Draft], domains: set[str]) -> None:
    for form, line in zip(draft.term.forms, draft.form_lines, strict=True):
        for condition in form.document:
            domain = condition.removeprefix(DOMAIN_CONDITION)
            if domain != condition:
                if domain not in domains:
                    names = ", ".join(sorted(domains))
                    raise GlossaryFormatError(
                        draft.path, line, f"unknown domain {domain!r}: use one of {names}"
                    )
            elif condition not in known:
                raise GlossaryFormatError(
                    draft.path, line, f"unknown term {condition!r} in `document`: use the id of a term"
                )


@dataclass(slots=True)
class _Composer:
    known: Mapping[str, Draft]
    resolved: dict[int, tuple[SourceForm, ...]] = field(default_factory=dict)
    path_of_ids: list[str] = field(default_factory=list)

    def forms(self, draft: Draft) -> tuple[SourceForm, ...]:
        """The composed forms of `draft`, none twice."""
        term = draft.term
        if len(term.forms) == 1 and not _BRACE.search(term.forms[0].text):
            return term.forms
        if id(draft) in self.resolved:
            return self.resolved[id(draft)]
        self.path_of_ids.append(term.id)
        forms: dict[SourceForm, None] = {}
        for form, line in zip(term.forms, draft.form_lines, strict=True):
            forms.update(dict.fromkeys(self._expand(form, draft, line)))
            if len(forms) > MOST_FORMS:
                raise GlossaryFormatError(
                    draft.path, line, f"`{term.id}` has over {MOST_FORMS} forms: refer to fewer terms"
                )
        self.path_of_ids.pop()
        self.resolved[id(draft)] = tuple(forms)
        return self.resolved[id(draft)]

    def _expand(self, form: SourceForm, draft: Draft, line: int) -> list[SourceForm]:
        if not _BRACE.search(form.text):
            return [form]
        pieces = _REFERENCE.split(form.text)
        if any(map(_BRACE.search, pieces[::2])):
            raise GlossaryFormatError(
                draft.path, line, "a lone brace in a form: write {id of a term}, or take it out"
            )
        composed = [replace(form, text=pieces[0])]
        for number in range(1, len(pieces), 2):
            parts = self._part(pieces[number], draft, line)
            if len(composed) * len(parts) > MOST_FORMS:
                raise GlossaryFormatError(draft.path, line, f"over {MOST_FORMS} forms: refer to fewer terms")
            following = pieces[number + 1]
            at_end = number + 2 == len(pieces) and not following
            composed = [
                _append(left, pieces[number], part, following, at_end) for left in composed for part in parts
            ]
        return composed

    def _part(self, identifier: str, draft: Draft, line: int) -> tuple[SourceForm, ...]:
        if identifier not in self.known:
            raise GlossaryFormatError(
                draft.path, line, f"unknown term {{{identifier}}}: use the id of a term"
            )
        if identifier in self.path_of_ids:
            cycle = " -> ".join([*self.path_of_ids[self.path_of_ids.index(identifier) :], identifier])
            raise GlossaryFormatError(
                draft.path, line, f"terms refer to each other in a circle, {cycle}: break it"
            )
        if len(self.path_of_ids) >= _DEEPEST:
            raise GlossaryFormatError(
                draft.path, line, f"references over {_DEEPEST} deep: write the form out"
            )
        forms = tuple(form for form in self.forms(self.known[identifier]) if not form.document)
        if not forms:
            problem = f"{{{identifier}}} has only forms with a document condition"
            raise GlossaryFormatError(draft.path, line, f"{problem}: refer to a term with another one")
        return forms


def _append(left: SourceForm, identifier: str, part: SourceForm, following: str, at_end: bool) -> SourceForm:
    return SourceForm(
        text=join(left.text, part.text) + following,
        not_after=left.not_after if left.text else left.not_after + part.not_after,
        not_before=left.not_before + part.not_before if at_end else left.not_before,
        document=left.document,
        parts=tuple(dict.fromkeys((*left.parts, identifier, *part.parts))),
    )
