"""Reach: what was measured of taking part, what may be estimated, and how well that estimate did in its tests."""

from __future__ import annotations

from html import escape

import streamlit as st
from babel.numbers import format_percent

from dashboard import charts, controls, store
from dashboard.figures import number, shown, source_line
from dashboard.store import Observation
from dashboard.text import t

TITLE, ORDER = "page_reach", 3
LEFT_OUT = "left_out"


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    st.title(t("reach_title", lang), anchor=False)
    st.markdown(t("reach_lead", lang))
    st.header(t("reach_measured", lang), anchor=False)
    st.markdown(t("reach_measured_text", lang))
    _figures("rotterdam_wijkprofiel", store.CITY, lang)
    st.header(t("reach_estimated", lang), anchor=False)
    _estimates(lang)
    st.header(t("reach_national", lang), anchor=False)
    _figures("national_surveys", store.COUNTRY, lang)
    st.header(t("reach_near", lang), anchor=False)
    st.markdown(t("reach_near_text", lang))


def _figures(source: str, area: str, lang: str) -> None:
    """Every indicator of a source for one area, all its periods, with a link to its map or its course."""
    found = [i for i in store.indicators().values() if i.source == source]
    waves = {i.id: {r["period"]: r for r in store.trend(i.id, area)} for i in found}
    periods = sorted({p for w in waves.values() for p in w})
    rows = []
    for i in found:
        cells = []
        for p in periods:
            r = waves[i.id].get(p)
            o = Observation(area, "", r["value"], r["low"], r["high"], r["status"]) if r else None
            cells.append(f"<td>{escape(shown(o, i, lang)) if o else '–'}</td>")
        link = f"/explore?indicator={i.id}" + (f"&level=buurt&area={area}" if area != store.COUNTRY else "")
        link += f"&lang={lang}" if lang != "nl" else ""
        label = escape(i.text("label", lang))
        rows.append(
            f'<tr><th scope="row"><a href="{escape(link)}" target="_self">{label}</a></th>{"".join(cells)}</tr>'
        )
    head = "".join(f'<th scope="col">{escape(p)}</th>' for p in periods)
    top = f'<thead><tr><th scope="col">{t("column_indicator", lang)}</th>{head}</tr></thead>'
    st.html(f'<div class="wide"><table class="portrait">{top}<tbody>{"".join(rows)}</tbody></table></div>')
    st.caption(source_line(found[0], ", ".join(periods), lang))


def _estimates(lang: str) -> None:
    tests = store.validations()
    model = store.model()
    said = ", ".join(store.indicators()[p].text("label", lang) for p in model["predictors"])
    bar = {k: _percent(model[k], lang) for k in ("least_r2", "low", "high", "level")}
    st.markdown(
        t(
            "reach_estimated_text",
            lang,
            predictors=said,
            r2=bar["least_r2"],
            low=bar["low"],
            high=bar["high"],
            level=bar["level"],
        )
    )
    designs = {d: t(f"reach_design_{d}", lang) for d in {v["design"] for v in tests}}
    rows = [
        {
            t("column_indicator", lang): store.indicators()[v["indicator"]].text("label", lang),
            t("reach_column_design", lang): designs[v["design"]],
            t("reach_column_r2", lang): _percent(v["r2"], lang),
            t("reach_column_rmse", lang): number(v["rmse"], 1, lang),
            t("reach_column_bias", lang): number(v["bias"], 1, lang),
            t("reach_column_coverage", lang): _percent(v["coverage"], lang),
            t("reach_column_passed", lang): t("reach_yes" if v["passed"] else "reach_no", lang),
        }
        for v in tests
    ]
    st.table(rows, border="horizontal")
    _calibration(tests, model["level"], lang)


def _calibration(tests: list[dict[str, object]], level: float, lang: str) -> None:
    """One modelled indicator: what was predicted of areas that the model did not see, beside what was measured."""
    names = list(dict.fromkeys(str(v["indicator"]) for v in tests))
    chosen = controls.asked("test", names, names[0], lang, store.indicators()[names[0]].text("label", lang))
    st.session_state["test"] = chosen

    def label(name: str) -> str:
        return store.indicators()[name].text("label", lang)

    st.selectbox(t("reach_look", lang), names, format_func=label, key="test", on_change=controls.keep, args=("test",))
    controls.write(test=chosen if chosen != names[0] else "")
    found = store.folds(chosen, LEFT_OUT)
    points = tuple((f["observed"], f["predicted"], f["low"], f["high"]) for f in found)
    inside = sum(low <= observed <= high for observed, _, low, high in points)
    st.subheader(t("reach_calibration", lang, label=label(chosen)), anchor=False)
    said = t("reach_calibration_text", lang, count=inside, n=inside, all=len(points), level=_percent(level, lang))
    axes = (t("reach_axis_observed", lang), t("reach_axis_predicted", lang))
    st.image(charts.calibration(points, axes, st.context.theme.type == "dark"), width=420, alt=said)
    st.markdown(said)
    if not all(v["passed"] for v in tests if v["indicator"] == chosen):
        st.info(t("reach_failed", lang))
        return
    link = f"/explore?indicator={chosen}&level=buurt&area={store.CITY}" + (f"&lang={lang}" if lang != "nl" else "")
    st.html(f'<p class="small"><a href="{escape(link)}" target="_self">{t("reach_open", lang)}</a></p>')


def _percent(share: float, lang: str) -> str:
    return str(format_percent(share, locale=lang))


if __name__ == "__main__":
    page()
