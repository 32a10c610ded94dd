"""What `dragoman evaluate` reads, how sides are laid beside each other, and one line for what is wrong."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from pipeline.configuration import validate_config
from pipeline.errors import ConfigError, InputError, UsageError
from pipeline.evaluation import evaluate
from pipeline.evaluation.config import EvaluationConfig, Input
from pipeline.evaluation.evaluation_set import Output, assemble, rendered
from pipeline.evaluation.reading import Role, Side, read_side

ARABIC = ["زار ميرتس بروكسل.", "رحب الحلف بالقرار.", "غادر الوزير."]
ENGLISH = ["Merz visited Brussels.", "The Alliance welcomed it.", "The minister left."]

TMX = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header/><body>
<tu><tuv xml:lang="ar-SA"><seg>زار <bpt i="1">&lt;b></bpt>ميرتس<ept i="1">x</ept> بروكسل.</seg></tuv>
<tuv xml:lang="en"><seg>Merz visited Brussels.</seg></tuv></tu>
<tu><tuv xml:lang="EN-GB"><seg>The Alliance welcomed it.</seg></tuv>
<tuv xml:lang="ar"><seg>رحب الحلف بالقرار.</seg></tuv></tu>
</body></tmx>"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


Write = Callable[[str, str], str]


def read(given: object, role: Role, **options: str) -> Side:
    parsed = TypeAdapter(Input).validate_python(given)
    return read_side(parsed, role, **options)


def lines(texts: list[str]) -> str:
    return "".join(f"{text}\n" for text in texts)


def test_plain_lines(write: Write) -> None:
    side = read(write("a.txt", "\ufeffone \r\n\r\ntwo\u2028still two\r\n\r\n"), "reference")
    assert side.texts == ("one", "", "two\u2028still two", "")
    assert side.place(2).endswith("a.txt:3")
    assert read(write("b.txt", "no line end"), "reference").texts == ("no line end",)


@pytest.mark.parametrize(
    ("name", "text", "column", "role", "expected"),
    [
        ("a.tsv", "ع\tb\n", "", "source", ("ع",)),
        ("a.tsv", "ع\tb\n", "", "reference", ("b",)),
        ("a.tsv", "ع\tb\n", "", "hypothesis", ("b",)),
        ("a.tsv", "ع\tb\tc\n", ":3", "hypothesis", ("c",)),
        ("a.tsv", "only\n", "", "hypothesis", ("only",)),
        ("a.tsv", "id\ten\tar\n1\tb\tع\n2\t\tغ\n", "", "source", ("ع", "غ")),
        ("a.tsv", "id\ten\tar\n1\tb\tع\n2\t\tغ\n", "", "reference", ("b", "")),
        ("a.tsv", "ar\tbig\tsmall\nع\tb\ts\n", ":small", "hypothesis", ("s",)),
        ("a.jsonl", '{"source": "ع"}\n\n{"source": "غ"}\n', "", "source", ("ع", "غ")),
        ("a.jsonl", '{"translation": {"ar": "ع", "en": "b"}}\n', "", "reference", ("b",)),
        ("a.jsonl", '{"out": {"big": "b"}}\n', ":out.big", "hypothesis", ("b",)),
        ("a.tmx", TMX, "", "source", ("زار ميرتس بروكسل.", "رحب الحلف بالقرار.")),
        ("a.tmx", TMX, "", "reference", ("Merz visited Brussels.", "The Alliance welcomed it.")),
    ],
)
def test_formats(
    write: Write, name: str, text: str, column: str, role: Role, expected: tuple[str, ...]
) -> None:
    assert read(write(name, text) + column, role).texts == expected


def test_documents_and_domains_stand_in_columns(write: Write) -> None:
    table = write("a.tsv", "ar\tdoc_id\ttopic\nع\td1\tsea\nغ\td2\tland\n")
    side = read(table, "source", domain_column="topic")
    assert (side.documents, side.domains) == (("d1", "d2"), ("sea", "land"))
    assert read(table, "source").domains is None


def report(*documents: list[tuple[str, str]]) -> str:
    outcome = {"outcome": "kept"}
    return json.dumps(
        {
            "signature": "dragoman:0|model:m",
            "documents": [
                {
                    "name": f"d{number}",
                    "segments": [
                        {"source": source, "target": target, "terms": [outcome]}
                        for source, target in segments
                    ],
                }
                for number, segments in enumerate(documents)
            ],
        }
    )


def test_a_report_is_source_and_hypothesis(write: Write) -> None:
    path = write("r.json", report([(ARABIC[0], "A"), (ARABIC[1], "B")], [(ARABIC[2], "C")]))
    side = read(path, "hypothesis")
    assert side.texts == ("A", "B", "C")
    assert side.documents == ("d0", "d0", "d1")
    assert (side.signature, side.outcomes) == ("dragoman:0|model:m", {"kept": 3})
    assert read(path, "source").texts == tuple(ARABIC)
    with pytest.raises(InputError, match="holds no reference"):
        read(path, "reference")


def test_sentences_of_a_report_are_joined_to_the_lines_of_the_source(write: Write) -> None:
    source = read(write("s.ar", f"- {ARABIC[0]} {ARABIC[1]}\n***\n{ARABIC[2]}\n"), "source")
    reference = read(write("r.en", lines(ENGLISH)), "reference")
    side = read(
        write("r.json", report([(ARABIC[0], "A."), (ARABIC[1], "B."), (ARABIC[2], "C.")])), "hypothesis"
    )
    (output,) = assemble(source, [reference], [Output("m", side)]).outputs
    assert output.side.texts == ("- A. B.", "***", "C.")
    other = read(write("o.json", report([(ARABIC[2], "C.")])), "hypothesis")
    with pytest.raises(InputError, match=r"o.json: has no translation of .*s.ar:1"):
        assemble(source, [reference], [Output("m", other)])
    longer = read(write("l.json", report([*zip(ARABIC, "ABC", strict=True), ("مرحبا", "D")])), "hypothesis")
    with pytest.raises(InputError, match=r"l.json: segment 4 is not in .*s.ar"):
        assemble(source, [reference], [Output("m", longer)])


def test_a_gap_that_is_nothing_becomes_a_space() -> None:
    assert rendered("ab", [(0, 1, "x"), (1, 2, "y")]) == "x y"


def test_a_dataset_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    rows = [{"ar": source, "en": target} for source, target in zip(ARABIC, ENGLISH, strict=True)]
    (folder / "test.jsonl").write_text(lines([json.dumps(row) for row in rows]), encoding="utf-8")
    checksum = sha256(lines(ENGLISH).encode()).hexdigest()
    given = TypeAdapter(Input).validate_python({"dataset": "set", "sha256": checksum})
    assert read_side(given, "reference", [tmp_path]).texts == tuple(ENGLISH)
    absent = TypeAdapter(Input).validate_python({"dataset": "set", "split": "dev"})
    with pytest.raises(InputError, match="set: cannot be read through datasets"):
        read_side(absent, "reference", [tmp_path])


@pytest.mark.parametrize(
    ("name", "text", "column", "role", "message"),
    [
        ("a.txt", "", "", "source", "a.txt: the file is empty"),
        ("a.txt", "\n \n", "", "source", "a.txt: no text in it"),
        ("a.txt", "a\n", ":2", "reference", "a.txt: plain lines have no column '2'"),
        ("a.tsv", "a\tb\nc\n", "", "source", "a.tsv:2: 1 cells, but line 1 has 2"),
        ("a.tsv", "ar\ten\nc\n", "", "source", "a.tsv:2: 1 cells, but the heading has 2"),
        ("a.tsv", "a\tb\tc\n", "", "hypothesis", "which of 3 columns is the hypothesis"),
        ("a.tsv", "ar\ten\na\tb\n", ":de", "reference", "a.tsv: no column 'de'; there are ar, en"),
        ("a.tsv", "ar\ten\n", "", "reference", "a.tsv: no rows in it"),
        ("a.jsonl", '{"en": 1}\n', "", "reference", "a.jsonl: which column is the reference"),
        ("a.jsonl", '{"en": "a"}\n{"en": 1}\n', "", "reference", "a.jsonl:2: no text in 'en'"),
        ("a.jsonl", '{"en": "a"}\n{"en"\n', "", "reference", "a.jsonl:2: not JSON"),
        ("a.jsonl", "[1]\n", "", "reference", "a.jsonl:1: no object"),
        ("a.json", "{}", "", "hypothesis", "a.json: is no report of `dragoman translate`"),
        ("a.json", "[", "", "hypothesis", "a.json: is no report of `dragoman translate`"),
        ("a.tmx", "<tmx><body>", "", "source", "a.tmx:1: not valid XML"),
        ("a.tmx", "<tbx/>", "", "source", "a.tmx: is TBX, not TMX"),
        ("a.tmx", TMX, ":fr", "source", "a.tmx: no unit is in 'fr'"),
        (
            "a.tmx",
            '<!DOCTYPE tmx [<!ENTITY e SYSTEM "/etc/passwd">]><tmx><tu>&e;</tu></tmx>',
            "",
            "source",
            "a.tmx: declares entities",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(
    write: Write, name: str, text: str, column: str, role: Role, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(write(name, text) + column, role)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_checksum_is_that_of_the_file(write: Write) -> None:
    path = write("a.txt", lines(ENGLISH))
    right = sha256(lines(ENGLISH).encode()).hexdigest()
    assert read({"file": path, "sha256": right}, "reference").texts == tuple(ENGLISH)
    with pytest.raises(InputError, match=r"a.txt: its SHA-256 is .*, not 000000000000"):
        read({"file": path, "sha256": "0" * 64}, "reference")


def side(name: str, *texts: str, by_lines: bool = True) -> Side:
    return Side(name, texts, tuple(range(1, len(texts) + 1)), by_lines=by_lines)


def test_blank_lines_separate_documents() -> None:
    source = side("s", ARABIC[0], "", "", ARABIC[1], ARABIC[2], "")
    reference = side("r", ENGLISH[0], "", "", ENGLISH[1], ENGLISH[2], "")
    outputs = [
        Output("with", side("h", "a", "", "", "", "c", "")),
        Output("without", side("g", "a", "", "c")),
    ]
    found = assemble(source, [reference], outputs)
    assert found.documents == ("1", "2", "2")
    assert found.document_segments() == {"1": [0], "2": [1, 2]}
    assert found.sources == tuple(ARABIC)
    assert [output.side.texts for output in found.outputs] == [("a", "", "c"), ("a", "", "c")]
    assert assemble(source, [reference], outputs, ["x", "x", "y"]).documents == ("x", "x", "y")
    assert assemble(source, [reference], outputs, ["x", "", "", "x", "y", ""]).documents == ("x", "x", "y")


def test_a_further_reference_may_have_gaps() -> None:
    found = assemble(None, [side("r", *ENGLISH), side("q", "A", "", "C")], [])
    assert found.references == (tuple(ENGLISH), ("A", None, "C"))
    assert not found.has_documents
    assert found.documents == ("1", "2", "3")


@pytest.mark.parametrize(
    ("source", "reference", "hypothesis", "message"),
    [
        (ARABIC, ENGLISH[:2], ENGLISH, "r: 2 segments, but s has 3; look for lines that were lost"),
        (ARABIC, ENGLISH, ["a", "", "b", "c"], "h: 4 segments, but s has 3; h:2 is the first that is empty"),
        (
            [ARABIC[0], "", *ARABIC[1:]],
            [ENGLISH[0], "", *ENGLISH[1:]],
            ["a", "b"],
            "h: 2 segments, but s has 4 (3 without blank lines); s:2 is the first that is empty where h has",
        ),
        (
            [ARABIC[0], "", *ARABIC[1:]],
            [ENGLISH[0], "", *ENGLISH[1:]],
            ["a", "b", "c", "d"],
            "h:2: text where s:2 is blank between two documents",
        ),
        ([ARABIC[0], "", ARABIC[1]], ENGLISH, ENGLISH, "s:2: the source is empty, and r:2 has text"),
        (ARABIC, [ENGLISH[0], "", ENGLISH[1]], ENGLISH, "r:2: the reference is empty, and s:2 has text"),
        (ENGLISH, ENGLISH, ENGLISH, "s: the source is not Arabic; give the Arabic side as --source"),
        (ARABIC, ARABIC, ENGLISH, "r: the reference is Arabic; give the English side as --reference"),
    ],
)
def test_sides_that_do_not_fit_are_one_line(
    source: list[str], reference: list[str], hypothesis: list[str], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        assemble(side("s", *source), [side("r", *reference)], [Output("h", side("h", *hypothesis))])
    assert message in str(caught.value)


def test_another_number_of_document_ids() -> None:
    with pytest.raises(InputError, match="documents: 2 ids, but there are 3 segments"):
        assemble(None, [side("r", *ENGLISH)], [], ["a", "b"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "no reference"),
        ({"reference": [ENGLISH]}, "nothing to score"),
        ({"reference": [ENGLISH], "model": "compact"}, "--model: needs the source too"),
        ({"reference": [ENGLISH], "hypothesis": {"a": ENGLISH}, "comet": "x"}, "--comet: needs the source"),
        (
            {"reference": [ENGLISH], "hypothesis": {"a": ENGLISH}, "glossary_modes": ["none"]},
            "--glossary-modes: is for a system that translates here",
        ),
        ({"reference": [ENGLISH], "hypothesis": ["x/a.en", "y/a.en"]}, "two systems are called a"),
        (
            {"reference": [ENGLISH], "hypothesis": {"a": ENGLISH}, "baseline": "b"},
            "--baseline b: there is no such system; there are a",
        ),
        (
            {
                "source": ARABIC,
                "reference": [ENGLISH],
                "hypothesis": {"a": ENGLISH},
                "comet": "no-such",
                "comet_python": "no-such-python",
            },
            "comet: no-such-python cannot be run",
        ),
    ],
)
def test_what_does_not_go_together(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        evaluate(**settings)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"referenz": []}, "unknown key `referenz`; valid here: baseline"),
        ({"glossary_modes": ["all"]}, "`glossary_modes.0`"),
        ({"glossary_modes": ["none", "none"]}, "at most once"),
        ({"length_buckets": [20, 10]}, "must increase"),
        ({"confidence": 2}, "`confidence`"),
    ],
)
def test_settings_are_checked(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        validate_config(values, EvaluationConfig, "x.yaml")
    assert message in str(caught.value)


def test_names_and_columns_in_short(tmp_path: Path) -> None:
    odd = tmp_path / "a=b:c"
    odd.write_text("x\n")
    config = EvaluationConfig.model_validate({"hypothesis": ["big=x.tsv:en", "y.en", str(odd)]})
    found = [(system.name, system.input.file, system.input.column) for system in config.hypothesis]
    assert found == [("big", "x.tsv", "en"), (None, "y.en", None), (None, str(odd), None)]
