"""What stands in the way of taking part."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.answer import barriers, does, enough, step_free
from dashboard.answer.answer import Answer
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.part import controls, frame, take
from dashboard.part.waves import choice, waves_of
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "reach", 3
THEMES, FIRST = ("wellbeing", "welcome"), "money_worries_share"


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, partial(choice, THEMES, FIRST), lang, below=body)


def body(area: Area, lang: str) -> None:
    """What is of no one indicator, below the map."""
    title = t("reach_in_the_way", lang, name=name(area, lang))
    if take.pictured(barriers.answer(area, lang, controls.phone(), controls.dark()), lang, title):
        controls.table(barriers.table(area, lang), title)
    else:
        st.header(title, anchor=False)
        st.markdown(barriers.unmeasured(area, lang))
    st.header(t("reach_welcome", lang), anchor=False)
    looks = controls.phone(), controls.dark()
    asked = does.rows_of(enough.known(area), area, lang)
    _shown(enough.answer(area, lang, *looks), asked, "download-enough", lang)
    waves_of("barriers", area, lang)
    town = store.area(area.municipality) if area.municipality else None
    if not town:
        st.info(t("reach_complete_country", lang))
        return
    entrances = step_free.answer(town, lang, *looks)
    if not _shown(entrances, step_free.table(town, lang), "download-step-free", lang):
        st.info(t("places_none", lang, name=town.name))


def _shown(answer: Answer | None, rows: list[dict[str, str]], key: str, lang: str) -> bool:
    """An answer with its picture, table and download; whether there is one."""
    if not answer or not take.pictured(answer, lang):
        return False
    controls.table(rows, answer.wording(lang).title)
    files = answer_files(answer, controls.link(PAGE), lang)
    take.download(t("profile_download", lang), key, files, lang)
    return True
