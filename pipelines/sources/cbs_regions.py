"""CBS Gebieden in Nederland (2024 is 85755NED), CC BY 4.0: which province a municipality is in.

Of the year of the areas, not the newest. Quirk: the table has a pair of columns `Code` and `Naam`
for every division of the country, all with the same two titles. The pair of the provinces is the
one whose codes begin with PV.
"""

from itertools import pairwise

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, Tables
from pipelines.sources import cbs_kwb

SOURCE = Source(
    title="Gebieden in Nederland",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85755NED",
    cadence="yearly",
    attribution="Bron: CBS",
)
TITLE, PINNED = "Gebieden in Nederland", odata.Edition(2024, "85755NED")


def _table(get: Get) -> str:
    """The edition of the year of the areas."""
    return dict([PINNED, *odata.editions(get, TITLE)]).get(cbs_kwb.newest(get).year, PINNED.table)


def probe(get: Get) -> str:
    """One municipality."""
    table = _table(get)
    payloads = odata.fetch_table(get, odata.CBS, table, where="startswith(RegioS,'GM0363')")
    _columns(payloads, table, statline.read_rows(payloads, table))
    return str(statline.year(payloads, table))


def fetch(get: Get) -> None:
    """All municipalities of the table."""
    odata.fetch_table(get, odata.CBS, _table(get), ["RegioS"])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table province(municipality, year, code, province): the code and name of its province."""
    table = statline.table(payloads)
    rows = statline.read_rows(payloads, table)
    code, name = _columns(payloads, table, rows)
    year = statline.year(payloads, table)
    columns = {"municipality": rows["RegioS"], "year": year, "code": rows[code]}
    return {"province": pd.DataFrame(columns | {"province": rows[name]})}


def _columns(payloads: Payloads, table: str, rows: pd.DataFrame) -> tuple[str, str]:
    """The columns of the codes of provinces and of their names."""
    topics = [p for p in statline.topics(payloads, table) if p.get("Key")]
    for code, name in pairwise(topics):
        titles = (code["Title"].strip(), name["Title"].strip())
        if titles == ("Code", "Naam") and rows[code["Key"]].str.startswith("PV").all():
            return str(code["Key"]), str(name["Key"])
    raise ValueError(
        f"table {table}: no column of province codes ('Code', PV..) with their names ('Naam') behind it"
    )
