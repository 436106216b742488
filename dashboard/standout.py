"""What stands out in an area: its figures beside those of comparable areas, and the one thing that is not known.

The rule. A figure is held against the median of the areas most like this one in who lives there; where fewer than
three of those have it, of the other areas of its level in the municipality, else of the country. Only figures of the
same indicator, period and status are held side by side.

    distance = |figure - median| / sqrt(spread² + margin²)

The spread is that of the comparable areas (median absolute deviation, as a standard deviation), and at least half of
that of all areas of the level, for a few areas that happen to be alike are no measure. The margin is half the 90 %
interval of the figure; 0 for a count.

At most three figures are a fact, each of another theme, farthest first (to a tenth), measured before estimated, then
in reading order. Below a distance of 1 nothing stands out. A fact is clear from 2 on, and only when its margin is
known; else it is probable.

Never a fact: who lives there, with what schooling, income and home, for that says nothing of culture; gaps and paths,
for they are made of other figures; and our own estimates of taking part, for they follow from who lives there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot, inf, sqrt
from typing import Any

from dashboard import ecosystem, store
from dashboard.ecosystem import MADE_OF_OTHERS, Cell
from dashboard.store import Area, Indicator, Observation, Typical
from dashboard.underserved import Z

FACTS, LEAST_AREAS = 3, 3
STANDS_OUT, CLEAR = 1.0, 2.0  # distances
LEAST_SPREAD = 0.5  # of the spread of all areas of the level
AS_SD = 1.4826  # a median absolute deviation as the standard deviation of a normal distribution
SURVEYED = ("participation", "wellbeing", "welcome")  # themes of which a measured figure is a sample and no count
MODELLED = "participation"  # source of our own estimates
WHO_LIVES_THERE = ("residents", "education_income")  # themes
POSSIBLE = {"percent": (0.0, 100.0)}  # by unit the least and the most that a figure can be
UNKNOWN = ("suppressed", "missing", "refused")


@dataclass(frozen=True)
class Standing:
    """A figure of an area beside comparable areas; `margin` is None where it has one that nobody knows."""

    indicator: Indicator
    observation: Observation
    period: str
    margin: float | None
    group: str = ""  # `peers`, `municipality` or `country`; blank without comparable areas
    typical: Typical | None = None
    distance: float = 0.0

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 90 % interval, within what is possible; None for a count, and where nobody knows it."""
        o = self.observation
        if o.low is not None and o.high is not None:
            return o.low, o.high
        if o.value is None or not self.margin:
            return None
        least, most = POSSIBLE.get(self.indicator.unit, (-inf, inf))
        return max(o.value - self.margin, least), min(o.value + self.margin, most)

    @property
    def clear(self) -> bool:
        """Whether a fact is clear, or only probable."""
        return self.distance >= CLEAR and self.margin is not None

    @property
    def may_be_fact(self) -> bool:
        """Whether a figure of this sort can be a fact at all."""
        i = self.indicator
        return i.theme not in (*MADE_OF_OTHERS, *WHO_LIVES_THERE) and i.source != MODELLED


def distance(value: float, margin: float, typical: Typical, least: float = 0.0) -> float:
    """How far a figure is from the median, in spreads with its margin; 0 where there is nothing to measure by."""
    measure = hypot(max(AS_SD * typical.deviation, least), margin)
    return abs(value - typical.median) / measure if measure else 0.0


def margin(o: Observation, theme: str, sd: float | None, waves: float | None) -> float | None:
    """Half the 90 % interval: of the figure, of its standard deviation, or of that between two waves of a survey.

    0 for a count; None for an estimate or a survey of which no margin is known.
    """
    if o.low is not None and o.high is not None:
        return (o.high - o.low) / 2
    if o.status == "estimated":
        return Z * sd if sd is not None else None
    if theme in SURVEYED:
        return Z * waves / sqrt(2) if waves is not None else None
    return 0.0


@lru_cache(maxsize=256)
def standings(area: Area) -> dict[str, Standing]:
    """By indicator, in reading order, the newest figure of an area and where it stands."""
    every, sds, spreads = store.indicators(), store.margins(area.level), store.deviations(area.level)
    waves = store.changes(area.code)
    out = {}
    for r in store.portrait(area.code):
        i, period = every[r["id"]], r["period"]
        if r["value"] is None:
            continue
        o = Observation(area.code, area.name, r["value"], r["low"], r["high"], r["status"])
        change = waves.get(i.id)
        own = margin(o, i.theme, sds.get(i.id), change["spread"] if change else None)
        out[i.id] = Standing(i, o, period, own)
        for group in store.GROUPS:
            typical = store.typical[group](area.code).get((i.id, period, o.status))
            if typical and typical.areas >= LEAST_AREAS:
                least = LEAST_SPREAD * AS_SD * spreads.get((i.id, period), 0.0)
                away = distance(r["value"], own or 0.0, typical, least)
                out[i.id] = Standing(i, o, period, own, group, typical, away)
                break
    return out


def facts(found: Iterable[Standing]) -> list[Standing]:
    """The figures that stand out, at most three, each of another theme."""
    order = {name: at for at, name in enumerate(store.indicators())}
    able = [s for s in found if s.may_be_fact and s.distance >= STANDS_OUT]
    able.sort(key=lambda s: (-round(s.distance, 1), s.observation.status != "measured", order[s.indicator.id]))
    best: dict[str, Standing] = {}
    for s in able:
        best.setdefault(s.indicator.theme, s)
    return list(best.values())[:FACTS]


@dataclass(frozen=True)
class Unknown:
    """Something that is not known: who takes part (neither given), a figure and why, or a cell of the ecosystem."""

    indicator: Indicator | None = None
    status: str = ""
    cell: Cell | None = None


def unknown(area: Area, portrait: Sequence[Mapping[str, Any]], cells: Sequence[Cell]) -> Unknown | None:
    """The one thing to tell that is not known; None when nothing is.

    Where people live, first whether taking part was measured at all; then the first figure that is withheld, missing
    or refused, in reading order; then the first cell of the ecosystem of which nothing is known, from the person out.
    """
    every = store.indicators()
    measured = any(r["status"] == "measured" and every[r["id"]].theme == "participation" for r in portrait)
    if area.population != 0 and not measured:
        return Unknown()
    for r in portrait:
        if r["status"] in UNKNOWN and every[r["id"]].theme not in MADE_OF_OTHERS:
            return Unknown(every[r["id"]], r["status"])
    return next((Unknown(cell=c) for c in cells if c.state == ecosystem.UNKNOWN), None)
