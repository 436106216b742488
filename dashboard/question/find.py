"""The finder: which areas weigh most, with the receipt of every score."""

from __future__ import annotations

from itertools import islice
from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer import finder_words
from dashboard.answer.finder import HEAVIEST, LEAST, Asked, Weights
from dashboard.answer.finder_words import (
    answer_line,
    factor_label,
    find_title,
    list_sources,
    listed_row,
    sureness,
    uncompared,
    unscored,
)
from dashboard.answer.gaps import as_percent, levels_of
from dashboard.answer.need import NAMED
from dashboard.answer.underserved import worst
from dashboard.answer.view import scope
from dashboard.part import controls, frame, picture, take
from dashboard.part.marked import (
    draw_marked,
    embedded,
    halves,
    level_control,
    mapped,
    who_control,
)
from dashboard.store import Area
from dashboard.words.numbers import adding_up, number
from dashboard.words.text import t

PAGE, ORDER = "gaps", 2
LISTED = 10
MOST = 99  # percent of areas that one can have more than: it never has more than itself


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    controls.write(indicator="", period="")
    head = st.container()  # the answer stands above what it was asked with
    with controls.choices():
        left, right = st.columns(2)
        with left:
            who = who_control(lang)
        with right:
            least = controls.select(
                "least",
                LEAST,
                str(store.groups()[who]["least"]),
                t("gaps_least", lang, who=store.term("need", who, lang).lower()),
                lambda n: number(int(n), 0, lang),
                lang,
            )
        level = level_control(area, store.needs()[who][0], lang)
        where = scope(area, level)
        asked = Asked(who, level, where.code, int(least))
        weights = _weights(asked, lang)
    head.title(find_title(asked, lang), anchor=False)
    if not asked.chosen.any():
        missing = [f"{factor_label(name, lang)} ({n})" for name, n in asked.lacking.items()]
        lacking = format_list(missing, "standard", lang)
        enough = int(asked.enough.sum())
        st.info(t("gaps_find_none", lang, count=enough, n=number(enough, 0, lang), lacking=lacking))
        if st.context.is_embedded:
            embedded(list_sources(asked, lang), lang)
        else:
            st.caption(list_sources(asked, lang))
        return
    scores, answer = asked.scores(weights), finder_words.answer(asked, weights, lang)
    wording = answer.wording(lang)
    compared = {a.code for a in (area, other) if a and a.level == level}
    ordered = asked.rows(weights) if compared else islice(asked.rows(weights), LISTED)
    rows = {r["code"]: r for n, r in enumerate(ordered) if n < LISTED or r["code"] in compared}
    listed = [*rows][:LISTED]
    head.markdown(wording.sentence)
    head.markdown("\n".join(f"- {answer_line(asked, rows[code], lang)}" for code in listed[:NAMED]))
    st.markdown(" ".join(sureness(asked, weights, lang)))
    left, right = halves()
    fewest = number(asked.least, 0, lang)
    edge = t("gaps_find_edge" if asked.least else "gaps_find_edge_empty", lang, least=fewest)
    values: dict[str, Any] = {
        "all": number(len(scores.score), 0, lang),
        "levels": levels_of(level, len(scores.score), lang),
        "every": store.term("area_levels", level, lang),
    }
    fifth = number(worst(len(scores.score)), 0, lang)
    with left:
        draw_marked(area, other, answer, lang)
        note = t("gaps_find_note", lang, n=fifth, **values)
        picture.legend(mapped(answer), f"{note} {edge}", lang)
    if st.context.is_embedded:
        embedded(wording.source, lang)
        return
    said_of = {code: listed_row(r, len(scores.score), where.code, lang) for code, r in rows.items()}
    with right:
        if area.level == level and area.code not in rows:
            st.info(unscored(asked, area, lang))
        chosen = _choose(rows, listed, area, lang)
        if other and other.code not in rows:
            st.info(uncompared(asked, other, lang))
        receipts = [
            *dict.fromkeys([chosen, *([other.code] if other and other.code in rows else [])])
        ]
        _standing([said_of[code] for code in receipts], lang)
    for column, code in zip(st.columns(len(receipts), gap="medium"), receipts, strict=True):
        with column:
            _receipt(asked, weights, rows[code], lang)
    st.subheader(t("gaps_list", lang), anchor=False)
    st.markdown(t("gaps_list_text", lang))
    if len(listed) < len(scores.score):
        st.markdown(t("gaps_list_cut", lang, n=len(listed), all=number(len(scores.score), 0, lang)))
    controls.table([said_of[code] for code in listed], t("gaps_list", lang))
    take.end(answer, PAGE, lang)


def _weights(asked: Asked, lang: str) -> tuple[int, ...]:
    """How heavily each factor counts; equal to begin with."""
    offered, equal = Weights(asked.names), t("gaps_equal", lang)
    first = offered.equal
    given = controls.asked("w", offered, first, lang, equal)
    weights = tuple(int(w) for w in given.split("."))
    with st.expander(t("gaps_weigh", lang), icon=":material/tune:"):
        st.caption(t("gaps_weigh_text", lang))
        for n, (column, factor) in enumerate(
            zip(st.columns(len(weights)), asked.names, strict=True)
        ):
            # Given only where the slider has another value: a value given anew undoes what the
            # reader is still moving.
            if st.session_state.get(f"w{n}") != weights[n]:
                st.session_state[f"w{n}"] = weights[n]
            column.slider(
                factor_label(factor, lang),
                0,
                HEAVIEST,
                key=f"w{n}",
                on_change=_weighed,
                args=(len(weights),),
            )
    summary = equal if len(set(weights)) == 1 else t("gaps_unequal", lang)
    st.caption(t("gaps_weights", lang, list=" · ".join(map(str, weights)), said=summary))
    controls.write(w=given if given != first else "")
    return weights


def _weighed(n: int) -> None:
    weights = [str(st.session_state[f"w{k}"]) for k in range(n)]
    controls.choose("w", ".".join(weights if set(weights) != {"0"} else "1" * n))


def _choose(rows: dict[str, dict[str, Any]], listed: list[str], area: Area, lang: str) -> str:
    """Whose receipt to show: the chosen area's where it has a score, else the first of the list."""
    offered = listed if area.code in listed or area.code not in rows else [area.code, *listed]
    first = area.code if area.code in offered else offered[0]
    return controls.select(
        "receipt",
        offered,
        first,
        t("gaps_receipt_of", lang),
        lambda code: str(rows[code]["name"]),
        lang,
    )


def _standing(columns: list[dict[str, str]], lang: str) -> None:
    """Where the areas of the receipts stand and how sure that is: rows of the list, set upright."""
    head, *headings = columns[0]
    first = t("gaps_standing", lang)
    controls.table([{first: key, **{c[head]: c[key] for c in columns}} for key in headings], first)


def _receipt(asked: Asked, weights: tuple[int, ...], r: dict[str, Any], lang: str) -> None:
    """Of one area what every factor adds to its score; the parts add up to it."""
    st.subheader(t("gaps_receipt", lang, name=r["name"]), anchor=False)
    receipt = asked.receipt(weights, r)
    score = number(r["score"], 1, lang)
    printed = [number(p, 1, lang) for p in adding_up(r["parts"], r["score"], 1)]
    most, points = max(zip(receipt, printed, strict=True), key=lambda both: both[0]["points"])
    label = factor_label(most["factor"], lang)
    st.markdown(t("gaps_receipt_most", lang, factor=label, points=points, score=score))
    lines = []
    for line, points in zip(receipt, printed, strict=True):
        value = number(line["value"], line["decimals"], lang)
        percent, known = (
            as_percent(min(line["percent"], MOST) / 100, lang),
            number(line["known"], 0, lang),
        )
        source = store.sources()[line["source"]]
        figure = (
            "≈ " * (line["status"] == "estimated")
            + f"{value} {store.term('unit', line['unit'], lang)}"
        )
        lines.append(
            {
                t("gaps_column_factor", lang): factor_label(line["factor"], lang),
                t("column_value", lang): figure,
                t("gaps_column_percent", lang): t(
                    "gaps_percent_of", lang, percent=percent, n=known
                ),
                t("gaps_column_weight", lang): str(line["weight"]),
                t("gaps_column_points", lang): points,
                t("column_source", lang): f"{source['publisher']}, {line['period']}",
            }
        )
    total = [t("gaps_total", lang), "", "", str(sum(weights)), score, ""]
    lines.append(dict(zip(lines[0], total, strict=True)))
    controls.table(lines, t("gaps_receipt", lang, name=r["name"]))
    st.caption(t("gaps_receipt_text", lang, levels=store.term("area_levels", asked.level, lang)))
