"""What every picture shares: its typeface, lines that fit, and pixels made of SVG.

Source Sans comes along as a package, so that a picture is the same on every server. A reader's own
program may have Arial only, whose letters are wider: lines are broken so that they fit in both.
"""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape

from PIL import ImageFont

from dashboard.picture import raster
from dashboard.picture.raster import FONTS, pixels

TYPEFACE = "'Source Sans','Source Sans 3','Source Sans Pro',Arial,sans-serif"
DRAWN_S = 60  # for pixels, at most; seconds are usual
WIDER = 1.12  # how much wider Arial sets a line
LINE = 1.3  # height of a line, of the size of its letters
serving = False  # whether others wait while a picture is drawn: the server says so


@lru_cache(maxsize=32)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(FONTS / f"SourceSansPro-{'Bold' if bold else 'Regular'}.ttf"), size
    )


@lru_cache(maxsize=32_768)  # the same words stand in picture after picture
def _length(text: str, size: int, bold: bool) -> float:
    return float(_font(size, bold).getlength(text))


def width(words: str, size: int, bold: bool = False) -> float:
    """How wide a line is in pixels, at most."""
    return WIDER * _length(words, size, bold)


def wrapped(
    words: str, size: int, wide: float, bold: bool = False, most: int | None = None
) -> list[str]:
    """Words in lines of at most `wide` pixels; of more than `most` lines the last one ends in dots.

    A word that is wider than a line, such as an address, goes on in the next.
    """
    lines = [""]
    for word in re.sub(r" (?=%)|(?<=≈) ", "\N{NO-BREAK SPACE}", words).split(" "):
        if width(line := f"{lines[-1]} {word}".lstrip(), size, bold) <= wide:
            lines[-1] = line
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = word
        while width(lines[-1], size, bold) > wide:
            part = max(
                n for n in range(1, len(word) + 1) if n == 1 or width(word[:n], size, bold) <= wide
            )
            lines[-1:] = [word[:part], word := word[part:]]
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and width(f"{last} …", size, bold) > wide:
            last = last.rpartition(" ")[0]
        lines = [*lines[: most - 1], f"{last} …".lstrip()]
    return lines


def text(x: float, y: float, words: str, size: int, colour: str, bold: bool = False) -> str:
    """A line of text from `x` on, its letters standing on `y`."""
    # as a style: the style sheet of a drawing holds for the whole sheet, and wins from attributes
    style = (
        f"font:{'bold' if bold else 'normal'} {size}px {TYPEFACE};text-anchor:start;fill:{colour}"
    )
    return f'<text x="{x:.0f}" y="{y:.0f}" style="{style}">{escape(words)}</text>'


def fitted(words: str, size: int, bold: bool = False) -> str:
    """An attribute that gives a line the width it has in our typeface, whatever typeface a reader
    has.

    For on the screen, where a picture cannot bring its typeface along: so nothing is cut off.
    """
    return f'textLength="{_length(words, size, bold):.0f}" lengthAdjust="spacingAndGlyphs"'


def styles(page: str) -> str:
    """What a policy must allow for the styles in a page or picture to be drawn and no others: the
    sources of `style-src` that are those.
    """
    parts = re.findall(r"<style[^>]*>(.*?)</style>", page, re.S)
    attributes = [unescape(a) for a in re.findall(r'<[a-z][^<>]* style="([^"]*)"', page)]
    hashes = [
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
        for style in dict.fromkeys([*map(unescape, parts), *attributes])
    ]
    return " ".join([*(["'unsafe-hashes'"] if attributes else []), *hashes])


def size(svg: str) -> tuple[int, int]:
    """Width and height that an SVG states. Raises ValueError where it states none."""
    stated = re.search(r'width="(\d+)" height="(\d+)"', svg)
    if not stated:
        raise ValueError("a picture without its size")
    return int(stated[1]), int(stated[2])


def png(svg: str, zoom: int) -> bytes:
    """A picture of an SVG, so many pixels to each of its own.

    A server draws it in a process of its own: nothing else would be answered until it is drawn.
    """
    if not serving:
        return pixels(svg, zoom)
    command = [sys.executable, "-P", raster.__file__, str(zoom)]
    return subprocess.run(
        command, input=svg.encode(), capture_output=True, check=True, timeout=DRAWN_S
    ).stdout
