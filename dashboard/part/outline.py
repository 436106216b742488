"""An outline of the reader's own: read, told what it becomes, and not kept."""

from __future__ import annotations

import streamlit as st

from dashboard.part import controls
from dashboard.words.text import t


def upload(lang: str) -> None:
    """A field for a file with an outline, and what it becomes."""
    file = st.file_uploader(
        t("outline", lang),
        type=["geojson", "json"],
        help=t("outline_about", lang),
        max_upload_size=2,
        key="outline",
    )
    if not file:
        return
    from dashboard.answer import own_outline  # pyproj and scipy, only for who brings an outline

    try:
        fit = own_outline.fitted(file.getvalue())
    except own_outline.OutlineError as e:
        st.error(own_outline.refused(e, lang), icon=":material/error:")
        return
    st.markdown(f"**{fit.area.name}**")
    st.markdown(own_outline.words(fit, lang))
    st.button(
        t("outline_use", lang),
        key="outline-use",
        on_click=controls.choose,
        args=("area", fit.area.code),
    )
