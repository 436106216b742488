"""Figures below one another, each a dot on a line from zero, beside the figures that it is compared
with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE, fitted, width, wrapped

NAMES, DOT = 210, 7  # pixels of the column of names, and half of a dot across


@dataclass(frozen=True)
class Beside:
    """A figure with its margin, how it is written (`words`), and what it is compared with.

    `others` are of one area each, `middle` is of those areas together and `whole` of the country.
    `open` is a figure that may be higher in truth: what a list that is not complete holds. Without
    any figure only the words stand there. `head` is what the lines from here on have in common.
    """

    label: str
    words: str
    value: float | None = None
    margin: tuple[float, float] | None = None
    others: Sequence[float] = ()
    middle: float | None = None
    whole: float | None = None
    open: bool = False
    head: str = ""
    says: str = ""  # of the dot, under the pointer

    @property
    def ends(self) -> list[float]:
        """Every figure that is drawn."""
        one = (self.value, self.middle, self.whole)
        return [v for v in (*one, *(self.margin or ()), *self.others) if v is not None]


def beside(
    lines: Sequence[Beside], lang: str, phone: bool, dark: bool, axis: str | None = None
) -> str:
    """The lines in the order that they are given as SVG.

    With `axis`, what the scale is of, they share one; else each is as long as its own highest.
    """
    wide, left = (360, 10) if phone else (760, NAMES + 14)
    room = 0 if phone else max([width(b.words, 14, True) for b in lines if b.ends] or [0.0]) + 16
    right = wide - room - 10
    shared = [v for b in lines for v in b.ends]
    out, y = [], 4.0
    first = y
    for b in lines:
        if b.head:
            y += 24 if y > 4 else 18
            out.append(f'<text x="0" y="{y:.0f}" class="b">{escape(b.head)}</text>')
            y += 6
        names = wrapped(b.label, 14, (wide if phone else NAMES) - 4)
        for n, line in enumerate(names):
            y += 18
            at = f'x="0" y="{y:.0f}"'
            out.append(f"<text {at} {fitted(line, 14)}>{escape(line)}</text>")
            if n == 0 and not phone:
                look = "b e" if b.ends else "q"
                at = f'x="{wide if b.ends else left}" y="{y:.0f}"'
                out.append(f'<text {at} class="{look}">{escape(b.words)}</text>')
        middle = y - 18 * (len(names) - 1) - 5
        if phone:
            y += 18
            look = "b" if b.ends else "q"
            out.append(f'<text x="0" y="{y:.0f}" class="{look}">{escape(b.words)}</text>')
            middle = y + 14
            y += 20 if b.ends else 0
        if b.ends:
            out += _line(b, shared if axis else b.ends, middle, left, right)
        y += 8
    if axis:
        low, high = min(0.0, *shared), max(shared)
        steps = ticks(low, high, 4 if phone else 7, 0)
        marks = {n: left + (n - low) / (high - low or 1) * (right - left) for n in steps}
        grid = "".join(f"M{x:.1f} {first:.0f}V{y:.0f}" for x in marks.values())
        out.insert(0, f'<path d="{grid}" class="grid"/>')
        y += 16
        out += [
            f'<text x="{x:.1f}" y="{y:.0f}" class="m">{short(n, lang)}</text>'
            for n, x in marks.items()
        ]
        for line in wrapped(axis, 13, wide - 4):
            y += 19
            out.append(f'<text x="{0 if phone else left}" y="{y:.0f}">{escape(line)}</text>')
        y += 6
    accent, (ink, paper) = scales.accent(dark), scales.tones(dark)
    style = (
        f"text{{fill:{ink};font:14px {TYPEFACE};text-anchor:start;paint-order:stroke;stroke:{paper};"
        f"stroke-width:3}}.e{{text-anchor:end}}"
        f".m{{text-anchor:middle}}.b{{font-weight:bold}}.q{{fill-opacity:.8;font-style:italic}}"
        f".grid,.base{{stroke:{ink};stroke-opacity:.18}}.whole{{stroke:{ink};stroke-width:2}}"
        f".other{{fill:{ink};fill-opacity:.4}}.middle{{fill:{paper};stroke:{ink};stroke-width:1.5}}"
        f".margin{{stroke:{accent};stroke-width:4;stroke-opacity:.45}}"
        f".full,.open{{stroke:{accent};stroke-width:2.5}}.full{{fill:{accent}}}.open{{fill:{paper}}}"
    )
    size = f'viewBox="0 0 {wide} {y:.0f}" width="{wide}" height="{y:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'
    )


def _line(b: Beside, ends: Sequence[float], y: float, left: float, right: float) -> list[str]:
    """A line from the lowest to the highest of `ends`, with the marks of its figures."""
    low, high = min(0.0, *ends), max(*ends, 0.0)

    def x(value: float) -> float:
        return left + (value - low) / (high - low or 1) * (right - left)

    out = [f'<path d="M{left} {y:.1f}H{right:.1f}" class="base"/>']
    out += [f'<circle cx="{x(v):.1f}" cy="{y:.1f}" r="4" class="other"/>' for v in b.others]
    if b.whole is not None:
        out.append(f'<path d="M{x(b.whole):.1f} {y - 9:.1f}v18" class="whole"/>')
    if b.middle is not None:
        out.append(f'<path d="M{x(b.middle):.1f} {y - 7:.1f}l6 7-6 7-6-7z" class="middle"/>')
    if b.margin:
        out.append(f'<path d="M{x(b.margin[0]):.1f} {y:.1f}H{x(b.margin[1]):.1f}" class="margin"/>')
    if b.value is not None:
        look, title = "open" if b.open else "full", f"<title>{escape(b.says or b.words)}</title>"
        dot = f'cx="{x(b.value):.1f}" cy="{y:.1f}" r="{DOT}" class="{look}"'
        out.append(f"<circle {dot}>{title}</circle>")
    return out
