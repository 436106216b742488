"""A picture on the page: the same drawing as in the download, in the page's typeface, that can be read
mark by mark.
"""

from __future__ import annotations

import hashlib

import streamlit as st

from dashboard.picture.svg import size
from dashboard.words.text import t

# a mark of a drawing says in its <title> what it stands for: read under the pointer, at a tap, and
# with the arrow keys (the picture is one stop of the Tab key)
PICTURE = st.components.v2.component(
    "picture",
    css="""
      figure { margin: 0; position: relative; outline-offset: 4px; }
      svg { display: block; width: 100%; height: auto; }
      svg .read { stroke-width: 3; stroke: currentColor; }
      output { position: absolute; translate: -50% calc(-100% - 10px); padding: .2rem .55rem; border-radius: .3rem;
        background: var(--st-text-color); color: var(--st-background-color); font-size: .875rem;
        max-width: 16rem; width: max-content; pointer-events: none; }
      output:empty { display: none; }
    """,
    js="""export default ({ parentElement, data }) => {
      let root = parentElement.querySelector('figure')
      if (!root) {
        root = document.createElement('figure')
        parentElement.appendChild(root)
      }
      root.innerHTML = data.svg + '<output aria-live="polite"></output>'
      const svg = root.querySelector('svg'), words = root.querySelector('output')
      svg.setAttribute('role', 'img')
      svg.setAttribute('aria-label', data.alt)
      root.style.maxWidth = data.widest
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
      root.onpointerleave = root.onblur = () => read()
      root.onkeydown = event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
        if (event.key === 'Escape') read()
        if (!step) return
        event.preventDefault()
        read(marks[(at + step + marks.length) % marks.length])
      }
    }""",
)


def show(svg: str, alt: str, lang: str, widest: int | None = None) -> None:
    """A drawing as wide as its column, at most `widest` pixels (a fifth more than it was drawn for)."""
    most = widest or round(1.2 * size(svg)[0])
    data = {"svg": svg, "alt": alt, "widest": f"{most}px", "keys": t("picture_keys", lang)}
    key = hashlib.sha256(svg.encode()).hexdigest()[:12]
    PICTURE(data=data, key=f"picture-{key}")
