"""Predicted beside observed."""

from __future__ import annotations

import math
from functools import lru_cache
from html import escape

from dashboard.picture import scales
from dashboard.picture.axis import ticks
from dashboard.picture.svg import TYPEFACE


@lru_cache(maxsize=64)
def calibration(
    points: tuple[tuple[float, float, float, float], ...], axes: tuple[str, str], dark: bool
) -> str:
    """Predicted against observed as an SVG image: (observed, predicted, low, high) per area, and
    the line of equality.

    A point whose interval holds what was observed is a dot, any other a cross: its shape, not its
    colour, tells.
    """
    size, edge = 420, 56
    most = math.ceil(max(max(p) for p in points) / 10) * 10
    ink, paper = scales.tones(dark)

    def x(value: float) -> int:
        return round(edge + value / most * (size - edge - 12))

    def y(value: float) -> int:
        return round(size - edge - value / most * (size - edge - 12))

    out = [f'<path d="M{x(0)} {y(0)}L{x(most)} {y(most)}" class="same"/>']
    for value in ticks(0, most, 5, 0):
        out.append(
            f'<path d="M{x(value)} {y(0)}V{y(most)}M{x(0)} {y(value)}H{x(most)}" class="grid"/>'
        )
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
    out.append(
        f'<g transform="translate(14 {y(most / 2)})rotate(-90)"><text class="m">{escape(axes[1])}</text></g>'
    )
    style = (
        f"text{{fill:{ink};font:13px {TYPEFACE}}}.m{{text-anchor:middle}}.e{{text-anchor:end}}"
        f".grid{{stroke:{ink};stroke-opacity:.12}}.same{{stroke:{ink};stroke-dasharray:6 4}}"
        f".span{{stroke:{ink};stroke-opacity:.35}}.dot{{fill:#2c80a6;stroke:{paper}}}"
        f".cross{{stroke:{scales.accent(dark)};stroke-width:2.5}}"
    )
    box = f'viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{style}</style>{"".join(out)}</svg>'
    )
