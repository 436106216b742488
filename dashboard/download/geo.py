"""Tables with a geometry as GeoParquet 1.1 and as GeoPackage 1.3, with what comes with Python and
pyarrow.

Both are in longitude and latitude of WGS 84, which is what GeoParquet means where no system is
named. Made when they are asked for, from the outlines that the edition holds: made in a build they
would weigh several times what the table of areas does, and geopandas is not part of serving.
"""

from __future__ import annotations

import io
import json
import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet

from dashboard import store
from dashboard.download.geojson import polygons, turned

GEOMETRY = "geometry"  # the column
GEOPACKAGE = "application/geopackage+sqlite3"
GPKG, VERSION = 0x47504B47, 10300  # how SQLite is told that a file is a GeoPackage of version 1.3
WGS84 = 4326
DEFINITION = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
NO_BOX = (None,) * 4
Box = tuple[float, float, float, float]  # west, south, east, north

TABLES = """
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
        organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
        description TEXT);
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE,
        max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id));
    CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents (table_name),
        column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys (srs_id), z TINYINT NOT NULL, m TINYINT NOT NULL,
        PRIMARY KEY (table_name, column_name));
    INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
        ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL);
"""
KINDS = {"string": "TEXT", "double": "DOUBLE", "int32": "MEDIUMINT", "int64": "INTEGER"}


@dataclass(frozen=True)
class Layer:
    """A table whose rows have a geometry each, as GeoJSON text or None: points, or polygons."""

    name: str
    table: pyarrow.Table
    shapes: Sequence[str | None]
    description: str = ""


@dataclass(frozen=True)
class Shape:
    """A geometry as well-known binary, its kind, and the box that it fills."""

    kind: str
    body: bytes
    box: Box


def shape(text: str | None) -> Shape | None:
    """A geometry of GeoJSON: a point, or polygons, which become one MultiPolygon wound as RFC 7946
    says. None for none. Raises ValueError for any other kind.
    """
    if not text:
        return None
    one = turned(json.loads(text))
    if one["type"] == "Point":
        x, y = map(float, one["coordinates"][:2])
        return Shape("Point", struct.pack("<BIdd", 1, 1, x, y), (x, y, x, y))
    parts = polygons(one)
    if not parts:
        raise ValueError(f"a geometry of kind {one['type']}")
    body = [struct.pack("<BII", 1, 6, len(parts))]
    for rings in parts:
        body.append(struct.pack("<BII", 1, 3, len(rings)))
        for ring in rings:
            body += (struct.pack("<I", len(ring)), np.asarray(ring, "<f8").tobytes())
    outer = np.concatenate([np.asarray(rings[0]) for rings in parts])
    west, south, east, north = *map(float, outer.min(axis=0)), *map(float, outer.max(axis=0))
    return Shape("MultiPolygon", b"".join(body), (west, south, east, north))


def geoparquet(layer: Layer, about: Mapping[str, str]) -> bytes:
    """A layer as GeoParquet: its columns, the box of each row (by which a reader passes over the
    parts of a file that it does not need), and the geometry. `about` goes along in the file.
    """
    shapes = [*map(shape, layer.shapes)]
    corners = ("xmin", "ymin", "xmax", "ymax")
    boxes = [None if s is None else dict(zip(corners, s.box, strict=True)) for s in shapes]
    box = pyarrow.struct([(corner, pyarrow.float64()) for corner in corners])
    bodies = [None if s is None else s.body for s in shapes]
    table = layer.table.append_column("bbox", pyarrow.array(boxes, box))
    table = table.append_column(GEOMETRY, pyarrow.array(bodies, pyarrow.binary()))
    geometry: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({s.kind for s in shapes if s}),
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {corner: ["bbox", corner] for corner in corners}},
    }
    if whole := _whole(shapes):
        geometry["bbox"] = [*whole]
    described = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: geometry}}
    out = io.BytesIO()
    described_table = table.replace_schema_metadata({**about, "geo": json.dumps(described)})
    pyarrow.parquet.write_table(described_table, out, compression="zstd", row_group_size=4096)
    return out.getvalue()


def geopackage(layers: Iterable[Layer]) -> bytes:
    """Layers as one GeoPackage, dated as the edition: the same layers are the same bytes."""
    moment = store.build()["built_at"][:19] + ".000Z"
    con = sqlite3.connect(":memory:", isolation_level=None)
    try:
        con.execute(f"PRAGMA application_id = {GPKG}")
        con.execute(f"PRAGMA user_version = {VERSION}")
        con.executescript(TABLES)
        con.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', ?, 'EPSG', ?, ?, 'longitude, latitude in degrees')",
            (WGS84, WGS84, DEFINITION),
        )
        con.execute("BEGIN")
        for layer in layers:
            _add(con, layer, moment)
        con.execute("COMMIT")
        return con.serialize()
    finally:
        con.close()


def _add(con: sqlite3.Connection, layer: Layer, moment: str) -> None:
    """A layer, with what the standard wants to know of it."""
    shapes = [*map(shape, layer.shapes)]
    kind = "POINT" if any(s and s.kind == "Point" for s in shapes) else "MULTIPOLYGON"
    declared = ", ".join(
        f"{_quoted(column.name)} {KINDS[str(column.type)]}" for column in layer.table.schema
    )
    con.execute(
        f"CREATE TABLE {_quoted(layer.name)} (fid INTEGER PRIMARY KEY, {GEOMETRY} {kind}, {declared})"
    )
    con.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (layer.name, layer.name, layer.description, moment, *(_whole(shapes) or NO_BOX), WGS84),
    )
    con.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)",
        (layer.name, GEOMETRY, kind, WGS84),
    )
    columns = [column.to_pylist() for column in layer.table.columns]
    asked = ", ".join("?" * (len(columns) + 2))
    con.executemany(
        f"INSERT INTO {_quoted(layer.name)} VALUES ({asked})",
        zip(range(1, len(shapes) + 1), map(_blob, shapes), *columns, strict=True),
    )


def _blob(one: Shape | None) -> bytes | None:
    """A geometry as a GeoPackage keeps it: a head with its box, where that is no point."""
    if one is None:
        return None
    if one.kind == "Point":
        return struct.pack("<2sBBi", b"GP", 0, 1, WGS84) + one.body
    west, south, east, north = one.box
    return struct.pack("<2sBBi4d", b"GP", 0, 3, WGS84, west, east, south, north) + one.body


def _whole(shapes: Iterable[Shape | None]) -> Box | None:
    """The box around all; None around nothing."""
    boxes = np.array([s.box for s in shapes if s])
    if not len(boxes):
        return None
    least, most = boxes.min(axis=0), boxes.max(axis=0)
    return float(least[0]), float(least[1]), float(most[2]), float(most[3])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
