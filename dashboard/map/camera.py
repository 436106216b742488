"""What the map looks at, and how high it is."""

from __future__ import annotations

import math
from typing import Any

from dashboard import store
from dashboard.answer.view import Ground

WIDE, NARROW = (
    640,
    340,
)  # the server does not know the width of the map, only whether it is asked by a phone
TILE = 512


Box = tuple[float, float, float, float]  # west, south, east, north in degrees


def height(box: Box | None, phone: bool) -> int:
    """Height of the map in pixels, for what it shows; on a phone the figures below must be one
    thumb away.
    """
    west, south, east, north = box or store.country_bounds()
    ratio = 360 * (_mercator(south) - _mercator(north)) / max(east - west, 1e-6)
    most = 430 if phone else 560
    return round(max(240, min(most, ratio * (NARROW if phone else WIDE) + 24)))


def look(box: Box | None, phone: bool) -> dict[str, Any]:
    """Camera on the box, with some room around; on the country when there is none."""
    west, south, east, north = box or store.country_bounds()
    top, bottom = _mercator(north), _mercator(south)
    across = max((east - west) / 360, 1e-6)
    down = max(bottom - top, 1e-6)
    zoom = (
        min(
            math.log2((NARROW if phone else WIDE) / TILE / across),
            math.log2(height(box, phone) / TILE / down),
        )
        - 0.1
    )
    middle = math.degrees(math.atan(math.sinh(math.pi * (1 - (top + bottom)))))
    return {
        "longitude": (west + east) / 2,
        "latitude": middle,
        "zoom": round(min(zoom, 15), 2),
        "pitch": 0,
        "bearing": 0,
    }


def shown_box(ground: Ground) -> Box | None:
    """What the map looks at first: its scope, or the district whose neighbourhoods are asked
    for.
    """
    area, order = ground.area, store.area_levels().below
    finer = area.is_part and order.index(ground.level) > order.index(area.level)
    if finer and area.west is not None:
        return area.west, area.south or 0, area.east or 0, area.north or 0
    return store.bounds(ground.level, ground.scope.code)


def _mercator(latitude: float) -> float:
    """Latitude to 0 (north) .. 1 (south) of the square web map."""
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
