"""What is near for an age, by domain and form of learning."""

from __future__ import annotations

import streamlit as st

from dashboard.answer import path_words, paths
from dashboard.answer.path_words import cell_row, path_diagram
from dashboard.answer.view import name
from dashboard.part import controls, frame, picture, take
from dashboard.part.card import completeness
from dashboard.part.ties import age_and_mode
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "connections", 5


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """The cells of an age group and way of travelling: what is near, what is far, and what is not
    known.
    """
    age, mode = age_and_mode(lang)
    path = paths.path(area.code, age, mode)
    answer = path_words.answer(path, area, lang)
    wording = answer.wording(lang)
    st.title(wording.title, anchor=False)
    if not path.known:
        st.info(t("ties_path_none", lang, name=name(area, lang)))
        return
    st.markdown(wording.sentence)
    drawn = path_diagram(path, lang, controls.phone(), controls.dark())
    picture.show(drawn, wording.alt, lang)
    if st.context.is_embedded:
        st.caption(wording.source)
        return
    controls.table([cell_row(c, lang) for c in path.cells], wording.title)
    st.markdown(t("ties_who_knows", lang))
    completeness(area, lang)
    take.end(answer, PAGE, lang)
