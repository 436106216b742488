"""Up to five areas side by side: one figure as bars, and every figure as a table.

The parts of a selection stand beside each other, those with most residents first; of any other area
the area itself and the larger ones that it lies in. Nobody is put in order of a figure: a difference
may be less than the figures can tell.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import level_name, name
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import shown, source_line
from dashboard.words.text import t

MOST = 5
Found = dict[str, tuple[str, list[Observation]]]  # by indicator its period and a figure per area


def areas(area: Area) -> tuple[list[Area], int]:
    """Which areas stand side by side, at most MOST, and how many are left out."""
    if not area.is_selection:
        return [*reversed(store.lineage(area))][:MOST], 0
    every = sorted(store.children(area.code), key=lambda a: (-(a.population or 0), a.code))
    return every[:MOST], len(every[MOST:])


def figures(compared: list[Area]) -> Found:
    """Of every indicator the newest period in which most of the areas have a figure; without those
    that none has.
    """
    known = [store.figures_of(a.code) for a in compared]
    out: Found = {}
    for i in store.indicators():
        periods = {
            period
            for published in known
            for (which, period), o in published.items()
            if which == i and o.value is not None
        }
        if periods:
            period = max(
                periods,
                key=lambda p: (sum(_known(published.get((i, p))) for published in known), p),
            )
            missing = [Observation(a.code, a.name, None, None, None, "missing") for a in compared]
            out[i] = (
                period,
                [
                    published.get((i, period), m)
                    for published, m in zip(known, missing, strict=True)
                ],
            )
    return out


def _known(o: Observation | None) -> bool:
    return bool(o and o.value is not None)


def answer(
    area: Area, indicator: str, lang: str, phone: bool = False, dark: bool = False
) -> Answer:
    """Every figure of every area; the chosen one as bars. Raises KeyError for an indicator that no
    area has.
    """
    compared, _ = areas(area)
    by_indicator, every = figures(compared), store.indicators()
    _, chosen = by_indicator[indicator]

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": a.code, "name": a.name, "level": a.level, "indicator": i}
            | {"label": every[i].text("label", lang), "period": period, "value": o.value}
            | {"low": o.low, "high": o.high, "unit": every[i].unit, "status": o.status}
            for i, (period, observations) in by_indicator.items()
            for a, o in zip(compared, observations, strict=True)
        ]

    able = all(o.value is None or o.value >= 0 for o in chosen)  # bars begin at zero
    return Answer(
        ("side_by_side", area.code, indicator),
        partial(_wording, area, indicator),
        rows,
        store.sources_of([*by_indicator]),
        ("area", "indicator"),
        diagram=partial(_bars, compared, chosen, every[indicator], lang, phone, dark)
        if able
        else None,
    )


def _bars(
    compared: list[Area],
    chosen: list[Observation],
    i: Indicator,
    lang: str,
    phone: bool,
    dark: bool,
) -> str:
    bars = [
        Bar(
            name(a, lang, alone=True),
            o.value,
            shown(o, i, lang),
            margin=(o.low, o.high) if o.low is not None and o.high is not None else None,
        )
        for a, o in zip(compared, chosen, strict=True)
        if o.value is not None  # what is not known is no bar: the sentence and the table say so
    ]
    return ranked(bars, max([o.high or o.value or 0 for o in chosen]) or 1, phone, dark)


def _wording(area: Area, indicator: str, lang: str) -> Wording:
    compared, left_out = areas(area)
    i = store.indicators()[indicator]
    period, chosen = figures(compared)[indicator]
    each = [
        t("here", lang, name=name(a, lang, alone=True), value=shown(o, i, lang))
        for a, o in zip(compared, chosen, strict=True)
    ]
    title = t("side_by_side_title", lang, label=i.text("label", lang), period=period)
    sentence = f"{format_list(each, 'standard', lang)}. {i.text('description', lang)}"
    if left_out:
        sentence += " " + t("side_by_side_cut", lang, count=left_out, n=left_out, most=MOST)
    cautions = [t("side_by_side_not", lang), i.text("caveat", lang), t("not_conclude_area", lang)]
    alt = t("nation_alt", lang, list="; ".join(each))
    known = tuple(c for c in cautions if c)
    return Wording(
        title, sentence, source_line(i, period, lang), known, alt, t("side_by_side_not", lang)
    )


def table(area: Area, lang: str) -> list[dict[str, str]]:
    """Every figure as a row, with a column per area."""
    compared, _ = areas(area)
    heads = [name(a, lang, alone=True) for a in compared]
    heads = [
        f"{h} ({level_name(a, lang)})" if heads.count(h) > 1 else h
        for h, a in zip(heads, compared, strict=True)
    ]
    every = store.indicators()
    return [
        {
            t("column_indicator", lang): every[i].text("label", lang),
            t("column_period", lang): period,
        }
        | {h: shown(o, every[i], lang) for h, o in zip(heads, observations, strict=True)}
        for i, (period, observations) in figures(compared).items()
    ]
