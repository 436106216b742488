"""Two figures of the same areas against each other: where both are high or low, and not why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.finder import inside
from dashboard.answer.gaps import levels_of, source_of
from dashboard.answer.view import name, scope
from dashboard.picture.scatter import MOST, Axes, Dot, beyond, scatter
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import number, shown
from dashboard.words.text import t

FEWEST = 5  # of fewer areas with both figures there is no picture
FIRST, AGAINST = "spending_culture", "income_per_resident"  # what the page begins with
QUANTILE = 1.645  # standard deviations that hold 90 % of a normal distribution
PARTS = ("value", "low", "high", "status")


@dataclass(frozen=True)
class Both:
    """A figure and another of every area of a level inside the scope of an area, newest first."""

    figure: Indicator
    against: Indicator
    level: str
    area: Area

    @property
    def scope(self) -> Area:
        """The municipality or country whose areas these are."""
        return scope(self.area, self.level)

    @property
    def every(self) -> list[tuple[Observation, Observation]]:
        """Of every area both figures, also where there is none: most residents first."""
        about = store.columns(self.level)
        columns = [store.figure_columns(i.id, self.level) for i in (self.figure, self.against)]
        here = np.flatnonzero(inside(self.level, self.scope.code))
        order = here[np.lexsort((here, -about["population"][here]))]

        def one(f: dict[str, Any], at: int) -> Observation:
            value, low, high = (None if np.isnan(f[k][at]) else float(f[k][at]) for k in PARTS[:3])
            status = str(f["status"][at])
            return Observation(
                str(about["code"][at]), str(about["name"][at]), value, low, high, status
            )

        return [(one(columns[0], at), one(columns[1], at)) for at in order]


def offered() -> list[str]:
    """The indicators that areas below the country have, in reading order."""
    return [n for n in store.indicators() if {*store.levels(n)} & {*store.area_levels().below}]


def others(figure: str) -> list[str]:
    """The indicators that an indicator can be set against: those with a level in common."""
    shared = {*store.levels(figure)} & {*store.area_levels().below}
    return [n for n in offered() if n != figure and shared & {*store.levels(n)}]


def levels(figure: str, against: str, area: Area) -> list[str]:
    """The levels at which areas can have both figures, the coarsest first: municipalities where no
    level is offered of both.
    """
    named, other = store.area_levels(), store.offered(against, area)
    both = [x for x in store.offered(figure, area) if x in other and x in named.below]
    return both or [named.municipality]


def answer(both: Both, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every area at its two figures; None where too few have both."""
    every = both.every
    known = [(a, b) for a, b in every if a.value is not None and b.value is not None]
    if len(known) < FEWEST:
        return None
    figure, against = both.figure, both.against

    def rows() -> list[dict[str, Any]]:
        one, other = (store.periods(i.id, both.level)[0] for i in (figure, against))
        return [
            {
                "area": a.code,
                "name": a.name,
                "level": both.level,
                "indicator": figure.id,
                "period": one,
                **{part: getattr(a, part) for part in PARTS},
                f"{against.id}:period": other,
                **{f"{against.id}:{part}": getattr(b, part) for part in PARTS},
            }
            for a, b in every
        ]

    return Answer(
        ("beside", figure.id, against.id, both.level, both.scope.code),
        partial(_wording, both, every, known),
        rows,
        store.sources_of([figure.id, against.id]),
        diagram=partial(_dots, both, known, lang, phone, dark),
        asked={"indicator": figure.id, "against": against.id, "level": both.level},
    )


Pairs = list[tuple[Observation, Observation]]


def _middle(known: Pairs) -> tuple[float, float]:
    """The middle figure of each."""
    figures, others = (np.array([o.value for o in column]) for column in zip(*known, strict=True))
    return float(np.median(figures)), float(np.median(others))


def by_chance(figure: int, other: int, areas: int) -> tuple[int, int]:
    """Between which numbers of areas, with a chance of 90 %, both would be high if the figures were
    independent.

    Of `areas` so many are high on one `figure` and on the `other`. The number is hypergeometric; its bounds are those
    of the normal distribution with its mean and variance, outward.
    """
    share, rest = other / areas, (areas - figure) / max(areas - 1, 1)
    mean, deviation = figure * share, math.sqrt(figure * share * (1 - share) * rest)
    low, high = mean - QUANTILE * deviation, mean + QUANTILE * deviation
    return max(0, math.floor(low)), min(figure, other, math.ceil(high))


def _dots(both: Both, known: Pairs, lang: str, phone: bool, dark: bool) -> str:
    dots = [
        Dot(
            b.value or 0,
            a.value or 0,
            f"{a.name}: {_figures(both, a, b, lang)}",
            a.code,
            a.name,
            solid="estimated" not in (a.status, b.status),
        )
        for a, b in known
    ]
    along, up = (
        f"{i.text('label', lang)} ({store.term('unit', i.unit, lang)}, {store.periods(i.id, both.level)[0]})"
        for i in (both.against, both.figure)
    )
    upward, along_middle = _middle(known)
    areas = store.term("area_levels", both.level, lang)
    return scatter(
        dots, _chosen(both), Axes(along, up, areas, (along_middle, upward)), lang, phone, dark
    )


def _chosen(both: Both) -> str:
    """The code of the chosen area, or of the one of the level that it lies in."""
    line = {a.level: a.code for a in store.lineage(both.area)}
    return line.get(both.level, "")


def _figures(both: Both, a: Observation, b: Observation, lang: str) -> str:
    """Both figures of an area in words."""
    one, other = (
        f"{i.text('label', lang)} {shown(o, i, lang)}"
        for o, i in ((a, both.figure), (b, both.against))
    )
    return f"{one}; {other}"


def _wording(both: Both, every: Pairs, known: Pairs, lang: str) -> Wording:
    up, along = _middle(known)
    high = [(a.value or 0) > up for a, _ in known], [(b.value or 0) > along for _, b in known]
    one, other = (i.text("label", lang) for i in (both.figure, both.against))
    low_end, high_end = by_chance(sum(high[0]), sum(high[1]), len(known))
    values: dict[str, Any] = {
        "levels": levels_of(both.level, len(known), lang),
        "all": number(len(known), 0, lang),
        "scope": name(both.scope, lang),
        "both": number(sum(map(all, zip(*high, strict=True))), 0, lang),
    }
    bounds: dict[str, Any] = {"low": number(low_end, 0, lang), "high": number(high_end, 0, lang)}
    chosen = next((pair for pair in known if pair[0].code == _chosen(both)), None)
    if chosen:
        title = f"{chosen[0].name}: {_figures(both, *chosen, lang)}"
    else:
        title = t("beside_title", lang, label=one, other=other, **values)
    sentence = t("beside_sentence", lang, **values, **bounds)
    if without := len(every) - len(known):
        n, total = number(without, 0, lang), number(len(every), 0, lang)
        plural = store.term("area_levels", both.level, lang)
        sentence += " " + t("beside_without", lang, count=without, n=n, all=total, levels=plural)
    estimated = any("estimated" in (a.status, b.status) for a, b in known)
    if len(known) > MOST:
        plural = store.term("area_levels", both.level, lang)
        key = [t("beside_key_cells", lang, levels=plural)]
    else:
        key = [t("beside_key", lang, level=store.term("area_level", both.level, lang).lower())]
        key += [t("beside_key_estimated", lang)] if estimated else []
        out = any(beyond([o.value or 0 for o in c]) for c in zip(*known, strict=True))
        key += [t("beside_key_edge", lang)] if out else []
    cautions = [t(key, lang) for key in ("beside_not", "beside_not_near", "not_conclude_area")]
    cautions += [t("beside_not_model", lang)] if estimated else []
    cautions += [i.text("caveat", lang) for i in (both.figure, both.against)]
    source = " ".join(source_of(i.id, both.level, lang) for i in (both.figure, both.against))
    alt = t("beside_alt", lang, label=one, other=other, sentence=sentence)
    return Wording(
        title,
        sentence,
        source,
        tuple(dict.fromkeys(filter(None, cautions))),
        alt,
        " ".join([t("beside_not", lang), *key]),
    )
