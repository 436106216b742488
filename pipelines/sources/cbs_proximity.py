"""CBS Nabijheid voorzieningen 2023 (85830NED), CC BY 4.0: distance by road to culture, on the areas of 2023.

Quirks: titles such as `Binnen 5 km` repeat, so the catalogue names a path of titles; museums and performing arts were
blank in the first release and filled later; numbers within 5 km are averages over residents, so not whole.
"""

from pipelines import odata
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Nabijheid voorzieningen 2023",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85830NED",
    cadence="yearly",
    attribution="Bron: CBS",
)
HOST, TABLE, YEAR = "opendata.cbs.nl", "85830NED", 2023


def fetch(get: Get) -> None:
    """All regions of the table and their names."""
    odata.fetch_table(get, HOST, TABLE, sets=["WijkenEnBuurten"])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    return {"observation": odata.observations(payloads, TABLE, indicators, str(YEAR), YEAR)}
