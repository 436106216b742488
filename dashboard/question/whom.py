"""For whom: every measure of inequality."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.answer.gaps import choice_of
from dashboard.answer.inequality import in_words, newest
from dashboard.answer.view import name
from dashboard.part import controls, frame
from dashboard.store import Area
from dashboard.words.numbers import shown
from dashboard.words.text import t

MEASURE = "inequality"
PAGE, ORDER = "gaps", 4


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, partial(choice_of, MEASURE), lang, below=body)


def body(area: Area, lang: str) -> None:
    """Every measure of inequality for the municipality and the country, each with what it means."""
    areas = [a for a in reversed(store.lineage(area)) if not a.is_part]
    st.header(t("gaps_whom_all", lang, name=name(areas[0], lang)), anchor=False)
    st.markdown(t("gaps_ecological", lang))
    if areas[0].is_country:
        st.markdown(t("gaps_whom_country", lang))
    rows = []
    for i in (i for i in store.indicators().values() if i.source == MEASURE):
        row = {
            t("column_indicator", lang): i.text("label", lang),
            t("gaps_words", lang): in_words(i, areas[0], lang),
        }
        for a in areas:
            o = newest(i, a)
            row[name(a, lang, alone=True)] = shown(o, i, lang) if o else t("status_missing", lang)
        row[t("column_meaning", lang)] = i.text("description", lang)
        rows.append(row)
    controls.table(rows, t("gaps_whom_all", lang, name=name(areas[0], lang)))
