"""More or less taking part than expected, where it was measured."""

from __future__ import annotations

from functools import partial

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer.expected import LEFT_OUT, difference, own_words, side_of
from dashboard.answer.gaps import as_percent, choice_of
from dashboard.answer.view import View
from dashboard.part import controls, frame
from dashboard.part.marked import measured_in
from dashboard.question import need
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import t

MEASURE = "gap"
PAGE, ORDER = "gaps", 3


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang)


def body(area: Area, other: Area | None, lang: str) -> None:
    """More or less than expected where taking part was measured; elsewhere why not, and need beside
    access instead.
    """
    choice = partial(choice_of, MEASURE)
    measured = store.municipalities(choice(area, lang)[1])
    if area.municipality in {m.code for m in measured}:
        frame.figures("gaps", choice, area, other, lang, meaning=_expected)
        return
    measured_in(measured, "gaps_not_measured", area, lang)
    need.body(area, other, lang)


def _expected(view: View) -> None:
    """What was observed beside what was expected: of the chosen area, and of all that are told
    apart from chance.
    """
    lang, level = view.lang, store.model()["level"]
    folds = store.folds(view.indicator.id.removesuffix("_gap") + "_estimate", LEFT_OUT)
    sides = {
        "more": [f for f in folds if side_of(f) == "more"],
        "less": [f for f in folds if side_of(f) == "less"],
    }
    st.header(t("gaps_apart", lang), anchor=False)
    if view.area.level == view.level:
        fold = next((f for f in folds if f["area"] == view.area.code), None)
        st.markdown(
            own_words(fold, lang) if fold else t("gaps_own_none", lang, name=view.area.name)
        )
    outside, n = sum(side_of(f) != "same" for f in folds), sum(map(len, sides.values()))
    every, rest, chance = (
        number(x, 0, lang) for x in (len(folds), len(folds) - n, (1 - level) * len(folds))
    )
    margin = as_percent(level, lang)
    sentence = t(
        "gaps_apart_text", lang, count=outside, n=outside, all=every, chance=chance, margin=margin
    )
    st.markdown(f"{sentence} {t('gaps_apart_left', lang, count=n, n=n, rest=rest)}")
    for side, on_side in sides.items():
        st.subheader(t(f"gaps_apart_{side}", lang, n=len(on_side)), anchor=False)
        if not on_side:
            st.markdown(t("gaps_apart_none", lang))
            continue
        names = format_list([f["name"] for f in on_side], "standard", lang)
        st.markdown(t(f"gaps_apart_{side}_text", lang, names=names))
        rows = [
            {
                t("column_area", lang): f["name"],
                t("gaps_column_observed", lang): as_percent(f["observed"] / 100, lang, 1),
                t("gaps_column_expected", lang): "≈ " + as_percent(f["predicted"] / 100, lang, 1),
                t("gaps_column_difference", lang): t("gaps_margin", lang, **difference(f, lang)),
            }
            for f in sorted(on_side, key=lambda f: -abs(f["observed"] - f["predicted"]))
        ]
        controls.table(rows, t(f"gaps_apart_{side}", lang, n=len(on_side)))
    st.caption(t("gaps_apart_rounded", lang))
