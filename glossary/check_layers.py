"""The files that the lint looks at, read as far as they can be."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from os import PathLike
from pathlib import Path

from glossary.check_text import text_faults, unfolded, without_marks
from glossary.compose import compose
from glossary.draft import Draft
from glossary.errors import GlossaryError, GlossaryFormatError
from glossary.finding import Finding, finding_of
from glossary.glossary import read_drafts, with_ids
from glossary.term import SourceForm, Term


class Layers:
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
                self.findings.append(finding_of(draft, draft.line, "error", "duplicate", message))
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


def _text_findings(path: Path, drafts: Sequence[Draft]) -> Iterator[Finding]:
    begins = sorted((draft.line, draft.term.id) for draft in drafts)
    for line, message in text_faults(path):
        above = bisect_right(begins, line, key=itemgetter(0))
        owner = begins[above - 1][1] if above else ""
        yield Finding(str(path), line, "warning", "untrimmed", owner, message)
    for draft in drafts:
        before: set[SourceForm] = set()
        for form, line in zip(draft.term.forms, draft.form_lines, strict=True):
            if form in before:
                yield finding_of(draft, line, "warning", "duplicate", f"{form.text}: given twice: keep one")
            before.add(form)
            if draft.term.kind != "untranslated" and (what := unfolded(form.text)):
                message = f"{form.text}: {what}, which matching ignores: write {without_marks(form.text)}"
                yield finding_of(draft, line, "warning", "unfolded", message)
