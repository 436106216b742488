"""The home page: the country. A search field, a map, a story in six steps, and a door for each
kind of reader.
"""

from html import escape
from urllib.parse import urlencode

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer import money, story
from dashboard.download.files import answer_files
from dashboard.part import controls, picture, search, take
from dashboard.words.numbers import number
from dashboard.words.root import rooted
from dashboard.words.text import t

TITLE, ORDER = "page_start", 1
DOORS = {  # the page and what is chosen on it
    "door_area": ("profile", {}),
    "door_chart": ("reach", {"ask": "charts"}),
    "door_gaps": ("gaps", {"ask": "begin"}),
}


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.title(t("start_title", lang), anchor=False)
        st.markdown(t("start_lead", lang))
        search.field(lang, "start-search")
        st.caption(t("start_search", lang))
        if not controls.phone():
            _doors(lang)
    with right:
        _country(lang)
    for n, step in enumerate(story.steps(lang, controls.phone(), controls.dark()), 1):
        _step(n, step, lang)
    if controls.phone():  # there the map comes first
        _doors(lang)
    controls.worksheet_link(lang)
    held = {what: number(n, 0, lang) for what, n in store.size().items()}
    below = [
        f"{held[level]} {store.term('area_levels', level, lang)}"
        for level in store.area_levels().below
    ]
    st.caption(
        t(
            "in_this_edition",
            lang,
            areas=format_list(below, "standard", lang),
            indicators=sum(bool(store.levels(i)) for i in store.indicators()),
            places=held["place"],
            sources=len(store.sources()),
        )
    )


def _country(lang: str) -> None:
    """The country on a map, on which a municipality can be chosen: what each spends on culture."""
    answer = money.national(lang, controls.phone(), controls.dark())
    if answer and answer.map:
        wording = answer.wording(lang)
        st.markdown(f"**{t('start_map', lang)}**")
        picture.mapped(answer.map, t("start_map_alt", lang), wording.source, lang, letters=1.6)


def _step(n: int, step: story.Step, lang: str) -> None:
    """A question of the story, its answer as a picture, and the page that says more."""
    st.divider()
    st.markdown(f"**{n}. {t(f'story_{step.name}', lang)}**")
    take.pictured(step.answer, lang)
    with st.container(horizontal=True):
        more = {"lang": lang} if lang != "nl" else {}
        address = f"/{step.page}?{urlencode(step.asked | more)}"
        label = t("story_more", lang, title=t(f"page_{step.page}", lang))
        st.html(
            f'<p class="small"><a href="{escape(rooted(address))}" target="_self">{label}</a></p>'
        )
        files = answer_files(step.answer, controls.link(""), lang)
        take.download(t("download", lang), f"story-{step.name}", files, lang)


def _doors(lang: str) -> None:
    """A way in for each kind of reader."""
    st.subheader(t("start_doors", lang), anchor=False)
    for door, opens in DOORS.items():
        st.button(t(door, lang), key=f"open-{door}", on_click=_open, args=opens, width="stretch")
        st.caption(t(f"{door}_text", lang))


def _open(page: str, params: dict[str, str]) -> None:
    for name, value in params.items():
        controls.choose(name, value)
    st.session_state["go"] = page


if __name__ == "__main__":
    page()
