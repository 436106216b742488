"""Who is tied to whom."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest
from itertools import islice
from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer import grants, network, pupils
from dashboard.answer.connections import LISTED, coach_label
from dashboard.answer.network import (
    kind_label,
    kinds_of,
    measured,
    measured_values,
    network_diagram,
    tie_row,
    ties_wording,
)
from dashboard.answer.pupils import pupil_row
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.part import controls, frame, picture, take
from dashboard.part.ties import no_places
from dashboard.part.upload import upload
from dashboard.store import Area
from dashboard.words.numbers import credit, number
from dashboard.words.text import plain, t
from pipelines.methods import networks

PAGE, ORDER = "connections", 4
OFFERED = 1_000


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    st.title(t("ties_network_title", lang, name=name(area, lang)), anchor=False)
    above = st.container()
    supplied = (
        None if st.context.is_embedded else upload(lang)
    )  # first, for what it reads is drawn above it
    with above:
        if by := kinds_of(area) | (supplied.kinds if supplied else {}):
            _one_kind(by, supplied, area, lang)
        elif area.is_country:
            no_places(area, lang)
        else:
            none = "ties_known_pupils" if store.has_pupils(area.code) else "ties_known_none"
            st.info(t(none, lang, name=name(area, lang)))
        if not st.context.is_embedded:
            _pupils(area, lang)
            _coaches(lang)


def _one_kind(
    by: Mapping[str, network.Kind], supplied: network.Own | None, area: Area, lang: str
) -> None:
    """One kind of tie at a time, for kinds are not added up: a sentence, a drawing, a table,
    measures, downloads.
    """
    with controls.choices():
        kind = controls.select(
            "tie",
            [*by],
            next(iter(by)),
            t("ties_kind", lang),
            lambda k: f"{kind_label(k, lang)} ({len(by[k].ties)})",
            lang,
        )
    year, every = "", network.years(by[kind])
    if len(every) > 1 and not kind.startswith(network.OWN):
        with controls.choices("-year"):
            year = controls.select(
                "year",
                ["", *every],
                "",
                t("ties_year", lang),
                lambda y: y or t("ties_every_year", lang),
                lang,
            )
    of_kind = network.in_year(by[kind], year)
    ties, drawn = of_kind.ties, of_kind.graph
    offered = [*islice(drawn, OFFERED)]  # who has most ties
    names = {n: str(drawn.nodes[n]["name"]) for n in offered}
    wording = ties_wording(ties, kind, len(drawn), area, lang)
    st.header(wording.title, anchor=False)
    st.markdown(wording.sentence)
    is_supplied, label = kind.startswith(network.OWN), t("ties_position", lang)
    if is_supplied:  # whoever is in the reader's file is not put in the address
        controls.write(actor="")
        chosen = st.selectbox(label, offered, format_func=names.__getitem__, key="own-actor")
    else:
        with controls.choices("-actor"):
            chosen = controls.select("actor", offered, offered[0], label, names.__getitem__, lang)
    alt = t("ties_drawing_alt", lang, n=min(len(drawn), network.DRAWN))
    svg = network_diagram(drawn, ties, chosen, lang, controls.phone(), controls.dark())
    picture.show(svg, f"{wording.title}. {alt}", lang)
    most = network.DRAWN_PHONE if controls.phone() else network.DRAWN
    if len(drawn) > most:
        st.caption(t("ties_drawing", lang, n=most))
    st.caption(t("ties_drawing_key", lang))
    if st.context.is_embedded:
        return
    place = supplied.place.get(chosen, "") if is_supplied and supplied else ""
    _position(drawn, chosen, names[chosen], place, lang)
    st.subheader(t("ties_table", lang), anchor=False)

    def order(tie: network.Tie) -> tuple[Any, ...]:
        return chosen not in (tie["a"], tie["b"]), -(tie["weight"] or 0), tie["a"], tie["b"]

    controls.table(
        [tie_row(tie, lang, is_supplied) for tie in nsmallest(LISTED, ties, key=order)],
        t("ties_table", lang),
    )
    if len(ties) > LISTED:
        st.caption(t("ties_table_cut", lang, n=LISTED, all=number(len(ties), 0, lang)))
    _measures(drawn, kind, chosen, names[chosen], area, lang, year)
    st.caption(wording.source)
    # the reader's own ties are in no edition, so there is nothing to cite and no address that shows
    # them again
    link = f"{controls.origin()}/connections" if is_supplied else controls.link("connections")
    answer = network.answer(of_kind, kind, chosen, area, lang, year)
    take.take_away(
        "" if is_supplied else link,
        lang,
        answer_files(answer, link, lang, packed=not is_supplied),
        wording.cautions,
    )
    if kind == grants.KIND:
        _grants(area, year, link, lang)


def _grants(area: Area, year: str, link: str, lang: str) -> None:
    """Who has the grants for culture, the small beside the large."""
    answer = grants.answer(area, year, lang, controls.phone(), controls.dark())
    if not answer or not take.pictured(answer, lang):
        return
    controls.table(grants.table(area, year, lang), answer.wording(lang).title)
    files = answer_files(answer, link, lang)
    take.download(t("profile_download", lang), "download-grants", files, lang)


def _position(drawn: Any, chosen: str, label: str, place: str, lang: str) -> None:
    """Neighbours, how many of each domain, and how many hang on this one actor; and which of our
    places it is.
    """
    position = network.position(drawn, chosen)
    count = sorted(position.domains.items(), key=lambda d: (not d[0], -d[1], d[0]))
    domains = [
        f"{store.term('domain', d, lang).lower() if d else t('ties_no_domain', lang)} ({number(n, 0, lang)})"
        for d, n in count
    ]
    values: dict[str, Any] = {"name": plain(label), "n": number(len(position.neighbours), 0, lang)}
    values |= {
        "cut": number(position.cut_off, 0, lang),
        "domains": format_list(domains, "standard", lang),
    }
    st.subheader(t("ties_position_title", lang, name=plain(label)), anchor=False)
    st.markdown(t("ties_position_text", lang, count=len(position.neighbours), **values))
    if place and (ours := store.same_name(label, place[:4])):
        kinds = [store.term("kind", p["kind"], lang).lower() for p in ours]
        st.markdown(t("ties_also_ours", lang, kinds=format_list(kinds, "standard", lang)))


def _measures(
    drawn: Any, kind: str, chosen: str, label: str, area: Area, lang: str, year: str
) -> None:
    """Measures with what chance gives, computed when they are asked for."""
    n = len(drawn)
    if not networks.LEAST <= n <= networks.MOST:
        key = "ties_few" if n < networks.LEAST else "ties_many"
        st.caption(
            t(
                key,
                lang,
                n=number(n, 0, lang),
                least=networks.LEAST,
                most=number(networks.MOST, 0, lang),
            )
        )
        return
    with st.expander(t("ties_measures", lang), on_change="rerun", key="measures") as asked:
        if not asked.open:
            return
        with st.spinner(t("ties_measuring", lang), show_time=True):
            measures = (
                networks.measured(drawn, chosen)
                if kind.startswith(network.OWN)
                else measured(area, kind, chosen, year)
            )
        st.caption(t("ties_chance_text", lang, n=networks.NULLS))
        if any(m.estimated for m in measures):
            st.caption(
                t("ties_estimated", lang, n=networks.SOURCES, most=number(networks.EXACT, 0, lang))
            )
        rows = [
            {
                t("ties_measure", lang): t(f"ties_m_{m.name}", lang, name=label),
                t("column_value", lang): ("≈ " if m.estimated else "") + number(m.value, 2, lang),
                t("ties_by_chance", lang): t(
                    "ties_range" if m.draws >= networks.NULLS else "ties_range_few",
                    lang,
                    low=number(m.low, 2, lang),
                    high=number(m.high, 2, lang),
                    n=number(m.draws, 0, lang),
                ),
                t("column_meaning", lang): t(
                    f"ties_m_{m.name}_text", lang, **measured_values(m, lang)
                ),
            }
            for m in measures
        ]
        controls.table(rows, t("ties_measures", lang))


def _pupils(area: Area, lang: str) -> None:
    """Where the children of an area go to school, masked numbers as lowest and highest."""
    flows = store.pupils(area.code) if not area.is_country else []
    if not flows:
        return
    answer = pupils.answer(area, flows)
    wording = answer.wording(lang)
    st.header(wording.title, anchor=False)
    st.markdown(wording.sentence)
    rows = [
        {
            t("ties_column_to", lang): str(r["name"]),
            t("column_area", lang): str(r["place"] or "–"),
            **pupil_row(r, lang),
        }
        for r in flows[:LISTED]
    ]
    controls.table(rows, wording.title)
    if len(flows) > LISTED:
        st.caption(t("ties_table_cut", lang, n=LISTED, all=number(len(flows), 0, lang)))
    st.caption(wording.source)
    files = answer_files(answer, controls.link("connections"), lang)
    take.download(t("ties_pupils_away", lang), "pupils-away", files, lang)


def _coaches(lang: str) -> None:
    with st.expander(t("ties_coaches", lang)):
        st.markdown(t("ties_coaches_text", lang))
        rows = [
            {
                t("ties_column_link", lang): coach_label(c, lang),
                t("column_value", lang): f"{number(c['weight'], 0, lang)} %",
                t("column_period", lang): c["period"],
            }
            for c in store.coaches()
        ]
        controls.table(rows, t("ties_coaches", lang))
        st.caption(credit(sorted({c["source"] for c in store.coaches()}), lang))
