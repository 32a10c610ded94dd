"""Names that no glossary knows: what is spelled one way, and what must stay apart."""

import pytest
from drafted import assert_true, segment, term
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.names import uniform_names
from pipeline.request import Enforced, Request

Row = tuple[str, str, list[int]]


def named(*rows: Row) -> tuple[list[str], dict[str, str]]:
    """Return the translations, and the candidates with their spellings."""
    requests, results = _made(rows)
    changed, candidates = uniform_names(requests, results)
    for before, after in zip(results, changed, strict=True):
        assert_true(after)
        if after is not before:
            assert after.changes
    again, _ = uniform_names(requests, changed)
    assert [each.draft.text for each in again] == [each.draft.text for each in changed]
    return [each.draft.text for each in changed], {each.source: each.rendering for _, each in candidates}


def _made(rows: tuple[Row, ...]) -> tuple[list[Request], list[Enforced]]:
    made = [segment(*row) for row in rows]
    return [request for request, _ in made], [result for _, result in made]


def spoke(arabic: str, english: str, verb: str = "spoke.") -> Row:
    """`قال <arabic> أمس`: English `Yesterday <english> spoke.`; all words of the name are of the one."""
    count = len(english.split())
    return f"قال {arabic} أمس", f"Yesterday {english} {verb}", [2, *[1] * count, 0]


UNIFORM: dict[str, tuple[list[Row], list[str]]] = {
    "the most frequent": (
        [spoke("أوبرمان", "Obermann"), spoke("أوبرمان", "Oberman"), spoke("أوبرمان", "Obermann")],
        ["Obermann"] * 3,
    ),
    "with a conjunction": (
        [spoke("أوبرمان", "Obermann"), spoke("وأوبرمان", "Oberman"), spoke("أوبرمان", "Obermann")],
        ["Obermann"] * 3,
    ),
    "two Arabic spellings": (
        [spoke("شتاينبرغ", "Steinberg"), spoke("شتاينبرج", "Steinburg"), spoke("شتاينبرغ", "Steinberg")],
        ["Steinberg"] * 3,
    ),
    "g written in two ways": (
        [spoke("غراف", "Graf"), spoke("جراف", "Graff"), spoke("غراف", "Graf")],
        ["Graf"] * 3,
    ),
    "the article stays": (
        [spoke("دونيتس", "the Donets"), spoke("دونيتس", "the Donetz"), spoke("دونيتس", "the Donets")],
        ["the Donets"] * 3,
    ),
    "one letter at the end": (
        [spoke("نافالني", "Navalny"), spoke("نافالني", "Navalni"), spoke("نافالني", "Navalny")],
        ["Navalny"] * 3,
    ),
    "a letter more at the end": (
        [spoke("كوفالسكي", "Kovalsky"), spoke("كوفالسكي", "Kovalskyy"), spoke("كوفالسكي", "Kovalsky")],
        ["Kovalsky"] * 3,
    ),
    "the possessive stays": (
        [spoke("أوبرمان", "Obermann"), spoke("أوبرمان", "Oberman's"), spoke("أوبرمان", "Obermann")],
        ["Obermann", "Obermann's", "Obermann"],
    ),
    "pro- stays": (
        [
            spoke("لوكاشنكو", "Lukashenko"),
            spoke("لوكاشنكو", "pro-Lukashenka"),
            spoke("لوكاشنكو", "Lukashenko"),
        ],
        ["Lukashenko", "pro-Lukashenko", "Lukashenko"],
    ),
    "-led stays": (
        [spoke("أوبرمان", "Obermann"), spoke("أوبرمان", "Oberman-led"), spoke("أوبرمان", "Obermann")],
        ["Obermann", "Obermann-led", "Obermann"],
    ),
    "capitals of a headline are no spelling": (
        [
            ("أوبرمان يغادر برلين", "OBERMANN LEAVES BERLIN", [0, 1, 2]),
            ("أوبرمان يصل برلين", "OBERMANN REACHES BERLIN", [0, 1, 2]),
            spoke("أوبرمان", "Obermann"),
        ],
        ["OBERMANN LEAVES BERLIN", "OBERMANN REACHES BERLIN", "Obermann"],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), UNIFORM.values(), ids=UNIFORM.keys())
def test_one_spelling(rows: list[Row], expected: list[str]) -> None:
    texts, candidates = named(*rows)
    assert [text.removeprefix("Yesterday ").removesuffix(" spoke.") for text in texts] == expected
    assert candidates


APART: dict[str, list[Row]] = {
    "Salem and Salim": [spoke("سالم", "Salem"), spoke("سليم", "Salim"), spoke("سالم", "Salem")],
    "Hassan and Hussein": [spoke("حسن", "Hassan"), spoke("حسين", "Hussein"), spoke("حسن", "Hassan")],
    "Kamal and Jamal": [spoke("كمال", "Kamal"), spoke("جمال", "Jamal"), spoke("كمال", "Kamal")],
    "Qasim and Jasim": [spoke("قاسم", "Qasim"), spoke("جاسم", "Jasim"), spoke("قاسم", "Qasim")],
    "Kamal and Kamel": [spoke("كمال", "Kamal"), spoke("كامل", "Kamel"), spoke("كمال", "Kamal")],
    "Karim and Reem": [spoke("كريم", "Karim"), spoke("ريم", "Reem"), spoke("ريم", "Reem")],
    "Bassam and Sam": [spoke("بسام", "Bassam"), spoke("سام", "Sam"), spoke("بسام", "Bassam")],
    "Muller and Moller": [spoke("مولر", "Müller"), spoke("ميلر", "Möller"), spoke("مولر", "Müller")],
    "Mohammed and Mahmoud": [spoke("محمد", "Mohammed"), spoke("محمود", "Mahmoud"), spoke("محمد", "Mohammed")],
    "Nasser and Nasr": [spoke("ناصر", "Nasser"), spoke("نصر", "Nasr"), spoke("ناصر", "Nasser")],
    "a word and what is derived": [
        spoke("الديمقراطي", "Democrat"),
        spoke("الديمقراطي", "Democratic"),
        spoke("الديمقراطي", "Democrat"),
    ],
    "plural of a word": [
        spoke("كريستيان", "Christian"),
        spoke("كريستيان", "Christians"),
        spoke("كريستيان", "Christian"),
    ],
    "a double name and its half": [
        spoke("كرامب", "Kramp"),
        spoke("كرامب", "Kramp-Karrenbauer"),
        spoke("كرامب", "Kramp"),
    ],
    "an acronym and its sound": [spoke("داكس", "Daks"), spoke("داكس", "DAX"), spoke("داكس", "Daks")],
    "a word that is written small too": [
        spoke("بورصة", "Bourse"),
        spoke("بورصة", "Borsa"),
        spoke("بورصة", "Bourse"),
        spoke("سوق", "bourse"),
    ],
}


@pytest.mark.parametrize("rows", APART.values(), ids=APART.keys())
def test_what_stays_apart(rows: list[Row]) -> None:
    assert named(*rows)[0] == [target for _, target, _ in rows]


def test_what_a_term_says_is_not_touched() -> None:
    held = term("Oberman", kind="person")
    first = segment("قال أوبرمان أمس", "Yesterday Oberman spoke.", [2, 1, 0], [("أوبرمان", "Oberman", held)])
    others = [segment(*spoke("أوبرمان", "Obermann")) for _ in range(2)]
    requests, results = zip(first, *others, strict=True)
    changed, _ = uniform_names(requests, results)
    assert [each.draft.text for each in changed] == [each.draft.text for each in results]


def test_candidates() -> None:
    def spoke_two(arabic: str, english: str) -> Row:
        return f"قال {arabic} أمس", f"Yesterday {english} spoke.", [3, 1, 2, 0]

    rows = [
        spoke_two("هانس أوبرمان", "Hans Obermann"),
        spoke("أوبرمان", "Obermann"),
        spoke("أوبرمان", "Oberman"),
        spoke_two("ماريا أوبرمان", "Maria Obermann"),
    ]
    requests, results = _made(tuple(rows))
    found = [candidate for _, candidate in uniform_names(requests, results)[1]]
    assert [(each.source, each.rendering, each.mentions) for each in found] == [
        ("هانس أوبرمان", "Hans Obermann", 3),
        ("ماريا أوبرمان", "Maria Obermann", 1),
    ]
    assert found[0].spellings == ("Hans Obermann", "Obermann", "Oberman")
    assert found[0].parts == (("هانس", "Hans"), ("أوبرمان", "Obermann"))


def test_a_candidate_has_no_proclitic_nor_its_vowel() -> None:
    rows = [spoke("وَأوبرمان", "Obermann"), spoke("أوبرمان", "Obermann")]
    assert list(named(*rows)[1]) == ["أوبرمان"]


def test_nothing_to_name() -> None:
    assert uniform_names([], []) == ([], [])
    assert named(("قال أمس", "Yesterday", [1])) == (["Yesterday"], {})


NAMES = {
    "أوبرمان": ["Obermann", "Oberman", "Obermann's", "the Obermann", "OBERMANN"],
    "شتاينبرغ": ["Steinberg", "Steinburg", "pro-Steinberg"],
    "شتاينبرج": ["Steinberg", "Shteinberg"],
    "سالم": ["Salem"],
    "سليم": ["Salim"],
    "والوزير": ["the minister", "The Minister"],
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(sorted(NAMES)).flatmap(
            lambda arabic: st.sampled_from(NAMES[arabic]).map(lambda name: spoke(arabic, name))
        ),
        max_size=8,
    )
)
def test_whatever_is_named(rows: list[Row]) -> None:
    texts, _ = named(*rows)
    assert len(texts) == len(rows)
    for (source, before, _), after in zip(rows, texts, strict=True):
        if "Sal" in before or "inister" in before:
            assert after == before, source
        assert after.endswith(" spoke.")
