"""An area on one page, as data: what stands out, cards for a conversation, and every figure beside comparable areas.

The app's page, the static page, the downloads and the journalist's pack all draw this. The cards are for a
conversation: at most three facts (the rule is in `standout.py`), one thing that is not known, and three open questions
that ask for no cause and blame nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from babel.lists import format_list

from dashboard import ecosystem, feed, network, paths, standout, store
from dashboard.figures import (
    bare,
    became,
    between,
    change,
    changes_said,
    credit,
    date,
    difference,
    interval,
    number,
    polled,
    shown,
    source_line,
    then_and_now,
)
from dashboard.pack import Told
from dashboard.standout import Standing
from dashboard.store import Area, Indicator, Observation
from dashboard.text import t
from dashboard.underserved import LEVEL
from dashboard.view import View, name

PLACE = {  # by theme the page that shows its figures, and the question there
    "participation": ("reach", "take_part"),
    "spending": ("reach", "take_part"),
    "access": ("reach", "get_there"),
    "wellbeing": ("reach", "barriers"),
    "welcome": ("reach", "barriers"),
}
MEASURE = {"gap": "participation", "inequality": "whom", "coverage": "known"}  # the question of Gaps, by source
ASKED = ("residents", "professionals", "policy")
AGE, MODE = "child", "walk"
NATIONAL = "national_surveys"  # a source of many publications; which one it is stands with each figure on `data`
COLUMNS = {  # of the figures to take away, as W3C Tabular Metadata types them
    "area": "string", "name": "string", "level": "string", "indicator": "string", "label_nl": "string",
    "label_en": "string", "period": "string", "value": "number", "low": "number", "high": "number",
    "method": "string", "unit": "string", "status": "string", "compared_with": "string", "compared": "integer",
    "median": "number", "distance": "number", "gemeente_value": "number", "land_value": "number",
    "source": "string", "publisher": "string", "licence": "string", "retrieved": "date",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """The newest figure of an indicator that is known `of` the area, or of a larger one.

    `standing` is where it stands among comparable areas; `wider` the same figure by level of a larger area.
    """

    indicator: Indicator
    period: str
    observation: Observation
    standing: Standing | None
    wider: dict[str, Observation | None]
    of: Area


@dataclass(frozen=True)
class Card:
    """A fact, what is not known, or a question; a fact has its figure, status, receipt (`small`) and address."""

    sort: str  # `fact`, `unknown` or `question`
    head: str
    text: str
    value: str = ""
    exact: float | None = None  # the figure as a machine reads it
    status: str = ""
    small: str = ""
    link: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page: a sentence, a table whose first column names, or a picture; with its source.

    `links` is the address of each row, `figures` what each row shows where rows are figures; `more` is where the app
    has all of it, and how that is called. `sort`, of store.REVISIONS, marks a part of the section before.
    """

    title: str
    said: str = ""
    rows: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    picture: str = ""
    legend: str = ""
    source: str = ""
    more: tuple[str, str] | None = None
    sort: str = ""
    screen_only: frozenset[int] = frozenset()  # rows that do not go onto paper


@store.cached(256)
def figures(area: Area) -> tuple[Figure, ...]:
    """Of every indicator the newest figure, of the area or of the smallest larger one that has it, in reading order."""
    line, found = _line(area), dict[str, tuple[str, Area]]()
    for a in line:
        for r in store.portrait(a.code):
            if r["id"] not in found and (r["value"] is not None or (a == area and r["status"] != "missing")):
                found[r["id"]] = (r["period"], a)
    standings = standout.standings(area)
    missing = Observation(area.code, area.name, None, None, None, "missing")
    out = []
    for i in store.indicators().values():
        if i.id in found:
            period, of = found[i.id]
            wider = {a.level: store.figures_of(a.code).get((i.id, period)) for a in line[1:]}
            own = store.figures_of(area.code).get((i.id, period), missing)
            out.append(Figure(i, period, own, standings.get(i.id), wider, of))
    return tuple(out)


def _line(area: Area) -> list[Area]:
    """The area, its municipality and the country."""
    return [area, *(a for a in reversed(store.lineage(area)[:-1]) if a.level in ("gemeente", "land"))]


def headings(area: Area, lang: str) -> dict[str, str]:
    """Code to column heading of the area, its municipality and the country; with the level where two share a name."""
    names = {a.code: name(a, lang, "country_name") for a in _line(area)}
    shared = {n for n in names.values() if list(names.values()).count(n) > 1}
    return {
        a.code: f"{n} ({t(f'level_{a.level}', lang)})" if (n := names[a.code]) in shared else n for a in _line(area)
    }


def sources(area: Area) -> list[str]:
    """The sources of the figures, each once."""
    return [*dict.fromkeys(f.indicator.source for f in figures(area))]


def credited(area: Area) -> list[str]:
    """The sources of the facts, each once."""
    facts = standout.facts(standout.standings(area).values())
    return [*dict.fromkeys(s.indicator.source for s in facts)]


def map_of(area: Area, lang: str) -> tuple[str, str]:
    """The way to the map, with what stands out most, or else the first figure that the area has itself."""
    own = [s.indicator.id for s in standout.facts(standout.standings(area).values())]
    own = own or [f.indicator.id for f in figures(area) if f.of == area]
    asked = {"indicator": own[0], "level": area.level} if own and area.level != "land" else {}
    return _more("explore", "profile_map", area, lang, **asked)


def title(area: Area, lang: str) -> str:
    """What the page shows."""
    return t("profile_title", lang, name=name(area, lang))


def residents(area: Area, lang: str) -> str:
    """How many people live there, and what sort of area it is; blank where that is not known."""
    if area.population is None:
        return ""
    sort, n = t(f"level_{area.level}", lang).capitalize(), number(area.population, 0, lang)
    return t("residents_line", lang, count=area.population, kind=sort, n=n)


def nothing(area: Area, lang: str) -> str:
    """Why no figure stands out; blank where one does."""
    found = standout.standings(area)
    if standout.facts(found.values()):
        return ""
    if area.level == "land":
        return t("profile_none_country", lang)
    if area.population == 0:
        return t("profile_none_empty", lang, name=name(area, lang))
    compared = sum(s.may_be_fact and s.typical is not None for s in found.values())
    if not compared:
        return t("profile_none_alike", lang, name=name(area, lang), fewest=standout.FEWEST)
    return t("profile_none", lang, name=name(area, lang), n=compared)


def rule(lang: str) -> str:
    """When a figure stands out."""
    return t("profile_rule", lang, share=_false(lang))


def cautions(lang: str) -> tuple[str, ...]:
    """What may not be concluded from what stands out."""
    rest = (t(key, lang) for key in ("not_conclude_area", "not_conclude_access"))
    return (t("profile_not", lang, share=_false(lang)), *rest)


def _false(lang: str) -> str:
    return f"{number(100 * standout.FALSE_SHARE, 0, lang)} {store.term('unit', 'percent', lang)}"


def told(area: Area, lang: str) -> Told:
    """What a caption says: the facts that stand out in words, each with its status."""
    said = [f"{c.head}: {c.value} ({t(f'status_{c.status}', lang)}). {c.text}" for c in cards(area, lang) if c.value]
    sentence = " ".join(said) or nothing(area, lang)
    used = credited(area)
    source = credit(used, lang) if used else ""
    return Told(title(area, lang), sentence, source, cautions(lang))


# --- cards


def cards(area: Area, lang: str) -> list[Card]:
    """The cards of an area, facts first."""
    facts = standout.facts(standout.standings(area).values())
    here = name(area, lang)
    out = [_fact(s, area, lang) for s in facts]
    if said := _unknown(area, lang):
        out.append(Card("unknown", t("profile_unknown", lang), said))
    for n, who in enumerate(ASKED if area.population != 0 else ASKED[1:]):
        about_ = facts[n % len(facts)].indicator.text("label", lang) if facts else t("profile_theme", lang)
        out.append(
            Card("question", t(f"profile_for_{who}", lang), t(f"profile_ask_{who}", lang, name=here, theme=about_))
        )
    return out


def _fact(s: Standing, area: Area, lang: str) -> Card:
    i, o, typical = s.indicator, s.observation, s.typical
    if o.value is None or typical is None:
        raise ValueError(f"{i.id} of {area.code} is beside nothing")
    sure, side = "clear" if s.clear else "probable", "higher" if o.value > typical.median else "lower"
    text = t(
        f"profile_{sure}_{side}",
        lang,
        group=_group(s.group, area, lang),
        median=shown(replace(o, value=typical.median), i, lang),
    )
    source = store.sources()[i.source]
    receipt = [
        _sure(s, lang),
        t("profile_why", lang, n=number(typical.areas, 0, lang), times=number(s.distance, 1, lang)),
        t("profile_source", lang, publisher=source["publisher"], period=s.period, date=date(source["retrieved"], lang)),
    ]
    link, value = _link(i, s.period, area, lang), exact(o.value, i)
    return Card("fact", i.text("label", lang), text, shown(o, i, lang), value, o.status, " ".join(receipt), link)


def _unknown(area: Area, lang: str) -> str:
    found = standout.unknown(area, store.portrait(area.code), ecosystem.cells(area.code))
    here = name(area, lang)
    if not found:
        return ""
    if cell := found.cell:
        return t(
            "profile_unknown_cell",
            lang,
            name=here,
            level=t(f"profile_level_{cell.level}", lang),
            domain=t(f"profile_domain_{cell.domain}", lang),
            facet=t(f"profile_facet_{cell.facet}", lang),
            would=t(f"ties_would_{cell.level}", lang),
        )
    if found.indicator:
        why = t(f"status_{found.status}_text", lang)
        return t("profile_unknown_figure", lang, name=here, label=found.indicator.text("label", lang), why=why)
    return t("profile_unknown_part", lang, name=here, would=t("ties_would_micro", lang))


def markdown(area: Area, link: str, lang: str) -> bytes:
    """The cards as Markdown, to print or to paste."""
    found = cards(area, lang)
    lines = [f"# {title(area, lang)}"]
    for c in found:
        figure = f"**{c.value}** ({t(f'status_{c.status}', lang)}). " if c.sort == "fact" else ""
        lines += [f"## {c.head}", figure + c.text, *([c.small] if c.small else [])]
    if any(c.sort == "fact" for c in found):
        lines.append(rule(lang))
    lines += [t("made_by", lang, build=store.build()["id"]), link]
    return ("\n\n".join(lines) + "\n").encode()


# --- figures


def _group(group: str, area: Area, lang: str) -> str:
    """`de buurten die er het meest op lijken`, `de andere buurten van Rotterdam`, ..."""
    municipality = store.area(area.municipality or "")
    where = {"municipality": municipality.name if municipality else "", "country": t("country", lang)}
    return t(f"profile_group_{group}", lang, levels=t(f"levels_{area.level}", lang), name=where.get(group, ""))


def _sure(s: Standing, lang: str) -> str:
    """How sure a figure is: its margin, that nobody knows it, or that it was counted."""
    o = s.observation
    if o.low is not None and o.high is not None:
        return interval(o.low, o.high, s.indicator.decimals, lang, o.level) + "."
    if not standout.counted(o, s.indicator):
        return t("interval_none", lang)
    return t("profile_counted_places" if s.indicator.theme == "access" else "profile_counted", lang)


def _margin(f: Figure, lang: str) -> str:
    """The margin of the figure; one that is not of the level of the column says of which it is."""
    o = f.observation
    if o.low is None or o.high is None:
        return "–"
    margin = between(o.low, o.high, f.indicator.decimals, lang)
    if o.level == LEVEL:
        return margin
    return t("profile_margin", lang, margin=margin, level=number(100 * o.level, 0, lang))


def _link(i: Indicator, period: str, area: Area, lang: str) -> str:
    """The address of a figure of the area, on the page that is about it."""
    page, ask = PLACE.get(i.theme, ("gaps", MEASURE[i.source]) if i.source in MEASURE else ("explore", ""))
    levels = store.offered(i.id, area) or store.levels(i.id) or [area.level]  # a figure that nobody has may be blank
    level = area.level if area.level in levels else levels[-1]
    known = store.periods(i.id, level) or [period]
    view = View(lang, i, period if period in known else known[0], level, area, page=page)
    return view.link(ask=ask)


def address(page: str, area: Area, lang: str, **more: str) -> str:
    """The address of a page, or a question of one, about the area."""
    values = {"area": area.code, "lang": "" if lang == "nl" else lang, "edition": store.build()["id"], **more}
    return f"/{page}?" + urlencode({k: v for k, v in values.items() if v})


def exact(value: float | None, indicator: Indicator) -> float | None:
    """A figure as it is taken away: with two decimals more than are shown, as in the API."""
    return None if value is None else round(value, indicator.decimals + 2)


def rows(area: Area) -> list[dict[str, Any]]:
    """Every figure, to take away, as COLUMNS; one that is known of a larger area only is `missing` here."""
    out = []
    for f in figures(area):
        i, o, s = f.indicator, f.observation, f.standing
        typical, source = s.typical if s else None, store.sources()[i.source]
        wider = {level: w.value if (w := f.wider.get(level)) else None for level in ("gemeente", "land")}
        row: dict[str, Any] = {"area": area.code, "name": area.name, "level": area.level, "indicator": i.id}
        row |= {"label_nl": i.label_nl, "label_en": i.label_en, "period": f.period}
        row |= {k: exact(getattr(o, k), i) for k in ("value", "low", "high")}
        row |= {"method": o.method, "unit": i.unit, "status": o.status}
        row |= {"compared_with": s.group if s else "", "compared": typical.areas if typical else None}
        row |= {"median": exact(typical.median, i) if typical else None}
        row |= {"distance": round(s.distance, 2) if s and typical else None}
        row |= {f"{level}_value": exact(value, i) for level, value in wider.items()}
        row |= {"source": i.source, "publisher": source["publisher"], "licence": source["licence"]}
        row |= {"retrieved": source["retrieved"][:10]}
        out.append(row)
    return out


# --- sections


def sections(area: Area, lang: str, *, phone: bool = False, dark: bool = False) -> Iterator[Section]:
    """The parts of the page below the cards, in reading order."""
    for theme in store.scheme("theme"):
        yield from _theme(theme, area, lang)
    yield from _changes(area, lang)
    yield from _revisions(area, lang)
    yield from _near(area, lang)
    yield from _path(area, lang)
    yield from _bridges(area, lang)
    yield _ring(area, lang, phone, dark)


def _theme(theme: str, area: Area, lang: str) -> Iterator[Section]:
    """The newest figures of a theme: here, in comparable areas, in the municipality and in the country."""
    every = [f for f in figures(area) if f.indicator.theme == theme]
    if not every:
        return
    mine = [f for f in every if f.of == area or area.level in store.levels(f.indicator.id)]
    wider = []
    for a in _line(area)[1:]:
        labels = [f.indicator.text("label", lang) for f in every if f.of == a and f not in mine]
        if labels:
            said = format_list(labels, "standard", lang)
            wider.append(t("profile_wider", lang, name=name(a, lang, "country_name"), labels=said))
    groups = [f.standing.group for f in mine if f.standing and f.standing.group]
    notes = [
        t("profile_beside", lang, group=_group(g, area, lang), n=groups.count(g), count=groups.count(g))
        for g in store.GROUPS
        if g in groups
    ]
    periods: dict[str, tuple[Indicator, list[str]]] = {}
    for f in mine:
        periods.setdefault(f.indicator.source, (f.indicator, []))[1].append(f.period)
    notes += [source_line(i, ", ".join(sorted(set(p))), lang) for i, p in periods.values()]
    yield Section(
        store.term("theme", theme, lang),
        " ".join(wider),
        [_row(f, area, lang) for f in mine],
        [_link(f.indicator, f.period, area, lang) for f in mine],
        mine,
        source=" ".join(notes),
        more=_more("data", "profile_publication", area, lang) if NATIONAL in periods else None,
    )


def _row(f: Figure, area: Area, lang: str) -> dict[str, str]:
    """The figure with its unit, and those that it is compared with without."""
    i, typical = f.indicator, f.standing.typical if f.standing else None

    def beside(value: float | None, status: str) -> str:
        return "–" if value is None else bare(value, status, i, lang)

    heading = headings(area, lang)
    row = {t("column_indicator", lang): i.text("label", lang), heading[area.code]: shown(f.observation, i, lang)}
    if area.level != "land":
        row[t("profile_column_alike", lang)] = beside(typical.median if typical else None, f.observation.status)
    for a in _line(area)[1:]:
        there = f.wider[a.level]
        row[heading[a.code]] = beside(there.value, there.status) if there else "–"
    return row | {
        t("profile_column_margin", lang): _margin(f, lang),
        t("column_status", lang): t(f"status_{f.observation.status}", lang),
        t("column_period", lang): f.period,
        t("column_source", lang): store.sources()[i.source]["publisher"],
    }


def _changes(area: Area, lang: str) -> Iterator[Section]:
    """What each source measured twice, and whether the change is told apart from noise."""
    found = store.changes(area.code)
    every = [i for i in store.indicators().values() if i.id in found]
    for source in dict.fromkeys(i.source for i in every):
        mine = [i for i in every if i.source == source]
        rows = [
            {
                t("column_indicator", lang): i.text("label", lang),
                t("column_period", lang): f"{found[i.id]['since']} – {found[i.id]['until']}",
                t("reach_column_change", lang): change(i, found[i.id], lang),
            }
            for i in mine
        ]
        links = [_link(i, found[i.id]["until"], area, lang) for i in mine]
        title = f"{t('profile_changes', lang)}: {store.sources()[source]['publisher']}"
        line = source_line(mine[0], ", ".join(sorted({found[i.id]["until"] for i in mine})), lang)
        own = store.figures_of(area.code)
        measured = {i.id for i in mine if own[i.id, found[i.id]["until"]].status == "measured"}
        # on paper, of two sheets: what was measured and is told apart from noise
        left = frozenset(n for n, i in enumerate(mine) if i.id not in measured or not found[i.id]["apart"])
        yield Section(title, changes_said(mine, area, lang), rows, links, source=line, screen_only=left)


def _revisions(area: Area, lang: str) -> Iterator[Section]:
    """What is new since the last edition, then a part for each sort."""
    build, every, title = store.build(), store.indicators(), t("revision_title", lang)
    feeds = (f"/site/{feed.path(area.code, lang)}", t("revision_feed", lang, name=area.name))
    more = feeds if area.level == "gemeente" else None
    if not build["compared"]:
        yield Section(title, t("revision_first", lang), more=more)
        return
    found = store.revisions(area.code)
    none = "" if found else t("revision_none", lang, name=name(area, lang)) + " "
    since = t("revision_since", lang, id=build["compared"], date=date(build["compared_at"], lang))
    yield Section(title, none + since, more=more)
    for sort in store.REVISIONS:
        mine = [r for r in found if r.sort == sort]
        if not mine:
            continue
        figures = [(r, every[r.indicator]) for r in mine if r.indicator]
        rows = []
        for r, i in figures:
            before, now = then_and_now(r, i, lang)
            row = {t("column_indicator", lang): i.text("label", lang)}
            row |= {t("revision_before", lang): before, t("revision_now", lang): now}
            if sort not in ("boundary", "status"):  # which cannot be subtracted
                row[t("revision_difference", lang)] = difference(r, i, lang) or "–"
            rows.append(row)
        said = [t(f"revision_{sort}_text", lang), *(became(r, lang) for r in mine if not r.indicator)]
        used = sorted({i.source for _, i in figures})
        yield Section(
            f"{t(f'revision_{sort}', lang)} ({len(mine)})",
            " ".join(said),
            rows,
            [_link(i, r.until or "", area, lang) for r, i in figures],
            source=credit(used, lang) if used else "",
            sort=sort,
        )


def _near(area: Area, lang: str) -> Iterator[Section]:
    """How far the nearest place of each kind is, and how many we know in the area itself."""
    near, inside = store.near(area.code), store.kinds_within(area.code)
    kinds = [k for k in store.kinds() if k in near or k in inside]
    if kinds:
        rows = [_place(k, near.get(k), inside.get(k), lang) for k in kinds]
        sources = {s for k in inside.values() for s in k["sources"]}
        notes = [t("not_conclude_polled", lang, days=polled(lang))] if store.POLLED in sources else []
        notes.append(t("profile_near_text", lang))
        if any(k not in near for k in kinds):
            notes.append(t("profile_near_unknown", lang))
        source = " ".join([*notes, credit(sorted({r["source"] for r in near.values()}), lang)])
        more = _more("reach", "profile_near", area, lang, ask="get_there")
        yield Section(t("profile_near", lang), rows=rows, source=source, more=more)


def _place(k: str, near: dict[str, Any] | None, inside: dict[str, Any] | None, lang: str) -> dict[str, str]:
    wide = near and near["low"] is not None
    return {
        t("csv_kind", lang): store.term("kind", k, lang),
        t("csv_domain", lang): store.term("domain", store.kinds()[k]["domain"], lang),
        t("reach_column_km", lang): number(near["metres"] / 1_000, 1, lang) if near else t("status_missing", lang),
        t("profile_column_margin", lang): between(near["low"] / 1_000, near["high"] / 1_000, 1, lang)
        if near and wide
        else "–",
        t("column_status", lang): t(f"status_{near['status'] if near else 'missing'}", lang),
        t("profile_column_inside", lang): number(inside["n"], 0, lang) if inside else "–",
    }


def _more(page: str, what: str, area: Area, lang: str, **more: str) -> tuple[str, str]:
    """The way to all of it, and how that is called."""
    return address(page, area, lang, **more), t("profile_see", lang, label=t(what, lang))


def _path(area: Area, lang: str) -> Iterator[Section]:
    """What of the learning path of children on foot is known and near."""
    found = paths.path(area.code, AGE, MODE)
    if not found.known:
        return
    words: dict[str, Any] = {"age": store.term("age", AGE, lang), "mode": t(f"ties_{MODE}", lang)}
    yield Section(
        t("ties_path_head", lang, name=name(area, lang), **words),
        paths.sentence(found, words["mode"], lang),
        source=credit(sorted({c.source for c in found.known}), lang),
        more=_more("learning_paths", "page_learning_paths", area, lang, age=AGE, mode=MODE),
    )


def _bridges(area: Area, lang: str) -> Iterator[Section]:
    """Where two domains meet, and where both are present without a tie that we know."""
    if area.level == "land" or not store.kinds_within(area.code):
        return
    ties = store.ties(area.municipality or "")
    both = [b for b in network.bridges(store.within(area.code), ties) if b.state != "absent"]
    missing = [network.pair(b, lang) for b in both if b.state == "missing"]
    n = len(both)
    said = t("ties_bridges_sentence", lang, count=n, both=n, linked=n - len(missing))
    if missing:
        said += " " + t("profile_bridges", lang, pairs=format_list(missing, "standard", lang))
    sources = {tie["source"] for tie in ties if network.is_bridge(tie)} | {"shared_site"}
    yield Section(
        t("ties_bridges_title", lang, name=name(area, lang)),
        said,
        source=f"{t('ties_not_1', lang)} {credit(sorted(sources), lang)}",
        more=_more("connections", "ties_bridges", area, lang, ask="bridges"),
    )


def _ring(area: Area, lang: str, phone: bool, dark: bool) -> Section:
    """The ecosystem as a picture and a sentence; Connections has its cells."""
    found = ecosystem.cells(area.code)
    return Section(
        t("ties_ring_title", lang, name=name(area, lang)),
        ecosystem.sentence(found, name(area, lang), lang),
        picture=ecosystem.diagram(found, lang, phone, dark, chosen=None),
        legend=ecosystem.legend(lang),
        more=_more("connections", "ties_ring", area, lang, ask="ring"),
    )
