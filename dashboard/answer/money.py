"""What a municipality spends on culture: beside those most like it as bars, else beside all as
dots.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.picture import scales
from dashboard.picture.ranked import Bar, ranked
from dashboard.picture.strip import Mark, strip
from dashboard.store import Area, Observation
from dashboard.words.numbers import class_labels, number, shown, source_line, with_unit
from dashboard.words.text import t

INDICATOR, FEWEST = "spending_culture", 3  # of fewer peers the middle one says little


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """The spending of the municipality of an area and of what it is compared with, the highest
    first.

    None for the country, and where its own spending is not known.
    """
    home, level = store.area(area.municipality or ""), store.area_levels().municipality
    periods = store.periods(INDICATOR, level)
    if not home or not periods:
        return None
    every = {o.code: o for o in store.observations(INDICATOR, periods[0], level, store.country())}
    known = {code: o for code, o in every.items() if o.value is not None}
    peers = [p.code for p in store.peers(home.code) if p.code in known]
    alike = len(peers) >= FEWEST
    if home.code not in known or len(known) <= FEWEST:
        return None
    chosen = [known[c] for c in (home.code, *peers)] if alike else [*known.values()]
    order = sorted(chosen, key=lambda o: (-(o.value or 0), o.code))

    def rows() -> list[dict[str, Any]]:
        same = {
            "indicator": INDICATOR,
            "unit": store.indicators()[INDICATOR].unit,
            "period": periods[0],
        }
        return [
            {"area": o.code, "name": o.name, "value": o.value, "status": o.status, **same}
            for o in order
        ]

    picture = partial(_bars if alike else _dots, order, home.code, lang, phone, dark)
    wording = partial(_wording, order, home.code, periods[0], alike)
    return Answer(
        ("money", home.code), wording, rows, store.sources_of([INDICATOR]), diagram=picture
    )


def national(lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """The spending of every municipality as a dot and on a map; None where too few are known."""
    level = store.area_levels().municipality
    periods = store.periods(INDICATOR, level)
    every = store.observations(INDICATOR, periods[0], level, store.country()) if periods else []
    known = {o.code: o for o in every if o.value is not None}
    if len(known) <= FEWEST:
        return None
    i, scale = store.indicators()[INDICATOR], store.scale(INDICATOR, level)
    status = {o.code: o.status for o in every}

    def mark(code: str) -> str:
        if code not in known:
            return status.get(code, "missing")[0].upper()
        return str(scales.class_of(round(known[code].value or 0, i.decimals), scale.breaks))

    def rows() -> list[dict[str, Any]]:
        about = {"indicator": INDICATOR, "unit": i.unit, "period": periods[0]}
        return [
            {"area": o.code, "name": o.name, "value": o.value, "status": o.status, **about}
            for o in every
        ]

    colours = {str(n): colour for n, colour in enumerate(scales.palette(scale))}
    drawn = MarkedMap(
        level,
        store.country(),
        "".join(map(mark, store.outlines(level, store.country()))),
        colours,
        class_labels(scale.breaks, i, lang),
        store.term("unit", i.unit, lang),
    )
    return Answer(
        ("money", store.country()),
        partial(_national_wording, [*known.values()], periods[0]),
        rows,
        store.sources_of([INDICATOR]),
        map=drawn,
        diagram=partial(_all_dots, [*known.values()], lang, phone, dark),
    )


def _all_dots(known: Sequence[Observation], lang: str, phone: bool, dark: bool) -> str:
    i = store.indicators()[INDICATOR]
    middle = median(o.value or 0 for o in known)
    middle_label = t("here", lang, name=t("money_middle", lang), value=with_unit(middle, i, lang))
    dots = [
        Mark(o.value or 0, t("here", lang, name=o.name, value=shown(o, i, lang))) for o in known
    ]
    return strip(dots, None, [Mark(middle, middle_label)], t("money_axis", lang), lang, phone, dark)


def _national_wording(known: Sequence[Observation], period: str, lang: str) -> Wording:
    i = store.indicators()[INDICATOR]
    order = sorted(known, key=lambda o: o.value or 0)
    least, most = order[0], order[-1]
    title = t(
        "money_country",
        lang,
        period=period,
        middle=number(median(o.value or 0 for o in known), 0, lang),
        least=number(least.value or 0, 0, lang),
        most=number(most.value or 0, 0, lang),
        first=least.name,
        last=most.name,
    )
    cautions = (i.text("caveat", lang), t("money_not", lang))
    alt = t("money_alt_country", lang)
    sentence = i.text("description", lang)
    return Wording(title, sentence, source_line(i, period, lang), cautions, alt, " ".join(cautions))


def _bars(order: Sequence[Observation], own: str, lang: str, phone: bool, dark: bool) -> str:
    i = store.indicators()[INDICATOR]
    bars = [Bar(o.name, o.value or 0, shown(o, i, lang), o.code == own) for o in order]
    return ranked(bars, max(bar.value for bar in bars), phone, dark)


def _dots(order: Sequence[Observation], own: str, lang: str, phone: bool, dark: bool) -> str:
    i, mine = store.indicators()[INDICATOR], next(o for o in order if o.code == own)
    middle = _middle(order, own)
    named = Mark(mine.value or 0, t("here", lang, name=mine.name, value=shown(mine, i, lang)))
    line = Mark(
        middle, t("here", lang, name=t("money_middle", lang), value=with_unit(middle, i, lang))
    )
    return strip(
        [
            Mark(o.value or 0, t("here", lang, name=o.name, value=shown(o, i, lang)))
            for o in order
            if o.code != own
        ],
        named,
        [line],
        t("money_axis", lang),
        lang,
        phone,
        dark,
    )


def _middle(order: Sequence[Observation], own: str) -> float:
    return median(o.value or 0 for o in order if o.code != own)


def _wording(
    order: Sequence[Observation], own: str, period: str, alike: bool, lang: str
) -> Wording:
    i, mine = store.indicators()[INDICATOR], next(o for o in order if o.code == own)
    euros: dict[str, Any] = {
        "own": number(mine.value or 0, 0, lang),
        "middle": number(_middle(order, own), 0, lang),
    }
    key = "money_title" if alike else "money_title_all"
    title = t(key, lang, name=mine.name, n=number(len(order) - 1, 0, lang), period=period, **euros)
    sentence = " ".join([i.text("description", lang), *([t("money_peers", lang)] if alike else [])])
    cautions = (i.text("caveat", lang), t("money_not", lang))
    alt = t("money_alt" if alike else "money_alt_all", lang, name=mine.name)
    return Wording(title, sentence, source_line(i, period, lang), cautions, alt, " ".join(cautions))
