"""Translating files: what `dragoman translate` does once its options are read.

plan outputs -> read all articles, check all outputs -> load the model -> translate, write -> report, summary

Everything that can be refused is refused before the model is loaded. One article that fails does not stop
the others.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, OutputError, UsageError
from pipeline.summary import summarise
from pipeline.terminal import Bar, Messages, write_stdout
from pipeline.write import check_writable, write_text

if TYPE_CHECKING:
    from glossary import Glossary
    from pipeline.records import DocumentTranslation
    from pipeline.settings import TranslationConfig
    from pipeline.translator import Translator

STANDARD: Final = Path("-")
SUFFIX: Final = ".en.txt"

_SHOWN_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class Article:
    """A file to translate and the file for its translation; `-` is standard input and output."""

    source: Path
    output: Path


@dataclass(frozen=True, slots=True)
class FilesResult:
    """How a run went.

    Attributes:
        failed: articles that were not translated or not written.
        findings: findings in the output of the checks that must not have any.
    """

    failed: int
    findings: int


def plan_outputs(
    sources: Sequence[Path], output: Path, *, report: Path | None = None, read_only: Sequence[Path] = ()
) -> tuple[Article, ...]:
    """Decide where the translation of each source goes; opens no file.

    Args:
        sources: files, or `-`.
        output: `-`, a folder, or, for one source, a file. In a folder `summit.txt` becomes `summit.en.txt`.
        report: the report that will be written beside them.
        read_only: other files that must not be overwritten (glossaries, configuration).

    Raises:
        UsageError: several sources for one file, two outputs in one place, or an output that would overwrite
            what is read.
    """
    if sources.count(STANDARD) > 1:
        raise UsageError("-: standard input can be read only once; give - once")
    articles = tuple(Article(source, _output_for(source, output, len(sources))) for source in sources)
    taken: list[tuple[Path, str]] = [
        (path, "is read by this command") for path in (*sources, *read_only) if path != STANDARD
    ]
    for article in articles:
        if article.output != STANDARD:
            refuse_taken(article.output, taken)
            taken.append((article.output, f"takes the translation of {article.source}"))
    if report == STANDARD and output == STANDARD:
        raise UsageError(
            "--report -: the translation goes to standard output already; give one of them a file"
        )
    if report is not None and report != STANDARD:
        refuse_taken(report, taken)
    return articles


def _output_for(source: Path, output: Path, sources: int) -> Path:
    if output == STANDARD:
        return STANDARD
    if output.is_dir():
        return output / (("stdin" if source == STANDARD else source.stem) + SUFFIX)
    if sources > 1:
        raise UsageError(
            f"{output}: no folder, but there are {sources} articles; create the folder, or leave out -o"
        )
    return output


def refuse_taken(path: Path, taken: Sequence[tuple[Path, str]]) -> None:
    """Refuse an output that would overwrite one of some files, each given with what speaks against it.

    Raises:
        UsageError: `path` is one of them.
    """
    for other, why in taken:
        if _is_same(path, other) and (path.is_file() or not path.exists()):
            raise UsageError(f"{path}: {why}; choose another output")


def check_output(output: Path, read: Sequence[Path], option: str, what: str) -> None:
    """Refuse an output that must be a file, before the work.

    Args:
        output: where it will be written.
        read: files that the command reads.
        option: the option that named it.
        what: what is written, for the message.

    Raises:
        UsageError: it is one of the files that are read, or standard output.
        OutputError: it cannot be written.
    """
    if output == STANDARD:
        raise UsageError(f"{option} -: {what} goes to a file; give its name")
    refuse_taken(output, [(path, "is read by this command") for path in read])
    check_writable(output)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()


def translate_files(
    articles: Sequence[Article],
    config: "TranslationConfig",
    messages: Messages,
    *,
    report: Path | None = None,
    fail_on: frozenset[str] = frozenset(),
) -> FilesResult:
    """Translate articles and write each as soon as it is done.

    The JSON report is written last, and only if something was translated. Findings of the checks in `fail_on`
    are named even where messages are quiet.

    Raises:
        GlossaryError, ModelError, ConfigError: nothing can be translated.
        OutputError: the report or standard output cannot be written.
        BrokenPipeError: the reader of standard output has gone.
    """
    glossary = load_glossary(config.glossary, messages, builtin=config.builtin_glossary)
    if report is not None and report != STANDARD:
        check_writable(report)
    ready = list(_read_all(articles, messages))
    failed = len(articles) - len(ready)
    if not ready:
        return FilesResult(failed, 0)

    from pipeline.report import build_report, report_json
    from pipeline.segment import segment_document
    from pipeline.translator import Translator

    translator = Translator.from_pretrained(glossary=glossary, config=config)
    messages.note(translator.model.note or f"model: {translator.model.name}")
    bar = Bar(0, "segments", quiet=messages.quiet)
    lengths = [0] * len(ready)
    if bar.shown:
        lengths = [
            len(
                segment_document(str(article.source), text, max_source_words=config.max_source_words).segments
            )
            for article, text in ready
        ]
    translations = _translate_together if config.naming.scope == "batch" else _translate_each
    done: list[DocumentTranslation] = []
    for article, translation in translations(translator, ready, bar, lengths):
        try:
            if isinstance(translation, InputError):
                raise translation
            english = _with_last_line_end(translation.text)
            if article.output != STANDARD:
                write_text(article.output, english)
        except (InputError, OutputError) as err:
            messages.error(_with_place(article.source, err))
            failed += 1
            continue
        if article.output == STANDARD:
            write_stdout("\n" + english if done else english)
        done.append(translation)
    if report is not None and done:
        content = report_json(build_report(done, signature=translator.signature, model=translator.model))
        if report == STANDARD:
            write_stdout(content)
        else:
            write_text(report, content)
    return FilesResult(failed, summarise(done, len(articles), messages, fail_on))


def _translate_each(
    translator: "Translator",
    articles: Sequence[tuple[Article, str]],
    bar: Bar,
    lengths: Sequence[int],
) -> "Iterator[tuple[Article, DocumentTranslation | InputError]]":
    """Yield each article with its translation, or what is wrong with it, as soon as it is done."""
    for number, (article, text) in enumerate(articles):
        bar.set(sum(lengths[:number]), sum(lengths))
        try:
            with bar.working(f"{article.source} ({number + 1} of {len(articles)})"):
                translation = translator.translate(text, name=str(article.source))
        except InputError as err:
            yield article, err
        else:
            yield article, translation


def _translate_together(
    translator: "Translator",
    articles: Sequence[tuple[Article, str]],
    bar: Bar,
    lengths: Sequence[int],
) -> "Iterator[tuple[Article, DocumentTranslation | InputError]]":
    """Yield all articles when all are done, since their names agree; those that cannot be read come first."""
    readable = []
    for article, text in articles:
        try:
            translator.check(text, name=str(article.source))
        except InputError as err:
            yield article, err
        else:
            readable.append((article, text))
    with bar.working(f"{len(readable)} articles together"):
        translations = translator.translate_many(
            [text for _, text in readable], names=[str(article.source) for article, _ in readable]
        )
    yield from zip((article for article, _ in readable), translations, strict=True)


def load_glossary(paths: Sequence[str], messages: Messages, *, builtin: bool) -> "Glossary":
    """Load the user's glossaries over the built-in one, and say which terms they take over.

    Raises:
        GlossaryError: a glossary cannot be used.
    """
    from glossary import Glossary

    glossary = Glossary.load(*paths, builtin=builtin)
    if paths:
        known = set(map(str, Glossary.builtin().conflicts)) if builtin else set()
        conflicts = [conflict for conflict in map(str, glossary.conflicts) if conflict not in known]
        for conflict in conflicts[:_SHOWN_LINES]:
            messages.note(f"glossary: {conflict}")
        if len(conflicts) > _SHOWN_LINES:
            messages.note(f"glossary: {len(conflicts) - _SHOWN_LINES} more such entries")
    return glossary


def _read_all(articles: Sequence[Article], messages: Messages) -> Iterator[tuple[Article, str]]:
    """Yield with their text the articles that can be read and written; say what is wrong with the others."""
    from pipeline.read import decode_article, read_article

    for article in articles:
        try:
            if article.output != STANDARD:
                check_writable(article.output)
            if article.source == STANDARD:
                read = decode_article(read_stdin(messages), str(STANDARD))
            else:
                read = read_article(article.source)
        except (InputError, OutputError) as err:
            messages.error(err)
            continue
        for note in read.notes:
            messages.note(note)
        yield article, read.text


def read_stdin(messages: Messages) -> bytes:
    """Read all of standard input.

    Raises:
        InputError: it is closed or cannot be read.
    """
    if sys.stdin is None:
        raise InputError("-: standard input is closed; give a file")
    if sys.stdin.isatty():
        messages.note("reading from the terminal; end with Ctrl-D on a line of its own")
    try:
        return sys.stdin.buffer.read()
    except OSError as err:
        raise InputError(f"-: standard input cannot be read ({err.strerror}); give a file") from err


def _with_last_line_end(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"


def _with_place(source: Path, err: InputError | OutputError) -> str:
    message = str(err)
    return message if message.startswith(str(source)) else f"{source}: {message}"
