"""Verification: which rendering in a translation serves which matched term."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import SourceForm, Term, TermMatch
from pipeline.verify import verify


def term(name: str, target: str, *accepted: str, **fields: tuple[str, ...]) -> Term:
    return Term(name, "organisation", "nato", (SourceForm(name),), target, accepted, **fields)  # type: ignore[arg-type]


def match(found: Term) -> TermMatch:
    return TermMatch(found, 0, len(found.id), found.id)


NATO = term("nato", "NATO", "North Atlantic Treaty Organization")
ALLIANCE = term("alliance", "Alliance", "NATO")
SECRETARY = term("secretary", "NATO Secretary General", "Secretary General of NATO")
CHANCELLOR = term("chancellor", "Chancellor", "German Chancellor")
UNITED_STATES = term("us", "United States", "US")
CONGRESS = term("congress", "Congress", "US Congress")
MINISTER = term("minister", "Defence Minister")


@pytest.mark.parametrize(
    ("target", "terms", "expected"),
    [
        ("NATO met.", [NATO], ["NATO"]),
        ("The summit met.", [NATO], [None]),
        ("NATO and NATO", [NATO, NATO], ["NATO", "NATO"]),
        ("NATO met twice.", [NATO, NATO], ["NATO", None]),
        ("The NATO Secretary General spoke.", [SECRETARY], ["NATO Secretary General"]),
        ("The NATO Secretary General spoke.", [SECRETARY, NATO], ["NATO Secretary General", None]),
        ("The NATO Secretary General praised NATO.", [NATO, SECRETARY], ["NATO", "NATO Secretary General"]),
        # The only free NATO goes to the term that accepts nothing else.
        ("The Alliance, NATO, met.", [ALLIANCE, NATO], ["Alliance", "NATO"]),
        ("NATO, the Alliance, met.", [ALLIANCE, NATO], ["Alliance", "NATO"]),
        ("The German Chancellor spoke.", [CHANCELLOR], ["German Chancellor"]),
        ("The Defense Minister spoke.", [MINISTER], ["Defense Minister"]),
        ("The US Congress and the US", [UNITED_STATES, CONGRESS], ["US", "US Congress"]),
        ("", [NATO], [None]),
        ("NATO", [], []),
    ],
)
def test_assignment(target: str, terms: list[Term], expected: list[str | None]) -> None:
    spans = verify(target, [match(found) for found in terms]).spans
    assert [None if span is None else target[slice(*span)] for span in spans] == expected


def test_a_scarce_rendering_goes_to_the_mention_it_belongs_to() -> None:
    target = "He left the capital and then returned to NATO."
    assert verify(target, [match(NATO), match(NATO)], [12.0, 42.0]).spans == (None, (41, 45))


def test_a_forbidden_spelling_of_a_right_name_is_not_right() -> None:
    worner = term("worner", "Manfred Wörner", forbidden=("Manfred Worner",))
    assert verify("Manfred Worner spoke.", [match(worner)]).spans == (None,)
    assert verify("Manfred Wörner spoke.", [match(worner)]).spans == ((0, 14),)


def test_the_alignment_decides_between_equal_renderings() -> None:
    target = "NATO said that NATO would act."
    assert verify(target, [match(NATO)], [17.0]).spans == ((15, 19),)
    assert verify(target, [match(NATO)], [0.0]).spans == ((0, 4),)


@given(
    st.lists(st.sampled_from([NATO, ALLIANCE, SECRETARY]), max_size=5),
    st.lists(
        st.sampled_from(
            ["NATO", "Alliance", "Secretary General of NATO", "talks", "NATO Secretary General", "and"]
        ),
        max_size=6,
    ),
)
def test_no_rendering_serves_two_terms_and_order_does_not_matter(terms: list[Term], words: list[str]) -> None:
    target = ", ".join(words)
    matches = [match(found) for found in terms]
    result = verify(target, matches)
    spans = sorted(span for span in result.spans if span is not None)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert result.held + len(result.missing) == len(terms)
    for found, span in zip(terms, result.spans, strict=True):
        if span is not None:
            assert target[slice(*span)] in found.renderings
    counts = {verify(target, list(order)).held for order in list(permutations(matches))[:6]}
    assert counts == {result.held}
