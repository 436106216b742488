"""What was measured in some waves, and the way to a figure on the page Reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer.view import View, name
from dashboard.part import controls, ecosystem_level
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import change, changes_said, number, shown, source_line
from dashboard.words.root import rooted
from dashboard.words.text import t

NARROW = {"domain": "domain", "form": "learning_form"}  # the name in the address, and the scheme


SURVEYED = {
    "take_part": "participation",
    "barriers": "welcome",
}  # by question the theme that cities ask about


def choice(
    themes: Collection[str], begin: str, area: Area, lang: str
) -> tuple[dict[str, Indicator], str]:
    """The indicators of some themes, by domain, learning form and ecosystem level; `begin` is the
    first to show.
    """
    indicators = {
        n: i for n, i in store.indicators().items() if i.theme in themes and store.levels(n)
    }
    wanted = {}
    with st.expander(t("reach_narrow", lang), icon=":material/filter_list:"):
        *columns, last = st.columns(len(NARROW) + 1)
        for column, (key, scheme) in zip(columns, NARROW.items(), strict=True):
            terms_used = {getattr(i, scheme) for i in indicators.values()}

            def label(term: str, scheme: str = scheme) -> str:
                return store.term(scheme, term, lang) if term else t("reach_all", lang)

            terms = ["", *(n for s, n in store.terms() if s == scheme and n in terms_used)]
            with column:
                chosen = controls.select(key, terms, "", t(f"scheme_{scheme}", lang), label, lang)
            if chosen:
                wanted[scheme] = chosen
        with last:
            if level := ecosystem_level.choose(indicators.values(), lang):
                wanted["level"] = level
    narrowed = {
        n: i for n, i in indicators.items() if all(getattr(i, s) == v for s, v in wanted.items())
    }
    if not narrowed:
        st.info(t("reach_narrow_none", lang))
        narrowed = indicators
    offered = [n for n in narrowed if store.offered(n, area)]
    first = begin if begin in narrowed else next(iter(narrowed))
    return narrowed, first if first in offered or area.is_country or not offered else offered[0]


def figure_link(indicator: str, area: Area, lang: str, question: str = "") -> str:
    """A Markdown link to a figure on this page."""
    i = store.indicators()[indicator]
    levels = store.offered(indicator, area) or store.levels(indicator)
    view = View(lang, i, store.periods(indicator, levels[-1])[0], levels[-1], area, page="reach")
    return f"[{i.text('label', lang)}]({rooted(view.link(ask=question))})"


def waves_of(question: str, area: Area, lang: str) -> None:
    """What was measured here in some waves, and whether the difference is told apart from noise."""
    surveyed = store.surveyed(SURVEYED[question])
    waves = {i: {r["period"]: r for r in store.trend(i, area.code)} for i in surveyed}
    periods = sorted({p for w in waves.values() for p in w})
    if not periods:
        st.info(t("reach_not_measured", lang, name=name(area, lang), city=cities(surveyed, lang)))
        return
    asked = [store.indicators()[i] for i in surveyed if waves[i]]
    st.markdown(t("reach_measured_text", lang))
    changes = {i: c for i, c in store.changes(area.code).items() if i in waves}
    rows = []
    for i in asked:
        row = {t("column_indicator", lang): figure_link(i.id, area, lang, question)}
        for p in periods:
            r = waves[i.id].get(p)
            o = (
                Observation(area.code, "", r["value"], r["low"], r["high"], r["status"])
                if r
                else None
            )
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


def cities(indicators: Iterable[str], lang: str) -> str:
    """The municipalities of which a district or neighbourhood has a figure, the largest first."""
    towns = {m.code: m for i in indicators for m in store.municipalities(i)}.values()
    return str(
        format_list(
            [m.name for m in sorted(towns, key=lambda m: -(m.population or 0))], locale=lang
        )
    )


def _unmatched(found: list[Indicator], lang: str) -> None:
    """The districts of a survey that are not one neighbourhood of CBS: told by name, never
    drawn.
    """
    rows: dict[tuple[str, str], dict[str, str]] = {}
    by_id = {i.id: i for i in found}
    for s in store.surveys(found[0].source):
        if s["indicator_text"] not in by_id:
            continue
        i = by_id[s["indicator_text"]]
        row = rows.setdefault((s["subgroup"], i.id), {})
        row[store.term("area_level", store.area_levels().parts[0], lang).capitalize()] = s[
            "subgroup"
        ]
        row[t("column_indicator", lang)] = i.text("label", lang)
        row[s["period"]] = f"{number(s['value'], i.decimals, lang)} %"
    if rows:
        n = len({place for place, _ in rows})
        with st.expander(t("reach_unmatched", lang, count=n, n=n)):
            st.markdown(t("reach_unmatched_text", lang))
            st.table(
                [dict(sorted(r.items(), key=lambda x: x[0].isdigit())) for r in rows.values()],
                border="horizontal",
            )
