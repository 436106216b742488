"""CBS Gebieden in Nederland 2024 (85755NED), CC BY 4.0: which province a municipality is in.

Quirk: the table has a pair of columns `Code` and `Naam` for every division of the country, all with the same two
titles. The pair of the provinces is the one whose codes begin with PV.
"""

from itertools import pairwise

import pandas as pd

from pipelines import odata
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Gebieden in Nederland 2024",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85755NED",
    cadence="yearly",
    attribution="Bron: CBS",
)
HOST, TABLE = "opendata.cbs.nl", "85755NED"


def fetch(get: Get) -> None:
    """All municipalities of the table."""
    odata.fetch_table(get, HOST, TABLE)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table province(municipality, province)."""
    rows = odata.read_rows(payloads, TABLE)
    names = rows[_name_column(payloads, rows)]
    return {"province": pd.DataFrame({"municipality": rows["RegioS"], "province": names})}


def _name_column(payloads: Payloads, rows: pd.DataFrame) -> str:
    topics = [p for p in payloads[f"{TABLE}/DataProperties"]["value"] if p.get("Key")]
    for code, name in pairwise(topics):
        titles = (code["Title"].strip(), name["Title"].strip())
        if titles == ("Code", "Naam") and rows[code["Key"]].str.startswith("PV").all():
            return str(name["Key"])
    raise ValueError(f"table {TABLE}: no column of province codes ('Code', PV..) with their names ('Naam') behind it")
