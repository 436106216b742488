"""Connections: bridges between domains, the ecosystem ring, possible partners, and who is tied to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from heapq import nsmallest
from itertools import islice
from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import atlas, controls, ecosystem, export, network, paths, store
from dashboard.card import completeness
from dashboard.figures import about, credit, named, number, polled, shown
from dashboard.pack import Telling, Told
from dashboard.picture import scales
from dashboard.picture.grid import Box, grid
from dashboard.picture.network import Node
from dashboard.picture.network import network as network_svg
from dashboard.store import Area
from dashboard.text import plain, t
from dashboard.view import name
from pipelines.methods import networks, partnership

TITLE, ORDER = "page_connections", 7
QUESTIONS = ("bridges", "ring", "partner", "network")
BRIDGE_LOOK = {"known": "full", "shared": "striped", "missing": "open", "absent": "unknown"}
BRIDGE_PROOF = {"known": "known", "shared": "shared_site", "missing": "possible", "absent": ""}
CAUTIONS = ("ties_not_0", "ties_not_1")
Rows = Callable[[], list[dict[str, Any]]]
LISTED, FAULTS, OFFERED = 15, 50, 1_000
# a click, Enter or the space bar chooses a cell; the arrows walk through the ring: it is one stop of the Tab key
RING = st.components.v2.component(
    "ring",
    isolate_styles=False,
    js="""export default ({ parentElement, data, setTriggerValue }) => {
      let root = parentElement.querySelector('div.ring')
      if (!root) {
        root = document.createElement('div')
        root.className = 'ring'
        root.setAttribute('role', 'group')
        parentElement.appendChild(root)
      }
      root.setAttribute('aria-label', data.alt)
      const had = root.contains(document.activeElement)
      root.innerHTML = data.svg
      const cells = [...root.querySelectorAll('[role=button]')]
      if (had) root.querySelector('[tabindex="0"]')?.focus()
      const pick = cell => setTriggerValue('cell', cell.id)
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }
      for (const cell of cells) {
        cell.onclick = () => pick(cell)
        cell.onkeydown = event => {
          if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(cell) }
          if (!step[event.key]) return
          event.preventDefault()
          const [out, round] = step[event.key]
          const part = (+cell.dataset.part + round + data.parts) % data.parts
          const ring = Math.min(data.rings - 1, Math.max(0, +cell.dataset.ring + out))
          root.querySelector(`[data-ring="${ring}"][data-part="${part}"]`)?.focus()
        }
      }
    }""",
)


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    question = controls.question(lambda q: f"ties_{q}", QUESTIONS, lang)
    controls.write(indicator="", period="", level="")
    atlas.frame(
        {"bridges": _bridges, "ring": _ring, "partner": _partner, "network": _network}[question], lang, compared=False
    )


def _told(title: str, sentence: str, sources: Sequence[str], lang: str, drawn: bool = False, key: str = "") -> Told:
    """What is shown in words, with a picture of it or (not `drawn`) without."""
    first = [t("not_conclude_polled", lang, days=polled(lang))] if store.POLLED in sources else []
    cautions = (*first, *(t(c, lang) for c in CAUTIONS))
    source = " ".join([*first, credit(sources, lang)])
    return Told(title, sentence, source, cautions, f"{title}. {sentence}" if drawn else "", key)


def _away(
    what: Sequence[str],
    rows: Rows,
    sources: Sequence[str],
    tell: Telling,
    lang: str,
    key: Sequence[str],
    diagram: Callable[[], str] | None = None,
) -> None:
    """Source line, downloads of a table and its picture, the link, and what may not be concluded."""
    told = tell(lang)
    st.caption(told.source)
    link = controls.link("connections")
    atlas.take_away(
        link, lang, export.files(what, rows, sources, tell, link, lang, key, diagram=diagram), told.cautions
    )


def _no_places(area: Area, lang: str) -> None:
    """Why there is nothing to show here."""
    st.info(t("ties_choose", lang) if area.level == "land" else t("ties_no_places", lang, name=name(area, lang)))


# --- bridges


def _bridges(area: Area, other: Area | None, lang: str) -> None:
    st.title(t("ties_bridges_title", lang, name=name(area, lang)), anchor=False)
    if area.level == "land" or not store.kinds_within(area.code):
        _no_places(area, lang)
        return
    ties = store.ties(area.municipality or "")
    found = network.bridges(store.within(area.code), ties)
    sources = {s["source"] for s in store.completeness(area.municipality or "") if s["places"]}
    sources |= {tie["source"] for tie in ties if network.is_bridge(tie)} | {"shared_site"}
    tell = partial(_bridges_told, found, area, sorted(sources))
    told = tell(lang)
    missing = [b for b in found if b.state == "missing"]
    st.markdown(told.sentence)
    draw = partial(_bridge_diagram, found, lang)
    st.image(draw(controls.phone(), controls.dark()), alt=told.alt)
    st.caption(told.key)
    if st.context.is_embedded:
        return
    if missing:
        st.header(t("ties_missing", lang), anchor=False)
        st.markdown(t("ties_missing_text", lang))
        controls.table([_possible(b, lang) for b in missing], t("ties_missing", lang))
    st.header(t("ties_all_pairs", lang), anchor=False)
    controls.table([_pair(b, lang) for b in found], t("ties_all_pairs", lang))
    completeness(area, lang)

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": area.code, "name": area.name, "first": b.first, "second": b.second}
            | {"first_places": b.places[0], "second_places": b.places[1], "shared_sites": b.shared}
            | {"known_ties": b.known, "state": "possible" if b.state == "missing" else b.state}
            | {"proof": BRIDGE_PROOF[b.state], "status": "measured"}
            | {"period": _span(b.periods) if b.state in ("known", "shared") else store.access_period()}
            | {side: b.nearest[n].name if b.nearest else "" for n, side in enumerate(("one_side", "other_side"))}
            for b in found
        ]

    what, key = ("bridges", area.code), ("area", "first", "second")
    _away(what, rows, sorted(sources), tell, lang, key, partial(draw, False, False))


def _span(periods: Sequence[str]) -> str:
    """`2016 – 2023`, or `2023`."""
    return " – ".join(dict.fromkeys([periods[0], periods[-1]]))


def _known(places: int, lang: str) -> str:
    """How many places our sources know; that they know none does not say that there are none."""
    return number(places, 0, lang) if places else t("ties_none", lang)


def _bridges_told(found: Sequence[network.Bridge], area: Area, sources: Sequence[str], lang: str) -> Told:
    both = [b for b in found if b.state != "absent"]
    linked = sum(b.state != "missing" for b in both)
    title = t("ties_bridges_title", lang, name=name(area, lang))
    sentence = t("ties_bridges_sentence", lang, count=len(both), both=len(both), linked=linked)
    return _told(title, sentence, sources, lang, True, t("ties_bridges_note", lang))


def _bridge_diagram(found: Sequence[network.Bridge], lang: str, phone: bool, dark: bool) -> str:
    domains = store.scheme("domain")
    by = {(b.first, b.second): b for b in found}
    count = {d: b.places[n] for b in found for n, d in enumerate((b.first, b.second))}

    def box(row: str, column: str) -> Box:
        if row == column:
            places = t("ties_places_short", lang) if count[row] else ""
            return Box("text", _known(count[row], lang), places)
        if not (b := by.get((row, column))):
            return Box("none")
        n = {"known": b.known, "shared": b.shared}.get(b.state)
        return Box(BRIDGE_LOOK[b.state], str(n) if n else "", t(f"ties_bridge_{b.state}", lang))

    names = [store.term("domain", d, lang) for d in domains]
    return grid(names, names, [[box(r, c) for c in domains] for r in domains], phone, dark)


def _possible(b: network.Bridge, lang: str) -> dict[str, str]:
    one, far = b.nearest or (None, None)
    return {
        t("ties_column_pair", lang): network.pair(b, lang),
        t("ties_column_one", lang): named(one.name, one.kind, lang) if one else "–",
        t("ties_column_other", lang): named(far.name, far.kind, lang) if far else "–",
        t("ties_column_apart", lang): about(far.minutes, lang) if far else "–",
    }


def _pair(b: network.Bridge, lang: str) -> dict[str, str]:
    return {
        t("ties_column_pair", lang): network.pair(b, lang),
        t("ties_column_both", lang): " – ".join(_known(n, lang) for n in b.places),
        t("csv_shared_sites", lang): str(b.shared),
        t("csv_known_ties", lang): str(b.known),
        t("ties_column_link", lang): t(f"ties_bridge_{b.state}", lang),
    }


# --- the ring


def _ring(area: Area, other: Area | None, lang: str) -> None:
    found = ecosystem.cells(area.code)
    sources = [*dict.fromkeys(f.indicator.source for c in found for f in c.figures)]
    sources += sorted({s for c in found for link in c.links for s in link["sources"]} - {*sources})
    sources += sorted({c["source"] for c in store.coaches()} - {*sources})
    sources += sorted({s["source"] for s in store.completeness(area.municipality or "") if s["places"]} - {*sources})
    tell = partial(_ring_told, found, area, sources)
    told = tell(lang)
    st.title(told.title, anchor=False)
    st.markdown(told.sentence)
    every = {c.id: c for c in found}
    first = next(c.id for s in (ecosystem.OWN, ecosystem.ESTIMATED, ecosystem.WIDER) for c in found if c.state == s)
    left, right = st.columns([5, 4], gap="medium")
    with right:
        with st.container(key="unseen" if st.context.is_embedded else "asked"):
            chosen = controls.select(
                "cell", [*every], first, t("ties_ring_cell", lang), lambda c: ecosystem.seat(every[c], lang), lang
            )
        _cell_text(every[chosen], area, lang)
    with left:
        data: dict[str, Any] = {
            "svg": ecosystem.diagram(found, lang, controls.phone(), controls.dark(), chosen=chosen),
            "alt": t("ties_ring_alt", lang),
        }
        data |= {"rings": len(ecosystem.RINGS), "parts": len(found) // len(ecosystem.RINGS)}
        RING(key="ring", data=data, on_cell_change=_picked)
        st.html(ecosystem.legend(lang))
    if st.context.is_embedded:
        return
    if controls.switch("table", t("ties_ring_table", lang), lang):
        controls.table([_ring_row(c, lang) for c in found], told.title)
    completeness(area, lang)
    rows = partial(_ring_rows, found, area, lang)
    what, key = ("ring", area.code), ("area", "cell", "figure")
    _away(what, rows, sources, tell, lang, key, partial(ecosystem.diagram, found, lang, False, False))


def _ring_told(found: Sequence[ecosystem.Cell], area: Area, sources: Sequence[str], lang: str) -> Told:
    title = t("ties_ring_title", lang, name=name(area, lang))
    key = f"{t('ties_ring_looks', lang)} {ecosystem.halves(lang)}. {t('ties_ring_note', lang)}"
    return _told(title, ecosystem.sentence(found, name(area, lang), lang), sources, lang, True, key)


def _picked() -> None:
    if cell := st.session_state["ring"].get("cell"):
        controls.choose("cell", cell)


def _cell_text(cell: ecosystem.Cell, area: Area, lang: str) -> None:
    """What is known in a cell, or what would measure it."""
    st.subheader(ecosystem.seat(cell, lang), anchor=False)
    st.markdown(f"**{t(f'ties_ring_{cell.state}', lang).capitalize()}**")
    if cell.state == ecosystem.UNKNOWN:
        st.markdown(t("ties_ring_unmeasured", lang, would=t(f"ties_would_{cell.level}", lang)))
        return
    controls.table([_said(f, lang) for f in _facts(cell, area, lang)], ecosystem.seat(cell, lang))


def _facts(cell: ecosystem.Cell, area: Area, lang: str) -> list[dict[str, Any]]:
    """Everything known of a cell, a row each: places by kind, their ties, figures, and what culture coaches join."""
    places = [
        {"figure": k, "label": store.term("kind", k, lang), "value": found["n"]}
        | {"unit": t("ties_places_unit", lang, count=found["n"]), "period": store.access_period(), "status": "measured"}
        | {"of": area.code, "sources": found["sources"], "proof": ""}
        for k, found in cell.places.items()
    ]
    links = [
        {"figure": link["kind"], "label": store.term("tie", link["kind"], lang), "value": link["n"]}
        | {"unit": t("ties_links_unit", lang, count=link["n"]), "period": _span([link["since"], link["until"]])}
        | {"status": "measured", "of": area.code, "sources": link["sources"], "proof": link["proof"]}
        for link in cell.links
    ]
    figures = [
        {"figure": f.indicator.id, "label": f.indicator.text("label", lang), "value": f.observation.value}
        | {"unit": store.term("unit", f.indicator.unit, lang), "period": f.period, "status": f.observation.status}
        | {
            "of": f.of.code,
            "sources": [f.indicator.source],
            "proof": "",
            "said": shown(f.observation, f.indicator, lang),
        }
        for f in cell.figures
    ]
    coaches = [
        {"figure": f"{c['a']}-{c['b']}", "label": _coach(c, lang), "value": c["weight"]}
        | {"unit": t("ties_ring_coach", lang), "period": c["period"], "status": "measured"}
        | {"of": store.COUNTRY, "sources": [c["source"]], "proof": c["proof"]}
        for c in cell.coaches
    ]
    return [{"said": f"{number(f['value'], 0, lang)} {f['unit']}", **f} for f in places + links + figures + coaches]


def _said(fact: dict[str, Any], lang: str) -> dict[str, str]:
    of = store.area(fact["of"])
    return {
        t("ties_ring_what", lang): fact["label"],
        t("column_value", lang): fact["said"],
        t("column_period", lang): fact["period"],
        t("ties_ring_of", lang): name(of, lang, "country_name") if of else fact["of"],
        t("ties_ring_source", lang): ", ".join(store.sources()[s]["publisher"] for s in fact["sources"]),
    }


def _coach(tie: Mapping[str, Any], lang: str) -> str:
    a, b = (store.term("sector", tie[end], lang) for end in "ab")
    return t("ties_coach", lang, a=a, b=b)


def _ring_row(cell: ecosystem.Cell, lang: str) -> dict[str, str]:
    figures = [store.term("tie", link["kind"], lang) for link in cell.links]
    for f in cell.figures:
        of = "" if f.of == cell.area else f" ({name(f.of, lang, 'country_name')})"
        figures.append(f.indicator.text("label", lang) + of)
    figures += [_coach(c, lang) for c in cell.coaches]
    return {
        t("ties_ring_cell", lang): ecosystem.seat(cell, lang),
        t("ties_ring_state", lang): t(f"ties_ring_{cell.state}", lang),
        t("ties_places_column", lang): number(sum(k["n"] for k in cell.places.values()), 0, lang)
        if cell.places
        else "–",
        t("ties_ring_figures", lang): "; ".join(figures) or "–",
    }


def _ring_rows(found: Sequence[ecosystem.Cell], area: Area, lang: str) -> list[dict[str, Any]]:
    """A row per cell and figure; a cell without any has one row that says so."""
    columns = ("figure", "label", "value", "unit", "period", "status", "of", "proof")
    nothing = dict.fromkeys(columns, "") | {"value": None, "status": "missing"}
    out = []
    for c in found:
        seat = {"area": area.code, "name": area.name, "cell": c.id, "state": ecosystem.STATED[c.state]}
        facts = _facts(c, area, lang)
        out += [{**seat, **{k: f[k] for k in columns}, "source": export.origins(f["sources"])} for f in facts]
        out += [] if facts else [{**seat, **nothing, "source": ""}]
    return out


# --- partners


def _partner(area: Area, other: Area | None, lang: str) -> None:
    here = store.named_places(area.code) if area.level != "land" else {}
    if not here:
        st.title(t("ties_partner", lang), anchor=False)
        _no_places(area, lang)
        return
    with st.container(key="unseen" if st.context.is_embedded else "asked"):
        chosen = controls.select("actor", [*here], next(iter(here)), t("ties_actor", lang), here.__getitem__, lang)
    ties = store.ties(area.municipality or "")
    found = network.suggestions(chosen, ties)
    stops = [stop for s in found for stop in (s.stop, *(m for m, _ in s.meet))]
    sources = paths.sources(stops)
    tell = partial(_partner_told, found, here[chosen], sources)
    told = tell(lang)
    st.title(plain(told.title), anchor=False)
    st.markdown(told.sentence)
    if found:
        st.header(t("ties_partner_possible", lang), anchor=False)
        controls.table([_suggested(s, lang) for s in found], told.title)
    mine = [tie for tie in ties if chosen in (tie["a"], tie["b"])]
    _own_position(chosen, here[chosen], mine, lang)
    if not found:
        return
    completeness(area, lang)

    def rows() -> list[dict[str, Any]]:
        return [
            {"a": chosen, "a_name": here[chosen], "b": s.stop.id, "b_name": s.stop.name, "kind": s.stop.kind}
            | {"domain": s.stop.domain, "minutes": round(s.stop.minutes, 1), "proof": "possible", "why": _why(s, lang)}
            | {"meet": "; ".join(f"{m.name} ({t(f'step_free_{m.step_free}', lang)})" for m, _ in s.meet)}
            | {"status": "estimated", "period": store.access_period()}
            for s in found
        ]

    _away(("partners", chosen), rows, sources, tell, lang, ("a", "b"))


def _partner_told(found: Sequence[network.Suggestion], place: str, sources: Sequence[str], lang: str) -> Told:
    count = len(found)
    said = t("ties_partner_sentence", lang, count=count, n=count) if found else t("ties_partner_none", lang)
    return _told(t("ties_partner_title", lang, name=place), said, sources, lang)


def _own_position(place: str, label: str, mine: Sequence[network.Tie], lang: str) -> None:
    """Where a school's pupils come from, and the other ties of a place, or that none is known and how to add one."""
    pupils = store.pupils_of(place)
    if pupils:
        head = t("ties_school", lang, name=label)
        st.subheader(plain(head), anchor=False)
        rows = [{t("ties_column_postcode", lang): str(r["postcode"])} | _pupil(r, lang) for r in pupils[:LISTED]]
        controls.table(rows, head)
        if len(pupils) > LISTED:
            st.caption(t("ties_school_cut", lang, n=LISTED, all=number(len(pupils), 0, lang)))
    if not mine:
        st.info(t("ties_known_pupils" if pupils else "ties_known_none", lang, name=plain(label)))
        return
    head = t("ties_known", lang, name=label)
    st.subheader(plain(head), anchor=False)
    controls.table([_tie(tie, lang) for tie in mine], head)


def _suggested(s: network.Suggestion, lang: str) -> dict[str, str]:
    meet = [f"{m.name} ({about(minutes, lang)}; {t(f'step_free_short_{m.step_free}', lang)})" for m, minutes in s.meet]
    return {
        t("ties_column_who", lang): named(s.stop.name, s.stop.kind, lang),
        t("ties_column_why", lang): _why(s, lang),
        t("ties_column_step_free", lang): t(f"step_free_short_{s.stop.step_free}", lang),
        t("ties_column_meet", lang): "; ".join(meet) or "–",
    }


def _why(s: network.Suggestion, lang: str) -> str:
    said: dict[str, Any] = {
        "domain": store.term("domain", s.stop.domain, lang).lower(),
        "minutes": about(s.stop.minutes, lang),
    }
    if s.common:
        return t("ties_reason_common", lang, common=format_list(s.common, "standard", lang), **said)
    return t("ties_reason", lang, **said)


# --- who with whom


def _network(area: Area, other: Area | None, lang: str) -> None:
    st.title(t("ties_network_title", lang, name=name(area, lang)), anchor=False)
    above = st.container()
    own = None if st.context.is_embedded else _upload(lang)  # first, for what it reads is drawn above it
    with above:
        if by := _kinds_of(area) | (own.kinds if own else {}):
            _one_kind(by, own, area, lang)
        elif area.level == "land":
            st.info(t("ties_choose", lang))
        else:
            none = "ties_known_pupils" if store.has_pupils(area.code) else "ties_known_none"
            st.info(t(none, lang, name=name(area, lang)))
        if not st.context.is_embedded:
            _pupils(area, lang)
            _coaches(lang)


@store.cached(128)
def _ties_of(area: Area) -> tuple[network.Tie, ...]:
    """The ties with an end in the area."""
    if area.level == "land":
        return ()
    every = store.ties(area.municipality or "")
    if area.level == "gemeente":
        return tuple(every)
    inside = set(store.within(area.code))
    return tuple(tie for tie in every if tie["a_area"] in inside or tie["b_area"] in inside)


@store.cached(32)
def _kinds_of(area: Area) -> dict[str, network.Kind]:
    return network.by_kind(_ties_of(area))


def _kind(kind: str, lang: str) -> str:
    label = store.term("tie", kind.removeprefix(network.OWN), lang)
    return t("ties_own_kind", lang, kind=label.lower()) if kind.startswith(network.OWN) else label


def _one_kind(by: Mapping[str, network.Kind], supplied: network.Own | None, area: Area, lang: str) -> None:
    """One kind of tie at a time, for kinds are not added up: a sentence, a drawing, a table, measures, downloads."""
    with st.container(key="unseen" if st.context.is_embedded else "asked"):
        kind = controls.select(
            "tie", [*by], next(iter(by)), t("ties_kind", lang), lambda k: f"{_kind(k, lang)} ({len(by[k].ties)})", lang
        )
    ties, drawn = by[kind].ties, by[kind].graph
    offered = [*islice(drawn, OFFERED)]  # who has most ties
    names = {n: str(drawn.nodes[n]["name"]) for n in offered}
    tell = partial(_ties_told, ties, kind, len(drawn), area)
    told = tell(lang)
    st.header(told.title, anchor=False)
    st.markdown(told.sentence)
    own, label = kind.startswith(network.OWN), t("ties_position", lang)
    if own:  # whoever is in the reader's file is not put in the address
        controls.write(actor="")
        chosen = st.selectbox(label, offered, format_func=names.__getitem__, key="own-actor")
    else:
        with st.container(key="unseen-actor" if st.context.is_embedded else "asked-actor"):
            chosen = controls.select("actor", offered, offered[0], label, names.__getitem__, lang)
    draw = partial(_network_diagram, drawn, ties, chosen, lang)
    alt = t("ties_drawing_alt", lang, n=min(len(drawn), network.DRAWN))
    st.image(draw(controls.phone(), controls.dark()), alt=f"{told.title}. {alt}")
    most = network.DRAWN_PHONE if controls.phone() else network.DRAWN
    if len(drawn) > most:
        st.caption(t("ties_drawing", lang, n=most))
    st.caption(t("ties_drawing_key", lang))
    if st.context.is_embedded:
        return
    place = supplied.place.get(chosen, "") if own and supplied else ""
    _position(drawn, chosen, names[chosen], place, lang)
    st.subheader(t("ties_table", lang), anchor=False)

    def order(tie: network.Tie) -> tuple[Any, ...]:
        return chosen not in (tie["a"], tie["b"]), -(tie["weight"] or 0), tie["a"], tie["b"]

    controls.table([_tie(tie, lang, own) for tie in nsmallest(LISTED, ties, key=order)], t("ties_table", lang))
    if len(ties) > LISTED:
        st.caption(t("ties_table_cut", lang, n=LISTED, all=number(len(ties), 0, lang)))
    _measures(drawn, kind, chosen, names[chosen], area, lang)
    st.caption(told.source)
    # the reader's own ties are in no edition, so there is nothing to cite and no address that shows them again
    link = f"{controls.origin()}/connections" if own else controls.link("connections")

    def rows() -> list[dict[str, Any]]:
        ends = ("a", "a_name", "a_domain", "b", "b_name", "b_domain")
        columns = ("kind", "proof", *ends, "weight", "unit", "scheme", "period")
        return [{c: tie[c] for c in columns} | {"said": tie["source"]} for tie in ties]

    what, columns = ("ties", kind, area.code), ("kind", "a", "b", "scheme", "period")
    diagram = partial(draw, False, False)
    files = export.files(what, rows, _tied_by(ties, kind), tell, link, lang, columns, diagram=diagram, packed=not own)
    atlas.take_away("" if own else link, lang, files, told.cautions)


def _tied_by(ties: Sequence[network.Tie], kind: str) -> list[str]:
    """The sources of ties; of those that the reader supplied there is none."""
    return [] if kind.startswith(network.OWN) else sorted({tie["source"] for tie in ties})


def _ties_told(ties: Sequence[network.Tie], kind: str, actors: int, area: Area, lang: str) -> Told:
    own = kind.startswith(network.OWN)
    title = _kind(kind, lang) if own else t("ties_one_title", lang, kind=_kind(kind, lang), name=name(area, lang))
    span = _span(sorted({str(tie["period"]) for tie in ties}))
    said: dict[str, Any] = {"actors": number(actors, 0, lang), "ties": number(len(ties), 0, lang)}
    said |= {"periods": span, "proof": _proof(ties[0], own, lang)}
    description = store.terms()["tie", kind.removeprefix(network.OWN)][f"description_{lang}"]
    counted = t("ties_own_sentence" if own else "ties_one_sentence", lang, count=len(ties), **said)
    sentence = f"{description} {counted}"
    key = t("ties_drawing_key", lang)
    if actors > network.DRAWN:
        key = f"{t('ties_drawing', lang, n=network.DRAWN)} {key}"
    told = _told(title, sentence, _tied_by(ties, kind), lang, True, key)
    return replace(told, source=t("ties_own_source", lang)) if own else told


def _proof(tie: network.Tie, own: bool, lang: str) -> str:
    """The proof in words; nobody has checked what the reader supplied."""
    return t("ties_proof_own" if own else f"ties_proof_{tie['proof']}", lang)


def _signs(lang: str) -> list[tuple[str, str, str]]:
    """Every sign of a domain with its colour and what it stands for."""
    known = [(*look, store.term("domain", d, lang)) for d, look in scales.DOMAIN.items()]
    return [*known, (*scales.NO_DOMAIN, t("ties_no_domain", lang))]


def _network_diagram(drawn: Any, ties: Sequence[network.Tie], chosen: str, lang: str, phone: bool, dark: bool) -> str:
    part = network.largest(drawn, network.DRAWN_PHONE if phone else network.DRAWN, chosen)
    spot = network.layout(part)
    order = {n: at for at, n in enumerate(spot)}
    nodes = [
        Node(
            x, y, str(part.nodes[n]["name"]), *scales.DOMAIN.get(part.nodes[n]["domain"], scales.NO_DOMAIN), n == chosen
        )
        for n, (x, y) in spot.items()
    ]
    look = {"funding": "funding", "shared_site": "shared"}
    lines = [(order[a], order[b], look.get(ties[0]["kind"], "known")) for a, b in part.edges]
    return network_svg(nodes, lines, _signs(lang), phone, dark)


def _position(drawn: Any, chosen: str, label: str, place: str, lang: str) -> None:
    """Neighbours, how many of each domain, and how many hang on this one actor; and which of our places it is."""
    found = network.position(drawn, chosen)
    count = sorted(found.domains.items(), key=lambda d: (not d[0], -d[1], d[0]))
    domains = [
        f"{store.term('domain', d, lang).lower() if d else t('ties_no_domain', lang)} ({number(n, 0, lang)})"
        for d, n in count
    ]
    said: dict[str, Any] = {"name": plain(label), "n": number(len(found.neighbours), 0, lang)}
    said |= {"cut": number(found.cut_off, 0, lang), "domains": format_list(domains, "standard", lang)}
    st.subheader(t("ties_position_title", lang, name=plain(label)), anchor=False)
    st.markdown(t("ties_position_text", lang, count=len(found.neighbours), **said))
    if place and (ours := store.same_name(label, place[:4])):
        kinds = [store.term("kind", p["kind"], lang).lower() for p in ours]
        st.markdown(t("ties_also_ours", lang, kinds=format_list(kinds, "standard", lang)))


def _tie(tie: network.Tie, lang: str, own: bool = False) -> dict[str, str]:
    weight = f"{number(tie['weight'], 0, lang)} {store.term('unit', tie['unit'], lang)}" if tie["weight"] else "–"
    source = store.sources()[tie["source"]]["publisher"] if tie["source"] in store.sources() else tie["source"]
    return {
        t("ties_column_from", lang): str(tie["a_name"]),
        t("ties_column_to", lang): str(tie["b_name"]),
        t("ties_column_weight", lang): weight,
        t("ties_column_scheme", lang): str(tie["scheme"] or "–"),
        t("ties_column_proof", lang): _proof(tie, own, lang),
        t("ties_column_period", lang): str(tie["period"]),
        t("ties_column_source", lang): str(source),
    }


@store.cached(64)
def _measured(area: Area, kind: str, actor: str) -> list[networks.Measured]:
    return networks.measured(_kinds_of(area)[kind].graph, actor)


def _measures(drawn: Any, kind: str, chosen: str, label: str, area: Area, lang: str) -> None:
    """Measures with what chance gives, computed when they are asked for."""
    n = len(drawn)
    if not networks.LEAST <= n <= networks.MOST:
        key = "ties_few" if n < networks.LEAST else "ties_many"
        st.caption(t(key, lang, n=number(n, 0, lang), least=networks.LEAST, most=number(networks.MOST, 0, lang)))
        return
    with st.expander(t("ties_measures", lang), on_change="rerun", key="measures") as asked:
        if not asked.open:
            return
        with st.spinner(t("ties_measuring", lang), show_time=True):
            found = networks.measured(drawn, chosen) if kind.startswith(network.OWN) else _measured(area, kind, chosen)
        st.caption(t("ties_chance_text", lang, n=networks.NULLS))
        if any(m.estimated for m in found):
            st.caption(t("ties_estimated", lang, n=networks.SOURCES, most=number(networks.EXACT, 0, lang)))
        rows = [
            {
                t("ties_measure", lang): t(f"ties_m_{m.name}", lang, name=label),
                t("column_value", lang): ("≈ " if m.estimated else "") + number(m.value, 2, lang),
                t("ties_by_chance", lang): t(
                    "ties_range" if m.draws >= networks.NULLS else "ties_range_few",
                    lang,
                    low=number(m.low, 2, lang),
                    high=number(m.high, 2, lang),
                    n=number(m.draws, 0, lang),
                ),
                t("column_meaning", lang): t(f"ties_m_{m.name}_text", lang, **_said_of(m, lang)),
            }
            for m in found
        ]
        controls.table(rows, t("ties_measures", lang))


def _said_of(m: networks.Measured, lang: str) -> dict[str, Any]:
    whole = ("n", "crossing", "ties")
    return {k: number(v, 0 if k in whole else 3 if k == "chance" else 2, lang) for k, v in m.said.items()}


def _pupils(area: Area, lang: str) -> None:
    """Where the children of an area go to school, masked numbers as lowest and highest."""
    found = store.pupils(area.code) if area.level != "land" else []
    if not found:
        return
    tell = partial(_pupils_told, area, sorted({p for r in found for p in str(r["postcodes"]).split(", ")}))
    told = tell(lang)
    st.header(told.title, anchor=False)
    st.markdown(told.sentence)
    rows = [
        {
            t("ties_column_to", lang): str(r["name"]),
            t("column_area", lang): str(r["place"] or "–"),
            **_pupil(r, lang),
        }
        for r in found[:LISTED]
    ]
    controls.table(rows, told.title)
    if len(found) > LISTED:
        st.caption(t("ties_table_cut", lang, n=LISTED, all=number(len(found), 0, lang)))
    st.caption(told.source)

    def every() -> list[dict[str, Any]]:
        return [
            {
                "a": f"postcode:{r['postcodes']}",
                "b": r["id"],
                "b_name": r["name"],
                "kind": "pupil_flow",
                "proof": "known",
            }
            | {"value": r["weight"], "low": r["low"], "high": r["high"], "unit": r["unit"]}
            | {"status": _status(r), "period": r["period"]}
            for r in found
        ]

    link = controls.link("connections")
    files = export.files(("pupils", area.code), every, ["duo_pupils"], tell, link, lang, ("a", "b", "period"))
    atlas.download(t("ties_pupils_away", lang), "pupils-away", files, lang)


def _pupil(flow: Mapping[str, Any], lang: str) -> dict[str, str]:
    """How many pupils, the lowest and highest number where masked, and where that stands."""
    if (status := _status(flow)) == "missing":
        said = t("ties_not_given", lang)
    elif status == "suppressed":
        low, high = (number(flow[end], 0, lang) for end in ("low", "high"))
        said = t("ties_masked", lang, low=low, high=high)
    else:
        said = number(flow["weight"], 0, lang)
    return {
        t("ties_column_weight", lang): said,
        t("column_period", lang): str(flow["period"]),
        t("ties_column_proof", lang): _proof(flow, False, lang),
        t("ties_column_source", lang): str(store.sources()[flow["source"]]["publisher"]),
    }


def _status(flow: Mapping[str, Any]) -> str:
    """Of a number of pupils: a masked one has only bounds, and one that is missing not even these."""
    if flow["weight"] is not None:
        return "measured"
    return "missing" if flow["low"] is None else "suppressed"


def _pupils_told(area: Area, postcodes: Sequence[str], lang: str) -> Told:
    n = len(postcodes)
    listed = ", ".join(postcodes) if n <= LISTED else t("ties_postcodes", lang, n=n)
    title, said = t("ties_pupils", lang, name=area.name), t("ties_pupils_text", lang, postcodes=listed)
    return _told(title, said, ["duo_pupils"], lang)


def _coaches(lang: str) -> None:
    with st.expander(t("ties_coaches", lang)):
        st.markdown(t("ties_coaches_text", lang))
        rows = [
            {
                t("ties_column_link", lang): _coach(c, lang),
                t("column_value", lang): f"{number(c['weight'], 0, lang)} %",
                t("column_period", lang): c["period"],
            }
            for c in store.coaches()
        ]
        controls.table(rows, t("ties_coaches", lang))
        st.caption(credit(sorted({c["source"] for c in store.coaches()}), lang))


def _upload(lang: str) -> network.Own | None:
    """A network of the reader's own, read once and kept no longer than the window is open or until it is forgotten."""
    st.header(t("ties_own", lang), anchor=False)
    columns, most = ", ".join(f"`{c}`" for c in partnership.COLUMNS), number(partnership.MOST_ROWS, 0, lang)
    st.markdown(t("ties_own_text", lang, columns=columns, rows=most))
    example = zip(partnership.COLUMNS, t("ties_own_example", lang).split(","), strict=True)
    controls.table([dict(example)], t("ties_own_example_head", lang))
    st.caption(t("ties_own_example_head", lang))
    st.download_button(
        t("ties_template", lang), partnership.TEMPLATE, file_name="cultuuratlas-partnerships.csv", mime="text/csv",
        on_click="ignore", key="template",
    )  # fmt: skip
    size, state = partnership.MOST_BYTES // 1_000_000, st.session_state
    turn = state.setdefault("own-turn", 0)  # an uploader is emptied by another one in its place
    file = st.file_uploader(
        t("ties_upload", lang), type="csv", max_upload_size=size, key=f"own-{turn}", on_change=_forget, args=(turn,)
    )
    if file and "own" not in state:
        with st.spinner(t("ties_reading", lang), show_time=True):
            state["own"] = network.own(file.getvalue())
        if kinds := state["own"].kinds:
            controls.choose("tie", next(iter(kinds)))
    own: network.Own | None = state.get("own")
    if not own or (own.faults and not file):  # what was refused on an earlier visit is not told again
        state.pop("own", None)
        return None
    if own.faults:
        _refused(own.faults, lang)
    else:
        ties = number(sum(len(kind.ties) for kind in own.kinds.values()), 0, lang)
        st.success(t("ties_taken", lang, actors=number(own.actors, 0, lang), ties=ties))
        if own.encoding not in ("utf-8", "utf-8-sig"):
            st.warning(t("ties_taken_old", lang, encoding=own.encoding))
        if own.strange:
            some = ", ".join(own.strange[:LISTED]) + (" …" if len(own.strange) > LISTED else "")
            st.warning(t("ties_strange", lang, n=number(len(own.strange), 0, lang), postcodes=some))
    st.button(t("ties_forget", lang), icon=":material/delete:", on_click=_forget, args=(turn + 1,), key="forget")
    return own


def _refused(faults: Sequence[partnership.Fault], lang: str) -> None:
    st.error(t("ties_refused", lang, count=len(faults), n=number(len(faults), 0, lang)))
    rows = [
        {
            t("ties_fault_row", lang): str(f.row or "–"),
            t("ties_fault_column", lang): f.column or "–",
            t("ties_fault_value", lang): f.value or "–",
            t("ties_fault_reason", lang): t(f"ties_fault_{f.reason}", lang),
        }
        for f in faults[:FAULTS]
    ]
    controls.table(rows, t("ties_own", lang))
    if len(faults) > FAULTS:
        st.caption(t("ties_faults_more", lang, n=number(len(faults) - FAULTS, 0, lang)))


def _forget(turn: int) -> None:
    """Callback: nothing of the reader's file is left; another `turn` empties the uploader."""
    st.session_state.pop("own", None)
    st.session_state["own-turn"] = turn


if __name__ == "__main__":
    page()
