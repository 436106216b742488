"""How unequally figures are spread over the areas of a municipality or the country
(`methods/inequality.py`).

All areas of a municipality are no sample of them, so drawing areas again and again would give a
margin of nothing. What can be off is the figure of each area, and CBS gives its distances without a
margin. So there is none here, and no verdict: only how large the difference is.

What will surprise you: this says how areas differ, not people. Inside an area everyone is given its
mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipelines.catalogue import Catalogue, Indicator
from pipelines.fetch.source import Tables
from pipelines.methods.inequality import MEASURES

TITLE = "Ongelijkheid tussen gebieden"
FEWEST = 10  # areas in a municipality to say anything of it
NEARLY_ALL = 0.9  # of the residents: those of whom the figures are known


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation of municipalities and the country. The `column` of an indicator is one of

        <concentration | relative_index> <level> <figure> <-><rank>    minus: more of it is worse
        off <gini | theil | between> <level> <figure>

    Missing where fewer than 10 areas have both figures, or where fewer than 90 % of the residents
    live in those: that is too few to tell. Raises ValueError for a column that says something else.
    """
    area = tables["area"]
    out = [_of(i, tables["observation"], area) for i in catalogue.of_source("inequality")]
    return {"observation": pd.concat(out, ignore_index=True)}


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of the figures that are spread, and of those that areas are ranked by."""
    names = (
        word.lstrip("-") for i in catalogue.of_source("inequality") for word in i.column.split()[2:]
    )
    return catalogue.sources_of(names)


def _of(indicator: Indicator, observation: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    match indicator.column.split():
        case ["concentration" | "relative_index" as what, level, figure, ranked]:
            pass
        case ["gini" | "theil" | "between" as what, level, figure]:
            ranked = ""
        case _:
            raise ValueError(
                f"{indicator.id}: column {indicator.column!r} is none of those that inequality can compute"
            )
    about = area[(area["level"] == level) & (area["population"].astype(float) > 0)]
    about = about.set_index(
        "code"
    ).sort_index()  # the last bits of a sum must not hang on the publisher's order
    named = [figure, *([ranked.lstrip("-")] if ranked else [])]
    rows = observation[observation["indicator"].isin(named) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    wide = newest.pivot(index="area", columns="indicator", values="value").reindex(
        about.index, columns=named
    )
    known = wide.notna().all(axis=1)
    held = area[area["level"].isin(indicator.levels)]
    country, found = dict.fromkeys(area.loc[area["parent"].isna(), "code"], about.index), {}
    for code, codes in {**country, **about.groupby("municipality").groups}.items():
        own = codes[known[codes]]
        weight = about.loc[own, "population"].to_numpy(dtype=float)
        if len(own) < FEWEST or weight.sum() < NEARLY_ALL * about.loc[codes, "population"].sum():
            continue
        by = pd.factorize(about.loc[own, "parent"])[0].astype(float)
        if ranked:
            by = wide.loc[own, named[1]].to_numpy() * (-1 if ranked.startswith("-") else 1)
        found[code] = MEASURES[what](wide.loc[own, figure].to_numpy(), weight, by)
    value = pd.Series(found, dtype=float).reindex(held["code"]).to_numpy()
    status = np.where(np.isnan(value), "missing", "estimated")
    out = {"area": held["code"], "value": value, "status": status, "area_year": held["year"]}
    return pd.DataFrame(out).assign(indicator=indicator.id, period=max(newest["period"]))
