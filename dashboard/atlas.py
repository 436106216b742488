"""One indicator, one level, one area; a map, an area's figures, how the areas are spread, and downloads.

A page says which indicators there are to choose from; the rest is the same on each.

Where (which area) is a run of the whole page. What (indicator, level, period) is a fragment of it, so that a switch
runs and sends only what changes. What is shown is one `View`; everything below draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Literal

import streamlit as st

from dashboard import controls, export, maps, store
from dashboard.card import card
from dashboard.figures import class_labels, number, shown, source_line, titled
from dashboard.pack import Download, Told
from dashboard.picture import scales
from dashboard.picture.bars import bars
from dashboard.picture.trend import trend
from dashboard.store import Area, Indicator, Observation
from dashboard.text import t
from dashboard.view import View, name

MOST_ROWS = 500
SWITCH = ("", "on", "off")
PARTS = ("map", "chart")


# the indicators on offer and the one to begin with, after drawing what narrows them
Choice = Callable[[Area, str], tuple[dict[str, Indicator], str]]
Part = Callable[[View], None]  # draws a part of a page


def draw(page: str, choice: Choice, lang: str, above: Part = lambda _: None) -> Area:
    """Draw the controls, what is `above`, the map and all that belongs to it; returns the chosen area."""
    return frame(partial(figures, page, choice, above=above), lang)


def frame(body: Callable[[Area, Area | None, str], None], lang: str, compared: bool = True) -> Area:
    """Draw the way to the area, then as a fragment what `body` draws of it; returns the chosen area.

    Without `compared` no other area can be put beside it.
    """
    area, other = _areas(lang)
    now = store.build()["id"]
    controls.asked("edition", [now], now, lang, now)
    controls.write(edition=now, area=area.code if area.level != "land" else "", **{"with": other.code if other else ""})
    if not st.context.is_embedded:
        _where(area, other, compared, lang)
    _part(body, area, other, lang)
    return area


@st.fragment
def _part(body: Callable[[Area, Area | None, str], None], area: Area, other: Area | None, lang: str) -> None:
    with store.pinned(), controls.guarded(lang):
        if (area, other) != _areas(lang):  # chosen on the map or in the card
            st.rerun()
        body(area, other, lang)
    controls.publish()


def _areas(lang: str) -> tuple[Area, Area | None]:
    """The chosen area, and the one beside it."""
    area = store.area(controls.asked("area", None, store.COUNTRY, lang, t("country", lang)))
    if not area:
        raise store.StoreError("database_unreadable", f"no area {store.COUNTRY}")
    other = store.area(controls.asked("with", None, "", lang, ""))
    return area, other if other != area else None


def _where(area: Area, other: Area | None, compared: bool, lang: str) -> None:
    """The way from the country to the area, another area, and one to put beside it."""
    with st.container(horizontal=True, vertical_alignment="center", key="where"):
        controls.breadcrumb(area, lang)
        with st.popover(t("other_area", lang), icon=":material/search:", on_change="rerun", key="other-area") as asked:
            if asked.open:
                controls.child(area, lang)
                controls.search(lang, "explore-search")
        if not compared:
            return
        with st.popover(
            t("with_area", lang), icon=":material/compare_arrows:", on_change="rerun", key="beside"
        ) as asked:
            if asked.open:
                controls.search(lang, "with-search", "with")
        if other:
            st.button(
                t("without_area", lang, name=name(other, lang, "country_name")),
                icon=":material/close:",
                on_click=controls.choose,
                args=("with", ""),
                key="without-area",
            )


def figures(
    page: str,
    choice: Choice,
    area: Area,
    other: Area | None,
    lang: str,
    above: Part = lambda _: None,
    meaning: Part = lambda _: None,
) -> None:
    """The controls, the map and all that belongs to it, in a frame.

    `above` draws what a page says above the map, `meaning` what it says below it.
    """
    if st.context.is_embedded:
        part = controls.asked("show", PARTS, PARTS[0], lang, PARTS[0])
        with st.container(key="unseen"):  # what the link asks is checked as always, without the controls
            view = _view(page, choice, area, other, lang)
        _embedded(view, part)
    else:
        view = _view(page, choice, area, other, lang)
        above(view)
        _explored(view, meaning)


def _explored(view: View, meaning: Part) -> None:
    if view.level == "land":
        _national(view)
        return
    if view.level not in store.offered(view.indicator.id, view.area):
        elsewhere(view)
        return
    st.title(view.title, anchor=False)
    st.markdown(view.sentence)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _map(view)
    with right:
        card(view)
    meaning(view)
    _distribution(view)
    _table(view)
    _receipts(view)


def elsewhere(view: View) -> None:
    """A figure that this edition does not have for the chosen area."""
    lang = view.lang
    st.title(view.label, anchor=False)
    st.info(t("elsewhere", lang, name=name(view.area, lang)))
    st.markdown(view.indicator.text("description", lang))
    st.caption(view.source)


def _view(page: str, choice: Choice, area: Area, other: Area | None, lang: str) -> View:
    """What the controls say, which this draws too."""
    every, begin = choice(area, lang)
    first, second, third = st.columns([5, 4, 2], vertical_alignment="bottom")
    indicator = _indicator(every, begin, lang, first)
    levels = store.offered(indicator.id, area)
    level = _level(lang, levels, area, second) if levels else store.levels(indicator.id)[0]
    period = _period(lang, indicator, level, third)
    controls.write(indicator=indicator.id, level=level, period=period)
    return View(lang, indicator, period, level, area, other, page, controls.written("ask")["ask"])


def _indicator(
    every: dict[str, Indicator], first: str, lang: str, slot: st.delta_generator.DeltaGenerator
) -> Indicator:
    chosen = controls.asked("indicator", every, first, lang, every[first].text("label", lang))
    st.session_state["indicator"] = chosen

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
    return every[chosen]


def _level(lang: str, levels: list[str], area: Area, slot: st.delta_generator.DeltaGenerator) -> str:
    first = area.level if area.level in levels else levels[0]
    chosen = controls.asked("level", levels, first, lang, t(f"levels_{first}", lang))
    st.session_state["level"] = chosen

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
    return chosen


def _period(lang: str, indicator: Indicator, level: str, slot: st.delta_generator.DeltaGenerator) -> str:
    periods = store.periods(indicator.id, level)
    chosen = controls.asked("period", periods, periods[0], lang, periods[0])
    st.session_state["period"] = chosen
    if len(periods) == 1:  # nothing to choose; the title says which it is
        return chosen
    with slot:
        st.selectbox(t("period", lang), periods, key="period", on_change=controls.keep, args=("period",))
    return chosen


def painted(view: View, paint: maps.Paint, alt: str) -> None:
    """The map of a paint that a page computed; a click chooses the area."""
    phone = controls.phone()
    deck = maps.choropleth(view, [], paint, background=False, phone=phone, dark=controls.dark())
    height = maps.height(maps.shown_box(view), phone)
    if st.context.is_embedded:
        st.pydeck_chart(deck, height=height, key="map", alt=alt)
    else:
        st.pydeck_chart(deck, height=height, key="map", alt=alt, on_select=clicked, selection_mode="single-object")


def take_away(link: str, lang: str, files: Sequence[Download], cautions: Sequence[str]) -> None:
    """Downloads, the link to exactly this (where there is one), and what may not be concluded."""
    download(t("download", lang), "download", files, lang)
    if link:
        with st.expander(t("share", lang), icon=":material/share:"):
            st.markdown(f"**{t('share_link', lang)}**")
            st.code(link, language=None, wrap_lines=True)
    with st.expander(t("not_conclude", lang), on_change="rerun", key="not-conclude") as asked:
        if asked.open:  # every switch sends the page anew, so what is closed is not sent
            _cautions(cautions)


def download(label: str, key: str, files: Sequence[Download], lang: str) -> None:
    """A section with a button per file, made when it is opened; `key` tells it from the others of the page."""
    with st.expander(label, icon=":material/download:", on_change="rerun", key=key) as asked:
        if asked.open:
            _buttons(files, lang, f"{key}-")


def _buttons(
    files: Sequence[Download], lang: str, key: str = "", width: Literal["content", "stretch"] = "content"
) -> None:
    """A button per file, which makes it when clicked; the journalist's pack says what is in it."""
    for what, file_name, mime, make in files:
        st.download_button(
            t(what, lang),
            store.bound(make),
            file_name=file_name,
            mime=mime,
            on_click="ignore",
            width=width,
            key=f"{key}{what}",
        )
        if what == "download_pack":
            st.caption(t("download_pack_text", lang))


def _cautions(cautions: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {line}" for line in cautions))


def clicked() -> None:
    """A click on the map chooses the area."""
    objects = st.session_state["map"]["selection"]["objects"].get(maps.FILL)
    if objects:
        controls.choose("area", objects[0]["properties"]["code"])


def _map(view: View) -> None:
    lang = view.lang
    local = view.scope.level == "gemeente"
    places = _places(view) if view.area.municipality else []
    phone = controls.phone()
    # within a municipality it helps to find the way; under a whole country of colours it would not be seen
    background = local and controls.asked("bg", SWITCH, "", lang, "") != "off"
    deck = maps.choropleth(view, places, maps.painted(view), background=background, phone=phone, dark=controls.dark())
    alt = f"{view.alt} {t('map_table', lang)}"
    height = maps.height(maps.shown_box(view), phone)
    st.pydeck_chart(deck, height=height, on_select=clicked, selection_mode="single-object", key="map", alt=alt)
    st.html(_legend(view, background))
    if not view.area.municipality:
        st.caption(t("places_help", lang))
    if local:
        st.session_state["bg"] = background
        st.toggle(t("background", lang), key="bg", help=t("background_help", lang), on_change=switched, args=("bg",))
        controls.write(bg="" if background else "off")


def switched(switch: str) -> None:
    """Callback of a switch: on or off is the chosen value."""
    controls.choose(switch, "on" if st.session_state[switch] else "off")


def _places(view: View) -> list[dict[str, object]]:
    """The places of the chosen domains in the municipality, with the control that chooses them."""
    lang = view.lang
    domains = [term for scheme, term in store.terms() if scheme == "domain"]
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
    where = place.name if place else municipality
    if found:
        credits = sorted({str(store.sources()[str(p["source"])]["attribution"]) for p in found})
        credit, n = "; ".join(credits), number(len(found), 0, lang)
        st.caption(t("places_count", lang, count=len(found), n=n, name=where, credit=credit))
    else:
        st.caption(t("places_none", lang, name=where))
    return found


class _Choices(list[str]):
    """Every dotted combination of the terms, and `all`."""

    def __contains__(self, value: object) -> bool:
        return value in ("", "all") or all(super(_Choices, self).__contains__(v) for v in str(value).split("."))


def _legend(view: View, background: bool = False) -> str:
    """The legend as an HTML list: the same classes as map and chart, and only the statuses that are there."""
    lang, scale = view.lang, view.scale
    kind = "estimated" if view.estimated else "measured"
    labels = class_labels(scale.breaks, view.indicator, lang)
    items = [
        f'<li><span class="swatch {kind}" style="--c:{colour}"></span>{label}</li>'
        for colour, label in zip(scales.palette(scale), labels, strict=True)
    ]
    blank = [s for s in scales.STATUS_FILL if s in view.statuses]
    items += [
        f'<li><span class="swatch {s}" style="--c:{scales.STATUS_FILL[s]}"></span>{t(f"status_{s}", lang)}</li>'
        for s in blank
    ]
    head = " · ".join([escape(view.unit), *([known] if (known := view.known) else [])])
    reference = number(scale.reference or 0, view.indicator.decimals, lang)
    note = t(f"legend_note_{scale.kind}", lang, levels=view.levels, reference=f"{reference} {view.unit}")
    note = " ".join([note, *(f"{t(f'status_{s}', lang).capitalize()}: {t(f'status_{s}_text', lang)}" for s in blank)])
    over = f' style="--over:{scales.OVER_BACKGROUND}"' if background else ""
    return f'<div class="legend"{over}><p>{head}</p><ul>{"".join(items)}</ul><p class="note">{escape(note)}</p></div>'


def _distribution(view: View) -> None:
    drawn = view.distribution
    if not drawn:
        return
    st.subheader(drawn.title, anchor=False)
    svg = bars(drawn, view.lang, controls.phone(), controls.dark())
    st.image(svg, width="stretch", alt=view.chart_alt)


def _table(view: View) -> None:
    lang = view.lang
    if controls.switch("table", t("table", lang), lang):
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


def _receipts(view: View) -> None:
    """Source, downloads, links, and what may not be concluded."""
    lang = view.lang
    st.caption(view.source)
    link = controls.origin() + view.link(**controls.written("places", "bg", "table"))
    for key, icon, draw in (("download", "download", _downloads), ("share", "share", _share)):
        with st.expander(t(key, lang), icon=f":material/{icon}:", on_change="rerun", key=key) as asked:
            if asked.open:
                draw(view, link)
    with st.expander(t("not_conclude", lang)):
        _cautions(view.cautions)


def _downloads(view: View, link: str) -> None:
    groups = export.downloads(view, link)
    _buttons(groups.pop("pack"), view.lang)
    for column, (group, files) in zip(st.columns(len(groups)), groups.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'download_{group}', view.lang)}**")
            _buttons(files, view.lang, width="stretch")


def _share(view: View, link: str) -> None:
    """The link to exactly this, and what to paste into a page of one's own."""
    st.markdown(f"**{t('share_link', view.lang)}**")
    st.code(link, language=None, wrap_lines=True)
    for part in PARTS:
        st.markdown(f"**{t(f'share_{part}', view.lang)}**")
        address = escape(controls.origin() + view.link(embed="true", show=part))
        frame = (
            f'<iframe src="{address}" title="{escape(view.title)}" width="100%" height="720" loading="lazy"></iframe>'
        )
        st.code(frame, language=None, wrap_lines=True)


def _embedded(view: View, part: str) -> None:
    """One map or chart without the frame, for a page elsewhere, with its source and the way to the whole."""
    lang = view.lang
    if view.level not in ("land", *store.offered(view.indicator.id, view.area)):
        elsewhere(view)
        return
    drawn = view.distribution
    st.subheader(drawn.title if drawn and part == "chart" else view.title, anchor=False)
    st.markdown(view.sentence)
    if view.level == "land":
        st.table([_national_row(r, view) for r in store.trend(view.indicator.id, store.COUNTRY)], border="horizontal")
    elif part == "chart" and drawn:
        svg = bars(drawn, lang, controls.phone(), controls.dark())
        st.image(svg, width="stretch", alt=view.chart_alt)
    else:
        phone = controls.phone()
        deck = maps.choropleth(view, [], maps.painted(view), background=False, phone=phone, dark=controls.dark())
        st.pydeck_chart(deck, height=maps.height(maps.shown_box(view), phone), alt=view.alt)
        st.html(_legend(view))
    st.caption(view.source)
    whole(controls.origin() + view.link(), lang)


def whole(link: str, lang: str) -> None:
    """The way from a part, embedded in a page elsewhere, to all of it."""
    address = f'href="{escape(link)}" target="_blank" rel="noopener"'
    st.html(f'<p class="small"><a {address}>{t("open_whole", lang)}</a></p>')


def _national(view: View) -> None:
    """A figure that exists for the country only: no map, its periods, and why."""
    lang, indicator = view.lang, view.indicator
    tell = partial(_national_told, view)
    told = tell(lang)
    st.title(told.title, anchor=False)
    st.info(t("national_only", lang))
    found, points = store.trend(indicator.id, store.COUNTRY), export.trend_points(indicator.id)
    if len(points) > 1:
        drawn = trend(points, view.unit, indicator.decimals, lang, controls.phone(), controls.dark())
        st.image(drawn, width="stretch", alt=told.alt)
    st.table([_national_row(r, view) for r in found], border="horizontal")
    st.markdown(f"{indicator.text('description', lang)} {indicator.text('caveat', lang)}")
    st.caption(told.source)
    link = controls.origin() + view.link()
    take_away(link, lang, export.trend_files(view, tell, link), told.cautions)


def _national_told(view: View, lang: str) -> Told:
    v = replace(view, lang=lang)
    found = store.trend(v.indicator.id, store.COUNTRY)
    points = export.trend_points(v.indicator.id)
    known = [p.period for p in points] or [v.period]
    rows = [_national_row(r, v) for r in found]
    listed = "; ".join(f"{p.period}: {number(p.value, v.indicator.decimals, lang)}" for p in points)
    return Told(
        titled(t("trend_title", lang, label=v.label, name=t("country", lang)), {r["status"] for r in found}, lang),
        "; ".join(": ".join(row.values()) for row in rows),
        f"{source_line(v.indicator, ' – '.join(dict.fromkeys([known[0], known[-1]])), lang)} "
        f"{t('national_publication', lang)}",
        (*v.cautions, t("national_only", lang)),
        t("trend_alt", lang, label=v.label, list=listed, unit=v.unit) if len(known) > 1 else "",
    )


def _national_row(found: dict[str, object], view: View) -> dict[str, str]:
    figures = {k: found[k] for k in ("value", "low", "high", "status")}
    o = Observation(store.COUNTRY, "", **figures)  # type: ignore[arg-type]
    lang = view.lang
    return {
        t("column_period", lang): str(found["period"]),
        t("column_value", lang): shown(o, view.indicator, lang),
    }
