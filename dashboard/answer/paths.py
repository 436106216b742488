"""Learning paths: which (domain, learning form) cells an age group has near, and a path of one's
own.

How far the nearest place of a kind is, is known where a publisher tells it or every place of the
kind is listed; only such a place is a step. What our sources know of besides is shown as what is
known, never as the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from babel.lists import format_list
from numpy.typing import NDArray

from dashboard import store
from dashboard.words.text import t

FORMS = ("formal", "non_formal", "informal")  # the order of a path
WITHIN_MIN = 15
ADULTS_ONLY = re.compile(r"\b(sex|seks|eroti|porno)", re.IGNORECASE)  # in the name of a place
METRES_PER_MIN = {"walk": 80.0, "bike": 250.0}  # as pipelines/measures/access.py
NEAR, ABOUT, FAR, UNKNOWN = "near", "about", "far", "unknown"
ASK, ASK_MIN = ("library", "community_centre", "arts_centre", "town_hall"), 60
SEEN, SEEN_MIN = (
    5,
    30,
)  # places that are shown of what is not known in full, and how far away at most


@dataclass(frozen=True)
class Cell:
    """A domain and a learning form: minutes to the nearest kind of place of both, None where that
    is not known.

    `low` and `high` are the margin of an estimate, the minutes themselves where they are published,
    and None where no margin is known.
    """

    domain: str
    form: str
    kind: str = ""
    minutes: float | None = None
    low: float | None = None
    high: float | None = None
    status: str = "missing"
    period: str = ""
    source: str = ""

    @property
    def within(self) -> bool:
        """Whether the nearest is within a quarter of an hour, by the best estimate."""
        return self.minutes is not None and self.minutes <= WITHIN_MIN

    @property
    def state(self) -> str:
        """`near` and `far` for sure, `about` where the margin holds a quarter of an hour or is not
        known, `unknown`.
        """
        if self.minutes is None:
            return UNKNOWN
        if self.low is None or self.high is None:
            return ABOUT
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
        """The cells of which the distance is known."""
        return tuple(c for c in self.cells if c.state != UNKNOWN)

    @property
    def within(self) -> int:
        """Known cells with a place within a quarter of an hour, by the best estimate."""
        return sum(c.within for c in self.known)


def path(area: str, age: str, mode: str) -> Path:
    """The cells of an age group in the taxonomy's order."""
    wanted = store.audiences("age")[age]
    known, seat, speed = store.near(area), store.kinds(), METRES_PER_MIN[mode]
    cells = []
    for domain in store.scheme("domain"):
        for form in FORMS:
            mine = [
                k for k in wanted if (seat[k]["domain"], seat[k]["learning_form"]) == (domain, form)
            ]
            if not mine:
                continue
            nearest = min(
                (k for k in mine if k in known),
                key=lambda k: float(known[k]["metres"]),
                default=None,
            )
            cells.append(
                _cell(domain, form, nearest, known[nearest], speed)
                if nearest
                else Cell(domain, form)
            )
    return Path(age, mode, tuple(cells))


def by_kind(area: str, age: str, mode: str) -> list[Cell]:
    """Of every kind of place for an age group how far the nearest is, in the taxonomy's order."""
    wanted = store.audiences("age")[age]
    known, speed = store.near(area), METRES_PER_MIN[mode]
    return [
        _cell(seat["domain"], seat["learning_form"], kind, known[kind], speed)
        if kind in known
        else Cell(seat["domain"], seat["learning_form"], kind)
        for kind, seat in store.kinds().items()
        if kind in wanted
    ]


def _cell(domain: str, form: str, kind: str, near: dict[str, Any], speed: float) -> Cell:
    minutes = near["metres"] / speed
    low, high = (near[end] and near[end] / speed for end in ("low", "high"))
    if near["status"] == "measured":
        low = high = minutes
    return Cell(
        domain, form, kind, minutes, low, high, near["status"], near["period"], near["source"]
    )


def sentence(path: Path, mode: str, lang: str) -> str:
    """What of a path is known and near, and of which learning forms nothing is known, in words."""
    known, every = len(path.known), len(path.cells)
    distances = t("ties_path_sentence", lang, all=every, known=known, within=path.within, mode=mode)
    blank = [f for f in FORMS if {c.state for c in path.cells if c.form == f} == {UNKNOWN}]
    if not blank:
        return distances
    forms = format_list(
        [store.term("learning_form", f, lang).lower() for f in blank], "standard", lang
    )
    return f"{distances} {t('ties_unknown_forms', lang, forms=forms)}"


_WORDS = {
    n: n for n in ("id", "name", "kind", "domain", "step_free", "address", "source", "area")
} | {"form": "learning_form"}


@dataclass(frozen=True)
class Stop:
    """A place by name, and about how many minutes away by the usual detour of a straight line."""

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
    area: str = ""  # its neighbourhood

    def town(self, home: str) -> str:
        """The name of its municipality where that is another one than `home`, by code."""
        here = store.area(self.area)
        other = store.area(here.municipality or "") if here else None
        return other.name if other and other.code != home else ""


def metres(
    lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Straight line from a point to points, in metres; flat, which is exact to a metre in a
    city.
    """
    east = (lons - lon) * 111_320 * np.cos(np.radians(lat))
    return np.asarray(np.hypot(east, (lats - lat) * 111_195))


def around(lon: float, lat: float, mode: str = "walk", most: float = np.inf) -> list[Stop]:
    """All places by time from a point, up to so many minutes."""
    place = store.place_columns()
    time = metres(lon, lat, place["lon"], place["lat"]) * store.detour() / METRES_PER_MIN[mode]
    order = np.argsort(time, kind="stable")
    order = order[: np.searchsorted(time[order], most, "right")]
    return [stop(at, float(time[at])) for at in order]


def for_everyone(s: Stop) -> bool:
    """Whether a place can be suggested to anyone: not one that says by its name that it is of sex."""
    return not ADULTS_ONLY.search(s.name)


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


def no_kind(age: str, interest: str) -> list[str]:
    """The learning forms in which no kind of place of ours serves the age and interest."""
    return [form for form in FORMS if not sought(age, interest, form)]


def who_may_know(area: str, mode: str) -> list[Stop]:
    """The nearest place by name of each of the kinds where people know what there is to do."""
    point = store.centre(area)
    asked: dict[str, Stop] = {}
    for s in around(*point, mode, ASK_MIN) if point else []:
        if s.kind in ASK and s.name and for_everyone(s):
            asked.setdefault(s.kind, s)
    return list(asked.values())


@dataclass(frozen=True)
class Step:
    """A learning form on my path: the nearest place that is known for it, or what is known besides.

    `kind` is blank where for no kind of place the nearest is known. `stop` is that place; where a
    publisher tells the distance alone, there is none, and `minutes` is the mean over the residents
    of the area. `seen` is of some kinds that are not listed in full the nearest that we know of.
    """

    form: str
    kind: str = ""
    minutes: float | None = None
    stop: Stop | None = None
    source: str = ""
    seen: tuple[Stop, ...] = ()


def steps(area: str, age: str, interest: str, mode: str) -> list[Step]:
    """My path: of each learning form that has a kind of place for the age and interest the step, in
    order.

    A place by name is the nearest to the one before it, of kinds that are listed in full.
    """
    point, known, complete = store.centre(area), store.near(area), store.complete()
    out = []
    for form in FORMS:
        wanted = sought(age, interest, form)
        if not wanted:
            continue
        about = around(*point, mode, SEEN_MIN) if point else []
        unlisted = {
            s.kind: s for s in reversed(about) if s.kind in wanted and s.kind not in complete
        }
        shown = tuple(sorted(unlisted.values(), key=lambda s: s.minutes))[:SEEN]
        stop = next((s for s in about if s.kind in wanted and s.kind in complete), None)
        nearest = min(
            (k for k in wanted if k in known), key=lambda k: float(known[k]["metres"]), default=""
        )
        minutes = known[nearest]["metres"] / METRES_PER_MIN[mode] if nearest else None
        if stop and (minutes is None or nearest in complete or stop.minutes <= minutes):
            out.append(Step(form, stop.kind, stop.minutes, stop, stop.source, shown))
            point = (stop.lon, stop.lat)
        elif nearest:
            out.append(Step(form, nearest, minutes, None, known[nearest]["source"], shown))
        else:
            out.append(Step(form, seen=shown))
    return out
