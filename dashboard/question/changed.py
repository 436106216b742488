"""What changed here between two times that it was asked."""

from __future__ import annotations

import streamlit as st

from dashboard.answer import changed, counted
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.part import controls, frame, picture, take
from dashboard.store import Area
from dashboard.words.numbers import number, with_unit
from dashboard.words.text import t

PAGE, ORDER = "reach", 4


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    answer = changed.answer(area, lang, controls.phone(), controls.dark())
    if not answer or not answer.diagram:
        st.title(t("reach_changed", lang), anchor=False)
        key = "changed_unknown_country" if area.is_country else "changed_unknown"
        st.info(t(key, lang, name=name(area, lang)))
        _counted(area, lang)
        return
    wording = answer.wording(lang)
    st.title(wording.title, anchor=False)
    st.markdown(wording.sentence)
    picture.show(answer.diagram(), wording.alt, lang)
    st.caption(wording.key)
    controls.table([_row(c, lang) for c in changed.changes(area)], wording.title)
    _counted(area, lang)
    take.end(answer, PAGE, lang)


def _counted(area: Area, lang: str) -> None:
    """Money and distances in two years, which were counted."""
    answer = counted.answer(area, lang, controls.phone(), controls.dark())
    if not answer or not take.pictured(answer, lang):
        return
    controls.table(counted.table(area, lang), answer.wording(lang).title)
    files = answer_files(answer, controls.link(PAGE), lang)
    take.download(t("profile_download", lang), "download-counted", files, lang)


def _row(c: changed.Change, lang: str) -> dict[str, str]:
    """A figure then and now, as a row of a table."""
    low, high = (number(v, c.indicator.decimals, lang) for v in (c.low, c.high))
    return {
        t("column_indicator", lang): c.indicator.text("label", lang),
        t("changed_column_before", lang): f"{with_unit(c.before, c.indicator, lang)} ({c.since})",
        t("changed_column_after", lang): f"{with_unit(c.after, c.indicator, lang)} ({c.until})",
        t("changed_column_between", lang): f"{low} – {high}",
        t("changed_column_sure", lang): t("changed_sure" if c.sure else "changed_unsure", lang),
    }
