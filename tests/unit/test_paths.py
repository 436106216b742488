"""The learning path of an area as a value: what is near for sure, about, far or not known; and a
path of one's own.
"""

import pytest

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.paths import ABOUT, FAR, FORMS, NEAR, UNKNOWN, Cell, Path


def cell(
    minutes: float | None, low: float | None = None, high: float | None = None, **seat: str
) -> Cell:
    """Minutes without a margin are sure."""
    low, high = (minutes if end is None else end for end in (low, high))
    return Cell(
        **{"domain": "leisure", "form": "informal", **seat}, minutes=minutes, low=low, high=high
    )


AT = {
    NEAR: (5.0, 4.0, 6.0),
    ABOUT: (14.0, 12.0, 17.0),
    FAR: (30.0, 25.0, 40.0),
    UNKNOWN: (None, None, None),
}


def made(*forms: tuple[str, str]) -> Path:
    """Cells by learning form and state."""
    return Path("child", "walk", tuple(cell(*AT[state], form=form) for form, state in forms))


@pytest.mark.parametrize(
    ("minutes", "low", "high", "state"),
    [
        (5, 4, 6, NEAR),
        (12, 10, 15, NEAR),
        (0, 0, 0, NEAR),
        (14, 12, 15.1, ABOUT),
        (16, 15, 20, ABOUT),
        (16, 15.1, 20, FAR),
        (60, 50, 70, FAR),
        (None, None, None, UNKNOWN),
        (5, None, None, ABOUT),
        (50, None, None, ABOUT),
    ],
)
def test_the_margin_decides_whether_near_and_far_are_sure(
    minutes: float | None, low: float | None, high: float | None, state: str
) -> None:
    assert Cell("leisure", "informal", "park", minutes, low, high).state == state


def test_a_cell_without_a_place_is_unknown_and_never_far() -> None:
    assert Cell("care", "informal").state == UNKNOWN


def test_cells_that_are_not_known_are_neither_within_nor_known() -> None:
    path = made(("formal", NEAR), ("non_formal", ABOUT), ("informal", FAR), ("informal", UNKNOWN))
    assert [c.state for c in path.known] == [NEAR, ABOUT, FAR]
    assert path.within == 2


def test_within_goes_by_the_best_estimate_also_where_the_margin_holds_the_bound() -> None:
    beyond = Path("child", "walk", (cell(15.0, 12, 18), cell(15.1, 12, 18), cell(14.9)))
    assert [c.state for c in beyond.cells] == [ABOUT, ABOUT, NEAR]
    assert (beyond.within, len(beyond.known)) == (2, 3)


def test_of_nothing_known_nothing_is_within() -> None:
    path = made(*((form, UNKNOWN) for form in FORMS))
    assert (path.within, path.known) == (0, ())
    assert Path("child", "walk", ()).within == 0


# --- on the embedded edition


@pytest.mark.parametrize("age", ["child", "youth", "adult", "older"])
def test_a_cell_is_known_only_by_a_published_distance_or_a_kind_that_is_listed_in_full(
    age: str,
) -> None:
    seat, complete = store.kinds(), store.complete()
    for area in ("NL00", "GM0344", "BU03440112", "BU05991571", "GM0363"):
        near = store.near(area)
        for mode, speed in paths.METRES_PER_MIN.items():
            for c in paths.path(area, age, mode).cells:
                mine = [
                    k
                    for k in store.audiences("age")[age]
                    if (seat[k]["domain"], seat[k]["learning_form"]) == (c.domain, c.form)
                    and k in near
                ]
                assert bool(mine) == (c.minutes is not None)
                if c.minutes is None:
                    continue
                assert c.kind in mine
                assert c.minutes == pytest.approx(min(near[k]["metres"] for k in mine) / speed)
                assert c.status == "measured" or c.kind in complete


@pytest.mark.parametrize("area", ["BU05991571", "BU03440112", "BU0363AD01"])
def test_a_step_is_the_nearest_of_a_kind_that_is_listed_in_full_and_no_other_place_is_one(
    area: str,
) -> None:
    complete = store.complete()
    stops = 0
    for age in store.audiences("age"):
        for interest in store.audiences("interest"):
            point = store.centre(area)
            for step in paths.steps(area, age, interest, "walk"):
                wanted = paths.sought(age, interest, step.form)
                assert wanted
                assert not {s.kind for s in step.seen} & complete
                if step.stop:
                    stops += 1
                    assert point
                    near = [
                        s
                        for s in paths.around(*point, most=60)
                        if s.kind in wanted and s.kind in complete
                    ]
                    assert step.stop == near[0]
                    point = (step.stop.lon, step.stop.lat)
                elif step.minutes is not None:
                    assert store.near(area)[step.kind]["status"] == "measured"
    assert stops


def test_what_is_not_listed_in_full_is_seen_nearest_first_and_no_step() -> None:
    informal = [
        s for s in paths.steps("BU0363AD01", "youth", "reading", "walk") if s.form == "informal"
    ]
    assert [(s.kind, s.stop, s.minutes) for s in informal] == [("", None, None)]
    seen = informal[0].seen
    assert "library" in {s.kind for s in seen}
    assert [s.minutes for s in seen] == sorted(s.minutes for s in seen)
    assert len(seen) == len({s.kind for s in seen}) <= paths.SEEN
    assert max(s.minutes for s in seen) <= paths.SEEN_MIN


def test_a_special_school_is_no_step() -> None:
    assert all(
        "special_school" not in store.audiences(s)[a]
        for s in ("age", "interest")
        for a in store.audiences(s)
    )
    assert all(
        paths.sought("youth", i, "formal") in ([], ["secondary_school"])
        for i in store.audiences("interest")
    )
    assert all(paths.sought("adult", i, "formal") == [] for i in store.audiences("interest"))
