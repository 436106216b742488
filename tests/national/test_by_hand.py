"""Distances to schools from three neighbourhoods, recomputed in plain Python from the publishers'
own rows.

Shares no code with the pipeline: only the outline of a neighbourhood and what the road adds come
from its database.
"""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import shapely
from pyproj import Geod

pytestmark = pytest.mark.mirror

Spot = tuple[float, float]
TABLES = {
    "primary_school": "adressen_bo_Alle_vestigingen_in_het_basisonderwijs",
    "secondary_school": "adressen_vo_Adressen_van_vestigingen_in_het_voortgezet_onderwijs",
    "special_school": "adressen_so_Adressen_van_vestigingen_in_het_speciaal_onderwijs",
}


def records(folder: Path, start: str) -> list[dict[str, str]]:
    """All rows of a table that came in pages."""
    pages = sorted(
        folder.glob(f"{start}_[0-9]*.json"), key=lambda page: (len(page.name), page.name)
    )
    assert pages, f"no {start} in {folder.name}"
    return [row for page in pages for row in json.loads(page.read_bytes())["result"]["records"]]


def schools(raw: Path) -> dict[str, list[Spot]]:
    """Spots of schools by kind: by the address of the location of a school, else by its
    postcode.
    """
    folder = raw / "duo_schools"
    rio = "rio_nfo_po_vo_vavo_mbo_ho_"
    spot = {
        row["ONDERWIJSLOCATIECODE"]: row
        for row in records(folder, rio + "onderwijslocaties")
        if row["GPS_LONGITUDE"] and row["GPS_LATITUDE"]
    }
    at: dict[tuple[str, ...], Spot] = {}
    for tie in records(folder, rio + "relaties_onderwijslocatiegebruiken_vestigingserkenningen"):
        place = spot.get(tie["ONDERWIJSLOCATIECODE"])
        if place and not tie["EINDDATUM"]:
            here = float(place["GPS_LONGITUDE"]), float(place["GPS_LATITUDE"])
            site, postcode = tie["VESTIGINGSCODE"], place["POSTCODE"].replace(" ", "")
            at.setdefault((site, postcode), here)
            door = f"{place['HUISNUMMER'] or ''}{place['HUISNUMMERTOEVOEGING'] or ''}"
            at.setdefault((site, postcode, letters(door)), here)
    out: dict[str, list[Spot]] = {}
    for kind, table in TABLES.items():
        out[kind] = []
        for row in records(folder, table):
            near = row["VESTIGINGSCODE"], row["POSTCODE"].replace(" ", "")
            exact = (*near, letters(row["HUISNUMMER-TOEVOEGING"]))
            if found := at.get(exact) or at.get(near):
                out[kind].append(found)
    return out


def letters(door: object) -> str:
    """A house number with its addition, without what stands between them."""
    return "".join(c for c in str(door) if c.isalnum() or c == "_")


def polled(raw: Path) -> Iterator[dict[str, str]]:
    """Each building people vote in once; the newer election says what is at an address."""
    seen: set[str] = set()
    names: set[tuple[str, str]] = set()
    for election in (
        "tweede-kamerverkiezingen",
        "provinciale-statenverkiezingen",
    ):  # November and March
        newer = set(seen)
        with (raw / "kiesraad_places" / f"stembureaus-{election}-2023_file").open(
            encoding="utf-8", newline=""
        ) as file:
            found = list(csv.DictReader(file))
        for row in found:
            if row["Type stembureau"] == "mobiel" or row["CBS gemeentecode"].startswith("GM9"):
                continue
            address = "".join(
                str(row[c] or "") for c in ("Postcode", "Huisnummer", "Huisletter")
            ).replace(" ", "")
            seen.add(address)
            name = "".join(c for c in row["Naam stembureau"].casefold() if c.isalnum())
            if address in newer or (row["Postcode"] or "", name) in names:
                continue
            names.add((row["Postcode"] or "", name))
            yield row


@pytest.mark.parametrize(
    "code", ["BU03440112", "BU16800000", "BU05991571"]
)  # Oog in Al, Annen, Tarwewijk
@pytest.mark.parametrize("kind", sorted(TABLES))
def test_the_distance_from_a_neighbourhood(national: Path, code: str, kind: str) -> None:
    """From a grid of our own over the outline, by the ellipsoid: so it agrees to some percent."""
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        outline = con.execute("SELECT geometry FROM area WHERE code = ?", [code]).fetchall()[0][0]
        metres, low, high = con.execute(
            "SELECT metres, low, high FROM access WHERE area = ? AND kind = ?", [code, kind]
        ).fetchall()[0]
        factors = con.execute("SELECT since, until, low, median, high FROM detour").fetchall()
    shape = shapely.from_geojson(outline)
    west, south, east, north = shape.bounds
    grid = [
        (west + (i + 0.5) / 20 * (east - west), south + (j + 0.5) / 20 * (north - south))
        for i in range(20)
        for j in range(20)
    ]
    inside = [at for at in grid if shape.contains(shapely.Point(at))]
    geod, spots = Geod(ellps="WGS84"), schools(national / "raw")[kind]
    near = sorted(spots, key=lambda s: math.dist(s, inside[0]))[:300]
    straight = sum(min(geod.inv(*at, *s)[2] for s in near) for at in inside) / len(inside)
    # of every class of urbanity, for which one it is in is not told here; the last row is of all
    # neighbourhoods
    fits = [
        f
        for since, until, *f in factors
        if since is not None and 0.9 * since <= straight < 1.1 * until
    ]
    of_all = next(median for since, _, _, median, _ in factors if since is None)
    if low is None:
        assert metres == pytest.approx(of_all * straight, rel=0.1)
    else:
        assert any(
            (metres, low, high)
            == pytest.approx([f * straight for f in (median, least, most)], rel=0.1)
            for least, median, most in fits
        )


def test_the_margin_holds_the_distance_that_cbs_publishes(national: Path) -> None:
    """In every class of distance and of urbanity 85 to 95 %, in municipalities that it was not
    learnt from.
    """
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        classes = con.execute("SELECT areas, coverage FROM detour").fetchall()
        ours = con.execute(
            "SELECT area, low, high FROM access WHERE kind = 'primary_school' AND low > 0"
        ).fetchall()
    assert len(classes) > 15
    assert all(0.85 <= coverage <= 0.95 for _, coverage in classes)
    published = {}
    for page in (national / "raw" / "cbs_kwb").glob("*TypedDataSet*"):
        body = json.loads(page.read_bytes())
        published |= {row["WijkenEnBuurten"].strip(): row for row in body["value"]}
    road = next(c for c in next(iter(published.values())) if c.startswith("AfstandTotSchool"))
    known = {
        a: 1_000 * float(row[road]) for a, row in published.items() if row.get(road) is not None
    }
    both = [(known[a], low, high) for a, low, high in ours if a in known]
    assert len(both) > 10_000
    assert 0.85 <= sum(low <= metres <= high for metres, low, high in both) / len(both) <= 0.95
