"""Complementary suppression: no figure that a publisher withheld can be worked out from its parent and siblings.

A figure under the publisher's minimum is given away when all that surrounds it is published: the parent minus the
siblings leaves it, and what is found that way can lead to the next. Two withheld figures guard each other, unless the
one has so few residents that the sum is as good as the other. The p-percent rule (Hundepool and others, Statistical
Disclosure Control, 2012) says when a figure is given away: it is known to within ten percent. Then the sibling with
the fewest residents is withheld too, or the parent where there is no sibling, until nothing is given away any more.
What is found is uncertain by the rounding of all that was subtracted: CBS rounds counts to fives, and other figures to
the decimals that the catalogue says.

Periods are taken together: a figure that is withheld in two of them must also stand an attacker who supposes that it
did not change, and what is withheld to guard another is withheld in every period.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pipelines.catalogue import Catalogue, Indicator

WITHIN = 0.1  # of the figure
ROUNDED_BY = 2  # at most, of a count that is rounded to fives
WITHHELD = "suppressed"
GUESSES = (1, 2, 4, 8)  # an attacker supposes that no figure is above what is possible, a half of it, and so on
ROOM = 1e-6  # of a total: what arithmetic with floats may be off

Floats = NDArray[np.float64]


def protect(observation: pd.DataFrame, area: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The observations, with every figure withheld that would give another away."""
    out = observation.copy()
    for name, rows in observation.groupby("indicator"):
        indicator = catalogue.indicators[str(name)]
        if not indicator.minimum or not (rows["status"] == WITHHELD).any():
            continue
        if indicator.status == "estimated":  # withheld as too unsure, not as secret: a model knows of nobody
            continue
        more = _complement(rows, area, indicator, catalogue.units[indicator.unit].per_resident)
        hide = (out["indicator"] == name) & out["area"].isin(more)
        out.loc[hide, ["value", "low", "high"]] = None
        out.loc[hide, "status"] = WITHHELD
    return out


def _complement(rows: pd.DataFrame, area: pd.DataFrame, indicator: Indicator, factor: float) -> set[str]:
    """The areas whose figure must be withheld too; `rows` are of every period."""
    about = area[area["code"].isin(rows["area"]) & (area["population"].astype(float) > 0)]
    about = about.set_index("code").sort_index().sort_values("population", kind="stable")
    wide = rows.pivot(index="area", columns="period", values=["value", "status"]).reindex(about.index)
    value, secret = wide["value"].to_numpy(dtype=float), (wide["status"] == WITHHELD).to_numpy()
    people = about["population"].to_numpy(dtype=float)[:, None]
    off = factor * ROUNDED_BY / people if indicator.denominator else 10**-indicator.decimals / 2
    parent = about.index.get_indexer(pd.Index(about["parent"]))  # -1 where it has no figure
    families = {up: np.flatnonzero(parent == up).tolist() for up in np.unique(parent).tolist()}
    more = np.zeros(len(about), dtype=bool)
    while True:
        shown = np.where(more[:, None], np.nan, value)
        told = np.zeros(len(about), dtype=bool)
        for highest in (indicator.range[1] / n for n in GUESSES):
            if np.isnan(shown).all() or highest < np.nanmax(shown):
                continue
            low, high = np.fmax(shown - off, 0), np.nan_to_num(shown + off, nan=highest)
            low, high = _attack(parent, low * people, high * people)
            told |= _told(low / people, high / people, secret)
        if not told.any():
            return set(about.index[more])
        published = np.asarray(~np.isnan(shown).all(axis=1))
        more[[_guard(a, parent.tolist(), families, published) for a in np.flatnonzero(told).tolist()]] = True


def _told(low: Floats, high: Floats, secret: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which areas (of areas x periods) are known to within ten percent: in a period, or if nothing changed."""
    told = np.asarray((secret & (high - low <= WITHIN * (high + low))).any(axis=1))
    some = np.flatnonzero(secret.any(axis=1))
    lowest = np.where(secret, low, -np.inf)[some].max(axis=1)
    highest = np.where(secret, high, np.inf)[some].min(axis=1)
    told[some] |= (lowest <= highest) & (highest - lowest <= WITHIN * (highest + lowest))
    return told


def _attack(parent: NDArray[np.intp], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The lowest and highest that totals (areas x periods) can be, given what each could be at first.

    Every total is the sum of its children, so it is also its parent minus its siblings; all readings count at once,
    until nothing more is learnt. Where published figures contradict each other nothing is learnt.
    """
    child = np.flatnonzero(parent >= 0)
    above = parent[child]
    sums = csr_array((np.ones(len(child)), (above, child)), shape=(len(parent), len(parent)))
    middle = np.unique(above)
    while True:
        before = low.copy(), high.copy()
        all_low, all_high = np.asarray(sums @ low), np.asarray(sums @ high)
        rest_low = low[above] - (all_high[above] - high[child])
        rest_high = high[above] - (all_low[above] - low[child])
        for at, lowest, highest in ((middle, all_low[middle], all_high[middle]), (child, rest_low, rest_high)):
            lowest, highest = np.maximum(low[at], lowest), np.minimum(high[at], highest)
            agree = lowest <= highest + ROOM
            low[at], high[at] = np.where(agree, lowest, low[at]), np.where(agree, highest, high[at])
        if np.allclose(low, before[0], rtol=ROOM, atol=ROOM) and np.allclose(high, before[1], rtol=ROOM, atol=ROOM):
            return low, high


def _guard(told: int, parent: list[int], families: dict[int, list[int]], published: NDArray[np.bool_]) -> int:
    """The one to withhold: a published sibling, fewest residents first, else the parent, else what lies beyond."""
    near = [told]
    for a in near:  # grows as it is walked
        beside = [*families[parent[a]], parent[a]] if parent[a] >= 0 else []
        for b in (*beside, *families.get(a, [])):
            if published[b]:
                return b
            if b not in near:
                near.append(b)
    raise ValueError("what nothing surrounds cannot be found")
