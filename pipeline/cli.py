"""The command line: `dragoman VERB`.

Each verb reads its options and calls one function. Heavy modules are imported inside the verbs, so that
help comes at once.

Exit status: 0 done; 1 something failed, or there are findings that `--fail-on` or `--strict` names; 2 wrong
usage; 130 stopped (Ctrl-C); 141 the reader of standard output has gone.
"""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from glossary.errors import GlossaryError
from pipeline import evaluate_cli, glossary_cli
from pipeline.errors import ConfigError, PipelineError, UsageError
from pipeline.terminal import NAME, Bar, Messages, print_table, write_json, write_stdout
from pipeline.translate_files import STANDARD, plan_outputs, translate_files

if TYPE_CHECKING:
    from pipeline.models import ModelInfo

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
STOPPED: Final = 128 + signal.SIGINT
READER_GONE: Final = 128 + 13  # as a shell reports a program that SIGPIPE ended


class Verbs(TyperGroup):
    """The verbs; whatever ends one of them early becomes one line and an exit status here."""

    def main(
        self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **__: Any
    ) -> NoReturn:
        """Run a verb and leave."""
        sys.exit(self._status(sys.argv[1:] if args is None else list(args)))

    def _status(self, args: list[str]) -> int:
        messages = Messages()
        try:
            with self.make_context(NAME, args) as context:
                self.invoke(context)
        except typer.Exit as leave:
            return leave.exit_code
        except typer.TyperException as err:
            messages.error(_usage(err))
            return USAGE
        except (UsageError, ConfigError) as err:
            messages.error(err)
            return USAGE
        except (PipelineError, GlossaryError) as err:
            messages.error(err)
            return FAILED
        except BrokenPipeError:
            return _leave_reader()
        except OSError as err:
            messages.error(f"{err.filename or 'system'}: {err.strerror or err}")
            return FAILED
        except KeyboardInterrupt:
            # The stack is unwound, temporary files are gone; but an engine would finish its queue first.
            os._exit(STOPPED)
        return DONE


def _usage(err: typer.TyperException) -> str:
    context = getattr(err, "ctx", None)
    command = context.command_path if context is not None else NAME
    message = err.format_message().rstrip(".")
    return f"{message[:1].lower()}{message[1:]}; see {command} --help"


def _leave_reader() -> int:
    """Let the interpreter's last flush go nowhere: there is nobody left to read it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return READER_GONE


app = typer.Typer(
    name=NAME,
    cls=Verbs,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models = typer.Typer(help="See which models are on this machine, and get others.", rich_markup_mode=None)
app.add_typer(models, name="models")
app.add_typer(glossary_cli.app, name="glossary")
app.command("evaluate")(evaluate_cli.evaluate)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        write_stdout(f"{NAME} {version(NAME)}\n")
        raise typer.Exit


@app.callback()
def dragoman(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave."),
    ] = False,
) -> None:
    """Translate Arabic news on NATO, Germany and European security into English, with names enforced.

    \b
    Examples:
      dragoman translate article.txt
      dragoman glossary find article.txt
      dragoman models list
      dragoman translate --help
    """  # noqa: D301


@app.command()
def translate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="Articles, plain text; - is standard input.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", help="A file, a folder (summit.txt becomes summit.en.txt), or - for stdout."
        ),
    ] = STANDARD,
    model: Annotated[
        str | None, typer.Option(help="auto, compact, base, big, a hub name in the local cache, or a folder.")
    ] = None,
    glossary: Annotated[
        list[str] | None,
        typer.Option(help="Terms of your own (.yaml, .csv, .tsv) over the built-in ones; repeatable."),
    ] = None,
    builtin_glossary: Annotated[
        bool | None,
        typer.Option("--builtin-glossary/--no-builtin-glossary", help="Use the built-in glossary."),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="auto, ctranslate2 or transformers.")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.")] = None,
    precision: Annotated[str | None, typer.Option(help="auto, int8, float16, float32 ...")] = None,
    beam: Annotated[int | None, typer.Option(help="Beam size; 1 is greedy.")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads; 0 lets the engine choose.")] = None,
    naming: Annotated[
        str | None,
        typer.Option(
            help="as-is; long-first, North Atlantic Treaty Organization (NATO) and then NATO; or short."
        ),
    ] = None,
    naming_scope: Annotated[
        str | None, typer.Option(help="Names agree in each document, or over the whole batch of files.")
    ] = None,
    forbid: Annotated[
        str | None,
        typer.Option(help="Repair forbidden renderings where their term is matched, or always."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A YAML file of settings; options here go before it.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write what became of each segment and term, as JSON.")
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=LEVEL", help="Make a check off, info, warning or error; repeatable."),
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT", help="Exit with 1 on findings of these checks, or this grave; repeatable, or a,b."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if a term is missing: --fail-on missing_term.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Translate articles into English; headings, paragraphs and blank lines stay.

    The English text goes to stdout, all else to stderr. Several articles on stdout are separated by a blank
    line.

    \b
    Examples:
      dragoman translate article.txt
      dragoman translate article.txt -o article.en.txt --report report.json
      dragoman translate articles/*.txt -o english/ --glossary my-terms.csv --naming-scope batch
      dragoman translate article.txt --naming long-first --forbid always
      dragoman translate article.txt --check spacing=off --fail-on error,number
      cat article.txt | dragoman translate - --quiet
    """  # noqa: D301
    articles = plan_outputs(
        files,
        output,
        report=report,
        read_only=[*map(Path, glossary or ()), *([config] if config else [])],
    )
    messages = Messages(quiet=quiet)
    from pipeline.checks import STRICT, parse_fail_on, parse_levels
    from pipeline.configuration import load_config, validate_config
    from pipeline.settings import TranslationConfig

    defaults = load_config(config, TranslationConfig) if config else TranslationConfig()
    levels = parse_levels(check or ())
    options: dict[str, object] = {
        "model": model,
        "glossary": glossary or None,
        "builtin_glossary": builtin_glossary,
        "engine": engine,
        "device": device,
        "precision": precision,
        "beam": beam,
        "threads": threads,
        "checks": {**defaults.checks, **levels} or None,
        "forbid": forbid,
    }
    naming_options = {"style": naming, "scope": naming_scope}
    if chosen := {name: value for name, value in naming_options.items() if value is not None}:
        options["naming"] = {**defaults.naming.model_dump(), **chosen}
    given = {name: value for name, value in options.items() if value is not None}
    settings = validate_config({**dict(defaults), **given}, TranslationConfig, "options")
    fails = parse_fail_on([*(fail_on or ()), *([STRICT] if strict else [])], settings.checks)
    with messages.log():
        result = translate_files(articles, settings, messages, report=report, fail_on=fails)
    if result.failed or result.findings:
        raise typer.Exit(FAILED)


@models.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for programs.")] = False,
) -> None:
    """List the models: which are on this machine, which is the default, and why.

    \b
    Examples:
      dragoman models list
      dragoman models list --json
    """  # noqa: D301
    from pipeline import models as checkpoints

    found = checkpoints.list_models()
    if as_json:
        write_json([_described(info) for info in found])
        return
    rows = [
        (
            info.name,
            "default" if info.is_default else "here" if info.checkpoint else "-",
            _megabytes(info),
            _parameters(info),
            info.licence or "-",
            info.note,
        )
        for info in found
    ]
    print_table(("model", "status", "size", "parameters", "licence", "note"), rows)


@models.command("info")
def model_info(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="auto, compact, base, big, a hub name or a folder.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for programs.")] = False,
) -> None:
    """Tell what is known of a model on this machine.

    \b
    Examples:
      dragoman models info compact
      dragoman models info ./my-checkpoint --json
    """  # noqa: D301
    from pipeline import models as checkpoints

    described = _described(checkpoints.model_info(name))
    if as_json:
        write_json(described)
    else:
        print_table(("field", "value"), [(field, _plain(value)) for field, value in described.items()])


@models.command("pull")
def pull_model(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="base, big, owner/name or owner/name@revision.")
    ],
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Download a model from the Hugging Face hub; needs a network. Prints the folder it is in.

    \b
    Examples:
      dragoman models pull base
      dragoman models pull Helsinki-NLP/opus-mt-tc-big-ar-en
    """  # noqa: D301
    from pipeline import models as checkpoints

    bar = Bar(0, "bytes", quiet=quiet)
    with bar.working(name):
        resolved = checkpoints.pull_model(name, lambda _, done, total: bar.set(done, total))
    Messages(quiet=quiet).note(f"model {resolved.name} is on this machine")
    write_stdout(f"{resolved.folder}\n")


@app.command()
def train(
    config: Annotated[Path, typer.Option(help="A YAML file, such as configs/train-compact.yaml.")],
    data_dir: Annotated[
        list[Path],
        typer.Option(
            help="A folder that the configuration's file names start from; repeatable, the first that has a "
            "file counts."
        ),
    ],
    run_dir: Annotated[Path, typer.Option(help="A folder for state and results; an unfinished run goes on.")],
    max_minutes: Annotated[
        float | None,
        typer.Option(help="Time budget over all instalments of the run, in place of the configured one."),
    ] = None,
) -> None:
    """Train a model from parallel text, or go on with a run that was stopped. Prints its folder.

    \b
    Examples:
      dragoman train --config configs/train-compact.yaml --data-dir corpora --run-dir runs/compact
    """  # noqa: D301
    import logging
    from importlib.util import find_spec

    from pipeline.configuration import load_config, validate_config
    from pipeline.training.config import TrainingConfig

    settings = load_config(config, TrainingConfig)
    if max_minutes is not None:
        values = settings.model_dump(exclude_unset=True)  # what `init` brings must stay unset
        values.setdefault("optimisation", {})["max_minutes"] = max_minutes
        settings = validate_config(values, TrainingConfig, "--max-minutes")
    needed = ["sacrebleu", "matplotlib", *(["eflomal"] if settings.optimisation.alignment_weight else [])]
    if absent := [package for package in needed if find_spec(package) is None]:
        raise UsageError(
            f"train: {' and '.join(absent)} not installed; pip install 'dragoman[train]' brings what it needs"
        )
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    logging.getLogger("pipeline").setLevel(logging.INFO)
    from pipeline.training.run import train as train_model

    write_stdout(f"{train_model(settings, data_dir, run_dir).checkpoint}\n")


def _described(info: "ModelInfo") -> dict[str, object]:
    """Return what is known of a model as plain values; numbers of a checkpoint that is not here are None."""
    found = asdict(info)
    checkpoint = found.pop("checkpoint") or {}
    numbers = ("parameters", "encoder_layers", "decoder_layers", "width", "vocabulary_size", "positions")
    folder = checkpoint.get("folder")
    return {
        **found,
        "folder": None if folder is None else str(folder),
        **{name: checkpoint.get(name) for name in numbers},
    }


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)


def _megabytes(info: "ModelInfo") -> str:
    return f"{info.size_bytes / 1e6:.0f} MB" if info.size_bytes else "-"


def _parameters(info: "ModelInfo") -> str:
    return f"{info.checkpoint.parameters / 1e6:.1f} M" if info.checkpoint else "-"


def main() -> NoReturn:
    """Run the command line as a program of its own."""
    import io
    import warnings

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # those of libraries; ours are messages
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    app()
    raise AssertionError  # app() always leaves


def _stop(*_: object) -> NoReturn:
    """Stop as Ctrl-C does, once: a second signal must not disturb the tidying up."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise KeyboardInterrupt
