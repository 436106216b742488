"""Areas: what they are called, how they nest, where they lie, and which resemble each other."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.store import spoken
from dashboard.store.catalogue import scheme
from dashboard.store.database import StoreError, arrays, cached, rows

SELECTION, JOIN, MOST_PARTS = "selection", "+", 60  # an area of one's own, as its code has it
COUNTRY = "(SELECT code FROM area WHERE parent IS NULL)"  # its code, in SQL
NAMED = 3  # of a selection, in its name
# by `code`, of the codes and `in_parts` of them that are asked for, every `area` that is it or lies in
# it; three joins of equals, for one join on any of three compares every area with every code
INSIDE = """asked AS (SELECT unnest(?) AS code, unnest(?) AS part), inside AS (
    SELECT a.code AS area, c.code FROM asked c JOIN area a ON a.code = c.part
    UNION SELECT a.code, c.code FROM asked c JOIN area a ON a.parent = c.part
    UNION SELECT a.code, c.code FROM asked c JOIN area a ON a.municipality = c.part)"""
WORLD = (-180.0, -85.0, 180.0, 85.0)  # west, south, east, north in degrees, as far as web maps go


@dataclass(frozen=True)
class Area:
    """An official area of one year, or a selection of some (`GM0518+GM0599`)."""

    code: str
    year: int
    level: str
    name: str
    parent: str | None
    municipality: str | None
    province: str | None
    population: int | None
    lon: float | None
    lat: float | None
    west: float | None
    south: float | None
    east: float | None
    north: float | None

    @property
    def is_country(self) -> bool:
        """Whether it is the country: the area that lies in no other."""
        return self.parent is None

    @property
    def is_municipality(self) -> bool:
        """Whether it is a municipality."""
        return self.municipality == self.code

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a municipality, such as a neighbourhood."""
        return self.municipality not in (None, self.code)

    @property
    def is_region(self) -> bool:
        """Whether it is made of municipalities or of parts of them: a province, or a selection."""
        return self.municipality is None and not self.is_country

    @property
    def is_selection(self) -> bool:
        """Whether it is a selection of a reader, and no official area."""
        return self.level == SELECTION

    @property
    def whole(self) -> str | None:
        """The code of what a map of its neighbourhoods covers: its municipality, or itself where it
        is a region; None for the country.
        """
        return self.code if self.is_region else self.municipality


@dataclass(frozen=True)
class Levels:
    """The levels of areas: the country, those below it from coarse to fine, and which of those the
    municipalities are.
    """

    country: str
    below: tuple[str, ...]
    municipality: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Those below a municipality."""
        return self.below[self.below.index(self.municipality) + 1 :]

    @property
    def finest(self) -> str:
        """The level of the smallest areas."""
        return self.below[-1]


@cached(1)
def area_levels() -> Levels:
    """The levels of this edition."""
    country, *below = scheme("area_level")
    municipality = rows("SELECT level FROM area WHERE code = municipality LIMIT 1")
    return Levels(country, tuple(below), municipality[0]["level"] if municipality else below[0])


@cached(1)
def country() -> str:
    """The code of the country. Raises StoreError in a database without areas."""
    top = rows(f"SELECT {COUNTRY} AS code")
    if not top[0]["code"]:
        raise StoreError("database_unreadable", "table area is empty")
    return str(top[0]["code"])


@cached(4096)
def area(code: str) -> Area | None:
    """One area, or None when there is no such code in this edition.

    A code of several, joined by `+` (or a blank, which is what an address makes of it), is the
    selection of them.
    """
    if len(codes := re.split(r"[+ ]", code)) > 1:
        return _selection(codes)
    columns = ", ".join(Area.__dataclass_fields__)
    records = rows(f"SELECT {columns} FROM area WHERE code = ?", code)
    return Area(**records[0]) if records else None


def _selection(codes: list[str]) -> Area | None:
    """Some areas as one, each once; None where one is not known, one is the country, they are more
    than MOST_PARTS, or they come down to one.
    """
    if len(codes) > MOST_PARTS:
        return None
    asked = {a.code: a for a in map(area, codes) if a and not a.is_country}
    if len(asked) < len({*codes}):
        return None
    inside = {c for a in asked.values() for c in within(a.code) if c != a.code}
    parts = [a for code, a in sorted(asked.items()) if code not in inside]
    if len(parts) < 2:
        return None
    large = sorted(parts, key=lambda a: (-(a.population or 0), a.code))
    named = [a.name for a in large[:NAMED]] + ([str(len(parts) - NAMED)] if parts[NAMED:] else [])
    return Area(
        code=JOIN.join(a.code for a in parts),
        year=parts[0].year,
        level=SELECTION,
        name=" + ".join(named),
        parent=country(),
        municipality=None,
        province=None,
        population=sum(a.population or 0 for a in parts),
        lon=None,
        lat=None,
        west=min((a.west for a in parts if a.west is not None), default=None),
        south=min((a.south for a in parts if a.south is not None), default=None),
        east=max((a.east for a in parts if a.east is not None), default=None),
        north=max((a.north for a in parts if a.north is not None), default=None),
    )


@cached(4096)
def members(code: str) -> tuple[str, ...]:
    """What an area is put together of: the municipalities of a province, what was selected, else
    itself.
    """
    whole = area(code)
    if not whole or not whole.is_region:
        return (code,)
    if not whole.is_selection:
        return tuple(a.code for a in children(code))
    return tuple(m for part in code.split(JOIN) for m in members(part))


@cached(1024)
def children(code: str) -> list[Area]:
    """The areas directly below, by name; of a selection its parts."""
    if JOIN in code:
        parts = (area(part) for part in code.split(JOIN))
        return sorted((a for a in parts if a), key=lambda a: (a.name, a.code))
    columns = ", ".join(Area.__dataclass_fields__)
    return [
        Area(**r)
        for r in rows(f"SELECT {columns} FROM area WHERE parent = ? ORDER BY name, code", code)
    ]


@cached(1)
def all_municipalities() -> list[Area]:
    """Every municipality, by name."""
    columns = ", ".join(Area.__dataclass_fields__)
    return [
        Area(**r)
        for r in rows(f"SELECT {columns} FROM area WHERE code = municipality ORDER BY name, code")
    ]


def lineage(found: Area) -> list[Area]:
    """The area and everything above it, the country first."""
    out = [found]
    while out[0].parent and (above := area(out[0].parent)):
        out.insert(0, above)
    return out


def search(query: str, limit: int = 8) -> list[dict[str, Any]]:
    """Areas by code, by name as it is written or meant, by another name, or by the four digits of a
    postcode; `found_by` is the other name or postcode.

    Case, accents, signs and a province in parentheses do not matter. Exact first, then larger
    first. When no name holds the words, the names that look most like them.
    """
    if known := area(re.sub(r"\s", "", query).upper()):
        if known.is_selection:
            return [{"code": known.code, "name": known.name, "level": known.level}
                    | {"municipality": None, "found_by": None}]  # fmt: skip
        return _named([], "a.code = ?", [known.code], 1)
    ways = [spoken.meant(query)[:6], spoken.words(query)[:6]]
    if ways[0] == ways[1]:
        del ways[0]
    if not ways[-1]:
        return []
    if re.fullmatch(r"[1-9]\d{3}([a-z]{2})?", ways[-1][0]):  # with or without its letters
        ways = [[ways[-1][0][:4]]]
    for match in (_HOLDS, _ALIKE):
        hits: dict[str, dict[str, Any]] = {}
        for words in ways:
            asked = " ".join(words)
            each, values = (
                (match, [asked]) if match == _ALIKE else (" AND ".join([match] * len(words)), words)
            )
            for hit in _named(words, each, values, limit):
                hits.setdefault(hit["code"], hit)
        if hits:
            return [*hits.values()][:limit]
    return []


_PLAIN = "trim(regexp_replace(strip_accents(lower({})), '[^a-z0-9]+', ' ', 'g'))"
_CLOSE = f"jaro_winkler_similarity(n.said, {_PLAIN.format('?')})"
_HOLDS, _ALIKE = f"contains(n.said, {_PLAIN.format('?')})", f"{_CLOSE} > 0.9"
_NAMES = f"""
    SELECT code, {_PLAIN.format("name")} AS said, NULL AS found_by FROM area
    UNION ALL SELECT code, {_PLAIN.format("regexp_replace(name, '[(].*', '')")}, NULL FROM area
        WHERE contains(name, '(')
    UNION ALL SELECT area, {_PLAIN.format("name")}, name FROM alias"""


def _named(words: list[str], match: str, values: list[str], limit: int) -> list[dict[str, Any]]:
    """The areas that match, those of which a name is just these words first."""
    asked = " ".join(words)
    return rows(
        f"""SELECT a.code, a.name, a.level, m.name AS municipality, n.found_by FROM ({_NAMES}) n
            JOIN area a USING (code)
            LEFT JOIN area m ON m.code = a.municipality AND a.municipality <> a.code WHERE {match}
            QUALIFY row_number() OVER (PARTITION BY a.code ORDER BY {_CLOSE} DESC, n.found_by NULLS FIRST) = 1
            ORDER BY {_CLOSE} < 1, {_CLOSE} = 1 AND (coalesce(a.municipality <> a.code, false)
                OR a.municipality IS NULL AND a.parent IS NOT NULL),
              a.population DESC NULLS LAST, a.code
            LIMIT ?""",
        *values,
        *[asked] * 3,
        limit,
    )


@cached(1)
def codes() -> list[str]:
    """The code of every area, municipality by municipality."""
    return [
        r["code"] for r in rows("SELECT code FROM area ORDER BY coalesce(municipality, ''), code")
    ]


@cached(512)
def within(code: str) -> tuple[str, ...]:
    """An area and all areas below it."""
    records = rows(
        """SELECT DISTINCT a.code FROM (SELECT unnest(?) AS code) c
           JOIN area a ON c.code IN (a.code, a.parent, a.municipality) ORDER BY a.code""",
        [code, *members(code)],
    )
    return tuple(r["code"] for r in records)


def in_parts(codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Areas beside what each is put together of, in two columns of one length."""
    pairs = [(code, part) for code in codes for part in members(code)]
    return [code for code, _ in pairs], [part for _, part in pairs]


def inside(scope: str) -> tuple[str, list[Any]]:
    """That an area `a` lies in a municipality, a region or the country: a condition in SQL, and its
    values.
    """
    if scope == country():
        return "true", []
    if (region := area(scope)) and region.is_region:
        return "a.code IN (SELECT unnest(?))", [[*within(scope)]]
    return "a.municipality = ?", [scope]


@cached(512)
def bounds(level: str, scope: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the outlines of a level within a scope, in degrees; None when
    there are none.
    """
    where, values = inside(scope)
    box = rows(
        f"""SELECT min(west) AS w, min(south) AS s, max(east) AS e, max(north) AS n FROM area a
           WHERE level = ? AND {where} AND geometry IS NOT NULL""",
        level,
        *values,
    )[0]
    return (box["w"], box["s"], box["e"], box["n"]) if box["w"] is not None else None


@cached(1)
def country_bounds() -> tuple[float, float, float, float]:
    """West, south, east, north of all outlines, in degrees; of the world where there are none."""
    box = rows("SELECT min(west) AS w, min(south) AS s, max(east) AS e, max(north) AS n FROM area")[
        0
    ]
    return (box["w"], box["s"], box["e"], box["n"]) if box["w"] is not None else WORLD


def outlines(level: str, scope: str) -> dict[str, tuple[str, str]]:
    """Code to name and outline (GeoJSON text), by code."""
    where, values = inside(scope)
    records = rows(
        f"""SELECT code, name, geometry FROM area a
           WHERE level = ? AND {where} AND geometry IS NOT NULL ORDER BY code""",
        level,
        *values,
    )
    return {r["code"]: (r["name"], r["geometry"]) for r in records}


@cached(64)
def map_names(level: str, scope: str) -> dict[str, tuple[str, float, float]]:
    """Name, longitude and latitude by code of the areas that a map may name, most residents first.

    On a map of the country these are municipalities, whatever its level.
    """
    where, values = inside(scope)
    records = rows(
        f"""SELECT code, name, lon, lat FROM area a
           WHERE level = ? AND {where} AND geometry IS NOT NULL AND lon IS NOT NULL
           ORDER BY population DESC NULLS LAST, code""",
        area_levels().municipality if scope == country() else level,
        *values,
    )
    return {r["code"]: (r["name"], r["lon"], r["lat"]) for r in records}


def outlines_within(
    box: tuple[float, float, float, float], most: int = 60
) -> list[tuple[str, str]]:
    """Name and outline (GeoJSON text) of the neighbourhoods in a box of degrees, or of its
    municipalities.

    The latter where there would be more than `most`, or where this edition holds no neighbourhoods.
    """
    west, south, east, north = box
    for level in (area_levels().finest, area_levels().municipality):
        records = rows(
            """SELECT name, geometry FROM area WHERE level = ? AND geometry IS NOT NULL
                 AND west <= ? AND east >= ? AND south <= ? AND north >= ? ORDER BY code""",
            level,
            east,
            west,
            north,
            south,
        )
        if 0 < len(records) <= most:
            break
    return [(r["name"], r["geometry"]) for r in records]


def neighbourhoods_in(box: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """`code`, `population` and `geometry` of every neighbourhood that a box of degrees touches, by
    code.
    """
    west, south, east, north = box
    return rows(
        """SELECT code, population, geometry FROM area WHERE level = ? AND geometry IS NOT NULL
             AND west <= ? AND east >= ? AND south <= ? AND north >= ? ORDER BY code""",
        area_levels().finest,
        east,
        west,
        north,
        south,
    )


@cached(64)
def outline(code: str) -> str | None:
    """The outline of one area, as GeoJSON text; of a selection those of its parts together."""
    parts = code.split(JOIN)
    records = rows(
        "SELECT geometry FROM area WHERE code IN (SELECT unnest(?)) AND geometry IS NOT NULL ORDER BY code",
        parts,
    )
    if len(parts) < 2 or not records:
        return records[0]["geometry"] if records else None
    shapes = [json.loads(r["geometry"]) for r in records]
    polygons = [
        p
        for s in shapes
        for p in (s["coordinates"] if s["type"] == "MultiPolygon" else [s["coordinates"]])
    ]
    return json.dumps({"type": "MultiPolygon", "coordinates": polygons}, separators=(",", ":"))


@cached(512)
def centre(code: str) -> tuple[float, float] | None:
    """Longitude and latitude of the point of an area that travel times start from; None where there
    is none.
    """
    records = rows("SELECT lon, lat FROM area WHERE code = ? AND lon IS NOT NULL", code)
    return (records[0]["lon"], records[0]["lat"]) if records else None


@cached(64)
def postcode(digits: str) -> Area | None:
    """The neighbourhood of a four-digit postcode, that with most residents of several; None where
    it is not known.
    """
    records = rows(
        """SELECT l.area FROM alias l JOIN area a ON a.code = l.area WHERE l.kind = 'postcode' AND l.name = ?
           ORDER BY a.population DESC NULLS LAST, a.code LIMIT 1""",
        digits,
    )
    return area(records[0]["area"]) if records else None


@cached(1)
def postcodes() -> frozenset[str]:
    """The four digits of every postcode that is in an area of this edition."""
    return frozenset(
        r["name"] for r in rows("SELECT DISTINCT name FROM alias WHERE kind = 'postcode'")
    )


@cached(1024)
def peers(code: str) -> list[Area]:
    """The areas most like this one in who lives there, nearest first; see the terms of scheme
    `peer_feature`.
    """
    records = rows("SELECT peer FROM peer WHERE area = ? ORDER BY position", code)
    return [a for r in records if (a := area(r["peer"]))]


@cached(1)
def size() -> dict[str, int]:
    """How many areas of each level, and how many places, this edition holds."""
    counts = {
        r["level"]: r["n"] for r in rows("SELECT level, count(*) AS n FROM area GROUP BY level")
    }
    return {
        **dict.fromkeys(area_levels().below, 0),
        **counts,
        "place": rows("SELECT count(*) AS n FROM place")[0]["n"],
    }


@cached(4)
def columns(level: str) -> dict[str, Any]:
    """`code`, `name`, `municipality`, `population` and `drawn` (has an outline) of every area of a
    level, by code.
    """
    return arrays(
        """SELECT code, name, coalesce(municipality, code) AS municipality, geometry IS NOT NULL AS drawn,
             coalesce(population, 0)::DOUBLE AS population FROM area WHERE level = ? ORDER BY code""",
        level,
    )
