"""Which kinds of place a source knows in which municipality, so that no data is not read as no places.

A register covers all of its kinds in a municipality where it holds at least as many places per 10,000 residents as the
taxonomy asks of it. A map that volunteers fill kind by kind has to show more, for playgrounds everywhere say nothing of
libraries: places of `least_kinds` kinds in the municipality, and then it covers those that it holds there. A source of
which the taxonomy asks nothing is known to be partial everywhere: its places are shown, and never counted.
"""

from __future__ import annotations

import pandas as pd

from pipelines.catalogue import Catalogue

EVERYWHERE = 0.95  # share of residents that live where a kind is covered, from which we call it national


def find(area: pd.DataFrame, place: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Table completeness(municipality, source, kind, places, covered): every kind of a source, every municipality."""
    towns = area[area["level"] == "gemeente"].set_index("code")["population"].astype(float)
    held = place.assign(municipality=place["area"].map(area.set_index("code")["municipality"]))
    count = held.groupby(["municipality", "source", "kind"]).size().rename("places").reset_index()
    every = place[["source", "kind"]].drop_duplicates().sort_values(["source", "kind"])
    out = pd.DataFrame({"municipality": towns.index}).merge(every, how="cross").merge(count, how="left")
    out["places"] = out["places"].fillna(0).astype(int)
    both = out.groupby(["municipality", "source"])["places"]
    asked = catalogue.completeness
    least = out["source"].map({s: c.least_per_10000 for s, c in asked.items()}).astype(float)
    kinds = out["source"].map({s: c.least_kinds for s, c in asked.items()}).astype(float)
    known = (both.transform("sum") >= least * out["municipality"].map(towns) / 10_000) & (both.transform("sum") > 0)
    broad = both.transform(lambda n: (n > 0).sum()) >= kinds
    out["covered"] = known & broad & ((kinds == 1) | (out["places"] > 0))
    return out


def national(completeness: pd.DataFrame, area: pd.DataFrame) -> set[str]:
    """The kinds covered for nearly all residents, which may be compared from one municipality to the next."""
    residents = area[area["level"] == "gemeente"].set_index("code")["population"].astype(float)
    covered = completeness[completeness["covered"]].drop_duplicates(["municipality", "kind"])
    share = covered["municipality"].map(residents).groupby(covered["kind"]).sum()
    return set(share[share >= EVERYWHERE * residents.sum()].index)
