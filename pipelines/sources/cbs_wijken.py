"""CBS Kerncijfers wijken en buurten 2022 (85318NED), CC BY 4.0: work, income and education, on the areas of 2022.

The last year that has all three. Quirks: StatLine counts people with a low, middle and high level of education, and
the share is computed from the three here; a copy that carries the share itself (title `Hbo, wo, aandeel (afgeleid)`,
whole percents) is taken as it is. Codes of 2022 are matched to areas of 2024 by the build: 138 changed name.
"""

import pandas as pd

from pipelines import odata
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Kerncijfers wijken en buurten 2022",
    publisher="CBS",
    licence="CC-BY-4.0",
    url="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/85318NED",
    cadence="complete, no longer changed",
    attribution="Bron: CBS",
)
HOST, TABLE, YEAR = "opendata.cbs.nl", "85318NED", 2022
HIGHER = "Hbo, wo, aandeel (afgeleid)"


def fetch(get: Get) -> None:
    """All regions of the table and their names."""
    odata.fetch_table(get, HOST, TABLE, sets=["WijkenEnBuurten"])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table observation."""
    rows = odata.read_rows(payloads, TABLE)
    properties = payloads[f"{TABLE}/DataProperties"]["value"]
    if not any(p["Title"].strip() == HIGHER for p in properties):
        low, middle, high = (
            pd.to_numeric(rows[odata.column(payloads, TABLE, f"Opleidingsniveau {level}")])
            for level in ("laag", "middelbaar", "hoog")
        )
        rows["higher"] = 100 * high / (low + middle + high)
        derived = {"ID": "higher", "Key": "higher", "Title": HIGHER}
        payloads = {**payloads, f"{TABLE}/DataProperties": {"value": [*properties, derived]}}
    return {"observation": odata.observations(payloads, TABLE, indicators, str(YEAR), YEAR, rows)}
