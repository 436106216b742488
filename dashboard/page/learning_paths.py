"""Learning paths: of which places the nearest is known per domain and learning form, and a path of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.paths import FORMS, Path, Step, Stop
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.map.camera import height as map_height
from dashboard.map.deck import Waypoint, trail
from dashboard.part import controls, frame, take
from dashboard.part.card import completeness
from dashboard.picture.grid import Box, grid
from dashboard.store import Area
from dashboard.words.numbers import about, credit, polled, titled
from dashboard.words.text import t

TITLE, ORDER = "page_learning_paths", 6
QUESTIONS = ("path", "mine")
MODES = ("walk", "bike")
LOOK = {paths.NEAR: "full", paths.ABOUT: "striped", paths.FAR: "open", paths.UNKNOWN: "unknown"}
CAUTIONS = ("not_conclude_access", "not_conclude_area")


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    question = controls.question(lambda q: f"ties_{q}", QUESTIONS, lang)
    controls.write(indicator="", period="", level="")
    frame.frame({"path": _path, "mine": _mine}[question], lang, compared=False)


def _path(area: Area, other: Area | None, lang: str) -> None:
    """The cells of an age group and way of travelling: what is near, what is far, and what is not known."""
    left, right = st.columns([2, 1])
    ages = [*store.audiences("age")]
    with left:
        age = controls.select("age", ages, ages[0], t("ties_age", lang), lambda a: store.term("age", a, lang), lang)
    with right:
        mode = controls.select("mode", MODES, MODES[0], t("ties_by", lang), lambda m: _by(m, lang), lang, segments=True)
    path = paths.path(area.code, age, mode)
    tell = partial(_path_told, path, area)
    told = tell(lang)
    st.title(told.title, anchor=False)
    if not path.known:
        st.info(t("ties_path_none", lang, name=name(area, lang)))
        return
    st.markdown(told.sentence)
    draw = partial(_path_diagram, path, lang)
    st.image(draw(controls.phone(), controls.dark()), alt=told.alt)
    st.caption(told.source)
    if st.context.is_embedded:
        return
    controls.table([_cell(c, lang) for c in path.cells], told.title)
    st.markdown(t("ties_who_knows", lang))

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": area.code, "name": area.name, "age": age, "mode": mode}
            | {"domain": c.domain, "learning_form": c.form, "state": c.state, "kind": c.kind}
            | {n: v and round(v, 1) for n, v in (("minutes", c.minutes), ("low", c.low), ("high", c.high))}
            | {"status": c.status, "period": c.period, "source": c.source}
            for c in path.cells
        ]

    completeness(area, lang)
    key = ("area", "age", "mode", "domain", "learning_form")
    answer = Answer(
        ("path", age, mode, area.code), tell, rows, _sources(path), key, diagram=partial(draw, False, False)
    )
    link = controls.link("learning_paths")
    take.take_away(link, lang, answer_files(answer, link, lang), told.cautions)


def _by(mode: str, lang: str) -> str:
    return t(f"ties_{mode}", lang).capitalize()


def _sources(path: Path) -> list[str]:
    return sorted({c.source for c in path.known})


def _path_told(path: Path, area: Area, lang: str) -> Wording:
    by = t(f"ties_{path.mode}", lang)
    title = t(
        "ties_path_head", lang, name=name(area, lang, "country_name"), age=store.term("age", path.age, lang), mode=by
    )
    title = titled(title, {c.status for c in path.known}, lang)
    sentence = paths.sentence(path, by, lang)
    periods = sorted({c.period for c in path.known})
    source = f"{credit(_sources(path), lang)} {t('ties_path_period', lang, periods=', '.join(periods))}"
    return Wording(title, sentence, source, tuple(t(c, lang) for c in CAUTIONS), f"{title}. {sentence}")


def _path_diagram(path: Path, lang: str, phone: bool, dark: bool) -> str:
    by = {(c.domain, c.form): c for c in path.cells}
    domains = [d for d in store.scheme("domain") if any(c.domain == d for c in path.cells)]
    boxes = [[_box(by.get((d, f)), lang) for f in FORMS] for d in domains]
    rows = [store.term("domain", d, lang) for d in domains]
    return grid(rows, [store.term("learning_form", f, lang) for f in FORMS], boxes, phone, dark)


def _box(cell: paths.Cell | None, lang: str) -> Box:
    if cell is None:
        return Box("none")
    if cell.minutes is None:
        return Box("unknown", "", t("ties_state_unknown", lang))
    return Box(LOOK[cell.state], about(cell.minutes, lang), store.term("kind", cell.kind, lang))


def _cell(cell: paths.Cell, lang: str) -> dict[str, str]:
    known = cell.minutes is not None
    return {
        t("csv_domain", lang): store.term("domain", cell.domain, lang),
        t("ties_column_form", lang): store.term("learning_form", cell.form, lang),
        t("ties_column_state", lang): t(f"ties_state_{cell.state}", lang),
        t("ties_column_nearest", lang): store.term("kind", cell.kind, lang) if known else "–",
        t("ties_column_minutes", lang): about(cell.minutes, lang) if cell.minutes is not None else "–",
        t("column_status", lang): t(f"status_{cell.status}", lang),
        t("column_publisher", lang): store.sources()[cell.source]["publisher"] if known else "–",
        t("column_period", lang): cell.period or "–",
    }


# --- my path


def _mine(area: Area, other: Area | None, lang: str) -> None:
    """Choices that stand in no address; the map has no background, for its tiles would tell where somebody looks."""
    left, right = st.columns(2)
    ages, interests = [*store.audiences("age")], [*store.audiences("interest")]
    age = left.selectbox(t("ties_age", lang), ages, format_func=lambda a: store.term("age", a, lang), key="mine-age")
    interest = right.selectbox(
        t("ties_interest", lang), interests, format_func=lambda i: store.term("interest", i, lang), key="mine-interest"
    )
    digits = left.text_input(t("ties_start", lang), key="mine-start", max_chars=7).strip().replace(" ", "")[:4]
    mode = right.segmented_control(
        t("ties_by", lang),
        MODES,
        format_func=lambda m: _by(m, lang),
        key="mine-mode",
        default=MODES[0],
        required=True,
    )
    start = store.postcode(digits) if digits else area
    if not start:
        st.warning(
            t("ties_start_unknown", lang, value="".join(c for c in digits if c.isalnum()), name=name(area, lang))
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
    if not point or start.level in ("land", "gemeente"):
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
            _step(step, stops, lang)
        st.caption(t("ties_who_knows", lang))
        sources = sorted({*paths.sources([*stops, *seen]), *(s.source for s in known), "pdok_areas"})
        first = [t("not_conclude_polled", lang, days=polled(lang))] if store.POLLED in sources else []
        st.caption(" ".join([*first, t("ties_mine_about", lang), credit(sources, lang)]))
    with left:
        _trail(point, stops, seen, title, sentence, lang)


def _step(step: Step, stops: Sequence[Stop], lang: str) -> None:
    """The nearest place that is known, with its number on the map; then what is known besides, with dots there."""
    form = store.term("learning_form", step.form, lang)
    kind = store.term("kind", step.kind, lang).lower() if step.kind else ""
    if step.stop:
        called, entrance = step.stop.name or t("no_name", lang), t(f"step_free_{step.stop.step_free}", lang)
        minutes = about(step.stop.minutes, lang)
        line = t("ties_step", lang, form=form, name=called, kind=kind, minutes=minutes, entrance=entrance)
        st.markdown(f"{stops.index(step.stop) + 1}. {line}")
    elif step.minutes is not None:
        publisher, minutes = store.sources()[step.source]["publisher"], about(step.minutes, lang)
        line = t("ties_step_told", lang, form=form, kind=kind, minutes=minutes, publisher=publisher)
        st.markdown(f"• {line}")
    else:
        st.markdown(f"✕ {t('ties_mine_missing', lang, form=form)}")
    if step.seen:
        names = [f"{s.name or t('no_name', lang)} ({_what(s, lang)})" for s in step.seen]
        st.markdown(f"  ○ {t('ties_mine_seen', lang, names=format_list(names, 'standard', lang))}")


def _what(place: Stop, lang: str) -> str:
    """Its kind, and of a polling place that its name alone tells that."""
    kind = store.term("kind", place.kind, lang).lower()
    return t("ties_was_polled", lang, kind=kind) if place.source == store.POLLED else kind


def _trail(
    point: tuple[float, float], stops: Sequence[Stop], seen: Sequence[Stop], title: str, sentence: str, lang: str
) -> None:
    """The path on the outlines around it, all in the page itself: a map file that is asked for would tell where."""
    line = [Waypoint(*point, "•", t("ties_mine_start", lang))]
    line += [Waypoint(s.lon, s.lat, str(n), s.name) for n, s in enumerate(stops, 1)]
    dots = [Waypoint(s.lon, s.lat, "", s.name or store.term("kind", s.kind, lang)) for s in seen]
    lons, lats = [s.lon for s in [*line, *dots]], [s.lat for s in [*line, *dots]]
    edge = 0.006  # degrees, some 400 metres around
    box = (min(lons) - edge, min(lats) - edge, max(lons) + edge, max(lats) + edge)
    phone = controls.phone()
    deck = trail(line, dots, store.outlines_within(box), box, phone=phone, dark=controls.dark())
    alt = t("map_alt", lang, title=title, sentence=sentence)
    st.pydeck_chart(deck, height=map_height(box, phone), key="trail", alt=alt)


if __name__ == "__main__":
    page()
