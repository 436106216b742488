"""What is new in an edition beside the one before it: every figure that is not what it was, and of
which sort.

A row is the newest figure of an area and indicator in both editions or, without an indicator, the
area itself. It has one sort, the first that fits:

    boundary    another area: its outline is not the same, or it is new, gone, merged into another,
    or has another code status      the figure came or went, or has another status, so that the two
    cannot be subtracted correction  of the same period or an earlier one: how it is known changed,
    not what it is about untold      a later period, but how uncertain one of the two is nobody
    knows, or it was computed in another way real        a later period, and a difference beyond
    what both margins allow noise       a later period, and a difference within them, or none

The margin of an estimate or a survey is half its 90 % interval; of a publisher's 95 % interval that
much less. Two margins add up as independent errors do. Where no margin is known a change is untold,
unless `measures/change.py` compared the very same periods: that judges the change itself, by how
far the changes of all areas differ, and is no margin of either figure; `allowed` is then half the
interval of the change. Of the differences of an indicator that are called real no more than a tenth
is expected to be so by chance (Benjamini and Hochberg, 1995). A count has no such error but is
rounded: to the decimals of the catalogue and, where that says so, at random to a multiple (CBS, in
districts and neighbourhoods), which moves it by less than that multiple. A difference that rounding
alone may have made is noise.

Two outlines are the same unless more than a thousandth of the land is in one of them only and wider
than 120 m there, which is what two outlines that are each simplified by 60 m may differ by, or more
than a tenth is in one only. Among the municipalities of 2022 and 2023 that finds the three whose
border moved and no other. A smaller shift is not seen, and where a shore was drawn anew an area may
be called another without need. Only where the years of two divisions differ are outlines compared:
an area is a code and a year.

What will surprise you: what this edition withholds it does not tell as it was before either; an
indicator is compared only where both editions have it of the same source and in the same unit; and
what statisticians call a revision, another figure of the same period, is a `correction` here.
"""

from __future__ import annotations

import duckdb
import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from pipelines.catalogue import Catalogue
from pipelines.measures.change import FALSE_SHARE, INTERVAL

WIDER_M = 120  # two outlines, each simplified by some 60 m
WIDER_SHARE, MOVED_SHARE = 0.001, 0.1  # of the land of the smaller
WITHIN_SHARE = 0.9  # of the land of an area that is gone, to be merged into another
Z = float(norm.ppf(0.5 + INTERVAL / 2))
OF_95 = Z / float(norm.ppf(0.975))  # of half a 95 % interval, half one of 90 %

# the newest figure that there is, as the pages show it
NEWEST = "QUALIFY row_number() OVER (PARTITION BY indicator, area ORDER BY value IS NULL, period DESC) = 1"
FIGURES = f"""
    WITH this AS (FROM observation {NEWEST}), last AS (FROM last_build.observation {NEWEST}),
      indicators AS (SELECT id, i.theme, i.decimals FROM indicator i
        JOIN last_build.indicator USING (id, unit, source)),
      areas AS (SELECT code, a.name, a.level, a.municipality, a.population, b.population AS population_before
        FROM area a JOIN last_build.area b USING (code))
    SELECT area, a.name, a.level, a.municipality, indicator, o.period AS since, n.period AS until,
      CASE WHEN 'suppressed' NOT IN (coalesce(n.status, ''), coalesce(w.status, '')) THEN o.value END AS before,
      n.value, coalesce(o.status, 'missing') AS was, coalesce(n.status, 'missing') AS status,
      n.method IS NOT DISTINCT FROM o.method AS alike, i.decimals, a.population, a.population_before,
      n.status = 'measured' AND n.low IS NULL AND NOT list_contains($sampled, i.theme) AS counted,
      (n.high - n.low) / 2 * CASE n.method WHEN 'publisher_95' THEN {OF_95} ELSE 1 END AS margin_now,
      (o.high - o.low) / 2 * CASE o.method WHEN 'publisher_95' THEN {OF_95} ELSE 1 END AS margin_before,
      (c.high - c.low) / 2 AS margin_of_change, c.apart
    FROM this n FULL JOIN last o USING (indicator, area)
      JOIN indicators i ON i.id = indicator JOIN areas a ON a.code = area
      LEFT JOIN observation w ON w.indicator = i.id AND w.area = a.code AND w.period = o.period
      LEFT JOIN change c ON c.indicator = i.id AND c.area = a.code AND c.since = o.period AND c.until = n.period
    WHERE coalesce(o.status, 'missing') <> coalesce(n.status, 'missing') OR n.value IS NOT NULL
      AND (o.period <> n.period OR round(o.value, i.decimals) IS DISTINCT FROM round(n.value, i.decimals))
    ORDER BY indicator, area
"""
AREAS = """
    SELECT code AS area, coalesce(n.name, o.name) AS name, coalesce(n.level, o.level) AS level,
      coalesce(n.municipality, o.municipality) AS municipality, o.year::VARCHAR AS since, n.year::VARCHAR AS until,
      CASE WHEN o.geometry IS DISTINCT FROM n.geometry THEN o.geometry END AS before,
      CASE WHEN o.geometry IS DISTINCT FROM n.geometry THEN n.geometry END AS after
    FROM area n FULL JOIN last_build.area o USING (code) WHERE n.year IS DISTINCT FROM o.year ORDER BY code
"""


def find(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> pd.DataFrame:
    """Table revision of the edition in `con`, beside the one attached as `last_build`.

    revision(area, name, level, municipality, indicator, since, until, before, value, allowed, was,
    status, sort, kind, other): `since` and `until` are periods, of an area itself the years of the
    division; `was` is the status before; `allowed` is the difference that the margins of both
    figures allow. Of an area itself `kind` says what happened: `new`, `gone`, `merged`, `recoded`
    or `outline`; `other` is the area that holds it now, or the code it had. What is merged belongs
    to the municipality that holds it now.
    """
    areas = _areas(con, catalogue.country.projection)
    figures = con.execute(FIGURES, {"sampled": [*catalogue.sampled_themes]}).df()
    moved = figures["area"].isin(areas.loc[areas["kind"] == "outline", "area"])
    known = figures["before"].notna() & figures["value"].notna()
    later = figures["until"] > figures["since"]
    allowed, beyond = _beyond(figures, known & later & figures["alike"] & ~moved, catalogue)
    sorts = {
        "boundary": moved,
        "status": figures["was"] != figures["status"],
        "correction": known & ~later,
        "untold": allowed.isna(),
        "real": beyond,
    }
    figures["sort"] = np.select([s.to_numpy(dtype=bool) for s in sorts.values()], [*sorts], "noise")
    figures["allowed"] = allowed.where(figures["sort"].isin(["real", "noise"]))
    return pd.concat([areas.assign(sort="boundary"), figures], ignore_index=True)


def _beyond(
    figures: pd.DataFrame, comparable: pd.Series, catalogue: Catalogue
) -> tuple[pd.Series, pd.Series]:
    """The differences that the margins of comparable figures allow (blank where nobody knows);
    which are beyond.
    """
    difference = (figures["value"] - figures["before"]).abs()
    counted = figures["counted"].fillna(False).astype(bool)
    sampled = (figures["margin_now"] ** 2 + figures["margin_before"] ** 2) ** 0.5
    sampled = sampled.fillna(figures["margin_of_change"])
    rounded = _rounded(figures, "value", "population", catalogue) + _rounded(
        figures, "before", "population_before", catalogue
    )
    allowed = (
        sampled.mask(counted, rounded).clip(lower=10.0 ** -figures["decimals"]).where(comparable)
    )
    beyond = difference.round(9) > allowed.round(9)
    tested = allowed.notna() & ~counted & (sampled > 0)
    chance = 2 * norm.sf(Z * difference[tested] / sampled[tested])
    for _, rows in pd.Series(chance, difference[tested].index).groupby(figures["indicator"]):
        beyond[rows.index] &= false_discovery_control(rows.to_numpy()) <= FALSE_SHARE
    told = figures["apart"].notna() & allowed.notna()
    beyond[told] &= figures.loc[told, "apart"].astype(bool)
    return allowed, beyond


def _rounded(figures: pd.DataFrame, value: str, residents: str, catalogue: Catalogue) -> pd.Series:
    """How far figures may be off because they were rounded, or the counts that they are shares
    of.
    """
    used = {i: catalogue.indicators[i] for i in figures["indicator"].unique()}
    step = (
        figures["indicator"]
        .map({i: max(a.rounded_to - 1, 0) for i, a in used.items()})
        .astype(float)
    )
    step = step.where(
        figures["municipality"].notna() & (figures["municipality"] != figures["area"]), 0
    )
    whole = {i: catalogue.units[a.unit].per_resident for i, a in used.items() if a.denominator}
    share = (figures["indicator"].map(whole).astype(float) + figures[value]) / figures[
        residents
    ].astype(float)
    return (step * share.fillna(1)).clip(lower=10.0 ** -figures["decimals"] / 2)


def _areas(con: duckdb.DuckDBPyConnection, projection: int) -> pd.DataFrame:
    """The areas that are in one of the editions only, or have another outline: a row each."""
    every = con.sql(AREAS).df().set_index("area", drop=False)
    before, after = (_metres(every[side], projection) for side in ("before", "after"))
    kind = (
        pd.Series("", every.index)
        .mask(every["since"].isna(), "new")
        .mask(every["until"].isna(), "gone")
    )
    other: dict[str, str] = {}
    town = dict(con.sql("SELECT code, municipality FROM area").fetchall())
    drawn = every.index[(kind == "") & (every["before"].notna() | every["after"].notna())]
    kind[drawn] = np.where(_same(before[drawn].to_numpy(), after[drawn].to_numpy()), "", "outline")
    for code, holder in _holders(con, every[kind == "gone"], before, projection).items():
        if (
            kind.get(holder) == "new"
            and _same(before[[code]].to_numpy(), after[[holder]].to_numpy())[0]
        ):
            kind[code], kind[holder], other[holder] = "", "recoded", code
        else:
            kind[code], other[code] = "merged", holder
            every.loc[code, "municipality"] = town[holder]
    found = every.assign(kind=kind, other=every["area"].map(other))[kind != ""]
    return found.drop(columns=["before", "after"]).reset_index(drop=True)


def _holders(
    con: duckdb.DuckDBPyConnection, gone: pd.DataFrame, outline: pd.Series, projection: int
) -> dict[str, str]:
    """By area that is gone the area of its level that holds its land now, where one does."""
    out: dict[str, str] = {}
    for level, rows in gone[gone["before"].notna()].groupby("level"):
        now = con.execute(
            "SELECT code, geometry FROM area WHERE level = ? AND geometry IS NOT NULL ORDER BY code",
            [level],
        ).df()
        land, mine = _metres(now["geometry"], projection).to_numpy(), outline[rows.index].to_numpy()
        a, b = shapely.STRtree(land).query(mine, predicate="intersects")
        share = shapely.area(shapely.intersection(mine[a], land[b])) / shapely.area(mine[a])
        held = share >= WITHIN_SHARE
        out |= dict(zip(rows.index[a[held]], now["code"].to_numpy()[b[held]], strict=True))
    return out


def _metres(geometry: pd.Series, projection: int) -> pd.Series:
    """Outlines in metres of a projection (its EPSG code); blank where there is none."""
    shapes = geopandas.GeoSeries(
        shapely.from_geojson(geometry.astype(object).where(geometry.notna(), None).to_numpy()),
        crs=4326,
    )
    return pd.Series(shapes.to_crs(projection).to_numpy(), geometry.index, dtype=object)


def _same(a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether two outlines are the same but for how they were simplified; never where one of them
    is not there.
    """
    moved = shapely.symmetric_difference(a, b)
    land = np.fmin(shapely.area(a), shapely.area(b))
    wide = shapely.area(shapely.buffer(moved, -WIDER_M / 2, quad_segs=2))
    return np.asarray((wide <= WIDER_SHARE * land) & (shapely.area(moved) <= MOVED_SHARE * land))
