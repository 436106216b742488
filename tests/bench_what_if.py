"""What if in `make bench`: a try, the greedy choice and its proof, beside loops that do the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
from scipy.sparse import csc_array
from scipy.spatial import KDTree

from dashboard import store
from dashboard.answer import best_places, homes, what_if
from dashboard.answer.best_places import Search
from dashboard.answer.possibilities import HOLDS
from dashboard.answer.spots import places_of
from dashboard.answer.what_if import Scenario
from pipelines.methods import locate, road

KIND = "secondary_school"
SECONDS = 5.0  # in which a choice should be proved
T = TypeVar("T")
Row = tuple[str, str, str]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and the result."""
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def rows(every: bool) -> Iterator[Row]:
    """A row for a try, for the greedy choice of the country, and for what is proved; of `every`
    municipality or of a few.
    """
    towns = [a.code for a in store.all_municipalities()]
    towns = towns if every else towns[:: len(towns) // 5]
    yield from tries(towns)
    yield national()
    yield proofs(towns)


def tries(towns: list[str]) -> Iterator[Row]:
    """Three places open and one closes: the first time, with the points of a municipality, and
    again.
    """
    first, again = [], []
    largest = max(towns, key=lambda town: len(store.within(town)))
    for town in towns:
        homes.homes(town)
        s = tried(town)
        first.append(timed(lambda s=s: what_if.outcome(s))[0])  # type: ignore[misc]
        other = replace(s, opened=s.opened[:2])
        again.append(timed(lambda s=other: what_if.outcome(s))[0])  # type: ignore[misc]
    counted = f"{len(towns)} municipalities"
    slow = sorted(again)[int(0.95 * len(again))]
    yield (
        f"what if: a try, {counted}",
        f"{1000 * slow:.0f} ms (95 %), {1000 * max(again):.0f} ms at most",
        f"the first of a kind {1000 * np.median(first):.0f} ms in the middle, {1000 * max(first):.0f} ms at most",
    )
    base, s = homes.now(largest, KIND), tried(largest)
    spots = what_if.spots_in(base.homes, s.opened)
    ours, mine = timed(lambda: base.to(spots))
    theirs, naive = timed(lambda: by_loop(base, spots))
    yield (
        f"what if: straight lines of {len(base.homes.codes)} neighbourhoods",
        f"{1000 * ours:.0f} ms",
        f"loop {1000 * theirs:.0f} ms ({theirs / ours:.0f}×), apart by ≤ {np.abs(mine - naive).max():.0e} m",
    )


def tried(town: str) -> Scenario:
    """Three buildings open, and one place closes where there is one."""
    opened = best_places.candidates(town, KIND, "everywhere")[:3]
    closed = [*places_of(town, KIND)][:1]
    return Scenario(town, KIND, opened=opened, closed=tuple(closed))


def by_loop(base: homes.Now, spots: np.ndarray) -> np.ndarray:
    """The mean straight line with each place, a point at a time."""
    out = np.empty((len(base.away), len(spots)))
    for n, (points, away) in enumerate(zip(base.homes.points, base.away, strict=True)):
        for m, (x, y) in enumerate(spots):
            lines = [
                min(float(a), ((float(p[0]) - x) ** 2 + (float(p[1]) - y) ** 2) ** 0.5)
                for p, a in zip(points, away, strict=True)
            ]
            out[n, m] = sum(lines) / len(lines)
    return out


def national() -> Row:
    """Twenty places among all schools, libraries and community centres of the country, for whom
    none is within a quarter of an hour on foot of the middle of the neighbourhood.
    """
    level = store.area_levels().finest
    at = store.arrays(
        """SELECT lon, lat, population::DOUBLE AS people FROM area
           WHERE level = ? AND population > 0 AND lon IS NOT NULL""",
        level,
    )
    place = store.place_columns()
    holds = np.isin(place["kind"], HOLDS)
    plane = (float(at["lon"].mean()), float(at["lat"].mean()))
    origins = road.metres(at["lon"], at["lat"], plane)
    spots = road.metres(place["lon"][holds], place["lat"][holds], plane)
    limit = 15 * road.SPEED["walk"] / store.detour()
    pairs = KDTree(origins).query_ball_point(spots, limit)
    count = [len(p) for p in pairs]
    columns = np.repeat(np.arange(len(spots)), count)
    areas = np.concatenate([np.asarray(p, int) for p in pairs])
    reach = csc_array((np.ones(len(areas)), (areas, columns)), shape=(len(origins), len(spots)))
    ours, choice = timed(lambda: locate.greedy(reach, at["people"], 20))
    theirs, value = timed(lambda: by_hand(reach, at["people"], 20))
    return (
        f"best places: 20 of {len(spots):,} of the country, greedy",
        f"{ours:.2f} s",
        f"loop over all candidates {theirs:.2f} s ({theirs / ours:.0f}×), apart by {abs(value - choice.value):.0f}",
    )


def by_hand(reach: csc_array, people: np.ndarray, most: int) -> float:
    """The same choice: at every step each candidate is looked at again."""
    left, total = people.copy(), 0.0
    for _ in range(most):
        gains = [
            float(left[reach.indices[reach.indptr[j] : reach.indptr[j + 1]]].sum())
            for j in range(reach.shape[1])
        ]
        best = int(np.argmax(gains))
        total += gains[best]
        left[reach.indices[reach.indptr[best] : reach.indptr[best + 1]]] = 0
    return total


def proofs(towns: list[str]) -> Row:
    """Five places in existing buildings, proved in this process."""
    late, took = [], []
    for town in towns:
        search = Search(Scenario(town, KIND), most=5)
        metres, now, weight = best_places._problem(search)
        reach = best_places._reach(search, metres, now)
        seconds, choice = timed(lambda: locate.prove(reach, weight, 5, SECONDS))  # noqa: B023
        took.append(seconds)
        if not choice.proved or seconds > SECONDS:
            late.append(f"{town} ({100 * choice.gap:.1f} %)")
    share = 1 - len(late) / len(towns)
    return (
        f"best places: 5 proved within {SECONDS:.0f} s, {len(towns)} municipalities",
        f"{100 * share:.0f} %, {sorted(took)[len(took) // 2]:.2f} s in the middle, {max(took):.1f} s at most",
        f"not proved: {', '.join(late) or 'none'}",
    )
