"""Two versions of a glossary, field by field."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glossary import Glossary, GlossaryError, GlossaryFormatError
from glossary.diff import FIELDS, diff_files, diff_terms

Write = Callable[[str, str], Path]

OLD = """
    terms:
      - {id: nato, kind: organisation, source: [حلف الناتو, الناتو], target: Nato, accepted: [OTAN]}
      - {id: summit, kind: event, source: ["قمة {nato}"], target: NATO summit}
      - {id: gone, kind: place, source: [فولدا], target: Fulda}
    """
NEW = """
    terms:
      - {id: new, kind: place, source: [كاسل], target: Kassel}
      - id: nato
        kind: organisation
        source: [الناتو, {form: الحلف, document: [nato], not_before: [العربي]}, حلف الناتو]
        target: NATO
        article: the
      - {id: summit, kind: event, source: ["قمة {nato}"], target: NATO summit}
    """


def test_each_field_that_differs_is_told(write: Write) -> None:
    removed, added, changed = diff_files(write("old.yaml", OLD), write("new.yaml", NEW))
    assert (removed.id, removed.change, removed.after) == ("gone", "removed", None)
    assert (added.id, added.change, added.before) == ("new", "added", None)
    assert (changed.id, changed.change) == ("nato", "changed")
    assert {field.name: (field.lost(), field.gained()) for field in changed.fields} == {
        "forms": ((), ("الحلف [not before: العربي] [document: nato]",)),
        "target": ("Nato", "NATO"),
        "accepted": (("OTAN",), ()),
        "article": ("none", "the"),
    }


def test_a_glossary_does_not_differ_from_itself(write: Write) -> None:
    assert diff_files(write("a.yaml", OLD), write("b.yaml", OLD)) == ()
    terms = Glossary.builtin().terms.values()
    assert diff_terms(terms, terms) == ()


def test_the_other_way_round_is_the_opposite(write: Write) -> None:
    old, new = write("old.yaml", OLD), write("new.yaml", NEW)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    forth = {(change.id, opposite[change.change], change.after) for change in diff_files(old, new)}
    assert forth == {(change.id, change.change, change.before) for change in diff_files(new, old)}


def test_every_field_of_a_term_is_compared() -> None:
    assert set(FIELDS) == set(Glossary.builtin().terms["nato"].__slots__) - {"id", "layer"}


def test_a_table_and_yaml_of_the_same_terms(write: Write) -> None:
    table = write("terms.csv", "source,target,id,kind,domain\nفولدا,Fulda,fulda,place,x\n")
    same = write("t.yaml", "terms: [{id: fulda, kind: place, domain: x, source: [فولدا], target: Fulda}]\n")
    assert diff_files(table, same) == ()


def test_forms_may_refer_to_other_glossaries(write: Write) -> None:
    own = write("own.yaml", 'terms: [{id: s, kind: event, source: ["قمة {nato}"], target: Summit}]\n')
    base = write("base.csv", "source,target,id\nالناتو,NATO,nato\n")
    assert diff_files(own, own) == ()
    assert diff_files(own, own, over=[base], builtin=False) == ()
    with pytest.raises(GlossaryFormatError, match=r"own\.yaml:1: unknown term \{nato\}"):
        diff_files(own, own, builtin=False)


def test_a_missing_file(write: Write, tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match="no such file"):
        diff_files(write("a.yaml", OLD), tmp_path / "absent.yaml")
