"""The tables of the public API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow

from dashboard.store.areas import area, within
from dashboard.store.database import answered, cached, rows


@dataclass(frozen=True)
class Resource:
    """A table of the public API: an entry of RESOURCES is all it takes.

    Each filter is a condition with one `?`, or the columns that hold an area: then a row passes when
    one of them is the area that is asked for or lies in it, be that a province or a selection.
    `order` tells any two rows apart by texts that are never absent, so that a page can begin behind
    the row where another ended; `shape` is the geometry as GeoJSON text, where there is one.
    """

    about: str
    columns: str
    tables: str
    order: tuple[str, ...]
    filters: dict[str, str | tuple[str, ...]]
    shape: str | None = None


# what a tie has at its ends, with the areas that they are in
_ENDS = "(SELECT id, name, area FROM place UNION ALL SELECT id, name, area FROM actor)"

RESOURCES = {
    "areas": Resource(
        "The country, municipalities, districts and neighbourhoods of CBS, of one year.",
        """a.code AS area, a.name, a.level, a.year, a.parent, a.municipality, a.province, a.population, a.lon, a.lat,
           a.west, a.south, a.east, a.north""",
        "area a",
        ("a.code",),
        {
            "area": "a.code = ?",
            "level": "a.level = ?",
            "parent": "a.parent = ?",
            "municipality": "a.municipality = ?",
            "within": ("a.code",),
        },
        "a.geometry",
    ),
    "indicators": Resource(
        "What is measured, with unit, meaning and what it does not say, in Dutch and English.",
        """i.id AS indicator, i.theme, i.domain, i.level AS ecosystem_level, i.learning_form, i.facet, i.unit,
           i.decimals, i.label_nl, i.label_en, i.description_nl, i.description_en, i.caveat_nl, i.caveat_en, i.source,
           s.publisher, s.licence""",
        "indicator i JOIN source s ON s.id = i.source",
        ("lpad(CAST(i.position AS VARCHAR), 9, '0')", "i.id"),
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
        ("o.area", "o.indicator", "o.period"),
        {
            "area": "o.area = ?",
            "indicator": "o.indicator = ?",
            "period": "o.period = ?",
            "status": "o.status = ?",
            "level": "a.level = ?",
            "municipality": "a.municipality = ?",
            "within": ("o.area",),
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
        ("r.area", "coalesce(r.indicator, '')"),
        {
            "area": "r.area = ?",
            "municipality": "r.municipality = ?",
            "level": "r.level = ?",
            "indicator": "r.indicator = ?",
            "sort": "r.sort = ?",
            "since": "(SELECT coalesce(g.since = b.compared, false) OR (g.since LIKE '____-__-__' "
            "AND g.since <= left(b.built_at, 10)) FROM build b, (SELECT ? AS since) g)",
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
        ("p.id",),
        {
            "area": ("p.area",),
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
        ("t.kind", "t.a", "t.b", "coalesce(t.scheme, '')", "t.period", "t.proof", "t.source"),
        {
            "area": ("a.area", "b.area"),
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
        ("s.id",),
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


@cached(256)
def _count(name: str, filters: tuple[tuple[str, tuple[str, ...]], ...]) -> int:
    """How many rows of a resource pass its filters."""
    where, values = _where(name, filters)
    count: int = rows(f"SELECT count(*) AS n FROM {RESOURCES[name].tables} WHERE {where}", *values)[0]["n"]  # fmt: skip
    return count


def _where(name: str, filters: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, list[Any]]:
    """The condition of some filters, and what its `?` stand for."""
    parts, values = ["true"], list[Any]()
    for asked, wanted in filters:
        condition = RESOURCES[name].filters[asked]
        if isinstance(condition, str):
            parts.append(f"({' OR '.join([condition] * len(wanted))})")
            values += wanted
            continue
        wholes = [whole for code in wanted if (whole := area(code))]
        if not any(whole.is_country for whole in wholes):
            inside = sorted({code for whole in wholes for code in within(whole.code)})
            parts.append(f"({' OR '.join(f'{c} IN (SELECT unnest(?))' for c in condition)})")
            values += [inside] * len(condition)
    return " AND ".join(parts), values


def page(
    name: str,
    filters: Mapping[str, Sequence[str]],
    limit: int,
    offset: int = 0,
    after: Sequence[str] = (),
    *,
    shape: bool = False,
) -> tuple[pyarrow.Table, int, list[str] | None]:
    """A page of a resource, how many rows there are in all, and what the page after it is `after`,
    None for the last; with `shape` a last column of that name.

    A filter keeps the rows that hold one of its values. To begin behind a row costs the same
    wherever it is; `offset` counts all rows before. Raises KeyError for a resource or filter that
    is not there, ValueError for an `after` of another resource.
    """
    resource = RESOURCES[name]
    wanted = tuple((f, tuple(v)) for f, v in filters.items())
    where, values = _where(name, wanted)
    if after:
        if len(after) != len(resource.order):
            raise ValueError(f"no row of {name}")
        where += f" AND ({', '.join(resource.order)}) > ({', '.join('?' * len(after))})"
    columns = resource.columns + (f", {resource.shape} AS shape" if shape else "")
    keys = [f"{key} AS key{n}" for n, key in enumerate(resource.order)]
    sql = f"""SELECT {columns}, {", ".join(keys)} FROM {resource.tables} WHERE {where}
              ORDER BY {", ".join(resource.order)} LIMIT ? OFFSET ?"""
    asked = [*values, *after, limit + 1, offset]
    wide: pyarrow.Table = answered(lambda cursor: cursor.execute(sql, asked).to_arrow_table())
    onward = None
    if wide.num_rows > limit > 0:
        last = wide.slice(limit - 1, 1).to_pylist()[0]
        onward = [last[f"key{n}"] for n in range(len(keys))]
    here = wide.slice(0, limit).select(wide.column_names[: -len(keys)])
    return here, _count(name, wanted), onward
