"""What stands out in an area: its figures beside those of comparable areas, and the one thing that
is not known.

The rule. A figure is held against the median of the areas most like this one in who lives there;
where fewer than FEWEST of those have it, of the other areas of its level in the municipality, else
of the country. Only figures of the same indicator, period and status are held side by side.

    distance = |figure - median| / sqrt(spread² (1 + pi / 2n) + margin²)

The spread is the standard deviation of the n comparable areas, and pi / 2n what their median may be
off. The margin is one standard deviation of the figure's own, of the side that faces the median; 0
for a count.

Null hypothesis: the area is one more of the comparable areas, whose figures are normally
distributed, and what the publisher measured is off by its margin. The chance of such a distance,
two-sided, is then that of Student's t with n - 1 degrees of freedom (the interval of one more
observation; Hahn and Meeker, 1991). What will surprise you: real figures have longer tails than
that. In the edition of November 2026 a chance below 0.05 was found in 3 to 6 % of figures, as it
should be, but one below 0.001 in 0.2 to 1 %. Over all figures of the area that could be a fact the
false discoveries are controlled (Benjamini and Hochberg, 1995): under this null hypothesis no more
than FALSE_SHARE of those that stand out is expected to do so by chance.

At most three figures are a fact, each of another theme: first taking part, then places, money and
people, and barriers of culture, and only then how people are doing (`headline` in the catalogue);
of a theme the least likely by chance. A fact whose own margin is known is clear; of another, where
it cannot count, it is only probable.

Never a fact (`headline` is 0): what is not about culture in a theme that is, such as religion,
sport and schools; who lives there, with what schooling, income and home; gaps and paths, for they
are made of other figures. Nor are our own estimates of taking part, for they follow from who lives
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, pi, sqrt
from typing import Any

import numpy as np

from dashboard import store
from dashboard.answer import ecosystem
from dashboard.answer.ecosystem import MADE_OF_OTHERS, Cell
from dashboard.store import Area, Indicator, Observation, Typical
from pipelines.methods.ranks import false_discovery, z

FACTS, FEWEST = 3, 20  # facts at most, and comparable areas at least
FALSE_SHARE = 0.1  # of the figures that stand out, that chance alone may make
UNKNOWN = ("suppressed", "missing", "refused")


@dataclass(frozen=True)
class Standing:
    """A figure of an area beside comparable areas, and how likely its distance is by chance."""

    indicator: Indicator
    observation: Observation
    period: str
    group: str = ""  # `peers`, `municipality` or `country`; blank without comparable areas
    typical: Typical | None = None
    distance: float = 0.0
    chance: float = 1.0

    @property
    def clear(self) -> bool:
        """Whether it is clear as a fact, or only probable: its own margin is known, or it was
        counted.
        """
        return self.observation.low is not None or counted(self.observation, self.indicator)

    @property
    def may_be_fact(self) -> bool:
        """Whether a figure of this sort can be a fact at all."""
        return bool(self.indicator.headline) and self.indicator.source != store.MODELLED


def counted(o: Observation, indicator: Indicator) -> bool:
    """Whether a figure was counted, so that it has no margin; of every other without one nobody
    knows it.
    """
    return (
        o.status == "measured"
        and o.low is None
        and indicator.theme not in store.scheme("sampled_theme")
    )


def margin(o: Observation, median: float) -> float:
    """One standard deviation of a figure, of the side that faces the median; 0 where it has no
    margin.
    """
    if o.value is None or o.low is None or o.high is None:
        return 0.0
    return (o.value - o.low if o.value > median else o.high - o.value) / z(o.level)


def distance(value: float, own: float, typical: Typical) -> float:
    """How far a figure is from the median; 0 where there is nothing to measure by."""
    measure = hypot(typical.spread * sqrt(1 + pi / 2 / typical.areas), own)
    return abs(value - typical.median) / measure if measure else 0.0


def chance(away: float, areas: int) -> float:
    """How likely a distance of so much or more is, to either side, from so many areas."""
    from scipy.special import stdtr  # a third of a second, which only a profile needs

    return float(2 * stdtr(areas - 1, -away))


@store.cached(256)
def standings(area: Area) -> dict[str, Standing]:
    """By indicator, in reading order, the newest figure of an area and where it stands."""
    every = store.indicators()
    out = {}
    for r in store.portrait(area.code):
        i, period = every[r["id"]], r["period"]
        if r["value"] is None:
            continue
        o = Observation(
            area.code, area.name, r["value"], r["low"], r["high"], r["status"], r["method"]
        )
        out[i.id] = Standing(i, o, period)
        for group in store.GROUPS:
            typical = store.typical(group, area, (i.id, period, o.status), r["value"])
            if typical and typical.areas >= FEWEST:
                away = distance(r["value"], margin(o, typical.median), typical)
                out[i.id] = Standing(
                    i, o, period, group, typical, away, chance(away, typical.areas)
                )
                break
    return out


def facts(found: Iterable[Standing]) -> list[Standing]:
    """The figures that stand out, at most three, each of another theme."""
    able = [s for s in found if s.may_be_fact and s.typical]
    if not able:
        return []
    controlled = false_discovery(np.array([s.chance for s in able]))
    apart = [s for s, share in zip(able, controlled, strict=True) if share <= FALSE_SHARE]
    order = {name: at for at, name in enumerate(store.indicators())}
    apart.sort(key=lambda s: (s.indicator.headline, s.chance, -s.distance, order[s.indicator.id]))
    best: dict[str, Standing] = {}
    for s in apart:
        best.setdefault(s.indicator.theme, s)
    return list(best.values())[:FACTS]


@dataclass(frozen=True)
class Unknown:
    """Something that is not known: who takes part (neither given), a figure and why, or a cell of
    the ecosystem.
    """

    indicator: Indicator | None = None
    status: str = ""
    cell: Cell | None = None


def unknown(
    area: Area, portrait: Sequence[Mapping[str, Any]], cells: Sequence[Cell]
) -> Unknown | None:
    """The one thing to tell that is not known; None when nothing is.

    Where people live, first whether taking part was measured at all; then the first figure that is
    withheld, missing or refused, in reading order; then the first cell of the ecosystem of which
    nothing is known, from the person out.
    """
    every = store.indicators()
    measured = any(
        r["status"] == "measured" and every[r["id"]].theme == "participation" for r in portrait
    )
    if area.population != 0 and not measured:
        return Unknown()
    for r in portrait:
        if r["status"] in UNKNOWN and every[r["id"]].theme not in MADE_OF_OTHERS:
            return Unknown(every[r["id"]], r["status"])
    return next((Unknown(cell=c) for c in cells if c.state == ecosystem.UNKNOWN), None)
