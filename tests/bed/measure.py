"""The figures of one arm: terms, false positives, consistency, numbers. See `figures` for what each means."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from glossary.term import TermMatch
from pipeline.draft import Draft
from pipeline.engines import Engine
from pipeline.engines.replay import TextPieces, force_texts
from pipeline.numbers import missing_source_numbers, source_numbers
from pipeline.prepare import prepare_with_offsets
from pipeline.records import Span, overlap
from pipeline.request import Request
from pipeline.verify import verify
from tests.bed.arms import Bed
from tests.bed.articles import Article, Mention
from tests.bed.gold import agrees, held, said_in
from tests.bed.output import Forced, Output, Sentence


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what is known of it.

    Attributes:
        mentions: gold mentions that begin in it, and `spans`: where each is rendered, if it is.
        listed: which of the mentions the glossary has: a match covers just the same words.
        matches: terms of the glossary, and `rendered`: which of them verify.
        wrong: renderings that were forced and agree with neither gold nor reference.
    """

    article: Article
    sentence: Sentence
    reference: str
    mentions: tuple[Mention, ...]
    spans: tuple[Span | None, ...]
    listed: tuple[bool, ...]
    matches: tuple[TermMatch, ...]
    rendered: tuple[bool, ...]
    wrong: tuple[Forced, ...]
    lost_numbers: tuple[str, ...]


def judge(bed: Bed, output: Output) -> list[Judged]:
    """Judge every sentence of an arm, article by article."""
    return [
        _judged(article, sentence, matches)
        for article, done, found in zip(bed.articles, output.articles, bed.matches, strict=True)
        for sentence, matches in zip(done.sentences, found, strict=True)
    ]


def _judged(article: Article, sentence: Sentence, matches: tuple[TermMatch, ...]) -> Judged:
    start, end = sentence.span
    mentions = tuple(mention for mention in article.mentions if start <= mention.start < end)
    covered = {(start + match.start, start + match.end) for match in matches}
    reference = article.references[article.line_at(start)]
    rendered = verify(sentence.target, matches).spans
    return Judged(
        article,
        sentence,
        reference,
        mentions,
        tuple(held(sentence.target, mentions)),
        tuple((mention.start, mention.end) in covered for mention in mentions),
        matches,
        tuple(span is not None for span in rendered),
        tuple(forced for forced in sentence.forced if not _right(forced, mentions, reference)),
        tuple(number.text for number in missing_source_numbers(sentence.source, sentence.target)),
    )


def _right(forced: Forced, mentions: Sequence[Mention], reference: str) -> bool:
    concerned = [m for m in mentions if forced.source is None or overlap(forced.source, (m.start, m.end))]
    return said_in(reference, forced.rendering) or any(
        agrees(forced.rendering, mention.renderings) for mention in concerned
    )


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Count over the sentences of an arm; shares are 0 to 1.

    `success_listed` and `success_gold`: gold mentions rendered, of those that the glossary lists and of all.
    `success_matches`: matches of the glossary that verify. `false_terms` and `false_names`: forced renderings
    of matches, and changes of names that no glossary knows, that agree with neither gold nor reference;
    `false_positives` is both; all as a share of the matches. `harmed_names`: those of the changed names where
    what stood there before was right. `numbers`: numbers of the source that are carried over;
    `sentences_losing_numbers`: of the sentences that have one.
    """
    rows = [row for each in judged for row in zip(each.mentions, each.spans, each.listed, strict=True)]
    listed = [span is not None for _, span, known in rows if known]
    matched = [done for each in judged for done in each.rendered]
    wrong = [(forced, each) for each in judged for forced in each.wrong]
    names = [(forced, each) for forced, each in wrong if forced.source is None]
    numbers = [(len(source_numbers(each.sentence.source)), len(each.lost_numbers)) for each in judged]
    return {
        "success_listed": _share(sum(listed), len(listed)),
        "success_gold": _share(sum(span is not None for _, span, _ in rows), len(rows)),
        "success_matches": _share(sum(matched), len(matched)),
        "false_positives": _share(len(wrong), len(matched)),
        "false_terms": _share(len(wrong) - len(names), len(matched)),
        "false_names": _share(len(names), len(matched)),
        "harmed_names": _share(
            sum(
                _right(Forced(None, forced.before or "", None, ""), each.mentions, each.reference)
                for forced, each in names
            ),
            len(matched),
        ),
        "numbers": 1 - _share(sum(lost for _, lost in numbers), sum(there for there, _ in numbers)),
        "sentences_losing_numbers": _share(
            sum(lost > 0 for _, lost in numbers), sum(there > 0 for there, _ in numbers)
        ),
    }


def by_kind(judged: Sequence[Judged]) -> dict[str, tuple[int, int, int, int]]:
    """For each kind of mention: rendered and all of those that the glossary lists, rendered and all."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in judged:
        for mention, span, known in zip(each.mentions, each.spans, each.listed, strict=True):
            counts[mention.kind].update(
                all=1, held=span is not None, listed=known, both=known and span is not None
            )
    return {kind: (c["both"], c["listed"], c["held"], c["all"]) for kind, c in sorted(counts.items())}


def consistency(engine: Engine, judged: Sequence[Judged]) -> dict[str, float]:
    """F1 of names against their first rendering in the article (Semenov and Bojar 2022), right or wrong.

    Counted are gold mentions of an entity whose right English is the same, twice or more in an article (a
    family name is not compared with the full one). What renders a mention is one of its right names, else the
    words that the model's attention puts there. Precision is over the mentions for which words are found.

    Returns:
        `consistency` over all of them, `consistency_listed` where the glossary lists every mention.
    """
    rows: dict[tuple[str, str, str], list[tuple[str | None, bool]]] = defaultdict(list)
    for each, (draft, request) in zip(judged, _drafts(engine, judged), strict=True):
        said = _said(each, draft, request)
        for mention, words, known in zip(each.mentions, said, each.listed, strict=True):
            rows[each.article.name, mention.entity, mention.target.casefold()].append((words, known))
    repeated = [row for row in rows.values() if len(row) > 1]
    return {
        "consistency": _f1([[words for words, _ in row] for row in repeated]),
        "consistency_listed": _f1(
            [[words for words, _ in row] for row in repeated if all(known for _, known in row)]
        ),
    }


def _f1(names: Sequence[Sequence[str | None]]) -> float:
    known = [[said for said in renderings if said is not None] for renderings in names]
    consistent = sum(said == found[0] for found in known for said in found)
    return _share(2 * consistent, sum(map(len, known)) + sum(map(len, names)))


def _drafts(engine: Engine, judged: Sequence[Judged]) -> Iterator[tuple[Draft, Request]]:
    requests = []
    for each in judged:
        prepared = prepare_with_offsets(each.sentence.source)
        encoded = engine.tokenizer.encode(prepared.text)
        request = Request(prepared.text, encoded.pieces, (), (), encoded.spans)
        start = each.sentence.span[0]
        windows = tuple(
            request.window(prepared.prepared_span(mention.start - start, mention.end - start))
            for mention in each.mentions
        )
        requests.append(Request(request.source, request.pieces, (), windows, request.spans))
    found = force_texts(
        engine, [request.pieces for request in requests], [each.sentence.target for each in judged]
    )
    for hypothesis, request in zip(found, requests, strict=True):
        yield Draft.of(hypothesis, TextPieces(engine.tokenizer)), request


def _said(each: Judged, draft: Draft, request: Request) -> Iterator[str | None]:
    taken = tuple(span for span in each.spans if span is not None)
    for window, span in zip(request.windows, each.spans, strict=True):
        aligned = draft.aligned(window, taken) if span is None else None
        place = (aligned.start, aligned.end) if aligned else span
        said = each.sentence.target[slice(*place)].casefold().removeprefix("the ") if place else None
        yield said or None


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
