"""What the questions of Connections share on the screen."""

from __future__ import annotations

import streamlit as st

from dashboard.answer.answer import Answer
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.part import controls, take
from dashboard.store import Area
from dashboard.words.text import t


def take_away(answer: Answer, lang: str) -> None:
    """Source line, downloads of an answer, the link, and what may not be concluded."""
    words = answer.wording(lang)
    st.caption(words.source)
    link = controls.link("connections")
    take.take_away(link, lang, answer_files(answer, link, lang), words.cautions)


def no_places(area: Area, lang: str) -> None:
    """Why there is nothing to show here."""
    st.info(t("ties_choose", lang) if area.level == "land" else t("ties_no_places", lang, name=name(area, lang)))
