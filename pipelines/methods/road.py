"""How far it is by road, without a road: a straight line from many points, times what the road
adds.

From points spread evenly over a buurt, which tells more of where people live than the one point of
its label. What the road adds is learnt in `travel.py`, per class of distance and of urbanity.
Without pandas and shapely, for the dashboard asks it of places that do not exist yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:  # the dashboard has no pyproj, and asks for points seldom
    from pyproj import Transformer

SPEED = {"walk": 4_800 / 60, "bike": 15_000 / 60}  # metres per minute
DEGREES = 4326
POINTS = 32  # spread over each neighbourhood
FARS = (
    0,
    300,
    500,
    800,
    1_300,
    2_200,
    4_000,
)  # classes of the straight line, metres; beyond the last nothing is known
DENSE = (
    0,
    500,
    1_000,
    1_500,
    2_500,
    np.inf,
)  # addresses per km²: the five classes of urbanity of CBS
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


# the EPSG code of a projection, or longitude and latitude of where a plane touches the earth
Plane = int | tuple[float, float]
MAJOR, FLATTENING = 6_378_137.0, 1 / 298.257  # of the earth: its half axis in metres


@cache
def _transformer(projection: int) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(DEGREES, projection, always_xy=True)


def metres(lon: ArrayLike, lat: ArrayLike, projection: Plane) -> Floats:
    """Points (EPSG:4326) in metres of a projection, n x 2; in DEGREES as they are.

    On a plane that touches the earth distances are right to half a percent within 20 km.
    """
    if projection == DEGREES:
        return np.column_stack([np.asarray(lon, float), np.asarray(lat, float)])
    if not isinstance(projection, tuple):
        return np.column_stack(_transformer(projection).transform(np.asarray(lon), np.asarray(lat)))
    middle = radians(projection[1])
    eccentric = FLATTENING * (2 - FLATTENING)
    across = MAJOR / (1 - eccentric * sin(middle) ** 2) ** 0.5
    down = across * (1 - eccentric) / (1 - eccentric * sin(middle) ** 2)
    east = across * cos(middle) * np.radians(np.asarray(lon, float) - projection[0])
    return np.column_stack([east, down * np.radians(np.asarray(lat, float) - projection[1])])


def spread(outlines: Sequence[str], projection: Plane) -> Floats:
    """Points spread evenly over each outline (GeoJSON, EPSG:4326), in metres of a projection:
    outlines x POINTS x 2.

    The first points of a Halton sequence (1960) over the box around an outline that lie within it,
    so that they are the same on every machine and in any order of outlines.
    """
    out = np.empty((len(outlines), POINTS, 2))
    batches: list[Floats] = []
    for n, (begin, end) in enumerate(_edges(outlines, projection)):
        low, size = begin.min(axis=0), np.ptp(begin, axis=0)
        inside, batch = np.empty((0, 2)), 0
        while len(inside) < POINTS:
            if batch == len(batches):
                batches.append(_halton(batch * 4 * POINTS, 4 * POINTS))
            candidates = low + batches[batch] * size
            inside = np.concatenate([inside, candidates[within(candidates, begin, end)]])
            batch += 1
        out[n] = inside[:POINTS]
    return out


def _halton(first: int, count: int) -> Floats:
    """Points of the Halton sequence in bases 2 and 3, from a number on; those of `scipy.stats`, whose
    import takes half a second.
    """
    out = np.zeros((count, 2))
    for column, base in enumerate((2, 3)):
        left, step = np.arange(first, first + count), 1.0
        while left.any():
            step /= base
            out[:, column] += step * (left % base)
            left //= base
    return out


def _edges(outlines: Sequence[str], projection: Plane) -> Iterator[tuple[Floats, Floats]]:
    """Of each outline the edges of all its rings, from and to, in metres."""
    rings: list[list[list[float]]] = []
    count = []
    for outline in outlines:
        shape = json.loads(outline)
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        mine = [ring for polygon in polygons for ring in polygon]
        rings += mine
        count.append(sum(map(len, mine)))
    if not rings:
        return
    lon, lat = np.array([corner[:2] for ring in rings for corner in ring]).T
    at = metres(lon, lat, projection)
    joined = np.ones(len(at), bool)
    joined[np.cumsum([len(ring) for ring in rings]) - 1] = False  # the last corner closes its ring
    for until, corners in zip(np.cumsum(count), count, strict=True):
        begin = np.arange(until - corners, until)[joined[until - corners : until]]
        yield at[begin], at[begin + 1]


def holds(outline: str, lon: float, lat: float) -> bool:
    """Whether a point lies in an outline (GeoJSON), all in degrees."""
    ((begin, end),) = _edges([outline], (lon, lat))
    return bool(within(np.zeros((1, 2)), begin, end)[0])


def within(points: Floats, begin: Floats, end: Floats) -> Bools:
    """Which points lie within edges: those from which a ray crosses an odd number of them."""
    (x1, y1), (x2, y2) = begin.T, end.T
    rise = np.where(y2 == y1, 1.0, y2 - y1)  # a level edge is never crossed
    x, y = points[:, :1], points[:, 1:]
    crossed = ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) / rise * (x2 - x1))
    return np.asarray(crossed.sum(axis=1) % 2 == 1)


class Columns(Protocol):
    """A table by column: a dict of arrays, or a frame."""

    def __getitem__(self, column: str, /) -> Any:
        """The values of a column."""


def overall(detour: Columns) -> float:
    """How much farther the road is over all areas; the straight line itself where nothing is
    known.
    """
    since, median = (np.asarray(detour[column], float) for column in ("since", "median"))
    every = median[np.isnan(since)]
    return float(every[0]) if len(every) else 1.0


def along(straight: Floats, density: Floats, detour: Columns) -> tuple[Floats, Floats, Floats]:
    """Metres by road, and the low and the high end of their margin; without a margin (nan) where
    the class of an area is not known. `detour` holds the columns of that table.
    """
    columns = {
        c: np.asarray(detour[c], float) for c in ("since", "sparse", "low", "median", "high")
    }
    far = np.searchsorted(FARS, straight, side="right") - 1
    dense = np.searchsorted(DENSE, density, side="right") - 1
    known = (far >= 0) & (far < len(FARS) - 1) & (dense >= 0) & (dense < len(DENSE) - 1)
    factors = []
    for column in ("median", "low", "high"):
        table = np.full((len(FARS), len(DENSE)), np.nan)
        for since, sparse, factor in zip(
            columns["since"], columns["sparse"], columns[column], strict=True
        ):
            if since in FARS and sparse in DENSE:
                table[FARS.index(since), DENSE.index(sparse)] = factor
        factors.append(
            np.where(known, table[np.where(known, far, -1), np.where(known, dense, -1)], np.nan)
        )
    middle = np.where(np.isnan(factors[0]), overall(detour), factors[0])
    return straight * middle, straight * factors[1], straight * factors[2]
