"""Counting entries and forms."""

from collections.abc import Callable
from pathlib import Path

from glossary import Glossary
from glossary.stats import Count, count_terms

TERMS = """
    glossary: {name: base, domain: first}
    terms:
      - {id: nato, kind: organisation, source: [حلف الناتو, الناتو], target: NATO, origin: nato.int}
      - {id: summit, kind: event, source: ["قمة {nato}", قمة الحلف], target: NATO summit}
      - id: merz
        kind: person
        domain: second
        source: [فريدريش ميرتس, فريدريش ميرز]
        target: Friedrich Merz
        origin: bundeskanzler.de
        family: {source: [ميرتس], target: Merz}
      - {id: iris-t, kind: untranslated, source: [IRIS-T]}
    """


def test_entries_and_forms(write: Callable[[str, str], Path]) -> None:
    stats = count_terms(Glossary.load(write("t.yaml", TERMS), builtin=False).terms.values())
    assert stats.total == Count(entries=4, forms=9, written=7, without_origin=1)
    assert stats.domains == {
        "first": Count(entries=3, forms=6, written=4, without_origin=1),
        "second": Count(entries=1, forms=3, written=3, without_origin=0),
    }
    assert list(stats.kinds) == ["event", "organisation", "person", "untranslated"]
    assert (stats.total.average_forms, stats.total.average_written) == (9 / 4, 7 / 4)
    assert count_terms(()).total.average_forms == 0


def test_groups_add_up() -> None:
    stats = count_terms(Glossary.builtin().terms.values())
    for groups in (stats.domains, stats.kinds):
        assert sum(count.entries for count in groups.values()) == stats.total.entries
        assert sum(count.forms for count in groups.values()) == stats.total.forms
