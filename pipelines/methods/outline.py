"""An outline that somebody brings (GeoJSON), and which neighbourhoods it is of.

In degrees (EPSG:4326) unless it names another projection: that of the Dutch grid (EPSG:28992, by the
series of Schreutelkamp and Strang van Hees, 2001, right to a quarter of a metre) or that of web
maps (EPSG:3857). A neighbourhood counts when at least half
of its residents live inside, taken as spread evenly over its own outline: of 32 points in it at
least 16. What is refused names why, as a key with its values; nothing is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.methods.road import DEGREES, spread, within

RADIUS = 6_378_137.0  # of the sphere of web maps, in metres
# of the Dutch grid: the point that the series is around, and its terms (power of x, of y, seconds of arc)
AMERSFOORT = ((155_000.0, 463_000.0), (5.38720621, 52.15517440))
LON = (
    (1, 0, 5260.52916), (1, 1, 105.94684), (1, 2, 2.45656), (3, 0, -0.81885), (1, 3, 0.05594), (3, 1, -0.05607),
    (0, 1, 0.01199), (3, 2, -0.00256), (1, 4, 0.00128), (0, 2, 0.00022), (2, 0, -0.00022), (5, 0, 0.00026),
)  # fmt: skip
LAT = (
    (0, 1, 3235.65389), (2, 0, -32.58297), (0, 2, -0.24750), (2, 1, -0.84978), (0, 3, -0.06550), (2, 2, -0.01709),
    (1, 0, -0.00738), (4, 0, 0.00530), (2, 3, -0.00039), (4, 1, 0.00033), (1, 1, -0.00012),
)  # fmt: skip
MOST_BYTES, MOST_CORNERS = 2_000_000, 10_000
HALF, FEWEST = 0.5, 500  # of a neighbourhood, and residents inside: fewer could single people out
Floats = NDArray[np.float64]


class OutlineError(Exception):
    """Why an outline is not taken: `key` says which fault it is, `values` what was found."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Outline:
    """The edges of all rings, from and to, in degrees."""

    begin: Floats
    end: Floats

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        (west, south), (east, north) = self.begin.min(axis=0), self.begin.max(axis=0)
        return float(west), float(south), float(east), float(north)


@dataclass(frozen=True)
class Counted:
    """Which neighbourhoods count, and how many people that is about: living in those, `inside` the
    outline, of these in others (`missed`), and of those outside it (`extra`).
    """

    counts: NDArray[np.bool_]
    residents: float
    inside: float
    missed: float
    extra: float


def read(content: bytes) -> Outline:
    """The outline in a file. Raises OutlineError."""
    if len(content) > MOST_BYTES:
        raise OutlineError("bytes", n=MOST_BYTES // 1_000_000)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as e:
        raise OutlineError("text") from e
    rings = [ring for polygon in _polygons(body) for ring in polygon]
    if not rings:
        raise OutlineError("polygon")
    corners = sum(len(ring) for ring in rings)
    if corners > MOST_CORNERS:
        raise OutlineError("corners", n=corners, most=MOST_CORNERS)
    projection = _projection(body)
    edges = [_edges(_degrees(_ring(ring), projection)) for ring in rings]
    outline = Outline(*(np.concatenate(ends) for ends in zip(*edges, strict=True)))
    if _crosses(outline):
        raise OutlineError("crossing")
    return outline


def counted(outline: Outline, shapes: Sequence[str], residents: Floats) -> Counted:
    """Which of some neighbourhoods (GeoJSON, with their residents) count. Raises OutlineError where
    too few people live inside.
    """
    points = spread(shapes, DEGREES)
    share = within(points.reshape(-1, 2), outline.begin, outline.end).reshape(points.shape[:2])
    part = share.mean(axis=1)
    counts = (part >= HALF) & (residents > 0)
    inside = float((residents * part).sum())
    if inside < FEWEST or not counts.any():
        raise OutlineError("few", n=FEWEST)
    missed, extra = (residents * part)[~counts].sum(), (residents * (1 - part))[counts].sum()
    return Counted(counts, float(residents[counts].sum()), inside, float(missed), float(extra))


def _polygons(body: Any) -> list[Any]:
    """The polygons of a GeoJSON text, whatever they are wrapped in."""
    match body:
        case {"type": "FeatureCollection", "features": list(features)}:
            return [p for f in features for p in _polygons(f)]
        case {"type": "Feature", "geometry": geometry}:
            return _polygons(geometry)
        case {"type": "GeometryCollection", "geometries": list(geometries)}:
            return [p for g in geometries for p in _polygons(g)]
        case {"type": "Polygon", "coordinates": list(rings)} if all(
            isinstance(r, list) for r in rings
        ):
            return [rings]
        case {"type": "MultiPolygon", "coordinates": list(polygons)} if all(
            isinstance(p, list) and all(isinstance(r, list) for r in p) for p in polygons
        ):
            return polygons
    return []


def _projection(body: Any) -> int:
    """The EPSG code that the file names; degrees where it names none."""
    match body:
        case {"crs": {"properties": {"name": str(name)}}}:
            if name.upper().endswith("CRS84"):
                return DEGREES
            if code := re.search(r"EPSG:+(?:[\d.]*:)?(\d{4,6})$", name, re.IGNORECASE):
                return int(code[1])
            raise OutlineError("projection", name=name[:40])
    return DEGREES


def _ring(ring: Any) -> Floats:
    """The corners of a ring, closed."""
    try:
        at = np.array([corner[:2] for corner in ring], dtype=float)
    except (TypeError, ValueError, IndexError) as e:
        raise OutlineError("corner") from e
    if at.ndim != 2 or at.shape[1] != 2 or not np.isfinite(at).all():
        raise OutlineError("corner")
    at = at if np.array_equal(at[0], at[-1]) else np.vstack([at, at[:1]])
    if len(at) < 4:
        raise OutlineError("corner")
    return at


def _degrees(at: Floats, projection: int) -> Floats:
    """Corners in degrees. Raises OutlineError for a projection nobody knows, and for what cannot be
    degrees.
    """
    if projection not in PROJECTIONS:
        raise OutlineError("projection", name=f"EPSG:{projection}")
    at = PROJECTIONS[projection](at)
    if not np.isfinite(at).all() or (np.abs(at) > (180, 90)).any():
        raise OutlineError("degrees", x=at[0, 0], y=at[0, 1])
    return at


def of_grid(at: Floats) -> Floats:
    """Points of the Dutch grid (metres, n x 2) in degrees; what lies far from it, as it is."""
    (x0, y0), (lon, lat) = AMERSFOORT
    x, y = ((at - (x0, y0)) * 1e-5).T
    if (np.abs((x, y)) > 5).any():  # 500 km from its middle the series says nothing
        return at
    east, north = (sum(k * x**p * y**q for p, q, k in terms) for terms in (LON, LAT))
    return np.column_stack([lon + east / 3600, lat + north / 3600])


def _of_web(at: Floats) -> Floats:
    """Corners of web maps in degrees."""
    x, y = at.T / RADIUS
    return np.degrees(np.column_stack([x, np.arctan(np.sinh(np.clip(y, -np.pi, np.pi)))]))


PROJECTIONS = {DEGREES: lambda at: at, 4258: lambda at: at, 28992: of_grid, 3857: _of_web}


def _edges(at: Floats) -> tuple[Floats, Floats]:
    moved = (at[1:] != at[:-1]).any(axis=1)  # a corner that is given twice is no edge
    return at[:-1][moved], at[1:][moved]


def _crosses(outline: Outline) -> bool:
    """Whether two edges cross, so that nobody can tell what is inside."""
    low, high = np.minimum(outline.begin, outline.end), np.maximum(outline.begin, outline.end)
    order = np.argsort(low[:, 0])
    low, high, begin, end = (a[order] for a in (low, high, outline.begin, outline.end))
    until = np.searchsorted(low[:, 0], high[:, 0], side="right")
    for n in range(len(begin)):
        near = slice(n + 1, until[n])
        sides = (
            _side(begin[n], end[n], begin[near]) * _side(begin[n], end[n], end[near]),
            _side(begin[near], end[near], begin[n]) * _side(begin[near], end[near], end[n]),
        )
        if ((sides[0] < 0) & (sides[1] < 0)).any():
            return True
    return False


def _side(begin: Floats, end: Floats, at: Floats) -> Floats:
    """On which side of a line from begin to end a point lies: above or below zero."""
    along, off = end - begin, at - begin
    return np.sign(along[..., 0] * off[..., 1] - along[..., 1] * off[..., 0])
