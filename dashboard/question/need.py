"""Need beside distance on one map."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import islice
from typing import Any

import streamlit as st

from dashboard import store
from dashboard.answer import need
from dashboard.answer.gaps import unknown_distance
from dashboard.answer.need import Pair, axes, bounded, steps, uneven
from dashboard.answer.view import scope
from dashboard.part import controls, explored, frame, picture, take
from dashboard.part.marked import (
    draw_marked,
    embedded,
    halves,
    level_control,
    mapped,
    who_control,
)
from dashboard.picture import scales
from dashboard.picture.scatter import MOST, Axes, Dot, beyond, scatter
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import number, shown
from dashboard.words.text import t

PAGE, ORDER = "gaps", 1


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(indicator="", period="")
    head = st.container()  # the answer stands above what it was asked with
    with controls.choices():
        left, middle, right = st.columns(3)
        with left:
            who = who_control(lang)
        with middle:
            names = store.needs()[who]
            chosen = controls.select(
                "need",
                names,
                names[0],
                t("gaps_need_axis", lang),
                lambda n: store.indicators()[n].text("label", lang),
                lang,
            )
        with right:
            level = level_control(area, chosen, lang)
    pair = Pair(chosen, str(store.groups()[who]["distance"]), level, scope(area, level).code)
    label, far = axes(pair, lang)
    answer = need.answer(pair, lang)
    wording, area_map = answer.wording(lang), mapped(answer)
    with head:
        st.title(wording.title, anchor=False)
        st.markdown(wording.sentence)
    st.caption(t("gaps_worst_need", lang))
    left, right = halves()
    with left:
        note = t(
            "gaps_need_note" if pair.far else "gaps_need_note_alone",
            lang,
            levels=store.term("area_levels", level, lang),
        )
        draw_marked(area, other, answer, lang)
        picture.legend(area_map, " ".join([note, *uneven(pair, lang)]), lang, swatches=not pair.far)
    with right:
        if pair.far:
            _grid(Counter(area_map.marks), bounded(pair, lang), lang)
            if not st.context.is_embedded:
                _scatter(pair, area, label, far, lang)
        else:
            st.info(unknown_distance(pair.distance, lang))
    if st.context.is_embedded:
        embedded(wording.source, lang)
        return
    _table_of_pairs(pair, label, far, lang)
    take.end(answer, PAGE, lang)


def _grid(counts: Counter[str], steps: tuple[list[str], list[str]], lang: str) -> None:
    """The legend of two axes as a table with the number of areas in each colour."""
    head = "".join(f'<th scope="col">{escape(step)}</th>' for step in steps[1])
    rows = ""
    for third in (2, 1, 0):
        cells = "".join(
            f'<td style="background:{colour};color:{scales.ink_on(colour)}">{number(counts[str(n)], 0, lang)}</td>'
            for n, colour in [*enumerate(scales.BIVARIATE)][3 * third : 3 * third + 3]
        )
        rows += f'<tr><th scope="row">{escape(steps[0][third])}</th>{cells}</tr>'
    st.html(
        f'<table class="grid"><caption>{t("gaps_grid", lang)}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _scatter(pair: Pair, area: Area, label: str, far: str, lang: str) -> None:
    """Each area as a point that can be chosen; a great many as how many there are in each cell."""
    rows = [r for r in pair.rows() if None not in (r["need"], r["place_distance"])]
    if not rows:
        return
    indicators = store.indicators()
    need, distance = indicators[pair.need], indicators[pair.distance]

    def dot(r: dict[str, Any]) -> Dot:
        one, other = (
            shown(Observation("", "", value, None, None, status), i, lang)
            for value, status, i in (
                (r["need"], r["status"], need),
                (r["place_distance"], r["place_distance_status"], distance),
            )
        )
        caption = f"{r['name']}: {label} {one}; {far} {other}"
        colour = scales.BIVARIATE[3 * r["need_third"] + r["place_distance_third"]]
        return Dot(r["place_distance"], r["need"], caption, r["code"], "", colour=colour)

    levels = store.term("area_levels", pair.level, lang)
    axes = Axes(far, label, levels)
    drawn = scatter(
        [dot(r) for r in rows], area.code, axes, lang, controls.phone(), controls.dark()
    )
    picture.show(drawn, t("gaps_scatter_alt", lang, label=label, far=far), lang, chooses=True)
    key = "scatter_key_cells" if len(rows) > MOST else "scatter_key"
    edge = len(rows) <= MOST and any(
        beyond([r[k] for r in rows]) for k in ("need", "place_distance")
    )
    out = [t("beside_key_edge", lang)] if edge else []
    st.caption(" ".join([t(key, lang, levels=levels), *out]))


def _table_of_pairs(pair: Pair, label: str, far: str, lang: str) -> None:
    if controls.switch("table", t("table", lang), lang):
        need, distance = (store.indicators()[name] for name in (pair.need, pair.distance))
        needs, distances = steps(lang)

        def figure(value: float | None, status: str, i: Indicator) -> str:
            return shown(Observation("", "", value, None, None, status), i, lang)

        rows = [
            {
                t("column_area", lang): r["name"],
                label: figure(r["need"], r["status"], need),
                far: figure(r["place_distance"], r["place_distance_status"], distance),
                t("gaps_column_need", lang): "–"
                if r["need_third"] is None
                else needs[r["need_third"]],
                t("gaps_column_distance", lang): "–"
                if r["place_distance_third"] is None
                else distances[r["place_distance_third"]],
            }
            for r in islice(pair.rows(), explored.MOST_ROWS)
        ]
        controls.table(rows, t("table", lang))
