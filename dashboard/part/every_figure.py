"""Every figure of an area in one table, that is filtered by theme, ecosystem level and status, and by
typing: at once, without the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.answer import every_figure, stories
from dashboard.answer.every_figure import SCHEMES, Line
from dashboard.part import controls, ecosystem_level
from dashboard.store import Area
from dashboard.words.root import rooted
from dashboard.words.text import t

# where the table has no room for its columns every row is a card: its name and its figure first
TABLE = st.components.v2.component(
    "every_figure",
    isolate_styles=False,
    css="""
      .every { container-type: inline-size; }
      .every form { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; margin: 0 0 .5rem; }
      .every label { display: grid; gap: .15rem; font-size: .875rem; flex: 1 1 7rem; min-width: 0; }
      .every label:first-child { flex: 2 1 14rem; }
      .every input, .every select { font: inherit; font-size: 1rem; min-height: 2.5rem; padding: .25rem .5rem;
        width: 100%; color: inherit; background: var(--st-secondary-background-color);
        border: 1px solid var(--st-border-color); border-radius: .5rem; }
      .every output { display: block; font-size: .875rem; margin-bottom: .25rem; }
      .every .scroll { overflow-x: auto; }
      .every table { border-collapse: collapse; font-size: .875rem; width: 100%; }
      .every th, .every td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; font-weight: 400;
        border-bottom: 1px solid var(--line); }
      .every thead th { opacity: .85; }
      .every tbody th { min-width: 9rem; }
      .every td:nth-child(2) { font-weight: 600; }
      .every td.figure { white-space: nowrap; }
      .every tr[hidden] { display: none; }
      @container (max-width: 54rem) {
        .every thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .every table, .every tbody { display: block; }
        .every tbody tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .5rem 0;
          border-bottom: 1px solid var(--line); }
        .every th, .every td { border: 0; padding: 0; }
        .every tbody th { flex: 1 1 55%; font-weight: 600; min-width: 0; }
        .every td:nth-child(2) { flex: 0 1 auto; max-width: 42%; font-size: 1rem; text-align: right; }
        .every td:nth-child(n+3)::before { content: attr(data-head) ": "; opacity: .85; }
        .every td.none { display: none; }
      }
    """,
    js="""export default ({ parentElement, data }) => {
      let root = parentElement.querySelector('.every')
      if (root?.drawn === data.html) return
      const chosen = [...root?.querySelectorAll('select, input') ?? []].map(field => field.value)
      if (!root) {
        root = document.createElement('div')
        root.className = 'every'
        parentElement.appendChild(root)
      }
      root.drawn = data.html
      root.innerHTML = data.html
      const bare = words => words.toLowerCase().normalize('NFD').replace(/[\\u0300-\\u036f]/g, '')
      const fields = [...root.querySelectorAll('select, input')], output = root.querySelector('.count')
      fields.forEach((field, n) => {
        if (field.tagName === 'INPUT' || [...field.options].some(o => o.value === chosen[n])) {
          field.value = chosen[n] ?? ''
        }
      })
      const rows = [...root.querySelectorAll('tbody tr')].map(row => [row, bare(row.textContent + row.dataset.about)])
      const level = root.querySelector('[name=level]')
      if ([...level.options].some(o => o.value === data.level)) level.value = data.level
      level.onchange = () => {  // the choice stands in the link; the server reads it with what comes next
        const link = new URL(location.href)
        level.value ? link.searchParams.set(data.key, level.value) : link.searchParams.delete(data.key)
        history.replaceState(history.state, '', link)
      }
      const filter = () => {
        const words = bare(root.querySelector('input').value).split(/\\s+/)
        const terms = fields.filter(field => field.tagName === 'SELECT' && field.value)
        let n = 0
        for (const [row, text] of rows) {
          row.hidden = !(terms.every(f => row.dataset[f.name] === f.value) && words.every(w => text.includes(w)))
          n += !row.hidden
        }
        root.querySelector('.about').textContent = data.about[level.value] ?? ''
        output.textContent = data.count.replace('{n}', n).replace('{all}', rows.length)
      }
      root.oninput = filter
      root.querySelector('form').onsubmit = event => event.preventDefault()
      filter()
    }""",
)


def draw(area: Area, label: str, level: str, lang: str) -> None:
    """The table with its filters, `level` of the ecosystem chosen; `label` names it for who cannot
    see it.
    """
    lines = every_figure.lines(area, lang)
    if lines:
        TABLE(
            data={
                "html": html(lines, label, lang),
                "count": t("every_count", lang, n="{n}", all="{all}"),
                "about": {level: stories.level_said(level, lang) for level in stories.TOLD},
                "level": level,
                "key": ecosystem_level.KEY,
            },
            key="every-figure",
        )


def html(lines: Sequence[Line], label: str, lang: str) -> str:
    """Filters and table as HTML; roles keep it a table for a screen reader where it is drawn as
    cards.
    """
    fields = f'<label>{t("every_find", lang)}<input type="search" autocomplete="off"></label>'
    for scheme in SCHEMES:
        options = f'<option value="">{t("reach_all", lang)}</option>'
        for term in dict.fromkeys(line.terms[scheme] for line in lines):
            label_text = escape(every_figure.label(scheme, term, lang))
            options += f'<option value="{term}">{label_text}</option>'
        fields += (
            f'<label>{t(f"every_{scheme}", lang)}<select name="{scheme}">{options}</select></label>'
        )
    head = "".join(f'<th scope="col" role="columnheader">{escape(c)}</th>' for c in lines[0].cells)
    return (
        f'<form role="search">{fields}</form>'
        f'<output class="about" aria-live="polite"></output>'
        f'<output class="count" aria-live="polite"></output>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(map(_row, lines))}</tbody></table></div>'
    )


def _row(line: Line) -> str:
    (_, named), *others = line.cells.items()
    terms = "".join(f' data-{scheme}="{term}"' for scheme, term in line.terms.items())
    cells = ""
    for head, text in others:
        look = "none" if text == "–" else "figure" if controls.FIGURE.fullmatch(text) else ""
        cells += f'<td role="cell" data-head="{escape(head)}" class="{look}">{escape(text)}</td>'
    return (
        f'<tr role="row"{terms} data-about="{escape(line.description)}"><th scope="row" role="rowheader">'
        f'<a href="{escape(rooted(line.link))}" target="_self">{escape(named)}</a></th>{cells}</tr>'
    )
