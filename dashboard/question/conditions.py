"""Which areas meet some conditions, up to five."""

from __future__ import annotations

import streamlit as st

from dashboard import store
from dashboard.answer import conditions
from dashboard.answer.conditions import MOST, SIDES, Condition, Known
from dashboard.answer.profile import address
from dashboard.answer.view import scope
from dashboard.part import controls, frame, picture, take
from dashboard.part.marked import draw_marked, embedded, level_control
from dashboard.store import Area
from dashboard.words.numbers import number, shown
from dashboard.words.text import t

PAGE, ORDER = "gaps", 8
LISTED = 25


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(indicator="", period="")
    head = st.container()  # the answer stands above what it was asked with
    with controls.choices():
        asked = _asked(lang)
        level = level_control(area, asked[0].indicator, lang)
    where = scope(area, level)
    answer = conditions.answer(asked, level, where.code, lang)
    wording = answer.wording(lang)
    head.title(wording.title, anchor=False)
    head.markdown(wording.sentence)
    if answer.map:
        draw_marked(area, other, answer, lang)
        picture.legend(answer.map, "", lang)
    if st.context.is_embedded:
        embedded(wording.source, lang)
        return
    met = [r for r in conditions.rows_of(asked, level, where.code) if r.meets == "yes"]
    if met:
        st.subheader(t("conditions_list", lang), anchor=False)
        if len(met) > LISTED:
            n, every = number(LISTED, 0, lang), number(len(met), 0, lang)
            st.markdown(t("conditions_cut", lang, n=n, all=every))
        areas = [a for r in met[:LISTED] if (a := store.area(r.code))]
        rows = []
        for r, a in zip(met, areas, strict=False):
            town = store.area(a.municipality or "") if a.is_part else None
            row = {t("column_area", lang): f"{a.name} ({town.name})" if town else a.name}
            for c, o in zip(asked, r.figures, strict=True):
                i = store.indicators()[c.indicator]
                row[i.text("label", lang)] = shown(o, i, lang)
            rows.append(row)
        links = [address("profile", a, lang) for a in areas]
        controls.table(rows, t("conditions_list", lang), links)
    take.end(answer, PAGE, lang)


def _asked(lang: str) -> tuple[Condition, ...]:
    """The conditions, each a figure, a side and a value; one may be added or taken away."""
    first = conditions.usual()
    text = controls.asked("if", Known(), first, lang, t("conditions_usual", lang))
    asked = conditions.read(text)
    offered = [n for n in store.indicators() if _compared(n)]
    for n, c in enumerate(asked):
        figure, side, value, away = st.columns([6, 3, 3, 1], vertical_alignment="bottom")
        i = store.indicators()[c.indicator]
        chosen = {"what": c.indicator, "side": c.side, "value": c.value}
        for part, now in chosen.items():  # a value given anew undoes what the reader still changes
            if st.session_state.get(f"if-{part}-{n}") != now:
                st.session_state[f"if-{part}-{n}"] = now
        figure.selectbox(
            t("conditions_figure", lang, n=n + 1),
            offered if c.indicator in offered else [c.indicator, *offered],
            format_func=lambda x: store.indicators()[x].text("label", lang),
            key=f"if-what-{n}",
            on_change=_chosen,
            args=(asked, n),
        )
        side.selectbox(
            t("conditions_side", lang),
            SIDES,
            format_func=lambda s: t(f"conditions_side_{s}", lang),
            key=f"if-side-{n}",
            on_change=_changed,
            args=(asked, n),
        )
        value.number_input(
            f"{t('conditions_value', lang)} ({store.term('unit', i.unit, lang)})",
            step=10.0**-i.decimals,
            format=f"%.{i.decimals}f",
            key=f"if-value-{n}",
            on_change=_changed,
            args=(asked, n),
        )
        if len(asked) > 1:
            rest = conditions.written([c for m, c in enumerate(asked) if m != n])
            away.button(
                "",
                icon=":material/close:",
                help=t("conditions_less_one", lang, n=n + 1),
                key=f"if-away-{n}",
                on_click=controls.choose,
                args=("if", rest),
            )
    if len(asked) < MOST:
        new = next((n for n in offered if n not in {c.indicator for c in asked}), offered[0])
        st.button(
            t("conditions_more_one", lang),
            icon=":material/add:",
            key="if-more",
            on_click=controls.choose,
            args=("if", conditions.written([*asked, conditions.first_of(new)])),
        )
    controls.write(**{"if": text if text != first else ""})
    return asked


def _compared(indicator: str) -> bool:
    """Whether areas can be compared by it."""
    return any(level in store.area_levels().below for level in store.levels(indicator))


def _chosen(asked: tuple[Condition, ...], n: int) -> None:
    """Another figure: its value begins anew."""
    every = [*asked]
    every[n] = conditions.first_of(st.session_state[f"if-what-{n}"])
    controls.choose("if", conditions.written(every))


def _changed(asked: tuple[Condition, ...], n: int) -> None:
    every = [*asked]
    side, value = (st.session_state[f"if-{part}-{n}"] for part in ("side", "value"))
    every[n] = Condition(asked[n].indicator, side, round(float(value or 0), 3))
    controls.choose("if", conditions.written(every))
