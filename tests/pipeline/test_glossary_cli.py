"""`dragoman glossary`: what each verb prints, how it fails, and that no model code is loaded for it."""

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from glossary import Glossary
from glossary.term import KINDS
from pipeline.cli import app
from pipeline.segment import segment_document

TERMS = """\
glossary: {name: own, domain: alliance}
terms:
  - id: nato
    kind: organisation
    source: [حلف شمال الأطلسي, الناتو]
    target: NATO
    forbidden: [Atlantic Pact]
  - id: alliance
    kind: organisation
    source: [{form: الحلف, document: [nato], not_before: [العربي]}]
    target: Alliance
    article: the
  - id: sg
    kind: office
    source: ["الأمين العام ل{nato}"]
    target: NATO Secretary General
    origin: nato.int
  - id: merz
    kind: person
    domain: germany
    source: [فريدريش ميرتس]
    target: Friedrich Merz
    family: {source: [ميرتس], target: Merz}
"""
ARTICLE = (
    "قمة في أنقرة\r\n\r\nقال الأمين العام لحلف شمال الأطلسيّ إن الحَلـف جاهز.\r\n"
    "وللناتو خطط، وأيد ميرتس هذا 🎉.\r\nثم تحدث فريدريش ميرتس عن الناتو.\r\n"
)
EXPECTED = [
    ("sg", "الأمين العام لحلف شمال الأطلسيّ"),
    ("alliance", "الحَلـف"),
    ("nato", "للناتو"),
    ("merz/family", "ميرتس"),
    ("merz", "فريدريش ميرتس"),
    ("nato", "الناتو"),
]
OWN = "--no-builtin-glossary --glossary own.yaml"
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(TERMS, encoding="utf-8")
    (tmp_path / "article.txt").write_bytes(ARTICLE.encode())
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Run `dragoman glossary` on a line of arguments."""

    def glossary(arguments: str, *, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["glossary", *shlex.split(arguments)], input=stdin)

    return glossary


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    heading, *lines = (line.split("\t") for line in result.stdout.splitlines())
    return [dict(zip(heading, line, strict=True)) for line in lines]


def ids(result: Result) -> list[str]:
    return [row["id"] for row in rows(result)]


def process(arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    code = "from pipeline.cli import main; main()"
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", code, "glossary", *shlex.split(arguments)],
        **{"capture_output": True, "text": True, "env": environment(), **settings},
    )


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **variables}


# find


def test_find_gives_offsets_into_the_text_of_the_file(run: Run) -> None:
    result = run(f"find article.txt --json {OWN}")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [(each["id"], each["surface"]) for each in found] == EXPECTED
    assert all(list(each) == ["id", "surface", "start", "end", "target"] for each in found)
    assert all(ARTICLE[each["start"] : each["end"]] == each["surface"] for each in found)


@pytest.mark.parametrize(
    ("codec", "note"), [("utf-8-sig", ""), ("utf-16", "UTF-16"), ("cp1256", "Windows-1256")]
)
def test_find_reads_the_encodings_that_translate_reads(run: Run, folder: Path, codec: str, note: str) -> None:
    text = ARTICLE.replace("🎉", "")
    (folder / "other.txt").write_bytes(text.encode(codec))
    result = run(f"find other.txt --json {OWN}")
    found = json.loads(result.stdout)
    assert [(each["id"], text[each["start"] : each["end"]]) for each in found] == EXPECTED
    assert (f"dragoman: other.txt: read as {note}, not UTF-8\n" if note else "") == result.stderr
    assert run(f"find other.txt --quiet {OWN}").stderr == ""


def test_find_reads_standard_input(run: Run) -> None:
    result = run(f"find - --json {OWN}", stdin=ARTICLE.encode())
    assert result.stdout == run(f"find article.txt --json {OWN}").stdout


def test_find_shows_a_table_with_line_and_column(run: Run) -> None:
    found = rows(run(f"find article.txt {OWN}"))
    assert [(row["place"], row["id"], row["target"]) for row in found] == [
        ("3:5", "sg", "NATO Secretary General"),
        ("3:40", "alliance", "the Alliance"),
        ("4:2", "nato", "NATO"),
        ("4:19", "merz/family", "Merz"),
        ("5:9", "merz", "Friedrich Merz"),
        ("5:26", "nato", "NATO"),
    ]
    assert [ARTICLE[int(row["start"]) : int(row["end"])] for row in found] == [
        row["surface"] for row in found
    ]


def test_conditions_are_decided_over_the_whole_file(run: Run, folder: Path) -> None:
    (folder / "late.txt").write_text("الحلف أولا.\n" * 500 + "ثم الناتو.\n", encoding="utf-8")
    found = json.loads(run(f"find late.txt --json {OWN}").stdout)
    assert [each["id"] for each in found] == ["alliance"] * 500 + ["nato"]
    (folder / "none.txt").write_text("الحلف أولا.\nوالحلف ثانيا.\n", encoding="utf-8")
    result = run(f"find none.txt --json {OWN}")
    assert (json.loads(result.stdout), result.exit_code) == ([], 0)


def test_find_sees_what_translate_sees(run: Run) -> None:
    path = Path(__file__).parents[2] / "examples" / "baltic-exercise.txt"
    text = path.read_text(encoding="utf-8")
    segments = segment_document("", text).segments
    found = Glossary.builtin().find_in_segments([segment.source for segment in segments])
    expected = [
        (match.term.id, segment.start + match.start, segment.start + match.end)
        for segment, matches in zip(segments, found, strict=True)
        for match in matches
    ]
    shown = json.loads(run(f"find {path} --json").stdout)
    assert [(each["id"], each["start"], each["end"]) for each in shown] == expected
    assert expected


def test_a_term_may_be_wrapped_but_not_run_over_two_paragraphs(run: Run, folder: Path) -> None:
    (folder / "two.txt").write_text("اجتمع حلف شمال\n\nالأطلسي بحر.\n", encoding="utf-8")
    assert json.loads(run(f"find two.txt --json {OWN}").stdout) == []
    words = "وقال المسؤول في مؤتمر صحفي عقده أمس إن قوات حلف"
    (folder / "wrapped.txt").write_text(
        f"{words} شمال\nالأطلسي باقية هنا في المنطقة كلها حتى إشعار آخر كما\nقال المسؤول نفسه في المؤتمر.\n",
        "utf-8",
    )
    (found,) = json.loads(run(f"find wrapped.txt --json {OWN}").stdout)
    assert found["surface"] == "حلف شمال\nالأطلسي"


def test_text_without_terms_is_no_error(run: Run, folder: Path) -> None:
    for name, text in {
        "blank.txt": " \r\n\t",
        "english.txt": "Hello there.\n",
        "signs.txt": "🎉 ...\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
        result = run(f"find {name} {OWN}")
        assert result.exit_code == 0
        assert result.stderr == f"dragoman: {name}: no terms\n"
        assert result.stdout == "place\tstart\tend\tsurface\tid\ttarget\n"
        assert run(f"find {name} --json --quiet {OWN}").stdout == "[]\n"


def test_terms_that_yours_take_over_are_told(run: Run, folder: Path) -> None:
    (folder / "more.csv").write_text("الناتو,Nato\n", encoding="utf-8")
    result = run(f"find article.txt {OWN} --glossary more.csv")
    assert "dragoman: glossary: الناتو: read as nato-2 (more), no longer as nato (own)\n" in result.stderr
    assert "nato-2" in result.stdout


def test_on_a_terminal_the_text_comes_with_its_terms_highlighted(folder: Path) -> None:
    (folder / "short.txt").write_bytes("قال الناتو\x1b[2J\r\nEnglish\r\nقال الناتو\r\n".encode())
    drawn = on_a_terminal(f"find short.txt {OWN}")
    assert drawn[0] == "\u2068قال \x1b[1;4;36mالناتو\x1b[0m\ufffd[2J\u2069"
    assert drawn[1] == "English"
    assert drawn[2] == "\u2068قال \x1b[1;4;36mالناتو\x1b[0m\u2069"
    assert any("1:5" in line and "\u2068الناتو\u2069" in line and "nato" in line for line in drawn[3:])


def test_a_pipe_gets_no_controls(folder: Path) -> None:
    result = process(f"find article.txt {OWN}")
    assert result.returncode == 0
    assert not re.search("[\x1b\u2068\u2069]", result.stdout)


def on_a_terminal(arguments: str) -> list[str]:
    terminal, its_end = pty.openpty()
    code = "from pipeline.cli import main; main()"
    variables = environment(TERM="xterm", COLUMNS="120")
    variables.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-c", code, "glossary", *shlex.split(arguments)], stdout=its_end, env=variables
    ) as running:
        os.close(its_end)
        drawn = b""
        with suppress(OSError):  # the process has closed the terminal
            while chunk := os.read(terminal, 4096):
                drawn += chunk
        os.close(terminal)
    assert running.returncode == 0
    return drawn.decode().split("\r\n")


# list, search, show, stats


def test_list_shows_the_terms_that_were_asked_for(run: Run) -> None:
    assert ids(run(f"list {OWN}")) == ["nato", "alliance", "sg", "merz", "merz/family"]
    assert ids(run(f"list --kind office --kind person {OWN}")) == ["sg", "merz", "merz/family"]
    assert ids(run(f"list --domain germany {OWN}")) == ["merz", "merz/family"]
    assert ids(run(f"list --domain germany --kind office {OWN}")) == []
    assert rows(run(f"list --kind office {OWN}")) == [
        {
            "id": "sg",
            "kind": "office",
            "domain": "alliance",
            "target": "NATO Secretary General",
            "forms": "2",
            "form": "الأمين العام لحلف شمال الأطلسي",
        }
    ]


def test_the_builtin_glossary_is_there_unless_refused(run: Run) -> None:
    listed = ids(run("list"))
    assert listed == list(Glossary.builtin().terms)
    assert len(ids(run("list --glossary own.yaml"))) == len({*listed, "nato", "alliance", "sg", "merz"}) + 1
    assert ids(run("list --no-builtin-glossary")) == []


def test_list_as_json_has_every_field(run: Run) -> None:
    listed = json.loads(run(f"list --json {OWN}").stdout)
    (shown,) = [each for each in listed if each["id"] == "alliance"]
    assert shown == json.loads(run(f"show alliance --json {OWN}").stdout)
    assert shown["forms"] == [
        {"text": "الحلف", "not_after": [], "not_before": ["العربي"], "document": ["nato"], "parts": []}
    ]
    assert shown["target"] == "Alliance"
    assert shown["article"] == "the"
    assert shown["layer"] == "own"


def test_show_lists_fields_and_forms(run: Run) -> None:
    shown = [tuple(row.values()) for row in rows(run(f"show alliance {OWN}"))]
    assert ("forms", "الحلف", "not before العربي; with nato") in shown
    assert ("article", "the", "") in shown
    assert [row["value"] for row in rows(run(f"show merz/family {OWN}")) if row["field"] == "person"] == [
        "merz"
    ]


def test_search_finds_arabic_and_english(run: Run) -> None:
    assert ids(run(f"search nato {OWN}")) == ["nato", "sg"]
    assert ids(run(f"search nato --limit 1 {OWN}")) == ["nato"]
    assert ids(run(f"search nato --kind office {OWN}")) == ["sg"]
    assert ids(run(f"search ميرتس {OWN}")) == ["merz/family", "merz"]
    (found,) = json.loads(run(f"search 'secretery' --json {OWN}").stdout)
    assert (found["id"], found["likeness"]) == ("sg", "similar")
    result = run(f"search zzz {OWN}")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert result.stderr == "dragoman: no term like 'zzz'\n"
    assert run(f"search zzz --json {OWN}").stdout == "[]\n"


def test_stats_counts(run: Run) -> None:
    counted = json.loads(run(f"stats --json {OWN}").stdout)
    assert counted["total"] == {
        "entries": 4,
        "forms": 7,
        "average": 1.8,
        "written": 5,
        "average_written": 1.2,
        "without_origin": 3,
    }
    assert list(counted["domains"]) == ["alliance", "germany"]
    table = rows(run(f"stats {OWN}"))
    assert [row["name"] for row in table] == ["alliance", "germany", "office", "organisation", "person", ""]
    assert table[-1]["group"] == "total"
    assert table[-1]["forms"] == "7"


# check, diff


def test_check_of_a_clean_file(run: Run) -> None:
    result = run("check own.yaml --no-builtin-glossary")
    assert (result.exit_code, result.stdout) == (0, "place\tseverity\tcheck\tid\tmessage\n")
    assert result.stderr == "dragoman: check: nothing found\n"
    assert run("check own.yaml --no-builtin-glossary --json --quiet").output == "[]\n"


def test_check_fails_on_errors_only(run: Run, folder: Path) -> None:
    (folder / "warn.csv").write_text("source,target\nفولدا ,Fulda\n", encoding="utf-8")
    result = run("check warn.csv --no-builtin-glossary")
    (found,) = rows(result)
    assert found["place"] == "warn.csv:2"
    assert (found["severity"], found["check"], found["id"]) == ("warning", "untrimmed", "fulda")
    assert result.stderr == "dragoman: check: 1 warning\n"
    (folder / "bad.csv").write_text("source,target\nفولدا,Fulda\nفولدا,Folda\nكاسل\n", encoding="utf-8")
    (folder / "twice.csv").write_text("source,target\nفولدا,Fulda\nفولدا,Folda\n", encoding="utf-8")
    result = run("check bad.csv absent.yaml twice.csv --no-builtin-glossary --json")
    found_too = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(each["path"], each["line"], each["severity"], each["id"]) for each in found_too] == [
        ("bad.csv", 4, "error", ""),
        ("absent.yaml", None, "error", ""),
        ("twice.csv", 3, "error", "folda"),
    ]
    assert set(found_too[0]) == {"path", "line", "severity", "check", "id", "message"}


def test_check_shows_the_rest_only_if_asked(run: Run, folder: Path) -> None:
    (folder / "more.yaml").write_text(TERMS, encoding="utf-8")
    result = run(f"check more.yaml {OWN}")
    assert rows(result) == []
    assert "--all" in result.stderr
    shown = rows(run(f"check more.yaml --all {OWN}"))
    assert {row["severity"] for row in shown} == {"info"}
    assert ("more.yaml:3", "nato") in {(row["place"], row["id"]) for row in shown}


def test_diff_shows_field_by_field(run: Run, folder: Path) -> None:
    changed = (
        TERMS.replace("target: NATO\n", "target: Nato\n")
        .replace("الناتو]", "ناتو]")
        .replace("id: merz", "id: m")
    )
    (folder / "new.yaml").write_text(changed, encoding="utf-8")
    result = run("diff own.yaml new.yaml --no-builtin-glossary")
    assert [tuple(row.values()) for row in rows(result)] == [
        ("removed", "merz", "", "Friedrich Merz", ""),
        ("removed", "merz/family", "", "Merz", ""),
        ("changed", "nato", "forms", "الناتو", "ناتو"),
        ("changed", "nato", "target", "NATO", "Nato"),
        ("added", "m", "", "", "Friedrich Merz"),
        ("added", "m/family", "", "", "Merz"),
    ]
    change = json.loads(run("diff own.yaml new.yaml --json").stdout)[2]
    assert change == {
        "id": "nato",
        "change": "changed",
        "target": "Nato",
        "fields": {
            "forms": {"before": ["حلف شمال الأطلسي", "الناتو"], "after": ["حلف شمال الأطلسي", "ناتو"]},
            "target": {"before": "NATO", "after": "Nato"},
        },
    }
    assert rows(run("diff own.yaml own.yaml")) == []


# import, export


@pytest.mark.parametrize("name", ["terms.csv", "terms.tsv", "terms.xlsx", "terms.tbx", "terms.tmx"])
def test_what_is_exported_can_be_imported(run: Run, folder: Path, name: str) -> None:
    result = run(f"export -o {name} {OWN}")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"dragoman: export: 5 terms with 7 forms written to {name}; " in result.stderr
    result = run(f"import {name} -o back.yaml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"terms with 7 forms read from {name}, written to back.yaml; " in result.stderr
    found = json.loads(run("find article.txt --json --no-builtin-glossary --glossary back.yaml").stdout)
    expected = json.loads(run(f"find article.txt --json {OWN}").stdout)
    assert [(each["surface"], each["target"]) for each in found] == [
        (each["surface"], each["target"]) for each in expected
    ]


def test_what_a_layout_cannot_hold_is_said(run: Run) -> None:
    result = run(f"export -o terms.csv --layout deepl {OWN}")
    assert result.exit_code == 0
    lines = result.stderr.splitlines()
    assert any(line.startswith("dragoman: nato: forbidden ") and "Atlantic Pact" in line for line in lines)
    assert re.fullmatch(r"dragoman: export: .* written to terms\.csv; left out: [1-9][0-9]*", lines[-1])
    assert run(f"export -o terms.csv --layout deepl --quiet {OWN}").output == ""


def test_export_of_some_terms(run: Run) -> None:
    result = run(f"export -o some.yaml --kind office {OWN}")
    assert result.stderr == (
        "dragoman: export: 1 term with 2 forms written to some.yaml; "
        "2 composed of other terms are written out, without {id}; nothing left out\n"
    )
    assert ids(run("list --no-builtin-glossary --glossary some.yaml")) == ["sg"]


# What goes wrong

FAILURES = [
    ("find absent.txt", 1, "absent.txt: no such file: .*"),
    ("find empty.txt", 1, "empty.txt: the file is empty: nothing to read"),
    ("find binary.dat", 1, "binary.dat.*: .*"),
    ("find latin.txt", 1, "latin.txt:1: is not UTF-8 text .*"),
    ("find .", 1, r"\.: is a folder, not a file: .*"),
    ("find -", 1, "-: the file is empty: nothing to read"),
    ("find article.txt --glossary absent.csv", 1, "absent.csv: no such file: .*"),
    ("find article.txt --glossary article.txt", 1, "article.txt: a glossary ends in .*"),
    ("find article.txt --glossary binary.csv", 1, "binary.csv:2: not UTF-8 text: .*"),
    ("find article.txt --glossary empty.csv", 1, "empty.csv: no rows: .*"),
    ("find", 2, "missing argument 'FILE'; see dragoman glossary find --help"),
    ("list --kind boat", 2, f"--kind boat: unknown; the kinds are {', '.join(KINDS)}"),
    ("list --domain sea --no-builtin-glossary", 2, "--domain sea: no term has it; the domains are none"),
    ("search x --limit 0", 2, "invalid value for '--limit': .*; see dragoman glossary search --help"),
    (f"show natoo {OWN}", 1, r"natoo: no term has this id: did you mean nato\?"),
    (f"show qqqqqq {OWN}", 1, "qqqqqq: no term has this id: see dragoman glossary search"),
    ("check --no-builtin-glossary", 2, "check: nothing to check; .*"),
    ("check own.yaml --glossary absent.csv", 1, "absent.csv: no such file: .*"),
    ("diff own.yaml absent.yaml", 1, "absent.yaml: no such file: .*"),
    ("import absent.csv -o new.yaml", 1, "absent.csv: no such file: .*"),
    ("import binary.csv -o new.yaml", 1, "binary.csv:2: not UTF-8 text: .*"),
    ("import own.yaml -o own.yaml", 2, "own.yaml: is read by this command; .*"),
    ("import own.yaml -o new.yaml --sheet A", 2, "own.yaml: --sheet is for workbooks; .*"),
    ("import own.yaml -o new.csv", 2, "new.csv: import writes YAML; .*"),
    ("import own.yaml -o -", 2, "-o -: a glossary goes to a file; give its name"),
    ("import own.yaml", 2, ".* '-o'.*; see dragoman glossary import --help"),
    ("export -o absent/new.csv", 1, "absent/new.csv: there is no folder .*"),
    (f"export -o own.yaml {OWN}", 2, "own.yaml: is read by this command; .*"),
    (f"export -o new.csv --layout papyrus {OWN}", 1, ".*papyrus.*"),
    (f"export -o new.txt {OWN}", 1, "new.txt: .*"),
    ("diff own.yaml", 2, "missing argument 'B'; see dragoman glossary diff --help"),
]


@pytest.mark.parametrize(("arguments", "status", "line"), FAILURES, ids=[case[0] for case in FAILURES])
def test_each_failure_is_one_line(run: Run, folder: Path, arguments: str, status: int, line: str) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "binary.dat").write_bytes(bytes(range(256)) * 20)
    (folder / "binary.csv").write_bytes(bytes(range(256)))
    (folder / "latin.txt").write_bytes("Später, mañana".encode("latin-1"))
    before = sorted(folder.iterdir())
    result = run(arguments, stdin=b"")
    assert sorted(folder.iterdir()) == before
    assert (folder / "own.yaml").read_text(encoding="utf-8") == TERMS
    assert (result.exit_code, result.stdout) == (status, "")
    assert re.fullmatch(f"dragoman: {line}\n", result.stderr)


VERBS = [
    f"list {OWN}",
    f"search nato {OWN}",
    f"show nato {OWN}",
    f"find article.txt {OWN}",
    f"check own.yaml {OWN}",
    f"diff own.yaml own.yaml {OWN}",
    f"stats {OWN}",
    "import own.yaml -o new.yaml",
    f"export -o new.csv {OWN}",
]


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_loads_model_code(folder: Path, verb: str) -> None:
    heavy = "torch transformers ctranslate2 sentencepiece datasets huggingface_hub"
    code = (
        "import sys\nfrom pipeline.cli import app\n"
        f"try:\n    app({['glossary', *shlex.split(verb)]})\n"
        f"except SystemExit as end:\n    assert not end.code\n"
        f"print(sorted(set({heavy.split()}) & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert result.stderr.splitlines()[-1] == "[]"


def test_utf_8_whatever_the_locale(folder: Path) -> None:
    ascii_only = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    result = process(f"find article.txt {OWN}", env=ascii_only, encoding="utf-8")
    assert "للناتو" in result.stdout
