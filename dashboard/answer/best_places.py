"""The best places for what is new in a municipality, by an aim, and how sure it is that they are.

`most` brings most residents of a group within the limit, `need` most of those among them who find it
hard to get by, `farthest` makes the longest way as short as can be. The quick choice is greedy, the
proof an integer programme (`methods/locate.py`). Both count by the best estimate of the distances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dashboard import store
from dashboard.answer import homes, proof, what_if
from dashboard.answer.homes import Floats
from dashboard.answer.paths import METRES_PER_MIN
from dashboard.answer.spots import Spot, buildings, middles
from dashboard.answer.what_if import Outcome, Scenario

if TYPE_CHECKING:  # half a second of imports, which only a search asks for
    from scipy.sparse import csc_array

    from pipelines.methods import locate

AIMS = ("most", "need", "farthest")
AMONG = ("buildings", "everywhere")
NUMBERS, USUAL = tuple(map(str, range(1, what_if.MOST + 1))), "3"


@dataclass(frozen=True)
class Search:
    """What is looked for: `base` is the scenario without new places."""

    base: Scenario
    aim: str = AIMS[0]
    among: str = AMONG[0]
    most: int = 3

    @property
    def supplied(self) -> tuple[Spot, ...]:
        """The places of the reader's own list."""
        return self.base.supplied


@dataclass(frozen=True)
class Best:
    """The places in the order of choosing, and what they bring.

    `adds` is what each adds to those before it, in residents (of `farthest` there is none). `value`
    is all of it, or the longest way in minutes, and no choice is better than `bound`. `seconds` is
    how long the proof took, None of a quick choice.
    """

    search: Search
    spots: tuple[Spot, ...]
    adds: tuple[float, ...]
    value: float
    bound: float
    seconds: float | None = None

    @property
    def proved(self) -> bool:
        """Whether nothing better exists."""
        return abs(self.bound - self.value) <= 1e-6 * max(1.0, abs(self.value))

    @property
    def gap(self) -> float:
        """How much better there may still be, as a share of what there is."""
        return abs(self.bound - self.value) / self.value if self.value else 0.0

    @property
    def scenario(self) -> Scenario:
        """All of them opened."""
        ordered = tuple(sorted(self.spots, key=lambda s: s.id))
        return replace(self.search.base, opened=ordered)

    @property
    def outcome(self) -> Outcome:
        """What that brings."""
        return what_if.outcome(self.scenario)


@store.cached(64)
def candidates(municipality: str, kind: str, among: str) -> tuple[Spot, ...]:
    """Where a place could open: in existing buildings, or in the middle of every neighbourhood
    too; in the order of their ids.
    """
    spots = buildings(municipality, kind)
    if among != AMONG[0]:
        spots = spots | middles(municipality)
    return tuple(spots[i] for i in sorted(spots))


@store.cached(16)
def _metres(municipality: str, kind: str, among: str) -> Floats:
    return _metres_from(Scenario(municipality, kind), among)


def _metres_from(scenario: Scenario, among: str) -> Floats:
    """Metres by road of each neighbourhood with each candidate."""
    base = scenario.now()
    spots = candidates(scenario.municipality, scenario.kind, among)
    if not spots:
        return np.empty((len(base.away), 0))
    return base.ways_of(base.to(what_if.spots_in(base.homes, spots))).metres


def _problem(search: Search) -> tuple[Floats, Floats, Floats]:
    """Metres with each candidate and without any, and how much each neighbourhood counts; only
    those of which the distance is known.
    """
    s = search.base
    base = s.now()
    metres = (
        _metres_from(s, search.among)
        if s.supplied
        else _metres(s.municipality, s.kind, search.among)
    )
    weight = base.homes.residents[s.who]
    if search.aim == "need":
        weight = weight * base.homes.hard
    known = base.known
    return (
        metres[known],
        base.distances.metres[known],
        weight[known],
    )


@what_if.cached(512)
def quick(search: Search) -> Best:
    """The greedy choice."""
    from pipelines.methods import locate

    metres, now, weight = _problem(search)
    if search.aim == "farthest":
        return _shortest(search, locate.centre(metres, now, search.most), now)
    return _covering(search, locate.greedy(_reach(search, metres, now), weight, search.most))


@what_if.cached(512)
def proved(search: Search) -> Best:
    """The best choice that the solver finds in its time, with its bound. Raises proof.Busy."""
    metres, now, weight = _problem(search)
    at_once = quick(search)
    if at_once.proved:
        return replace(at_once, seconds=0.0)
    if search.aim == "farthest":
        distances, seconds = proof.apart("centre", metres, now, search.most)
        return replace(_shortest(search, distances, now), seconds=seconds)
    reach = _reach(search, metres, now)
    choice, seconds = proof.apart("prove", reach, weight, search.most)
    return replace(_covering(search, choice), seconds=seconds)


def _reach(search: Search, metres: Floats, now: Floats) -> csc_array:
    """Which candidates bring which neighbourhoods within the limit that are not."""
    from scipy.sparse import csc_array

    limit = search.base.limit
    return csc_array(((metres <= limit) & (now > limit)[:, None]).astype(float))


def _covering(search: Search, choice: locate.Choice) -> Best:
    spots = candidates(search.base.municipality, search.base.kind, search.among)
    chosen = tuple(spots[n] for n in choice.chosen)
    return Best(search, chosen, choice.adds, choice.value, choice.bound)


def _shortest(search: Search, distances: tuple[tuple[int, ...], float, float], now: Floats) -> Best:
    chosen, longest, bound = distances
    spots = candidates(search.base.municipality, search.base.kind, search.among)
    if not len(now) or longest >= now.max():  # no place makes the longest way shorter
        chosen, longest = (), float(now.max(initial=0))
    speed = METRES_PER_MIN[search.base.mode]
    return Best(search, tuple(spots[n] for n in chosen), (), longest / speed, bound / speed)


def beside(search: Search) -> dict[str, Best]:
    """The quick choice by every aim."""
    return {aim: quick(replace(search, aim=aim)) for aim in AIMS}


def left_out(o: Outcome, group: str) -> float:
    """The residents of a group who are beyond the limit after a scenario, of whom that is known."""
    residents = o.homes.residents[group][o.known]
    return float(residents.sum()) - o.within(group, o.after).value


def worse_off(search: Search) -> dict[str, tuple[str, float]]:
    """By group how many more another aim would bring within the limit, and which aim that is; only
    where there is one.
    """
    every = {aim: best.outcome for aim, best in beside(search).items()}
    out = {}
    for group in homes.GROUPS:
        left = {aim: left_out(o, group) for aim, o in every.items()}
        best = min(AIMS, key=lambda aim: left[aim])
        if left[search.aim] - left[best] >= 1:
            out[group] = best, left[search.aim] - left[best]
    return out
