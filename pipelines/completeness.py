"""Which sources of places cover which municipality, so that an empty list is not read as an empty neighbourhood.

A source covers a municipality where it holds at least as many places per 10,000 residents as the taxonomy asks of it.
A source of which it asks nothing is known to be partial everywhere: its places are shown, and never counted.
"""

from __future__ import annotations

import pandas as pd

from pipelines.catalogue import Catalogue

EVERYWHERE = 0.95  # share of residents that live where a source covers, from which we call it national


def find(area: pd.DataFrame, place: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Table completeness(source, municipality, places, covered): every source of places for every municipality."""
    towns = area[area["level"] == "gemeente"].set_index("code")["population"].astype(float)
    of = place["area"].map(area.set_index("code")["municipality"])
    sources = sorted(place["source"].unique())
    count = pd.crosstab(of, place["source"]).reindex(index=towns.index, columns=sources, fill_value=0)
    out = count.melt(var_name="source", value_name="places", ignore_index=False)
    out = out.rename_axis("municipality").reset_index()
    least = out["source"].map({s: c.least_per_10000 for s, c in catalogue.completeness.items()}).astype(float)
    out["covered"] = (out["places"] >= least * out["municipality"].map(towns) / 10_000) & (out["places"] > 0)
    return out


def national(completeness: pd.DataFrame, area: pd.DataFrame) -> set[str]:
    """The sources that cover nearly all residents, and so may be compared from one municipality to the next."""
    residents = completeness["municipality"].map(area.set_index("code")["population"].astype(float))
    share = residents.where(completeness["covered"], 0).groupby(completeness["source"]).sum()
    return set(share[share >= EVERYWHERE * residents.groupby(completeness["source"]).sum()].index)
