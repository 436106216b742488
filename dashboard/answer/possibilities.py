"""What would complete the learning path of an age group: which kind of place is too far, where the
nearest is, which building could hold one, for how many, and whom to ask.

A kind is missing only where its nearest place is farther than a quarter of an hour for sure. Where
that is not known, the kind is unknown and never missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from babel.lists import format_list

from dashboard import store
from dashboard.answer import fit, paths
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.path_words import CAUTIONS
from dashboard.answer.paths import Cell, Stop
from dashboard.answer.view import name
from dashboard.store import Area
from dashboard.words.numbers import about, credit, named, number, origins, polled
from dashboard.words.text import t
from pipelines.methods import one_place

BEYOND_MIN = 60  # how far away the nearest is looked for
HOLDS = ("primary_school", "secondary_school", "library", "community_centre")
ASKED = 3  # places that could offer it, at most
BARS = tuple(name for name in fit.BARS if name not in ("itself", "same_domain"))


@dataclass(frozen=True)
class Possibility:
    """A kind of place for the age group, and the nearest of it that we know.

    Of a kind that is missing also the building that could hold one, the residents whom it would
    bring within a quarter of an hour there, and who near by could offer it.
    """

    cell: Cell
    nearest: Stop | None = None
    building: Stop | None = None
    residents: int = 0
    offers: tuple[Stop, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether the nearest is too far for sure."""
        return self.cell.state == paths.FAR

    @property
    def movable(self) -> bool:
        """Whether another building could hold it: not so of a school."""
        return self.cell.kind not in fit.SCHOOLS

    @property
    def stops(self) -> list[Stop]:
        """The places that are named."""
        return [s for s in (self.nearest, self.building, *self.offers) if s]


def possibilities(area: str, age: str, mode: str) -> list[Possibility]:
    """Every kind of place for an age group, in the taxonomy's order; none where the middle of the
    area is not known.
    """
    point = store.centre(area)
    if not point:
        return []
    around = [s for s in paths.around(*point, mode, BEYOND_MIN) if s.name and paths.for_everyone(s)]
    within = [s for s in around if s.minutes <= paths.WITHIN_MIN]
    out = []
    for cell in paths.by_kind(area, age, mode):
        nearest = next((s for s in around if s.kind == cell.kind), None)
        possible = Possibility(cell, nearest)
        if possible.missing and possible.movable:
            holds = [k for k in HOLDS if k != cell.kind]
            building = next(
                (s for s in within if s.kind in holds and not fit.is_hall(s.name)), None
            )
            offers = _offers(cell, point, age, within, building)
            possible = Possibility(cell, nearest, building, _served(cell, building, mode), offers)
        out.append(possible)
    return out


def _offers(
    cell: Cell, point: tuple[float, float], age: str, within: Sequence[Stop], building: Stop | None
) -> tuple[Stop, ...]:
    """Who near by is for the same age and an interest that the kind serves, nearest first, one of
    a kind; nobody whom `fit` bars, and not who has the building.
    """
    here = Stop("", "", cell.kind, cell.domain, cell.form, *point, "unknown", "", "", 0.0)
    offers: dict[str, Stop] = {}
    for s in within:
        fits = age in fit.for_kind("age", s.kind) and fit.in_common("interest", here, s)
        barred = any(fit.BARS[bar](here, s) for bar in BARS)
        again = building and one_place.same(building, s)
        if fits and not barred and not again and s.kind not in fit.LATER:
            offers.setdefault(s.kind, s)
    return tuple([*offers.values()][:ASKED])


def _served(cell: Cell, building: Stop | None, mode: str) -> int:
    """The residents of neighbourhoods whose middle is within a quarter of an hour of a building and
    for whom the kind is farther than that now.
    """
    if not building:
        return 0
    speed = paths.METRES_PER_MIN[mode]
    far = store.farther(cell.kind, paths.WITHIN_MIN * speed)
    metres = paths.metres(building.lon, building.lat, far["lon"], far["lat"]) * store.detour()
    return int(np.sum(far["population"][metres <= paths.WITHIN_MIN * speed]))


def kinds_said(chosen: Sequence[Possibility], lang: str) -> str:
    """The kinds of place, as a list in words."""
    labels = [store.term("kind", p.cell.kind, lang).lower() for p in chosen]
    return format_list(labels, "standard", lang)


def sentence(every: Sequence[Possibility], by: str, lang: str) -> str:
    """What is missing, that nothing is known to be, or that it cannot be told; then what is not
    known.
    """
    missing = [p for p in every if p.missing]
    unknown = [p for p in every if p.cell.state == paths.UNKNOWN]
    known = [p for p in every if p.cell.state != paths.UNKNOWN]
    if missing:
        first = t("possible_missing", lang, kinds=kinds_said(missing, lang), mode=by)
    elif known:
        first = t("possible_none", lang, kinds=kinds_said(known, lang), mode=by)
    else:
        first = t("possible_untold", lang)
    if not unknown:
        return first
    count = len(unknown)
    rest = t("possible_unknown", lang, count=count, n=count, kinds=kinds_said(unknown, lang))
    return f"{first} {rest}"


def lines(p: Possibility, by: str, lang: str) -> list[str]:
    """Of a kind that is missing the way on, a sentence each."""
    if s := p.nearest:
        key = "possible_nearest" if p.cell.kind in store.complete() else "possible_nearest_known"
        called, minutes = named(s.name, s.kind, lang), about(s.minutes, lang)
        out = [t(key, lang, name=called, minutes=minutes, mode=by)]
    else:
        out = [t("possible_nearest_none", lang, mode=by)]
    if not p.movable:
        return [*out, t("possible_school", lang)]
    if s := p.building:
        called, minutes = named(s.name, s.kind, lang), about(s.minutes, lang)
        out.append(t("possible_building", lang, name=called, minutes=minutes, mode=by))
    else:
        out.append(t("possible_building_none", lang, mode=by))
    if p.residents:
        n = number(p.residents, 0, lang)
        out.append(t("possible_residents", lang, count=p.residents, n=n, mode=by))
    names = [named(o.name, o.kind, lang) for o in p.offers]
    if names:
        return [*out, t("possible_offers", lang, names=format_list(names, "or", lang))]
    return [*out, t("possible_offers_none", lang)]


def kind_row(p: Possibility, lang: str) -> dict[str, str]:
    """A kind as a row of a table."""
    cell, known = p.cell, p.cell.minutes is not None
    return {
        t("csv_kind", lang): store.term("kind", cell.kind, lang),
        t("ties_column_state", lang): t(f"ties_state_{cell.state}", lang),
        t("ties_column_minutes", lang): about(cell.minutes, lang) if cell.minutes else "–",
        t("possible_column_nearest", lang): f"{p.nearest.name}, {about(p.nearest.minutes, lang)}"
        if p.nearest
        else "–",
        t("column_status", lang): t(f"status_{cell.status}", lang),
        t("column_publisher", lang): store.sources()[cell.source]["publisher"] if known else "–",
        t("column_period", lang): cell.period or "–",
    }


def answer(every: Sequence[Possibility], area: Area, age: str, mode: str) -> Answer:
    """What would complete the path of an age group of an area; a row per kind of place."""
    sources = sorted({s for p in every for s in _sources(p)})

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": area.code, "name": area.name, "age": age, "mode": mode}
            | {"kind": p.cell.kind, "domain": p.cell.domain, "learning_form": p.cell.form}
            | {"state": p.cell.state}
            | {n: v and round(v, 1) for n, v in _minutes(p).items()}
            | {"nearest": p.nearest.name if p.nearest else ""}
            | {"building": p.building.name if p.building else ""}
            | {"served": p.residents if p.building else None}
            | {"offers": "; ".join(s.name for s in p.offers)}
            | {"status": p.cell.status, "period": p.cell.period}
            | {"source": origins(_sources(p))}
            for p in every
        ]

    wording = partial(_wording, every, sources, area, (age, mode))
    return Answer(
        ("possible", age, mode, area.code), wording, rows, sources, ("area", "age", "mode", "kind")
    )


def _sources(p: Possibility) -> list[str]:
    """Of the distance, and of the places that are named."""
    distance = [p.cell.source] if p.cell.source else []
    return [*dict.fromkeys([*distance, *paths.sources(p.stops)])]


def _minutes(p: Possibility) -> dict[str, float | None]:
    away = p.nearest.minutes if p.nearest else None
    return {
        "minutes": p.cell.minutes,
        "low": p.cell.low,
        "high": p.cell.high,
        "nearest_minutes": away,
    }


def _wording(
    every: Sequence[Possibility],
    sources: Sequence[str],
    area: Area,
    asked: tuple[str, str],
    lang: str,
) -> Wording:
    age, by = store.term("age", asked[0], lang), t(f"ties_{asked[1]}", lang)
    title = t("possible_title", lang, name=name(area, lang, alone=True), age=age, mode=by)
    cautions = [t("possible_caution", lang), *(t(c, lang) for c in CAUTIONS)]
    if store.POLLED in sources:
        cautions.append(t("not_conclude_polled", lang, days=polled(lang)))
    parts = [sentence(every, by, lang)]
    for p in every:
        if p.missing:
            parts.append(f"{store.term('kind', p.cell.kind, lang)}: {' '.join(lines(p, by, lang))}")
    return Wording(title, " ".join(parts), credit(sources, lang), tuple(cautions))
