"""RIVM Gezondheid per wijk en buurt, CC BY 4.0: health and wellbeing of residents aged 18 and over.

Model estimates for small areas, not counts. The newest table that answers and has every column; of each figure the
newest period that has it. Quirks: a table holds several periods and ages on the areas of one year, the last in its
title; columns are found by their name without its number, for nobody published their titles; the country is NL01; a
name that repeats the code is no name, and such an area is matched to the areas of today by its code alone. Where the
publisher gives the bounds of its 95 % interval they are ours too.
"""

from functools import partial

import pandas as pd

from pipelines import catalogue, odata
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, SourceError, Tables

SOURCE = Source(
    title="Gezondheid per wijk en buurt",
    publisher="RIVM, GGD'en, CBS",
    licence="CC-BY-4.0",
    url="https://dataderden.cbs.nl/statline/#/RIVM/nl/dataset/50090NED",
    cadence="every two to four years",
    attribution="Bron: RIVM, GGD'en, CBS",
)
TABLES = ("50150NED", "50120NED", "50090NED")  # newest first; the periods until 2024, 2022 and 2020
ADULTS = "Leeftijd eq '20300'"  # aged 18 and over
ESTIMATE, BOUNDS = "MW00000", {"low": "MOG0095", "high": "MBG0095"}
METHOD = "publisher_95"


def _columns(payloads: Payloads, table: str) -> dict[str, str]:
    return {i.column: odata.keyed(payloads, table, i.column) for i in catalogue.load().of_source("rivm_health")}


def _periods(rows: pd.DataFrame, columns: dict[str, str]) -> dict[str, str]:
    """The newest period with an estimate, per column; ValueError where none has one."""
    rows = rows[rows["Marges"] == ESTIMATE]
    newest = {what: rows.loc[rows[key].notna(), "Perioden"].max() for what, key in columns.items()}
    for what, period in newest.items():
        if pd.isna(period):
            raise ValueError(f"no figure in any period of {what!r}")
    return newest


def _country(get: Get, table: str) -> list[str]:
    """The periods to fetch, from the rows of the country."""
    where = f"{ADULTS} and startswith(WijkenEnBuurten,'NL')"
    name = odata.CHECK + table
    payloads = odata.fetch_table(get, odata.THIRD_PARTIES, table, columns=_columns, where=where, name=name)
    try:
        return sorted(set(_periods(odata.read_rows(payloads, name), _columns(payloads, name)).values()))
    except ValueError as e:
        raise SourceError(f"{get.source}: https://{odata.THIRD_PARTIES} table {table}: {e}") from e


def probe(get: Get) -> str:
    """The country in all periods."""
    return get.first(*(partial(_country, get, table) for table in TABLES))[-1][:4]


def fetch(get: Get) -> None:
    """The estimates for adults in all regions with their bounds, and the regions' names."""

    def all_regions(table: str) -> None:
        periods = " or ".join(f"Perioden eq '{period}'" for period in _country(get, table))
        where = f"{ADULTS} and ({periods})"
        odata.fetch_table(get, odata.THIRD_PARTIES, table, ["WijkenEnBuurten"], _columns, where)

    get.first(*(partial(all_regions, table) for table in TABLES))


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    table = odata.table(payloads)
    rows, columns = odata.read_rows(payloads, table), _columns(payloads, table)
    frames = []
    for what, period in _periods(rows, columns).items():
        mine = [i for i in indicators if i.column == what]
        of = {
            margin: odata.observations(payloads, table, mine, columns, period[:4], group)
            for margin, group in rows[rows["Perioden"] == period].groupby("Marges")
        }
        frame = of[ESTIMATE]
        for bound, margin in BOUNDS.items():
            if margin in of:
                frame[bound] = frame["area"].map(of[margin].set_index("area")["value"])
                frame["method"] = METHOD
        frames.append(frame)
    observation = pd.concat(frames, ignore_index=True)
    named = observation["area_name"] != observation["area"]
    return {"observation": observation.assign(area_name=observation["area_name"].where(named))}
