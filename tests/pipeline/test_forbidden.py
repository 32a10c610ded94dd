"""Forbidden renderings repaired wherever they stand."""

from dataclasses import replace

import pytest
from drafted import assert_true, segment, term

from glossary import Glossary, SourceForm, Term
from pipeline import Translator
from pipeline.forbidden import ForbiddenRenderings
from pipeline.records import TermOutcome
from pipeline.settings import TranslationConfig

KYIV = term("Kyiv", kind="place", forbidden=("Kiev", "KIEV"))
NATO = term("NATO", forbidden=("Atlantic Pact", "alliance", "Nato"))
STUBB = term("Stubb", kind="person", forbidden=("Stop", "Stob"))
CHANCELLOR = term("Chancellor", kind="office", forbidden=("adviser", "Federal Adviser"), article="the")
DISH = term("Chicken Kiev", kind="event")
HOLLAND = term("Netherlands", kind="place", forbidden=("Holland",), article="the")
HOLLANDE = term("Hollande", kind="person", forbidden=("Holland",))
REICHSTAG = term("Bundestag", kind="body", forbidden=("Reichstag",), article="the")
BUILDING = term("Reichstag", kind="place", article="the")
TERMS = (KYIV, NATO, STUBB, CHANCELLOR, DISH, HOLLAND, HOLLANDE, REICHSTAG, BUILDING)

CASES = [
    ("He left Kiev today.", "He left Kyiv today."),
    ("He left Kiev's centre.", "He left Kyiv's centre."),
    ("He left Kiev for Kiev again.", "He left Kyiv for Kyiv again."),
    ("He left the Atlantic Pact today.", "He left NATO today."),
    ("He left the atlantic pact today.", "He left NATO today."),
    ("He saw the Federal Adviser today.", "He saw the Chancellor today."),
    ("He left the alliance today.", "He left the alliance today."),
    ("He saw an adviser today.", "He saw an adviser today."),
    ("He ate Chicken Kiev today.", "He ate Chicken Kiev today."),
    ("He ate Chicken Kiev in Kiev today.", "He ate Chicken Kiev in Kyiv today."),
    ("He left Holland today.", "He left Holland today."),
    ("He saw the Reichstag today.", "He saw the Reichstag today."),
    ("Stop the war today.", "Stop the war today."),
    ('He said: "Stop the war."', 'He said: "Stop the war."'),
    ("He met Stob today.", "He met Stubb today."),
    ("He left Kievan lands.", "He left Kievan lands."),
    ("Nothing here.", "Nothing here."),
    ("", ""),
]


def repaired(target: str, source: str = "", terms: tuple[Term, ...] = TERMS) -> str:
    count = len(target.split())
    words = source.split() or ["كلمة"] * count
    assert len(words) >= count
    request, result = segment(" ".join(words), target, range(count))
    changed = ForbiddenRenderings(terms).repair(request, result)
    assert_true(changed)
    again = ForbiddenRenderings(terms).repair(request, changed)
    assert again.draft.text == changed.draft.text
    return changed.draft.text


@pytest.mark.parametrize(("target", "expected"), CASES, ids=[row[0] for row in CASES])
def test_repaired(target: str, expected: str) -> None:
    assert repaired(target) == expected


def test_at_the_start_of_a_sentence_the_sound_decides() -> None:
    assert repaired("Kiev said no.", "كييف قالت لا") == "Kyiv said no."
    assert repaired("Stop said no.", "ستوب قال لا") == "Stubb said no."
    assert repaired("Stop the war.", "أوقفوا هذه الحرب") == "Stop the war."


def test_no_terms() -> None:
    assert repaired("He left Kiev.", terms=()) == "He left Kiev."


def test_two_spellings_of_one_term_are_no_two_claims() -> None:
    assert repaired("He left Kiev.", terms=(KYIV,)) == "He left Kyiv."


def test_what_a_matched_term_says_is_left() -> None:
    accepted = term("Ukraine", "Kiev", kind="place")
    request, result = segment(
        "غادر كييف اليوم", "He left Kiev today.", [0, 0, 1, 2], [("كييف", "Kiev", accepted)]
    )
    assert ForbiddenRenderings([KYIV]).repair(request, result) == result


def test_a_refused_repair_does_not_stop_the_next() -> None:
    """What is said too often already is not said once more; the other is repaired."""
    request, result = segment(
        "غادر ناتو برلين إلى كييف ثانية",
        "He left the Atlantic Pact for Kiev again.",
        [0, 0, 1, 1, 1, 3, 4, 5],
        [("ناتو", None, replace(NATO, id="other"))],
    )
    held = replace(
        result,
        outcomes=(TermOutcome(result.outcomes[0].match, "the Atlantic", "kept", 8, 20),),
    )
    changed = ForbiddenRenderings(TERMS).repair(request, held)
    assert changed.draft.text == "He left the Atlantic Pact for Kyiv again."


def test_a_missing_term_is_missing_no_longer() -> None:
    request, result = segment(
        "غادر ناتو اليوم", "He left the Atlantic Pact today.", [0, 0, 1, 1, 1, 2], [("ناتو", None, NATO)]
    )
    changed = ForbiddenRenderings(TERMS).repair(request, result)
    assert changed.draft.text == "He left NATO today."
    [outcome] = changed.outcomes
    assert (outcome.outcome, outcome.rendering, outcome.before) == ("renamed", "NATO", "Atlantic Pact")
    assert changed.changes == ()
    assert_true(changed)


@pytest.fixture(scope="module")
def compact() -> Translator:
    config = TranslationConfig(precision="float32", device="cpu", threads=1, beam=1)
    return Translator.from_pretrained("compact", glossary=Glossary.empty(), config=config)


def test_only_if_the_user_asks(compact: Translator) -> None:
    """The term is not in the source: its Arabic is another word."""
    spree = Term("spree", "place", "t", (SourceForm("مدينة"),), "Spree City", forbidden=("Berlin",))
    text = "وصل الوزير إلى برلين يوم الثلاثاء."

    def translated(forbid: str) -> Translator:
        config = compact.config.model_copy(update={"forbid": forbid})
        return Translator(compact.engine, Glossary([spree]), compact.model, config)

    plain, asked = (translated(forbid).translate(text) for forbid in ("matched", "always"))
    assert "Berlin" in plain.text
    assert asked.text == plain.text.replace("Berlin", "Spree City")
    [segment] = asked.segments
    [change] = segment.changes
    assert (change.before, change.reason) == ("Berlin", "forbidden")
    assert segment.target[change.start : change.end] == "Spree City"
