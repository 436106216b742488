"""How the Netherlands takes part in culture: every national figure of a survey, newest first asked
about.

Surveys ask other questions in other years of other people, so figures stand beside each other and
are never added up.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Indicator, Observation
from dashboard.words.numbers import number, source_line, with_unit
from dashboard.words.text import t

THEME = "participation"


def figures() -> list[tuple[Indicator, str, Observation]]:
    """The newest national figure of every indicator of taking part that is a share, the largest
    first.
    """
    out, level = [], store.area_levels().country
    for i in store.indicators().values():
        if i.theme == THEME and i.unit == "percent" and store.levels(i.id) == [level]:
            period = store.periods(i.id, level)[0]
            o = store.observation(i.id, period, store.country())
            if o and o.value is not None:
                out.append((i, period, o))
    return sorted(out, key=lambda f: (-(f[2].value or 0), f[0].id))


def answer(lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every figure as a bar, with its year; None in an edition without any."""
    known = figures()
    if not known:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": store.country(),
                "indicator": i.id,
                "label": i.text("label", lang),
                "period": period,
            }
            | {"value": o.value, "unit": i.unit, "status": o.status}
            for i, period, o in known
        ]

    return Answer(
        ("nation", THEME),
        _wording,
        rows,
        store.sources_of([i.id for i, *_ in known]),
        ("area", "indicator", "period"),
        diagram=partial(_bars, lang, phone, dark),
    )


def _bars(lang: str, phone: bool, dark: bool) -> str:
    bars = [
        Bar(f"{i.text('label', lang)} ({period})", o.value or 0, with_unit(o.value or 0, i, lang))
        for i, period, o in figures()
    ]
    return ranked(bars, 100, phone, dark)


def _wording(lang: str) -> Wording:
    known = figures()
    newest = max(known, key=lambda f: (f[1], f[2].value or 0))
    i, period, o = newest
    share = number(o.value or 0, 0, lang)
    title = t("nation_title", lang, n=share, label=i.text("label", lang), period=period)
    sentence = t(
        "nation_text", lang, description=i.text("description", lang), count=len(known), n=len(known)
    )
    listed = "; ".join(
        f"{f.text('label', lang)} {p}: {with_unit(v.value or 0, f, lang)}" for f, p, v in known
    )
    years = " – ".join(dict.fromkeys([min(p for _, p, _ in known), max(p for _, p, _ in known)]))
    cautions = (
        t("nation_not", lang),
        *dict.fromkeys(c for f, *_ in known if (c := f.text("caveat", lang))),
    )
    source = f"{source_line(i, years, lang)} {t('national_publication', lang)}"
    return Wording(
        title, sentence, source, cautions, t("nation_alt", lang, list=listed), t("nation_not", lang)
    )
