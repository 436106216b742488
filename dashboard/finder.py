"""What the page Gaps asks of the figures: need and distance of every area of a level, put on one scale and weighed.

`Asked` is one state of the controls. Everything is computed over whole columns at once and kept per state. How far a
place of culture is counts in a list where it is known of nearly all its areas; elsewhere a list is of need alone, and
the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard import store
from dashboard.underserved import CHANCES, Bools, Factor, Floats, Scores, Z, percentile, z

THIRD = 100 / 3
LEAST_KNOWN = 0.9  # of the areas of a list, for the distance to count; the others then have no score
ROUNDED_TO, ROUNDED = 5, ("wijk", "buurt")  # CBS rounds counts of residents of these levels to this multiple

Span = tuple[float, float, float]


@dataclass(frozen=True)
class Asked:
    """Whose need, and which areas."""

    who: str
    level: str
    scope: str
    least: int = 0  # residents of the group

    @property
    def distance(self) -> str:
        """The indicator of how far a place of culture is."""
        return str(store.groups()[self.who]["distance"])

    @property
    def far(self) -> bool:
        """Whether that is known here, so that it counts."""
        return _far(self)

    @property
    def names(self) -> tuple[str, ...]:
        """The factors: indicators of need, and the distance where that is known."""
        return (*store.needs()[self.who], *([self.distance] if self.far else []))

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Every factor of every area of the level; more is worse."""
        return tuple(factor(name, self.level) for name in self.names)

    @property
    def inside(self) -> Bools:
        """The areas of the level that lie in the scope."""
        return inside(self.level, self.scope)

    @property
    def enough(self) -> Bools:
        """The areas inside where somebody lives, and no fewer of the group than asked."""
        people = residents(self.who, self.level)
        return self.inside & (store.columns(self.level)["population"] > 0) & (people >= self.least)

    @property
    def known(self) -> Bools:
        """The areas of which every factor is known."""
        return np.logical_and.reduce([~np.isnan(f.percent) for f in self.factors])

    @property
    def lacking(self) -> dict[str, int]:
        """Of how many areas with enough residents each factor is not known."""
        every = zip(self.names, self.factors, strict=True)
        return {name: int((np.isnan(f.percent) & self.enough).sum()) for name, f in every}

    @property
    def chosen(self) -> Bools:
        """The areas that get a score."""
        return self.enough & self.known

    def unsure(self, weights: tuple[int, ...]) -> list[str]:
        """The factors that count and of which some chosen area has a figure whose margin nobody knows."""
        every = zip(self.names, self.factors, weights, strict=True)
        return [name for name, f, weight in every if weight and not f.sure[self.chosen].all()]

    def scores(self, weights: tuple[int, ...]) -> Scores:
        """Scores of the chosen areas. Raises ValueError for weights that are not of these factors."""
        return _scores(self, weights)

    def rows(self, weights: tuple[int, ...]) -> Iterator[dict[str, Any]]:
        """A row per chosen area, by the chance to be among the worst fifth; `parts` are the points of each factor.

        Equal chances go by score. Its interval and the bounds of a rank are None where a margin is not known.
        """
        scores, area, at = self.scores(weights), store.columns(self.level), np.flatnonzero(self.chosen)
        (low, high), (best, worst) = scores.interval(), scores.bounds
        people, sure = residents(self.who, self.level), not self.unsure(weights)
        for n in np.lexsort((at, -scores.score, -scores.chance)):
            yield {
                "code": str(area["code"][at[n]]),
                "name": str(area["name"][at[n]]),
                "municipality": str(area["municipality"][at[n]]),
                "residents": float(people[at[n]]),
                "band": int(scores.band[n]),
                "chance": float(scores.chance[n]),
                "score": float(scores.score[n]),
                "low": float(low[n]) if sure else None,
                "high": float(high[n]) if sure else None,
                "best": int(best[n]) if sure else None,
                "worst": int(worst[n]) if sure else None,
                "parts": scores.parts[n].tolist(),
                "at": int(at[n]),
            }

    def receipt(self, weights: tuple[int, ...], row: dict[str, Any]) -> list[dict[str, Any]]:
        """What every factor adds to the score of one of `rows`, with the figure behind it."""
        at, out = row["at"], []
        for n, (name, f) in enumerate(zip(self.names, self.factors, strict=True)):
            i, found = store.indicators()[name], store.figure_columns(name, self.level)
            out.append(
                {
                    "factor": name,
                    "percent": float(f.percent[at]),
                    "known": int((~np.isnan(f.percent)).sum()),  # areas that the percentage is of
                    "weight": weights[n],
                    "points": row["parts"][n],
                    "unit": i.unit,
                    "decimals": i.decimals,
                    "source": i.source,
                    "value": float(found["value"][at]),
                    "status": str(found["status"][at]),
                    "period": store.periods(name, self.level)[0],
                }
            )
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
        status = np.array([store.figure_columns(n, self.level)["status"] for n in self.names])
        found = np.where(may, "M", "N")
        for blank in ("refused", "suppressed"):
            found[may & (status == blank).any(axis=0)] = blank[0].upper()
        found[self.chosen] = np.searchsorted(CHANCES, self.scores(weights).chance, "right").astype(str)
        return "".join(found[self.inside & store.columns(self.level)["drawn"]])


def inside(level: str, scope: str) -> Bools:
    """The areas of a level that lie in a municipality or the country."""
    town = store.columns(level)["municipality"]
    return np.full(len(town), True) if scope == store.COUNTRY else town == scope


@store.cached(32)
def factor(name: str, level: str) -> Factor:
    """An indicator as a factor; one that was counted has no margin, or that of how CBS rounds."""
    f, i = store.figure_columns(name, level), store.indicators()[name]
    if level in ROUNDED and name in {g["residents"] for g in store.groups().values()}:
        off = Z * rounding(f["value"], store.columns(level)["population"])
        return Factor.of(f["value"], f["value"] - off, f["value"] + off)
    sds = np.array([z(store.confidence(method)) for method in f["method"]])
    counted = (f["status"] == "measured") & (i.theme not in store.SURVEYED)
    return Factor.of(f["value"], f["low"], f["high"], sds, counted)


def rounding(share: Floats, people: Floats) -> Floats:
    """One standard deviation, in percentage points, of a share of so many people: both counts are rounded.

    What rounding takes away is uniform on a step, whose standard deviation is the step over the root of 12.
    """
    step = ROUNDED_TO / np.sqrt(12)
    return 100 * step * np.sqrt(1 + (share / 100) ** 2) / np.where(people > 0, people, np.nan)


@store.cached(32)
def residents(who: str, level: str) -> Floats:
    """How many of the group live in each area; 0 where their share is not known."""
    people: Floats = store.columns(level)["population"]
    share = store.groups()[who]["residents"]
    if not share:
        return people
    return np.nan_to_num(people * store.figure_columns(share, level)["value"] / 100)


@store.cached(64)
def _far(asked: Asked) -> bool:
    need = [~np.isnan(factor(name, asked.level).percent) for name in store.needs()[asked.who]]
    listed = asked.enough & np.logical_and.reduce(need)
    return _enough(~np.isnan(factor(asked.distance, asked.level).percent[listed]))


def _enough(known: Bools) -> bool:
    return bool(len(known) and known.mean() >= LEAST_KNOWN)


@store.cached(64)
def _scores(asked: Asked, weights: tuple[int, ...]) -> Scores:
    return Scores.of(asked.factors, weights, asked.chosen)


@dataclass(frozen=True)
class Pair:
    """Need beside distance, each in thirds of the areas of the country that have the figure."""

    need: str
    distance: str
    level: str
    scope: str

    @property
    def values(self) -> tuple[Floats, Floats]:
        """Need and distance of every area of the level."""
        need, far = (store.figure_columns(name, self.level)["value"] for name in (self.need, self.distance))
        return need, far

    @property
    def far(self) -> bool:
        """Whether the distance is known of nearly all areas inside of which the need is."""
        need, far = (~np.isnan(v) for v in self.values)
        return _enough(far[self.inside & need])

    @property
    def thirds(self) -> tuple[Floats, Floats]:
        """0, 1 or 2 of each: from little to much need, and from near to far; nan where not known."""
        a, b = (np.minimum(percentile(v, v) // THIRD, 2) for v in self.values)
        return a, b

    @property
    def spans(self) -> tuple[list[Span], list[Span]]:
        """Of need and of distance each third: its lowest and highest figure, and its share of the areas with a figure.

        Equal figures share a third, so thirds may be unequal, and nan to nan where none is left.
        """
        need, far = (
            [_span(v[third == n], int((~np.isnan(third)).sum())) for n in range(3)]
            for v, third in zip(self.values, self.thirds, strict=True)
        )
        return need, far

    @property
    def inside(self) -> Bools:
        """The areas of the level that lie in the scope."""
        return inside(self.level, self.scope)

    def marks(self) -> str:
        """A character per area inside with an outline: `0` to `8`, three times the third of need plus the other.

        Where the distance is not known inside: `0` to `2`, the third of need.
        """
        need, far = self.thirds
        status = store.figure_columns(self.need, self.level)["status"]
        why = np.array([s[0].upper() for s in status])
        why[~np.isnan(need)] = "M"  # the need is known, so it is the distance that is not
        empty = store.columns(self.level)["population"] == 0
        mark = 3 * need + far if self.far else need
        marks = np.where(np.isnan(mark), np.where(empty, "N", why), np.nan_to_num(mark).astype(int).astype(str))
        return "".join(marks[self.inside & store.columns(self.level)["drawn"]])

    def largest(self, n: int) -> list[str]:
        """The names of the areas with most residents where need is great and, where that is known, far from a place."""
        need, far = self.thirds
        area = store.columns(self.level)
        positions = np.flatnonzero(self.inside & (need == 2) & ((far == 2) | (not self.far)))
        return [str(area["name"][at]) for at in sorted(positions, key=lambda at: (-area["population"][at], at))[:n]]

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row per area inside: figures and thirds, None where not known; most need and farthest first."""
        need, far = self.values
        a, b = self.thirds
        area = store.columns(self.level)
        status, known = (store.figure_columns(name, self.level)["status"] for name in (self.need, self.distance))
        at = np.flatnonzero(self.inside)
        for n in at[np.lexsort((at, -np.nan_to_num(b[at], nan=-1), -np.nan_to_num(a[at], nan=-1)))]:
            yield {
                "code": str(area["code"][n]),
                "name": str(area["name"][n]),
                "municipality": str(area["municipality"][n]),
                "need": None if np.isnan(need[n]) else float(need[n]),
                "status": str(status[n]),
                "need_third": None if np.isnan(a[n]) else int(a[n]),
                "place_distance": None if np.isnan(far[n]) else float(far[n]),
                "place_distance_status": str(known[n]),
                "place_distance_third": None if np.isnan(b[n]) else int(b[n]),
            }


def _span(figures: Floats, of: int) -> Span:
    if not len(figures):
        return np.nan, np.nan, 0.0
    return float(figures.min()), float(figures.max()), len(figures) / of
