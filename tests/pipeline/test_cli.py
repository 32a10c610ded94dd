"""The command line: what it prints where, how it fails, and what it leaves behind."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tiny_checkpoint import ARABIC
from typer.testing import CliRunner, Result

from pipeline import TranslationConfig, Translator
from pipeline.cli import app

COMMAND = str(Path(sys.executable).with_name("dragoman"))
GLOSSARY = "source,target,id\nهامبورغ,Hamburg,hamburg\nحلف شمال الأطلسي,NATO,nato\nبرلين,Bonn,capital\n"
ARTICLE = f"{ARABIC[4]}\n\n- {ARABIC[0]}\n- {ARABIC[5]}\n"
OTHER = f"{ARABIC[2]}\n"
BAD = {
    "empty.txt": b"",
    "spaces.txt": b" \n\t\n ",
    "binary.dat": bytes(range(256)) * 20,
    "latin.txt": "Später, mañana".encode("latin-1"),
    "broken-utf-16.txt": b"\xff\xfe" + ARTICLE.encode("utf-16-le") + b"\x00",
    "english.txt": b"The article, but in English.\n",
    "emoji.txt": "🎉🎉 🕊\n".encode(),
}
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two articles, a glossary, and a file for each kind of bad input."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(OTHER, encoding="utf-8")
    (tmp_path / "terms.csv").write_text(GLOSSARY, encoding="utf-8")
    # Checks only: what the tiny model leaves out stays missing.
    (tmp_path / "check.yaml").write_text("enforcement: {steps: []}\nbeam: 1\n", encoding="utf-8")
    (tmp_path / "english").mkdir()
    for name, data in BAD.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture(scope="session")
def options(tiny_folder: Path) -> list[str]:
    """Options by which a translation uses the tiny model and no terms but ours."""
    return ["--model", str(tiny_folder), "--no-builtin-glossary"]


@pytest.fixture(scope="session")
def expected(tiny_folder: Path) -> Iterator[Callable[[str], str]]:
    """The same translation through the Python door."""
    config = TranslationConfig(builtin_glossary=False)
    translator = Translator.from_pretrained(tiny_folder, config=config)
    return lambda text: translator.translate(text).text


@pytest.fixture
def run(folder: Path, options: list[str]) -> Run:
    """Run `dragoman translate` on a line of arguments."""

    def translate(arguments: str, *, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["translate", *shlex.split(arguments), *options], input=stdin)

    return translate


def command(arguments: str) -> Result:
    return CliRunner().invoke(app, shlex.split(arguments))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def errors(result: Result) -> list[str]:
    return result.stderr.splitlines()


# Where the English goes


def test_stdout_holds_the_english_text_and_nothing_else(run: Run, expected: Callable[[str], str]) -> None:
    result = run("a.txt")
    assert (result.exit_code, result.stdout) == (0, expected(ARTICLE))
    assert result.stdout.count("\n\n") == 1
    assert result.stdout.count("\n- ") == 2


def test_several_articles_on_stdout_are_separated_by_a_blank_line(
    run: Run, expected: Callable[[str], str]
) -> None:
    assert run("a.txt b.txt").stdout == expected(ARTICLE) + "\n" + expected(OTHER)


def test_a_dash_reads_standard_input(run: Run, expected: Callable[[str], str]) -> None:
    result = run("-", stdin=OTHER.encode())
    assert (result.exit_code, result.stdout) == (0, expected(OTHER))


def test_text_without_a_last_line_end_gets_one(run: Run) -> None:
    assert run("-", stdin=ARABIC[2].encode()).stdout.count("\n") == 1


def test_line_ends_of_windows_stay(run: Run, folder: Path) -> None:
    (folder / "dos.txt").write_bytes(f"{ARABIC[2]}\r\n\r\n{ARABIC[4]}\r\n".encode())
    assert run("dos.txt -o dos.en.txt").exit_code == 0
    assert re.fullmatch(rb"[^\r\n]+\r\n\r\n[^\r\n]+\r\n", (folder / "dos.en.txt").read_bytes())


def test_an_output_file_is_replaced(run: Run, folder: Path, expected: Callable[[str], str]) -> None:
    (folder / "out.txt").write_text("before")
    result = run("a.txt -o out.txt")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (folder / "out.txt").read_text(encoding="utf-8") == expected(ARTICLE)


def test_in_a_folder_each_article_keeps_its_name(
    run: Run, folder: Path, expected: Callable[[str], str]
) -> None:
    result = run("a.txt b.txt - -o english", stdin=OTHER.encode())
    assert (result.exit_code, result.stdout) == (0, "")
    written = {name: data.decode() for name, data in files(folder / "english").items()}
    assert written == {
        "a.en.txt": expected(ARTICLE),
        "b.en.txt": expected(OTHER),
        "stdin.en.txt": expected(OTHER),
    }


# What is said beside it


def test_the_model_and_the_terms_are_named_on_stderr(run: Run, tiny_folder: Path) -> None:
    lines = errors(run("a.txt --glossary terms.csv --config check.yaml"))
    assert f"dragoman: model: {tiny_folder}" in lines
    assert "dragoman: 3 terms: 2 kept, 1 missing" in lines


def test_a_missing_term_is_named_with_file_line_and_column(run: Run) -> None:
    lines = errors(run("a.txt --glossary terms.csv --config check.yaml"))
    column = len("- ") + ARABIC[0].index("برلين") + 1
    assert f"dragoman: a.txt:3:{column}: term missing: برلين should be 'Bonn' (capital)" in lines


def test_a_term_that_is_missing_often_is_one_line(run: Run) -> None:
    lines = errors(run("- --glossary terms.csv --config check.yaml", stdin=(ARABIC[0] * 3).encode()))
    place = f"-:1:{ARABIC[0].index('برلين') + 1}"
    assert [line for line in lines if "term missing" in line] == [
        f"dragoman: {place}: term missing, 3 times: برلين should be 'Bonn' (capital)"
    ]


def test_quiet_says_nothing(run: Run) -> None:
    assert run("a.txt --quiet --glossary terms.csv --config check.yaml").stderr == ""


@pytest.mark.parametrize("quiet", ["", "--quiet"])
def test_strict_turns_a_missing_term_into_an_exit_status(run: Run, quiet: str) -> None:
    result = run(f"a.txt --strict {quiet} --glossary terms.csv --config check.yaml")
    assert result.exit_code == 1
    assert result.stdout
    assert "term missing: برلين" in result.stderr


@pytest.mark.parametrize("quiet", ["", "--quiet"])
def test_a_run_fails_on_findings_that_it_must_not_have(run: Run, folder: Path, quiet: str) -> None:
    options = f"--glossary terms.csv --config check.yaml {quiet} --report r.json -o english"
    result = run(f"b.txt a.txt {options} --fail-on spacing,missing_term")
    assert result.exit_code == 1
    column = len("- ") + ARABIC[0].index("برلين") + 1
    lines = [line for line in errors(result) if "fails on" in line]
    assert lines == [
        f'dragoman: a.txt:3:{column}: fails on missing_term, 1 finding: "Bonn" is missing for برلين at '
        f"{ARABIC[0].index('برلين')} of the source"
    ]
    report = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    findings = [
        each for document in report["documents"] for part in document["segments"] for each in part["findings"]
    ]
    assert [each["check"] for each in findings].count("missing_term") == 1
    assert (folder / "english" / "a.en.txt").exists()


def test_a_run_fails_on_severities_as_they_are_set(run: Run) -> None:
    options = "a.txt --glossary terms.csv --config check.yaml --check length_ratio=off"
    assert run(f"{options} --fail-on error").exit_code == 1
    assert run(f"{options} --fail-on error --check missing_term=info").exit_code == 0
    assert run(f"{options} --fail-on info --check missing_term=info").exit_code == 1
    assert run(f"{options} --strict --check missing_term=info").exit_code == 1


def test_findings_are_named_by_check(run: Run) -> None:
    lines = errors(run("a.txt --glossary terms.csv --config check.yaml"))
    [line] = [line for line in lines if "--report FILE lists them" in line]
    assert "finding" in line
    assert "missing_term" in line


def test_a_check_on_the_command_line_goes_before_the_file(run: Run, folder: Path) -> None:
    (folder / "checks.yaml").write_text(
        "checks: {missing_term: error, spacing: off}\nenforcement: {steps: []}\n"
    )
    options = (
        "a.txt --glossary terms.csv --config checks.yaml --check missing_term=off --report r.json -o out.txt"
    )
    assert run(options).exit_code == 0
    assert "missing_term" not in (folder / "r.json").read_text(encoding="utf-8")


def test_strict_is_content_when_all_terms_are_right(run: Run) -> None:
    assert run("b.txt --strict --glossary terms.csv").exit_code == 0


def test_a_term_that_yours_replaces_is_reported(run: Run, folder: Path) -> None:
    (folder / "more.csv").write_text("source,target,id\nبرلين,Berlin,berlin\n", encoding="utf-8")
    notes = [
        line for line in errors(run("a.txt --glossary terms.csv --glossary more.csv")) if "glossary" in line
    ]
    assert len(notes) == 1
    assert notes[0].startswith("dragoman: glossary: برلين: read as berlin")


@pytest.mark.parametrize(
    ("codec", "said"), [("utf-16", "UTF-16"), ("cp1256", "Windows-1256"), ("utf-8-sig", None)]
)
def test_other_encodings_are_converted_with_a_note(
    run: Run, folder: Path, expected: Callable[[str], str], codec: str, said: str | None
) -> None:
    (folder / "other.txt").write_bytes(ARTICLE.encode(codec))
    result = run("other.txt")
    assert (result.exit_code, result.stdout) == (0, expected(ARTICLE))
    assert ("read as" in result.stderr) == (said is not None)
    assert said is None or said in result.stderr


# Settings


def signature(folder: Path) -> str:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))["signature"]


def test_options_go_before_the_file_and_the_file_before_defaults(run: Run, folder: Path) -> None:
    (folder / "own.yaml").write_text("beam: 2\nprecision: float32\n")
    for arguments, beam, precision in (
        ("", 4, "int8"),
        ("--config own.yaml", 2, "float32"),
        ("--config own.yaml --beam 3", 3, "float32"),
        ("--config own.yaml --precision int8 --threads 1", 2, "int8"),
    ):
        assert run(f"b.txt --report report.json {arguments}").exit_code == 0
        assert f"|precision:{precision}|beam:{beam}|" in signature(folder)


def test_the_other_engine_can_be_asked_for(run: Run, folder: Path) -> None:
    assert run("b.txt --report report.json --engine transformers --device cpu").exit_code == 0
    assert "|engine:transformers-" in signature(folder)


def test_the_report_tells_what_became_of_each_term(run: Run, folder: Path) -> None:
    result = run("a.txt b.txt --report report.json --glossary terms.csv --config check.yaml")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert result.exit_code == 0
    assert list(report) == ["signature", "model", "note", "documents"]
    assert [(document["name"], len(document["segments"])) for document in report["documents"]] == [
        ("a.txt", 3),
        ("b.txt", 1),
    ]
    found = [
        (term["id"], term["outcome"], segment["source"][term["start"] : term["end"]] == term["surface"])
        for document in report["documents"]
        for segment in document["segments"]
        for term in segment["terms"]
    ]
    assert found == [("hamburg", "kept", True), ("nato", "kept", True), ("capital", "missing", True)]


def test_the_report_may_go_to_stdout_when_the_text_does_not(run: Run, folder: Path) -> None:
    result = run("b.txt -o out.txt --report -")
    assert json.loads(result.stdout)["documents"][0]["name"] == "b.txt"
    assert (folder / "out.txt").exists()


# What goes wrong

FAILURES = [
    ("empty.txt", 1, "empty.txt: the file is empty: .*"),
    ("spaces.txt", 1, "spaces.txt: holds only white space: .*"),
    ("binary.dat", 1, "binary.dat.*: .*"),
    ("latin.txt", 1, "latin.txt:1: is not UTF-8 text .*"),
    ("broken-utf-16.txt", 1, "broken-utf-16.txt:5: is damaged UTF-16 text: .*"),
    ("english.txt", 1, "english.txt: holds no Arabic text: .*"),
    ("emoji.txt", 1, "emoji.txt: holds no Arabic text, .*"),
    ("absent.txt", 1, "absent.txt: no such file: .*"),
    ("english", 1, "english: is a folder, not a file: .*"),
    ("a.txt -o absent/out.txt", 1, "absent/out.txt: there is no folder .*; create it first"),
    ("a.txt -o b.txt/out.txt", 1, "b.txt/out.txt: cannot be written .*"),
    ("a.txt --report absent/r.json", 1, "absent/r.json: there is no folder .*; create it first"),
    ("a.txt --report english", 1, "english: is a folder; .*"),
    ("a.txt -o a.txt", 2, "a.txt: is read by this command; choose another output"),
    ("a.txt -o english/../a.txt", 2, "english/../a.txt: is read by this command; .*"),
    ("a.txt -o link.txt", 2, "link.txt: is read by this command; .*"),
    ("a.txt -o terms.csv --glossary terms.csv", 2, "terms.csv: is read by this command; .*"),
    ("a.txt --report check.yaml --config check.yaml", 2, "check.yaml: is read by this command; .*"),
    ("a.txt -o out.txt --report out.txt", 2, "out.txt: takes the translation of a.txt; .*"),
    ("a.txt ./a.txt -o english", 2, "english/a.en.txt: takes the translation of a.txt; .*"),
    ("a.txt b.txt -o out.txt", 2, "out.txt: no folder, but there are 2 articles; .*"),
    ("- -", 2, "-: standard input can be read only once; .*"),
    ("a.txt --report -", 2, "--report -: the translation goes to standard output already; .*"),
    ("a.txt --glossary broken.csv", 1, "broken.csv:3: .*"),
    ("a.txt --glossary absent.csv", 1, "absent.csv: no such file: .*"),
    ("a.txt --glossary a.txt", 1, "a.txt: a glossary ends in .*"),
    ("a.txt --config unknown.yaml", 2, "unknown.yaml: unknown key `beem`; valid here: beam, .*"),
    ("a.txt --config absent.yaml", 2, "absent.yaml: cannot be read .*"),
    (
        "a.txt --engine marian",
        2,
        "options: `engine`: input should be 'auto', 'ctranslate2' or 'transformers'",
    ),
    ("a.txt --beam 0", 2, "options: `beam`: input should be greater than or equal to 1"),
    ("a.txt --beam many", 2, "invalid value for '--beam': .*; see dragoman translate --help"),
    ("a.txt --check spacing", 2, "--check spacing: NAME=LEVEL is wanted, as in number=error"),
    ("a.txt --check nummer=off", 2, "--check nummer=off: unknown check 'nummer'; the checks are empty, .*"),
    ("a.txt --check number=bad", 2, "--check number=bad: unknown level 'bad'; the levels are off, .*"),
    ("a.txt --fail-on number,bad", 2, "--fail-on: unknown check or severity 'bad'; there are error, .*"),
    ("a.txt --strict --check missing_term=off", 2, "--fail-on: the check missing_term is off; .*"),
    (
        "a.txt --naming longest",
        2,
        "options: `naming.style`: input should be 'as-is', 'long-first' or 'short'",
    ),
    ("a.txt --naming-scope all", 2, "options: `naming.scope`: input should be 'document' or 'batch'"),
    ("a.txt --forbid never", 2, "options: `forbid`: input should be 'matched' or 'always'"),
    ("english.txt --naming-scope batch", 1, "english.txt: holds no Arabic text: .*"),
    ("a.txt --device abacus", 2, "device: .*"),
    ("a.txt --precision int7", 2, "precision: .*"),
    ("a.txt --bean 3", 2, "no such option: --bean.*; see dragoman translate --help"),
    ("", 2, "missing argument 'FILES'; see dragoman translate --help"),
]


@pytest.mark.parametrize(
    ("arguments", "status", "line"), FAILURES, ids=[case[0] or "none" for case in FAILURES]
)
def test_each_failure_is_one_line_and_changes_nothing(
    run: Run, folder: Path, arguments: str, status: int, line: str
) -> None:
    (folder / "broken.csv").write_text("source,target\nالناتو,NATO\nبرلين\n", encoding="utf-8")
    (folder / "unknown.yaml").write_text("beem: 3\n")
    (folder / "late.yaml").write_text("checks: {speling: off}\n")
    (folder / "link.txt").symlink_to("a.txt")
    before = files(folder)
    result = run(arguments, stdin=OTHER.encode())
    assert result.exit_code == status
    assert result.stdout == ""
    assert re.fullmatch(f"dragoman: {line}\n", result.stderr)
    assert files(folder) == before


@pytest.mark.parametrize(
    ("model", "line"),
    [
        ("absent/model/folder", "model 'absent/model/folder': no such folder.*"),
        ("nobody/nothing", "model 'nobody/nothing' is not on this machine; .*"),
        ("english", "english: no config.json.*"),
    ],
)
def test_a_model_that_is_none_is_one_line(folder: Path, model: str, line: str) -> None:
    result = command(f"translate a.txt -o out.txt --model {model}")
    assert result.exit_code == 1
    assert re.fullmatch(f"dragoman: {line}\n", result.stderr)
    assert not (folder / "out.txt").exists()


def test_one_bad_article_does_not_stop_the_others(run: Run, folder: Path) -> None:
    result = run("a.txt empty.txt absent.txt b.txt -o english --report report.json")
    assert result.exit_code == 1
    assert sorted(files(folder / "english")) == ["a.en.txt", "b.en.txt"]
    assert errors(result)[:2] == [
        "dragoman: empty.txt: the file is empty: nothing to read",
        "dragoman: absent.txt: no such file: check the path",
    ]
    assert "dragoman: 2 of 4 articles translated" in errors(result)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [document["name"] for document in report["documents"]] == ["a.txt", "b.txt"]


def test_one_bad_article_does_not_stop_a_batch_whose_names_agree(
    run: Run, folder: Path, expected: Callable[[str], str]
) -> None:
    result = run("a.txt english.txt b.txt -o english --naming-scope batch --report report.json")
    assert result.exit_code == 1
    assert sorted(files(folder / "english")) == ["a.en.txt", "b.en.txt"]
    assert (folder / "english" / "b.en.txt").read_text(encoding="utf-8") == expected(OTHER)
    lines = errors(result)
    assert len([line for line in lines if line.startswith("dragoman: english.txt: holds no Arabic")]) == 1
    assert "dragoman: 2 of 3 articles translated" in lines
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [document["name"] for document in report["documents"]] == ["a.txt", "b.txt"]
    assert "scope:batch" in report["signature"]


def test_a_batch_of_bad_articles_only(run: Run, folder: Path) -> None:
    result = run("english.txt emoji.txt -o english --naming-scope batch --report report.json")
    assert result.exit_code == 1
    assert files(folder / "english") == {}
    assert not (folder / "report.json").exists()


def test_naming_of_the_command_line_goes_before_that_of_the_file(run: Run, folder: Path) -> None:
    (folder / "style.yaml").write_text("naming: {style: short, unlisted: false}\n")
    result = run("a.txt -o out.txt --report r.json --config style.yaml --naming long-first --forbid always")
    assert result.exit_code == 0
    signature = json.loads((folder / "r.json").read_text(encoding="utf-8"))["signature"]
    for part in ("naming:long-first", "scope:document", "names:listed", "forbid:always"):
        assert f"|{part}|" in signature


def test_candidates_become_a_glossary(run: Run, folder: Path) -> None:
    """translate --report, glossary import, --glossary: the names found are terms then."""
    text = "قال يوهان فاديفول (Johann Wadephul) ذلك.\n\nوصل فاديفول إلى ميناء هامبورغ.\n"
    (folder / "names.txt").write_text(text, encoding="utf-8")
    assert run("names.txt -o out.txt --report r.json --config check.yaml").exit_code == 0
    [document] = json.loads((folder / "r.json").read_text(encoding="utf-8"))["documents"]
    [candidate] = document["candidates"]
    assert (candidate["source"], candidate["target"]) == ("يوهان فاديفول", "Johann Wadephul")
    assert candidate["mentions"] == 2
    assert command("glossary import r.json -o new.yaml").exit_code == 0
    found = command("glossary find names.txt --glossary new.yaml --no-builtin-glossary --json")
    assert [(match["surface"], match["target"]) for match in json.loads(found.stdout)] == [
        ("يوهان فاديفول", "Johann Wadephul"),
        ("فاديفول", "Wadephul"),
    ]
    again = run("names.txt -o out.txt --report r2.json --config check.yaml --glossary new.yaml")
    assert again.exit_code == 0
    [document] = json.loads((folder / "r2.json").read_text(encoding="utf-8"))["documents"]
    ids = [term["id"] for segment in document["segments"] for term in segment["terms"]]
    assert [name for name in ids if name.startswith("johann-wadephul")] == ids
    assert document["candidates"] == []


def test_a_report_that_proposes_nothing_is_one_line(run: Run, folder: Path) -> None:
    assert run("b.txt -o out.txt --report r.json --config check.yaml").exit_code == 0
    result = command("glossary import r.json -o new.yaml")
    assert result.exit_code == 1
    assert result.stderr == "dragoman: r.json:1: proposes no names: there is nothing to import\n"
    assert not (folder / "new.yaml").exists()


def test_a_single_line_of_a_megabyte_is_translated(run: Run, folder: Path) -> None:
    sentence = ARABIC[2] + " "
    count = 1_000_000 // len(sentence.encode()) + 1
    (folder / "long.txt").write_text(sentence * count, encoding="utf-8")
    result = run("long.txt")
    assert result.exit_code == 0
    assert result.stdout.count(".") == count
    assert result.stdout.count("\n") == 1


def test_names_of_files_may_be_anything(run: Run, folder: Path) -> None:
    name = "خبر جديد\n- [1].txt"
    (folder / name).write_text(OTHER, encoding="utf-8")
    result = run(f"{shlex.quote(name)} -o english --glossary terms.csv")
    assert result.exit_code == 0
    assert list(files(folder / "english")) == ["خبر جديد\n- [1].en.txt"]
    assert all(line.startswith("dragoman: ") for line in errors(result))


# As a process of its own


def start(arguments: str, folder: Path, options: list[str], **settings: object) -> subprocess.Popen[bytes]:
    settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings
    return subprocess.Popen([COMMAND, "translate", *shlex.split(arguments), *options], cwd=folder, **settings)


def test_utf_8_whatever_the_locale(folder: Path, options: list[str]) -> None:
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    process = start(
        "b.txt --glossary terms.csv --config check.yaml empty.txt a.txt", folder, options, env=environment
    )
    out, err = process.communicate()
    assert process.returncode == 1
    assert b"European Commission" in out
    assert "term missing: برلين should be" in err.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_behind(folder: Path, options: list[str], number: int) -> None:
    words = " ".join(ARABIC).replace(".", "").split()
    lines = [" ".join(words[(7 * row + step) % len(words)] for step in range(9)) for row in range(4000)]
    (folder / "long.txt").write_text("\n".join(f"{row} {line}." for row, line in enumerate(lines)), "utf-8")
    before = files(folder)
    process = start("long.txt -o english --report report.json", folder, options)
    assert process.stderr is not None
    while b"model:" not in (line := process.stderr.readline()):
        assert line, "ended before the model was loaded"
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert files(folder) == before


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_early_is_no_error(folder: Path, options: list[str], unbuffered: str) -> None:
    sentence = ARABIC[2] + "\n"
    (folder / "long.txt").write_text(sentence * 2000, encoding="utf-8")  # more than a pipe holds
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with start("long.txt --quiet", folder, options, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"The European Commission")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_full_disk_is_one_line(folder: Path, options: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        process = start("b.txt --quiet", folder, options, stdout=full)
        _, err = process.communicate()
    assert process.returncode == 1
    assert err.startswith(b"dragoman: standard output: cannot be written")
    assert err.count(b"\n") == 1


def test_progress_is_drawn_on_a_terminal_and_nowhere_else(folder: Path, options: list[str]) -> None:
    terminal, its_end = pty.openpty()
    process = start("a.txt", folder, options, stderr=its_end, env=os.environ | {"TERM": "xterm"})
    os.close(its_end)
    drawn = b""
    with suppress(OSError):  # the last process has closed the terminal
        while chunk := os.read(terminal, 4096):
            drawn += chunk
    os.close(terminal)
    out, _ = process.communicate()
    assert b"a.txt (1 of 1)" in drawn
    assert b"/3" in drawn
    assert b"\x1b" not in out


def test_help_needs_no_model_code() -> None:
    heavy = "torch transformers ctranslate2 sentencepiece numpy pydantic yaml datasets huggingface_hub rich"
    code = f"import sys, pipeline.cli; print(sorted(set({heavy.split()}) & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


# The other verbs


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "translate --help",
        "train --help",
        "models list --help",
        "models info -h",
        "models pull -h",
        "glossary list -h",
        "glossary search -h",
        "glossary show -h",
        "glossary find -h",
        "glossary check -h",
        "glossary diff -h",
        "glossary stats -h",
        "glossary import -h",
        "glossary export -h",
    ],
)
def test_every_help_has_examples(arguments: str) -> None:
    result = command(arguments)
    assert result.exit_code == 0
    assert "\n  Examples:\n    dragoman " in result.stdout


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert command("--version").stdout == f"dragoman {version('dragoman')}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("", "missing command; see dragoman --help"),
        ("translat a.txt", "no such command 'translat'.*; see dragoman --help"),
        ("models", "missing command; see dragoman models --help"),
        ("glossary", "missing command; see dragoman glossary --help"),
        ("train --config c.yaml", "missing option '--data-dir'; see dragoman train --help"),
        ("train --config c.yaml --data-dir d --run-dir r", "c.yaml: cannot be read .*"),
    ],
)
def test_wrong_usage_is_one_line(folder: Path, arguments: str, line: str) -> None:
    result = command(arguments)
    assert result.exit_code == 2
    assert re.fullmatch(f"dragoman: {line}\n", result.stderr)


def test_training_says_what_is_wrong_with_its_input(folder: Path) -> None:
    (folder / "train.yaml").write_text(
        "name: small\ndata: {sets: [{name: news, files: [news.tsv], weight: 1}], dev: dev.tsv}\n"
    )
    arguments = "train --config train.yaml --data-dir absent --run-dir run"
    result = command(arguments)
    assert result.exit_code == 1
    assert errors(result)[-1].startswith("dragoman: ")
    (folder / "tune.yaml").write_text(
        "name: small\ninit: ./nowhere\noptimisation: {alignment_weight: 0}\n"
        "data: {sets: [{name: news, files: [news.tsv], weight: 1}], dev: dev.tsv}\n"
    )
    tuned = command("train --config tune.yaml --data-dir absent --run-dir run --max-minutes 5")
    assert tuned.exit_code == 1
    assert errors(tuned)[-1].startswith("dragoman: dev.tsv: no such file")
    result = command(f"{arguments} --max-minutes 0")
    assert result.exit_code == 2
    assert result.stderr.startswith("dragoman: --max-minutes: `optimisation.max_minutes`: ")


@pytest.mark.parametrize(("weight", "absent"), [(0.1, "eflomal"), (0, "sacrebleu")])
def test_training_names_the_extra_that_is_not_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, weight: float, absent: str
) -> None:
    (folder / "train.yaml").write_text(
        "name: small\ndata: {sets: [{name: news, files: [news.tsv], weight: 1}], dev: dev.tsv}\n"
        f"optimisation: {{alignment_weight: {weight}}}\n"
    )
    monkeypatch.setitem(sys.modules, absent, None)  # as Python marks a module that cannot be imported
    result = command("train --config train.yaml --data-dir . --run-dir run")
    assert result.exit_code == 2
    assert result.stderr == (
        f"dragoman: train: {absent} not installed; pip install 'dragoman[train]' brings what it needs\n"
    )


def test_a_folder_can_be_described(tiny_folder: Path) -> None:
    described = json.loads(command(f"models info {tiny_folder} --json").stdout)
    assert described["folder"] == str(tiny_folder)
    assert (described["encoder_layers"], described["decoder_layers"], described["width"]) == (2, 2, 64)
    plain = dict(line.split("\t") for line in command(f"models info {tiny_folder}").stdout.splitlines())
    assert plain["width"] == "64"
    assert set(plain) == {"field", *described}


def test_the_presets_are_listed_and_one_is_the_default() -> None:
    listed = json.loads(command("models list --json").stdout)
    assert [model["name"] for model in listed][:3] == ["big", "base", "compact"]
    assert sum(model["is_default"] for model in listed) == 1
    heading, *rows = command("models list").stdout.splitlines()
    assert [row.split("\t")[0] for row in rows] == [model["name"] for model in listed]
    assert {row.count("\t") for row in (heading, *rows)} == {5}


def test_a_pull_without_a_network_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(tmp_path)}
    result = subprocess.run(
        [COMMAND, "models", "pull", "base"], env=environment, capture_output=True, text=True
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch("dragoman: Helsinki-NLP/opus-mt-ar-en: HF_HUB_OFFLINE is set.*\n", result.stderr)
