"""Connections: bridges between domains, the ecosystem ring, possible partners, who is tied to whom,
and learning paths.
"""

from __future__ import annotations

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_connections", 5


def page() -> None:
    """Draw the page."""
    controls.write(indicator="", period="", level="")
    question.draw("connections", "ties")


if __name__ == "__main__":
    page()
