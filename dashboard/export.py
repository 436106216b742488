"""Downloads: the figures as CSV, chart and map as PNG and SVG with title, source, licence and date stamped in.

Drawn on the server with matplotlib, imported only when someone downloads, so that what is printed is the same in every
browser. SVG output is free of dates and random ids: twice the same view gives twice the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal

from dashboard import scales
from dashboard.charts import Distribution
from dashboard.figures import class_labels
from dashboard.store import Indicator, Observation
from dashboard.text import t

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN, DPI = 8.0, 200


@dataclass(frozen=True)
class Stamp:
    """What is written on every picture."""

    title: str
    sentence: str
    source: str
    made_by: str


def table(
    found: list[Observation],
    indicator: Indicator,
    period: str,
    level: str,
    unit: str,
    source: dict[str, Any],
    lang: str,
) -> bytes:
    """The figures as CSV, a row per area, each with unit, status, source and licence; UTF-8 with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["area", "name", "level", "indicator", "label", "period", "value", "low", "high", "unit", "status", "source",
         "publisher", "licence", "retrieved", "via"]
    )  # fmt: skip
    what = (indicator.id, indicator.text("label", lang))
    receipt = [source[k] for k in ("title", "publisher", "licence", "retrieved", "via")]
    for o in found:
        digits = None if o.value is None else round(o.value, indicator.decimals + 2)
        figures = (digits, o.low, o.high, unit, o.status)
        writer.writerow([o.code, _plain(o.name), level, *what, period, *figures, *receipt])
    return ("\ufeff" + out.getvalue()).encode()


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def chart(drawn: Distribution, stamp: Stamp, form: str, lang: str) -> bytes:
    """The distribution as `png` or `svg`."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _page(stamp, 4.2)
    axes.bar(
        [left for left, *_ in drawn.bars],
        [count for *_, count, _ in drawn.bars],
        width=[right - left for left, right, *_ in drawn.bars],
        align="edge",
        color=[c for *_, c in drawn.bars],
        edgecolor=scales.INK,
        linewidth=0.6,
    )
    axes.set_xlabel(drawn.axis)
    axes.set_ylabel(drawn.count_axis)
    for n, (value, text) in enumerate(drawn.marks):
        axes.axvline(value, color=scales.INK, linewidth=1.6, linestyle=("-", "--", ":")[n % 3])
        axes.annotate(
            text,
            (value, 1.0),
            xytext=(0, 4 + 12 * n),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="left" if value < sum(axes.get_xlim()) / 2 else "right",
            fontsize=9,
        )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: format_decimal(value, locale=lang))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e3e5ea", linewidth=0.8)
    axes.set_axisbelow(True)
    return _bytes(figure, form)


def map_picture(
    found: list[Observation],
    outlines: dict[str, str],
    indicator: Indicator,
    breaks: tuple[float, ...],
    unit: str,
    stamp: Stamp,
    form: str,
    lang: str,
) -> bytes:
    """The map as `png` or `svg`, with its legend; a pattern per status, so it survives grey print."""
    from matplotlib.patches import Patch, PathPatch

    figure, axes = _page(stamp, 0.5 + _map_height(outlines))
    colours = scales.palette(len(breaks) + 1)
    bounds = [math.inf, math.inf, -math.inf, -math.inf]
    statuses = set()
    for o in found:
        if o.code not in outlines:
            continue
        path = _path(json.loads(outlines[o.code]))
        box = path.get_extents()
        bounds = [min(bounds[0], box.x0), min(bounds[1], box.y0), max(bounds[2], box.x1), max(bounds[3], box.y1)]
        statuses.add(o.status)
        colour = scales.STATUS_FILL[o.status] if o.value is None else colours[scales.class_of(o.value, breaks)]
        hatch = scales.PATTERN[o.status] or None
        line = 0.25 if len(found) > 500 else 0.5
        axes.add_patch(
            PathPatch(path, facecolor=colour, edgecolor=scales.INK, linewidth=line, hatch=hatch and hatch[:2])
        )
    if math.isfinite(bounds[0]):
        axes.set_xlim(bounds[0], bounds[2])
        axes.set_ylim(bounds[1], bounds[3])
        axes.set_aspect(1 / math.cos(math.radians((bounds[1] + bounds[3]) / 2)))
    axes.axis("off")
    estimated = "estimated" in statuses and "measured" not in statuses
    labels = class_labels(breaks, indicator, lang)
    looks = [(c, label, "//" if estimated else None) for c, label in zip(colours, labels, strict=True)]
    looks += [
        (fill, t(f"status_{s}", lang), scales.PATTERN[s][:2] or None)
        for s, fill in scales.STATUS_FILL.items()
        if s in statuses
    ]
    entries = [Patch(fc=c, ec=scales.INK, lw=0.6, label=label, hatch=hatch) for c, label, hatch in looks]
    title = f"{unit} ({t('status_estimated', lang)})" if estimated else unit
    axes.legend(handles=entries, title=title, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=4, frameon=False)
    return _bytes(figure, form)


def _map_height(outlines: dict[str, str]) -> float:
    """Inches that the map needs at full width, between a strip and a full page."""
    boxes = [_path(json.loads(text)).get_extents() for text in outlines.values()]
    if not boxes:
        return 3.0
    south, north = min(b.y0 for b in boxes), max(b.y1 for b in boxes)
    width = (max(b.x1 for b in boxes) - min(b.x0 for b in boxes)) * math.cos(math.radians((south + north) / 2))
    return max(3.0, min(9.0, 0.84 * WIDTH_IN * (north - south) / max(width, 1e-6)) + 1.2)


def _path(geometry: dict[str, Any]) -> Any:
    """A polygon or multipolygon as one path; holes are left open by the even-odd direction of their rings."""
    from matplotlib.path import Path

    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return Path.make_compound_path(*[Path(ring, closed=True) for polygon in parts for ring in polygon])


def _page(stamp: Stamp, height_in: float) -> tuple[Figure, Axes]:
    """A figure with title and sentence above and source and maker below, and the axes between them."""
    from matplotlib.figure import Figure

    title = textwrap.wrap(stamp.title, 60)
    words = textwrap.wrap(stamp.sentence, 90)
    foot = [*textwrap.wrap(stamp.source, 105), *textwrap.wrap(stamp.made_by, 105)]
    above, below = 0.32 + 0.28 * len(title) + 0.19 * len(words), 0.3 + 0.17 * len(foot)
    total = height_in + above + below
    figure = Figure(figsize=(WIDTH_IN, total), dpi=DPI, facecolor=scales.PAPER)
    figure.text(0.06, 1 - 0.18 / total, "\n".join(title), va="top", fontsize=15, fontweight="bold", color=scales.INK)
    lead = 1 - (0.24 + 0.28 * len(title)) / total
    figure.text(0.06, lead, "\n".join(words), va="top", fontsize=10, color=scales.INK)
    figure.text(0.06, 0.12 / total, "\n".join(foot), va="bottom", fontsize=8.5, color=scales.QUIET)
    return figure, figure.add_axes((0.1, (below + 0.45) / total, 0.84, (height_in - 0.75) / total))


def _bytes(figure: Figure, form: str) -> bytes:
    import matplotlib

    out = io.BytesIO()
    fixed: Any = {"svg.hashsalt": "cultuuratlas", "svg.fonttype": "none", "hatch.linewidth": 0.5}
    with matplotlib.rc_context(fixed):
        figure.savefig(out, format=form, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()
