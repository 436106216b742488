"""Where alike areas lie together: local Moran's I (Anselin, 1995), by esda.

Neighbours are those of the six nearest areas with a figure that lie within 5 km, the distance in
which CBS counts museums and stages; an area without any is no part of it. Two-sided, from 9,999
permutations with a fixed seed; over all areas no more than a twentieth of what is called a cluster
is expected to be chance (Benjamini and Hochberg, 1995).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from esda.moran import Moran_Local
from esda.significance import calculate_significance
from libpysal.graph import Graph
from scipy.spatial import KDTree
from scipy.stats import false_discovery_control

from pipelines.methods.road import metres

NEIGHBOURS, NEAR_M = 6, 5_000
PERMUTATIONS, SEED = 9_999, 2026
FALSE_SHARE = 0.05
TIED = 9  # decimals of a statistic of the order of one
KINDS = {
    1: "high_high",
    2: "low_high",
    3: "low_low",
    4: "high_low",
}  # esda's quadrants: the area, its neighbours


def neighbours(spots: pd.DataFrame, projection: int) -> Graph:
    """The nearest of each area that are near, of equal weight; an area without any is not in the
    graph.

    `spots` has lon and lat by area, in degrees; `projection` is the EPSG code to measure in.
    """
    points = metres(spots["lon"], spots["lat"], projection)
    distance, index = map(
        np.asarray, KDTree(points).query(points, k=NEIGHBOURS + 1, distance_upper_bound=NEAR_M)
    )
    is_neighbour = np.isfinite(distance) & (index != np.arange(len(points))[:, None])
    focal, _ = np.nonzero(is_neighbour)
    return Graph.from_arrays(
        spots.index[focal], spots.index[index[is_neighbour]], np.ones(len(focal))
    ).transform("r")


def local_moran(value: pd.Series, near: Graph) -> pd.DataFrame:
    """Columns area, moran, kind, chance and apart of each value by area; `near` has equal weights
    of sum 1 by area.

    The sum of `moran` over the number of areas less one is Moran's I of all of them (Anselin, 1995,
    equation 8).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # esda recommends a compiler that we do without
        moran = Moran_Local(value, near, permutations=PERMUTATIONS, seed=SEED, n_jobs=1)
    # esda's own probability looks one way only, the way each area happens to lie and counts draws
    # that are equal but for their last bits as above or below, as the processor has it: rounded
    # first
    chance = calculate_significance(
        moran.Is.round(TIED), moran.rlisas.round(TIED), alternative="two-sided"
    )
    chance = np.minimum(
        chance, 1
    )  # twice the tail is more than all where the area is the mean and every draw is equal
    return pd.DataFrame(
        {
            "area": value.index,
            "moran": moran.Is,
            "kind": pd.Series(moran.q).map(KINDS),
            "chance": chance,
            "apart": false_discovery_control(chance) <= FALSE_SHARE,
        }
    )
