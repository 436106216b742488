"""What stands in the way of taking part."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.answer import barriers
from dashboard.answer.view import name
from dashboard.part import controls, frame, take
from dashboard.part.waves import choice, waves_of
from dashboard.store import Area
from dashboard.words.numbers import number, percent
from dashboard.words.text import t

PAGE, ORDER = "reach", 3
THEMES, FIRST = ("wellbeing", "welcome"), "money_worries_share"


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, partial(choice, THEMES, FIRST), lang, below=body)


def body(area: Area, lang: str) -> None:
    """What is of no one indicator, below the map."""
    title = t("reach_in_the_way", lang, name=name(area, lang))
    if take.pictured(barriers.answer(area, lang, controls.phone(), controls.dark()), lang, title):
        controls.table(barriers.table(area, lang), title)
    else:
        st.header(title, anchor=False)
        st.markdown(barriers.unmeasured(area, lang))
    st.header(t("reach_welcome", lang), anchor=False)
    waves_of("barriers", area, lang)
    town = store.area(area.municipality) if area.municipality else None
    if not town:
        st.info(t("reach_complete_country", lang))
        return
    st.header(t("reach_step_free", lang, name=town.name), anchor=False)
    entrances = store.step_free(town.code)
    if not entrances:
        st.info(t("places_none", lang, name=town.name))
        return
    total, known = sum(r["places"] for r in entrances), sum(r["yes"] + r["no"] for r in entrances)
    st.markdown(
        t(
            "reach_step_free_text",
            lang,
            known=percent(known / total, lang),
            n=number(total, 0, lang),
        )
    )
    controls.table(
        [
            {
                t("scheme_domain", lang): store.term("domain", r["domain"], lang),
                **{
                    t(f"reach_step_{k}", lang): number(r[k], 0, lang)
                    for k in ("yes", "no", "unknown")
                },
            }
            for r in entrances
        ],
        t("reach_step_free", lang, name=town.name),
    )
