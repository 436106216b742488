"""Diagrams of Connections as SVG: the ecosystem ring, a grid of cells, and a small network.

On the screen and in downloads they are the same text. A state shows by pattern and border, never by colour alone.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard import scales

FULL = "#2c80a6"


def _fills(colours: Sequence[str], dark: bool) -> tuple[dict[tuple[str, str], str], str]:
    """How each state of a cell is filled with a colour, and the patterns this needs; what is unknown is dotted."""
    ink, paper = scales.tones(dark)
    fills = {("", "unknown"): "url(#unknown)", ("", "open"): paper}
    patterns = (
        f'<pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" '
        f'fill="{paper}"/><circle cx="2" cy="2" r="1" fill="{ink}"/></pattern>'
    )
    for c in sorted(set(colours)):
        fills |= {(c, "full"): c, (c, "striped"): f"url(#s{c[1:]})", (c, "tint"): _mixed(c, paper, 0.45)}
        patterns += (
            f'<pattern id="s{c[1:]}" width="7" height="7" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="7" height="7" fill="{paper}"/><rect width="7" height="7" '
            f'fill="{c}" fill-opacity=".3"/><path d="M0 0V7" stroke="{c}" stroke-width="5"/></pattern>'
        )
    return fills, f"<defs>{patterns}</defs>"


def _mixed(colour: str, paper: str, share: float) -> str:
    """So much of the colour over paper; not as a pattern, whose seams show where it is scaled."""
    both = zip(scales.rgb(colour)[:3], scales.rgb(paper)[:3], strict=True)
    return "#" + "".join(f"{round(share * c + (1 - share) * p):02x}" for c, p in both)


@dataclass(frozen=True)
class Sector:
    """A cell of the ring: its id, which ring and which part of the circle, its look, and its words.

    `state` is `full` (measured here), `striped` (estimated), `tint` (known of a larger area only) or `unknown`.
    """

    id: str
    ring: int
    part: int
    colour: str
    state: str
    words: str
    chosen: bool = False


def ring(
    sectors: Sequence[Sector],
    rings: Sequence[str],
    domains: Sequence[str],
    halves: str,
    phone: bool,
    dark: bool,
    *,
    still: bool = False,
) -> str:
    """The ecosystem as SVG: a ring per level from the middle out, a sector per domain in two `halves` (a letter each).

    Every cell has its words. It is a button, where `data-ring` and `data-part` say where it lies, unless `still`.
    """
    ink, paper = scales.tones(dark)
    inner, edge, high, wide = 34, 214, 540, 560 if phone else 700
    middle, parts = (wide / 2, high / 2), 2 * len(domains)
    width = (edge - inner) / len(rings)
    fills, defs = _fills([s.colour for s in sectors], dark)

    def at(radius: float, turn: float) -> tuple[float, float]:
        angle = 2 * math.pi * turn - math.pi / 2
        return middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)

    def point(radius: float, turn: float) -> str:
        x, y = at(radius, turn)
        return f"{x:.1f} {y:.1f}"

    def text(where: tuple[float, float], words: str, look: str, anchor: str = "middle") -> str:
        place = f'x="{where[0]:.1f}" y="{where[1] + 4:.1f}"'
        return f'<text {place} text-anchor="{anchor}" class="{look}">{escape(words)}</text>'

    out = []
    for s in sorted(sectors, key=lambda s: s.chosen):  # the border of the chosen one over its neighbours'
        near, far = inner + s.ring * width, inner + (s.ring + 1) * width
        start, end = s.part / parts, (s.part + 1) / parts
        shape = (
            f"M{point(near, start)}L{point(far, start)}A{far:.1f} {far:.1f} 0 0 1 {point(far, end)}"
            f"L{point(near, end)}A{near:.1f} {near:.1f} 0 0 0 {point(near, start)}z"
        )
        fill = fills["" if s.state == "unknown" else s.colour, s.state]
        button = (
            f' role="button" tabindex="{0 if s.chosen else -1}" aria-pressed="{str(s.chosen).lower()}" id="{s.id}" '
            f'data-ring="{s.ring}" data-part="{s.part}" aria-label="{escape(s.words)}"'
        )
        out.append(
            f"<g{'' if still else button}><title>{escape(s.words)}</title>"
            f'<path d="{shape}" fill="{fill}"{" class=" + chr(34) + "on" + chr(34) if s.chosen else ""}/></g>'
        )
    for n, domain in enumerate(domains):
        x, y = at(edge + 30, (n + 0.5) / len(domains))
        side = 0 if abs(x - middle[0]) < 40 else 1 if x > middle[0] else -1
        lines = domain.split() if phone else [domain]
        for k, line in enumerate(lines):
            out.append(text((x - 18 * side, y + 20 * k), line, "name", ("middle", "start", "end")[side]))
        out += [text(at(edge + 11, (2 * n + h + 0.5) / parts), letter, "half") for h, letter in enumerate(halves)]
    out += [text(at(inner + (n + 0.5) * width, 0), word, "level") for n, word in enumerate(rings)]
    style = (
        f".eco text{{fill:{ink};font:600 {19 if phone else 15}px 'Source Sans','Source Sans 3',Arial,sans-serif;"
        f"pointer-events:none}}.eco path{{stroke:{ink};stroke-width:.8}}"
        f".eco .half{{font-weight:400;font-size:{17 if phone else 13}px}}"
        f".eco .level{{paint-order:stroke;stroke:{paper};stroke-width:4px}}.eco [role]{{cursor:pointer;outline:none}}"
        f".eco .on,.eco [role]:focus-visible path{{stroke:{scales.accent(dark)};stroke-width:4}}"
        ".eco [role]:focus-visible path{stroke-width:7}.eco [role]:hover path{stroke-width:3}"
    )
    return (
        f'<svg class="eco" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}"><style>{style}</style>{defs}{"".join(out)}</svg>'
    )


@dataclass(frozen=True)
class Box:
    """A cell of a grid: `full`, `striped`, `open`, `unknown`, `text` or `none`; what it says large, and below it."""

    state: str
    large: str = ""
    small: str = ""


def grid(rows: Sequence[str], columns: Sequence[str], boxes: Sequence[Sequence[Box]], phone: bool, dark: bool) -> str:
    """Boxes in rows and columns as SVG; states differ in pattern and border, and each box says its own in words."""
    ink, paper = scales.tones(dark)
    wide, head = (360, 70) if phone else (760, 150)
    across, down = (wide - head) / len(columns), 74 if phone else 64
    size = 11 if phone else 13
    fills, defs = _fills([FULL], dark)

    def text(x: float, y: float, words: str, look: str) -> str:
        room = {"row": head - 4, "column": across}.get(look, across - 8)
        fit = int(room / (0.55 * size))
        lines = textwrap.wrap(words, fit)[:3]
        first = y - 1.15 * size * (len(lines) - 1) / 2
        return "".join(
            f'<text x="{x:.0f}" y="{first + 1.15 * size * n:.1f}" class="{look}">{escape(line)}</text>'
            for n, line in enumerate(lines)
        )

    top = 46
    out = [text(head + (n + 0.5) * across, top / 2 + 3, words, "column") for n, words in enumerate(columns)]
    for r, (words, line) in enumerate(zip(rows, boxes, strict=True)):
        y = top + r * down
        out.append(text(0, y + down / 2 + 4, words, "row"))
        for c, box in enumerate(line):
            x = head + c * across
            if box.state == "none":
                continue
            if box.state != "text":
                key = ("", box.state) if ("", box.state) in fills else (FULL, box.state)
                shape = f'x="{x + 2:.0f}" y="{y + 2}" width="{across - 4:.0f}" height="{down - 4}"'
                out.append(f'<rect {shape} fill="{fills[key]}" class="box {box.state}"/>')
            look = "light" if box.state == "full" and scales.ink_on(FULL) == scales.PAPER else "on"
            out.append(text(x + across / 2, y + down / 2 + (4 if not box.small else -6), box.large, f"{look} large"))
            out.append(text(x + across / 2, y + down / 2 + 15, box.small, look))
    style = (
        f"text{{fill:{ink};font:{size}px 'Source Sans 3',Arial,sans-serif;text-anchor:middle}}"
        f".row{{text-anchor:start;font-weight:600}}.column,.large{{font-weight:600}}.box{{stroke:{ink};stroke-width:1}}"
        f".open{{stroke-dasharray:5 3;stroke-width:1.5}}.light{{fill:{scales.PAPER}}}"
        f".on{{paint-order:stroke;stroke:{paper};stroke-width:4px}}"
    )
    view = f'viewBox="0 0 {wide} {top + len(rows) * down}" width="{wide}" height="{top + len(rows) * down}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {view}><style>{style}</style>{defs}{"".join(out)}</svg>'


@dataclass(frozen=True)
class Node:
    """An actor of a drawn network: where (from -1 to 1), its name, sign and colour, and whether it was chosen."""

    x: float
    y: float
    name: str
    sign: str
    colour: str
    chosen: bool = False


def network(nodes: Sequence[Node], lines: Sequence[tuple[int, int, str]], phone: bool, dark: bool) -> str:
    """A small network as SVG; `lines` are from, to and the look of a tie: `known`, `funding` (dashed) or `shared`.

    Who comes first is named first, the chosen one before all; a name that would lie over another is left out.
    """
    ink, paper = scales.tones(dark)
    wide, high, edge = (360, 520, 58) if phone else (860, 620, 90)
    named: list[tuple[float, float, float, float]] = []  # left, top, right and bottom of the names

    def at(node: Node) -> tuple[float, float]:
        return wide / 2 + node.x * (wide / 2 - edge), high / 2 + node.y * (high / 2 - 30)

    out = []
    for a, b, look in lines:
        (x1, y1), (x2, y2) = at(nodes[a]), at(nodes[b])
        out.append(f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" class="{look}"/>')
    for node in sorted(nodes, key=lambda n: not n.chosen):
        x, y = at(node)
        mark = f' stroke="{scales.accent(dark)}"' if node.chosen else ""
        colour = ink if dark else node.colour
        out.append(f'<text x="{x:.0f}" y="{y + 6:.0f}" class="sign" fill="{colour}"{mark}>{node.sign}</text>')
        words = textwrap.wrap(node.name, 15 if phone else 22, max_lines=2, placeholder="…")
        half, top = 3 * max(map(len, words), default=0), y - 8 - 12 * len(words)  # letters are some 6 wide
        if any(x - half < right and x + half > left and top < down and y - 8 > up for left, up, right, down in named):
            continue
        named.append((x - half, top, x + half, y - 8))
        for n, line in enumerate(reversed(words)):
            out.append(f'<text x="{x:.0f}" y="{y - 10 - 12 * n:.0f}" class="name">{escape(line)}</text>')
    style = (
        f"text{{font:11px 'Source Sans 3',Arial,sans-serif;text-anchor:middle;paint-order:stroke;stroke:{paper};"
        f"stroke-width:3px}}.name{{fill:{ink}}}.sign{{font-size:17px}}path{{stroke:{ink};stroke-opacity:.5;fill:none}}"
        ".funding{stroke-dasharray:5 4}.shared{stroke-width:3}"
    )
    box = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{style}</style>{"".join(out)}</svg>'


LOCATOR, EDGE, SEEN = 160, 12, 10  # pixels: the picture, room around it, and what is too small to be seen


def locator(own: dict[str, Any], whole: dict[str, Any] | None, points: Sequence[tuple[float, float]], alt: str) -> str:
    """Where an area lies, as SVG: its outline (GeoJSON) in that of a `whole`, or among `points` (degrees).

    Its looks (`here`, `whole`, `all`) are those of the page that it stands in.
    """
    around = [p for ring in _rings(whole) for p in ring] if whole else [*points, *(p for r in _rings(own) for p in r)]
    west, south = min(x for x, _ in around), min(y for _, y in around)
    east, north = max(x for x, _ in around), max(y for _, y in around)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = LOCATOR / max((east - west) * narrow, north - south)

    def at(x: float, y: float) -> tuple[int, int]:
        return round((x - west) * narrow * scale), round((north - y) * scale)

    def path(geometry: dict[str, Any], look: str) -> str:
        drawn = []
        for ring in _rings(geometry):
            steps = list(dict.fromkeys(at(x, y) for x, y in ring))
            drawn.append("M" + "L".join(f"{x} {y}" for x, y in steps) + ("z" if len(steps) > 1 else "h1"))
        return f'<path class="{look}" d="{"".join(drawn)}"/>'

    below = path(whole, "whole") if whole else ""
    if points:
        below = f'<path class="all" d="{"".join("M{} {}h0".format(*at(x, y)) for x, y in points)}"/>'
    wide, high = (east - west) * narrow * scale, (north - south) * scale
    mine = [p for ring in _rings(own) for p in ring]
    (left, low), (right, high_) = ((f(v) for v in zip(*mine, strict=True)) for f in (min, max))
    (x, y), small = at((left + right) / 2, (low + high_) / 2), max(right - left, high_ - low) * scale < SEEN
    ring = f'<circle class="found" cx="{x}" cy="{y}" r="{SEEN}"/>' if small else ""
    box = f"{-EDGE} {-EDGE} {wide + 2 * EDGE:.0f} {high + 2 * EDGE:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{escape(alt)}">'
        f"{below}{path(own, 'here')}{ring}</svg>"
    )


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The rings of a polygon or multipolygon."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(p[0], p[1]) for p in ring] for polygon in parts for ring in polygon]


def preview(title: str, lead: str) -> str:
    """What stands for a page where it is shared, as SVG of 1200 by 630: the sign, a title and a line below it."""
    lines = "".join(
        f'<text x="90" y="{430 + 52 * n}" font-size="40">{escape(line)}</text>'
        for n, line in enumerate(textwrap.wrap(lead, 48)[:3])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<rect width="1200" height="630" fill="{scales.PAPER}"/><rect width="1200" height="24" fill="#2f6ea8"/>'
        '<g transform="translate(90 110) scale(4)"><rect width="32" height="32" rx="7" fill="#2f6ea8"/>'
        '<path d="M6 22l6-13 5 8 4-5 5 10z" fill="#a5d7ab"/><circle cx="22" cy="9" r="3" fill="#fff"/></g>'
        f'<g fill="{scales.INK}" font-family="Arial,sans-serif"><text x="90" y="345" font-size="84" font-weight="700">'
        f"{escape(title)}</text>{lines}</g></svg>"
    )
