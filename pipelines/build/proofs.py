"""Does it reproduce? Our methods on the input of others, beside the numbers that they published.

The published numbers, where they stand and their input are in `data/proofs.toml`; ours are computed
with every build by the functions that the rest is computed with. A method of which no number was
published with its input is not here: its tests hold it to its definition.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import libpysal
import networkx as nx
import numpy as np
import pandas as pd
from libpysal.graph import Graph

from pipelines.catalogue import ROOT
from pipelines.methods import clusters, inequality, networks, ranks, travel

PUBLISHED = ROOT / "data" / "proofs.toml"
DIGITS = 10  # kept of ours: the last bits of a sum are not the same on every processor

Numbers = Mapping[str, float]  # what a method gives, by name


def published() -> dict[str, dict[str, Any]]:
    """By method: source, url, tolerance, the published numbers by name and, unless a library has
    it, the input.
    """
    return tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))


def table() -> pd.DataFrame:
    """Table proof(method, item, source, url, published, ours, difference, tolerance); a row per
    published number.

    Raises KeyError for a method or number that we do not compute.
    """
    rows = []
    for method, entry in published().items():
        computed = COMPUTED[method](**entry.get("input", {}))
        for item, theirs in entry["published"].items():
            ours = float(computed[item])
            row = {"published": float(theirs), "ours": round(ours, DIGITS)}
            row |= {
                "difference": round(abs(ours - theirs), DIGITS),
                "tolerance": entry["tolerance"],
            }
            rows.append(
                {
                    "method": method,
                    "item": item,
                    "source": entry["source"],
                    "url": entry["url"],
                    **row,
                }
            )
    return pd.DataFrame(rows)


def rank_bounds(
    level: float, state: Sequence[str], minutes: Sequence[float], margin: Sequence[float]
) -> Numbers:
    """How many standard deviations hold for all states at once, and the ranks that each can have; 1
    is the shortest.
    """
    factor = ranks.joint(level, len(state))
    half = np.array(margin) * factor / ranks.z(level)
    best, worst = ranks.rank_bounds(-np.array(minutes) - half, -np.array(minutes) + half)
    bounds = {
        f"{s} {which}": at
        for which, of in (("best", best), ("worst", worst))
        for s, at in zip(state, of, strict=True)
    }
    return {"factor": factor, **bounds}


def concentration(births: Sequence[float], deaths: Sequence[float]) -> Numbers:
    """Of deaths over births from poor to rich."""
    rank = np.arange(len(births), dtype=float)
    return {
        "India": inequality.concentration(np.array(deaths), np.array(births, dtype=float), rank)
    }


def _mexico(measure: inequality.Measure) -> Numbers:
    """A measure of income per head over the states of Mexico, each counting once, by year; their
    regions are groups.
    """
    frame = pd.read_csv(libpysal.examples.get_path("mexico.csv"))
    region, once = frame["hanson98"].to_numpy(dtype=float), np.ones(len(frame))
    return {
        str(year): measure(frame[f"pcgdp{year}"].to_numpy(dtype=float), once, region)
        for year in range(1940, 2001, 10)
    }


def theil() -> Numbers:
    """Theil's T."""
    return _mexico(inequality.theil)


def between() -> Numbers:
    """The part of Theil's T between regions; we show it in percent of T."""
    share, whole = _mexico(inequality.between), theil()
    return {year: share[year] / 100 * whole[year] for year in whole}


def gini() -> Numbers:
    """Gini."""
    return _mexico(inequality.gini)


def catchment(**tracts: Sequence[int]) -> Numbers:
    """Access of each tract to places that have these tracts within reach; everyone within reach
    counts alike.
    """
    pairs = [(tract - 1, place) for place, within in enumerate(tracts.values()) for tract in within]
    origin, place = (np.array(at) for at in zip(*pairs, strict=True))
    residents = np.ones(origin.max() + 1)
    per_tract = travel.two_step(origin, place, np.ones(len(pairs)), residents, np.ones(len(tracts)))
    return {str(tract): value for tract, value in enumerate(per_tract, 1)}


def moran() -> Numbers:
    """Moran's I from the local ones: their sum over the number of areas less one (Anselin, 1995,
    equation 8).
    """
    rates = pd.read_csv(libpysal.examples.get_path("stl_hom.csv"))["HR8893"]
    near = Graph.from_W(libpysal.io.open(libpysal.examples.get_path("stl.gal")).read()).transform(
        "r"
    )
    local = clusters.local_moran(rates.set_axis(near.unique_ids), near)["moran"]
    return {"St. Louis": local.sum() / (len(local) - 1)}


def modularity() -> Numbers:
    """Of the groups that we find."""
    return {"Zachary": networks.communities(nx.karate_club_graph())[1]}


def betweenness() -> Numbers:
    """Of each family."""
    return networks.betweenness(nx.florentine_families_graph())


def constraint(ties: Sequence[str]) -> Numbers:
    """Of each actor of a network; a tie is two letters."""
    network: nx.Graph[str] = nx.Graph([(tie[0], tie[1]) for tie in ties])
    return {actor: networks.constraint(network, actor) for actor in network}


COMPUTED: dict[str, Callable[..., Numbers]] = {
    of.__name__: of
    for of in (
        rank_bounds, concentration, theil, between, gini, catchment, moran, modularity, betweenness, constraint,
    )
}  # fmt: skip
