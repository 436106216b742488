"""Outlines as RFC 7946 has them: outer rings counterclockwise, holes clockwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

Ring = Sequence[Sequence[float]]


def wound(geometry: str) -> str:
    """GeoJSON text of a geometry with its rings in that order; anything but polygons as it is."""
    if '"Polygon"' not in geometry[:40] and '"MultiPolygon"' not in geometry[:40]:
        return geometry
    shape = json.loads(geometry)
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    for rings in polygons:
        for n, ring in enumerate(rings):
            if (area(ring) > 0) != (n == 0):
                ring.reverse()
    return json.dumps(shape, separators=(",", ":"))


def area(ring: Ring) -> float:
    """The area within a closed ring in squared degrees, above zero if it is counterclockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) / 2
