"""Where a new place would be best, how sure that is, and who is then still left out."""

from __future__ import annotations

import streamlit as st

from dashboard.answer import best_places, best_places_words, what_if_words
from dashboard.answer.best_places import Best, Search
from dashboard.answer.profile import address
from dashboard.answer.proof import SECONDS, Busy
from dashboard.download.difference import outcome_file
from dashboard.part import controls, frame, own_places, picture, scenario, take
from dashboard.store import Area
from dashboard.words.text import plain, t

PAGE, ORDER = "what_if", 2


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """The best places above what they were asked with; what each adds, and who is left out."""
    town = scenario.town_of(area, lang)
    if not town:
        return
    head = st.empty()  # the quick choice stands there until the proof does
    with controls.choices():
        search = _asked(head, town, lang)
        if not search:
            return
        prove = controls.switch("prove", t("what_if_prove", lang), lang)
    best = best_places.quick(search)
    _head(head, best, town, lang)
    if prove:
        best = _proved(search, lang)
        _head(head, best, town, lang)
    answer = best_places_words.answer(best, lang, controls.phone(), controls.dark())
    wording = answer.wording(lang)
    if answer.map:
        picture.mapped(answer.map, wording.alt.partition("\n")[0], "", lang)
    if st.context.is_embedded:
        st.caption(wording.source)
        return
    if best.spots:
        tried = best.scenario
        asked = {"kind": tried.kind, "who": tried.who, "mode": tried.mode}
        asked |= {"limit": str(tried.minutes), "open": ".".join(s.id for s in tried.opened)}
        if not tried.supplied:
            controls.leads_to(address(PAGE, town, lang, **asked), t("what_if_take_up", lang))
        elif st.button(t("what_if_take_up", lang), key="take-up"):  # a link would lose the list
            scenario.ask("try_out", **asked)
    if best.adds and answer.diagram:
        st.header(t("what_if_curve", lang), anchor=False)
        picture.show(answer.diagram(), wording.alt.rpartition("\n")[2], lang)
        st.caption(wording.key)
    st.header(t("what_if_fair", lang), anchor=False)
    limit = what_if_words.limit_words(search.base, lang)
    st.markdown(t("what_if_fair_text", lang, limit=limit))
    controls.table(best_places_words.fair_table(search, lang), t("what_if_fair", lang))
    take.caution_list(best_places_words.fair_lines(search, lang))
    st.header(t("what_if_assumptions", lang), anchor=False)
    take.caution_list(wording.cautions[1:])
    take.printed(lang)
    more = [outcome_file(best.outcome, answer, lang)]
    take.end(answer, PAGE, lang, more, is_own=bool(search.supplied))


def _head(head: st.delta_generator.DeltaGenerator, best: Best, town: Area, lang: str) -> None:
    """What is chosen, what it brings and how sure it is."""
    sentences = best_places_words.lines(best, town.name, lang)
    with head.container():
        st.title(best_places_words.title(best.search, town.name, lang), anchor=False)
        st.markdown(f"{plain(' '.join(sentences))} **{t('what_if_access', lang)}**")


def _asked(head: st.delta_generator.DeltaGenerator, town: Area, lang: str) -> Search | None:
    """What the controls look for, which this draws too; None for a kind of which nothing can be
    computed.
    """
    first, second, third = st.columns([3, 3, 1], vertical_alignment="bottom")
    listed = own_places.kinds_in(town.code)
    with first:
        kind = scenario.kind_control(town, lang, listed)
    if scenario.cannot(head, town, kind, lang, listed):
        return None
    with second:
        aim = controls.select(
            "aim",
            best_places.AIMS,
            best_places.AIMS[0],
            t("what_if_aim", lang),
            lambda a: best_places_words.aim_words(a, lang),
            lang,
        )
    with third:
        many = controls.select(
            "many", best_places.NUMBERS, best_places.USUAL, t("what_if_many", lang), str, lang
        )
    with st.expander(t("what_if_more", lang)):
        base = scenario.reach_controls(kind, town, lang)
        among = controls.select(
            "among",
            best_places.AMONG,
            best_places.AMONG[0],
            t("what_if_among", lang),
            lambda a: t(f"what_if_among_{a}", lang),
            lang,
        )
    return Search(base, aim, among, int(many))


def _proved(search: Search, lang: str) -> Best:
    """The choice with its proof; the quick one where others are being served."""
    try:
        with st.spinner(t("what_if_proof_wait", lang, seconds=round(SECONDS))):
            return best_places.proved(search)
    except Busy:
        st.info(t("what_if_proof_busy", lang))
        return best_places.quick(search)
