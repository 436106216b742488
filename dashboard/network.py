"""Networks of actors and places: what is tied, what could be, and what hangs on one of them.

Funding, working together and sharing a roof are never added up: a measure is of the ties it is given. From 30 nodes on
there are measures, each of mixing with its null; below that there are counts and lists only, for chance rules there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from itertools import chain, combinations, islice
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
SMALL, BEGINNINGS = 300, 10  # nodes up to which communities are sought from several beginnings
EXACT, SOURCES = 2_000, 16  # nodes up to which shortest paths are all counted; nodes they are counted from beyond
BLOCK = 500  # nodes that shortest paths are counted from at once: what fits in some 80 MB
LARGE, NULLS, NULLS_LARGE = 1_000, 20, 2  # networks by chance that measures are held against, up to LARGE and beyond
MOST = 30_000  # nodes that can be measured while somebody waits
DRAWN, DRAWN_PHONE = 60, 20  # nodes
OWN = "own-"  # before the kind of a tie that the reader supplied
MEETING = ("community_centre", "library", "arts_centre")
SUGGESTED, PER_DOMAIN, MEETINGS = 9, 3, 3

Tie = Mapping[str, Any]


def graph(ties: Iterable[Tie]) -> nx.Graph[str]:
    """An undirected network of ties (`a`, `b`, and their `_name` and `_domain`); who has most ties comes first."""
    import networkx as nx

    node: dict[str, tuple[str, str | None]] = {}
    pairs: dict[tuple[str, str], None] = {}
    for tie in ties:
        a, b = tie["a"], tie["b"]
        node[a], node[b] = (tie["a_name"], tie["a_domain"]), (tie["b_name"], tie["b_domain"])
        pairs[(a, b) if a < b else (b, a)] = None
    near = Counter(chain.from_iterable(pairs))
    out: nx.Graph[str] = nx.Graph()
    for n in sorted(node, key=lambda n: (-near[n], n)):
        out.add_node(n, name=node[n][0], domain=node[n][1])
    out.add_edges_from(pairs)
    return out


@dataclass(frozen=True)
class Kind:
    """The ties of one kind, and the network they make."""

    ties: Sequence[Tie]
    graph: nx.Graph[str]


def by_kind(ties: Iterable[Tie], before: str = "") -> dict[str, Kind]:
    """Ties by what they are, in their order: kinds are never added up. `before` stands before the name of a kind."""
    found: defaultdict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        found[before + tie["kind"]].append(tie)
    return {kind: Kind(some, graph(some)) for kind, some in found.items()}


@dataclass(frozen=True)
class Own:
    """What was read of a file that the reader supplied: with any fault it has no ties.

    `place` is where each actor is, by id; `strange` the postcodes (four digits) that are in no area of this edition.
    """

    kinds: dict[str, Kind]
    place: dict[str, str]
    actors: int
    strange: list[str]
    faults: list[partnership.Fault]
    encoding: str


def own(body: bytes) -> Own:
    """The ties of a file that the reader supplies, as those of the store; their kinds have OWN before their name."""
    read = partnership.read(body)
    actor = {a["id"]: a for a in read.actors}
    ties = []
    for tie in read.ties:
        a, b = actor[tie["a"]], actor[tie["b"]]
        ties.append(
            {"kind": tie["kind"], "proof": "known", "a": tie["a"], "a_name": a["name"], "a_domain": a["domain"]}
            | {"b": tie["b"], "b_name": b["name"], "b_domain": b["domain"], "weight": None, "unit": None}
            | {"scheme": tie["scheme"], "period": tie["period"], "source": tie["scheme"]}
        )
    place = {a["id"]: a["place"] for a in read.actors if a["place"]}
    strange = sorted({p[:4] for p in place.values() if p[:1].isdigit()} - store.postcodes())
    return Own(by_kind(ties, OWN), place, len(read.actors), strange, read.faults, read.encoding)


def largest(network: nx.Graph[str], most: int, chosen: str = "") -> nx.Graph[str]:
    """The part of a network (as `graph` makes it) that can be drawn: the chosen actor, its neighbours, who has most."""
    import networkx as nx

    near = nsmallest(most, network[chosen], key=lambda n: (-network.degree(n), n)) if chosen in network else []
    order = chain([chosen] * (chosen in network), near, network)
    kept = dict.fromkeys(islice(dict.fromkeys(islice(order, 2 * most + 1)), most))
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


def constraint(network: nx.Graph[str], actor: str) -> float:
    """Burt's constraint (1992) of one actor with a tie, each of its ties as strong as the others.

    For every neighbour the share of the actor's ties that go there, and that go there by way of another neighbour,
    squared. Only its neighbours and theirs are looked at.
    """
    near = set(network[actor])
    indirect = (sum(1 / len(network[w]) for w in network[n] if w in near) for n in near)
    return sum((1 + there) ** 2 for there in indirect) / len(near) ** 2


def betweenness(network: nx.Graph[str]) -> dict[str, float]:
    """Share of shortest ways that run over a node (Freeman, 1977; Brandes, 2001); estimated beyond EXACT nodes.

    The estimate counts the ways from SOURCES nodes, always the same ones.
    """
    import networkx as nx

    if len(network) > EXACT:
        estimated: dict[str, float] = nx.betweenness_centrality(network, k=SOURCES, seed=SEED)
        return estimated
    n = len(network)
    linked = nx.to_scipy_sparse_array(network, weight=None, format="csr").astype(float)
    parts = np.split(np.arange(n), range(BLOCK, n, BLOCK))
    over = np.sum([_ways(linked, part) for part in parts], axis=0) / max(1, (n - 1) * (n - 2))
    return dict(zip(network, over.tolist(), strict=True))


def _ways(linked: Any, sources: NDArray[np.int64]) -> NDArray[np.float64]:
    """Per node the share of shortest ways over it, summed over all ways from some nodes to all others.

    `linked` is the adjacency matrix. Brandes from all sources at once: a step out at a time, counting ways, and back,
    sharing them out.
    """
    from scipy.sparse import csr_array

    size = (len(sources), linked.shape[0])
    away = np.full(size, -1, np.int32)  # steps from source to node
    ways, share = np.zeros(size), np.zeros(size)
    rows, columns, counts = np.arange(len(sources)), sources, np.ones(len(sources))
    steps: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    while len(rows):
        away[rows, columns], ways[rows, columns] = len(steps), counts
        steps.append((rows, columns))
        found = (csr_array((counts, (rows, columns)), shape=size) @ linked).tocoo()
        new = away[found.row, found.col] < 0
        rows, columns, counts = found.row[new], found.col[new], found.data[new]
    for at in range(len(steps) - 1, 0, -1):
        rows, columns = steps[at]
        parts = (1 + share[rows, columns]) / ways[rows, columns]
        back = (csr_array((parts, (rows, columns)), shape=size) @ linked).tocoo()
        nearer = away[back.row, back.col] == at - 1
        rows, columns = back.row[nearer], back.col[nearer]
        share[rows, columns] += ways[rows, columns] * back.data[nearer]
    share[np.arange(len(sources)), sources] = 0
    return np.asarray(share.sum(axis=0))


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
    """A measure of a network or of one actor in it, and what chance gives in so many draws.

    From NULLS draws on `low` and `high` are of the middle 90 %, with fewer they are the lowest and the highest.
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

    Of the network the E-I index, communities and robustness; of an actor Burt's constraint (1992: how far its ties
    lead to the same others), betweenness and the participation coefficient. Domains are shuffled for what is about
    domains; for the rest ties are drawn anew with as many per actor (configuration model, Molloy and Reed, 1995;
    double ties and loops fall away).
    """
    if not LEAST <= len(network) <= MOST:
        return []
    out = []
    if mixed := mixing(network):
        said = {"chance": mixed.chance, "crossing": mixed.crossing, "ties": mixed.ties}
        out.append(Measured("ei", mixed.index, mixed.low, mixed.high, SHUFFLES, said))
    random = [_rewired(network, SEED + n) for n in range(NULLS if len(network) <= LARGE else NULLS_LARGE)]
    division, best = communities(network)
    out.append(_held("communities", best, [communities(r)[1] for r in random], {"n": len(division)}))
    hold = robustness(network)
    said = {"now": hold.now, "random": hold.without_random}
    out.append(_held("robust", hold.without_best, [robustness(r).without_best for r in random], said))
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
    if actor not in network:
        raise KeyError(actor)
    around = sorted(({"id": n, **network.nodes[n]} for n in network[actor]), key=lambda n: str(n["name"]))
    seen, parts = {actor}, []  # what hangs together without the actor
    for n in network[actor]:
        before, ahead = len(seen), [n]
        while ahead:
            if (one := ahead.pop()) not in seen:
                seen.add(one)
                ahead.extend(network.neighbors(one))
        parts.append(len(seen) - before)
    domains = Counter(str(n["domain"] or "") for n in around)
    return Position(around, dict(domains), sum(parts) - max(parts, default=0))


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
    while np.isfinite(least := float(away.min())):
        one, other = np.unravel_index(away.argmin(), away.shape)
        start = paths.stop(int(first[one]), 0.0)
        time = least * store.detour() / paths.METRES_PER_MIN["walk"]
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
