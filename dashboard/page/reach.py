"""Reach: who takes part, who can get there, and what stands in the way; three questions that are
never mixed up.
"""

from __future__ import annotations

from dashboard import question

TITLE, ORDER = "page_reach", 3


def page() -> None:
    """Draw the page."""
    question.draw("reach")


if __name__ == "__main__":
    page()
