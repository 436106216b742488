"""My path: choices that stand in no address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.path_words import MODES, by_mode
from dashboard.answer.paths import Step, Stop
from dashboard.answer.view import name
from dashboard.map.camera import height as map_height
from dashboard.map.deck import Waypoint, trail
from dashboard.part import controls, frame
from dashboard.store import Area
from dashboard.words.numbers import about, credit, named, polled
from dashboard.words.text import t

PAGE, ORDER = "connections", 7


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Choices that stand in no address; the map has no background, for its tiles would tell where
    somebody looks.
    """
    left, right = st.columns(2)
    ages, interests = [*store.audiences("age")], [*store.audiences("interest")]
    age = left.selectbox(
        t("ties_age", lang), ages, format_func=lambda a: store.term("age", a, lang), key="mine-age"
    )
    interest = right.selectbox(
        t("ties_interest", lang),
        interests,
        format_func=lambda i: store.term("interest", i, lang),
        key="mine-interest",
    )
    digits = (
        left.text_input(t("ties_start", lang), key="mine-start", max_chars=7)
        .strip()
        .replace(" ", "")[:4]
    )
    mode = right.segmented_control(
        t("ties_by", lang),
        MODES,
        format_func=lambda m: by_mode(m, lang),
        key="mine-mode",
        default=MODES[0],
        required=True,
    )
    start = store.postcode(digits) if digits else area
    if not start:
        st.warning(
            t(
                "ties_start_unknown",
                lang,
                value="".join(c for c in digits if c.isalnum()),
                name=name(area, lang),
            )
        )
        start = area
    st.caption(t("ties_mine_private", lang))
    if not st.context.is_embedded:
        controls.worksheet_link(lang)
    where: dict[str, Any] = {
        "interest": store.term("interest", interest, lang).lower(),
        "age": store.term("age", age, lang).lower(),
    }
    title = t("ties_mine_title", lang, name=name(start, lang), **where)
    st.title(title, anchor=False)
    point = store.centre(start.code)
    if not point or not start.is_part:
        st.info(t("ties_mine_choose", lang))
        return
    steps = paths.steps(start.code, age, interest, mode)
    known = [s for s in steps if s.kind]
    if known:
        forms = [store.term("learning_form", s.form, lang).lower() for s in known]
        sentence = t("ties_mine_sentence", lang, forms=format_list(forms, "standard", lang))
    else:
        sentence = t("ties_mine_none", lang)
    st.markdown(sentence)
    stops = [s.stop for s in steps if s.stop]
    seen = list({s.id: s for step in steps for s in step.seen}.values())
    left, right = st.columns([5, 3], gap="medium")
    with right:
        for step in steps:
            _step(step, stops, (age, interest, start.municipality or ""), lang)
        for form in paths.no_kind(age, interest):
            label = store.term("learning_form", form, lang)
            st.markdown(f"✕ {t('ties_mine_no_kind', lang, form=label)}")
        asked = paths.who_may_know(start.code, mode) if len(known) < len(paths.FORMS) else []
        if asked:
            names = [
                f"{named(s.name, s.kind, lang)}, {about(s.minutes, lang)}{_beyond(s, start, lang)}"
                for s in asked
            ]
            st.markdown(t("ties_mine_ask", lang, names=format_list(names, "or", lang)))
        st.caption(t("ties_who_knows", lang))
        sources = sorted(
            {*paths.sources([*stops, *seen, *asked]), *(s.source for s in known), "pdok_areas"}
        )
        first = (
            [t("not_conclude_polled", lang, days=polled(lang))] if store.POLLED in sources else []
        )
        st.caption(" ".join([*first, t("ties_mine_about", lang), credit(sources, lang)]))
    with left:
        _trail(point, stops, seen, title, sentence, lang)
    _which_kinds(lang)


def _which_kinds(lang: str) -> None:
    """Which kinds of place are for an interest, as a table."""
    interests, ages = store.audiences("interest"), store.audiences("age")
    yes, no = t("reach_yes", lang), "–"
    rows = []
    for kind, seat in store.kinds().items():
        of_ages = [store.term("age", a, lang).lower() for a, kinds in ages.items() if kind in kinds]
        if of_ages and any(kind in kinds for kinds in interests.values()):
            row = {t("csv_kind", lang): store.term("kind", kind, lang)}
            row[t("scheme_learning_form", lang)] = store.term(
                "learning_form", seat["learning_form"], lang
            )
            for i, kinds in interests.items():
                row[store.term("interest", i, lang)] = yes if kind in kinds else no
            rows.append(row | {t("ties_age", lang): format_list(of_ages, "standard", lang)})
    label = t("ties_mine_kinds", lang)
    with st.expander(label, icon=":material/table:"):
        st.markdown(t("ties_mine_kinds_text", lang))
        controls.table(rows, label)


def _beyond(place: Stop, start: Area, lang: str) -> str:
    """In which other municipality it is; blank where in the one of the start."""
    town = place.town(start.municipality or "")
    return f" ({t('ties_mine_beyond', lang, town=town)})" if town else ""


def _step(step: Step, stops: Sequence[Stop], asked: tuple[str, str, str], lang: str) -> None:
    """The nearest place that is known, with its number on the map; then what is known besides, with
    dots there. `asked` is the age, the interest and the municipality that the path starts in.
    """
    form = store.term("learning_form", step.form, lang)
    kind = store.term("kind", step.kind, lang).lower() if step.kind else ""
    if step.stop:
        called, entrance = (
            step.stop.name or t("no_name", lang),
            t(f"step_free_{step.stop.step_free}", lang),
        )
        minutes = about(step.stop.minutes, lang)
        line = t(
            "ties_step", lang, form=form, name=called, kind=kind, minutes=minutes, entrance=entrance
        )
        if town := step.stop.town(asked[2]):
            line += f" {t('ties_mine_border', lang, town=town)}"
        st.markdown(f"{stops.index(step.stop) + 1}. {line}")
    elif step.minutes is not None:
        publisher, minutes = store.sources()[step.source]["publisher"], about(step.minutes, lang)
        line = t("ties_step_told", lang, form=form, kind=kind, minutes=minutes, publisher=publisher)
        st.markdown(f"• {line}")
    else:
        st.markdown(f"✕ {t('ties_mine_missing', lang, form=form)}")
        fitting = [store.term("kind", k, lang).lower() for k in paths.sought(*asked[:2], step.form)]
        kinds = format_list(fitting, "or", lang)
        st.markdown(f"  {t('ties_mine_would', lang, kinds=kinds)}")
    if step.seen:
        names = [f"{s.name or t('no_name', lang)} ({_what(s, lang)})" for s in step.seen]
        st.markdown(f"  ○ {t('ties_mine_seen', lang, names=format_list(names, 'standard', lang))}")


def _what(place: Stop, lang: str) -> str:
    """Its kind, and of a polling place that its name alone tells that."""
    kind = store.term("kind", place.kind, lang).lower()
    return t("ties_was_polled", lang, kind=kind) if place.source == store.POLLED else kind


def _trail(
    point: tuple[float, float],
    stops: Sequence[Stop],
    seen: Sequence[Stop],
    title: str,
    sentence: str,
    lang: str,
) -> None:
    """The path on the outlines around it, all in the page itself: a map file that is asked for
    would tell where.
    """
    line = [Waypoint(*point, "•", t("ties_mine_start", lang))]
    line += [Waypoint(s.lon, s.lat, str(n), s.name) for n, s in enumerate(stops, 1)]
    dots = [Waypoint(s.lon, s.lat, "", s.name or store.term("kind", s.kind, lang)) for s in seen]
    lons, lats = [s.lon for s in [*line, *dots]], [s.lat for s in [*line, *dots]]
    edge = 0.006  # degrees, some 400 metres around
    box = (min(lons) - edge, min(lats) - edge, max(lons) + edge, max(lats) + edge)
    room = controls.room()
    deck = trail(line, dots, store.outlines_within(box), box, room=room, dark=controls.dark())
    alt = t("map_alt", lang, title=title, sentence=sentence)
    st.pydeck_chart(deck, height=map_height(box, room), key="trail", alt=alt)
