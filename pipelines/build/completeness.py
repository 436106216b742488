"""Which kinds of place are listed in full, so that no data is not read as no places.

A register lists all of its kinds in a municipality where it holds at least as many places per
10,000 residents as the taxonomy asks of it: fewer, and something was lost on the way. A map that
volunteers fill kind by kind, an encyclopaedia or a list of polling stations is no register, however
much it holds: in Amsterdam, the only municipality of which OpenStreetMap was read in full, it had
10 of 27 community centres that served as a polling station. There a kind is judged in the whole
country, over all sources together. It is complete, and then counts in every municipality, when

* as many places are listed as the official count of the taxonomy (`total`) or more, less a
twentieth; and
* two sources that each list a hundred of them agree so much that 95 % of all there are must be
  listed (`COMPLETE`). The number of all there are is that of two lists made apart, n1 * n2 / m for
  m places on both (Lincoln and Petersen, here of Chapman 1951, without bias), of the two sources
  that agree least, and of its 95 % interval the high end (Seber 1970). Lists that copy each other,
  or that both hold what is well known, agree more than chance; then more is missing than this says,
  so the bar is high.

Without an official count or without a second source a kind is not known to be complete, however
many are listed: its places are dots, and no distance is computed to them.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import numpy as np
import pandas as pd

from pipelines.catalogue import Catalogue

EVERYWHERE = (
    0.95  # share of residents that live where a kind is covered, from which we call it national
)
COMPLETE = 0.95  # share of the places of a kind that must be listed
SUPPLIED = "places_"  # sources of `own_places.py`, which nobody made apart from the others
LEAST = 100  # places of a kind in a source that tells how complete another is
NORMAL_95 = 1.96


def find(
    area: pd.DataFrame, place: pd.DataFrame, catalogue: Catalogue, complete: Collection[str] = ()
) -> pd.DataFrame:
    """Table completeness(municipality, source, kind, places, covered): every kind of a source,
    every municipality.

    A place that several sources list counts for each of them. `complete` are the kinds that count
    everywhere.
    """
    towns = area[area["code"] == area["municipality"]].set_index("code")["population"].astype(float)
    held = listed(place)
    held["municipality"] = held["area"].map(area.set_index("code")["municipality"])
    count = held.groupby(["municipality", "source", "kind"]).size().rename("places").reset_index()
    every = held[["source", "kind"]].drop_duplicates().sort_values(["source", "kind"])
    out = (
        pd.DataFrame({"municipality": towns.index})
        .merge(every, how="cross")
        .merge(count, how="left")
    )
    out["places"] = out["places"].fillna(0).astype(int)
    held_there = out.groupby(["municipality", "source"])["places"].transform("sum")
    least = (
        out["source"]
        .map({s: c.least_per_10000 for s, c in catalogue.completeness.items()})
        .astype(float)
    )
    register = (held_there >= least * out["municipality"].map(towns) / 10_000) & (held_there > 0)
    out["covered"] = register | out["kind"].isin(complete)
    return out


def listed(place: pd.DataFrame) -> pd.DataFrame:
    """Every place once for each of its sources: that of its own entry, and of the others (`also`,
    of `merge.py`).
    """
    if "also" not in place:
        return place.copy()
    others = (
        place.dropna(subset="also").assign(also=lambda p: p["also"].str.split()).explode("also")
    )
    others["source"] = others["also"].str.split(":").str[0]
    return pd.concat([place, others]).drop_duplicates(["id", "source"])


def count(place: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Table listing, a row per kind: what is listed, and whether that is all there are.

    `entries` are those of all sources, `places` what they are once merged. `total` is the official
    count; `estimate` and `high` how many there are by two sources, and the most in the 95 %
    interval; each blank where there is none. `complete` is the test above; it and the estimate are
    blank for a kind that a register lists.
    """
    rows = []
    seen = listed(place)
    for name, kind in catalogue.kinds.items():
        here = place[place["kind"] == name]
        if here.empty:
            continue
        others = sum(len(ids.split()) for ids in here["also"].dropna())
        row = {"kind": name, "entries": len(here) + others, "places": len(here)}
        row |= {"total": kind.total, "total_source": kind.total_source or None}
        there = high = None
        if (
            kind.osm or kind.wikidata
        ):  # of a school the polling places say only that people voted in one that is listed
            lists = {
                str(s): set(rows["id"]) for s, rows in seen[seen["kind"] == name].groupby("source")
            }
            large = sorted(
                s for s in lists if len(lists[s]) >= LEAST and not s.startswith(SUPPLIED)
            )
            pairs = ((lists[a], lists[b]) for a, b in combinations(large, 2))
            estimates = [chapman(len(one), len(other), len(one & other)) for one, other in pairs]
            there, high = max(estimates, key=lambda f: f[1], default=(None, None))
            official = kind.total is not None and len(here) >= COMPLETE * kind.total
            row["complete"] = official and high is not None and len(here) >= COMPLETE * high
        rows.append(row | {"estimate": there, "high": high})
    return pd.DataFrame(
        rows,
        columns=[
            "kind",
            "entries",
            "places",
            "total",
            "total_source",
            "estimate",
            "high",
            "complete",
        ],
    )


def chapman(one: int, other: int, both: int) -> tuple[float, float]:
    """How many there are when two lists made apart hold `one` and `other` of them and `both` the
    same ones.

    With the high end of the 95 % interval, by the variance of Seber (1970).
    """
    there = (one + 1) * (other + 1) / (both + 1) - 1
    variance = (
        (one + 1) * (other + 1) * (one - both) * (other - both) / ((both + 1) ** 2 * (both + 2))
    )
    return there, there + NORMAL_95 * float(np.sqrt(variance))


def national(completeness: pd.DataFrame, area: pd.DataFrame) -> set[str]:
    """The kinds covered for nearly all residents, which may be compared from one municipality to
    the next.
    """
    residents = (
        area[area["code"] == area["municipality"]].set_index("code")["population"].astype(float)
    )
    covered = completeness[completeness["covered"]].drop_duplicates(["municipality", "kind"])
    share = covered["municipality"].map(residents).groupby(covered["kind"]).sum()
    return set(share[share >= EVERYWHERE * residents.sum()].index)
