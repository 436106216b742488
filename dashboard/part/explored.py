"""One indicator on a map, with how its areas are spread, its table and its receipts."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import store
from dashboard.answer import slope, trend
from dashboard.answer.view import Ground, View, name
from dashboard.download.address import short
from dashboard.download.files import answer_files, view_files
from dashboard.map.camera import height as map_height
from dashboard.map.camera import shown_box
from dashboard.map.deck import FILL, choropleth
from dashboard.map.legend import legend
from dashboard.map.paint import Paint, painted
from dashboard.part import controls, picture, webgl
from dashboard.part.card import card
from dashboard.part.take import buttons, caution_list, correction, download, take_away, whole
from dashboard.picture import scales
from dashboard.picture.bars import bars
from dashboard.picture.trend import trend as trend_svg
from dashboard.words.numbers import number, shown
from dashboard.words.text import t

MOST_ROWS = 500
SWITCH = ("", "on", "off")
PARTS = ("map", "chart")
MAP_SHARE = 5 / 8  # of the page that is the map's
# beside the frame in a page elsewhere: the frame is as high as what is in it says
FITS = (
    "<script>addEventListener('message', e => document.querySelectorAll('iframe').forEach(f => {"
    " if (f.contentWindow === e.source && e.data.cultuuratlas) f.height = e.data.cultuuratlas }))</script>"
)


Part = Callable[[View], None]  # draws a part of a page


def explored(view: View, meaning: Part, head: DeltaGenerator) -> None:
    """The map of a view and all that belongs to it; `meaning` draws what a page says below it.

    `head` is where its title and sentence go: above the controls.
    """
    if view.level == store.area_levels().country:
        _national(view, head)
        return
    if view.level not in store.offered(view.indicator.id, view.area):
        elsewhere(view, head)
        return
    head.title(view.title, anchor=False)
    head.markdown(view.sentence)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _map(view)
    with right:
        card(view)
    meaning(view)
    _distribution(view)
    if view.page == "explore":
        _slope(view)
    _table(view)
    _receipts(view)


def elsewhere(view: View, head: DeltaGenerator) -> None:
    """A figure that this edition does not have for the chosen area."""
    lang = view.lang
    head.title(view.label, anchor=False)
    head.info(t("elsewhere", lang, name=name(view.area, lang)))
    st.markdown(view.indicator.text("description", lang))
    st.caption(view.source)


def painted_map(ground: Ground, paint: Paint, alt: str) -> None:
    """The map of a paint that a page computed; a click chooses the area."""
    room = controls.room(1 if st.context.is_embedded else MAP_SHARE)
    deck = choropleth(ground, [], paint, background=False, room=room, dark=controls.dark())
    height = map_height(shown_box(ground), room)
    if st.context.is_embedded:
        st.pydeck_chart(deck, height=height, key="map", alt=alt)
    else:
        st.pydeck_chart(
            deck,
            height=height,
            key="map",
            alt=alt,
            on_select=clicked,
            selection_mode="single-object",
        )


def clicked() -> None:
    """A click on the map chooses the area."""
    objects = st.session_state["map"]["selection"]["objects"].get(FILL)
    if objects:
        controls.choose("area", objects[0]["properties"]["code"])


def _map(view: View) -> None:
    lang = view.lang
    alt = f"{view.alt} {t('map_table', lang)}"
    if webgl.absent():
        webgl.instead(view, alt)
        st.html(legend(view))
        return
    local = view.scope.is_municipality
    drawn = st.container()  # the map is above what is chosen to lie on it, and nothing moves it
    places = _places(view) if view.area.whole else []
    room = controls.room(MAP_SHARE)
    # within a municipality it helps to find the way, and tells somebody else that one looks: only for
    # who asks; under a whole country of colours it would not be seen
    background = local and controls.asked("bg", SWITCH, "", lang, "") == "on"
    deck = choropleth(
        view.ground, places, painted(view), background=background, room=room, dark=controls.dark()
    )
    height = map_height(shown_box(view.ground), room)
    with drawn:
        st.pydeck_chart(
            deck,
            height=height,
            on_select=clicked,
            selection_mode="single-object",
            key="map",
            alt=alt,
        )
        st.html(legend(view, background))
    if not view.area.whole:
        st.caption(t("places_help", lang))
    if local:
        st.session_state["bg"] = background
        st.toggle(
            t("background", lang),
            key="bg",
            help=t("background_help", lang),
            on_change=switched,
            args=("bg",),
        )
        controls.write(bg="on" if background else "")


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
    whole = view.area.whole or ""
    places = [p for p in store.places(whole) if p["domain"] in wanted]
    place = store.area(whole)
    where = place.name if place else whole
    if places:
        credits = sorted({str(store.sources()[str(p["source"])]["attribution"]) for p in places})
        credit, n = "; ".join(credits), number(len(places), 0, lang)
        st.caption(t("places_count", lang, count=len(places), n=n, name=where, credit=credit))
    else:
        st.caption(t("places_none", lang, name=where))
    correction(view.area, lang)
    return places


class _Choices(list[str]):
    """Every dotted combination of the terms, and `all`."""

    def __contains__(self, value: object) -> bool:
        return value in ("", "all") or all(
            super(_Choices, self).__contains__(v) for v in str(value).split(".")
        )


def _distribution(view: View) -> None:
    drawn = view.distribution
    if not drawn:
        return
    st.subheader(drawn.title, anchor=False)
    svg = bars(drawn, view.lang, controls.phone(), controls.dark())
    picture.show(svg, view.chart_alt, view.lang)


def _slope(view: View) -> None:
    """What changed between the last two waves, where that is known."""
    answer = slope.answer(view, controls.phone(), controls.dark())
    if answer and answer.diagram:
        wording = answer.wording(view.lang)
        st.subheader(wording.title, anchor=False)
        picture.show(answer.diagram(), wording.alt, view.lang)
        st.caption(f"{wording.key} {wording.source}")
        link = controls.origin() + view.link()
        files = answer_files(answer, link, view.lang)
        download(t("profile_download", view.lang), "download-slope", files, view.lang)


def _table(view: View) -> None:
    lang = view.lang
    if webgl.absent() or controls.switch("table", t("table", lang), lang):
        observations = view.found
        rows = [
            {
                t("column_area", lang): o.name,
                t("column_code", lang): o.code,
                t("column_value", lang): shown(o, view.indicator, lang)
                if o.value is not None
                else "",
                t("column_status", lang): t(f"status_{o.status}", lang),
            }
            for o in observations[:MOST_ROWS]
        ]
        st.table(rows, border="horizontal", height=420)
        if len(observations) > MOST_ROWS:
            cut, every = number(MOST_ROWS, 0, lang), number(len(observations), 0, lang)
            st.caption(t("table_cut", lang, n=cut, all=every, levels=view.levels))


def _receipts(view: View) -> None:
    """Source, downloads, links, and what may not be concluded."""
    lang = view.lang
    st.caption(view.source)
    link = controls.origin() + view.link(**controls.written("places", "bg", "table"))
    for key, icon, draw in (("download", "download", _downloads), ("share", "share", _share)):
        with st.expander(
            t(key, lang), icon=f":material/{icon}:", on_change="rerun", key=key
        ) as asked:
            if asked.open:
                draw(view, link)
    with st.expander(t("not_conclude", lang)):
        caution_list(view.cautions)


def _downloads(view: View, link: str) -> None:
    groups = view_files(view, link)
    buttons(groups.pop("pack"), view.lang)
    for column, (group, files) in zip(st.columns(len(groups)), groups.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'download_{group}', view.lang)}**")
            buttons(files, view.lang, width="stretch")


def _share(view: View, link: str) -> None:
    """The link to exactly this, and what to paste into a page of one's own."""
    st.markdown(f"**{t('share_link', view.lang)}**")
    st.code(link, language=None, wrap_lines=True)
    for part in PARTS:
        st.markdown(f"**{t(f'share_{part}', view.lang)}**")
        address = escape(controls.origin() + view.link(embed="true", show=part))
        title = escape(view.title)
        frame = f'<iframe src="{address}" title="{title}" width="100%" height="720" loading="lazy"></iframe>'
        st.code(frame + FITS, language=None, wrap_lines=True)
    st.markdown(f"**{t('share_image', view.lang)}**")
    to = short("explore", {}, link)
    name, _, asked = to.partition("?")
    image = f'<img src="{escape(f"{name}.svg?{asked}")}" alt="{escape(view.alt)}" width="100%">'
    st.code(f'<a href="{escape(to)}">{image}</a>', language=None, wrap_lines=True)


def embedded_part(view: View, part: str) -> None:
    """One map or chart without the frame, for a page elsewhere, with its source and the way to the
    whole.
    """
    lang = view.lang
    if view.level not in (
        store.area_levels().country,
        *store.offered(view.indicator.id, view.area),
    ):
        elsewhere(view, st.container())
        return
    drawn = view.distribution
    st.subheader(drawn.title if drawn and part == "chart" else view.title, anchor=False)
    st.markdown(view.sentence)
    if view.level == store.area_levels().country:
        st.table(trend.table(view), border="horizontal")
    elif part == "chart" and drawn:
        svg = bars(drawn, lang, controls.phone(), controls.dark())
        picture.show(svg, view.chart_alt, view.lang)
    else:
        room = controls.room()
        deck = choropleth(
            view.ground, [], painted(view), background=False, room=room, dark=controls.dark()
        )
        if webgl.absent():
            webgl.instead(view, view.alt)
        else:
            st.pydeck_chart(deck, height=map_height(shown_box(view.ground), room), alt=view.alt)
        st.html(legend(view))
    st.caption(view.source)
    whole(controls.origin() + view.link(), lang)


def _national(view: View, head: DeltaGenerator) -> None:
    """A figure that exists for the country only: no map, its periods, and why."""
    lang, indicator = view.lang, view.indicator
    answer = trend.answer(view)
    wording = answer.wording(lang)
    head.title(wording.title, anchor=False)
    head.info(t("national_only", lang))
    if answer.diagram:
        line = trend_svg(
            trend.points(indicator.id),
            view.unit,
            indicator.decimals,
            lang,
            controls.phone(),
            controls.dark(),
        )
        picture.show(line, wording.alt, lang)
    st.table(trend.table(view), border="horizontal")
    st.markdown(f"{indicator.text('description', lang)} {indicator.text('caveat', lang)}")
    st.caption(wording.source)
    link = controls.origin() + view.link()
    take_away(link, lang, answer_files(answer, link, lang), wording.cautions)
