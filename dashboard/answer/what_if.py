"""What if a place opens, closes or moves: who comes within reach of its kind, and who goes out of
it.

A scenario is a municipality, a kind of place, a group of residents, a way of travelling, a limit, and
the places that open and close; moving is one of each. It says who could get there, never who would
take part. A neighbourhood is within reach where its nearest place is at most so many minutes away, by
the best estimate; the margin of the distances gives from how many residents to how many.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cached_property, wraps
from typing import Any, Protocol, TypeVar

import numpy as np

from dashboard import store
from dashboard.answer import homes
from dashboard.answer.fit import SCHOOLS
from dashboard.answer.homes import GROUPS, Bools, Homes, Now, Ways
from dashboard.answer.paths import METRES_PER_MIN, Stop
from dashboard.answer.spots import Spot, buildings, middles, places_of, point
from pipelines.methods import road

LIMITS = ("5", "10", "15", "20", "30")  # minutes
USUAL = "15"
MOST = 20  # places that may open, and that may close
LONGEST = 4_000  # characters of a list of places in an address


@dataclass(frozen=True)
class Change:
    """Residents, from how many to how many by the margin of the distances."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Scenario:
    """What is tried; `opened` and `closed` in the order of their ids, each once.

    `supplied` are places of the kind that the reader says there are. Where it is known how far the
    nearest is they come to those of our sources; elsewhere they are all there are (`is_listed`).
    """

    municipality: str
    kind: str
    who: str = "everyone"
    mode: str = "walk"
    minutes: int = int(USUAL)
    opened: tuple[Spot, ...] = ()
    closed: tuple[str, ...] = ()
    supplied: tuple[Spot, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether the list of the reader is all that is known of the kind here."""
        return bool(self.supplied) and self.kind not in kinds(self.municipality)

    def now(self, closed: tuple[str, ...] = ()) -> Now:
        """How far the residents are now, without the places that close."""
        return homes.now(self.municipality, self.kind, closed, self.supplied, self.is_listed)

    @property
    def closable(self) -> Mapping[str, Stop | Spot]:
        """By id the places that can close: of a kind that is listed in full by our sources or by
        the reader.
        """
        inside = {s.id: s for s in self.supplied if s.town == self.municipality}
        places = places_of(self.municipality, self.kind)
        return {**places, **inside} if places or self.is_listed else {}

    @property
    def limit(self) -> float:
        """The limit in metres by road."""
        return self.minutes * METRES_PER_MIN[self.mode]

    @property
    def changes(self) -> bool:
        """Whether anything is opened or closed."""
        return bool(self.opened or self.closed)


@dataclass(frozen=True)
class Outcome:
    """The ways of a municipality before and after a scenario, and who is within its limit."""

    scenario: Scenario
    homes: Homes
    before: Ways
    after: Ways

    @cached_property
    def moved(self) -> Bools:
        """The neighbourhoods of which the way is another."""
        pairs = zip(astuple(self.before), astuple(self.after), strict=True)
        return np.any([(a != b) & ~np.isnan(a) for a, b in pairs], axis=0)

    @cached_property
    def gains(self) -> tuple[Bools, Bools, Bools]:
        """The neighbourhoods that come within reach: by the best estimate, for sure, perhaps."""
        return self._passed(self.before, self.after)

    @cached_property
    def losses(self) -> tuple[Bools, Bools, Bools]:
        """Those that go out of it, alike."""
        return self._passed(self.after, self.before)

    def _passed(self, far: Ways, near: Ways) -> tuple[Bools, Bools, Bools]:
        """Which are beyond the limit by the one and within it by the other."""
        limit = self.scenario.limit
        best, sure, perhaps = near.within(limit)
        nearer = self.moved & (near.metres <= far.metres)
        return (
            nearer & best & (far.metres > limit),
            nearer & sure & (far.low > limit),
            nearer & perhaps & (far.high > limit),
        )

    def people(self, group: str, which: tuple[Bools, Bools, Bools]) -> Change:
        """The residents of a group in neighbourhoods: by the best estimate, for sure, perhaps."""
        residents = self.homes.residents[group]
        return Change(*(float(residents[mask].sum()) for mask in which))

    def within(self, group: str, distances: Ways) -> Change:
        """The residents of a group within the limit."""
        return self.people(group, distances.within(self.scenario.limit))

    @property
    def known(self) -> Bools:
        """Of which neighbourhoods the distance is known."""
        return ~np.isnan(self.before.metres)


class Supplied(Protocol):
    """What is asked, with the places of a reader's own list in it."""

    @property
    def supplied(self) -> tuple[Spot, ...]: ...  # noqa: D102


A = TypeVar("A", bound=Supplied)
B = TypeVar("B")


def cached(most: int) -> Callable[[Callable[[A], B]], Callable[[A], B]]:
    """Keep the last results as `store.cached` does, but nothing of a reader's own list."""

    def decorate(compute: Callable[[A], B]) -> Callable[[A], B]:
        kept = store.cached(most)(compute)

        @wraps(compute)
        def call(asked: A) -> B:
            return compute(asked) if asked.supplied else kept(asked)

        return call

    return decorate


@cached(256)
def outcome(scenario: Scenario) -> Outcome:
    """What a scenario brings."""
    base = scenario.now(scenario.closed)
    straight = base.away.mean(axis=1)
    if scenario.opened:
        straight = base.to(spots_in(base.homes, scenario.opened)).min(axis=1)
    return Outcome(scenario, base.homes, base.distances, after(base, straight))


def after(base: Now, straight: homes.Floats) -> Ways:
    """The ways with another straight line; none where no place is left."""
    distances = base.ways_of(np.where(np.isinf(straight), base.first, straight))
    gone = np.isinf(straight) & np.isfinite(base.first)
    return Ways(
        *(np.where(gone, np.inf, v) for v in (distances.metres, distances.low, distances.high))
    )


def spots_in(here: Homes, spots: Sequence[Spot]) -> homes.Floats:
    """Spots in metres of the plane of a municipality."""
    return road.metres([s.lon for s in spots], [s.lat for s in spots], here.plane)


@store.cached(512)
def kinds(municipality: str) -> tuple[str, ...]:
    """The kinds of place of which it is known how far the nearest is, for most of the residents;
    schools last.
    """
    here, out = homes.homes(municipality), []
    people = here.residents["everyone"]
    for kind, seat in store.kinds().items():
        if kind in store.complete() or seat["distance"]:
            known = ~np.isnan(homes.now(municipality, kind).distances.metres)
            if people[known].sum() > people.sum() / 2:
                out.append(kind)
    return tuple(sorted(out, key=SCHOOLS.__contains__))


def usual_group(kind: str) -> str:
    """For whom a kind of place is: children where it is a school, else everyone."""
    return "children" if kind in SCHOOLS and "children" in store.groups() else "everyone"


class Listed(Collection[str]):
    """The lists of places that an address may hold: anything of a reasonable length, for what is
    wrong in it is said place by place.
    """

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= LONGEST

    def __iter__(self) -> Iterator[str]:
        return iter(("",))

    def __len__(self) -> int:
        return 1


def asked(scenario: Scenario, opened: str, closed: str) -> tuple[Scenario, list[tuple[str, str]]]:
    """The scenario with the places that an address opens and closes, and what is wrong in it: the
    end of the key of a text, and the value.
    """
    wrong: list[tuple[str, str]] = []
    here, kind = scenario.municipality, scenario.kind
    spots: dict[str, Spot] = {}
    for item in _items(opened, wrong):
        spot = buildings(here, kind).get(item) or middles(here).get(item) or point(here, item)
        if spot:
            spots[spot.id] = spot
        else:
            wrong.append(("outside" if item.startswith("@") else "unknown", item))
    ids = set()
    places = scenario.closable
    for item in _items(closed, wrong):
        if item in places:
            ids.add(item)
        else:
            wrong.append(("not_there" if places or kind in store.complete() else "unlisted", item))
    ordered = tuple(spots[i] for i in sorted(spots))
    return replace(scenario, opened=ordered, closed=tuple(sorted(ids))), wrong


def _items(listed: str, wrong: list[tuple[str, str]]) -> list[str]:
    items = [*dict.fromkeys(i for i in listed.split(".") if i)]
    if len(items) > MOST:
        wrong.append(("many", str(len(items))))
    return items[:MOST]


def rows(o: Outcome) -> list[dict[str, Any]]:
    """A row per inhabited neighbourhood, those that gain or lose first, then those of which the way
    is another: residents, minutes before and after with their margin, and what that changes.
    """
    s, speed = o.scenario, METRES_PER_MIN[o.scenario.mode]
    nearest = store.nearest_of(s.kind, s.municipality)
    position = {str(code): n for n, code in enumerate(nearest["area"])}

    def minutes(metres: float) -> float | None:
        return round(float(metres) / speed, 1) if np.isfinite(metres) else None

    out = []
    effects = [effect(o, n) for n in range(len(o.homes.codes))]
    first = {e: -1 for e in ("gains", "gains_sure", "loses", "loses_sure")}
    order = sorted(
        range(len(effects)),
        key=lambda n: (first.get(effects[n], 0), not o.moved[n], o.homes.codes[n]),
    )
    for n in order:
        code = o.homes.codes[n]
        at = position[code]
        row: dict[str, Any] = {"area": code, "name": o.homes.names[n], "kind": s.kind}
        row |= {"mode": s.mode, "limit_minutes": s.minutes, "effect": effects[n]}
        row |= {g: round(float(o.homes.residents[g][n]), 1) for g in GROUPS[:4]}
        for end, distances in (("before", o.before), ("after", o.after)):
            parts = (("", distances.metres), ("_low", distances.low), ("_high", distances.high))
            row |= {f"{end}_minutes{part}": minutes(v[n]) for part, v in parts}
        is_ours = o.before.metres[n] != nearest["metres"][at] and o.known[n]
        row |= {"status": "estimated" if o.moved[n] or is_ours else str(nearest["status"][at])}
        row |= {"period": str(nearest["period"][at])}
        out.append(row)
    return out


def effect(o: Outcome, n: int) -> str:
    """What changes for a neighbourhood: `gains` or `loses` (with `_sure`), `within`, `beyond` or
    `unknown`.
    """
    if not o.known[n]:
        return "unknown"
    for name, (best, sure, _) in (("gains", o.gains), ("loses", o.losses)):
        if best[n]:
            return name + "_sure" if sure[n] else name
    return "within" if o.after.metres[n] <= o.scenario.limit else "beyond"


def sources(o: Outcome) -> list[str]:
    """The sources of the distances, the residents and the buildings, each once."""
    nearest = store.nearest_of(o.scenario.kind, o.scenario.municipality)
    distance = {str(s) for s in nearest["source"][~np.isnan(np.asarray(nearest["metres"], float))]}
    figures = [*homes.SHARES.values(), *homes.MOST.values()]
    known = [i for i in figures if i in store.indicators()]
    places = {s.source for s in o.scenario.opened if s.source}
    of_kind = store.sources_of_kinds([o.scenario.kind]) if o.scenario.closed else []
    if o.scenario.supplied:
        distance.add("access")
    every = [*sorted(distance), *store.sources_of(known), *sorted(places), *of_kind]
    return [s for s in dict.fromkeys(every) if s in store.sources()]
