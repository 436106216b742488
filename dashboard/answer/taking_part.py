"""Who takes part in an area: what residents were asked there, or that nobody asked, and what a survey
of the municipality's own would need.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer import unmeasured
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.nation import THEME
from dashboard.answer.portrait import Figure, figures, row
from dashboard.answer.view import name
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Area
from dashboard.words.numbers import bare, number, shown, source_line
from dashboard.words.text import t
from pipelines.methods.sample import LEVEL, MARGIN, respondents


def known(area: Area) -> list[Figure]:
    """What residents of the area itself were asked about culture; where they were not, what the
    model expects.
    """
    mine = [
        f
        for f in figures(area)
        if f.indicator.theme == THEME
        and f.indicator.headline
        and f.of == area
        and f.observation.value is not None
    ]
    asked = [f for f in mine if f.observation.status == "measured"]
    return asked or mine


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every share as a bar beside that of the municipality; None for the country, and where taking
    part was not asked.
    """
    mine = known(area)
    if area.is_country or not mine:
        return None

    def rows() -> list[dict[str, Any]]:
        return [row(f, lang) for f in mine]

    sources = store.sources_of([f.indicator.id for f in mine])
    drawn = partial(_bars, area, mine, lang, phone, dark)
    wording = partial(_wording, area, mine)
    return Answer(("taking_part", area.code), wording, rows, sources, ("indicator",), diagram=drawn)


def _value(area: Area, f: Figure, lang: str) -> str:
    """The figure, with that of the municipality behind it."""
    wider, own = (
        f.wider.get(store.area_levels().municipality),
        shown(f.observation, f.indicator, lang),
    )
    if area.is_municipality or not wider or wider.value is None:
        return own
    beside = bare(wider.value, wider.status, f.indicator, lang)
    return t("taking_part_beside", lang, value=own, name=wider.name, other=beside)


def _bars(area: Area, mine: list[Figure], lang: str, phone: bool, dark: bool) -> str:
    bars = [
        Bar(
            f"{f.indicator.text('label', lang)} ({f.period})",
            f.observation.value or 0,
            _value(area, f, lang),
            margin=f.margin,
        )
        for f in sorted(mine, key=lambda f: -(f.observation.value or 0))
    ]
    return ranked(bars, 100, phone, dark)


def _wording(area: Area, mine: list[Figure], lang: str) -> Wording:
    first = mine[0]
    title = t(
        "taking_part_title",
        lang,
        name=name(area, lang),
        label=first.indicator.text("label", lang),
        value=_value(area, first, lang),
        period=first.period,
    )
    listed = "; ".join(
        f"{f.indicator.text('label', lang)} ({f.period}): {_value(area, f, lang)}" for f in mine
    )
    asked = all(f.observation.status == "measured" for f in mine)
    caution = t("taking_part_asked" if asked else "not_conclude_estimated", lang)
    caveats = dict.fromkeys(c for f in mine if (c := f.indicator.text("caveat", lang)))
    periods = ", ".join(sorted({f.period for f in mine}))
    return Wording(
        title,
        first.indicator.text("description", lang),
        source_line(first.indicator, periods, lang),
        (caution, t("not_conclude_area", lang), *caveats),
        t("nation_alt", lang, list=listed),
        caution,
    )


def not_asked(area: Area, lang: str) -> str:
    """In how many municipalities taking part was asked, and that what follows is the country."""
    towns = unmeasured.asked()
    if not towns:
        return t("unmeasured_none", lang)
    n, every = len(towns), number(store.size()[store.area_levels().municipality], 0, lang)
    names = format_list([m.name for m in towns], "standard", lang)
    return t("nation_where", lang, count=n, n=n, all=every, names=names)


def survey(area: Area, lang: str) -> str:
    """How many residents must answer in the area, and in the areas below it, for figures of its own;
    blank where nobody lives.
    """
    if not area.population:
        return ""
    terms: dict[str, Any] = {
        "name": name(area, lang),
        "n": number(respondents(area.population), 0, lang),
        "residents": number(area.population, 0, lang),
        "margin": number(100 * MARGIN, 0, lang),
        "level": number(100 * LEVEL, 0, lang),
    }
    text = t("asking_area", lang, **terms)
    below = store.children(area.code) if area.is_municipality else []
    needed = [respondents(a.population) for a in below if a.population]
    if len(needed) < 2:
        return text
    each = t(
        "asking_below",
        lang,
        levels=store.term("area_levels", below[0].level, lang),
        areas=number(len(needed), 0, lang),
        least=number(min(needed), 0, lang),
        most=number(max(needed), 0, lang),
        total=number(sum(needed), 0, lang),
    )
    return f"{text} {each}"
