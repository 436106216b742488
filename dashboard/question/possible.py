"""What would complete the learning path of an age group."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import possibilities
from dashboard.answer.profile import address
from dashboard.part import controls, frame, take
from dashboard.part.card import completeness
from dashboard.part.ties import age_and_mode
from dashboard.store import Area
from dashboard.words.text import plain, t

PAGE, ORDER = "connections", 6


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Of an age group and way of travelling what is missing with the way on, then every kind of
    place.
    """
    age, mode = age_and_mode(lang)
    inside = area.is_part  # of a larger area the middle tells nothing
    every = possibilities.possibilities(area.code, age, mode) if inside else []
    answer, by = possibilities.answer(every, area, age, mode), t(f"ties_{mode}", lang)
    wording = answer.wording(lang)
    st.title(wording.title, anchor=False)
    if not every:
        st.info(t("possible_choose", lang))
        return
    st.markdown(possibilities.sentence(every, by, lang))
    for p in every:
        if p.missing:
            st.header(store.term("kind", p.cell.kind, lang), anchor=False)
            st.markdown("\n".join(f"- {plain(s)}" for s in possibilities.lines(p, by, lang)))
            if not st.context.is_embedded:
                opened = p.building.id if p.building else ""
                to = address("what_if", area, lang, kind=p.cell.kind, mode=mode, open=opened)
                controls.leads_to(to, t("possible_what_if", lang))
    if st.context.is_embedded:
        st.caption(wording.source)
        return
    st.header(t("possible_every", lang), anchor=False)
    controls.table([possibilities.kind_row(p, lang) for p in every], wording.title)
    st.markdown(t("ties_who_knows", lang))
    completeness(area, lang)
    take.end(answer, PAGE, lang)
