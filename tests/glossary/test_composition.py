"""References between terms."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glossary import Glossary, GlossaryFormatError

Write = Callable[[str, str], Path]

NATO = """\
terms:
  - {id: nato, kind: organisation, target: NATO,
     source: [حلف شمال الأطلسي, الناتو, {form: الحلف, document: [nato]}]}
  - {id: committee, kind: body, target: Committee, source: [اللجنة]}
  - {id: germany, kind: place, target: Germany, source: [ألمانيا]}
"""


def forms(glossary: Glossary, identifier: str) -> list[str]:
    return [form.text for form in glossary.terms[identifier].forms]


@pytest.mark.parametrize(
    ("source", "composed"),
    [
        ("الأمين العام ل{nato}", ["الأمين العام لحلف شمال الأطلسي", "الأمين العام للناتو"]),
        ("قمة {nato}", ["قمة حلف شمال الأطلسي", "قمة الناتو"]),
        ("{nato}", ["حلف شمال الأطلسي", "الناتو"]),
        ("رئيس ل{committee}", ["رئيس للجنة"]),
        ("سفير {germany} لدى {nato}", ["سفير ألمانيا لدى حلف شمال الأطلسي", "سفير ألمانيا لدى الناتو"]),
        ("سفير ل{germany} ول{committee}", ["سفير لألمانيا وللجنة"]),
        (
            "{nato}-{nato}",
            [f"{a}-{b}" for a in ("حلف شمال الأطلسي", "الناتو") for b in ("حلف شمال الأطلسي", "الناتو")],
        ),
    ],
)
def test_references_stand_for_every_unconditional_form(
    write: Write, source: str, composed: list[str]
) -> None:
    entry = f'  - {{id: new, kind: office, target: New, source: ["{source}", أخرى]}}\n'
    glossary = Glossary.load(write("a.yaml", NATO + entry), builtin=False)
    assert forms(glossary, "new") == [*composed, "أخرى"]
    for text in composed:
        matches = glossary.find(f"قال {text} أمس")
        assert [(match.term.id, match.surface) for match in matches if match.term.id == "new"] == [
            ("new", text)
        ]


def test_references_nest_in_any_order(write: Write) -> None:
    content = """
        terms:
          - {id: deputy, kind: office, target: Deputy, source: ["نائب {chief}"]}
          - {id: chief, kind: office, target: Chief, source: ["رئيس {staff}"]}
          - {id: staff, kind: body, target: Staff, source: ["أركان {nato}"]}
          - {id: nato, kind: organisation, target: NATO, source: [الناتو]}
        """
    glossary = Glossary.load(write("a.yaml", content), builtin=False)
    assert forms(glossary, "deputy") == ["نائب رئيس أركان الناتو"]
    assert glossary.terms["deputy"].forms[0].parts == ("chief", "staff", "nato")


def test_a_composed_form_names_its_parts(write: Write) -> None:
    entry = '  - {id: summit, kind: event, target: summit, source: ["قمة {nato}", مؤتمر الناتو]}\n'
    glossary = Glossary.load(write("a.yaml", NATO + entry), builtin=False)
    assert [match.term.id for match in glossary.find("قمة الناتو ثم الحلف")] == ["summit", "nato"]
    assert [match.term.id for match in glossary.find("مؤتمر الناتو ثم الحلف")] == ["summit"]


def test_a_reference_may_cross_layers_and_follows_the_later_one(write: Write) -> None:
    base = write(
        "base.yaml", NATO + '  - {id: summit, kind: event, target: summit, source: ["قمة {nato}"]}\n'
    )
    own = write(
        "own.yaml",
        """
        terms:
          - {id: nato, kind: organisation, target: Nato, source: [أطلسي]}
          - {id: base, kind: place, target: base, source: ["قاعدة {germany}"]}
        """,
    )
    glossary = Glossary.load(base, own, builtin=False)
    assert forms(glossary, "base") == ["قاعدة ألمانيا"]
    assert forms(glossary, "summit") == ["قمة أطلسي"]


def test_guards_at_the_edge_are_kept(write: Write) -> None:
    content = """
        terms:
          - id: sea
            kind: place
            target: sea
            source: [{form: البحر, not_after: [قاع], not_before: [الأسود]}]
          - {id: coast, kind: place, target: coast, source: ["ساحل {sea}"]}
          - {id: water, kind: place, target: water, source: ["{sea} الكبير"]}
        """
    glossary = Glossary.load(write("a.yaml", content), builtin=False)
    found = {
        text: [match.term.id for match in glossary.find(text)]
        for text in (
            "ساحل البحر",
            "قاع ساحل البحر",
            "ساحل البحر الأسود",
            "البحر الكبير",
            "قاع البحر الكبير",
            "البحر الكبير الأسود",
        )
    }
    assert found == {
        "ساحل البحر": ["coast"],
        "قاع ساحل البحر": ["coast"],
        "ساحل البحر الأسود": [],
        "البحر الكبير": ["water"],
        "قاع البحر الكبير": [],
        "البحر الكبير الأسود": ["water"],
    }


@pytest.mark.parametrize(
    ("entries", "line", "message"),
    [
        ('- {id: a, kind: body, target: A, source: [ألف,\n      "باء {nat}"]}', 7, "unknown term {nat}"),
        ('- {id: a, kind: body, target: A, source: ["ألف {}"]}', 6, "unknown term {}"),
        ('- {id: a, kind: body, target: A, source: ["ألف {a}"]}', 6, "in a circle, a -> a"),
        (
            '- {id: a, kind: body, target: A, source: ["ألف {b}"]}\n'
            '  - {id: b, kind: body, target: B, source: ["باء {c}"]}\n'
            '  - {id: c, kind: body, target: C, source: ["جيم {b}"]}',
            8,
            "in a circle, b -> c -> b",
        ),
        ('- {id: a, kind: body, target: A, source: ["ألف {nato"]}', 6, "a lone brace"),
        ('- {id: a, kind: body, target: A, source: ["ألف nato}"]}', 6, "a lone brace"),
        (
            '- {id: a, kind: body, target: A, source: [{form: ألف, document: [nato]}]}\n'
            '  - {id: b, kind: body, target: B, source: ["باء {a}"]}',
            7,
            "only forms with a document condition",
        ),
        (
            '- {id: a, kind: body, target: A, source: [ألف], document: [otan]}',
            6,
            "unknown term 'otan' in `document`",
        ),
        (
            '- {id: a, kind: body, target: A, source: [ألف], document: ["domain:nato"]}',
            6,
            "unknown domain 'nato': use one of a",
        ),
        (
            '- {id: a, kind: body, target: A, source: ["' + "{nato} " * 12 + '"]}',
            6,
            "over 1000 forms",
        ),
    ],
)  # fmt: skip
def test_broken_references(write: Write, entries: str, line: int, message: str) -> None:
    path = write("a.yaml", f"{NATO}  {entries}\n")
    with pytest.raises(GlossaryFormatError) as caught:
        Glossary.load(path, builtin=False)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_long_chain_is_refused_and_not_a_crash(write: Write) -> None:
    chain = "".join(
        f'  - {{id: t{n}, kind: body, target: T, source: ["ألف {{t{n + 1}}}"]}}\n' for n in range(2000)
    )
    path = write("a.yaml", f"terms:\n{chain}  - {{id: t2000, kind: body, target: T, source: [ألف]}}\n")
    with pytest.raises(GlossaryFormatError, match="over 20 deep"):
        Glossary.load(path, builtin=False)
