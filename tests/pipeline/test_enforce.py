"""Enforcement on the shipped model: every step of the ladder, and what repair must never do.

The glossaries here ask for names that no model would choose, so that each step has something to repair.
"""

from itertools import pairwise

import pytest

from glossary import Glossary, SourceForm, Term
from pipeline import Translator
from pipeline.records import SegmentTranslation
from pipeline.request import STEPS, EnforcementSettings, Step
from pipeline.settings import EnforcementConfig, TranslationConfig

SENTENCE = "وصل وزير الدفاع الألماني إلى برلين يوم الثلاثاء."
TWICE = "غادر الوزير برلين صباح الاثنين ثم عاد إلى برلين مساء الأربعاء."
NUMBERS = "أرسلت ألمانيا 45 دبابة إلى ليتوانيا في عام 2025."

RERANKED = (
    SENTENCE,
    TWICE,
    NUMBERS,
    "أعربت المفوضية الأوروبية عن قلقها من الوضع الإنساني في المنطقة.",
    "ناقش النواب مشروع القانون الجديد خلال جلسة طويلة.",
    "قالت الشرطة إن الحادث أسفر عن إصابة ثلاثة أشخاص بجروح.",
)


def place(
    target: str, *, form: str = "برلين", forbidden: tuple[str, ...] = (), accepted: tuple[str, ...] = ()
) -> Term:
    return Term("place", "place", "test", (SourceForm(form),), target, accepted, forbidden)


@pytest.fixture(scope="module", params=["ctranslate2", "transformers"])
def base(request: pytest.FixtureRequest) -> Translator:
    config = TranslationConfig(engine=request.param, precision="float32", device="cpu", threads=1)
    return Translator.from_pretrained("compact", glossary=Glossary.empty(), config=config)


def translate(
    base: Translator, text: str, *terms: Term, steps: tuple[Step, ...] = STEPS
) -> SegmentTranslation:
    config = base.config.model_copy(update={"enforcement": EnforcementConfig(steps=steps)})
    return Translator(base.engine, Glossary(terms), base.model, config).translate(text).segments[0]


def test_what_is_right_is_left_alone(base: Translator) -> None:
    plain = translate(base, SENTENCE)
    enforced = translate(base, SENTENCE, place("Berlin"))
    assert enforced.target == plain.target
    outcome = enforced.terms[0]
    assert outcome.outcome == "kept"
    assert enforced.target[outcome.target_start : outcome.target_end] == outcome.rendering == "Berlin"


def test_accepted_renderings_are_left_alone(base: Translator) -> None:
    plain = translate(base, SENTENCE)
    enforced = translate(base, SENTENCE, place("Spree City", accepted=("Berlin",)))
    assert enforced.target == plain.target
    assert enforced.terms[0].outcome == "kept"


def test_a_forbidden_rendering_is_renamed(base: Translator) -> None:
    plain = translate(base, SENTENCE)
    enforced = translate(base, SENTENCE, place("Spree City", forbidden=("Berlin",)), steps=("rename",))
    assert enforced.terms[0].outcome == "renamed"
    assert enforced.terms[0].before == "Berlin"
    assert enforced.target == plain.target.replace("Berlin", "Spree City")


def test_a_misspelt_name_is_renamed(base: Translator) -> None:
    enforced = translate(base, SENTENCE, place("Berlyn"), steps=("rename",))
    assert enforced.terms[0].outcome == "renamed"
    assert "Berlyn" in enforced.target
    assert "Berlin" not in enforced.target


def test_another_name_is_redecoded(base: Translator) -> None:
    enforced = translate(base, SENTENCE, place("London"), steps=("redecode",))
    assert enforced.terms[0].outcome == "redecoded"
    assert "London" in enforced.target
    assert "Berlin" not in enforced.target
    outcome = enforced.terms[0]
    assert outcome.score_before is not None
    assert outcome.score_after is not None


def test_a_sharp_span_is_replaced(base: Translator) -> None:
    enforced = translate(base, SENTENCE, place("Qqtz"), steps=("replace",))
    assert enforced.terms[0].outcome == "replaced"
    assert "Qqtz" in enforced.target
    assert "Berlin" not in enforced.target


def test_without_a_step_it_is_reported_missing(base: Translator) -> None:
    plain = translate(base, SENTENCE)
    enforced = translate(base, SENTENCE, place("London"), steps=())
    assert enforced.target == plain.target
    assert enforced.terms[0].outcome == "missing"
    assert enforced.terms[0].target_start is None
    assert [finding.check for finding in enforced.findings] == ["missing_term"]


def test_two_mentions_need_two_renderings(base: Translator) -> None:
    enforced = translate(base, TWICE, place("London"))
    assert [outcome.outcome for outcome in enforced.terms].count("missing") == 0
    assert enforced.target.count("London") == 2
    assert "Berlin" not in enforced.target


def test_a_long_name_may_stand_twice(base: Translator) -> None:
    enforced = translate(base, TWICE, place("Kingston upon Hull"))
    assert [outcome.outcome for outcome in enforced.terms].count("missing") == 0
    assert enforced.target.count("Kingston upon Hull") == 2


def test_what_is_not_aligned_to_the_term_is_not_renamed(base: Translator) -> None:
    """Berlin stands where it should, whatever else the word is forbidden for."""
    text = "وصل الوزير إلى برلين."
    plain = translate(base, text)
    assert "Berlin" in plain.target
    enforced = translate(base, text, place("envoy", form="الوزير", forbidden=("Berlin",)), steps=("rename",))
    assert enforced.target == plain.target
    assert enforced.terms[0].outcome == "missing"


def test_repair_keeps_the_numbers(base: Translator) -> None:
    enforced = translate(base, NUMBERS, place("Ruritania", form="ليتوانيا"))
    assert enforced.terms[0].outcome != "missing"
    assert "45" in enforced.target
    assert "2025" in enforced.target


def test_proclitics_do_not_hide_a_term(base: Translator) -> None:
    enforced = translate(base, "ولبرلين دور مهم في أوروبا.", place("London"))
    assert enforced.terms[0].match.surface == "برلين"
    assert "London" in enforced.target


@pytest.mark.parametrize("steps", [STEPS, ("redecode",), ("replace",), ("rename",), ()])
def test_outcomes_tell_the_truth(base: Translator, steps: tuple[Step, ...]) -> None:
    for text in (SENTENCE, TWICE, NUMBERS):
        enforced = translate(
            base, text, place("Kingston upon Hull"), place("Ruritania", form="ليتوانيا"), steps=steps
        )
        for outcome in enforced.terms:
            assert text[outcome.match.start : outcome.match.end] == outcome.match.surface
            if outcome.outcome == "missing":
                assert outcome.target_start is None
            else:
                assert enforced.target[outcome.target_start : outcome.target_end] == outcome.rendering
                assert outcome.rendering in outcome.match.term.renderings


def test_rerank_takes_a_hypothesis_that_has_the_term(base: Translator) -> None:
    """A word that only another hypothesis has is asked for; which, depends on the model."""
    sources = [base.engine.tokenizer.encode(text).pieces for text in RERANKED]
    found = base.engine.translate(sources, beam_size=4, num_hypotheses=4)
    texts = [[base.engine.tokenizer.decode(h.pieces) for h in hypotheses] for hypotheses in found]
    wanted = [
        (source, word.strip(".,"), others)
        for source, (best, *others) in zip(RERANKED, texts, strict=True)
        for other in others
        for word in other.split()
        if word.strip(".,").isalpha() and word.strip(".,").lower() not in best.lower()
    ]
    assert wanted
    source, word, others = wanted[0]
    config = base.config.model_copy(
        update={"enforcement": EnforcementConfig(steps=("rerank",), rerank_margin=10, length_change=2)}
    )
    term = place(word, form=source.split()[0])
    enforced = Translator(base.engine, Glossary([term]), base.model, config).translate(source).segments[0]
    assert enforced.terms[0].outcome == "reranked"
    assert enforced.target in others


def test_the_same_alone_or_in_a_batch(base: Translator) -> None:
    translator = Translator(base.engine, Glossary([place("London")]), base.model, base.config)
    together = [
        translation.text for translation in translator.translate_many([SENTENCE, TWICE, NUMBERS, SENTENCE])
    ]
    alone = [translator.translate(text).text for text in (SENTENCE, TWICE, NUMBERS, SENTENCE)]
    assert together == alone


def test_settings_and_configuration_agree() -> None:
    assert EnforcementConfig().settings() == EnforcementSettings()


ENGLISH_AROUND: dict[str, tuple[str, tuple[Term, ...]]] = {
    "title and name": (
        "التقى المستشار الألماني فريدريش ميرتس الوزير في برلين.",
        (
            Term(
                "chancellor",
                "office",
                "t",
                (SourceForm("المستشار الألماني"),),
                "German Chancellor",
                article="the",
            ),
            Term("merz", "person", "t", (SourceForm("فريدريش ميرتس"),), "Friedrich Merz"),
        ),
    ),
    "a list of names": (
        "زار الوزير برلين وباريس ووارسو يوم الأحد.",
        (
            place("Berlin"),
            Term("paris", "place", "t", (SourceForm("باريس"),), "Lutetia", forbidden=("Paris",)),
            Term("warsaw", "place", "t", (SourceForm("وارسو"),), "Warszawa", forbidden=("Warsaw",)),
        ),
    ),
    "two terms that share a word": (
        "اجتمع وزير الدفاع مع وزير الخارجية في برلين.",
        (
            Term("mod", "office", "t", (SourceForm("وزير الدفاع"),), "Defence Minister", article="the"),
            Term("mfa", "office", "t", (SourceForm("وزير الخارجية"),), "Foreign Minister", article="the"),
        ),
    ),
    "a term inside a longer one": (
        "أعلن الأمين العام لحلف شمال الأطلسي أن حلف شمال الأطلسي سيجتمع.",
        (
            Term("nato", "organisation", "t", (SourceForm("حلف شمال الأطلسي"),), "NATO"),
            Term(
                "sg",
                "office",
                "t",
                (SourceForm("الأمين العام لحلف شمال الأطلسي"),),
                "NATO Secretary General",
                article="the",
            ),
        ),
    ),
    "the same said twice in a row": (
        "أعلن حلف شمال الأطلسي (الناتو) أن القمة ستعقد في برلين.",
        (Term("nato", "organisation", "t", (SourceForm("حلف شمال الأطلسي"), SourceForm("الناتو")), "NATO"),),
    ),
    "a heading without a verb": (
        "قمة حلف شمال الأطلسي في برلين",
        (
            Term("nato", "organisation", "t", (SourceForm("حلف شمال الأطلسي"),), "NATO"),
            place("Londinium", forbidden=("Berlin",)),
        ),
    ),
}


@pytest.mark.parametrize(("text", "terms"), ENGLISH_AROUND.values(), ids=ENGLISH_AROUND.keys())
def test_english_around_terms(base: Translator, text: str, terms: tuple[Term, ...]) -> None:
    enforced = translate(base, text, *terms)
    assert [outcome.outcome for outcome in enforced.terms if outcome.outcome == "missing"] == []
    spans = sorted((outcome.target_start, outcome.target_end) for outcome in enforced.terms)  # type: ignore[type-var]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))  # type: ignore[operator]
    for outcome in enforced.terms:
        assert enforced.target[outcome.target_start : outcome.target_end] == outcome.rendering
    assert "NATO (NATO)" not in enforced.target
    assert enforced.target.count("NATO") == sum("NATO" in outcome.rendering for outcome in enforced.terms)


def test_a_document_whose_terms_are_right_is_plain_decoding(base: Translator) -> None:
    """Byte for byte, with naming and forbidden renderings everywhere."""
    text = f"{SENTENCE}\n\n{TWICE}\n"
    config = base.config.model_copy(update={"forbid": "always"})
    free = Translator(base.engine, Glossary.empty(), base.model, config)
    plain = free.translate(text)
    terms = [place("Berlin", forbidden=("Bonn",))]
    enforced = Translator(base.engine, Glossary(terms), base.model, config).translate(text)
    assert enforced.text == plain.text
    assert all(not segment.changes for segment in enforced.segments)
    assert {outcome.outcome for segment in enforced.segments for outcome in segment.terms} == {"kept"}


def test_both_engines_name_alike() -> None:
    """A name without an entry, its Latin spelling once; the same words and outcomes from both engines."""
    text = "قال شتاينهاوزن (Steinhausen) إن القمة ستعقد في برلين.\n\nوصل شتاينهاوزن إلى باريس يوم الاثنين.\n"
    told = []
    for engine in ("ctranslate2", "transformers"):
        config = TranslationConfig(engine=engine, precision="float32", device="cpu", threads=1)
        found = Translator.from_pretrained("compact", glossary=Glossary.empty(), config=config).translate(
            text
        )
        told.append(
            (found.text, [each.outcome for row in found.segments for each in row.terms], found.candidates)
        )
    assert told[0] == told[1]
    text, outcomes, candidates = told[0]
    assert text.count("Steinhausen") == 2
    assert "missing" not in outcomes
    assert [(each.source, each.rendering) for each in candidates] == [("شتاينهاوزن", "Steinhausen")]
