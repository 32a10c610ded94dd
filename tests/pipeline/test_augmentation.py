"""Changed copies of training pairs: what is exchanged, and what is kept right."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_checkpoint import ARABIC, ENGLISH

from glossary import Glossary
from glossary.term import SourceForm, Term
from pipeline.training.augmentation import Augmenter, draw_numbers, loosely_spelled, without_stop
from pipeline.training.config import AugmentationConfig
from pipeline.training.corpus import Pair
from pipeline.verify import verify


def term(identifier: str, kind: str, *forms: str, target: str, **more: object) -> Term:
    return Term(identifier, kind, "test", tuple(SourceForm(form) for form in forms), target, **more)  # type: ignore[arg-type]


SMALL = Glossary(
    (
        term("nato", "organisation", "الناتو", target="NATO"),
        term("commission", "organisation", "المفوضية", target="European Commission", article="the"),
        term("berlin", "place", "برلين", target="Berlin"),
        term("paris", "place", "باريس", target="Paris"),
        term("merz", "person", "فريدريش ميرتس", target="Friedrich Merz"),
        term("macron", "person", "إيمانويل ماكرون", target="Emmanuel Macron"),
    )
)


def augmenter(glossary: Glossary = SMALL, **settings: object) -> Augmenter:
    return Augmenter(glossary, AugmentationConfig.model_validate(settings), seed=1)


class TestExchange:
    @pytest.mark.parametrize(
        ("source", "target", "changed_source", "changed_target"),
        [
            ("وصل إلى برلين.", "He arrived in Berlin.", "وصل إلى باريس.", "He arrived in Paris."),
            ("وبرلين ترحب", "And Berlin welcomes it", "وباريس ترحب", "And Paris welcomes it"),
            ("قمة للناتو", "A summit of NATO", "قمة للمفوضية", "A summit of the European Commission"),
            ("وللمفوضية رأي", "The European Commission has a view", "وللناتو رأي", "NATO has a view"),
            (
                "أُغلق مقر الناتو.",
                "NATO's headquarters was closed.",
                "أُغلق مقر المفوضية.",
                "The European Commission's headquarters was closed.",
            ),
            (
                "التقى فريدريش ميرتس في برلين",
                "Friedrich Merz had talks in Berlin",
                "التقى إيمانويل ماكرون في باريس",
                "Emmanuel Macron had talks in Paris",
            ),
        ],
    )
    def test_both_sides_change_alike(
        self, source: str, target: str, changed_source: str, changed_target: str
    ) -> None:
        changed = augmenter().exchange_terms(Pair(source, target), random.Random(1))
        assert changed == Pair(changed_source, changed_target)

    @pytest.mark.parametrize(
        ("source", "target"),
        [
            ("وصل إلى برلين.", "He arrived in the capital."),  # only in the Arabic
            ("وصل إلى برلين.", "From Berlin he went on to Berlin."),  # oftener in the English
            ("وصل إلى روما.", "He arrived in Rome."),  # no term
            ("الناتو في برلين", "NATO IN BERLIN: SUMMIT BEGINS"),  # case would be lost
        ],
    )
    def test_what_cannot_be_told_apart_stays(self, source: str, target: str) -> None:
        pair = Pair(source, target)
        assert augmenter().exchange_terms(pair, random.Random(1)) == pair

    def test_one_that_stands_twice_stays_one(self) -> None:
        cities = Glossary(
            tuple(
                term(name.lower(), "place", form, target=name)
                for name, form in (
                    ("Berlin", "برلين"),
                    ("Paris", "باريس"),
                    ("Rome", "روما"),
                    ("Oslo", "أوسلو"),
                )
            )
        )
        pair = Pair("برلين أقدم من برلين الحديثة.", "Modern Berlin is younger than Berlin.")
        for seed in range(10):
            changed = augmenter(cities).exchange_terms(pair, random.Random(seed))
            assert changed != pair
            source, target = changed.source.split(), changed.target.split()
            assert source[0] == source[3]
            assert f"{target[1]}." == target[5]

    def test_a_copy_has_the_terms_of_its_source(self) -> None:
        """Whatever the built-in glossary finds in a copy, its English has, as often as in the original."""
        maker = augmenter(Glossary.builtin(), numbers=0, latin=0, spelling=0, headline=0, copies=3)
        pairs = list(map(Pair, ARABIC, ENGLISH))
        copies = list(maker.copies(pairs))
        assert len(copies) >= 12
        for copy in copies:
            matches = Glossary.builtin().find(copy.source)
            assert verify(copy.target, matches).held >= len(matches) - 1, copy

    def test_names_in_latin_script(self) -> None:
        names = set()
        for seed in range(60):
            changed = augmenter().leave_latin(Pair("وفي برلين.", "And in Berlin."), random.Random(seed))
            name = changed.target.removeprefix("And in ").removesuffix(".")
            assert changed.source == f"وفي {name}."
            names.add(name)
        assert {"Berlin", "Paris"} <= names
        assert len(names) > 15
        contracted = Pair("قمة للناتو", "A summit of NATO")
        assert augmenter().leave_latin(contracted, random.Random(1)) == contracted


class TestNumbers:
    def test_years_stay_near_and_the_rest_keeps_its_length(self) -> None:
        pair = Pair("في 15 مايو 2021 وصل 348 جنديا", "On 15 May 2021, 348 soldiers arrived")
        for seed in range(50):
            changed = draw_numbers(pair, random.Random(seed))
            day, year, soldiers = (int(word) for word in changed.source.split() if word.isdigit())
            assert 10 <= day <= 28
            assert abs(year - 2021) <= 12
            assert 100 <= soldiers <= 999
            assert changed.target == f"On {day} May {year}, {soldiers} soldiers arrived"

    def test_thousands_keep_their_comma(self) -> None:
        changed = draw_numbers(Pair("2500 طن", "2,500 tonnes"), random.Random(3))
        number = int(changed.source.split()[0])
        assert changed.target == f"{number:,} tonnes"
        assert number != 2500

    @pytest.mark.parametrize(
        ("source", "target"),
        [
            ("12 من 12", "12 of 12"),
            ("صاروخ إس-300", "an S-300 missile"),
            ("3.5 بالمئة", "3.5 per cent"),
            ("الساعة 14:30", "at 14:30"),
            ("ثلاثون", "30"),
            ("الرقم 0301", "number 0301"),
            ("5 وزراء", "5 ministers"),
        ],
    )
    def test_what_is_no_plain_number_stays(self, source: str, target: str) -> None:
        pair = Pair(source, target)
        assert all(draw_numbers(pair, random.Random(seed)) == pair for seed in range(5))


def test_loose_spelling_touches_the_arabic_only_where_people_do() -> None:
    loose = {loosely_spelled("أعلنت الحكومة إلغاء الضريبة", random.Random(seed)) for seed in range(40)}
    assert "اعلنت الحكومه الغاء الضريبه" in loose
    assert len(loose) > 5
    assert loosely_spelled("NATO 2026 برلين", random.Random(1)) == "NATO 2026 برلين"


def test_a_headline_has_no_stop_on_either_side() -> None:
    assert without_stop(Pair("انتهت القمة.", "The summit ended.")) == Pair("انتهت القمة", "The summit ended")
    abbreviation = Pair("في الولايات المتحدة.", "In the U.S.")
    assert without_stop(abbreviation) == abbreviation
    question = Pair("انتهت القمة.", "Did the summit end?")
    assert without_stop(question) == question


@given(seed=st.integers(0, 1000), index=st.integers(0, len(ARABIC) - 1))
def test_the_same_seed_gives_the_same_copy(seed: int, index: int) -> None:
    pair = Pair(ARABIC[index], ENGLISH[index])
    maker = augmenter(Glossary.builtin())
    first, again = (maker.change(pair, random.Random(seed)) for _ in range(2))
    assert first == again
    assert first.source.strip()
    assert first.target.strip()


def test_pairs_that_stay_as_they_are_have_no_copy() -> None:
    still = augmenter(terms=1, numbers=1, latin=0, spelling=0, headline=0)
    assert list(still.copies([Pair("نعم", "Yes")])) == []
