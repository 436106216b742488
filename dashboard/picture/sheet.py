"""A sheet: a picture with its title, what it says, its legend, where it comes from and who made it.

For print they stand below one another; for social media (16 by 9) the picture stands to the right
of the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.areas import Fill, pattern_id, patterns
from dashboard.picture.svg import LINE, png, size, text, width, wrapped

PRINT, SOCIAL, EDGE = 800, (1200, 675), 28  # pixels
COLUMN = 400  # width of the words beside a picture
ZOOM = {"print": 2, "social": 1}
Legend = Sequence[tuple[Fill, str]]


@dataclass(frozen=True)
class Words:
    """The words of a sheet; `foot` is a paragraph each, `head` says what the legend is of."""

    title: str
    sentence: str
    foot: Sequence[str]
    legend: Legend = ()
    head: str = ""


def picture(drawn: str, words: Words, form: str, shape: str) -> bytes:
    """A drawing (SVG with its size) as `png` or `svg`, for `print` or (`social`) lying 16 by 9."""
    sheet = (_beside if shape == "social" else _below)(drawn, words)
    return f"{sheet}\n".encode() if form == "svg" else png(sheet, ZOOM[shape])


def _below(drawn: str, words: Words) -> str:
    inner, high = size(drawn)
    wide = PRINT - 2 * EDGE
    title, y = _lines(words.title, 24, EDGE, wide, EDGE - 6, bold=True)
    sentence, y = _lines(words.sentence, 16, EDGE, wide, y + 6)
    legend, y = _legend(words, EDGE, wide, y + 14) if words.legend else ("", y)
    top = y + 16
    scale = min(1, wide / inner)
    foot, y = _foot(words.foot, 12, wide, top + scale * high + 18)
    place = (EDGE + (wide - scale * inner) / 2, top, scale * inner, scale * high)
    return _sheet(
        PRINT, round(y + EDGE - 8), title + sentence + legend + foot, drawn, place, words.title
    )


def _beside(drawn: str, words: Words) -> str:
    (inner, high), (wide, tall) = size(drawn), SOCIAL
    room = wide - 2 * EDGE
    _, deep = _foot(words.foot, 13, room, 0)
    bottom = tall - deep - 16
    foot, _ = _foot(words.foot, 13, room, bottom)
    legend, legend_height = (
        _legend(words, EDGE, COLUMN, 0, single=True) if words.legend else ("", 0.0)
    )
    title, y = _lines(words.title, 28, EDGE, COLUMN, EDGE - 6, bold=True)
    free = max(1, int((bottom - legend_height - y - 34) / (LINE * 18)))
    sentence, y = _lines(words.sentence, 18, EDGE, COLUMN, y + 8, most=free)
    if legend:
        legend = f'<g transform="translate(0 {y + 14:.0f})">{legend}</g>'
    left, across, down = EDGE + COLUMN + 32, wide - COLUMN - 2 * EDGE - 32, bottom - EDGE - 12
    scale = min(across / inner, down / high)
    place = (
        left + (across - scale * inner) / 2,
        EDGE + (down - scale * high) / 2,
        scale * inner,
        scale * high,
    )
    return _sheet(wide, tall, title + sentence + legend + foot, drawn, place, words.title)


def _lines(
    words: str, size: int, x: float, wide: float, y: float, *,
    bold: bool = False, colour: str = scales.INK, most: int | None = None,
) -> tuple[str, float]:  # fmt: skip
    """Words in lines below `y`, and where they end."""
    out = []
    for line in wrapped(words, size, wide, bold, most):
        y += LINE * size
        out.append(text(x, y, line, size, colour, bold))
    return "".join(out), y + 0.25 * size


def _foot(paragraphs: Sequence[str], size: int, wide: float, y: float) -> tuple[str, float]:
    """Under a thin line: the source, what else must be known, and who made it."""
    out = [f'<path d="M{EDGE} {y:.0f}h{wide:.0f}" stroke="{scales.QUIET}" stroke-opacity=".4"/>']
    for words in filter(None, paragraphs):
        lines, y = _lines(words, size, EDGE, wide, y + 2, colour=scales.QUIET)
        out.append(lines)
    return "".join(out), y


def _legend(
    words: Words, x: float, wide: float, y: float, single: bool = False
) -> tuple[str, float]:
    """What each fill means, in columns as wide as the widest needs, or (`single`) one below
    another.
    """
    size, swatch, down = 14, (24, 15), 23
    head, y = _lines(words.head, size, x, wide, y, bold=True) if words.head else ("", y)
    column = max(width(label, size) for _, label in words.legend) + swatch[0] + 30
    across = 1 if single else max(1, min(len(words.legend), int(wide / column)))
    rows = -(-len(words.legend) // across)
    out = [head]
    for n, (fill, label) in enumerate(words.legend):
        left, top = x + n // rows * column, y + 8 + n % rows * down
        box = f'x="{left:.0f}" y="{top:.0f}" width="{swatch[0]}" height="{swatch[1]}"'
        out.append(f'<rect {box} fill="{fill.colour}" stroke="{scales.INK}" stroke-width=".6"/>')
        if scales.PATTERN[fill.status]:
            out.append(f'<rect {box} fill="url(#{pattern_id(fill, "key")})"/>')
        out.append(text(left + swatch[0] + 8, top + 12.5, label, size, scales.INK))
    defs = patterns((fill for fill, _ in words.legend), "key")
    return f"<defs>{defs}</defs>{''.join(out)}", y + 8 + rows * down


def _sheet(
    wide: int,
    high: int,
    texts: str,
    drawn: str,
    place: tuple[float, float, float, float],
    title: str,
) -> str:
    """A white sheet with texts and a drawing in its place: left, top, width and height."""
    x, y, across, down = place
    inner, tall = size(drawn)
    placed = drawn.replace(
        f'width="{inner}" height="{tall}"', f'width="{across:.0f}" height="{down:.0f}"', 1
    )
    placed = placed.replace("<svg ", f'<svg x="{x:.0f}" y="{y:.0f}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="{scales.PAPER}"/>{texts}{placed}</svg>'
    )
