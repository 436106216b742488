"""RIVM Gezondheid per wijk en buurt, CC BY 4.0: health and wellbeing of residents aged 18 and over.

Model estimates for small areas, not counts. The newest table that answers and has every column, in
all its periods: a period is when people were asked, the areas are those of one year, the last in
the title of the table. An indicator's `column` is the name of a column without its number, for
nobody published their titles, and behind ` > ` the key of an age other than 18 and over, of which
the newest period alone is told. Quirks: a column is blank in periods in which it was not asked; the
country is NL01; a name that repeats the code is no name, and such an area is matched to the areas
of today by its code alone. Where the publisher gives the bounds of its 95 % interval they are ours
too.
"""

from functools import partial

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, SourceError, Tables

SOURCE = Source(
    title="Gezondheid per wijk en buurt",
    publisher="RIVM, GGD'en, CBS",
    licence="CC-BY-4.0",
    url="https://dataderden.cbs.nl/statline/#/RIVM/nl/dataset/50090NED",
    cadence="every two to four years",
    attribution="Bron: RIVM, GGD'en, CBS",
)
TABLES = ("50150NED", "50120NED", "50090NED")  # newest first; the periods until 2024, 2022 and 2020
ADULTS = "20300"  # aged 18 and over
ESTIMATE, BOUNDS = "MW00000", {"low": "MOG0095", "high": "MBG0095"}
METHOD = "publisher_95"


def _asked(indicator: Indicator) -> tuple[str, str]:
    """The name of an indicator's column without its number, and of whom."""
    stem, _, age = indicator.column.partition(" > ")
    return stem, age or ADULTS


def _columns(payloads: Payloads, table: str) -> dict[str, str]:
    return {
        i.column: statline.keyed(payloads, table, _asked(i)[0])
        for i in catalogue.load().of_source("rivm_health")
    }


def _periods(rows: pd.DataFrame, indicator: Indicator, key: str) -> list[str]:
    """The periods with an estimate, oldest first, the newest alone of a part of the adults;
    ValueError without one.
    """
    age = _asked(indicator)[1]
    known = (rows["Leeftijd"] == age) & (rows["Marges"] == ESTIMATE) & rows[key].notna()
    found = sorted(rows.loc[known, "Perioden"].unique())
    if not found:
        raise ValueError(f"no figure in any period of {indicator.column!r}")
    return found if age == ADULTS else found[-1:]


def _country(get: Get, table: str) -> list[tuple[str, str]]:
    """The periods to fetch, each with the age of whom, from the rows of the country."""
    name, of_source = statline.CHECK + table, catalogue.load().of_source("rivm_health")
    ages = " or ".join(f"Leeftijd eq '{age}'" for age in sorted({_asked(i)[1] for i in of_source}))
    where = f"({ages}) and startswith(WijkenEnBuurten,'NL')"
    payloads = odata.fetch_table(
        get, odata.THIRD_PARTIES, table, columns=_columns, where=where, name=name
    )
    rows, columns = statline.read_rows(payloads, name), _columns(payloads, name)
    try:
        return sorted(
            {(p, _asked(i)[1]) for i in of_source for p in _periods(rows, i, columns[i.column])}
        )
    except ValueError as e:
        raise SourceError(f"{get.source}: https://{odata.THIRD_PARTIES} table {table}: {e}") from e


def probe(get: Get) -> str:
    """The country in all periods."""
    return get.first(*(partial(_country, get, table) for table in TABLES))[-1][0][:4]


def fetch(get: Get) -> None:
    """The estimates for all regions with their bounds, and the regions' names."""

    def all_regions(table: str) -> None:
        where = " or ".join(
            f"(Perioden eq '{period}' and Leeftijd eq '{age}')"
            for period, age in _country(get, table)
        )
        odata.fetch_table(get, odata.THIRD_PARTIES, table, ["WijkenEnBuurten"], _columns, where)

    get.first(*(partial(all_regions, table) for table in TABLES))


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    table = statline.table(payloads)
    rows, columns = statline.read_rows(payloads, table), _columns(payloads, table)
    told = {i: _periods(rows, i, columns[i.column]) for i in indicators}
    frames = []
    for age, period in sorted(
        {(_asked(i)[1], period) for i, periods in told.items() for period in periods}
    ):
        mine = [i for i in indicators if _asked(i)[1] == age and period in told[i]]
        group = rows[(rows["Leeftijd"] == age) & (rows["Perioden"] == period)]
        of = {
            margin: statline.observations(payloads, table, mine, columns, period[:4], figures)
            for margin, figures in group.groupby("Marges")
        }
        frame = of[ESTIMATE]
        for bound, margin in BOUNDS.items():
            if margin in of:
                figures = of[margin][["indicator", "area", "value"]].rename(
                    columns={"value": bound}
                )
                frame = frame.merge(figures, how="left", on=["indicator", "area"]).assign(
                    method=METHOD
                )
        frames.append(frame)
    observation = pd.concat(frames, ignore_index=True)
    named = observation["area_name"] != observation["area"]
    return {"observation": observation.assign(area_name=observation["area_name"].where(named))}
