"""What if a place opens, closes or moves: who comes within reach, and who goes out of it."""

from __future__ import annotations

import re
from dataclasses import replace

import streamlit as st

from dashboard import store
from dashboard.address_service import Match, ServiceError, look_up
from dashboard.answer import what_if, what_if_words
from dashboard.answer.spots import buildings, middles
from dashboard.answer.what_if import Scenario
from dashboard.download.difference import outcome_file
from dashboard.part import controls, frame, own_places, picture, scenario, take
from dashboard.store import Area
from dashboard.words.numbers import named
from dashboard.words.text import plain, t

PAGE, ORDER = "what_if", 1
MOST = 100  # characters of an address
LISTED = 25  # neighbourhoods that the page shows
POINT = re.compile(r"\s*(-?\d{1,2}(?:[.,]\d+)?)\s*[,;]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*")


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """The answer above what it was asked with; then the groups, the neighbourhoods, and what may
    not be concluded.
    """
    town = scenario.town_of(area, lang)
    if not town:
        return
    head = st.container()
    tried = _asked(head, town, lang)
    if not tried:
        return
    o = what_if.outcome(tried)
    answer = what_if_words.answer(o, lang, controls.phone(), controls.dark())
    wording = answer.wording(lang)
    head.title(wording.title, anchor=False)
    head.markdown(f"{wording.sentence} **{t('what_if_access', lang)}**")
    if lines := what_if_words.opened_words(tried, lang):
        head.markdown("\n".join(f"- {plain(line)}" for line in lines))
    if answer.map:
        picture.mapped(answer.map, wording.alt.partition("\n")[0], "", lang)
    if st.context.is_embedded:
        st.caption(wording.source)
        return
    st.header(t("what_if_by_group", lang), anchor=False)
    if answer.diagram:
        picture.show(answer.diagram(), wording.alt.rpartition("\n")[2], lang)
    st.caption(f"{wording.key} {t('what_if_groups_text', lang)}")
    controls.table(what_if_words.groups_table(o, lang), t("what_if_by_group", lang))
    st.header(t("what_if_by_area", lang), anchor=False)
    if rows := what_if_words.neighbourhoods(o, lang):
        controls.table(rows[:LISTED], t("what_if_by_area", lang))
        if (more := len(rows) - LISTED) > 0:
            st.caption(t("what_if_by_area_more", lang, count=more, n=more))
    else:
        st.markdown(t("what_if_by_area_none", lang))
    st.header(t("what_if_assumptions", lang), anchor=False)
    take.caution_list(wording.cautions[1:])
    take.printed(lang)
    files = [outcome_file(o, answer, lang)]
    take.end(answer, PAGE, lang, files, is_own=bool(tried.supplied))


def _asked(head: st.delta_generator.DeltaGenerator, town: Area, lang: str) -> Scenario | None:
    """The scenario that the controls say, which this draws too; None for a kind of which nothing
    can be computed.
    """
    with controls.choices():
        first, second, third = st.columns([2, 3, 3], vertical_alignment="bottom")
        listed = own_places.kinds_in(town.code)
        with first:
            kind = scenario.kind_control(town, lang, listed)
        if scenario.cannot(head, town, kind, lang, listed):
            controls.write(open="", close="")
            return None
        with st.expander(t("what_if_more_try", lang)):
            plain_scenario = scenario.reach_controls(kind, town, lang)
            _point(town, lang)
        asked_for = (
            controls.asked(name, what_if.Listed(), "", lang, "") for name in ("open", "close")
        )
        tried, wrong = what_if.asked(plain_scenario, *asked_for)
        with second:
            tried = _opened(tried, lang)
        with third:
            tried = _closed(tried, lang)
    scenario.mistakes(wrong, town, lang)
    return tried


def _opened(tried: Scenario, lang: str) -> Scenario:
    spots = buildings(tried.municipality, tried.kind) | middles(tried.municipality)
    spots |= {s.id: s for s in tried.opened}

    def label(code: str) -> str:
        s = spots[code]
        if s.kind:
            return named(s.name, s.kind, lang)
        return s.name if code.startswith("@") else t("what_if_middle", lang, name=s.name)

    chosen = controls.several(
        "open",
        [*spots],
        [s.id for s in tried.opened],
        t("what_if_open", lang),
        label,
        max_selections=what_if.MOST,
        placeholder=t("what_if_open_none", lang),
    )
    return replace(tried, opened=tuple(spots[c] for c in sorted(chosen)))


def _closed(tried: Scenario, lang: str) -> Scenario:
    places = tried.closable
    if not places and tried.kind not in store.complete():
        st.caption(t("what_if_close_unlisted", lang))
        controls.write(close="")
        return replace(tried, closed=())
    chosen = controls.several(
        "close",
        [*places],
        [*tried.closed],
        t("what_if_close", lang),
        lambda i: places[i].name or t("no_name", lang),
        max_selections=what_if.MOST,
        placeholder=t("what_if_close_none", lang),
    )
    return replace(tried, closed=tuple(sorted(chosen)))


def _point(town: Area, lang: str) -> None:
    """A point of its own, which joins the places that open."""
    st.text_input(
        t("what_if_point", lang),
        key="what-if-point",
        help=t("what_if_point_help", lang),
        on_change=_add_point,
    )
    if text := st.session_state.get("what-if-point-unread", ""):
        st.info(t("what_if_address", lang, value=plain(text)), icon=":material/pin_drop:")
        st.button(t("what_if_address_look_up", lang), key="what-if-look-up", on_click=_look_up)
    if "what-if-match" in st.session_state:
        text, match, trouble = st.session_state.pop("what-if-match")
        _matched(text, match, trouble, lang)


def _add_point() -> None:
    text = st.session_state["what-if-point"]
    match = POINT.fullmatch(text)
    st.session_state["what-if-point-unread"] = "" if match or not text.strip() else text[:MOST]
    if match:
        _open_at(match[1], match[2])


def _open_at(lat: str, lon: str) -> None:
    lat, lon = (part.replace(".", ",") for part in (lat, lon))
    opened = [i for i in controls.current("open").split(".") if i]
    controls.choose("open", ".".join([*opened, f"@{lat};{lon}"]))
    st.session_state["what-if-point"] = ""


def _matched(text: str, match: Match | None, trouble: str, lang: str) -> None:
    """What came of looking an address up."""
    if trouble:
        st.warning(t("places_trouble", lang, reason=plain(trouble)), icon=":material/cloud_off:")
    elif not match:
        st.warning(t("what_if_address_none", lang, value=plain(text)))
    elif match.is_same:
        st.success(t("what_if_address_match", lang, label=plain(match.label)))
    else:
        st.warning(t("what_if_address_other", lang, value=plain(text), label=plain(match.label)))


def _look_up() -> None:
    """Callback: where the address is; a match that is that address joins the places that open."""
    text = st.session_state["what-if-point-unread"]
    try:
        match, trouble = look_up(text), ""
    except ServiceError as e:
        match, trouble = None, str(e)
    st.session_state["what-if-match"] = text, match, trouble
    if match and match.is_same:
        st.session_state["what-if-point-unread"] = ""
        _open_at(f"{match.lat:.6f}", f"{match.lon:.6f}")
