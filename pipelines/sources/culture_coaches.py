"""Culture coaches (LKCA, Mulier Instituut): how many there are, and the sectors they join; facts
quoted.

Read by hand from one public page. The shares are of municipalities that make a connection, not of
residents; they say that a connection exists, not how strong it is.
"""

import re

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import compiled
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Aantal fte cultuurcoaches; verbindingen met andere sectoren",
    publisher="LKCA, Mulier Instituut",
    licence="facts-quoted",
    url="https://www.lkca.nl/feiten-cijfers/aantal-fte-cultuurcoaches/",
    cadence="compiled by hand",
    attribution="Bron: LKCA, Mulier Instituut",
)
SECTOR = {  # the domain of each sector that a coach joins; the words are those of the compilation
    "arts and culture": "leisure",
    "arts and culture organisations": "leisure",
    "sport and exercise": "leisure",
    "sport providers": "leisure",
    "primary education": "education",
    "neighbourhood": "social",
    "welfare": "social",
    "youth (care)": "care",
    "elderly (care)": "care",
    "health care": "care",
    "disability care": "care",
}
NUMBERS, CONNECTIONS = (
    "rates/nl_culture_coach_fte.csv",
    "rates/nl_coach_connections_by_sector_2022.csv",
)


def probe(get: Get) -> str:
    """The newest year of the file; a small one, so the whole."""
    rows = compiled.probe_csv(get, NUMBERS)
    compiled.must_have(get, SOURCE.url, rows, ["year"])
    return str(rows["year"].max())


def fetch(get: Get) -> None:
    """The two files."""
    for file in (NUMBERS, CONNECTIONS):
        compiled.fetch_csv(get, file)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables observation (of the country), actor (sectors) and tie (between them, in percent of
    municipalities).

    Raises ValueError for a sector that has no domain here.
    """
    numbers = compiled.read_csv(payloads, NUMBERS)
    base = pd.DataFrame(
        {"area": "NL00", "area_year": numbers["year"].astype(int), "period": numbers["year"]}
    )
    frames = [
        base.assign(indicator=i.id, value=pd.to_numeric(numbers[i.column])) for i in indicators
    ]
    ties = compiled.read_csv(payloads, CONNECTIONS)
    named = sorted({*ties["main_sector"], *ties["connected_to"]})
    if unknown := [n for n in named if n not in SECTOR]:
        raise ValueError(f"sector {unknown[0]!r} has no domain")
    actor = pd.DataFrame(
        {"id": map(_id, named), "name": named, "domain": map(SECTOR.get, named), "area": "NL00"}
    )
    tie = pd.DataFrame(
        {
            "kind": "culture_coach",
            "a": ties["main_sector"].map(_id),
            "b": ties["connected_to"].map(_id),
            "weight": pd.to_numeric(ties["value"]),
            "status": "measured",
            "period": ties["year"],
        }
    )
    return {"observation": pd.concat(frames, ignore_index=True), "actor": actor, "tie": tie}


def _id(sector: str) -> str:
    """`elderly (care)` as `culture_coaches:elderly_care`; what follows the colon is a term of the
    taxonomy.
    """
    return "culture_coaches:" + "_".join(re.findall(r"\w+", sector))
