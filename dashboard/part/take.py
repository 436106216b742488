"""What a reader takes away: downloads, the link, and what may not be concluded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal

import streamlit as st

from dashboard import store
from dashboard.answer.answer import Answer
from dashboard.answer.correction import message
from dashboard.download.files import answer_files
from dashboard.download.pack import Download
from dashboard.part import controls, picture
from dashboard.store import Area
from dashboard.words.text import t


def take_away(link: str, lang: str, files: Sequence[Download], cautions: Sequence[str]) -> None:
    """Downloads, the link to exactly this (where there is one), and what may not be concluded."""
    download(t("download", lang), "download", files, lang)
    if link:
        with st.expander(t("share", lang), icon=":material/share:"):
            st.markdown(f"**{t('share_link', lang)}**")
            st.code(link, language=None, wrap_lines=True)
    with st.expander(t("not_conclude", lang), on_change="rerun", key="not-conclude") as asked:
        if asked.open:  # every switch sends the page anew, so what is closed is not sent
            caution_list(cautions)


def end(
    answer: Answer, page: str, lang: str, more: Sequence[Download] = (), *, is_own: bool = False
) -> None:
    """What an answer on a page ends with: its source, its downloads with what the page makes itself,
    its link, and what may not be concluded. No link shows again what the reader brought (`is_own`).
    """
    wording = answer.wording(lang)
    link = f"{controls.origin()}/{page}" if is_own else controls.link(page)
    st.caption(wording.source)
    files = answer_files(answer, link, lang, more, packed=not is_own)
    take_away("" if is_own else link, lang, files, wording.cautions)


def pictured(answer: Answer | None, lang: str, title: str = "", lead: str = "") -> bool:
    """An answer with its picture, its source and how to read it; whether there is one.

    `title` and `lead` stand in place of its own, where a page has more to say.
    """
    if not answer or not (answer.diagram or answer.map):
        return False
    wording = answer.wording(lang)
    st.header(title or wording.title, anchor=False)
    st.markdown(lead or wording.sentence)
    if answer.diagram:
        picture.show(answer.diagram(), wording.alt, lang)
        st.caption(f"{wording.key} {wording.source}")
    elif answer.map:
        picture.mapped(answer.map, wording.alt, wording.key, lang)
        st.caption(wording.source)
    return True


# A button of the browser's own: `print` prints the page; `share` opens the sheet that a phone has for
# that and copies the link where there is none.
BUTTON = st.components.v2.component(
    "button",
    css="""
      button { font: inherit; padding: .5rem 1rem; border-radius: .5rem; cursor: pointer;
        color: var(--st-text-color); background: transparent; border: 1px solid var(--st-border-color); }
      button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
      @media print { button { display: none; } }
    """,
    js="""export default ({ parentElement, data }) => {
      const button = parentElement.querySelector('button') ?? document.createElement('button')
      parentElement.appendChild(button)
      button.type = 'button'
      button.textContent = data.label
      const share = async () => {
        const what = { title: data.title, url: data.link }
        if (matchMedia('(pointer: coarse)').matches && navigator.canShare?.(what)) {
          await navigator.share(what).catch(() => {})
          return
        }
        await navigator.clipboard.writeText(data.link)
        button.textContent = data.done
      }
      button.onclick = () => data.link ? share() : window.print()
    }""",
)


def printed(lang: str) -> None:
    """A button that prints the page: what is asked and the menus are not printed."""
    BUTTON(data={"label": t("print", lang)}, key="print")


def shared(link: str, title: str, lang: str) -> None:
    """A button that shares the link: with the sheet of a phone, else it is copied."""
    labels = {"label": t("share", lang), "done": t("share_copied", lang), "title": title}
    BUTTON(data=labels | {"link": link}, key="share")


def download(label: str, key: str, files: Sequence[Download], lang: str) -> None:
    """A section with a button per file, made when it is opened; `key` tells it from the others of
    the page.
    """
    with st.expander(label, icon=":material/download:", on_change="rerun", key=key) as asked:
        if asked.open:
            buttons(files, lang, f"{key}-")


def buttons(
    files: Sequence[Download],
    lang: str,
    key: str = "",
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A button per file, which makes it when clicked; the journalist's pack says what is in it."""
    for key_of_text, file_name, mime, make in files:
        st.download_button(
            t(key_of_text, lang),
            store.bound(make),
            file_name=file_name,
            mime=mime,
            on_click="ignore",
            width=width,
            key=f"{key}{key_of_text}",
        )
        if key_of_text == "download_pack":
            st.caption(t("download_pack_text", lang))


def correction(area: Area, lang: str, place: str = "") -> None:
    """The way to say what is missing or wrong in a list of places, or of one place; nothing where
    nobody said who to write to.
    """
    if address := message(area, lang, place, controls.origin()):
        label = t("correction", lang)
        st.html(f'<p class="small"><a href="{escape(address)}" rel="noopener">{label}</a></p>')


def caution_list(cautions: Sequence[str]) -> None:
    """What may not be concluded, a line each."""
    st.markdown("\n".join(f"- {line}" for line in cautions))


def whole(link: str, lang: str) -> None:
    """The way from a part, embedded in a page elsewhere, to all of it."""
    address = f'href="{escape(link)}" target="_blank" rel="noopener"'
    st.html(f'<p class="small"><a {address}>{t("open_whole", lang)}</a></p>')
