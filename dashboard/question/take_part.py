"""Who takes part: what was measured, what is known of the country, and our estimates with their
proof.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dashboard import store
from dashboard.answer import groups, nation, surveys
from dashboard.part import controls, frame, picture, take
from dashboard.part.waves import choice, cities, figure_link, waves_of
from dashboard.picture.calibration import calibration
from dashboard.store import Area
from dashboard.words.numbers import number, percent
from dashboard.words.text import t

LEFT_OUT = "left_out"


PAGE, ORDER = "reach", 1
THEMES, FIRST = ("participation", "spending"), "culture_reach_share"


def draw(lang: str) -> None:
    """Draw the question."""
    frame.draw(PAGE, partial(choice, THEMES, FIRST), lang, below=body)


def body(area: Area, lang: str) -> None:
    """What is of no one indicator, below the map."""
    st.header(t("reach_measured", lang), anchor=False)
    waves_of("take_part", area, lang)
    st.header(t("reach_national", lang), anchor=False)
    _national(lang)
    st.header(t("reach_estimated", lang), anchor=False)
    _estimates(lang)


def _national(lang: str) -> None:
    """How the country takes part and who takes part less as pictures; then the newest figure of
    every national survey, for everyone and by age, with what is known of the sample.
    """
    looks = (lang, controls.phone(), controls.dark())
    for answer in (nation.answer(*looks), groups.answer(*looks)):
        take.pictured(answer, lang)
    st.markdown(t("reach_national_text", lang))
    for dimension in ("total", "age"):
        rows = [surveys.row(s, lang) for s in surveys.newest(dimension)]
        with st.expander(t(f"reach_national_{dimension}", lang, n=len(rows))):
            st.table(rows, border="horizontal", height=480)


def _estimates(lang: str) -> None:
    tests = store.validations()
    model = store.model()
    predictors = ", ".join(store.indicators()[p].text("label", lang) for p in model["predictors"])
    bar = {k: percent(model[k], lang) for k in ("least_r2", "low", "high", "level")}
    st.markdown(
        t(
            "reach_estimated_text",
            lang,
            predictors=predictors,
            r2=bar["least_r2"],
            low=bar["low"],
            high=bar["high"],
            level=bar["level"],
        )
    )
    designs = {d: t(f"reach_design_{d}", lang) for d in {v["design"] for v in tests}}
    rows = [
        {
            **_tested(v, designs[v["design"]], lang),
            t("reach_column_r2", lang): percent(v["r2"], lang),
            t("reach_column_passed", lang): t("reach_yes" if v["passed"] else "reach_no", lang),
        }
        for v in tests
    ]
    with st.expander(t("reach_proofs", lang), expanded=bool(controls.current("test"))):
        controls.table(rows, t("reach_estimated", lang))
        _calibration(tests, model["level"], lang)
        _transport(model, lang)


def _tested(v: dict[str, Any], design: str, lang: str) -> dict[str, str]:
    return {
        t("column_indicator", lang): store.indicators()[v["indicator"]].text("label", lang),
        t("reach_column_design", lang): design,
        t("reach_column_rmse", lang): number(v["rmse"], 1, lang),
        t("reach_column_bias", lang): number(v["bias"], 1, lang),
        t("reach_column_coverage", lang): percent(v["coverage"], lang),
    }


def _transport(model: dict[str, Any], lang: str) -> None:
    """Why there is no estimate elsewhere: how often the margins of the same model hold what is
    known there.
    """
    tests = store.transport()
    if not tests:
        return
    city = cities({v["indicator"] for v in store.validations()}, lang)
    coverages = {
        d: [v["coverage"] for v in tests if v["design"] == d]
        for d in ("left_out", "elsewhere", "between")
    }
    ends: dict[str, Any] = {
        f"{prefix}{end}": percent(pick(coverages[design]), lang)
        for prefix, design in (("home_", "left_out"), ("", "elsewhere"), ("between_", "between"))
        for end, pick in (("low", min), ("high", max))
    }
    st.subheader(t("reach_transport", lang, city=city), anchor=False)
    bar: dict[str, Any] = {f"bar_{end}": percent(model[end], lang) for end in ("low", "high")}
    n, level = number(len(coverages["elsewhere"]), 0, lang), percent(model["level"], lang)
    st.markdown(t("reach_transport_text", lang, n=n, city=city, level=level, **ends, **bar))
    rows = [
        {
            **_tested(v, t(f"reach_transport_{v['design']}", lang, city=city), lang),
            t("reach_column_tested", lang): number(v["n"], 0, lang),
            t("reach_column_refused", lang): number(v["refused"], 0, lang),
        }
        for v in tests
    ]
    controls.table(rows, t("reach_transport", lang, city=city))


def _calibration(tests: list[dict[str, object]], level: float, lang: str) -> None:
    """One modelled indicator: what was predicted of areas that the model did not see, beside what
    was measured.
    """
    names = list(dict.fromkeys(str(v["indicator"]) for v in tests))

    def label(name: str) -> str:
        return store.indicators()[name].text("label", lang)

    chosen = controls.select("test", names, names[0], t("reach_look", lang), label, lang)
    folds = store.folds(chosen, LEFT_OUT)
    points = tuple((f["observed"], f["predicted"], f["low"], f["high"]) for f in folds)
    inside = sum(low <= observed <= high for observed, _, low, high in points)
    st.subheader(t("reach_calibration", lang, label=label(chosen)), anchor=False)
    sentence = t(
        "reach_calibration_text",
        lang,
        count=inside,
        n=inside,
        all=len(points),
        level=percent(level, lang),
    )
    axes = (t("reach_axis_observed", lang), t("reach_axis_predicted", lang))
    picture.show(calibration(points, axes, controls.dark()), sentence, lang, 420)
    st.markdown(sentence)
    if not all(v["passed"] for v in tests if v["indicator"] == chosen):
        st.info(t("reach_failed", lang))
        return
    left_out = store.area(folds[0]["area"])
    city = store.area(left_out.municipality or "") if left_out else None
    if city:
        st.markdown(f"{t('reach_open', lang)}: {figure_link(chosen, city, lang)}")
