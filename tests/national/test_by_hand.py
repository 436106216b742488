"""Ways to places of three neighbourhoods, recomputed in plain Python from the publishers' own rows.

Shares no code with the pipeline: only the point that stands for a neighbourhood comes from its database. Two of the
neighbourhoods lie where ways are straight lines, the third lies on the streets we have.
"""

import csv
import heapq
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from pyproj import Geod, Transformer

pytestmark = pytest.mark.mirror

Spot = tuple[float, float]
CROW, STREETS = ["BU03440112", "BU16800000"], "BU05991571"  # Oog in Al, Annen; Tarwewijk
TABLES = {
    "primary_school": "adressen_bo_Alle_vestigingen_in_het_basisonderwijs",
    "secondary_school": "adressen_vo_Adressen_van_vestigingen_in_het_voortgezet_onderwijs",
    "special_school": "adressen_so_Adressen_van_vestigingen_in_het_speciaal_onderwijs",
}
FORMAL = {"primary_school", "secondary_school", "special_school"}
PURPOSE = {
    "gezondheidszorgfunctie": "care",
    "bijeenkomstfunctie": "social",
    "onderwijsfunctie": "school",
    "sportfunctie": "sport",
}


def records(folder: Path, start: str) -> list[dict[str, str]]:
    """All rows of a table that came in pages."""
    pages = sorted(folder.glob(f"{start}_[0-9]*.json"), key=lambda page: (len(page.name), page.name))
    assert pages, f"no {start} in {folder.name}"
    return [row for page in pages for row in json.loads(page.read_bytes())["result"]["records"]]


def schools(raw: Path) -> dict[str, list[Spot]]:
    """Spots of schools by kind: by the address of the location of a school, else by its postcode."""
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


def polling_places(raw: Path) -> dict[str, list[Spot]]:
    """Spots of buildings people vote in by what they are for."""
    out = defaultdict(list)
    for row, kind in polled(raw):
        if row["Latitude"] and row["Longitude"]:
            lat, lon = float(row["Latitude"]), float(row["Longitude"])
            out[kind].append((lon, lat) if lat > lon else (lat, lon))
    return out


def polled(raw: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Each building people vote in once, and what it is for; the newer election says what is at an address."""
    seen: set[str] = set()
    names: set[tuple[str, str]] = set()
    for election in ("tweede-kamerverkiezingen", "provinciale-statenverkiezingen"):  # November and March
        newer = set(seen)
        with (raw / "kiesraad_places" / f"stembureaus-{election}-2023_file").open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        for row in found:
            if row["Type stembureau"] == "mobiel" or row["CBS gemeentecode"].startswith("GM9"):
                continue
            address = "".join(str(row[c] or "") for c in ("Postcode", "Huisnummer", "Huisletter")).replace(" ", "")
            seen.add(address)
            name = "".join(c for c in row["Naam stembureau"].casefold() if c.isalnum())
            if address in newer or (row["Postcode"] or "", name) in names:
                continue
            names.add((row["Postcode"] or "", name))
            says = row["Naam stembureau"].casefold()
            purposes = (row["Gebruiksdoel van het gebouw"] or "").casefold()
            if any(word in says for word in ("gemeentehuis", "stadhuis", "stadskantoor", "raadhuis")):
                yield row, "policy"
            else:
                yield row, next((kind for word, kind in PURPOSE.items() if word in purposes), "social")


def by_street(raw: Path, start: Spot, farthest: float = 2_500) -> Callable[[Spot], float]:
    """Metres over the streets from one spot to any other no farther than that: Dijkstra's algorithm with a heap."""
    to_metres = Transformer.from_crs(4326, 28992, always_xy=True).transform
    con = duckdb.connect()
    nodes, edges = (raw / "osm_places" / part for part in ("nodes", "edges"))
    spot = {n: (x, y) for n, x, y in con.sql(f"SELECT node, x_rd, y_rd FROM read_parquet('{nodes}')").fetchall()}
    next_to = defaultdict(list)
    for u, v, m in con.sql(f"SELECT u, v, m FROM read_parquet('{edges}')").fetchall():
        next_to[u].append((v, m))
        next_to[v].append((u, m))

    def ways(first: int) -> dict[int, float]:
        done: dict[int, float] = {}
        todo = [(0.0, first)]
        while todo:
            metres, node = heapq.heappop(todo)
            if node not in done:
                done[node] = metres
                for other, m in next_to[node]:
                    heapq.heappush(todo, (metres + m, other))
        return done

    main = max((ways(n) for n in list(spot)[:20]), key=len)  # the part of the streets that hangs together
    assert len(main) > len(spot) / 2

    def snap(at: Spot) -> tuple[float, int]:
        here = to_metres(*at)
        return min((math.dist(here, spot[n]), n) for n in main)

    gap, first = snap(start)
    far = ways(first)

    def metres(to: Spot) -> float:
        if Geod(ellps="WGS84").inv(*start, *to)[2] > farthest:
            return math.inf
        off, node = snap(to)
        return gap + far[node] + off if off <= 250 else math.inf

    return metres


@pytest.mark.parametrize("code", [*CROW, STREETS])
def test_the_ways_from_a_neighbourhood(national: Path, code: str) -> None:
    raw = national / "raw"
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        start = con.execute("SELECT lon, lat FROM area WHERE code = ?", [code]).fetchall()[0]
        said = con.execute(
            "SELECT indicator, value, method FROM observation WHERE area = ? AND method IS NOT NULL", [code]
        ).fetchall()
    figure = {indicator: value for indicator, value, _ in said}
    assert {method for *_, method in said} == {"network" if code == STREETS else "straight_line"}

    geod = Geod(ellps="WGS84")

    def crow(to: Spot) -> float:
        return float(geod.inv(*start, *to)[2]) * 1.3

    metres = by_street(raw, start) if code == STREETS else crow
    school, building = schools(raw), polling_places(raw)
    away = {name: sorted(map(metres, spots)) for name, spots in {**school, **building}.items()}
    formal = min(away[kind][0] for kind in FORMAL)
    informal = min(away[kind][0] for kind in ("social", "care", "policy"))
    close = {"rel": 0.005, "abs": 0.05}
    assert figure["walk_to_primary_school_min"] == pytest.approx(away["primary_school"][0] / 80, **close)
    assert figure["bike_to_secondary_school_min"] == pytest.approx(away["secondary_school"][0] / 250, **close)
    assert figure["walk_to_formal_place_min"] == pytest.approx(formal / 80, **close)
    assert figure["walk_to_non_formal_place_min"] == pytest.approx(away["sport"][0] / 80, **close)
    assert figure["bike_to_informal_place_min"] == pytest.approx(informal / 250, **close)
    assert figure["walk_to_care_place_min"] == pytest.approx(away["care"][0] / 80, **close)
    assert figure["meeting_places_within_15_min"] == sum(m <= 15 * 80 for m in away["social"])
    for mode, speed in (("walk", 80), ("bike", 250)):
        bound = 15 * speed
        forms = (formal <= bound) + (informal <= bound) + (away["sport"][0] <= bound)
        assert figure[f"learning_forms_within_15_min_{mode}"] == forms
