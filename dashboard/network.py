"""Networks of actors and places: what is tied, what could be, and what hangs on one of them.

Funding, working together and sharing a roof are never added up: a measure is of the ties it is given. From 30 nodes on
there are measures, each of mixing with its null; below that there are counts and lists only, for chance rules there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboard import paths, store
from dashboard.paths import Stop
from pipelines import one_place, partnership

if TYPE_CHECKING:
    import networkx as nx

LEAST = 30  # nodes
SHUFFLES, SEED = 1_000, 2026
LEVEL = 0.9
REMOVED = 0.1  # share of the nodes taken out to see what holds
SMALL = 300  # nodes up to which shortest paths are all counted, and communities sought from several beginnings
SOURCES, BEGINNINGS = 16, 10  # nodes from which paths are counted in a larger network; beginnings in a small one
LARGE, NULLS, NULLS_LARGE = 1_000, 20, 2  # networks by chance that measures are held against, up to LARGE and beyond
MOST = 30_000  # nodes that can be measured while somebody waits
DRAWN, DRAWN_PHONE = 60, 20  # nodes
MEETING = ("community_centre", "library", "meeting_place", "public_building", "arts_centre")
SUGGESTED, PER_DOMAIN, MEETINGS = 9, 3, 3

Tie = Mapping[str, Any]


def graph(ties: Iterable[Tie]) -> nx.Graph[str]:
    """An undirected network of ties (`a`, `b`, and their `_name` and `_domain`)."""
    import networkx as nx

    out: nx.Graph[str] = nx.Graph()
    for tie in ties:
        for end in "ab":
            out.add_node(tie[end], name=tie[f"{end}_name"], domain=tie[f"{end}_domain"])
        out.add_edge(tie["a"], tie["b"])
    return out


def own(body: bytes) -> tuple[list[dict[str, Any]], partnership.Network]:
    """The ties of a file that the reader supplies, as those of the store, and what was read; no ties with a fault."""
    read = partnership.read(body)
    actor = {a["id"]: a for a in read.actors}
    ties = []
    for tie in read.ties:
        ends = {
            f"{end}_{what}": actor[tie[end]][field]
            for end in "ab"
            for what, field in (("name", "name"), ("domain", "domain"))
        }
        ties.append(
            {**tie, **ends, "proof": "known", "source": tie["scheme"]}
            | dict.fromkeys(("a_area", "b_area", "weight", "unit"))
        )
    return ties, read


def largest(network: nx.Graph[str], most: int, chosen: str = "") -> nx.Graph[str]:
    """The part of a network that can be drawn: the chosen actor and its neighbours first, then who has most ties."""
    import networkx as nx

    near = set(network[chosen]) | {chosen} if chosen in network else set()
    order = sorted(network, key=lambda n: (n != chosen, n not in near, -network.degree(n), n))
    kept = dict.fromkeys(order[:most])
    part: nx.Graph[str] = nx.Graph()  # no view on the network: that has another order in every process
    part.add_nodes_from((n, network.nodes[n]) for n in kept)
    part.add_edges_from((n, m) for n in kept for m in network[n] if m in kept)
    return part


def layout(network: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Where to draw every node, from -1 to 1 both ways; always the same for the same network."""
    import networkx as nx

    if not len(network):
        return {}
    where = nx.spring_layout(network, k=2.2 / len(network) ** 0.5, iterations=200, seed=SEED, method="force")
    spots = np.array([where[n] for n in network])
    # by rank and not by distance: labels need room, and distances in such a drawing mean nothing
    even = np.argsort(np.argsort(spots, axis=0), axis=0) / max(1, len(network) - 1) * 2 - 1
    mixed = 0.5 * even + 0.5 * spots / max(1e-9, float(np.abs(spots).max()))
    return {n: (float(x), float(y)) for n, (x, y) in zip(network, mixed, strict=True)}


@dataclass(frozen=True)
class Mixing:
    """E-I index (Krackhardt and Stern, 1988): 1 when all ties cross domains, -1 when none does; and what chance gives.

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
    """Participation coefficient (Guimera and Amaral, 2005): 0 when all ties go to one domain, near 1 when to all alike.

    Ties to nodes without a domain do not count; a node without any other has no coefficient.
    """
    out = {}
    for node in network:
        found = Counter(d for n in network[node] if (d := network.nodes[n][group]))
        if total := found.total():
            out[node] = 1 - sum((n / total) ** 2 for n in found.values())
    return out


def betweenness(network: nx.Graph[str]) -> dict[str, float]:
    """Share of shortest ways that run over a node; of a large network estimated from some nodes, always the same."""
    import networkx as nx

    some = None if len(network) <= SMALL else SOURCES
    found: dict[str, float] = nx.betweenness_centrality(network, k=some, seed=SEED)
    return found


def communities(network: nx.Graph[str]) -> tuple[list[set[str]], float]:
    """The division with the highest modularity that Louvain finds (Blondel and others, 2008), and that modularity."""
    import networkx as nx

    begin = range(SEED, SEED + (BEGINNINGS if len(network) <= SMALL else 1))
    tried = [nx.community.louvain_communities(network, weight=None, seed=n) for n in begin]
    scored = [(nx.community.modularity(network, t, weight=None), t) for t in tried]
    best, division = max(scored, key=lambda s: s[0])
    return division, best


@dataclass(frozen=True)
class Robustness:
    """Share of the nodes that hang together: now, without the best connected tenth, and without a random tenth."""

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
        return float(np.bincount(connected_components(linked[keep][:, keep])[1]).max() / n) if len(keep) else 0.0

    best = np.argsort(-np.diff(linked.indptr), kind="stable")[:gone]
    random = [largest(rng.choice(n, gone, replace=False)) for _ in range(20)]
    return Robustness(largest(np.array([], dtype=np.int64)), largest(best), float(np.mean(random)))


@dataclass(frozen=True)
class Measured:
    """A measure of a network or of one actor in it, and the middle 90 % of what chance gives."""

    name: str
    value: float
    low: float
    high: float
    said: Mapping[str, float]


def measured(network: nx.Graph[str], actor: str = "") -> list[Measured]:
    """Every measure with its null; none below LEAST nodes or above MOST.

    Of the network the E-I index, communities and robustness; of an actor Burt's constraint (1992: how far its ties
    lead to the same others), betweenness and the participation coefficient. Domains are shuffled for what is about
    domains; for the rest ties are drawn anew with as many per actor (configuration model, Molloy and Reed, 1995;
    double ties and loops fall away).
    """
    import networkx as nx

    if not LEAST <= len(network) <= MOST:
        return []
    out = []
    if mixed := mixing(network):
        said = {"chance": mixed.chance, "crossing": mixed.crossing, "ties": mixed.ties}
        out.append(Measured("ei", mixed.index, mixed.low, mixed.high, said))
    random = [_rewired(network, SEED + n) for n in range(NULLS if len(network) <= LARGE else NULLS_LARGE)]
    division, best = communities(network)
    out.append(_held("communities", best, [communities(r)[1] for r in random], {"n": len(division)}))
    hold = robustness(network)
    said = {"now": hold.now, "random": hold.without_random}
    out.append(_held("robust", hold.without_best, [robustness(r).without_best for r in random], said))
    if actor in network and network.degree(actor):
        for name, of in (("constraint", nx.constraint), ("between", betweenness)):
            out.append(_held(name, of(network)[actor], [of(r)[actor] for r in random], {}))
        if actor in (spread := participation(network)):
            out.append(_held("participation", spread[actor], _shuffled(network, actor), {}))
    return out


def _held(name: str, value: float, null: Sequence[float], said: Mapping[str, float]) -> Measured:
    low, high = np.nanquantile(null, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    return Measured(name, value, float(low), float(high), said)


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
    """The participation coefficient of an actor with its neighbours' domains drawn from those of all others."""
    rng = np.random.default_rng(SEED)
    every = [str(network.nodes[n]["domain"]) for n in network if network.nodes[n]["domain"] and n != actor]
    near = sum(1 for n in network[actor] if network.nodes[n]["domain"])
    labels = np.unique(every, return_inverse=True)[1]
    drawn = (np.bincount(rng.choice(labels, near, replace=False)) for _ in range(SHUFFLES))
    return [float(1 - ((counts / near) ** 2).sum()) for counts in drawn]


@dataclass(frozen=True)
class Position:
    """Where an actor stands: its neighbours, how many of each domain, and how many it alone keeps with the rest."""

    neighbours: list[dict[str, Any]]
    domains: dict[str, int]
    cut_off: int


def position(network: nx.Graph[str], actor: str) -> Position:
    """Raises KeyError for an actor that is not in the network."""
    import networkx as nx

    if actor not in network:
        raise KeyError(actor)
    around = sorted(({"id": n, **network.nodes[n]} for n in network[actor]), key=lambda n: str(n["name"]))
    part = nx.node_connected_component(network, actor) - {actor}
    rest = [len(c) for c in nx.connected_components(network.subgraph(part))]
    domains = Counter(str(n["domain"] or "") for n in around)
    return Position(around, dict(domains), sum(rest) - max(rest, default=0))


@dataclass(frozen=True)
class Bridge:
    """Two domains in an area: places of each, pairs at one address, known ties, and the two places that are nearest."""

    first: str
    second: str
    places: tuple[int, int]
    shared: int
    known: int
    nearest: tuple[Stop, Stop] | None = None
    periods: tuple[str, ...] = ()  # of the ties

    @property
    def state(self) -> str:
        """`known` or `shared`, else `missing` when there are two places and no link that we know of, or `absent`."""
        if all(self.places) and (self.known or self.shared):
            return "known" if self.known else "shared"
        return "missing" if self.nearest else "absent"


def is_bridge(tie: Tie) -> bool:
    """Whether a tie joins two sides: money from one to the other does not say that they meet."""
    return bool(tie["kind"] != "funding")


def bridges(codes: Sequence[str], ties: Sequence[Tie]) -> list[Bridge]:
    """Every pair of domains over the areas `codes`; funding is no bridge."""
    inside = _inside()
    at = {
        d: np.array(sorted(n for code in codes for n in inside.get((code, d), ())), np.int64)
        for d in store.scheme("domain")
    }
    here = set(codes)
    found: Counter[tuple[str, str, str]] = Counter()
    periods: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for tie in ties:
        if is_bridge(tie) and (tie["a_area"] in here or tie["b_area"] in here):
            found["shared" if tie["proof"] == "shared_site" else "known", tie["a_domain"], tie["b_domain"]] += 1
            periods[tie["a_domain"], tie["b_domain"]].add(str(tie["period"]))
    out = []
    for a, b in combinations(at, 2):
        counts = {proof: found[proof, a, b] + found[proof, b, a] for proof in ("shared", "known")}
        sizes = (len(at[a]), len(at[b]))
        near = _nearest(at[a], at[b]) if all(sizes) and not any(counts.values()) else None
        when = tuple(sorted(periods[a, b] | periods[b, a]))
        out.append(Bridge(a, b, sizes, counts["shared"], counts["known"], near, when))
    return out


@lru_cache(maxsize=1)
def _inside() -> dict[tuple[str, str], list[int]]:
    """By area and domain the rows of `store.place_columns`."""
    place = store.place_columns()
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, key in enumerate(zip(place["area"], place["domain"], strict=True)):
        found[key].append(n)
    return dict(found)


def pair(b: Bridge, lang: str) -> str:
    """The two domains of a bridge."""
    return f"{store.term('domain', b.first, lang)} – {store.term('domain', b.second, lang)}"


def _nearest(first: NDArray[np.int64], second: NDArray[np.int64]) -> tuple[Stop, Stop] | None:
    """The two places of two sets that are nearest each other, the second with its minutes from the first.

    None where all are one place.
    """
    place = store.place_columns()
    away = np.array(
        [paths.metres(place["lon"][n], place["lat"][n], place["lon"][second], place["lat"][second]) for n in first]
    )
    detour = store.detour()
    while np.isfinite(least := float(away.min())):
        one, other = np.unravel_index(away.argmin(), away.shape)
        start = paths.stop(int(first[one]), 0.0)
        time = least * (detour["assumed"] if detour else 1) / paths.METRES_PER_MIN["walk"]
        end = paths.stop(int(second[other]), time)
        if not one_place.same(start, end):
            return start, end
        away[one, other] = np.inf
    return None


@dataclass(frozen=True)
class Suggestion:
    """A possible partner: a place near by of another domain without a tie, who both know, and where to meet."""

    stop: Stop
    common: list[str]
    meet: list[tuple[Stop, float]]  # a place, and the minutes from the one that has farthest to go


def suggestions(place_id: str, ties: Sequence[Tie]) -> list[Suggestion]:
    """Possible partners, best first: what both are tied to (Adamic and Adar, 2003), less with every minute of walking.

    The place itself under another kind is none of them, and what is one place (`one_place.py`) is there once.

    Raises KeyError for a place that is not there.
    """
    import networkx as nx

    place = store.place_columns()
    at = np.flatnonzero(place["id"] == place_id)
    if not len(at):
        raise KeyError(place_id)
    own = paths.stop(int(at[0]), 0.0)
    near = paths.around(own.lon, own.lat, "walk", paths.WITHIN_MIN)
    tied = graph(filter(is_bridge, ties))
    mine = set(tied[place_id]) if place_id in tied else set()
    others = [s for s in near if s.domain != own.domain and s.id not in mine and s.name and not one_place.same(own, s)]

    def score(s: Stop) -> float:
        known = place_id in tied and s.id in tied
        index = next(nx.adamic_adar_index(tied, [(place_id, s.id)]))[2] if known else 0
        return float((1 + index) * np.exp(-s.minutes / paths.WITHIN_MIN))

    out: list[Suggestion] = []
    count: Counter[str] = Counter()
    for s in sorted(others, key=lambda s: (-score(s), s.id)):
        again = any(one_place.same(s, o.stop) for o in out)
        if count[s.domain] < PER_DOMAIN and len(out) < SUGGESTED and not again:
            count[s.domain] += 1
            both = sorted(str(tied.nodes[n]["name"]) for n in mine & set(tied[s.id])) if s.id in tied else []
            out.append(Suggestion(s, both, _meeting(own, s, near)))
    return out


def _meeting(one: Stop, other: Stop, near: Sequence[Stop]) -> list[tuple[Stop, float]]:
    """Places to meet within a quarter of an hour of both, the fairest first; never one of the two, each place once."""
    found = {s.id: s for s in near if s.kind in MEETING and not any(one_place.same(s, end) for end in (one, other))}
    from_other = {s.id: s.minutes for s in paths.around(other.lon, other.lat, "walk", paths.WITHIN_MIN)}
    both = [(s, max(s.minutes, from_other[i])) for i, s in found.items() if i in from_other]
    out: list[tuple[Stop, float]] = []
    for meet, far in sorted(both, key=lambda m: (m[1], m[0].id)):
        if len(out) < MEETINGS and not any(one_place.same(meet, m) for m, _ in out):
            out.append((meet, far))
    return out
