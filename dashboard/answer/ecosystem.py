"""The ecosystem of an area: four levels by five domains by two facets, and what is known in each of
the forty cells.

A cell is filled from the tags of the catalogue: figures by their level, domain and facet, places by
those of their kind, the ties of places and actors by their domain, and what culture coaches join.
What does not tell institutional from everyday stands in both halves. Figures about gaps and paths
are made of the others and are left out, and so is who lives there: that says nothing of a domain.
What exists only of the municipality or the country is shown as such, and an empty cell is not
measured, never zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.connections import coach_label, span_of, tie_wording
from dashboard.answer.view import name
from dashboard.picture import scales
from dashboard.picture.fills import FULL
from dashboard.picture.ring import Sector, ring
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import number, origins, shown
from dashboard.words.text import t

MADE_OF_OTHERS = ("gaps",)  # themes
LEFT_OUT = (*MADE_OF_OTHERS, "residents")
MESO, EXO = "meso", "exo"  # where places and their ties are, and where culture coaches work
RINGS = {
    "micro": "#b5471b",
    "meso": "#2c80a6",
    "exo": "#0b6e4f",
    "macro": "#7a3e9d",
}  # a colour per level
OWN, ESTIMATED, WIDER, UNKNOWN = "full", "striped", "tint", "unknown"  # how a cell is drawn
STATED = {
    OWN: "measured",
    ESTIMATED: "estimated",
    WIDER: "wider",
    UNKNOWN: "missing",
}  # how a download says it


@dataclass(frozen=True)
class Figure:
    """The newest figure of an indicator: of the area itself, or of the smallest larger one that has
    it.
    """

    indicator: Indicator
    observation: Observation
    period: str
    of: Area


@dataclass
class Cell:
    """One of the forty: its figures, its places by kind, their ties, and those of culture coaches
    to its domain.
    """

    level: str
    domain: str
    facet: str
    area: Area
    figures: list[Figure] = field(default_factory=list)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)  # as `store.kinds_within`
    links: list[dict[str, Any]] = field(default_factory=list)  # as `store.links_within`
    coaches: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """`meso.leisure.everyday`."""
        return f"{self.level}.{self.domain}.{self.facet}"

    @property
    def state(self) -> str:
        """OWN when a figure, a place or a tie of the area itself is known, ESTIMATED, WIDER, or
        UNKNOWN.
        """
        own = [f for f in self.figures if f.of == self.area]
        if self.places or self.links or any(f.observation.status == "measured" for f in own):
            return OWN
        if own:
            return ESTIMATED
        return WIDER if self.figures or self.coaches else UNKNOWN


@store.cached(256)
def cells(code: str) -> tuple[Cell, ...]:
    """The forty cells of an area, by level, domain and facet. Raises KeyError for an area that is
    not there.
    """
    area = store.area(code)
    if not area:
        raise KeyError(code)
    facets = store.scheme("facet")
    seats = [
        (lv, d, f) for lv in store.scheme("level") for d in store.scheme("domain") for f in facets
    ]
    out = {".".join(seat): Cell(*seat, area) for seat in seats}
    for figure in _figures(area):
        i = figure.indicator
        for facet in [i.facet] if i.facet else facets:
            out[f"{i.level}.{i.domain}.{facet}"].figures.append(figure)
    seat = store.kinds()
    for kind, found in store.kinds_within(code).items():
        out[f"{seat[kind]['level']}.{seat[kind]['domain']}.{seat[kind]['facet']}"].places[kind] = (
            found
        )
    for link in store.links_within(code):
        for facet in [link["facet"]] if link["facet"] else facets:
            out[f"{MESO}.{link['domain']}.{facet}"].links.append(link)
    for tie in store.coaches():
        for facet in facets:
            out[f"{EXO}.{tie['b_domain']}.{facet}"].coaches.append(tie)
    return tuple(out.values())


def _figures(area: Area) -> list[Figure]:
    """The newest figure of every indicator, from the area upwards, in reading order."""
    every, found = store.indicators(), dict[str, Figure]()
    for of in reversed(store.lineage(area)):
        for r in store.portrait(of.code):
            if (
                r["value"] is not None
                and r["id"] not in found
                and every[r["id"]].theme not in LEFT_OUT
            ):
                o = Observation(of.code, of.name, r["value"], r["low"], r["high"], r["status"])
                found[r["id"]] = Figure(every[r["id"]], o, r["period"], of)
    return [found[i] for i in every if i in found]


def seat(cell: Cell, lang: str) -> str:
    """Where in the ecosystem a cell is: its level, domain and facet."""
    level, domain, facet = (
        store.term(s, getattr(cell, s), lang) for s in ("level", "domain", "facet")
    )
    return t(
        "ties_ring_head",
        lang,
        level=level.split(":")[0],
        domain=domain.lower(),
        facet=facet.lower(),
    )


def sentence(found: Sequence[Cell], name: str, lang: str) -> str:
    """Of how many cells something is known, and of what area, with its `name`."""
    counts = Counter(c.state for c in found)
    known = counts[OWN] + counts[ESTIMATED]
    said = {"all": len(found), "known": known, "wider": counts[WIDER], "open": counts[UNKNOWN]}
    return t("ties_ring_sentence", lang, name=name, **said)


def diagram(
    found: Sequence[Cell], lang: str, phone: bool, dark: bool, chosen: str | None = ""
) -> str:
    """The forty cells as SVG, the `chosen` one with a border; None: to look at only."""
    levels, domains, facets = (store.scheme(s) for s in ("level", "domain", "facet"))
    sectors = [
        Sector(
            c.id,
            levels.index(c.level),
            len(facets) * domains.index(c.domain) + facets.index(c.facet),
            RINGS[c.level],
            c.state,
            f"{seat(c, lang)}: {t(f'ties_ring_{c.state}', lang)}",
            c.id == chosen,
        )
        for c in found
    ]
    rings = [store.term("level", lv, lang).split(":")[0] for lv in levels]
    halves = "".join(store.term("facet", f, lang)[0] for f in facets)
    names = [store.term("domain", d, lang) for d in domains]
    return ring(sectors, rings, names, halves, phone, dark, still=chosen is None)


def legend(lang: str) -> str:
    """The looks of a cell and the letters of the halves, as HTML."""
    looks = {"full": "measured", "striped": "estimated", "tint": "tint", "unknown": "missing"}
    items = "".join(
        f'<li><span class="swatch {look}" style="--c:{scales.PAPER if s == "unknown" else FULL}"></span>'
        f"{escape(t(f'ties_ring_{s}', lang))}</li>"
        for s, look in looks.items()
    )
    note = f"{halves(lang)}. {t('ties_ring_note', lang)}"
    return f'<div class="legend"><ul>{items}</ul><p class="note">{escape(note)}</p></div>'


def halves(lang: str) -> str:
    """What the letters of the halves mean."""
    return " · ".join(
        f"{w[0]}: {w.lower()}"
        for w in (store.term("facet", f, lang) for f in store.scheme("facet"))
    )


def ring_wording(found: Sequence[Cell], area: Area, sources: Sequence[str], lang: str) -> Wording:
    """The ring of an area, in words."""
    title = t("ties_ring_title", lang, name=name(area, lang))
    key = f"{t('ties_ring_looks', lang)} {halves(lang)}. {t('ties_ring_note', lang)}"
    return tie_wording(title, sentence(found, name(area, lang), lang), sources, lang, True, key)


def facts_of(cell: Cell, area: Area, lang: str) -> list[dict[str, Any]]:
    """Everything known of a cell, a row each: places by kind, their ties, figures, and what culture
    coaches join.
    """
    places = [
        {"figure": k, "label": store.term("kind", k, lang), "value": of_kind["n"]}
        | {
            "unit": t("ties_places_unit", lang, count=of_kind["n"]),
            "period": store.access_period(),
            "status": "measured",
        }
        | {"of": area.code, "sources": of_kind["sources"], "proof": ""}
        for k, of_kind in cell.places.items()
    ]
    links = [
        {"figure": link["kind"], "label": store.term("tie", link["kind"], lang), "value": link["n"]}
        | {
            "unit": t("ties_links_unit", lang, count=link["n"]),
            "period": span_of([link["since"], link["until"]]),
        }
        | {
            "status": "measured",
            "of": area.code,
            "sources": link["sources"],
            "proof": link["proof"],
        }
        for link in cell.links
    ]
    figures = [
        {
            "figure": f.indicator.id,
            "label": f.indicator.text("label", lang),
            "value": f.observation.value,
        }
        | {
            "unit": store.term("unit", f.indicator.unit, lang),
            "period": f.period,
            "status": f.observation.status,
        }
        | {
            "of": f.of.code,
            "sources": [f.indicator.source],
            "proof": "",
            "said": shown(f.observation, f.indicator, lang),
        }
        for f in cell.figures
    ]
    coaches = [
        {"figure": f"{c['a']}-{c['b']}", "label": coach_label(c, lang), "value": c["weight"]}
        | {"unit": t("ties_ring_coach", lang), "period": c["period"], "status": "measured"}
        | {"of": store.country(), "sources": [c["source"]], "proof": c["proof"]}
        for c in cell.coaches
    ]
    return [
        {"said": f"{number(f['value'], 0, lang)} {f['unit']}", **f}
        for f in places + links + figures + coaches
    ]


def fact_row(fact: dict[str, Any], lang: str) -> dict[str, str]:
    """A fact of a cell as a row of a table."""
    owner = store.area(fact["of"])
    return {
        t("ties_ring_what", lang): fact["label"],
        t("column_value", lang): fact["said"],
        t("column_period", lang): fact["period"],
        t("ties_ring_of", lang): name(owner, lang, alone=True) if owner else fact["of"],
        t("ties_ring_source", lang): ", ".join(
            store.sources()[s]["publisher"] for s in fact["sources"]
        ),
    }


def cell_row(cell: Cell, lang: str) -> dict[str, str]:
    """A cell as a row of a table."""
    figures = [store.term("tie", link["kind"], lang) for link in cell.links]
    for f in cell.figures:
        wider = "" if f.of == cell.area else f" ({name(f.of, lang, alone=True)})"
        figures.append(f.indicator.text("label", lang) + wider)
    figures += [coach_label(c, lang) for c in cell.coaches]
    return {
        t("ties_ring_cell", lang): seat(cell, lang),
        t("ties_ring_state", lang): t(f"ties_ring_{cell.state}", lang),
        t("ties_places_column", lang): number(sum(k["n"] for k in cell.places.values()), 0, lang)
        if cell.places
        else "–",
        t("ties_ring_figures", lang): "; ".join(figures) or "–",
    }


def ring_rows(found: Sequence[Cell], area: Area, lang: str) -> list[dict[str, Any]]:
    """A row per cell and figure; a cell without any has one row that says so."""
    columns = ("figure", "label", "value", "unit", "period", "status", "of", "proof")
    nothing = dict.fromkeys(columns, "") | {"value": None, "status": "missing"}
    out = []
    for c in found:
        seat = {"area": area.code, "name": area.name, "cell": c.id, "state": STATED[c.state]}
        facts = facts_of(c, area, lang)
        out += [
            {**seat, **{k: f[k] for k in columns}, "source": origins(f["sources"])} for f in facts
        ]
        out += [] if facts else [{**seat, **nothing, "source": ""}]
    return out


def answer(cells: Sequence[Cell], area: Area, lang: str) -> Answer:
    """The ring of an area."""
    sources = [*dict.fromkeys(f.indicator.source for c in cells for f in c.figures)]
    sources += sorted({s for c in cells for link in c.links for s in link["sources"]} - {*sources})
    sources += sorted({c["source"] for c in store.coaches()} - {*sources})
    sources += sorted(
        {s["source"] for s in store.completeness(area.whole or "") if s["places"]} - {*sources}
    )
    return Answer(
        ("ring", area.code),
        partial(ring_wording, cells, area, sources),
        partial(ring_rows, cells, area, lang),
        sources,
        ("area", "cell", "figure"),
        diagram=partial(diagram, cells, lang, False, False),
    )
