"""How unequally something is spread over areas, and along which line: concentration, relative index, Gini and Theil.

Areas count by their residents. Concentration index after Kakwani, Wagstaff and van Doorslaer (1997): twice the
covariance of a figure and the rank by means, over the mean of the figure; above zero, those who are better off have
more. Relative index of inequality after Mackenbach and Kunst (1997): the figure expected at the bottom of the ranking
over the one at the top, from a weighted straight line. Gini and Theil's T as in Cowell (2011); T is the sum of a part
between wijken and a part within them. Intervals: 500 resamples of the areas with a fixed seed, corrected for bias
(Efron, 1981; Efron and Tibshirani, 1993, chapter 14, without acceleration). Of the part between wijken whole wijken are
drawn (a cluster bootstrap; Davison and Hinkley, 1997, section 3.8): drawing neighbourhoods one by one makes the wijken
look further apart than they are. Gini is not split: where wijken overlap its parts within and between do not add up,
and what is left over has no meaning of its own (Lambert and Aronson, 1993); Theil's T splits without a rest.

What will surprise you: this says how areas differ, not people. Inside an area everyone is given its mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from pipelines.catalogue import Catalogue, Indicator
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Ongelijkheid tussen gebieden",
    publisher="Cultuuratlas",
    licence="ODbL-1.0",
    url="",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, op cijfers van CBS en plekken van DUO, Waar is mijn stemlokaal en © "
    "OpenStreetMap contributors",
)
AFTER = ("access",)
FEWEST = 10  # areas in a municipality to say anything of it, and wijken to draw from
RESAMPLES, SEED, LEVEL = 500, 2026, 0.9
ZERO = 1e-9  # of the mean: what is nothing but for the last bits of a sum
CELLS = 10**6  # of resampled weights held at once

Floats = NDArray[np.float64]
# of figures (areas), weights (..., areas) and what areas are ranked or grouped by (areas)
Measure = Callable[[Floats, Floats, Floats], Floats]


def place(by: Floats, weight: Floats) -> Floats:
    """Where the residents of each area stand from low (0) to high (1), on average; equal areas share a place."""
    order = np.argsort(by, kind="stable")
    first = np.flatnonzero(np.diff(by[order], prepend=np.nan) != 0)
    sums = np.add.reduceat(weight[..., order], first, axis=-1)
    middle = (sums.cumsum(axis=-1) - sums / 2) / sums.sum(axis=-1, keepdims=True)
    out = np.empty_like(weight, dtype=float)
    out[..., order] = np.repeat(middle, np.diff(np.append(first, len(by))), axis=-1)
    return out


def _moments(figure: Floats, weight: Floats, at: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean figure, mean place, their covariance, and the variance of the place."""
    share = weight / weight.sum(axis=-1, keepdims=True)
    mean, middle = (share * figure).sum(axis=-1), (share * at).sum(axis=-1)
    together = (share * figure * at).sum(axis=-1) - mean * middle
    return mean, middle, together, (share * at**2).sum(axis=-1) - middle**2


def concentration(figure: Floats, weight: Floats, by: Floats) -> Floats:
    """From -1 to 1: above zero, areas that are better off have more of it; 0 where nobody has any."""
    mean, _, together, _ = _moments(figure, weight, place(by, weight))
    return np.divide(2 * together, mean, out=np.zeros_like(mean), where=mean != 0)


def relative_index(figure: Floats, weight: Floats, by: Floats) -> Floats:
    """Expected among the worst off over expected among the best off; nan where either is not above zero."""
    mean, middle, together, spread = _moments(figure, weight, place(by, weight))
    slope = np.divide(together, spread, out=np.full_like(mean, np.nan), where=spread > 0)
    bottom, top = mean - slope * middle, mean + slope * (1 - middle)
    least = ZERO * np.abs(mean)
    return np.divide(bottom, top, out=np.full_like(mean, np.nan), where=(top > least) & (bottom > least))


def gini(figure: Floats, weight: Floats, _: Floats) -> Floats:
    """Half the mean difference of two residents over the mean: 0 where all have the same, near 1 where one has all."""
    return concentration(figure, weight, figure)


def theil(figure: Floats, weight: Floats, _: Floats) -> Floats:
    """Theil's T: 0 where all have the same; nan where nobody has any."""
    share = weight / weight.sum(axis=-1, keepdims=True)
    mean = (share * figure).sum(axis=-1, keepdims=True)
    ratio = np.divide(figure, mean, out=np.full_like(share, np.nan), where=mean > 0)
    part = ratio * np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    return np.asarray((share * part).sum(axis=-1))


def between(figure: Floats, weight: Floats, by: Floats) -> Floats:
    """The share in percent of Theil's T that is between groups; the rest is within them. nan where T is 0."""
    inside = (by[:, None] == np.unique(by)).astype(float)
    people, amount = weight @ inside, (weight * figure) @ inside
    mean = np.divide(amount, people, out=np.zeros_like(people), where=people > 0)
    share = people / people.sum(axis=-1, keepdims=True)
    whole = (share * mean).sum(axis=-1, keepdims=True)
    ratio = np.divide(mean, whole, out=np.full_like(mean, np.nan), where=whole > 0)
    part = (share * ratio * np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)).sum(axis=-1)
    total = theil(figure, weight, by)
    share_of = np.divide(100 * part, total, out=np.full_like(total, np.nan), where=total > 1e-12)
    return np.minimum(share_of, 100)  # but for rounding it cannot be more


MEASURES: dict[str, Measure] = {
    "concentration": concentration, "relative_index": relative_index, "gini": gini, "theil": theil, "between": between,
}  # fmt: skip


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation of municipalities and the country. The `column` of an indicator is one of

        <concentration | relative_index> <level> <figure> <-><rank>    minus: more of it is worse off
        <gini | theil | between> <level> <figure>

    A municipality with fewer than 10 areas that have both figures is missing: that is too few to tell. Raises
    ValueError for a column that says something else.
    """
    area = tables["area"]
    out = [_of(i, tables["observation"], area) for i in catalogue.of_source("inequality")]
    return {"observation": pd.concat(out, ignore_index=True)}


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
    about = about.set_index("code").sort_index()  # what is drawn again and again must not hang on the publisher's order
    named = [figure, *([ranked.lstrip("-")] if ranked else [])]
    rows = observation[observation["indicator"].isin(named) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    wide = newest.pivot(index="area", columns="indicator", values="value").reindex(about.index, columns=named).dropna()
    periods = sorted(newest["period"].unique())
    about = about.loc[wide.index]
    groups = {"NL00": wide.index, **wide.groupby(about["municipality"]).groups}
    held = area[area["level"].isin(indicator.levels)]
    found = {}
    for code in held["code"]:
        codes = groups.get(code, wide.index[:0])
        if len(codes) < FEWEST:
            continue
        value, weight = wide.loc[codes, figure].to_numpy(), about.loc[codes, "population"].to_numpy(dtype=float)
        by = pd.factorize(about.loc[codes, "parent"])[0].astype(float)
        if ranked:
            by = wide.loc[codes, named[1]].to_numpy() * (-1 if ranked.startswith("-") else 1)
        found[code] = interval(MEASURES[what], value, weight, by)
    frame = pd.DataFrame.from_dict(found, orient="index", columns=["value", "low", "high"]).reindex(held["code"])
    frame["status"] = np.where(frame["value"].notna(), "estimated", "missing")
    frame["area_year"] = held["year"].to_numpy()
    return frame.rename_axis("area").reset_index().assign(indicator=indicator.id, period=periods[-1])


def interval(what: Measure, figure: Floats, weight: Floats, by: Floats) -> tuple[float, float, float]:
    """A measure with its bootstrap interval; `by` is what areas are ranked by, or their group.

    The interval is nan where there are fewer than 10 to draw from, and where the figure lies outside the middle 90 % of
    the resamples: a correction for bias takes the resamples to be those of the figure but for a shift.
    """
    value = float(what(figure, weight.astype(float), by))
    unit = units(what, by)
    n = unit.max() + 1
    if n < FEWEST:
        return value, np.nan, np.nan
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), RESAMPLES)
    parts = np.array_split(drawn, max(1, RESAMPLES * len(figure) // CELLS))
    known = np.concatenate([what(figure, weight * times[:, unit], by) for times in parts])
    known = known[~np.isnan(known)]
    if np.isnan(value) or not len(known):
        return np.nan, np.nan, np.nan
    lower = (np.mean(known < value) + np.mean(known <= value)) / 2
    if not (1 - LEVEL) / 2 <= lower <= (1 + LEVEL) / 2:
        return value, np.nan, np.nan
    shift, z = ndtri(lower), ndtri((1 + LEVEL) / 2)
    low, high = np.quantile(known, ndtr([2 * shift - z, 2 * shift + z]))
    return value, float(low), float(high)


def units(what: Measure, by: Floats) -> NDArray[np.intp]:
    """What is drawn again and again, by area: the area itself, but whole groups for what is between groups."""
    return np.unique(by, return_inverse=True)[1] if what is between else np.arange(len(by))
