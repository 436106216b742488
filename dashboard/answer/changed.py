"""What changed in an area between the last two times that it was asked: each figure with its
difference, whether that is more than noise, and what the middle area of its level did.

The rule for noise is that of `pipelines/measures/change.py`. It knows a difference from noise, not
from what went on in the whole country: so the middle area of the level stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import name
from dashboard.picture.forest import Difference, forest
from dashboard.store import Area, Indicator
from dashboard.words.numbers import credit, number, with_unit
from dashboard.words.text import t

UNIT = "percent"  # differences of one unit share a scale
NAMED, DRAWN = 3, 12


@dataclass(frozen=True)
class Change:
    """A figure at two moments, in percent; the difference and its margin in percentage points."""

    indicator: Indicator
    since: str
    until: str
    before: float
    after: float
    value: float
    low: float
    high: float
    sure: bool
    spread: float
    middle: float
    areas: int  # of the level, that the middle one is of


def changes(area: Area) -> list[Change]:
    """What is known of an area at two moments: what surely changed first, then by how far it is
    beyond noise.
    """
    figures, middles = store.figures_of(area.code), store.middle_changes(area.level)
    out = []
    for key, c in store.changes(area.code).items():
        ends = [figures[key, c[end]].value for end in ("since", "until")]
        i = store.indicators()[key]
        if i.unit != UNIT or ends[0] is None or ends[1] is None:
            continue
        margin = (c["value"], c["low"], c["high"], c["apart"], c["spread"])
        out.append(Change(i, c["since"], c["until"], ends[0], ends[1], *margin, *middles[key]))
    return sorted(out, key=lambda c: (not c.sure, -abs(c.value) / c.spread, c.indicator.id))


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """What changed, with its picture; None where nothing is known at two moments."""
    every = changes(area)
    if not every:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": area.code, "name": area.name, "indicator": c.indicator.id}
            | {"label": c.indicator.text("label", lang), "unit": c.indicator.unit}
            | {"first_period": c.since, "first_value": c.before}
            | {"last_period": c.until, "last_value": c.after, "change": round(c.value, 2)}
            | {"change_low": round(c.low, 2), "change_high": round(c.high, 2)}
            | {"more_than_chance": c.sure, "middle_change": round(c.middle, 2), "areas": c.areas}
            | {"status": store.figures_of(area.code)[c.indicator.id, c.until].status}
            | {"source": c.indicator.source}
            for c in every
        ]

    return Answer(
        ("changed", area.code),
        partial(_wording, area, every),
        rows,
        sorted({c.indicator.source for c in every}),
        ("area", "indicator"),
        diagram=partial(_picture, area, every, lang, phone, dark),
    )


def sentence(area: Area, every: Sequence[Change], lang: str) -> str:
    """How many figures surely changed, and the first of those with both figures and what the middle
    area did.
    """
    sure = [c for c in every if c.sure]
    if not sure:
        return t("changed_none", lang, count=len(every), n=len(every), name=name(area, lang))
    shown = "; ".join(line(c, lang) for c in sure[:NAMED])
    first, listed = sure[0], {"sure": len(sure), "all": len(every), "list": shown}
    both = number(abs(first.middle), first.indicator.decimals, lang)
    turn = "changed_up" if first.middle > 0 else "changed_down"
    key = (
        "changed_middle_same"
        if not round(first.middle, first.indicator.decimals)
        else "changed_middle"
    )
    beside = t(
        key,
        lang,
        label=first.indicator.text("label", lang).lower(),
        levels=store.term("area_levels", area.level, lang),
        n=number(first.areas, 0, lang),
        turn=t(turn, lang),
        points=both,
    )
    return f"{t('changed_sentence', lang, count=len(sure), **listed)} {beside}"


def line(c: Change, lang: str) -> str:
    """A figure then and now: `vrijwilligers: van 31,0 % in 2016 naar 26,2 % in 2020`."""
    return t(
        "changed_line",
        lang,
        label=c.indicator.text("label", lang),
        before=with_unit(c.before, c.indicator, lang),
        since=c.since,
        after=with_unit(c.after, c.indicator, lang),
        until=c.until,
    )


def _signed(value: float, decimals: int, lang: str) -> str:
    return ("+" if round(value, decimals) > 0 else "") + number(value, decimals, lang)


def _picture(area: Area, every: Sequence[Change], lang: str, phone: bool, dark: bool) -> str:
    differences = [
        Difference(
            f"{c.indicator.text('label', lang)}, {c.since}\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}{c.until}",
            c.value,
            c.low,
            c.high,
            _signed(c.value, c.indicator.decimals, lang),
            c.sure,
            c.middle,
        )
        for c in every[:DRAWN]
    ]
    return forest(differences, t("changed_axis", lang), lang, phone, dark)


def _wording(area: Area, every: Sequence[Change], lang: str) -> Wording:
    here, first = name(area, lang), every[0]
    title = t("changed_title_none", lang, name=here)
    if first.sure:
        title = t("changed_title", lang, name=here, line=line(first, lang))
    listed = "; ".join(
        f"{line(c, lang)} ({t('changed_sure' if c.sure else 'changed_unsure', lang)})"
        for c in every
    )
    key, cut = (
        t("changed_key", lang, levels=store.term("area_levels", area.level, lang)),
        len(every) > DRAWN,
    )
    cautions = [t("changed_not_cause", lang), t("changed_not_noise", lang)]
    figures = store.figures_of(area.code)
    if any(figures[c.indicator.id, c.until].status == "estimated" for c in every):
        cautions.insert(0, t("reach_change_model", lang))
    return Wording(
        title,
        sentence(area, every, lang),
        credit(sorted({c.indicator.source for c in every}), lang),
        (*cautions, t("not_conclude_area", lang)),
        t("changed_alt", lang, list=listed),
        " ".join([key, *([t("changed_cut", lang, n=DRAWN, all=len(every))] if cut else [])]),
    )
