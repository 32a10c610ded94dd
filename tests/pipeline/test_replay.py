"""Recorded translations as an engine: texts to the letter, and the ladder as on the model's own output."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glossary import Glossary, SourceForm, Term
from pipeline import Translator
from pipeline.engines import Engine
from pipeline.engines.replay import ReplayEngine, TextPieces
from pipeline.errors import InputError
from pipeline.records import DocumentTranslation
from pipeline.settings import TranslationConfig
from pipeline.tokenizer import MarianPieces

SENTENCE = "وصل وزير الدفاع الألماني إلى برلين يوم الثلاثاء."
NUMBERS = "أرسلت ألمانيا 45 دبابة إلى ليتوانيا في عام 2025."
LATIN = "قال وزير الخارجية الألماني يوهان فاديفول (Wadephul) إن برلين مستعدة."
TWICE = "اجتمع قادة حلف شمال الأطلسي (الناتو) يوم الثلاثاء."
ODD = (
    "  Two  spaces, ½ of 日本’s “fine” ﬁsh…  ",
    "NATO\u200b and 🇩🇪 №5 ™",
    "\u200b",
    "line\u2028separator\tand tab",
    "e\u0301tude à Łódź",
    "</s> <unk> \u2581",
)


@pytest.fixture(scope="module")
def base() -> Translator:
    config = TranslationConfig(precision="float32", device="cpu", threads=1)
    return Translator.from_pretrained("compact", config=config)


def replay(
    base: Translator, recorded: Mapping[str, Sequence[str]], glossary: Glossary | None = None
) -> Translator:
    glossary = base.glossary if glossary is None else glossary
    engine: Engine = ReplayEngine(base.engine, recorded, glossary)
    return Translator(engine, glossary, base.model, base.config)


def outcomes(translation: DocumentTranslation) -> list[tuple[str, str, str, int | None]]:
    return [
        (outcome.match.term.id, outcome.outcome, outcome.rendering, outcome.target_start)
        for segment in translation.segments
        for outcome in segment.terms
    ]


@pytest.mark.parametrize("source", [SENTENCE, NUMBERS, LATIN])
def test_the_models_own_text_has_the_models_own_outcome(base: Translator, source: str) -> None:
    plain = Translator(base.engine, Glossary.empty(), base.model, base.config).translate(source)
    itself = base.translate(source)
    replayed = replay(base, {source: [plain.text]}).translate(source)
    assert outcomes(replayed) == outcomes(itself)
    assert replayed.text == itself.text


def test_a_source_that_says_a_term_twice_is_known(base: Translator) -> None:
    text = "NATO leaders met on Tuesday."
    assert replay(base, {TWICE: [text]}).translate(TWICE).text == text


def test_scores_and_alignment_are_the_models_own(base: Translator) -> None:
    pieces = base.engine.tokenizer.encode(SENTENCE).pieces
    (itself,) = base.engine.translate([pieces], beam_size=4)[0]
    text = base.engine.tokenizer.decode(itself.pieces)
    (replayed,) = ReplayEngine(base.engine, {SENTENCE: [text]}).translate([pieces], beam_size=4)[0]
    assert replayed.score == pytest.approx(itself.score, abs=0.001)
    assert replayed.alignment == pytest.approx(itself.alignment, abs=0.001)


@pytest.mark.parametrize("target", ODD)
def test_recorded_text_is_kept_to_the_letter(base: Translator, target: str) -> None:
    translated = replay(base, {SENTENCE: [target]}, Glossary.empty()).translate(SENTENCE)
    assert translated.segments[0].target == target


@example("\u2581 a\u200b ½")
@example("")
@given(st.text())
@settings(max_examples=200, deadline=None)
def test_pieces_put_together_are_the_text(tokenizer: MarianPieces, text: str) -> None:
    pieces = TextPieces(tokenizer)
    cut = pieces.encode_target(text)
    decoded = pieces.decode_with_spans(cut)
    assert decoded.text == text
    assert [text[start:end] for start, end in decoded.spans] == list(cut)
    assert len(pieces.model_pieces(text)) == len(cut)


@pytest.fixture(scope="module")
def tokenizer(base: Translator) -> MarianPieces:
    return base.engine.tokenizer


def test_a_wrong_name_is_repaired_without_decoding(base: Translator) -> None:
    wrong = "The German Defence Minister arrived in Berlin 🇩🇪 on Tuesday."
    term = Term("place", "place", "test", (SourceForm("برلين"),), "Köpenick", forbidden=("Berlin",))
    translated = replay(base, {SENTENCE: [wrong]}, Glossary([term])).translate(SENTENCE)
    assert translated.text == "The German Defence Minister arrived in Köpenick 🇩🇪 on Tuesday."
    assert [outcome.outcome for outcome in translated.segments[0].terms] == ["renamed"]


def test_the_order_given_is_kept_and_prefixes_have_no_answer(base: Translator) -> None:
    texts = ["Nonsense first.", "The German defense minister arrived in Berlin on Tuesday."]
    engine = ReplayEngine(base.engine, {SENTENCE: texts})
    pieces = engine.tokenizer.encode(SENTENCE).pieces
    answered, refused, empty = engine.translate(
        [pieces, pieces, ()], beam_size=4, num_hypotheses=4, prefixes=[(), ("The",), ()]
    )
    assert [engine.tokenizer.decode(hypothesis.pieces) for hypothesis in answered] == texts
    assert answered[0].score < answered[1].score
    assert refused == []
    assert [hypothesis.pieces for hypothesis in empty] == [()]
    assert len(engine.translate([pieces], beam_size=4)[0]) == 1


def test_scores_are_one_for_each_piece_and_the_end(base: Translator) -> None:
    engine = ReplayEngine(base.engine, {SENTENCE: [ODD[0]]})
    target = engine.tokenizer.encode_target(ODD[0])
    (scores,) = engine.score([engine.tokenizer.encode(SENTENCE).pieces], [target])
    assert scores.shape == (len(target) + 1,)


def test_source_without_record_is_one_clear_line(base: Translator) -> None:
    with pytest.raises(InputError, match=r"^no translation is recorded of 'أرسلت .*'; record one[^\n]*$"):
        replay(base, {SENTENCE: ["Fine."]}).translate(NUMBERS)


def test_records_must_be_clear(base: Translator) -> None:
    with pytest.raises(ValueError, match="no translation is recorded"):
        ReplayEngine(base.engine, {SENTENCE: []})
    with pytest.raises(ValueError, match="like another source"):
        ReplayEngine(base.engine, {SENTENCE: ["One."], f"{SENTENCE} ": ["Two."]})


def test_the_signature_names_the_records(base: Translator) -> None:
    signatures = {replay(base, {SENTENCE: [text]}).signature for text in ("One.", "Two.")}
    assert len(signatures) == 2
    assert all("engine:replay-" in signature for signature in signatures)
