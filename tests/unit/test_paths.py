"""The learning path of an area as a value: what is near for sure, about, far or not known, and where it breaks."""

import pytest

from dashboard import paths, store
from dashboard.paths import ABOUT, FAR, FORMS, NEAR, UNKNOWN, WITHIN_MIN, Cell, Path


def cell(minutes: float | None, low: float | None = None, high: float | None = None, **seat: str) -> Cell:
    """Minutes without a margin are sure."""
    low, high = (minutes if end is None else end for end in (low, high))
    return Cell(**{"domain": "leisure", "form": "informal", **seat}, minutes=minutes, low=low, high=high)


AT = {NEAR: (5.0, 4.0, 6.0), ABOUT: (14.0, 12.0, 17.0), FAR: (30.0, 25.0, 40.0), UNKNOWN: (None, None, None)}


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
        (5, None, 6, UNKNOWN),
        (5, 4, None, UNKNOWN),
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


def test_of_nothing_known_nothing_is_within_or_broken() -> None:
    path = made(*((form, UNKNOWN) for form in FORMS))
    assert (path.within, path.known, path.broken) == (0, (), None)
    assert (Path("child", "walk", ()).within, Path("child", "walk", ()).broken) == (0, None)


@pytest.mark.parametrize(
    ("states", "best"),
    [
        ((FAR, NEAR, ABOUT), NEAR),
        ((FAR, ABOUT), ABOUT),
        ((UNKNOWN, FAR), FAR),
        ((UNKNOWN,), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_a_learning_form_has_the_best_state_of_its_cells(states: tuple[str, ...], best: str) -> None:
    assert made(("formal", NEAR), *(("informal", s) for s in states)).form("informal") == best


@pytest.mark.parametrize(
    ("formal", "non_formal", "informal", "broken"),
    [
        (NEAR, NEAR, NEAR, None),
        (NEAR, ABOUT, NEAR, None),
        (NEAR, FAR, NEAR, ("formal", "non_formal")),
        (ABOUT, FAR, FAR, ("formal", "non_formal")),
        (NEAR, NEAR, FAR, ("non_formal", "informal")),
        (FAR, NEAR, NEAR, ("", "formal")),
        (UNKNOWN, FAR, NEAR, ("", "non_formal")),
        (NEAR, UNKNOWN, FAR, ("formal", "informal")),
        (NEAR, UNKNOWN, NEAR, None),
        (UNKNOWN, UNKNOWN, FAR, ("", "informal")),
        (UNKNOWN, UNKNOWN, UNKNOWN, None),
    ],
)
def test_a_path_breaks_at_the_first_form_that_is_far_after_the_last_that_is_there(
    formal: str, non_formal: str, informal: str, broken: tuple[str, str] | None
) -> None:
    path = made(*zip(FORMS, (formal, non_formal, informal), strict=True))
    assert path.broken == broken
    assert made(*zip(FORMS[::-1], (informal, non_formal, formal), strict=True)).broken == broken


# --- what hangs on one place, and a path of one's own, on the embedded edition


@pytest.mark.parametrize("mode", ["walk", "bike"])
def test_a_loss_is_a_cell_of_the_path_with_one_place_and_every_such_cell_is_listed(mode: str) -> None:
    lost = named = 0
    for area in (code for code in store.codes() if code.startswith("BU0599")):
        for age in store.audiences("age"):
            path = paths.path(area, age, mode)
            found = paths.fragile(area, path)
            assert [loss.cell for loss in found] == [
                c for c in path.cells if c.minutes is not None and c.minutes <= WITHIN_MIN and c.places == 1
            ]
            lost += len(found)
            for loss in found:
                assert {(s.kind, s.domain, s.form) for s in loss.stops} <= {
                    (loss.cell.kind, loss.cell.domain, loss.cell.form)
                }
                named += len(loss.stops) == 1
    assert lost > 50
    assert named > lost / 2


def test_what_hangs_on_one_place_on_foot_does_not_by_bicycle() -> None:
    area = next(
        code
        for code in store.codes()
        if code.startswith("BU0599") and paths.fragile(code, paths.path(code, "child", "walk"))
    )
    on_foot, cycling = (paths.fragile(area, paths.path(area, "child", mode)) for mode in ("walk", "bike"))
    assert [loss.cell for loss in on_foot] != [loss.cell for loss in cycling]


@pytest.mark.parametrize("area", ["BU05991571", "BU05990110"])
@pytest.mark.parametrize("age", ["child", "youth", "adult", "older"])
def test_a_place_where_people_only_met_comes_after_what_serves_the_interest(age: str, area: str) -> None:
    for interest in store.audiences("interest"):
        found = paths.chain(area, age, interest, "walk")
        before = found["non_formal"] or found["formal"]
        start = (before.lon, before.lat) if before else store.centre(area)
        assert start
        near = [s for s in paths.around(*start, most=60) if s.kind in paths.sought(age, interest, "informal")]
        better = [s for s in near if s.kind not in paths.ONLY_MET] if interest != "meeting" else near
        assert found["informal"] == next(iter(better or near), None)


def test_another_interest_leads_elsewhere() -> None:
    found = {i: paths.chain("BU05990110", "youth", i, "walk")["informal"] for i in ("music", "making", "reading")}
    assert {i: stop.kind for i, stop in found.items() if stop} == {
        "music": "event_venue",
        "making": "museum",
        "reading": "library",
    }


def test_a_special_primary_school_is_no_step_for_who_is_over_twelve() -> None:
    assert all(paths.sought("youth", i, "formal") in ([], ["secondary_school"]) for i in store.audiences("interest"))
    assert all(paths.sought("adult", i, "formal") == [] for i in store.audiences("interest"))
