"""Files for a map program, opened by geopandas: the same outlines, in the same place."""

import io
import json
import sqlite3
from pathlib import Path

import geopandas
import pyarrow.parquet
import pyogrio
import pytest
import shapely

from dashboard import store
from dashboard.download import geo
from dashboard.download.geo import Layer
from dashboard.site import geo as files
from dashboard.site import metadata, pages

PLACE = metadata.Place("https://atlas.example/site/", "https://atlas.example")
TOWN = "GM0599"


def written(code: str, ending: str, folder: Path) -> Path:
    path = folder / f"{code}.{ending}"
    path.write_bytes(pages.file(f"geo/{path.name}", PLACE) or b"")
    return path


def kept(level: str = "") -> geopandas.GeoDataFrame:
    """The outlines in a municipality as the edition holds them, by code."""
    rows = store.rows(
        """SELECT code, name, population, geometry FROM area
           WHERE municipality = ? AND ? IN (level, '') AND geometry IS NOT NULL ORDER BY code""",
        TOWN,
        level,
    )
    shapes = shapely.from_geojson([row["geometry"] for row in rows])
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs=4326).set_index("code")


def same(frame: geopandas.GeoDataFrame, expected: geopandas.GeoDataFrame) -> None:
    frame = frame.set_index("area").loc[expected.index]
    assert frame.to_crs(4326).geometry.geom_equals(expected.geometry).all()
    assert (frame["name"] == expected["name"]).all()
    assert (frame["population"].fillna(-1) == expected["population"].fillna(-1)).all()


def test_geoparquet_holds_the_outlines_with_what_the_standard_asks(tmp_path: Path) -> None:
    file = written(TOWN, "parquet", tmp_path)
    frame = geopandas.read_parquet(file)
    assert frame.crs == "OGC:CRS84"
    assert len(frame) == len(kept())
    same(frame, kept())
    metadata_read = pyarrow.parquet.read_schema(file).metadata
    geometry = json.loads(metadata_read[b"geo"])["columns"]["geometry"]
    assert geometry["geometry_types"] == ["MultiPolygon"]
    assert geometry["bbox"] == pytest.approx(frame.total_bounds)
    rings = [shapely.get_exterior_ring(part) for part in frame.geometry.explode()]
    assert shapely.is_ccw(rings).all()  # as `orientation` says
    assert metadata_read[b"edition"].decode() == store.build()["id"]
    west, south, *_ = frame.total_bounds
    few = geopandas.read_parquet(file, bbox=(west, south, west + 0.05, south + 0.05))
    assert 0 < len(few) < len(frame)


def test_a_geopackage_holds_a_layer_for_each_level_and_the_places(tmp_path: Path) -> None:
    file = written(TOWN, "gpkg", tmp_path)
    layers = dict(pyogrio.list_layers(file))
    assert layers == {
        **dict.fromkeys(("gemeente", "wijk", "buurt"), "MultiPolygon"),
        "place": "Point",
    }
    frame = geopandas.read_file(file, layer="buurt")
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == len(kept("buurt"))
    same(frame, kept("buurt"))
    places = geopandas.read_file(file, layer="place")
    assert (places.geometry.x == places["lon"]).all()
    assert places["licence"].notna().all()
    assert len(places) == store.rows(
        """SELECT count(*) AS n FROM place JOIN area a ON a.code = area
           WHERE place.lon IS NOT NULL AND municipality = ?""",
        TOWN,
    )[0]["n"]  # fmt: skip
    with sqlite3.connect(file) as con:
        assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not con.execute("PRAGMA foreign_key_check").fetchall()
        moments = {m for (m,) in con.execute("SELECT last_change FROM gpkg_contents")}
    assert moments == {store.build()["built_at"][:19] + ".000Z"}


def test_a_row_without_a_geometry_stays_and_one_of_another_kind_is_refused(tmp_path: Path) -> None:
    table = pyarrow.table({'a "name"': ["x", "y"], "n": [1, None]})
    layer = Layer("two", table, ['{"type":"Point","coordinates":[4.5,51.9]}', None])
    (tmp_path / "two.gpkg").write_bytes(geo.geopackage([layer]))
    for frame in (
        geopandas.read_file(tmp_path / "two.gpkg"),
        geopandas.read_parquet(io.BytesIO(geo.geoparquet(layer, {}))),
    ):
        assert [*frame['a "name"']] == ["x", "y"]
        assert [*frame.geometry.isna()] == [False, True]
        assert frame.geometry[0].equals(shapely.Point(4.5, 51.9))
    with pytest.raises(ValueError, match="LineString"):
        geo.shape('{"type":"LineString","coordinates":[[4,51],[5,52]]}')


def test_what_has_files_is_the_country_a_province_or_a_municipality() -> None:
    assert all(len(files.paths(code)) == 2 for code in (store.country(), "PV28", TOWN))
    for code in ("WK059915", "BU05991571", "GM0599+GM0518", "GM9999"):
        assert not files.paths(code)
        assert pages.file(f"geo/{code}.gpkg", PLACE) is None
    assert pages.file(f"geo/{TOWN}.shp", PLACE) is None


def test_files_that_the_app_makes_are_linked_where_it_serves_the_page() -> None:
    link, tried = f"/site/geo/{TOWN}.gpkg", "/site/nl/api.html"
    for app, is_there in (
        ("", True),
        ("/atlas", True),
        ("https://atlas.example", False),
        (None, False),
    ):
        place = metadata.Place(PLACE.base, app)
        area, home = (pages.file(p, place) or b"" for p in (f"nl/{TOWN}.html", "index.html"))
        assert (link.encode() in area, tried.encode() in home) == (is_there, is_there), app
        assert b"geo/NL00.gpkg" in home
