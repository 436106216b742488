"""Charts as data first: what is drawn stands in `Distribution`, so that screen and download draw the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

from babel.numbers import format_decimal

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


def svg(chart: Distribution, lang: str, phone: bool, dark: bool) -> str:
    """The figure as an SVG image that is there at once.

    Drawn here and not by plotly, whose code is larger than all other of the page and held the map back by two seconds.
    """
    width, height = (360, 260) if phone else (760, 290)
    left, right, top, bottom = 46, 8, 10 + 17 * len(chart.marks), 46
    low, high = chart.bars[0][0], chart.bars[-1][1]
    most = max(count for *_, count, _ in chart.bars)

    def x(value: float) -> float:
        return round(left + (value - low) / (high - low) * (width - left - right), 1)

    def y(count: float) -> float:
        return round(height - bottom - count / most * (height - top - bottom), 1)

    def text(at: tuple[float, float], words: str, more: str = "") -> str:
        return f'<text x="{at[0]}" y="{at[1]}" {more}>{escape(words)}</text>'

    floor = height - bottom
    out = []
    for count in _ticks(0, most, 4, 0):
        out.append(f'<path d="M{left} {y(count)}H{width - right}" class="grid"/>')
        out.append(text((left - 6, y(count) + 4), number(count, 0, lang), 'text-anchor="end"'))
    for start, end, count, colour in chart.bars:
        box = f'x="{x(start)}" y="{y(count)}" width="{x(end) - x(start):.1f}" height="{floor - y(count):.1f}"'
        out.append(f'<rect {box} fill="{colour}"/>')
    for value in _ticks(low, high, 4 if phone else 8, 3):
        out.append(text((x(value), floor + 17), _short(value, lang), 'text-anchor="middle"'))
    middle = left + (width - left - right) / 2
    out.append(text((middle, height - 8), chart.axis, 'text-anchor="middle"'))
    side_on = f'text-anchor="middle" transform="rotate(-90 14 {(floor + top) / 2})"'
    out.append(text((14, (floor + top) / 2), chart.count_axis, side_on))
    for n, (value, words) in enumerate(chart.marks):
        dash = f'stroke-dasharray="{_DASHES[n % len(_DASHES)]}"'
        out.append(f'<path d="M{x(value)} {floor}V{top - 6 - 17 * n}" class="mark" {dash}/>')
        side = ("start", 5) if x(value) < middle else ("end", -5)
        out.append(text((x(value) + side[1], top - 4 - 17 * n), words, f'text-anchor="{side[0]}"'))
    ink = "#e8edf2" if dark else scales.INK
    style = (
        f"text{{fill:{ink};font:13px 'Source Sans 3',Arial,sans-serif}}.grid{{stroke:{ink};stroke-opacity:.15}}"
        f"rect{{stroke:{ink};stroke-width:.6}}.mark{{stroke:{ink};stroke-width:2}}"
    )
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'


_DASHES = ("none", "7 4", "2 4")


def _ticks(low: float, high: float, most: int, decimals: int) -> list[float]:
    """Round values between low and high, at most that many and one."""
    step = _even_step((high - low) / most, decimals)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _short(value: float, lang: str) -> str:
    """A number with no more decimals than it needs."""
    return str(format_decimal(round(value, 6), locale=lang))


def trend(points: list[tuple[str, float]], unit: str, lang: str, dark: bool) -> dict[str, Any]:
    """Periods and figures as a plain dict for plotly, from zero."""
    ink, grid = ("#e8edf2", "#3a4150") if dark else (scales.INK, "#e3e5ea")
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers+text",
                "x": [period for period, _ in points],
                "y": [value for _, value in points],
                "text": [_short(value, lang) for _, value in points],
                "textposition": "top center",
                "cliponaxis": False,
                "hoverinfo": "skip",
                "line": {"color": "#8fc1f2" if dark else "#1d4f80", "width": 3},
                "marker": {"size": 9},
            }
        ],
        "layout": {
            "height": 320,
            "margin": {"l": 56, "r": 24, "t": 32, "b": 40},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": ink, "size": 14, "family": "Source Sans, sans-serif"},
            "separators": ",." if lang == "nl" else ".,",
            "dragmode": False,
            "xaxis": {"type": "category", "showgrid": False, "fixedrange": True},
            "yaxis": {"title": {"text": unit}, "gridcolor": grid, "rangemode": "tozero", "fixedrange": True},
        },
    }


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
