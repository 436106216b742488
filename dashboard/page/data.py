"""Data and method: every source, indicator, term and survey figure, made from the database
itself.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import floor, log10
from statistics import median
from typing import Any

import streamlit as st
from babel.lists import format_list
from babel.numbers import format_decimal

from dashboard import store
from dashboard.part import controls, ecosystem_level
from dashboard.store import Indicator
from dashboard.words.numbers import date, how, licence, number
from dashboard.words.root import root
from dashboard.words.text import t

TITLE, ORDER = "page_data", 9


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    st.title(t("data_title", lang), anchor=False)
    st.markdown(t("data_lead", lang))
    st.markdown(t("data_api", lang, root=root()))
    build = store.build()
    st.header(t("data_build", lang), anchor=False)
    st.markdown(t("data_build_text", lang, id=build["id"], date=date(build["built_at"], lang)))
    if build["mirror"]:
        st.info(t("edition_mirror", lang))
    if accepted := build.get("accepted"):
        st.info(
            t(
                "data_accepted",
                lang,
                names=", ".join(_called(name, lang) for name in accepted.split(", ")),
            )
        )
    st.header(t("data_statuses", lang, n=len(store.STATUSES)), anchor=False)
    st.markdown(
        "\n".join(
            f"- **{t(f'status_{s}', lang)}**: {t(f'status_{s}_text', lang)}" for s in store.STATUSES
        )
        + f"\n\n{t('data_statuses_text', lang, n=len(store.STATUSES))}"
    )
    st.header(t("data_areas", lang), anchor=False)
    country = store.area(store.country())
    st.markdown(t("data_areas_text", lang, year=country.year if country else ""))
    _left_out(lang)
    st.header(t("data_contradictions", lang), anchor=False)
    st.markdown(t("data_contradictions_text", lang))
    _contradictions(lang)
    proofs = store.proofs()
    st.header(t("data_proofs", lang), anchor=False)
    numbers = number(sum(p["n"] for p in proofs), 0, lang)
    st.markdown(t("data_proofs_text", lang, methods=number(len(proofs), 0, lang), n=numbers))
    _proofs(proofs, lang)
    st.header(t("data_indicators", lang), anchor=False)
    _indicators(lang)
    st.header(t("data_sources", lang), anchor=False)
    _sources(lang)
    st.header(t("data_listing", lang), anchor=False)
    st.markdown(t("data_listing_text", lang))
    _listing(lang)
    sample = store.classification()
    st.header(t("data_polled", lang), anchor=False)
    st.markdown(t("data_polled_text", lang, n=number(sum(k["labelled"] for k in sample), 0, lang)))
    _classification(sample, lang)
    if grants := store.grants():
        st.header(
            t("data_grants", lang, title=store.sources()["amsterdam_subsidies"]["title"]),
            anchor=False,
        )
        st.markdown(t("data_grants_text", lang))
        _grants(grants, lang)
    st.header(t("data_terms", lang), anchor=False)
    for scheme in ("domain", "level", "learning_form", "facet"):
        st.markdown(
            "\n".join(
                f"- **{store.term(scheme, term, lang)}**: {store.term_text(scheme, term, 'description', lang)}"
                for term in store.scheme(scheme)
            )
        )
    st.header(t("data_surveys", lang), anchor=False)
    st.markdown(t("data_surveys_text", lang))
    _surveys(lang)


def _left_out(lang: str) -> None:
    """Which earlier areas are no area of today, so that their figures are shown nowhere; a table
    for each source.
    """
    for source, group in groupby(store.left_out(), key=lambda r: r["source"]):
        gone = list(group)
        title, years = (
            store.sources()[source]["title"],
            " / ".join(str(y) for y in sorted({r["year"] for r in gone})),
        )
        label = t(
            "data_left_out",
            lang,
            count=len(gone),
            n=number(len(gone), 0, lang),
            source=title,
            years=years,
        )
        with st.expander(label, on_change="rerun", key=f"left-out-{source}") as asked:
            if not asked.open:
                continue
            st.markdown(t("data_left_out_text", lang))
            rows = [
                {
                    t("column_code", lang): r["code"],
                    t("data_left_out_name", lang): r["name"] or t("data_left_out_unnamed", lang),
                    t("data_left_out_now", lang): r["now"] or "–",
                    t("data_left_out_residents", lang): number(r["residents"], 0, lang)
                    if r["residents"]
                    else "–",
                    t("data_left_out_why", lang): t(f"data_left_out_{reason}", lang),
                }
                for r, reason in ((r, r["reason"]) for r in gone)
            ]
            controls.table(rows, label)


def _contradictions(lang: str) -> None:
    """Figures that cannot both be so; a table for each kind."""

    def figure(value: float | None, source: str, period: str | None, of: Indicator | None) -> str:
        publisher = " ".join(filter(None, (store.sources()[source]["publisher"], period)))
        if value is None:
            return f"– ({publisher})"
        unit = store.term("unit", of.unit, lang) if of else t("data_contradictions_postcodes", lang)
        return f"{number(value, of.decimals if of else 0, lang)} {unit} ({publisher})"

    for kind, group in groupby(store.contradictions(), key=lambda r: r["kind"]):
        pairs = [(r, store.indicators().get(r["indicator"] or "")) for r in group]
        label = t(
            f"data_contradictions_{kind}", lang, count=len(pairs), n=number(len(pairs), 0, lang)
        )
        with st.expander(label, on_change="rerun", key=f"contradictions-{kind}") as asked:
            if not asked.open:
                continue
            pupils = store.term("tie", "pupil_flow", lang)
            rows = [
                {
                    t("column_area", lang): f"{r['name']} ({r['area']})"
                    if r["area"]
                    else r["name"],
                    t("column_indicator", lang): of.text("label", lang) if of else pupils,
                    t("data_contradictions_one", lang): figure(
                        r["value"], r["source"], r["period"], of
                    ),
                    t("data_contradictions_other", lang): figure(
                        r["other"], r["other_source"], r["other_period"], of
                    ),
                }
                for r, of in pairs
            ]
            controls.table(rows, label)


def _proofs(proofs: Sequence[Mapping[str, Any]], lang: str) -> None:
    """By method a number that others have published and what we get; ours with two digits more than
    theirs.
    """
    rows = []
    for p in proofs:
        method, digits = p["method"], floor(-log10(p["tolerance"]))  # of the published number
        more = digits + 2
        rows.append(
            {
                t("data_proofs_method", lang): t(f"proof_{method}", lang),
                t("column_source", lang): f"[{p['source']}]({p['url']})",
                t("data_proofs_n", lang): number(p["n"], 0, lang),
                t("data_proofs_published", lang): number(p["published"], digits, lang),
                t("data_proofs_ours", lang): number(p["ours"], more, lang),
                t("data_proofs_difference", lang): number(
                    p["difference"], more if p["difference"] else 0, lang
                ),
            }
        )
    st.table(sorted(rows, key=lambda row: row[t("data_proofs_method", lang)]), border="horizontal")


def _called(name: str, lang: str) -> str:
    """An indicator, a kind of place or tie, or a level of areas, as readers know it."""
    if name in store.indicators():
        return store.indicators()[name].text("label", lang)
    scheme = next((s for s in ("kind", "tie") if (s, name) in store.terms()), None)
    return store.term(scheme, name, lang) if scheme else store.term("area_level", name, lang)


def _indicators(lang: str) -> None:
    covered: dict[str, dict[str, set[str]]] = {
        i: {"level": set(), "period": set(), "status": set()} for i in store.indicators()
    }
    for c in store.coverage():
        if c["figures"]:
            seen = covered[c["indicator"]]
            seen["level"].add(c["level"])
            seen["period"].add(c["period"])
            seen["status"].add("estimated" if c["estimated"] else "measured")
    chosen = ecosystem_level.choose(store.indicators().values(), lang)
    for theme in [name for scheme, name in store.terms() if scheme == "theme"]:
        rows = [
            {
                t("column_indicator", lang): i.text("label", lang),
                t("column_meaning", lang): i.text("description", lang),
                t("column_unit", lang): store.term("unit", i.unit, lang),
                t("column_status", lang): ", ".join(
                    t(f"status_{s}", lang) for s in sorted(covered[i.id]["status"]) or ["missing"]
                ),
                t("column_levels", lang): ", ".join(
                    store.term("area_level", level, lang)
                    for level in store.scheme("area_level")
                    if level in covered[i.id]["level"]
                ),
                t("column_periods", lang): ", ".join(sorted(covered[i.id]["period"])),
                t("column_publisher", lang): store.sources()[i.source]["publisher"],
                t("column_caveat", lang): i.text("caveat", lang),
            }
            for i in store.indicators().values()
            if i.theme == theme and chosen in ("", i.level)
        ]
        if rows:
            with st.expander(f"{store.term('theme', theme, lang)} ({len(rows)})"):
                st.table(rows, border="horizontal")


def _sources(lang: str) -> None:
    rows = []
    for s in store.sources().values():
        rows.append(
            {
                t("column_source", lang): f"[{s['title']}]({s['url']})" if s["url"] else s["title"],
                t("column_publisher", lang): s["publisher"],
                t("column_licence", lang): licence(s["licence"], lang),
                t("column_retrieved", lang): how(s, lang),
                t("column_rows", lang): number(s["rows"], 0, lang),
            }
        )
    st.table(rows, border="horizontal")


def _listing(lang: str) -> None:
    """What is listed of each kind of place, and whether an empty list says that there is none."""
    towns = store.size()[store.area_levels().municipality]
    rows = []
    for k in store.listing():
        most = "" if k["high"] is None else number(k["high"], 0, lang)
        counts = t("reach_yes" if k["towns"] == towns else "reach_no", lang)
        rows.append(
            {
                t("scheme_kind", lang): store.term("kind", k["kind"], lang),
                t("data_listing_entries", lang): number(k["entries"], 0, lang),
                t("data_listing_places", lang): number(k["places"], 0, lang),
                t(
                    "data_listing_total", lang
                ): f"{number(k['total'], 0, lang)} ({k['total_source']})" if k["total"] else "",
                t("data_listing_high", lang): most,
                t("data_listing_counts", lang): counts
                if k["towns"] in (0, towns)
                else t(
                    "data_listing_some",
                    lang,
                    n=number(k["towns"], 0, lang),
                    towns=number(towns, 0, lang),
                ),
            }
        )
    controls.table(rows, t("data_listing", lang))


def _classification(sample: Sequence[Mapping[str, Any]], lang: str) -> None:
    """How often the rule that tells what a polling place is says what a reader says."""

    def share(correct: int, of: int) -> str:
        return f"{number(100 * correct / of, 0, lang)} %" if of else "–"

    rows = [
        {
            t("scheme_kind", lang): store.term("kind", k["kind"], lang)
            if k["kind"] != "polling_place"
            else t("data_polled_nothing", lang),
            t("data_polled_labelled", lang): number(k["labelled"], 0, lang),
            t("data_polled_told", lang): number(k["told"], 0, lang),
            t("data_polled_correct", lang): number(k["correct"], 0, lang),
            t("data_polled_precision", lang): share(k["correct"], k["told"]),
            t("data_polled_recall", lang): share(k["correct"], k["labelled"]),
        }
        for k in sample
    ]
    controls.table(rows, t("data_polled", lang))


def _grants(years: Sequence[Mapping[str, Any]], lang: str) -> None:
    """What the register holds of each year; one with less than half of the middle of all years
    stands apart.
    """
    half = {column: median(y[column] or 0 for y in years) / 2 for column in ("n", "leisure")}
    rows = []
    for y in years:
        less = [
            t(f"data_grants_less_{column}", lang)
            for column, least in half.items()
            if (y[column] or 0) < least
        ]
        covers = (
            t("data_grants_less", lang, what=format_list(less, "standard", lang)) if less else ""
        )
        rows.append(
            {
                t("column_period", lang): y["period"],
                t("data_grants_n", lang): number(y["n"], 0, lang),
                t("data_grants_all", lang): number(y["euros"] / 1e6, 1, lang),
                t("data_grants_leisure", lang): number((y["leisure"] or 0) / 1e6, 1, lang),
                t("data_grants_covers", lang): covers or t("data_grants_whole", lang),
            }
        )
    controls.table(
        rows, t("data_grants", lang, title=store.sources()["amsterdam_subsidies"]["title"])
    )


def _surveys(lang: str) -> None:
    rows = [
        {
            t("column_indicator", lang): s["indicator_text"],
            t("column_group", lang): " · ".join(
                x for x in (s["discipline"], s["subgroup"], s["population"]) if x and x != "total"
            ),
            t("column_period", lang): s["period"],
            t("column_value", lang): f"{format_decimal(s['value'], locale=lang)} {s['unit']}",
            t("column_source", lang): f"[{s['publication']}]({s['url']})"
            if s["url"]
            else s["publication"],
        }
        for s in store.surveys()
    ]
    with st.expander(f"{t('data_surveys', lang)} ({len(rows)})"):
        st.table(rows, border="horizontal", height=500)


if __name__ == "__main__":
    page()
