"""OpenStreetMap: streets and paths that can be walked, cut at every crossing, ODbL.

Geofabrik serves an extract per province; `EXTRACTS` says which. Where a compilation is at hand it holds the network of
Rotterdam and is used instead. Quirks: no one checks that a footpath is open, and ferries are no streets, so quarters
across water are parts of their own; steps count as any other path.
"""

import io
import re

import numpy as np
import osmium
import pandas as pd
from pyarrow.parquet import ParquetFile
from pyproj import Transformer

from pipelines.catalogue import Indicator
from pipelines.source import COMPILED, Get, NoEndpoint, Payloads, Source, Tables

SOURCE = Source(
    title="Straten en paden uit OpenStreetMap",
    publisher="OpenStreetMap contributors",
    licence="ODbL-1.0",
    url="https://download.geofabrik.de/europe/netherlands.html",
    cadence="daily",
    attribution="© OpenStreetMap contributors",
)
EXTRACT = "https://download.geofabrik.de/europe/netherlands/{}-latest.osm.pbf"
EXTRACTS = ("zuid-holland",)
COMPILATION = "osm/rotterdam_walk_{}.parquet"
NOT_WALKED = re.compile("motorway|trunk|construction|proposed|raceway|bus_guideway|escape|corridor|platform|rest_area")
CLOSED = {"no", "private"}
DECIMALS = 1  # of a metre; ends at one spot are one crossing


def fetch(get: Get) -> None:
    """The compiled network, or else the extracts."""
    try:
        for part in ("nodes", "edges"):
            get(part, COMPILED + COMPILATION.format(part), binary=True, check=_is_parquet, rows=_count)
    except NoEndpoint:
        for name in EXTRACTS:
            get(name, EXTRACT.format(name), binary=True, check=_is_extract)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table street(ux, uy, vx, vy, metres): both ends of a piece of street in EPSG:28992, and its length."""
    if "edges" in payloads:
        node, edge = (pd.read_parquet(io.BytesIO(payloads[part])) for part in ("nodes", "edges"))
        spot = node.set_index("node")[["x_rd", "y_rd"]]
        ends = np.hstack([spot.loc[edge["u"]].to_numpy(), spot.loc[edge["v"]].to_numpy()])
        metres = edge["m"].to_numpy(dtype=float)
    else:
        ends = np.concatenate([_pieces(payloads[name]) for name in payloads])
        metres = np.hypot(ends[:, 0] - ends[:, 2], ends[:, 1] - ends[:, 3])
    street = pd.DataFrame(ends.round(DECIMALS), columns=["ux", "uy", "vx", "vy"]).assign(metres=metres)
    return {"street": street}


def _pieces(body: bytes) -> np.ndarray:
    """Every piece between two points of a way that can be walked: ux, uy, vx, vy in metres."""
    buffer = osmium.io.FileBuffer(body, "osm.pbf")
    ways = osmium.FileProcessor(buffer).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    lines = [
        [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        for way in ways
        if isinstance(way, osmium.osm.Way) and _walked(way.tags)
    ]
    to_metres = Transformer.from_crs(4326, 28992, always_xy=True)
    spots = np.array([spot for line in lines for spot in line], dtype=float).reshape(-1, 2)
    xy = np.column_stack(to_metres.transform(spots[:, 0], spots[:, 1]))
    line_of = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    on = line_of[:-1] == line_of[1:]
    return np.hstack([xy[:-1][on], xy[1:][on]])


def _walked(tags: osmium.osm.TagList) -> bool:
    foot = tags.get("foot")
    if foot in CLOSED or (foot is None and tags.get("access") in CLOSED):
        return False
    return not NOT_WALKED.match(tags["highway"])


def _is_parquet(body: bytes) -> None:
    if not (body.startswith(b"PAR1") and body.endswith(b"PAR1")):
        raise ValueError(f"truncated or malformed Parquet file ({len(body):,} bytes)")


def _count(body: bytes) -> int:
    return int(ParquetFile(io.BytesIO(body)).metadata.num_rows)


def _is_extract(body: bytes) -> None:
    if b"OSMHeader" not in body[:64]:
        raise ValueError(f"not an OpenStreetMap extract ({len(body):,} bytes)")
