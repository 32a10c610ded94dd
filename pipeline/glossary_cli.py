"""The command line of the glossary: `dragoman glossary VERB`, each verb a thin cover of `glossary`.

Modules that take time to import are imported inside the verbs; none of them needs a model.
"""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from glossary.errors import GlossaryError
from glossary.term import KINDS, Term, TermMatch
from pipeline.errors import UsageError
from pipeline.summary import place_of
from pipeline.terminal import (
    Messages,
    is_terminal,
    print_highlighted,
    print_table,
    write_json,
)
from pipeline.translate_files import STANDARD, check_output, load_glossary, read_stdin

if TYPE_CHECKING:
    from glossary import Glossary
    from glossary.diff import TermChange, Value
    from glossary.search import Found
    from glossary.stats import Count

FOUND_ERRORS: Final = 1
_SHOWN_LINES: Final = 20

app = typer.Typer(
    help="See, search, check and compare glossaries, and find their terms in text.", rich_markup_mode=None
)

Glossaries = Annotated[
    list[str] | None,
    typer.Option(
        "--glossary", help="Terms of your own (.yaml, .csv, .tsv) over the built-in ones; repeatable."
    ),
]
Builtin = Annotated[
    bool, typer.Option("--builtin-glossary/--no-builtin-glossary", help="Use the built-in glossary.")
]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Terms of this kind only; repeatable.")]
Domains = Annotated[list[str] | None, typer.Option("--domain", help="Terms of this domain only; repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]


@app.command("list")
def list_terms(
    kind: Kinds = None,
    domain: Domains = None,
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    as_json: Json = False,
) -> None:
    """List the terms, each with its English name and its first Arabic form.

    \b
    Examples:
      dragoman glossary list
      dragoman glossary list --kind office --domain germany
      dragoman glossary list --no-builtin-glossary --glossary my-terms.csv --json
    """  # noqa: D301
    terms = _chosen(_load(glossary, builtin_glossary).terms.values(), kind, domain)
    if as_json:
        write_json([asdict(term) for term in terms])
        return
    rows = [
        (term.id, term.kind, term.domain, _named(term), str(len(term.forms)), term.forms[0].text)
        for term in terms
    ]
    print_table(("id", "kind", "domain", "target", "forms", "form"), rows)


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A part of a name, Arabic or English.")],
    limit: Annotated[int, typer.Option(min=1, help="How many terms at most.")] = 20,
    kind: Kinds = None,
    domain: Domains = None,
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    as_json: Json = False,
) -> None:
    """Search names and forms for a word or a part of one, best first; also if it is spelled otherwise.

    Similar names are shown where no name has QUERY in it. Diacritics, hamza seats and capitals do not matter.

    \b
    Examples:
      dragoman glossary search stoltenburg
      dragoman glossary search "الأمين العام" --kind office
      dragoman glossary search chancel --limit 5 --json
    """  # noqa: D301
    from glossary.search import search_terms

    terms = _chosen(_load(glossary, builtin_glossary).terms.values(), kind, domain)
    found = search_terms(terms, query)[:limit]
    if as_json:
        write_json([_described(each) for each in found])
        return
    if not found:
        Messages().note(f"no term like {query!r}")
    rows = [
        (each.term.id, each.term.kind, each.term.domain, _named(each.term), each.text, each.likeness)
        for each in found
    ]
    print_table(("id", "kind", "domain", "target", "found", "likeness"), rows)


def _described(found: "Found") -> dict[str, object]:
    return {
        "id": found.term.id,
        "kind": found.term.kind,
        "domain": found.term.domain,
        "target": found.term.target,
        "found": found.text,
        "likeness": found.likeness,
        "score": round(found.score, 3),
    }


@app.command()
def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The id of a term, as search shows it.")],
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    as_json: Json = False,
) -> None:
    """Show all that is known of a term: names, forms, where they count, where the English name comes from.

    \b
    Examples:
      dragoman glossary show nato
      dragoman glossary show friedrich-merz/family --json
    """  # noqa: D301
    terms = _load(glossary, builtin_glossary).terms
    if identifier not in terms:
        from glossary.search import closest_ids

        near = " or ".join(closest_ids(terms.values(), identifier))
        advice = f"did you mean {near}?" if near else "see dragoman glossary search"
        raise GlossaryError(f"{identifier or 'ID'}: no term has this id: {advice}")
    term = terms[identifier]
    if as_json:
        write_json(asdict(term))
        return
    fields = {**asdict(term), "forms": tuple(form.text for form in term.forms)}
    rows = [
        (name, item, where)
        for name, value in fields.items()
        for item, where in (
            zip(value, _where(term), strict=True)
            if name == "forms"
            else ((item, "") for item in _items(value))
        )
    ]
    print_table(("field", "value", "where"), rows)


def _items(value: object) -> Sequence[str]:
    if isinstance(value, tuple):
        return value
    return (str(value),) if value else ()


def _where(term: Term) -> list[str]:
    """What each form of the term needs around it."""
    return [
        "; ".join(
            f"{name} {', '.join(words)}"
            for name, words in (
                ("not after", form.not_after),
                ("not before", form.not_before),
                ("with", form.document),
                ("made of", form.parts),
            )
            if words
        )
        for form in term.forms
    ]


@app.command()
def find(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Arabic text; - is standard input.")],
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the terms that stand in a text, just as translate does, and show where.

    On a terminal the text itself comes first, its terms highlighted. The whole file is the document that
    conditions ask about. `start` and `end` count code points of the file's text from 0; a byte order mark
    does not count, the line end of Windows counts as two. Encodings are those that translate reads.

    \b
    Examples:
      dragoman glossary find article.txt
      dragoman glossary find article.txt --glossary my-terms.csv --json
      cat article.txt | dragoman glossary find - --quiet
    """  # noqa: D301
    from pipeline.read import decode_text, read_text

    messages = Messages(quiet=quiet)
    terms = load_glossary(glossary or (), messages, builtin=builtin_glossary)
    read = decode_text(read_stdin(messages), str(STANDARD)) if file == STANDARD else read_text(file)
    for note in read.notes:
        messages.note(note)
    matches = _find(terms, read.text, str(file))
    if as_json:
        write_json(
            [
                {
                    "id": match.term.id,
                    "surface": match.surface,
                    "start": match.start,
                    "end": match.end,
                    "target": match.term.target,
                }
                for match in matches
            ]
        )
        return
    if is_terminal(sys.stdout):
        print_highlighted(read.text, [(match.start, match.end) for match in matches])
    rows = [
        (
            place_of(read.text, match.start),
            str(match.start),
            str(match.end),
            match.surface,
            match.term.id,
            _named(match.term),
        )
        for match in matches
    ]
    print_table(("place", "start", "end", "surface", "id", "target"), rows)
    if not matches:
        messages.note(f"{file}: no terms")


def _find(glossary: "Glossary", text: str, name: str) -> list[TermMatch]:
    """The terms of the segments that translate reads, with offsets into the whole text."""
    from dataclasses import replace

    from pipeline.segment import segment_document

    segments = segment_document(name, text).segments
    found = glossary.find_in_segments([segment.source for segment in segments])
    return [
        replace(match, start=segment.start + match.start, end=segment.start + match.end)
        for segment, matches in zip(segments, found, strict=True)
        for match in matches
    ]


@app.command()
def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILES]", help="Glossaries; without any, the built-in ones are checked."),
    ] = None,
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    everything: Annotated[
        bool, typer.Option("--all", help="Show also what is only good to know (severity info).")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check glossaries for mistakes; exit with 1 if there are errors.

    Looks for entries that cannot be used, duplicates, conflicts, ambiguous forms, missing articles, forms
    that are never found, superfluous spaces and marks, guards that stop nothing, conditions never met.
    FILES are checked as translate uses them, over the built-in glossary and those of --glossary.

    \b
    Examples:
      dragoman glossary check
      dragoman glossary check my-terms.csv more-terms.yaml
      dragoman glossary check my-terms.csv --no-builtin-glossary --all --json
    """  # noqa: D301
    from glossary.check import SEVERITIES, check_files

    if not (files or glossary or builtin_glossary):
        raise UsageError("check: nothing to check; name a file, or leave out --no-builtin-glossary")
    found = check_files(*(files or ()), over=glossary or (), builtin=builtin_glossary)
    counts = Counter(finding.severity for finding in found)
    shown = [finding for finding in found if everything or finding.severity != "info"]
    if as_json:
        write_json([asdict(finding) for finding in shown])
    else:
        rows = [
            (finding.place, finding.severity, finding.check, finding.id, finding.message) for finding in shown
        ]
        print_table(("place", "severity", "check", "id", "message"), rows)
    told = ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity])
    hidden = "; --all shows those of info too" if len(shown) < len(found) else ""
    Messages(quiet=quiet).note(f"check: {told or 'nothing found'}{hidden}")
    if counts["error"]:
        raise typer.Exit(FOUND_ERRORS)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A glossary.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another, or a later version of it.")],
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    as_json: Json = False,
) -> None:
    """Compare two glossaries term by term: which were added, removed or changed, and in which field.

    Terms are the same if their ids are. {id} in a form may name a term of the built-in glossary and of those
    given with --glossary.

    \b
    Examples:
      dragoman glossary diff old-terms.yaml my-terms.yaml
      dragoman glossary diff my-terms.csv my-terms.yaml --json
    """  # noqa: D301
    from glossary.diff import diff_files

    changes = diff_files(before, after, over=glossary or (), builtin=builtin_glossary)
    if as_json:
        write_json([_as_json(change) for change in changes])
        return
    rows = [row for change in changes for row in _rows(change)]
    print_table(("change", "id", "field", "before", "after"), rows)


def _as_json(change: "TermChange") -> dict[str, object]:
    return {
        "id": change.id,
        "change": change.change,
        "target": next(term.target for term in (change.after, change.before) if term is not None),
        "fields": {field.name: {"before": field.before, "after": field.after} for field in change.fields},
    }


def _rows(change: "TermChange") -> Iterable[tuple[str, str, str, str, str]]:
    if change.change != "changed":
        before, after = (term.target if term else "" for term in (change.before, change.after))
        yield change.change, change.id, "", before, after
    for field in change.fields:
        yield change.change, change.id, field.name, _joined(field.lost()), _joined(field.gained())


def _joined(value: "Value") -> str:
    return " | ".join(value) if isinstance(value, tuple) else value or ""


@app.command()
def stats(
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    as_json: Json = False,
) -> None:
    """Count entries and Arabic forms, by domain and by kind.

    A family name belongs to the entry of its person. `written` are the forms without those that were composed
    of other terms; `average` and `average_written` are forms in an entry.

    \b
    Examples:
      dragoman glossary stats
      dragoman glossary stats --no-builtin-glossary --glossary my-terms.csv --json
    """  # noqa: D301
    from glossary.stats import count_terms

    counted = count_terms(_load(glossary, builtin_glossary).terms.values())
    if as_json:
        write_json(
            {
                "total": _numbers(counted.total),
                "domains": {name: _numbers(count) for name, count in counted.domains.items()},
                "kinds": {name: _numbers(count) for name, count in counted.kinds.items()},
            }
        )
        return
    rows = [
        *(("domain", name, *map(str, _numbers(count).values())) for name, count in counted.domains.items()),
        *(("kind", name, *map(str, _numbers(count).values())) for name, count in counted.kinds.items()),
        ("total", "", *map(str, _numbers(counted.total).values())),
    ]
    print_table(("group", "name", *_numbers(counted.total)), rows)


def _numbers(count: "Count") -> dict[str, float]:
    return {
        "entries": count.entries,
        "forms": count.forms,
        "average": round(count.average_forms, 1),
        "written": count.written,
        "average_written": round(count.average_written, 1),
        "without_origin": count.without_origin,
    }


@app.command("import")
def import_terms(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Terms as .csv, .tsv, .xlsx, .tbx, .tmx or .yaml; or a report."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The glossary to write, a .yaml file.")],
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook (.xlsx) to read; without it the first.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Turn terms of another program into a glossary of ours, in YAML; say what was left out.

    From a report of dragoman translate (.json) it takes the names that recurred and had no entry.

    \b
    Examples:
      dragoman glossary import deepl.csv -o my-terms.yaml
      dragoman glossary import termbase.tbx -o my-terms.yaml --quiet
      dragoman glossary import terms.xlsx -o my-terms.yaml --sheet Offices
      dragoman glossary import report.json -o new-names.yaml
    """  # noqa: D301
    from glossary import Glossary
    from glossary.export import write_glossary

    check_output(output, [file], "-o", "a glossary")
    if output.suffix.lower() not in (".yaml", ".yml"):
        raise UsageError(f"{output}: import writes YAML; choose a name that ends in .yaml")
    if sheet is not None and file.suffix.lower() != ".xlsx":
        raise UsageError(f"{file}: --sheet is for workbooks; leave it out, or name an .xlsx file")
    messages = Messages(quiet=quiet)
    with messages.log():
        terms = Glossary.load(file, builtin=False, sheet=sheet).terms.values()
        losses = write_glossary(terms, output, "yaml")
    _tell(
        f"import: {_amount(terms)} read from {file}, written to {output}{_composed(terms)}", losses, messages
    )


@app.command("export")
def export_terms(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    layout: Annotated[
        str | None,
        typer.Option(
            help="yaml, csv, tsv, xlsx, deepl, google, google-set, amazon, tbx, tbx-basic or tmx; without it "
            "the one that the file's name suggests."
        ),
    ] = None,
    kind: Kinds = None,
    domain: Domains = None,
    glossary: Glossaries = None,
    builtin_glossary: Builtin = True,
    quiet: Quiet = False,
) -> None:
    """Write terms for another program, and say what its format cannot hold.

    \b
    Examples:
      dragoman glossary export -o nato.csv --layout deepl --domain nato
      dragoman glossary export -o my-terms.tbx --no-builtin-glossary --glossary my-terms.yaml
    """  # noqa: D301
    from glossary.export import layout_of, write_glossary

    check_output(output, list(map(Path, glossary or ())), "-o", "a glossary")
    messages = Messages(quiet=quiet)
    with messages.log():
        terms = _chosen(_load(glossary, builtin_glossary).terms.values(), kind, domain)
        losses = write_glossary(terms, output, layout or layout_of(output))
    composed = _composed(terms) if layout_of(output) == "yaml" else ""
    _tell(f"export: {_amount(terms)} written to {output}{composed}", losses, messages)


def _amount(terms: Collection[Term]) -> str:
    forms = sum(len(term.forms) for term in terms)
    return f"{len(terms)} term{'' if len(terms) == 1 else 's'} with {forms} form{'' if forms == 1 else 's'}"


def _composed(terms: Iterable[Term]) -> str:
    """What a user who expects to find `{id}` again has to know."""
    composed = sum(bool(form.parts) for term in terms for form in term.forms)
    return f"; {composed} composed of other terms are written out, without {{id}}" if composed else ""


def _tell(done: str, losses: Sequence[object], messages: Messages) -> None:
    for loss in losses[:_SHOWN_LINES]:
        messages.note(loss)
    if len(losses) > _SHOWN_LINES:
        messages.note(f"{len(losses) - _SHOWN_LINES} more such lines")
    messages.note(f"{done}; {f'left out: {len(losses)}' if losses else 'nothing left out'}")


def _load(paths: Sequence[str] | None, builtin: bool) -> "Glossary":
    from glossary import Glossary

    return Glossary.load(*(paths or ()), builtin=builtin)


def _chosen(terms: Iterable[Term], kinds: Sequence[str] | None, domains: Sequence[str] | None) -> list[Term]:
    """The terms of some kinds and domains.

    Raises:
        UsageError: there is no such kind, or no term is of such a domain.
    """
    terms = list(terms)
    for kind in kinds or ():
        if kind not in KINDS:
            raise UsageError(f"--kind {kind}: unknown; the kinds are {', '.join(KINDS)}")
    known = sorted({term.domain for term in terms})
    for domain in domains or ():
        if domain not in known:
            raise UsageError(
                f"--domain {domain}: no term has it; the domains are {', '.join(known) or 'none'}"
            )
    return [
        term
        for term in terms
        if (not kinds or term.kind in kinds) and (not domains or term.domain in domains)
    ]


def _named(term: Term) -> str:
    """The English name as running text has it."""
    return f"the {term.target}" if term.article == "the" else term.target
