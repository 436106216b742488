"""Gaps: where and for whom it falls short, with the receipt of every score."""

from __future__ import annotations

from dashboard import question

TITLE, ORDER = "page_gaps", 4


def page() -> None:
    """Draw the page."""
    question.draw("gaps")


if __name__ == "__main__":
    page()
