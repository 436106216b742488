"""The ecosystem ring."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.answer import ecosystem
from dashboard.answer.ecosystem import cell_row, fact_row, facts_of
from dashboard.part import controls, frame, take
from dashboard.part.card import completeness
from dashboard.store import Area
from dashboard.words.text import t

PAGE, ORDER = "connections", 2


# a click, Enter or the space bar chooses a cell; the arrows walk through the ring: it is one stop
# of the Tab key
RING = st.components.v2.component(
    "ring",
    isolate_styles=False,
    js="""export default ({ parentElement, data, setTriggerValue }) => {
      let root = parentElement.querySelector('div.ring')
      if (!root) {
        root = document.createElement('div')
        root.className = 'ring'
        root.setAttribute('role', 'group')
        parentElement.appendChild(root)
      }
      root.setAttribute('aria-label', data.alt)
      const had = root.contains(document.activeElement)
      root.innerHTML = data.svg
      const cells = [...root.querySelectorAll('[role=button]')]
      if (had) root.querySelector('[tabindex="0"]')?.focus()
      const pick = cell => setTriggerValue('cell', cell.id)
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }
      for (const cell of cells) {
        cell.onclick = () => pick(cell)
        cell.onkeydown = event => {
          if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(cell) }
          if (!step[event.key]) return
          event.preventDefault()
          const [out, round] = step[event.key]
          const part = (+cell.dataset.part + round + data.parts) % data.parts
          const ring = Math.min(data.rings - 1, Math.max(0, +cell.dataset.ring + out))
          root.querySelector(`[data-ring="${ring}"][data-part="${part}"]`)?.focus()
        }
      }
    }""",
)


def draw(lang: str) -> None:
    """Draw the question."""
    frame.frame(body, lang, compared=False)


def body(area: Area, other: Area | None, lang: str) -> None:
    """Draw it for the chosen area."""
    cells = ecosystem.cells(area.code)
    answer = ecosystem.answer(cells, area, lang)
    wording = answer.wording(lang)
    st.title(wording.title, anchor=False)
    st.markdown(wording.sentence)
    every = {c.id: c for c in cells}
    first = next(
        c.id
        for s in (ecosystem.OWN, ecosystem.ESTIMATED, ecosystem.WIDER)
        for c in cells
        if c.state == s
    )
    left, right = st.columns([5, 4], gap="medium")
    with right:
        with controls.choices():
            chosen = controls.select(
                "cell",
                [*every],
                first,
                t("ties_ring_cell", lang),
                lambda c: ecosystem.seat(every[c], lang),
                lang,
            )
        _cell_text(every[chosen], area, lang)
    with left:
        data: dict[str, Any] = {
            "svg": ecosystem.diagram(cells, lang, controls.phone(), controls.dark(), chosen=chosen),
            "alt": t("ties_ring_alt", lang),
        }
        data |= {"rings": len(ecosystem.RINGS), "parts": len(cells) // len(ecosystem.RINGS)}
        RING(key="ring", data=data, on_cell_change=_picked)
        st.html(ecosystem.legend(lang))
    if st.context.is_embedded:
        return
    if controls.switch("table", t("ties_ring_table", lang), lang):
        controls.table([cell_row(c, lang) for c in cells], wording.title)
    completeness(area, lang)
    take.end(answer, PAGE, lang)


def _picked() -> None:
    if cell := st.session_state["ring"].get("cell"):
        controls.choose("cell", cell)


def _cell_text(cell: ecosystem.Cell, area: Area, lang: str) -> None:
    """What is known in a cell, or what would measure it."""
    st.subheader(ecosystem.seat(cell, lang), anchor=False)
    st.markdown(f"**{t(f'ties_ring_{cell.state}', lang).capitalize()}**")
    if cell.state == ecosystem.UNKNOWN:
        st.markdown(t("ties_ring_unmeasured", lang, would=t(f"ties_would_{cell.level}", lang)))
        return
    controls.table(
        [fact_row(f, lang) for f in facts_of(cell, area, lang)], ecosystem.seat(cell, lang)
    )
