"""What a snapshot of a table of StatLine says, whether it came by version 3 of OData or by version 4:
one row an area, one column a measure.

Columns are found by their *title*, never by the number at the end of the name: that number changes
within one table. Keys come padded with blanks and are stripped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch.source import Payloads

DATA = "TypedDataSet"
CHECK = "check/"  # before the names of the payloads that only tell whether an edition is complete
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


def tables(payloads: Payloads) -> list[str]:
    """The ids of the tables whose rows a snapshot holds."""
    names = {
        name.split("/")[0]
        for name in payloads
        if name.endswith((f"/{DATA}/0", "/Observations/0")) and not name.startswith(CHECK)
    }
    return sorted(names)


def table(payloads: Payloads) -> str:
    """The id of the one table whose rows a snapshot holds: that is the edition it was."""
    codes = tables(payloads)
    if len(codes) != 1:
        raise ValueError(
            f"rows of {len(codes)} tables in one snapshot: {', '.join(codes) or 'none'}"
        )
    return codes[0]


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
    """One row an area (and period, where a table has those), as version 3 has them, of the cells of
    version 4; a cell that did not come is missing.
    """
    cells = pd.DataFrame(_read_pages(payloads, f"{table}/Observations"))
    dimensions = [*cells.columns.difference(list(CELL))]
    figure = cells["Value"].astype(object)
    cells = (
        cells[[*dimensions, "Measure"]]
        .apply(lambda column: column.str.strip())
        .assign(cell=figure.where(figure.notna(), cells["StringValue"].str.strip()))
    )
    measures = [m["Identifier"].strip() for m in payloads[f"{table}/MeasureCodes"]["value"]]
    wide = cells.pivot(index=dimensions, columns="Measure", values="cell").reindex(columns=measures)
    if len(dimensions) == 1:
        (dimension,) = dimensions
        everywhere = f"{table}/{dimension}Codes/0" in payloads
        known = _read_codes(payloads, table, dimension)["Key"] if everywhere else cells[dimension]
        wide = wide.reindex(index=known.unique())
    return wide.rename_axis(index=dimensions, columns=None).reset_index().infer_objects()


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
    matches = []
    for p in found_topics:
        chain = titles(p)
        # each wanted title must appear in this order, the last one as the column's own
        if p.get("Key") and chain[-1] == wanted[-1]:
            rest = iter(chain)
            if all(any(t == w for t in rest) for w in wanted):
                matches.append(p["Key"])
    return _only(matches, table, f"titled {path!r}")


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
