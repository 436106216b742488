"""How areas are spread over a figure: the bars of a chart, and the same in a sentence."""

from __future__ import annotations

import math

from dashboard import store
from dashboard.picture import scales
from dashboard.picture.axis import even_step
from dashboard.picture.bars import Distribution
from dashboard.words.numbers import number, shown, with_unit
from dashboard.words.text import t

MOST_BARS = 24
NOT_SHOWN = ("suppressed", "missing", "refused", "not_applicable")
TINY = 1e-9  # of a step, as in store.histogram: 51.4 is 513.9999999999999 steps of 0.1 to a machine


def distribution(
    series: tuple[str, str], level: str, scope: str, title: str, count_axis: str, lang: str
) -> Distribution | None:
    """Areas counted in even steps; each bar has the colour of its middle on the map. None when
    there is no figure.

    `series` is indicator and period.
    """
    known = store.summary(*series, level, scope)
    if not known.lowest or not known.highest:
        return None
    indicator, scale = store.indicators()[series[0]], store.scale(series[0], level)
    low, high = known.lowest.value or 0, known.highest.value or 0
    step = even_step((high - low) / MOST_BARS, indicator.decimals)
    start = math.floor(low / step + TINY) * step
    counts = store.histogram(
        *series, level, scope, start, step, math.floor((high - start) / step + TINY) + 1
    )
    colours = scales.palette(scale)
    bars = []
    for n, count in enumerate(counts):
        left = start + n * step
        bars.append(
            (left, left + step, count, colours[scales.class_of(left + step / 2, scale.breaks)])
        )
    estimated = f", {t('status_estimated', lang)}" if "estimated" in known.statuses else ""
    axis = (
        f"{indicator.text('label', lang)} ({store.term('unit', indicator.unit, lang)}{estimated})"
    )
    return Distribution(title, axis, count_axis, tuple(bars))


def sentence(series: tuple[str, str], level: str, scope: str, lang: str) -> str:
    """What the figures mean, in words: the middle half, the ends, what is estimated and what is not
    there.
    """
    known = store.summary(*series, level, scope)
    indicator, levels = store.indicators()[series[0]], store.term("area_levels", level, lang)
    if not known.lowest or not known.highest or not known.quartiles:
        if known.areas == 1:
            return t("sentence_none_one", lang, level=store.term("area_level", level, lang))
        return t("sentence_none", lang, n=number(known.areas, 0, lang), levels=levels)
    if known.figures < 5:
        few = [o for o in store.observations(*series, level, scope) if o.value is not None]
        listed = "; ".join(
            f"{o.name} {shown(o, indicator, lang)}" for o in sorted(few, key=lambda o: o.value or 0)
        )
        parts = [t("sentence_few", lang, levels=levels, list=listed)]
    elif known.ties[0] == known.figures:
        parts = [t("sentence_all", lang, levels=levels, value=shown(known.lowest, indicator, lang))]
    else:
        q1, q3 = (with_unit(q, indicator, lang) for q in known.quartiles)
        start = number(known.quartiles[0], indicator.decimals, lang)
        parts = [
            t("sentence_same" if q1 == q3 else "sentence", lang, levels=levels, q1=start, q3=q3)
        ]
        if known.lowest.low is not None:  # with intervals nobody can be named first or last
            low = number(known.lowest.value or 0, indicator.decimals, lang)
            high = with_unit(known.highest.value or 0, indicator, lang)
            parts.append(t("sentence_bands", lang, levels=levels, low=low, high=high))
        else:
            low, high = (
                f"{o.name if n == 1 else f'{number(n, 0, lang)} {levels}'} ({shown(o, indicator, lang)})"
                for o, n in zip((known.lowest, known.highest), known.ties, strict=True)
            )
            parts.append(t("sentence_ends", lang, count=known.ties[0], low=low, high=high))
    without = known.areas - known.figures
    if without:
        why = ", ".join(
            f"{t(f'status_{s}', lang)}: {number(known.statuses[s], 0, lang)}"
            for s in NOT_SHOWN
            if s in known.statuses
        )
        parts.append(
            t(
                "sentence_without",
                lang,
                count=without,
                n=number(without, 0, lang),
                all=number(known.areas, 0, lang),
                levels=levels,
                why=why,
            )
        )
    if "estimated" in known.statuses:
        parts.append(t("sentence_estimated", lang))
    return " ".join(parts)
