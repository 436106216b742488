"""CBS and Kadaster outlines of 2024 through PDOK (`cbs/gebiedsindelingen`), CC BY 4.0.

The generalised layers hold land only, so open water is dropped at the source; GM0998 (abroad) is dropped here. Quirk:
without a year all years come back. Label points are inside the outline, also of a crescent.
"""

import json
from typing import Any

import pandas as pd
import shapely

from pipelines import ogc
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="CBS gebiedsindelingen 2024, gegeneraliseerd",
    publisher="CBS, Kadaster (PDOK)",
    licence="CC-BY-4.0",
    url="https://www.pdok.nl/introductie/-/article/cbs-gebiedsindelingen",
    cadence="yearly",
    attribution="© CBS, Kadaster",
)
YEAR = 2024
LEVELS = ("gemeente", "wijk", "buurt")
ABROAD = "GM0998"


def fetch(get: Get) -> None:
    """All outlines of the year, per level."""
    for level in LEVELS:
        url = f"https://api.pdok.nl/cbs/gebiedsindelingen/ogc/v1/collections/{level}_gegeneraliseerd/items"
        ogc.fetch_collection(get, level, url, datetime=f"{YEAR}-07-01T00:00:00Z")


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table outline(code, year, level, name, geometry, lon, lat); geometry is GeoJSON text, in degrees to 1e-5."""
    return {"outline": pd.DataFrame([_outline(f, level) for level in LEVELS for f in _land(payloads, level)])}


def _land(payloads: Payloads, level: str) -> list[dict[str, Any]]:
    features = ogc.read_features(payloads, level)
    wrong = {f["properties"]["jaarcode"] for f in features} - {YEAR, str(YEAR)}
    if wrong:
        raise ValueError(f"{level}: outlines of {sorted(wrong)[0]} came, {YEAR} was asked")
    return [f for f in features if f["properties"]["statcode"] != ABROAD]


def _outline(feature: dict[str, Any], level: str) -> dict[str, Any]:
    code = feature["properties"]["statcode"]
    shape = shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
    label = shapely.point_on_surface(shape)
    return {
        "code": code,
        "year": YEAR,
        "level": level,
        "name": feature["properties"]["statnaam"],
        "geometry": shapely.to_geojson(shapely.set_precision(shape, 1e-5)),
        "lon": round(label.x, 5),
        "lat": round(label.y, 5),
    }
