"""Profile: an area on one page; first what stands out, how sure that is and why, then all its
figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard.answer import (
    barriers,
    changed,
    conversation,
    does,
    functions,
    hardest,
    here,
    money,
    nation,
    portrait,
    profile,
    profile_sections,
    taking_part,
)
from dashboard.answer.answer import Answer
from dashboard.answer.every_figure import compared, publications, source_lines
from dashboard.answer.profile import Card
from dashboard.answer.profile_sections import Section
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.download.pack import file_name
from dashboard.part import controls, ecosystem_level, every_figure, frame, picture, take
from dashboard.site.talk import sheet
from dashboard.store import Area
from dashboard.words.numbers import credit
from dashboard.words.root import rooted
from dashboard.words.text import t

TITLE, ORDER = "page_profile", 2
ROLE = "role"  # for whom the cards for a conversation are, in the address


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
        if parts := profile.made_of(area, lang):
            st.caption(parts)
    if why := profile.nothing(area, lang):
        st.markdown(why)
    cards = profile.cards(area, lang)
    target = "_blank" if embedded else "_self"
    if embedded:
        st.html(drawn(cards, lang, target))
        if not why:
            st.caption(profile.rule(lang))
        if used := profile.credited(area):
            st.caption(credit(used, lang))
        take.whole(link, lang)
        return
    facts = [c for c in cards if c.sort == "fact"]
    talk = [c for c in cards if c not in facts]
    if facts:
        st.html(drawn(facts, lang, target))
    _hardest(area, lang)
    if not facts:  # then the picture is in the first screen, and what is not known below it
        st.html(drawn(talk[:1], lang, target))
        talk = talk[1:]
    take.shared(link, profile.title(area, lang), lang)
    if not why:
        with st.expander(t("profile_rule_title", lang)):
            st.markdown(profile.rule(lang))
    _taking_part(area, link, lang)
    doing = does.answer(area, lang, controls.phone(), controls.dark())
    _to_take(doing, "download-does", link, lang, does.table, area)
    _places(area, link, lang)
    spent = money.answer(area, lang, controls.phone(), controls.dark())
    _to_take(spent, "download-money", link, lang)
    costs = functions.answer(area, lang, controls.phone(), controls.dark())
    _to_take(costs, "download-functions", link, lang, functions.table, area)
    course = changed.answer(area, lang, controls.phone(), controls.dark())
    _to_take(course, "download-changed", link, lang, profile_sections.change_rows, area)
    _barriers(area, link, lang)
    for section in profile_sections.below_figures(
        area, lang, phone=controls.phone(), dark=controls.dark()
    ):
        _section(section, lang)
    st.html(drawn(talk, lang, target))
    _talk(area, link, lang)
    controls.worksheet_link(lang)
    _every_figure(area, lang)
    _more(profile.map_of(area, lang))
    if not area.is_selection:
        _more((f"/site/{lang}/{area.code}.html", t("profile_static", lang)))
    text = partial(profile.markdown, area, link, lang)
    written = ("profile_cards", file_name("cards", area.code, ".md"), "text/markdown", text)
    answer = profile.answer(area)
    take.take_away(
        link, lang, answer_files(answer, link, lang, [written]), answer.wording(lang).cautions
    )


def _to_take(
    answer: Answer | None,
    key: str,
    link: str,
    lang: str,
    table: Callable[[Area, str], Sequence[dict[str, str]]] | None = None,
    area: Area | None = None,
) -> bool:
    """An answer as a picture to take away (whether there is one), with its `table`, drawn when it is
    opened; `key` tells its download from the others.
    """
    if not answer or not take.pictured(answer, lang):
        return False
    if table and area:
        with st.expander(
            t("as_table", lang), icon=":material/table:", on_change="rerun", key=f"{key}-table"
        ) as asked:
            if asked.open:
                controls.table(table(area, lang), answer.wording(lang).title)
    take.download(t("profile_download", lang), key, answer_files(answer, link, lang), lang)
    return True


def _places(area: Area, link: str, lang: str) -> None:
    """Which places of culture we know here, or that we know none."""
    answer = here.answer(area, lang, controls.phone(), controls.dark())
    if _to_take(answer, "download-here", link, lang, here.table, area):
        return
    if not area.is_country:
        st.header(t("here_none", lang, name=name(area, lang)), anchor=False)
        st.markdown(t("listed_not", lang))
        take.correction(area, lang)


def _barriers(area: Area, link: str, lang: str) -> None:
    """What may make taking part hard, with the table beneath, and what is not measured."""
    answer = barriers.answer(area, lang, controls.phone(), controls.dark())
    wording, rows = answer.wording(lang), barriers.table(area, lang)
    if not take.pictured(answer, lang):
        st.header(wording.title, anchor=False)
        st.markdown(wording.sentence)
    if rows:
        controls.table(rows, wording.title)
        take.download(
            t("profile_download", lang), "download-barriers", answer_files(answer, link, lang), lang
        )


def drawn(cards: Sequence[Card], lang: str, target: str = "_self") -> str:
    """The cards as HTML, the facts apart from the rest; a figure stands with its status."""
    rows = {"facts": "", "talk": ""}
    for c in cards:
        head, figure, small = escape(c.head), "", ""
        if c.sort == "fact":
            head = f'<a href="{escape(rooted(c.link))}" target="{target}">{head}</a>'
            figure = (
                f'<p class="line"><span class="value">{escape(c.value)}</span>'
                f'<span class="badge {c.status}">{t(f"status_{c.status}", lang)}</span></p>'
            )
        if c.small:
            small = f'<p class="note">{escape(c.small)}</p>'
        rows["facts" if c.sort == "fact" else "talk"] += (
            f'<article class="card {c.sort}"><h2>{head}</h2>{figure}<p>{escape(c.text)}</p>{small}</article>'
        )
    return "".join(
        f'<div class="cards {row}">{found}</div>' for row, found in rows.items() if found
    )


def _hardest(area: Area, lang: str) -> None:
    """Where it is hard, as a picture of all areas, a map, and the way to the whole list; of few
    areas all their figures.
    """
    answer = hardest.answer(area, lang, controls.phone(), controls.dark())
    if not answer or not answer.diagram or not answer.map:
        for section in profile_sections.few(area, lang):
            _section(section, lang)
        return
    wording = answer.wording(lang)
    st.header(wording.title, anchor=False)
    st.markdown(wording.sentence)
    picture.show(answer.diagram(), wording.alt, lang)
    if not area.is_country:
        picture.mapped(answer.map, t("hardest_map", lang), wording.key, lang)
    else:
        st.caption(wording.key)
    st.caption(wording.source)
    _more(
        (
            f"/gaps?{urlencode({'area': area.code, 'ask': 'find', 'lang': lang})}",
            t("hardest_more", lang),
        )
    )


def _talk(area: Area, link: str, lang: str) -> None:
    """The cards for a conversation of one role, and their sheet."""
    if area.is_country:
        return
    first, chosen = conversation.ROLES[0], controls.current(ROLE) or st.query_params.get(ROLE, "")
    with st.expander(
        t("talk_open", lang),
        expanded=bool(chosen),
        icon=":material/forum:",
        on_change="rerun",
        key="talk",
    ) as asked:
        if not asked.open:
            return

        def label(role: str) -> str:
            return t(f"talk_role_{role}", lang)

        role = controls.select(
            ROLE, conversation.ROLES, first, t("talk_role", lang), label, lang, segments=True
        )
        st.markdown(t("talk_how", lang))
        cards = [
            Card("question", talk.question, talk.fact, small=talk.source)
            for talk in conversation.talks(area, role, lang)
        ]
        st.html(drawn(cards, lang))
        make = partial(sheet, area, role, link, lang)
        named = file_name("talk", f"{area.code}-{role}", ".html")
        take.buttons([("talk_sheet", named, "text/html", make)], lang, "talk-")


def _every_figure(area: Area, lang: str) -> None:
    """All figures in one table, folded."""
    figures = portrait.figures(area)
    n = len(figures)
    label = t("every_title", lang, count=n, n=n, name=name(area, lang))
    level = ecosystem_level.asked(lang)
    with st.expander(label, expanded=bool(level), icon=":material/table:"):
        every_figure.draw(area, label, level, lang)
        if groups := compared(figures, area, lang):
            st.caption(" ".join(groups))
        credited = source_lines(figures, lang)
        listed = "".join(f"<li>{escape(line)}</li>" for line in credited)
        label = t("every_sources", lang, count=len(credited), n=len(credited))
        st.html(f'<details class="small"><summary>{label}</summary><ul>{listed}</ul></details>')
        if more := publications(figures, area, lang):
            _more(more)


def _taking_part(area: Area, link: str, lang: str) -> None:
    """Who takes part here; where nobody asked, how it stands in the country and what asking would
    need.
    """
    looks = lang, controls.phone(), controls.dark()
    if _to_take(taking_part.answer(area, *looks), "download-part", link, lang):
        return
    title, lead = t("nation_none", lang, name=name(area, lang)), taking_part.not_asked(area, lang)
    if area.is_country:
        title = lead = ""
    take.pictured(nation.answer(*looks), lang, title, lead)
    if not area.is_country and (needed := taking_part.survey(area, lang)):
        with st.container(key="survey"):
            st.subheader(t("asking_title", lang), anchor=False)
            st.markdown(f"{needed} {t('asking_how', lang)}")
            st.markdown(t("asking_in", lang))


FOLDED = ("untold", "noise")  # sorts of what is new that are no news


def _section(s: Section, lang: str) -> None:
    if s.sort:
        folded = s.sort in FOLDED
        with (
            st.container(key=f"revision-{s.sort}"),
            st.expander(s.title) if folded else nullcontext(),
        ):
            if not folded:
                st.subheader(s.title, anchor=False)
            st.caption(s.said)
            _shown(s, lang)
        return
    st.header(s.title, anchor=False)
    if s.said:
        st.markdown(s.said)
    _shown(s, lang)


def _shown(s: Section, lang: str) -> None:
    """What a section shows below its sentence."""
    if s.rows:
        controls.table(s.rows, s.title, s.links)
    if s.picture:
        picture.show(s.picture, f"{s.title}. {s.said}", lang)
        st.html(s.legend)
    if s.source:
        st.caption(s.source)
    if s.more:
        _more(s.more)


def _more(to: tuple[str, str]) -> None:
    """The way to all of it."""
    address, said = to
    st.html(
        f'<p class="small"><a href="{escape(rooted(address))}" target="_self">{escape(said)}</a></p>'
    )


if __name__ == "__main__":
    page()
