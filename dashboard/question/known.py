"""How much is known, and what each way of not knowing means."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.answer.gaps import choice_of
from dashboard.part import controls, frame
from dashboard.store import Area
from dashboard.words.text import t

MEASURE = "coverage"
PAGE, ORDER = "gaps", 5


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, partial(choice_of, MEASURE), lang, below=body)


def body(area: Area, lang: str) -> None:
    """What each way of not knowing means, so that none is read as a zero."""
    title = t("gaps_statuses", lang, n=len(store.STATUSES))
    st.header(title, anchor=False)
    rows = [
        {
            t("column_status", lang): t(f"status_{s}", lang),
            t("column_meaning", lang): t(f"status_{s}_text", lang),
        }
        for s in store.STATUSES
    ]
    controls.table(rows, title)
