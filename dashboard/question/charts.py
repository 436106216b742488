"""Ready charts on culture, to take away; a word narrows them."""

from __future__ import annotations

import streamlit as st

from dashboard.answer import charts
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.part import controls, frame, take
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "reach", 4
SHOWN = 5  # at once; a word brings the others


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(indicator="", period="", level="")
    st.title(t("charts_title", lang, name=name(area, lang, alone=True)), anchor=False)
    query = st.text_input(t("charts_search", lang), key="charts-search", max_chars=60)
    every = charts.charts(area, lang, controls.phone(), controls.dark())
    matches = charts.having(query, every, lang)
    n = len(matches)
    st.caption(t("charts_found", lang, count=n, n=n, shown=min(n, SHOWN)))
    for answer in matches[:SHOWN]:
        if take.pictured(answer, lang):
            files = answer_files(answer, controls.link(PAGE), lang)
            take.download(t("download", lang), "-".join(("chart", *answer.id)), files, lang)
