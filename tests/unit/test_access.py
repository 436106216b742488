"""How far it is: nearest and within, over streets and by straight line, shared out, and never farther for one more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from access import Access, weights
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines import catalogue, completeness
from pipelines.measures import access

WITHIN = "meeting_places_within_15_min"
NEAREST, FORMS = "walk_to_primary_school_min", "learning_forms_within_15_min_walk"
SHARED = "primary_schools_per_1000_children"
EVERY = catalogue.load()
CATALOGUE = replace(EVERY, indicators={k: EVERY.indicators[k] for k in (NEAREST, WITHIN, FORMS, SHARED)})
ROWS = [
    ("NL00", "land", None, None, 600, None, None),
    ("GM0001", "gemeente", "NL00", "GM0001", 600, None, None),
    ("WK000100", "wijk", "GM0001", "GM0001", 400, None, None),
    ("WK000101", "wijk", "GM0001", "GM0001", 200, None, None),
    ("BU00010000", "buurt", "WK000100", "GM0001", 100, 5.00, 52.00),
    ("BU00010001", "buurt", "WK000100", "GM0001", 300, 5.02, 52.00),
    ("BU00010100", "buurt", "WK000101", "GM0001", 200, 5.10, 52.05),
    ("BU00010101", "buurt", "WK000101", "GM0001", 0, 5.11, 52.05),
    ("BU00010102", "buurt", "WK000101", "GM0001", 0, None, None),
]
AREA = pd.DataFrame(ROWS, columns=["code", "level", "parent", "municipality", "population", "lon", "lat"]).assign(
    year=2024
)
CHILDREN = pd.DataFrame(
    [("children_share", a, "2024", v) for a, v in (("BU00010000", 20.0), ("BU00010001", 10.0), ("BU00010100", 40.0))],
    columns=["indicator", "area", "period", "value"],
)
SOURCE_OF = {"primary_school": "duo_schools", "sports_building": "kiesraad_places", "meeting_place": "kiesraad_places"}
Spots = list[tuple[float, float]]
SPOTS = some.lists(some.tuples(some.floats(4.9, 5.2), some.floats(51.9, 52.1)), min_size=1, max_size=20)


def tables(spots: Spots, *kinds: str, street: pd.DataFrame | None = None) -> Mapping[str, pd.DataFrame]:
    rows = [
        (kind, EVERY.kinds[kind].domain, EVERY.kinds[kind].learning_form, SOURCE_OF.get(kind, "osm_places"), lon, lat)
        for kind in kinds
        for lon, lat in spots
    ]
    place = pd.DataFrame(rows, columns=["kind", "domain", "learning_form", "source", "lon", "lat"])
    place["area"] = "BU00010000"
    place["step_free"] = pd.array([True, pd.NA][: len(place)] + [False] * (len(place) - 2), dtype="boolean")
    return {
        "area": AREA,
        "observation": CHILDREN,
        "place": place,
        "street": pd.DataFrame() if street is None else street,
        "completeness": completeness.find(AREA, place, EVERY),
    }


def measured(spots: Spots) -> pd.DataFrame:
    found = access.measure(tables(spots, *SOURCE_OF), CATALOGUE)
    return found["observation"].set_index(["indicator", "area"])


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle, to compare with the projected distance."""
    (x, y), (u, v) = ((math.radians(c) for c in p) for p in (a, b))
    h = math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(h))


@given(SPOTS)
@settings(max_examples=40, deadline=None)
def test_nearest_and_within_by_hand(spots: Spots) -> None:
    value = measured(spots)["value"]
    for code, lon, lat in (("BU00010000", 5.00, 52.00), ("BU00010100", 5.10, 52.05)):
        minutes = [metres((lon, lat), s) * 1.3 / 80 for s in spots]
        assert value[NEAREST, code] == pytest.approx(min(minutes), rel=0.005, abs=0.05)
        sure, unsure = sum(m < 14.9 for m in minutes), sum(m < 15.1 for m in minutes)
        assert sure <= value[WITHIN, code] <= unsure
        assert value[FORMS, code] in ({3} if sure else {0, 3})


def test_a_district_and_the_country_have_the_mean_over_their_residents() -> None:
    value = measured([(5.0, 52.0)])["value"]
    near, middle, far = (value[NEAREST, c] for c in ("BU00010000", "BU00010001", "BU00010100"))
    assert near == pytest.approx(0, abs=0.01)
    assert value[NEAREST, "WK000100"] == pytest.approx((100 * near + 300 * middle) / 400)
    assert value[NEAREST, "WK000101"] == pytest.approx(far)
    assert value[NEAREST, "GM0001"] == pytest.approx((100 * near + 300 * middle + 200 * far) / 600)
    assert value[NEAREST, "NL00"] == pytest.approx(value[NEAREST, "GM0001"])


def test_where_nobody_lives_no_figure_is_given() -> None:
    found = measured([(5.0, 52.0)]).loc[NEAREST]
    assert set(found.loc[["BU00010101", "BU00010102"], "status"]) == {"not_applicable"}
    assert found.loc[["BU00010101", "BU00010102"], "value"].isna().all()
    assert set(found["status"].drop(["BU00010101", "BU00010102"])) == {"estimated"}
    assert found["method"].dropna().eq("straight_line").all()


@given(SPOTS, some.tuples(some.floats(4.9, 5.2), some.floats(51.9, 52.1)))
@settings(max_examples=40, deadline=None)
def test_a_place_more_never_takes_anyone_farther(spots: Spots, more: tuple[float, float]) -> None:
    before, after = measured(spots)["value"], measured([*spots, more])["value"]
    assert (after[NEAREST].dropna() <= before[NEAREST].dropna() + 1e-9).all()
    for name in (WITHIN, FORMS):
        assert (after[name].dropna() >= before[name].dropna() - 1e-9).all()


@given(SPOTS)
@settings(max_examples=40, deadline=None)
def test_what_is_shared_out_is_what_someone_can_reach(spots: Spots) -> None:
    """The invariant of a catchment: sum of demand times access is the supply that anyone reaches."""
    found = measured(spots)["value"][SHARED]
    demand = {"BU00010000": 20, "BU00010001": 30, "BU00010100": 80}
    shared = sum(found[a] * d for a, d in demand.items()) / 1_000
    spot = {r.code: (r.lon, r.lat) for r in AREA.itertuples()}
    away = [min(metres(spot[a], s) for a in demand) * 1.3 / 80 for s in spots]
    assert sum(m < 14.9 for m in away) - 1e-9 <= shared <= sum(m < 15.1 for m in away) + 1e-9


@given(some.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_catchment_equals_that_of_pysal(seed: int) -> None:
    random = np.random.default_rng(seed)
    demand, supply = random.integers(1, 500, 30).astype(float), random.integers(1, 9, 12).astype(float)
    cost = pd.DataFrame([(i, j, random.uniform(0, 30)) for i in range(30) for j in range(12)], columns=["o", "d", "m"])
    reference = Access(
        demand_df=pd.DataFrame({"id": range(30), "people": demand}),
        demand_index="id",
        demand_value="people",
        supply_df=pd.DataFrame({"id": range(12), "places": supply}),
        supply_index="id",
        supply_value="places",
        cost_df=cost,
        cost_origin="o",
        cost_dest="d",
        cost_name="m",
        neighbor_cost_df=pd.DataFrame({"o": range(30), "d": range(30), "m": 0.0}),
        neighbor_cost_origin="o",
        neighbor_cost_dest="d",
        neighbor_cost_name="m",
    ).enhanced_two_stage_fca(max_cost=15, weight_fn=weights.gaussian(access.FADE_MIN))
    near = cost[cost["m"] <= 15]
    weight = np.exp(-((near["m"].to_numpy() / access.FADE_MIN) ** 2) / 2)
    ours = access.two_step(near["o"].to_numpy(), near["d"].to_numpy(), weight, demand, supply)
    assert ours == pytest.approx(reference["e2sfca_places"].reindex(range(30)).fillna(0).to_numpy(), abs=1e-9)


def grid(step: float, n: int) -> pd.DataFrame:
    """Streets in squares around (120000, 450000) of EPSG:28992."""
    lines = [(x, y, x + 1, y) for x in range(n) for y in range(n + 1)]
    lines += [(x, y, x, y + 1) for x in range(n + 1) for y in range(n)]
    ends = np.array(lines, dtype=float) * step + np.tile([120_000, 450_000], 2)
    return pd.DataFrame(ends, columns=["ux", "uy", "vx", "vy"]).assign(metres=step)


def test_over_streets_in_squares_the_way_is_round_the_corner() -> None:
    origins = np.array([[120_000.0, 450_000.0], [130_000.0, 450_000.0]])
    spots = np.array([[120_600.0, 450_800.0], [120_000.0, 451_000.0], [130_300.0, 450_400.0]])
    found = access.Pairs.find(origins, spots, grid(100, 12))
    ways = {(i, j): (m, n) for i, j, m, n in zip(found.origin, found.place, found.metres, found.network, strict=True)}
    assert ways[0, 0] == (pytest.approx(1_400), True)
    assert ways[0, 1] == (pytest.approx(1_000), True)
    assert ways[1, 2] == (pytest.approx(500 * 1.3), False)  # no streets there
    assert len(ways) == 3
    assert found.detour()["median"].iloc[0] == pytest.approx(1.2)


def test_a_kind_has_the_margin_of_the_figure_about_it_at_every_level() -> None:
    at = np.column_stack(access.TO_METRES.transform([5.0], [52.0]))[0]
    east, north = at - [120_600, 450_600]  # so that the streets lie around the first neighbourhood
    street = grid(100, 12).add([east, north, east, north, 0])
    found = access.measure(tables([(5.005, 52.002), (5.09, 52.04)], "primary_school", street=street), _only(NEAREST))
    figure = found["observation"].set_index("area")
    kind = found["access"].query("scheme == 'kind' and mode == 'walk' and not step_free").set_index("area")
    assert set(kind["method"]) == {"network", "straight_line", "mixed"}
    for column in ("minutes", "low", "high"):
        same = figure["value" if column == "minutes" else column].astype(float).reindex(kind.index)
        assert kind[column].astype(float).tolist() == pytest.approx(same.tolist(), nan_ok=True)
    margins = kind[["low", "high"]].notna().all(axis=1)
    assert set(kind[margins]["method"]) == {"straight_line", "mixed"}


def test_of_two_ways_the_shortest_and_a_part_cut_off_is_no_way_at_all() -> None:
    apart = grid(10, 1).add([5000, 0, 5000, 0, 0])
    street = pd.concat([grid(100, 3), grid(100, 3).assign(metres=900), apart])
    origins, spots = np.array([[120_000.0, 450_000.0]]), np.array([[120_300.0, 450_300.0], [125_000.0, 450_000.0]])
    found = access.Pairs.find(origins, spots, street[::-1])
    assert found.metres[found.place == 0] == pytest.approx([600])
    assert not found.network[found.place == 1].any()


def test_a_kind_that_no_source_covers_has_no_reach_and_is_not_in_a_domain() -> None:
    kinds = [k for k, kind in EVERY.kinds.items() if kind.osm]
    given_ = tables([(5.0, 52.0)] * 2, "primary_school", "meeting_place", *kinds)
    uncovered = given_["completeness"].assign(covered=lambda c: c["covered"] & (c["source"] != "osm_places"))
    found = access.measure({**given_, "completeness": uncovered}, _only(NEAREST))["access"]
    terms = {tuple(r) for r in found[["scheme", "term"]].drop_duplicates().to_numpy()}
    assert ("kind", "primary_school") in terms
    assert ("kind", "library") not in terms
    assert ("domain", "leisure") not in terms
    covered = access.measure(given_, _only(NEAREST))["access"]
    assert ("kind", "library") in {tuple(r) for r in covered[["scheme", "term"]].drop_duplicates().to_numpy()}


def test_a_source_covers_from_as_many_places_as_the_taxonomy_asks() -> None:
    one = tables([(5.0, 52.0)], "primary_school", "special_school")["place"].assign(source="duo_schools")
    towns = AREA.assign(population=AREA["population"] * 100)  # 60,000 residents: six schools are enough, five are not
    many = pd.concat([one] * 3, ignore_index=True)
    assert not completeness.find(towns, many.head(5), EVERY)["covered"].any()
    assert completeness.find(towns, many, EVERY)["covered"].all()
    assert not completeness.find(towns, many.assign(source="wikidata_venues"), EVERY)["covered"].any()


def test_a_register_knows_that_there_is_none_and_a_map_only_what_it_shows_among_other_kinds() -> None:
    kinds = [k for k, kind in EVERY.kinds.items() if kind.osm][: EVERY.completeness["osm_places"].least_kinds]
    area = pd.DataFrame(
        [("GM1", "gemeente", "GM1", 10_000), ("GM2", "gemeente", "GM2", 10_000)],
        columns=["code", "level", "municipality", "population"],
    )

    def covered(places: list[tuple[str, str, str]]) -> set[tuple[str, str]]:
        place = pd.DataFrame(places, columns=["area", "source", "kind"])
        found = completeness.find(area, place, EVERY)
        assert len(found) == 2 * len(place[["source", "kind"]].drop_duplicates())
        return set(found[found["covered"]][["municipality", "kind"]].itertuples(index=False, name=None))

    osm = [("GM1", "osm_places", kind) for kind in kinds]
    playgrounds = [("GM2", "osm_places", "playground")] * 50
    assert covered([*osm, *playgrounds]) == {("GM1", kind) for kind in kinds}
    assert covered([*osm[1:], *playgrounds]) == set()  # a kind too few, and fifty playgrounds say nothing of libraries
    schools = [("GM1", "duo_schools", "primary_school"), ("GM2", "duo_schools", "primary_school")]
    both = covered([*schools, ("GM1", "duo_schools", "special_school")])
    assert both == {(town, kind) for town in ("GM1", "GM2") for kind in ("primary_school", "special_school")}


def test_two_lists_tell_how_many_there_are() -> None:
    assert completeness.chapman(200, 100, 50) == (pytest.approx(201 * 101 / 51 - 1), pytest.approx(462.8, abs=0.1))
    assert completeness.chapman(120, 100, 100) == (120, 120)  # all of the one are in the other: no more are known of
    assert completeness.chapman(100, 100, 0)[0] == 101 * 101 - 1


@pytest.mark.parametrize(
    ("both", "second", "total", "complete"),
    [
        (98, "rce_museums", 200, True),  # 202 listed of some 204
        (98, "rce_museums", 220, False),  # fewer than an official count
        (98, "rce_museums", None, False),  # nobody counted
        (70, "rce_museums", 200, False),  # 230 listed of some 285, at most 310
        (100, None, 200, False),  # one source, however many
    ],
)
def test_a_kind_counts_everywhere_by_an_official_count_and_a_second_source(
    both: int, second: str | None, total: int | None, complete: bool
) -> None:
    counted = {"total": total, "total_source": "CBS" if total else ""}
    every = replace(EVERY, kinds={**EVERY.kinds, "museum": EVERY.kinds["museum"].model_copy(update=counted)})
    ids = [f"osm_places:node/{n}" for n in range(200 if second else 220)]
    also = [f"{second}:{n}" if second and n < both else None for n in range(len(ids))]
    place = pd.DataFrame({"id": ids, "also": also, "source": "osm_places"})
    if second:
        alone = [f"{second}:{n}" for n in range(both, 100)]
        place = pd.concat([place, pd.DataFrame({"id": alone, "also": None, "source": second})], ignore_index=True)
    place = place.assign(kind="museum", area="GM1")
    listing = completeness.count(place, every).iloc[0]
    assert listing["places"] == len(place)
    assert listing["entries"] == len(place) + (both if second else 0)
    assert listing["complete"] == complete

    towns = pd.DataFrame(
        [("GM1", "gemeente", "GM1", 900_000), ("GM2", "gemeente", "GM2", 900_000)],
        columns=["code", "level", "municipality", "population"],
    )
    found = completeness.find(towns, place, every, {"museum"} if listing["complete"] else set())
    assert set(found["covered"]) == {complete}  # in GM2, which has none, as well
    assert completeness.counted(place, found).all() == complete
    held = found.set_index(["municipality", "source"])["places"]
    assert held["GM1", "osm_places"] == len(ids)
    assert second is None or held["GM1", second] == 100


def test_a_kind_is_national_where_it_is_covered_for_nearly_all_residents() -> None:
    towns = pd.DataFrame(
        [("GM1", "gemeente", 9_600), ("GM2", "gemeente", 400)], columns=["code", "level", "population"]
    )
    rows = [("GM1", "a", "library", True), ("GM2", "a", "library", False), ("GM2", "b", "museum", True)]
    rows += [("GM1", "a", "theatre", True), ("GM1", "b", "theatre", True), ("GM1", "a", "museum", False)]
    covers = pd.DataFrame(rows, columns=["municipality", "source", "kind", "covered"])
    assert completeness.national(covers, towns) == {"library", "theatre"}
    fewer = towns.assign(population=[9_400, 600])
    assert completeness.national(covers, fewer) == set()


def _only(*names: str) -> catalogue.Catalogue:
    return replace(EVERY, indicators={n: EVERY.indicators[n] for n in names})


@pytest.mark.parametrize("column", ["far primary_school", "kind", "kind primary_school fly minutes", "forms walk mean"])
def test_a_column_that_says_nothing_is_refused(column: str) -> None:
    wrong = CATALOGUE.indicators[NEAREST].model_copy(update={"column": column})
    broken = replace(CATALOGUE, indicators={NEAREST: wrong})
    with pytest.raises(ValueError, match=NEAREST):
        access.measure(tables([(5.0, 52.0)], "primary_school"), broken)


def test_no_place_at_all_is_an_error_and_not_far_away() -> None:
    with pytest.raises(ValueError, match="no place of kind 'primary_school'"):
        access.measure(tables([(5.0, 52.0)], "meeting_place"), CATALOGUE)
