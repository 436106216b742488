"""CBS Kerncijfers wijken en buurten (2024 is 85984NED), CC BY 4.0: the areas, their residents and
homes.

Also where the areas come from: code, name, level, municipality and residents of every area of one
year. That year is decided here, in `newest`: outlines and provinces are fetched of the same.
Quirks: counts are randomly rounded to 5 by CBS; average income is blank below the publisher's
threshold; a new year comes without income at first.
"""

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Kerncijfers wijken en buurten",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85984NED",
    cadence="quarterly additions until complete",
    attribution="Bron: CBS",
)
TITLE, PINNED = "Kerncijfers wijken en buurten", odata.Edition(2024, "85984NED")
KIND, RESIDENTS, POSTCODE = "Soort regio", "Aantal inwoners", "Meest voorkomende postcode"
COLUMNS = statline.of_source("cbs_kwb", KIND, RESIDENTS, POSTCODE)
COUNTRY = "NL00"
LEVELS = {"Land": "land", "Gemeente": "gemeente", "Wijk": "wijk", "Buurt": "buurt"}


def newest(get: Get) -> odata.Edition:
    """The edition whose areas a build is of."""
    return odata.newest(get, TITLE, PINNED, statline.of_source("cbs_kwb"))


def probe(get: Get) -> str:
    """The newest complete edition, a few areas."""
    return odata.probe(get, newest(get).table, COLUMNS)


def fetch(get: Get) -> None:
    """All regions of the newest complete edition, and their names."""
    odata.fetch_table(get, odata.CBS, newest(get).table, ["WijkenEnBuurten"], COLUMNS)


def parent(code: str) -> str | None:
    """The area one level up: buurt to wijk to gemeente to land. CBS codes carry their parents'
    code.
    """
    return {
        "BU": lambda: f"WK{code[2:8]}",
        "WK": lambda: f"GM{code[2:6]}",
        "GM": lambda: COUNTRY,
        "NL": lambda: None,
    }[code[:2]]()


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables area, observation and alias: the postcode that most addresses of a neighbourhood
    have.
    """
    table = statline.table(payloads)
    year, columns, rows = (
        statline.year(payloads, table),
        COLUMNS(payloads, table),
        statline.read_rows(payloads, table),
    )
    observation = statline.observations(payloads, table, indicators, columns, str(year), rows)
    title = statline.read_rows(payloads, table, "WijkenEnBuurten").set_index("Key")["Title"]
    level = rows[columns[KIND]].map(LEVELS)
    code = rows["WijkenEnBuurten"]
    if level.isna().any():
        raise ValueError(f"unknown kind of region in row {code[level.isna()].iloc[0]}")
    residents = pd.to_numeric(rows[columns[RESIDENTS]])
    area = pd.DataFrame(
        {
            "code": code,
            "year": year,
            "level": level,
            "name": code.map(title),
            "parent": code.map(parent),
            "municipality": ("GM" + code.str[2:6]).where(level != "land"),
            "population": residents.astype("Int64"),
        }
    )
    alias = pd.DataFrame({"area": code, "name": rows[columns[POSTCODE]]})
    alias = alias[(level == "buurt") & alias["name"].str.fullmatch(r"\d{4}").fillna(False)].assign(
        kind="postcode"
    )
    return {"area": area, "observation": observation, "alias": alias}
