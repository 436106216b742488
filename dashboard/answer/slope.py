"""The areas of a municipality in the last two waves of a survey, and which changed more than noise.

Only what the table `change` holds: a change that is `apart` there is marked, no other.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import View, name
from dashboard.picture.slope import Slope, slope
from dashboard.words.numbers import change, number, source_line, with_unit
from dashboard.words.text import t

FEWEST = 3  # of fewer areas a table says as much


def answer(view: View, phone: bool = False, dark: bool = False) -> Answer | None:
    """The areas of the view in both waves; None where there are too few with a change."""
    if view.level not in store.area_levels().parts or not view.area.municipality:
        return None
    i, town = view.indicator, view.area.municipality
    every = store.changes_within(i.id, view.level, town)
    if len(every) < FEWEST:
        return None

    def rows() -> list[dict[str, Any]]:
        about = {"indicator": i.id, "unit": i.unit}
        return [{"area": r["area"], "name": r["name"], **about} | r for r in every]

    return Answer(
        ("slope", i.id, view.level, town),
        partial(_wording, view, every),
        rows,
        [i.source, "change"],
        ("area", "indicator"),
        diagram=partial(_lines, view, every, phone, dark),
    )


def _lines(view: View, every: list[dict[str, Any]], phone: bool, dark: bool) -> str:
    lang = view.lang

    def look(r: dict[str, Any]) -> str:
        return (
            "named"
            if r["area"] == view.area.code
            else "apart"
            if r["more_than_chance"]
            else "quiet"
        )

    lines = [
        Slope(
            r["name"],
            r["first_value"],
            r["last_value"],
            f"{r['name']}: {_from_to(r, view)} ({_verdict(r, view)})",
            look(r),
        )
        for r in every
    ]
    axis = f"{view.label} ({view.unit})"
    return slope(
        lines, (every[0]["first_period"], every[0]["last_period"]), axis, lang, phone, dark
    )


def _from_to(r: dict[str, Any], view: View) -> str:
    """The figures of both waves."""
    i, lang = view.indicator, view.lang
    about = "≈ " if r["status"] == "estimated" else ""
    return t(
        "slope_from_to",
        lang,
        since=f"{about}{number(r['first_value'], i.decimals, lang)}",
        until=f"{about}{with_unit(r['last_value'], i, lang)}",
    )


def _verdict(r: dict[str, Any], view: View) -> str:
    """Whether it changed more than noise, and by how much."""
    values = {"value": r["change"], "low": r["change_low"], "high": r["change_high"]}
    return change(view.indicator, values | {"apart": r["more_than_chance"]}, view.lang)


def _wording(view: View, every: list[dict[str, Any]], lang: str) -> Wording:
    view = replace(view, lang=lang)
    i, first = view.indicator, every[0]
    years = f"{first['first_period']}–{first['last_period']}"
    chosen = next((r for r in every if r["area"] == view.area.code), None)
    values: dict[str, Any] = {"label": view.label, "years": years}
    if chosen:
        about = {
            "name": chosen["name"],
            "both": _from_to(chosen, view),
            "verdict": _verdict(chosen, view),
        }
        title = t("slope_own", lang, **values, **about)
    else:
        n = sum(r["more_than_chance"] for r in every)
        where: dict[str, Any] = {"levels": view.levels, "scope": name(view.scope, lang)}
        counts: dict[str, Any] = {"n": number(n, 0, lang), "all": number(len(every), 0, lang)}
        title = t("slope_title", lang, **values, **where, **counts)
    estimated = any(r["status"] == "estimated" for r in every)
    cautions = [t("slope_not", lang), i.text("caveat", lang), t("not_conclude_area", lang)]
    cautions += [t("reach_change_model", lang)] if estimated else []
    key = t("slope_key", lang, level=store.term("area_level", view.level, lang))
    return Wording(
        title,
        i.text("description", lang),
        source_line(i, years, lang),
        tuple(filter(None, cautions)),
        t("slope_alt", lang, title=title),
        key,
    )
