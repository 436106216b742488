"""The map of a scenario as GeoJSON: the neighbourhoods with what changes, and the places that open
and close.
"""

from __future__ import annotations

import json
from typing import Any

from dashboard import store
from dashboard.answer import what_if
from dashboard.answer.answer import Answer
from dashboard.answer.what_if import Outcome
from dashboard.download.geojson import wound
from dashboard.download.pack import Download, file_name


def outcome_file(o: Outcome, answer: Answer, lang: str) -> Download:
    """The download of it."""
    mime = "application/geo+json"
    return (
        "download_geojson",
        file_name(*answer.id, ".geojson"),
        mime,
        lambda: geojson(o, lang, answer),
    )


def geojson(o: Outcome, lang: str, answer: Answer) -> bytes:
    """A feature per inhabited neighbourhood with its row, then a point per place."""
    s = o.scenario
    outlines = store.outlines(store.area_levels().finest, s.municipality)
    features = [_feature(wound(outlines[row["area"]][1]), row) for row in what_if.rows(o)]
    closed = s.closable
    for change, places in (("opens", s.opened), ("closes", [closed[i] for i in s.closed])):
        for place in places:
            at = json.dumps({"type": "Point", "coordinates": [place.lon, place.lat]})
            about = {"place": place.id, "name": place.name, "change": change}
            features.append(_feature(at, about | {"building": place.kind}))
    wording = answer.wording(lang)
    head = {"title": wording.title, "source": wording.source, "edition": store.build()["id"]}
    head |= {"not_to_conclude": wording.cautions}
    about_it = json.dumps(head, ensure_ascii=False)[1:-1]
    return f'{{"type":"FeatureCollection",{about_it},"features":[{",".join(features)}]}}\n'.encode()


def _feature(geometry: str, properties: dict[str, Any]) -> str:
    rest = json.dumps(properties, ensure_ascii=False)
    return f'{{"type":"Feature","geometry":{geometry},"properties":{rest}}}'
