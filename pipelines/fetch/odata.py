"""CBS OData: version 3 at opendata.cbs.nl and dataderden.cbs.nl, and version 4 at datasets.cbs.nl.

The tables of CBS itself are read by version 4 when version 3 does not answer (its host was out for
weeks in 2026); those of third parties exist in version 3 only. The readers below give the same
frame of either: one row an area, one column a measure. Columns are found by their *title*, never by
the number at the end of the name: that number changes within one table. Keys come padded with
blanks and are stripped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch.source import Get, Payloads, SourceError

CBS, THIRD_PARTIES = "opendata.cbs.nl", "dataderden.cbs.nl"
V4 = "https://datasets.cbs.nl/odata/v1/CBS"
DATA = "TypedDataSet"
CHECK = "check/"  # before the names of the payloads that only tell whether an edition is complete
LARGE_AREAS = "startswith(WijkenEnBuurten,'NL') or startswith(WijkenEnBuurten,'GM')"
A_FEW_AREAS = "startswith(WijkenEnBuurten,'NL') or startswith(WijkenEnBuurten,'WK1680')"
CELL = (
    "Id",
    "Measure",
    "ValueAttribute",
    "Value",
    "StringValue",
)  # of version 4; what is left are the dimensions

Columns = Callable[[Payloads, str], dict[str, str]]
"""Finds the columns of a table in its metadata: what each stands for, to its name. Raises
ValueError without one.
"""


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
    rows = read_rows(payloads, CHECK + table)
    return {
        what for what, key in columns(payloads, CHECK + table).items() if rows[key].isna().all()
    }


def probe(get: Get, table: str, columns: Columns, where: str = A_FEW_AREAS) -> str:
    """Ask a table of CBS for a few rows; returns its year. Raises SourceError when a column is
    gone.
    """
    payloads = fetch_table(get, CBS, table, columns=columns, where=where)
    return str(year(payloads, table))


def fetch_table(
    get: Get,
    host: str,
    table: str,
    sets: Iterable[str] = (),
    columns: Columns | None = None,
    where: str | None = None,
    name: str = "",
) -> Payloads:
    """Snapshot a table: its metadata, the dimensions in `sets`, and the rows that `where` (OData)
    lets through.

    Only the columns that `columns` finds come, or all; payloads are called after the table, or
    `name`. Returns them.
    """
    ways = [partial(_fetch_v3, get, host), *([partial(_fetch_v4, get)] if host == CBS else [])]
    return get.first(
        *(partial(way, table, list(sets), columns, where, name or table) for way in ways)
    )


def _fetch_v3(
    get: Get,
    host: str,
    table: str,
    sets: list[str],
    columns: Columns | None,
    where: str | None,
    name: str,
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
    pages = _fetch_pages(
        get, f"{name}/{DATA}", f"{feed}/{DATA}", params, version, not name.startswith(CHECK)
    )
    rows, expected = sum(len(page["value"]) for page in pages.values()), info.get("RecordCount")
    if not where and expected and rows != expected:
        raise get.fail(feed, f"{rows:,} rows came of the {expected:,} announced")
    return out | pages


def _fetch_v4(
    get: Get, table: str, sets: list[str], columns: Columns | None, where: str | None, name: str
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
            get, f"{name}/{dimension}Codes", f"{base}/{dimension}Codes", {}, version, counted=True
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


def tables(payloads: Payloads) -> list[str]:
    """The ids of the tables whose rows a snapshot holds."""
    found = {
        name.split("/")[0]
        for name in payloads
        if name.endswith((f"/{DATA}/0", "/Observations/0")) and not name.startswith(CHECK)
    }
    return sorted(found)


def table(payloads: Payloads) -> str:
    """The id of the one table whose rows a snapshot holds: that is the edition it was."""
    found = tables(payloads)
    if len(found) != 1:
        raise ValueError(
            f"rows of {len(found)} tables in one snapshot: {', '.join(found) or 'none'}"
        )
    return found[0]


def year(payloads: Payloads, table: str) -> int:
    """The year of a table's areas: the last one in its title. Raises ValueError when the title has
    none.
    """
    v3 = payloads.get(f"{table}/TableInfos")
    title = (v3["value"][0] if v3 else payloads[f"{table}/Properties"])["Title"]
    years = re.findall(r"\b(?:19|20)\d\d\b", title)
    if not years:
        raise ValueError(f"table {table}: no year in its title {title!r}")
    return int(max(years))


def read_rows(payloads: Payloads, table: str, name: str = DATA) -> pd.DataFrame:
    """All pages of one set as a frame; text is stripped of its padding. A missing figure is None or
    NaN.
    """
    if f"{table}/MeasureCodes" in payloads:
        return _read_cells(payloads, table) if name == DATA else _read_codes(payloads, table, name)
    df = pd.DataFrame(_read_pages(payloads, f"{table}/{name}"))
    for column in df.columns[df.dtypes.map(pd.api.types.is_string_dtype)]:
        df[column] = df[column].str.strip()
    return df


def _read_pages(payloads: Payloads, name: str) -> list[dict[str, Any]]:
    number = sum(found.startswith(f"{name}/") for found in payloads)
    return [row for n in range(number) for row in payloads[f"{name}/{n}"]["value"]]


def _read_codes(payloads: Payloads, table: str, dimension: str) -> pd.DataFrame:
    rows = _read_pages(payloads, f"{table}/{dimension}Codes")
    return pd.DataFrame(
        {"Key": row["Identifier"].strip(), "Title": row["Title"].strip()} for row in rows
    )


def _read_cells(payloads: Payloads, table: str) -> pd.DataFrame:
    """One row an area, as version 3 has them, of the cells of version 4; a cell that did not come
    is missing.
    """
    cells = pd.DataFrame(_read_pages(payloads, f"{table}/Observations"))
    (dimension,) = cells.columns.difference(list(CELL))
    area, measure = cells[dimension].str.strip(), cells["Measure"].str.strip()
    figure = cells["Value"].astype(object)
    cells = pd.DataFrame(
        {
            dimension: area,
            "Measure": measure,
            "cell": figure.where(figure.notna(), cells["StringValue"].str.strip()),
        }
    )
    everywhere = f"{table}/{dimension}Codes/0" in payloads
    areas = _read_codes(payloads, table, dimension)["Key"] if everywhere else area.unique()
    measures = [m["Identifier"].strip() for m in payloads[f"{table}/MeasureCodes"]["value"]]
    wide = cells.pivot(index=dimension, columns="Measure", values="cell").reindex(
        index=areas, columns=measures
    )
    return wide.rename_axis(index=dimension, columns=None).reset_index().infer_objects()


def topics(payloads: Payloads, table: str) -> list[dict[str, Any]]:
    """The columns and groups of a table in their order: ID, ParentID, Title, and of a column its
    name as Key.
    """
    v3 = payloads.get(f"{table}/DataProperties")
    if v3:
        return list(v3["value"])
    groups = payloads.get(f"{table}/MeasureGroups", {"value": []})["value"]
    measures = payloads[f"{table}/MeasureCodes"]["value"]
    return [
        *(
            {"ID": f"group {g['Id']}", "ParentID": f"group {g['ParentId']}", "Title": g["Title"]}
            for g in groups
        ),
        *(
            {
                "ID": m["Identifier"],
                "ParentID": f"group {m['MeasureGroupId']}",
                "Title": m["Title"],
                "Key": m["Identifier"].strip(),
            }
            for m in measures
        ),
    ]


def column(payloads: Payloads, table: str, path: str) -> str:
    """The name of the column with that title, or path of titles (`Museum > Aantal musea > Binnen 5
    km`).

    Raises ValueError when no column or more than one answers to it.
    """
    found_topics = topics(payloads, table)
    by_id = {p["ID"]: p for p in found_topics}

    def titles(p: dict[str, Any]) -> list[str]:
        parent = by_id.get(p.get("ParentID"))
        return [*(titles(parent) if parent else []), p["Title"].strip()]

    wanted = [t.strip() for t in path.split(" > ")]
    found = []
    for p in found_topics:
        chain = titles(p)
        # each wanted title must appear in this order, the last one as the column's own
        if p.get("Key") and chain[-1] == wanted[-1]:
            rest = iter(chain)
            if all(any(t == w for t in rest) for w in wanted):
                found.append(p["Key"])
    return _only(found, table, f"titled {path!r}")


def keyed(payloads: Payloads, table: str, stem: str) -> str:
    """The name of the column called `<stem>_<number>`. Raises ValueError when none or more than one
    is.
    """
    keys = (p.get("Key") or "" for p in topics(payloads, table))
    return _only(
        [key for key in keys if re.fullmatch(rf"{re.escape(stem)}_\d+", key)],
        table,
        f"called {stem!r}",
    )


def _only(found: list[str], table: str, what: str) -> str:
    if len(found) != 1:
        table = table.removeprefix(CHECK)
        raise ValueError(
            f"table {table}: {'no column is' if not found else 'several columns are'} {what}"
        )
    return str(found[0])


def of_source(source: str, *more: str) -> Columns:
    """Finds the columns that the catalogue's indicators of a source name, and those with `more`
    titles.
    """

    def columns(payloads: Payloads, table: str) -> dict[str, str]:
        wanted = [*(i.column for i in catalogue.load().of_source(source)), *more]
        return {path: column(payloads, table, path) for path in wanted}

    return columns


def observations(
    payloads: Payloads,
    table: str,
    indicators: list[Indicator],
    columns: Mapping[str, str],
    period: str,
    rows: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per indicator and area from a neighbourhood table (`WijkenEnBuurten`), for the levels
    an indicator has.

    `columns` says which column of `rows` is the `column` of an indicator. Columns indicator, area,
    area_name, area_year, period, value; a blank value is NaN and gets its status in the build. The
    country is NL00 in every result (RIVM calls it NL01).
    """
    rows = read_rows(payloads, table) if rows is None else rows
    titles = read_rows(payloads, table, "WijkenEnBuurten").set_index("Key")["Title"]
    code = rows["WijkenEnBuurten"].replace({"NL01": "NL00"})
    level = code.str[:2].map({"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"})
    base = pd.DataFrame(
        {
            "area": code,
            "area_name": rows["WijkenEnBuurten"].map(titles),
            "area_year": year(payloads, table),
            "period": period,
        }
    )
    frames = []
    for i in indicators:
        values = pd.to_numeric(rows[columns[i.column]]).astype(float)
        inside = level.isin(i.levels)
        frames.append(base[inside].assign(indicator=i.id, value=values[inside]))
    return pd.concat(frames, ignore_index=True)
