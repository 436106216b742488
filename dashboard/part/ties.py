"""What the questions of Connections share on the screen."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer.path_words import MODES, by_mode
from dashboard.answer.view import name
from dashboard.part import controls, search
from dashboard.store import Area
from dashboard.words.text import t


def no_places(area: Area, lang: str) -> None:
    """Why there is nothing to show here."""
    if area.is_country:
        st.info(t("ties_choose", lang))
        search.field(lang, "ties-search")
    else:
        st.info(t("ties_no_places", lang, name=name(area, lang)))


def age_and_mode(lang: str) -> tuple[str, str]:
    """The age group and the way of travelling that a path is asked for."""
    left, right = st.columns([2, 1])
    ages = [*store.audiences("age")]
    with left:
        age = controls.select(
            "age", ages, ages[0], t("ties_age", lang), lambda a: store.term("age", a, lang), lang
        )
    with right:
        mode = controls.select(
            "mode",
            MODES,
            MODES[0],
            t("ties_by", lang),
            lambda m: by_mode(m, lang),
            lang,
            segments=True,
        )
    return age, mode
