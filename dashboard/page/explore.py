"""All figures: one on a map, or two against each other."""

from __future__ import annotations

import streamlit as st

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_explore", 6


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    questions = question.of("explore")
    questions[controls.question(lambda q: f"explore_{q}", [*questions], lang)].draw(lang)


if __name__ == "__main__":
    page()
