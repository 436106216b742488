"""CBS Kerncijfers wijken en buurten 2024 (85984NED), CC BY 4.0: the areas, their residents and homes.

Also where the areas come from: code, name, level, municipality and residents of every area of 2024. Quirks: counts are
randomly rounded to 5 by CBS; average income is blank below the publisher's threshold.
"""

import pandas as pd

from pipelines import odata
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Kerncijfers wijken en buurten 2024",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85984NED",
    cadence="quarterly additions until complete",
    attribution="Bron: CBS",
)
HOST, TABLE, YEAR = "opendata.cbs.nl", "85984NED", 2024
LEVELS = {"Land": "land", "Gemeente": "gemeente", "Wijk": "wijk", "Buurt": "buurt"}


def fetch(get: Get) -> None:
    """All regions of the table and their names."""
    odata.fetch_table(get, HOST, TABLE, sets=["WijkenEnBuurten"])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables area, observation and alias: the postcode that most addresses of a neighbourhood have."""
    rows = odata.read_rows(payloads, TABLE)
    observation = odata.observations(payloads, TABLE, indicators, str(YEAR), YEAR, rows)
    title = odata.read_rows(payloads, TABLE, "WijkenEnBuurten").set_index("Key")["Title"]
    level = rows[odata.column(payloads, TABLE, "Soort regio")].map(LEVELS)
    code = rows["WijkenEnBuurten"]
    if level.isna().any():
        raise ValueError(f"unknown kind of region in row {code[level.isna()].iloc[0]}")
    residents = pd.to_numeric(rows[odata.column(payloads, TABLE, "Aantal inwoners")])
    area = pd.DataFrame(
        {
            "code": code,
            "year": YEAR,
            "level": level,
            "name": code.map(title),
            "municipality": ("GM" + code.str[2:6]).where(level != "land"),
            "population": residents.astype("Int64"),
        }
    )
    alias = pd.DataFrame({"area": code, "name": rows[odata.column(payloads, TABLE, "Meest voorkomende postcode")]})
    alias = alias[(level == "buurt") & alias["name"].str.fullmatch(r"\d{4}").fillna(False)].assign(kind="postcode")
    return {"area": area, "observation": observation, "alias": alias}
