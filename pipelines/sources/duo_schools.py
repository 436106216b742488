"""DUO school addresses (primary, secondary and special) with the coordinates of RIO, CC0.

Every address is a place. Quirks: 92 site codes have more than one address, so a place is a site code at an address;
addresses have no coordinates: those are of the education locations that are tied to a site code, matched by postcode
and house number, else by postcode. A relation with an end date is history.
"""

import pandas as pd

from pipelines import areas, ckan
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Adressen van scholen in po, vo en so; onderwijslocaties (RIO)",
    publisher="DUO",
    licence="CC0-1.0",
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
LOCATIONS, RELATIONS = "Onderwijslocaties", "Relaties onderwijslocaties en vestigingserkenningen"


def fetch(get: Get) -> None:
    """The addresses of the three kinds of school, the locations, and what ties them."""
    for package, name in SCHOOLS.values():
        ckan.fetch_package(get, HOST, package, [name])
    ckan.fetch_package(get, HOST, RIO, [LOCATIONS, RELATIONS])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place."""
    frames = [
        ckan.read_records(payloads, f"{package}/{name}").assign(kind=kind) for kind, (package, name) in SCHOOLS.items()
    ]
    schools = pd.concat(frames, ignore_index=True)
    relations = ckan.read_records(payloads, f"{RIO}/{RELATIONS}")
    current = relations[relations["EINDDATUM"].fillna("") == ""]
    locations = ckan.read_records(payloads, f"{RIO}/{LOCATIONS}").merge(current, on="ONDERWIJSLOCATIECODE")
    for df in (schools, locations):
        df["nearby"] = df["VESTIGINGSCODE"] + "-" + df["POSTCODE"].str.replace(" ", "")
        df["address"] = df["nearby"] + "-" + df["HUISNUMMER-TOEVOEGING"].astype(str).str.replace(" ", "")
    place = pd.DataFrame(
        {
            "id": "duo_schools:" + schools["address"],
            "name": schools["VESTIGINGSNAAM"],
            "kind": schools["kind"],
            "address": areas.address(schools["POSTCODE"], schools["HUISNUMMER-TOEVOEGING"]),
            "step_free": pd.Series(pd.NA, schools.index, dtype="boolean"),
        }
    )
    for ours, theirs in (("lon", "GPS_LONGITUDE"), ("lat", "GPS_LATITUDE")):
        exact, near = (
            schools[key].map(locations.drop_duplicates(key).set_index(key)[theirs]) for key in ("address", "nearby")
        )
        place[ours] = pd.to_numeric(exact.fillna(near))
    return {"place": place}
