"""What if: try a change of places, and know how good a choice is."""

from __future__ import annotations

from dashboard import question
from dashboard.part import controls

TITLE, ORDER = "page_what_if", 7


def page() -> None:
    """Draw the page."""
    controls.write(indicator="", period="", level="")
    question.draw("what_if")


if __name__ == "__main__":
    page()
