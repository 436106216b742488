"""For whom: inequality between areas, in words."""

from __future__ import annotations

from dashboard import store
from dashboard.answer.gaps import as_percent
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import adding_up, number
from dashboard.words.text import t


def in_words(indicator: Indicator, area: Area, lang: str) -> str:
    """The figure of the area in a sentence, or why there is none. It is all areas, so it is what it
    is: no verdict.
    """
    o = newest(indicator, area)
    *_, measure, ranked = indicator.id.split("_")
    if not o or o.value is None:
        return t("gaps_words_none", lang)
    if ranked == "between":
        shares = adding_up([o.value, 100 - o.value], 100, 0)
        between, within = (as_percent(share / 100, lang) for share in shares)
        return t("gaps_words_between", lang, between=between, within=within)
    figure, apart = number(o.value, indicator.decimals, lang), as_percent(2 * o.value, lang)
    key = ranked if ranked in ("gini", "theil") else f"{measure}_{ranked}"
    return t(f"gaps_words_{key}", lang, value=figure, apart=apart)


def newest(indicator: Indicator, area: Area) -> Observation | None:
    """The newest figure of the area; None where there is none of its level."""
    periods = store.periods(indicator.id, area.level)
    return store.observation(indicator.id, periods[0], area.code) if periods else None
