"""Measures of networks against published numbers, networkx and their own definitions; bridges,
partners, drawings.
"""

import math
import tracemalloc
from dataclasses import replace
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard import store
from dashboard.answer import bridges, network, partner, paths
from dashboard.picture import scales
from dashboard.picture.grid import Box, grid
from dashboard.picture.network import Node
from dashboard.picture.network import network as network_svg
from dashboard.picture.ring import Sector, ring
from pipelines.methods import networks, one_place

KARATE = nx.relabel_nodes(nx.karate_club_graph(), str)
nx.set_node_attributes(KARATE, nx.get_node_attributes(KARATE, "club"), "domain")
DAVIS = nx.davis_southern_women_graph()
nx.set_node_attributes(DAVIS, {n: f"side {b}" for n, b in DAVIS.nodes(data="bipartite")}, "domain")
for every in (KARATE, DAVIS):
    nx.set_node_attributes(every, {n: n for n in every}, "name")


def test_zacharys_karate_club() -> None:
    """Zachary (1977); the modularity of the best division is in `test_proofs.py`."""
    assert (len(KARATE), KARATE.number_of_edges()) == (34, 78)
    mixed = networks.mixing(KARATE)
    assert mixed
    assert (mixed.crossing, mixed.ties) == (11, 78)
    assert mixed.index == pytest.approx(-0.7179, abs=5e-5)
    assert mixed.chance < 0.01  # two clubs that hardly meet
    assert mixed.low < mixed.expected < mixed.high
    division, best = networks.communities(KARATE)
    assert best == pytest.approx(nx.community.modularity(KARATE, division, weight=None))
    assert len(division) == 4
    assert set().union(*division) == set(KARATE)
    assert nx.transitivity(KARATE) == pytest.approx(0.25568, abs=5e-6)


def test_davis_southern_women() -> None:
    """Davis, Gardner and Gardner (1941): 18 women, 14 events, 89 times that one was there. All ties
    cross.
    """
    assert (len(DAVIS), DAVIS.number_of_edges()) == (32, 89)
    mixed = networks.mixing(DAVIS)
    assert mixed
    assert (mixed.index, mixed.crossing) == (1, 89)
    assert mixed.high < 1
    assert set(networks.participation(DAVIS).values()) == {
        0
    }  # each has ties to the other side only
    assert network.position(DAVIS, "E8").cut_off == 0
    assert len(network.position(DAVIS, "E8").neighbours) == 14  # the event with most women
    assert networks.robustness(DAVIS).now == 1


RANDOM = nx.gnm_random_graph(700, 900, seed=3)  # in parts, some of one node


@pytest.mark.parametrize(
    "known", [KARATE, DAVIS, nx.path_graph(5), nx.path_graph(2), nx.star_graph(6), RANDOM]
)
def test_betweenness_up_to_two_thousand_nodes_is_no_estimate(known: "nx.Graph[str]") -> None:
    assert networks.betweenness(known) == pytest.approx(nx.betweenness_centrality(known))


def test_betweenness_of_a_large_network_is_estimated_and_says_so() -> None:
    large = nx.star_graph(networks.EXACT)
    nx.set_node_attributes(large, {n: {"name": str(n), "domain": "care"} for n in large})
    large = nx.relabel_nodes(large, str)
    found = {m.name: m for m in networks.measured(large, "0")}
    assert found["between"].estimated
    assert found["between"].value == pytest.approx(1, abs=0.1)
    assert not found["constraint"].estimated
    assert found["between"].draws == networks.NULLS_LARGE
    assert not any(m.estimated for m in networks.measured(KARATE, "0"))


@pytest.mark.parametrize(
    "known", [KARATE, DAVIS, nx.path_graph(5), RANDOM, nx.barabasi_albert_graph(200, 3, seed=1)]
)
def test_constraint_is_burts(known: "nx.Graph[str]") -> None:
    plain = nx.Graph(known.edges)  # networkx would weigh Zachary's ties
    theirs = nx.constraint(plain)
    assert {n: networks.constraint(plain, n) for n in plain} == pytest.approx(
        {n: theirs[n] for n in plain}
    )


def test_an_actor_of_many_ties_needs_no_more_memory_than_they_do() -> None:
    star = nx.relabel_nodes(nx.star_graph(networks.MOST - 1), str)
    tracemalloc.start()
    try:
        assert networks.constraint(star, "0") == pytest.approx(1 / (networks.MOST - 1))
        assert networks.constraint(star, "1") == 1
        assert (
            tracemalloc.get_traced_memory()[1] < 1_000 * networks.MOST
        )  # bytes; a matrix of all pairs has 7.2e9
    finally:
        tracemalloc.stop()


def test_chance_of_few_draws_is_their_lowest_and_highest() -> None:
    few, many = [0.1, 0.9], [n / networks.NULLS for n in range(networks.NULLS)]
    held = networks._held("robust", 0.5, few, {})
    assert (held.low, held.high, held.draws) == (0.1, 0.9, 2)
    held = networks._held("robust", 0.5, many, {})
    assert (held.low, held.high) == (pytest.approx(0.0475), pytest.approx(0.9025))
    assert {m.name: m.draws for m in networks.measured(KARATE, "0")} == {
        **dict.fromkeys(("ei", "participation"), networks.SHUFFLES),
        **dict.fromkeys(("communities", "robust", "constraint", "between"), networks.NULLS),
    }


def test_a_network_begins_with_who_has_most_ties_and_a_tie_told_twice_is_one() -> None:
    def tie(a: str, b: str) -> dict[str, str | None]:
        return {
            "a": a,
            "b": b,
            "a_name": a.upper(),
            "b_name": b.upper(),
            "a_domain": "care",
            "b_domain": None,
        }

    drawn = network.graph(
        [tie("a", "b"), tie("b", "a"), tie("c", "d"), tie("d", "e"), tie("a", "b")]
    )
    assert [*drawn] == ["d", "a", "b", "c", "e"]
    assert drawn.number_of_edges() == 3
    assert drawn.nodes["b"] == {"name": "B", "domain": None}
    every = network.by_kind(
        [{**tie("a", "b"), "kind": "funding"}, {**tie("c", "d"), "kind": "partnership"}], "own-"
    )
    assert {kind: set(of.graph) for kind, of in every.items()} == {
        "own-funding": {"a", "b"},
        "own-partnership": {"c", "d"},
    }


def test_the_participation_coefficient_is_what_its_definition_says() -> None:
    spread = nx.star_graph(4)
    nx.set_node_attributes(
        spread, dict(enumerate(["care", "care", "social", "leisure", None])), "domain"
    )
    found = networks.participation(spread)
    assert found[0] == pytest.approx(
        1 - 3 * (1 / 3) ** 2
    )  # the neighbour without a domain does not count
    assert found[1] == 0


def test_measures_begin_at_thirty_nodes_and_each_has_its_null() -> None:
    for known in (KARATE, DAVIS):
        found = networks.measured(known, next(iter(known)))
        assert [m.name for m in found] == [
            "ei",
            "communities",
            "robust",
            "constraint",
            "between",
            "participation",
        ]
        assert all(m.low <= m.high for m in found)
        assert all(math.isfinite(m.value) for m in found)
    assert networks.measured(KARATE.subgraph(list(KARATE)[:29]), "0") == []
    again = networks.measured(KARATE, "0")
    assert again == networks.measured(KARATE, "0")
    groups = next(m for m in again if m.name == "communities")
    assert groups.value > groups.high  # two clubs are no chance


def test_a_network_by_chance_keeps_how_many_ties_each_has() -> None:
    drawn = networks._rewired(KARATE, 1)
    assert set(drawn) == set(KARATE)
    assert set(drawn.edges) != set(KARATE.edges)
    assert all(drawn.degree(n) <= KARATE.degree(n) for n in KARATE)
    assert drawn.number_of_edges() > 0.75 * KARATE.number_of_edges()


@given(some.lists(some.tuples(some.integers(0, 12), some.integers(0, 12)), min_size=1, max_size=40))
@settings(max_examples=60)
def test_mixing_does_not_depend_on_the_order_of_ties_and_lies_between_minus_one_and_one(
    pairs: list[tuple[int, int]],
) -> None:
    def of(some_pairs: list[tuple[int, int]]) -> float | None:
        drawn: nx.Graph[str] = nx.Graph()
        drawn.add_nodes_from((str(n), {"domain": "abc"[n % 3], "name": str(n)}) for n in range(13))
        drawn.add_edges_from((str(a), str(b)) for a, b in some_pairs if a != b)
        mixed = networks.mixing(drawn)
        return mixed.index if mixed else None

    index = of(pairs)
    assert index == of(pairs[::-1])
    assert index is None or -1 <= index <= 1


def test_who_would_be_cut_off_is_who_hangs_on_this_one() -> None:
    line = nx.path_graph(["a", "b", "c", "d", "e"])
    nx.set_node_attributes(line, {n: {"name": n, "domain": "social"} for n in line})
    assert network.position(line, "a").cut_off == 0
    assert network.position(line, "b").cut_off == 1
    assert network.position(line, "c").cut_off == 2
    loose = nx.compose(
        line, nx.relabel_nodes(nx.star_graph(9), str)
    )  # what hangs together elsewhere does not count
    nx.set_node_attributes(loose, {n: {"name": n, "domain": "social"} for n in loose})
    assert network.position(loose, "c").cut_off == 2
    assert network.position(loose, "0").cut_off == 8
    with pytest.raises(KeyError):
        network.position(line, "z")


def test_a_drawing_never_holds_more_than_its_share_and_always_the_chosen_one() -> None:
    big = nx.star_graph(200)
    drawn = nx.relabel_nodes(big, str)
    nx.set_node_attributes(drawn, {n: {"name": f"<{n}>", "domain": "social"} for n in drawn})
    part = network.largest(drawn, network.DRAWN, "150")
    assert len(part) == network.DRAWN
    assert {"150", "0"} <= set(part)
    where = network.layout(part)
    assert where == network.layout(part)
    assert all(-1 <= v <= 1 for spot in where.values() for v in spot)
    nodes = [
        Node(x, y, str(part.nodes[n]["name"]), *scales.NO_DOMAIN) for n, (x, y) in where.items()
    ]
    svg = ElementTree.fromstring(network_svg(nodes, [(0, 1, "funding")], [], False, False))
    assert "<150>" in "".join(svg.itertext())


def test_names_in_a_drawing_do_not_lie_over_each_other_and_the_chosen_one_is_there() -> None:
    crowd = [Node(0.001 * n, 0, f"Actor {n}", *scales.NO_DOMAIN, n == 7) for n in range(20)]
    alone = Node(1, 1, "Ver weg", *scales.NO_DOMAIN)
    svg = ElementTree.fromstring(network_svg([*crowd, alone], [], [], False, False))
    assert [
        e.text for e in svg.iter("{http://www.w3.org/2000/svg}text") if e.get("class") == "name"
    ] == [
        "Actor 7",
        "Ver weg",
    ]
    assert (
        len([e for e in svg.iter("{http://www.w3.org/2000/svg}path") if e.get("class") == "sign"])
        == 21
    )


# --- bridges and partners, on the embedded edition


def test_a_bridge_is_known_shared_missing_or_absent_and_funding_is_none() -> None:
    codes = store.within("GM0599")
    ends = {
        "a_domain": "social",
        "b_domain": "care",
        "a_area": codes[0],
        "b_area": None,
        "period": "2023",
    }
    plain = {(b.first, b.second): b for b in bridges.bridges(codes, [])}
    assert plain["social", "care"].state == "missing"
    near = plain["social", "care"].nearest
    assert near
    assert (near[0].domain, near[1].domain) == ("social", "care")
    for kind, proof, state in (
        ("funding", "known", "missing"),
        ("shared_site", "shared_site", "shared"),
        ("partnership", "known", "known"),
    ):
        by_pair = {
            (b.first, b.second): b
            for b in bridges.bridges(codes, [{"kind": kind, "proof": proof, **ends}])
        }
        assert by_pair["social", "care"].state == state
        assert by_pair["social", "care"].periods == (() if kind == "funding" else ("2023",))
    assert all(b.state == "absent" for b in bridges.bridges([], []))


def test_the_two_sides_of_a_missing_bridge_are_the_nearest_pair() -> None:
    codes = store.within("GM0599")
    place = store.place_columns()
    inside = np.isin(place["area"].astype(str), list(codes))
    for bridge in bridges.bridges(codes, []):
        if not bridge.nearest:
            continue
        sides = [
            np.flatnonzero(inside & (place["domain"] == d)) for d in (bridge.first, bridge.second)
        ]
        away = min(
            far
            for n in sides[0]
            for m, far in zip(
                sides[1],
                paths.metres(
                    place["lon"][n], place["lat"][n], place["lon"][sides[1]], place["lat"][sides[1]]
                ),
                strict=True,
            )
            if far > one_place.NEAR_M
            or not one_place.same(paths.stop(int(n), 0), paths.stop(int(m), 0))
        )
        assert store.detour() > 1
        assert bridge.nearest[1].minutes == pytest.approx(away * store.detour() / 80)


def plain(name: str) -> str:
    return name.casefold().removeprefix("gebouw ").removesuffix(" rotterdam")


@pytest.mark.parametrize(
    "name",
    [
        "LantarenVenster",
        "Lommerrijk",
        "Hoflaankerk",
        "Prinses Theater",
        "Wereldmuseum",
        "Huis van de Wijk Grote Hagen",
    ],
)
def test_a_place_that_is_listed_twice_is_no_partner_of_itself_and_no_place_to_meet(
    name: str,
) -> None:
    entries = [i for i, said in store.named_places("GM0599").items() if plain(said) == plain(name)]
    assert len({i.split(":")[0] for i in entries} | {*entries}) > 1
    for entry in entries:
        suggestions = partner.suggestions(entry, store.ties("GM0599"))
        assert suggestions
        assert plain(name) not in [plain(s.stop.name) for s in suggestions]
        assert plain(name) not in [plain(m.name) for s in suggestions for m, _ in s.meet]
        partners = [plain(s.stop.name) for s in suggestions]
        assert len({*partners}) == len(partners)


def test_no_bridge_joins_a_place_to_itself() -> None:
    near = [
        b.nearest
        for code in store.codes()
        if code.startswith(("BU0599", "WK0599"))
        for b in bridges.bridges(store.within(code), store.ties("GM0599"))
        if b.nearest
    ]
    assert len(near) > 200
    assert not [
        one.name
        for one, other in near
        if plain(one.name) == plain(other.name) and other.minutes < 1
    ]


def test_two_domains_of_one_place_are_not_two_places() -> None:
    assert bridges.Bridge("social", "care", (1, 1), 0, 0).state == "absent"


def test_partners_are_near_of_another_domain_untied_and_share_a_place_to_meet() -> None:
    start = next(iter(partner.choices("BU05991571")))
    suggestions = partner.suggestions(start, [])
    here = next(s for s in paths.around(*spot(start)) if s.id == start)
    assert suggestions
    for s in suggestions:
        assert s.stop.domain != here.domain
        assert s.stop.minutes <= paths.WITHIN_MIN
        assert all(m.kind in partner.MEETING and far <= paths.WITHIN_MIN for m, far in s.meet)
        assert {start, s.stop.id}.isdisjoint(m.id for m, _ in s.meet)
    first = suggestions[0].stop
    ends = {"a_name": "a", "b_name": "b", "a_domain": here.domain, "b_domain": first.domain}
    tie = {"kind": "partnership", "proof": "known", "a": start, "b": first.id, **ends}
    assert first.id not in {s.stop.id for s in partner.suggestions(start, [tie])}
    assert first.id in {s.stop.id for s in partner.suggestions(start, [{**tie, "kind": "funding"}])}
    with pytest.raises(KeyError):
        partner.suggestions("nobody", [])


def test_who_is_in_no_source_gets_the_same_answer() -> None:
    choir = partner.entered("Koor De Merel", "leisure", "3081")
    assert choir
    suggestions = partner.suggested_to(choir, [])
    assert suggestions
    for s in suggestions:
        assert s.stop.domain != "leisure"
        assert s.stop.minutes <= paths.WITHIN_MIN
    assert partner.entered("Koor", "leisure", "0000") is None
    known = next(iter(partner.choices("BU05991571")))
    start = next(s for s in paths.around(*spot(known)) if s.id == known)
    again = partner.suggested_to(replace(start, minutes=0.0), [])
    assert [s.stop.id for s in again] == [s.stop.id for s in partner.suggestions(known, [])]


def test_who_both_know_brings_a_partner_forward() -> None:
    start = next(iter(partner.choices("BU05991571")))
    plain = [s.stop.id for s in partner.suggestions(start, [])]
    last = plain[-1]
    ends = {"a_domain": "social", "b_domain": "leisure", "kind": "partnership", "proof": "known"}
    ties = [
        {"a": start, "b": "x", "a_name": "a", "b_name": "Koor", **ends},
        {"a": last, "b": "x", "a_name": "b", "b_name": "Koor", **ends},
    ]
    suggestions = partner.suggestions(start, ties)
    assert [s.stop.id for s in suggestions].index(last) < plain.index(last)
    assert next(s.common for s in suggestions if s.stop.id == last) == ["Koor"]


def spot(place_id: str) -> tuple[float, float]:
    place = store.place_columns()
    at = int(np.flatnonzero(place["id"] == place_id)[0])
    return float(place["lon"][at]), float(place["lat"][at])


# --- the ring and the grid as pictures


@pytest.mark.parametrize("phone", [False, True])
def test_every_cell_of_a_diagram_says_itself_and_states_differ_without_colour(phone: bool) -> None:
    states = ("full", "striped", "tint", "unknown")
    sectors = [Sector(f"c{n}", n, 0, "#2c80a6", s, f"<{s}>", n == 0) for n, s in enumerate(states)]
    svg = ElementTree.fromstring(ring(sectors, list("abcd"), ["x", "y"], "IA", phone, False))
    space = "{http://www.w3.org/2000/svg}"
    cells = [g for g in svg.iter(f"{space}g") if g.get("role") == "button"]
    assert sorted(str(g.get("aria-label")) for g in cells) == sorted(f"<{s}>" for s in states)
    assert len({next(g.iter(f"{space}path")).get("fill") for g in cells}) == 4
    assert [g.get("tabindex") for g in cells].count("0") == 1
    boxes = [[Box(s, "1", s) for s in ("full", "striped", "open", "unknown", "text", "none")]]
    cells = ElementTree.fromstring(grid(["row"], list("abcdef"), boxes, phone, False))
    assert len([r for r in cells.iter(f"{space}rect") if "box" in r.get("class", "")]) == 4
