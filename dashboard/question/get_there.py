"""Who can get there: what is near for how many, and who lists the places."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dashboard import store
from dashboard.answer.paths import METRES_PER_MIN
from dashboard.answer.view import name
from dashboard.part import controls, frame
from dashboard.part.card import completeness
from dashboard.part.waves import choice
from dashboard.store import Area, Observation
from dashboard.words.numbers import around, between, number, percent, shown
from dashboard.words.text import t

PAGE, ORDER = "reach", 2
THEMES, FIRST = ("access",), "distance_library_km"


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, partial(choice, THEMES, FIRST), lang, below=body)


def body(area: Area, lang: str) -> None:
    """What is of no one indicator, below the map."""
    here = name(area, lang)
    st.header(t("reach_within", lang, name=here), anchor=False)
    nearest = store.near(area.code)
    if not nearest:
        st.info(t("reach_within_none", lang, name=here))
    else:
        st.markdown(t("reach_within_text", lang))
        controls.table(
            [_reach_row(k, r, lang) for k, r in nearest.items()], t("reach_within", lang, name=here)
        )
    if classes := store.detours():
        shares = [percent(share([c["coverage"] for c in classes]), lang) for share in (min, max)]
        areas = number(sum(c["areas"] for c in classes), 0, lang)
        st.caption(
            t("reach_detour", lang, low=shares[0], high=shares[1], n=areas, classes=len(classes))
        )
    completeness(area, lang)
    st.header(t("reach_beside", lang, name=here), anchor=False)
    _beside(area, lang)


def _reach_row(kind: str, r: dict[str, Any], lang: str) -> dict[str, str]:
    margin = "–"
    if r["low"] is not None:
        margin = between(r["low"] / 1_000, r["high"] / 1_000, 1, lang)
    walk, bike = (around(r["metres"] / METRES_PER_MIN[mode], lang) for mode in ("walk", "bike"))
    return {
        t("reach_column_places", lang): store.term("kind", kind, lang),
        t("reach_column_km", lang): number(r["metres"] / 1_000, 1, lang),
        t("reach_column_margin", lang): margin,
        t("reach_column_walk", lang): walk,
        t("reach_column_bike", lang): bike,
        t("column_status", lang): t(f"status_{r['status']}", lang),
        t("column_publisher", lang): store.sources()[r["source"]]["publisher"],
        t("column_period", lang): r["period"],
    }


def _beside(area: Area, lang: str) -> None:
    """What residents do beside what is within reach, per learning form, without a word of cause."""
    figures = {r["id"]: r for r in store.portrait(area.code) if r["value"] is not None}
    near, seat = store.near(area.code), store.kinds()
    rows = []
    for form in [n for scheme, n in store.terms() if scheme == "learning_form"]:
        does = []
        for i in store.indicators().values():
            if i.learning_form == form and i.theme == "participation" and i.id in figures:
                r = figures[i.id]
                o = Observation(area.code, "", r["value"], r["low"], r["high"], r["status"])
                does.append(f"{i.text('label', lang)}: {shown(o, i, lang)} ({r['period']})")
        reach = [
            t(
                "reach_near_cell",
                lang,
                kind=store.term("kind", k, lang),
                km=number(r["metres"] / 1_000, 1, lang),
            )
            for k, r in near.items()
            if seat[k]["learning_form"] == form
        ]
        rows.append(
            {
                t("scheme_learning_form", lang): store.term("learning_form", form, lang),
                t("reach_column_does", lang): "; ".join(does) or t("reach_unknown", lang),
                t("reach_column_near", lang): "; ".join(reach) or t("reach_unknown", lang),
            }
        )
    st.markdown(t("reach_beside_text", lang))
    controls.table(rows, t("reach_beside", lang, name=name(area, lang)))
