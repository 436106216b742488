"""RIVM Gezondheidsmonitor Jongvolwassenen 2024, CC BY 4.0: health and wellbeing of residents aged
16 to 25.

A survey; figures of the country and of municipalities (regions of health services are left out).
Quirks: columns are found by their name without its number, for nobody published their titles; the
country is NL01; a blank of a municipality is one where too few answered, so it was withheld. Where
the publisher gives the bounds of its 95 % interval they are ours too.
"""

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Gezondheidsmonitor Jongvolwassenen 2024",
    publisher="RIVM, GGD'en, CBS",
    licence="CC-BY-4.0",
    url="https://dataderden.cbs.nl/statline/#/RIVM/nl/dataset/50140NED",
    cadence="every two to three years",
    attribution="Bron: RIVM, GGD'en, CBS",
)
TABLE = "50140NED"
EVERYONE = "Persoonskenmerken eq 'T009002'"
COUNTRY, MUNICIPALITIES = "startswith(RegioS,'NL')", "startswith(RegioS,'GM')"
ESTIMATE, BOUNDS = "MW00000", {"low": "MOG0095", "high": "MBG0095"}
METHOD = "publisher_95"


def _columns(payloads: Payloads, table: str) -> dict[str, str]:
    return {
        i.column: statline.keyed(payloads, table, i.column)
        for i in catalogue.load().of_source("rivm_young_adults")
    }


def probe(get: Get) -> str:
    """The country."""
    where = f"{EVERYONE} and {COUNTRY}"
    payloads = odata.fetch_table(get, odata.THIRD_PARTIES, TABLE, columns=_columns, where=where)
    return str(statline.year(payloads, TABLE))


def fetch(get: Get) -> None:
    """The country and the municipalities, and their names."""
    where = f"{EVERYONE} and ({COUNTRY} or {MUNICIPALITIES})"
    odata.fetch_table(get, odata.THIRD_PARTIES, TABLE, ["RegioS"], _columns, where)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation, in percent."""
    rows, columns = statline.read_rows(payloads, TABLE), _columns(payloads, TABLE)
    names = statline.read_rows(payloads, TABLE, "RegioS").set_index("Key")["Title"]
    year = statline.year(payloads, TABLE)
    frames = []
    for i in indicators:
        of = rows.pivot(index="RegioS", columns="Marges", values=columns[i.column]).astype(float)
        frame = pd.DataFrame(
            {"area": of.index, "value": of[ESTIMATE].to_numpy(), "indicator": i.id}
        )
        for bound, margin in BOUNDS.items():
            if margin in of:
                frame[bound], frame["method"] = of[margin].to_numpy(), METHOD
        frames.append(frame)
    out = pd.concat(frames, ignore_index=True)
    out = out.assign(
        area_name=out["area"].map(names), area_year=year, period=str(year), status=None
    )
    out.loc[out["value"].isna(), "status"] = "suppressed"
    return {"observation": out.assign(area=out["area"].replace({"NL01": "NL00"}))}
