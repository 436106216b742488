"""The ecosystem ring: a ring per level from the middle out, a sector per domain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.fills import fills as looks
from dashboard.picture.svg import TYPEFACE


@dataclass(frozen=True)
class Sector:
    """A cell of the ring: its id, which ring and which part of the circle, its look, and its words.

    `state` is `full` (measured here), `striped` (estimated), `tint` (known of a larger area only)
    or `unknown`.
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
    """The ecosystem as SVG: a ring per level from the middle out, a sector per domain in two
    `halves` (a letter each).

    Every cell has its words. It is a button, where `data-ring` and `data-part` say where it lies,
    unless `still`.
    """
    ink, paper = scales.tones(dark)
    inner, edge, high, wide = 34, 214, 540, 560 if phone else 700
    middle, parts = (wide / 2, high / 2), 2 * len(domains)
    width = (edge - inner) / len(rings)
    fills, defs = looks([s.colour for s in sectors], dark)

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
    for s in sorted(
        sectors, key=lambda s: s.chosen
    ):  # the border of the chosen one over its neighbours'
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
            out.append(
                text((x - 18 * side, y + 20 * k), line, "name", ("middle", "start", "end")[side])
            )
        out += [
            text(at(edge + 11, (2 * n + h + 0.5) / parts), letter, "half")
            for h, letter in enumerate(halves)
        ]
    out += [text(at(inner + (n + 0.5) * width, 0), word, "level") for n, word in enumerate(rings)]
    style = (
        f".eco text{{fill:{ink};font:600 {19 if phone else 15}px {TYPEFACE};"
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
