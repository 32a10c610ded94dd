"""Pictures of an evaluation as SVG, to stand inside a page: its fonts, its colours, light or dark.

Lines and text take the colour of the page's text, systems the CSS variables `--series-0` to `--series-7`, and
results of terms `--result-0` to `--result-6`. All the text of a picture is text, and a table says the same.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, Final
from warnings import catch_warnings, filterwarnings
from xml.etree import ElementTree

from pipeline.evaluation.records import Bucket, Evaluation, SystemResult
from pipeline.evaluation.results import BUCKETS_SHOW

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TERM_RESULTS: Final = ("canonical", "accepted", "inflected", "missing")
OUTCOMES: Final = ("kept", "reranked", "renamed", "redecoded", "replaced", "missing")
SERIES: Final = 8
_MARKERS: Final = "osD^vPX*"
_INK: Final = "#010203"
_COLOURS: Final = {
    _INK: "currentColor",
    **{f"#0102{10 + number}": f"var(--series-{number})" for number in range(SERIES)},
    **{f"#0103{10 + number}": f"var(--result-{number})" for number in range(len(OUTCOMES) + 1)},
}
_COLOUR: Final = re.compile("#[0-9a-f]{6}")
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_ENLARGED: Final = 1.2
_LONGEST_LABEL: Final = 24
_MOST_TICKS: Final = 12
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dragoman",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), _INK),
    "grid.color": _INK,
    "grid.alpha": 0.15,
}


def bucket_plot(evaluation: Evaluation) -> str | None:
    """Draw chrF++ of each system by bucket, a panel for each dimension that has at most twelve, else None."""
    dimensions: dict[str, list[Bucket]] = {}
    for bucket in evaluation.buckets:
        dimensions.setdefault(bucket.dimension, []).append(bucket)
    dimensions = {name: buckets for name, buckets in dimensions.items() if len(buckets) <= _MOST_TICKS}
    if not dimensions:
        return None
    counted = "source" if any(segment.source for segment in evaluation.segments) else "reference"
    titles = {"length": f"words of the {counted}", "terms": "terms in the source", "domain": "domain"}
    with _drawing():
        figure = _figure(4.2 * len(dimensions), 3.2)
        panels = figure.subplots(1, len(dimensions), sharey=True, squeeze=False)[0]
        for axes, (dimension, buckets) in zip(panels, dimensions.items(), strict=True):
            places = list(range(len(buckets)))
            for number, system in enumerate(evaluation.systems):
                scores = [bucket.scores[system.name].get(BUCKETS_SHOW) for bucket in buckets]
                heights = [float("nan") if score is None else score for score in scores]
                line = "" if dimension == "domain" else "-"
                marker = _MARKERS[number % SERIES]
                axes.plot(places, heights, line + marker, color=_series(number), markersize=5, linewidth=1.5)
            axes.set_xticks(places, [label(bucket.name) for bucket in buckets], parse_math=False)
            if dimension == "domain":
                axes.tick_params("x", rotation=30)
            axes.set_xmargin(0.08)
            axes.set_xlabel(titles[dimension])
            axes.grid(visible=True, axis="y")
        panels[0].set_ylabel(BUCKETS_SHOW)
        return _svg(figure, "buckets", f"{BUCKETS_SHOW} of each system by bucket")


def term_plot(systems: Sequence[SystemResult]) -> str | None:
    """Draw what became of the terms of the source in each system; None if there are no terms."""
    counts = {system.name: term_counts(system) for system in systems}
    return _shares(counts, TERM_RESULTS, "terms", "Share of term mentions by result, for each system")


def outcome_plot(systems: Sequence[SystemResult]) -> str | None:
    """Draw what enforcement did in each system of which it is known; None if it is known of none."""
    counts = {system.name: system.outcomes for system in systems if system.outcomes}
    names = tuple(dict.fromkeys((*OUTCOMES, *(name for each in counts.values() for name in each))))
    return _shares(counts, names, "outcomes", "Share of term mentions by what enforcement did")


def length_plot(evaluation: Evaluation) -> str:
    """Draw the lengths of hypotheses over those of first references, in words, a panel for each system."""
    wanted = [len(segment.references[0].split()) for segment in evaluation.segments]
    systems = evaluation.systems
    columns = min(3, len(systems))
    rows = -(-len(systems) // columns)
    with _drawing():
        figure = _figure(2.8 * columns + 0.4, 2.6 * rows + 0.4)
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat
        for number, axes in enumerate(panels):
            if number >= len(systems):
                axes.set_axis_off()
                continue
            lengths = [len(hypothesis.text.split()) for hypothesis in systems[number].hypotheses]
            points = sorted(set(zip(wanted, lengths, strict=True)))  # coinciding ones once: a smaller file
            axes.plot(*zip(*points, strict=True), "o", color=_series(number), markersize=2.5, alpha=0.7)
            axes.locator_params(integer=True, nbins=6)
            axes.axline((0, 0), slope=1, color=_INK, linewidth=0.8, alpha=0.6)
            axes.set_title(label(systems[number].name), parse_math=False)
        figure.supxlabel("words of the reference", fontsize=10)
        figure.supylabel("words of the translation", fontsize=10)
        return _svg(figure, "lengths", "Length of each translation over that of its reference, by system")


def term_counts(system: SystemResult) -> Counter[str]:
    """How often each result of a term occurs in the hypotheses of a system."""
    return Counter(str(mark.result) for hypothesis in system.hypotheses for mark in hypothesis.terms)


def label(name: str) -> str:
    """A name from outside as one short line that XML can hold and that turns nothing around."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
    return shown if len(shown) <= _LONGEST_LABEL else shown[: _LONGEST_LABEL - 1] + "…"


def _shares(
    counts: Mapping[str, Mapping[str, int]], names: Sequence[str], plot: str, title: str
) -> str | None:
    totals = {system: sum(each.values()) for system, each in counts.items()}
    shown = [system for system, total in totals.items() if total]
    if not shown:
        return None
    with _drawing():
        figure = _figure(7.4, 0.7 + 0.36 * len(shown))
        axes = figure.subplots()
        lefts = [0.0] * len(shown)
        for name in names:
            widths = [counts[system].get(name, 0) / totals[system] for system in shown]
            colour = f"#0103{10 + result_colour(name)}"
            axes.barh(range(len(shown)), widths, left=lefts, color=colour, height=0.65)
            lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
        axes.set_yticks(range(len(shown)), list(map(label, shown)), parse_math=False)
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel("share of the mentions of terms")
        return _svg(figure, plot, title)


def result_colour(name: str) -> int:
    """Number of the CSS variable for a result of a term or an outcome of enforcement."""
    order = ("canonical", "accepted", "inflected", "redecoded", "replaced", "missing")
    same = {"kept": "canonical", "reranked": "accepted", "renamed": "inflected"}
    known = same.get(name, name)
    return order.index(known) if known in order else len(order)


def _series(number: int) -> str:
    return f"#0102{10 + number % SERIES}"


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _drawing() -> Any:
    import matplotlib

    return matplotlib.rc_context(_STYLE)


def _svg(figure: "Figure", plot: str, title: str) -> str:
    """Return a figure as an element of a page; `plot` keeps its ids apart from those of other pictures."""
    file = StringIO()
    with catch_warnings():
        filterwarnings(
            "ignore", message="Glyph .* missing from", category=UserWarning
        )  # the page's font has it
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(file.getvalue())  # noqa: S314  matplotlib wrote it
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    for element in root.iter():
        _adapt(element, plot)
    width = _ENLARGED * float(root.attrib.pop("width").removesuffix("pt"))
    root.attrib.pop("height")
    root.attrib |= {"role": "img", "aria-label": title, "style": f"width: {width:.0f}pt"}
    return ElementTree.tostring(root, encoding="unicode")


def _adapt(element: ElementTree.Element, plot: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, f"{plot}-{value}")
        elif name == f"{{{_XLINK}}}href":
            element.set(name, f"#{plot}-{value.removeprefix('#')}")
        elif "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{plot}-"))
        elif name in ("style", "fill", "stroke"):
            element.set(name, _COLOUR.sub(lambda found: _COLOURS.get(found[0], found[0]), value))
