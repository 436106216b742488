"""OpenStreetMap: places of every kind that the taxonomy gives tags, and streets that can be walked, ODbL.

Geofabrik serves an extract per province, which is what OpenStreetMap asks of heavy users: places and streets are read
in one pass over each. Where it does not answer, places come from Overpass: one query a kind, one after the other; the
box also holds some of Belgium and Germany, which the build drops. Streets are those of the compiled network of
Rotterdam where a compilation is at hand, else of the extracts that STREETS names. One source, for all of it needs the
same files; it keeps the name by which places are known (`osm_places:node/1`).

Quirks: an Overpass answer with status 200 and a remark of a runtime error is cut short; a kind may be empty, all of
them may not; an element of two kinds is of the first in the order of the taxonomy; many parks and playgrounds have no
name; an element without a place (a relation of relations) or without tags is skipped and counted. A way or relation is
in the middle of its bounding box, as Overpass has it. No one checks that a footpath is open; steps count as any other
path; ferries are no streets, so quarters across water are parts of their own.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
from numpy.typing import NDArray
from pyarrow.parquet import ParquetFile
from pyproj import Transformer

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.source import COMPILED, Get, NoEndpoint, Payloads, Source, Tables

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
STREETS = ("zuid-holland",)
OVERPASS = "https://overpass-api.de/api/interpreter"
BOX = "50.7,3.3,53.6,7.3"  # south, west, north, east
SMALL_BOX = "52.36,4.87,52.37,4.90"
PATIENCE = 30  # seconds after a 429, as Overpass asks
COMPILATION = "osm/rotterdam_walk_{}.parquet"
STEP_FREE = {"yes": True, "designated": True, "no": False}  # `limited` is neither
NOT_WALKED = re.compile("motorway|trunk|construction|proposed|raceway|bus_guideway|escape|corridor|platform|rest_area")
CLOSED = {"no", "private"}
DECIMALS = 1  # of a metre; ends at one spot are one crossing
MOST_SKIPPED = 0.1  # of the elements; if more lack a place or tags, the answer has changed

Spot = tuple[float, float]  # longitude and latitude
Rows = Iterator[dict[str, Any]]
Lines = list[NDArray[np.float64]]  # the spots of each street, n x 2


def probe(get: Get) -> str:
    """The date of an extract, or of what Overpass has of a few museums."""
    return get.first(partial(_state, get), partial(_few, get))


def _state(get: Get) -> str:
    said: bytes = get("state", STATE.format(STREETS[0]), binary=True, check=_has_time)
    return _time(said)


def _time(state: bytes) -> str:
    found = re.search(rb"^timestamp=(\d{4}-\d\d-\d\d)T", state, re.MULTILINE)
    return found[1].decode() if found else ""


def _has_time(state: bytes) -> None:
    if not _time(state):
        raise ValueError("no timestamp in the state of an extract")


def _few(get: Get) -> str:
    query = _query(("tourism=museum",), SMALL_BOX)
    body = get("museum", OVERPASS, data={"data": query}, patience=PATIENCE, check=_complete, rows=_count)
    _places(_overpass_rows("museum", body))
    return str(_date(body["osm3s"]["timestamp_osm_base"]))


def fetch(get: Get) -> None:
    """The extracts, or else one query per kind; and the compiled network."""
    get.first(partial(_extracts, get), partial(_kinds, get))
    try:
        for part in ("nodes", "edges"):
            get(part, COMPILED + COMPILATION.format(part), binary=True, check=_is_parquet, rows=_rows)
    except NoEndpoint:
        pass  # then the streets are those of the extracts


def _extracts(get: Get) -> None:
    for name in PROVINCES:
        get(name, EXTRACT.format(name), file=True, check=_is_extract)


def _kinds(get: Get) -> None:
    for name, kind in catalogue.load().kinds.items():
        if kind.osm:
            query = _query(kind.osm)
            get(name, OVERPASS, data={"data": query}, patience=PATIENCE, check=_complete, rows=_count)


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


def _is_parquet(body: bytes) -> None:
    if not (body.startswith(b"PAR1") and body.endswith(b"PAR1")):
        raise ValueError(f"truncated or malformed Parquet file ({len(body):,} bytes)")


def _rows(body: bytes) -> int:
    return int(ParquetFile(io.BytesIO(body)).metadata.num_rows)


def _is_extract(file: Path) -> None:
    with file.open("rb") as body:
        if b"OSMHeader" not in body.read(64):
            raise ValueError(f"not an OpenStreetMap extract ({file.stat().st_size:,} bytes)")


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place and, where we have streets, street(ux, uy, vx, vy, metres).

    Of a piece of street both ends in EPSG:28992, and its length. `attrs["skipped"]` of table place is how many elements
    lacked a place or tags. Raises ValueError when that is more than a tenth of them.
    """
    kinds: dict[tuple[str, str], str] = {}
    for name, kind in catalogue.load().kinds.items():
        for tag in kind.osm:
            key, _, value = tag.partition("=")
            kinds.setdefault((key, value), name)
    rows: list[dict[str, Any]] = []
    lines: Lines = []
    for name, body in payloads.items():  # of Overpass as fetched: in the order of the taxonomy
        if isinstance(body, Path):
            rows += _extract_rows(body, kinds, lines if name in STREETS and "edges" not in payloads else None)
        elif name not in ("nodes", "edges"):
            rows += _overpass_rows(name, body)
    tables = {"place": _places(rows)}
    if "edges" in payloads:
        tables["street"] = _network(payloads["nodes"], payloads["edges"])
    elif lines:
        tables["street"] = _pieces(lines)
    return tables


def _places(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """The rows that lack nothing, each element once."""
    found = pd.DataFrame(rows, columns=["id", "name", "kind", "lon", "lat", "step_free", "period", "lacks"])
    skipped = found["lacks"].notna()
    if skipped.sum() > MOST_SKIPPED * len(found):
        most = found["lacks"].value_counts().index[0]
        raise ValueError(f"{skipped.sum():,} of {len(found):,} elements lack a place or tags, most of them {most}")
    place = (
        found[~skipped].drop(columns="lacks").drop_duplicates("id", ignore_index=True).astype({"step_free": "boolean"})
    )
    place.attrs["skipped"] = int(skipped.sum())
    return place


def _row(name: str, kind: str, tags: Mapping[str, str], spots: list[Spot], period: str | None) -> dict[str, Any]:
    """One element, named `<type>/<number>`, in the middle of the bounding box of its spots."""
    lon, lat = ((min(along) + max(along)) / 2 for along in zip(*spots, strict=True)) if spots else (None, None)
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
        spots = [] if spot.get("lon") is None or spot.get("lat") is None else [(spot["lon"], spot["lat"])]
        yield _row(f"{element['type']}/{element['id']}", kind, element.get("tags") or {}, spots, period)


def _extract_rows(file: Path, kinds: Mapping[tuple[str, str], str], lines: Lines | None) -> Rows:
    """Every element of a kind; `lines` gets the streets that can be walked.

    The members of the few relations of a kind are looked up afterwards, among the ways alone.
    """
    keys = {key for key, _ in kinds} | ({"highway"} if lines is not None else set())
    reader = osmium.FileProcessor(file).with_locations().with_filter(osmium.filter.KeyFilter(*keys))
    period = _date(reader.header.get("osmosis_replication_timestamp"))
    relations = []
    for element in reader:
        kind = next((name for (key, value), name in kinds.items() if element.tags.get(key) == value), None)
        street = lines is not None and isinstance(element, osmium.osm.Way) and _walked(element.tags)
        spots = _spots(element) if kind or street else []
        if lines is not None and street:
            lines.append(np.array(spots, dtype=float).reshape(-1, 2))
        if kind and isinstance(element, osmium.osm.Relation):
            relations.append((element.id, kind, dict(element.tags), [(m.type, m.ref) for m in element.members]))
        elif kind:
            sort = "way" if isinstance(element, osmium.osm.Way) else "node"
            yield _row(f"{sort}/{element.id}", kind, dict(element.tags), spots, period)
    table = reader.node_location_storage
    wanted = {ref for *_, members in relations for sort, ref in members if sort == "w"}
    placed: dict[tuple[str, int], list[Spot]] = {}
    if wanted and table:
        located = osmium.NodeLocationsForWays(table)
        located.ignore_errors()
        ways = osmium.FileProcessor(file, osmium.osm.WAY).with_filter(osmium.filter.IdFilter(wanted))
        placed = {("w", way.id): _spots(way) for way in ways.with_filter(located)}
    for number, kind, tags, members in relations:
        spots = [spot for member in members for spot in placed.get(member, _node(table, *member))]
        yield _row(f"relation/{number}", kind, tags, spots, period)


def _spots(element: Any) -> list[Spot]:
    """Where a node or the nodes of a way are, as far as the extract says; nothing for a relation."""
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


def _walked(tags: osmium.osm.TagList) -> bool:
    highway, foot = tags.get("highway"), tags.get("foot")
    if not highway or foot in CLOSED or (foot is None and tags.get("access") in CLOSED):
        return False
    return not NOT_WALKED.match(highway)


def _pieces(lines: Lines) -> pd.DataFrame:
    """Every piece between two points of a street."""
    spots = np.concatenate(lines)
    xy = np.column_stack(Transformer.from_crs(4326, 28992, always_xy=True).transform(spots[:, 0], spots[:, 1]))
    line_of = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    on = line_of[:-1] == line_of[1:]
    ends = np.hstack([xy[:-1][on], xy[1:][on]])
    return _street(ends, np.hypot(ends[:, 0] - ends[:, 2], ends[:, 1] - ends[:, 3]))


def _network(nodes: bytes, edges: bytes) -> pd.DataFrame:
    """The compiled network, which knows how long a bent street is."""
    node, edge = (pd.read_parquet(io.BytesIO(part)) for part in (nodes, edges))
    spot = node.set_index("node")[["x_rd", "y_rd"]]
    return _street(np.hstack([spot.loc[edge[end]].to_numpy() for end in "uv"]), edge["m"].to_numpy(dtype=float))


def _street(ends: NDArray[np.float64], metres: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame(ends.round(DECIMALS), columns=["ux", "uy", "vx", "vy"]).assign(metres=metres)
