"""Where it is hard: the areas inside an area that are most often among the worst fifth, and one
figure of them all.

The list is the finder's, with equal weights and for everyone. It is about need (and distance where
that is known), and never says who takes part.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.finder import Asked
from dashboard.answer.finder_words import answer as found_by
from dashboard.answer.finder_words import factor_label, often_words, sureness
from dashboard.answer.gaps import source_of
from dashboard.answer.view import name
from dashboard.picture.strip import Mark, strip
from dashboard.store import Area, Observation
from dashboard.words.numbers import number, shown
from dashboard.words.text import t

WHO, NAMED, FEWEST = "everyone", 3, 10  # of fewer areas nothing can be told apart


def asked_of(area: Area) -> Asked:
    """Whose need and which areas: of the country its municipalities, else the neighbourhoods of the
    municipality or region.
    """
    named = store.area_levels()
    level = named.municipality if area.is_country else named.finest
    return Asked(WHO, level, area.whole or store.country(), int(store.groups()[WHO]["least"]))


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """The hardest areas in an area, or how often the area itself is among them; None where no list
    can be made.
    """
    asked = asked_of(area)
    weights = (1,) * len(asked.names)
    if asked.chosen.sum() < FEWEST:
        return None
    every = list(asked.rows(weights))
    inside = store.within(area.code)
    rows = every if not area.is_part else [r for r in every if r["code"] in inside]
    if not rows:
        return None
    indicator = asked.names[max(range(len(rows[0]["parts"])), key=lambda n: rows[0]["parts"][n])]
    whole = found_by(asked, weights, lang)
    return Answer(
        ("hardest", area.code),
        partial(_wording, asked, area, rows, indicator),
        whole.rows,
        whole.sources,
        map=whole.map,
        diagram=partial(_strip, asked, area, rows[0], indicator, lang, phone, dark),
    )


def _wording(
    asked: Asked, area: Area, rows: list[dict[str, Any]], indicator: str, lang: str
) -> Wording:
    worst = [r for r in rows if r["band"] == 1]
    levels, compared = store.term("area_levels", asked.level, lang), store.area(asked.scope)
    where = name(compared, lang) if compared else asked.scope
    names = format_list([_called(r, asked) for r in worst[:NAMED]], "standard", lang)
    factors = format_list([factor_label(n, lang).lower() for n in asked.names], "standard", lang)
    if area.level == store.area_levels().finest:
        often = often_words(rows[0]["chance"], lang)
        title = t("hardest_own", lang, name=area.name, often=often, scope=where)
        text = t("hardest_factors", lang, factors=factors)
    else:
        key = "hardest_title" if worst else "hardest_none"
        title = t(key, lang, name=where, names=names, levels=levels)
        n, every = number(len(worst), 0, lang), number(len(rows), 0, lang)
        text = t(
            "hardest_text", lang, count=len(worst), n=n, all=every, levels=levels, factors=factors
        )
    few = t("hardest_few", lang, least=number(asked.least, 0, lang))
    sure = " ".join(sureness(asked, (1,) * len(asked.names), lang)[1:-1])
    o = store.figures_of(rows[0]["code"]).get((indicator, store.periods(indicator, asked.level)[0]))
    figure = shown(o, store.indicators()[indicator], lang) if o else t("status_missing", lang)
    alt = t(
        "hardest_alt", lang, label=factor_label(indicator, lang), name=rows[0]["name"], value=figure
    )
    cautions = (t("hardest_not", lang), *(t(f"gaps_find_not_{n}", lang) for n in range(4)))
    sources = " ".join(sorted({source_of(n, asked.level, lang) for n in asked.names}))
    return Wording(
        title, f"{text} {t('hardest_not', lang)}", sources, cautions, alt, f"{few} {sure}".strip()
    )


def _called(row: dict[str, Any], asked: Asked) -> str:
    """The name of an area in the list, with its municipality where there are several."""
    scope, town = store.area(asked.scope), store.area(row["municipality"])
    if not (scope and scope.is_region and town):
        return str(row["name"])
    return f"{row['name']} ({town.name})"


def _strip(
    asked: Asked,
    area: Area,
    first: dict[str, Any],
    indicator: str,
    lang: str,
    phone: bool,
    dark: bool,
) -> str:
    """Every area as a dot at the figure that weighs most in the first, beside the municipality and
    the country.
    """
    i, period = store.indicators()[indicator], store.periods(indicator, asked.level)[0]
    others = [
        Mark(o.value, t("here", lang, name=o.name, value=shown(o, i, lang)))
        for o in store.observations(indicator, period, asked.level, asked.scope)
        if o.value is not None and o.code != first["code"]
    ]

    def mark(o: Observation | None, words: str) -> list[Mark]:
        if not o or o.value is None:
            return []
        margin = (o.low, o.high) if o.low is not None and o.high is not None else None
        return [Mark(o.value, t("here", lang, name=words, value=shown(o, i, lang)), margin)]

    (named,) = mark(store.observation(indicator, period, first["code"]), first["name"])
    above = [a for a in store.lineage(area) if not a.is_part and a.code != first["code"]]
    lines = [
        m
        for a in above
        for m in mark(store.observation(indicator, period, a.code), name(a, lang, alone=True))
    ]
    known = "estimated" if named.words.startswith(f"{first['name']}: ≈") else "measured"
    about: dict[str, Any] = {
        "level": store.term("area_level", asked.level, lang).lower(),
        "label": i.text("label", lang),
    }
    about |= {
        "period": period,
        "unit": store.term("unit", i.unit, lang),
        "how": t(f"status_{known}", lang),
    }
    return strip(others, named, lines, t("hardest_axis", lang, **about), lang, phone, dark)
