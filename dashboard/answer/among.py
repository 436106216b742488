"""One municipality among all: every municipality as a dot, that one and the middle one named."""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.picture.strip import Mark, strip
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import shown, source_line, with_unit
from dashboard.words.text import t

FEWEST = 10  # of fewer municipalities there is no picture


def answer(
    i: Indicator, area: Area, lang: str, phone: bool = False, dark: bool = False
) -> Answer | None:
    """The newest figures of an indicator; None where too few municipalities have one, or the
    municipality of the area has none.

    For the country no municipality is named.
    """
    level = store.area_levels().municipality
    periods = store.periods(i.id, level)
    every = store.observations(i.id, periods[0], level, store.country()) if periods else []
    known = [o for o in every if o.value is not None]
    own = next((o for o in known if o.code == area.municipality), None)
    if len(known) < FEWEST or (area.municipality and not own):
        return None

    def rows() -> list[dict[str, Any]]:
        about = {"indicator": i.id, "unit": i.unit, "period": periods[0]}
        return [
            {"area": o.code, "name": o.name, "value": o.value, "status": o.status, **about}
            for o in every
        ]

    return Answer(
        ("among", i.id, area.municipality or store.country()),
        partial(_wording, i, periods[0], known, own),
        rows,
        store.sources_of([i.id]),
        diagram=partial(_dots, i, periods[0], known, own, lang, phone, dark),
        asked={"indicator": i.id},
    )


def _dots(
    i: Indicator,
    period: str,
    known: list[Observation],
    own: Observation | None,
    lang: str,
    phone: bool,
    dark: bool,
) -> str:
    def mark(o: Observation) -> Mark:
        margin = (o.low, o.high) if o.low is not None and o.high is not None else None
        return Mark(o.value or 0, t("here", lang, name=o.name, value=shown(o, i, lang)), margin)

    middle = median(o.value or 0 for o in known)
    middle_label = t("here", lang, name=t("money_middle", lang), value=with_unit(middle, i, lang))
    status = "estimated" if any(o.status == "estimated" for o in known) else "measured"
    axis = t(
        "hardest_axis",
        lang,
        level=store.term("area_level", store.area_levels().municipality, lang).lower(),
        label=i.text("label", lang),
        period=period,
        unit=store.term("unit", i.unit, lang),
        how=t(f"status_{status}", lang),
    )
    others = [mark(o) for o in known if o is not own]
    return strip(
        others, mark(own) if own else None, [Mark(middle, middle_label)], axis, lang, phone, dark
    )


def _wording(
    i: Indicator, period: str, known: list[Observation], own: Observation | None, lang: str
) -> Wording:
    middle = with_unit(median(o.value or 0 for o in known), i, lang)
    label = i.text("label", lang)
    if own:
        value = shown(own, i, lang)
        title = t("among_title", lang, label=label, name=own.name, value=value, middle=middle)
    else:
        title = t("among_country", lang, label=label, middle=middle)
    cautions = tuple(filter(None, (i.text("caveat", lang), t("among_not", lang))))
    return Wording(
        f"{title} ({period})",
        i.text("description", lang),
        source_line(i, period, lang),
        cautions,
        t("among_alt", lang, label=label),
        t("among_not", lang),
    )
