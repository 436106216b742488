"""Where neighbourhoods with alike participation lie together (`methods/clusters.py`).

Only of participation that was measured; a modelled figure is smooth by its making and would cluster
by itself. What will surprise you: it says that neighbours are alike, not why.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.fetch.source import Tables
from pipelines.methods.clusters import local_moran, neighbours

TITLE = "Clusters van buurten die op elkaar lijken"
THEME = "participation"
FEWEST = 30


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table cluster(indicator, area, period, kind, chance, apart): of the newest period of each
    measured figure.

    `kind` is one of KINDS, `chance` the two-sided probability under permutation, `apart` whether it
    is told apart from chance. An indicator known of fewer than 30 neighbourhoods with a neighbour
    has no rows.
    """
    area = tables["area"]
    spots = area[(area["level"] == catalogue.finest) & area["lon"].notna()].set_index("code")[
        ["lon", "lat"]
    ]
    observation = tables["observation"]
    out = []
    for indicator in catalogue.indicators.values():
        if indicator.theme != THEME or indicator.status != "measured":
            continue
        own = observation[
            (observation["indicator"] == indicator.id) & (observation["status"] == "measured")
        ]
        own = own[own["area"].isin(spots.index)]
        newest = own[own["period"] == own["period"].max()].set_index("area")["value"].sort_index()
        near = neighbours(spots.loc[newest.index], catalogue.country.projection)
        newest = newest[newest.index.isin(near.unique_ids)]
        if len(newest) >= FEWEST and newest.std() > 0:
            found = local_moran(newest, near).drop(columns="moran")
            out.append(found.assign(indicator=indicator.id, period=own["period"].max()))
    return {"cluster": pd.concat(out, ignore_index=True)} if out else {}


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of the figures that clusters were looked for in."""
    return catalogue.sources_of(name for frame in found.values() for name in frame["indicator"])
