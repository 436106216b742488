"""Outlines as RFC 7946 has them: outer rings counterclockwise, holes clockwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

Ring = Sequence[Sequence[float]]


def wound(geometry: str) -> str:
    """GeoJSON text of a geometry with its rings in that order; anything but polygons as it is."""
    if '"Polygon"' not in geometry[:40] and '"MultiPolygon"' not in geometry[:40]:
        return geometry
    return json.dumps(turned(json.loads(geometry)), separators=(",", ":"))


def turned(shape: dict[str, Any]) -> dict[str, Any]:
    """The same geometry, its rings put in that order; anything but polygons as it is."""
    for rings in polygons(shape):
        for n, ring in enumerate(rings):
            if (area(ring) > 0) != (n == 0):
                ring.reverse()
    return shape


def polygons(shape: dict[str, Any]) -> list[list[list[list[float]]]]:
    """The polygons of a geometry, each a list of rings; none of what has none."""
    by_kind = {"MultiPolygon": shape["coordinates"], "Polygon": [shape["coordinates"]]}
    return by_kind.get(shape["type"], [])


def area(ring: Ring) -> float:
    """The area within a closed ring in squared degrees, above zero if it is counterclockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) / 2
