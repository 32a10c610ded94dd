"""The glossaries that come with the package, as a whole."""

from glossary import Glossary


def test_no_two_terms_claim_the_same_form() -> None:
    assert [str(conflict) for conflict in Glossary.builtin().conflicts] == []


def test_every_form_is_found_as_its_own_term() -> None:
    glossary = Glossary.builtin()
    lost = {}
    for identifier, term in glossary.terms.items():
        for form in term.forms:
            found = [(match.term.id, match.surface) for match in glossary.find(form.text)]
            if not form.document and found != [(identifier, form.text)]:
                lost[identifier, form.text] = found
    assert lost == {}


def test_news() -> None:
    glossary = Glossary.builtin()
    segments = [
        "قال الأمين العام لحلف شمال الأطلسي مارك روته إن الحلف سيدعم أوكرانيا.",
        "والتقى روته المستشار الألماني فريدريش ميرتس في برلين، وشكر ميرتس للحلف دعمه.",
    ]
    found = [
        [(match.surface, match.term.target) for match in matches]
        for matches in glossary.find_in_segments(segments)
    ]
    assert found == [
        [
            ("الأمين العام لحلف شمال الأطلسي", "NATO Secretary General"),
            ("مارك روته", "Mark Rutte"),
            ("الحلف", "Alliance"),
            ("أوكرانيا", "Ukraine"),
        ],
        [
            ("روته", "Rutte"),
            ("المستشار الألماني", "German Chancellor"),
            ("فريدريش ميرتس", "Friedrich Merz"),
            ("برلين", "Berlin"),
            ("ميرتس", "Merz"),
            ("للحلف", "Alliance"),
        ],
    ]
    ocean = glossary.find("أقسم الرجل وحلف أن الحلف باق في حملة شمال الأطلسي")
    assert [(match.surface, match.term.target) for match in ocean] == [("شمال الأطلسي", "North Atlantic")]


def test_every_rendering_is_english() -> None:
    for term in Glossary.builtin().terms.values():
        assert term.target == term.target.strip()
        assert all(rendering.isprintable() for rendering in (*term.renderings, *term.forbidden)), term.id


def test_every_entry_says_where_its_name_comes_from() -> None:
    terms = Glossary.builtin().terms.values()
    assert [term.id for term in terms if not term.person and not term.origin] == []


def test_size() -> None:
    """The content that was asked for: entries, and Arabic forms for each."""
    entries = [term for term in Glossary.builtin().terms.values() if not term.person]
    assert len(entries) >= 2300
    assert sum(len(term.forms) for term in entries if not any(form.parts for form in term.forms)) >= 3 * sum(
        not any(form.parts for form in term.forms) for term in entries
    )
    assert sum(term.kind == "person" for term in entries) >= 550
    assert sum(term.kind == "adjective" for term in entries) >= 75
