"""Pixels of an SVG. As a program it reads an SVG and writes a PNG, so many pixels to each of its own:
`python raster.py <zoom>`.
"""

from __future__ import annotations

import sys
from importlib.resources import files

import resvg_py

FONTS = files("font_source_sans_pro") / "files"
FAMILY = "Source Sans Pro"


def pixels(svg: str, zoom: int) -> bytes:
    """A picture of an SVG. Holds Python's lock until it is drawn."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_dirs=[str(FONTS)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )


if __name__ == "__main__":
    drawn = pixels(sys.stdin.buffer.read().decode(), int(sys.argv[1]))
    sys.stdout.buffer.write(drawn)
