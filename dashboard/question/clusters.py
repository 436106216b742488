"""Where neighbours are alike."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import clusters
from dashboard.part import controls, frame, picture, take
from dashboard.part.marked import draw_marked, embedded, halves, mapped, measured_in
from dashboard.store import Area
from dashboard.words.numbers import number, source_line
from dashboard.words.text import t

PAGE, ORDER = "gaps", 6


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(indicator="", period="")
    clustered = [n for n in store.indicators() if store.clusters(n)]
    if not clustered:
        st.info(t("gaps_clusters_none", lang))
        return
    head = st.container()  # the answer stands above what it was asked with
    with controls.choices():
        indicator = controls.select(
            "cluster",
            clustered,
            clustered[0],
            t("indicator", lang),
            lambda n: store.indicators()[n].text("label", lang),
            lang,
        )
    i = store.indicators()[indicator]
    measured = store.municipalities(indicator)
    city = next((m for m in measured if m.code == area.municipality), None)
    if not city:
        head.title(i.text("label", lang), anchor=False)
        measured_in(measured, "gaps_clusters_elsewhere", area, lang)
        if st.context.is_embedded:
            embedded(
                source_line(i, store.periods(indicator, store.area_levels().finest)[0], lang), lang
            )
        return
    by = {r["area"]: r for r in store.clusters(indicator)}
    answer = clusters.answer(i, city, lang)
    wording = answer.wording(lang)
    head.title(wording.title, anchor=False)
    head.markdown(wording.sentence)
    left, right = halves()
    with left:
        draw_marked(area, other, answer, lang)
        picture.legend(mapped(answer), t("gaps_clusters_note", lang), lang)
    if st.context.is_embedded:
        embedded(wording.source, lang)
        return
    with right:
        rows = [
            {
                t("column_area", lang): r["name"],
                t("gaps_cluster_head", lang): t(f"gaps_cluster_{r['kind']}", lang),
                t("gaps_column_p", lang): number(r["chance"], 4, lang),
            }
            for r in sorted(by.values(), key=lambda r: (r["kind"], r["name"]))
            if r["apart"]
        ]
        if rows:
            controls.table(rows, wording.title)
    take.end(answer, PAGE, lang)
