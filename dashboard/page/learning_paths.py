"""Learning paths: what is near per domain and learning form, where a path breaks off, and a path of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import atlas, controls, diagrams, export, maps, paths, store
from dashboard.card import completeness
from dashboard.figures import about, credit, kind, named, number, polled
from dashboard.pack import Told
from dashboard.paths import FORMS, Path, Stop
from dashboard.store import Area, Indicator
from dashboard.text import t
from dashboard.view import View, name

TITLE, ORDER = "page_learning_paths", 6
QUESTIONS = ("path", "mine")
MODES = ("walk", "bike")
NAMED = 3  # places that a loss can be, by name
LOOK = {paths.NEAR: "full", paths.ABOUT: "striped", paths.FAR: "open", paths.UNKNOWN: "unknown"}


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    if controls.question(lambda q: f"ties_{q}", QUESTIONS, lang) == "path":
        atlas.draw("learning_paths", _completeness, lang, _path)
    else:
        controls.write(indicator="", period="", level="")
        atlas.frame(_mine, lang, compared=False)


def _completeness(area: Area, lang: str) -> tuple[dict[str, Indicator], str]:
    found = {n: i for n, i in store.indicators().items() if i.theme == "paths" and store.levels(n)}
    return found, next(iter(found))


def _path(view: View) -> None:
    """The cells of the chosen area, where its path breaks off, and what hangs on one place."""
    lang, area = view.lang, view.area
    _, age, mode = view.indicator.id.split("_")
    found = paths.path(area.code, age, mode)
    tell = partial(_path_told, view, found)
    told = tell(lang)
    st.header(told.title, anchor=False)
    if not found.known:
        st.info(t("ties_path_none", lang, name=name(area, lang)))
        return
    st.markdown(told.sentence)
    draw = partial(_path_diagram, found, lang)
    st.image(draw(controls.phone(), controls.dark()), alt=told.alt)
    controls.table([_cell(c, lang) for c in found.cells], told.title)

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": area.code,
                "name": area.name,
                "age": age,
                "mode": mode,
                "domain": c.domain,
                "learning_form": c.form,
            }
            | {"state": c.state, "kind": c.kind, "minutes": c.minutes and round(c.minutes, 1)}
            | {"low": c.low and round(c.low, 1), "high": c.high and round(c.high, 1), "places_within_15": c.places}
            | {"status": "missing" if c.minutes is None else "estimated", "period": store.access_period()}
            for c in found.cells
        ]

    _fragile(area, found, lang)
    completeness(area, lang)
    link = controls.origin() + view.link()
    key = ("area", "age", "mode", "domain", "learning_form")
    what, diagram = ("path", age, mode, area.code), partial(draw, False, False)
    files = export.files(what, rows, ["access"], tell, link, lang, key, diagram=diagram)
    atlas.download(t("ties_path_away", lang), "path-away", files, lang)


def _path_told(view: View, found: Path, lang: str) -> Told:
    by = t(f"ties_{found.mode}", lang)
    here, age = name(view.area, lang, "country_name"), store.term("age", found.age, lang)
    title = t("ties_path_head", lang, name=here, age=age, mode=by)
    said = t("ties_path_sentence", lang, known=len(found.known), within=found.within, mode=by)
    sentence = f"{said} {paths.said_broken(found, by, lang)}"
    cautions = (*view.told(lang).cautions, t("not_conclude_access", lang))
    return Told(title, sentence, credit(["access"], lang), cautions, f"{title}. {sentence}")


def _path_diagram(found: Path, lang: str, phone: bool, dark: bool) -> str:
    by = {(c.domain, c.form): c for c in found.cells}
    domains = [d for d in store.scheme("domain") if any(c.domain == d for c in found.cells)]
    boxes = [[_box(by.get((d, f)), lang) for f in FORMS] for d in domains]
    rows = [store.term("domain", d, lang) for d in domains]
    return diagrams.grid(rows, [store.term("learning_form", f, lang) for f in FORMS], boxes, phone, dark)


def _box(cell: paths.Cell | None, lang: str) -> diagrams.Box:
    if cell is None:
        return diagrams.Box("none")
    if cell.minutes is None:
        return diagrams.Box("unknown", "", t("ties_state_unknown", lang))
    return diagrams.Box(LOOK[cell.state], about(cell.minutes, lang), kind(cell.kind, lang))


def _cell(cell: paths.Cell, lang: str) -> dict[str, str]:
    known = cell.minutes is not None
    return {
        t("csv_domain", lang): store.term("domain", cell.domain, lang),
        t("ties_column_form", lang): store.term("learning_form", cell.form, lang),
        t("ties_column_state", lang): t(f"ties_state_{cell.state}", lang),
        t("ties_column_nearest", lang): kind(cell.kind, lang) if known else "–",
        t("ties_column_minutes", lang): about(cell.minutes, lang) if cell.minutes is not None else "–",
        t("ties_column_places", lang): number(cell.places, 0, lang) if known else "–",
    }


def _fragile(area: Area, found: Path, lang: str) -> None:
    """The places that are the only one of their sort near by; of a neighbourhood, where a distance has a meaning."""
    if area.level != "buurt":
        return
    st.subheader(t("ties_fragile", lang), anchor=False)
    lost = paths.fragile(area.code, found)
    if not lost:
        st.markdown(t("ties_fragile_none", lang))
        return
    residents, by = number(area.population or 0, 0, lang), t(f"ties_{found.mode}", lang)
    st.markdown(t("ties_fragile_text", lang, name=area.name, n=residents, mode=by))
    rows = [
        {
            t("ties_column_place", lang): _lost(loss, lang),
            t("csv_domain", lang): store.term("domain", loss.cell.domain, lang),
            t("ties_column_form", lang): store.term("learning_form", loss.cell.form, lang),
            t("ties_column_minutes", lang): about(loss.cell.minutes or 0, lang),
            t("ties_column_next", lang): _next(loss.next_minutes, lang),
        }
        for loss in lost
    ]
    controls.table(rows, t("ties_fragile", lang))


def _lost(loss: paths.Loss, lang: str) -> str:
    """Which place it is, or which it can be."""
    what = kind(loss.cell.kind, lang)
    if not 1 <= len(loss.stops) <= NAMED:
        return t("ties_fragile_unsure", lang, kind=what)
    if len(loss.stops) == 1:
        return named(loss.stops[0].name, loss.cell.kind, lang)
    names = list(dict.fromkeys(s.name or t("no_name", lang) for s in loss.stops))
    return t("ties_fragile_one_of", lang, kind=what, names=format_list(names, "or", lang))


def _next(minutes: float | None, lang: str) -> str:
    """About how far the next one is; where a straight line says too little, that it is beyond a quarter of an hour."""
    if minutes is None:
        return t("ties_next_none", lang)
    return about(minutes, lang) if minutes > paths.WITHIN_MIN else t("ties_next_beyond", lang)


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
        format_func=lambda m: t(f"gaps_{m}", lang),
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
    found = paths.chain(start.code, age, interest, mode)
    stops = [s for s in found.values() if s]
    by = t(f"ties_{mode}", lang)
    if stops:
        first, last = named(stops[0].name, stops[0].kind, lang), named(stops[-1].name, stops[-1].kind, lang)
        sentence = (
            t("ties_mine_sentence", lang, first=first, last=last, mode=by)
            if len(stops) > 1
            else t("ties_mine_one", lang, first=first, mode=by)
        )
    else:
        sentence = t("ties_mine_none", lang)
    st.markdown(sentence)
    left, right = st.columns([5, 3], gap="medium")
    with right:
        number_ = 0
        for form in FORMS:
            stop = found[form]
            label = store.term("learning_form", form, lang)
            if not stop:
                why = "ties_mine_missing" if paths.sought(age, interest, form) else "ties_mine_no_kind"
                st.markdown(f"✕ {t(why, lang, form=label)}")
                continue
            number_ += 1
            said: dict[str, Any] = {
                "name": stop.name or t("no_name", lang),
                "kind": store.term("kind", stop.kind, lang).lower(),  # with what the taxonomy says of a polling place
            }
            if stop.kind in paths.ONLY_MET:
                said["kind"] = t("ties_only_met", lang, kind=said["kind"])
            said |= {"minutes": about(stop.minutes, lang), "entrance": t(f"step_free_{stop.step_free}", lang)}
            st.markdown(f"{number_}. {t('ties_step', lang, form=label, **said)}")
        about_it = t("ties_mine_about", lang, period=store.access_period(), polled=polled(lang))
        st.caption(f"{about_it} {credit([*paths.sources(stops), 'pdok_areas'], lang)}")
    with left:
        _trail(point, stops, title, sentence, lang)


def _trail(point: tuple[float, float], stops: Sequence[Stop], title: str, sentence: str, lang: str) -> None:
    """The path on the outlines around it, all in the page itself: a map file that is asked for would tell where."""
    line = [maps.Stop(*point, "•", t("ties_mine_start", lang))]
    line += [maps.Stop(s.lon, s.lat, str(n), s.name) for n, s in enumerate(stops, 1)]
    lons, lats = [s.lon for s in line], [s.lat for s in line]
    edge = 0.006  # degrees, some 400 metres around
    box = (min(lons) - edge, min(lats) - edge, max(lons) + edge, max(lats) + edge)
    phone = controls.phone()
    deck = maps.trail(line, store.outlines_within(box), box, phone=phone, dark=controls.dark())
    alt = t("map_alt", lang, title=title, sentence=sentence)
    st.pydeck_chart(deck, height=maps.height(box, phone), key="trail", alt=alt)


if __name__ == "__main__":
    page()
