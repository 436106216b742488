"""One indicator, one level, one area; a map, an area's figures, how the areas are spread, and
downloads.

A page says which indicators there are to choose from; the rest is the same on each.

Where (which area) is a run of the whole page. What (indicator, level, period) is a fragment of it,
so that a switch runs and sends only what changes. What is shown is one `View`; everything below
draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import store
from dashboard.answer.view import View, first_level, name
from dashboard.part import controls, outline, search
from dashboard.part.explored import PARTS, Part, embedded_part, explored
from dashboard.store import Area, Indicator
from dashboard.words.text import t

# the indicators on offer and the one to begin with, after drawing what narrows them
Choice = Callable[[Area, str], tuple[dict[str, Indicator], str]]


def draw(
    page: str,
    choice: Choice,
    lang: str,
    above: Part = lambda _: None,
    below: Callable[[Area, str], None] | None = None,
) -> Area:
    """Draw the controls, what is `above`, the map and all that belongs to it; returns the chosen
    area.

    `below` draws what is of no one indicator, which a switch of indicator leaves alone.
    """
    area = frame(partial(figures, page, choice, above=above), lang)
    if below and not st.context.is_embedded:
        below(area, lang)
    return area


def frame(body: Callable[[Area, Area | None, str], None], lang: str, compared: bool = True) -> Area:
    """Draw the way to the area, then as a fragment what `body` draws of it; returns the chosen
    area.

    Without `compared` no other area can be put beside it.
    """
    area, other = _areas(lang)
    now = store.build()["id"]
    controls.asked("edition", [now], now, lang, now)
    controls.write(
        edition=now,
        area=area.code if not area.is_country else "",
        **{"with": other.code if other else ""},
    )
    if not st.context.is_embedded:
        _where(area, other, compared, lang)
    _part(body, area, other, lang)
    return area


@st.fragment
def _part(
    body: Callable[[Area, Area | None, str], None], area: Area, other: Area | None, lang: str
) -> None:
    with store.pinned(), controls.guarded(lang):
        if (area, other) != _areas(lang):  # chosen on the map or in the card
            st.rerun()
        body(area, other, lang)
    controls.publish()


def _areas(lang: str) -> tuple[Area, Area | None]:
    """The chosen area, and the one beside it."""
    area = store.area(controls.asked("area", None, store.country(), lang, store.country_name(lang)))
    if not area:
        raise store.StoreError("database_unreadable", f"no area {store.country()}")
    other = store.area(controls.asked("with", None, "", lang, ""))
    return area, other if other != area else None


def _where(area: Area, other: Area | None, compared: bool, lang: str) -> None:
    """The way from the country to the area, another area, and one to put beside it."""
    with st.container(horizontal=True, vertical_alignment="center", key="where"):
        controls.breadcrumb(area, lang)
        with st.popover(
            t("other_area", lang), icon=":material/search:", on_change="rerun", key="other-area"
        ) as asked:
            if asked.open:
                if not area.is_selection:  # of which the parts are listed below
                    controls.child(area, lang)
                search.field(lang, "explore-search")
                if not area.is_country:
                    _joined(area, lang)
                outline.upload(lang)
        if not compared:
            return
        with st.popover(
            t("with_area", lang), icon=":material/compare_arrows:", on_change="rerun", key="beside"
        ) as asked:
            if asked.open:
                search.field(lang, "with-search", "with")
        if other:
            st.button(
                t("without_area", lang, name=name(other, lang, alone=True)),
                icon=":material/close:",
                on_click=controls.choose,
                args=("with", ""),
                key="without-area",
            )


def _joined(area: Area, lang: str) -> None:
    """More areas beside the chosen one, as a selection of one's own; and which to take out of it."""
    search.field(lang, "join-search", "join", t("join_area", lang, name=area.name))
    if not area.is_selection:
        return
    codes = area.code.split(store.JOIN)
    for part in store.children(area.code):
        rest = store.JOIN.join(c for c in codes if c != part.code)
        st.button(
            t("leave_area", lang, name=part.name),
            key=f"leave-{part.code}",
            on_click=controls.choose,
            args=("area", rest),
            icon=":material/close:",
            type="tertiary",
        )


def figures(
    page: str,
    choice: Choice,
    area: Area,
    other: Area | None,
    lang: str,
    above: Part = lambda _: None,
    meaning: Part = lambda _: None,
) -> None:
    """The controls, the map and all that belongs to it, in a frame.

    `above` draws what a page says above the map, `meaning` what it says below it.
    """
    if st.context.is_embedded:
        part = controls.asked("show", PARTS, PARTS[0], lang, PARTS[0])
        with st.container(
            key="unseen"
        ):  # what the link asks is checked as always, without the controls
            view = _view(page, choice, area, other, lang)
        embedded_part(view, part)
    else:
        head = st.container()  # the answer stands above what it was asked with
        view = _view(page, choice, area, other, lang)
        above(view)
        explored(view, meaning, head)


def _view(page: str, choice: Choice, area: Area, other: Area | None, lang: str) -> View:
    """What the controls say, which this draws too."""
    every, begin = choice(area, lang)
    first, second, third = st.columns([5, 4, 2], vertical_alignment="bottom")
    indicator = _indicator(every, begin, lang, first)
    levels = store.offered(indicator.id, area)
    level = _level(lang, levels, area, second) if levels else store.levels(indicator.id)[0]
    period = _period(lang, indicator, level, third)
    controls.write(indicator=indicator.id, level=level, period=period)
    return View(lang, indicator, period, level, area, other, page, controls.written("ask")["ask"])


def _indicator(
    every: dict[str, Indicator], first: str, lang: str, slot: st.delta_generator.DeltaGenerator
) -> Indicator:
    chosen = controls.asked("indicator", every, first, lang, every[first].text("label", lang))
    st.session_state["indicator"] = chosen

    def label(i: str) -> str:
        return f"{store.term('theme', every[i].theme, lang)}: {every[i].text('label', lang)}"

    with slot:
        st.selectbox(
            t("indicator", lang),
            list(every),
            format_func=label,
            key="indicator",
            on_change=controls.keep,
            args=("indicator",),
        )
    return every[chosen]


def _level(
    lang: str, levels: list[str], area: Area, slot: st.delta_generator.DeltaGenerator
) -> str:
    first = first_level(area, levels)
    chosen = controls.asked("level", levels, first, lang, store.term("area_levels", first, lang))
    st.session_state["level"] = chosen
    if len(levels) == 1:  # nothing to choose; the title says which it is
        return chosen

    def label(level: str) -> str:
        return store.term("area_level", level, lang)

    with slot:
        st.segmented_control(
            t("level", lang),
            levels,
            format_func=label,
            key="level",
            required=True,
            on_change=controls.keep,
            args=("level",),
        )
    return chosen


def _period(
    lang: str, indicator: Indicator, level: str, slot: st.delta_generator.DeltaGenerator
) -> str:
    periods = store.periods(indicator.id, level)
    chosen = controls.asked("period", periods, periods[0], lang, periods[0])
    st.session_state["period"] = chosen
    if len(periods) == 1:
        return chosen
    with slot:
        st.selectbox(
            t("period", lang), periods, key="period", on_change=controls.keep, args=("period",)
        )
    return chosen
