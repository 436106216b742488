"""How areas are spread: bars, and lines at some figures."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE
from dashboard.words.numbers import number

DASHES = ("none", "7 4", "2 4")


@dataclass(frozen=True)
class Distribution:
    """How the areas are spread: bars (left, right, count, colour) and marked figures (value,
    text).
    """

    title: str
    axis: str
    count_axis: str
    bars: tuple[tuple[float, float, int, str], ...]
    marks: tuple[tuple[float, str], ...] = ()


@lru_cache(maxsize=512)
def bars(chart: Distribution, lang: str, phone: bool, dark: bool) -> str:
    """The figure as an SVG image that is there at once.

    Drawn here and not by plotly, whose code is larger than all other of the page and held the map
    back by two seconds.
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
    steps = ticks(0, most, 4, 0)
    out.append(
        f'<path d="{"".join(f"M{left} {y(n)}H{width - right}" for n in steps)}" class="grid"/>'
    )
    out += [text((left - 6, y(n) + 4), number(n, 0, lang), "e") for n in steps]
    for colour in dict.fromkeys(colour for *_, colour in chart.bars):
        boxes = "".join(
            f"M{x(start)} {y(count)}H{x(end)}V{floor}H{x(start)}z"
            for start, end, count, c in chart.bars
            if c == colour
        )
        out.append(f'<path d="{boxes}" class="bar" fill="{colour}"/>')
    for value in ticks(low, high, 4 if phone else 8, 3):
        near_edge = x(value) > width - 30
        out.append(
            text(
                (x(value) + 6 * near_edge, floor + 17),
                short(value, lang),
                "e" if near_edge else "m",
            )
        )
    middle = left + (width - left - right) / 2
    out += [text((middle, height - 8 - 17 * n), line) for n, line in enumerate(reversed(named))]
    out.append(
        f'<g transform="translate(14 {(floor + top) / 2})rotate(-90)">{text((0, 0), chart.count_axis)}</g>'
    )
    for n, (value, words) in enumerate(chart.marks):
        dash = f'stroke-dasharray="{DASHES[n % len(DASHES)]}"'
        line = f'd="M{x(value)} {floor}V{top - 6 - 17 * n}"'
        out.append(f'<path {line} class="halo"/><path {line} class="mark" {dash}/>')
        anchor, aside = ("l", 5) if x(value) < middle else ("l e", -5)
        out.append(text((x(value) + aside, top - 4 - 17 * n), words, anchor))
    ink, paper = scales.tones(dark)
    style = (
        f"text{{fill:{ink};font:13px {TYPEFACE}}}.m{{text-anchor:middle}}.e{{text-anchor:end}}"
        f".l{{paint-order:stroke;stroke:{paper};stroke-width:4}}.grid{{stroke:{ink};stroke-opacity:.15}}.bar{{stroke:{ink};stroke-width:.6}}"
        f".mark{{stroke:{ink};stroke-width:2}}.halo{{stroke:{paper};stroke-width:5;stroke-opacity:.85}}"
    )
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'
    )
