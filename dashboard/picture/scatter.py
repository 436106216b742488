"""Areas by two figures: a dot each, or in what is too much to tell apart how many there are in each
cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE, fitted, width, wrapped
from dashboard.words.numbers import number

MOST, CELLS = 500, 24  # dots that can be told apart, and cells along an axis for more than those
NAMED, LINE = 6, 17  # names at most beside the chosen one; pixels from one line to the next
INNER = (0.02, 0.98)  # shares of the areas between which the axes always reach
Ends = tuple[float, float]


@dataclass(frozen=True)
class Dot:
    """An area at its two figures: how it is read, its code and name, and its own colour where it
    has one. One that is not `solid` is estimated.
    """

    x: float
    y: float
    words: str
    code: str
    name: str
    solid: bool = True
    colour: str = ""


@dataclass(frozen=True)
class Axes:
    """What is measured along and upwards, what the areas are called together, and the middle figure
    of each where it is drawn.
    """

    along: str
    up: str
    areas: str
    middle: tuple[float, float] | None = None


def scatter(
    dots: Sequence[Dot], chosen: str, axes: Axes, lang: str, phone: bool, dark: bool
) -> str:
    """Areas as SVG, of `chosen` (a code) its name, and of the first of the others where there is
    room: give them in the order that they matter.

    Where few areas lie far from all others, the axes end before them: they stand at the edge, as
    triangles.
    """
    wide, title = 360 if phone else 760, wrapped(axes.up, 13, 340 if phone else 740)
    below = wrapped(axes.along, 13, 340 if phone else 740)
    left, right, top = 52, wide - 14, 18 + LINE * len(title)
    floor = top + (300 if phone else 380)
    xs, ys = np.array([d.x for d in dots]), np.array([d.y for d in dots])
    ends = ends_of(xs), ends_of(ys)

    def x(value: float) -> float:
        low, high = ends[0]
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    def y(value: float) -> float:
        low, high = ends[1]
        return floor - (min(max(value, low), high) - low) / (high - low) * (floor - top)

    out = [
        f'<text x="0" y="{14 + LINE * n}" {fitted(line, 13)}>{escape(line)}</text>'
        for n, line in enumerate(title)
    ]
    for value in ticks(*ends[1], 5, 3):
        out.append(f'<path d="M{left} {y(value):.1f}H{right}" class="grid"/>')
        out.append(
            f'<text x="{left - 8}" y="{y(value) + 4:.1f}" class="e">{short(value, lang)}</text>'
        )
    for value in ticks(*ends[0], 4 if phone else 8, 3):
        out.append(f'<path d="M{x(value):.1f} {top}V{floor}" class="grid"/>')
        side = "e" if x(value) > right - 10 else "m"
        out.append(
            f'<text x="{x(value):.1f}" y="{floor + 18}" class="{side}">{short(value, lang)}</text>'
        )
    out += [
        f'<text x="{right}" y="{floor + 40 + LINE * n}" class="e" {fitted(line, 13)}>{escape(line)}</text>'
        for n, line in enumerate(below)
    ]
    if axes.middle:
        out.append(
            f'<path d="M{x(axes.middle[0]):.1f} {top}V{floor}M{left} {y(axes.middle[1]):.1f}H{right}" class="middle"/>'
        )
    marked = [d for d in dots if d.code == chosen]
    named = marked
    if len(dots) > MOST:
        out += _cells((xs, ys), ends, (x, y), axes.areas, lang)
    else:
        radius = 4.5 if len(dots) <= MOST / 3 else 3.5
        out += [_mark(d, x(d.x), y(d.y), radius, ends) for d in dots if d.code != chosen]
        named = [*marked, *(d for d in dots if d.code != chosen)]
    out += [_mark(d, x(d.x), y(d.y), 7, ends, "chosen") for d in marked]
    out += _names([(d, x(d.x), y(d.y)) for d in named], chosen, (left, right, top, floor))
    ink, paper = scales.tones(dark)
    accent, blue = scales.accent(dark), "#8fc1f2" if dark else "#2f6ea8"
    style = (
        f"text{{fill:{ink};font:13px {TYPEFACE}}}.m{{text-anchor:middle}}.e{{text-anchor:end}}"
        f".grid{{stroke:{ink};stroke-opacity:.12}}.middle{{stroke:{ink};stroke-opacity:.6;stroke-dasharray:6 4}}"
        f".dot{{fill:{blue};fill-opacity:.75;stroke:{paper};stroke-width:.6}}"
        f".open{{fill:{paper};fill-opacity:.6;stroke:{blue};stroke-width:1.4}}.cell{{stroke:none}}"
        f".own{{stroke:{ink};stroke-width:.8}}.chosen{{fill:{accent};stroke:{paper};stroke-width:2}}"
        f".name{{paint-order:stroke;stroke:{paper};stroke-width:4;stroke-linejoin:round;pointer-events:none}}"
        f".of-chosen{{fill:{accent};font-weight:bold}}"
    )
    high = floor + 32 + LINE * len(below)
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'
    )


def beyond(values: Sequence[float]) -> bool:
    """Whether some areas lie farther out than the axis of these figures reaches."""
    low, high = ends_of(np.array(values))
    return min(values) < low or max(values) > high


def ends_of(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Where an axis begins and ends: with all figures, unless a few lie farther out than all others
    are apart; from zero where that is near.
    """
    least, most = float(values.min()), float(values.max())
    low, high = (float(q) for q in np.quantile(values, INNER))
    apart = high - low
    if apart and most - high > apart:
        most = high + 0.1 * apart
    if apart and low - least > apart:
        least = low - 0.1 * apart
    room = 0.03 * (most - least)  # so that no dot lies over the edge
    least = 0.0 if 0 <= least < 0.3 * most else least - room
    return least, most + room if most > least else least + 1


def _mark(
    d: Dot,
    x: float,
    y: float,
    radius: float,
    ends: tuple[Ends, Ends],
    look: str = "",
) -> str:
    """A dot, or a triangle that points to where an area lies beyond the axes."""
    look = look or ("own dot" if d.colour else "dot" if d.solid else "open")
    fill = f' style="fill:{d.colour}"' if d.colour and look != "chosen" else ""
    about = f'class="{look}"{fill} data-code="{d.code}"><title>{escape(d.words)}</title>'
    (left, right), (low, high) = ends
    turn = (
        0
        if d.x > right
        else 180
        if d.x < left
        else 270
        if d.y > high
        else 90
        if d.y < low
        else None
    )
    if turn is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {about}</circle>'
    r = 1.3 * radius
    shape = f'd="M{-r:.1f} {-r:.1f}L{r:.1f} 0L{-r:.1f} {r:.1f}z" transform="translate({x:.1f} {y:.1f})rotate({turn})"'
    return f"<path {shape} {about}</path>"


def _cells(
    figures: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    ends: tuple[Ends, Ends],
    places: tuple[Callable[[float], float], Callable[[float], float]],
    areas: str,
    lang: str,
) -> list[str]:
    """How many areas there are in each cell that has one: the more, the darker."""
    x, y = places
    xs, ys = (np.clip(v, *e) for v, e in zip(figures, ends, strict=True))
    counts, across, up = np.histogram2d(xs, ys, bins=CELLS, range=ends)
    most, out = counts.max(), []
    for i, j in zip(*np.nonzero(counts), strict=True):
        n = int(counts[i, j])
        # by its root: else nearly all cells would be of the lightest colour
        colour = scales.RAMP[round((len(scales.RAMP) - 1) * ((n - 1) / max(most - 1, 1)) ** 0.5)]
        box = [
            " – ".join(short(round(float(edge), 1), lang) for edge in pair)
            for pair in ((across[i], across[i + 1]), (up[j], up[j + 1]))
        ]
        at = f'x="{x(across[i]):.1f}" y="{y(up[j + 1]):.1f}"'
        size = (
            f'width="{x(across[i + 1]) - x(across[i]):.1f}" height="{y(up[j]) - y(up[j + 1]):.1f}"'
        )
        label = f"{number(n, 0, lang)} {areas}: {box[0]}; {box[1]}"
        out.append(
            f'<rect {at} {size} fill="{colour}" class="cell"><title>{escape(label)}</title></rect>'
        )
    return out


def _names(
    marks: Sequence[tuple[Dot, float, float]], chosen: str, room: tuple[float, float, float, float]
) -> list[str]:
    """The names of the first marks, each beside its mark where it touches no earlier one."""
    left, right, top, floor = room
    taken: list[tuple[float, float, float, float]] = []
    out: list[str] = []
    for d, x, y in marks:
        bold = d.code == chosen
        if len(out) == NAMED + 1 or not d.name:
            break
        wide, gap = width(d.name, 13, bold), 11 if bold else 8
        start = x + gap if x + gap + wide < right else x - gap - wide
        box = (start, y - 9, start + wide, y + 9)
        if start < left or not top + 4 < y < floor - 4:
            continue
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        taken.append(box)
        look = "name of-chosen" if bold else "name"
        out.append(f'<text x="{start:.1f}" y="{y + 4:.1f}" class="{look}">{escape(d.name)}</text>')
    return out
