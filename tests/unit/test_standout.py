"""What stands out: culture first, false discoveries controlled, and nothing when all are alike."""

from collections import Counter
from dataclasses import replace
from math import pi
from random import Random
from statistics import median, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import t as student

from dashboard import store
from dashboard.answer import standout
from dashboard.answer.standout import (
    FALSE_SHARE,
    FEWEST,
    Standing,
    chance,
    counted,
    distance,
    facts,
    margin,
    standings,
)
from dashboard.site import pages
from dashboard.store import Observation, Typical

# two of one theme, two of others, and what is estimated; in the order in which themes are told
OF = {
    "clubs_share": "measured",
    "going_out_share": "measured",
    "distance_library_km": "measured",
    "spending_museums": "measured",
    "lonely_share": "estimated",
}
SURE, LIKELY = 1e-4, 0.5


def standing(indicator: str, likely: float, own: float | None = None) -> Standing:
    ends = (None, None) if own is None else (9 - own, 9 + own)
    o = Observation(
        "GM0363", "Amsterdam", 9.0, *ends, OF.get(indicator, "measured"), "model" if own else None
    )
    return Standing(
        store.indicators()[indicator], o, "2024", "country", Typical(40, 0.0, 1.0), 9.0, likely
    )


def test_the_distance_and_its_chance_by_hand() -> None:
    values = [6.0, 8.0, 10.0, 12.0, 14.0] * 8
    typical = Typical(40, median(values), stdev(values))
    wide = stdev(values) ** 2 * (1 + pi / 80)
    assert distance(16.0, 0.0, typical) == pytest.approx(6 / wide**0.5)
    assert distance(16.0, 4.0, typical) == pytest.approx(6 / (wide + 16) ** 0.5)
    assert distance(16.0, 0.0, Typical(40, 10.0, 0.0)) == 0.0  # nothing to measure by
    assert chance(2.5, 40) == pytest.approx(2 * student.sf(2.5, 39))
    assert chance(0.0, 40) == 1


def test_the_margin_is_of_the_side_that_faces_the_median_and_of_its_own_level() -> None:
    o = Observation("", "", 50.0, 40.0, 56.0, "estimated", "model")
    assert margin(o, 10.0) == pytest.approx(10 / 1.645, rel=1e-3)
    assert margin(o, 90.0) == pytest.approx(6 / 1.645, rel=1e-3)
    assert margin(replace(o, method="publisher_95"), 10.0) == pytest.approx(10 / 1.96, rel=1e-3)
    assert margin(replace(o, low=None, high=None), 10.0) == 0


def test_what_was_counted_and_what_nobody_knows_the_margin_of() -> None:
    o = Observation("", "", 50.0, None, None, "measured")
    every = store.indicators()
    assert counted(o, every["spending_museums"])
    assert not counted(o, every["clubs_share"])  # a survey
    assert not counted(replace(o, status="estimated"), every["spending_museums"])
    assert not counted(replace(o, low=1.0, high=99.0), every["spending_museums"])


def test_three_facts_of_three_themes_culture_first_whatever_the_order() -> None:
    standings = [standing(n, SURE / 10**k) for k, n in enumerate(OF)]  # the last the least likely
    for seed in range(10):
        Random(seed).shuffle(standings)
        assert [s.indicator.id for s in facts(standings)] == [
            "going_out_share",
            "distance_library_km",
            "spending_museums",
        ]
    rest = [s for s in standings if s.indicator.theme not in ("participation", "access")]
    assert [s.indicator.id for s in facts(rest)] == ["spending_museums", "lonely_share"]


def test_nothing_stands_out_when_all_are_alike() -> None:
    assert facts([standing(n, LIKELY) for n in OF]) == []
    assert len(facts([standing("spending_museums", 0.04)])) == 1
    assert (
        facts([standing("spending_museums", 0.04), *(standing(n, LIKELY) for n in OF)]) == []
    )  # one of so many
    assert facts([]) == []


def test_of_the_figures_that_stand_out_few_do_so_by_chance() -> None:
    """Thirty figures beside forty areas: where none is far one seldom stands out, and where ten are
    few others do.
    """
    random = np.random.default_rng(4)
    names = [
        i.id for i in store.indicators().values() if i.headline and i.source != store.MODELLED
    ][:30]
    real, times = {*names[::3]}, 400
    shown = called = wrong = 0
    for _ in range(times):
        alike = random.standard_normal((30, 40))
        own, far = random.standard_normal(30), np.array([6.0 * (n in real) for n in names])
        typical = [Typical(40, float(np.median(a)), float(a.std(ddof=1))) for a in alike]

        def told(values: np.ndarray, typical: list[Typical] = typical) -> list[Standing]:
            away = [distance(float(v), 0.0, of) for v, of in zip(values, typical, strict=True)]
            return facts(standing(n, chance(a, 40)) for n, a in zip(names, away, strict=True))

        shown += bool(told(own))
        discoveries = told(own + far)
        called, wrong = (
            called + len(discoveries),
            wrong + sum(s.indicator.id not in real for s in discoveries),
        )
    assert shown / times <= FALSE_SHARE + 3 * (FALSE_SHARE * (1 - FALSE_SHARE) / times) ** 0.5
    assert called > times
    assert wrong / called <= FALSE_SHARE


def test_what_is_never_a_fact() -> None:
    never = ["cultural_facilities_gap", "cultural_facilities_estimate"]
    never += [
        "religious_gatherings_share",
        "sports_share",
        "spending_sport",
        "distance_primary_school_km",
    ]
    every = store.indicators().values()
    never += [
        i.id for i in every if i.theme in ("residents", "education_income")
    ]  # who lives there, income and home
    assert {"population", "income_per_resident", "home_value", "lowest_incomes_share"} <= {*never}
    assert facts([standing(n, SURE) for n in never]) == []
    assert len(facts([standing("clubs_share", SURE)])) == 1


def test_a_fact_of_unknown_margin_is_never_clear() -> None:
    assert standing("spending_museums", SURE).clear
    assert standing("lonely_share", SURE, 2.0).clear
    assert not standing("lonely_share", SURE).clear
    assert not standing("clubs_share", SURE).clear


def test_in_real_areas_a_fact_has_its_proof_and_most_areas_have_none() -> None:
    numbers, known = Counter[int](), Counter[bool]()
    codes = [*store.codes()[::60], "BU05991571", "GM0074", "GM0344"]
    pages.load(codes)
    for code in codes:
        area = store.area(code)
        assert area
        here = standings(area).values()
        chosen = facts(here)
        numbers[len(chosen)] += 1
        headlines = [s.indicator.headline for s in chosen]
        assert headlines == sorted(
            {*headlines} - {0}
        )  # taking part, places and money before health
        tested = sorted(s.chance for s in here if s.may_be_fact and s.typical)
        bar = max(
            (p for n, p in enumerate(tested, 1) if p <= FALSE_SHARE * n / len(tested)), default=0.0
        )
        for s in chosen:
            o = s.observation
            assert s.typical
            assert s.typical.areas >= FEWEST
            assert s.chance <= bar
            known[s.clear] += 1
            if o.low is not None and o.high is not None:
                assert not o.low <= s.typical.median <= o.high
            elif s.clear:
                assert counted(o, s.indicator)
    assert numbers.total() / 2 < numbers[0] < numbers.total()
    assert known[True]
    assert known[False]


@given(
    some.lists(some.floats(1e-9, 1), min_size=5, max_size=5), some.integers(0, 4), some.floats(0, 1)
)
def test_a_less_likely_figure_never_hides_its_theme(
    likely: list[float], which: int, times: float
) -> None:
    names = list(OF)
    moved = [p * times if n == which else p for n, p in enumerate(likely)]
    before, after = (
        [s.indicator.theme for s in facts(standing(n, p) for n, p in zip(names, at, strict=True))]
        for at in (likely, moved)
    )
    theme = store.indicators()[names[which]].theme
    assert (theme not in before) or theme in after or len(after) == standout.FACTS


@given(some.floats(-1e3, 1e3), some.floats(0, 50), some.floats(0, 100), some.floats(0, 50))
def test_a_wider_margin_or_spread_never_brings_a_figure_farther(
    value: float, own: float, middle: float, spread: float
) -> None:
    typical = Typical(25, middle, spread + 1)
    assert distance(value, own + 1, typical) <= distance(value, own, typical)
    assert distance(value, own, replace(typical, spread=spread + 2)) <= distance(
        value, own, typical
    )


@pytest.mark.parametrize("area", ["GM0344", "WK059915", "BU05991571", "GM1680"])
def test_the_areas_beside_a_figure_are_those_of_the_group(area: str) -> None:
    here = store.area(area)
    assert here
    about = store.columns(here.level)
    every = {
        "country": [*about["code"]],
        "municipality": [*about["code"][about["municipality"] == here.municipality]],
    }
    every = {group: [a for a in codes if a != area] for group, codes in every.items()}
    every["peers"] = [p.code for p in store.peers(area)]
    found = standout.standings(here)
    assert found
    for s in found.values():
        if not s.typical:
            continue
        figures = store.rows(
            "SELECT area, value FROM observation WHERE (indicator, period, status) = (?, ?, ?) AND value IS NOT NULL",
            s.indicator.id,
            s.period,
            s.observation.status,
        )
        group = {*every[s.group]}
        values = [o["value"] for o in figures if o["area"] in group]
        assert s.typical.areas == len(values) >= FEWEST
        assert s.typical.median == pytest.approx(median(values))
        assert s.typical.spread == pytest.approx(stdev(values), abs=1e-9)
