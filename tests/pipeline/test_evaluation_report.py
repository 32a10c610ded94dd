"""`dragoman evaluate --report`: what the page holds, what it lets in, and when it is refused."""

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.evaluation import Evaluation, evaluate, write_report
from pipeline.evaluation.html_report import report_page
from pipeline.evaluation.word_differences import _WORD, Stretch, cut

EXAMPLES = Path(__file__).parents[2] / "examples" / "evaluation"
FILES = {
    "source": EXAMPLES / "news.ar",
    "reference": [EXAMPLES / "news.en"],
    "hypothesis": {"compact": EXAMPLES / "compact.en", "draft": EXAMPLES / "draft.en"},
}
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!-- <script> & ]]> &lt;b&gt;",
    "\"'`${alert(3)}` onload=alert(3) $\\frac{1}{0}$",
    "\u202eturned\u2066 around\u2028line\u2029end\x01\x7f",
    "<img src=x onerror=alert(4)>",
)
VOID = {"meta", "input", "br", "img", "link"}


class Page(HTMLParser):
    """Elements with their attributes, text by element; complains of elements that are not closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self) -> str:
        return "\n".join(text for tag, texts in self.texts.items() if tag != "script" for text in texts)


def island(page: str) -> Any:
    """The JSON of the page, read as a browser does: up to the first end of the element."""
    start = page.index(">", page.index('id="data"')) + 1
    return json.loads(page[start : page.index("</script", start)])


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(**FILES, baseline="compact")


@pytest.fixture(scope="module")
def hostile() -> Evaluation:
    """An evaluation in which everything that comes from outside is hostile."""
    names = [f"{HOSTILE[0]}{number}{HOSTILE[3]}{HOSTILE[4]}" for number in range(2)]
    evaluation = evaluate(
        source=[f"وصل المستشار الألماني إلى برلين {text}" for text in HOSTILE],
        reference=[[f"The German Chancellor arrived {text}" for text in HOSTILE]],
        hypothesis={
            names[0]: [f"The German Chancellor reached {text}" for text in HOSTILE],
            names[1]: list(HOSTILE),
        },
        documents=HOSTILE,
        baseline=names[0],
        resamples=50,
        trials=50,
    )
    buckets = tuple(replace(bucket, dimension="domain", name=HOSTILE[1]) for bucket in evaluation.buckets)
    return replace(
        evaluation,
        segments=tuple(replace(segment, domain=HOSTILE[5]) for segment in evaluation.segments),
        systems=tuple(
            replace(system, outcomes={HOSTILE[1]: 3, "kept": 2}, mode="proper", signature=HOSTILE[0])
            for system in evaluation.systems
        ),
        buckets=buckets,
        notes=HOSTILE,
    )


@pytest.fixture
def run() -> Callable[[str], Result]:
    return lambda arguments: CliRunner().invoke(app, ["evaluate", *shlex.split(arguments)])


Run = Callable[[str], Result]


def test_the_page_says_what_the_evaluation_found(found: Evaluation) -> None:
    page = Page(report_page(found))
    text = page.text()
    for metric in found.metrics:
        assert metric in text
        assert found.systems[0].scores[metric].signature in text
    bleu = found.system("draft").scores["BLEU"]
    assert f"{bleu.score:.1f}" in text
    assert f"{bleu.low:.1f} to {bleu.high:.1f}" in text
    assert found.losses[0].score is not None
    assert found.system("draft").hypotheses[found.losses[0].segment].text in text
    assert len(page.all("svg")) == 3
    assert all(attributes["role"] == "img" and attributes["aria-label"] for attributes in page.all("svg"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for attributes in page.all("a")}
    assert links - {f"#segment-{number + 1}" for number in range(12)} <= {f"#{name}" for name in ids}
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings == [1, *[2] * (len(headings) - 1)]
    assert len(page.all("caption")) == len(page.all("table"))


def test_the_page_needs_nothing_else(found: Evaluation) -> None:
    page = report_page(found)
    for _, attributes in Page(page).elements:
        for name, value in attributes.items():
            if name in ("src", "href", "xlink:href", "action", "srcset", "data"):
                assert value is not None
                assert value.startswith("#")
            assert not name.startswith("on")
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_segments_have_all_texts_scores_and_terms(found: Evaluation) -> None:
    data = island(report_page(found))
    metrics = [metric["name"] for metric in data["metrics"]]
    assert data["systems"] == ["compact", "draft"]
    assert (data["baseline"], len(data["segments"]), metrics[0]) == (0, 12, "chrF++")
    for segment, shown in zip(found.segments, data["segments"], strict=True):
        assert plain(shown["source"]) == segment.source
        assert tuple(shown["references"]) == segment.references
        for system, own in zip(found.systems, shown["systems"], strict=True):
            hypothesis = system.hypotheses[segment.number]
            assert plain(own["text"]) == hypothesis.text
            for metric, score in zip(metrics, own["scores"], strict=True):
                assert score == pytest.approx(system.scores[metric].segments[segment.number], abs=1e-3)
            kinds = [kind for kind, _ in own["notes"]]
            assert kinds.count("missing_term") == [mark.result for mark in hypothesis.terms].count("missing")
            assert kinds.count("kept_term") + kinds.count("missing_term") == len(segment.terms)


def plain(pieces: list[Any]) -> str:
    """The text that pieces make up, without those of the reference only."""
    flat = [[piece, ""] if isinstance(piece, str) else piece for piece in pieces]
    return "".join(text for text, kinds, *_ in flat if "del" not in kinds.split())


def test_hostile_texts_stay_texts(hostile: Evaluation) -> None:
    text = report_page(hostile)
    page = Page(text)
    assert [attributes.get("type") for attributes in page.all("script")] == ["application/json", None]
    assert not page.all("img")
    assert not [
        attributes for _, attributes in page.elements if any(name.startswith("on") for name in attributes)
    ]
    data = island(text)
    assert [plain(segment["systems"][1]["text"]) for segment in data["segments"]] == [
        hypothesis.text for hypothesis in hostile.systems[1].hypotheses
    ]
    assert not re.search("[<>&\u2028\u2029]", text[text.index('id="data"') + 10 :].split("</script")[0])
    shown = page.text()
    for note in HOSTILE:
        assert note in shown


def test_pictures_show_names_as_they_are(hostile: Evaluation) -> None:
    svg = "".join(re.findall("<svg.*?</svg>", report_page(hostile), re.DOTALL))
    texts = re.findall("<text[^>]*>([^<]*)</text>", svg)
    assert any(text.startswith("&lt;script&gt;alert(1)") for text in texts)
    assert not re.search("[\u202e\u2066\u2028\x01]", svg)


def test_a_name_that_is_no_text_is_written_out() -> None:
    evaluation = evaluate(reference=[["One."]], hypothesis={"a": ["One."]}, resamples=0)
    (system,) = evaluation.systems
    buckets = tuple(replace(each, scores={"a\udcff": each.scores["a"]}) for each in evaluation.buckets)
    page = report_page(replace(evaluation, systems=(replace(system, name="a\udcff"),), buckets=buckets))
    assert "a\\udcff" in page
    page.encode()


def test_without_source_tests_or_second_system(tmp_path: Path) -> None:
    evaluation = evaluate(
        reference=[["One two.", "Three."]], hypothesis={"a": ["One.", ""]}, resamples=0, trials=0
    )
    write_report(evaluation, tmp_path / "out.html")
    page = Page((tmp_path / "out.html").read_text(encoding="utf-8"))
    assert "Comparison" not in page.text()
    assert "words of the reference" in page.text()


def test_glossary_modes_and_outcomes_are_shown(hostile: Evaluation) -> None:
    text = Page(report_page(hostile)).text()
    assert "Scores by glossary mode" in text
    assert "What enforcement did with the terms" in text


def test_the_same_evaluation_gives_the_same_page(found: Evaluation) -> None:
    assert report_page(found) == report_page(found)


def test_the_command_writes_the_report_and_prints_as_before(run: Run, tmp_path: Path) -> None:
    files = (
        f"--source {FILES['source']} --reference {EXAMPLES / 'news.en'} --hypothesis {EXAMPLES / 'draft.en'}"
    )
    options = f"{files} --resamples 0 --trials 0"
    done = run(f"{options} --report {tmp_path / 'out.html'}")
    assert done.exit_code == 0, done.stderr
    assert f"report written to {tmp_path / 'out.html'}" in done.stderr
    assert done.stdout == run(options).stdout
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("taken", ["source.ar", "ref.en", "out.en", "terms.csv", "docs.txt", "config.yaml"])
def test_a_report_never_takes_the_place_of_what_is_read(run: Run, tmp_path: Path, taken: str) -> None:
    contents = {
        "source.ar": "وصل المستشار.\n",
        "ref.en": "The Chancellor arrived.\n",
        "out.en": "The Chancellor came.\n",
        "terms.csv": "source,target\nمستشار,Chancellor\n",
        "docs.txt": "1\n",
        "config.yaml": "source: source.ar\nreference: [ref.en]\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = run(
        f"--config {tmp_path}/config.yaml --data-dir {tmp_path} --hypothesis out.en --documents docs.txt "
        f"--glossary {tmp_path}/terms.csv --report {tmp_path / taken}"
    )
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"dragoman: {tmp_path / taken}: is read by this command; choose another output"
    ]
    assert (tmp_path / taken).read_text(encoding="utf-8") == contents[taken]


@pytest.mark.parametrize(
    ("report", "message"),
    [("-", "--report -: a report goes to a file"), ("no/out.html", "no/out.html: there is no folder")],
)
def test_an_impossible_report_is_refused_before_anything_is_read(run: Run, report: str, message: str) -> None:
    done = run(f"--source missing.ar --reference missing.en --hypothesis missing.en --report {report}")
    assert done.exit_code != 0
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


WORDS = st.text("ab c.", max_size=12)


@given(
    text=WORDS,
    reference=WORDS,
    places=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=3),
)
def test_pieces_make_up_the_text_and_tell_the_reference(
    text: str, reference: str, places: list[tuple[int, int]]
) -> None:
    stretches = [
        Stretch("term", min(place), max(place)) for place in places if min(place) < max(place) <= len(text)
    ]
    pieces = cut(text, stretches, reference)
    assert "".join(piece.text for piece in pieces if piece.difference != "deleted") == text
    without = [" ".join(_WORD.findall(piece.text)) for piece in pieces if piece.difference == "deleted"]
    deleted = " ".join(without).split()
    inserted = " ".join(piece.text for piece in pieces if piece.difference == "inserted")
    if _WORD.findall(text) == _WORD.findall(reference):
        assert (deleted, inserted) == ([], "")
    assert sorted("".join(_WORD.findall(reference))) == sorted(
        "".join(_WORD.findall("".join(piece.text for piece in pieces if piece.difference != "inserted")))
    )
    marked = {place for stretch in stretches for place in range(stretch.start, stretch.end)}
    place = 0
    for piece in pieces:
        if piece.difference != "deleted":
            assert bool(piece.kinds) == (place in marked)
            place += len(piece.text)
