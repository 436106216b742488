"""What culture costs a municipality by function, beside school, welfare and sport, comparable
municipalities and the country, and beside what its residents do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from dashboard import store
from dashboard.answer import taking_part
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.money import FEWEST
from dashboard.answer.view import name
from dashboard.picture.beside import Beside, beside
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import number, shown, source_line, with_unit
from dashboard.words.text import t

CULTURE = (  # expenditure less revenue, of which an edition has some
    "net_cost_culture",
    "net_cost_performing_arts",
    "net_cost_museums",
    "net_cost_heritage",
    "net_cost_media_libraries",
)
AROUND = ("net_cost_education_policy", "net_cost_community_work", "net_cost_sport")


@dataclass(frozen=True)
class Function:
    """What a function costs a municipality per resident, each comparable municipality, and the
    middle one of all.
    """

    indicator: Indicator
    period: str
    observation: Observation
    peers: dict[str, float]  # by name; empty where they are too few to compare with
    middle: float


def functions(area: Area) -> list[Function]:
    """The functions of which the cost to the municipality of the area is known."""
    home, level = store.area(area.municipality or ""), store.area_levels().municipality
    out: list[Function] = []
    for i in (*CULTURE, *AROUND):
        periods = store.periods(i, level) if i in store.indicators() else []
        if not home or not periods:
            continue
        every = store.observations(i, periods[0], level, store.country())
        known = {o.code: o for o in every if o.value is not None}
        alike = [known[p.code] for p in store.peers(home.code) if p.code in known]
        if home.code in known:
            peers = {o.name: o.value or 0 for o in alike} if len(alike) >= FEWEST else {}
            middle = median(o.value or 0 for o in known.values())
            out.append(Function(store.indicators()[i], periods[0], known[home.code], peers, middle))
    return out


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Each function as a line; None for the country, and where what culture costs is not known."""
    every = functions(area)
    if not every or every[0].indicator.id != CULTURE[0]:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": f.observation.code,
                "name": f.observation.name,
                "indicator": f.indicator.id,
                "label": f.indicator.text("label", lang),
                "period": f.period,
                "value": f.observation.value,
                "unit": f.indicator.unit,
                "status": f.observation.status,
                "alike": len(f.peers) or None,
                "median": median(f.peers.values()) if f.peers else None,
                "middle_municipality": f.middle,
            }
            for f in every
        ]

    return Answer(
        ("functions", every[0].observation.code),
        partial(_wording, area, every),
        rows,
        store.sources_of([f.indicator.id for f in every]),
        ("area", "indicator"),
        diagram=partial(_picture, every, lang, phone, dark),
    )


def table(area: Area, lang: str) -> list[dict[str, str]]:
    """The functions as rows of a table, each peer in a column of its own."""
    every = functions(area)
    peers = dict.fromkeys(n for f in every for n in f.peers)
    return [
        {
            t("column_indicator", lang): f.indicator.text("label", lang),
            f.observation.name: shown(f.observation, f.indicator, lang),
        }
        | {n: with_unit(f.peers[n], f.indicator, lang) if n in f.peers else "–" for n in peers}
        | {t("money_middle", lang): with_unit(f.middle, f.indicator, lang)}
        for f in every
    ]


def _picture(every: Sequence[Function], lang: str, phone: bool, dark: bool) -> str:
    lines, heads = [], {CULTURE: "functions_culture", AROUND: "functions_around"}
    for ids, head in heads.items():
        for n, f in enumerate(f for f in every if f.indicator.id in ids):
            label, cost = f.indicator.text("label", lang), shown(f.observation, f.indicator, lang)
            lines.append(
                Beside(
                    label,
                    cost,
                    f.observation.value,
                    others=[*f.peers.values()],
                    middle=median(f.peers.values()) if f.peers else None,
                    whole=f.middle,
                    head="" if n else t(head, lang),
                    says=f"{label}: {cost}",
                )
            )
    return beside(lines, lang, phone, dark, axis=t("functions_axis", lang))


def _wording(area: Area, every: Sequence[Function], lang: str) -> Wording:
    first, period = every[0], every[0].period
    around = ", ".join(
        f"{t(f'functions_{f.indicator.id}', lang)} € {number(f.observation.value or 0, 0, lang)}"
        for f in every
        if f.indicator.id in AROUND
    )
    title = t(
        "functions_title",
        lang,
        name=first.observation.name,
        euros=number(first.observation.value or 0, 0, lang),
        period=period,
        list=around,
    )
    parts = [first.indicator.text("description", lang), _residents(area, lang)]
    cautions = [
        t("functions_not_reported", lang),
        t("money_not", lang),
        *dict.fromkeys(f.indicator.text("caveat", lang) for f in every),
    ]
    key = ["functions_key", *(["functions_key_alike"] if first.peers else [])]
    listed = "; ".join(
        f"{f.indicator.text('label', lang)}: {shown(f.observation, f.indicator, lang)}"
        for f in every
    )
    return Wording(
        title,
        " ".join(parts),
        source_line(first.indicator, period, lang),
        tuple(cautions),
        t("functions_alt", lang, list=listed),
        " ".join([*(t(k, lang, n=len(first.peers)) for k in key), cautions[0]]),
    )


def _residents(area: Area, lang: str) -> str:
    """What residents of the municipality do, as far as they were asked, beside what it spends."""
    home = store.area(area.municipality or "") or area
    part = taking_part.known(home)
    if not part:
        return t("functions_not_asked", lang, name=name(home, lang))
    f = part[0]
    return t(
        "functions_asked",
        lang,
        label=f.indicator.text("label", lang).lower(),
        value=shown(f.observation, f.indicator, lang),
        name=name(home, lang),
        period=f.period,
        publisher=store.sources()[f.indicator.source]["publisher"],
    )
