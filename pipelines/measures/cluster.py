"""Where alike areas lie together: local Moran's I (Anselin, 1995), by esda.

Only of participation that was measured; a modelled figure is smooth by its making and would cluster by itself.
Neighbours are those of the six nearest areas with a figure that lie within 5 km, the distance in which CBS counts
museums and stages; an area without any is no part of it. Two-sided, from 9,999 permutations with a fixed seed; over all
areas of an indicator no more than a twentieth of what is called a cluster is expected to be chance (Benjamini and
Hochberg, 1995). What will surprise you: it says that neighbours are alike, not why.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
from esda.moran import Moran_Local
from esda.significance import calculate_significance
from libpysal.graph import Graph
from scipy.spatial import KDTree
from scipy.stats import false_discovery_control

from pipelines.catalogue import Catalogue
from pipelines.measures.access import TO_METRES
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Clusters van buurten die op elkaar lijken",
    publisher="Cultuuratlas",
    licence="CC-BY-4.0",
    url="",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, op cijfers van CBS en Gemeente Rotterdam",
)
THEME = "participation"
LEVEL = "buurt"
NEIGHBOURS, NEAR_M = 6, 5_000
PERMUTATIONS, SEED = 9_999, 2026
FALSE_SHARE = 0.05
FEWEST = 30
TIED = 9  # decimals of a statistic of the order of one
KINDS = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}  # esda's quadrants: the area, its neighbours


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table cluster(indicator, area, period, kind, chance, apart): of the newest period of each measured figure.

    `kind` is one of KINDS, `chance` the two-sided probability under permutation, `apart` whether it is told apart from
    chance. An indicator known of fewer than 30 neighbourhoods with a neighbour has no rows.
    """
    area = tables["area"]
    spots = area[(area["level"] == LEVEL) & area["lon"].notna()].set_index("code")[["lon", "lat"]]
    observation = tables["observation"]
    out = []
    for indicator in catalogue.indicators.values():
        if indicator.theme != THEME or indicator.status != "measured":
            continue
        own = observation[(observation["indicator"] == indicator.id) & (observation["status"] == "measured")]
        own = own[own["area"].isin(spots.index)]
        newest = own[own["period"] == own["period"].max()].set_index("area")["value"].sort_index()
        near = neighbours(spots.loc[newest.index])
        newest = newest[newest.index.isin(near.unique_ids)]
        if len(newest) >= FEWEST and newest.std() > 0:
            found = local_moran(newest, near).drop(columns="moran")
            out.append(found.assign(indicator=indicator.id, period=own["period"].max()))
    return {"cluster": pd.concat(out, ignore_index=True)} if out else {}


def neighbours(spots: pd.DataFrame) -> Graph:
    """The nearest of each area that are near, of equal weight; an area without any is not in the graph.

    `spots` has lon and lat by area, in degrees.
    """
    points = np.column_stack(TO_METRES.transform(spots["lon"].to_numpy(), spots["lat"].to_numpy()))
    distance, index = map(np.asarray, KDTree(points).query(points, k=NEIGHBOURS + 1, distance_upper_bound=NEAR_M))
    is_neighbour = np.isfinite(distance) & (index != np.arange(len(points))[:, None])
    focal, _ = np.nonzero(is_neighbour)
    return Graph.from_arrays(spots.index[focal], spots.index[index[is_neighbour]], np.ones(len(focal))).transform("r")


def local_moran(value: pd.Series, near: Graph) -> pd.DataFrame:
    """Columns area, moran, kind, chance and apart of each value by area; `near` has equal weights of sum 1 by area.

    The sum of `moran` over the number of areas less one is Moran's I of all of them (Anselin, 1995, equation 8).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # esda recommends a compiler that we do without
        found = Moran_Local(value, near, permutations=PERMUTATIONS, seed=SEED, n_jobs=1)
    # esda's own probability looks one way only, the way each area happens to lie
    # and counts draws that are equal but for their last bits as above or below, as the processor has it: rounded first
    chance = calculate_significance(found.Is.round(TIED), found.rlisas.round(TIED), alternative="two-sided")
    chance = np.minimum(chance, 1)  # twice the tail is more than all where the area is the mean and every draw is equal
    return pd.DataFrame(
        {
            "area": value.index,
            "moran": found.Is,
            "kind": pd.Series(found.q).map(KINDS),
            "chance": chance,
            "apart": false_discovery_control(chance) <= FALSE_SHARE,
        }
    )
