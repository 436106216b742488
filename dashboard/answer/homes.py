"""How far the residents of a municipality are from a kind of place: now, without some places, and
with new ones.

Now is what Reach shows: the distance that a publisher gives, else ours with its margin
(`measures/access.py`). Of what changes the distance is made as there: the straight line from many
points of a neighbourhood, times what the road adds. A place more is never a longer way and a place
less never a shorter one. Of several new places a neighbourhood has the one that is nearest to all of
it together, so that each place has its own part in a choice of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard import store
from pipelines.methods import road
from pipelines.methods.road import Floats

if TYPE_CHECKING:  # which knows homes itself
    from dashboard.answer.spots import Spot

Bools = NDArray[np.bool_]
HIGHEST = 0.8  # of all neighbourhoods of the country lie below those with the most
GROUPS = ("everyone", "children", "between", "older", "money_worries", "health_limited")
SHARES = {"children": "children_share", "older": "older_residents_share"}
HARD = "money_worries_share"  # how many find it hard to get by: the weight of need
MOST = {"money_worries": HARD, "health_limited": "health_limited_share"}
SAME = 1e-6  # metres: what is no other distance
AT_ONCE = 64  # candidates, for which memory is taken


@dataclass(frozen=True)
class Ways:
    """Metres by road of each neighbourhood to its nearest place, with its margin; nan where that is
    not known.
    """

    metres: Floats
    low: Floats
    high: Floats

    def within(self, limit: float) -> tuple[Bools, Bools, Bools]:
        """Whether it is at most so many metres: by the best estimate, for sure, and perhaps."""
        return self.metres <= limit, self.high <= limit, self.low <= limit


@dataclass(frozen=True)
class Homes:
    """The inhabited neighbourhoods of a municipality, by code.

    `hard` is the share who find it hard to get by, 0 where that is not known. `points` are spread
    over each, in metres of a plane that touches the earth at `plane`.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    residents: dict[str, Floats]
    unknown: dict[str, float]
    hard: Floats
    density: Floats
    points: Floats
    plane: tuple[float, float]


@store.cached(16)
def homes(municipality: str) -> Homes:
    """The inhabited neighbourhoods of a municipality, with the residents of each group.

    Whose age is not known counts among everyone only; `unknown` says how many that are. Of a group
    of areas (`money_worries`) all residents of the neighbourhoods count that are among the fifth of
    the country with the most.
    """
    level = store.area_levels().finest
    columns = store.columns(level)
    inside = (
        (columns["municipality"] == municipality) & (columns["population"] > 0) & columns["drawn"]
    )
    outlines = store.outlines(level, municipality)
    codes = [str(c) for c in columns["code"][inside]]
    people = columns["population"][inside]

    def share(indicator: str) -> Floats:
        return np.asarray(store.figure_columns(indicator, level)["value"][inside], float) / 100

    residents, unknown = {"everyone": people}, {}
    for group, indicator in SHARES.items():
        part = people * share(indicator)
        residents[group] = np.nan_to_num(part)
        unknown[group] = float(people[np.isnan(part)].sum())
    between = people * (1 - sum(share(i) for i in SHARES.values()))
    residents["between"] = np.maximum(np.nan_to_num(between), 0)
    unknown["between"] = float(people[np.isnan(between)].sum())
    for group, indicator in MOST.items():
        every = np.asarray(store.figure_columns(indicator, level)["value"], float)
        if np.isnan(every).all():  # no such figure in this edition
            residents[group], unknown[group] = np.zeros(len(people)), float(people.sum())
            continue
        here = every[inside]
        residents[group] = np.where(here >= np.nanquantile(every, HIGHEST), people, 0.0)
        unknown[group] = float(people[np.isnan(here)].sum())
    box = store.bounds(level, municipality) or store.country_bounds()
    plane = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return Homes(
        tuple(codes),
        tuple(outlines[c][0] for c in codes),
        {group: residents[group] for group in GROUPS},
        unknown,
        np.nan_to_num(share(HARD)),
        100 * share("address_density"),
        road.spread([outlines[c][1] for c in codes], plane),
        plane,
    )


def _edges(straight: Floats, density: Floats) -> Ways:
    """Metres by road of any straight line; where its class is not known with the margin of all."""
    detour = store.detour_columns()
    middle, low, high = road.along(straight, density, detour)
    every = np.isnan(np.asarray(detour["since"], float))
    ends = [float(detour[end][every][0]) if every.any() else 1.0 for end in ("low", "high")]
    low = np.where(np.isnan(low), straight * ends[0], low)
    return Ways(middle, low, np.where(np.isnan(high), straight * ends[1], high))


def by_road(straight: Floats, density: Floats) -> Ways:
    """Metres by road, never fewer for a longer straight line: at the bound of a class the factor
    jumps, and the larger distance stands, with the wider margin.
    """
    edges = _edges(straight, density)
    metres, low, high = edges.metres, edges.low, edges.high
    for bound in road.FARS[1:]:
        below = _edges(np.full(density.shape, np.nextafter(bound, 0)), density)
        above = _edges(np.full(density.shape, float(bound)), density)
        metres = np.where(straight >= bound, np.maximum(metres, below.metres), metres)
        high = np.where(straight >= bound, np.maximum(high, below.high), high)
        low = np.where(straight < bound, np.minimum(low, above.low), low)
    return Ways(metres, low, high)


@dataclass(frozen=True)
class Now:
    """The ways of a municipality to a kind of place as they are, without the closed ones.

    `away` are the metres in a straight line of every point of a neighbourhood to its nearest place
    (inf where the places are not listed in full), `first` its mean with all places that there are.
    """

    homes: Homes
    distances: Ways
    first: Floats
    away: Floats

    @property
    def known(self) -> Bools:
        """Of which neighbourhoods the distance is known."""
        return ~np.isnan(self.distances.metres)

    def to(self, spots: Floats) -> Floats:
        """The mean straight line of each neighbourhood to its nearest place, with each of some new
        ones (in metres of the plane) by itself: neighbourhoods x places.
        """
        out = np.empty((len(self.away), len(spots)))
        for since in range(0, len(spots), AT_ONCE):
            part = spots[since : since + AT_ONCE]
            metres = np.hypot(
                *(self.homes.points[:, :, None, n] - part[None, None, :, n] for n in (0, 1))
            )
            np.minimum(metres, self.away[:, :, None], out=metres)
            out[:, since : since + AT_ONCE] = metres.mean(axis=1)
        return out

    def ways_of(self, straight: Floats) -> Ways:
        """The ways with another straight line than now: neighbourhoods, or neighbourhoods x
        places.
        """
        wide = (slice(None), *[None] * (straight.ndim - 1))
        first = self.first[wide]
        new = by_road(straight, np.broadcast_to(self.homes.density[wide], straight.shape))
        nearer, farther = straight < first - SAME, straight > first + SAME

        def side(now: Floats, changed: Floats) -> Floats:
            today = np.broadcast_to(now[wide], straight.shape)
            later = np.where(farther, np.maximum(today, changed), today)
            return np.where(nearer, np.minimum(today, changed), later)

        return Ways(
            *(
                side(now, changed)
                for now, changed in (
                    (self.distances.metres, new.metres),
                    (self.distances.low, new.low),
                    (self.distances.high, new.high),
                )
            )
        )


def now(
    municipality: str,
    kind: str,
    closed: tuple[str, ...] = (),
    supplied: Sequence[Spot] = (),
    is_all: bool = False,
) -> Now:
    """The ways to a kind of place; without some places `away` is that without them, while `ways`
    and `first` stay those with all.

    `supplied` are places that the reader says there are, besides those of our sources, or
    (`is_all`) all that there are; what is computed with them is not kept.
    """
    if not supplied:
        return _now(municipality, kind, closed)
    base, without = _now(municipality, kind), _now(municipality, kind, closed)
    spots = road.metres([s.lon for s in supplied], [s.lat for s in supplied], base.homes.plane)
    stays = [s.id not in closed for s in supplied]
    if is_all:
        first = _nearest(spots, base.homes.points).mean(axis=1)
        away = _nearest(spots[stays], base.homes.points)
        return Now(base.homes, by_road(first, base.homes.density), first, away)
    first = np.minimum(base.away, _nearest(spots, base.homes.points)).mean(axis=1)
    away = np.minimum(without.away, _nearest(spots[stays], base.homes.points))
    changed = base.ways_of(first)
    # whose distance is published may count such a place already: it counts where it is nearer for sure
    stands = np.isinf(base.first) & ~(
        by_road(first, base.homes.density).high < base.distances.metres
    )
    pairs = zip(astuple(base.distances), astuple(changed), strict=True)
    return Now(base.homes, Ways(*(np.where(stands, a, b) for a, b in pairs)), first, away)


def _nearest(spots: Floats, points: Floats) -> Floats:
    """Metres of each point (neighbourhoods x points x 2) to the nearest of some spots; inf where
    there are none.
    """
    from scipy.spatial import KDTree  # a quarter of a second, which only this asks for

    if not len(spots):
        return np.full(points.shape[:2], np.inf)
    return np.asarray(KDTree(spots).query(points)[0])


@store.cached(64)
def _now(municipality: str, kind: str, closed: tuple[str, ...] = ()) -> Now:
    """The same without places of the reader's."""
    here = homes(municipality)
    nearest = store.nearest_of(kind, municipality)
    at = {str(code): n for n, code in enumerate(nearest["area"])}
    order = [at[code] for code in here.codes]
    metres, low, high = (np.asarray(nearest[c], float)[order] for c in ("metres", "low", "high"))
    estimated = _edges(metres / road.overall(store.detour_columns()), here.density)
    low = np.where(np.isnan(low), np.minimum(estimated.low, metres), low)
    high = np.where(np.isnan(high), np.maximum(estimated.high, metres), high)
    distances = Ways(metres, low, high)
    size = here.points.shape[:2]
    places = store.place_columns()
    mine = places["kind"] == kind
    if kind not in store.complete() or not mine.any():
        return Now(here, distances, np.full(size[0], np.inf), np.full(size, np.inf))
    spots = road.metres(places["lon"][mine], places["lat"][mine], here.plane)
    away = every = _nearest(spots, here.points)
    if closed:
        away = _nearest(spots[~np.isin(places["id"][mine], closed)], here.points)
    return Now(here, distances, every.mean(axis=1), away)
