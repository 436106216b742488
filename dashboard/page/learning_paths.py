"""Learning paths: of which places the nearest is known per domain and learning form, and a path of
one's own.
"""

from __future__ import annotations

import streamlit as st

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_learning_paths", 6


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    questions = question.of("learning_paths")
    chosen = controls.question(lambda q: f"ties_{q}", [*questions], lang)
    controls.write(indicator="", period="", level="")
    questions[chosen].draw(lang)


if __name__ == "__main__":
    page()
