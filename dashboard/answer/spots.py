"""Where a place could open, and which places could close, in a municipality."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from dashboard import store
from dashboard.answer import homes
from dashboard.answer.fit import is_hall
from dashboard.answer.paths import Stop, for_everyone, stop
from dashboard.answer.possibilities import HOLDS
from pipelines.methods import road

POINT = re.compile(r"@(-?\d{1,2}(?:,\d+)?);(-?\d{1,3}(?:,\d+)?)")  # latitude; longitude


@dataclass(frozen=True)
class Spot:
    """Where a place could open: a building, the middle of a neighbourhood (`kind` is blank), or a
    point. Of a place on the reader's own list `kind` is its kind and `town` its municipality.
    """

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    source: str = ""
    town: str = ""


@store.cached(64)
def places_of(municipality: str, kind: str) -> dict[str, Stop]:
    """By id the places of a kind in a municipality, by name; only of a kind that is listed in full
    one can close.
    """
    if kind not in store.complete():
        return {}
    return {s.id: s for s in inside(municipality) if s.kind == kind}


@store.cached(64)
def buildings(municipality: str, kind: str) -> dict[str, Spot]:
    """By id the buildings of a municipality that could hold a kind of place, by name: a school, a
    library or a community centre.
    """
    holds = [k for k in HOLDS if k != kind]
    return {
        s.id: Spot(s.id, s.name, s.kind, s.lon, s.lat, s.source)
        for s in inside(municipality)
        if s.kind in holds and s.name and not is_hall(s.name) and for_everyone(s)
    }


@store.cached(64)
def middles(municipality: str) -> dict[str, Spot]:
    """By code the middle of every inhabited neighbourhood."""
    here = homes.homes(municipality)
    at = store.map_names(store.area_levels().finest, municipality)
    return {
        code: Spot(code, name, "", *at[code][1:])
        for code, name in zip(here.codes, here.names, strict=True)
        if code in at
    }


@store.cached(8)
def inside(municipality: str) -> list[Stop]:
    """All places of our sources in a municipality, by name."""
    places, codes = store.place_columns(), store.within(municipality)
    rows = np.flatnonzero(np.isin(places["area"].astype(str), codes))
    return sorted((stop(int(at), 0.0) for at in rows), key=lambda s: (s.name.lower(), s.id))


def point(municipality: str, item: str) -> Spot | None:
    """A point of its own in a municipality, None anywhere else."""
    match = POINT.fullmatch(item)
    if not match:
        return None
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    outline = store.outline(municipality)
    if not outline or not road.holds(outline, lon, lat):
        return None
    return Spot(item, f"{lat:.4f}, {lon:.4f}", "", lon, lat)
