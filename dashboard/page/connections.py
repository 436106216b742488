"""Connections: bridges between domains, the ecosystem ring, possible partners, who is tied to whom,
and learning paths.
"""

from __future__ import annotations

import streamlit as st

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_connections", 5


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    questions = question.of("connections")
    chosen = controls.question(lambda q: f"ties_{q}", [*questions], lang)
    controls.write(indicator="", period="", level="")
    questions[chosen].draw(lang)


if __name__ == "__main__":
    page()
