"""A strip of dots: every area at its figure, what it is compared with as lines, and one area
named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import permutations, product

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE, WIDER, fitted, width, wrapped

DASHES = ("none", "7 4", "2 4")  # of the lines, so that they differ without colour
DOT, FEW, SMALL = 9, 150, 6  # pixels across a dot, and across one of more than so many


@dataclass(frozen=True)
class Mark:
    """A figure that is named, with its margin where that is known."""

    value: float
    words: str
    margin: tuple[float, float] | None = None


def strip(
    others: Sequence[Mark],
    named: Mark | None,
    lines: Sequence[Mark],
    axis: str,
    lang: str,
    phone: bool,
    dark: bool,
) -> str:
    """Figures of all areas as dots that never lie over each other, as SVG: `others` and the one that
    is `named`, if any; `lines` are of no area among them.

    Where many areas have one figure their dots stand above each other, and the picture grows.
    """
    wide = 360 if phone else 760
    left, right, dot = 14, 14, DOT if len(others) <= FEW else SMALL
    one = [named] if named else []
    every = [m.value for m in (*others, *one, *lines)]
    every += [end for m in one for end in m.margin or ()]
    low, high = min(0.0, *every) if min(every) < 0.3 * max(every) else min(every), max(every)
    spread = high - low or 1.0

    def x(value: float) -> float:
        return left + dot / 2 + (value - low) / spread * (wide - left - right - dot)

    in_order = sorted(others, key=lambda m: m.value)
    spots = _stacked([x(m.value) for m in in_order], x(named.value) if named else None, dot)
    tall = max((abs(up) for _, up in spots), default=0.0) + dot
    marks, sides = _rows([*one, *sorted(lines, key=lambda m: m.value)], named, x, wide)
    top = 8 + 18 * len(marks)
    middle, floor = top + tall, top + 2 * tall
    title = wrapped(axis, 13, wide - left - right)
    high_px = round(floor + 26 + 17 * len(title))
    ink, paper = scales.tones(dark)
    out = [f'<path d="M{left} {floor:.0f}H{wide - right}" class="axis"/>']
    for value in ticks(low, high, 4 if phone else 8, 3):
        out.append(f'<path d="M{x(value):.0f} {floor:.0f}v5" class="axis"/>')
        anchor = "e" if x(value) > wide - 30 else "s" if x(value) < 30 else "m"
        out.append(
            f'<text x="{x(value):.0f}" y="{floor + 18:.0f}" class="{anchor}">{short(value, lang)}</text>'
        )
    dots = [
        f'<circle cx="{at:.1f}" cy="{middle + up:.1f}" r="{dot / 2}"><title>{escape(m.words)}</title></circle>'
        for m, (at, up) in zip(in_order, spots, strict=True)
    ]
    labels = []
    dashes = iter(DASHES * len(lines))
    for n, (mark, right_of) in enumerate(zip(marks, sides, strict=True)):
        at, y = x(mark.value), 14 + 18 * n
        look = "named" if mark is named else "line"
        dash = "" if mark is named else f' stroke-dasharray="{next(dashes)}"'
        out.append(f'<path d="M{at:.1f} {y + 4}V{floor:.0f}" class="{look}"{dash}/>')
        side, aside = ("s", 5) if right_of else ("e", -5)
        fit = fitted(mark.words, 13, mark is named)
        long = width(mark.words, 13, mark is named) / WIDER
        left_end = at + aside if right_of else at + aside - long
        labels.append(  # a line that must pass a label stops before it
            f'<path d="M{left_end - 2:.1f} {y - 12}h{long + 4:.1f}v15h-{long + 4:.1f}z" class="behind"/>'
        )
        label = f'<text x="{at + aside:.1f}" y="{y}" class="{side} over {look}-words" {fit}>'
        labels.append(f"{label}{escape(mark.words)}</text>")
    out += [*labels, f'<g class="dots">{"".join(dots)}</g>']
    for m in one:
        if m.margin:
            out.append(
                f'<path d="M{x(m.margin[0]):.1f} {middle:.1f}H{x(m.margin[1]):.1f}" class="margin"/>'
            )
        out.append(
            f'<circle cx="{x(m.value):.1f}" cy="{middle:.1f}" r="{0.75 * dot}" class="chosen">'
            f"<title>{escape(m.words)}</title></circle>"
        )
    for n, line in enumerate(title):
        out.append(
            f'<text x="{left}" y="{floor + 38 + 17 * n:.0f}" class="s" {fitted(line, 13)}>{escape(line)}</text>'
        )
    accent = scales.accent(dark)
    style = (
        f"text{{fill:{ink};font:13px {TYPEFACE}}}.m{{text-anchor:middle}}.e{{text-anchor:end}}.s{{text-anchor:start}}"
        f".over{{paint-order:stroke;stroke:{paper};stroke-width:4}}.named-words{{fill:{accent};font-weight:bold}}"
        f".behind{{fill:{paper}}}.axis{{stroke:{ink};stroke-opacity:.4;fill:none}}.line{{stroke:{ink};stroke-width:1.5}}"
        f".named{{stroke:{accent};stroke-width:1.5}}.margin{{stroke:{accent};stroke-width:4;stroke-opacity:.45}}"
        f".dots{{fill:{'#8fc1f2' if dark else '#2f6ea8'};fill-opacity:.75}}"
        f".chosen{{fill:{accent};stroke:{paper};stroke-width:2}}"
    )
    size = f'viewBox="0 0 {wide} {high_px}" width="{wide}" height="{high_px}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'
    )


def _rows(
    marks: Sequence[Mark], named: Mark | None, x: Callable[[float], float], wide: int
) -> tuple[Sequence[Mark], Sequence[bool]]:
    """The order of the labels from the top down, and of each whether it stands to the right of its
    line: so that as few as can be are crossed by the line of a label above, and none is cut off.
    """

    def crossed(order: Sequence[Mark], sides: Sequence[bool]) -> tuple[int, int]:
        cut = lines = 0
        for n, (mark, right) in enumerate(zip(order, sides, strict=True)):
            at, long = x(mark.value), lengths[mark]
            low, high = (at, at + long) if right else (at - long, at)
            cut += low < 0 or high > wide
            lines += sum(low < x(above.value) < high for above in order[:n])
        return cut, lines

    lengths = {m: width(m.words, 13, m is named) / WIDER + 5 for m in marks}  # as `fitted` sets it
    choices: list[tuple[Sequence[Mark], Sequence[bool]]] = [
        (marks, [x(m.value) < wide / 2 for m in marks])
    ]
    choices += [(o, s) for o in permutations(marks) for s in product((True, False), repeat=len(o))]
    return min(choices, key=lambda c: crossed(*c))


def _stacked(places: Sequence[float], taken: float | None, dot: int) -> list[tuple[float, float]]:
    """For dots in order along the axis how far each stands from the middle, so that no two touch,
    nor the one that is there: `taken`.
    """
    spots: list[tuple[float, float]] = []
    for at in places:
        near = [(a, up) for a, up in spots[-200:] if at - a < dot]
        near += [(taken, 0.0)] if taken is not None and abs(at - taken) < 1.25 * dot else []
        step = 0
        while True:
            up = (step + 1) // 2 * (1 if step % 2 else -1) * dot / 2
            room = [(1.25 * dot if (a, u) == (taken, 0.0) else dot, a, u) for a, u in near]
            if all((at - a) ** 2 + (up - u) ** 2 >= far**2 - 1e-6 for far, a, u in room):
                break
            step += 1
        spots.append((at, up))
    return spots
