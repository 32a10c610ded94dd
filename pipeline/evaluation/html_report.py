"""An evaluation as one page of HTML that needs nothing else: no network, no other files.

Texts come from outside. The template escapes whatever it is given; the segments stand in the page as JSON
whose letters cannot end its element, and the script makes text nodes of them. A content security policy lets
the page run that one script and load nothing.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from pipeline.evaluation import plots
from pipeline.evaluation.records import Comparison, Evaluation, Score, SystemResult
from pipeline.evaluation.results import BUCKETS_SHOW, COMPARED, digits_of, significant
from pipeline.evaluation.segment_table import segment_table, shown_metrics
from pipeline.write import write_text

_FOLDER: Final = Path(__file__).parent
_SCRIPT_ENDS: Final = str.maketrans(
    {"\u2028": "\\u2028", "\u2029": "\\u2029"}
)  # were line ends in scripts before ES2019
_MODE_METRICS: Final = ("BLEU", "chrF", "chrF++", "term_success", "term_canonical")


@dataclass(frozen=True, slots=True)
class Cell:
    """A score in a table.

    Attributes:
        text: the score, rounded.
        interval: as in "63.1 to 65.0", or "".
        is_best: no other system has a better one.
        is_significant: both tests call the difference from the baseline significant.
    """

    text: str
    interval: str = ""
    is_best: bool = False
    is_significant: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption, both our own words."""

    svg: Markup
    caption: str


def write_report(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation as a page; `path` holds all of it or what it held before.

    Raises:
        OutputError: it cannot be written.
    """
    write_text(path, report_page(evaluation))


def report_page(evaluation: Evaluation) -> str:
    """Return the page. The same evaluation gives the same text; it holds no date.

    What UTF-8 cannot hold (half a surrogate pair, from a file name) is written out as an escape.
    """
    script = (_FOLDER / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["signed"] = _signed
    environment.filters["rounded"] = _rounded
    page = environment.get_template("report.html.jinja").render(
        evaluation=evaluation,
        script=Markup(script),  # noqa: S704  our own file
        script_digest=digest,
        style=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S704  our own file
        data=_data(segment_table(evaluation)),
        segment_metrics=shown_metrics(evaluation),
        series=plots.SERIES,
        scores=list(_score_rows(evaluation)),
        comparisons=_comparisons(evaluation),
        significant=significant(evaluation),
        figures=_figures(evaluation),
        signatures=list(_signatures(evaluation)),
        term_counts=[
            (system.name, counts) for system in evaluation.systems if (counts := plots.term_counts(system))
        ],
        term_result_names=plots.TERM_RESULTS,
        outcome_names=_outcome_names(evaluation.systems),
        outcome_counts=[(system.name, system.outcomes) for system in evaluation.systems if system.outcomes],
        result_colour=plots.result_colour,
        bucket_metric=BUCKETS_SHOW,
        modes=[system for system in evaluation.systems if system.mode is not None],
        mode_metrics=[metric for metric in _MODE_METRICS if metric in evaluation.metrics],
    )
    return page.encode("utf-8", "backslashreplace").decode()


def _data(value: dict[str, Any]) -> Markup:
    """JSON without any letter that HTML or an old reader of scripts would take for its own."""
    text = htmlsafe_json_dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(str(text).translate(_SCRIPT_ENDS))  # noqa: S704  escaped above


def _score_rows(evaluation: Evaluation) -> Iterator[tuple[str, str, list[Cell]]]:
    """Each metric with a line on its scale and a cell for each system."""
    stars = significant(evaluation)
    for metric in evaluation.metrics:
        scores = [system.scores.get(metric) for system in evaluation.systems]
        best = _best(scores)
        cells = [
            _cell(score, best, (system.name, metric) in stars)
            for system, score in zip(evaluation.systems, scores, strict=True)
        ]
        known = next(score for score in scores if score is not None)
        yield metric, f"{known.scale}, {_direction(known)}", cells


def _direction(score: Score) -> str:
    return {"higher": "higher is better", "lower": "lower is better"}.get(score.better, "neither is better")


def _best(scores: Sequence[Score | None]) -> str | None:
    """The best score as it is shown, if one is better than another."""
    known = [score for score in scores if score is not None and score.score is not None]
    if known and known[0].better == "neither":
        return None
    if len({_rounded(score.score, score.metric) for score in known}) < 2:
        return None
    chosen = (max if known[0].better == "higher" else min)(score.score or 0.0 for score in known)
    return _rounded(chosen, known[0].metric)


def _cell(score: Score | None, best: str | None, is_significant: bool) -> Cell:
    if score is None or score.score is None:
        return Cell("–")
    text = _rounded(score.score, score.metric)
    interval = ""
    if score.low is not None and score.high is not None:
        interval = f"{_rounded(score.low, score.metric)} to {_rounded(score.high, score.metric)}"
    return Cell(text, interval, text == best, is_significant)


def _comparisons(evaluation: Evaluation) -> list[tuple[str, list[Comparison]]]:
    """Comparisons by a heading: of the metrics that count most, then of the others."""
    groups: dict[str, list[Comparison]] = {"": [], "Other metrics": []}
    for comparison in evaluation.comparisons:
        groups["" if comparison.metric in COMPARED else "Other metrics"].append(comparison)
    order = {metric: number for number, metric in enumerate(evaluation.metrics)}
    return [
        (heading, sorted(each, key=lambda comparison: order[comparison.metric]))
        for heading, each in groups.items()
        if each
    ]


def _figures(evaluation: Evaluation) -> list[Figure]:
    drawn = (
        (plots.bucket_plot(evaluation), f"{BUCKETS_SHOW} by bucket; the table of buckets has the figures."),
        (
            plots.term_plot(evaluation.systems),
            "What became of the glossary's terms in each system; colours as in the table below.",
        ),
        (
            plots.outcome_plot(evaluation.systems),
            "What enforcement did with the terms, where it is known; colours as in the table below.",
        ),
        (
            plots.length_plot(evaluation),
            "Words of each translation over words of its reference; on the line they are as long.",
        ),
    )
    return [Figure(Markup(svg), caption) for svg, caption in drawn if svg]  # noqa: S704  matplotlib escapes text


def _signatures(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    for metric in evaluation.metrics:
        scores = [system.scores[metric] for system in evaluation.systems if metric in system.scores]
        yield metric, scores[0].signature


def _outcome_names(systems: Sequence[SystemResult]) -> list[str]:
    found = {name for system in systems for name in system.outcomes}
    return [*(name for name in plots.OUTCOMES if name in found), *sorted(found - set(plots.OUTCOMES))]


def _rounded(value: float | None, metric: str) -> str:
    return "–" if value is None else f"{value:.{digits_of(metric)}f}"


def _signed(value: float | None, metric: str) -> str:
    return "–" if value is None else f"{value:+.{digits_of(metric)}f}"
