"""Colours: a palette from low to high, one around a reference, one look per status, one sign per
domain.

The sequential palette falls evenly in lightness; in the diverging one no two classes are equally
light. Both so survive grey print and colour blindness. A status never shows by colour alone but by
a pattern, a domain by the shape of its sign.
"""

from __future__ import annotations

from bisect import bisect_right

from dashboard.store import Scale

RAMP = ("#e4efb4", "#a5d7ab", "#58b3b4", "#2c80a6", "#26508b", "#1e2560")
DIVERGING = ("#26358a", "#6a8fcb", "#f6f3ea", "#f0b169", "#a34e10")
BORDERS = [20, 33, 61, 150], [232, 237, 242, 150]  # lines between areas; of a dark page
PAPER, INK, QUIET, ACCENT, OTHER = "#ffffff", "#14213d", "#5b6477", "#c1121f", "#d17a00"
# how much of the colours covers a background map; the legend shows them as mixed with white
OVER_BACKGROUND = 0.75
STATUS_FILL = {
    "suppressed": "#c9ccd3",
    "missing": "#f1f1ee",
    "refused": "#f3e3ee",
    "not_applicable": "#ffffff",
}
PATTERN = {
    "measured": "", "estimated": "////", "suppressed": "xxxx", "missing": "....", "refused": "----",
    "not_applicable": "",
}  # fmt: skip
# need from left to right darker in red, access in blue; both come together in the darkest; none is
# as light as paper, which is the look of an area that does not count
BIVARIATE = (
    "#d3d8d6", "#aac7dd", "#5a92bd",
    "#efc4ae", "#a99aa6", "#566c96",
    "#d9764f", "#93543f", "#3d2742",
)  # fmt: skip
CLUSTER = (
    "#a34e10",
    "#26358a",
    "#f0b169",
    "#8fb0de",
    "#f6f3ea",
)  # high-high, low-low, high-low, low-high, not apart
DOMAIN = {
    "education": ("■", "#7a3e9d"),
    "social": ("●", "#b5471b"),
    "care": ("✚", "#b0124f"),
    "leisure": ("▲", "#0b6e4f"),
    "policy": ("◆", "#3a3a3a"),
}
NO_DOMAIN = ("○", QUIET)


def palette(scale: Scale) -> list[str]:
    """A colour per class, low to high: at most six, as the catalogue sees to."""
    ramp = DIVERGING if scale.kind == "diverging" else RAMP
    if scale.classes == 1:
        return [ramp[2]]
    return [ramp[round(n * (len(ramp) - 1) / (scale.classes - 1))] for n in range(scale.classes)]


def class_of(value: float, breaks: tuple[float, ...]) -> int:
    """The colour class a value falls in, given as it is shown (rounded): a bound belongs to the
    class above it.
    """
    return bisect_right(breaks, value)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read best on the colour (relative luminance of WCAG 2)."""

    def linear(part: int) -> float:
        c = part / 255
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, rgb(colour)[:3])
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.22 else PAPER


def rgb(colour: str, alpha: int = 255) -> list[int]:
    """`#rrggbb` as numbers."""
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)] + [alpha]


def tones(dark: bool) -> tuple[str, str]:
    """Ink and paper."""
    return ("#e8edf2", "#14191f") if dark else (INK, PAPER)


def accent(dark: bool) -> str:
    """What marks the chosen one."""
    return "#ff8a8a" if dark else ACCENT
