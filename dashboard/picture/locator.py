"""Where an area lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

LOCATOR, EDGE, SEEN = (
    160,
    12,
    10,
)  # pixels: the picture, room around it, and what is too small to be seen


def locator(
    own: dict[str, Any],
    whole: dict[str, Any] | None,
    points: Sequence[tuple[float, float]],
    alt: str,
) -> str:
    """Where an area lies, as SVG: its outline (GeoJSON) in that of a `whole`, or among `points`
    (degrees).

    Its looks (`here`, `whole`, `all`) are those of the page that it stands in.
    """
    around = (
        [p for ring in _rings(whole) for p in ring]
        if whole
        else [*points, *(p for r in _rings(own) for p in r)]
    )
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
            drawn.append(
                "M" + "L".join(f"{x} {y}" for x, y in steps) + ("z" if len(steps) > 1 else "h1")
            )
        return f'<path class="{look}" d="{"".join(drawn)}"/>'

    below = path(whole, "whole") if whole else ""
    if points:
        below = (
            f'<path class="all" d="{"".join("M{} {}h0".format(*at(x, y)) for x, y in points)}"/>'
        )
    wide, high = (east - west) * narrow * scale, (north - south) * scale
    mine = [p for ring in _rings(own) for p in ring]
    (left, low), (right, high_) = ((f(v) for v in zip(*mine, strict=True)) for f in (min, max))
    (x, y), small = (
        at((left + right) / 2, (low + high_) / 2),
        max(right - left, high_ - low) * scale < SEEN,
    )
    ring = f'<circle class="found" cx="{x}" cy="{y}" r="{SEEN}"/>' if small else ""
    box = f"{-EDGE} {-EDGE} {wide + 2 * EDGE:.0f} {high + 2 * EDGE:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{escape(alt)}">'
        f"{below}{path(own, 'here')}{ring}</svg>"
    )


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The rings of a polygon or multipolygon."""
    parts = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    return [[(p[0], p[1]) for p in ring] for polygon in parts for ring in polygon]
