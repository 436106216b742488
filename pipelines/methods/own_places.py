"""Places that somebody supplies: name, kind and where, in a table as people have it.

The same table goes two ways: into `data/places/` for who runs the atlas, and into the page What if
for one session. Read by `spreadsheet.py`; each row becomes a place, or is left out as a fault that
says why. Where a place is stands there as degrees, or as an address that somebody else must find.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from pipelines.methods import cells, spreadsheet
from pipelines.methods.columns import Columns, plain
from pipelines.methods.outline import of_grid
from pipelines.methods.spreadsheet import Fault, Note, Sheet

# The columns of our own template, in English and in Dutch.
COLUMNS = (
    "name", "kind", "address", "postcode", "town", "lat", "lon", "open_to", "step_free", "cost", "hours",
)  # fmt: skip
DUTCH = (
    "naam", "soort", "adres", "postcode", "plaats", "breedtegraad", "lengtegraad", "open voor", "drempelvrij",
    "kosten", "openingstijden",
)  # fmt: skip
ROLES = (*COLUMNS[:3], "number", *COLUMNS[3:])  # a house number can have a column of its own
SYNONYMS = {
    "name": (
        "naam locatie", "naam plek", "naam organisatie", "plek", "place", "locatie", "location", "vestiging",
        "organisatie", "voorziening", "instelling", "title", "titel",
    ),
    "kind": ("type", "categorie", "category", "soort plek", "kind of place", "functie", "amenity"),
    "address": ("straat", "street", "straatnaam", "bezoekadres", "straat en huisnummer"),
    "number": ("huisnummer", "huisnr", "nr", "house number", "nummer", "housenumber"),
    "postcode": ("postal code", "zip", "pc6", "pc"),
    "town": ("woonplaats", "city", "plaatsnaam", "vestigingsplaats", "gemeente", "municipality"),
    "lat": ("latitude", "breedte", "noorderbreedte", "y", "gps latitude"),
    "lon": ("lng", "longitude", "lengte", "oosterlengte", "x", "gps longitude", "long"),
    "open_to": ("voor wie", "doelgroep", "audience", "toegankelijk voor", "open to"),
    "step_free": (
        "toegankelijk", "rolstoel", "rolstoeltoegankelijk", "zonder drempel", "wheelchair", "step free",
    ),
    "cost": ("prijs", "price", "entree", "toegang", "fee", "costs"),
    "hours": ("open", "opening hours", "openingstijd", "geopend"),
}  # fmt: skip
YES = ("ja", "yes", "j", "y", "true", "waar", "1", "drempelvrij", "step free", "toegankelijk")
NO = ("nee", "no", "n", "false", "onwaar", "0", "niet", "drempel")
# How people call a kind of place besides its label; whole names, without capitals and signs.
CALLED = {
    "bieb": "library", "openbare bibliotheek": "library", "bibliotheekvestiging": "library",
    "museum": "museum", "tentoonstelling": "museum", "exhibition": "museum",
    "theater": "theatre", "schouwburg": "theatre", "concertzaal": "theatre", "concert hall": "theatre",
    "poppodium": "music_venue", "podium": "music_venue", "bioscoop": "cinema", "filmhuis": "cinema",
    "muziekschool": "music_school", "dansschool": "music_school", "kunstschool": "music_school",
    "cultuurcentrum": "arts_centre", "kunstencentrum": "arts_centre", "centrum voor de kunsten": "arts_centre",
    "buurthuis": "community_centre", "wijkcentrum": "community_centre", "dorpshuis": "community_centre",
    "buurtcentrum": "community_centre", "huis van de wijk": "community_centre",
    "kerk": "church", "kinderboerderij": "petting_farm", "speeltuin": "playground",
    "boekhandel": "bookshop", "school": "primary_school", "basisonderwijs": "primary_school",
    "voortgezet onderwijs": "secondary_school", "middelbare school": "secondary_school",
    "gemeentehuis": "town_hall", "stadhuis": "town_hall", "gymzaal": "sports_building", "sporthal": "sports_building",
}  # fmt: skip
GRID = {"lon": (1_000, 300_000), "lat": (300_000, 650_000)}  # metres of the Dutch grid: x and y
MOST = 500  # places in one list

POSTCODE = re.compile(r"\b([1-9][0-9]{3}) ?([A-Za-z]{2})\b")  # a street or less
_KNOWN = {*COLUMNS, *DUTCH, *(name for names in SYNONYMS.values() for name in names)}


@dataclass(frozen=True)
class OwnPlace:
    """A place as its row has it: with `lon` and `lat` (degrees, EPSG:4326), or with an `address` to
    look up. `step_free` is `yes`, `no` or `unknown`; a text that is not there is blank.
    """

    row: int
    name: str
    kind: str  # as it stands there
    address: str
    lon: float | None
    lat: float | None
    open_to: str = ""
    step_free: str = "unknown"
    cost: str = ""
    hours: str = ""


@dataclass(frozen=True)
class List:
    """The places of a table, what of it is left out, and what was passed over."""

    places: tuple[OwnPlace, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


def table(body: bytes) -> Sheet:
    """The table in a file. Raises UnreadableError."""
    return spreadsheet.sheet(body, lambda name: plain(name) in _KNOWN)


def proposal(names: Sequence[str]) -> Columns:
    """Which column is what, as far as their names tell; `is_sure` where name, kind and where all
    have a column.
    """
    headings = [plain(name) for name in names]
    at: dict[str, int] = {}
    for role in ROLES:
        ours = [plain(names[COLUMNS.index(role)]) for names in (COLUMNS, DUTCH) if role in COLUMNS]
        for name in (*ours, *SYNONYMS.get(role, ())):
            if name in headings and headings.index(name) not in at.values():
                at[role] = headings.index(name)
                break
    return Columns(at, is_sure={"name", "kind"} <= {*at} and is_placed(at))


def is_placed(at: Mapping[str, int]) -> bool:
    """Whether columns say where a place is."""
    return {"lat", "lon"} <= {*at} or bool({"address", "postcode"} & {*at})


def kind_of(text: str, labels: Mapping[str, str]) -> str:
    """The kind that a word is of, blank where that is not sure; `labels` are the kinds by their
    labels and ids, in any language.
    """
    name = plain(text)
    known = {**CALLED, **{plain(label): kind for label, kind in labels.items()}}
    return known.get(name, "")


def read(sheet: Sheet, chosen: Columns) -> List:
    """The places of a table, with its columns as chosen; no more than MOST."""
    places: dict[tuple[object, ...], OwnPlace] = {}
    faults = [*sheet.faults]
    for number, line in sheet.rows:
        row = {role: cells.cell(role, line[at], "", True) for role, at in chosen.at.items()}
        wrong = [
            Fault(cell.fault, number, sheet.names[chosen.at[role]], cell.shown)
            for role, cell in row.items()
            if cell.fault
        ]
        place = _place(number, {role: str(cell.value) for role, cell in row.items()})
        if not wrong and isinstance(place, Fault):
            at = chosen.at.get(place.column, -1)
            wrong = [replace(place, column=sheet.names[at] if at >= 0 else "")]
        elif not wrong and isinstance(place, OwnPlace):
            key = (plain(place.name), place.kind, place.address, place.lon, place.lat)
            if key in places:
                wrong = [Fault("places_double", number, value=place.name)]
            elif len(places) >= MOST:
                wrong = [Fault("places_many", number, value=place.name)]
            else:
                places[key] = place
        faults += wrong
    notes = [*sheet.notes]
    if unread := chosen.unread(sheet.names):
        notes.append(Note("unread", len(unread), tuple(unread[:3])))
    faults.sort(key=lambda fault: fault.row)
    return List(tuple(places.values()), tuple(faults), tuple(notes))


def _place(number: int, row: Mapping[str, str]) -> OwnPlace | Fault:
    """The place of a row by role; else why there is none, with the role as its column."""
    if not row.get("name"):
        return Fault("places_nameless", number, "name")
    point: dict[str, float] = {}
    for role in ("lat", "lon"):
        if text := row.get(role, ""):
            try:
                point[role] = float(text.replace(",", "."))
            except ValueError:
                return Fault("places_degrees", number, role, text)
            if not isfinite(point[role]):
                return Fault("places_degrees", number, role, text)
    if len(point) == 2 and all(low < point[role] < high for role, (low, high) in GRID.items()):
        ((point["lon"], point["lat"]),) = of_grid(np.array([[point["lon"], point["lat"]]]))
    if any(abs(value) > 180 for value in point.values()):
        role = next(role for role, value in point.items() if abs(value) > 180)
        return Fault("places_metres", number, role, row[role])
    if len(point) == 1:
        return Fault("places_half", number, "lon" if "lat" in point else "lat")
    street = " ".join(filter(None, (row.get("address", ""), row.get("number", ""))))
    town = " ".join(filter(None, (row.get("postcode", ""), row.get("town", ""))))
    address = ", ".join(filter(None, (street, town)))
    if not point and not address:
        return Fault("places_nowhere", number)
    has_street = re.search(r"[^\W\d].*[0-9]", street) and ("," in street or row.get("town"))
    if not point and not has_street and not POSTCODE.search(address):
        return Fault("places_coarse", number, "address", address)
    free = plain(row.get("step_free", ""))
    return OwnPlace(
        number,
        row["name"],
        row.get("kind", ""),
        address,
        float(point["lon"]) if point else None,
        float(point["lat"]) if point else None,
        row.get("open_to", ""),
        "yes" if free in YES else "no" if free in NO else "unknown",
        row.get("cost", ""),
        row.get("hours", ""),
    )
