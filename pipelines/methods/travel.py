"""What the road adds to a straight line, and who shares a place.

Learnt from distances by road that somebody publishes, per class of distance and of urbanity: of all
buurten in a class the 5th, 50th and 95th percentile of that distance over the straight line
(`road.py`). The margin is from the first to the last. Whether it holds is seen in municipalities
that it was not learnt from: the buurten of each tenth of the municipalities, by what all others
give (`coverage`).

The two-step floating catchment is that of Luo and Wang (2003) with the distance weight of Dai
(2010): each place is divided over the people who can walk to it, and an area has the sum of its
parts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.spatial import KDTree

from pipelines.methods.road import DENSE, FARS, SPEED, Floats, Ints

WITHIN = (0.05, 0.5, 0.95)
FEWEST = 50  # neighbourhoods to learn a class from
TENTHS = 10
WALK_MIN, FADE_MIN = 15, 7.5  # how far a catchment reaches, and the spread of its distance weight


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
