"""The areas that an area is compared with, and the middle of their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from dashboard.store.areas import Area
from dashboard.store.database import ByArea, cached, rows

GROUPS = ("peers", "municipality", "country")  # of areas to compare with, the best first
NOISE = 1e-12  # of the squares: what is left of equal figures when one is taken from the sum
Series = tuple[str, str, str]  # indicator, period, status


@dataclass(frozen=True)
class Typical:
    """A figure in a group of areas: how many have it, its median, and its standard deviation."""

    areas: int
    median: float
    spread: float


@dataclass(frozen=True)
class Together:
    """A figure in a group of areas, the area that is compared among them.

    `squares` is the sum of the squared distances to the mean; `middle` are the two figures in the
    middle, or the three where their number is odd.
    """

    areas: int
    mean: float
    squares: float
    middle: tuple[float, ...]

    def without(self, value: float) -> Typical | None:
        """The same without the figure of one of the areas; nothing where that is the only one."""
        n = self.areas - 1
        if n < 1:
            return None
        first, *_, last = self.middle
        if len(self.middle) == 2:
            median = last if value <= first else first
        else:
            centre = self.middle[1]
            lower, upper = first if value >= centre else centre, last if value <= centre else centre
            median = (lower + upper) / 2
        off = value - self.mean
        squares = self.squares - off * off * self.areas / n
        if squares <= NOISE * (self.squares + self.areas * self.mean**2):
            squares = 0.0
        return Typical(n, median, sqrt(squares / (n - 1)) if n > 1 else 0.0)


def _of_peers(codes: Sequence[str]) -> dict[str, dict[Series, Typical]]:
    out: dict[str, dict[Series, Typical]] = {}
    for r in rows(
        """SELECT p.area, o.indicator, o.period, o.status, count(*) AS areas, median(o.value) AS median,
              coalesce(stddev_samp(o.value), 0) AS spread
           FROM observation o JOIN peer p ON p.peer = o.area
           WHERE p.area IN (SELECT unnest(?)) AND o.value IS NOT NULL GROUP BY ALL""",
        [*codes],
    ):
        area, series = r.pop("area"), (r.pop("indicator"), r.pop("period"), r.pop("status"))
        out.setdefault(area, {})[series] = Typical(**r)
    return out


typical_of_peers = ByArea(_of_peers, dict)


@cached(128)
def _together(level: str, municipality: str) -> dict[Series, Together]:
    """Of all areas of a level, in one municipality or (blank) the country: read once for all of
    them, for that takes as long as for one.
    """
    return {
        (r["indicator"], r["period"], r["status"]): Together(
            r["areas"], r["mean"], r["squares"], tuple(r["middle"])
        )
        for r in rows(
            """SELECT o.indicator, o.period, o.status, count(*) AS areas, avg(o.value) AS mean,
                 var_pop(o.value) * count(*) AS squares,
                 list_sort(list(o.value))[greatest(count(*) // 2, 1) : count(*) // 2 + 1 + count(*) % 2] AS middle
               FROM observation o JOIN area a ON a.code = o.area
               WHERE a.level = ? AND ? IN ('', a.municipality) AND o.value IS NOT NULL GROUP BY ALL""",
            level,
            municipality,
        )
    }


def typical(group: str, area: Area, series: Series, value: float) -> Typical | None:
    """The figures of the areas of a group (of `GROUPS`) beside that of one area, `value`; nothing
    where none of them has one of the same indicator, period and status.
    """
    if group == "peers":
        return typical_of_peers(area.code).get(series)
    if area.is_selection or (group == "municipality" and not area.is_part):
        return None
    municipality = area.municipality or "" if group == "municipality" else ""
    every = _together(area.level, municipality).get(series)
    return every.without(value) if every else None
