"""The command line of the evaluation: `dragoman evaluate`, a cover of `pipeline.evaluation.evaluate`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError
from pipeline.terminal import Messages, is_terminal, print_table, write_json, write_stdout
from pipeline.translate_files import check_output

if TYPE_CHECKING:
    from pipeline.evaluation.records import Evaluation


def evaluate(
    source: Annotated[str | None, typer.Option(help="The Arabic: FILE or FILE:COLUMN.")] = None,
    reference: Annotated[
        list[str] | None, typer.Option(help="An English reference, as above; repeatable.")
    ] = None,
    hypothesis: Annotated[
        list[str] | None,
        typer.Option(help="A system's output: FILE or NAME=FILE, also with :COLUMN; repeatable."),
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="Name of the system to compare with.")] = None,
    documents: Annotated[
        str | None, typer.Option(help="A file with the document id of each segment.")
    ] = None,
    document_column: Annotated[
        str | None, typer.Option(help="Column of document ids in the source's or the reference's table.")
    ] = None,
    domain_column: Annotated[str | None, typer.Option(help="Column of domains there.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Translate the source with it: a preset, hub name or folder.")
    ] = None,
    glossary: Annotated[
        list[str] | None,
        typer.Option(help="Terms of your own (.yaml, .csv, .tsv) over the built-in ones; repeatable."),
    ] = None,
    builtin_glossary: Annotated[
        bool | None,
        typer.Option("--builtin-glossary/--no-builtin-glossary", help="Use the built-in glossary."),
    ] = None,
    glossary_modes: Annotated[
        str | None, typer.Option(help="Run --model with these terms: none, proper, random; with commas.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Of --model: auto, ctranslate2 or transformers.")] = None,
    device: Annotated[str | None, typer.Option(help="Of --model: auto, cpu, cuda or cuda:N.")] = None,
    beam: Annotated[int | None, typer.Option(help="Of --model: beam size.")] = None,
    threads: Annotated[int | None, typer.Option(help="Of --model: CPU threads.")] = None,
    resamples: Annotated[int | None, typer.Option(help="Of the bootstrap; 0 leaves intervals out.")] = None,
    trials: Annotated[int | None, typer.Option(help="Of approximate randomisation; 0 leaves it out.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of all that is drawn.")] = None,
    comet: Annotated[str | None, typer.Option(help="A COMET checkpoint on this machine.")] = None,
    comet_qe: Annotated[str | None, typer.Option(help="A COMET checkpoint that needs no reference.")] = None,
    comet_python: Annotated[
        str | None, typer.Option(help="The Python in whose environment unbabel-comet is installed.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A YAML file of settings; options here go before it.")
    ] = None,
    data_dir: Annotated[
        list[Path] | None, typer.Option(help="A folder that names of files start from; repeatable.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a page of HTML: scores, tests, pictures, every segment.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for programs.")] = False,
    segments: Annotated[
        bool, typer.Option("--segments", help="With --json: also every segment with its scores.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Score translations against references, compare systems, and show where they fail.

    Files are plain lines, .tsv, .jsonl, .tmx, or a report of `dragoman translate` (.json). Blank lines in
    source and reference separate documents.

    \b
    Examples:
      dragoman evaluate --source test.ar --reference test.en --hypothesis big.en
      dragoman evaluate --source set.tsv:ar --reference set.tsv:en --hypothesis old=a.en --hypothesis b.en
      dragoman evaluate --source s.ar --reference s.en --hypothesis a.en --hypothesis b.en --baseline a
      dragoman evaluate --source s.ar --reference s.en --hypothesis a.en --hypothesis b.en --report out.html
      dragoman evaluate --source s.ar --reference s.en --model compact --glossary-modes none,proper,random
      dragoman evaluate --config configs/eval-flores.yaml --data-dir flores --hypothesis big.en --json
    """  # noqa: D301
    from pipeline.configuration import load_config, validate_config
    from pipeline.evaluation.config import EvaluationConfig
    from pipeline.evaluation.reading import files_read
    from pipeline.evaluation.results import as_json as plain
    from pipeline.evaluation.scoring import evaluate as evaluate_systems

    if segments and not as_json:
        raise UsageError("--segments: goes with --json")
    options = {
        "source": source,
        "reference": reference or None,
        "hypothesis": hypothesis or None,
        "baseline": baseline,
        "documents": documents,
        "document_column": document_column,
        "domain_column": domain_column,
        "model": model,
        "glossary": glossary or None,
        "builtin_glossary": builtin_glossary,
        "glossary_modes": None if glossary_modes is None else glossary_modes.replace(" ", "").split(","),
        "engine": engine,
        "device": device,
        "beam": beam,
        "threads": threads,
        "resamples": resamples,
        "trials": trials,
        "seed": seed,
        "comet": comet,
        "comet_qe": comet_qe,
        "comet_python": comet_python,
    }
    given = {name: value for name, value in options.items() if value is not None}
    messages = Messages(quiet=quiet)
    settings = load_config(config, EvaluationConfig) if config else None
    folders = data_dir or ()
    if report is not None:
        merged = validate_config(
            {**dict(settings or EvaluationConfig()), **given}, EvaluationConfig, "evaluate"
        )
        read = [*files_read(merged, folders), *([config] if config else [])]
        check_output(report, read, "--report", "a report")
    with messages.log():
        found = evaluate_systems(settings, folders=folders, **given)
    for note in found.notes:
        messages.note(note)
    if as_json:
        write_json(plain(found, with_segments=segments))
    else:
        _print_tables(found)
    if report is not None:
        from pipeline.evaluation.html_report import write_report

        write_report(found, report)
        messages.note(f"evaluate: report written to {report}")


def _print_tables(found: "Evaluation") -> None:
    from pipeline.evaluation import results

    tables = [results.score_rows(found), results.comparison_rows(found), results.bucket_rows(found)]
    if is_terminal(sys.stdout):
        tables.append(results.loss_rows(found))
    for number, (heading, rows) in enumerate(table for table in tables if table[1]):
        if number:
            write_stdout("\n")
        print_table(heading, rows)
