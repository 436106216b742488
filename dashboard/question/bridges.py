"""Bridges between domains."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import bridges
from dashboard.answer.bridges import bridge_diagram, pair_row, possible_row
from dashboard.answer.view import name
from dashboard.part import controls, frame, picture, take
from dashboard.part.card import completeness
from dashboard.part.ties import no_places
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "connections", 1


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    st.title(t("ties_bridges_title", lang, name=name(area, lang)), anchor=False)
    if area.is_country or not store.kinds_within(area.code):
        no_places(area, lang)
        return
    answer, pairs = bridges.answer(area, lang)
    wording = answer.wording(lang)
    missing = [b for b in pairs if b.state == "missing"]
    st.markdown(wording.sentence)
    drawn = bridge_diagram(pairs, lang, controls.phone(), controls.dark())
    picture.show(drawn, wording.alt, lang)
    st.caption(wording.key)
    if st.context.is_embedded:
        return
    if missing:
        st.header(t("ties_missing", lang), anchor=False)
        st.markdown(t("ties_missing_text", lang))
        controls.table([possible_row(b, lang) for b in missing], t("ties_missing", lang))
    st.header(t("ties_all_pairs", lang), anchor=False)
    controls.table([pair_row(b, lang) for b in pairs], t("ties_all_pairs", lang))
    completeness(area, lang)
    take.end(answer, PAGE, lang)
