"""Charts as data first: what is drawn stands in `Distribution`, so that screen and download draw the same."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
from babel.numbers import format_decimal

from dashboard import scales, store
from dashboard.figures import number, shown, with_unit
from dashboard.text import t
from dashboard.underserved import Floats, Ints

MOST_BARS = 24
NOT_SHOWN = ("suppressed", "missing", "refused", "not_applicable")


@dataclass(frozen=True)
class Distribution:
    """How the areas are spread: bars (left, right, count, colour) and marked figures (value, text)."""

    title: str
    axis: str
    count_axis: str
    bars: tuple[tuple[float, float, int, str], ...]
    marks: tuple[tuple[float, str], ...] = ()


TINY = 1e-9  # of a step, as in store.histogram: 51.4 is 513.9999999999999 steps of 0.1 to a machine


def distribution(
    series: tuple[str, str], level: str, scope: str, title: str, count_axis: str, lang: str
) -> Distribution | None:
    """Areas counted in even steps; each bar has the colour of its middle on the map. None when there is no figure.

    `series` is indicator and period.
    """
    known = store.summary(*series, level, scope)
    if not known.lowest or not known.highest:
        return None
    indicator, scale = store.indicators()[series[0]], store.scale(series[0], level)
    low, high = known.lowest.value or 0, known.highest.value or 0
    step = _even_step((high - low) / MOST_BARS, indicator.decimals)
    start = math.floor(low / step + TINY) * step
    counts = store.histogram(*series, level, scope, start, step, math.floor((high - start) / step + TINY) + 1)
    colours = scales.palette(scale)
    bars = []
    for n, count in enumerate(counts):
        left = start + n * step
        bars.append((left, left + step, count, colours[scales.class_of(left + step / 2, scale.breaks)]))
    estimated = f", {t('status_estimated', lang)}" if "estimated" in known.statuses else ""
    axis = f"{indicator.text('label', lang)} ({store.term('unit', indicator.unit, lang)}{estimated})"
    return Distribution(title, axis, count_axis, tuple(bars))


def _even_step(least: float, decimals: int) -> float:
    """The first round step (1, 2 or 5 times a power of ten) of at least `least` and of the indicator's precision."""
    least = max(least, 10.0**-decimals)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


@lru_cache(maxsize=512)
def svg(chart: Distribution, lang: str, phone: bool, dark: bool) -> str:
    """The figure as an SVG image that is there at once.

    Drawn here and not by plotly, whose code is larger than all other of the page and held the map back by two seconds.
    """
    width, height = (360, 260) if phone else (760, 290)
    named = textwrap.wrap(chart.axis, width // 8)
    height += 17 * (len(named) - 1)
    left, right, top, bottom = 64, 8, 10 + 17 * len(chart.marks), 29 + 17 * len(named)
    ends = [chart.bars[0][0], chart.bars[-1][1], *(value for value, _ in chart.marks)]
    low, high = min(ends), max(ends)
    most = max(count for *_, count, _ in chart.bars)

    def x(value: float) -> int:
        return round(left + (value - low) / (high - low) * (width - left - right))

    def y(count: float) -> int:
        return round(height - bottom - count / most * (height - top - bottom))

    def text(at: tuple[float, float], words: str, anchor: str = "m") -> str:
        return f'<text x="{at[0]}" y="{at[1]}" class="{anchor}">{escape(words)}</text>'

    floor = height - bottom
    out = []
    steps = _ticks(0, most, 4, 0)
    out.append(f'<path d="{"".join(f"M{left} {y(n)}H{width - right}" for n in steps)}" class="grid"/>')
    out += [text((left - 6, y(n) + 4), number(n, 0, lang), "e") for n in steps]
    for colour in dict.fromkeys(colour for *_, colour in chart.bars):
        boxes = "".join(
            f"M{x(start)} {y(count)}H{x(end)}V{floor}H{x(start)}z" for start, end, count, c in chart.bars if c == colour
        )
        out.append(f'<path d="{boxes}" class="bar" fill="{colour}"/>')
    for value in _ticks(low, high, 4 if phone else 8, 3):
        near_edge = x(value) > width - 30
        out.append(text((x(value) + 6 * near_edge, floor + 17), _short(value, lang), "e" if near_edge else "m"))
    middle = left + (width - left - right) / 2
    out += [text((middle, height - 8 - 17 * n), line) for n, line in enumerate(reversed(named))]
    out.append(f'<g transform="translate(14 {(floor + top) / 2})rotate(-90)">{text((0, 0), chart.count_axis)}</g>')
    for n, (value, words) in enumerate(chart.marks):
        dash = f'stroke-dasharray="{_DASHES[n % len(_DASHES)]}"'
        line = f'd="M{x(value)} {floor}V{top - 6 - 17 * n}"'
        out.append(f'<path {line} class="halo"/><path {line} class="mark" {dash}/>')
        anchor, aside = ("l", 5) if x(value) < middle else ("l e", -5)
        out.append(text((x(value) + aside, top - 4 - 17 * n), words, anchor))
    ink, paper = scales.tones(dark)
    style = (
        f"text{{fill:{ink};font:13px 'Source Sans 3',Arial,sans-serif}}.m{{text-anchor:middle}}.e{{text-anchor:end}}"
        f".l{{paint-order:stroke;stroke:{paper};stroke-width:4}}.grid{{stroke:{ink};stroke-opacity:.15}}.bar{{stroke:{ink};stroke-width:.6}}"
        f".mark{{stroke:{ink};stroke-width:2}}.halo{{stroke:{paper};stroke-width:5;stroke-opacity:.85}}"
    )
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'


@lru_cache(maxsize=64)
def calibration(points: tuple[tuple[float, float, float, float], ...], axes: tuple[str, str], dark: bool) -> str:
    """Predicted against observed as an SVG image: (observed, predicted, low, high) per area, and the line of equality.

    A point whose interval holds what was observed is a dot, any other a cross: its shape, not its colour, tells.
    """
    size, edge = 420, 56
    most = math.ceil(max(max(p) for p in points) / 10) * 10
    ink, paper = scales.tones(dark)

    def x(value: float) -> int:
        return round(edge + value / most * (size - edge - 12))

    def y(value: float) -> int:
        return round(size - edge - value / most * (size - edge - 12))

    out = [f'<path d="M{x(0)} {y(0)}L{x(most)} {y(most)}" class="same"/>']
    for value in _ticks(0, most, 5, 0):
        out.append(f'<path d="M{x(value)} {y(0)}V{y(most)}M{x(0)} {y(value)}H{x(most)}" class="grid"/>')
        out.append(f'<text x="{x(value)}" y="{y(0) + 18}" class="m">{value:g}</text>')
        out.append(f'<text x="{x(0) - 8}" y="{y(value) + 4}" class="e">{value:g}</text>')
    for observed, predicted, low, high in points:
        out.append(f'<path d="M{x(observed)} {y(low)}V{y(high)}" class="span"/>')
        if low <= observed <= high:
            out.append(f'<circle cx="{x(observed)}" cy="{y(predicted)}" r="3.5" class="dot"/>')
        else:
            left, top = x(observed) - 4, y(predicted) - 4
            out.append(f'<path d="M{left} {top}l8 8m0 -8l-8 8" class="cross"/>')
    out.append(f'<text x="{x(most / 2)}" y="{size - 10}" class="m">{escape(axes[0])}</text>')
    out.append(f'<g transform="translate(14 {y(most / 2)})rotate(-90)"><text class="m">{escape(axes[1])}</text></g>')
    style = (
        f"text{{fill:{ink};font:13px 'Source Sans 3',Arial,sans-serif}}.m{{text-anchor:middle}}.e{{text-anchor:end}}"
        f".grid{{stroke:{ink};stroke-opacity:.12}}.same{{stroke:{ink};stroke-dasharray:6 4}}"
        f".span{{stroke:{ink};stroke-opacity:.35}}.dot{{fill:#2c80a6;stroke:{paper}}}"
        f".cross{{stroke:{scales.accent(dark)};stroke-width:2.5}}"
    )
    box = f'viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{style}</style>{"".join(out)}</svg>'


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


def scatter(
    x: Floats,
    y: Floats,
    thirds: Ints,
    names: Any,
    codes: Any,
    axes: tuple[str, str],
    chosen: str,
    lang: str,
    dark: bool,
    *,
    most: int,
) -> dict[str, Any]:
    """Areas by two figures, coloured by their thirds, as a plain dict for plotly; beyond `most` as counts in a grid."""
    ink, line = ("#e8edf2", "#3a4150") if dark else (scales.INK, "#e3e5ea")
    farthest = max(1.0, 1.05 * float(np.quantile(x, 0.98)))  # a single island would press all others to the side
    if len(x) > most:
        counts, right, top = np.histogram2d(x, y, bins=24, range=[[0, farthest], [y.min(), y.max() + 1e-9]])
        data: dict[str, Any] = {
            "type": "heatmap",
            "x": ((right[1:] + right[:-1]) / 2).round(2).tolist(),
            "y": ((top[1:] + top[:-1]) / 2).round(2).tolist(),
            "z": [[int(n) or None for n in row] for row in counts.T],
            "colorscale": [[n / (len(scales.RAMP) - 1), c] for n, c in enumerate(scales.RAMP)],
            "hoverongaps": False,
            "showscale": False,
        }
    else:
        data = {
            "type": "scatter",
            "mode": "markers",
            "x": x.round(2).tolist(),
            "y": y.round(2).tolist(),
            "text": list(names),
            "customdata": list(codes),
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "size": [15 if code == chosen else 9 for code in codes],
                "color": [scales.BIVARIATE[n] for n in thirds],
                "line": {
                    "width": [3 if code == chosen else 0.8 for code in codes],
                    "color": [scales.ACCENT if code == chosen else ink for code in codes],
                },
            },
        }
    axis = {"gridcolor": line, "zeroline": False, "fixedrange": True, "automargin": True}
    return {
        "data": [data],
        "layout": {
            "height": 340,
            "margin": {"l": 48, "r": 8, "t": 8, "b": 48},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": ink, "size": 13, "family": "Source Sans, sans-serif"},
            "separators": ",." if lang == "nl" else ".,",
            "dragmode": False,
            "clickmode": "event+select",
            "xaxis": {**axis, "range": [0, farthest], "title": {"text": "<br>".join(textwrap.wrap(axes[0], 42))}},
            "yaxis": {**axis, "title": {"text": "<br>".join(textwrap.wrap(axes[1], 36))}},
        },
    }


def sentence(series: tuple[str, str], level: str, scope: str, lang: str) -> str:
    """What the figures mean, in words: the middle half, the ends, what is estimated and what is not there."""
    known = store.summary(*series, level, scope)
    indicator, levels = store.indicators()[series[0]], t(f"levels_{level}", lang)
    if not known.lowest or not known.highest or not known.quartiles:
        if known.areas == 1:
            return t("sentence_none_one", lang, level=t(f"level_{level}", lang))
        return t("sentence_none", lang, n=number(known.areas, 0, lang), levels=levels)
    if known.figures < 5:
        few = [o for o in store.observations(*series, level, scope) if o.value is not None]
        listed = "; ".join(f"{o.name} {shown(o, indicator, lang)}" for o in sorted(few, key=lambda o: o.value or 0))
        parts = [t("sentence_few", lang, levels=levels, list=listed)]
    elif known.ties[0] == known.figures:
        parts = [t("sentence_all", lang, levels=levels, value=shown(known.lowest, indicator, lang))]
    else:
        q1, q3 = (with_unit(q, indicator, lang) for q in known.quartiles)
        start = number(known.quartiles[0], indicator.decimals, lang)
        parts = [t("sentence_same" if q1 == q3 else "sentence", lang, levels=levels, q1=start, q3=q3)]
        if known.lowest.low is not None:  # with intervals nobody can be named first or last
            low = number(known.lowest.value or 0, indicator.decimals, lang)
            high = with_unit(known.highest.value or 0, indicator, lang)
            parts.append(t("sentence_bands", lang, levels=levels, low=low, high=high))
        else:
            low, high = (
                f"{o.name if n == 1 else f'{number(n, 0, lang)} {levels}'} ({shown(o, indicator, lang)})"
                for o, n in zip((known.lowest, known.highest), known.ties, strict=True)
            )
            parts.append(t("sentence_ends", lang, count=known.ties[0], low=low, high=high))
    without = known.areas - known.figures
    if without:
        why = ", ".join(
            f"{t(f'status_{s}', lang)}: {number(known.statuses[s], 0, lang)}" for s in NOT_SHOWN if s in known.statuses
        )
        parts.append(
            t(
                "sentence_without",
                lang,
                count=without,
                n=number(without, 0, lang),
                all=number(known.areas, 0, lang),
                levels=levels,
                why=why,
            )
        )
    if "estimated" in known.statuses:
        parts.append(t("sentence_estimated", lang))
    return " ".join(parts)
