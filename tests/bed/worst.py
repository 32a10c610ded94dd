"""The sentences in which an arm did worst, with what was missed or damaged."""

from collections.abc import Iterator, Sequence

from tests.bed.measure import Judged


def worst_cases(plain: Sequence[Judged], enforced: Sequence[Judged], count: int) -> Iterator[str]:
    """Yield the worst sentences of an arm, worst first, each as some lines of text.

    A rendering that was right in plain decoding and is lost weighs most, then one that was forced wrongly, a
    number lost, a listed name that is missed, a name missed that no glossary lists.
    """
    pairs = sorted(zip(plain, enforced, strict=True), key=lambda pair: -_badness(*pair))
    for before, after in pairs[:count]:
        if _badness(before, after) > 0:
            yield "\n".join(_described(before, after))


def _badness(before: Judged, after: Judged) -> float:
    missed = [known for known, span in zip(after.listed, after.spans, strict=True) if span is None]
    return (
        5 * len(_lost(before, after))
        + 4 * len(after.wrong)
        + 3 * max(0, len(after.lost_numbers) - len(before.lost_numbers))
        + 2 * sum(missed)
        + 0.3 * len(missed)
    )


def _lost(before: Judged, after: Judged) -> list[str]:
    rows = zip(after.mentions, before.spans, after.spans, strict=True)
    return [mention.target for mention, old, new in rows if old is not None and new is None]


def _described(before: Judged, after: Judged) -> Iterator[str]:
    yield f"{after.article.name}, {after.sentence.span[0]}"
    yield f"  source     {after.sentence.source}"
    yield f"  reference  {after.reference}"
    yield f"  plain      {before.sentence.target}"
    yield f"  enforced   {after.sentence.target}"
    missed = [
        f"{mention.surface} = {mention.target}{'' if known else ' (not in the glossary)'}"
        for mention, span, known in zip(after.mentions, after.spans, after.listed, strict=True)
        if span is None
    ]
    unheld = [m.term.target for m, done in zip(after.matches, after.rendered, strict=True) if not done]
    forced = [f"{each.before!r} -> {each.rendering!r} ({each.outcome})" for each in after.wrong]
    rows = (
        ("lost", _lost(before, after)),
        ("missed", missed),
        ("unheld", unheld),
        ("wrong", forced),
        ("numbers", list(after.lost_numbers)),
    )
    for name, values in rows:
        if values:
            yield f"  {name:<10} {'; '.join(values)}"
