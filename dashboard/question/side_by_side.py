"""Up to five areas side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import side_by_side
from dashboard.part import controls, frame, picture, take
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "reach", 6


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(period="", level="")
    offered = [*side_by_side.figures(side_by_side.areas(area)[0])]
    every = store.indicators()
    with controls.choices():
        indicator = controls.select(
            "indicator",
            offered,
            offered[0],
            t("indicator", lang),
            lambda i: every[i].text("label", lang),
            lang,
        )
    answer = side_by_side.answer(area, indicator, lang, controls.phone(), controls.dark())
    wording = answer.wording(lang)
    st.title(wording.title, anchor=False)
    st.markdown(wording.sentence)
    if answer.diagram:
        picture.show(answer.diagram(), wording.alt, lang)
        st.caption(wording.key)
    if not area.is_selection:
        st.info(t("side_by_side_add", lang))
    if st.context.is_embedded:
        st.caption(wording.source)
        return
    st.subheader(t("side_by_side_table", lang), anchor=False)
    controls.table(side_by_side.table(area, lang), t("side_by_side_table", lang))
    take.end(answer, PAGE, lang)
