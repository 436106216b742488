"""Gaps: where and for whom it falls short, with the receipt of every score."""

from __future__ import annotations

import streamlit as st

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_gaps", 4


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    questions = question.of("gaps")
    questions[controls.question(lambda q: f"gaps_{q}", [*questions], lang)].draw(lang)


if __name__ == "__main__":
    page()
