"""The sections of an area's page: its figures by theme, what changed, what is near, its bridges and
its ring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer import barriers, bridges, ecosystem, hardest, paths, stories
from dashboard.answer.every_figure import at_its_level, notes, publications, row
from dashboard.answer.finder_words import factor_label
from dashboard.answer.gaps import source_of
from dashboard.answer.nation import THEME
from dashboard.answer.portrait import Figure, figure_link, figures, upwards
from dashboard.answer.profile import address, feed_path, way_on
from dashboard.answer.view import name
from dashboard.store import Area
from dashboard.words.numbers import (
    became,
    between,
    change,
    changes_said,
    credit,
    date,
    difference,
    number,
    polled,
    shown,
    source_line,
    then_and_now,
)
from dashboard.words.text import t

AGE, MODE = "child", "walk"
VOTING = "polling_place"  # a place of which we know nothing else


@dataclass(frozen=True)
class Section:
    """A part of the page: a sentence, a table whose first column names, or a picture; with its
    source.

    `links` is the address of each row, `figures` what each row shows where rows are figures; `more`
    is where the app has all of it, and how that is called. `sort`, of store.REVISIONS, marks a part
    of the section before.
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


def sections(area: Area, lang: str) -> Iterator[Section]:
    """The parts of the static page below the cards, in reading order."""
    yield from few(area, lang)
    for theme in store.scheme("theme"):
        yield from _theme(theme, area, lang)
    yield _barriers(area, lang)
    yield from changes(area, lang)
    yield from below_figures(area, lang)


def below_figures(
    area: Area, lang: str, *, phone: bool = False, dark: bool = False
) -> Iterator[Section]:
    """The parts of the page below its figures, in reading order."""
    if not area.is_country:  # the page The Netherlands tells its story
        yield _stories(area, lang)
    yield from _revisions(area, lang)
    yield from _near(area, lang)
    yield from _path(area, lang)
    yield from _bridges(area, lang)
    yield _ring(area, lang, phone, dark)


def few(area: Area, lang: str) -> Iterator[Section]:
    """The neighbourhoods of a municipality with a figure of fewer than ten, by name: of so few none
    is told from the rest.
    """
    asked = hardest.asked_of(area)
    known = store.columns(asked.level)["code"][asked.chosen]
    if area.is_country or not 0 < len(known) < hardest.FEWEST:
        return
    every = sorted((a for a in map(store.area, map(str, known)) if a), key=lambda a: a.name)
    rows = [
        {t("column_area", lang): a.name}
        | {factor_label(n, lang): _with_margin(a, n, lang) for n in asked.names}
        for a in every
    ]
    levels, town = store.term("area_levels", asked.level, lang), store.area(asked.scope) or area
    factors = format_list([factor_label(n, lang).lower() for n in asked.names], "standard", lang)
    count: dict[str, Any] = {"count": len(rows), "n": len(rows), "all": int(asked.inside.sum())}
    margins = any("(" in cell for row in rows for cell in [*row.values()][1:])
    sentences = [
        t("hardest_factors", lang, factors=factors),
        t("hardest_not", lang),
        t("few_text", lang, levels=levels, **count),
        t("few_margin" if margins else "few_no_margin", lang),
        t("hardest_few", lang, least=number(asked.least, 0, lang)),
    ]
    yield Section(
        t("few_title", lang, name=name(town, lang), levels=levels),
        " ".join(sentences),
        rows,
        [address("profile", a, lang) for a in every],
        source=" ".join(sorted({source_of(n, asked.level, lang) for n in asked.names})),
        screen_only=frozenset(range(len(rows))),
    )


def _with_margin(area: Area, indicator: str, lang: str) -> str:
    """The newest figure of an area, and its margin where that is known: `≈ 9,1 % (7,5 – 11,0)`."""
    i = store.indicators()[indicator]
    o = store.observation(indicator, store.periods(indicator, area.level)[0], area.code)
    if not o:
        return t("status_missing", lang)
    if o.low is None or o.high is None:
        return shown(o, i, lang)
    return f"{shown(o, i, lang)} ({between(o.low, o.high, i.decimals, lang)})"


def _theme(theme: str, area: Area, lang: str) -> Iterator[Section]:
    """The newest figures of a theme: here, in comparable areas, in the municipality and in the
    country.
    """
    every = [f for f in figures(area) if f.indicator.theme == theme]
    if not every:
        return
    mine = [f for f in every if at_its_level(f, area)]
    wider = []
    for a in upwards(area)[1:]:
        labels = [f.indicator.text("label", lang) for f in every if f.of == a and f not in mine]
        if labels:
            listed = format_list(labels, "standard", lang)
            wider.append(t("profile_wider", lang, name=name(a, lang, alone=True), labels=listed))
    title = store.term("theme", theme, lang)
    if all(f.observation.value is None for f in mine):
        title = t("profile_theme_none", lang, theme=title, name=name(area, lang))
    yield Section(
        title,
        " ".join(wider),
        [row(f, area, lang) for f in mine],
        [figure_link(f.indicator, f.period, area, lang) for f in mine],
        mine,
        source=" ".join(notes(mine, area, lang)),
        more=publications(mine, area, lang),
    )


def _stories(area: Area, lang: str) -> Section:
    """A short story per level of the ecosystem."""
    head = t("stories_level", lang), t("stories_told", lang)
    rows = [
        dict(zip(head, (stories.level_said(v, lang), stories.story(area, v, lang)), strict=True))
        for v in stories.TOLD
    ]
    source = credit(stories.sources(area), lang)
    return Section(t("stories_title", lang, name=name(area, lang)), rows=rows, source=source)


def _barriers(area: Area, lang: str) -> Section:
    """What may make taking part hard, the figures of which stand above too."""
    wording, rows = barriers.answer(area, lang).wording(lang), barriers.table(area, lang)
    every = frozenset(range(len(rows)))
    sentence = f"{wording.sentence} {' '.join(wording.cautions)}"
    return Section(wording.title, sentence, rows, source=wording.source, screen_only=every)


def change_rows(area: Area, lang: str) -> list[dict[str, str]]:
    """The rows of `changes`, of all sources together."""
    return [row for section in changes(area, lang) for row in section.rows]


def changes(area: Area, lang: str) -> Iterator[Section]:
    """What each source measured twice, and whether the change is told apart from noise."""
    known = store.changes(area.code)
    every = [i for i in store.indicators().values() if i.id in known]
    for source in dict.fromkeys(i.source for i in every):
        mine = [i for i in every if i.source == source]
        rows = [
            {
                t("column_indicator", lang): i.text("label", lang),
                t("column_period", lang): f"{known[i.id]['since']} – {known[i.id]['until']}",
                t("reach_column_change", lang): change(i, known[i.id], lang),
            }
            for i in mine
        ]
        links = [figure_link(i, known[i.id]["until"], area, lang) for i in mine]
        culture = any(i.theme == THEME for i in mine)
        key = "profile_changes" if culture else "profile_changes_apart"
        title = f"{t(key, lang)}: {store.sources()[source]['publisher']}"
        line = source_line(mine[0], ", ".join(sorted({known[i.id]["until"] for i in mine})), lang)
        figures = store.figures_of(area.code)
        measured = {i.id for i in mine if figures[i.id, known[i.id]["until"]].status == "measured"}
        # on paper, of two sheets: what was measured and is told apart from noise
        left = frozenset(
            n for n, i in enumerate(mine) if i.id not in measured or not known[i.id]["apart"]
        )
        yield Section(
            title, changes_said(mine, area, lang), rows, links, source=line, screen_only=left
        )


def _revisions(area: Area, lang: str) -> Iterator[Section]:
    """What is new since the last edition, then a part for each sort."""
    build, every, title = store.build(), store.indicators(), t("revision_title", lang)
    feeds = (f"/site/{feed_path(area.code, lang)}", t("revision_feed", lang, name=area.name))
    more = feeds if area.is_municipality else None
    if not build["compared"]:
        yield Section(t("revision_title_first", lang), t("revision_first", lang), more=more)
        return
    revisions = store.revisions(area.code)
    none = "" if revisions else t("revision_none", lang, name=name(area, lang)) + " "
    since = t("revision_since", lang, id=build["compared"], date=date(build["compared_at"], lang))
    yield Section(title, none + since, more=more)
    for sort in store.REVISIONS:
        mine = [r for r in revisions if r.sort == sort]
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
        texts = [
            t(f"revision_{sort}_text", lang),
            *(became(r, lang) for r in mine if not r.indicator),
        ]
        credited = sorted({i.source for _, i in figures})
        yield Section(
            f"{t(f'revision_{sort}', lang)} ({len(mine)})",
            " ".join(texts),
            rows,
            [figure_link(i, r.until or "", area, lang) for r, i in figures],
            source=credit(credited, lang) if credited else "",
            sort=sort,
        )


def _near(area: Area, lang: str) -> Iterator[Section]:
    """How far the nearest place of each kind is, and how many we know in the area itself; not where
    one only votes.
    """
    near = store.near(area.code)
    inside = {k: known for k, known in store.kinds_within(area.code).items() if k != VOTING}
    kinds = [k for k in store.kinds() if k in near or k in inside]
    if kinds:
        rows = [_place(k, near.get(k), inside.get(k), lang) for k in kinds]
        sources = {s for k in inside.values() for s in k["sources"]}
        notes = (
            [t("not_conclude_polled", lang, days=polled(lang))] if store.POLLED in sources else []
        )
        notes.append(t("profile_near_text", lang))
        if any(k not in near for k in kinds):
            notes.append(t("profile_near_unknown", lang))
        source = " ".join([*notes, credit(sorted({r["source"] for r in near.values()}), lang)])
        more = way_on("reach", "profile_near", area, lang, ask="get_there")
        yield Section(t("profile_near", lang), rows=rows, source=source, more=more)


def _place(
    k: str, near: dict[str, Any] | None, inside: dict[str, Any] | None, lang: str
) -> dict[str, str]:
    wide = near and near["low"] is not None
    return {
        t("csv_kind", lang): store.term("kind", k, lang),
        t("csv_domain", lang): store.term("domain", store.kinds()[k]["domain"], lang),
        t("reach_column_km", lang): number(near["metres"] / 1_000, 1, lang)
        if near
        else t("status_missing", lang),
        t("profile_column_margin", lang): between(
            near["low"] / 1_000, near["high"] / 1_000, 1, lang
        )
        if near and wide
        else "–",
        t("column_status", lang): t(f"status_{near['status'] if near else 'missing'}", lang),
        t("profile_column_inside", lang): number(inside["n"], 0, lang) if inside else "–",
    }


def _path(area: Area, lang: str) -> Iterator[Section]:
    """What of the learning path of children on foot is known and near."""
    near_by = paths.path(area.code, AGE, MODE)
    if not near_by.known:
        return
    terms: dict[str, Any] = {"age": store.term("age", AGE, lang), "mode": t(f"ties_{MODE}", lang)}
    yield Section(
        t("ties_path_head", lang, name=name(area, lang), **terms),
        paths.sentence(near_by, terms["mode"], lang),
        source=credit(sorted({c.source for c in near_by.known}), lang),
        more=way_on("connections", "ties_path", area, lang, ask="path", age=AGE, mode=MODE),
    )


def _bridges(area: Area, lang: str) -> Iterator[Section]:
    """Where two domains meet, and where both are present without a tie that we know."""
    if area.is_country or not store.kinds_within(area.code):
        return
    ties = store.ties(area.whole or "")
    both = [b for b in bridges.bridges(store.within(area.code), ties) if b.state != "absent"]
    missing = [bridges.pair(b, lang) for b in both if b.state == "missing"]
    n = len(both)
    sentence = t("ties_bridges_sentence", lang, count=n, both=n, linked=n - len(missing))
    if missing:
        sentence += " " + t("profile_bridges", lang, pairs=format_list(missing, "standard", lang))
    sources = {tie["source"] for tie in ties if bridges.is_bridge(tie)} | {"shared_site"}
    yield Section(
        t("ties_bridges_title", lang, name=name(area, lang)),
        sentence,
        source=f"{t('ties_not_1', lang)} {credit(sorted(sources), lang)}",
        more=way_on("connections", "ties_bridges", area, lang, ask="bridges"),
    )


def _ring(area: Area, lang: str, phone: bool, dark: bool) -> Section:
    """The ecosystem as a picture and a sentence; Connections has its cells."""
    cells = ecosystem.cells(area.code)
    return Section(
        t("ties_ring_title", lang, name=name(area, lang)),
        ecosystem.sentence(cells, name(area, lang), lang),
        picture=ecosystem.diagram(cells, lang, phone, dark, chosen=None),
        legend=ecosystem.legend(lang),
        more=way_on("connections", "ties_ring", area, lang, ask="ring"),
    )
