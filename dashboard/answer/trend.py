"""A figure of the country only: all its periods, as a line and in words."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import View
from dashboard.picture.trend import Point, trend
from dashboard.store import Observation
from dashboard.words.numbers import number, shown, source_line, titled, with_unit
from dashboard.words.text import t


def points(indicator: str) -> list[Point]:
    """The figures of the country, oldest first."""
    known = (r for r in store.trend(indicator, store.country()) if r["value"] is not None)
    return [Point(r["period"], r["value"], r["low"], r["high"]) for r in known]


def answer(view: View) -> Answer:
    """All periods of the indicator of a view, with the line where there are two or more."""
    i = view.indicator

    def rows() -> list[dict[str, Any]]:
        same = {
            "area": store.country(),
            "level": store.area_levels().country,
            "indicator": i.id,
            "label": view.label,
            "unit": view.unit,
        }
        return [{**same, **r} for r in store.trend(i.id, store.country())]

    line = points(i.id)
    return Answer(
        ("trend", i.id, store.country()),
        partial(_wording, view),
        rows,
        [i.source],
        ("area", "indicator", "period"),
        diagram=partial(trend, line, view.unit, i.decimals, view.lang, False, False)
        if len(line) > 1
        else None,
        asked={"indicator": i.id},
    )


def table(view: View) -> list[dict[str, str]]:
    """Every period and its figure, as rows of a table."""
    return [_row(r, view) for r in store.trend(view.indicator.id, store.country())]


def _wording(view: View, lang: str) -> Wording:
    v = replace(view, lang=lang)
    line, statuses = (
        points(v.indicator.id),
        {r["status"] for r in store.trend(v.indicator.id, store.country())},
    )
    known = [p.period for p in line] or [v.period]
    listed = "; ".join(f"{p.period}: {number(p.value, v.indicator.decimals, lang)}" for p in line)
    span = " – ".join(dict.fromkeys([known[0], known[-1]]))
    about: dict[str, Any] = {"label": v.label, "name": store.country_name(lang)}
    if len(line) > 1:
        first, last = (with_unit(p.value, v.indicator, lang) for p in (line[0], line[-1]))
        ends: dict[str, Any] = {"since": known[0], "until": known[-1], "first": first, "last": last}
        title = t("trend_claim", lang, **about, **ends)
    else:
        title = t("trend_title", lang, **about)
    return Wording(
        titled(title, statuses, lang),
        "; ".join(": ".join(row.values()) for row in table(v)),
        f"{source_line(v.indicator, span, lang)} {t('national_publication', lang)}",
        (*v.cautions, t("national_only", lang)),
        t("trend_alt", lang, label=v.label, list=listed, unit=v.unit) if len(line) > 1 else "",
    )


def _row(figure: dict[str, Any], view: View) -> dict[str, str]:
    o = Observation(store.country(), "", *(figure[k] for k in ("value", "low", "high", "status")))
    return {
        t("column_period", view.lang): str(figure["period"]),
        t("column_value", view.lang): shown(o, view.indicator, view.lang),
    }
