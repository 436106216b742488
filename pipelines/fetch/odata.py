"""Tables of StatLine, asked by OData: version 3 at opendata.cbs.nl and dataderden.cbs.nl, version 4 at
datasets.cbs.nl.

The tables of CBS itself are read by version 4 when version 3 does not answer (its host was out for
weeks in 2026); those of third parties exist in version 3 only. What came is read in `statline.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from pipelines.fetch import statline
from pipelines.fetch.source import Get, Payloads, SourceError
from pipelines.fetch.statline import CHECK, DATA, Columns

CBS, THIRD_PARTIES = "opendata.cbs.nl", "dataderden.cbs.nl"
V4 = "https://datasets.cbs.nl/odata/v1/CBS"
LARGE_AREAS = "startswith(WijkenEnBuurten,'NL') or startswith(WijkenEnBuurten,'GM')"
A_FEW_AREAS = "startswith(WijkenEnBuurten,'NL') or startswith(WijkenEnBuurten,'WK1680')"


class Edition(NamedTuple):
    """One year of a table that is published anew, under another id, every year."""

    year: int
    table: str


def newest(get: Get, title: str, pinned: Edition, columns: Columns) -> Edition:
    """The newest complete edition among the tables titled `<title> <year>`; `pinned` when no newer
    one is.

    Complete is an edition that answers, has all `columns`, and has in each a figure of the country
    or a municipality, unless that is blank in the pinned one as well: CBS publishes a year first
    without, say, income.
    """

    def complete(edition: Edition) -> Edition:
        blank = _blank(get, edition.table, columns)
        lacks = blank - _blank(get, pinned.table, columns) if blank else blank
        if lacks:
            what = ", ".join(sorted(lacks))
            raise SourceError(
                f"{get.source}: {title} {edition.year} ({edition.table}) has no figure yet of {what}"
            )
        return edition

    later = sorted(
        (e for e in editions(get, title) if e.year >= pinned.year and e != pinned), reverse=True
    )
    return get.first(*(partial(complete, e) for e in later), lambda: pinned)


def editions(get: Get, title: str) -> list[Edition]:
    """The tables of CBS titled `<title> <year>`; none when the catalogue does not answer."""
    ways = {
        f"https://{CBS}/ODataCatalog/Tables": {
            "$format": "json",
            "$select": "Identifier,Title",
            "$filter": f"startswith(Title,'{title}')",
        },
        f"{V4}/Datasets": {"$filter": f"contains(Title,'{title}')"},
    }
    try:
        found = get.first(
            *(
                partial(get, f"catalogue/{title}", u, params=p, check=has_rows)
                for u, p in ways.items()
            )
        )
    except SourceError:
        return []
    titles = (
        (re.fullmatch(rf"{re.escape(title)} (\d{{4}})", t["Title"].strip()), t["Identifier"])
        for t in found["value"]
    )
    return [Edition(int(match[1]), table) for match, table in titles if match]


def _blank(get: Get, table: str, columns: Columns) -> set[str]:
    """Which columns have no figure of the country or any municipality."""
    payloads = fetch_table(get, CBS, table, columns=columns, where=LARGE_AREAS, name=CHECK + table)
    rows = statline.read_rows(payloads, CHECK + table)
    return {
        what for what, key in columns(payloads, CHECK + table).items() if rows[key].isna().all()
    }


def probe(get: Get, table: str, columns: Columns, where: str = A_FEW_AREAS) -> str:
    """Ask a table of CBS for a few rows; returns its year. Raises SourceError when a column is
    gone.
    """
    payloads = fetch_table(get, CBS, table, columns=columns, where=where)
    return str(statline.year(payloads, table))


def fetch_table(
    get: Get,
    host: str,
    table: str,
    sets: Iterable[str] = (),
    columns: Columns | None = None,
    where: str | None = None,
    name: str = "",
    counted: bool = True,
) -> Payloads:
    """Snapshot a table: its metadata, the dimensions in `sets`, and the rows that `where` (OData)
    lets through.

    Only the columns that `columns` finds come, or all; payloads are called after the table, or
    `name`. Returns them. Not `counted` is a table of more than one row an area, which the versions
    count differently: what is made of it is counted all the same.
    """
    ways = [partial(_fetch_v3, get, host), *([partial(_fetch_v4, get)] if host == CBS else [])]
    counted = counted and not (name or table).startswith(CHECK)
    return get.first(
        *(partial(way, table, list(sets), columns, where, name or table, counted) for way in ways)
    )


def _fetch_v3(
    get: Get,
    host: str,
    table: str,
    sets: list[str],
    columns: Columns | None,
    where: str | None,
    name: str,
    counted: bool,
) -> Payloads:
    api, feed = (f"https://{host}/{service}/odata/{table}" for service in ("ODataApi", "ODataFeed"))
    params = {"$format": "json"}
    out = {
        f"{name}/TableInfos": get(
            f"{name}/TableInfos", f"{api}/TableInfos", params=params, check=has_rows
        )
    }
    info = out[f"{name}/TableInfos"]["value"][0]
    version = str(info["Modified"])
    url = f"{api}/DataProperties"
    properties = get(f"{name}/DataProperties", url, params=params, version=version, check=has_rows)
    out[f"{name}/DataProperties"] = properties
    for dimension in sets:
        out |= _fetch_pages(get, f"{name}/{dimension}", f"{feed}/{dimension}", params, version)
    if where:
        params |= {"$filter": where}
    if columns:
        keys = _keys(get, url, out, name, columns)
        dimensions = [
            p["Key"]
            for p in properties["value"]
            if p.get("Key") and not p["Type"].startswith("Topic")
        ]
        params |= {"$select": ",".join(["ID", *dimensions, *keys])}
    pages = _fetch_pages(get, f"{name}/{DATA}", f"{feed}/{DATA}", params, version, counted)
    rows, expected = sum(len(page["value"]) for page in pages.values()), info.get("RecordCount")
    if not where and expected and rows != expected:
        raise get.fail(feed, f"{rows:,} rows came of the {expected:,} announced")
    return out | pages


def _fetch_v4(
    get: Get,
    table: str,
    sets: list[str],
    columns: Columns | None,
    where: str | None,
    name: str,
    counted: bool,
) -> Payloads:
    base = f"{V4}/{table}"
    out = {
        f"{name}/Properties": get(f"{name}/Properties", f"{base}/Properties", check=_is_described)
    }
    version = str(out[f"{name}/Properties"]["Modified"])
    url = f"{base}/MeasureCodes"
    measures = get(f"{name}/MeasureCodes", url, version=version, check=has_rows)
    out[f"{name}/MeasureCodes"] = measures
    if any(m["MeasureGroupId"] for m in measures["value"]):  # a table without groups answers 404
        groups = f"{name}/MeasureGroups"
        out[groups] = get(groups, f"{base}/MeasureGroups", version=version, check=has_rows)
    for dimension in sets:  # an area is a row of version 3
        out |= _fetch_pages(
            get, f"{name}/{dimension}Codes", f"{base}/{dimension}Codes", {}, version, counted
        )
    parts = [f"({where})"] if where else []
    if columns:
        codes = ",".join(f"'{key}'" for key in _keys(get, url, out, name, columns))
        parts.append(f"Measure in ({codes})")
    params = {"$filter": " and ".join(parts)} if parts else {}
    url = f"{base}/Observations"
    expected = get(
        f"{name}/count", f"{url}/$count", params=params, version=version, check=_is_number
    )
    pages = _fetch_pages(get, f"{name}/Observations", url, params, version)
    cells = sum(len(page["value"]) for page in pages.values())
    if cells != expected:
        raise get.fail(url, f"{cells:,} observations came of the {expected:,} announced")
    return out | pages


def _keys(get: Get, url: str, payloads: Payloads, name: str, columns: Columns) -> Iterable[str]:
    try:
        return columns(payloads, name).values()
    except ValueError as e:
        raise get.fail(url, str(e)) from e


def _fetch_pages(
    get: Get, name: str, url: str, params: Mapping[str, str], version: str, counted: bool = False
) -> dict[str, Any]:
    """All pages of a set. A next link is followed as it is: it carries the parameters already."""
    out: dict[str, Any] = {}
    where, asked, seen = url, params or None, set[Any]()
    while where:
        page = get(
            f"{name}/{len(out)}",
            where,
            params=asked,
            version=version,
            check=has_rows,
            rows=(lambda body: len(body["value"])) if counted else None,
        )
        ids = [
            next(row[key] for key in ("ID", "Id", "Key", "Identifier") if key in row)
            for row in page["value"]
        ]
        if seen.intersection(ids):
            raise get.fail(where, f"page {len(out) + 1} repeats rows of an earlier page")
        seen.update(ids)
        out[f"{name}/{len(out)}"] = page
        where, asked = page.get("odata.nextLink") or page.get("@odata.nextLink"), None
    return out


def has_rows(body: Any) -> None:
    """Refuse an answer that is no OData or has no rows: that is how a table id in the wrong case is
    answered.
    """
    if not isinstance(body, dict) or "value" not in body:
        raise ValueError("not an OData answer: no 'value'")
    if not body["value"]:
        raise ValueError("200 without rows")


def _is_described(body: Any) -> None:
    if not isinstance(body, dict) or not {"Title", "Modified"} <= body.keys():
        raise ValueError("not the properties of a table: no 'Title' and 'Modified'")


def _is_number(body: Any) -> None:
    if not isinstance(body, int):
        raise ValueError(f"not a number of observations: {str(body)[:60]!r}")
