"""All figures: one on a map, or two against each other."""

from __future__ import annotations

from dashboard import question

TITLE, ORDER = "page_explore", 6


def page() -> None:
    """Draw the page."""
    question.draw("explore")


if __name__ == "__main__":
    page()
