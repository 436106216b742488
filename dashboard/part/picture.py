"""A picture on the page: the same drawing as in the download, in the page's typeface, that can be read
mark by mark.
"""

from __future__ import annotations

import hashlib
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dashboard.answer.answer import MarkedMap
from dashboard.answer.gaps import blanks
from dashboard.download.stamp import marked_svg
from dashboard.part import controls
from dashboard.picture import scales
from dashboard.picture.svg import size
from dashboard.words.text import t

PHONE_LETTERS = 2.0  # a map is drawn half as wide on a phone

# a mark of a drawing says in its <title> what it stands for: read under the pointer, at a tap, and
# with the arrow keys (the picture is one stop of the Tab key)
PICTURE = st.components.v2.component(
    "picture",
    css="""
      figure { margin: 0; position: relative; outline-offset: 4px; }
      svg { display: block; width: 100%; height: auto; }
      svg .read { stroke-width: 3px; stroke: currentColor; vector-effect: non-scaling-stroke; }
      svg [data-code] { cursor: pointer; }
      output { position: absolute; translate: -50% calc(-100% - 10px); padding: .2rem .55rem; border-radius: .3rem;
        background: var(--st-text-color); color: var(--st-background-color); font-size: .875rem;
        max-width: 16rem; width: max-content; pointer-events: none; }
      output:empty { display: none; }
    """,
    js="""export default ({ parentElement, data, setTriggerValue }) => {
      let root = parentElement.querySelector('figure')
      if (!root) {
        root = document.createElement('figure')
        parentElement.appendChild(root)
      }
      root.innerHTML = data.svg + '<output aria-live="polite"></output>'
      const host = root.getRootNode().host
      if (host) host.dataset.drawn = '' // what the server sent first can go
      const svg = root.querySelector('svg'), words = root.querySelector('output')
      svg.setAttribute('role', 'img')
      svg.setAttribute('aria-label', data.alt)
      root.style.maxWidth = data.widest
      if (!data.chooses) svg.querySelectorAll('[data-code]').forEach(mark => mark.removeAttribute('data-code'))
      const choose = mark => mark?.dataset.code && setTriggerValue('code', mark.dataset.code)
      const marks = [...svg.querySelectorAll('title')].map(title => {
        const mark = title.parentElement
        mark.dataset.says = title.textContent
        title.remove()
        return mark
      })
      if (!marks.length) return
      marks.sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x)
      let at = -1
      const read = mark => {
        marks[at]?.classList.remove('read')
        at = marks.indexOf(mark)
        words.textContent = mark?.dataset.says ?? ''
        if (!mark) return
        mark.classList.add('read')
        const box = mark.getBoundingClientRect(), all = root.getBoundingClientRect()
        const half = words.offsetWidth / 2
        const middle = box.x + box.width / 2 - all.x
        words.style.left = Math.min(Math.max(middle, half), all.width - half) + 'px'
        words.style.top = box.y - all.y + 'px'
      }
      root.tabIndex = 0
      root.setAttribute('role', 'group')
      root.setAttribute('aria-label', data.keys)
      svg.onpointermove = svg.onpointerdown = event => read(event.target.closest('[data-says]'))
      svg.onclick = event => choose(event.target.closest('[data-code]'))
      root.onpointerleave = root.onblur = () => read()
      root.onkeydown = event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
        if (event.key === 'Escape') read()
        if (event.key === 'Enter') choose(marks[at])
        if (!step) return
        event.preventDefault()
        read(marks[(at + step + marks.length) % marks.length])
      }
    }""",
)


def show(
    svg: str, alt: str, lang: str, widest: int | None = None, *, chooses: bool = False
) -> None:
    """A drawing as wide as its column, at most `widest` pixels (a fifth more than it was drawn for).

    With `chooses` a click on an area, or Enter, chooses it.
    """
    most = widest or round(1.2 * size(svg)[0])
    keys = t("picture_keys_choose" if chooses else "picture_keys", lang)
    data: dict[str, Any] = {"svg": svg, "alt": alt, "widest": f"{most}px", "keys": keys}
    key = f"picture-{hashlib.sha256(svg.encode()).hexdigest()[:12]}"
    wide, high = size(svg)
    # its room is kept until it is there, so that nothing below it moves
    st.html(
        f"<style>.st-key-{key} {{ aspect-ratio: {wide} / {high}; max-width: {most}px }}</style>"
    )
    PICTURE(
        data=data | {"chooses": chooses},
        key=key,
        on_code_change=partial(_chosen, key) if chooses else None,
    )


def _chosen(key: str) -> None:
    if code := st.session_state[key].get("code"):
        controls.open_area(code)


def mapped(drawn: MarkedMap, alt: str, note: str, lang: str, *, letters: float = 1) -> None:
    """A map with its legend and how to read it; every area says what its colour stands for, and a
    click chooses it.

    `letters` is how much larger names are than usual, for a column narrower than the page.
    """
    zoom = PHONE_LETTERS if controls.phone() else letters
    show(marked_svg(drawn, controls.dark(), zoom, lang), alt, lang, chooses=True)
    legend(drawn, note, lang)


def legend(marked_map: MarkedMap, note: str, lang: str, *, swatches: bool = True) -> None:
    """Colours (where `swatches`) and their text, and the look of each status without a figure that
    occurs.
    """
    looks = zip(marked_map.colours.values(), marked_map.labels, strict=True) if swatches else ()
    items = [(f"--c:{colour}", "measured", label) for colour, label in looks]
    items += [
        (f"--c:{scales.PAPER}", s, t(f"gaps_blank_{s}", lang)) for s in blanks(marked_map.marks)
    ]
    body = "".join(
        f'<li><span class="swatch {kind}" style="{style}"></span>{escape(label)}</li>'
        for style, kind, label in items
    )
    head = escape(marked_map.head) if swatches else ""
    st.html(
        f'<div class="legend"><p>{head}</p><ul>{body}</ul><p class="note">{escape(note)}</p></div>'
    )
