"""The tables of the public API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow

from dashboard.store.areas import COUNTRY
from dashboard.store.database import cached, edition, rows


@dataclass(frozen=True)
class Resource:
    """A table of the public API: an entry of RESOURCES is all it takes.

    Each filter is a condition with one `?`; `order` tells any two rows apart, so that pages hold
    every row once; `shape` is the geometry as GeoJSON text, where there is one.
    """

    about: str
    columns: str
    tables: str
    order: str
    filters: dict[str, str]
    shape: str | None = None


# what a tie has at its ends, with the areas that they are in
_ENDS = """(SELECT e.id, e.name, e.area, w.parent, w.municipality FROM (
    SELECT id, name, area FROM place UNION ALL SELECT id, name, area FROM actor) e
    LEFT JOIN area w ON w.code = e.area)"""

RESOURCES = {
    "areas": Resource(
        "The country, municipalities, districts and neighbourhoods of CBS, of one year.",
        """a.code AS area, a.name, a.level, a.year, a.parent, a.municipality, a.province, a.population, a.lon, a.lat,
           a.west, a.south, a.east, a.north""",
        "area a",
        "a.code",
        {
            "area": "a.code = ?",
            "level": "a.level = ?",
            "parent": "a.parent = ?",
            "municipality": "a.municipality = ?",
        },
        "a.geometry",
    ),
    "indicators": Resource(
        "What is measured, with unit, meaning and what it does not say, in Dutch and English.",
        """i.id AS indicator, i.theme, i.domain, i.level AS ecosystem_level, i.learning_form, i.facet, i.unit,
           i.decimals, i.label_nl, i.label_en, i.description_nl, i.description_en, i.caveat_nl, i.caveat_en, i.source,
           s.publisher, s.licence""",
        "indicator i JOIN source s ON s.id = i.source",
        "i.position, i.id",
        {
            "indicator": "i.id = ?",
            "theme": "i.theme = ?",
            "domain": "i.domain = ?",
            "ecosystem_level": "i.level = ?",
            "learning_form": "i.learning_form = ?",
            "facet": "i.facet = ?",
            "source": "i.source = ?",
        },
    ),
    "observations": Resource(
        "Figures: one of an indicator, area and period. Only `measured` and `estimated` have a value; every other "
        "status says why there is none. A source that does not mention an area has no row for it: missing, not zero.",
        """o.area, a.name, a.level, a.municipality, m.name AS municipality_name, o.indicator, o.period,
           round(o.value, i.decimals + 2) AS value,
           round(o.low, i.decimals + 2) AS low, round(o.high, i.decimals + 2) AS high, i.unit, o.status, o.method,
           i.source, s.publisher, s.licence, left(s.retrieved, 10) AS retrieved""",
        """observation o JOIN area a ON a.code = o.area LEFT JOIN area m ON m.code = a.municipality
           JOIN indicator i ON i.id = o.indicator
           JOIN source s ON s.id = i.source""",
        "o.area, o.indicator, o.period",
        {
            "area": "o.area = ?",
            "indicator": "o.indicator = ?",
            "period": "o.period = ?",
            "status": "o.status = ?",
            "level": "a.level = ?",
            "municipality": "a.municipality = ?",
            "theme": "i.theme = ?",
            "domain": "i.domain = ?",
            "source": "i.source = ?",
        },
    ),
    "revisions": Resource(
        "What is new in this edition beside the one before it (`compared`, where the API begins): figures that are "
        "not what they were, and of which sort: `real`, `noise` (within the margin), `untold`, `correction` (of the "
        "same period), `status`, or `boundary` (the area is not the same). A row without an indicator is of the area "
        "itself. Empty where there is no earlier edition.",
        """r.area, r.name, r.level, r.municipality, r.indicator, r.since, r.until,
           round(r.before, i.decimals + 2) AS before, round(r.value, i.decimals + 2) AS value,
           round(r.allowed, i.decimals + 2) AS allowed, i.unit, r.was, r.status, r.sort, r.kind, r.other, i.source,
           s.publisher, s.licence, left(s.retrieved, 10) AS retrieved""",
        "revision r LEFT JOIN indicator i ON i.id = r.indicator LEFT JOIN source s ON s.id = i.source",
        "r.area, r.indicator NULLS FIRST",
        {
            "area": "r.area = ?",
            "municipality": "r.municipality = ?",
            "level": "r.level = ?",
            "indicator": "r.indicator = ?",
            "sort": "r.sort = ?",
            "source": "i.source = ?",
        },
    ),
    "places": Resource(
        "Places where people may learn and meet, with `area` those in it and in all areas within it. A place that no "
        "source knows of may still exist.",
        """p.id AS place, p.name, p.kind, p.domain, p.level AS ecosystem_level, p.learning_form, p.facet, p.lon, p.lat,
           p.area, a.municipality, CASE WHEN p.step_free THEN 'yes' WHEN NOT p.step_free THEN 'no' ELSE 'unknown' END
           AS step_free, p.address, p.period, p.source, p.also, s.publisher, s.licence""",
        "place p JOIN source s ON s.id = p.source LEFT JOIN area a ON a.code = p.area",
        "p.id",
        {
            "area": f"? IN (p.area, a.parent, a.municipality, {COUNTRY})",
            "municipality": "a.municipality = ?",
            "kind": "p.kind = ?",
            "domain": "p.domain = ?",
            "ecosystem_level": "p.level = ?",
            "learning_form": "p.learning_form = ?",
            "facet": "p.facet = ?",
            "step_free": "CASE WHEN p.step_free THEN 'yes' WHEN NOT p.step_free THEN 'no' ELSE 'unknown' END = ?",
            "source": "p.source = ?",
        },
        """CASE WHEN p.lon IS NOT NULL AND p.lat IS NOT NULL
           THEN '{"type":"Point","coordinates":[' || p.lon || ',' || p.lat || ']}' END""",
    ),
    "ties": Resource(
        "What ties two actors, places or postcodes, with its proof; with `area` those with an end in it or within "
        "it. A masked number has no weight but `low` and `high`; one that we were not given (`missing`) has none of "
        "them. Kinds are never added up.",
        """t.kind, t.proof, t.a, a.name AS a_name, a.area AS a_area, t.b, b.name AS b_name, b.area AS b_area, t.weight,
           t.low, t.high, t.unit, t.status, t.scheme, t.period, t.source, s.publisher, s.licence""",
        f"""tie t JOIN source s ON s.id = t.source
           LEFT JOIN {_ENDS} a ON a.id = t.a LEFT JOIN {_ENDS} b ON b.id = t.b""",
        "t.kind, t.a, t.b, t.scheme, t.period, t.proof, t.source",
        {
            "area": f"? IN (a.area, b.area, a.parent, b.parent, a.municipality, b.municipality, {COUNTRY})",
            "end": "? IN (t.a, t.b)",
            "kind": "t.kind = ?",
            "proof": "t.proof = ?",
            "status": "t.status = ?",
            "period": "t.period = ?",
            "source": "t.source = ?",
        },
    ),
    "sources": Resource(
        "Who publishes what, under which licence, and when it was fetched.",
        """s.id AS source, s.title, s.publisher, s.licence, s.url, s.cadence, s.attribution, s.retrieved, s.sha256,
           s.rows, s.via""",
        "source s",
        "s.id",
        {"source": "s.id = ?"},
    ),
}


@cached(2)
def known_periods(of: str) -> list[str]:
    """The periods that a table (`observation` or `tie`) has a row of, oldest first."""
    return [
        r["period"]
        for r in rows(f"SELECT DISTINCT period FROM {of} WHERE period IS NOT NULL ORDER BY period")
    ]


def page(
    name: str, filters: Mapping[str, list[str]], limit: int, offset: int, *, shape: bool = False
) -> tuple[pyarrow.Table, int]:
    """A page of a resource, and how many rows there are in all; with `shape` a last column of that
    name.

    A filter keeps the rows that hold one of its values. Raises KeyError for a resource or filter
    that is not there.
    """
    resource = RESOURCES[name]
    columns = resource.columns + (f", {resource.shape} AS shape" if shape else "")
    where = " AND ".join(
        ["true", *(f"({' OR '.join([resource.filters[f]] * len(v))})" for f, v in filters.items())]
    )
    values = [value for wanted in filters.values() for value in wanted]
    tables = f"FROM {resource.tables} WHERE {where}"
    sql = f"SELECT {columns} {tables} ORDER BY {resource.order} LIMIT ? OFFSET ?"
    rows_of_page: pyarrow.Table = (
        edition().connection.cursor().execute(sql, [*values, limit, offset]).to_arrow_table()
    )
    if 0 < rows_of_page.num_rows < limit:
        return rows_of_page, offset + rows_of_page.num_rows
    return rows_of_page, rows(f"SELECT count(*) AS n {tables}", *values)[0]["n"]
