"""Explore: one indicator, one level, one area; a map, an area's figures, how the areas are spread, and downloads.

What is shown is one value, `Shown`, made from the address; everything below draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from dashboard import charts, controls, export, maps, scales, store
from dashboard.export import Stamp
from dashboard.figures import class_labels, number, shown, source_line
from dashboard.store import Area, Indicator, Observation
from dashboard.text import t

TITLE, ORDER = "page_explore", 2
FIRST = "spending_culture"
MOST_ROWS = 500


@dataclass(frozen=True)
class Shown:
    """What the page shows: an indicator in a period, per level, within a scope, with one area chosen."""

    lang: str
    indicator: Indicator
    period: str
    level: str
    area: Area
    scope: Area

    @property
    def unit(self) -> str:
        """The unit, in the language."""
        return store.term("unit", self.indicator.unit, self.lang)

    @property
    def label(self) -> str:
        """What is shown, in the language."""
        return self.indicator.text("label", self.lang)

    @property
    def levels(self) -> str:
        """The level in the plural, in the language."""
        return t(f"levels_{self.level}", self.lang)

    @property
    def breaks(self) -> tuple[float, ...]:
        """The bounds of the colour classes."""
        return store.breaks(self.indicator.id, self.level)

    @property
    def found(self) -> list[Observation]:
        """The figures of every area in the scope."""
        return store.observations(self.indicator.id, self.period, self.level, self.scope.code)

    @property
    def title(self) -> str:
        """What the map shows."""
        scope, level = _name(self.scope, self.lang), t(f"level_{self.level}", self.lang)
        return t("map_title", self.lang, label=self.label, level=level, scope=scope, period=self.period)

    @property
    def sentence(self) -> str:
        """What the map means."""
        return charts.sentence(self.found, self.indicator, self.levels, self.lang)

    @property
    def source(self) -> str:
        """Where the figures come from."""
        return source_line(self.indicator, self.period, self.lang)

    def stamp(self, title: str) -> Stamp:
        """What is written on a picture with that title."""
        return Stamp(title, self.sentence, self.source, t("made_by", self.lang, build=store.build()["id"]))

    def distribution(self) -> charts.Distribution | None:
        """How the areas are spread, with the chosen one, its municipality and the country marked."""
        line = [a for a in store.lineage(self.area) if a.level in ("land", "gemeente") or a == self.area]
        marked = [(a, store.observation(self.indicator.id, self.period, a.code)) for a in reversed(line)]
        scope = _name(self.scope, self.lang)
        title = t(
            "distribution_title", self.lang, levels=self.levels, scope=scope, label=self.label, period=self.period
        )
        axis = t("distribution_axis", self.lang, levels=self.levels)
        marks = [(o, _name(a, self.lang, "country_name")) for a, o in marked if o]
        return charts.distribution(self.found, self.indicator, self.breaks, marks, title, axis, self.unit, self.lang)


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    chosen = _area(lang)
    first, second, third = st.columns([5, 4, 2], vertical_alignment="bottom")
    indicator = _indicator(lang, first)
    levels = [level for level in store.levels(indicator.id) if level != "land"]
    level = _level(lang, levels, second) if levels else "land"
    period = _period(lang, indicator, level, third)
    scope = chosen if chosen.level == "gemeente" else store.area(chosen.municipality or store.COUNTRY)
    if level in ("gemeente", "land") or scope is None:
        scope = store.area(store.COUNTRY)
    assert scope is not None
    view = Shown(lang, indicator, period, level, chosen, scope)
    controls.write(area=_given(chosen.code, store.COUNTRY), indicator=indicator.id, level=level, period=period)

    with st.container(horizontal=True, vertical_alignment="center", key="where"):
        controls.breadcrumb(chosen, lang)
        with st.popover(t("other_area", lang), icon=":material/search:"):
            controls.child(chosen, lang)
            controls.search(lang, "explore-search")

    if level == "land":
        _national(view)
        return
    st.header(view.title, anchor=False)
    st.markdown(view.sentence)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _map(view)
    with right:
        _area_card(view)
    _distribution(view)
    _table(view)
    _receipts(view)


def _name(found: Area, lang: str, country: str = "country") -> str:
    """The area's name; the country's is in the reader's language, as in running text or (`country_name`) by itself."""
    return t(country, lang) if found.level == "land" else found.name


def _given(value: str, default: str) -> str:
    return "" if value == default else value


def _area(lang: str) -> Area:
    code = controls.asked("area", None, store.COUNTRY, lang, t("country", lang))
    found = store.area(code)
    if not found:
        raise store.StoreError("database_unreadable", f"no area {code}")
    return found


def _indicator(lang: str, slot: st.delta_generator.DeltaGenerator) -> Indicator:
    every = {name: i for name, i in store.indicators().items() if store.levels(name)}
    first = FIRST if FIRST in every else next(iter(every))
    name = controls.asked("indicator", every, first, lang, every[first].text("label", lang))
    st.session_state["indicator"] = name

    def label(i: str) -> str:
        return f"{store.term('theme', every[i].theme, lang)}: {every[i].text('label', lang)}"

    with slot:
        st.selectbox(
            t("indicator", lang),
            list(every),
            format_func=label,
            key="indicator",
            on_change=controls.keep,
            args=("indicator",),
        )
    return every[name]


def _level(lang: str, levels: list[str], slot: st.delta_generator.DeltaGenerator) -> str:
    name = controls.asked("level", levels, levels[0], lang, t(f"levels_{levels[0]}", lang))
    st.session_state["level"] = name

    def label(level: str) -> str:
        return t(f"level_{level}", lang)

    with slot:
        st.segmented_control(
            t("level", lang),
            levels,
            format_func=label,
            key="level",
            required=True,
            on_change=controls.keep,
            args=("level",),
        )
    return name


def _period(lang: str, indicator: Indicator, level: str, slot: st.delta_generator.DeltaGenerator) -> str:
    periods = store.periods(indicator.id, level)
    name = controls.asked("period", periods, periods[0], lang, periods[0])
    st.session_state["period"] = name
    if len(periods) == 1:  # nothing to choose; the title says which it is
        return name
    with slot:
        st.selectbox(t("period", lang), periods, key="period", on_change=controls.keep, args=("period",))
    return name


def _clicked() -> None:
    """A click on the map chooses the area."""
    objects = st.session_state["map"]["selection"]["objects"].get(maps.FILL)
    if objects:
        controls.choose("area", objects[0]["properties"]["code"])


def _map(view: Shown) -> None:
    lang = view.lang
    municipality = view.area.municipality
    places = _places(view) if municipality else []
    phone = controls.phone()
    background = controls.asked("bg", ("", "on"), "", lang, "") == "on"
    st.session_state["bg"] = background
    deck = maps.choropleth(
        level=view.level,
        scope=view.scope.code,
        lang=lang,
        series=store.series(view.level).index((view.indicator.id, view.period)),
        breaks=view.breaks,
        patterned=any(o.status != "measured" for o in view.found),
        chosen=view.area if view.area.code != view.scope.code else None,
        places=places,
        background=background,
        phone=phone,
        dark=st.context.theme.type == "dark",
    )
    alt = t("map_alt", lang, title=view.title, sentence=view.sentence)
    st.pydeck_chart(
        deck, height=maps.height(phone), on_select=_clicked, selection_mode="single-object", key="map", alt=alt
    )
    st.html(_legend(view))
    if not municipality:
        st.caption(t("places_help", lang))
    st.toggle(t("background", lang), key="bg", help=t("background_help", lang), on_change=controls.keep, args=("bg",))
    controls.write(bg="on" if background else "")
    if background:
        st.caption(t("background_credit", lang))


def _places(view: Shown) -> list[dict[str, object]]:
    """The places of the chosen domains in the municipality, with the control that chooses them."""
    lang = view.lang
    domains = [name for scheme, name in store.terms() if scheme == "domain"]
    given = controls.asked("places", _Choices(domains), "", lang, "")
    wanted = domains if given == "all" else [d for d in given.split(".") if d]
    st.session_state["places"] = wanted

    def label(domain: str) -> str:
        return f"{scales.DOMAIN[domain][0]} {store.term('domain', domain, lang)}"

    st.pills(
        t("places", lang),
        domains,
        format_func=label,
        selection_mode="multi",
        key="places",
        on_change=controls.keep,
        args=("places",),
    )
    controls.write(places=given)
    if not wanted:
        return []
    municipality = view.area.municipality or ""
    found = [p for p in store.places(municipality) if p["domain"] in wanted]
    place = store.area(municipality)
    name = place.name if place else municipality
    if found:
        st.caption(t("places_count", lang, n=number(len(found), 0, lang), name=name))
    elif store.build()["edition"] == "embedded":
        st.caption(t("places_none_embedded", lang))
    else:
        st.caption(t("places_none", lang, name=name))
    return found


class _Choices(list[str]):
    """Every dotted combination of the terms, and `all`."""

    def __contains__(self, value: object) -> bool:
        return value in ("", "all") or all(super(_Choices, self).__contains__(v) for v in str(value).split("."))


def _legend(view: Shown) -> str:
    """The legend as an HTML list: the same classes as map and chart, and only the statuses that are there."""
    lang = view.lang
    statuses = {o.status for o in view.found}
    estimated = "estimated" in statuses
    kind = "estimated" if estimated else "measured"
    items = [
        f'<li><span class="swatch {kind}" style="--c:{colour}"></span>{label}</li>'
        for colour, label in zip(
            scales.palette(len(view.breaks) + 1), class_labels(view.breaks, view.indicator, lang), strict=True
        )
    ]
    items += [
        f'<li title="{t(f"status_{s}_text", lang)}"><span class="swatch {s}" style="--c:{fill}"></span>'
        f"{t(f'status_{s}', lang)}</li>"
        for s, fill in scales.STATUS_FILL.items()
        if s in statuses
    ]
    head = f"{view.unit} · {t(f'status_{kind}', lang)}"
    note = t("legend_note_fixed" if store.fixed(view.indicator.id) else "legend_note", lang, levels=view.levels)
    return f'<div class="legend"><p>{head}</p><ul>{"".join(items)}</ul><p class="note">{note}</p></div>'


def _area_card(view: Shown) -> None:
    """The chosen area: its figure, how sure that is, beside its municipality and the country, and the way down."""
    lang, chosen = view.lang, view.area
    with st.container(border=True, key="area-card"):
        st.subheader(_name(chosen, lang, "country_name"), anchor=False)
        if chosen.population is not None:
            kind = t(f"level_{chosen.level}", lang).capitalize()
            st.caption(t("residents_line", lang, kind=kind, n=number(chosen.population, 0, lang)))
        here = store.observation(view.indicator.id, view.period, chosen.code)
        if here:
            st.html(
                f'<p class="figure"><span class="what">{view.label}, {view.period}</span>'
                f'<span class="value {here.status}">{shown(here, view.indicator, lang)}</span>'
                f'<span class="badge {here.status}">{t(f"status_{here.status}", lang)}</span></p>'
            )
            st.caption(t(f"status_{here.status}_text", lang))
            if here.low is not None and here.high is not None:
                low, high = (number(v, view.indicator.decimals, lang) for v in (here.low, here.high))
                st.caption(t("interval", lang, low=low, high=high))
            elif here.status == "estimated":
                st.caption(t("interval_none", lang))
        above = [a for a in store.lineage(chosen)[:-1] if a.level in ("land", "gemeente")]
        if above:
            items = []
            for a in above:
                o = store.observation(view.indicator.id, view.period, a.code)
                value = shown(o, view.indicator, lang) if o else t("status_missing", lang)
                items.append(f"<li>{escape(_name(a, lang, 'country_name'))}: <b>{value}</b></li>")
            st.html(f'<p class="small">{t("compare", lang)}</p><ul class="plain">{"".join(items)}</ul>')
        if chosen.level == "gemeente":
            for level in store.levels(view.indicator.id):
                if level in ("wijk", "buurt") and level != view.level and store.bounds(level, chosen.code):
                    label = t("drill", lang, levels=t(f"levels_{level}", lang), name=chosen.name)
                    st.button(
                        label, on_click=controls.choose, args=("level", level), width="stretch", key=f"to-{level}"
                    )
        with st.expander(t("all_figures", lang, name=_name(chosen, lang))):
            st.html(_portrait(chosen, lang))


def _portrait(chosen: Area, lang: str) -> str:
    """Every newest figure of an area, as an accessible HTML table per theme."""
    every = store.indicators()
    rows: list[str] = []
    theme = ""
    for r in store.portrait(chosen.code):
        indicator = every[r["id"]]
        if indicator.theme != theme:
            theme = indicator.theme
            rows.append(f'<tr><th colspan="3" scope="rowgroup">{store.term("theme", theme, lang)}</th></tr>')
        o = Observation(chosen.code, chosen.name, r["value"], r["low"], r["high"], r["status"])
        rows.append(
            f'<tr><th scope="row">{indicator.text("label", lang)}</th>'
            f'<td class="{o.status}">{shown(o, indicator, lang)}</td><td>{r["period"]}</td></tr>'
        )
    head = "".join(f'<th scope="col">{t(k, lang)}</th>' for k in ("column_indicator", "column_value", "column_period"))
    return f'<table class="portrait"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _distribution(view: Shown) -> None:
    drawn = view.distribution()
    if not drawn:
        return
    st.subheader(drawn.title, anchor=False)
    alt = t("distribution_alt", view.lang, sentence=view.sentence)
    st.image(charts.svg(drawn, view.lang, controls.phone(), st.context.theme.type == "dark"), width="stretch", alt=alt)


def _table(view: Shown) -> None:
    lang = view.lang
    if st.toggle(t("table", lang), key="table"):
        found = view.found
        rows = [
            {
                t("column_area", lang): o.name,
                t("column_code", lang): o.code,
                t("column_value", lang): shown(o, view.indicator, lang) if o.value is not None else "",
                t("column_status", lang): t(f"status_{o.status}", lang),
            }
            for o in found[:MOST_ROWS]
        ]
        st.table(rows, border="horizontal", height=420)
        if len(found) > MOST_ROWS:
            cut, every = number(MOST_ROWS, 0, lang), number(len(found), 0, lang)
            st.caption(t("table_cut", lang, n=cut, all=every, levels=view.levels))


def _receipts(view: Shown) -> None:
    """Source, downloads, and what may not be concluded."""
    lang, indicator = view.lang, view.indicator
    st.caption(view.source)
    with st.popover(t("download", lang), icon=":material/download:", key="download"):
        for key, extension, mime, make in _downloads(view):
            st.download_button(
                t(key, lang),
                make,
                file_name=f"cultuuratlas-{indicator.id}-{view.level}-{view.scope.code}-{view.period}.{extension}",
                mime=mime,
                on_click="ignore",
                width="stretch",
                key=key,
            )
    with st.expander(t("not_conclude", lang)):
        lines = [indicator.text("description", lang), indicator.text("caveat", lang), t("not_conclude_area", lang)]
        if indicator.theme == "access":
            lines.append(t("not_conclude_access", lang))
        year = store.division(indicator.id, view.period)
        if year and year != view.area.year:
            lines.append(t("not_conclude_year", lang, year=year))
        st.markdown("\n".join(f"- {line}" for line in lines if line))


def _downloads(view: Shown) -> list[tuple[str, str, str, Callable[[], bytes]]]:
    """Each download: text key, file extension, media type, and what makes the bytes when it is clicked."""

    def figures() -> bytes:
        source = store.sources()[view.indicator.source]
        return export.table(view.found, view.indicator, view.period, view.level, view.unit, source, view.lang)

    def chart(form: str) -> bytes:
        drawn = view.distribution()
        return export.chart(drawn, view.stamp(drawn.title), form, view.lang) if drawn else b""

    def picture(form: str) -> bytes:
        outlines = {code: outline for code, (_, outline) in store.outlines(view.level, view.scope.code).items()}
        stamp = view.stamp(view.title)
        return export.map_picture(view.found, outlines, view.indicator, view.breaks, view.unit, stamp, form, view.lang)

    out: list[tuple[str, str, str, Callable[[], bytes]]] = [("download_csv", "csv", "text/csv", figures)]
    for form, mime in (("png", "image/png"), ("svg", "image/svg+xml")):
        out += [(f"download_map_{form}", f"kaart.{form}", mime, partial(picture, form))]
        out += [(f"download_chart_{form}", f"grafiek.{form}", mime, partial(chart, form))]
    return out


def _national(view: Shown) -> None:
    """A figure that exists for the country only: no map, its periods, and why."""
    lang, indicator = view.lang, view.indicator
    st.header(t("trend_title", lang, label=view.label, name=t("country", lang)), anchor=False)
    st.info(t("national_only", lang))
    found = store.trend(indicator.id, store.COUNTRY)
    points = [(r["period"], r["value"]) for r in found if r["value"] is not None]
    if len(points) > 1:
        drawn = charts.trend(points, view.unit, lang, st.context.theme.type == "dark")
        alt = t("trend_alt", lang, label=view.label, list="; ".join(f"{p}: {v:g}" for p, v in points), unit=view.unit)
        st.plotly_chart(drawn, config={"displayModeBar": False}, theme=None, key="trend", alt=alt)
    rows = []
    for r in found:
        o = Observation(store.COUNTRY, "", r["value"], r["low"], r["high"], r["status"])
        rows.append({t("column_period", lang): r["period"], t("column_value", lang): shown(o, indicator, lang)})
    st.table(rows, border="horizontal")
    st.markdown(indicator.text("description", lang))
    st.caption(source_line(indicator, view.period, lang))


if __name__ == "__main__":
    page()
