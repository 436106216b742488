"""A network of the reader's own: read once, kept no longer than the window is open."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.answer import network
from dashboard.answer.connections import LISTED
from dashboard.part import controls
from dashboard.words.numbers import number
from dashboard.words.text import t
from pipelines.methods import partnership

FAULTS = 50


def upload(lang: str) -> network.Own | None:
    """A network of the reader's own, read once and kept no longer than the window is open or until
    it is forgotten.
    """
    st.header(t("ties_own", lang), anchor=False)
    columns, most = (
        ", ".join(f"`{c}`" for c in partnership.COLUMNS),
        number(partnership.MOST_ROWS, 0, lang),
    )
    st.markdown(t("ties_own_text", lang, columns=columns, rows=most))
    example = zip(partnership.COLUMNS, t("ties_own_example", lang).split(","), strict=True)
    controls.table([dict(example)], t("ties_own_example_head", lang))
    st.caption(t("ties_own_example_head", lang))
    st.download_button(
        t("ties_template", lang), partnership.TEMPLATE, file_name="cultuuratlas-partnerships.csv", mime="text/csv",
        on_click="ignore", key="template",
    )  # fmt: skip
    size, state = partnership.MOST_BYTES // 1_000_000, st.session_state
    turn = state.setdefault("own-turn", 0)  # an uploader is emptied by another one in its place
    file = st.file_uploader(
        t("ties_upload", lang),
        type="csv",
        max_upload_size=size,
        key=f"own-{turn}",
        on_change=_forget,
        args=(turn,),
    )
    if file and "own" not in state:
        with st.spinner(t("ties_reading", lang), show_time=True):
            state["own"] = network.own(file.getvalue())
        if kinds := state["own"].kinds:
            controls.choose("tie", next(iter(kinds)))
    supplied: network.Own | None = state.get("own")
    if not supplied or (
        supplied.faults and not file
    ):  # what was refused on an earlier visit is not told again
        state.pop("own", None)
        return None
    if supplied.faults:
        _refused(supplied.faults, lang)
    else:
        ties = number(sum(len(kind.ties) for kind in supplied.kinds.values()), 0, lang)
        st.success(t("ties_taken", lang, actors=number(supplied.actors, 0, lang), ties=ties))
        if supplied.encoding not in ("utf-8", "utf-8-sig"):
            st.warning(t("ties_taken_old", lang, encoding=supplied.encoding))
        if supplied.strange:
            listed = ", ".join(supplied.strange[:LISTED]) + (
                " …" if len(supplied.strange) > LISTED else ""
            )
            st.warning(
                t("ties_strange", lang, n=number(len(supplied.strange), 0, lang), postcodes=listed)
            )
    st.button(
        t("ties_forget", lang),
        icon=":material/delete:",
        on_click=_forget,
        args=(turn + 1,),
        key="forget",
    )
    return supplied


def _refused(faults: Sequence[partnership.Fault], lang: str) -> None:
    st.error(t("ties_refused", lang, count=len(faults), n=number(len(faults), 0, lang)))
    rows = [
        {
            t("ties_fault_row", lang): str(f.row or "–"),
            t("ties_fault_column", lang): f.column or "–",
            t("ties_fault_value", lang): f.value or "–",
            t("ties_fault_reason", lang): t(f"ties_fault_{f.reason}", lang),
        }
        for f in faults[:FAULTS]
    ]
    controls.table(rows, t("ties_own", lang))
    if len(faults) > FAULTS:
        st.caption(t("ties_faults_more", lang, n=number(len(faults) - FAULTS, 0, lang)))


def _forget(turn: int) -> None:
    """Callback: nothing of the reader's file is left; another `turn` empties the uploader."""
    st.session_state.pop("own", None)
    st.session_state["own-turn"] = turn
