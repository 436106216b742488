"""What may make taking part hard in an area: the barriers that somebody measured, and which nobody
did.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.portrait import Figure, cells, figures
from dashboard.answer.view import name
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Area
from dashboard.words.numbers import credit, shown
from dashboard.words.text import t

BARRIERS = {  # by barrier what measures it
    "money": ("money_worries_share", "hard_to_get_by_share"),
    "health": ("health_limited_share", "physical_limitation_share"),
    "loneliness": ("lonely_share",),
    "language": ("speaking_dutch_hard_share",),
    "distance": ("distance_library_km",),
    "places": ("enough_places_together_share",),
}
# how many residents the others touch is not measured: a distance is of all, and who does not say that
# there are enough places may have no opinion
COUNTED = ("money", "health", "loneliness", "language")


def known(area: Area) -> list[Figure]:
    """The figures of the barriers that the area has itself: first how many people each touches, the
    most first, then the others.
    """
    here = {
        f.indicator.id: f for f in figures(area) if f.of == area and f.observation.value is not None
    }
    counted = [here[i] for barrier in COUNTED for i in BARRIERS[barrier] if i in here]
    others = [here[i] for b, of in BARRIERS.items() if b not in COUNTED for i in of if i in here]
    return sorted(counted, key=lambda f: -(f.observation.value or 0)) + others


def counted(area: Area) -> list[Figure]:
    """The barriers of which the share of people is known, the largest first."""
    shares = {i for barrier in COUNTED for i in BARRIERS[barrier]}
    return [f for f in known(area) if f.indicator.id in shares]


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer:
    """Every barrier; as bars those of which is known how many people they touch."""

    def rows() -> list[dict[str, Any]]:
        mine = {f.indicator.id: f for f in figures(area) if f.of == area}
        order = [f.indicator.id for f in known(area)]
        out = []
        for i in dict.fromkeys([*order, *(i for of in BARRIERS.values() for i in of)]):
            about, f = store.indicators()[i], mine.get(i)
            row: dict[str, Any] = {
                "area": area.code,
                "indicator": i,
                "label": about.text("label", lang),
            }
            row |= {"period": f.period if f else ""}
            row |= {k: getattr(f.observation, k) if f else None for k in ("value", "low", "high")}
            out.append(
                row | {"unit": about.unit, "status": f.observation.status if f else "missing"}
            )
        return out

    measured = [f.indicator.id for f in known(area)]
    return Answer(
        ("barriers", area.code),
        partial(_wording, area),
        rows,
        store.sources_of(measured or [*BARRIERS["money"]]),
        ("area", "indicator"),
        diagram=partial(_bars, area, lang, phone, dark) if counted(area) else None,
    )


def table(area: Area, lang: str) -> list[dict[str, str]]:
    """The figures as rows of a table, in the order of the bars."""
    return [
        cells(f, lang) | {t("barriers_of", lang): f.indicator.text("description", lang)}
        for f in known(area)
    ]


def _bars(area: Area, lang: str, phone: bool, dark: bool) -> str:
    bars = [
        Bar(
            f"{f.indicator.text('label', lang)} ({f.period})",
            f.observation.value or 0,
            shown(f.observation, f.indicator, lang),
            margin=f.margin,
        )
        for f in counted(area)
    ]
    return ranked(bars, 100, phone, dark)


def unmeasured(area: Area, lang: str) -> str:
    """Which barriers were not measured here, and where they were; blank where all were."""
    here = {f.indicator.id for f in known(area)}
    gone = [barrier for barrier, of in BARRIERS.items() if not here & {*of}]
    if not gone:
        return ""
    listed = format_list([t(f"barrier_{barrier}", lang) for barrier in gone], "standard", lang)
    text = t("barriers_not", lang, name=name(area, lang), list=listed)
    country = store.area_levels().country
    local = [b for b in gone if not any(country in store.levels(i) for i in BARRIERS[b])]
    cities = {m.name for b in local for i in BARRIERS[b] for m in store.municipalities(i)}
    if not cities:
        return text
    asked = t(
        "barriers_asked",
        lang,
        list=format_list([t(f"barrier_{b}", lang) for b in local], "standard", lang),
        names=format_list(sorted(cities), "standard", lang),
    )
    return f"{text} {asked}"


def _wording(area: Area, lang: str) -> Wording:
    here, bars = name(area, lang), counted(area)
    parts = [unmeasured(area, lang)]
    if not bars:
        title = t("barriers_none", lang, name=here)
    else:
        first = bars[0]
        value = shown(first.observation, first.indicator, lang)
        label = first.indicator.text("label", lang)
        title = t("barriers_title", lang, name=here, label=label, value=value)
        parts.insert(0, t("barriers_text", lang))
    cautions = [t("barriers_caution", lang), t("barriers_apart", lang)]
    if any(f.margin is None for f in bars):
        cautions.append(t("barriers_no_margin", lang))
    listed = "; ".join(
        f"{f.indicator.text('label', lang)} ({f.period}): {shown(f.observation, f.indicator, lang)}"
        for f in bars
    )
    sources = [*dict.fromkeys(f.indicator.source for f in known(area))]
    return Wording(
        title,
        " ".join(part for part in parts if part),
        credit(sources, lang) if sources else "",
        tuple(cautions),
        t("nation_alt", lang, list=listed),
        " ".join(cautions),
    )
