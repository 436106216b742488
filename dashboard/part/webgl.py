"""A map where the reader's browser cannot draw one: a picture of it, which can be read and chosen
from, too.
"""

from __future__ import annotations

import streamlit as st

from dashboard.answer.answer import MarkedMap
from dashboard.answer.view import View
from dashboard.download.stamp import map_svg, marked_svg
from dashboard.map import still
from dashboard.part import controls, picture
from dashboard.words.text import t

HEADER, ABSENT = "X-WebGL", "no"  # as the connection of a page says (`head.SCRIPT`)


def absent() -> bool:
    """Whether the browser has no WebGL, with which maps are drawn."""
    return st.context.headers.get(HEADER) == ABSENT


def instead(view: View, alt: str) -> None:
    """What stands for the map of a view."""
    drawn = still.offered(view)
    if drawn:
        svg = map_svg(view, _letters())
        picture.show(svg, alt, view.lang, chooses=not st.context.is_embedded)
    st.caption(t("map_still" if drawn else "map_none", view.lang))


def instead_of_marks(marks: MarkedMap, alt: str, lang: str) -> None:
    """What stands for a map of marks."""
    svg = marked_svg(marks, controls.dark(), _letters(), lang)
    picture.show(svg, alt, lang, chooses=not st.context.is_embedded)
    st.caption(t("map_still", lang))


def _letters() -> float:
    return picture.PHONE_LETTERS if controls.phone() else 1.0
