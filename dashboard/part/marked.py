"""What the questions of Gaps share on the screen: whose need, the level, a map of marks and its
legend.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap
from dashboard.answer.gaps import compared_levels
from dashboard.answer.view import Ground, name
from dashboard.map.paint import marked
from dashboard.part import controls, explored, take, webgl
from dashboard.store import Area
from dashboard.words.text import t


def who_control(lang: str) -> str:
    """Whose need, and why these figures say something of it."""
    groups = [*store.needs()]
    who = controls.select(
        "who", groups, groups[0], t("gaps_who", lang), lambda w: store.term("need", w, lang), lang
    )
    st.caption(store.term_text("need", who, "description", lang))
    return who


def level_control(area: Area, indicator: str, lang: str) -> str:
    """The level to compare."""
    levels, first = compared_levels(area, indicator)
    return controls.select(
        "level",
        levels,
        first,
        t("level", lang),
        lambda x: store.term("area_level", x, lang),
        lang,
        segments=True,
    )


def measured_in(municipalities: list[Area], key: str, area: Area, lang: str) -> None:
    """Why there is nothing to tell here, and where it was measured."""
    where = "_country" if area.is_country else ""
    names = str(format_list([m.name for m in municipalities], locale=lang))
    st.info(t(f"{key}{where}", lang, name=name(area, lang), city=names))
    if not st.context.is_embedded:
        for m in municipalities:
            st.button(m.name, on_click=controls.choose, args=("area", m.code), key=f"to-{m.code}")


def halves() -> Sequence[st.delta_generator.DeltaGenerator]:
    """Where the map goes and where what is beside it: below it in a page elsewhere, which may be
    narrow.
    """
    return (
        [st.container(), st.container()]
        if st.context.is_embedded
        else st.columns([5, 3], gap="medium")
    )


def embedded(source: str, lang: str) -> None:
    """What a map in a page elsewhere ends with: its source, and the way to the whole."""
    st.caption(source)
    take.whole(controls.link("gaps"), lang)


def mapped(answer: Answer) -> MarkedMap:
    """The map of an answer. Raises ValueError for an answer without one."""
    if answer.map is None:
        raise ValueError(f"no map of {answer.id}")
    return answer.map


def draw_marked(area: Area, other: Area | None, answer: Answer, lang: str) -> None:
    """The map of an answer; a click chooses the area."""
    drawn = mapped(answer)
    alt = answer.wording(lang).alt
    if webgl.absent():
        webgl.instead_of_marks(drawn, alt, lang)
        return
    paint = marked(drawn.marks, drawn.colours)
    explored.painted_map(Ground(lang, drawn.level, area, other), paint, alt)
