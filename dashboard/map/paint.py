"""How areas are filled: expressions of deck.gl's JSON that pick by a character per area."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from dashboard import store
from dashboard.answer.view import View
from dashboard.map.file import labelled
from dashboard.picture import scales

WHITE_LINES, DARK_LINES = [255, 255, 255, 105], scales.BORDERS[0]


@dataclass(frozen=True)
class Paint:
    """How areas are filled: expressions of deck.gl's JSON for colour, pattern and the colour of its
    lines.
    """

    fill: str
    pattern: str
    lines: str | list[int]
    patterns: frozenset[str]  # the statuses that occur and have a pattern
    tip: str = ""  # the property that a tooltip says under the name

    @property
    def trigger(self) -> str:
        """What tells deck.gl that the fill has changed."""
        return hashlib.sha256(self.fill.encode()).hexdigest()[:8]


def painted(view: View) -> Paint:
    """The paint of one series of figures, of which the map file holds a character per area."""
    series = store.series(view.level).index((view.indicator.id, view.period))
    mark = f"properties.c[{series}]"
    colours = dict(zip("012345", [scales.rgb(c) for c in scales.palette(view.scale)], strict=False))
    estimates = (
        dict(zip("abcdef", colours.values(), strict=False)) if "estimated" in view.statuses else {}
    )
    blanks = {s[0].upper(): s for s in scales.STATUS_FILL if s in view.statuses}
    known = colours if "measured" in view.statuses else {}
    fills = {
        **known,
        **estimates,
        **{sign: scales.rgb(scales.STATUS_FILL[s]) for sign, s in blanks.items()},
    }
    patterns = {**({"a": "estimated"} if estimates else {}), **blanks, "": "measured"}
    return Paint(
        "@@=" + choose(mark, fills),
        "@@=" + choose(mark, patterns),
        "@@=" + choose(mark, {"a": WHITE_LINES, "": DARK_LINES}),
        view.statuses - {"measured"},
        f"v{series}" if labelled(view.level, view.scope.code) else "",
    )


def marked(marks: str, colours: dict[str, str]) -> Paint:
    """The paint of marks that a page computed: a character per area with an outline, by code.

    A mark is one of `colours`, or the capital of a status: white, with the pattern of that status.
    Several areas share a hexadecimal digit where there are few colours: with three, some 14,500
    neighbourhoods are 11 kB.
    """
    blanks = {s[0].upper(): s for s in scales.STATUS_FILL if s[0].upper() in marks}
    fills = [*(scales.rgb(c) for c in colours.values()), scales.rgb(scales.PAPER)]
    order = {**{sign: n for n, sign in enumerate(colours)}, **dict.fromkeys(blanks, len(colours))}
    fill = _digits([order[m] for m in marks], len(fills))
    statuses = ["measured", *(s for s in blanks.values() if scales.PATTERN[s])]
    number = [
        statuses.index(blanks[m]) if m in blanks and blanks[m] in statuses else 0 for m in marks
    ]
    pattern = _digits(number, max(2, len(statuses)))
    return Paint(
        f"@@=({compact(fills)})[{fill}]",
        f"@@=({compact(statuses)})[{pattern}]",
        DARK_LINES,
        frozenset(statuses[1:]),
    )


def _digits(numbers: Sequence[int], base: int) -> str:
    """An expression for the number of an area, as many as fit to a hexadecimal digit; deck.gl's
    JSON calls nothing.

    Raises ValueError for numbers that do not fit.
    """
    share = max(n for n in range(1, 5) if base**n <= 16 or n == 1)
    if base > 16:
        raise ValueError(f"{base} colours do not fit a hexadecimal digit")
    powers = [base**n for n in range(share)]
    together = (
        np.pad(np.array(numbers, dtype=int), (0, -len(numbers) % share)).reshape(-1, share) @ powers
    )
    packed = "".join(np.array([*"0123456789abcdef"])[together])
    if share == 1:
        return f"+('0x'+('{packed}')[properties.i])"
    digit = f"+('0x'+('{packed}')[(properties.i/{share})|0])"
    return f"((({digit})/({compact(powers)})[properties.i%{share}])|0)%{base}"


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def choose(name: str, options: dict[str, Any]) -> str:
    """An expression that picks by value: conditions in a chain.

    The last option is what is left. `a` alone stands for every small letter: all estimates.
    """
    *first, (_, last) = options.items()
    out = json.dumps(last, ensure_ascii=False, separators=(",", ":"))
    for value, chosen in reversed(first):
        test = ">=" if value == "a" and "b" not in options else "=="
        colour = json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))
        out = f"{name}{test}'{value}'?{colour}:({out})"
    return out


@lru_cache(maxsize=1)
def patterns() -> bytes:
    """The patterns of the statuses as PNG, apart so that none bleeds into the next; only opacity is
    used.
    """
    image = Image.new("RGBA", (64 * len(store.STATUSES), 32), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    solid = (255, 255, 255, 255)
    for n, status in enumerate(store.STATUSES):
        left, sign = n * 64, scales.PATTERN[status][:1]
        for step in range(0, 32, 16):
            if sign in ("/", "x"):  # two parallels that meet across the edge of the tile
                _diagonal(draw, left, step, solid)
            if sign == "x":
                _diagonal(draw, left, step, solid, falling=True)
            if sign == "-":
                draw.rectangle((left, step + 6, left + 31, step + 8), fill=solid)
            if sign == ".":
                for row in (6, 22):
                    draw.ellipse((left + step + 5, row, left + step + 10, row + 5), fill=solid)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _diagonal(
    draw: ImageDraw.ImageDraw, left: int, step: int, solid: Any, falling: bool = False
) -> None:
    for x in range(32):
        y = (x + step) % 32 if falling else (step - x) % 32
        draw.rectangle((left + x, y, left + x, min(y + 2, 31)), fill=solid)
