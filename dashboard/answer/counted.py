"""What changed in figures that were counted and not asked of some: money for culture, and distances.

No chance is in such a figure, so that every difference is one. Named is a difference that is more
than usual: lower or higher than that of nine out of ten areas of the level in the same years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import name
from dashboard.picture.strip import Mark, strip
from dashboard.store import Area, Indicator
from dashboard.words.numbers import number, source_line, with_unit
from dashboard.words.text import t

COUNTED = (  # the one that is drawn first
    "budget_culture",
    "distance_library_km",
    "distance_museum_km",
    "distance_performing_arts_km",
    "distance_pop_venue_km",
    "distance_cinema_km",
)
EXACT = 6  # decimals that a difference is compared with
FEWEST = 30  # areas of the level with a difference, to say what is usual; as for surveys


@dataclass(frozen=True)
class Moved:
    """A figure in its first and its last period, and the differences of all areas of the level.

    `low` to `high` is the difference of nine out of ten of them; None of fewer than FEWEST.
    """

    indicator: Indicator
    since: str
    until: str
    before: float
    after: float
    every: Sequence[tuple[str, float]]  # name and difference of the others
    low: float | None
    high: float | None

    @property
    def value(self) -> float:
        """The difference."""
        return self.after - self.before

    @property
    def unusual(self) -> bool | None:
        """Whether it is beyond that of nine out of ten; None where that cannot be said."""
        if self.low is None or self.high is None:
            return None
        low, value, high = (round(v, EXACT) for v in (self.low, self.value, self.high))
        return not low <= value <= high


@store.cached(16)
def _differences(indicator: str, level: str) -> tuple[str, str, dict[str, tuple[str, float]]]:
    """The first and the last period, and by code the name and the difference of every area."""
    periods = sorted(store.periods(indicator, level))
    if len(periods) < 2:
        return "", "", {}
    return periods[0], periods[-1], store.differences(indicator, periods[0], periods[-1], level)


def moved(area: Area) -> list[Moved]:
    """What is known of an area in two periods, in the order of COUNTED."""
    out, figures = [], store.figures_of(area.code)
    for i in (i for i in COUNTED if i in store.indicators()):
        since, until, every = _differences(i, area.level)
        if area.code not in every:
            continue
        before, after = (figures[i, period].value or 0.0 for period in (since, until))
        low = high = None
        if len(every) >= FEWEST:
            cuts = quantiles([d for _, d in every.values()], n=20, method="inclusive")
            low, high = cuts[0], cuts[-1]
        others = [both for code, both in every.items() if code != area.code]
        about = store.indicators()[i]
        out.append(Moved(about, since, until, before, after, others, low, high))
    return out


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """What moved, with the first as dots of all areas; None where nothing is known twice."""
    every = moved(area)
    if not every or area.is_country:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": area.code,
                "name": area.name,
                "indicator": m.indicator.id,
                "label": m.indicator.text("label", lang),
                "unit": m.indicator.unit,
                "first_period": m.since,
                "first_value": m.before,
                "last_period": m.until,
                "last_value": m.after,
                "change": round(m.value, 4),
                "usual_low": m.low,
                "usual_high": m.high,
                "more_than_usual": m.unusual,
                "areas": len(m.every) + 1,
                "source": m.indicator.source,
            }
            for m in every
        ]

    return Answer(
        ("counted", area.code),
        partial(_wording, area, every),
        rows,
        store.sources_of([m.indicator.id for m in every]),
        ("area", "indicator"),
        diagram=partial(_dots, area, every[0], lang, phone, dark),
    )


def table(area: Area, lang: str) -> list[dict[str, str]]:
    """What moved as rows of a table."""
    return [
        {
            t("column_indicator", lang): m.indicator.text("label", lang),
            t("changed_column_before", lang): f"{_figure(m.before, m, lang)} ({m.since})",
            t("changed_column_after", lang): f"{_figure(m.after, m, lang)} ({m.until})",
            t("counted_column_usual", lang): "–"
            if m.low is None or m.high is None
            else f"{_signed(m.low, m, lang)} – {_signed(m.high, m, lang)}",
            t("counted_column_more", lang): t(f"counted_{_verdict(m)}", lang),
        }
        for m in moved(area)
    ]


def _verdict(m: Moved) -> str:
    return {True: "more", False: "usual", None: "unsaid"}[m.unusual]


def _figure(value: float, m: Moved, lang: str) -> str:
    return with_unit(value, m.indicator, lang)


def _signed(value: float, m: Moved, lang: str) -> str:
    plus = "+" if round(value, m.indicator.decimals) > 0 else ""
    return plus + number(value, m.indicator.decimals, lang)


def _dots(area: Area, m: Moved, lang: str, phone: bool, dark: bool) -> str:
    def mark(called: str, value: float) -> Mark:
        return Mark(value, t("here", lang, name=called, value=_signed(value, m, lang)))

    middle = median([*(d for _, d in m.every), m.value])
    levels = store.term("area_levels", area.level, lang)
    return strip(
        [mark(n, d) for n, d in m.every],
        mark(name(area, lang), m.value),
        [mark(t("counted_middle", lang), middle)],
        t(
            "counted_axis",
            lang,
            label=m.indicator.text("label", lang),
            since=m.since,
            until=m.until,
            levels=levels,
        ),
        lang,
        phone,
        dark,
    )


def _wording(area: Area, every: Sequence[Moved], lang: str) -> Wording:
    first = every[0]
    title = t(
        "counted_title",
        lang,
        label=first.indicator.text("label", lang),
        name=name(area, lang),
        before=_figure(first.before, first, lang),
        since=first.since,
        after=_figure(first.after, first, lang),
        until=first.until,
    )
    unusual = [m for m in every if m.unusual]
    listed = "; ".join(
        f"{m.indicator.text('label', lang)} {_signed(m.value, m, lang)}" for m in unusual
    )
    sentence = t("counted_some", lang, list=listed) if unusual else t("counted_none", lang)
    if all(m.unusual is None for m in every):
        sentence = t("counted_few", lang, n=FEWEST)
    levels = store.term("area_levels", area.level, lang)
    cautions = [
        t("counted_rule", lang, levels=levels, n=number(len(first.every) + 1, 0, lang)),
        t("counted_prices", lang),
    ]
    cautions += dict.fromkeys(c for m in every if (c := m.indicator.text("caveat", lang)))
    years = f"{first.since} – {first.until}"
    return Wording(
        title,
        f"{sentence} {cautions[0]}",
        source_line(first.indicator, years, lang),
        (*cautions, t("changed_not_cause", lang)),
        t("counted_alt", lang, levels=levels, name=name(area, lang)),
        cautions[1],
    )
