"""What the finder says of areas without a score, on the embedded edition."""

from collections import Counter

import numpy as np
import pytest

from dashboard import store
from dashboard.answer.finder import Asked, factor, rounding

CITY = "GM0599"
EQUAL = (1, 1, 1)


def reasons(who: str, least: int) -> dict[str, str]:
    """By area with an outline of Rotterdam without a score the mark it gets."""
    asked = Asked(who, "buurt", CITY, least)
    about = store.columns("buurt")
    codes = about["code"][asked.inside & about["drawn"]]
    return {
        c: mark for c, mark in zip(codes, asked.marks(EQUAL), strict=True) if not mark.isdigit()
    }


@pytest.mark.parametrize("least", [0, 20, 100])
def test_a_withheld_figure_is_not_said_to_be_missing(least: int) -> None:
    found = reasons("older", least)
    by_hand = {
        r["code"]: "N" if r["most"] < max(least, 1) else "S" if r["withheld"] else "M"
        for r in store.rows(
            """SELECT a.code, bool_or(o.status = 'suppressed') AS withheld, any_value(coalesce(a.population, 0)) / 100
                 * coalesce(max(o.value) FILTER (o.indicator = 'older_residents_share'), 100) AS most
               FROM area a JOIN observation o ON o.area = a.code
               WHERE a.level = 'buurt' AND a.municipality = ? AND o.indicator IN
                 ('older_residents_share', 'lonely_share', 'physical_limitation_share')
               GROUP BY ALL HAVING bool_or(o.value IS NULL)""",
            CITY,
        )
    }
    assert {c: m for c, m in found.items() if c in by_hand} == {
        c: m for c, m in by_hand.items() if c in found
    }
    assert ("S" in found.values()) == (
        least < 100
    )  # who are withheld live with fewer than a hundred
    assert by_hand.keys() & found.keys()


def test_every_status_has_its_own_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.figure_columns

    def changed(indicator: str, level: str) -> dict[str, np.ndarray]:
        out = {name: column.copy() for name, column in before(indicator, level).items()}
        known = np.flatnonzero(~np.isnan(out["value"]))
        if indicator == "lonely_share":
            out["status"][known[::3]], out["value"][known[::3]] = "refused", np.nan
            out["status"][known[1::3]], out["value"][known[1::3]] = "missing", np.nan
        if indicator == "physical_limitation_share":
            out["status"][known[::6]], out["value"][known[::6]] = "suppressed", np.nan
        return out

    monkeypatch.setattr(store, "figure_columns", changed)
    marks = Counter(reasons("older", 0).values())
    assert set(marks) == {"S", "R", "M", "N"}


@pytest.mark.parametrize(("people", "count"), [(60, 10), (500, 215), (5_000, 1_000)])
def test_the_margin_of_rounded_counts_is_that_of_all_counts_they_may_stand_for(
    people: int, count: int
) -> None:
    random = np.random.default_rng(3)
    whole, part = (n + random.uniform(-2.5, 2.5, 100_000) for n in (people, count))
    spread = (100 * part / whole).std()
    found = rounding(np.array([100 * count / people]), np.array([float(people)]))
    assert found[0] == pytest.approx(spread, rel=0.02)


def test_a_share_of_rounded_counts_has_a_margin_and_one_that_is_not_rounded_has_none() -> None:
    for level, rounded in (("buurt", True), ("wijk", True), ("gemeente", False)):
        share = factor("children_share", level)
        known = ~np.isnan(share.percent)
        assert known.any()
        assert ((share.below[known] > 0) & (share.above[known] > 0)).any() == rounded
    people = store.columns("buurt")["population"]
    share = factor("children_share", "buurt")
    small, large = (
        np.nanmean((share.below + share.above)[which]) for which in (people < 500, people > 5_000)
    )
    assert small > 3 * large
