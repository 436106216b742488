"""OpenStreetMap through Overpass: places of every kind that the taxonomy gives tags, ODbL.

One query a kind, one after the other, as Overpass asks; the box also holds some of Belgium and Germany, which the build
drops. Quirks: an answer with status 200 and a remark of a runtime error is cut short; a kind may be empty, all of them
may not; an element of two kinds is of the first in the order of the taxonomy; many parks and playgrounds have no name.
"""

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.source import Get, Payloads, Source, Tables

SOURCE = Source(
    title="OpenStreetMap",
    publisher="OpenStreetMap contributors",
    licence="ODbL-1.0",
    url="https://www.openstreetmap.org/copyright",
    cadence="continuous",
    attribution="© OpenStreetMap contributors",
)
URL = "https://overpass-api.de/api/interpreter"
BOX = "50.7,3.3,53.6,7.3"  # south, west, north, east
PATIENCE = 30  # seconds after a 429, as Overpass asks
STEP_FREE = {"yes": True, "designated": True, "no": False}  # `limited` is neither


def fetch(get: Get) -> None:
    """One query per kind."""
    for name, kind in catalogue.load().kinds.items():
        if kind.osm:
            get(name, URL, data={"data": _query(kind.osm)}, patience=PATIENCE, check=_complete, rows=_count)


def _query(tags: tuple[str, ...]) -> str:
    wanted = "".join('nwr["{}"="{}"];'.format(*tag.split("=")) for tag in tags)
    return f"[out:json][timeout:180][bbox:{BOX}];({wanted});out center tags;"


def _complete(body: object) -> None:
    if not isinstance(body, dict) or "elements" not in body:
        raise ValueError("not an Overpass answer: no 'elements'")
    if "error" in body.get("remark", ""):
        raise ValueError(f"cut short: {body['remark']}")


def _count(body: dict[str, list[object]]) -> int:
    return len(body["elements"])


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place."""
    rows = []
    for kind, body in payloads.items():  # as fetched: in the order of the taxonomy
        for element in body["elements"]:
            spot, tags = element.get("center", element), element["tags"]
            rows.append(
                {
                    "id": f"osm_places:{element['type']}/{element['id']}",
                    "name": tags.get("name"),
                    "kind": kind,
                    "lon": spot["lon"],
                    "lat": spot["lat"],
                    "step_free": STEP_FREE.get(tags.get("wheelchair")),
                }
            )
    place = pd.DataFrame(rows, columns=["id", "name", "kind", "lon", "lat", "step_free"])
    return {"place": place.drop_duplicates("id").astype({"step_free": "boolean"})}
