"""A figure through time: a line from zero, each point with its value and, where it has one, its
margin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE, width
from dashboard.words.numbers import number


@dataclass(frozen=True)
class Point:
    """A figure of one period, with its margin where it has one."""

    period: str
    value: float
    low: float | None = None
    high: float | None = None


def trend(
    points: Sequence[Point], unit: str, decimals: int, lang: str, phone: bool, dark: bool
) -> str:
    """Points in order of time as SVG; periods stand evenly, as their names are not always years."""
    wide, high = (360, 260) if phone else (760, 290)
    left, right, top, bottom = 52, 34, 40, 34
    most = max(max(p.value, p.high or 0) for p in points) or 1
    ink, paper = scales.tones(dark)
    line = "#8fc1f2" if dark else "#1d4f80"
    floor, step = high - bottom, (wide - left - right - 48) / max(1, len(points) - 1)

    def x(n: int) -> int:
        return round(left + 24 + n * step)

    def y(value: float) -> int:
        return round(floor - value / most * (floor - top))

    def text(at: tuple[float, float], words: str, look: str) -> str:
        return f'<text x="{at[0]}" y="{at[1]}" class="{look}">{escape(words)}</text>'

    steps = ticks(0, most, 4, decimals)
    out = [f'<path d="{"".join(f"M{left} {y(n)}H{wide - right}" for n in steps)}" class="grid"/>']
    out += [text((left - 8, y(n) + 4), short(n, lang), "e") for n in steps]
    out.append(text((4, 16), unit, "s"))
    for n, p in enumerate(points):
        if p.low is not None and p.high is not None:
            out.append(
                f'<path d="M{x(n)} {y(p.low)}V{y(p.high)}m-6 0h12M{x(n) - 6} {y(p.low)}h12" class="margin"/>'
            )
    out.append(
        f'<path d="M{"L".join(f"{x(n)} {y(p.value)}" for n, p in enumerate(points))}" class="line"/>'
    )
    out += [
        f'<circle cx="{x(n)}" cy="{y(p.value)}" r="4.5" class="dot"/>' for n, p in enumerate(points)
    ]
    widest = max(width(p.period, 13) for p in points) + 8
    every = max(1, math.ceil(widest / step))  # names that would touch are left out
    for n, p in enumerate(points):
        if (len(points) - 1 - n) % every == 0:
            out.append(text((x(n), floor + 20), p.period, "m"))
        if n in (0, len(points) - 1) or every == 1:
            above = y(p.value if p.high is None else p.high) - 10
            out.append(text((x(n), above), number(p.value, decimals, lang), "m b"))
    style = (
        f"text{{fill:{ink};font:13px {TYPEFACE}}}.m{{text-anchor:middle}}.e{{text-anchor:end}}.b{{font-weight:bold;"
        f"paint-order:stroke;stroke:{paper};stroke-width:4}}.grid{{stroke:{ink};stroke-opacity:.15}}"
        f".line{{fill:none;stroke:{line};stroke-width:3;stroke-linejoin:round}}.dot{{fill:{line};stroke:{paper}}}"
        f".margin{{fill:none;stroke:{line};stroke-opacity:.6;stroke-width:1.5}}"
    )
    box = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{style}</style>{"".join(out)}</svg>'
    )
