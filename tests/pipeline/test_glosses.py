"""Names that the article spells out in Latin script behind them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.glosses import gloss_terms, without_glosses
from pipeline.prepare import Prepared, prepare_with_offsets

TAKEN = [
    ("قال فاديفول (Wadephul) أمس", "قال فاديفول أمس", [("فاديفول", "Wadephul")]),
    ("وفاديفول (Wadephul)", "وفاديفول", [("فاديفول", "Wadephul")]),
    ("قال لفاديفول (Wadephul) أمس", "قال لفاديفول أمس", [("فاديفول", "Wadephul")]),
    ("ولفاديفول (Wadephul)", "ولفاديفول", [("فاديفول", "Wadephul")]),
    ("وأوبرمان (Obermann)", "وأوبرمان", [("أوبرمان", "Obermann")]),
    ("والاس (Wallace)", "والاس", [("والاس", "Wallace")]),
    ("ووالاس (Wallace)", "ووالاس", [("والاس", "Wallace")]),
    ("فولكر (Volker)", "فولكر", [("فولكر", "Volker")]),
    ("كلينغبايل (Klingbeil)", "كلينغبايل", [("كلينغبايل", "Klingbeil")]),
    ("ليبرمان (Lieberman)", "ليبرمان", [("ليبرمان", "Lieberman")]),
    ("بيستوريوس [Pistorius]", "بيستوريوس", [("بيستوريوس", "Pistorius")]),
    (
        "أورسولا فان دير لاين (Ursula von der Leyen)",
        "أورسولا فان دير لاين",
        [
            ("أورسولا فان دير لاين", "Ursula von der Leyen"),
            ("فان دير لاين", "von der Leyen"),
        ],
    ),
    ("فان دير لاين (von der Leyen)", "فان دير لاين", [("فان دير لاين", "von der Leyen")]),
    ("بن-غفير (Ben-Gvir) وزير", "بن-غفير وزير", [("بن-غفير", "Ben-Gvir")]),
    ("فاديفُول (Wadephul)", "فاديفُول", [("فاديفُول", "Wadephul")]),
    ("فاديفول(Wadephul) قال", "فاديفول قال", [("فاديفول", "Wadephul")]),
    ("فاديفول ( Wadephul ) قال", "فاديفول قال", [("فاديفول", "Wadephul")]),
    (
        "ميرتس (Merz) وماكرون (Macron) أمس",
        "ميرتس وماكرون أمس",
        [("ميرتس", "Merz"), ("ماكرون", "Macron")],
    ),
    (
        "وزير الدفاع بوريس بيستوريوس (Boris Pistorius)",
        "وزير الدفاع بوريس بيستوريوس",
        [("بوريس بيستوريوس", "Boris Pistorius"), ("بيستوريوس", "Pistorius")],
    ),
]
STAYS = [
    "المحكمة الجنائية الدولية (ICC) أمس",
    "الحلف (NATO)",
    "برلين (Reuters)",
    "مسافة 5 كم (km)",
    "كيلوغرام (kilogram)",
    "في عام (2025)",
    "الموقع (www.dw.de)",
    "الموقع (https://dw.de/a)",
    "البريد (a@b.de)",
    "قال علي (Ali) إنه على حق",
    "(Wadephul) قال",
    "فاديفول، (Wadephul)",
    "فاديفول Wadephul",
    "فاديفول (Wadephul 2)",
    "فاديفول (",
    "فاديفول ()",
    "وزير الخارجية (foreign minister)",
    "",
]


@pytest.mark.parametrize(("text", "read", "names"), TAKEN, ids=[row[0] for row in TAKEN])
def test_taken_out(text: str, read: str, names: list[tuple[str, str]]) -> None:
    prepared, glosses = without_glosses(prepare_with_offsets(text))
    assert prepared.text == read
    terms = gloss_terms(glosses)
    assert all(term.kind == "untranslated" for term in terms)
    assert [(form.text, term.target) for term in terms for form in term.forms] == names


@pytest.mark.parametrize("text", STAYS)
def test_other_brackets_stay(text: str) -> None:
    prepared, glosses = without_glosses(prepare_with_offsets(text))
    assert prepared.text == text
    assert glosses == ()


def test_the_first_spelling_counts() -> None:
    _, glosses = without_glosses(prepare_with_offsets("ميرتس (Merz) ثم ميرتس (Mertz)"))
    assert [(term.target, len(term.forms)) for term in gloss_terms(glosses)] == [("Merz", 1)]


def test_two_arabic_spellings_are_one_term() -> None:
    _, glosses = without_glosses(prepare_with_offsets("شتاينبرغ (Steinberg) ثم شتاينبرج (Steinberg)"))
    assert [(term.target, len(term.forms)) for term in gloss_terms(glosses)] == [("Steinberg", 2)]


def test_a_family_name_with_the_first_name_in_latin_only_may_stay_alone() -> None:
    _, glosses = without_glosses(prepare_with_offsets("فاديفول (Johann Wadephul)"))
    [term] = gloss_terms(glosses)
    assert term.renderings == ("Johann Wadephul", "Wadephul")


PIECES = [
    "فاديفول (Wadephul)",
    "ميرتس",
    "(ICC)",
    "٢٠٢٥",
    "ـــ",
    " ",
    "،",
    "\u200f",
    "(Merz)",
    "&amp;",
    "\u0651",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_offsets_stay_exact(text: str) -> None:
    whole = prepare_with_offsets(text)
    cut, glosses = without_glosses(whole)
    assert_exact(whole, cut)
    assert len(whole.text) - len(cut.text) >= sum(len(gloss.latin) + 2 for gloss in glosses)


@settings(deadline=None)
@given(st.text("اب م٣(a", max_size=12), st.lists(st.integers(0, 12), max_size=6, unique=True))
def test_without_any_spans(text: str, edges: list[int]) -> None:
    whole = prepare_with_offsets(text)
    inside = sorted(edge for edge in edges if edge <= len(whole.text))
    spans = list(zip(inside[::2], inside[1::2], strict=False))
    cut = whole.without(spans)
    assert_exact(whole, cut)
    gone = {place for start, end in spans for place in range(start, end)}
    assert cut.text == "".join(letter for place, letter in enumerate(whole.text) if place not in gone)
    assert whole.without([]) == whole


def assert_exact(whole: Prepared, cut: Prepared) -> None:
    """Each letter that is left still comes from where it came from before."""
    assert len(cut.offsets) == len(cut.text) + 1
    assert list(cut.offsets) == sorted(cut.offsets)
    left = list(zip(whole.text, whole.offsets, strict=False))
    for pair in zip(cut.text, cut.offsets, strict=False):
        assert pair in left
