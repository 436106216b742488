"""Learning paths: which (domain, learning form) cells an age group has near, and which place is next.

Two ways of telling the distance stand side by side and are named so. What an area has near, and what it would lose,
comes from the travel times of the build (over the streets where we have them). Places by name are found here, from the
point of the area in a straight line, and so only about. What our sources do not know is unknown, never absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from babel.lists import format_list
from numpy.typing import NDArray

from dashboard import store
from dashboard.text import t

FORMS = ("formal", "non_formal", "informal")  # the order of a path
WITHIN_MIN, FARTHEST_MIN = 15, 60
METRES_PER_MIN = {"walk": 80.0, "bike": 250.0}  # as pipelines/measures/access.py
NEAR, ABOUT, FAR, UNKNOWN = "near", "about", "far", "unknown"
MEETING = "meeting"  # the interest that any place where people meet serves
ONLY_MET = frozenset({"meeting_place", "public_building"})  # kinds of which we know no more than that people met there


@dataclass(frozen=True)
class Cell:
    """A domain and a learning form: minutes to the nearest kind of place of both, None where we know of no place."""

    domain: str
    form: str
    kind: str = ""
    minutes: float | None = None
    low: float | None = None
    high: float | None = None
    places: float = 0  # within a quarter of an hour

    @property
    def within(self) -> bool:
        """Whether the nearest is within a quarter of an hour, by the best estimate."""
        return self.minutes is not None and self.minutes <= WITHIN_MIN

    @property
    def state(self) -> str:
        """`near` and `far` for sure, `about` where the margin holds a quarter of an hour, or `unknown`."""
        if self.minutes is None or self.low is None or self.high is None:
            return UNKNOWN
        if self.high <= WITHIN_MIN:
            return NEAR
        return ABOUT if self.low <= WITHIN_MIN else FAR


@dataclass(frozen=True)
class Path:
    """The learning path of an age group in an area, by one way of travelling."""

    age: str
    mode: str
    cells: tuple[Cell, ...]

    @property
    def known(self) -> tuple[Cell, ...]:
        """The cells of which we know places."""
        return tuple(c for c in self.cells if c.state != UNKNOWN)

    @property
    def within(self) -> int:
        """Known cells with a place within a quarter of an hour, by the best estimate."""
        return sum(c.within for c in self.known)

    def form(self, form: str) -> str:
        """The best state of the cells of a learning form."""
        found = {c.state for c in self.cells if c.form == form}
        return next((s for s in (NEAR, ABOUT, FAR) if s in found), UNKNOWN)

    @property
    def broken(self) -> tuple[str, str] | None:
        """The first link that is not there: the last learning form before it that is (or blank), and that form."""
        before = ""
        for form in FORMS:
            if (state := self.form(form)) == FAR:
                return before, form
            before = form if state in (NEAR, ABOUT) else before
        return None


def path(area: str, age: str, mode: str, kinds: frozenset[str] | None = None) -> Path:
    """The cells of an age group in the taxonomy's order; `kinds` narrows them (to an interest)."""
    wanted = [k for k in store.audiences("age")[age] if kinds is None or k in kinds]
    known, seat = store.minutes(area, mode), store.kinds()
    cells = []
    for domain in store.scheme("domain"):
        for form in FORMS:
            mine = [k for k in wanted if (seat[k]["domain"], seat[k]["learning_form"]) == (domain, form)]
            if not mine:
                continue
            found = sorted((known[k]["minutes"], k) for k in mine if k in known)
            if not found:
                cells.append(Cell(domain, form))
                continue
            first = known[found[0][1]]
            near = sum(known[k]["within_15"] for _, k in found)
            cells.append(Cell(domain, form, found[0][1], first["minutes"], first["low"], first["high"], near))
    return Path(age, mode, tuple(cells))


def said_broken(found: Path, mode: str, lang: str) -> str:
    """Where the path breaks off, and of which learning forms nothing is known, in words."""

    def form(f: str) -> str:
        return store.term("learning_form", f, lang).lower()

    unknown = [form(f) for f in FORMS if found.form(f) == UNKNOWN and any(c.form == f for c in found.cells)]
    if not found.broken:
        said = t("ties_whole", lang, mode=mode)
    elif not found.broken[0]:
        said = t("ties_broken_first", lang, form=form(found.broken[1]), mode=mode)
    else:
        said = t("ties_broken", lang, before=form(found.broken[0]), form=form(found.broken[1]), mode=mode)
    return f"{said} {t('ties_unknown_forms', lang, forms=format_list(unknown, 'standard', lang))}" if unknown else said


_WORDS = {n: n for n in ("id", "name", "kind", "domain", "step_free", "address", "source")} | {"form": "learning_form"}


@dataclass(frozen=True)
class Stop:
    """A place by name, and about how many minutes away in a straight line with the assumed detour."""

    id: str
    name: str
    kind: str
    domain: str
    form: str
    lon: float
    lat: float
    step_free: str
    address: str
    source: str
    minutes: float


def metres(lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Straight line from a point to points, in metres; flat, which is exact to a metre in a city."""
    east = (lons - lon) * 111_320 * np.cos(np.radians(lat))
    return np.asarray(np.hypot(east, (lats - lat) * 111_195))


def around(lon: float, lat: float, mode: str = "walk", most: float = np.inf) -> list[Stop]:
    """All places by time from a point, up to so many minutes."""
    place, detour = store.place_columns(), store.detour()
    time = metres(lon, lat, place["lon"], place["lat"]) * (detour["assumed"] if detour else 1) / METRES_PER_MIN[mode]
    order = np.argsort(time, kind="stable")
    order = order[: np.searchsorted(time[order], most, "right")]
    return [stop(at, float(time[at])) for at in order]


def stop(at: int, minutes: float) -> Stop:
    """The place of a row of `store.place_columns`, so many minutes away."""
    place = store.place_columns()
    words = {field: str(place[column][at]) for field, column in _WORDS.items()}
    return Stop(lon=float(place["lon"][at]), lat=float(place["lat"][at]), minutes=minutes, **words)


def sources(stops: Iterable[Stop]) -> list[str]:
    """The sources of some places, each once."""
    return sorted({s.source for s in stops})


def sought(age: str, interest: str, form: str) -> list[str]:
    """The kinds of place of a learning form that serve an interest of an age group."""
    seat = store.kinds()
    found = set(store.audiences("age")[age]) & set(store.audiences("interest")[interest])
    return [k for k in seat if k in found and seat[k]["learning_form"] == form]


def chain(area: str, age: str, interest: str, mode: str) -> dict[str, Stop | None]:
    """My path: by learning form the nearest place of the interest for the age; each next one is nearest to the last.

    A place of which we know only that people met there comes after every other, unless meeting is the interest. None
    where our sources have none within an hour.
    """
    point = store.centre(area)
    out: dict[str, Stop | None] = {}
    for form in FORMS:
        wanted = sought(age, interest, form)
        near = [s for s in around(*point, mode, FARTHEST_MIN) if s.kind in wanted] if point else []
        # the first, and so the nearest, of those that come before
        out[form] = found = min(near, key=lambda s: interest != MEETING and s.kind in ONLY_MET, default=None)
        point = (found.lon, found.lat) if found else point
    return out


@dataclass(frozen=True)
class Loss:
    """What goes when one place closes: its cell, of which it is the only place within a quarter of an hour.

    `stops` are the places that it can be, nearest first: one where that is sure, none where it is not in this edition.
    `next_minutes` is about how far the next one of the cell is, in a straight line and so perhaps within a quarter of
    an hour, which its way is not; None where there is none within an hour.
    """

    cell: Cell
    stops: tuple[Stop, ...]
    next_minutes: float | None


def fragile(area: str, found: Path) -> list[Loss]:
    """The cells of a neighbourhood's path that hang on one place, by the travel times of that path.

    Those times do not say which place it is. It can be every place of the kind that the time reaches when the way is
    no longer, beside the straight line, than streets make it at the least (the low end of `store.detour`).
    """
    point, detour = store.centre(area), store.detour()
    alone = [c for c in found.known if c.within and c.places == 1]
    if not point or not detour or not alone:
        return []
    known, counted = store.minutes(area, found.mode), store.counted()
    wanted = {k for k in store.audiences("age")[found.age] if k in known}
    near = [s for s in around(*point, found.mode, FARTHEST_MIN) if s.kind in wanted and (s.source, s.kind) in counted]
    out = []
    for cell in alone:
        mine = [s for s in near if (s.domain, s.form) == (cell.domain, cell.form)]
        # over the streets it may be shorter than what `around` assumes; else both are the same but for rounding
        least = detour["low"] / detour["assumed"] if cell.low == cell.minutes else 0.99
        stops = tuple(s for s in mine if s.kind == cell.kind and s.minutes * least <= (cell.minutes or 0))
        out.append(Loss(cell, stops, next((s.minutes for s in mine if s not in stops[:1]), None)))
    return out
