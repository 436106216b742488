"""One figure on a map: every indicator there is."""

from __future__ import annotations

from dashboard import store
from dashboard.part import ecosystem_level, frame
from dashboard.store import Area, Indicator

PAGE, ORDER = "explore", 1
FIRST = "spending_culture"


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, _every, lang)


def _every(area: Area, lang: str) -> tuple[dict[str, Indicator], str]:
    listed = {name: i for name, i in store.indicators().items() if store.levels(name)}
    every = ecosystem_level.narrowed(listed, lang)
    return every, FIRST if FIRST in every else next(iter(every))
