"""CBS Nabijheid voorzieningen (2023 is 85830NED), CC BY 4.0: distance by road to culture, on the
areas of its year.

The newest complete edition, and beside it that of 2019: before the pandemic, with museums and
stages filled in. Quirks: titles such as `Binnen 5 km` repeat, so the catalogue names a path of
titles; museums and performing arts were blank in the first release and filled later; numbers within
5 km are averages over residents, so not whole.
"""

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Nabijheid voorzieningen",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85830NED",
    cadence="yearly",
    attribution="Bron: CBS",
)
TITLE = "Nabijheid voorzieningen; afstand locatie, wijk- en buurtcijfers"
PINNED = odata.Edition(2023, "85830NED")
EARLIER = odata.Edition(2019, "84718NED")
COLUMNS = statline.of_source("cbs_proximity")


def _newest(get: Get) -> str:
    return odata.newest(get, TITLE, PINNED, COLUMNS).table


def probe(get: Get) -> str:
    """The newest complete edition, a few areas."""
    return odata.probe(get, _newest(get), COLUMNS)


def fetch(get: Get) -> None:
    """All regions of the newest complete edition and of an earlier one, and their names."""
    for table in (_newest(get), EARLIER.table):
        odata.fetch_table(get, odata.CBS, table, ["WijkenEnBuurten"], COLUMNS)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    frames = []
    for table in statline.tables(payloads):
        columns, period = COLUMNS(payloads, table), str(statline.year(payloads, table))
        frames.append(statline.observations(payloads, table, indicators, columns, period))
    return {"observation": pd.concat(frames, ignore_index=True)}
