"""Latin script in Arabic text: what is a term of its own, and that it comes through."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import Glossary
from pipeline import Translator
from pipeline.latin import with_latin
from pipeline.settings import TranslationConfig


def latin(text: str, glossary: Glossary | None = None) -> list[str]:
    matches = with_latin(text, (glossary or Glossary.empty()).find(text))
    return [match.surface for match in matches if match.term.id.startswith("latin:")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("أعلنت شركة Rheinmetall أرباحا", ["Rheinmetall"]),
        ("قالت Die Zeit إن الحكومة", ["Die Zeit"]),
        ("نظام IRIS-T SLM الجديد.", ["IRIS-T SLM"]),
        ("راسلونا على info@example.org اليوم", ["info@example.org"]),
        ("الموقع https://www.example.org/news?id=5.", ["https://www.example.org/news?id=5"]),
        ("شركة Müller & Söhne الألمانية", ["Müller & Söhne"]),
        ('بشركة «SAP» وبنك "KfW"', ["SAP", "KfW"]),
        ("مقاتلات F-16 وصواريخ (ATACMS)", ["F-16", "ATACMS"]),
        ("على منصة X.", ["X"]),
        ("قطع 30 km وحمل 5 kg", []),
        ("قال: this is a whole sentence of plain English quoted here", []),
        ("لا شيء هنا", []),
        ("عام 2026", []),
    ],
)
def test_which_runs_are_names(text: str, names: list[str]) -> None:
    assert latin(text) == names


def test_terms_of_the_glossary_go_first() -> None:
    builtin = Glossary.builtin()
    assert latin("سلمت ألمانيا نظام IRIS-T إلى كييف", builtin) == []
    assert latin("التقى فريدريش ميرتس (Friedrich Merz) الوزراء", builtin) == []
    assert latin("التقى فريدريش ميرتس (SPD) الوزراء", builtin) == ["SPD"]


@given(st.text(alphabet="ab AZ-.@/كلم،(«1 é", max_size=40))
def test_spans_give_their_surface_back(text: str) -> None:
    for match in with_latin(text, ()):
        assert text[match.start : match.end] == match.surface == match.term.target


def test_a_name_that_the_model_garbles_is_repaired(compact_folder: Path) -> None:
    sources = [
        line.split("\t")
        for line in (Path(__file__).parents[1] / "data" / "copied_latin.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
        if not line.startswith("#")
    ]
    translator = Translator.from_pretrained(compact_folder, glossary=Glossary.empty())
    translations = translator.translate_many([source for source, _ in sources])
    lost = []
    for (_, name), translation in zip(sources, translations, strict=True):
        outcomes = [outcome.outcome for segment in translation.segments for outcome in segment.terms]
        assert len(outcomes) == 1
        if name not in translation.text:
            assert outcomes == ["missing"]
            lost.append((name, translation.text))
    assert len(lost) <= 3, lost


def test_can_be_switched_off(compact_folder: Path) -> None:
    config = TranslationConfig(keep_latin=False)
    translator = Translator.from_pretrained(compact_folder, glossary=Glossary.empty(), config=config)
    translation = translator.translate("أعلنت شركة Rheinmetall أرباحا جديدة.")
    assert not translation.segments[0].terms
    assert "latin:free" in translation.signature
