"""Polling places of the two elections of 2023 (Waar is mijn stemlokaal), CC0: public buildings where people meet.

A sample of public meeting places, not a register: gyms, schools and care homes are many. The newest election that
used an address says what is there; an older one only adds addresses. Quirks: 385 mobile polling places are no place
and are left out, as is the Caribbean Netherlands; latitude and longitude are typed by hand and may be swapped; the
purposes of a building come several at once, in either case, and `KINDS` says which of them decides.
"""

import re

import pandas as pd

from pipelines import areas, ckan
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Stembureaus 2023 (Waar is mijn stemlokaal)",
    publisher="Open State Foundation, gemeenten",
    licence="CC0-1.0",
    url="https://data.waarismijnstemlokaal.nl",
    cadence="every election",
    attribution="Bron: Waar is mijn stemlokaal",
)
HOST = "data.waarismijnstemlokaal.nl"
ELECTIONS = {  # newest first
    "stembureaus-tweede-kamerverkiezingen-2023": "Stembureaus Tweede Kamerverkiezingen 2023",
    "stembureaus-provinciale-staten-en-waterschapsverkiezingen-2023": (
        "Stembureaus Provinciale Staten- en waterschapsverkiezingen 2023"
    ),
}
TOWN_HALL = re.compile(r"gemeentehuis|stadhuis|stadskantoor|raadhuis", re.I)
KINDS = {  # the first purpose that a building has decides; a town hall is known by its name, before all of these
    "gezondheidszorgfunctie": "care_building",
    "bijeenkomstfunctie": "meeting_place",
    "onderwijsfunctie": "school_building",
    "sportfunctie": "sports_building",
}
CARIBBEAN = "GM9"


def fetch(get: Get) -> None:
    """All polling places of both elections."""
    for package, name in ELECTIONS.items():
        ckan.fetch_package(get, HOST, package, [name])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place: one per address and name; a name has one address in a postcode, also where the number is blank."""
    frames = [
        ckan.read_records(payloads, f"{package}/{name}").assign(age=age)
        for age, (package, name) in enumerate(ELECTIONS.items())
    ]
    df = pd.concat(frames, ignore_index=True)
    df = df[(df["Type stembureau"] != "mobiel") & ~df["CBS gemeentecode"].str.startswith(CARIBBEAN)]
    name = df["Naam stembureau"].str.strip()
    postcode, number, letter = (df[c].fillna("").astype(str) for c in ("Postcode", "Huisnummer", "Huisletter"))
    slug = name.str.casefold().str.replace(r"\W+", "-", regex=True).str.strip("-")
    df = df.assign(name=name, slug=slug, postcode=postcode, address=(postcode + number + letter).str.replace(" ", ""))
    df = df[df["age"] == df.groupby("address")["age"].transform("min")]
    df = df.drop_duplicates(["postcode", "slug"])
    lat, lon = pd.to_numeric(df["Latitude"]), pd.to_numeric(df["Longitude"])
    swapped = lat < lon  # nowhere in the Netherlands
    access = df["Toegankelijk voor mensen met een lichamelijke beperking"].str.strip().str.casefold()
    place = pd.DataFrame(
        {
            "id": "kiesraad_places:" + df["address"] + "-" + df["slug"],
            "name": df["name"],
            "kind": [
                _kind(n, p) for n, p in zip(df["name"], df["Gebruiksdoel van het gebouw"].fillna(""), strict=True)
            ],
            "address": areas.address(df["postcode"], df["Huisnummer"]),
            "lon": lon.mask(swapped, lat),
            "lat": lat.mask(swapped, lon),
            "step_free": access.map({"ja": True, "nee": False}).astype("boolean"),
        }
    )
    return {"place": place.reset_index(drop=True)}


def _kind(name: str, purposes: str) -> str:
    if TOWN_HALL.search(name):
        return "town_hall"
    return next((kind for purpose, kind in KINDS.items() if purpose in purposes.casefold()), "public_building")
