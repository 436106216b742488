"""CBS Kerncijfers wijken en buurten of earlier years: names of the codes then, and residents. CC BY
4.0.

A code is used again for another area, so a figure on earlier areas is carried only to the area that
is called the same and has about as many residents (`areas.carry`). The editions are asked one by
one; a year that does not answer is left out, and where a compilation of names is at hand it fills
in years that the tables lack. Quirk: the compilation has the names of districts of 2016, 2022 and
2023, of Utrecht in 2019, and of Amsterdam by the codes from before 2022.
"""

from functools import partial

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import compiled, odata, statline
from pipelines.fetch.source import Get, NoEndpoint, Payloads, Source, SourceError, Tables

SOURCE = Source(
    title="Kerncijfers wijken en buurten van eerdere jaren: namen en inwoners",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/84799NED",
    cadence="yearly",
    attribution="Bron: CBS",
)
TITLE, EARLIEST = "Kerncijfers wijken en buurten", 2018
KNOWN = (
    odata.Edition(2023, "85618NED"),
    odata.Edition(2022, "85318NED"),
    odata.Edition(2020, "84799NED"),
)
POPULATION = "Aantal inwoners"
MOST_RESIDENTS = 20_000_000  # of the country, in any year
NAMES = "rivm/area_names_2016_2024.csv"
YEARS = {
    "name_2016": 2016,
    "name_2019": 2019,
    "name_85163NED": 2019,
    "name_2022": 2022,
    "name_2023": 2023,
}


def probe(get: Get) -> str:
    """The newest earlier edition that answers, a few areas."""
    return get.first(
        *(partial(odata.probe, get, edition.table, _columns) for edition in _editions(get))
    )


def fetch(get: Get) -> None:
    """The names and residents of every edition that there is, and the compilation of names where
    there is one.
    """
    absent, editions = [], _editions(get)
    for edition in editions:
        try:
            get.first(
                partial(
                    odata.fetch_table, get, odata.CBS, edition.table, ["WijkenEnBuurten"], _columns
                )
            )
        except SourceError as e:
            if "HTTP 404" not in str(e):  # it is there, and something is wrong with it
                raise
            absent.append(str(e))
    try:
        compiled.fetch_csv(get, NAMES)
    except NoEndpoint:
        if len(absent) == len(editions):
            raise SourceError("; ".join(absent)) from None


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table former(code, year, name, population); a population that is not known is blank."""
    frames = [
        _edition(payloads, name.split("/")[0])
        for name in payloads
        if name.endswith("/WijkenEnBuurten/0")
    ]
    if NAMES in payloads:
        names = compiled.read_csv(payloads, NAMES).melt("code_2020", list(YEARS), "column", "name")
        names = names[names["name"] != ""].rename(columns={"code_2020": "code"})
        frames.append(names.assign(year=names["column"].map(YEARS))[["code", "year", "name"]])
    former = pd.concat(frames, ignore_index=True).drop_duplicates(["code", "year"])
    return {"former": former.reindex(columns=["code", "year", "name", "population"])}


def _editions(get: Get) -> list[odata.Edition]:
    """Earlier editions, newest first: the newest of all is that of the areas of today."""
    every = sorted({*KNOWN, *odata.editions(get, TITLE)}, reverse=True)
    return [e for e in every if EARLIEST <= e.year < max(every).year]


def _columns(payloads: Payloads, table: str) -> dict[str, str]:
    return {POPULATION: statline.column(payloads, table, POPULATION)}


def _edition(payloads: Payloads, table: str) -> pd.DataFrame:
    rows = statline.read_rows(payloads, table)
    names = statline.read_rows(payloads, table, "WijkenEnBuurten").set_index("Key")["Title"]
    code = rows["WijkenEnBuurten"]
    population = pd.to_numeric(rows[_columns(payloads, table)[POPULATION]])
    year = statline.year(payloads, table)
    for level, residents in population.groupby(code.str[:2]).sum().items():
        if residents > MOST_RESIDENTS:
            raise ValueError(
                f"table {table}: {residents:,.0f} residents in all areas {level}, more than there ever were"
            )
    return pd.DataFrame(
        {"code": code, "year": year, "name": code.map(names), "population": population}
    )
