"""Explore: every indicator there is, on a map."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.part import ecosystem_level, frame
from dashboard.store import Area, Indicator

TITLE, ORDER = "page_explore", 6
FIRST = "spending_culture"


def page() -> None:
    """Draw the page."""
    frame.draw("explore", _every, st.session_state["lang"])


def _every(area: Area, lang: str) -> tuple[dict[str, Indicator], str]:
    listed = {name: i for name, i in store.indicators().items() if store.levels(name)}
    every = ecosystem_level.narrowed(listed, lang)
    return every, FIRST if FIRST in every else next(iter(every))


if __name__ == "__main__":
    page()
