"""CBS and Kadaster outlines through PDOK (`cbs/gebiedsindelingen`), CC BY 4.0, of the year of the
areas.

The generalised layers hold land only, so open water is dropped at the source; GM0998 (abroad) is
dropped here. Quirk: without a year all years come back. A wijk or buurt without a shape is left
out, as water is; a municipality must have one. Label points are inside the outline, also of a
crescent.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import shapely

from pipelines.catalogue import Indicator
from pipelines.fetch import ogc
from pipelines.fetch.source import Get, Payloads, Source, Tables
from pipelines.sources import cbs_kwb

SOURCE = Source(
    title="CBS gebiedsindelingen, gegeneraliseerd",
    publisher="CBS, Kadaster (PDOK)",
    licence="CC-BY-4.0",
    url="https://www.pdok.nl/introductie/-/article/cbs-gebiedsindelingen",
    cadence="yearly",
    attribution="© CBS, Kadaster",
)
ITEMS = "https://api.pdok.nl/cbs/gebiedsindelingen/ogc/v1/collections/{}_gegeneraliseerd/items"
LEVELS = ("gemeente", "wijk", "buurt")
ABROAD = "GM0998"


def probe(get: Get) -> str:
    """One outline of the year of the areas."""
    year, url = cbs_kwb.newest(get).year, ITEMS.format("gemeente")
    check = ogc.of_collection(_of_year(year))
    params = [{"f": "json", "limit": 1, **way} for way in _ways(year)]
    page = get.first(*(partial(get, "gemeente/0", url, params=p, check=check) for p in params))
    _outline(page["features"][0], "gemeente")
    return str(year)


def fetch(get: Get) -> None:
    """All outlines of the year of the areas, per level."""
    year = cbs_kwb.newest(get).year
    for level in LEVELS:
        ogc.fetch_collection(get, level, ITEMS.format(level), _ways(year), _of_year(year))


def _ways(year: int) -> list[dict[str, str]]:
    return [{"datetime": f"{year}-07-01T00:00:00Z"}, {"jaarcode": str(year)}]


def _of_year(year: int) -> Callable[[dict[str, Any]], None]:
    def check(feature: dict[str, Any]) -> None:
        came = feature["properties"].get("jaarcode")
        if str(came) != str(year):
            raise ValueError(f"outlines of {came} came, {year} was asked")

    return check


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table outline(code, year, level, name, geometry, lon, lat); geometry is GeoJSON text, in
    degrees to 1e-5.
    """
    found = [_outline(f, level) for level in LEVELS for f in ogc.read_features(payloads, level)]
    return {
        "outline": pd.DataFrame(
            [outline for outline in found if outline and outline["code"] != ABROAD]
        )
    }


def _outline(feature: dict[str, Any], level: str) -> dict[str, Any] | None:
    """An area as a row; None for a wijk or buurt without a shape, ValueError for such a
    municipality.
    """
    area = feature["properties"]
    shape = shapely.make_valid(
        shapely.from_geojson(json.dumps(feature["geometry"]), on_invalid="ignore")
    )
    if shape is None or not shape.area:
        if level != "gemeente":
            return None
        raise ValueError(
            f"{level} {area['statcode']} {area['statnaam']} has no outline in its layer"
        )
    label = shapely.point_on_surface(shape)
    return {
        "code": area["statcode"],
        "year": int(area["jaarcode"]),
        "level": level,
        "name": area["statnaam"],
        "geometry": shapely.to_geojson(shapely.set_precision(shape, 1e-5)),
        "lon": round(label.x, 5),
        "lat": round(label.y, 5),
    }
