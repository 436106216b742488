"""What the questions of Connections share on the screen."""

from __future__ import annotations

import streamlit as st

from dashboard.answer.view import name
from dashboard.part import search
from dashboard.store import Area
from dashboard.words.text import t


def no_places(area: Area, lang: str) -> None:
    """Why there is nothing to show here."""
    if area.is_country:
        st.info(t("ties_choose", lang))
        search.field(lang, "ties-search")
    else:
        st.info(t("ties_no_places", lang, name=name(area, lang)))
