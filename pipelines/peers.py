"""Peers: for each area the areas most like it in who lives there, to compare like with like.

Every feature counts the same: an area's place among the areas of its level, from 0 (lowest) to 1 (highest), which is
not upset by extremes. The distance between two areas is the root mean square of the differences in place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

NUMBER = 5
FARTHEST = 0.1  # at most a tenth of all areas apart, on average; farther is not alike
LEAST_RESIDENTS = 100  # below, the features themselves are rounded too coarsely


def find(observation: pd.DataFrame, area: pd.DataFrame, features: tuple[str, ...]) -> pd.DataFrame:
    """Table peer(area, peer, position, distance): the nearest NUMBER areas of the same level, 1 the nearest.

    An area of which one feature is not known, or with fewer than LEAST_RESIDENTS, has no peers and is nobody's.
    """
    rows = observation[observation["indicator"].isin(features) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    known = newest.pivot(index="area", columns="indicator", values="value").reindex(columns=list(features)).dropna()
    about = area.set_index("code").loc[known.index]
    none = {"area": "str", "peer": "str", "distance": "float", "position": "int"}
    out = [pd.DataFrame(columns=list(none)).astype(none)]
    for _, codes in about[about["population"] >= LEAST_RESIDENTS].groupby("level").groups.items():
        places = known.loc[sorted(codes)].rank(pct=True)
        if len(places) <= NUMBER:
            continue
        scaled = places.to_numpy() / len(features) ** 0.5
        distance, nearest = (np.asarray(found) for found in KDTree(scaled).query(scaled, k=NUMBER + 1))
        codes_of = places.index.to_numpy()
        pair = pd.DataFrame(
            {
                "area": codes_of.repeat(NUMBER + 1),
                "peer": codes_of[nearest.ravel()],
                "distance": distance.ravel().round(4),
            }
        )
        pair = pair[(pair["area"] != pair["peer"]) & (pair["distance"] <= FARTHEST)]
        pair["position"] = pair.groupby("area").cumcount() + 1
        out.append(pair[pair["position"] <= NUMBER])
    return pd.concat(out, ignore_index=True)


def margin(observation: pd.DataFrame, peer: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    """Table margin(indicator, level, sd): how uncertain an estimate is of which the publisher gives no margin.

    Estimated from the figures themselves: how far areas lie from their peers (1.4826 times the median absolute
    difference, over the root of two). Real differences between peers count as uncertainty too, so it is rather too
    wide.
    """
    rows = observation[(observation["status"] == "estimated") & observation["method"].isna()]
    rows = rows[~rows["indicator"].isin(rows.loc[rows["low"].notna(), "indicator"])]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    wide = newest.pivot(index="area", columns="indicator", values="value")
    pair = peer[peer["area"].isin(wide.index) & peer["peer"].isin(wide.index)]
    apart = pd.DataFrame(
        wide.loc[pair["area"]].to_numpy() - wide.loc[pair["peer"]].to_numpy(), columns=wide.columns
    ).abs()
    level = pair["area"].map(area.set_index("code")["level"]).rename("level").to_numpy()
    sd = 1.4826 / 2**0.5 * apart.groupby(level).median()
    return sd.rename_axis("level").reset_index().melt("level", var_name="indicator", value_name="sd").dropna()
