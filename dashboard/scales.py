"""Colours: one palette from low to high, one look per status, one sign per domain.

The palette rises evenly in lightness, so it survives grey print and colour blindness; a status never shows by colour
alone but by a pattern, and a domain by the shape of its sign.
"""

from __future__ import annotations

from bisect import bisect_right

RAMP = ("#e4efb4", "#a5d7ab", "#58b3b4", "#2c80a6", "#26508b", "#1e2560")
PAPER, INK, QUIET, ACCENT = "#ffffff", "#14213d", "#5b6477", "#c1121f"
STATUS_FILL = {"suppressed": "#c9ccd3", "missing": "#f1f1ee", "not_applicable": "#ffffff"}
PATTERN = {"measured": "", "estimated": "////", "suppressed": "xxxx", "missing": "....", "not_applicable": ""}
DOMAIN = {
    "education": ("■", "#7a3e9d"),
    "social": ("●", "#b5471b"),
    "care": ("✚", "#b0124f"),
    "leisure": ("▲", "#0b6e4f"),
    "policy": ("◆", "#3a3a3a"),
}


def palette(classes: int) -> list[str]:
    """That many colours (at most six, as the catalogue sees to), low to high, spread over the whole ramp."""
    if classes == 1:
        return [RAMP[2]]
    return [RAMP[round(n * (len(RAMP) - 1) / (classes - 1))] for n in range(classes)]


def class_of(value: float, breaks: tuple[float, ...]) -> int:
    """The colour class a value falls in: a bound belongs to the class above it."""
    return bisect_right(breaks, value)


def rgb(colour: str, alpha: int = 255) -> list[int]:
    """`#rrggbb` as numbers."""
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)] + [alpha]
