"""Reach: who takes part, who can get there, and what stands in the way; three questions that are
never mixed up.
"""

from __future__ import annotations

import streamlit as st

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_reach", 3


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    questions = question.of("reach")
    questions[controls.question(lambda q: f"reach_{q}", [*questions], lang)].draw(lang)


if __name__ == "__main__":
    page()
