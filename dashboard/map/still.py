"""A picture of a map as it is before it is moved: it stands in the map's place until that is drawn."""

from __future__ import annotations

import math

from dashboard import store
from dashboard.answer.view import View
from dashboard.map.camera import ROOM, Box, line_width, shown_box
from dashboard.picture.areas import still

MOST = 1000  # areas, of which a picture is not larger than what it stands in for


def offered(view: View) -> bool:
    """Whether the map of a view has a picture: not with so many areas that it would come no
    sooner.
    """
    return len(store.outlines(view.level, view.scope.code)) <= MOST


def address(view: View) -> str:
    """The picture as the address of an image that holds it: what the map shows in a room of any
    size, with the chosen area marked.
    """
    outlines = store.outlines(view.level, view.scope.code)
    border = store.outline(view.area.code) if view.area != view.scope else ""
    box = _roomy(shown_box(view.ground) or store.country_bounds())
    shapes = ((code, shape) for code, (_, shape) in outlines.items())
    svg = still(shapes, view.fills, box, line_width(view.ground), border or "")
    return "data:image/svg+xml," + svg.replace('"', "'").replace("%", "%25").replace("#", "%23")


def _roomy(box: Box) -> Box:
    """A box with the room that the camera keeps around it."""
    west, south, east, north = box
    more = (2**ROOM - 1) / 2
    # on the web map, where the middle of the camera is
    low, high = (math.asinh(math.tan(math.radians(n))) for n in (south, north))
    aside, above = more * (east - west), more * (high - low)
    down, up = (math.degrees(math.atan(math.sinh(n))) for n in (low - above, high + above))
    return west - aside, down, east + aside, up
