"""Measures of a network, and what chance gives: how domains mix, groups, what holds, and where an
actor stands.

From 30 nodes on there are measures, each of mixing with its null; below that there are counts and
lists only, for chance rules there. Nodes have a `domain`; ties have no weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx

LEAST = 30  # nodes
SHUFFLES, SEED = 1_000, 2026
LEVEL = 0.9
REMOVED = 0.1  # share of the nodes taken out to see what holds
SMALL, BEGINNINGS = 300, 10  # nodes up to which communities are sought from several beginnings
EXACT, SOURCES = (
    2_000,
    16,
)  # nodes up to which shortest paths are all counted; nodes they are counted from beyond
LARGE, NULLS, NULLS_LARGE = (
    1_000,
    20,
    2,
)  # networks by chance that measures are held against, up to LARGE and beyond
MOST = 30_000  # nodes that can be measured while somebody waits


@dataclass(frozen=True)
class Mixing:
    """E-I index (Krackhardt and Stern, 1988): 1 when all ties cross domains, -1 when none does; and
    what chance gives.

    The null keeps the network and shuffles the domains over the nodes; `chance` is two-sided.
    """

    index: float
    crossing: int
    ties: int
    expected: float
    low: float
    high: float
    chance: float


def mixing(network: nx.Graph[str], group: str = "domain") -> Mixing | None:
    """Over the ties of which both ends have a domain; None without any, or with one domain only."""
    domain = {n: d for n, d in network.nodes(data=group) if d}
    nodes = {n: at for at, n in enumerate(domain)}
    edges = np.array([(nodes[a], nodes[b]) for a, b in network.edges if a in nodes and b in nodes])
    labels = np.unique(list(domain.values()), return_inverse=True)[1]
    if not len(edges) or labels.max() == 0:
        return None
    first, second = edges.T

    def index(of: NDArray[np.int64]) -> float:
        return float(2 * (of[first] != of[second]).mean() - 1)

    found, rng = index(labels), np.random.default_rng(SEED)
    null = np.array([index(rng.permutation(labels)) for _ in range(SHUFFLES)])
    low, high = np.quantile(null, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    as_far = (np.abs(null - null.mean()) >= abs(found - null.mean()) - 1e-12).sum()
    crossing = int((labels[first] != labels[second]).sum())
    chance = float((1 + as_far) / (1 + SHUFFLES))
    return Mixing(found, crossing, len(edges), float(null.mean()), float(low), float(high), chance)


def participation(network: nx.Graph[str], group: str = "domain") -> dict[str, float]:
    """Participation coefficient (Guimera and Amaral, 2005): 0 when all ties go to one domain, near
    1 when to all alike.

    Ties to nodes without a domain do not count; a node without any other has no coefficient.
    """
    out = {}
    for node in network:
        found = Counter(d for n in network[node] if (d := network.nodes[n][group]))
        if total := found.total():
            out[node] = 1 - sum((n / total) ** 2 for n in found.values())
    return out


def constraint(network: nx.Graph[str], actor: str) -> float:
    """Burt's constraint (1992) of one actor with a tie, each of its ties as strong as the others.

    For every neighbour the share of the actor's ties that go there, and that go there by way of
    another neighbour, squared. Only its neighbours and theirs are looked at.
    """
    near = set(network[actor])
    indirect = (sum(1 / len(network[w]) for w in network[n] if w in near) for n in near)
    return sum((1 + there) ** 2 for there in indirect) / len(near) ** 2


def betweenness(network: nx.Graph[str]) -> dict[str, float]:
    """Share of shortest ways that run over a node (Freeman, 1977; Brandes, 2001); estimated beyond
    EXACT nodes.

    The estimate counts the ways from SOURCES nodes, always the same ones.
    """
    import networkx as nx
    import rustworkx as rx

    if len(network) > EXACT:
        estimated: dict[str, float] = nx.betweenness_centrality(network, k=SOURCES, seed=SEED)
        return estimated
    at = {node: n for n, node in enumerate(network)}
    graph = rx.PyGraph()
    graph.add_nodes_from([*at])
    graph.extend_from_edge_list([(at[a], at[b]) for a, b in network.edges])
    over = rx.graph_betweenness_centrality(graph)
    return {node: over[n] for node, n in at.items()}


def communities(network: nx.Graph[str]) -> tuple[list[set[str]], float]:
    """The division with the highest modularity that Louvain finds (Blondel and others, 2008), and
    that modularity.
    """
    import networkx as nx

    begin = range(SEED, SEED + (BEGINNINGS if len(network) <= SMALL else 1))
    tried = [nx.community.louvain_communities(network, weight=None, seed=n) for n in begin]
    scored = [(nx.community.modularity(network, t, weight=None), t) for t in tried]
    best, division = max(scored, key=lambda s: s[0])
    return division, best


@dataclass(frozen=True)
class Robustness:
    """Share of the nodes that hang together: now, without the best connected tenth, and without a
    random tenth.
    """

    now: float
    without_best: float
    without_random: float


def robustness(network: nx.Graph[str]) -> Robustness:
    """Size of the largest part over all nodes there were, random ones taken out 20 times."""
    import networkx as nx
    from scipy.sparse.csgraph import connected_components

    linked = nx.to_scipy_sparse_array(network, weight=None, format="csr")
    n, gone, rng = len(network), max(1, round(REMOVED * len(network))), np.random.default_rng(SEED)

    def largest(out: NDArray[np.int64]) -> float:
        keep = np.delete(np.arange(n), out)
        return (
            float(np.bincount(connected_components(linked[keep][:, keep])[1]).max() / n)
            if len(keep)
            else 0.0
        )

    best = np.argsort(-np.diff(linked.indptr), kind="stable")[:gone]
    random = [largest(rng.choice(n, gone, replace=False)) for _ in range(20)]
    return Robustness(largest(np.array([], dtype=np.int64)), largest(best), float(np.mean(random)))


@dataclass(frozen=True)
class Measured:
    """A measure of a network or of one actor in it, and what chance gives in so many draws.

    From NULLS draws on `low` and `high` are of the middle 90 %, with fewer they are the lowest and
    the highest.
    """

    name: str
    value: float
    low: float
    high: float
    draws: int
    said: Mapping[str, float]
    estimated: bool = False


def measured(network: nx.Graph[str], actor: str = "") -> list[Measured]:
    """Every measure with its null; none below LEAST nodes or above MOST.

    Of the network the E-I index, communities and robustness; of an actor Burt's constraint (1992:
    how far its ties lead to the same others), betweenness and the participation coefficient.
    Domains are shuffled for what is about domains; for the rest ties are drawn anew with as many
    per actor (configuration model, Molloy and Reed, 1995; double ties and loops fall away).
    """
    if not LEAST <= len(network) <= MOST:
        return []
    out = []
    if mixed := mixing(network):
        said = {"chance": mixed.chance, "crossing": mixed.crossing, "ties": mixed.ties}
        out.append(Measured("ei", mixed.index, mixed.low, mixed.high, SHUFFLES, said))
    random = [
        _rewired(network, SEED + n) for n in range(NULLS if len(network) <= LARGE else NULLS_LARGE)
    ]
    division, best = communities(network)
    out.append(
        _held("communities", best, [communities(r)[1] for r in random], {"n": len(division)})
    )
    hold = robustness(network)
    said = {"now": hold.now, "random": hold.without_random}
    out.append(
        _held("robust", hold.without_best, [robustness(r).without_best for r in random], said)
    )
    if actor in network and network.degree(actor):
        if drawn := [constraint(r, actor) for r in random if r.degree(actor)]:
            out.append(_held("constraint", constraint(network, actor), drawn, {}))
        drawn = [betweenness(r)[actor] for r in random]
        between = _held("between", betweenness(network)[actor], drawn, {})
        out.append(replace(between, estimated=len(network) > EXACT))
        if actor in (spread := participation(network)):
            out.append(_held("participation", spread[actor], _shuffled(network, actor), {}))
    return out


def _held(name: str, value: float, null: Sequence[float], said: Mapping[str, float]) -> Measured:
    level = LEVEL if len(null) >= NULLS else 1
    low, high = np.quantile(null, [0.5 - level / 2, 0.5 + level / 2])
    return Measured(name, value, float(low), float(high), len(null), said)


def _rewired(network: nx.Graph[str], seed: int) -> nx.Graph[str]:
    """A network by chance: every actor has as many ties as it has, less double ones and loops."""
    import networkx as nx

    nodes = list(network)
    ends = np.repeat(np.arange(len(nodes)), [d for _, d in network.degree()])
    pairs = np.random.default_rng(seed).permutation(ends).reshape(-1, 2)
    out: nx.Graph[str] = nx.Graph()
    out.add_nodes_from(network.nodes(data=True))
    out.add_edges_from((nodes[a], nodes[b]) for a, b in pairs if a != b)
    return out


def _shuffled(network: nx.Graph[str], actor: str) -> list[float]:
    """The participation coefficient of an actor with its neighbours' domains drawn from those of
    all others.
    """
    rng = np.random.default_rng(SEED)
    every = [
        str(network.nodes[n]["domain"])
        for n in network
        if network.nodes[n]["domain"] and n != actor
    ]
    near = sum(1 for n in network[actor] if network.nodes[n]["domain"])
    labels = np.unique(every, return_inverse=True)[1]
    drawn = (np.bincount(rng.choice(labels, near, replace=False)) for _ in range(SHUFFLES))
    return [float(1 - ((counts / near) ** 2).sum()) for counts in drawn]
