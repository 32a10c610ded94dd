"""Texts in which the built-in glossary could easily find too much, or too little."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from glossary import Glossary, SourceForm

TRAPS = yaml.safe_load((Path(__file__).parent / "data" / "traps.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def builtin() -> Glossary:
    return Glossary.builtin()


@pytest.mark.parametrize(
    ("text", "expected"),
    [pytest.param(*case, id=f"{group}: {case[0]}") for group, cases in TRAPS.items() for case in cases],
)
def test_trap(builtin: Glossary, text: str, expected: list[list[str]]) -> None:
    assert [[match.term.id, match.surface] for match in builtin.find(text)] == expected


def test_the_traps_can_be_walked_into(builtin: Glossary) -> None:
    """Without guards and conditions, and with two forms that lie near, most groups of texts go wrong."""
    near = {"nato": "شمال الأطلسي", "german-armed-forces": "القوات المسلحة"}
    bare = {
        term.id: replace(term, forms=tuple(SourceForm(form.text, parts=form.parts) for form in term.forms))
        for term in builtin.terms.values()
    }
    later = [replace(bare[name], forms=(*bare[name].forms, SourceForm(form))) for name, form in near.items()]
    careless = Glossary(bare.values(), later)
    wrong = {
        group
        for group, cases in TRAPS.items()
        for text, expected in cases
        if [[match.term.id, match.surface] for match in careless.find(text)] != expected
    }
    for part in (
        "ocean",
        "advisers",
        "to swear",
        "alliance",
        "armed forces",
        "family names",
        "persons in places",
    ):
        assert any(part in group for group in wrong), part


@pytest.mark.parametrize("condition", ["warsaw-pact", "triple-alliance", "baghdad-pact", "holy-alliance"])
def test_nothing_is_forced_where_another_alliance_is_named(builtin: Glossary, condition: str) -> None:
    """Whose الحلف is, cannot be told then: the renderings of both must count as right."""
    named = builtin.terms[condition].forms[0].text
    *_, match = builtin.find(f"الناتو و{named} ثم الحلف")
    assert {"Alliance", "NATO", "pact"} <= set(match.term.renderings)
    assert match.term.forbidden == ()
