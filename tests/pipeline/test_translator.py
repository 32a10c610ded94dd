"""The whole line on the shipped model: structure, order, reports, Python interface."""

from pathlib import Path

import numpy as np
import pytest

from glossary import Glossary
from pipeline import TranslationConfig, Translator
from pipeline.configuration import validate_config
from pipeline.errors import ConfigError, InputError, ModelError
from pipeline.settings import EnforcementConfig

ARTICLE = """قمة الناتو تبدأ في أنقرة

وصل الأمين العام لحلف شمال الأطلسي مارك روته إلى أنقرة اليوم. والتقى روته المستشار الألماني فريدريش ميرتس.

- زيادة الإنفاق الدفاعي
- دعم أوكرانيا

وللناتو وجود في ليتوانيا، وسيناقش النواب ذلك بالبوندستاغ.
"""


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.from_pretrained("compact", config=TranslationConfig(threads=1))


def test_structure_and_order(translator: Translator) -> None:
    translation = translator.translate(ARTICLE)
    assert len(translation.segments) == 6
    assert [s.source for s in translation.segments] == [s.source for s in translation.document.segments]
    source_lines, target_lines = ARTICLE.split("\n"), translation.text.split("\n")
    assert len(source_lines) == len(target_lines)
    for source, target in zip(source_lines, target_lines, strict=True):
        assert bool(source) == bool(target)
        assert source.startswith("- ") == target.startswith("- ")
    assert all(segment.target in translation.text for segment in translation.segments)


def test_names_are_found_and_accounted_for(translator: Translator) -> None:
    translation = translator.translate(ARTICLE)
    found = [outcome.match.term.id for segment in translation.segments for outcome in segment.terms]
    assert found.count("nato") == 1
    assert {
        "nato-summit",
        "nato-secretary-general",
        "mark-rutte",
        "mark-rutte/family",
        "german-chancellor",
    } <= {*found}
    assert {"friedrich-merz", "lithuania", "bundestag", "ukraine", "ankara"} <= {*found}
    for segment in translation.segments:
        for outcome in segment.terms:
            match = outcome.match
            assert segment.source[match.start : match.end] == match.surface
            if outcome.outcome != "missing":
                assert segment.target[outcome.target_start : outcome.target_end] == outcome.rendering


def test_alignment_has_a_row_for_each_piece(translator: Translator) -> None:
    for segment in translator.translate(ARTICLE).segments:
        assert segment.alignment.shape[0] == len(segment.stretches)
        assert segment.alignment.dtype == np.float32
        assert (segment.alignment.sum(axis=1) <= 1.001).all()


def test_the_same_alone_or_together(translator: Translator) -> None:
    other = "قال وزير الدفاع الألماني إن برلين ستدعم كييف."
    together = translator.translate_many([ARTICLE, other, ARTICLE], names=["a", "b", "c"])
    assert [translation.name for translation in together] == ["a", "b", "c"]
    assert together[0].text == together[2].text == translator.translate(ARTICLE).text
    assert together[1].text == translator.translate(other).text


def test_nothing_to_do(translator: Translator) -> None:
    assert translator.translate_many([]) == []


def test_names_must_go_with_texts(translator: Translator) -> None:
    with pytest.raises(ValueError, match="argument"):
        translator.translate_many([ARTICLE], names=["a", "b"])


@pytest.mark.parametrize("text", ["", " \n\t", "Only English here.", "🙂🙂"])
def test_what_is_no_arabic_is_refused(translator: Translator, text: str) -> None:
    with pytest.raises(InputError, match="article"):
        translator.translate(text, name="article")


def test_a_long_line_without_marks_is_translated_whole(translator: Translator) -> None:
    text = "قال الوزير " * 400
    translation = translator.translate(text)
    assert "".join(segment.source for segment in translation.segments).replace(" ", "") == text.replace(
        " ", ""
    )


def test_a_word_longer_than_the_model_can_read(translator: Translator) -> None:
    text = "برلين " + "ﷺ " * 900 + "ض" * 3000
    translation = translator.translate(text)
    assert "".join(segment.source for segment in translation.segments).replace(" ", "") == text.replace(
        " ", ""
    )


def test_only_the_segment_that_does_not_fit_is_split_finer(translator: Translator) -> None:
    sentence = "قال وزير الدفاع الألماني إن بلاده ستواصل دعم أوكرانيا وستعزز الجناح الشرقي للحلف هذا العام."
    translation = translator.translate(f"{sentence}\n\n{'ض' * 3000}\n")
    assert translation.segments[0].source == sentence
    assert translation.text.count("\n") == 3


def test_one_word(translator: Translator) -> None:
    translation = translator.translate("برلين")
    assert translation.text == "Berlin"


def test_signature_names_what_decides(translator: Translator) -> None:
    assert translator.translate(ARTICLE).signature == translator.signature
    for part in (
        "dragoman:",
        "model:compact",
        "engine:ctranslate2-",
        "precision:int8",
        "beam:4",
        "glossary:",
        "enforce:",
    ):
        assert part in translator.signature
    stricter = TranslationConfig(threads=1, enforcement=EnforcementConfig(rounds=1))
    assert Translator.from_pretrained("compact", config=stricter).signature != translator.signature
    bare = Translator.from_pretrained("compact", glossary=Glossary.empty())
    assert bare.signature != translator.signature


def test_a_glossary_of_ones_own_goes_first(tmp_path: Path, translator: Translator) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("source,target\nبرلين,Berlin (Germany)\n", encoding="utf-8")
    own = Translator.from_pretrained("compact", glossary=path)
    segment = own.translate("وصل الوزير إلى برلين.").segments[0]
    assert segment.terms[0].rendering == "Berlin (Germany)"
    assert "Berlin (Germany)" in segment.target


def test_what_cannot_be_loaded() -> None:
    with pytest.raises(ModelError, match="nowhere"):
        Translator.from_pretrained("nowhere/nothing")
    with pytest.raises(ConfigError, match="engine"):
        Translator.from_pretrained("compact", engine="abacus")  # type: ignore[arg-type]


def test_the_severities_of_checks_are_settings() -> None:
    values = {"checks": {"length_ratio": False, "number": "error"}, "builtin_glossary": False}
    config = validate_config(values, TranslationConfig, "test")
    assert config.checks == {"length_ratio": "off", "number": "error"}
    for checks, message in (
        ({"no_such_check": "off"}, "test: `checks`: unknown check 'no_such_check'; the checks are empty, "),
        ({"number": "loud"}, "test: `checks.number`: input should be 'off', 'info', 'warning' or 'error'"),
        (["number"], "test: `checks`: input should be a valid dictionary"),
    ):
        with pytest.raises(ConfigError, match=f"^{message}"):
            validate_config({"checks": checks}, TranslationConfig, "test")
