"""Links made by hand: the sample, its reader, and the error rate against it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CorpusError
from pipeline.training.alignment import (
    GoldLinks,
    Links,
    alignment_error_rate,
    read_gold_links,
    word_spans,
)

DATA = Path(__file__).parents[1] / "data" / "alignment"
PAIRS = [tuple(line.split("\t")) for line in (DATA / "pairs.tsv").read_text(encoding="utf-8").splitlines()]
GOLD = read_gold_links(DATA / "links.txt")

LINK = st.tuples(st.integers(0, 4), st.integers(0, 4))


def gold_links(sure: set[tuple[int, int]], possible: set[tuple[int, int]]) -> GoldLinks:
    return GoldLinks(frozenset(sure), frozenset(sure | possible))


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


# The sample


def test_sample_has_links_for_each_pair():
    assert len(PAIRS) == len(GOLD) >= 60
    assert all(len(pair) == 2 for pair in PAIRS)
    assert len({source for source, _ in PAIRS}) == len({target for _, target in PAIRS}) == len(PAIRS)


def test_sample_links_are_within_the_sentences():
    for (source, target), gold in zip(PAIRS, GOLD, strict=True):
        sources, targets = len(words(source)), len(words(target))
        assert all(i < sources and j < targets for i, j in gold.possible), source


def test_sample_links_ascend_without_repeats():
    for line in (DATA / "links.txt").read_text(encoding="utf-8").splitlines():
        links = [tuple(int(word) for word in item.replace("p", "-").split("-")) for item in line.split()]
        assert links == sorted(set(links)), line


def test_sample_has_sure_links_in_every_pair_and_few_words_without_a_link():
    linked = total = 0
    for (source, _), gold in zip(PAIRS, GOLD, strict=True):
        assert gold.sure, source
        assert gold.sure <= gold.possible, source
        with_link = {i for i, _ in gold.possible}
        indices = {i for i, word in enumerate(words(source)) if word[0].isalnum()}
        assert 6 <= len(indices) <= 22, source
        linked += len(indices & with_link)
        total += len(indices)
    assert linked >= 0.8 * total


def test_sample_links_the_same_numerals_and_latin_words():
    """An index that slipped by one would show here first."""
    for (source, target), gold in zip(PAIRS, GOLD, strict=True):
        targets = words(target)
        for i, word in enumerate(words(source)):
            if word.isascii() and word.isalnum():
                assert [targets[j] for k, j in gold.sure if k == i] == [word], source


# The reader


def test_reads_sure_and_possible_links(tmp_path: Path):
    path = tmp_path / "links.txt"
    path.write_text("0-1 0p2 10-3\n\n2p0\n", encoding="utf-8")
    assert read_gold_links(path) == [
        gold_links({(0, 1), (10, 3)}, {(0, 2)}),
        gold_links(set(), set()),
        gold_links(set(), {(2, 0)}),
    ]


@pytest.mark.parametrize("item", ["1", "1-", "-1", "1-2-3", "1:2", "1P2", "a-1", "1--2", "1-2,", "١-2"])
def test_malformed_link_names_file_line_and_item(tmp_path: Path, item: str):
    path = tmp_path / "links.txt"
    path.write_text(f"0-0\n1-1 {item} 2-2\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_gold_links(path)
    assert str(caught.value).startswith(f"{path}:2: `{item}` is no link")


@pytest.mark.parametrize("line", ["0-0 0-0", "0-0 0p0", "0p0 1-1 00-0"])
def test_repeated_link_is_refused(tmp_path: Path, line: str):
    path = tmp_path / "links.txt"
    path.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r":1: `.*` links the same two words again"):
        read_gold_links(path)


def test_unreadable_files_are_one_line(tmp_path: Path):
    with pytest.raises(CorpusError, match="cannot be read"):
        read_gold_links(tmp_path / "missing.txt")
    path = tmp_path / "links.txt"
    path.write_bytes(b"0-0\n\xff")
    with pytest.raises(CorpusError, match="not UTF-8 at byte 4"):
        read_gold_links(path)


# The error rate

SURE_AND_POSSIBLE = gold_links({(0, 0), (1, 1)}, {(1, 2), (2, 2)})


@pytest.mark.parametrize(
    ("links", "rate"),
    [
        (((0, 0), (1, 1)), 0),
        (((0, 0), (1, 1), (2, 2)), 0),
        (((0, 0), (1, 1), (1, 2), (2, 2)), 0),
        (((0, 0),), 1 - 2 / 3),
        (((1, 2), (2, 2)), 1 - 2 / 4),
        (((0, 0), (1, 1), (3, 3)), 1 - 4 / 5),
        (((0, 0), (1, 2), (0, 2), (2, 0)), 1 - 3 / 6),
        (((0, 0), (0, 0)), 1 - 2 / 3),
        (((3, 3),), 1),
        ((), 1),
    ],
)
def test_error_rate_of_one_pair(links: Links, rate: float):
    assert alignment_error_rate([links], [SURE_AND_POSSIBLE]) == pytest.approx(rate)


def test_error_rate_counts_over_the_corpus():
    """Not the mean of the rates of the pairs, which would be (0 + 1/2) / 2 here."""
    gold = [SURE_AND_POSSIBLE, gold_links({(0, 0)}, set())]
    links: list[Links] = [((0, 0), (1, 1), (1, 2), (2, 2)), ((0, 1),)]
    assert alignment_error_rate(links, gold) == pytest.approx(1 - (2 + 4) / (5 + 3))


def test_sample_is_perfect_against_itself():
    assert alignment_error_rate([tuple(sorted(gold.sure)) for gold in GOLD], GOLD) == 0
    assert alignment_error_rate([tuple(sorted(gold.possible)) for gold in GOLD], GOLD) == 0


@given(links=st.sets(LINK), sure=st.sets(LINK, min_size=1), possible=st.sets(LINK))
def test_error_rate_lies_between_0_and_1_and_is_0_only_between_sure_and_possible(
    links: set[tuple[int, int]], sure: set[tuple[int, int]], possible: set[tuple[int, int]]
):
    rate = alignment_error_rate([tuple(links)], [gold_links(sure, possible)])
    assert 0 <= rate <= 1
    assert (rate == 0) == (sure <= links <= sure | possible)


def test_error_rate_wants_as_many_alignments_as_gold_lines():
    with pytest.raises(ValueError, match="2 alignments for 1 pairs"):
        alignment_error_rate([((0, 0),), ((0, 0),)], [SURE_AND_POSSIBLE])
    with pytest.raises(ValueError, match="0 alignments for 1 pairs"):
        alignment_error_rate([], [SURE_AND_POSSIBLE])


@pytest.mark.parametrize(("links", "gold"), [([], []), ([()], [gold_links(set(), {(0, 0)})])])
def test_error_rate_of_nothing_is_refused(links: list[Links], gold: list[GoldLinks]):
    with pytest.raises(ValueError, match="no links"):
        alignment_error_rate(links, gold)
