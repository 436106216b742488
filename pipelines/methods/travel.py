"""How far it is by road, without a road: a straight line from many points, times what the road
adds; and who shares it.

From points spread evenly over a buurt, which tells more of where people live than the one point of
its label. What the road adds is learnt from distances by road that somebody publishes, per class of
distance and of urbanity: of all buurten in a class the 5th, 50th and 95th percentile of that
distance over the straight line. The margin is from the first to the last. Whether it holds is seen
in municipalities that it was not learnt from: the buurten of each tenth of the municipalities, by
what all others give (`coverage`).

The two-step floating catchment is that of Luo and Wang (2003) with the distance weight of Dai
(2010): each place is divided over the people who can walk to it, and an area has the sum of its
parts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.spatial import KDTree
from scipy.stats.qmc import Halton

SPEED = {"walk": 4_800 / 60, "bike": 15_000 / 60}  # metres per minute
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
WITHIN = (0.05, 0.5, 0.95)
FEWEST = 50  # neighbourhoods to learn a class from
TENTHS = 10
WALK_MIN, FADE_MIN = 15, 7.5  # how far a catchment reaches, and the spread of its distance weight
TO_METRES = Transformer.from_crs(4326, 28992, always_xy=True)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def metres(lon: pd.Series, lat: pd.Series) -> Floats:
    """Points in EPSG:28992, n x 2."""
    return np.column_stack(TO_METRES.transform(lon.to_numpy(), lat.to_numpy()))


def spread(outlines: pd.Series) -> Floats:
    """Points spread evenly over each outline (GeoJSON, EPSG:4326), in EPSG:28992: outlines x POINTS
    x 2.

    The first points of a Halton sequence (1960) over the box around an outline that lie within it,
    so that they are the same on every machine and in any order of outlines.
    """
    shapes = shapely.transform(
        shapely.from_geojson(outlines.to_numpy()),
        lambda at: np.column_stack(TO_METRES.transform(*at.T)),
    )
    out = np.empty((len(shapes), POINTS, 2))
    for n, shape in enumerate(shapes):
        shapely.prepare(shape)
        low, high = np.reshape(shape.bounds, (2, 2))
        sequence, inside = Halton(2, scramble=False), np.empty((0, 2))
        while len(inside) < POINTS:
            candidates = low + sequence.random(4 * POINTS) * (high - low)
            inside = np.concatenate([inside, candidates[shapely.contains_xy(shape, candidates)]])
        out[n] = inside[:POINTS]
    return out


def calibrate(straight: Floats, road: Floats, density: Floats, town: pd.Series) -> pd.DataFrame:
    """Table detour: how much farther the road is than the straight line, per class of distance and
    of urbanity.

    Columns since and until (metres), sparse and dense (addresses per km²), areas, low, median,
    high, and the share of areas that lies within the margin that the municipalities of the other
    nine tenths give (`coverage`). The last row, with blank classes, is of all areas. A class with
    too few areas has no row.
    """
    known = pd.DataFrame(
        {"straight": straight, "road": road, "density": density, "town": town.to_numpy()}
    ).dropna()
    known["ratio"] = known["road"] / known["straight"]
    known = pd.concat([known, _classes(known["straight"], known["density"])], axis=1)
    tenth = pd.Series(pd.factorize(known["town"], sort=True)[0] % TENTHS, known.index)
    rows = []
    for key, group in [*known.groupby(["far", "dense"]), ((-1, -1), known)]:
        far, dense = map(int, key)
        if (n := len(group)) < FEWEST:
            continue
        low, median, high = group["ratio"].quantile(WITHIN)
        row = {"areas": n, "low": low, "median": median, "high": high}
        if far >= 0:
            row |= {"since": FARS[far], "until": FARS[far + 1], "sparse": DENSE[dense]}
            row |= {"dense": DENSE[dense + 1] if np.isfinite(DENSE[dense + 1]) else None}
        ratio, fold = group["ratio"], tenth[group.index]
        ends = [ratio[fold != n].quantile([WITHIN[0], WITHIN[-1]]) for n in range(TENTHS)]
        covered = pd.concat([ratio[fold == n].between(*ends[n]) for n in range(TENTHS)])
        rows.append(row | {"coverage": covered.mean()})
    columns = ["since", "until", "sparse", "dense", "areas", "low", "median", "high", "coverage"]
    return pd.DataFrame(rows, columns=columns)


def overall(detour: pd.DataFrame) -> float:
    """How much farther the road is over all areas; the straight line itself where nothing is
    known.
    """
    every = detour[detour["since"].isna()]
    return float(every["median"].iloc[0]) if len(every) else 1.0


def along(straight: Floats, density: Floats, detour: pd.DataFrame) -> pd.DataFrame:
    """Metres by road with `low` and `high`; without a margin where the class of an area is not
    known.
    """
    area = _classes(pd.Series(straight), pd.Series(density))
    known = detour.assign(far=detour["since"].map({f: n for n, f in enumerate(FARS)}))
    known["dense"] = known["sparse"].map({d: n for n, d in enumerate(DENSE)})
    factor = area.merge(known.dropna(subset=["far"]), how="left", on=["far", "dense"])
    middle = factor["median"].fillna(overall(detour))
    return pd.DataFrame(
        {
            "metres": straight * middle,
            "low": straight * factor["low"],
            "high": straight * factor["high"],
        }
    )


def _classes(straight: pd.Series, density: pd.Series) -> pd.DataFrame:
    """The class of distance and of urbanity, from 0; blank where there is none."""
    far = pd.cut(straight, FARS, right=False, labels=False)
    return pd.DataFrame({"far": far, "dense": pd.cut(density, DENSE, right=False, labels=False)})


def two_step(origin: Ints, place: Ints, weight: Floats, demand: Floats, supply: Floats) -> Floats:
    """Two-step floating catchment: supply per head in each origin.

    R_j = S_j / sum_k P_k w_kj and A_i = sum_j R_j w_ij, over pairs of rows of `demand` (P) and
    `supply` (S). What is shared out is what someone can reach: sum_i P_i A_i is the sum of those
    S_j.
    """
    pull = coo_array((weight, (origin, place)), shape=(len(demand), len(supply))).tocsr()
    takers = np.asarray(pull.T @ demand)
    share = np.divide(supply, takers, out=np.zeros(len(supply)), where=takers > 0)
    return np.asarray(pull @ share)


def catchment(origins: Floats, spots: Floats, demand: Floats, detour: float) -> Floats:
    """Places within a walk of each origin (n x 2, metres), each divided over everyone who
    shares it.
    """
    reach = WALK_MIN * SPEED["walk"] / detour
    near: list[list[int]] = list(KDTree(spots).query_ball_point(origins, reach))  # type: ignore[arg-type]
    count = [len(n) for n in near]
    origin = np.repeat(np.arange(len(origins)), count)
    place = np.fromiter((j for n in near for j in n), dtype=np.int64, count=sum(count))
    minutes = np.hypot(*(origins[origin] - spots[place]).T) * detour / SPEED["walk"]
    return two_step(
        origin, place, np.exp(-((minutes / FADE_MIN) ** 2) / 2), demand, np.ones(len(spots))
    )
