"""CBS Nabijheid voorzieningen (2023 is 85830NED), CC BY 4.0: distance by road to culture, on the
areas of its year.

The newest complete edition, and beside it that of 2019: before the pandemic, with museums and
stages filled in. Of provinces CBS gives the distances of 2006 to 2018, in a table of its own
(80305ned) that ends there. Quirks: titles such as `Binnen 5 km` repeat, so the catalogue names a path of
titles; museums and performing arts were blank in the first release and filled later; numbers within
5 km are averages over residents, so not whole.
"""

import pandas as pd

from pipelines import catalogue
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
PROVINCES, PROVINCE = "80305ned", "provincie"
DISTANCE = "Afstand"  # how the title of a distance begins; numbers have other paths of titles there


def _newest(get: Get) -> str:
    return odata.newest(get, TITLE, PINNED, COLUMNS).table


def probe(get: Get) -> str:
    """The newest complete edition, a few areas."""
    return odata.probe(get, _newest(get), COLUMNS)


def fetch(get: Get) -> None:
    """All regions of the newest complete edition and of an earlier one, and their names."""
    for table in (_newest(get), EARLIER.table):
        odata.fetch_table(get, odata.CBS, table, ["WijkenEnBuurten"], COLUMNS)
    odata.fetch_table(
        get,
        odata.CBS,
        PROVINCES,
        ["RegioS"],
        _distances,
        where="startswith(RegioS,'PV')",
        counted=False,
    )


def _distances(payloads: Payloads, table: str) -> dict[str, str]:
    """The columns of the distances, by the `column` of their indicator."""
    of_source = catalogue.load().of_source("cbs_proximity")
    titles = [i.column for i in of_source if i.column.startswith(DISTANCE)]
    return {title: statline.column(payloads, table, title) for title in titles}


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    frames = []
    for table in statline.tables(payloads):
        if table == PROVINCES:
            frames.append(_of_provinces(payloads, indicators))
            continue
        columns, period = COLUMNS(payloads, table), str(statline.year(payloads, table))
        frames.append(statline.observations(payloads, table, indicators, columns, period))
    return {"observation": pd.concat(frames, ignore_index=True)}


def _of_provinces(payloads: Payloads, indicators: list[Indicator]) -> pd.DataFrame:
    """The distances of provinces, a row per indicator, province and year that has one."""
    rows, columns = statline.read_rows(payloads, PROVINCES), _distances(payloads, PROVINCES)
    titles = statline.read_rows(payloads, PROVINCES, "RegioS").set_index("Key")["Title"]
    period = rows["Perioden"].str[:4]
    base = pd.DataFrame(
        {
            "area": rows["RegioS"],
            "area_name": rows["RegioS"].map(titles),
            "area_year": period.astype(int),
            "period": period,
        }
    )
    of_level = [i for i in indicators if i.column in columns and PROVINCE in i.levels]
    frames = [
        base.assign(indicator=i.id, value=pd.to_numeric(rows[columns[i.column]]).astype(float))
        for i in of_level
    ]
    distances = pd.concat(frames).dropna(subset="value")
    return distances.sort_values(["indicator", "area", "period"], ignore_index=True)
