"""A small network."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.svg import TYPEFACE, width


@dataclass(frozen=True)
class Node:
    """An actor of a drawn network: where (from -1 to 1), its name, sign and colour, and whether it
    was chosen.
    """

    x: float
    y: float
    name: str
    sign: str
    colour: str
    chosen: bool = False


def network(
    nodes: Sequence[Node],
    lines: Sequence[tuple[int, int, str]],
    legend: Sequence[tuple[str, str, str]],
    phone: bool,
    dark: bool,
) -> str:
    """A small network as SVG; `lines` are from, to and the look of a tie: `known`, `funding`
    (dashed) or `shared`.

    Who comes first is named first, the chosen one before all; a name that would lie over another is
    left out. `legend` is every sign with its colour and what it stands for.
    """
    ink, paper = scales.tones(dark)
    wide, high, edge = (360, 520, 58) if phone else (860, 620, 90)
    key, top = _key(legend, wide, dark)
    named: list[tuple[float, float, float, float]] = []  # left, top, right and bottom of the names

    def at(node: Node) -> tuple[float, float]:
        return wide / 2 + node.x * (wide / 2 - edge), top + high / 2 + node.y * (high / 2 - 30)

    out = []
    for a, b, look in lines:
        (x1, y1), (x2, y2) = at(nodes[a]), at(nodes[b])
        out.append(f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" class="{look}"/>')
    for node in sorted(nodes, key=lambda n: not n.chosen):
        x, y = at(node)
        edge_of = scales.accent(dark) if node.chosen else paper
        look = f'class="sign" fill="{ink if dark else node.colour}" stroke="{edge_of}"'
        out.append(_mark(node.sign, x, y, look))
        words = textwrap.wrap(node.name, 15 if phone else 22, max_lines=2, placeholder="…")
        half, up = (
            3 * max(map(len, words), default=0),
            y - 8 - 12 * len(words),
        )  # letters are some 6 wide
        if any(
            x - half < east and x + half > west and up < low and y - 8 > north
            for west, north, east, low in named
        ):
            continue
        named.append((x - half, up, x + half, y - 8))
        for n, line in enumerate(reversed(words)):
            out.append(
                f'<text x="{x:.0f}" y="{y - 10 - 12 * n:.0f}" class="name">{escape(line)}</text>'
            )
    style = (
        f"text{{font:11px {TYPEFACE};text-anchor:middle;paint-order:stroke;stroke:{paper};"
        f"stroke-width:3px}}.name{{fill:{ink}}}.known,.funding,.shared{{stroke:{ink};stroke-opacity:.5;fill:none}}"
        f".funding{{stroke-dasharray:5 4}}.shared{{stroke-width:3}}.sign{{stroke-width:1.5}}"
        f".key{{fill:{ink};font-size:13px;text-anchor:start}}"
    )
    box = f'viewBox="0 0 {wide} {top + high}" width="{wide}" height="{top + high}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{style}</style>{key}{"".join(out)}</svg>'


def _key(legend: Sequence[tuple[str, str, str]], wide: int, dark: bool) -> tuple[str, int]:
    """Every sign and what it stands for, in rows, and how high they are."""
    out, x, y = [], 10.0, 16
    for sign, colour, label in legend:
        room = width(label, 13) + 42
        if x + room > wide and x > 10:
            x, y = 10.0, y + 24
        out.append(_mark(sign, x + 6, y, f'fill="{scales.tones(dark)[0] if dark else colour}"'))
        out.append(f'<text x="{x + 20:.0f}" y="{y + 5}" class="key">{escape(label)}</text>')
        x += room
    return "".join(out), y + 18 if legend else 0


def _mark(sign: str, x: float, y: float, look: str) -> str:
    """The sign of a domain around a point, drawn as a shape: not every typeface has it as a
    letter.
    """
    shapes = {
        "■": "M-6-6H6V6H-6z",
        "●": "M-7 0a7 7 0 1 1 14 0a7 7 0 1 1-14 0z",
        "✚": "M-2.5-7h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5z",
        "▲": "M0-8L8 6H-8z",
        "◆": "M0-8L8 0L0 8L-8 0z",
        "○": "M-6.5 0a6.5 6.5 0 1 1 13 0a6.5 6.5 0 1 1-13 0zM-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    }
    return f'<path transform="translate({x:.0f} {y:.0f})" d="{shapes[sign]}" {look}/>'
