"""Iv3: what municipalities budget for culture and what is near it, what they spent and received, CC
BY 4.0.

One table a year, found through the catalogue of dataderden.cbs.nl: the three most recent years. An
indicator's `column` is the report, which side of it, and its task fields: `Jaarrekening: 5.3, 5.4`
is all expenditure (categories L*), `Jaarrekening baten: 5.3` all revenue (B*), `Jaarrekening lasten
min baten: 5.3` the net cost. Budget and accounts are never mixed. In euros. Quirks: amounts are in
thousands of euros; the second placing corrects the first where there is one; a task field without
bookings is nothing spent when the municipality reported any of the fields, and unknown when it did
not; small negative amounts are real.
"""

import re
from datetime import UTC, datetime

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Informatie voor derden (Iv3), gemeenten",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://dataderden.cbs.nl/statline/#/IV3/nl/",
    cadence="budget yearly in spring, accounts yearly in autumn",
    attribution="Bron: CBS, Iv3",
)
TITLE = re.compile(r"Gemeenten (\d{4}) onbewerkte Iv3-data")
FIELDS = (
    "4.3",
    "5.1",
    "5.2",
    "5.3",
    "5.4",
    "5.5",
    "5.6",
    "6.1",
)  # education, sport (2), culture (4), community work
YEARS = 3
REPORTS = {"Begroting": "X000", "Jaarrekening": "X005"}
FIRST, SECOND = "1e plaatsing", "2e plaatsing"


def probe(get: Get) -> str:
    """The newest table, what Amsterdam budgets for museums."""
    table = _recent(get)[-1]
    where = "startswith(TaakveldBalanspost,'5.4') and startswith(Gemeenten,'GM0363')"
    payloads = odata.fetch_table(get, odata.THIRD_PARTIES, table, where=where)
    for title in (FIRST, SECOND):
        statline.column(payloads, table, title)
    return str(statline.year(payloads, table))


def _recent(get: Get) -> list[str]:
    """The ids of the most recent tables, oldest first."""
    url = f"https://{odata.THIRD_PARTIES}/ODataCatalog/Tables"
    params = {"$format": "json", "$select": "Identifier,Title", "$filter": "Catalog eq 'IV3'"}
    found = _tables(get("catalogue", url, params=params, check=odata.has_rows))
    recent = [table for year, table in sorted(found.items()) if year <= datetime.now(UTC).year][
        -YEARS:
    ]
    if not recent:
        raise get.fail(url, "no table is titled 'Gemeenten .... onbewerkte Iv3-data'")
    return recent


def fetch(get: Get) -> None:
    """The list of tables, then the task fields of the most recent ones."""
    where = " or ".join(f"startswith(TaakveldBalanspost,'{field}')" for field in FIELDS)
    for table in _recent(get):
        odata.fetch_table(get, odata.THIRD_PARTIES, table, ["Gemeenten"], where=where)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation, in euros per municipality; the build divides by residents."""
    fetched = {
        y: table
        for y, table in _tables(payloads["catalogue"]).items()
        if f"{table}/TableInfos" in payloads
    }
    frames = [_year(payloads, table, year, indicators) for year, table in fetched.items()]
    return {"observation": pd.concat(frames, ignore_index=True)}


def _tables(catalogue: dict[str, list[dict[str, str]]]) -> dict[int, str]:
    """Year to table id."""
    titles = ((TITLE.fullmatch(t["Title"].strip()), t["Identifier"]) for t in catalogue["value"])
    return {int(match[1]): table for match, table in titles if match}


def _year(payloads: Payloads, table: str, year: int, indicators: list[Indicator]) -> pd.DataFrame:
    rows = statline.read_rows(payloads, table)
    first, second = (
        pd.to_numeric(rows[statline.column(payloads, table, title)]) for title in (FIRST, SECOND)
    )
    rows["amount"] = second.fillna(first)
    if not (rows["amount"].abs() < 10).any():
        raise ValueError(
            f"table {table}: no amount is below 10 thousand euros; is it still in thousands?"
        )
    reported = rows["amount"].notna().groupby([rows["Verslagsoort"], rows["Gemeenten"]]).any()
    spent, received = (
        _by_field(rows[rows["Categorie"].str.startswith(category)], reported) for category in "LB"
    )
    by_side = {"": spent, "baten": received, "lasten min baten": spent - received}
    names = statline.read_rows(payloads, table, "Gemeenten").set_index("Key")["Title"]
    frames = []
    for i in indicators:
        head, fields = i.column.split(": ")
        report, _, side = head.partition(" ")
        kind = f"{year}{REPORTS[report]}"
        if kind in reported.index:
            total = by_side[side][fields.split(", ")].sum(axis=1, min_count=1).xs(kind) * 1000
            frames.append(
                pd.DataFrame({"indicator": i.id, "area": total.index, "value": total.to_numpy()})
            )
    out = pd.concat(frames, ignore_index=True)
    return out.assign(area_name=out["area"].map(names), area_year=year, period=str(year))


def _by_field(rows: pd.DataFrame, reported: pd.Series) -> pd.DataFrame:
    """A row per report and municipality, a column per task field, in thousands of euros."""
    amount = (
        rows.groupby([*reported.index.names, "TaakveldBalanspost"])["amount"]
        .sum(min_count=1)
        .unstack()
    )
    amount = amount[list(FIELDS)].reindex(reported.index)
    return amount.apply(lambda field: field.fillna(0).where(reported))
