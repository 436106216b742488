"""Figures below one another as bars from zero, each with its name and its value: no legend to
look up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.svg import TYPEFACE, fitted, width, wrapped


@dataclass(frozen=True)
class Bar:
    """A figure, what it is of, and how it is written; `marked` is the one to look at.

    `margin` is how far it may be off, where that is known.
    """

    label: str
    value: float
    words: str
    marked: bool = False
    margin: tuple[float, float] | None = None


def ranked(bars: Sequence[Bar], most: float, phone: bool, dark: bool) -> str:
    """Bars in the order that they are given, the longest possible one `most`, as SVG."""
    wide = 360 if phone else 760
    ink = scales.tones(dark)[0]
    room = max(width(b.words, 14, True) for b in bars) + 10
    head = 0 if phone else 290  # a phone has the names above the bars
    lines = [wrapped(b.label, 14, (wide if phone else head) - 12) for b in bars]
    out, y = [], 4.0
    for bar, names in zip(bars, lines, strict=True):
        long = max(2.0, bar.value / most * (wide - head - room))
        if phone:
            for name in names:
                y += 18
                out.append(f'<text x="0" y="{y:.0f}" {fitted(name, 14)}>{escape(name)}</text>')
            top, y = y + 6, y + 6 + 20
        else:
            tall = max(24.0, 18.0 * len(names))
            first = y + tall / 2 + 5 - 9 * (len(names) - 1)
            out += [
                f'<text x="{head - 10}" y="{first + 18 * n:.0f}" class="e" {fitted(name, 14)}>{escape(name)}</text>'
                for n, name in enumerate(names)
            ]
            top, y = y + (tall - 20) / 2, y + tall
        look = "bar marked" if bar.marked else "bar"
        out.append(
            f'<rect x="{head}" y="{top:.0f}" width="{long:.1f}" height="20" class="{look}"/>'
        )
        if bar.margin:
            low, high = (head + end / most * (wide - head - room) for end in bar.margin)
            out.append(
                f'<path d="M{low:.1f} {top + 10:.0f}H{high:.1f}m0 -5v10M{low:.1f} {top + 5:.0f}v10" class="margin"/>'
            )
            long = max(long, high - head)
        out.append(
            f'<text x="{head + long + 7:.1f}" y="{top + 15:.0f}" class="b">{escape(bar.words)}</text>'
        )
        y += 8
    style = (
        f"text{{fill:{ink};font:14px {TYPEFACE};text-anchor:start}}.e{{text-anchor:end}}.b{{font-weight:bold}}"
        f".bar{{fill:{'#8fc1f2' if dark else '#2f6ea8'}}}.marked{{fill:{scales.accent(dark)}}}"
        f".axis{{stroke:{ink};stroke-opacity:.4}}.margin{{stroke:{ink};stroke-width:1.5;fill:none}}"
    )
    if not phone:
        out.append(f'<path d="M{head} 0V{y:.0f}" class="axis"/>')
    size = f'viewBox="0 0 {wide} {y:.0f}" width="{wide}" height="{y:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'
    )
