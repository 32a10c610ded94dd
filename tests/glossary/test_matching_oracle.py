"""The matcher against a scan by brute force, written from the documented rules alone."""

import re
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from glossary import Glossary, SourceForm, Term
from glossary.arabic import fold

LETTERS = (
    "ابلو"  # an article, its contraction and two proclitics from four letters: nearly everything collides
)
CONJUNCTION = "(?:[وف])?"
PREPOSITION = "[بكلس]?"

words = st.text(LETTERS, min_size=1, max_size=5)
phrases = st.lists(words, min_size=1, max_size=2).map(" ".join)
hamza = st.sampled_from(["", "", "أ"])
conditions = st.sampled_from([(), (), (), ("t0",), ("t1",), ("domain:d0",)])
kinds = st.sampled_from(["concept", "place", "person"])
guards = st.lists(words, max_size=1).map(tuple)
form_records = st.builds(
    SourceForm,
    text=st.tuples(hamza, phrases).map("".join),
    document=conditions,
    not_after=guards,
    not_before=guards,
)


@st.composite
def layers(draw: st.DrawFn) -> list[list[Term]]:
    numbers = range(draw(st.integers(1, 5)))
    terms = [
        Term(
            f"t{n}",
            "concept",
            f"d{n % 2}",
            tuple(draw(st.lists(form_records, min_size=1, max_size=3))),
            f"T{n}",
        )
        for n in numbers
    ]
    border = draw(st.integers(0, len(terms)))
    return [terms[:border], terms[border:]]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[list[Term]], str]:
    """A glossary, and a text made of pieces of it with letters in front and behind."""
    given_layers = draw(layers())
    forms = [form for terms in given_layers for term in terms for form in term.forms]
    pieces = [piece for form in forms for piece in (form.text, *form.not_after, *form.not_before)]
    contracted = ["لل" + piece[2:] for piece in pieces if piece.startswith("ال")]
    token = st.one_of(st.sampled_from([*pieces, *contracted]), words)
    before = st.sampled_from(["", "", "", "و", "ب", "ل", "ال", "لل", "وال", "بال", "سال", "وسب", "«"])
    after = st.sampled_from([" ", " ", " ", " ", "", ".", "» ", " «", "ا "])
    drawn = draw(st.lists(st.tuples(before, token, after).map("".join), min_size=1, max_size=6))
    return given_layers, "".join(drawn)


def ways_to_read(form: str, name: bool, text: str, begin: int) -> list[tuple[int, int, int]]:
    """Each way to read `form` from the start of a word on: (start, end, length of what was looked for)."""
    bare = fold(form)
    patterns: list[tuple[str, int]] = []
    if is_definite(form):
        patterns.append((f"({CONJUNCTION}{PREPOSITION})({re.escape(bare)})", len(bare)))
        patterns.append((f"({CONJUNCTION})(لل{re.escape(bare[2:])})", len(bare)))
        if bare[2] == "ل":
            patterns.append((f"({CONJUNCTION})(ل{re.escape(bare[2:])})", len(bare) - 1))
    else:
        single = " " not in bare
        proclitics = (
            "و?" if single and len(bare) <= 3 else CONJUNCTION + ("[بكل]?" if single else PREPOSITION)
        )
        patterns.append((f"({proclitics})({re.escape(bare)})", len(bare)))
        if not (name and single):
            patterns.append((f"({CONJUNCTION}[بكل]?)(ال{re.escape(bare)})", len(bare)))
            patterns.append((f"({CONJUNCTION})(لل{re.escape(bare)})", len(bare)))
    ends = [end for end in range(begin + 1, len(text) + 1) if end == len(text) or not text[end].isalnum()]
    return [
        (begin + match.start(2), end, length)
        for pattern, length in patterns
        for end in ends
        if (match := re.fullmatch(pattern, text[begin:end]))
    ]


def is_definite(form: str) -> bool:
    return form.startswith("ال") and form[2:3].isalpha()


def readings(words: str) -> set[str]:
    """Texts that a guard stops at."""
    bare = fold(words)
    conjunctions, prepositions = ("", "و", "ف"), ("", "ب", "ك", "ل", "س")
    plain = {c + p + bare for c, p in product(conjunctions, prepositions)}
    if is_definite(words):
        plain |= {c + "لل" + bare[2:] for c in conjunctions}
        if bare[2] == "ل":
            plain |= {c + bare[1:] for c in conjunctions}
        return plain
    with_article = {c + p + "ال" + bare for c, p in product(conjunctions, prepositions[:4])}
    return plain | with_article | {c + "لل" + bare for c in conjunctions}


def guarded(form: SourceForm, text: str, begin: int, end: int) -> bool:
    before, after = text[:begin].rstrip(" «»"), text[end:].lstrip(" «»")
    forbidden_before = {reading for guard in form.not_after for reading in readings(guard)}
    forbidden_after = {reading for guard in form.not_before for reading in readings(guard)}
    return any(re.search(rf"(?<!\w){re.escape(reading)}$", before) for reading in forbidden_before) or any(
        re.match(rf"{re.escape(reading)}(?!\w)", after) for reading in forbidden_after
    )


def scan(given_layers: list[list[Term]], source: str) -> list[tuple[str, int, int]]:
    text = fold(source)
    begins = [i for i in range(len(text)) if text[i].isalnum() and (i == 0 or not text[i - 1].isalnum())]
    hits = []
    for layer, terms in enumerate(given_layers):
        for order, term in enumerate(terms):
            for form in term.forms:
                name = term.kind in ("place", "person")
                special = bool(form.document or form.not_after or form.not_before)
                for begin in begins:
                    for start, end, length in ways_to_read(form.text, name, text, begin):
                        if not guarded(form, text, begin, end):
                            rank = (-layer, not special, -length, -order)
                            hits.append(((begin, -end, start, *rank), term.id, form))
    hits.sort(key=lambda hit: hit[0])
    domains = {term.id: term.domain for terms in given_layers for term in terms}
    free = [hit for hit in hits if not hit[2].document]
    named = {name for span in chosen(free) for key, name, _ in free if key[:3] == span}
    named |= {f"domain:{domains[name]}" for name in named}
    counting = [hit for hit in hits if not hit[2].document or named & set(hit[2].document)]
    return [
        (next(name for key, name, _ in counting if key[:3] == span), span[2], -span[1])
        for span in chosen(counting)
    ]


def chosen(hits: list[tuple[tuple[int, ...], str, SourceForm]]) -> list[tuple[int, ...]]:
    """(start of the word, -end, start) of the leftmost-longest among sorted hits."""
    spans: list[tuple[int, ...]] = []
    for key, _, _ in hits:
        if not spans or key[0] >= -spans[-1][1]:
            spans.append(key[:3])
    return spans


@settings(max_examples=250)
@given(cases())
@example(([[], [Term("t0", "concept", "d0", (SourceForm("اللب"),), "T")]], "للب ولللب «باللب"))
def test_the_matcher_agrees_with_brute_force(case: tuple[list[list[Term]], str]) -> None:
    given_layers, text = case
    found = [(match.term.id, match.start, match.end) for match in Glossary(*given_layers).find(text)]
    assert found == scan(given_layers, text)
