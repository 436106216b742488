"""Possible partners of a place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import store
from dashboard.answer import network, partner
from dashboard.answer.connections import LISTED
from dashboard.answer.network import tie_row
from dashboard.answer.partner import suggested_row
from dashboard.answer.paths import Stop
from dashboard.answer.pupils import pupil_row
from dashboard.part import controls, frame, take
from dashboard.part.card import completeness
from dashboard.part.ties import no_places
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import plain, t

PAGE, ORDER = "connections", 3
NAME = 80  # characters


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    if "self" in st.session_state:
        _of_oneself(st.session_state["self"], lang)
        return
    here = partner.choices(area.code) if not area.is_country else {}
    if not here:
        st.title(t("ties_partner", lang), anchor=False)
        no_places(area, lang)
        _entry(lang)
        return
    with controls.choices():
        chosen = controls.select(
            "actor", [*here], next(iter(here)), t("ties_actor", lang), here.__getitem__, lang
        )
        _entry(lang)
    ties = store.ties(area.whole or "")
    suggested = partner.suggestions(chosen, ties)
    answer = partner.answer(chosen, here[chosen], suggested, lang)
    wording = answer.wording(lang)
    st.title(plain(wording.title), anchor=False)
    st.markdown(wording.sentence)
    if suggested:
        st.header(t("ties_partner_possible", lang), anchor=False)
        controls.table([suggested_row(s, lang) for s in suggested], wording.title)
        st.caption(wording.key)
    mine = [tie for tie in ties if chosen in (tie["a"], tie["b"])]
    _own_position(chosen, here[chosen], mine, lang)
    take.correction(area, lang, plain(here[chosen]))
    if not suggested:
        return
    completeness(area, lang)
    take.end(answer, PAGE, lang)


def _entry(lang: str) -> None:
    """Who is not in the list enters itself: name, domain and postcode."""
    if st.context.is_embedded:
        return
    state = st.session_state
    domains = [*store.scheme("domain")]
    with st.expander(t("ties_self", lang), icon=":material/person_add:"), st.form("self"):
        st.markdown(t("ties_self_text", lang))
        left, middle, right = st.columns(3)
        left.text_input(t("ties_self_name", lang), key="self-name", max_chars=NAME)
        middle.selectbox(
            t("ties_self_domain", lang),
            domains,
            index=domains.index("leisure") if "leisure" in domains else 0,
            format_func=lambda d: store.term("domain", d, lang),
            key="self-domain",
        )
        right.text_input(t("ties_self_postcode", lang), key="self-postcode", max_chars=7)
        st.form_submit_button(t("ties_self_take", lang), type="primary", on_click=_enter)
    if wrong := state.pop("self-wrong", None):
        reason, value = wrong
        st.error(t(f"ties_self_{reason}", lang, value=plain(value)))


def _enter() -> None:
    """Callback: who enters itself is kept in the session, or what is wrong is."""
    state = st.session_state
    name, postcode = " ".join(state["self-name"].split()), state["self-postcode"].strip()
    digits = postcode.replace(" ", "")[:4]
    if not any(c.isalnum() for c in name):
        state["self-wrong"] = "nameless", name
    elif not (oneself := partner.entered(name, state["self-domain"], digits)):
        state["self-wrong"] = "nowhere", postcode
    else:
        state["self"] = oneself


def _of_oneself(start: Stop, lang: str) -> None:
    """The answer to who entered itself, or brought itself in a list: the same as to a place of our
    sources.
    """
    here = store.area(start.area)
    town = store.area(here.municipality or "") if here else None
    suggested = partner.suggested_to(start, [])
    answer = partner.answer(start.id, start.name, suggested, lang)
    wording = answer.wording(lang)
    st.title(plain(wording.title), anchor=False)
    st.markdown(wording.sentence)
    where = f"{here.name}, {town.name}" if here and town else ""
    if start.kind:
        kind = store.term("kind", start.kind, lang).lower()
        st.info(t("ties_self_listed", lang, kind=kind, name=where))
    else:
        domain = store.term("domain", start.domain, lang).lower()
        st.info(t("ties_self_shown", lang, domain=domain, name=where))
    st.button(
        t("ties_self_forget", lang),
        icon=":material/delete:",
        on_click=lambda: st.session_state.pop("self", None),
        key="forget-self",
    )
    if suggested:
        st.header(t("ties_partner_possible", lang), anchor=False)
        controls.table([suggested_row(s, lang) for s in suggested], wording.title)
        st.caption(wording.key)
    if town:
        completeness(town, lang)
    if suggested:
        take.end(answer, PAGE, lang, is_own=True)


def _own_position(place: str, label: str, mine: Sequence[network.Tie], lang: str) -> None:
    """Where a school's pupils come from, and the other ties of a place, or that none is known and
    how to add one.
    """
    pupils = store.pupils_of(place)
    if pupils:
        head = t("ties_school", lang, name=label)
        st.subheader(plain(head), anchor=False)
        rows = [
            {t("ties_column_postcode", lang): str(r["postcode"])} | pupil_row(r, lang)
            for r in pupils[:LISTED]
        ]
        controls.table(rows, head)
        if len(pupils) > LISTED:
            st.caption(t("ties_school_cut", lang, n=LISTED, all=number(len(pupils), 0, lang)))
    if not mine:
        st.info(t("ties_known_pupils" if pupils else "ties_known_none", lang, name=plain(label)))
        return
    head = t("ties_known", lang, name=label)
    st.subheader(plain(head), anchor=False)
    controls.table([tie_row(tie, lang) for tie in mine], head)
