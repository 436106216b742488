"""Two figures of the same areas against each other."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from dashboard import store
from dashboard.answer import beside
from dashboard.answer.answer import Answer
from dashboard.part import controls, explored, frame, picture, take
from dashboard.store import Area
from dashboard.words.numbers import shown
from dashboard.words.text import t

PAGE, ORDER = "explore", 2


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(period="")
    head = st.container()  # the answer stands above what it was asked with
    with controls.choices():
        first, second, third = st.columns([4, 4, 3], vertical_alignment="bottom")
        with first:
            figure = _indicator("indicator", beside.offered(), beside.FIRST, lang)
        with second:
            against = _indicator("against", beside.others(figure), beside.AGAINST, lang)
        levels = beside.levels(figure, against, area)
        with third if levels[1:] else st.container(key="unseen-level"):  # one is no choice
            level = controls.select(
                "level",
                levels,
                levels[-1] if area.municipality else levels[0],
                t("beside_level", lang),
                lambda x: store.term("area_level", x, lang),
                lang,
                segments=True,
            )
    every = store.indicators()
    both = beside.Both(every[figure], every[against], level, area)
    answer = beside.answer(both, lang, controls.phone(), controls.dark())
    if not answer or not answer.diagram:
        with head:
            st.title(t("explore_beside", lang), anchor=False)
            st.info(t("beside_few", lang, levels=store.term("area_levels", level, lang)))
        return
    wording = answer.wording(lang)
    with head:
        st.title(wording.title, anchor=False)
        st.markdown(wording.sentence)
    picture.show(answer.diagram(), wording.alt, lang, chooses=not st.context.is_embedded)
    st.caption(wording.key)
    if st.context.is_embedded:
        st.caption(wording.source)
        take.whole(controls.link(PAGE), lang)
        return
    _table(both, answer, lang)
    take.end(answer, PAGE, lang)


def _indicator(key: str, offered: list[str], first: str, lang: str) -> str:
    """A choice of one of the indicators."""
    every = store.indicators()
    return controls.select(
        key,
        offered,
        first if first in offered else offered[0],
        t("indicator" if key == "indicator" else "beside_against", lang),
        lambda n: f"{store.term('theme', every[n].theme, lang)}: {every[n].text('label', lang)}",
        lang,
    )


def _table(both: beside.Both, answer: Answer, lang: str) -> None:
    if controls.switch("table", t("table", lang), lang):
        rows = [
            {
                t("column_area", lang): a.name,
                both.figure.text("label", lang): shown(a, both.figure, lang),
                both.against.text("label", lang): shown(b, both.against, lang),
            }
            for a, b in islice(both.every, explored.MOST_ROWS)
        ]
        controls.table(rows, answer.wording(lang).title)
