"""A list of places of the reader's own: where they are, and what they change before they count."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import own_places as answer
from dashboard.map.camera import height as map_height
from dashboard.map.deck import Waypoint, trail
from dashboard.part import controls, frame, own_places, scenario, take
from dashboard.store import Area
from dashboard.words.text import plain, t

PAGE, ORDER = "what_if", 3
NAMED = 8  # places that the list does not have
MAPPED = 400  # outlines on the map


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """The list and its rows; then what it changes in the chosen municipality, and a switch per kind
    that lets it count.
    """
    st.title(t("places_title", lang), anchor=False)
    if st.context.is_embedded:
        st.info(t("places_not_embedded", lang))
        return
    list_ = own_places.brought(lang)
    if not list_ or not list_.seated:
        return
    town = store.area(area.municipality or "")
    if not town:
        _towns(list_, lang)
        return
    _map(list_, town, lang)
    st.header(t("places_changes", lang, name=town.name), anchor=False)
    st.markdown(t("places_changes_text", lang, name=town.name))
    controls.table(answer.differences(list_, town, lang), t("places_changes", lang, name=town.name))
    st.subheader(t("places_steps", lang), anchor=False)
    controls.table(answer.steps(list_, town, lang), t("places_steps", lang))
    _counts(list_, town, lang)
    _partners(list_, town, lang)
    take.caution_list([t(f"places_not_{n}", lang) for n in "0123"])


def _map(list_: answer.Checked, town: Area, lang: str) -> None:
    """Where the places are in the chosen municipality; without a background, which would tell
    others where somebody looks.
    """
    box = store.bounds(store.area_levels().finest, town.code)
    if not box:
        return
    west, south, east, north = box
    near = [s for s in list_.seated if west <= s.lon <= east and south <= s.lat <= north]
    dots = [Waypoint(s.lon, s.lat, "", s.place.name) for s in near]
    room = controls.room()
    deck = trail([], dots, store.outlines_within(box, MAPPED), box, room=room, dark=controls.dark())
    title = t("places_map", lang, name=town.name)
    inside = sum(s.area.municipality == town.code for s in list_.seated)
    sentence = t("places_map_text", lang, n=inside, name=town.name)
    st.subheader(title, anchor=False)
    alt = t("map_alt", lang, title=title, sentence=sentence)
    st.pydeck_chart(deck, height=map_height(box, room), key="places-map", alt=alt)
    st.caption(sentence)


def _towns(list_: answer.Checked, lang: str) -> None:
    """The municipalities of the list, to choose one of."""
    towns = {s.area.municipality for s in list_.seated}
    st.info(t("places_choose", lang))
    for code in sorted(filter(None, towns)):
        if town := store.area(code):
            st.button(
                town.name,
                key=f"places-town-{code}",
                on_click=controls.choose,
                args=("area", code),
            )


def _counts(list_: answer.Checked, town: Area, lang: str) -> None:
    """A switch per kind that lets the list count in What if, and the way there."""
    st.header(t("places_let_count", lang), anchor=False)
    counts: set[str] = set(st.session_state.get("places-counted", set()))
    for kind in list_.kinds:
        label = store.term("kind", kind, lang)
        known = answer.is_known(town.code, kind)
        key = "places_count_known" if known else "places_count_all"
        on = st.toggle(
            t(key, lang, kind=label, name=town.name),
            value=kind in counts,
            key=f"places-count-{kind}-{st.session_state['places-turn']}",
        )
        missing = [] if known else answer.left_out(list_, town.code, kind)
        if missing:
            names = [*missing[:NAMED], *(["…"] if len(missing) > NAMED else [])]
            text = t("places_missing", lang, name=town.name, names=", ".join(names))
            st.caption(plain(text))
        counts = counts | {kind} if on else counts - {kind}
        if on and st.button(t("places_try", lang, kind=label), key=f"places-try-{kind}"):
            st.session_state["places-counted"] = counts
            scenario.ask("try_out", kind=kind)
    st.session_state["places-counted"] = counts


def _partners(list_: answer.Checked, town: Area, lang: str) -> None:
    """A place of the list in the chosen municipality, to find a partner for."""
    here = [s for s in list_.seated if s.area.municipality == town.code]
    if not here:
        return
    st.header(t("places_partner", lang), anchor=False)
    chosen = st.selectbox(
        t("places_partner_of", lang),
        range(len(here)),
        format_func=lambda n: here[n].place.name,
        key="places-partner",
    )
    if st.button(t("places_partner_find", lang), key="places-partner-find"):
        st.session_state["self"] = here[chosen].stop
        st.session_state["go"] = "connections"
        controls.choose("ask", "partner")
        st.rerun()
