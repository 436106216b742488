"""Gaps: where and for whom it falls short, with the receipt of every score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import islice, pairwise
from typing import Any

import numpy as np
import streamlit as st
from babel.lists import format_list

from dashboard import atlas, controls, export, maps, store
from dashboard.export import Inked
from dashboard.figures import adding_up, credit, known, number, shown, source_line, titled
from dashboard.finder import Asked, Pair
from dashboard.pack import Told
from dashboard.picture import scales
from dashboard.picture.scatter import scatter
from dashboard.store import Area, Indicator, Observation
from dashboard.text import plain, t
from dashboard.underserved import CHANCES, worst
from dashboard.view import View, borders, name, scope

TITLE, ORDER = "page_gaps", 5
FIGURES = {"participation": "gap", "whom": "inequality", "known": "coverage"}  # questions of indicators, by measure
LEFT_OUT = "left_out"  # what is expected of an area comes from the others
QUESTIONS = ("need", "find", *FIGURES, "clusters")
LEAST = ("0", "100", "500", "1000", "2500", "5000")
HEAVIEST = 5
LISTED, MOST_POINTS, NAMED = 10, 500, 3
FEWEST = 10  # residents that are told: counts are shown in tens
WHOLE = "\u00a0"  # a space that breaks no line
UNEVEN = 0.05  # of all areas, that a third may differ from a third without a word
MOST = 99  # percent of areas that one can have more than: it never has more than itself
CLUSTERS = {"high_high": "0", "low_low": "1", "high_low": "2", "low_high": "3"}


def page() -> None:
    """Draw the page."""
    lang = st.session_state["lang"]
    question = controls.question(lambda q: f"gaps_{q}", QUESTIONS, lang)
    below = {"whom": _whom, "known": _known}
    if question in below:
        area = atlas.draw("gaps", partial(_choice, FIGURES[question]), lang)
        if not st.context.is_embedded:
            below[question](area, lang)
    else:
        drawn = {"need": _need, "find": _find, "participation": _participation, "clusters": _clusters}
        atlas.frame(drawn[question], lang)


# --- figures of our own measures, as on Explore


def _choice(measure: str, area: Area, lang: str) -> tuple[dict[str, Indicator], str]:
    found = {n: i for n, i in store.indicators().items() if i.source == measure and store.levels(n)}
    return found, next(iter(found))


def _participation(area: Area, other: Area | None, lang: str) -> None:
    """More or less than expected where taking part was measured; elsewhere why not, and need beside access instead."""
    choice = partial(_choice, FIGURES["participation"])
    measured = store.municipalities(choice(area, lang)[1])
    if area.municipality in {m.code for m in measured}:
        atlas.figures("gaps", choice, area, other, lang, meaning=_expected)
        return
    _measured_in(measured, "gaps_not_measured", area, lang)
    _need(area, other, lang)


def _measured_in(municipalities: list[Area], key: str, area: Area, lang: str) -> None:
    """Why there is nothing to tell here, and where it was measured."""
    where = "_country" if area.level == "land" else ""
    names = str(format_list([m.name for m in municipalities], locale=lang))
    st.info(t(f"{key}{where}", lang, name=name(area, lang), city=names))
    if not st.context.is_embedded:
        for m in municipalities:
            st.button(m.name, on_click=controls.choose, args=("area", m.code), key=f"to-{m.code}")


def _expected(view: View) -> None:
    """What was observed beside what was expected: of the chosen area, and of all that are told apart from chance."""
    lang, level = view.lang, store.model()["level"]
    folds = store.folds(view.indicator.id.removesuffix("_gap") + "_estimate", LEFT_OUT)
    sides = {"more": [f for f in folds if _side(f) == "more"], "less": [f for f in folds if _side(f) == "less"]}
    st.header(t("gaps_apart", lang), anchor=False)
    if view.area.level == view.level:
        own = next((f for f in folds if f["area"] == view.area.code), None)
        st.markdown(_own(own, lang) if own else t("gaps_own_none", lang, name=view.area.name))
    outside, n = sum(_side(f) != "same" for f in folds), sum(map(len, sides.values()))
    every, rest, chance = (number(x, 0, lang) for x in (len(folds), len(folds) - n, (1 - level) * len(folds)))
    margin = _percent(level, lang)
    said = t("gaps_apart_text", lang, count=outside, n=outside, all=every, chance=chance, margin=margin)
    st.markdown(f"{said} {t('gaps_apart_left', lang, count=n, n=n, rest=rest)}")
    for side, found in sides.items():
        st.subheader(t(f"gaps_apart_{side}", lang, n=len(found)), anchor=False)
        if not found:
            st.markdown(t("gaps_apart_none", lang))
            continue
        names = format_list([f["name"] for f in found], "standard", lang)
        st.markdown(t(f"gaps_apart_{side}_text", lang, names=names))
        rows = [
            {
                t("column_area", lang): f["name"],
                t("gaps_column_observed", lang): _percent(f["observed"] / 100, lang, 1),
                t("gaps_column_expected", lang): "≈ " + _percent(f["predicted"] / 100, lang, 1),
                t("gaps_column_difference", lang): t("gaps_margin", lang, **_difference(f, lang)),
            }
            for f in sorted(found, key=lambda f: -abs(f["observed"] - f["predicted"]))
        ]
        controls.table(rows, t(f"gaps_apart_{side}", lang, n=len(found)))
    st.caption(t("gaps_apart_rounded", lang))


def _own(f: dict[str, Any], lang: str) -> str:
    """Observed, expected and their difference of one area in words, and whether it can be told from chance."""
    observed, expected = (_percent(f[k] / 100, lang, 1) for k in ("observed", "predicted"))
    said = t("gaps_own", lang, name=f["name"], observed=observed, expected=expected, **_difference(f, lang))
    return f"{said} {t(f'gaps_own_{_side(f)}', lang)}"


def _side(f: dict[str, Any]) -> str:
    """More or less than expected; of what is not told apart whether the margin leaves zero `out`side or not."""
    if f["apart"]:
        return "more" if f["observed"] > f["predicted"] else "less"
    return "same" if f["low"] <= f["observed"] <= f["high"] else "out"


def _difference(f: dict[str, Any], lang: str) -> dict[str, Any]:
    """Observed minus expected, with its margin, which is that of what was expected."""
    ends = {"value": "predicted", "low": "high", "high": "low"}
    return {k: number(f["observed"] - f[end], 1, lang) for k, end in ends.items()}


def _whom(area: Area, lang: str) -> None:
    """Every measure of inequality for the municipality and the country, each with what it means."""
    areas = [a for a in reversed(store.lineage(area)) if a.level in ("gemeente", "land")]
    st.header(t("gaps_whom_all", lang, name=name(areas[0], lang)), anchor=False)
    st.markdown(t("gaps_ecological", lang))
    if areas[0].level == "land":
        st.markdown(t("gaps_whom_country", lang))
    rows = []
    for i in (i for i in store.indicators().values() if i.source == FIGURES["whom"]):
        row = {
            t("column_indicator", lang): i.text("label", lang),
            t("gaps_words", lang): _in_words(i, areas[0], lang),
        }
        for a in areas:
            o = _newest(i, a)
            row[name(a, lang, "country_name")] = shown(o, i, lang) if o else t("status_missing", lang)
        row[t("column_meaning", lang)] = i.text("description", lang)
        rows.append(row)
    controls.table(rows, t("gaps_whom_all", lang, name=name(areas[0], lang)))


def _in_words(indicator: Indicator, area: Area, lang: str) -> str:
    """The figure of the area in a sentence, or why there is none. It is all areas, so it is what it is: no verdict."""
    o = _newest(indicator, area)
    *_, measure, ranked = indicator.id.split("_")
    if not o or o.value is None:
        return t("gaps_words_none", lang)
    if ranked == "between":
        shares = adding_up([o.value, 100 - o.value], 100, 0)
        between, within = (_percent(share / 100, lang) for share in shares)
        return t("gaps_words_between", lang, between=between, within=within)
    figure, apart = number(o.value, indicator.decimals, lang), _percent(2 * o.value, lang)
    key = ranked if ranked in ("gini", "theil") else f"{measure}_{ranked}"
    return t(f"gaps_words_{key}", lang, value=figure, apart=apart)


def _newest(indicator: Indicator, area: Area) -> Observation | None:
    """The newest figure of the area; None where there is none of its level."""
    periods = store.periods(indicator.id, area.level)
    return store.observation(indicator.id, periods[0], area.code) if periods else None


def _known(area: Area, lang: str) -> None:
    """What each way of not knowing means, so that none is read as a zero."""
    title = t("gaps_statuses", lang, n=len(store.STATUSES))
    st.header(title, anchor=False)
    rows = [
        {t("column_status", lang): t(f"status_{s}", lang), t("column_meaning", lang): t(f"status_{s}_text", lang)}
        for s in store.STATUSES
    ]
    controls.table(rows, title)


# --- what both maps of need ask


def _who(lang: str) -> str:
    """Whose need, and why these figures say something of it."""
    groups = [*store.needs()]
    who = controls.select("who", groups, groups[0], t("gaps_who", lang), lambda w: store.term("need", w, lang), lang)
    st.caption(store.terms()["need", who][f"description_{lang}"])
    return who


def _level(area: Area, indicator: str, lang: str) -> str:
    """The level to compare; of a country the municipalities first, of a municipality its neighbourhoods."""
    levels = [level for level in store.offered(indicator, area) if level in store.LEVELS]
    first = levels[-1] if area.municipality and levels else (levels or ["gemeente"])[0]
    return controls.select(
        "level", levels or [first], first, t("level", lang), lambda x: t(f"level_{x}", lang), lang, segments=True
    )


def _halves() -> Sequence[st.delta_generator.DeltaGenerator]:
    """Where the map goes and where what is beside it: below it in a page elsewhere, which may be narrow."""
    return [st.container(), st.container()] if st.context.is_embedded else st.columns([5, 3], gap="medium")


def _embedded(source: str, lang: str) -> None:
    """What a map in a page elsewhere ends with: its source, and the way to the whole."""
    st.caption(source)
    atlas.whole(controls.link("gaps"), lang)


def _drawn(area: Area, other: Area | None, indicator: str, inked: Inked, told: Told, lang: str) -> None:
    """The map of marks that the page computed; a click chooses the area."""
    i = store.indicators()[indicator]
    view = View(lang, i, store.periods(indicator, inked.level)[0], inked.level, area, other, "gaps")
    atlas.painted(view, maps.inked(inked.marks, inked.colours), told.alt)


def _legend(items: Sequence[tuple[str, str]], blanks: Sequence[str], head: str, note: str, lang: str) -> None:
    """Colours and their text, and the look of each status without a figure that occurs."""
    shown_items = [(f"--c:{colour}", "measured", label) for colour, label in items]
    shown_items += [(f"--c:{scales.PAPER}", s, t(f"gaps_blank_{s}", lang)) for s in blanks]
    body = "".join(
        f'<li><span class="swatch {kind}" style="{style}"></span>{escape(label)}</li>'
        for style, kind, label in shown_items
    )
    st.html(f'<div class="legend"><p>{escape(head)}</p><ul>{body}</ul><p class="note">{escape(note)}</p></div>')


def _blanks(marks: str) -> list[str]:
    return [s for s in scales.STATUS_FILL if s[0].upper() in marks]


# --- need beside distance


def _need(area: Area, other: Area | None, lang: str) -> None:
    controls.write(indicator="", period="")
    with st.container(key="unseen" if st.context.is_embedded else "asked"):
        left, middle, right = st.columns(3)
        with left:
            who = _who(lang)
        with middle:
            names = store.needs()[who]
            need = controls.select(
                "need",
                names,
                names[0],
                t("gaps_need_axis", lang),
                lambda n: store.indicators()[n].text("label", lang),
                lang,
            )
        with right:
            level = _level(area, need, lang)
    pair = Pair(need, str(store.groups()[who]["distance"]), level, scope(area, level).code)
    marks = pair.marks()
    label, far = _axes(pair, lang)
    counts = Counter(marks)
    tell = partial(_pair_told, pair, counts)
    told = tell(lang)
    st.title(told.title, anchor=False)
    st.markdown(told.sentence)
    st.caption(t("gaps_worst_need", lang))
    needs, distances = _steps(lang)  # in a picture there is no room for bounds
    thirds = [f"{n}, {d}" for n in needs for d in distances] if pair.far else needs
    colours = dict(zip("012345678", scales.BIVARIATE if pair.far else scales.RAMP[::2], strict=False))
    head, far_head = (known(_statuses(i, pair), lang) for i in (need, pair.distance))
    head = t("gaps_both_axes", lang, need=head, distance=far_head) if pair.far else head
    inked = Inked(level, pair.scope, marks, colours, thirds, head)
    left, right = _halves()
    with left:
        _drawn(area, other, need, inked, told, lang)
        note = t("gaps_need_note" if pair.far else "gaps_need_note_alone", lang, levels=t(f"levels_{level}", lang))
        items = [] if pair.far else [*zip(colours.values(), needs, strict=True)]
        _legend(items, _blanks(marks), "" if pair.far else inked.head, " ".join([note, *_uneven(pair, lang)]), lang)
    with right:
        if pair.far:
            _grid(counts, _bounded(pair, lang), lang)
            if not st.context.is_embedded:
                _scatter(pair, area, label, far, lang)
        else:
            st.info(_unknown_distance(pair.distance, lang))
    if st.context.is_embedded:
        _embedded(told.source, lang)
        return
    _table_of_pairs(pair, label, far, lang)
    st.caption(told.source)
    link = controls.link("gaps")
    atlas.take_away(link, lang, export.pair_files(pair, tell, inked, link, lang), told.cautions)


def _statuses(indicator: str, of: Pair | Asked) -> set[str]:
    """The statuses of an indicator inside."""
    return {*store.figure_columns(indicator, of.level)["status"][of.inside]}


def _unknown_distance(distance: str, lang: str) -> str:
    """That how far places of culture are is not known here, and who could tell."""
    i = store.indicators()[distance]
    who = store.sources()[i.source]["publisher"]
    return t("gaps_distance_unknown", lang, label=i.text("label", lang), publisher=who)


def _axes(pair: Pair, lang: str) -> tuple[str, str]:
    """The need and the distance, in words."""
    need, far = (store.indicators()[name].text("label", lang) for name in (pair.need, pair.distance))
    return need, far


def _pair_told(pair: Pair, counts: Counter[str], lang: str) -> Told:
    label, far = _axes(pair, lang)
    every, where = sum(counts[str(n)] for n in range(9)), store.area(pair.scope)
    scope_said = name(where, lang) if where else pair.scope
    alone = "" if pair.far else "_alone"
    title = t(
        f"gaps_need_title{alone}", lang, label=label, far=far, levels=t(f"levels_{pair.level}", lang), scope=scope_said
    )
    said: dict[str, Any] = {"all": number(every, 0, lang), "levels": _levels(pair.level, every, lang)}
    sentence = t(f"gaps_need_sentence_none{alone}", lang, **said)
    if both := counts["8" if pair.far else "2"]:
        names_said = format_list(pair.largest(NAMED), "standard", lang)
        few = "_few" if both <= NAMED else ""  # all of them are named
        sentence = t(
            f"gaps_need_sentence{few}{alone}", lang, count=both, n=number(both, 0, lang), names=names_said, **said
        )
    shown_of = [pair.need, *([pair.distance] if pair.far else [])]
    title = titled(title, {s for i in shown_of for s in _statuses(i, pair)}, lang)
    source = " ".join(_source(name, pair.level, lang) for name in shown_of)
    cautions = [t(key, lang) for key in ("gaps_not_participation", "not_conclude_access", "not_conclude_area")]
    return _told(title, sentence, source, cautions, lang)


def _source(indicator: str, level: str, lang: str) -> str:
    return source_line(store.indicators()[indicator], store.periods(indicator, level)[0], lang)


def _told(title: str, sentence: str, source: str, cautions: Sequence[str], lang: str) -> Told:
    """What a map of marks shows, in words."""
    alt = t("map_alt", lang, title=title, sentence=sentence)
    return Told(title, sentence, f"{source} {borders(lang)}", tuple(cautions), alt)


def _steps(lang: str) -> tuple[list[str], list[str]]:
    """What the thirds of need and of distance are called."""
    return [t(f"gaps_need_{n}", lang) for n in range(3)], [t(f"gaps_distance_{n}", lang) for n in range(3)]


def _bounded(pair: Pair, lang: str) -> tuple[list[str], list[str]]:
    """The thirds of need and of distance, each with the figures that are in it."""
    out: list[list[str]] = []
    for names, spans, indicator in zip(_steps(lang), pair.spans, (pair.need, pair.distance), strict=True):
        i, said = store.indicators()[indicator], []
        for n, (name_of, (low, high, share)) in enumerate(zip(names, spans, strict=True)):
            if not share:
                said.append(f"{name_of} ({t('gaps_third_none', lang)})")
                continue
            ends = [number(v, i.decimals, lang) for v in (low, high)]
            bound = f"≤ {ends[1]}" if n == 0 else f"≥ {ends[0]}" if n == 2 else " – ".join(ends)
            figures = f"{ends[0] if ends[0] == ends[1] else bound} {store.term('unit', i.unit, lang)}"
            said.append(f"{name_of} ({figures.replace(' ', WHOLE)})")
        out.append(said)
    return out[0], out[1]


def _uneven(pair: Pair, lang: str) -> list[str]:
    """Of each axis whose thirds are far from a third, a sentence of how large they are and why."""
    out = []
    for axis, spans in zip(("need", "distance"), pair.spans, strict=True):
        shares = [share for *_, share in spans]
        if any(shares) and max(abs(share - 1 / 3) for share in shares) > UNEVEN:
            listed = format_list([_percent(share, lang) for share in shares], "standard", lang)
            label, levels = t(f"gaps_column_{axis}", lang), t(f"levels_{pair.level}", lang)
            out.append(t("gaps_thirds_uneven", lang, axis=label, levels=levels, shares=listed))
    return out


def _grid(counts: Counter[str], steps: tuple[list[str], list[str]], lang: str) -> None:
    """The legend of two axes as a table with the number of areas in each colour."""
    head = "".join(f'<th scope="col">{escape(step)}</th>' for step in steps[1])
    rows = ""
    for need in (2, 1, 0):
        cells = "".join(
            f'<td style="background:{colour};color:{scales.ink_on(colour)}">{number(counts[str(n)], 0, lang)}</td>'
            for n, colour in [*enumerate(scales.BIVARIATE)][3 * need : 3 * need + 3]
        )
        rows += f'<tr><th scope="row">{escape(steps[0][need])}</th>{cells}</tr>'
    st.html(
        f'<table class="grid"><caption>{t("gaps_grid", lang)}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _scatter(pair: Pair, area: Area, label: str, far: str, lang: str) -> None:
    """Each area as a point that can be chosen; a great many as how many there are in each cell."""
    need, distance = pair.values
    both = pair.inside & ~np.isnan(need) & ~np.isnan(distance)
    if not both.any():
        return
    about = store.columns(pair.level)
    thirds = (3 * pair.thirds[0] + pair.thirds[1])[both].astype(int)
    drawn = scatter(
        distance[both], need[both], thirds, about["name"][both], about["code"][both], (far, label), area.code, lang,
        controls.dark(), most=MOST_POINTS,
    )  # fmt: skip
    alt = t("gaps_scatter_alt", lang, label=label, far=far)
    config = {"displayModeBar": False}
    if both.sum() > MOST_POINTS:
        st.plotly_chart(drawn, config=config, theme=None, key="scatter-many", alt=alt)
        st.caption(t("gaps_scatter_many", lang, n=MOST_POINTS))
    else:
        st.plotly_chart(
            drawn, config=config, theme=None, key="scatter", alt=alt, on_select=_picked, selection_mode="points"
        )
        st.caption(t("gaps_scatter_pick", lang))
    if beyond := int((distance[both] > drawn["layout"]["xaxis"]["range"][1]).sum()):
        st.caption(t("gaps_scatter_cut", lang, count=beyond, n=number(beyond, 0, lang)))


def _picked() -> None:
    points = st.session_state["scatter"]["selection"]["points"]
    if points:
        controls.choose("area", points[0]["customdata"])


def _table_of_pairs(pair: Pair, label: str, far: str, lang: str) -> None:
    if controls.switch("table", t("table", lang), lang):
        need, distance = (store.indicators()[name] for name in (pair.need, pair.distance))
        needs, distances = _steps(lang)

        def figure(value: float | None, status: str, i: Indicator) -> str:
            return shown(Observation("", "", value, None, None, status), i, lang)

        rows = [
            {
                t("column_area", lang): r["name"],
                label: figure(r["need"], r["status"], need),
                far: figure(r["place_distance"], r["place_distance_status"], distance),
                t("gaps_column_need", lang): "–" if r["need_third"] is None else needs[r["need_third"]],
                t("gaps_column_distance", lang): "–"
                if r["place_distance_third"] is None
                else distances[r["place_distance_third"]],
            }
            for r in islice(pair.rows(), atlas.MOST_ROWS)
        ]
        controls.table(rows, t("table", lang))


# --- the finder


class _Weights(list[str]):
    """Every dotted row of so many weights from 0 to 5, not all of them 0."""

    def __contains__(self, value: object) -> bool:
        parts = str(value).split(".")
        return len(parts) == len(self) and all(p in list("012345") for p in parts) and set(parts) != {"0"}


def _find(area: Area, other: Area | None, lang: str) -> None:
    controls.write(indicator="", period="")
    with st.container(key="unseen" if st.context.is_embedded else "asked"):
        left, right = st.columns(2)
        with left:
            who = _who(lang)
        with right:
            least = controls.select(
                "least",
                LEAST,
                str(store.groups()[who]["least"]),
                t("gaps_least", lang, who=store.term("need", who, lang).lower()),
                lambda n: number(int(n), 0, lang),
                lang,
            )
        level = _level(area, store.needs()[who][0], lang)
        where = scope(area, level)
        asked = Asked(who, level, where.code, int(least))
        weights = _weights(asked, lang)
    st.title(_find_title(asked, lang), anchor=False)
    if not asked.chosen.any():
        missing = [f"{_factor_label(name, lang)} ({n})" for name, n in asked.lacking.items()]
        lacking = format_list(missing, "standard", lang)
        enough = int(asked.enough.sum())
        st.info(t("gaps_find_none", lang, count=enough, n=number(enough, 0, lang), lacking=lacking))
        if st.context.is_embedded:
            _embedded(_sources(asked, lang), lang)
        else:
            st.caption(_sources(asked, lang))
        return
    scores, marks = asked.scores(weights), asked.marks(weights)
    tell = partial(_find_told, asked, weights)
    told = tell(lang)
    compared = {a.code for a in (area, other) if a and a.level == level}
    ordered = asked.rows(weights) if compared else islice(asked.rows(weights), LISTED)
    rows = {r["code"]: r for n, r in enumerate(ordered) if n < LISTED or r["code"] in compared}
    listed = [*rows][:LISTED]
    st.markdown(told.sentence)
    st.markdown("\n".join(f"- {_answer(asked, rows[code], lang)}" for code in listed[:NAMED]))
    st.markdown(" ".join(_sureness(asked, weights, lang)))
    bounds = [_percent(c, lang) for c in CHANCES]
    figures = [f"< {bounds[0]}", *(f"{a} – {b}" for a, b in pairwise(bounds)), f"≥ {bounds[-1]}"]
    labels = [f"{t(f'gaps_band_{3 - n}', lang)} ({figure})" for n, figure in enumerate(figures)]
    colours = dict(zip("012", scales.RAMP[::2], strict=True))
    inked = Inked(level, where.code, marks, colours, labels, t("gaps_chance_head", lang))
    left, right = _halves()
    fewest = number(asked.least, 0, lang)
    edge = t("gaps_find_edge" if asked.least else "gaps_find_edge_empty", lang, least=fewest)
    said: dict[str, Any] = {
        "all": number(len(scores.score), 0, lang),
        "levels": _levels(level, len(scores.score), lang),
        "every": t(f"levels_{level}", lang),
    }
    fifth = number(worst(len(scores.score)), 0, lang)
    with left:
        _drawn(area, other, store.needs()[who][0], inked, told, lang)
        _legend(
            [*zip(colours.values(), labels, strict=True)], _blanks(marks), inked.head,
            f"{t('gaps_find_note', lang, n=fifth, **said)} {edge}", lang,
        )  # fmt: skip
    if st.context.is_embedded:
        _embedded(told.source, lang)
        return
    said_of = {code: _listed(r, len(scores.score), where.code, lang) for code, r in rows.items()}
    with right:
        if area.level == level and area.code not in rows:
            st.info(_unscored(asked, area, lang))
        chosen = _choose(rows, listed, area, lang)
        if other and other.code not in rows:
            st.info(_uncompared(asked, other, lang))
        receipts = [*dict.fromkeys([chosen, *([other.code] if other and other.code in rows else [])])]
        _standing([said_of[code] for code in receipts], lang)
    for column, code in zip(st.columns(len(receipts), gap="medium"), receipts, strict=True):
        with column:
            _receipt(asked, weights, rows[code], lang)
    st.subheader(t("gaps_list", lang), anchor=False)
    st.markdown(t("gaps_list_text", lang))
    if len(listed) < len(scores.score):
        st.markdown(t("gaps_list_cut", lang, n=len(listed), all=number(len(scores.score), 0, lang)))
    controls.table([said_of[code] for code in listed], t("gaps_list", lang))
    st.caption(told.source)
    link = controls.link("gaps")
    atlas.take_away(link, lang, export.finder_files(asked, weights, tell, inked, link, lang), told.cautions)


def _answer(asked: Asked, r: dict[str, Any], lang: str) -> str:
    """An area, in how many of ten lists it is among the worst fifth, and what adds most to that."""
    most = max(range(len(r["parts"])), key=lambda n: r["parts"][n])
    label = store.indicators()[asked.names[most]].text("label", lang)
    town = store.area(r["municipality"])
    beside = f" ({town.name})" if town and asked.scope == store.COUNTRY and town.code != r["code"] else ""
    often, share = _often(r["chance"], lang), _chance(r["chance"], lang)
    return t("gaps_answer", lang, name=plain(r["name"] + beside), often=often, share=share, factor=label)


def _often(chance: float, lang: str) -> str:
    """A chance in words: `in 8 van de 10 lijsten`; of nearly all and nearly none it says that."""
    tenths = round(10 * chance)
    if chance > 0.95 or chance < 0.05:
        return t("gaps_often_nearly_all" if chance > 0.5 else "gaps_often_hardly_any", lang)
    return t("gaps_often", lang, n=min(max(tenths, 1), 9))


def _sureness(asked: Asked, weights: tuple[int, ...], lang: str) -> list[str]:
    """What the chance rests on: what is drawn, of how many figures the margin is not known, and the distance."""
    unsure, used = asked.unsure(weights), sum(map(bool, weights))
    out = [t("gaps_draws", lang)]
    if unsure:
        labels = [store.indicators()[n].text("label", lang) for n in unsure]
        listed = format_list(labels, "standard", lang)
        every = "_all" if len(unsure) == used else ""
        out.append(t(f"gaps_unsure{every}", lang, count=len(unsure), n=len(unsure), all=used, labels=listed))
    if not asked.far:
        out.append(_unknown_distance(asked.distance, lang))
    return [*out, t("gaps_worst_find", lang)]


def _find_title(asked: Asked, lang: str) -> str:
    where, group = store.area(asked.scope), store.term("need", asked.who, lang)
    scope_said = name(where, lang) if where else asked.scope
    title = t("gaps_find_title", lang, who=group, levels=t(f"levels_{asked.level}", lang), scope=scope_said)
    return titled(title, {s for i in asked.names for s in _statuses(i, asked)}, lang)


def _find_told(asked: Asked, weights: tuple[int, ...], lang: str) -> Told:
    band = asked.scores(weights).band
    levels = _levels(asked.level, len(band), lang)
    first, every = int((band == 1).sum()), number(len(band), 0, lang)
    key = "gaps_find_sentence" if first else "gaps_find_sentence_none"
    sentence = t(key, lang, count=first, n=number(first, 0, lang), all=every, levels=levels)
    cautions = [*_sureness(asked, weights, lang)[1:-1], *(t(f"gaps_find_not_{n}", lang) for n in range(4))]
    cautions += [t(key, lang) for key in ("not_conclude_area", "not_conclude_access")]
    return _told(_find_title(asked, lang), sentence, _sources(asked, lang), cautions, lang)


def _factor_label(factor: str, lang: str) -> str:
    """What a factor is called."""
    return store.indicators()[factor].text("label", lang)


def _weights(asked: Asked, lang: str) -> tuple[int, ...]:
    """How heavily each factor counts; equal to begin with."""
    first = ".".join("1" * len(asked.names))
    equal = t("gaps_equal", lang)
    given = controls.asked("w", _Weights(asked.names), first, lang, equal)
    weights = tuple(int(w) for w in given.split("."))
    with st.expander(t("gaps_weigh", lang), icon=":material/tune:"):
        st.caption(t("gaps_weigh_text", lang))
        for n, (column, factor) in enumerate(zip(st.columns(len(weights)), asked.names, strict=True)):
            # Given only where the slider has another value: a value given anew undoes what the reader is still moving.
            if st.session_state.get(f"w{n}") != weights[n]:
                st.session_state[f"w{n}"] = weights[n]
            column.slider(
                _factor_label(factor, lang), 0, HEAVIEST, key=f"w{n}", on_change=_weighed, args=(len(weights),)
            )
    said = equal if len(set(weights)) == 1 else t("gaps_unequal", lang)
    st.caption(t("gaps_weights", lang, list=" · ".join(map(str, weights)), said=said))
    controls.write(w=given if given != first else "")
    return weights


def _weighed(n: int) -> None:
    weights = [str(st.session_state[f"w{k}"]) for k in range(n)]
    controls.choose("w", ".".join(weights if set(weights) != {"0"} else "1" * n))


def _listed(r: dict[str, Any], n: int, where: str, lang: str) -> dict[str, str]:
    town = store.area(r["municipality"])
    beside = f" ({town.name})" if town and where == store.COUNTRY and town.code != r["code"] else ""
    score, rank = number(r["score"], 0, lang), "–"
    if r["low"] is not None:
        low, high = (number(r[end], 0, lang) for end in ("low", "high"))
        score = t("gaps_margin", lang, value=score, low=low, high=high)
        best, worst_of = (number(r[end], 0, lang) for end in ("best", "worst"))
        rank = t("gaps_rank", lang, best=best, worst=worst_of)
    return {
        t("column_area", lang): r["name"] + beside,
        t("gaps_column_chance", lang): _chance(r["chance"], lang),
        t("gaps_column_band", lang): t(f"gaps_band_{r['band']}", lang),
        t("gaps_column_score", lang): score,
        t("gaps_column_rank", lang, n=number(n, 0, lang)): rank,
        t("gaps_column_residents", lang): _residents(r["residents"], lang),
    }


def _residents(people: float, lang: str) -> str:
    """In tens, and never none: nobody lives nowhere that has a score."""
    return f"< {FEWEST}" if people < FEWEST else number(round(people, -1), 0, lang)


def _choose(rows: dict[str, dict[str, Any]], listed: list[str], area: Area, lang: str) -> str:
    """Whose receipt to show: the chosen area's where it has a score, else the first of the list."""
    offered = listed if area.code in listed or area.code not in rows else [area.code, *listed]
    first = area.code if area.code in offered else offered[0]
    return controls.select(
        "receipt", offered, first, t("gaps_receipt_of", lang), lambda code: str(rows[code]["name"]), lang
    )


def _unscored(asked: Asked, area: Area, lang: str) -> str:
    """Why an area that the list could hold has no score."""
    at = np.flatnonzero(store.columns(asked.level)["code"] == area.code)[0]
    every = zip(asked.names, asked.factors, strict=True)
    if not store.columns(asked.level)["population"][at]:
        return t("gaps_unscored", lang, name=area.name, why=t("gaps_unscored_empty", lang))
    lacking = [factor for factor, f in every if np.isnan(f.percent[at])]
    why = []
    # where their share is not known we cannot say that they are few
    if not asked.enough[at] and store.groups()[asked.who]["residents"] not in lacking:
        group = store.term("need", asked.who, lang).lower()
        why.append(t("gaps_unscored_few", lang, least=number(asked.least, 0, lang), who=group))
    for factor in lacking:
        status = store.figure_columns(factor, asked.level)["status"][at]
        label = _factor_label(factor, lang)
        why.append(t("gaps_unscored_factor", lang, factor=label, status=t(f"status_{status}", lang)))
    return t("gaps_unscored", lang, name=area.name, why=format_list(why, "standard", lang))


def _uncompared(asked: Asked, other: Area, lang: str) -> str:
    """Why the area beside it has no receipt: it is not in the list, or could be but has no score."""
    if other.level == asked.level and asked.scope in (store.COUNTRY, other.municipality):
        return _unscored(asked, other, lang)
    where = store.area(asked.scope)
    return t(
        "gaps_uncompared",
        lang,
        name=name(other, lang, "country_name"),
        levels=t(f"levels_{asked.level}", lang),
        scope=name(where, lang) if where else asked.scope,
    )


def _standing(columns: list[dict[str, str]], lang: str) -> None:
    """Where the areas of the receipts stand and how sure that is: rows of the list, set upright."""
    head, *said = columns[0]
    first = t("gaps_standing", lang)
    controls.table([{first: key, **{c[head]: c[key] for c in columns}} for key in said], first)


def _receipt(asked: Asked, weights: tuple[int, ...], r: dict[str, Any], lang: str) -> None:
    """Of one area what every factor adds to its score; the parts add up to it."""
    st.subheader(t("gaps_receipt", lang, name=r["name"]), anchor=False)
    receipt = asked.receipt(weights, r)
    score = number(r["score"], 1, lang)
    printed = [number(p, 1, lang) for p in adding_up(r["parts"], r["score"], 1)]
    most, points = max(zip(receipt, printed, strict=True), key=lambda both: both[0]["points"])
    label = _factor_label(most["factor"], lang)
    st.markdown(t("gaps_receipt_most", lang, factor=label, points=points, score=score))
    lines = []
    for line, points in zip(receipt, printed, strict=True):
        value = number(line["value"], line["decimals"], lang)
        percent, known = _percent(min(line["percent"], MOST) / 100, lang), number(line["known"], 0, lang)
        source = store.sources()[line["source"]]
        figure = "≈ " * (line["status"] == "estimated") + f"{value} {store.term('unit', line['unit'], lang)}"
        lines.append(
            {
                t("gaps_column_factor", lang): _factor_label(line["factor"], lang),
                t("column_value", lang): figure,
                t("gaps_column_percent", lang): t("gaps_percent_of", lang, percent=percent, n=known),
                t("gaps_column_weight", lang): str(line["weight"]),
                t("gaps_column_points", lang): points,
                t("column_source", lang): f"{source['publisher']}, {line['period']}",
            }
        )
    total = [t("gaps_total", lang), "", "", str(sum(weights)), score, ""]
    lines.append(dict(zip(lines[0], total, strict=True)))
    controls.table(lines, t("gaps_receipt", lang, name=r["name"]))
    st.caption(t("gaps_receipt_text", lang, levels=t(f"levels_{asked.level}", lang)))


def _levels(level: str, n: int, lang: str) -> str:
    """`buurten`, or `buurt` after a one."""
    return t(f"level_{level}", lang).lower() if n == 1 else t(f"levels_{level}", lang)


def _sources(asked: Asked, lang: str) -> str:
    return " ".join(sorted({_source(name, asked.level, lang) for name in asked.names}))


# --- clusters


def _clusters(area: Area, other: Area | None, lang: str) -> None:
    controls.write(indicator="", period="")
    found = [n for n in store.indicators() if store.clusters(n)]
    if not found:
        st.info(t("gaps_clusters_none", lang))
        return
    with st.container(key="unseen" if st.context.is_embedded else "asked"):
        indicator = controls.select(
            "cluster", found, found[0], t("indicator", lang), lambda n: store.indicators()[n].text("label", lang), lang
        )
    i = store.indicators()[indicator]
    measured = store.municipalities(indicator)
    city = next((m for m in measured if m.code == area.municipality), None)
    if not city:
        st.title(i.text("label", lang), anchor=False)
        _measured_in(measured, "gaps_clusters_elsewhere", area, lang)
        if st.context.is_embedded:
            _embedded(source_line(i, store.periods(indicator, "buurt")[0], lang), lang)
        return
    by = {r["area"]: r for r in store.clusters(indicator)}
    about, level = store.columns("buurt"), "buurt"
    inside = (about["municipality"] == city.code) & about["drawn"]
    marks = "".join(
        "M" if code not in by else CLUSTERS[by[code]["kind"]] if by[code]["apart"] else "4"
        for code in about["code"][inside]
    )
    tell = partial(_clusters_told, i, city)
    told = tell(lang)
    st.title(told.title, anchor=False)
    st.markdown(told.sentence)
    colours = dict(zip("01234", scales.CLUSTER, strict=True))
    labels = [t(f"gaps_cluster_{kind}", lang) for kind in (*CLUSTERS, "none")]
    inked = Inked(level, city.code, marks, colours, labels, t("gaps_cluster_head", lang))
    left, right = _halves()
    with left:
        _drawn(area, other, indicator, inked, told, lang)
        items = [*zip(colours.values(), labels, strict=True)]
        _legend(items, _blanks(marks), inked.head, t("gaps_clusters_note", lang), lang)
    if st.context.is_embedded:
        _embedded(told.source, lang)
        return
    with right:
        rows = [
            {
                t("column_area", lang): r["name"],
                t("gaps_cluster_head", lang): t(f"gaps_cluster_{r['kind']}", lang),
                t("gaps_column_p", lang): number(r["chance"], 4, lang),
            }
            for r in sorted(by.values(), key=lambda r: (r["kind"], r["name"]))
            if r["apart"]
        ]
        if rows:
            controls.table(rows, told.title)
    st.caption(told.source)
    link = controls.link("gaps")
    atlas.take_away(link, lang, export.cluster_files(indicator, tell, inked, link, lang), told.cautions)


def _clusters_told(i: Indicator, city: Area, lang: str) -> Told:
    found = store.clusters(i.id)
    apart, period = sum(r["apart"] for r in found), found[0]["period"]
    title = t("gaps_clusters_title", lang, label=i.text("label", lang), scope=city.name, period=period)
    sentence = t("gaps_clusters_sentence", lang, count=apart, n=apart, all=len(found))
    source = f"{source_line(i, period, lang)} {credit(['cluster'], lang)}"
    return _told(title, sentence, source, [t(key, lang) for key in ("gaps_clusters_not", "not_conclude_area")], lang)


def _percent(share: float, lang: str, decimals: int = 0) -> str:
    return f"{number(100 * share, decimals, lang)} {store.term('unit', 'percent', lang)}"


def _chance(share: float, lang: str) -> str:
    """Never quite sure: below one percent and above ninety-nine it says no more than that."""
    if share < 0.01 or share > 0.99:
        return f"{'<' if share < 0.01 else '>'} {_percent(0.01 if share < 0.01 else 0.99, lang)}"
    return _percent(share, lang)


if __name__ == "__main__":
    page()
