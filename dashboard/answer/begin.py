"""Where an organisation can begin: three neighbourhoods of a municipality with the reason, and who
is there.

The neighbourhoods are the first of the finder, with equal weights. Who is there are places by name
within a quarter of an hour on foot of the middle of the neighbourhood: first of another domain than
the organisation's own, one of a kind, and of the kinds that are for the group.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.finder import Asked
from dashboard.answer.finder_words import answer_line, sureness
from dashboard.answer.gaps import source_of
from dashboard.answer.hardest import FEWEST
from dashboard.answer.paths import Stop
from dashboard.picture import scales
from dashboard.store import Area
from dashboard.words.numbers import about, credit, named, number
from dashboard.words.text import plain, t
from pipelines.methods import one_place

FIRST, PLACES = 3, 3
OWN = "leisure"  # the domain of an organisation that has not said which
SMALL, RARELY = 100, 3  # residents of the group; the band of what is rarely among the worst fifth
AGES = {"children": ("child",), "older": ("older",)}  # of a need; any other is of every age
OF_A_PLACE = ("b_name", "kind", "domain", "address", "minutes", "step_free")


@dataclass(frozen=True)
class Beginning:
    """A neighbourhood, its row in the finder, and the places to visit, best first."""

    area: Area
    row: dict[str, Any]
    places: list[Stop]


def asked_of(area: Area, who: str) -> Asked:
    """The neighbourhoods of the municipality of an area, for a group; smaller ones too where else
    too few would count.
    """
    scope, usual = area.whole or store.country(), int(store.groups()[who]["least"])
    level = store.area_levels().finest
    asked = Asked(who, level, scope, usual)
    return asked if asked.chosen.sum() >= FEWEST else Asked(who, level, scope, min(usual, SMALL))


def beginnings(asked: Asked, own: str) -> list[Beginning]:
    """The first neighbourhoods of the list, each with who is there; `own` is the domain of who
    asks.

    One that is rarely among the worst fifth is none of them, and of too few there are none.
    """
    if asked.chosen.sum() < FEWEST:
        return []
    rows = [r for r in islice(asked.rows(_equal(asked)), FIRST) if r["band"] < RARELY]
    areas = [store.area(r["code"]) for r in rows]
    return [
        Beginning(a, r, places_for(a.code, asked.who, own))
        for a, r in zip(areas, rows, strict=True)
        if a
    ]


def _equal(asked: Asked) -> tuple[int, ...]:
    return (1,) * len(asked.names)


@store.cached(256)
def places_for(code: str, who: str, own: str) -> list[Stop]:
    """Places to visit near the middle of an area: other domains first, one of a kind, each once."""
    centre = store.centre(code)
    if not centre:
        return []
    ages = store.audiences("age")
    kinds = {kind for age in AGES.get(who, ages) for kind in ages[age]}
    near = [
        s
        for s in paths.around(*centre, "walk", paths.WITHIN_MIN)
        if s.name and s.kind in kinds and paths.for_everyone(s)
    ]
    places: list[Stop] = []
    for s in sorted(near, key=lambda s: (s.domain == own, s.minutes, s.id)):
        again = any(s.kind == o.kind or one_place.same(s, o) for o in places)
        if len(places) < PLACES and not again:
            places.append(s)
    return places


def answer(area: Area, who: str, own: str, lang: str) -> Answer | None:
    """Three neighbourhoods with their places; None where no list can be made."""
    asked = asked_of(area, who)
    starts = beginnings(asked, own)
    if not starts:
        return None
    codes = [b.area.code for b in starts]
    marks = "".join("1" if c in codes else "0" for c in store.outlines(asked.level, asked.scope))
    labels = [t("begin_other", lang), t("begin_first", lang)]

    def rows() -> list[dict[str, Any]]:
        out = []
        for b in starts:
            same = {"area": b.area.code, "name": b.area.name, "group": who}
            same |= {"chance_worst_fifth": round(b.row["chance"], 4)}
            out += [
                {**same, "b": s.id, "b_name": s.name, "kind": s.kind, "domain": s.domain}
                | {"address": s.address, "minutes": round(s.minutes, 1), "step_free": s.step_free}
                for s in b.places
            ] or [{**same, "b": ""} | dict.fromkeys(OF_A_PLACE)]
        return out

    sources = [
        *store.sources_of([*asked.names]),
        *paths.sources(s for b in starts for s in b.places),
    ]
    looks = {"0": scales.RAMP[0], "1": scales.RAMP[4]}
    return Answer(
        ("begin", who, own, asked.scope),
        partial(_wording, asked, starts),
        rows,
        [*dict.fromkeys(sources)],
        ("area", "b"),
        map=MarkedMap(asked.level, asked.scope, marks, looks, labels, t("begin_head", lang), codes),
    )


def why(asked: Asked, b: Beginning, lang: str) -> str:
    """Why this neighbourhood: how often it is among the worst fifth, and what adds most."""
    return answer_line(asked, b.row, lang)


def who_is_there(s: Stop, lang: str) -> str:
    """A place to visit: name, kind, address, how far on foot, and whether there is a step."""
    return t(
        "begin_place",
        lang,
        name=plain(named(s.name, s.kind, lang)),
        where=f", {_written(s.address)}" if s.address else "",
        minutes=about(s.minutes, lang),
        step=t(f"step_free_short_{s.step_free}", lang),
    )


def _written(address: str) -> str:
    """An address as people write it: `7414EA-1` is 7414 EA, number 1."""
    return re.sub(r"^(\d{4}) ?([A-Z]{2})-(.+)$", r"\1 \2 \3", address)


def _wording(asked: Asked, found: Sequence[Beginning], lang: str) -> Wording:
    town = store.area(asked.scope)
    names = format_list([b.area.name for b in found], "standard", lang)
    title = t(
        "begin_title",
        lang,
        count=len(found),
        n=len(found),
        name=town.name if town else "",
        names=names,
    )
    group = store.term("need", asked.who, lang).lower()
    least = number(asked.least, 0, lang)
    text = t("begin_text", lang, group=group, least=least)
    places = paths.sources(s for b in found for s in b.places)
    sources = " ".join(sorted({source_of(n, asked.level, lang) for n in asked.names}))
    cautions = (
        *sureness(asked, _equal(asked), lang)[1:-1],
        t("begin_not", lang),
        t("not_conclude_access", lang),
    )
    credits = f"{sources} {credit(places, lang)}" if places else sources
    return Wording(title, text, credits, cautions, title, t("begin_not", lang))
