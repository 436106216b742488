"""What the finder asks of the figures: need and distance of every area of a level, on one scale and
weighed.

`Asked` is one state of the controls. Everything is computed over whole columns at once and kept per
state. How far a place of culture is counts in a list where it is known of nearly all its areas;
elsewhere a list is of need alone, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard import store
from dashboard.answer.underserved import CHANCES, Bools, Factor, Floats, Scores, Z, z

LEAST_KNOWN = (
    0.9  # of the areas of a list, for the distance to count; the others then have no score
)
ROUNDED_TO = 5  # CBS rounds counts of residents below municipalities to this multiple

LEAST = ("0", "100", "500", "1000", "2500", "5000")  # residents of the group, to choose from
HEAVIEST = 5


class Weights(tuple[str, ...]):
    """Every dotted row of a weight from 0 to `HEAVIEST` for each of these factors, not all 0."""

    __slots__ = ()

    def __contains__(self, value: object) -> bool:
        parts = str(value).split(".")
        known = [str(n) for n in range(HEAVIEST + 1)]
        return len(parts) == len(self) and all(p in known for p in parts) and set(parts) != {"0"}

    @property
    def equal(self) -> str:
        """Every factor as heavy as any other."""
        return ".".join("1" * len(self))


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
        """The factors that count and of which some chosen area has a figure whose margin nobody
        knows.
        """
        every = zip(self.names, self.factors, weights, strict=True)
        return [name for name, f, weight in every if weight and not f.sure[self.chosen].all()]

    def scores(self, weights: tuple[int, ...]) -> Scores:
        """Scores of the chosen areas. Raises ValueError for weights that are not of these
        factors.
        """
        return _scores(self, weights)

    def rows(self, weights: tuple[int, ...]) -> Iterator[dict[str, Any]]:
        """A row per chosen area, by the chance to be among the worst fifth; `parts` are the points
        of each factor.

        Equal chances go by score. Its interval and the bounds of a rank are None where a margin is
        not known.
        """
        scores, area, at = (
            self.scores(weights),
            store.columns(self.level),
            np.flatnonzero(self.chosen),
        )
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

        `N` where nobody lives, or fewer of the group than asked; of the others `S` where a figure
        is withheld, else `R` where an estimate is refused, else `M`. Where the share of the group
        is not known all residents may be of it.
        """
        share, everybody = (
            store.groups()[self.who]["residents"],
            store.columns(self.level)["population"],
        )
        may = self.enough
        if share:
            unknown = np.isnan(store.figure_columns(share, self.level)["value"])
            may = may | (self.inside & unknown & (everybody >= max(self.least, 1)))
        status = np.array([store.figure_columns(n, self.level)["status"] for n in self.names])
        found = np.where(may, "M", "N")
        for blank in ("refused", "suppressed"):
            found[may & (status == blank).any(axis=0)] = blank[0].upper()
        found[self.chosen] = np.searchsorted(CHANCES, self.scores(weights).chance, "right").astype(
            str
        )
        return "".join(found[self.inside & store.columns(self.level)["drawn"]])


def inside(level: str, scope: str) -> Bools:
    """The areas of a level that lie in a municipality, a region or the country."""
    area, chosen = store.columns(level), store.area(scope)
    if chosen and chosen.is_region:
        return np.isin(area["code"].astype(str), store.within(scope))
    town = area["municipality"]
    return np.full(len(town), True) if scope == store.country() else town == scope


@store.cached(32)
def factor(name: str, level: str) -> Factor:
    """An indicator as a factor; one that was counted has no margin, or that of how CBS rounds."""
    f, i = store.figure_columns(name, level), store.indicators()[name]
    if level in store.area_levels().parts and name in {
        g["residents"] for g in store.groups().values()
    }:
        off = Z * rounding(f["value"], store.columns(level)["population"])
        return Factor.of(f["value"], f["value"] - off, f["value"] + off)
    sds = np.array([z(store.confidence(method)) for method in f["method"]])
    counted = (f["status"] == "measured") & (i.theme not in store.scheme("sampled_theme"))
    return Factor.of(f["value"], f["low"], f["high"], sds, counted)


def rounding(share: Floats, people: Floats) -> Floats:
    """One standard deviation, in percentage points, of a share of so many people: both counts are
    rounded.

    What rounding takes away is uniform on a step, whose standard deviation is the step over the
    root of 12.
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
    return enough(~np.isnan(factor(asked.distance, asked.level).percent[listed]))


def enough(known: Bools) -> bool:
    """Whether something is known of nearly all of some areas."""
    return bool(len(known) and known.mean() >= LEAST_KNOWN)


@store.cached(64)
def _scores(asked: Asked, weights: tuple[int, ...]) -> Scores:
    return Scores.of(asked.factors, weights, asked.chosen)
