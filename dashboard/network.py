"""Networks of actors and places: what is tied, what could be, and what hangs on one of them.

Funding, working together and sharing a roof are never added up: a measure (`pipelines/methods/networks.py`) is of the
ties it is given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboard import paths, store
from dashboard.paths import Stop
from pipelines.methods import one_place, partnership

if TYPE_CHECKING:
    import networkx as nx

DRAWN, DRAWN_PHONE = 60, 20  # nodes
SEED = 2026  # of where they are drawn
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


@store.cached(1)
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

    The place itself under another kind is none of them, and what is one place (`methods/one_place.py`) is there once.

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
