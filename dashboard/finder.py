"""What the page Gaps asks of the figures: need and access of every area of a level, put on one scale and weighed.

`Asked` is one state of the controls. Everything is computed over whole columns at once and kept per state, so that
another weight costs a weighted mean and no query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard import store
from dashboard.underserved import Factor, Floats, Scores, Z, percentile, steadiness

ACCESS = "access"  # the factor that is no indicator
MEASURES = ("minutes", "within_5", "within_10", "within_15")
THIRD = 100 / 3
CHANCES = (0.2, 0.8)  # bounds of the colour classes of the map
ROUNDED_TO, ROUNDED = 5, ("wijk", "buurt")  # CBS rounds counts of residents of these levels to this multiple

Bools = NDArray[np.bool_]
Span = tuple[float, float, float]


@dataclass(frozen=True)
class Places:
    """The places that someone should be able to get to, and how."""

    scheme: str
    term: str
    mode: str = "walk"
    step_free: bool = False

    def columns(self, level: str) -> dict[str, Any]:
        """See `store.access_columns`."""
        return store.access_columns(self.scheme, self.term, self.mode, self.step_free, level)


@dataclass(frozen=True)
class Asked:
    """Whose need, which places, and which areas."""

    who: str
    places: Places
    level: str
    scope: str
    least: int = 0  # residents of the group

    @property
    def names(self) -> tuple[str, ...]:
        """The factors: indicators of need, and access."""
        return (*store.needs()[self.who], ACCESS)

    @property
    def inside(self) -> Bools:
        """The areas of the level that lie in the scope."""
        town = store.columns(self.level)["municipality"]
        return np.full(len(town), True) if self.scope == store.COUNTRY else town == self.scope

    @property
    def enough(self) -> Bools:
        """The areas inside where somebody lives, and no fewer of the group than asked."""
        people = residents(self.who, self.level)
        return self.inside & (store.columns(self.level)["population"] > 0) & (people >= self.least)

    @property
    def known(self) -> Bools:
        """The areas of which every factor is known."""
        return np.logical_and.reduce([~np.isnan(f.percent) for f in factors(self.who, self.places, self.level)])

    @property
    def lacking(self) -> dict[str, int]:
        """Of how many areas with enough residents each factor is not known."""
        every = zip(self.names, factors(self.who, self.places, self.level), strict=True)
        return {name: int((np.isnan(f.percent) & self.enough).sum()) for name, f in every}

    @property
    def chosen(self) -> Bools:
        """The areas that get a score."""
        return self.enough & self.known

    def scores(self, weights: tuple[int, ...]) -> Scores:
        """Scores of the chosen areas. Raises ValueError for weights that are not of these factors."""
        return _scores(self, weights)

    @property
    def steady(self) -> Floats:
        """Share of 1,000 random weightings under which each chosen area is among the worst fifth."""
        return _steady(self)

    def rows(self, weights: tuple[int, ...]) -> Iterator[dict[str, Any]]:
        """A row per chosen area, worst band first, within a band by chance; `parts` are the points of each factor.

        Chances that are shown alike go by score.
        """
        scores, area, at = self.scores(weights), store.columns(self.level), np.flatnonzero(self.chosen)
        (low, high), (best, worst) = scores.interval(), scores.bounds
        steady, people = self.steady, residents(self.who, self.level)
        for n in np.lexsort((at, -scores.score, -scores.chance.round(2), scores.band)):
            yield {
                "code": str(area["code"][at[n]]),
                "name": str(area["name"][at[n]]),
                "municipality": str(area["municipality"][at[n]]),
                "residents": float(people[at[n]]),
                "band": int(scores.band[n]),
                "score": float(scores.score[n]),
                "low": float(low[n]),
                "high": float(high[n]),
                "best": int(best[n]),
                "worst": int(worst[n]),
                "tied": int(scores.tied[n]),
                "chance": float(scores.chance[n]),
                "steady": float(steady[n]),
                "parts": scores.parts[n].tolist(),
                "at": int(at[n]),
            }

    def receipt(self, weights: tuple[int, ...], row: dict[str, Any]) -> list[dict[str, Any]]:
        """What every factor adds to the score of one of `rows`, with the figure behind it."""
        at, out = row["at"], []
        for n, factor in enumerate(factors(self.who, self.places, self.level)):
            name = self.names[n]
            line = {
                "factor": name,
                "percent": float(factor.percent[at]),
                "known": int((~np.isnan(factor.percent)).sum()),  # areas that the percentage is of
                "weight": weights[n],
                "points": row["parts"][n],
            }
            if name == ACCESS:
                value, status = self.places.columns(self.level)["minutes"][at], "estimated"
                period = store.access_period()
                line |= {"unit": "minutes", "decimals": 0, "source": ACCESS}
            else:
                i, found = store.indicators()[name], store.figure_columns(name, self.level)
                value, status, period = found["value"][at], found["status"][at], store.periods(name, self.level)[0]
                line |= {"unit": i.unit, "decimals": i.decimals, "source": i.source}
            out.append({**line, "value": float(value), "status": str(status), "period": period})
        return out

    def marks(self, weights: tuple[int, ...]) -> str:
        """A character per area inside with an outline: the class of its chance, or why it has none.

        `N` where nobody lives, or fewer of the group than asked; of the others `S` where a figure is withheld, else `R`
        where an estimate is refused, else `M`. Where the share of the group is not known all residents may be of it.
        """
        share, everybody = store.groups()[self.who]["residents"], store.columns(self.level)["population"]
        may = self.enough
        if share:
            unknown = np.isnan(store.figure_columns(share, self.level)["value"])
            may = may | (self.inside & unknown & (everybody >= max(self.least, 1)))
        status = np.array([store.figure_columns(n, self.level)["status"] for n in self.names if n != ACCESS])
        found = np.where(may, "M", "N")
        for blank in ("refused", "suppressed"):
            found[may & (status == blank).any(axis=0)] = blank[0].upper()
        found[self.chosen] = np.searchsorted(CHANCES, self.scores(weights).chance, "right").astype(str)
        return "".join(found[self.inside & store.columns(self.level)["drawn"]])


def factors(who: str, places: Places, level: str) -> tuple[Factor, ...]:
    """Every factor of every area of the level; more is worse."""
    return (*(_need(name, level) for name in store.needs()[who]), _access(places, level))


@lru_cache(maxsize=32)
def _need(name: str, level: str) -> Factor:
    f = store.figure_columns(name, level)
    counted = name in {g["residents"] for g in store.groups().values()}
    sd = rounding(f["value"], store.columns(level)["population"]) if counted and level in ROUNDED else f["sd"]
    low, high = (np.where(np.isnan(f[end]), f["value"] + s * Z * sd, f[end]) for end, s in (("low", -1), ("high", 1)))
    return Factor.of(f["value"], low, high)


def rounding(share: Floats, people: Floats) -> Floats:
    """One standard deviation, in percentage points, of a share of so many people: both counts are rounded.

    What rounding takes away is uniform on a step, whose standard deviation is the step over the root of 12.
    """
    step = ROUNDED_TO / np.sqrt(12)
    return 100 * step * np.sqrt(1 + (share / 100) ** 2) / np.where(people > 0, people, np.nan)


@lru_cache(maxsize=32)
def _access(places: Places, level: str) -> Factor:
    a = places.columns(level)
    return Factor.of(a["minutes"], np.fmin(a["low"], a["minutes"]), np.fmax(a["high"], a["minutes"]))


@lru_cache(maxsize=32)
def residents(who: str, level: str) -> Floats:
    """How many of the group live in each area; 0 where their share is not known."""
    people: Floats = store.columns(level)["population"]
    share = store.groups()[who]["residents"]
    if not share:
        return people
    return np.nan_to_num(people * store.figure_columns(share, level)["value"] / 100)


@lru_cache(maxsize=64)
def _scores(asked: Asked, weights: tuple[int, ...]) -> Scores:
    return Scores.of(factors(asked.who, asked.places, asked.level), weights, asked.chosen)


@lru_cache(maxsize=64)
def _steady(asked: Asked) -> Floats:
    return steadiness(factors(asked.who, asked.places, asked.level), asked.chosen)


@dataclass(frozen=True)
class Pair:
    """Need beside access, each in thirds of the areas of the country."""

    need: str
    places: Places
    measure: str
    level: str
    scope: str

    @property
    def values(self) -> tuple[Floats, Floats]:
        """Need and access of every area of the level."""
        return store.figure_columns(self.need, self.level)["value"], self.places.columns(self.level)[self.measure]

    @property
    def thirds(self) -> tuple[Floats, Floats]:
        """0, 1 or 2 of each: from little to much need, and from much to little within reach; nan where not known.

        Where no place is within reach it is little, also when that is so of most of the country.
        """
        need, access = self.values
        number = self.measure != "minutes"
        a, b = (np.minimum(percentile(v, v) // THIRD, 2) for v in (need, -access if number else access))
        return a, np.where((access == 0) & number, 2, b)

    @property
    def spans(self) -> tuple[list[Span], list[Span]]:
        """Of need and of access each third: its lowest and highest figure, and its share of the areas of the level.

        Equal figures share a third, so thirds may be unequal, and nan to nan where none is left.
        """
        need, access = (
            [_span(v[third == n], int((~np.isnan(third)).sum())) for n in range(3)]
            for v, third in zip(self.values, self.thirds, strict=True)
        )
        return need, access

    @property
    def inside(self) -> Bools:
        """The areas of the level that lie in the scope."""
        town = store.columns(self.level)["municipality"]
        return np.full(len(town), True) if self.scope == store.COUNTRY else town == self.scope

    def marks(self) -> str:
        """A character per area inside with an outline: `0` to `8`, three times the third of need plus the other."""
        need, access = self.thirds
        status = store.figure_columns(self.need, self.level)["status"]
        why = np.array([s[0].upper() for s in status])
        why[~np.isnan(need)] = "M"  # the need is known, so it is the access that is not
        empty = store.columns(self.level)["population"] == 0
        known = ~np.isnan(need) & ~np.isnan(access)
        found = np.where(known, np.nan_to_num(3 * need + access).astype(int).astype(str), np.where(empty, "N", why))
        return "".join(found[self.inside & store.columns(self.level)["drawn"]])

    def largest(self, n: int) -> list[str]:
        """The names of the areas with most residents where need is great and little is within reach."""
        need, access = self.thirds
        area = store.columns(self.level)
        found = np.flatnonzero(self.inside & (need == 2) & (access == 2))
        return [str(area["name"][at]) for at in sorted(found, key=lambda at: (-area["population"][at], at))[:n]]

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row per area inside: figures and thirds, None where not known; most need and least access first."""
        need, access = self.values
        a, b = self.thirds
        area, status = store.columns(self.level), store.figure_columns(self.need, self.level)["status"]
        at = np.flatnonzero(self.inside)
        for n in at[np.lexsort((at, -np.nan_to_num(b[at], nan=-1), -np.nan_to_num(a[at], nan=-1)))]:
            yield {
                "code": str(area["code"][n]),
                "name": str(area["name"][n]),
                "municipality": str(area["municipality"][n]),
                "need": None if np.isnan(need[n]) else float(need[n]),
                "status": str(status[n]),
                "need_third": None if np.isnan(a[n]) else int(a[n]),
                "access": None if np.isnan(access[n]) else float(access[n]),
                "access_third": None if np.isnan(b[n]) else int(b[n]),
            }


def _span(figures: Floats, of: int) -> Span:
    if not len(figures):
        return np.nan, np.nan, 0.0
    return float(figures.min()), float(figures.max()), len(figures) / of
