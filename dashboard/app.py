"""The script of every page: language, navigation, what edition this is; then the page itself.

Runs anew at every interaction, so it stays short. Pages are the files of `page/`, in their own
`ORDER`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import streamlit as st

from dashboard import store, uploads
from dashboard.part import controls
from dashboard.words import numbers
from dashboard.words.root import rooted
from dashboard.words.text import t

HERE = Path(__file__).parent
PAGES = HERE / "page"
# what stood in for the page; where there is a map, that of the map goes when it is drawn
DONE = "document.querySelector('.st-key-map') || document.getElementById('first')?.remove()"
LAST = 7  # in the order of the pages, of those that the menu names; the foot leads to the others


def pages() -> list[ModuleType]:
    """The page modules, in reading order."""
    names = sorted(p.stem for p in PAGES.glob("*.py") if p.stem != "__init__")
    return sorted(
        (importlib.import_module(f"dashboard.page.{n}") for n in names), key=lambda m: m.ORDER
    )


def name(module: ModuleType) -> str:
    """The file name of a page, which is its address too."""
    return module.__name__.rsplit(".", 1)[-1]


def main() -> None:
    """Draw the frame and the page."""
    st.set_page_config(page_title=t("site", "nl"), page_icon=str(HERE / "icon.svg"), layout="wide")
    if not st.context.is_embedded:
        st.logo(str(HERE / "logo.svg"), size="large")
    lang = controls.language()
    try:
        newest = store.newest()
    except store.StoreError as e:
        st.error(t(e.key, lang, detail=e.detail), icon=":material/database_off:")
        st.stop()
    with store.pinned(newest):
        if newest.trouble:
            st.warning(
                t(newest.trouble.key, lang, detail=newest.trouble.detail),
                icon=":material/database_off:",
            )
        _page(lang)


def _page(lang: str) -> None:
    """Draw the navigation, the chosen page and the foot."""
    found = {name(m): m for m in pages()}
    entries = {
        n: st.Page(
            PAGES / f"{n}.py",
            title=t(m.TITLE, lang),
            url_path=n,
            default=m.ORDER == 1,
            visibility="hidden" if m.ORDER > LAST else "visible",
        )
        for n, m in found.items()
    }
    chosen = st.navigation(
        list(entries.values()), position="hidden" if st.context.is_embedded else "top"
    )
    if go := st.session_state.pop("go", None):
        st.switch_page(entries[go], query_params={"lang": lang} if lang != "nl" else None)
    titles = {entries[n].url_path: t(m.TITLE, lang) for n, m in found.items()}
    st.set_page_config(page_title=f"{titles[chosen.url_path]} · {t('site', lang)}")
    controls.arrive(chosen.url_path)
    controls.watched()
    uploads.begun()
    with controls.guarded(lang):
        chosen.run()
    uploads.ended()
    controls.publish()
    if not st.context.is_embedded:
        _foot(lang)


def _foot(lang: str) -> None:
    """Which edition this is, how to get the country, and who made it."""
    with st.container(key="foot"):
        st.divider()
        asked = f"?lang={lang}" if lang != "nl" else ""
        ways = ((f"data{asked}", t("page_data", lang)), ("api", t("foot_api", lang)))
        links = (f'<a href="{rooted(f"/{to}")}" target="_self">{label}</a>' for to, label in ways)
        st.html(f'<p class="small">{" · ".join(links)}</p>')
        st.caption(f"{numbers.edition(lang)} {t('made_by', lang, build=store.build()['id'])}")
        st.html(f"<script>{DONE}</script>", unsafe_allow_javascript=True)


if __name__ == "__main__":
    main()
