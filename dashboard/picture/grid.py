"""A grid of cells."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.fills import FULL
from dashboard.picture.fills import fills as looks
from dashboard.picture.svg import TYPEFACE


@dataclass(frozen=True)
class Box:
    """A cell of a grid: `full`, `striped`, `open`, `unknown`, `text` or `none`; what it says large,
    and below it.
    """

    state: str
    large: str = ""
    small: str = ""


def grid(
    rows: Sequence[str],
    columns: Sequence[str],
    boxes: Sequence[Sequence[Box]],
    phone: bool,
    dark: bool,
) -> str:
    """Boxes in rows and columns as SVG; states differ in pattern and border, and each box says its
    own in words.
    """
    ink, paper = scales.tones(dark)
    wide, head = (360, 70) if phone else (760, 150)
    across, down = (wide - head) / len(columns), 74 if phone else 64
    size = 11 if phone else 13
    fills, defs = looks([FULL], dark)

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
    out = [
        text(head + (n + 0.5) * across, top / 2 + 3, words, "column")
        for n, words in enumerate(columns)
    ]
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
            out.append(
                text(
                    x + across / 2,
                    y + down / 2 + (4 if not box.small else -6),
                    box.large,
                    f"{look} large",
                )
            )
            out.append(text(x + across / 2, y + down / 2 + 15, box.small, look))
    style = (
        f"text{{fill:{ink};font:{size}px {TYPEFACE};text-anchor:middle}}"
        f".row{{text-anchor:start;font-weight:600}}.column,.large{{font-weight:600}}.box{{stroke:{ink};stroke-width:1}}"
        f".open{{stroke-dasharray:5 3;stroke-width:1.5}}.light{{fill:{scales.PAPER}}}"
        f".on{{paint-order:stroke;stroke:{paper};stroke-width:4px}}"
    )
    view = f'viewBox="0 0 {wide} {top + len(rows) * down}" width="{wide}" height="{top + len(rows) * down}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {view}><style>{style}</style>{defs}{"".join(out)}</svg>'
