"""The articles with gold terms: every file is well-formed, and the reference holds the terms."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ARTICLES = Path(__file__).parent / "data" / "articles"
NAMES = sorted(
    {f"{path.parent.name}/{path.name.split('.')[0]}" for path in ARTICLES.glob("*/*") if path.is_file()}
)
SUFFIXES = (".ar.txt", ".en.txt", ".terms.jsonl")
KEYS = {
    "line": int,
    "start": int,
    "end": int,
    "surface": str,
    "entity": str,
    "kind": str,
    "target": str,
    "accepted": list,
}
KINDS = {
    "organisation",
    "body",
    "office",
    "person",
    "place",
    "treaty",
    "event",
    "programme",
    "equipment",
    "nationality",
    "other",
}
SENTENCES = range(10, 26)
# An initial, as in "Vitali R. denied", ends nothing.
SENTENCE_END = re.compile(r"(?<!\b\w)[.!?؟…]+[\"»”’')]*(?=\s|$)")
PROCLITICS = re.compile(r"(?:^|.*\W)[وفبكلس]*ـ?", re.DOTALL)


def faults(article: Path) -> list[str]:
    """What is wrong with an article, given as the path of its files without suffix."""
    missing = [suffix for suffix in SUFFIXES if not article.with_name(article.name + suffix).is_file()]
    if missing:
        return [f"no {suffix}" for suffix in missing]
    source, reference, records = (
        article.with_name(article.name + suffix).read_text(encoding="utf-8") for suffix in SUFFIXES
    )
    found = list(text_faults(source, reference))
    if found:
        return found
    mentions = []
    for number, record in enumerate(records.splitlines(), start=1):
        try:
            mention = json.loads(record)
        except json.JSONDecodeError:
            return [f"mention {number} is not JSON"]
        if not isinstance(mention, dict) or {key: type(value) for key, value in mention.items()} != KEYS:
            return [f"mention {number} has other keys or types"]
        mentions.append(mention)
    return [
        *mention_faults(source.split("\n"), mentions),
        *entity_faults(mentions),
        *rendering_faults(reference.split("\n"), mentions),
    ]


def text_faults(source: str, reference: str) -> Iterator[str]:
    for name, text in (("Arabic", source), ("English", reference)):
        if not text.endswith("\n") or text.endswith("\n\n") or "\r" in text or "\ufeff" in text:
            yield f"{name}: line ends"
        if any(line != line.strip() for line in text.split("\n")):
            yield f"{name}: a line begins or ends with a space"
    lines, translations = source.split("\n"), reference.split("\n")
    if [bool(line) for line in lines] != [bool(line) for line in translations]:
        yield "lines or blank lines differ"
        return
    if len(lines) < 4 or not lines[0] or lines[1]:
        yield "no headline with a blank line behind it"
    counts = [
        (count(line), count(translation)) for line, translation in zip(lines, translations, strict=True)
    ]
    total = sum(of_line for of_line, _ in counts)
    if total not in SENTENCES:
        yield f"{total} sentences"
    unequal = sum(of_line != of_translation for of_line, of_translation in counts)
    if unequal > 0.1 * sum(map(bool, lines)):
        yield f"sentences differ in {unequal} lines"


def count(line: str) -> int:
    return len(SENTENCE_END.findall(line))


def mention_faults(lines: list[str], mentions: list[dict[str, Any]]) -> Iterator[str]:
    if not mentions:
        yield "no mentions"
    previous = (0, 0)
    for number, mention in enumerate(mentions, start=1):
        start, end, surface = mention["start"], mention["end"], mention["surface"]
        if not 1 <= mention["line"] <= len(lines):
            yield f"mention {number}: no line {mention['line']}"
            continue
        line = lines[mention["line"] - 1]
        if not 0 <= start < end <= len(line) or line[start:end] != surface or surface != surface.strip():
            yield f"mention {number}: {surface!r} does not stand there"
        elif not PROCLITICS.fullmatch(line[:start]) or re.match(r"\w", line[end:]):
            yield f"mention {number}: {surface!r} is a part of a word"
        if (mention["line"], start) < previous:
            yield f"mention {number}: overlaps the one before, or is out of order"
        previous = (mention["line"], end)


def entity_faults(mentions: list[dict[str, Any]]) -> Iterator[str]:
    kinds: dict[str, str] = {}
    for number, mention in enumerate(mentions, start=1):
        if mention["kind"] not in KINDS:
            yield f"mention {number}: kind {mention['kind']!r}"
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mention["entity"]):
            yield f"mention {number}: entity {mention['entity']!r}"
        if kinds.setdefault(mention["entity"], mention["kind"]) != mention["kind"]:
            yield f"mention {number}: {mention['entity']} is of two kinds"
        forms = [mention["target"], *mention["accepted"]]
        if not all(isinstance(form, str) and form and form == form.strip() for form in forms):
            yield f"mention {number}: an empty or untrimmed rendering"
        elif len(set(forms)) < len(forms):
            yield f"mention {number}: a rendering twice"


def rendering_faults(translations: list[str], mentions: list[dict[str, Any]]) -> Iterator[str]:
    absent = [
        mention["surface"]
        for mention in mentions
        if 1 <= mention["line"] <= len(translations)
        and not any(
            re.search(
                rf"(?<!\w){re.escape(str(form))}(?!\w)", translations[mention["line"] - 1], re.IGNORECASE
            )
            for form in (mention["target"], *mention["accepted"])
        )
    ]
    if len(absent) > 0.03 * len(mentions):
        yield f"not in the reference: {', '.join(absent)}"


@pytest.mark.parametrize("name", NAMES)
def test_article_is_well_formed(name: str):
    assert faults(ARTICLES / name) == []


def test_development_half_is_there():
    assert sum(name.startswith("dev/") for name in NAMES) >= 12


def test_halves_share_no_article():
    slugs = [name.split("/")[1] for name in NAMES]
    assert len(set(slugs)) == len(slugs)


SAMPLE = "02-reserve-debate"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    for suffix in SUFFIXES:
        shutil.copy(ARTICLES / "dev" / f"{SAMPLE}{suffix}", tmp_path)
    return tmp_path / SAMPLE


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_absent_file_is_a_fault(article: Path, suffix: str):
    article.with_name(article.name + suffix).unlink()
    assert faults(article) == [f"no {suffix}"]


@pytest.mark.parametrize(
    ("suffix", "pattern", "replacement", "fault"),
    [
        (".en.txt", r"\n\n", "\n", "lines or blank lines differ"),
        (".en.txt", r"\n\n.*\n\Z", "\n", "lines or blank lines differ"),
        (".en.txt", r"\n\Z", "", "English: line ends"),
        (".ar.txt", r"\n", " \n", "Arabic: a line begins or ends with a space"),
        (".ar.txt", r"(?s)\.(?=\s)", "", "0 sentences"),
        (".en.txt", r"\. ", "; ", "sentences differ in"),
        (".ar.txt", r"\Aجدل", "جدال", "does not stand there"),
        (".en.txt", r"Bundestag", "Parliament", "not in the reference: البوندستاغ"),
        (".terms.jsonl", r"(?s)\A.*\Z", "", "no mentions"),
        (".terms.jsonl", r"\A\{", "[", "mention 1 is not JSON"),
        (".terms.jsonl", r'"kind"', '"sort"', "mention 1 has other keys or types"),
        (".terms.jsonl", r'"line": 1,', '"line": "1",', "mention 1 has other keys or types"),
        (".terms.jsonl", r'"line": 1,', '"line": 99,', "mention 1: no line 99"),
        (".terms.jsonl", r'"line": 1,', '"line": 3,', "does not stand there"),
        (".terms.jsonl", r"\A(.*\n)", r"\1\1", "mention 2: overlaps the one before"),
        (".terms.jsonl", r'"kind": "body"', '"kind": "ministry"', "mention 1: kind 'ministry'"),
        (".terms.jsonl", r'\A(.*)"kind": "body"', r'\1"kind": "place"', "is of two kinds"),
        (".terms.jsonl", r'"entity": "bundestag"', '"entity": "Bundestag"', "mention 1: entity 'Bundestag'"),
        (
            ".terms.jsonl",
            r'"target": "Bundestag"',
            '"target": ""',
            "mention 1: an empty or untrimmed rendering",
        ),
        (".terms.jsonl", r'"accepted": \["', '"accepted": ["Bundestag", "', "mention 1: a rendering twice"),
    ],
)
def test_broken_article_is_found(article: Path, suffix: str, pattern: str, replacement: str, fault: str):
    path = article.with_name(article.name + suffix)
    text = path.read_text(encoding="utf-8")
    broken = re.sub(pattern, replacement, text)
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    assert any(fault in found for found in faults(article)), faults(article)


def test_part_of_a_word_is_found(article: Path):
    path = article.with_name(article.name + ".terms.jsonl")
    first, *others = path.read_text(encoding="utf-8").splitlines()
    mention = json.loads(first)
    mention |= {"end": mention["end"] - 1, "surface": mention["surface"][:-1]}
    path.write_text("\n".join([json.dumps(mention, ensure_ascii=False), *others]), encoding="utf-8")
    assert "mention 1: 'البوندستا' is a part of a word" in faults(article)
