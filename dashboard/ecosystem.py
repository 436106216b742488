"""The ecosystem of an area: four levels by five domains by two facets, and what is known in each of the forty cells.

A cell is filled from the tags of the catalogue: figures by their level, domain and facet, places by those of their
kind, and what culture coaches join. A figure that does not tell institutional from everyday stands in both halves.
Figures about gaps and paths are made of the others and are left out. What exists only of the municipality or the
country is shown as such, and an empty cell is not measured, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dashboard import store
from dashboard.store import Area, Indicator, Observation

MADE_OF_OTHERS = ("gaps", "paths")  # themes
EXO = "exo"  # where culture coaches work
OWN, ESTIMATED, WIDER, UNKNOWN = "full", "striped", "tint", "unknown"  # how a cell is drawn


@dataclass(frozen=True)
class Figure:
    """The newest figure of an indicator: of the area itself, or of the smallest larger one that has it."""

    indicator: Indicator
    observation: Observation
    period: str
    of: Area


@dataclass
class Cell:
    """One of the forty: its figures, its places by kind, and the ties of culture coaches to its domain."""

    level: str
    domain: str
    facet: str
    area: Area
    figures: list[Figure] = field(default_factory=list)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)  # as `store.kinds_within`
    coaches: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """`meso.leisure.everyday`."""
        return f"{self.level}.{self.domain}.{self.facet}"

    @property
    def state(self) -> str:
        """OWN when a figure or a place of the area itself is known, ESTIMATED, WIDER, or UNKNOWN."""
        own = [f for f in self.figures if f.of == self.area]
        if self.places or any(f.observation.status == "measured" for f in own):
            return OWN
        if own:
            return ESTIMATED
        return WIDER if self.figures or self.coaches else UNKNOWN


@lru_cache(maxsize=256)
def cells(code: str) -> tuple[Cell, ...]:
    """The forty cells of an area, by level, domain and facet. Raises KeyError for an area that is not there."""
    area = store.area(code)
    if not area:
        raise KeyError(code)
    facets = store.scheme("facet")
    seats = [(lv, d, f) for lv in store.scheme("level") for d in store.scheme("domain") for f in facets]
    out = {".".join(seat): Cell(*seat, area) for seat in seats}
    for figure in _figures(area):
        i = figure.indicator
        for facet in [i.facet] if i.facet else facets:
            out[f"{i.level}.{i.domain}.{facet}"].figures.append(figure)
    seat = store.kinds()
    for kind, found in store.kinds_within(code).items():
        out[f"{seat[kind]['level']}.{seat[kind]['domain']}.{seat[kind]['facet']}"].places[kind] = found
    for tie in store.coaches():
        for facet in facets:
            out[f"{EXO}.{tie['b_domain']}.{facet}"].coaches.append(tie)
    return tuple(out.values())


def _figures(area: Area) -> list[Figure]:
    """The newest figure of every indicator, from the area upwards, in reading order."""
    every, found = store.indicators(), dict[str, Figure]()
    for of in reversed(store.lineage(area)):
        for r in store.portrait(of.code):
            if r["value"] is not None and r["id"] not in found and every[r["id"]].theme not in MADE_OF_OTHERS:
                o = Observation(of.code, of.name, r["value"], r["low"], r["high"], r["status"])
                found[r["id"]] = Figure(every[r["id"]], o, r["period"], of)
    return [found[i] for i in every if i in found]
