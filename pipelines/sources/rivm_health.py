"""RIVM Gezondheid per wijk en buurt 2020 (50090NED), CC BY 4.0: health and wellbeing of residents aged 18 and over.

Model estimates for small areas, not counts, on the areas of 2020. Quirks: the country is NL01; a name that repeats the
code is no name, and such an area is matched to the areas of today by its code alone.
"""

from pipelines import odata
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Gezondheid per wijk en buurt 2020",
    publisher="RIVM, GGD'en, CBS",
    licence="CC-BY-4.0",
    url="https://dataderden.cbs.nl/statline/#/RIVM/nl/dataset/50090NED",
    cadence="every four years",
    attribution="Bron: RIVM, GGD'en, CBS",
)
HOST, TABLE, YEAR = "dataderden.cbs.nl", "50090NED", 2020
ADULTS, ESTIMATES = "20300", "MW00000"  # aged 18 and over; the estimate itself, not the bounds of its interval


def fetch(get: Get) -> None:
    """The estimates for adults in all regions, and the regions' names."""
    where = f"Leeftijd eq '{ADULTS}' and Marges eq '{ESTIMATES}' and Perioden eq '{YEAR}JJ00'"
    odata.fetch_table(get, HOST, TABLE, sets=["WijkenEnBuurten"], where=where)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    observation = odata.observations(payloads, TABLE, indicators, str(YEAR), YEAR)
    named = observation["area_name"] != observation["area"]
    return {"observation": observation.assign(area_name=observation["area_name"].where(named))}
