"""Compare plain decoding, what others do, and the ladder in all its forms, on articles with gold terms.

    python -m tests.bed.compare --half dev --json /tmp/dev.json --worst 20

Development looks at `--half dev` alone.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bed.arms import ARMS, LADDER, PLAIN, Bed
from tests.bed.articles import Article, load_articles
from tests.bed.measure import Judged, by_kind, consistency, figures, judge
from tests.bed.output import Output
from tests.bed.quality import score
from tests.bed.worst import worst_cases

_COLUMNS = (
    ("listed", "success_listed"),
    ("gold", "success_gold"),
    ("matches", "success_matches"),
    ("false", "false_positives"),
    ("f.terms", "false_terms"),
    ("f.names", "false_names"),
    ("harmed", "harmed_names"),
    ("F1", "consistency"),
    ("F1 list", "consistency_listed"),
    ("numbers", "numbers"),
)


def compare(
    articles: Sequence[Article],
    arms: Sequence[str] = ARMS,
    *,
    resamples: int = 1000,
    repeats: int = 3,
    worst: int = 0,
    **settings: Any,
) -> dict[str, Any]:
    """Run arms over articles.

    Args:
        articles: with references and gold terms.
        arms: names out of `ARMS`.
        resamples: of the bootstrap.
        repeats: runs of plain decoding and ladder for the ratio of their times; 0 does not measure it.
        worst: how many of the ladder's worst sentences are described.
        settings: of `TranslationConfig`.

    Returns:
        plain values for JSON: `arms` with the figures of each, `signatures`, `time_ratio`, `worst` and more.
    """
    arms = tuple(dict.fromkeys((PLAIN, *arms)))
    bed = Bed(articles, **settings)
    outputs = {arm: bed.run(arm) for arm in arms}
    judged = {arm: judge(bed, output) for arm, output in outputs.items()}
    rows = [
        (number, line, reference)
        for number, article in enumerate(articles)
        for line, reference in enumerate(article.references)
        if reference.strip()
    ]
    lines = {arm: [article.lines for article in output.articles] for arm, output in outputs.items()}
    quality, signatures = score(
        {arm: [found[number][line] for number, line, _ in rows] for arm, found in lines.items()},
        [reference for _, _, reference in rows],
        resamples=resamples,
    )
    sentences = len(judged[PLAIN])
    listed = sum(sum(each.listed) for each in judged[PLAIN])
    return {
        "articles": len(articles),
        "lines": len(rows),
        "sentences": sentences,
        "matches": sum(len(each.matches) for each in judged[PLAIN]),
        "mentions": sum(len(each.mentions) for each in judged[PLAIN]),
        "mentions_listed": listed,
        "terms_per_sentence": sum(len(each.matches) for each in judged[PLAIN]) / sentences,
        "time_ratio": bed.time_ratio(repeats) if repeats else None,
        "signatures": signatures,
        "arms": {arm: _arm(bed, outputs[arm], judged[arm]) | asdict(quality[arm]) for arm in arms},
        "worst": list(worst_cases(judged[PLAIN], judged[LADDER], worst)) if LADDER in arms else [],
    }


def _arm(bed: Bed, output: Output, judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        **figures(judged),
        **consistency(bed.engine, judged),
        "by_kind": by_kind(judged),
        "outcomes": dict(output.outcomes),
        "changed": sum(
            ours.target != theirs.target
            for mine, plain in zip(output.articles, bed.plain.articles, strict=True)
            for ours, theirs in zip(mine.sentences, plain.sentences, strict=True)
        ),
        "cpu_seconds": output.seconds,
        "signature": output.signature,
    }


def table(result: dict[str, Any]) -> str:
    """Lay the figures out as plain text."""
    arms = result["arms"]
    rows = [
        f"{result['articles']} articles, {result['lines']} lines, {result['sentences']} sentences, "
        f"{result['terms_per_sentence']:.2f} terms a sentence, {result['matches']} matches, "
        f"{result['mentions']} gold mentions, {result['mentions_listed']} of them listed",
        "",
        f"{'':<26}"
        + "".join(f"{head:>9}" for head, _ in _COLUMNS)
        + "     BLEU      p   chrF++      p   CPU s",
    ]
    for arm, row in arms.items():
        numbers = "".join(f"{row[key]:9.4f}" for _, key in _COLUMNS)
        bleu, chrf = (f"{row[key]:9.2f} {_p(row[f'{key}_p'])}" for key in ("bleu", "chrf"))
        rows.append(f"{arm:<26}{numbers}{bleu}{chrf}{row['cpu_seconds']:8.1f}")
    if result["time_ratio"] is not None:
        rows += ["", f"CPU time, ladder to no steps: {result['time_ratio']:.3f}"]
    names = ("kept", "reranked", "renamed", "redecoded", "replaced", "missing")
    rows += ["", f"{'outcomes':<26}" + "".join(f"{name:>10}" for name in names)]
    rows += [
        f"{arm:<26}" + "".join(f"{row['outcomes'].get(name, 0):10}" for name in names)
        for arm, row in arms.items()
        if row["outcomes"]
    ]
    rows += [
        "",
        f"{'kind: listed, all':<26}" + "".join(f"{arm:>30}" for arm in (PLAIN, LADDER) if arm in arms),
    ]
    for kind in arms[PLAIN]["by_kind"]:
        cells = [arms[arm]["by_kind"][kind] for arm in (PLAIN, LADDER) if arm in arms]
        rows.append(f"{kind:<26}" + "".join(f"{f'{a}/{b}, {c}/{d}':>30}" for a, b, c, d in cells))
    rows += ["", *(f"{name}: {signature}" for name, signature in result["signatures"].items())]
    rows += [f"{PLAIN}: {arms[PLAIN]['signature']}"]
    if LADDER in arms:
        rows += [f"{LADDER}: {arms[LADDER]['signature']}"]
    return "\n".join(
        [*rows, *(f"\n{number}. {case}" for number, case in enumerate(result["worst"], start=1))]
    )


def _p(value: float | None) -> str:
    return "      " if value is None else f"{value:6.3f}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bed.compare", description=__doc__)
    parser.add_argument("--half", choices=("dev", "test"), required=True)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--worst", type=int, default=0, help="show so many of the ladder's worst sentences")
    parser.add_argument("--arm", action="append", choices=ARMS, help="only these, beside plain; repeatable")
    parser.add_argument("--repeats", type=int, default=3, help="runs to measure time with")
    parser.add_argument("--model", default="compact")
    given = parser.parse_args()
    result = compare(
        load_articles(given.half),
        given.arm or ARMS,
        repeats=given.repeats,
        worst=given.worst,
        model=given.model,
    )
    sys.stdout.write(f"{table(result)}\n")
    if given.json:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
