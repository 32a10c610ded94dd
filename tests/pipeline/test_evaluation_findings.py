"""Our own metrics: terms, consistency, names, numbers, lengths, and what is left over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import Glossary, SourceForm, Term
from pipeline.english import find_rendering
from pipeline.evaluation import evaluate
from pipeline.evaluation.adequacy import judge_adequacy
from pipeline.evaluation.names import find_names, names_of
from pipeline.evaluation.rendering_index import RenderingIndex
from pipeline.evaluation.terms import TermJudge, term_marks

NATO = Term(
    "nato",
    "organisation",
    "nato",
    (SourceForm("الناتو"),),
    "NATO",
    accepted=("North Atlantic Treaty Organization",),
    forbidden=("Atlantic Alliance",),
)
MINISTER = Term(
    "minister", "office", "germany", (SourceForm("وزير الدفاع"),), "Defence Minister", accepted=("Minister",)
)
KOELN = Term("koeln", "place", "germany", (SourceForm("كولونيا"),), "Köln", accepted=("Cologne",))
GLOSSARY = Glossary([NATO, MINISTER, KOELN])


@pytest.mark.parametrize(
    ("source", "hypothesis", "expected"),
    [
        ("الناتو", "NATO met.", ["canonical"]),
        ("الناتو", "The North Atlantic Treaty Organization met.", ["accepted"]),
        ("الناتو", "The north atlantic treaty organisation met.", ["inflected"]),
        ("الناتو", "The Atlantic Alliance met.", ["missing"]),
        ("الناتو", "", ["missing"]),
        ("الناتو والناتو", "NATO met.", ["canonical", "missing"]),
        # The long form first, then the short one: each mention has its own rendering.
        ("الناتو والناتو", "The North Atlantic Treaty Organization (NATO)", ["accepted", "canonical"]),
        # One mention: the canonical one of two renderings counts.
        ("الناتو", "The North Atlantic Treaty Organization (NATO)", ["canonical"]),
        ("وزير الدفاع", "The Defense Ministers met.", ["inflected"]),
        ("وزير الدفاع", "The Minister left.", ["accepted"]),
        ("كولونيا", "in Koeln", ["inflected"]),
    ],
)
def test_marks(source: str, hypothesis: str, expected: list[str]) -> None:
    marks = term_marks(hypothesis, GLOSSARY.find(source))
    assert sorted(mark.result for mark in marks) == sorted(expected)
    for mark in marks:
        assert (mark.span is None) == (mark.result == "missing")


def test_canonical_renderings_in_other_spelling_are_canonical_all_the_same() -> None:
    (mark,) = term_marks("the defense ministers", GLOSSARY.find("وزير الدفاع"))
    assert (mark.result, mark.canonical, mark.span) == ("inflected", True, (4, 21))
    (mark,) = term_marks("the minister", GLOSSARY.find("وزير الدفاع"))
    assert (mark.result, mark.canonical) == ("inflected", False)


@pytest.mark.parametrize(
    ("source", "hypothesis", "reference", "brought_in", "renderings"),
    [
        ("قمة", "A NATO summit", "A summit", ["NATO"], 1),
        ("قمة", "A NATO summit", "A NATO summit", [], 1),
        ("قمة الناتو", "A NATO summit", "A summit", [], 1),
        (
            "قمة",
            "A summit in Cologne of the North Atlantic Treaty Organization",
            "A summit",
            ["Cologne", "N"],
            2,
        ),
        # A rendering inside one that stands for a term of the source is part of that.
        ("وزير الدفاع", "The Defence Minister", "He", [], 1),
        # An ordinary word says nothing.
        ("قمة", "A minister", "A priest", [], 0),
    ],
)
def test_terms_that_were_brought_in(
    source: str, hypothesis: str, reference: str, brought_in: list[str], renderings: int
) -> None:
    found = TermJudge(GLOSSARY).judge(source, hypothesis, [reference], GLOSSARY.find(source))
    spans = [hypothesis[mark.start : mark.end] for mark in found.brought_in]
    assert [span[: len(start)] for span, start in zip(spans, brought_in, strict=True)] == brought_in
    assert found.renderings == renderings


@given(
    st.lists(
        st.sampled_from(
            [
                "NATO's",
                "the",
                "N.A.T.O.",
                "Defense Ministers",
                "minister",
                "Köln",
                "North",
                "Atlantic",
                "Cologne",
            ]
        ),
        max_size=8,
    )
)
def test_the_index_finds_what_a_search_for_each_rendering_finds(words: list[str]) -> None:
    text = " ".join(words)
    spans = {
        span
        for term in (NATO, MINISTER, KOELN)
        for rendering in term.renderings
        for span in find_rendering(text, rendering)
    }
    found = [span for span, _ in RenderingIndex([NATO, MINISTER, KOELN]).find(text)]
    assert set(found) <= spans
    for start, end in spans:
        assert any(first < end and start < last for first, last in found)


def test_forbidden_renderings() -> None:
    found = TermJudge(GLOSSARY).judge("الناتو", "The Atlantic Alliance", ["NATO"], GLOSSARY.find("الناتو"))
    (mark,) = found.forbidden
    assert (mark.start, mark.end) == (4, 21)


def scores(sources: list[str], hypotheses: list[str], **more: object) -> dict[str, object]:
    result = evaluate(
        source=sources,
        reference=[["x"] * len(sources)],
        hypothesis={"a": hypotheses},
        resamples=0,
        trials=0,
        builtin_glossary=False,
        **more,
    )
    return {name: score.score for name, score in result.system("a").scores.items()}


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("glossary") / "terms.yaml"
    path.write_text(
        "terms:\n- {id: nato, kind: organisation, source: [الناتو], target: NATO, "
        "accepted: [North Atlantic Treaty Organization], forbidden: [Atlantic Alliance], origin: t}\n",
        encoding="utf-8",
    )
    return str(path)


@pytest.mark.parametrize(
    ("hypotheses", "first", "frequent", "predefined"),
    [
        (["NATO", "NATO", "NATO"], 1, 1, 1),
        # The first is the long form: of three found, one is consistent with it, two with the others.
        (["North Atlantic Treaty Organization", "NATO", "NATO"], 1 / 3, 2 / 3, 2 / 3),
        (["NATO", "it", "NATO"], 2 * 2 / (2 + 3), 2 * 2 / (2 + 3), 2 * 2 / (2 + 3)),
        (["Atlantic Alliance", "Atlantic Alliance", "NATO"], 2 / 3, 2 / 3, 1 / 3),
        (["it", "it", "it"], 0, 0, 0),
    ],
)
def test_consistency(
    terms: str, hypotheses: list[str], first: float, frequent: float, predefined: float
) -> None:
    found = scores(["الناتو"] * 3, hypotheses, documents=["d"] * 3, glossary=[terms])
    assert found["consistency_first"] == pytest.approx(first)
    assert found["consistency_most_frequent"] == pytest.approx(frequent)
    assert found["consistency_predefined"] == pytest.approx(predefined)


def test_terms_mentioned_once_say_nothing_of_consistency(terms: str) -> None:
    found = scores(["الناتو"] * 2, ["NATO", "it"], glossary=[terms])
    assert found["consistency_first"] is None
    assert found["term_success"] == 0.5


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("The envoy met Boris Pistorius.", ["Boris", "Pistorius"]),
        ('He said: "Germany wins." Then Kyiv fell silent.', ["Kyiv"]),
        ("On Monday in May I met Merz's team", ["Merz"]),
        ("Mr. Merz and J. Smith met the U.S. envoy.", ["Merz", "J", "Smith", "US"]),
        ("nothing here", []),
        ("(NATO) is a name in a bracket, as in (EU).", ["EU"]),
    ],
)
def test_names(reference: str, names: list[str]) -> None:
    assert list(names_of(reference)) == names


def test_names_are_reproduced_as_often_as_they_stand_there() -> None:
    references = ("He met Merz, and Merz met Müller.",)
    assert find_names(references, "merz met Muller").missing == ("Merz",)
    assert find_names(references, "Merz' and Merz's Müller").row == (3, 3)
    assert find_names((*references, "He met Merz."), "He met Merz.").row == (1, 1)


def test_numbers_and_lengths_need_a_source() -> None:
    source = "أرسلت ألمانيا 350 دبابة و20 مروحية إلى أوكرانيا في عام 2024 بعد القمة"
    found = judge_adequacy(source, ["x"], "Germany sent 350 tanks in 2024.")
    assert (found.numbers, found.missing_numbers) == (3, ("20",))
    assert (found.too_short, found.too_long) == (True, False)
    found = judge_adequacy(None, ["x"], "")
    assert (found.numbers, found.letters, found.too_short) == (0, (0, 0), False)


@pytest.mark.parametrize(
    ("hypothesis", "missing", "added"),
    [
        ("Germany sent tanks to Ukraine", 0, 0),
        ("Berlin delivered armour to Kyiv", 0, 0),  # other words are no fewer words
        ("Germany sent", 2, 0),
        ("Germany sent many old tanks to Ukraine", 0, 2),
        ("", 4, 0),
    ],
)
def test_under_and_over_translation(hypothesis: str, missing: int, added: int) -> None:
    found = judge_adequacy(None, ["Germany sent tanks to the Ukraine."], hypothesis)
    assert (found.missing_words, found.added_words, found.reference_words) == (missing, added, 4)


def test_arabic_and_repetition_are_marked() -> None:
    found = judge_adequacy("قال الوزير", ["x"], "The minister minister said قال")
    assert [mark.kind for mark in found.marks] == ["arabic", "repetition"]
