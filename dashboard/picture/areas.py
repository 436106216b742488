"""A map of areas: one path for all areas of one look, so that a map of the whole country stays a
small file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np

from dashboard.picture import scales
from dashboard.picture.svg import TYPEFACE, width

WIDE, LEAST, MOST = 744, 300, 900  # pixels: width of a map, and how high it may be
FINE = 10  # steps in a pixel, so that coordinates are whole numbers
LETTERS, NAMES = 13, 12  # pixels of a name on a map, and how many there are at most
COARSE, MANY = 5, 100  # a coarser grid for more areas than so many that each say their value
SEAM = 5000  # from so many areas on lines would grey the colours
STILL = 1000  # steps of the longest side of a map that stands in for one that moves
HALO, BORDER = 7, 3.5  # pixels of the light and the coloured line around a chosen area


@dataclass(frozen=True)
class Fill:
    """The look of an area: its colour, and the status that it has the pattern of."""

    colour: str
    status: str = "measured"


@dataclass(frozen=True)
class Name:
    """A name on a map, at a longitude and latitude."""

    words: str
    lon: float
    lat: float


def areas(
    outlines: Mapping[str, str],
    fills: Mapping[str, Fill],
    box: tuple[float, float, float, float],
    names: Sequence[Name] = (),
    values: Mapping[str, str] | None = None,
    zoom: float = 1,
) -> str:
    """Outlines (GeoJSON text) by code, each with its fill, as SVG; `box` is west, south, east,
    north in degrees.

    An outline without a fill is not drawn. Degrees are drawn as a plane on which distances in the
    middle are right. Of `names` those are written that do not touch an earlier one, `zoom` times as
    large as usual. With `values` every area is a mark of its own that says what it stands for.
    """
    west, south, east, north = box
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(WIDE / ((east - west) * narrow), MOST / (north - south))
    wide, high = round((east - west) * narrow * scale), max(LEAST, round((north - south) * scale))
    across, down = FINE * scale * narrow, FINE * scale
    at = west, north, across, down
    grid = COARSE if values and len(outlines) > MANY else 1  # the same for neighbours: no seams

    shapes: dict[Fill, list[tuple[str, str, str]]] = {}
    for code, outline in outlines.items():
        if code in fills:
            says = f'data-code="{code}"', escape(values[code]) if values else ""
            shapes.setdefault(fills[code], []).append((_path(outline, at, grid), *says))
    line = FINE * (0.25 if len(outlines) > 500 else 0.5)
    drawn = []
    for fill, paths in sorted(shapes.items(), key=lambda s: (s[0].status, s[0].colour)):
        shape = f'd="{"".join(d for d, *_ in paths)}" fill-rule="evenodd"'
        # in the colour of the area a line closes the seam between neighbours
        colour = fill.colour if len(outlines) > SEAM else scales.ink_on(fill.colour)
        look = f'fill="{fill.colour}" stroke="{colour}" stroke-width="{line:g}"'
        if values:
            each = (f'<path d="{d}" {code}><title>{s}</title></path>' for d, code, s in paths)
            drawn.append(f'<g fill-rule="evenodd" {look}>{"".join(each)}</g>')
        else:
            drawn.append(f"<path {shape} {look}/>")
        if scales.PATTERN[fill.status]:
            drawn.append(
                f'<path {shape} fill="url(#{pattern_id(fill, "map")})" pointer-events="none"/>'
            )
    defs = patterns(shapes, "map", FINE)
    drawn += _written(
        [(n.words, (n.lon - west) * across, (north - n.lat) * down) for n in names],
        (FINE * wide, FINE * high),
        LETTERS * zoom,
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {FINE * wide} {FINE * high}">'
        f"<defs>{defs}</defs>{''.join(drawn)}</svg>"
    )


def still(
    outlines: Iterable[tuple[str, str]],
    fills: Mapping[str, Fill],
    box: tuple[float, float, float, float],
    line: float,
    border: str = "",
) -> str:
    """Areas (code, outline as GeoJSON text) as a map in the browser shows them before it is moved:
    as SVG on the square web map, whose sheet is `box`, west, south, east, north in degrees.

    It has no size, so that it fills whatever shows it, with what lies beside the sheet. Lines are
    `line` pixels at any size, and light on a dark page; `border` is the outline of a chosen area.
    """
    west, south, east, north = box
    bottom, top = _stretched(np.array([south, north])).tolist()
    step = STILL / max(east - west, top - bottom)
    at = west, top, step, step
    shapes: dict[Fill, list[str]] = {}
    for code, outline in outlines:
        if code in fills:
            shapes.setdefault(fills[code], []).append(_path(outline, at, 1, True))
    drawn = []
    for fill, paths in sorted(shapes.items(), key=lambda s: (s[0].status, s[0].colour)):
        each = "".join(f'<path d="{d}"/>' for d in paths)  # large paths are slow to draw
        drawn.append(f'<g fill="{fill.colour}" class="line">{each}</g>')
        if scales.PATTERN[fill.status]:
            drawn.append(f'<g fill="url(#{pattern_id(fill, "map")})">{each}</g>')
    around = _path(border, at, 1, True) if border else ""
    drawn += [
        f'<path d="{around}" class="border" fill="none" stroke="{colour}" stroke-width="{wide:g}"/>'
        for colour, wide in ((scales.PAPER, HALO), (scales.ACCENT, BORDER))
        if around
    ]
    light, dark = (f"rgb({r} {g} {b}/{a / 255:.2f})" for r, g, b, a in scales.BORDERS)
    style = (
        f".line *,.border{{vector-effect:non-scaling-stroke}}.line{{stroke:{light};stroke-width:{line:g}px}}"
        f"@media(prefers-color-scheme:dark){{.line{{stroke:{dark}}}}}"
    )
    sheet = f"0 0 {(east - west) * step:.1f} {(top - bottom) * step:.1f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{sheet}" fill-rule="evenodd"><style>{style}</style>'
        f"<defs>{patterns(shapes, 'map', 3)}</defs>{''.join(drawn)}</svg>"
    )


def _stretched(latitudes: np.ndarray) -> np.ndarray:
    """Latitudes as the square web map draws them, in degrees of longitude from the equator."""
    return np.degrees(np.arcsinh(np.tan(np.radians(latitudes))))


@lru_cache(maxsize=1536)  # the municipalities of the country, at two sizes and as it is first seen
def _path(
    geometry: str, at: tuple[float, float, float, float], grid: int, stretched: bool = False
) -> str:
    """An outline (GeoJSON text) as the path of an SVG; `at` is the west and north edge in degrees
    and how many steps a degree is across and down, `grid` how many steps are one. With `stretched`
    as on the square web map.
    """
    west, north, across, down = at
    shape = json.loads(geometry)
    parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    rings = []
    for ring in (ring for polygon in parts for ring in polygon):
        points = np.array(ring)[:, :2]
        if stretched:
            points[:, 1] = _stretched(points[:, 1])
        points = (points - (west, north)) * (across, -down)
        points = (np.rint(points / grid) * grid).astype(int)
        steps = np.diff(points, axis=0)
        steps = steps[steps.any(axis=1)][:-1]  # the last step closes the ring
        if len(steps) > 1:
            x, y = points[0]
            rings.append(
                f"M{x} {y}l{' '.join(map(str, steps.ravel().tolist()))}z".replace(" -", "-")
            )
    return "".join(rings)


def _written(
    names: Sequence[tuple[str, float, float]], sheet: tuple[int, int], size: float
) -> list[str]:
    """Names in the order that they matter, each where it touches no earlier one, with a halo."""
    taken: list[tuple[float, float, float, float]] = []
    out = []
    for words, x, y in names:
        half, tall = FINE * width(words, round(size), True) / 2, FINE * size * 0.7
        at = min(max(x, half), sheet[0] - half)
        box = (at - half, y - tall, at + half, y + tall)
        if any(
            box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken
        ) or not (tall < y < sheet[1] - tall):
            continue
        taken.append(box)
        style = (
            f"font:bold {FINE * size:.0f}px {TYPEFACE};text-anchor:middle;fill:{scales.INK};"
            f"paint-order:stroke;stroke:{scales.PAPER};stroke-width:{0.3 * FINE * size:.0f};"
            "stroke-linejoin:round;pointer-events:none"
        )
        down = y + 0.35 * FINE * size
        out.append(f'<text x="{at:.0f}" y="{down:.0f}" style="{style}">{escape(words)}</text>')
        if len(taken) == round(NAMES * LETTERS / size):
            break
    return out


def pattern_id(fill: Fill, of: str) -> str:
    """What a look's pattern is called among those `of` a map or its legend: lines are light on a
    dark colour.
    """
    return f"{of}-{fill.status}-{scales.ink_on(fill.colour)[1:]}"


def patterns(fills: Iterable[Fill], of: str, zoom: float = 1) -> str:
    """The patterns of some looks as SVG, to lie over their colours."""
    marks = {
        "/": '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6"/>',
        "x": '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6 -2L10 2"/>',
        "-": '<path d="M0 4H8"/>',
        ".": '<circle cx="2" cy="2" r=".9"/><circle cx="6" cy="6" r=".9"/>',
    }
    out = {}
    for fill in fills:
        ink, sign = scales.ink_on(fill.colour), scales.PATTERN[fill.status][:1]
        if sign:
            look = (
                f'fill="{ink}"' if sign == "." else f'fill="none" stroke="{ink}" stroke-width=".7"'
            )
            name = pattern_id(fill, of)
            out[name] = (
                f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse" '
                f'patternTransform="scale({zoom:g})"><g {look} opacity=".6">{marks[sign]}</g></pattern>'
            )
    return "".join(out[name] for name in sorted(out))
