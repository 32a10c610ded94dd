"""Search: what is found, what comes first, what is only similar."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glossary import Glossary
from glossary.search import Found, closest_ids, search_terms

Write = Callable[[str, str], Path]

TERMS = """
    glossary: {name: base}
    terms:
      - {id: nato, kind: organisation, source: [حلف شمال الأطلسي, الناتو], target: NATO,
         long: North Atlantic Treaty Organization, forbidden: [Atlantic Pact]}
      - {id: sg, kind: office, source: ["الأمين العام ل{nato}", أمين عام الحلف],
         target: NATO Secretary General}
      - {id: merz, kind: person, source: [فريدريش ميرتس], target: Friedrich Merz}
      - {id: stoltenberg, kind: person, source: [ينس ستولتنبرغ, ينس ستولتنبرج], target: Jens Stoltenberg}
      - {id: grosse-koalition, kind: concept, source: [الائتلاف الكبير], target: Große Koalition}
      - {id: iris-t, kind: untranslated, source: [IRIS-T]}
    """


@pytest.fixture
def search(write: Write) -> Callable[[str], tuple[Found, ...]]:
    glossary = Glossary.load(write("base.yaml", TERMS), builtin=False)
    return lambda query: search_terms(glossary.terms.values(), query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nato", [("nato", "same"), ("sg", "beginning")]),
        ("NATO Sec", [("sg", "beginning")]),
        ("general secretary", [("sg", "words")]),
        ("atlantic", [("nato", "beginning")]),  # by the rendering that is forbidden
        ("treaty", [("nato", "words")]),
        ("tlanti", [("nato", "part")]),
        ("merz", [("merz", "same")]),
        ("friedrichmerz", [("merz", "part")]),
        ("GROSSE", [("grosse-koalition", "beginning")]),
        ("iris-t", [("iris-t", "same")]),
        ("الناتو", [("nato", "same"), ("sg", "words")]),
        ("ناتو", [("nato", "same"), ("sg", "words")]),
        ("للناتو", [("nato", "same"), ("sg", "words")]),
        ("النّــاتو", [("nato", "same"), ("sg", "words")]),
        ("الامين العام", [("sg", "beginning")]),
        ("الاطلسى", [("nato", "words"), ("sg", "words")]),
        ("stoltenburg", [("stoltenberg", "similar")]),
        ("yens stoltenberg", [("stoltenberg", "similar")]),
        ("mertz", [("merz", "similar")]),
        ("ستولتنبيرغ", [("stoltenberg", "similar")]),
        ("zzzz", []),
        ("xy", []),
        ("", []),
        ("؟!", []),
    ],
)
def test_the_best_comes_first(
    search: Callable[[str], tuple[Found, ...]], query: str, expected: list[tuple[str, str]]
) -> None:
    assert [(found.term.id, found.likeness) for found in search(query)] == expected


def test_the_name_that_fits_is_told(search: Callable[[str], tuple[Found, ...]]) -> None:
    assert [found.text for found in search("organization")] == ["North Atlantic Treaty Organization"]
    (similar,) = search("stoltenburg")
    assert similar.text == "Jens Stoltenberg"
    assert 0.7 <= similar.score < 1


def test_every_form_finds_its_term() -> None:
    terms = [term for term in Glossary.builtin().terms.values() if term.person is None][::97]
    for term in terms:
        for query in (term.target, term.forms[-1].text):
            assert term.id in {
                found.term.id for found in search_terms(terms, query) if found.likeness == "same"
            }, query


def test_ids_that_may_have_been_meant() -> None:
    terms = Glossary.builtin().terms.values()
    assert closest_ids(terms, "nato-secretary-genral")[0] == "nato-secretary-general"
    assert closest_ids(terms, "qqqqqqqqqq") == []
