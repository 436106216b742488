"""What stands out: the rule by hand, whatever the order, and nothing when all are alike."""

from dataclasses import replace
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import standout, store
from dashboard.standout import Standing, distance, facts, margin, standings
from dashboard.store import Observation, Typical
from dashboard.underserved import Z

OF = {  # two of one theme, one of another, and one that is estimated
    "clubs_share": "measured",
    "going_out_share": "measured",
    "spending_museums": "measured",
    "lonely_share": "estimated",
    "walk_to_care_place_min": "estimated",
}


def standing(indicator: str, away: float, known: bool = True) -> Standing:
    status = OF.get(indicator, "measured")
    o = Observation("GM0363", "Amsterdam", away, None, None, status)
    own = 0.0 if known else None
    return Standing(store.indicators()[indicator], o, "2024", own, "country", Typical(9, 0.0, 1.0), away)


def test_the_distance_by_hand() -> None:
    typical = Typical(5, 10.0, 2.0)  # of 6, 8, 10, 12 and 14
    assert distance(16.0, 0.0, typical) == pytest.approx(6 / (1.4826 * 2))
    assert distance(16.0, 4.0, typical) == pytest.approx(6 / ((1.4826 * 2) ** 2 + 16) ** 0.5)
    assert distance(4.0, 0.0, typical, least=6.0) == pytest.approx(1.0)  # areas that happen to be alike
    assert distance(16.0, 0.0, Typical(5, 10.0, 0.0)) == 0.0  # nothing to measure by


def test_the_margin_of_a_count_a_survey_and_an_estimate() -> None:
    o = Observation("", "", 50.0, None, None, "measured")
    assert margin(replace(o, low=40.0, high=56.0), "access", None, None) == 8.0
    assert margin(o, "residents", None, None) == 0.0
    assert margin(o, "participation", None, None) is None
    assert margin(o, "participation", None, 2.0) == pytest.approx(Z * 2**0.5)
    assert margin(replace(o, status="estimated"), "wellbeing", 2.0, None) == pytest.approx(2 * Z)
    assert margin(replace(o, status="estimated"), "access", None, None) is None


def test_three_facts_of_three_themes_farthest_first() -> None:
    found = [standing(n, 2.0 + k) for k, n in enumerate(OF)]
    first = ["walk_to_care_place_min", "lonely_share", "spending_museums"]
    for seed in range(10):
        Random(seed).shuffle(found)
        assert [s.indicator.id for s in facts(found)] == first


def test_at_an_equal_distance_measured_goes_before_estimated() -> None:
    found = [standing("walk_to_care_place_min", 2.04), standing("spending_museums", 2.0)]
    assert [s.indicator.id for s in facts(found)] == ["spending_museums", "walk_to_care_place_min"]


def test_nothing_stands_out_when_all_are_equal() -> None:
    assert facts([standing(n, 0.0) for n in OF]) == []
    assert facts([standing(n, 0.99) for n in OF]) == []
    assert facts([]) == []


def test_what_is_never_a_fact() -> None:
    never = ["path_child_walk", "cultural_facilities_gap", "cultural_facilities_estimate"]
    every = store.indicators().values()
    never += [i.id for i in every if i.theme in ("residents", "education_income")]  # who lives there, income and home
    assert {"population", "income_per_resident", "home_value", "lowest_incomes_share"} <= {*never}
    assert facts([standing(n, 9.0) for n in never]) == []
    assert len(facts([standing("clubs_share", 9.0)])) == 1


def test_an_interval_is_within_what_is_possible() -> None:
    s = replace(standing("lonely_share", 89.1), margin=13.4)  # given as 89.1, plus or minus 13.4
    assert s.interval == (pytest.approx(75.7), 100)
    assert replace(s, observation=replace(s.observation, value=5.0)).interval == (0, pytest.approx(18.4))
    assert replace(s, observation=replace(s.observation, low=80.0, high=92.0)).interval == (80, 92)
    assert replace(s, margin=0.0).interval is replace(s, margin=None).interval is None


def test_in_real_areas_facts_are_never_who_lives_there_and_no_percentage_passes_its_ends() -> None:
    themes, percents = set[str](), 0
    for code in [*store.codes()[::300], "BU05991571", "GM0074"]:
        area = store.area(code)
        assert area
        here = standings(area)
        themes |= {s.indicator.theme for s in facts(here.values())}
        for s in here.values():
            if s.interval and s.indicator.unit == "percent":
                percents += 1
                assert s.observation.value is not None
                assert 0 <= s.interval[0] <= s.observation.value <= s.interval[1] <= 100
    assert themes == {"participation", "access", "wellbeing", "welcome", "spending"}
    assert percents > 200


def test_a_fact_of_unknown_margin_is_never_clear() -> None:
    assert standing("spending_museums", 2.0).clear
    assert not standing("spending_museums", 1.9).clear
    assert not standing("spending_museums", 9.0, known=False).clear


@given(some.lists(some.floats(0, 20), min_size=5, max_size=5), some.integers(0, 4), some.floats(0, 20))
def test_a_figure_moved_farther_away_never_ranks_lower(away: list[float], which: int, more: float) -> None:
    names = list(OF)

    def rank(at: list[float]) -> int:
        order = [s.indicator.id for s in facts(standing(n, a) for n, a in zip(names, at, strict=True))]
        return order.index(names[which]) if names[which] in order else len(OF)

    moved = [a + more if n == which else a for n, a in enumerate(away)]
    assert rank(moved) <= rank(away)


@given(some.floats(-1e3, 1e3), some.floats(0, 50), some.floats(0, 100), some.floats(0, 50))
def test_a_wider_margin_or_spread_never_brings_a_figure_farther(
    value: float, own: float, middle: float, spread: float
) -> None:
    typical = Typical(5, middle, spread + 1)
    assert distance(value, own + 1, typical) <= distance(value, own, typical)
    assert distance(value, own, replace(typical, deviation=spread + 2)) <= distance(value, own, typical)


@pytest.mark.parametrize("area", ["GM0344", "WK059915", "BU05991571", "GM1680"])
def test_the_areas_beside_a_figure_are_those_of_the_group(area: str) -> None:
    here = store.area(area)
    assert here
    about = store.columns(here.level)
    every = {"country": [*about["code"]], "municipality": [*about["code"][about["municipality"] == here.municipality]]}
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
        middle = median(values)
        assert s.typical.areas == len(values) >= standout.LEAST_AREAS
        assert s.typical.median == pytest.approx(middle)
        assert s.typical.deviation == pytest.approx(median(abs(v - middle) for v in values), abs=1e-9)
