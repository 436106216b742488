"""How far it is: calibrated on what is published, with a margin that holds, shared out, never
farther for one more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from access import Access, weights
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats.qmc import Halton

from pipelines import catalogue
from pipelines.build import completeness
from pipelines.measures import access
from pipelines.methods import road, travel

CYCLE, SHARED = "bike_to_secondary_school_min", "primary_schools_per_1000_children"
EVERY = catalogue.load()
METRES = EVERY.country.projection
CATALOGUE = replace(EVERY, indicators={k: EVERY.indicators[k] for k in (CYCLE, SHARED)})
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
AREA = pd.DataFrame(
    ROWS, columns=["code", "level", "parent", "municipality", "population", "lon", "lat"]
).assign(year=2024)
# degrees: a neighbourhood that is all but a point, so that its distances can be told by hand
SMALL = 1e-6
AREA["geometry"] = [
    shapely.to_geojson(shapely.box(x - SMALL, y - SMALL, x + SMALL, y + SMALL))
    if pd.notna(x)
    else None
    for x, y in zip(AREA["lon"], AREA["lat"], strict=True)
]
CHILDREN = pd.DataFrame(
    [
        ("children_share", a, "2024", v)
        for a, v in (("BU00010000", 20.0), ("BU00010001", 10.0), ("BU00010100", 40.0))
    ],
    columns=["indicator", "area", "period", "value"],
)
SCHOOLS = ("primary_school", "secondary_school")
Spots = list[tuple[float, float]]
SPOTS = some.lists(
    some.tuples(some.floats(4.9, 5.2), some.floats(51.9, 52.1)), min_size=1, max_size=20
)


def tables(spots: Spots, *kinds: str) -> Mapping[str, pd.DataFrame]:
    """Places of some kinds, those of the register, at every spot; no distance is published."""
    rows = [(kind, "duo_schools", lon, lat) for kind in kinds for lon, lat in spots]
    place = pd.DataFrame(rows, columns=["kind", "source", "lon", "lat"]).assign(area="BU00010000")
    covers = completeness.find(AREA, place, EVERY)
    return {"area": AREA, "observation": CHILDREN, "place": place, "completeness": covers}


def measured(spots: Spots) -> pd.DataFrame:
    tables_measured = access.measure(tables(spots, *SCHOOLS), CATALOGUE)
    return tables_measured["observation"].set_index(["indicator", "area"])


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle, to compare with the projected distance."""
    (x, y), (u, v) = ((math.radians(c) for c in p) for p in (a, b))
    h = math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(h))


@given(SPOTS)
@settings(max_examples=40)
def test_the_nearest_by_hand_where_nothing_is_known_of_the_road(spots: Spots) -> None:
    figures = measured(spots)
    for code, lon, lat in (("BU00010000", 5.00, 52.00), ("BU00010100", 5.10, 52.05)):
        minutes = min(metres((lon, lat), s) for s in spots) / 250
        assert figures["value"][CYCLE, code] == pytest.approx(minutes, rel=0.005, abs=0.05)
    assert figures[["low", "high", "method"]].isna().all(axis=None)


def test_a_district_and_the_country_have_the_mean_over_their_residents() -> None:
    value = measured([(5.0, 52.0)])["value"]
    near, middle, far = (value[CYCLE, c] for c in ("BU00010000", "BU00010001", "BU00010100"))
    assert near == pytest.approx(0, abs=0.01)
    assert value[CYCLE, "WK000100"] == pytest.approx((100 * near + 300 * middle) / 400)
    assert value[CYCLE, "WK000101"] == pytest.approx(far)
    assert value[CYCLE, "GM0001"] == pytest.approx((100 * near + 300 * middle + 200 * far) / 600)
    assert value[CYCLE, "NL00"] == pytest.approx(value[CYCLE, "GM0001"])


def test_where_nobody_lives_no_figure_is_given() -> None:
    figures = measured([(5.0, 52.0)]).loc[CYCLE]
    assert set(figures.loc[["BU00010101", "BU00010102"], "status"]) == {"not_applicable"}
    assert figures.loc[["BU00010101", "BU00010102"], "value"].isna().all()
    assert set(figures["status"].drop(["BU00010101", "BU00010102"])) == {"estimated"}


@given(SPOTS, some.tuples(some.floats(4.9, 5.2), some.floats(51.9, 52.1)))
@settings(max_examples=40)
def test_a_place_more_never_takes_anyone_farther(spots: Spots, more: tuple[float, float]) -> None:
    before, after = measured(spots)["value"], measured([*spots, more])["value"]
    assert (after[CYCLE].dropna() <= before[CYCLE].dropna() + 1e-9).all()


@given(SPOTS)
@settings(max_examples=40)
def test_what_is_shared_out_is_what_someone_can_reach(spots: Spots) -> None:
    """The invariant of a catchment: sum of demand times access is the supply that anyone
    reaches.
    """
    found = measured(spots)["value"][SHARED]
    demand = {"BU00010000": 20, "BU00010001": 30, "BU00010100": 80}
    shared = sum(found[a] * d for a, d in demand.items()) / 1_000
    spot = {r.code: (r.lon, r.lat) for r in AREA.itertuples()}
    away = [min(metres(spot[a], s) for a in demand) / 80 for s in spots]
    assert sum(m < 14.9 for m in away) - 1e-9 <= shared <= sum(m < 15.1 for m in away) + 1e-9


@given(some.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_a_catchment_equals_that_of_pysal(seed: int) -> None:
    random = np.random.default_rng(seed)
    demand, supply = (
        random.integers(1, 500, 30).astype(float),
        random.integers(1, 9, 12).astype(float),
    )
    cost = pd.DataFrame(
        [(i, j, random.uniform(0, 30)) for i in range(30) for j in range(12)],
        columns=["o", "d", "m"],
    )
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
    ).enhanced_two_stage_fca(max_cost=15, weight_fn=weights.gaussian(travel.FADE_MIN))
    near = cost[cost["m"] <= 15]
    weight = np.exp(-((near["m"].to_numpy() / travel.FADE_MIN) ** 2) / 2)
    ours = travel.two_step(near["o"].to_numpy(), near["d"].to_numpy(), weight, demand, supply)
    assert ours == pytest.approx(
        reference["e2sfca_places"].reindex(range(30)).fillna(0).to_numpy(), abs=1e-9
    )


def test_points_are_spread_over_an_outline_and_lie_within_it() -> None:
    outlines = pd.Series(
        [
            shapely.to_geojson(shapely.box(5, 52, 5.02, 52.01)),
            shapely.to_geojson(shapely.Point(5.1, 52.1).buffer(0.01)),
        ]
    )
    points = road.spread(outlines, METRES)
    assert points.shape == (2, road.POINTS, 2)
    shapes = shapely.transform(
        shapely.from_geojson(outlines.to_numpy()),
        lambda at: road.metres(*map(pd.Series, at.T), METRES),
    )
    for shape, spots in zip(shapes, points, strict=True):
        assert shapely.contains_xy(shape, spots).all()
        low, high = np.reshape(shape.bounds, (2, 2))
        assert (
            np.abs(spots.mean(axis=0) - (low + high) / 2).max() < 0.1 * (high - low).max()
        )  # evenly: about its middle
    assert (road.spread(outlines[::-1], METRES) == points[::-1]).all()


def test_points_are_those_of_scipy_and_a_plane_measures_as_the_projection_does() -> None:
    points = np.concatenate([road._halton(0, 700), road._halton(700, 300)])
    assert (points == Halton(2, scramble=False).random(1_000)).all()
    lon, lat = np.array([5.12, 5.30, 4.95, 5.12, 5.0]), np.array([52.09, 52.09, 52.0, 52.25, 52.2])
    flat, ours = road.metres(lon, lat, METRES), road.metres(lon, lat, (5.12, 52.09))
    for n in range(1, len(lon)):
        there = np.hypot(*(flat[n] - flat[0]))
        assert np.hypot(*(ours[n] - ours[0])) == pytest.approx(there, rel=0.005)


def towns(n: int) -> pd.Series:
    """So many areas of twenty municipalities."""
    return pd.Series([f"GM{i % 20:04d}" for i in range(n)])


def test_the_road_is_learnt_per_class_and_the_margin_holds_of_what_it_has_not_seen() -> None:
    random = np.random.default_rng(4)
    straight, density = random.uniform(50, 3_900, 20_000), random.uniform(0, 4_000, 20_000)
    ratio = np.where(density < 1_000, 1.2, 1.6) * random.lognormal(0, 0.3, 20_000)
    detour = travel.calibrate(straight, straight * ratio, density, towns(20_000))
    classes = detour.dropna(subset=["since"])
    assert len(classes) == (len(road.FARS) - 1) * (len(road.DENSE) - 1)
    assert classes["areas"].sum() == 20_000
    sparse = classes["sparse"] < 1_000
    assert classes[sparse]["median"].to_numpy() == pytest.approx(1.2, rel=0.06)
    assert classes[~sparse]["median"].to_numpy() == pytest.approx(1.6, rel=0.06)
    assert classes["coverage"].between(0.86, 0.93).all()
    assert road.overall(detour) == pytest.approx(np.median(ratio))


def test_a_margin_that_does_not_hold_elsewhere_is_told_so() -> None:
    """Every tenth of the municipalities has a road of its own."""
    straight, at = np.full(2_000, 400.0), np.arange(2_000) % 20 % 10
    detour = travel.calibrate(straight, straight * (1 + at), np.full(2_000, 700.0), towns(2_000))
    assert detour.iloc[0]["coverage"] == pytest.approx(
        0.8
    )  # the first and the last are beyond what all others have


def test_the_class_gives_the_figure_and_its_margin_and_without_one_there_is_no_margin() -> None:
    row = {
        "since": 300,
        "until": 500,
        "sparse": 500,
        "dense": 1_000,
        "areas": 99,
        "low": 1.1,
        "median": 1.5,
        "high": 2.0,
    }
    every = {"areas": 200, "low": 1.0, "median": 1.4, "high": 3.0}
    detour = pd.DataFrame([row, every])
    metres, low, high = road.along(
        np.array([400.0, 500.0, 400.0, 9_000.0]), np.array([999.0, 999.0, np.nan, 700.0]), detour
    )
    assert (metres[0], low[0], high[0]) == pytest.approx((600, 440, 800))
    assert metres[1:].tolist() == pytest.approx([700, 560, 12_600])
    assert np.isnan([low[1:], high[1:]]).all()
    assert road.along(np.array([400.0]), np.array([700.0]), detour[:0])[0].tolist() == [400]


def test_a_kind_that_no_source_lists_in_full_has_no_distance() -> None:
    kinds = [k for k, kind in EVERY.kinds.items() if kind.osm]
    given_ = tables([(5.0, 52.0)] * 2, *SCHOOLS)
    dots = pd.DataFrame(
        [(k, "osm_places", 5.0, 52.0, "BU00010000") for k in kinds], columns=given_["place"].columns
    )
    place = pd.concat([given_["place"], dots], ignore_index=True)
    covers = completeness.find(AREA, place, EVERY)
    distances = access.measure({**given_, "place": place, "completeness": covers}, CATALOGUE)[
        "access"
    ]
    assert set(distances["kind"]) == set(SCHOOLS)
    covers = completeness.find(AREA, place, EVERY, {"library"})
    distances = access.measure({**given_, "place": place, "completeness": covers}, CATALOGUE)[
        "access"
    ]
    assert set(distances["kind"]) == {*SCHOOLS, "library"}


def test_a_register_covers_from_as_many_places_as_the_taxonomy_asks_and_nothing_else_covers() -> (
    None
):
    one = tables([(5.0, 52.0)], "primary_school", "special_school")["place"].assign(
        source="duo_schools"
    )
    towns = AREA.assign(
        population=AREA["population"] * 100
    )  # 60,000 residents: six schools are enough, five are not
    many = pd.concat([one] * 3, ignore_index=True)
    assert not completeness.find(towns, many.head(5), EVERY)["covered"].any()
    assert completeness.find(towns, many, EVERY)["covered"].all()
    for partial in ("wikidata_venues", "osm_places", "kiesraad_places", "rce_museums"):
        assert not completeness.find(towns, pd.concat([many] * 9).assign(source=partial), EVERY)[
            "covered"
        ].any()


def test_a_register_knows_of_all_its_kinds_that_there_is_none() -> None:
    area = pd.DataFrame(
        [("GM1", "gemeente", "GM1", 10_000), ("GM2", "gemeente", "GM2", 10_000)],
        columns=["code", "level", "municipality", "population"],
    )
    schools = [("GM1", "duo_schools", "primary_school"), ("GM2", "duo_schools", "primary_school")]
    place = pd.DataFrame(
        [*schools, ("GM1", "duo_schools", "special_school")], columns=["area", "source", "kind"]
    )
    covers = completeness.find(area, place, EVERY)
    assert len(covers) == 2 * 2
    assert covers["covered"].all()


def test_two_lists_tell_how_many_there_are() -> None:
    assert completeness.chapman(200, 100, 50) == (
        pytest.approx(201 * 101 / 51 - 1),
        pytest.approx(462.8, abs=0.1),
    )
    assert completeness.chapman(120, 100, 100) == (
        120,
        120,
    )  # all of the one are in the other: no more are known of
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
    every = replace(
        EVERY, kinds={**EVERY.kinds, "museum": EVERY.kinds["museum"].model_copy(update=counted)}
    )
    ids = [f"osm_places:node/{n}" for n in range(200 if second else 220)]
    also = [f"{second}:{n}" if second and n < both else None for n in range(len(ids))]
    place = pd.DataFrame({"id": ids, "also": also, "source": "osm_places"})
    if second:
        alone = [f"{second}:{n}" for n in range(both, 100)]
        place = pd.concat(
            [place, pd.DataFrame({"id": alone, "also": None, "source": second})], ignore_index=True
        )
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
    held = found.set_index(["municipality", "source"])["places"]
    assert held["GM1", "osm_places"] == len(ids)
    assert second is None or held["GM1", second] == 100


def test_a_kind_is_national_where_it_is_covered_for_nearly_all_residents() -> None:
    towns = pd.DataFrame(
        [("GM1", "GM1", 9_600), ("GM2", "GM2", 400)],
        columns=["code", "municipality", "population"],
    )
    rows = [
        ("GM1", "a", "library", True),
        ("GM2", "a", "library", False),
        ("GM2", "b", "museum", True),
    ]
    rows += [
        ("GM1", "a", "theatre", True),
        ("GM1", "b", "theatre", True),
        ("GM1", "a", "museum", False),
    ]
    covers = pd.DataFrame(rows, columns=["municipality", "source", "kind", "covered"])
    assert completeness.national(covers, towns) == {"library", "theatre"}
    fewer = towns.assign(population=[9_400, 600])
    assert completeness.national(covers, fewer) == set()


@pytest.mark.parametrize(
    "column",
    [
        "far primary_school",
        "nearest",
        "nearest secondary_school fly",
        "nearest library bike",
        "scarcity a b",
    ],
)
def test_a_column_that_says_nothing_is_refused(column: str) -> None:
    wrong = CATALOGUE.indicators[CYCLE].model_copy(update={"column": column})
    broken = replace(CATALOGUE, indicators={CYCLE: wrong})
    with pytest.raises(ValueError, match=CYCLE):
        access.measure(tables([(5.0, 52.0)], *SCHOOLS), broken)


def test_no_place_at_all_is_an_error_and_not_far_away() -> None:
    with pytest.raises(ValueError, match="'secondary_school' are not all listed, or there is none"):
        access.measure(tables([(5.0, 52.0)], "primary_school"), CATALOGUE)
