"""What a publisher withheld cannot be worked out from what is around it."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog

from pipelines import disclosure
from pipelines.catalogue import load

CATALOGUE = load()
INDICATOR = CATALOGUE.indicators["income_per_resident"]
CLOSE = 0.1  # of the figure
HIGHEST = 60  # thousand euros


def published(wijken: list[list[tuple[float, int]]], least: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas and figures of one municipality: per wijk the figure and residents of each buurt; small ones withheld."""
    rows = []
    for w, buurten in enumerate(wijken):
        wijk = f"WK0001{w:02}"
        rows += [(f"BU0001{w:02}{b:02}", wijk, "buurt", people, value) for b, (value, people) in enumerate(buurten)]
        people = sum(p for _, p in buurten)
        rows.append((wijk, "GM0001", "wijk", people, sum(v * p for v, p in buurten) / people))
    everyone = sum(p for _, _, level, p, _ in rows if level == "wijk")
    mean = sum(v * p for _, _, level, p, v in rows if level == "wijk") / everyone
    rows.append(("GM0001", "NL00", "gemeente", everyone, mean))
    area = pd.DataFrame(rows, columns=["code", "parent", "level", "population", "value"])
    seen = pd.DataFrame({"indicator": INDICATOR.id, "area": area["code"], "period": "2024"})
    seen["value"] = area["value"].round(INDICATOR.decimals).where(area["population"] >= least)
    seen["low"] = seen["high"] = np.nan
    seen["status"] = np.where(seen["value"].isna(), "suppressed", "measured")
    return area.drop(columns="value"), seen


def attacked(area: pd.DataFrame, seen: pd.DataFrame, secret: set[str]) -> dict[str, tuple[float, float]]:
    """The lowest and the highest that each secret's figure can be, by linear programming over all that is published.

    Our own reading of the attack, apart from the product's: every total is the sum of its parts, every published
    figure may be off by its rounding, and no income is below nothing or above twice the highest made here.
    """
    people = area.set_index("code")["population"]
    order = {a: i for i, a in enumerate(people.index)}
    value = seen.set_index("area")["value"]
    bounds = [
        (0, 2 * HIGHEST * people[a])
        if np.isnan(value[a])
        else ((value[a] - 0.05) * people[a], (value[a] + 0.05) * people[a])
        for a in people.index
    ]
    sums = []
    for parent, children in area.groupby("parent")["code"]:
        if parent in order:
            row = np.zeros(len(order))
            row[[order[c] for c in children]] = 1
            row[order[str(parent)]] = -1
            sums.append(row)

    def end(a: str, sign: int) -> float:
        aim = np.zeros(len(order))
        aim[order[a]] = sign
        best = linprog(aim, A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=bounds)
        assert best.success, best.message
        return float(sign * best.fun / people[a])

    return {a: (end(a, 1), end(a, -1)) for a in sorted(secret)}


WIJKEN = some.lists(
    some.lists(
        some.tuples(some.integers(150, 10 * HIGHEST).map(lambda n: n / 10), some.integers(300, 6_000)),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=5,
)


@given(WIJKEN)
@example([[(17.7, 300)], [(15.0, 2_500), (15.0, 2_500)]])  # two ways to the same figure, of which one is precise
@example([[(15.0, 300)], [(15.0, 2_500), (15.1, 2_500)]])  # two readings of one total, narrower together than either
@settings(deadline=None, max_examples=150)
def test_no_attack_by_subtraction_comes_close(wijken: list[list[tuple[float, int]]]) -> None:
    area, seen = published(wijken, INDICATOR.minimum)
    truth = {f"BU0001{w:02}{b:02}": v for w, buurten in enumerate(wijken) for b, (v, _) in enumerate(buurten)}
    secret = set(seen[seen["status"] == "suppressed"]["area"]) & truth.keys()
    safe = disclosure.protect(seen, area, CATALOGUE)
    for code, (low, high) in attacked(area, safe, secret).items():
        assert low - 0.1 <= truth[code] <= high + 0.1
        assert (high - low) / 2 > CLOSE * 0.99 * abs(low + high) / 2, (code, low, high)


def test_the_only_small_neighbourhood_takes_the_smallest_other_with_it() -> None:
    area, seen = published([[(30.0, 5_000), (40.0, 4_000), (50.0, 1_000)]], INDICATOR.minimum)
    assert attacked(area, seen, {"BU00010002"})["BU00010002"] == pytest.approx((50, 50), abs=1.1)
    safe = disclosure.protect(seen, area, CATALOGUE).set_index("area")
    assert safe["status"].to_dict() == {
        "BU00010000": "measured", "BU00010001": "suppressed", "BU00010002": "suppressed", "WK000100": "measured",
        "GM0001": "measured",
    }  # fmt: skip
    for low, high in attacked(area, safe.reset_index(), {"BU00010001", "BU00010002"}).values():
        assert high - low > 20


def test_two_small_neighbourhoods_guard_each_other() -> None:
    area, seen = published([[(30.0, 5_000), (40.0, 1_200), (50.0, 1_000)]], INDICATOR.minimum)
    pd.testing.assert_frame_equal(disclosure.protect(seen, area, CATALOGUE), seen)


def test_a_handful_of_residents_guards_nobody() -> None:
    area, seen = published([[(30.0, 5_000), (40.0, 4_000), (50.0, 1_000), (45.0, 20)]], INDICATOR.minimum)
    low, high = attacked(area, seen, {"BU00010002"})["BU00010002"]
    assert high - low < 6  # though two are withheld
    safe = disclosure.protect(seen, area, CATALOGUE).set_index("area")["status"]
    assert safe["BU00010001"] == "suppressed"


def test_what_is_found_through_a_withheld_parent_counts() -> None:
    """A wijk of one buurt, both withheld: the other wijken of the municipality give both away."""
    area, seen = published([[(30.0, 9_000)], [(40.0, 8_000)], [(50.0, 2_000)]], INDICATOR.minimum)
    assert seen.set_index("area")["status"][["WK000102", "BU00010200"]].tolist() == ["suppressed"] * 2
    assert attacked(area, seen, {"BU00010200"})["BU00010200"] == pytest.approx((50, 50), abs=1.1)
    safe = disclosure.protect(seen, area, CATALOGUE)
    low, high = attacked(area, safe, {"BU00010200"})["BU00010200"]
    assert high - low > 20


def test_a_figure_that_rounding_hides_needs_no_guard() -> None:
    """Nine in a thousand: what is left after subtraction may be anything, so nothing more is withheld."""
    area, seen = published([[(30.0, 90_000), (40.0, 80_000), (50.0, 100)]], INDICATOR.minimum)
    pd.testing.assert_frame_equal(disclosure.protect(seen, area, CATALOGUE), seen)


def test_the_least_residents_decide_which_one_is_withheld_however_the_rows_lie() -> None:
    area, seen = published(
        [[(30.0, 5_000), (40.0, 4_000), (50.0, 1_000)], [(20.0, 9_000), (25.0, 900)]], INDICATOR.minimum
    )
    first = disclosure.protect(seen, area, CATALOGUE)
    second = disclosure.protect(seen[::-1], area.sample(frac=1, random_state=1), CATALOGUE)
    pd.testing.assert_frame_equal(first, second[::-1])
    sizes = area[area["level"] == "buurt"].sort_values("population")["population"]
    assert all(a < b for a, b in pairwise(sizes))


def test_two_periods_together_tell_no_more_than_either() -> None:
    """Rounding hides the figure in each year; for who supposes that nothing changed, two roundings do not."""
    area, first = published([[(14.96, 3_000), (14.96, 3_000), (18.0, 300)]], INDICATOR.minimum)
    other = published([[(15.04, 3_000), (15.04, 3_000), (18.0, 300)]], INDICATOR.minimum)[1].assign(period="2025")
    secret = "BU00010002"
    ends = [attacked(area, seen, {secret})[secret] for seen in (first, other)]
    assert all(high - low > CLOSE * (high + low) for low, high in ends)
    low, high = max(low for low, _ in ends), min(high for _, high in ends)
    assert high - low <= CLOSE * (high + low)
    for alone in (first, other):
        pd.testing.assert_frame_equal(disclosure.protect(alone, area, CATALOGUE), alone)
    both = disclosure.protect(pd.concat([first, other], ignore_index=True), area, CATALOGUE)
    withheld = both[both["status"] == "suppressed"].groupby("area")["period"].agg(list).to_dict()
    assert withheld == {"BU00010000": ["2024", "2025"], secret: ["2024", "2025"]}


def test_what_guards_a_figure_in_one_period_is_withheld_in_every_period() -> None:
    """Else the year in which it is published tells the one in which it is not."""
    area, seen = published([[(30.0, 5_000), (40.0, 4_000), (50.0, 1_000)]], INDICATOR.minimum)
    unknown = seen.assign(period="2023", value=seen["value"].where(seen["area"] != "WK000100"))
    unknown.loc[unknown["area"] == "WK000100", "status"] = "missing"
    unknown.loc[unknown["area"] == "GM0001", ["value", "status"]] = None, "missing"
    pd.testing.assert_frame_equal(disclosure.protect(unknown, area, CATALOGUE), unknown)  # no guard is needed
    both = disclosure.protect(pd.concat([unknown, seen], ignore_index=True), area, CATALOGUE)
    assert both.loc[both["area"] == "BU00010001", "status"].tolist() == ["suppressed"] * 2
    assert both.loc[both["area"] == "BU00010000", "status"].tolist() == ["measured"] * 2


def test_a_model_knows_of_nobody_so_its_figure_needs_no_guard() -> None:
    """It is withheld of few residents as too unsure; hiding what lies around it would hide good figures for nothing."""
    area, seen = published([[(30.0, 5_000), (40.0, 4_000), (50.0, 90)]], 100)
    modelled = seen.assign(indicator="lonely_share")
    assert CATALOGUE.indicators["lonely_share"].minimum == 100
    assert (modelled["status"] == "suppressed").sum() == 1
    pd.testing.assert_frame_equal(disclosure.protect(modelled, area, CATALOGUE), modelled)
