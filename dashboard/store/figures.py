"""Figures: of one area, of a map, of a group to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.store import selected
from dashboard.store.areas import (
    JOIN,
    Area,
    all_municipalities,
    area,
    area_levels,
    bounds,
    country,
    inside,
)
from dashboard.store.catalogue import MODELLED, indicators, levels, periods, series
from dashboard.store.database import ByArea, arrays, cached, rows
from dashboard.store.observation import Observation


def municipalities(indicator: str) -> list[Area]:
    """The municipalities with a figure of the indicator for a district or neighbourhood, the
    largest first.
    """
    return _municipalities().get(indicator, [])


@cached(1)
def _municipalities() -> dict[str, list[Area]]:
    """By indicator its municipalities: of all at once, for one takes nearly as long."""
    every, out = {a.code: a for a in all_municipalities()}, dict[str, list[Area]]()
    for r in rows(
        """SELECT o.indicator, a.municipality FROM observation o JOIN area a ON a.code = o.area
           JOIN area m ON m.code = a.municipality
           WHERE o.value IS NOT NULL AND a.code <> a.municipality
           GROUP BY o.indicator, a.municipality, m.population ORDER BY m.population DESC NULLS LAST, a.municipality"""
    ):
        out.setdefault(r["indicator"], []).append(every[r["municipality"]])
    return out


@cached(8)
def surveyed(theme: str) -> list[str]:
    """The indicators of a theme that a municipality asked its own residents, in reading order."""
    return [
        i.id
        for i in indicators().values()
        if i.theme == theme and i.source != MODELLED and municipalities(i.id)
    ]


def offered(indicator: str, area: Area) -> list[str]:
    """The levels that a map can show for the area: what was measured in one municipality is no map
    of the country.
    """
    here, named = area.whole or country(), area_levels()
    below = here != country() or len(municipalities(indicator)) > 1
    return [
        level
        for level in levels(indicator)
        if level == named.municipality
        or (level in named.below and below and bounds(level, here) is not None)
    ]


def _figures_in(indicator: str, period: str, level: str, scope: str) -> tuple[str, list[Any]]:
    """The figures of every area of a level in a scope: SQL, and its values."""
    where, values = inside(scope)
    return (
        f"""SELECT a.code, a.name, o.value, o.low, o.high, coalesce(o.status, 'missing') AS status, o.method
            FROM area a LEFT JOIN observation o ON o.area = a.code AND o.indicator = ? AND o.period = ?
            WHERE a.level = ? AND {where}""",
        [indicator, period, level, *values],
    )


@cached(16)  # a national one is large; `summary` says most of what is drawn of it
def observations(indicator: str, period: str, level: str, scope: str) -> list[Observation]:
    """The figures of every area of a level within `scope` (a municipality, or the country), by
    name.

    An area that the source does not mention is `missing`.
    """
    figures, values = _figures_in(indicator, period, level, scope)
    records = rows(f"{figures} ORDER BY a.name, a.code", *values)
    return [Observation(**r) for r in records]


@dataclass(frozen=True)
class Summary:
    """The figures of one map in a few: areas by status, the lowest and the highest area, the middle
    half.
    """

    statuses: dict[str, int]
    lowest: Observation | None
    highest: Observation | None
    quartiles: tuple[float, float] | None
    ties: tuple[
        int, int
    ]  # how many areas are as low as the lowest and as high as the highest, as shown

    @property
    def areas(self) -> int:
        """The number of areas, with and without a figure."""
        return sum(self.statuses.values())

    @property
    def figures(self) -> int:
        """The number of areas with a figure."""
        return self.statuses.get("measured", 0) + self.statuses.get("estimated", 0)


@cached(2048)
def summary(indicator: str, period: str, level: str, scope: str) -> Summary:
    """What a sentence and a legend need to know; quartiles are figures that occur. Ties go to the
    first name.
    """
    columns = ", ".join(f"{c} := {c}" for c in Observation.__dataclass_fields__)
    end, shown = f"struct_pack({columns})", indicators()[indicator].decimals
    figures, values = _figures_in(indicator, period, level, scope)
    record = rows(
        f"""WITH o AS ({figures})
            SELECT histogram(status) AS statuses, quantile_disc(value, [0.25, 0.75]) AS quartiles,
              arg_min({end}, (value, name, code)) FILTER (value IS NOT NULL) AS lowest,
              arg_max({end}, (value, name, code)) FILTER (value IS NOT NULL) AS highest,
              [count(*) FILTER (round(value, {shown}) = (SELECT round(min(value), {shown}) FROM o)),
               count(*) FILTER (round(value, {shown}) = (SELECT round(max(value), {shown}) FROM o))] AS ties
            FROM o""",
        *values,
    )[0]
    ends = [Observation(**record[e]) if record[e] else None for e in ("lowest", "highest")]
    quartiles = tuple(record["quartiles"]) if ends[0] else None
    low, high = record["ties"]
    return Summary(dict(record["statuses"] or {}), ends[0], ends[1], quartiles, (low, high))


def histogram(
    indicator: str, period: str, level: str, scope: str, start: float, step: float, bins: int
) -> list[int]:
    """How many areas have a figure in each of `bins` steps from `start`; the last holds its upper
    bound too.
    """
    figures, values = _figures_in(indicator, period, level, scope)
    records = rows(
        f"""WITH o AS ({figures})
            SELECT least(floor((value - ?) / ? + 1e-9), ?)::INT AS bin, count(*) AS n FROM o
            WHERE value IS NOT NULL GROUP BY bin""",
        *values,
        start,
        step,
        bins - 1,
    )
    counts = {r["bin"]: r["n"] for r in records}
    return [counts.get(n, 0) for n in range(bins)]


def _figures_of(codes: Sequence[str]) -> dict[str, dict[tuple[str, str], Observation]]:
    out: dict[str, dict[tuple[str, str], Observation]] = {}
    selections = [c for c in codes if JOIN in c]
    for code in selections:
        parts = code.split(JOIN)
        known = _figures_of(parts)
        out[code] = selected.figures(code, {p: known.get(p, {}) for p in parts})
    if len(selections) == len(codes):
        return out
    for r in rows(
        """SELECT o.indicator, o.period, a.code, a.name, o.value, o.low, o.high, o.status, o.method
           FROM observation o JOIN area a ON a.code = o.area WHERE o.area IN (SELECT unnest(?))""",
        [*codes],
    ):
        series = (r.pop("indicator"), r.pop("period"))
        out.setdefault(r["code"], {})[series] = Observation(**r)
    return out


figures_of = ByArea(
    _figures_of, dict
)  # every figure of one area, or why there is none, by indicator and period


def observation(indicator: str, period: str, code: str) -> Observation | None:
    """The figure of one area, or None when the area is not in this edition."""
    if not (here := area(code)):
        return None
    missing = Observation(here.code, here.name, None, None, None, "missing")
    return figures_of(here.code).get((indicator, period), missing)


def portrait(code: str) -> list[dict[str, Any]]:
    """The newest figure that there is of every indicator for one area, or why there is none, in
    reading order.
    """
    newest: dict[str, tuple[bool, str, Observation]] = {}
    for (indicator, period), o in figures_of(code).items():
        newest[indicator] = max(
            newest.get(indicator, (False, "", o)), (o.value is not None, period, o)
        )
    parts = ("value", "low", "high", "status", "method")
    return [
        {"id": i, "period": newest[i][1]} | {k: getattr(newest[i][2], k) for k in parts}
        for i in indicators()
        if i in newest
    ]


def trend(indicator: str, code: str) -> list[dict[str, Any]]:
    """Every period of one indicator for one area, oldest first."""
    if JOIN in code:
        parts = ("value", "low", "high", "status")
        return [
            {"period": period} | {k: getattr(o, k) for k in parts}
            for (i, period), o in figures_of(code).items()
            if i == indicator
        ]
    return rows(
        "SELECT period, value, low, high, status FROM observation WHERE indicator = ? AND area = ? ORDER BY period",
        indicator,
        code,
    )


def marks(level: str, scope: str) -> list[str]:
    """Per area with an outline, by code, one character for every series of the level that says how
    to draw it.

    A measured figure is its colour class (`0`, `1`, ...), an estimated one the same as a letter
    (`a`, `b`, ...), and an area without a figure the first letter of why, as a capital.
    """
    drawn = series(level)
    where, values = inside(scope)
    areas = rows(
        f"""WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS indicator, unnest(?::VARCHAR[]) AS period,
               unnest(range(?)) AS n),
             here AS (
               SELECT code FROM area a WHERE level = ? AND {where} AND geometry IS NOT NULL),
             figure AS (
               SELECT o.area, o.indicator, o.period, o.status,
                 coalesce(len(list_filter(s.breaks, lambda b: b <= round(o.value, i.decimals))), 0) AS class
               FROM observation o JOIN here h ON h.code = o.area JOIN indicator i ON i.id = o.indicator
               LEFT JOIN scale s ON s.indicator = o.indicator AND s.level = ?)
           SELECT string_agg(CASE f.status
               WHEN 'measured' THEN f.class::VARCHAR WHEN 'estimated' THEN chr(97 + f.class::INT)
               ELSE upper(coalesce(f.status, 'missing'))[1] END, '' ORDER BY w.n) AS marks
           FROM here h CROSS JOIN wanted w
           LEFT JOIN figure f ON f.area = h.code AND f.indicator = w.indicator AND f.period = w.period
           GROUP BY h.code ORDER BY h.code""",
        [indicator for indicator, _ in drawn],
        [period for _, period in drawn],
        len(drawn),
        level,
        *values,
        level,
    )
    return [r["marks"] for r in areas]


@cached(512)
def division(indicator: str, period: str) -> int | None:
    """The year of the division into areas that the publisher used; the earliest where there are
    several.
    """
    records = rows(
        "SELECT min(area_year) AS y FROM observation WHERE indicator = ? AND period = ?",
        indicator,
        period,
    )
    return int(records[0]["y"]) if records[0]["y"] is not None else None


@cached(32)
def figure_columns(indicator: str, level: str) -> dict[str, Any]:
    """`value`, `low`, `high`, `status` and `method` of the newest figure of every area of a level,
    by code.
    """
    newest = periods(indicator, level)
    return arrays(
        """SELECT o.value, o.low, o.high, coalesce(o.status, 'missing') AS status, o.method
           FROM area a LEFT JOIN observation o ON o.area = a.code AND o.indicator = ? AND o.period = ?
           WHERE a.level = ? ORDER BY a.code""",
        indicator,
        newest[0] if newest else "",
        level,
    )


@cached(1)
def needs() -> dict[str, list[str]]:
    """By group of residents the indicators of its need, in order."""
    out: dict[str, list[str]] = {}
    for r in rows(
        "SELECT n.* FROM need n JOIN term t ON t.scheme = 'need' AND t.id = n.who ORDER BY t.position, n.position"
    ):
        out.setdefault(r["who"], []).append(r["indicator"])
    return out


@cached(1)
def groups() -> dict[str, dict[str, Any]]:
    """By group of residents its share of all (`residents`; blank for everyone), and what the page
    begins with.
    """
    return {r["who"]: r for r in rows("SELECT DISTINCT who, residents, distance, least FROM need")}


@cached(32)
def clusters(indicator: str) -> list[dict[str, Any]]:
    """Local Moran of a measured indicator, by area: `kind`, `chance`, and whether it is told
    `apart` from chance.
    """
    return rows(
        """SELECT c.*, a.name FROM cluster c JOIN area a ON a.code = c.area WHERE c.indicator = ? ORDER BY c.area""",
        indicator,
    )


@cached(512)
def changes(code: str) -> dict[str, dict[str, Any]]:
    """By indicator the change of an area between its last two waves, with its interval and whether
    it is `apart`.
    """
    return {r["indicator"]: r for r in rows("SELECT * FROM change WHERE area = ?", code)}


@cached(4)
def told_apart(level: str) -> dict[str, tuple[int, int]]:
    """By indicator how many areas of a level have a change told apart from noise, and of how many
    one is known.
    """
    records = rows(
        """SELECT indicator, count(*) FILTER (apart) AS apart, count(*) AS areas FROM change c
           JOIN area a ON a.code = c.area WHERE a.level = ? GROUP BY ALL""",
        level,
    )
    return {r["indicator"]: (r["apart"], r["areas"]) for r in records}


@cached(4)
def middle_changes(level: str) -> dict[str, tuple[float, int]]:
    """By indicator the middle one of the changes of all areas of a level, and how many areas that
    is of.
    """
    records = rows(
        """SELECT indicator, median(c.value) AS middle, count(*) AS areas FROM change c
           JOIN area a ON a.code = c.area WHERE a.level = ? GROUP BY ALL""",
        level,
    )
    return {r["indicator"]: (r["middle"], r["areas"]) for r in records}


def differences(indicator: str, since: str, until: str, level: str) -> dict[str, tuple[str, float]]:
    """By code the name of every area of a level with a figure in two periods, and the difference."""
    records = rows(
        """SELECT a.code, a.name, e.value - b.value AS difference FROM observation b
           JOIN observation e ON (e.indicator, e.area) = (b.indicator, b.area) AND e.period = ?
           JOIN area a ON a.code = b.area WHERE b.indicator = ? AND b.period = ? AND a.level = ?
             AND b.value IS NOT NULL AND e.value IS NOT NULL ORDER BY a.code""",
        until,
        indicator,
        since,
        level,
    )
    return {r["code"]: (r["name"], r["difference"]) for r in records}


@cached(64)
def changes_within(indicator: str, level: str, municipality: str) -> list[dict[str, Any]]:
    """The areas of a level in a municipality with their figures in the last two waves and the change
    between them, as `changes` has it, by name.
    """
    return rows(
        """SELECT c.area, a.name, c.since AS first_period, b.value AS first_value,
             c.until AS last_period, e.value AS last_value, e.status,
             c.value AS change, c.low AS change_low, c.high AS change_high,
             c.apart AS more_than_chance
           FROM change c JOIN area a ON a.code = c.area
           JOIN observation b ON (b.indicator, b.area, b.period) = (c.indicator, c.area, c.since)
           JOIN observation e ON (e.indicator, e.area, e.period) = (c.indicator, c.area, c.until)
           WHERE c.indicator = ? AND a.level = ? AND a.municipality = ? ORDER BY a.name, c.area""",
        indicator,
        level,
        municipality,
    )
