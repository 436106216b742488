"""DUO school addresses (primary, secondary and special) with the coordinates of RIO.

Every address is a place. Quirks: some site codes have more than one address, so a place is a site
code at an address; addresses have no coordinates: those are of the education locations that are
tied to a site code, matched by postcode and house number, else by postcode. In an address number
and addition are one text, in a location they are two columns, and locations may lack an address. A
relation with an end date is history. No file says of which day it is.
"""

import pandas as pd

from pipelines.build import areas
from pipelines.catalogue import Indicator
from pipelines.fetch import ckan, compiled
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Adressen van scholen in po, vo en so; onderwijslocaties (RIO)",
    publisher="DUO",
    licence="CC-BY-4.0",
    url="https://onderwijsdata.duo.nl",
    cadence="monthly",
    attribution="Bron: DUO",
)
HOST = "onderwijsdata.duo.nl"
SCHOOLS = {
    "primary_school": ("adressen_bo", "Alle vestigingen in het basisonderwijs"),
    "secondary_school": ("adressen_vo", "Adressen van vestigingen in het voortgezet onderwijs"),
    "special_school": ("adressen_so", "Adressen van vestigingen in het speciaal onderwijs"),
}
RIO = "rio_nfo_po_vo_vavo_mbo_ho"
LOCATIONS, RELATIONS = (
    "onderwijslocaties",
    "relaties_onderwijslocatiegebruiken_vestigingserkenningen",
)
SCHOOL = ("VESTIGINGSCODE", "VESTIGINGSNAAM", "POSTCODE", "HUISNUMMER-TOEVOEGING")


def probe(get: Get) -> str:
    """One primary school; no file says of which day it is."""
    package, name = SCHOOLS["primary_school"]
    resource = ckan.find(get, HOST, package, [name])[name]
    compiled.must_have(get, SOURCE.url, ckan.first(get, HOST, resource), SCHOOL)
    return ""


def fetch(get: Get) -> None:
    """The addresses of the three kinds of school, the locations, and what ties them."""
    for package, name in SCHOOLS.values():
        ckan.fetch_package(get, HOST, package, [name])
    ckan.fetch_package(get, HOST, RIO, [LOCATIONS, RELATIONS])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place."""
    frames = [
        ckan.read_records(payloads, f"{package}/{name}").assign(kind=kind)
        for kind, (package, name) in SCHOOLS.items()
    ]
    schools = pd.concat(frames, ignore_index=True)
    relations = ckan.read_records(payloads, f"{RIO}/{RELATIONS}")
    current = relations[relations["EINDDATUM"].fillna("") == ""]
    locations = ckan.read_records(payloads, f"{RIO}/{LOCATIONS}").merge(
        current, on="ONDERWIJSLOCATIECODE"
    )
    number = schools["HUISNUMMER-TOEVOEGING"].fillna("").astype(str).str.replace(" ", "")
    parts = (locations[c].fillna("").astype(str) for c in ("HUISNUMMER", "HUISNUMMERTOEVOEGING"))
    for df, door in ((schools, number), (locations, next(parts) + next(parts))):
        df["nearby"] = df["VESTIGINGSCODE"] + "-" + df["POSTCODE"].str.replace(" ", "")
        df["door"] = df["nearby"] + "-" + door.str.replace(r"\W", "", regex=True)
    place = pd.DataFrame(
        {
            "id": "duo_schools:" + schools["nearby"] + "-" + number,
            "name": schools["VESTIGINGSNAAM"],
            "kind": schools["kind"],
            "address": areas.address(schools["POSTCODE"], schools["HUISNUMMER-TOEVOEGING"]),
            "step_free": pd.Series(pd.NA, schools.index, dtype="boolean"),
        }
    )
    located = locations[locations["door"].notna() & locations["GPS_LONGITUDE"].notna()]
    for ours, theirs in (("lon", "GPS_LONGITUDE"), ("lat", "GPS_LATITUDE")):
        exact, near = (
            pd.to_numeric(schools[key].map(located.drop_duplicates(key).set_index(key)[theirs]))
            for key in ("door", "nearby")
        )
        place[ours] = exact.fillna(near)
    return {"place": place}
