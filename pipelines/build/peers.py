"""Peers: for each area the areas most like it in who lives there, to compare like with like.

Every feature counts the same: an area's place among the areas of its level, from 0 (lowest) to 1
(highest), which is not upset by extremes. The distance between two areas is the root mean square of
the differences in place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

NUMBER = 25
FARTHEST = 0.1  # at most a tenth of all areas apart, on average; farther is not alike
LEAST_RESIDENTS = 100  # below, the features themselves are rounded too coarsely


def find(observation: pd.DataFrame, area: pd.DataFrame, features: tuple[str, ...]) -> pd.DataFrame:
    """Table peer(area, peer, position, distance): the nearest NUMBER areas of the same level, 1 the
    nearest.

    An area of which one feature is not known, or with fewer than LEAST_RESIDENTS, has no peers and
    is nobody's.
    """
    rows = observation[observation["indicator"].isin(features) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    known = (
        newest.pivot(index="area", columns="indicator", values="value")
        .reindex(columns=list(features))
        .dropna()
    )
    about = area.set_index("code").loc[known.index]
    none = {"area": "str", "peer": "str", "distance": "float", "position": "int"}
    out = [pd.DataFrame(columns=list(none)).astype(none)]
    for _, codes in about[about["population"] >= LEAST_RESIDENTS].groupby("level").groups.items():
        places = known.loc[sorted(codes)].rank(pct=True)
        near = min(NUMBER + 1, len(places))  # of which one is the area itself
        scaled = places.to_numpy() / len(features) ** 0.5
        distance, nearest = (
            np.asarray(found) for found in KDTree(scaled).query(scaled, k=[*range(1, near + 1)])
        )
        codes_of = places.index.to_numpy()
        pair = pd.DataFrame(
            {
                "area": codes_of.repeat(near),
                "peer": codes_of[nearest.ravel()],
                "distance": distance.ravel().round(4),
            }
        )
        pair = pair[(pair["area"] != pair["peer"]) & (pair["distance"] <= FARTHEST)]
        pair["position"] = pair.groupby("area").cumcount() + 1
        out.append(pair[pair["position"] <= NUMBER])
    return pd.concat(out, ignore_index=True)
