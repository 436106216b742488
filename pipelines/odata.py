"""CBS OData version 3, as opendata.cbs.nl and dataderden.cbs.nl serve it.

ODataFeed is used for rows (pages of 10,000 with a next link that must be followed as it is), ODataApi for metadata.
Columns are found by their *title* in DataProperties, never by the number at the end of the name: that number changes
within one table. Keys come padded with blanks and are stripped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads


def fetch_table(get: Get, host: str, table: str, sets: Iterable[str] = (), where: str | None = None) -> None:
    """Snapshot a table: TableInfos, DataProperties, the dimensions in `sets`, and TypedDataSet filtered by `where`."""
    info_url = f"https://{host}/ODataApi/odata/{table}/TableInfos"
    info = get(f"{table}/TableInfos", info_url, params={"$format": "json"}, check=has_rows)["value"][0]
    version = str(info["Modified"])
    get(
        f"{table}/DataProperties",
        f"https://{host}/ODataApi/odata/{table}/DataProperties",
        params={"$format": "json"},
        version=version,
        check=has_rows,
    )
    for name in sets:
        _fetch_pages(get, host, table, name, version, None)
    rows = _fetch_pages(get, host, table, "TypedDataSet", version, where)
    expected = info.get("RecordCount")
    if where is None and expected and rows != expected:
        raise get.fail(info_url, f"{rows:,} rows came of the {expected:,} announced")


def _fetch_pages(get: Get, host: str, table: str, name: str, version: str, where: str | None) -> int:
    url: str | None = f"https://{host}/ODataFeed/odata/{table}/{name}"
    params: dict[str, str] | None = {"$format": "json", **({"$filter": where} if where else {})}
    number, seen, rows = 0, set[Any](), 0
    while url:
        page = get(
            f"{table}/{name}/{number}",
            url,
            params=params,
            version=version,
            check=has_rows,
            rows=(lambda body: len(body["value"])) if name == "TypedDataSet" else None,
        )
        ids = [row.get("ID", row.get("Key")) for row in page["value"]]
        if seen.intersection(ids):
            raise get.fail(url, f"page {number + 1} repeats rows of an earlier page")
        seen.update(ids)
        rows += len(ids)
        url, params, number = page.get("odata.nextLink"), None, number + 1
    return rows


def has_rows(body: Any) -> None:
    """Refuse an answer that is no OData or has no rows: that is how a table id in the wrong case is answered."""
    if not isinstance(body, dict) or "value" not in body:
        raise ValueError("not an OData answer: no 'value'")
    if not body["value"]:
        raise ValueError("200 without rows")


def read_rows(payloads: Payloads, table: str, name: str = "TypedDataSet") -> pd.DataFrame:
    """All pages of one set as a frame; text is stripped of its padding."""
    pages = [payloads[f"{table}/{name}/{n}"]["value"] for n in range(_count(payloads, f"{table}/{name}/"))]
    df = pd.DataFrame([row for page in pages for row in page])
    for column in df.columns[df.dtypes.map(pd.api.types.is_string_dtype)]:
        df[column] = df[column].str.strip()
    return df


def _count(payloads: Payloads, prefix: str) -> int:
    return sum(name.startswith(prefix) for name in payloads)


def column(payloads: Payloads, table: str, path: str) -> str:
    """The name of the column with that title, or path of titles (`Museum > Aantal musea > Binnen 5 km`).

    Raises ValueError when no column or more than one answers to it.
    """
    properties = payloads[f"{table}/DataProperties"]["value"]
    by_id = {p["ID"]: p for p in properties}

    def titles(p: dict[str, Any]) -> list[str]:
        parent = by_id.get(p.get("ParentID"))
        return [*(titles(parent) if parent else []), p["Title"].strip()]

    wanted = [t.strip() for t in path.split(" > ")]
    found = []
    for p in properties:
        chain = titles(p)
        # each wanted title must appear in this order, the last one as the column's own
        if p.get("Key") and chain[-1] == wanted[-1]:
            rest = iter(chain)
            if all(any(t == w for t in rest) for w in wanted):
                found.append(p["Key"])
    if len(found) != 1:
        raise ValueError(f"table {table}: {'no column is' if not found else 'several columns are'} titled {path!r}")
    return str(found[0])


def observations(
    payloads: Payloads,
    table: str,
    indicators: list[Indicator],
    period: str,
    area_year: int,
    rows: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per indicator and area from a neighbourhood table (`WijkenEnBuurten`), for the levels an indicator has.

    Columns indicator, area, area_name, area_year, period, value; a blank value is NaN and gets its status in the
    build. The country is NL00 in every result (RIVM calls it NL01).
    """
    rows = read_rows(payloads, table) if rows is None else rows
    titles = read_rows(payloads, table, "WijkenEnBuurten").set_index("Key")["Title"]
    code = rows["WijkenEnBuurten"].replace({"NL01": "NL00"})
    level = code.str[:2].map({"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"})
    base = pd.DataFrame(
        {"area": code, "area_name": rows["WijkenEnBuurten"].map(titles), "area_year": area_year, "period": period}
    )
    frames = []
    for i in indicators:
        values = pd.to_numeric(rows[column(payloads, table, i.column)])
        inside = level.isin(i.levels)
        frames.append(base[inside].assign(indicator=i.id, value=values[inside]))
    return pd.concat(frames, ignore_index=True)
