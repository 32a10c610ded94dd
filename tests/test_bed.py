"""The test bed runs, and the ladder is no worse than plain decoding on an article of the development half."""

from typing import Any

import pytest

from tests.bed.arms import LADDER
from tests.bed.articles import Mention, load_articles
from tests.bed.compare import compare, table
from tests.bed.gold import agrees, held

SHARES = (
    "success_listed",
    "success_gold",
    "success_matches",
    "false_positives",
    "consistency",
    "numbers",
    "sentences_losing_numbers",
)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    articles = [article for article in load_articles("dev") if article.name.startswith("01-")]
    return compare(articles, [LADDER], resamples=20, repeats=0, worst=3)


def test_shares_are_shares(result: dict[str, Any]) -> None:
    for arm in result["arms"].values():
        assert all(0 <= arm[name] <= 1 for name in SHARES)


def test_ladder_is_no_worse_than_plain(result: dict[str, Any]) -> None:
    plain, ladder = result["arms"]["plain"], result["arms"][LADDER]
    for name in ("success_listed", "success_gold", "success_matches"):
        assert ladder[name] >= plain[name]
    assert sum(ladder["outcomes"].values()) == result["matches"]
    assert plain["changed"] == 0


def test_table_shows_every_arm(result: dict[str, Any]) -> None:
    shown = table(result)
    assert all(f"\n{arm} " in shown for arm in result["arms"])
    assert "chrF2++: nrefs:1|bs:20|" in shown


def mention(target: str, *accepted: str) -> Mention:
    return Mention(0, 1, "", "", "", target, accepted)


@pytest.mark.parametrize(
    ("text", "mentions", "expected"),
    [
        ("nato met NATO", [mention("NATO"), mention("NATO")], [(0, 4), (9, 13)]),
        ("NATO met", [mention("NATO"), mention("NATO")], [(0, 4), None]),
        ("The NATO Secretary General", [mention("NATO"), mention("NATO Secretary General")], [None, (4, 26)]),
        ("the Alliance and NATO", [mention("the Alliance", "NATO"), mention("NATO")], [(0, 12), (17, 21)]),
        ("NATO and the Alliance", [mention("the Alliance", "NATO"), mention("NATO")], [(9, 21), (0, 4)]),
        ("Germany’s Merzbach", [mention("Germany"), mention("Merz")], [(0, 7), None]),
    ],
)
def test_each_mention_needs_words_of_its_own(
    text: str, mentions: list[Mention], expected: list[tuple[int, int] | None]
) -> None:
    assert held(text, mentions) == expected


def test_part_of_a_right_name_agrees() -> None:
    assert agrees("NATO", ["NATO Secretary General"])
    assert agrees("North Atlantic Treaty Organization (NATO)", ["north atlantic treaty organization"])
    assert not agrees("Middle East", ["Asharq Al-Awsat"])
