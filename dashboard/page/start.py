"""The home page: what this is, a search field, three doors, and what the edition holds."""

import streamlit as st

from dashboard import store
from dashboard.answer import nation
from dashboard.download.files import answer_files
from dashboard.part import controls, take
from dashboard.words.numbers import number
from dashboard.words.text import t

TITLE, ORDER = "page_start", 1
DOORS = {  # the page and what is chosen on it
    "door_area": ("explore", {}),
    "door_chart": ("explore", {"indicator": "spending_culture"}),
    "door_gaps": ("gaps", {"ask": "find", "level": "gemeente"}),
}


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    st.title(t("start_title", lang), anchor=False)
    st.markdown(t("start_lead", lang))
    controls.search(lang, "start-search")
    st.caption(t("start_search", lang))
    _nation(lang)
    for column, (door, opens) in zip(st.columns(3), DOORS.items(), strict=True):
        with column.container(border=True, height="stretch", key=door):
            st.subheader(t(door, lang), anchor=False)
            st.markdown(t(f"{door}_text", lang))
            st.button(
                f"{t('open_door', lang)}: {t(door, lang)}",
                key=f"open-{door}",
                on_click=_open,
                args=opens,
                width="stretch",
            )
    controls.worksheet_link(lang)
    held = {what: number(n, 0, lang) for what, n in store.size().items()}
    st.caption(
        t(
            "in_this_edition",
            lang,
            municipalities=held["gemeente"],
            districts=held["wijk"],
            neighbourhoods=held["buurt"],
            indicators=sum(bool(store.levels(i)) for i in store.indicators()),
            places=held["place"],
            sources=len(store.sources()),
        )
    )


def _nation(lang: str) -> None:
    """How the country takes part: one figure as a title, all of them as a picture to take away."""
    answer = nation.answer(lang, controls.phone(), controls.dark())
    if answer and take.pictured(answer, lang):
        take.download(
            t("download", lang), "nation", answer_files(answer, controls.link("start"), lang), lang
        )


def _open(page: str, params: dict[str, str]) -> None:
    for name, value in params.items():
        controls.choose(name, value)
    st.session_state["go"] = page


if __name__ == "__main__":
    page()
