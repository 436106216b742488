"""The card of an area: its figure and how sure that is, the areas to compare it with, the way down,
all its figures.

And which sources of places cover it.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from dashboard import store
from dashboard.answer.view import View, level_name, name
from dashboard.part import controls
from dashboard.part.take import correction
from dashboard.store import Area, Observation
from dashboard.words.numbers import interval, number, shown
from dashboard.words.root import rooted
from dashboard.words.text import t

ALIKE = 5  # areas with alike residents that are shown


def card(view: View) -> None:
    """Draw the card of the chosen area."""
    lang, area = view.lang, view.area
    with st.container(border=True, key="area-card"):
        st.subheader(name(area, lang, alone=True), anchor=False)
        if area.population is not None:
            kind = level_name(area, lang).capitalize()
            st.caption(
                t(
                    "residents_line",
                    lang,
                    count=area.population,
                    kind=kind,
                    n=number(area.population, 0, lang),
                )
            )
        _figure(view)
        if compared := _comparison(view):
            st.html(compared)
        if not area.is_country:
            _down(view)
        profile = escape(
            replace(view, page="profile").link(ask="", indicator="", level="", period="")
        )
        st.html(
            f'<p class="small"><a href="{rooted(profile)}" target="_self">{t("page_profile", lang)}</a></p>'
        )
        everything = t("all_figures", lang, name=name(area, lang))
        with st.expander(everything, on_change="rerun", key="portrait") as opened:
            if opened.open:
                st.html(_portrait(area, lang))


def _figure(view: View) -> None:
    lang = view.lang
    here = view.observation(view.area)
    if not here:
        return
    st.html(
        f'<p class="figure"><span class="what">{escape(view.label)}, {escape(view.period)}</span>'
        f'<span class="value {here.status}">{escape(shown(here, view.indicator, lang))}</span>'
        f'<span class="badge {here.status}">{t(f"status_{here.status}", lang)}</span></p>'
    )
    st.caption(t(f"status_{here.status}_text", lang))
    if here.low is not None and here.high is not None:
        st.caption(interval(here.low, here.high, view.indicator.decimals, lang, here.level))
    elif here.status == "estimated":
        st.caption(t("interval_none", lang))
    if here.method:
        st.caption(t("method", lang, method=store.term("method", here.method, lang)))


def _comparison(view: View) -> str:
    """The area beside the other one, its municipality, the country and its peers, as a table of
    links.
    """
    lang = view.lang
    beside = view.compared[1:]
    alike = [a for a in store.peers(view.area.code) if a not in beside][:ALIKE]
    if not beside and not alike:
        return ""
    rows = [_row(view, a) for a in beside]
    note = ""
    if alike:
        features = ", ".join(
            store.term("peer_feature", f, lang)
            for scheme, f in store.terms()
            if scheme == "peer_feature"
        )
        rows.append(f'<tr><th colspan="2" scope="rowgroup">{t("peers", lang)}</th></tr>')
        rows += [_row(view, a) for a in alike]
        note = f'<p class="note">{t("peers_note", lang, features=escape(features))}</p>'
    elif not view.area.is_country:
        note = f'<p class="note">{t("peers_none", lang)}</p>'
    body = "".join(rows)
    return f'<table class="portrait"><caption>{t("compare", lang)}</caption><tbody>{body}</tbody></table>{note}'


def _row(view: View, area: Area) -> str:
    lang = view.lang
    o = view.observation(area)
    value = shown(o, view.indicator, lang) if o else t("status_missing", lang)
    label = name(area, lang, alone=True)
    municipality = store.area(area.municipality or "") if area.is_part else None
    if municipality and municipality.code != view.area.municipality:
        label += f" ({municipality.name})"
    there = replace(view, area=area, other=None).link()
    status = o.status if o else "missing"
    return (
        f'<tr><th scope="row"><a href="{escape(rooted(there))}" target="_self">{escape(label)}</a></th>'
        f'<td class="{status}">{escape(value)}</td></tr>'
    )


def _down(view: View) -> None:
    """Buttons to the finer levels within the area."""
    area, order = view.area, ["", *store.area_levels().below]
    for level in store.offered(view.indicator.id, area):
        finer = order.index(level) > order.index(area.level if area.level in order else "")
        if finer and level != view.level:
            label = t(
                "drill",
                view.lang,
                levels=store.term("area_levels", level, view.lang),
                name=area.name,
            )
            st.button(
                label,
                on_click=controls.choose,
                args=("level", level),
                width="stretch",
                key=f"to-{level}",
            )


def _portrait(area: Area, lang: str) -> str:
    """Every newest figure of an area, as an accessible HTML table per theme."""
    every = store.indicators()
    rows: list[str] = []
    theme = ""
    for r in store.portrait(area.code):
        indicator = every[r["id"]]
        if indicator.theme != theme:
            theme = indicator.theme
            rows.append(
                f'<tr><th colspan="4" scope="rowgroup">{escape(store.term("theme", theme, lang))}</th></tr>'
            )
        o = Observation(area.code, area.name, r["value"], r["low"], r["high"], r["status"])
        rows.append(
            f'<tr><th scope="row">{escape(indicator.text("label", lang))}</th>'
            f'<td class="{o.status}">{escape(shown(o, indicator, lang))}</td><td>{escape(r["period"])}</td>'
            f"<td>{escape(store.sources()[indicator.source]['publisher'])}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{t(k, lang)}</th>'
        for k in ("column_indicator", "column_value", "column_period", "column_publisher")
    )
    return f'<table class="portrait"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def completeness(area: Area, lang: str) -> None:
    """Which sources cover which kinds of place in the municipality: one that is not in a list may
    exist.
    """
    st.header(t("reach_complete", lang), anchor=False)
    town = store.area(area.whole) if area.whole else None
    if not town:
        st.info(t("reach_complete_country", lang))
        return
    st.markdown(t("reach_complete_text", lang, name=town.name))
    rows = []
    for c in store.completeness(town.code):
        covers = t("reach_yes" if c["covered"] else "reach_no", lang)
        if 0 < len(c["covered"]) < c["kinds"]:
            covers = ", ".join(store.term("kind", kind, lang) for kind in c["covered"])
        term = ("completeness", c["source"])
        known = term in store.terms()
        rows.append(
            {
                t("column_source", lang): store.term(*term, lang)
                if known
                else store.sources()[c["source"]]["title"],
                t("reach_column_places", lang): number(c["places"], 0, lang),
                t("reach_column_covers", lang): covers,
                t("column_meaning", lang): store.term_text(*term, "description", lang)
                if known
                else t("reach_partial", lang),
            }
        )
    controls.table(rows, t("reach_complete", lang))
    correction(area, lang)
