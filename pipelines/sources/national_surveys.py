"""Published rates of cultural participation in the Netherlands, 1983 to 2023: facts quoted with
their publication.

Single figures read from public pages by hand; every row keeps its own publication and address. All
of them are table survey; the rows about everybody whose text is an indicator's `column` are also
observations of the country. What will surprise you: definitions, ages and years differ between
rows, so only rows of one text may be set side by side.
"""

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import compiled
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Gepubliceerde cijfers over cultuurdeelname in Nederland; welke publicatie: zie Gegevens en methode",
    publisher="CBS, SCP, OCW, LKCA, Boekmanstichting en andere",
    licence="facts-quoted",
    url="https://www.ocwincijfers.nl/cultuur-media",
    cadence="compiled by hand",
    attribution="Bron: CBS, SCP, OCW, LKCA, Boekmanstichting en andere; welke publicatie: zie Gegevens en methode",
)
FILE = "rates/nl_national_rates.csv"
NAMES = {
    "indicator": "indicator_text",
    "subgroup_dimension": "dimension",
    "year": "period",
    "population_base": "population",
    "ci_or_sample": "sample",
    "source": "publication",
}


def probe(get: Get) -> str:
    """The newest year of the file; a small one, so the whole."""
    rows = compiled.probe_csv(get, FILE)
    compiled.must_have(get, SOURCE.url, rows, ["year"])
    return str(rows["year"].max())


def fetch(get: Get) -> None:
    """The one file."""
    compiled.fetch_csv(get, FILE)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Tables survey and observation."""
    survey = compiled.read_csv(payloads, FILE).rename(columns=NAMES)
    survey["value"] = pd.to_numeric(survey["value"])
    everybody = survey[(survey["dimension"] == "total") & (survey["subgroup"] == "total")]
    frames = []
    for i in indicators:
        rows = everybody[everybody["indicator_text"] == i.column]
        if rows.empty or rows["period"].duplicated().any():
            raise ValueError(
                f"{i.id}: {'no row is' if rows.empty else 'several rows of a year are'} about {i.column!r}"
            )
        frames.append(
            rows[["period", "value"]].assign(
                indicator=i.id, area="NL00", area_year=rows["period"].astype(int)
            )
        )
    return {"survey": survey, "observation": pd.concat(frames, ignore_index=True)}
