"""Who is tied to whom: networks by kind of tie, drawn and in words; those of the reader's own
too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import nsmallest
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.connections import proof_words, span_of, tie_wording
from dashboard.answer.view import name
from dashboard.picture import scales
from dashboard.picture.network import Node
from dashboard.picture.network import network as network_svg
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import t
from pipelines.methods import networks, partnership
from pipelines.methods.columns import Columns
from pipelines.methods.spreadsheet import Fault, Note, Sheet

if TYPE_CHECKING:
    import networkx as nx


DRAWN, DRAWN_PHONE = 60, 20  # nodes
SEED = 2026  # of where they are drawn
OWN = "own-"  # before the kind of a tie that the reader supplied


Tie = Mapping[str, Any]


def graph(ties: Iterable[Tie]) -> nx.Graph[str]:
    """An undirected network of ties (`a`, `b`, and their `_name` and `_domain`); who has most ties
    comes first.
    """
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
    """Ties by what they are, in their order: kinds are never added up. `before` stands before the
    name of a kind.
    """
    ties_by_kind: defaultdict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        ties_by_kind[before + tie["kind"]].append(tie)
    return {kind: Kind(of_kind, graph(of_kind)) for kind, of_kind in ties_by_kind.items()}


def in_year(tied: Kind, year: str) -> Kind:
    """The ties of one year, and the network that they make; of all years where none is chosen."""
    if not year:
        return tied
    ties = [tie for tie in tied.ties if tie["period"] == year]
    return Kind(ties, graph(ties))


def years(tied: Kind) -> list[str]:
    """The years that ties are of, the newest first."""
    return sorted({str(tie["period"]) for tie in tied.ties} - {""}, reverse=True)


@dataclass(frozen=True)
class Own:
    """What was read of a table that the reader supplied: while something is asked it has no ties.

    `place` is where each actor is, by id; `strange` the postcodes (four digits) that are in no area
    of this edition.
    """

    kinds: dict[str, Kind]
    place: dict[str, str]
    actors: int
    strange: list[str]
    faults: list[Fault]
    notes: list[Note]
    questions: list[Note]


def own(sheet: Sheet, chosen: Columns, title: str, answers: Mapping[str, str]) -> Own:
    """The ties of a table that the reader supplies, as those of the store; their kinds have OWN
    before their name. `title` is where ties stand that have no source of their own.
    """
    read = partnership.network(sheet, chosen, partnership.SOURCE, title, answers)
    actor = {a["id"]: a for a in read.actors}
    ties = []
    for tie in read.ties:
        ends = {
            f"{end}{column}": actor[tie[end]][key]
            for end in "ab"
            for column, key in (("", "id"), ("_name", "name"), ("_domain", "domain"))
        }
        ties.append({**tie, **ends, "proof": "known", "source": tie["scheme"]})
    place = {a["id"]: a["place"] for a in read.actors if a["place"]}
    strange = sorted({p[:4] for p in place.values() if p[:1].isdigit()} - store.postcodes())
    return Own(
        by_kind(ties, OWN), place, len(actor), strange, read.faults, read.notes, read.questions
    )


def largest(network: nx.Graph[str], most: int, chosen: str = "") -> nx.Graph[str]:
    """The part of a network (as `graph` makes it) that can be drawn: the chosen actor, its
    neighbours, who has most.
    """
    import networkx as nx

    near = (
        nsmallest(most, network[chosen], key=lambda n: (-network.degree(n), n))
        if chosen in network
        else []
    )
    order = chain([chosen] * (chosen in network), near, network)
    kept = dict.fromkeys(islice(dict.fromkeys(islice(order, 2 * most + 1)), most))
    part: nx.Graph[str] = (
        nx.Graph()
    )  # no view on the network: that has another order in every process
    part.add_nodes_from((n, network.nodes[n]) for n in kept)
    part.add_edges_from((n, m) for n in kept for m in network[n] if m in kept)
    return part


def layout(network: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Where to draw every node, from -1 to 1 both ways; always the same for the same network."""
    import networkx as nx

    if not len(network):
        return {}
    where = nx.spring_layout(
        network, k=2.2 / len(network) ** 0.5, iterations=200, seed=SEED, method="force"
    )
    spots = np.array([where[n] for n in network])
    # by rank and not by distance: labels need room, and distances in such a drawing mean nothing
    even = np.argsort(np.argsort(spots, axis=0), axis=0) / max(1, len(network) - 1) * 2 - 1
    mixed = 0.5 * even + 0.5 * spots / max(1e-9, float(np.abs(spots).max()))
    return {n: (float(x), float(y)) for n, (x, y) in zip(network, mixed, strict=True)}


@dataclass(frozen=True)
class Position:
    """Where an actor stands: its neighbours, how many of each domain, and how many it alone keeps
    with the rest.
    """

    neighbours: list[dict[str, Any]]
    domains: dict[str, int]
    cut_off: int


def position(network: nx.Graph[str], actor: str) -> Position:
    """Raises KeyError for an actor that is not in the network."""
    if actor not in network:
        raise KeyError(actor)
    around = sorted(
        ({"id": n, **network.nodes[n]} for n in network[actor]), key=lambda n: str(n["name"])
    )
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


@store.cached(128)
def ties_of(area: Area) -> tuple[Tie, ...]:
    """The ties with an end in the area."""
    if area.is_country:
        return ()
    every = store.ties(area.whole or "")
    if area.is_municipality:
        return tuple(every)
    inside = set(store.within(area.code))
    return tuple(tie for tie in every if tie["a_area"] in inside or tie["b_area"] in inside)


@store.cached(32)
def kinds_of(area: Area) -> dict[str, Kind]:
    """The ties of an area, by kind."""
    return by_kind(ties_of(area))


def kind_label(kind: str, lang: str) -> str:
    """What a kind of tie is called."""
    label = store.term("tie", kind.removeprefix(OWN), lang)
    return t("ties_own_kind", lang, kind=label.lower()) if kind.startswith(OWN) else label


def sources_of(ties: Sequence[Tie], kind: str) -> list[str]:
    """The sources of ties; of those that the reader supplied there is none."""
    return [] if kind.startswith(OWN) else sorted({tie["source"] for tie in ties})


def ties_wording(ties: Sequence[Tie], kind: str, actors: int, area: Area, lang: str) -> Wording:
    """Ties of one kind, in words."""
    supplied = kind.startswith(OWN)
    title = (
        kind_label(kind, lang)
        if supplied
        else t("ties_one_title", lang, kind=kind_label(kind, lang), name=name(area, lang))
    )
    dated = sorted({str(tie["period"]) for tie in ties} - {""})
    span = span_of(dated) if dated else t("ties_undated", lang)
    values: dict[str, Any] = {"actors": number(actors, 0, lang), "ties": number(len(ties), 0, lang)}
    values |= {"periods": span, "proof": proof_words(ties[0], supplied, lang)}
    description = store.term_text("tie", kind.removeprefix(OWN), "description", lang)
    counted = t(
        "ties_own_sentence" if supplied else "ties_one_sentence", lang, count=len(ties), **values
    )
    sentence = f"{description} {counted}"
    key = t("ties_drawing_key", lang)
    if actors > DRAWN:
        key = f"{t('ties_drawing', lang, n=DRAWN)} {key}"
    wording = tie_wording(title, sentence, sources_of(ties, kind), lang, True, key)
    return replace(wording, source=t("ties_own_source", lang)) if supplied else wording


def signs(lang: str) -> list[tuple[str, str, str]]:
    """Every sign of a domain with its colour and what it stands for."""
    known = [(*look, store.term("domain", d, lang)) for d, look in scales.DOMAIN.items()]
    return [*known, (*scales.NO_DOMAIN, t("ties_no_domain", lang))]


def network_diagram(
    drawn: Any, ties: Sequence[Tie], chosen: str, lang: str, phone: bool, dark: bool
) -> str:
    """The drawn part of a network as SVG."""
    part = largest(drawn, DRAWN_PHONE if phone else DRAWN, chosen)
    spot = layout(part)
    order = {n: at for at, n in enumerate(spot)}
    nodes = [
        Node(
            x,
            y,
            str(part.nodes[n]["name"]),
            *scales.DOMAIN.get(part.nodes[n]["domain"], scales.NO_DOMAIN),
            n == chosen,
        )
        for n, (x, y) in spot.items()
    ]
    look = {"funding": "funding", "shared_site": "shared"}
    lines = [(order[a], order[b], look.get(ties[0]["kind"], "known")) for a, b in part.edges]
    return network_svg(nodes, lines, signs(lang), phone, dark)


def tie_row(tie: Tie, lang: str, own: bool = False) -> dict[str, str]:
    """A tie as a row of a table."""
    unit = store.term("unit", tie["unit"], lang) if tie["unit"] in store.scheme("unit") else ""
    weight = f"{number(tie['weight'], 0, lang)} {unit}".strip() if tie["weight"] else "–"
    source = (
        store.sources()[tie["source"]]["publisher"]
        if tie["source"] in store.sources()
        else tie["source"]
    )
    return {
        t("ties_column_from", lang): str(tie["a_name"]),
        t("ties_column_to", lang): str(tie["b_name"]),
        t("ties_column_weight", lang): weight,
        t("ties_column_scheme", lang): str(tie["scheme"] or "–"),
        t("ties_column_proof", lang): proof_words(tie, own, lang),
        t("ties_column_period", lang): str(tie["period"] or t("ties_undated", lang)),
        t("ties_column_source", lang): str(source),
    }


@store.cached(64)
def measured(area: Area, kind: str, actor: str, year: str = "") -> list[networks.Measured]:
    """The measures of one kind of ties of an area, in a year where one was chosen, and of one actor
    in it.
    """
    return networks.measured(in_year(kinds_of(area)[kind], year).graph, actor)


def measured_values(m: networks.Measured, lang: str) -> dict[str, Any]:
    """The numbers in the meaning of a measure."""
    whole = ("n", "crossing", "ties")
    return {
        k: number(v, 0 if k in whole else 3 if k == "chance" else 2, lang)
        for k, v in m.said.items()
    }


def answer(tied: Kind, kind: str, actor: str, area: Area, lang: str, year: str = "") -> Answer:
    """Ties of one kind, of a `year` where one was chosen; of the reader's own there is no source."""
    ties, drawn = tied.ties, tied.graph

    def rows() -> list[dict[str, Any]]:
        ends = ("a", "a_name", "a_domain", "b", "b_name", "b_domain")
        columns = ("kind", "proof", *ends, "weight", "unit", "scheme", "period")
        return [{c: tie[c] for c in columns} | {"said": tie["source"]} for tie in ties]

    return Answer(
        ("ties", kind, area.code, *([year] if year else [])),
        partial(ties_wording, ties, kind, len(drawn), area),
        rows,
        sources_of(ties, kind),
        ("kind", "a", "b", "scheme", "period"),
        diagram=partial(network_diagram, drawn, ties, actor, lang, False, False),
    )
