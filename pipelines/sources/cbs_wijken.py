"""CBS Kerncijfers wijken en buurten (2022 is 85318NED), CC BY 4.0: work, income and education.

The newest year that has all three, on the areas of that year. Quirks: StatLine counts people with a
low, middle and high level of education (under other titles in 2024), and the share is computed from
the three here; a copy that carries the share itself (title `Hbo, wo, aandeel (afgeleid)`, whole
percents) is taken as it is. The build matches codes to the areas of today: of 2022 138 changed
name.
"""

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch import odata, statline
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Kerncijfers wijken en buurten, werk, inkomen en opleiding",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85318NED",
    cadence="yearly, complete after some two years",
    attribution="Bron: CBS",
)
TITLE, PINNED = "Kerncijfers wijken en buurten", odata.Edition(2022, "85318NED")
HIGHER = "Hbo, wo, aandeel (afgeleid)"
EDUCATION = (  # low, middle and high
    ("Opleidingsniveau laag", "Opleidingsniveau middelbaar", "Opleidingsniveau hoog"),
    ("Basisonderwijs, vmbo, mbo1", "Havo, vwo, mbo2-4", "Hbo, wo"),
)
LEVELS = ("low", "middle", "high")


def _columns(payloads: Payloads, table: str) -> dict[str, str]:
    """The columns of the indicators; for the share of higher education those of the three
    counts.
    """
    titles = {p["Title"].strip() for p in statline.topics(payloads, table)}
    counts = next((three for three in EDUCATION if titles.issuperset(three)), ())
    wanted = {
        i.column: i.column
        for i in catalogue.load().of_source("cbs_wijken")
        if i.column != HIGHER or not counts
    }
    wanted |= dict(zip(LEVELS, counts, strict=False))
    return {what: statline.column(payloads, table, path) for what, path in wanted.items()}


def _newest(get: Get) -> str:
    return odata.newest(get, TITLE, PINNED, _columns).table


def probe(get: Get) -> str:
    """The newest complete edition, a few areas."""
    return odata.probe(get, _newest(get), _columns)


def fetch(get: Get) -> None:
    """All regions of the newest complete edition, and their names."""
    odata.fetch_table(get, odata.CBS, _newest(get), ["WijkenEnBuurten"], _columns)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    table = statline.table(payloads)
    rows, columns = statline.read_rows(payloads, table), _columns(payloads, table)
    if HIGHER not in columns:
        low, middle, high = (pd.to_numeric(rows[columns[level]]) for level in LEVELS)
        rows["higher"] = 100 * high / (low + middle + high)
        columns |= {HIGHER: "higher"}
    period = str(statline.year(payloads, table))
    return {
        "observation": statline.observations(payloads, table, indicators, columns, period, rows)
    }
