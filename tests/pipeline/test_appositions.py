"""A term said twice in a row is one mention; two mentions stay two."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary import Glossary, SourceForm, Term
from pipeline.appositions import joined_appositions

GLOSSARY = Glossary(
    [
        Term(
            "nato",
            "organisation",
            "t",
            tuple(map(SourceForm, ("حلف شمال الأطلسي", "الناتو", "الحلف"))),
            "NATO",
        ),
        Term("de", "place", "t", (SourceForm("ألمانيا"), SourceForm("جمهورية ألمانيا الاتحادية")), "Germany"),
        Term("nov", "concept", "t", (SourceForm("نوفمبر"), SourceForm("تشرين الثاني")), "November"),
        Term("feb", "concept", "t", (SourceForm("فبراير"), SourceForm("شباط")), "February"),
        Term("jul", "concept", "t", (SourceForm("يوليو"), SourceForm("تموز")), "July"),
    ]
)
CASES = [
    ("قال حلف شمال الأطلسي (الناتو) أمس", "قال حلف شمال الأطلسي أمس", 1),
    ('قال حلف شمال الأطلسي "الناتو" أمس', "قال حلف شمال الأطلسي أمس", 1),
    ("قال حلف شمال الأطلسي «الناتو» أمس", "قال حلف شمال الأطلسي أمس", 1),
    ("قال حلف شمال الأطلسي (“الناتو”) أمس", "قال حلف شمال الأطلسي أمس", 1),
    ("قال حلف شمال الأطلسي (الناتو) (الحلف) أمس", "قال حلف شمال الأطلسي أمس", 1),
    ("في نوفمبر/تشرين الثاني 2025", "في نوفمبر 2025", 1),
    ("في نوفمبر / تشرين الثاني", "في نوفمبر", 1),
    ("في يوليو/ تموز", "في يوليو", 1),
    ("في فبراير شباط 2025", "في فبراير 2025", 1),
    ("في فبراير (شباط) 2025", "في فبراير 2025", 1),
    ("الناتو، الناتو", None, 2),
    ("الناتو الناتو", None, 2),
    ("ألمانيا وألمانيا", None, 2),
    ("ألمانيا - ألمانيا", None, 2),
    ("الناتو. الحلف أقوى", None, 2),
    ("حلف شمال الأطلسي والناتو", None, 2),
    ('قال الناتو "الحلف أقوى"', None, 2),
    ("قال حلف شمال الأطلسي (الناتو أقوى)", None, 2),
    ("قال حلف شمال الأطلسي للناتو", None, 2),
    ("قال حلف شمال الأطلسي (ألمانيا)", None, 2),
    ("نوفمبر/فبراير", None, 2),
    ("نوفمبر", None, 1),
    ("لا شيء", None, 0),
]


@pytest.mark.parametrize(("text", "read", "count"), CASES, ids=[row[0] for row in CASES])
def test_joined(text: str, read: str | None, count: int) -> None:
    matches, cuts = joined_appositions(text, GLOSSARY.find(text))
    assert without(text, cuts) == (text if read is None else read)
    assert len(matches) == count
    for match in matches:
        assert text[match.start : match.end] == match.surface


PIECES = [
    "الناتو",
    "الحلف",
    "ألمانيا",
    "و",
    " ",
    " (",
    ") ",
    "/",
    "، ",
    "«",
    "»",
    '"',
    "نوفمبر",
    "تشرين الثاني",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_spans_are_exact_and_apart(text: str) -> None:
    found = GLOSSARY.find(text)
    matches, cuts = joined_appositions(text, found)
    edges = [edge for cut in cuts for edge in cut]
    assert edges == sorted(set(edges))
    assert all(text[match.start : match.end] == match.surface for match in matches)
    assert {match.term.id for match in matches} == {match.term.id for match in found}
    assert all(first.end <= second.start for first, second in pairwise(matches))


def without(text: str, cuts: tuple[tuple[int, int], ...]) -> str:
    for start, end in reversed(cuts):
        text = text[:start] + text[end:]
    return text
