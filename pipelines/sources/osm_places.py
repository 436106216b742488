"""OpenStreetMap: places of every kind that the taxonomy gives tags, ODbL.

Geofabrik serves an extract per province, which is what OpenStreetMap asks of heavy users: every
place is read in one pass over each. Where it does not answer, places come from Overpass: one query
a kind, one after the other; the box also holds some of Belgium and Germany, which the build drops.

Quirks: an Overpass answer with status 200 and a remark of a runtime error is cut short; a kind may
be empty, all of them may not; an element of two kinds is of the first in the order of the taxonomy;
many parks and playgrounds have no name; an element without a place (a relation of relations) or
without tags is skipped and counted. A way or relation is in the middle of its bounding box, as
Overpass has it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import osmium
import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="OpenStreetMap",
    publisher="OpenStreetMap contributors",
    licence="ODbL-1.0",
    url="https://www.openstreetmap.org/copyright",
    cadence="continuous",
    attribution="© OpenStreetMap contributors",
)
EXTRACT = "https://download.geofabrik.de/europe/netherlands/{}-latest.osm.pbf"
STATE = "https://download.geofabrik.de/europe/netherlands/{}-updates/state.txt"
PROVINCES = (
    "drenthe", "flevoland", "friesland", "gelderland", "groningen", "limburg", "noord-brabant", "noord-holland",
    "overijssel", "utrecht", "zeeland", "zuid-holland",
)  # fmt: skip
PROBED = "zuid-holland"
OVERPASS = "https://overpass-api.de/api/interpreter"
BOX = "50.7,3.3,53.6,7.3"  # south, west, north, east
SMALL_BOX = "52.36,4.87,52.37,4.90"
PATIENCE = 30  # seconds after a 429, as Overpass asks
STEP_FREE = {"yes": True, "designated": True, "no": False}  # `limited` is neither
MOST_SKIPPED = 0.1  # of the elements; if more lack a place or tags, the answer has changed

Spot = tuple[float, float]  # longitude and latitude
Rows = Iterator[dict[str, Any]]


def probe(get: Get) -> str:
    """The date of an extract, or of what Overpass has of a few museums."""
    return get.first(partial(_state, get), partial(_few, get))


def _state(get: Get) -> str:
    state: bytes = get("state", STATE.format(PROBED), binary=True, check=_has_time)
    return _time(state)


def _time(state: bytes) -> str:
    found = re.search(rb"^timestamp=(\d{4}-\d\d-\d\d)T", state, re.MULTILINE)
    return found[1].decode() if found else ""


def _has_time(state: bytes) -> None:
    if not _time(state):
        raise ValueError("no timestamp in the state of an extract")


def _few(get: Get) -> str:
    query = _query(("tourism=museum",), SMALL_BOX)
    body = get(
        "museum", OVERPASS, data={"data": query}, patience=PATIENCE, check=_complete, rows=_count
    )
    _places(_overpass_rows("museum", body))
    return str(_date(body["osm3s"]["timestamp_osm_base"]))


def fetch(get: Get) -> None:
    """The extracts, or else one query per kind."""
    get.first(partial(_extracts, get), partial(_kinds, get))


def _extracts(get: Get) -> None:
    for name in PROVINCES:
        get(name, EXTRACT.format(name), file=True, check=_is_extract)


def _kinds(get: Get) -> None:
    for name, kind in catalogue.load().kinds.items():
        if kind.osm:
            query = _query(kind.osm)
            get(
                name,
                OVERPASS,
                data={"data": query},
                patience=PATIENCE,
                check=_complete,
                rows=_count,
            )


def _query(tags: tuple[str, ...], box: str = BOX) -> str:
    wanted = "".join('nwr["{}"="{}"];'.format(*tag.split("=")) for tag in tags)
    return f"[out:json][timeout:180][bbox:{box}];({wanted});out center tags;"


def _complete(body: object) -> None:
    if not isinstance(body, dict) or "elements" not in body:
        raise ValueError("not an Overpass answer: no 'elements'")
    if "error" in (body.get("remark") or ""):
        raise ValueError(f"cut short: {body['remark']}")


def _count(body: dict[str, list[object]]) -> int:
    return len(body["elements"])


def _is_extract(file: Path) -> None:
    with file.open("rb") as body:
        if b"OSMHeader" not in body.read(64):
            raise ValueError(f"not an OpenStreetMap extract ({file.stat().st_size:,} bytes)")


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place; its `attrs["skipped"]` is how many elements lacked a place or tags.

    Raises ValueError when that is more than a tenth of them.
    """
    kinds: dict[tuple[str, str], str] = {}
    for name, kind in catalogue.load().kinds.items():
        for tag in kind.osm:
            key, _, value = tag.partition("=")
            kinds.setdefault((key, value), name)
    rows: list[dict[str, Any]] = []
    for name, body in payloads.items():  # of Overpass as fetched: in the order of the taxonomy
        if isinstance(body, Path):
            rows += _extract_rows(body, kinds)
        else:
            rows += _overpass_rows(name, body)
    return {"place": _places(rows)}


def _places(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """The rows that lack nothing, each element once."""
    found = pd.DataFrame(
        rows, columns=["id", "name", "kind", "lon", "lat", "step_free", "period", "lacks"]
    )
    skipped = found["lacks"].notna()
    if skipped.sum() > MOST_SKIPPED * len(found):
        most = found["lacks"].value_counts().index[0]
        raise ValueError(
            f"{skipped.sum():,} of {len(found):,} elements lack a place or tags, most of them {most}"
        )
    place = (
        found[~skipped]
        .drop(columns="lacks")
        .drop_duplicates("id", ignore_index=True)
        .astype({"step_free": "boolean"})
    )
    place.attrs["skipped"] = int(skipped.sum())
    return place


def _row(
    name: str, kind: str, tags: Mapping[str, str], spots: list[Spot], period: str | None
) -> dict[str, Any]:
    """One element, named `<type>/<number>`, in the middle of the bounding box of its spots."""
    lon, lat = (
        ((min(along) + max(along)) / 2 for along in zip(*spots, strict=True))
        if spots
        else (None, None)
    )
    return {
        "id": f"osm_places:{name}",
        "name": tags.get("name"),
        "kind": kind,
        "lon": lon,
        "lat": lat,
        "step_free": STEP_FREE.get(tags.get("wheelchair", "")),
        "period": period,
        "lacks": "tags" if not tags else None if spots else "a place",
    }


def _overpass_rows(kind: str, body: dict[str, Any]) -> Rows:
    period = _date(body.get("osm3s", {}).get("timestamp_osm_base"))
    for element in body["elements"]:
        spot = element.get("center") or element
        spots = (
            []
            if spot.get("lon") is None or spot.get("lat") is None
            else [(spot["lon"], spot["lat"])]
        )
        yield _row(
            f"{element['type']}/{element['id']}", kind, element.get("tags") or {}, spots, period
        )


def _extract_rows(file: Path, kinds: Mapping[tuple[str, str], str]) -> Rows:
    """Every element of a kind.

    The members of the few relations of a kind are looked up afterwards, among the ways alone.
    """
    keys = {key for key, _ in kinds}
    reader = osmium.FileProcessor(file).with_locations().with_filter(osmium.filter.KeyFilter(*keys))
    period = _date(reader.header.get("osmosis_replication_timestamp"))
    relations = []
    for element in reader:
        kind = next(
            (name for (key, value), name in kinds.items() if element.tags.get(key) == value), None
        )
        spots = _spots(element) if kind else []
        if kind and isinstance(element, osmium.osm.Relation):
            relations.append(
                (element.id, kind, dict(element.tags), [(m.type, m.ref) for m in element.members])
            )
        elif kind:
            sort = "way" if isinstance(element, osmium.osm.Way) else "node"
            yield _row(f"{sort}/{element.id}", kind, dict(element.tags), spots, period)
    table = reader.node_location_storage
    wanted = {ref for *_, members in relations for sort, ref in members if sort == "w"}
    placed: dict[tuple[str, int], list[Spot]] = {}
    if wanted and table:
        located = osmium.NodeLocationsForWays(table)
        located.ignore_errors()
        ways = osmium.FileProcessor(file, osmium.osm.WAY).with_filter(
            osmium.filter.IdFilter(wanted)
        )
        placed = {("w", way.id): _spots(way) for way in ways.with_filter(located)}
    for number, kind, tags, members in relations:
        spots = [spot for member in members for spot in placed.get(member, _node(table, *member))]
        yield _row(f"relation/{number}", kind, tags, spots, period)


def _spots(element: Any) -> list[Spot]:
    """Where a node or the nodes of a way are, as far as the extract says; nothing for a
    relation.
    """
    if isinstance(element, osmium.osm.Node):
        return [(element.lon, element.lat)] if element.location.valid() else []
    nodes = element.nodes if isinstance(element, osmium.osm.Way) else ()
    return [(node.lon, node.lat) for node in nodes if node.location.valid()]


def _node(table: Any, sort: str, ref: int) -> list[Spot]:
    try:
        spot = table.get(ref) if sort == "n" else None
    except KeyError:  # cut off at the border of the extract
        return []
    return [(spot.lon, spot.lat)] if spot else []


def _date(time: str | None) -> str | None:
    return time[:10] if time else None
