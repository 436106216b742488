"""The state's list of museums (Rijksdienst voor het Cultureel Erfgoed): where they are, CC0 as a
user of it states.

The list is kept for emergency services and gives positions only: no names, no addresses. So a
museum of another source that lies there is that museum (`merge.py`), and one that no other source
has is a museum without a name.

Quirks: the answer says in `crs` whether its positions are in metres (EPSG:28992, as when nothing is
asked) or degrees, longitude first. Some museums have the position of a neighbour instead of their
own (73 of 629 in June 2026); which of them is there cannot be told, so a position counts once and
the rest are skipped and counted.
"""

from typing import Any

import pandas as pd
from pyproj import Transformer

from pipelines.catalogue import Indicator
from pipelines.fetch import ogc
from pipelines.fetch.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="Overzicht musea",
    publisher="Rijksdienst voor het Cultureel Erfgoed",
    licence="CC0-1.0",
    url="https://services.rce.geovoorziening.nl/Veiligheid_van_Erfgoed/wfs",
    cadence="continuous",
    attribution="Bron: Rijksdienst voor het Cultureel Erfgoed",
)
LAYER = {
    "service": "WFS",
    "version": "2.0.0",
    "request": "GetFeature",
    "typeNames": "Veiligheid_van_Erfgoed:overzichtmusea",
    "outputFormat": "application/json",
}
METRES, DEGREES = "28992", ("4326", "CRS84")
FROM_METRES = Transformer.from_crs(28992, 4326, always_xy=True)
DECIMALS = 6  # of a degree: a tenth of a metre


def probe(get: Get) -> str:
    """One museum; the answer is of today."""
    tidy({"museums": _ask(get, {"count": "1"}, _check)}, [])
    return ""


def fetch(get: Get) -> None:
    """The whole layer in one answer, which must hold as many museums as it says there are."""
    _ask(get, {}, _whole)


def _ask(get: Get, more: dict[str, str], check: Any) -> Any:
    return get(
        "museums",
        SOURCE.url,
        params={**LAYER, **more},
        check=check,
        rows=lambda b: len(b["features"]),
    )


def _whole(body: Any) -> None:
    _check(body)
    came, matched = len(body["features"]), body.get("numberMatched", body.get("totalFeatures"))
    if came != matched:
        raise ValueError(f"{came:,} museums came and the answer says that there are {matched}")


def _is_a_museum(feature: Any) -> None:
    geometry = feature.get("geometry") or {}
    if (
        not feature.get("id")
        or geometry.get("type") != "Point"
        or len(geometry.get("coordinates", ())) < 2
    ):
        raise ValueError(f"museum {feature.get('id')!r} has no number or no position")


_check = ogc.of_collection(_is_a_museum)


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place, without names. `attrs["skipped"]` is how many museums have no position of their
    own.
    """
    body = payloads["museums"]
    df = pd.DataFrame(
        [(f["id"], *f["geometry"]["coordinates"][:2]) for f in body["features"]],
        columns=["id", "x", "y"],
    )
    number = pd.to_numeric(
        df["id"].str.rsplit(".", n=1).str[-1]
    )  # in the order of the list, in which an answer may not be
    own = df.assign(number=number).sort_values("number").drop_duplicates(["x", "y"])
    lon, lat = _degrees(body)(own["x"].to_numpy(dtype=float), own["y"].to_numpy(dtype=float))
    place = pd.DataFrame(
        {
            "id": "rce_museums:" + own["number"].astype(str),
            "name": pd.Series(None, own.index, dtype=object),
            "kind": "museum",
            "lon": lon.round(DECIMALS),
            "lat": lat.round(DECIMALS),
            "step_free": pd.Series(pd.NA, own.index, dtype="boolean"),
        }
    ).reset_index(drop=True)
    place.attrs["skipped"] = len(df) - len(place)
    return {"place": place}


def _degrees(body: dict[str, Any]) -> Any:
    """What makes longitude and latitude of the positions of an answer; GeoJSON that tells no system
    is in degrees.
    """
    said = ((body.get("crs") or {}).get("properties") or {}).get("name", DEGREES[0])
    if said.endswith(METRES):
        if any(
            f["geometry"]["coordinates"][0] >= f["geometry"]["coordinates"][1]
            for f in body["features"]
        ):
            raise ValueError(
                "positions are not east, north: in the Dutch grid the first is always the smaller"
            )
        return FROM_METRES.transform
    if said.endswith(DEGREES):
        return lambda x, y: (x, y)
    raise ValueError(f"positions are in {said!r}, neither EPSG:28992 nor EPSG:4326")
