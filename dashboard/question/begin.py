"""Where an organisation can begin: who you are, where, for whom; a page to print."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import begin
from dashboard.answer.profile import address
from dashboard.part import controls, frame, picture, take
from dashboard.part.marked import who_control
from dashboard.part.ties import no_places
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "gaps", 7


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(indicator="", period="", level="")
    head = st.container()  # the answer stands above what it was asked with
    with controls.choices():
        left, right = st.columns(2)
        with left:
            domain = controls.select(
                "domain",
                store.scheme("domain"),
                begin.OWN,
                t("begin_own", lang),
                lambda d: store.term("domain", d, lang),
                lang,
            )
        with right:
            who = who_control(lang)
    if area.is_country:
        head.title(t("begin_where", lang), anchor=False)
        no_places(area, lang)
        return
    answer = begin.answer(area, who, domain, lang)
    if not answer:
        head.title(t("begin_where", lang), anchor=False)
        st.info(t("begin_none", lang, name=area.name))
        return
    wording, asked = answer.wording(lang), begin.asked_of(area, who)
    head.title(wording.title, anchor=False)
    head.markdown(wording.sentence)
    starts = begin.beginnings(asked, domain)
    for n, (column, b) in enumerate(zip(st.columns(len(starts)), starts, strict=True), 1):
        with column.container(border=True, height="stretch"):
            st.subheader(f"{n}. {b.area.name}", anchor=False)
            st.markdown(begin.why(asked, b, lang))
            st.markdown(f"**{t('begin_visit', lang)}**")
            lines = [begin.who_is_there(s, lang) for s in b.places] or [t("begin_nobody", lang)]
            st.markdown("\n".join(f"- {line}" for line in lines))
            st.markdown(f"[{t('begin_page', lang)}]({address('profile', b.area, lang)})")
    if answer.map:
        picture.mapped(answer.map, wording.alt, wording.key, lang)
    if st.context.is_embedded:
        st.caption(wording.source)
        return
    st.markdown(f"**{t('begin_ask', lang)}**")
    st.markdown("\n".join(f"- {t(f'begin_ask_{n}', lang)}" for n in range(3)))
    take.printed(lang)
    take.end(answer, PAGE, lang)
