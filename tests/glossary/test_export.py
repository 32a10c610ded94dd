"""Writing glossaries: what is read back is what was written, less the losses that were told."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from glossary import Glossary, GlossaryError, Loss, SourceForm, Term, layout_of, write_glossary
from glossary.cells import join_cell
from glossary.export import SUFFIXES, Layout
from glossary.term import Kind

FULL = ("yaml", "csv", "tsv", "xlsx", "tbx", "tbx-basic", "tmx")
PAIRS = ("deepl", "google", "google-set", "amazon")
FILES = [(layout, suffix) for layout, suffixes in SUFFIXES.items() for suffix in suffixes]


def written(terms: Iterable[Term], layout: str, suffix: str) -> tuple[tuple[Loss, ...], dict[str, Term]]:
    """The losses, and the terms that are read back."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        losses = write_glossary(terms, path, layout)
        return losses, dict(Glossary.load(path, builtin=False).terms)


def without_layer(terms: Iterable[Term]) -> list[Term]:
    return [replace(term, layer="") for term in terms]


def test_every_layout_is_tested() -> None:
    assert {*FULL, *PAIRS} == set(SUFFIXES) == set(get_args(Layout))


# The built-in glossary


@pytest.mark.parametrize(("layout", "suffix"), [file for file in FILES if file[0] in FULL])
def test_nothing_of_the_builtin_glossary_is_lost(layout: str, suffix: str) -> None:
    terms = Glossary.builtin().terms.values()
    losses, back = written(terms, layout, suffix)
    assert losses == ()
    assert without_layer(back.values()) == without_layer(terms)


@pytest.mark.parametrize(("layout", "suffix"), [file for file in FILES if file[0] in PAIRS])
def test_pairs_of_the_builtin_glossary(layout: str, suffix: str) -> None:
    check_pairs(tuple(Glossary.builtin().terms.values()), layout, suffix)


def test_what_services_cannot_hold() -> None:
    losses, _ = written(Glossary.builtin().terms.values(), "deepl", ".csv")
    said = [str(loss) for loss in losses if loss.term in ("alliance", "friedrich-merz/family")]
    assert "alliance: form left out: الحلف (counts only in documents with domain:nato)" in said
    assert "alliance: forbidden left out: pact | covenant | bloc" in said
    assert "friedrich-merz/family: person left out: friedrich-merz" in said


# Any glossary

ARABIC = st.text("ابتثجحخ", min_size=2, max_size=6)
LATIN = st.text("ABCabc129|'\"&<>;,-=+@é #\\\u00df\U0001f600", min_size=1, max_size=8)
WORDS = LATIN.map(lambda text: " ".join(text.split())).filter(
    lambda text: any(map(str.isalnum, text)) and not text.startswith("the ")
)
FORM = st.one_of(
    ARABIC,
    st.tuples(ARABIC, WORDS).map(" ".join),
    st.tuples(ARABIC, ARABIC).map(" ".join),
)
SEVERAL = st.lists(WORDS, max_size=3, unique=True)
GUARDS = st.lists(ARABIC, max_size=2).map(tuple)
ID = st.from_regex("[a-z0-9]{1,3}(-[a-z0-9]{1,2})?", fullmatch=True)


@st.composite
def source_forms(draw: st.DrawFn, conditions: Sequence[str]) -> SourceForm:
    return SourceForm(
        draw(FORM),
        draw(GUARDS),
        draw(GUARDS),
        tuple(draw(st.lists(st.sampled_from(conditions), max_size=2))),
        tuple(draw(st.lists(ID, max_size=2))),
    )


@st.composite
def terms(draw: st.DrawFn) -> tuple[Term, ...]:
    """A glossary as files may hold it."""
    ids = draw(st.lists(ID, min_size=1, max_size=4, unique=True))
    conditions = [*ids, "domain:first"]
    found: list[Term] = []
    for number, identifier in enumerate(ids):
        target = draw(WORDS)
        accepted = [name for name in draw(SEVERAL) if name != target]
        forms = draw(st.lists(source_forms(conditions), min_size=1, max_size=3, unique=True))
        if number == 0:
            forms.append(SourceForm("الأول"))
        kind = "person" if draw(st.booleans()) else draw(st.sampled_from(get_args(Kind)))
        if kind == "untranslated":
            forms.append(SourceForm(target))
            accepted = list(dict.fromkeys([*accepted, *(form.text for form in forms if form.text != target)]))
        term = Term(
            id=identifier,
            kind=kind,
            domain="first" if number == 0 else draw(ID),
            forms=tuple(dict.fromkeys(forms)),
            target=target,
            accepted=tuple(accepted),
            forbidden=tuple(name for name in draw(SEVERAL) if name != target and name not in accepted),
            short=draw(st.none() | WORDS | st.just(target)),
            long=draw(st.none() | WORDS | st.just(target)),
            article=draw(st.sampled_from(["the", "none"])),
            origin=draw(st.just("") | WORDS),
            notes=draw(st.just("") | WORDS | st.just("dragoman kind: body")),
        )
        found.append(term)
        if kind == "person" and draw(st.booleans()):
            found.append(draw(families(term, conditions)))
    return tuple(found)


@st.composite
def families(draw: st.DrawFn, person: Term, conditions: Sequence[str]) -> Term:
    forms = draw(st.lists(source_forms(conditions), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        forms = [replace(form, document=(person.id, *form.document)) for form in forms]
    target = draw(WORDS)
    accepted = tuple(name for name in draw(SEVERAL) if name != target)
    return Term(
        id=f"{person.id}/family",
        kind="person",
        domain=person.domain,
        forms=tuple(dict.fromkeys(forms)),
        target=target,
        accepted=accepted,
        forbidden=tuple(name for name in draw(SEVERAL) if name != target and name not in accepted),
        person=person.id,
    )


@pytest.mark.parametrize("layout", FULL)
@settings(max_examples=40)
@given(terms=terms())
def test_nothing_is_lost(layout: str, terms: tuple[Term, ...]) -> None:
    losses, back = written(terms, layout, SUFFIXES[layout][0])
    assert losses == ()
    assert without_layer(back.values()) == list(terms)


@pytest.mark.parametrize(("layout", "suffix"), [file for file in FILES if file[0] in PAIRS])
@settings(max_examples=25)
@given(terms=terms())
def test_pairs(layout: str, suffix: str, terms: tuple[Term, ...]) -> None:
    first = replace(terms[0], forms=(SourceForm("الأول"),), target="First", accepted=(), forbidden=())
    check_pairs((*terms[1:], replace(first, id="first", person=None, kind="concept")), layout, suffix)


def check_pairs(terms: Sequence[Term], layout: str, suffix: str) -> None:
    """Take from `terms` what the losses say, and nothing else: that is what must be read."""
    losses, back = written(terms, layout, suffix)
    assert len(set(losses)) == len(losses)
    lost = {(loss.term, loss.field, loss.form, loss.value) for loss in losses}
    expected = set()
    for term in terms:

        def left(
            field: str, form: SourceForm | None = None, term: Term = term
        ) -> str | tuple[str, ...] | None:
            """The value of a field unless it is among the losses; then what a term without it has."""
            value = getattr(form or term, field)
            said = join_cell(value) if isinstance(value, tuple) else value
            if (term.id, field, form and form.text, said) not in lost:
                return value
            return () if isinstance(value, tuple) else None

        for form in term.forms:
            if (term.id, "form", None, form.text) in lost:
                continue
            assert left("id") is left("domain") is left("short") is left("long") is left("person") is None
            assert left("forbidden") == left("not_after", form) == left("not_before", form) == ()
            assert left("document", form) == ()
            assert not {name for name in left("accepted") or () if name not in (f.text for f in term.forms)}
            assert left("article") in ("none", None)
            assert not left("origin")
            expected.add((form.text, term.target, left("notes") or "", left("kind")))
    read = set()
    for term in back.values():
        (form,) = term.forms
        assert form == SourceForm(form.text)
        assert (term.domain, term.article, term.forbidden, term.origin) == ("file", "none", (), "")
        read.add((form.text, term.target, term.notes, term.kind))
    assert {row[:3] for row in read} == {row[:3] for row in expected}
    kinds = {row[:3]: row[3] for row in read}
    assert [row for row in expected if row[3] and kinds[row[:3]] != row[3]] == []


def test_one_form_of_two_terms_is_written_once() -> None:
    terms = [
        Term("a", "concept", "x", (SourceForm("ألف"),), "A"),
        Term("b", "concept", "x", (SourceForm("ألف", not_after=("باء",)), SourceForm("جيم")), "B"),
        Term("c", "concept", "x", (SourceForm("ألف"),), "C"),
    ]
    losses, back = written(terms, "deepl", ".csv")
    assert [(term.forms[0].text, term.target) for term in back.values()] == [("ألف", "C"), ("جيم", "B")]
    assert [str(loss) for loss in losses if loss.field == "form"] == [
        "a: form left out: ألف (written for c)",
        "b: form left out: ألف (written for c)",
    ]


def test_a_family_name_without_its_person() -> None:
    terms = [
        Term("a", "concept", "x", (SourceForm("ألف"),), "A"),
        Term("b/family", "person", "x", (SourceForm("باء"),), "B", person="b"),
    ]
    for layout in FULL:
        losses, back = written(terms, layout, SUFFIXES[layout][0])
        assert list(back) == ["a"]
        assert losses == (Loss("b/family", "term", "B", reason=losses[0].reason),)
        assert "b is not among the terms" in str(losses[0])


def test_a_family_name_with_more_than_a_file_holds() -> None:
    terms = [
        Term("a", "person", "x", (SourceForm("ألف باء"),), "A"),
        Term("a/family", "person", "y", (SourceForm("باء"),), "B", person="a", notes="n", article="the"),
    ]
    for layout in FULL:
        losses, back = written(terms, layout, SUFFIXES[layout][0])
        assert [(loss.field, loss.value) for loss in losses] == [
            ("domain", "y"),
            ("article", "the"),
            ("notes", "n"),
        ]
        assert without_layer(back.values())[1] == replace(terms[1], domain="x", notes="", article="none")


# Formulas


FORMULAS = ("=1+1", "+A1", "-A", '@SUM("A1")', "=cmd|' /C calc'!A0")


@pytest.mark.parametrize(
    ("layout", "suffix"), [file for file in FILES if file[1] in (".csv", ".tsv", ".xlsx")]
)
def test_no_cell_is_a_formula(tmp_path: Path, layout: str, suffix: str) -> None:
    terms = [
        Term(
            f"t{number}",
            "concept",
            "x",
            (SourceForm(f"{start}ألف"), SourceForm(f"باء {start}")),
            start,
            notes=start,
        )
        for number, start in enumerate(FORMULAS)
    ]
    terms.append(Term("last", "concept", "x", (SourceForm("ألف"),), "A", notes="=2"))
    path = tmp_path / f"file{suffix}"
    losses = write_glossary(terms, path, layout)
    if suffix == ".xlsx":
        cells = [
            cell for row in openpyxl.load_workbook(path).active for cell in row if cell.value is not None
        ]
        assert {cell.data_type for cell in cells} == {"s"}
        assert {cell.value for cell in cells} >= set(FORMULAS)
    else:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t" if suffix == ".tsv" else ","))
        assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    if layout in PAIRS:
        refused = [loss for loss in losses if loss.field == "form"]
        assert len(refused) == 2 * len(FORMULAS)
        assert all("run as a formula" in str(loss) or "separator" in str(loss) for loss in refused)
    else:
        assert without_layer(Glossary.load(path, builtin=False).terms.values()) == terms


def test_a_cell_that_is_too_long_for_a_workbook() -> None:
    forms = tuple(SourceForm(f"{number} " + "ا" * 2000) for number in range(40))
    terms = [
        Term("a", "concept", "x", forms, "A", notes="n" * 40_000),
        Term("b", "concept", "x", (SourceForm("ب" * 40_000),), "B"),
        Term("c", "concept", "x", (SourceForm("جيم"),), "C" * 40_000),
    ]
    losses, back = written(terms, "xlsx", ".xlsx")
    assert [(loss.term, loss.field) for loss in losses] == [("a", "notes"), ("b", "term"), ("c", "term")]
    assert without_layer(back.values()) == [replace(terms[0], notes="")]


# What standards want


TMX_CONTENT = {
    "tmx": ["header", "body"],
    "body": ["tu"],
    "tu": ["note", "prop", "tuv"],
    "tuv": ["seg"],
    "header": [],
    "note": [],
    "prop": [],
    "seg": [],
}


@pytest.mark.parametrize("layout", ["tmx", "amazon"])
def test_tmx_is_as_its_dtd_wants_it(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "a.tmx"
    write_glossary(Glossary.builtin().terms.values(), path, layout)
    root = etree.parse(path).getroot()
    assert root.attrib == {"version": "1.4"}
    required = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
    assert set(root[0].attrib) == required
    for element in root.iter():
        names = [child.tag for child in element]
        assert names == sorted(names, key=TMX_CONTENT[element.tag].index), element.tag
    assert all(len(unit.findall("tuv")) == 2 for unit in root.iter("tu"))


SECTION = "{urn:iso:std:iso:30042:ed-2}"


@pytest.mark.parametrize("layout", ["tbx", "tbx-basic"])
def test_tbx_is_as_its_schema_wants_it(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "a.tbx"
    write_glossary(Glossary.builtin().terms.values(), path, layout)
    root = etree.parse(path).getroot()
    basic = layout == "tbx-basic"
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert root.tag == f"{SECTION}tbx"
    assert root.attrib == {"type": "TBX-Basic" if basic else "TBX-Core", "style": "dca", xml_lang: "en"}
    ids = [concept.get("id") for concept in root.iter(f"{SECTION}conceptEntry")]
    assert len(set(ids)) == len(ids) == len(Glossary.builtin())
    assert all(identifier.replace("-", "").isidentifier() for identifier in ids)
    categories = {
        (
            element.tag.removeprefix(SECTION),
            element.get("type"),
            element.getparent().tag.removeprefix(SECTION),
        )
        for element in root.iter()
        if element.get("type") and element is not root
    }
    assert categories == (
        {
            ("descrip", "subjectField", "conceptEntry"),
            ("termNote", "partOfSpeech", "termSec"),
            ("termNote", "administrativeStatus", "termSec"),
            ("termNote", "termType", "termSec"),
            ("admin", "source", "termSec"),
        }
        if basic
        else set()
    )
    order = {
        "conceptEntry": ["descrip", "note", "langSec"],
        "langSec": ["termSec"],
        "termSec": ["term", "termNote", "admin", "note"],
    }
    for name, content in order.items():
        for element in root.iter(SECTION + name):
            names = [child.tag.removeprefix(SECTION) for child in element]
            assert names == sorted(names, key=content.index)
            assert names.count("term") == (name == "termSec")


# Files


def test_what_is_refused(tmp_path: Path) -> None:
    term = Term("a", "concept", "x", (SourceForm("ألف"),), "A")
    (tmp_path / "folder.csv").mkdir()
    for terms, name, layout, message in [
        ([term], "a.csv", "excel", "unknown layout 'excel': use one of yaml, csv,"),
        ([term], "a.csv", "tmx", "a file of layout tmx ends in .tmx or .xml"),
        ([], "a.csv", "csv", "no terms to write"),
        ([term], "none/a.csv", "csv", "cannot be written: No such file or directory"),
        ([term], "folder.csv", "csv", "cannot be written: Is a directory"),
        ([replace(term, id="A B")], "a.csv", "csv", "`id` is 'A B'"),
        ([replace(term, id="A B")], "a.csv", "google", "`id` is 'A B'"),
        ([replace(term, forms=(SourceForm("{b} ألف"),))], "a.yaml", "yaml", "a brace in the form"),
        ([replace(term, target="A\0")], "a.tbx", "tbx", "`target` holds a control character"),
    ]:
        with pytest.raises(GlossaryError) as caught:
            write_glossary(terms, tmp_path / name, layout)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_file_is_replaced_only_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    path.chmod(0o640)
    good = Term("a", "concept", "x", (SourceForm("ألف"),), "A")
    with pytest.raises(GlossaryError):
        write_glossary([good, replace(good, id="b", forms=(SourceForm("}"),))], path, "csv")
    assert path.read_text() == "before"
    write_glossary([good], path, "csv")
    assert list(Glossary.load(path, builtin=False).terms) == ["a"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_terms_give_the_same_bytes(tmp_path: Path) -> None:
    terms = list(Glossary.builtin().terms.values())[:50]
    for layout, suffix in FILES:
        if suffix != ".xlsx":
            paths = [tmp_path / f"{layout}-{number}{suffix}" for number in (1, 2)]
            for path in paths:
                write_glossary(terms, path, layout)
            assert paths[0].read_bytes() == paths[1].read_bytes()


def test_layouts_by_suffix() -> None:
    found = {suffix: layout_of(f"a{suffix}") for _, suffix in FILES}
    assert found == {
        ".yaml": "yaml",
        ".yml": "yaml",
        ".csv": "csv",
        ".tsv": "tsv",
        ".tmx": "tmx",
        ".tbx": "tbx",
        ".xml": "tbx",
        ".xlsx": "xlsx",
    }
    with pytest.raises(GlossaryError, match="a file ends in"):
        layout_of("a.doc")


def test_conditions_on_terms_that_stay_behind(tmp_path: Path) -> None:
    """Such a file is read on top of the glossary that it was taken from."""
    term = Glossary.builtin().terms["alliance"]
    path = tmp_path / "a.yaml"
    assert write_glossary([term], path, "yaml") == ()
    assert Glossary.load(path).terms["alliance"].forms == term.forms
