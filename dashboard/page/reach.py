"""Reach: who takes part, who can get there, and what stands in the way; three questions that are never mixed up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import streamlit as st
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from dashboard import store
from dashboard.answer.paths import METRES_PER_MIN
from dashboard.answer.view import View, name
from dashboard.part import controls, frame
from dashboard.part.card import completeness
from dashboard.picture.calibration import calibration
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import around, between, change, changes_said, number, shown, source_line
from dashboard.words.text import t

TITLE, ORDER = "page_reach", 4
LEFT_OUT = "left_out"
QUESTIONS = {
    "take_part": ("participation", "spending"),
    "get_there": ("access",),
    "barriers": ("wellbeing", "welcome"),
}
FIRST = {
    "take_part": "culture_reach_share",
    "get_there": "distance_library_km",
    "barriers": "money_worries_share",
}
NARROW = {"domain": "domain", "form": "learning_form", "eco": "level"}  # the name in the address, and the scheme
SURVEYED = {"take_part": "participation", "barriers": "welcome"}  # by question the theme that cities ask about
BARRIERS = ("money_worries_share", "physical_limitation_share", "lonely_share", "distance_library_km")


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    question = controls.question(lambda q: f"reach_{q}", [*QUESTIONS], lang)
    area = frame.draw("reach", partial(_choice, question), lang)
    if not st.context.is_embedded:
        {"take_part": _taking_part, "get_there": _getting_there, "barriers": _barriers}[question](area, lang)


def _choice(question: str, area: Area, lang: str) -> tuple[dict[str, Indicator], str]:
    """The indicators of a question, by domain, learning form and ecosystem level."""
    found = {n: i for n, i in store.indicators().items() if i.theme in QUESTIONS[question] and store.levels(n)}
    wanted = {}
    with st.expander(t("reach_narrow", lang), icon=":material/filter_list:"):
        for column, (key, scheme) in zip(st.columns(len(NARROW)), NARROW.items(), strict=True):
            used = {getattr(i, scheme) for i in found.values()}

            def label(term: str, scheme: str = scheme) -> str:
                return store.term(scheme, term, lang) if term else t("reach_all", lang)

            terms = ["", *(n for s, n in store.terms() if s == scheme and n in used)]
            with column:
                chosen = controls.select(key, terms, "", t(f"scheme_{scheme}", lang), label, lang)
            if chosen:
                wanted[scheme] = chosen
    narrowed = {n: i for n, i in found.items() if all(getattr(i, s) == v for s, v in wanted.items())}
    if not narrowed:
        st.info(t("reach_narrow_none", lang))
        narrowed = found
    offered = [n for n in narrowed if store.offered(n, area)]
    first = FIRST[question] if FIRST[question] in narrowed else next(iter(narrowed))
    return narrowed, first if first in offered or area.level == "land" or not offered else offered[0]


def _link(indicator: str, area: Area, lang: str, question: str = "") -> str:
    """A Markdown link to a figure on this page."""
    i = store.indicators()[indicator]
    levels = store.offered(indicator, area) or store.levels(indicator)
    view = View(lang, i, store.periods(indicator, levels[-1])[0], levels[-1], area, page="reach")
    return f"[{i.text('label', lang)}]({view.link(ask=question)})"


# --- taking part


def _taking_part(area: Area, lang: str) -> None:
    st.header(t("reach_measured", lang), anchor=False)
    _waves("take_part", area, lang)
    st.header(t("reach_national", lang), anchor=False)
    st.markdown(t("reach_national_text", lang))
    _national(lang)
    st.header(t("reach_estimated", lang), anchor=False)
    _estimates(lang)


def _waves(question: str, area: Area, lang: str) -> None:
    """What was measured here in some waves, and whether the difference is told apart from noise."""
    surveyed = store.surveyed(SURVEYED[question])
    waves = {i: {r["period"]: r for r in store.trend(i, area.code)} for i in surveyed}
    periods = sorted({p for w in waves.values() for p in w})
    if not periods:
        st.info(t("reach_not_measured", lang, name=name(area, lang), city=_cities(surveyed, lang)))
        return
    asked = [store.indicators()[i] for i in surveyed if waves[i]]
    st.markdown(t("reach_measured_text", lang))
    changes = {i: c for i, c in store.changes(area.code).items() if i in waves}
    rows = []
    for i in asked:
        row = {t("column_indicator", lang): _link(i.id, area, lang, question)}
        for p in periods:
            r = waves[i.id].get(p)
            o = Observation(area.code, "", r["value"], r["low"], r["high"], r["status"]) if r else None
            row[p] = shown(o, i, lang) if o else "–"
        if changes:
            row[t("reach_column_change", lang)] = change(i, changes.get(i.id), lang)
        rows.append(row)
    st.table(rows, border="horizontal")
    if changes:
        st.caption(changes_said(asked, area, lang))
    for source in dict.fromkeys(i.source for i in asked):
        of_source = [i for i in asked if i.source == source]
        years = sorted({p for i in of_source for p in waves[i.id]})
        st.caption(source_line(of_source[0], ", ".join(years), lang))
        _unmatched(of_source, lang)


def _cities(indicators: Iterable[str], lang: str) -> str:
    """The municipalities of which a district or neighbourhood has a figure, the largest first."""
    towns = {m.code: m for i in indicators for m in store.municipalities(i)}.values()
    return str(format_list([m.name for m in sorted(towns, key=lambda m: -(m.population or 0))], locale=lang))


def _unmatched(found: list[Indicator], lang: str) -> None:
    """The districts of a survey that are not one neighbourhood of CBS: told by name, never drawn."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    of = {i.id: i for i in found}
    for s in store.surveys(found[0].source):
        if s["indicator_text"] not in of:
            continue
        i = of[s["indicator_text"]]
        row = rows.setdefault((s["subgroup"], i.id), {})
        row[t("level_wijk", lang).capitalize()] = s["subgroup"]
        row[t("column_indicator", lang)] = i.text("label", lang)
        row[s["period"]] = f"{number(s['value'], i.decimals, lang)} %"
    if rows:
        n = len({place for place, _ in rows})
        with st.expander(t("reach_unmatched", lang, count=n, n=n)):
            st.markdown(t("reach_unmatched_text", lang))
            st.table(
                [dict(sorted(r.items(), key=lambda x: x[0].isdigit())) for r in rows.values()], border="horizontal"
            )


def _national(lang: str) -> None:
    """The newest figure of every national survey, for everyone and by age, with what is known of the sample."""
    newest: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for s in store.surveys():
        key = (s["indicator_text"], s["discipline"], s["mode"], s["subgroup"])
        if key not in newest or s["period"] > newest[key]["period"]:
            newest[key] = s
    for dimension in ("total", "age"):
        rows = [
            {
                t("column_indicator", lang): s["indicator_text"],
                t("column_group", lang): " · ".join(
                    str(x) for x in (s["discipline"], s["subgroup"], s["population"]) if x and x != "total"
                ),
                t("column_period", lang): s["period"],
                t("column_value", lang): f"{format_decimal(s['value'], locale=lang)} {s['unit']}",
                t("reach_column_sample", lang): t("reach_no_sample", lang)
                if s["sample"] in ("", "not stated")
                else s["sample"],
                t("column_source", lang): f"[{s['publication']}]({s['url']})" if s["url"] else s["publication"],
            }
            for s in newest.values()
            if s["dimension"] == dimension and s["unit"] == "%"
        ]
        with st.expander(t(f"reach_national_{dimension}", lang, n=len(rows))):
            st.table(rows, border="horizontal", height=480)


# --- getting there


def _getting_there(area: Area, lang: str) -> None:
    here = name(area, lang)
    st.header(t("reach_within", lang, name=here), anchor=False)
    nearest = store.near(area.code)
    if not nearest:
        st.info(t("reach_within_none", lang, name=here))
    else:
        st.markdown(t("reach_within_text", lang))
        controls.table([_reach_row(k, r, lang) for k, r in nearest.items()], t("reach_within", lang, name=here))
    if classes := store.detours():
        shares = [_percent(share([c["coverage"] for c in classes]), lang) for share in (min, max)]
        areas = number(sum(c["areas"] for c in classes), 0, lang)
        st.caption(t("reach_detour", lang, low=shares[0], high=shares[1], n=areas, classes=len(classes)))
    completeness(area, lang)
    st.header(t("reach_beside", lang, name=here), anchor=False)
    _beside(area, lang)


def _reach_row(kind: str, r: dict[str, Any], lang: str) -> dict[str, str]:
    margin = "–"
    if r["low"] is not None:
        margin = between(r["low"] / 1_000, r["high"] / 1_000, 1, lang)
    walk, bike = (around(r["metres"] / METRES_PER_MIN[mode], lang) for mode in ("walk", "bike"))
    return {
        t("reach_column_places", lang): store.term("kind", kind, lang),
        t("reach_column_km", lang): number(r["metres"] / 1_000, 1, lang),
        t("reach_column_margin", lang): margin,
        t("reach_column_walk", lang): walk,
        t("reach_column_bike", lang): bike,
        t("column_status", lang): t(f"status_{r['status']}", lang),
        t("column_publisher", lang): store.sources()[r["source"]]["publisher"],
        t("column_period", lang): r["period"],
    }


def _beside(area: Area, lang: str) -> None:
    """What residents do beside what is within reach, per learning form, without a word of cause."""
    figures = {r["id"]: r for r in store.portrait(area.code) if r["value"] is not None}
    near, seat = store.near(area.code), store.kinds()
    rows = []
    for form in [n for scheme, n in store.terms() if scheme == "learning_form"]:
        does = []
        for i in store.indicators().values():
            if i.learning_form == form and i.theme == "participation" and i.id in figures:
                r = figures[i.id]
                o = Observation(area.code, "", r["value"], r["low"], r["high"], r["status"])
                does.append(f"{i.text('label', lang)}: {shown(o, i, lang)} ({r['period']})")
        reach = [
            t("reach_near_cell", lang, kind=store.term("kind", k, lang), km=number(r["metres"] / 1_000, 1, lang))
            for k, r in near.items()
            if seat[k]["learning_form"] == form
        ]
        rows.append(
            {
                t("scheme_learning_form", lang): store.term("learning_form", form, lang),
                t("reach_column_does", lang): "; ".join(does) or t("reach_unknown", lang),
                t("reach_column_near", lang): "; ".join(reach) or t("reach_unknown", lang),
            }
        )
    st.markdown(t("reach_beside_text", lang))
    controls.table(rows, t("reach_beside", lang, name=name(area, lang)))


# --- barriers


def _barriers(area: Area, lang: str) -> None:
    here = name(area, lang)
    st.header(t("reach_in_the_way", lang, name=here), anchor=False)
    figures = {r["id"]: r for r in store.portrait(area.code)}
    rows = []
    for i in (store.indicators()[b] for b in BARRIERS):
        r = figures.get(i.id)
        o = Observation(area.code, "", r["value"], r["low"], r["high"], r["status"]) if r else None
        rows.append(
            {
                t("column_indicator", lang): i.text("label", lang),
                t("column_value", lang): shown(o, i, lang) if o else t("status_missing", lang),
                t("column_period", lang): r["period"] if r else "–",
                t("column_publisher", lang): store.sources()[i.source]["publisher"],
            }
        )
    controls.table(rows, t("reach_in_the_way", lang, name=here))
    st.header(t("reach_welcome", lang), anchor=False)
    _waves("barriers", area, lang)
    town = store.area(area.municipality) if area.municipality else None
    if not town:
        st.info(t("reach_complete_country", lang))
        return
    st.header(t("reach_step_free", lang, name=town.name), anchor=False)
    found = store.step_free(town.code)
    if not found:
        st.info(t("places_none", lang, name=town.name))
        return
    total, known = sum(r["places"] for r in found), sum(r["yes"] + r["no"] for r in found)
    st.markdown(t("reach_step_free_text", lang, known=_percent(known / total, lang), n=number(total, 0, lang)))
    controls.table(
        [
            {
                t("scheme_domain", lang): store.term("domain", r["domain"], lang),
                **{t(f"reach_step_{k}", lang): number(r[k], 0, lang) for k in ("yes", "no", "unknown")},
            }
            for r in found
        ],
        t("reach_step_free", lang, name=town.name),
    )


# --- how good the estimates are


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
            **_tested(v, designs[v["design"]], lang),
            t("reach_column_r2", lang): _percent(v["r2"], lang),
            t("reach_column_passed", lang): t("reach_yes" if v["passed"] else "reach_no", lang),
        }
        for v in tests
    ]
    controls.table(rows, t("reach_estimated", lang))
    _calibration(tests, model["level"], lang)
    _transport(model, lang)


def _tested(v: dict[str, Any], design: str, lang: str) -> dict[str, str]:
    return {
        t("column_indicator", lang): store.indicators()[v["indicator"]].text("label", lang),
        t("reach_column_design", lang): design,
        t("reach_column_rmse", lang): number(v["rmse"], 1, lang),
        t("reach_column_bias", lang): number(v["bias"], 1, lang),
        t("reach_column_coverage", lang): _percent(v["coverage"], lang),
    }


def _transport(model: dict[str, Any], lang: str) -> None:
    """Why there is no estimate elsewhere: how often the margins of the same model hold what is known there."""
    tests = store.transport()
    if not tests:
        return
    city = _cities({v["indicator"] for v in store.validations()}, lang)
    coverages = {d: [v["coverage"] for v in tests if v["design"] == d] for d in ("left_out", "elsewhere", "between")}
    ends: dict[str, Any] = {
        f"{prefix}{end}": _percent(pick(coverages[design]), lang)
        for prefix, design in (("home_", "left_out"), ("", "elsewhere"), ("between_", "between"))
        for end, pick in (("low", min), ("high", max))
    }
    st.subheader(t("reach_transport", lang, city=city), anchor=False)
    bar: dict[str, Any] = {f"bar_{end}": _percent(model[end], lang) for end in ("low", "high")}
    n, level = number(len(coverages["elsewhere"]), 0, lang), _percent(model["level"], lang)
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
    """One modelled indicator: what was predicted of areas that the model did not see, beside what was measured."""
    names = list(dict.fromkeys(str(v["indicator"]) for v in tests))

    def label(name: str) -> str:
        return store.indicators()[name].text("label", lang)

    chosen = controls.select("test", names, names[0], t("reach_look", lang), label, lang)
    found = store.folds(chosen, LEFT_OUT)
    points = tuple((f["observed"], f["predicted"], f["low"], f["high"]) for f in found)
    inside = sum(low <= observed <= high for observed, _, low, high in points)
    st.subheader(t("reach_calibration", lang, label=label(chosen)), anchor=False)
    said = t("reach_calibration_text", lang, count=inside, n=inside, all=len(points), level=_percent(level, lang))
    axes = (t("reach_axis_observed", lang), t("reach_axis_predicted", lang))
    st.image(calibration(points, axes, controls.dark()), width=420, alt=said)
    st.markdown(said)
    if not all(v["passed"] for v in tests if v["indicator"] == chosen):
        st.info(t("reach_failed", lang))
        return
    left_out = store.area(found[0]["area"])
    city = store.area(left_out.municipality or "") if left_out else None
    if city:
        st.markdown(f"{t('reach_open', lang)}: {_link(chosen, city, lang)}")


def _percent(share: float, lang: str) -> str:
    return str(format_percent(share, locale=lang))


if __name__ == "__main__":
    page()
