"""Culture coaches (LKCA, Mulier Instituut): how many there are, and the sectors they join; facts quoted.

Read by hand from one public page. The shares are of municipalities that make a connection, not of residents; they say
that a connection exists, not how strong it is.
"""

import pandas as pd

from pipelines import compiled
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Aantal fte cultuurcoaches; verbindingen met andere sectoren",
    publisher="LKCA, Mulier Instituut",
    licence="facts-quoted",
    url="https://www.lkca.nl/feiten-cijfers/aantal-fte-cultuurcoaches/",
    cadence="compiled by hand",
    attribution="Bron: LKCA, Mulier Instituut",
)
NUMBERS, CONNECTIONS = "rates/nl_culture_coach_fte.csv", "rates/nl_coach_connections_by_sector_2022.csv"


def fetch(get: Get) -> None:
    """The two files."""
    for file in (NUMBERS, CONNECTIONS):
        compiled.fetch_csv(get, file)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables observation (of the country) and tie (sector to sector, weight in percent of municipalities)."""
    numbers = compiled.read_csv(payloads, NUMBERS)
    base = pd.DataFrame({"area": "NL00", "area_year": numbers["year"].astype(int), "period": numbers["year"]})
    frames = [base.assign(indicator=i.id, value=pd.to_numeric(numbers[i.column])) for i in indicators]
    ties = compiled.read_csv(payloads, CONNECTIONS)
    tie = pd.DataFrame(
        {
            "kind": "culture_coach",
            "proof": "known",
            "a": ties["main_sector"],
            "b": ties["connected_to"],
            "weight": pd.to_numeric(ties["value"]),
            "period": ties["year"],
        }
    )
    return {"observation": pd.concat(frames, ignore_index=True), "tie": tie}
