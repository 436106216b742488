"""Charts as data first: what is drawn stands in `Distribution`, so that screen (plotly) and download draw the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from dashboard import scales
from dashboard.figures import number, shown
from dashboard.store import Indicator, Observation
from dashboard.text import t

MOST_BARS = 24
NOT_SHOWN = ("suppressed", "missing", "not_applicable")


@dataclass(frozen=True)
class Distribution:
    """How the areas are spread: bars (left, right, count, colour) and marked figures (value, text)."""

    title: str
    axis: str
    count_axis: str
    bars: tuple[tuple[float, float, int, str], ...]
    marks: tuple[tuple[float, str], ...]


def distribution(
    found: list[Observation],
    indicator: Indicator,
    breaks: tuple[float, ...],
    marked: list[tuple[Observation, str]],
    title: str,
    count_axis: str,
    unit: str,
    lang: str,
) -> Distribution | None:
    """Count areas in even steps; each bar has the colour of its middle on the map. None when there is no figure."""
    values = [o.value for o in found if o.value is not None]
    if not values:
        return None
    low, high = min(values), max(values)
    step = _even_step((high - low) / MOST_BARS, indicator.decimals)
    start = math.floor(low / step) * step
    counts = [0] * (math.floor((high - start) / step) + 1)
    for value in values:
        counts[min(math.floor((value - start) / step), len(counts) - 1)] += 1
    colours = scales.palette(len(breaks) + 1)
    bars = []
    for n, count in enumerate(counts):
        left = start + n * step
        bars.append((left, left + step, count, colours[scales.class_of(left + step / 2, breaks)]))
    marks = [
        (o.value, t("here", lang, name=name, value=shown(o, indicator, lang)))
        for o, name in marked
        if o.value is not None
    ]
    estimated = f", {t('status_estimated', lang)}" if any(o.status == "estimated" for o in found) else ""
    axis = f"{indicator.text('label', lang)} ({unit}{estimated})"
    return Distribution(title, axis, count_axis, tuple(bars), tuple(marks))


def _even_step(least: float, decimals: int) -> float:
    """The first round step (1, 2 or 5 times a power of ten) of at least `least` and of the indicator's precision."""
    least = max(least, 10.0**-decimals)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


def plotly(chart: Distribution, lang: str, dark: bool) -> dict[str, Any]:
    """The figure as a plain dict for plotly."""
    ink = "#e8eaf0" if dark else scales.INK
    grid = "#3a4150" if dark else "#e3e5ea"
    high = max(count for *_, count, _ in chart.bars)
    return {
        "data": [
            {
                "type": "bar",
                "x": [(left + right) / 2 for left, right, *_ in chart.bars],
                "y": [count for *_, count, _ in chart.bars],
                "width": [right - left for left, right, *_ in chart.bars],
                "customdata": [[left, right] for left, right, *_ in chart.bars],
                "hovertemplate": "%{customdata[0]:,.4~g} – %{customdata[1]:,.4~g}: %{y}<extra></extra>",
                "marker": {"color": [c for *_, c in chart.bars], "line": {"color": ink, "width": 0.6}},
            }
        ],
        "layout": {
            "height": 300,
            "margin": {"l": 48, "r": 12, "t": 12 + 20 * len(chart.marks), "b": 48},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": ink, "size": 13, "family": "Source Sans, sans-serif"},
            "separators": ",." if lang == "nl" else ".,",
            "showlegend": False,
            "dragmode": False,
            "xaxis": {"title": {"text": chart.axis}, "gridcolor": grid, "fixedrange": True, "zeroline": False},
            "yaxis": {
                "title": {"text": chart.count_axis},
                "gridcolor": grid,
                "fixedrange": True,
                "rangemode": "tozero",
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": value,
                    "x1": value,
                    "y0": 0,
                    "y1": high * 1.04,
                    "line": {"color": ink, "width": 2, "dash": _DASHES[n % len(_DASHES)]},
                }
                for n, (value, _) in enumerate(chart.marks)
            ],
            "annotations": [
                {
                    "x": value,
                    "y": 1 + 0.085 * n,
                    "yref": "paper",
                    "text": text,
                    "showarrow": False,
                    "xanchor": _side(chart, value),
                    "yanchor": "bottom",
                    "font": {"color": ink, "size": 12},
                }
                for n, (value, text) in enumerate(chart.marks)
            ],
        },
    }


_DASHES = ("solid", "dash", "dot")


def _side(chart: Distribution, value: float) -> str:
    low, high = chart.bars[0][0], chart.bars[-1][1]
    return "left" if value < low + (high - low) / 2 else "right"


def sentence(found: list[Observation], indicator: Indicator, levels: str, lang: str) -> str:
    """What the figures mean, in words: the middle half, the ends, what is estimated and what is not there."""
    known = sorted((o for o in found if o.value is not None), key=lambda o: o.value or 0)
    if not known:
        return t("sentence_none", lang, n=number(len(found), 0, lang), levels=levels)
    if len(known) < 5:
        listed = "; ".join(f"{o.name} {shown(o, indicator, lang)}" for o in known)
        parts = [t("sentence_few", lang, levels=levels, list=listed)]
    else:
        parts = [
            t(
                "sentence",
                lang,
                levels=levels,
                q1=number(known[len(known) // 4].value or 0, indicator.decimals, lang),
                q3=shown(known[(3 * len(known)) // 4], indicator, lang),
                low_name=known[0].name,
                low=shown(known[0], indicator, lang),
                high_name=known[-1].name,
                high=shown(known[-1], indicator, lang),
            )
        ]
    without = len(found) - len(known)
    if without:
        counts = {s: sum(o.status == s for o in found) for s in NOT_SHOWN}
        why = ", ".join(f"{t(f'status_{s}', lang)}: {number(n, 0, lang)}" for s, n in counts.items() if n)
        parts.append(
            t(
                "sentence_without",
                lang,
                n=number(without, 0, lang),
                all=number(len(found), 0, lang),
                levels=levels,
                why=why,
            )
        )
    if any(o.status == "estimated" for o in known):
        parts.append(t("sentence_estimated", lang))
    return " ".join(parts)
