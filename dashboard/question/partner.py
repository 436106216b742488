"""Possible partners of a place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import store
from dashboard.answer import network, partner
from dashboard.answer.connections import LISTED
from dashboard.answer.network import tie_row
from dashboard.answer.partner import suggested_row
from dashboard.answer.pupils import pupil_row
from dashboard.part import controls, frame, take
from dashboard.part.card import completeness
from dashboard.part.ties import no_places
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import plain, t

PAGE, ORDER = "connections", 3


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    here = partner.choices(area.code) if not area.is_country else {}
    if not here:
        st.title(t("ties_partner", lang), anchor=False)
        no_places(area, lang)
        return
    with controls.choices():
        chosen = controls.select(
            "actor", [*here], next(iter(here)), t("ties_actor", lang), here.__getitem__, lang
        )
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
