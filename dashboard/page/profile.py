"""Profile: an area on one page; first what stands out, how sure that is and why, then all its figures.

The cards are for a conversation: at most three facts (the rule is in `standout.py`), one thing that is not known, and
three open questions that ask for no cause and blame nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from babel.lists import format_list

from dashboard import atlas, controls, ecosystem, export, network, paths, standout, store
from dashboard.figures import about, change, credit, date, kind, number, shown, source_line, with_unit
from dashboard.pack import Told, file_name
from dashboard.page import connections, learning_paths
from dashboard.standout import Standing
from dashboard.store import Area, Indicator, Observation
from dashboard.text import t
from dashboard.view import View, name

TITLE, ORDER = "page_profile", 3
PLACE = {  # by theme the page that shows its figures, and the question there
    "participation": ("reach", "take_part"),
    "spending": ("reach", "take_part"),
    "access": ("reach", "get_there"),
    "wellbeing": ("reach", "barriers"),
    "paths": ("learning_paths", ""),
}
MEASURE = {"gap": "participation", "inequality": "whom", "coverage": "known"}  # the question of Gaps, by source
ASKED = ("residents", "professionals", "policy")
AGE, MODE = "child", "walk"


@dataclass(frozen=True)
class Card:
    """A fact, what is not known, or a question; a fact has its figure, status, receipt (`small`) and address."""

    sort: str  # `fact`, `unknown` or `question`
    head: str
    text: str
    value: str = ""
    status: str = ""
    small: str = ""
    link: str = ""


def page() -> None:
    """Draw the page."""
    controls.write(indicator="", period="", level="")
    atlas.frame(_profile, st.session_state["lang"], compared=False)


def _profile(area: Area, other: Area | None, lang: str) -> None:
    found = standout.standings(area)
    facts = standout.facts(found.values())
    cards = _cards(area, facts, lang)
    sources = [*dict.fromkeys(i.source for i in _indicators(area))]
    tell = partial(_told, area, found, facts, sources)
    told = tell(lang)
    st.title(told.title, anchor=False)
    if area.population is not None:
        sort = t(f"level_{area.level}", lang).capitalize()
        st.caption(t("residents_line", lang, count=area.population, kind=sort, n=number(area.population, 0, lang)))
    if not facts:
        st.markdown(told.sentence)
    st.html(_drawn(cards, lang))
    if facts:
        st.caption(t("profile_rule", lang))
    link = controls.link("profile")
    text = partial(_as_text, told.title, cards, link, lang)
    rows = partial(_rows, area, found, lang)
    what, key = ("profile", area.code), ("area", "indicator")
    shown_cards = ("profile_cards", file_name("cards", area.code, ".md"), "text/markdown", text)
    files = export.files(what, rows, sources, tell, link, lang, key, more=[shown_cards])
    if st.context.is_embedded:
        return
    atlas.take_away(link, lang, files, told.cautions)
    for theme in store.scheme("theme"):
        _theme(theme, area, found, lang)
    _changes(area, lang)
    _near(area, lang)
    _path(area, lang)
    _bridges(area, lang)
    _ring(area, lang)


def _told(area: Area, found: dict[str, Standing], facts: Sequence[Standing], sources: Sequence[str], lang: str) -> Told:
    """The facts that stand out in words, each with its status."""
    title = t("profile_title", lang, name=name(area, lang))
    cards = [_fact(s, area, lang) for s in facts]
    said = [f"{c.head}: {c.value} ({t(f'status_{c.status}', lang)}). {c.text}" for c in cards]
    sentence = " ".join([*said, t("profile_rule", lang)]) if facts else _nothing(area, found, lang)
    cautions = tuple(t(key, lang) for key in ("profile_not", "not_conclude_area", "not_conclude_access"))
    return Told(title, sentence, credit(sources, lang), cautions)


def _nothing(area: Area, found: dict[str, Standing], lang: str) -> str:
    """Why no figure stands out."""
    if area.level == "land":
        return t("profile_none_country", lang)
    if area.population == 0:
        return t("profile_none_empty", lang, name=name(area, lang))
    compared = any(s.typical for s in found.values())
    return t("profile_none" if compared else "profile_none_alike", lang, name=name(area, lang))


# --- cards


def _cards(area: Area, facts: Sequence[Standing], lang: str) -> list[Card]:
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
    mark = "≈ " if o.status == "estimated" else ""
    sure, side = "clear" if s.clear else "probable", "higher" if o.value > typical.median else "lower"
    text = t(
        f"profile_{sure}_{side}",
        lang,
        group=_group(s.group, area, lang),
        median=mark + with_unit(typical.median, i, lang),
    )
    source = store.sources()[i.source]
    receipt = [
        t("profile_why", lang, n=number(typical.areas, 0, lang), times=number(s.distance, 1, lang)),
        _margin_text(s, lang),
        t("profile_source", lang, publisher=source["publisher"], period=s.period, date=date(source["retrieved"], lang)),
    ]
    small = " ".join(part for part in receipt if part)
    return Card("fact", i.text("label", lang), text, shown(o, i, lang), o.status, small, _link(i, s.period, area, lang))


def _unknown(area: Area, lang: str) -> str:
    found = standout.unknown(area, store.portrait(area.code), ecosystem.cells(area.code))
    here = name(area, lang)
    if not found:
        return ""
    if found.cell:
        would = t(f"ties_would_{found.cell.level}", lang)
        return t("profile_unknown_cell", lang, name=here, cell=connections.seat(found.cell, lang), would=would)
    if found.indicator:
        why = t(f"status_{found.status}_text", lang)
        return t("profile_unknown_figure", lang, name=here, label=found.indicator.text("label", lang), why=why)
    return t("profile_unknown_part", lang, name=here, would=t("ties_would_micro", lang))


def _drawn(cards: Sequence[Card], lang: str) -> str:
    """The cards as HTML, the facts apart from the rest; a figure stands with its status."""
    rows = {"facts": "", "talk": ""}
    for c in cards:
        head, figure, small = escape(c.head), "", ""
        if c.sort == "fact":
            head = f'<a href="{escape(c.link)}" target="_self">{head}</a>'
            figure = (
                f'<p class="line"><span class="value">{escape(c.value)}</span>'
                f'<span class="badge {c.status}">{t(f"status_{c.status}", lang)}</span></p>'
            )
            small = f'<p class="note">{escape(c.small)}</p>'
        rows["facts" if c.sort == "fact" else "talk"] += (
            f'<article class="card {c.sort}"><h2>{head}</h2>{figure}<p>{escape(c.text)}</p>{small}</article>'
        )
    return "".join(f'<div class="cards {row}">{found}</div>' for row, found in rows.items() if found)


def _as_text(title: str, cards: Sequence[Card], link: str, lang: str) -> bytes:
    """The cards as Markdown, to print or to paste."""
    lines = [f"# {title}"]
    for c in cards:
        figure = f"**{c.value}** ({t(f'status_{c.status}', lang)}). " if c.sort == "fact" else ""
        lines += [f"## {c.head}", figure + c.text, *([c.small] if c.small else [])]
    if any(c.sort == "fact" for c in cards):
        lines.append(t("profile_rule", lang))
    lines += [t("made_by", lang, build=store.build()["id"]), link]
    return ("\n\n".join(lines) + "\n").encode()


# --- figures


def _group(group: str, area: Area, lang: str) -> str:
    """`de buurten die er het meest op lijken`, `de andere buurten van Rotterdam`, ..."""
    municipality = store.area(area.municipality or "")
    where = {"municipality": municipality.name if municipality else "", "country": t("country", lang)}
    return t(f"profile_group_{group}", lang, levels=t(f"levels_{area.level}", lang), name=where.get(group, ""))


def _margin_text(s: Standing, lang: str) -> str:
    o, decimals = s.observation, s.indicator.decimals
    if o.low is not None and o.high is not None:
        return t("interval", lang, low=number(o.low, decimals, lang), high=number(o.high, decimals, lang)) + "."
    if s.margin is None:
        return t("interval_none", lang)
    return t("profile_margin", lang, n=number(s.margin, max(decimals, 1), lang)) if s.margin else ""


def _margin(o: Observation, standing: Standing | None, decimals: int, lang: str) -> str:
    if o.low is not None and o.high is not None:
        return f"{number(o.low, decimals, lang)} – {number(o.high, decimals, lang)}"
    own = standing.margin if standing else None
    return f"± {number(own, max(decimals, 1), lang)}" if own else "–"


def _link(i: Indicator, period: str, area: Area, lang: str) -> str:
    """The address of a figure of the area, on the page that is about it."""
    page, ask = PLACE.get(i.theme, ("gaps", MEASURE[i.source]) if i.source in MEASURE else ("explore", ""))
    levels = store.offered(i.id, area) or store.levels(i.id)
    level = area.level if area.level in levels else levels[-1]
    known = store.periods(i.id, level)
    view = View(lang, i, period if period in known else known[0], level, area, page=page)
    return view.link(ask=ask)


def _to(page: str, area: Area, lang: str, **more: str) -> str:
    """The address of a question about the area."""
    values = {"area": area.code, "lang": "" if lang == "nl" else lang, "edition": store.build()["id"], **more}
    return f"/{page}?" + urlencode({k: v for k, v in values.items() if v})


def _line(area: Area) -> list[Area]:
    """The area, its municipality and the country."""
    return [area, *(a for a in reversed(store.lineage(area)[:-1]) if a.level in ("gemeente", "land"))]


def _newest(area: Area) -> dict[str, tuple[str, Area]]:
    """By indicator, in reading order, the newest period with a figure, and of what: the area, or a larger one."""
    out: dict[str, tuple[str, Area]] = {}
    for a in _line(area):
        for r in store.portrait(a.code):
            if r["id"] not in out and (r["value"] is not None or (a == area and r["status"] != "missing")):
                out[r["id"]] = (r["period"], a)
    return {i: out[i] for i in store.indicators() if i in out}


def _indicators(area: Area) -> list[Indicator]:
    return [store.indicators()[i] for i in _newest(area)]


def _theme(theme: str, area: Area, found: dict[str, Standing], lang: str) -> None:
    """The newest figures of a theme: here, in comparable areas, in the municipality and in the country."""
    every = [(i, *_newest(area)[i.id]) for i in _indicators(area) if i.theme == theme]
    if not every:
        return
    label = store.term("theme", theme, lang)
    st.header(label, anchor=False)
    mine = [f for f in every if f[2].level != "land" or area.level == "land"]
    if wider := [f[0].text("label", lang) for f in every if f not in mine]:
        st.markdown(t("profile_national", lang, labels=format_list(wider, "standard", lang)))
    if not mine:
        return
    rows = [_row(i, period, area, found.get(i.id), lang) for i, period, _ in mine]
    controls.table(rows, label, [_link(i, period, area, lang) for i, period, _ in mine])
    groups = [found[i.id].group for i, *_ in mine if i.id in found and found[i.id].group]
    said = [
        t("profile_beside", lang, group=_group(g, area, lang), n=groups.count(g), count=groups.count(g))
        for g in store.GROUPS
        if g in groups
    ]
    periods: dict[str, tuple[Indicator, list[str]]] = {}
    for i, period, _ in mine:
        periods.setdefault(i.source, (i, []))[1].append(period)
    said += [source_line(i, ", ".join(sorted(set(p))), lang) for i, p in periods.values()]
    st.caption(" ".join(said))


def _row(i: Indicator, period: str, area: Area, standing: Standing | None, lang: str) -> dict[str, str]:
    missing = Observation(area.code, area.name, None, None, None, "missing")
    o = store.figures_of(area.code).get((i.id, period), missing)
    typical = standing.typical if standing else None
    mark = "≈ " if o.status == "estimated" else ""
    row = {
        t("column_indicator", lang): i.text("label", lang),
        name(area, lang, "country_name"): shown(o, i, lang),
    }
    if area.level != "land":
        row[t("profile_column_alike", lang)] = mark + with_unit(typical.median, i, lang) if typical else "–"
    for a in _line(area)[1:]:
        there = store.figures_of(a.code).get((i.id, period), missing)
        row[name(a, lang, "country_name")] = shown(there, i, lang) if there.value is not None else "–"
    return row | {
        t("profile_column_margin", lang): _margin(o, standing, i.decimals, lang),
        t("column_status", lang): t(f"status_{o.status}", lang),
        t("column_period", lang): period,
        t("column_source", lang): store.sources()[i.source]["publisher"],
    }


def _rows(area: Area, found: dict[str, Standing], lang: str) -> list[dict[str, Any]]:
    """Every row of the tables, to take away."""
    out = []
    line = {a.level: a for a in _line(area)[1:]}
    for i, (period, _) in ((store.indicators()[n], p) for n, p in _newest(area).items()):
        o, s = store.figures_of(area.code).get((i.id, period)), found.get(i.id)
        wider = {lv: store.figures_of(a.code).get((i.id, period)) for lv, a in line.items()}
        typical = s.typical if s else None
        source = store.sources()[i.source]
        out.append(
            {"area": area.code, "name": name(area, lang, "country_name"), "level": area.level, "indicator": i.id}
            | {"label": i.text("label", lang), "period": period, "value": o.value if o else None}
            | {"low": o.low if o else None, "high": o.high if o else None, "margin": s.margin if s else None}
            | {"unit": store.term("unit", i.unit, lang), "status": o.status if o else "missing"}
            | {"compared_with": s.group if s else "", "compared": float(typical.areas) if typical else None}
            | {"median": typical.median if typical else None, "distance": s.distance if s and typical else None}
            | {f"{lv}_value": w.value if (w := wider.get(lv)) else None for lv in ("gemeente", "land")}
            | {"publisher": source["publisher"], "licence": source["licence"], "retrieved": source["retrieved"]}
        )
    return out


def _changes(area: Area, lang: str) -> None:
    """What was measured twice, and whether the change is told apart from noise."""
    found = store.changes(area.code)
    if not found:
        return
    st.header(t("profile_changes", lang), anchor=False)
    mine = [i for i in store.indicators().values() if i.id in found]
    rows = [
        {
            t("column_indicator", lang): i.text("label", lang),
            t("column_period", lang): f"{found[i.id]['since']} – {found[i.id]['until']}",
            t("reach_column_change", lang): change(i, found[i.id], lang),
        }
        for i in mine
    ]
    controls.table(rows, t("profile_changes", lang), [_link(i, found[i.id]["until"], area, lang) for i in mine])
    counts = store.told_apart().values()
    apart, areas = sum(n for n, _ in counts), sum(n for _, n in counts)
    st.caption(t("reach_change_text", lang, count=apart, apart=apart, areas=areas))
    st.caption(source_line(mine[0], ", ".join(sorted({found[i.id]["until"] for i in mine})), lang))


def _near(area: Area, lang: str) -> None:
    """The nearest place of each kind on foot, and how many the area has itself."""
    near, inside = store.minutes(area.code, MODE), store.kinds_within(area.code)
    kinds = [k for k in store.kinds() if k in near or k in inside]
    if not kinds:
        return
    st.header(t("profile_near", lang), anchor=False)
    controls.table([_place(k, near.get(k), inside.get(k), lang) for k in kinds], t("profile_near", lang))
    st.caption(f"{t('profile_near_text', lang)} {credit(['access'], lang)}")
    _more("reach", "profile_near", area, lang, ask="get_there")


def _place(k: str, near: dict[str, Any] | None, inside: dict[str, Any] | None, lang: str) -> dict[str, str]:
    wide = near and near["low"] is not None and near["low"] != near["high"]
    return {
        t("csv_kind", lang): kind(k, lang),
        t("csv_domain", lang): store.term("domain", store.kinds()[k]["domain"], lang),
        t("ties_column_minutes", lang): about(near["minutes"], lang) if near else "–",
        t("profile_column_margin", lang): f"{number(near['low'], 0, lang)} – {number(near['high'], 0, lang)}"
        if near and wide
        else "–",
        t("ties_column_places", lang): number(near["within_15"], 0, lang) if near else "–",
        t("profile_column_inside", lang): number(inside["n"], 0, lang) if inside else "–",
    }


def _more(page: str, what: str, area: Area, lang: str, **more: str) -> None:
    """The way to all of it."""
    address = escape(_to(page, area, lang, **more))
    said = t("profile_see", lang, label=t(what, lang))
    st.html(f'<p class="small"><a href="{address}" target="_self">{escape(said)}</a></p>')


def _path(area: Area, lang: str) -> None:
    """Where the learning path of children on foot breaks off."""
    found = paths.path(area.code, AGE, MODE)
    if not found.known:
        return
    words: dict[str, Any] = {"age": store.term("age", AGE, lang), "mode": t(f"ties_{MODE}", lang)}
    st.header(t("ties_path_head", lang, name=name(area, lang), **words), anchor=False)
    said = t("ties_path_sentence", lang, known=len(found.known), within=found.within, mode=words["mode"])
    st.markdown(f"{said} {learning_paths.broken(found, words['mode'], lang)}")
    st.caption(f"{t('status_estimated_text', lang)} {credit(['access'], lang)}")
    _more("learning_paths", "page_learning_paths", area, lang, indicator=f"path_{AGE}_{MODE}")


def _bridges(area: Area, lang: str) -> None:
    """Where two domains meet, and where both are present without a tie that we know."""
    if area.level == "land" or not store.kinds_within(area.code):
        return
    ties = store.ties(area.municipality or "")
    both = [b for b in network.bridges(store.within(area.code), ties) if b.state != "absent"]
    missing = [connections.domains(b, lang) for b in both if b.state == "missing"]
    st.header(t("ties_bridges_title", lang, name=name(area, lang)), anchor=False)
    said = t("ties_bridges_sentence", lang, both=len(both), linked=len(both) - len(missing))
    if missing:
        said += " " + t("profile_bridges", lang, pairs=format_list(missing, "standard", lang))
    st.markdown(said)
    sources = {tie["source"] for tie in ties if network.is_bridge(tie)} | {"shared_site"}
    st.caption(f"{t('ties_not_1', lang)} {credit(sorted(sources), lang)}")
    _more("connections", "ties_bridges", area, lang, ask="bridges")


def _ring(area: Area, lang: str) -> None:
    """The ecosystem as a picture and a sentence; Connections has its cells."""
    found = ecosystem.cells(area.code)
    title, sentence = t("ties_ring_title", lang, name=name(area, lang)), connections.ring_sentence(found, area, lang)
    st.header(title, anchor=False)
    st.markdown(sentence)
    svg = connections.ring_diagram(found, "", lang, controls.phone(), controls.dark())
    st.image(svg, alt=f"{title}. {sentence}")
    st.html(connections.ring_legend(lang))
    _more("connections", "ties_ring", area, lang, ask="ring")


if __name__ == "__main__":
    page()
