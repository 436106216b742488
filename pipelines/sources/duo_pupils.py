"""Where the pupils of every primary school live (DUO): numbers by four-digit postcode of the home, CC0.

A row is a school site, a kind of education and a postcode; a site that gives two kinds (So and Vso) is one tie. Quirks:
ages are columns; from one to four pupils of an age are masked as `<5`, so a tie with a masked age has no exact number
but a lowest and a highest one; instead of a postcode of four digits, `10` to `40` stand for homes abroad and unknown
ones, which are left out; the name of the package differs by year.
"""

import pandas as pd

from pipelines import ckan
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Leerlingen po per vestiging, postcode leerling en leeftijd",
    publisher="DUO",
    licence="CC0-1.0",
    url="https://onderwijsdata.duo.nl",
    cadence="yearly",
    attribution="Bron: DUO",
)
HOST = "onderwijsdata.duo.nl"
NAMED = "po_leerlingen_per_postcode_leerling"  # within the name of the package
RESOURCE = "Leerlingen po per vestiging, postcode leerling en leeftijd"
AGE = "LEEFTIJD_"
MASKED, MOST_MASKED = "<5", 4


def fetch(get: Get) -> None:
    """All rows of the package that holds them."""
    url = f"https://{HOST}/api/3/action/package_list"
    names = get("package_list", url, check=_lists)["result"]
    found = [n for n in names if NAMED in n]
    if len(found) != 1:
        raise get.fail(url, f"{len(found)} packages have {NAMED!r} in their name")
    ckan.fetch_package(get, HOST, found[0], [RESOURCE])


def _lists(body: object) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("result"), list):
        raise ValueError("not a list of packages: no 'result'")


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table tie: from `postcode:1234` to a school site, with `low` and `high` where an age is masked."""
    package = next(n for n in payloads if NAMED in n).split("/")[0]
    df = ckan.read_records(payloads, f"{package}/{RESOURCE}")
    df = df[df["POSTCODE_LEERLING"].str.fullmatch(r"\d{4}")]
    ages = df[[c for c in df.columns if c.startswith(AGE)]]
    rows = pd.DataFrame(
        {
            "a": "postcode:" + df["POSTCODE_LEERLING"],
            "b": "duo_schools:" + df["INSTELLINGSCODE"] + df["VESTIGINGSCODE"] + "-" + df["POSTCODE_VESTIGING"],
            "period": df["PEILDATUM"].str[:4],
            "masked": (ages == MASKED).sum(axis=1),
            "known": ages.where(ages != MASKED, "0").apply(pd.to_numeric).sum(axis=1),
        }
    )
    tie = rows.groupby(["a", "b", "period"], as_index=False).sum()
    tie = tie.assign(
        kind="pupil_flow",
        weight=tie["known"].where(tie["masked"] == 0).astype(float),
        low=tie["known"] + tie["masked"],
        high=tie["known"] + MOST_MASKED * tie["masked"],
        status=(tie["masked"] > 0).map({True: "suppressed", False: "measured"}),
    )
    return {"tie": tie[tie["high"] > 0].drop(columns=["masked", "known"]).reset_index(drop=True)}
