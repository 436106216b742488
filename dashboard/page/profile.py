"""Profile: an area on one page; first what stands out, how sure that is and why, then all its figures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from html import escape

import streamlit as st

from dashboard.answer import profile, profile_sections
from dashboard.answer.profile import Card
from dashboard.answer.profile_sections import Section
from dashboard.download.files import answer_files
from dashboard.download.pack import file_name
from dashboard.part import controls, frame, take
from dashboard.store import Area
from dashboard.words.numbers import credit
from dashboard.words.text import t

TITLE, ORDER = "page_profile", 3


def page() -> None:
    """Draw the page."""
    controls.write(indicator="", period="", level="")
    frame.frame(_profile, st.session_state["lang"], compared=False)


def _profile(area: Area, other: Area | None, lang: str) -> None:
    link, embedded = controls.link("profile"), st.context.is_embedded
    with st.container(key="profile-top", gap="xxsmall"):
        st.title(profile.title(area, lang), anchor=False)
        if said := profile.residents(area, lang):
            st.caption(said)
    if why := profile.nothing(area, lang):
        st.markdown(why)
    st.html(drawn(profile.cards(area, lang), lang, "_blank" if embedded else "_self"))
    if not why:
        st.caption(profile.rule(lang))
    if embedded:
        if used := profile.credited(area):
            st.caption(credit(used, lang))
        take.whole(link, lang)
        return
    _more(profile.map_of(area, lang))
    _more((f"/site/{lang}/{area.code}.html", t("profile_static", lang)))
    controls.worksheet_link(lang)
    text = partial(profile.markdown, area, link, lang)
    cards = ("profile_cards", file_name("cards", area.code, ".md"), "text/markdown", text)
    answer = profile.answer(area)
    take.take_away(link, lang, answer_files(answer, link, lang, [cards]), answer.wording(lang).cautions)
    for section in profile_sections.sections(area, lang, phone=controls.phone(), dark=controls.dark()):
        _section(section)


def drawn(cards: Sequence[Card], lang: str, target: str = "_self") -> str:
    """The cards as HTML, the facts apart from the rest; a figure stands with its status."""
    rows = {"facts": "", "talk": ""}
    for c in cards:
        head, figure, small = escape(c.head), "", ""
        if c.sort == "fact":
            head = f'<a href="{escape(c.link)}" target="{target}">{head}</a>'
            figure = (
                f'<p class="line"><span class="value">{escape(c.value)}</span>'
                f'<span class="badge {c.status}">{t(f"status_{c.status}", lang)}</span></p>'
            )
            small = f'<p class="note">{escape(c.small)}</p>'
        rows["facts" if c.sort == "fact" else "talk"] += (
            f'<article class="card {c.sort}"><h2>{head}</h2>{figure}<p>{escape(c.text)}</p>{small}</article>'
        )
    return "".join(f'<div class="cards {row}">{found}</div>' for row, found in rows.items() if found)


FOLDED = ("untold", "noise")  # sorts of what is new that are no news


def _section(s: Section) -> None:
    if s.sort:
        folded = s.sort in FOLDED
        with st.container(key=f"revision-{s.sort}"), st.expander(s.title) if folded else nullcontext():
            if not folded:
                st.subheader(s.title, anchor=False)
            st.caption(s.said)
            _shown(s)
        return
    st.header(s.title, anchor=False)
    if s.said:
        st.markdown(s.said)
    _shown(s)


def _shown(s: Section) -> None:
    """What a section shows below its sentence."""
    if s.rows:
        controls.table(s.rows, s.title, s.links)
    if s.picture:
        st.image(s.picture, alt=f"{s.title}. {s.said}")
        st.html(s.legend)
    if s.source:
        st.caption(s.source)
    if s.more:
        _more(s.more)


def _more(to: tuple[str, str]) -> None:
    """The way to all of it."""
    address, said = to
    st.html(f'<p class="small"><a href="{escape(address)}" target="_self">{escape(said)}</a></p>')


if __name__ == "__main__":
    page()
