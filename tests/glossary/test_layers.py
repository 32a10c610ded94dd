"""Layers, conflicts and the fingerprint."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from glossary import Glossary, SourceForm, Term

Write = Callable[[str, str], Path]

BASE = """
    glossary: {name: base}
    terms:
      - {id: nato, kind: organisation, source: [حلف الناتو, الناتو], target: NATO}
      - {id: eu, kind: organisation, source: [الاتحاد الأوروبي, الاتحاد], target: European Union}
      - {id: alliance, kind: concept, source: [{form: التحالف, document: [nato]}], target: Alliance}
    """


def test_an_id_replaces_the_whole_term(write: Write) -> None:
    own = """
        glossary: {name: own}
        terms:
          - {id: nato, kind: organisation, source: [الناتو], target: Nato}
        """
    glossary = Glossary.load(write("a.yaml", BASE), write("b.yaml", own), builtin=False)
    assert [match.term.target for match in glossary.find("الناتو")] == ["Nato"]
    assert glossary.find("حلف الناتو")[0].surface == "الناتو"
    assert list(glossary.terms) == ["eu", "alliance", "nato"]
    assert [str(conflict) for conflict in glossary.conflicts] == ["nato: read from own, no longer from base"]


def test_a_form_goes_to_the_later_layer(write: Write) -> None:
    glossary = Glossary.load(
        write("a.yaml", BASE), write("own.csv", "الناتــو,Nato\nأخرى,Other\n"), write("more.tsv",
        "أخرى\tThird\n"), builtin=False
    )  # fmt: skip
    assert [match.term.target for match in glossary.find("الناتو حلف الناتو أخرى")] == [
        "Nato",
        "NATO",
        "Third",
    ]
    assert [str(conflict) for conflict in glossary.conflicts] == [
        "الناتــو: read as nato-2 (own), no longer as nato (base)",
        "أخرى: read as third (more), no longer as other (own)",
    ]


def test_a_hidden_term_still_meets_conditions(write: Write) -> None:
    glossary = Glossary.load(write("a.yaml", BASE), write("own.csv", "الناتو,Nato\n"), builtin=False)
    assert [match.term.id for match in glossary.find("الناتو والتحالف")] == ["nato-2", "alliance"]


def test_a_condition_that_fails_gives_the_form_back(write: Write) -> None:
    own = """
        terms:
          - {id: african-union, kind: organisation, source: [الاتحاد الأفريقي], target: African Union}
          - {id: au, kind: organisation, source: [{form: الاتحاد, document: [african-union]}], target: AU}
        """
    glossary = Glossary.load(write("a.yaml", BASE), write("own.yaml", own), builtin=False)
    assert [match.term.id for match in glossary.find("الاتحاد")] == ["eu"]
    assert [match.term.id for match in glossary.find("الاتحاد الأفريقي ثم الاتحاد")] == [
        "african-union",
        "au",
    ]
    assert [(conflict.winner.id, conflict.loser.id) for conflict in glossary.conflicts] == [("au", "eu")]


def test_in_one_layer_only_what_nothing_tells_apart_is_a_conflict(write: Write) -> None:
    own = """
        terms:
          - {id: a, kind: place, source: [ألف أولى, {form: المكان, document: [a]}], target: A}
          - {id: b, kind: place, source: [باء ثانية, {form: المكان, document: [b]}], target: B}
          - {id: c, kind: place, source: [المكان], target: C}
          - {id: d, kind: place, source: [جيم, المكان], target: D}
        """
    glossary = Glossary.load(write("own.yaml", own), builtin=False)
    assert [(conflict.winner.id, conflict.loser.id, conflict.form) for conflict in glossary.conflicts] == [
        ("d", "c", "المكان")
    ]
    assert [match.term.id for match in glossary.find("المكان")] == ["d"]
    assert [match.term.id for match in glossary.find("المكان ألف أولى")] == ["a", "a"]


def test_the_same_form_twice_in_one_term_is_none() -> None:
    term = Term("a", "place", "x", (SourceForm("القاهرة"), SourceForm("القاهره")), "Cairo")
    assert Glossary([term]).conflicts == ()


def test_terms_cannot_be_changed(sample: Glossary) -> None:
    with pytest.raises(TypeError):
        sample.terms["x"] = sample.terms["nato"]  # type: ignore[index]


def test_a_pickled_glossary_is_the_same(write: Write) -> None:
    glossary = Glossary.load(write("a.yaml", BASE), write("own.csv", "الناتو,Nato\n"), builtin=False)
    glossary.find("x")
    copy = pickle.loads(pickle.dumps(glossary))  # noqa: S301
    assert copy.fingerprint == glossary.fingerprint
    assert copy.conflicts == glossary.conflicts
    assert copy.find("الناتو والتحالف") == glossary.find("الناتو والتحالف")


def test_empty() -> None:
    assert len(Glossary.empty()) == 0
    assert Glossary.empty().terms == {}
    assert Glossary.empty().conflicts == ()
    assert Glossary.load(builtin=False).fingerprint == Glossary.empty().fingerprint


def fingerprint(write: Write, content: str, name: str = "a.yaml") -> str:
    return Glossary.load(write(name, content), builtin=False).fingerprint


def test_the_fingerprint_is_of_what_matters(write: Write) -> None:
    first = fingerprint(write, BASE)
    assert first == fingerprint(write, BASE, "b.yaml") == fingerprint(write, BASE + "\n    # a remark\n")
    assert first == fingerprint(write, BASE.replace("target: NATO", "target: NATO, notes: x, origin: y"))
    others = {
        fingerprint(write, BASE.replace(old, new))
        for old, new in (
            ("target: NATO", "target: Nato"),
            ("target: NATO", "target: NATO, accepted: [Nato]"),
            ("target: NATO", "target: NATO, article: the"),
            ("target: NATO", "target: NATO, not_after: [لا]"),
            ("document: [nato]", "document: [eu]"),
            ("[حلف الناتو, الناتو]", "[الناتو, حلف الناتو]"),
            ("id: eu,", "id: european-union,"),
        )
    }
    assert len(others | {first}) == 8


def test_the_fingerprint_is_the_same_in_another_process(write: Write) -> None:
    path = write("a.yaml", BASE)
    program = f"from glossary import Glossary; print(Glossary.load({str(path)!r}, builtin=False).fingerprint)"
    printed = {run_python(program, PYTHONHASHSEED=seed) for seed in ("1", "2")}
    assert printed == {Glossary.load(path, builtin=False).fingerprint}


def test_glossary_imports_no_model_code() -> None:
    program = """
import sys
from glossary import Glossary
heavy = {"ahocorasick", "yaml", "pydantic"} & sys.modules.keys()
assert not heavy, heavy
Glossary.builtin().find("الناتو")
wrong = {"pipeline", "torch", "transformers", "ctranslate2", "datasets", "numpy"} & sys.modules.keys()
assert not wrong, wrong
print("clean")
"""
    assert run_python(program) == "clean"


def run_python(program: str, **environment: str) -> str:
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8", **environment},
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout.strip()
