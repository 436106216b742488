"""What if: try a change of places, and know how good a choice is."""

from __future__ import annotations

import streamlit as st

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_what_if", 7


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    questions = question.of("what_if")
    chosen = controls.question(lambda q: f"what_if_{q}", [*questions], lang)
    controls.write(indicator="", period="", level="")
    questions[chosen].draw(lang)


if __name__ == "__main__":
    page()
