"""Differences from nothing, below one another: each a dot with its margin on one scale, and what it
is compared with as an open diamond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE, fitted, width, wrapped

ROW, DOT = 20, 6


@dataclass(frozen=True)
class Difference:
    """A difference with its margin, how it is written, and what the middle one of all is.

    `sure` is drawn filled, any other hollow: so it reads without colour too.
    """

    label: str
    value: float
    low: float
    high: float
    words: str
    sure: bool
    middle: float | None = None


def forest(differences: Sequence[Difference], axis: str, lang: str, phone: bool, dark: bool) -> str:
    """Differences in the order that they are given as SVG; `axis` says what the scale is of."""
    wide, head = (360, 0) if phone else (760, 290)
    ink = scales.tones(dark)[0]
    room = max(width(d.words, 14, True) for d in differences) + 12
    ends = [
        v for d in differences for v in (d.low, d.high, *([] if d.middle is None else [d.middle]))
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    left, right = head + 10, wide - room

    def x(value: float) -> float:
        return left + (value - low) / (high - low or 1) * (right - left)

    out, y = [], 4.0
    for d in differences:
        names = wrapped(d.label, 14, (wide if phone else head) - 12)
        look, at = ("n" if phone else "e"), (0 if phone else head - 10)
        for name in names:
            y += 18
            out.append(
                f'<text x="{at}" y="{y:.0f}" class="{look}" {fitted(name, 14)}>{escape(name)}</text>'
            )
        middle = y + 16 if phone else y - 18 * (len(names) - 1) / 2 - 5
        y += 26 if phone else 10
        out.append(f'<path d="M{x(d.low):.1f} {middle:.1f}H{x(d.high):.1f}" class="margin"/>')
        if d.middle is not None:
            out.append(
                f'<path d="M{x(d.middle):.1f} {middle - 7:.1f}l6 7-6 7-6-7z" class="middle"/>'
            )
        sure = "sure" if d.sure else "unsure"
        out.append(f'<circle cx="{x(d.value):.1f}" cy="{middle:.1f}" r="{DOT}" class="{sure}"/>')
        out.append(f'<text x="{wide}" y="{middle + 5:.1f}" class="b e">{escape(d.words)}</text>')
    steps = ticks(low, high, 4, 0)
    lines = "".join(f"M{x(n):.1f} 0V{y:.0f}" for n in steps)
    out.insert(0, f'<path d="{lines}" class="grid"/><path d="M{x(0):.1f} 0V{y:.0f}" class="zero"/>')
    y += 18
    out += [f'<text x="{x(n):.1f}" y="{y:.0f}" class="m">{short(n, lang)}</text>' for n in steps]
    for line in wrapped(axis, 13, wide - 4):
        y += 19
        out.append(f'<text x="{0 if phone else left}" y="{y:.0f}">{escape(line)}</text>')
    accent, paper = scales.accent(dark), scales.tones(dark)[1]
    style = (
        f"text{{fill:{ink};font:14px {TYPEFACE};text-anchor:start}}.e{{text-anchor:end}}.m{{text-anchor:middle}}"
        f".n{{stroke:{paper};stroke-width:4;paint-order:stroke}}.b{{font-weight:bold}}.grid{{stroke:{ink};stroke-opacity:.15}}.zero{{stroke:{ink};stroke-width:1.5}}"
        f".margin{{stroke:{ink};stroke-opacity:.55;stroke-width:3}}.sure,.unsure{{stroke:{accent};stroke-width:2}}"
        f".sure{{fill:{accent}}}.unsure{{fill:{paper}}}.middle{{fill:none;stroke:{ink};stroke-width:1.5}}"
    )
    high_px = y + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high_px:.0f}" width="{wide}" '
        f'height="{high_px:.0f}"><style>{style}</style>{"".join(out)}</svg>'
    )
