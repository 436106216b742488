"""What the map looks at, and how high it is."""

from __future__ import annotations

import math
from typing import Any

from dashboard import store
from dashboard.answer.view import Ground

THIN, THICK = 0.6, 1  # pixels of a line between areas, of the country and of a smaller part
TILE, LEAST = 512, 240
EDGE = 24  # pixels above and below together
ROOM = 0.1  # around what a map looks at, as steps of zoom


Box = tuple[float, float, float, float]  # west, south, east, north in degrees
Room = tuple[int, int]  # how wide a map is and how high it may be, in pixels


def height(box: Box | None, room: Room) -> int:
    """Height of the map in pixels, for what it shows."""
    wide, most = room
    return round(max(LEAST, min(most, ratio(box) * wide + EDGE)))


def ratio(box: Box | None) -> float:
    """How high what a map shows is, as a share of its width."""
    west, south, east, north = box or store.country_bounds()
    return 360 * (_mercator(south) - _mercator(north)) / max(east - west, 1e-6)


def look(box: Box | None, room: Room) -> dict[str, Any]:
    """Camera on the box, with some room around; on the country when there is none."""
    west, south, east, north = box or store.country_bounds()
    top, bottom = _mercator(north), _mercator(south)
    across = max((east - west) / 360, 1e-6)
    down = max(bottom - top, 1e-6)
    zoom = (
        min(
            math.log2(room[0] / TILE / across),
            math.log2(height(box, room) / TILE / down),
        )
        - ROOM
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


def line_width(ground: Ground) -> float:
    """Pixels of a line between areas."""
    return THIN if ground.scope.is_country else THICK


def _mercator(latitude: float) -> float:
    """Latitude to 0 (north) .. 1 (south) of the square web map."""
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
