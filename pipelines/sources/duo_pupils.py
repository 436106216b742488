"""Where the pupils of every primary school live (DUO): numbers by four-digit postcode of the home.
No licence stated.

A row is a school site, a kind of education and a postcode in a year, of which the newest is taken;
a site that gives two kinds (So and Vso) is one tie. Quirks: from one to four pupils are masked as
-1, so such a tie has no exact number but a lowest and a highest one; an empty number is one that
exists and that we were not given, so the tie is missing; instead of a postcode of four digits, 10
to 40 stand for homes abroad and unknown ones, which are left out; a site has a code and no address,
so the build says at which of its addresses it is.
"""

import pandas as pd

from pipelines.catalogue import Indicator
from pipelines.fetch import ckan, compiled
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Leerlingen po per vestiging naar postcode4",
    publisher="DUO",
    licence="none-stated",
    url="https://onderwijsdata.duo.nl",
    cadence="yearly",
    attribution="Bron: DUO",
)
HOST = "onderwijsdata.duo.nl"
PACKAGE, NAME = "popostcode4-v1", "Leerlingen po per vestiging naar postcode4"
YEAR, HOME, PUPILS = "PEILJAAR", "POSTCODE4_DEELNEMER", "AANTAL_LEERLINGEN"
MASKED, MOST_MASKED = -1, 4


def probe(get: Get) -> str:
    """The newest year, with one row of it."""
    row = ckan.first(get, HOST, ckan.find(get, HOST, PACKAGE, [NAME])[NAME], f"{YEAR} desc")
    compiled.must_have(
        get, SOURCE.url, row, ("INSTELLINGSCODE", "VESTIGINGSCODE", YEAR, HOME, PUPILS)
    )
    return str(row[YEAR][0])


def fetch(get: Get) -> None:
    """All rows of the newest year, of the 1.7 million that there are."""
    ckan.fetch_package(get, HOST, PACKAGE, [NAME], {YEAR: int(probe(get))})


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table tie: from `postcode:1234` to a school site (`duo_schools:06OY00`), `low` to `high`
    where masked.
    """
    df = ckan.read_records(payloads, f"{PACKAGE}/{NAME}")
    home, n = pd.to_numeric(df[HOME]), pd.to_numeric(df[PUPILS])
    rows = pd.DataFrame(
        {
            "a": "postcode:" + home.astype(int).astype(str),
            "b": "duo_schools:" + df["INSTELLINGSCODE"] + df["VESTIGINGSCODE"],
            "period": df[YEAR].astype(int).astype(str),
            "masked": (n == MASKED).astype(int),
            "unknown": n.isna(),
            "known": n.where(n != MASKED, 0).fillna(0),
        }
    )
    tie = rows[home.between(1000, 9999)].groupby(["a", "b", "period"], as_index=False).sum()
    masked, unknown = tie["masked"] > 0, tie["unknown"] > 0
    tie = tie.assign(
        kind="pupil_flow",
        weight=tie["known"].where(~masked & ~unknown),
        low=(tie["known"] + tie["masked"]).where(~unknown),
        high=(tie["known"] + MOST_MASKED * tie["masked"]).where(~unknown),
        status=masked.map({True: "suppressed", False: "measured"}).mask(unknown, "missing"),
    )
    return {
        "tie": tie[tie["high"] != 0]
        .drop(columns=["masked", "unknown", "known"])
        .reset_index(drop=True)
    }
