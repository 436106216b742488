"""The level of the ecosystem that figures are listed of, chosen in the link, with a sentence of what
that level is.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard import store
from dashboard.answer import stories
from dashboard.part import controls
from dashboard.store import Indicator
from dashboard.words.text import t

KEY = "eco"  # in the address


def levels(indicators: Iterable[Indicator]) -> list[str]:
    """The levels that some indicators are of, from the person to policy."""
    known = {i.level for i in indicators}
    return [level for level in store.scheme("level") if level in known]


def choose(indicators: Iterable[Indicator], lang: str) -> str:
    """The chosen level, blank for all."""
    chosen = controls.select(
        KEY,
        ["", *levels(indicators)],
        "",
        t("scheme_level", lang),
        lambda level: store.term("level", level, lang) if level else t("reach_all", lang),
        lang,
    )
    if chosen:
        st.caption(stories.level_said(chosen, lang))
    return chosen


def asked(lang: str) -> str:
    """The level that the link asks for, where a table has a control of its own."""
    known = ["", *stories.TOLD]
    level = controls.asked(KEY, known, "", lang, t("reach_all", lang))
    controls.write(**{KEY: level})
    return level


def narrowed(indicators: dict[str, Indicator], lang: str) -> dict[str, Indicator]:
    """Those of the chosen level, by id; the control is folded."""
    with st.expander(t("reach_narrow", lang), icon=":material/filter_list:"):
        level = choose(indicators.values(), lang)
    return {n: i for n, i in indicators.items() if level in ("", i.level)}
