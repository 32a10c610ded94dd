"""The articles of `tests/data/articles` as records."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "articles"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that the annotator marked; offsets into the text of the article."""

    start: int
    end: int
    surface: str
    entity: str
    kind: str
    target: str
    accepted: tuple[str, ...]

    @property
    def renderings(self) -> tuple[str, ...]:
        """Whatever is right, the canonical rendering first."""
        return self.target, *self.accepted


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its reference translation, line by line, and its mentions in order."""

    name: str
    text: str
    references: tuple[str, ...]
    mentions: tuple[Mention, ...]

    def line_at(self, offset: int) -> int:
        """Number, from 0, of the line in which an offset of the text lies."""
        return self.text.count("\n", 0, offset)


def load_articles(half: str) -> list[Article]:
    """Read the articles of a half, `dev` or `test`, by name."""
    return [
        _read(path.with_name(path.name.removesuffix(".ar.txt")))
        for path in sorted((FOLDER / half).glob("*.ar.txt"))
    ]


def _read(path: Path) -> Article:
    text, reference, terms = (
        path.with_name(path.name + suffix).read_text(encoding="utf-8")
        for suffix in (".ar.txt", ".en.txt", ".terms.jsonl")
    )
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    mentions = []
    for row in map(json.loads, terms.splitlines()):
        offset = starts[row["line"] - 1]
        start, end = offset + row["start"], offset + row["end"]
        if text[start:end] != row["surface"]:
            raise ValueError(f"{path}: {row['surface']!r} does not stand at {start}")
        mentions.append(
            Mention(
                start, end, row["surface"], row["entity"], row["kind"], row["target"], tuple(row["accepted"])
            )
        )
    return Article(path.name, text, tuple(reference.split("\n")), tuple(mentions))
