"""The search field: what is found leads to an area, a figure or a place, and it completes as one types."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from dashboard import store
from dashboard.part import controls
from dashboard.words.root import rooted
from dashboard.words.text import t

# Suggestions under a search field, as one types. The field is Streamlit's own, so that Enter works as
# ever; the arrows walk through the list, Enter or a click takes one, Escape closes it.
SUGGEST = st.components.v2.component(
    "suggest",
    isolate_styles=False,
    css="""
      .suggest { position: relative; }
      .suggest ul { position: absolute; z-index: 100; inset: -.75rem 0 auto 0; margin: 0; padding: 0; list-style: none;
        background: var(--st-background-color); color: var(--st-text-color);
        border: 1px solid var(--st-border-color); border-radius: .5rem; box-shadow: 0 4px 16px rgb(0 0 0 / .18); }
      .suggest ul:empty { display: none; }
      .suggest li { padding: .5rem .75rem; margin: 0; cursor: pointer; line-height: 1.3; }
      .suggest li small { opacity: .8; }
      .suggest li[aria-selected=true], .suggest li:hover { background: var(--st-secondary-background-color); }
    """,
    js="""export default ({ data, parentElement, setTriggerValue }) => {
      const ended = new AbortController()
      const begin = () => {  // the field may come later than this
        const field = document.querySelector(`.st-key-${data.field} input`)
        if (field) complete(field)
        else if (!ended.signal.aborted) requestAnimationFrame(begin)
      }
      const complete = field => {
        let root = parentElement.querySelector('.suggest')
        if (!root) {
          root = document.createElement('div')
          root.className = 'suggest'
          root.innerHTML = `<ul role="listbox" id="${data.field}-list"></ul>`
          parentElement.appendChild(root)
        }
        const list = root.querySelector('ul')
        list.setAttribute('aria-label', data.label)
        field.setAttribute('role', 'combobox')
        field.setAttribute('aria-autocomplete', 'list')
        field.setAttribute('aria-controls', list.id)
        field.autocomplete = 'off'
        let found = [], at = -1, turn = 0, wait
        const draw = () => {
          list.replaceChildren(...found.map((s, n) => {
            const item = document.createElement('li'), about = document.createElement('small')
            item.id = `${list.id}-${n}`
            item.setAttribute('role', 'option')
            item.setAttribute('aria-selected', n === at)
            about.textContent = s.about
            item.append(s.name, ' · ', about)
            item.onmousedown = event => { event.preventDefault(); take(s) }
            return item
          }))
          field.setAttribute('aria-expanded', found.length > 0)
          at >= 0 ? field.setAttribute('aria-activedescendant', `${list.id}-${at}`)
                  : field.removeAttribute('aria-activedescendant')
        }
        const close = () => { turn++; found = []; at = -1; draw() }
        const take = s => { close(); setTriggerValue('chosen', s) }
        const ask = async () => {
          const mine = ++turn, words = field.value.trim()
          const answer = words.length > 1 ? await fetch(`${data.address}&q=${encodeURIComponent(words)}`) : null
          const next = answer?.ok ? await answer.json() : []
          if (mine === turn) { found = next; at = -1; draw() }
        }
        const how = { signal: ended.signal }
        field.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(ask, 120) }, how)
        field.addEventListener('blur', close, how)
        field.addEventListener('keydown', event => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step && found.length) {
            event.preventDefault()
            at = (at + step + found.length + (at < 0 && step < 0)) % found.length
            draw()
          } else if (event.key === 'Enter') {
            clearTimeout(wait)
            if (at >= 0) { event.preventDefault(); event.stopPropagation(); take(found[at]) } else close()
          } else if (event.key === 'Escape') close()
        }, how)
        draw()
      }
      begin()
      return () => ended.abort()
    }""",
)


def field(lang: str, key: str, chooses: str = "area", label: str = "") -> None:
    """A search field; a result makes its area the `chooses` one (`area`, `with`: the one beside it,
    or `join`: one more of the area).
    """
    query = st.text_input(
        label or t("search_label", lang), key=key, placeholder=t("search_help", lang), max_chars=60
    )
    only = "areas" if chooses != "area" else ""
    address = rooted("/search?") + f"{urlencode({'lang': lang, 'only': only})}"
    data = {"field": key, "address": address, "label": t("suggest_label", lang)}
    SUGGEST(
        data=data,
        key=f"{key}-suggest",
        on_chosen_change=partial(_suggested, f"{key}-suggest", key, chooses),
    )
    if not query.strip():
        return
    hits = store.search(query)
    if not hits:
        shown = re.sub(r"[^\w .'-]", "", query)
        st.info(t("search_none", lang, query=shown))
    for hit in hits:
        level = hit["level"]
        where = [store.term("area_level", level, lang), hit["municipality"], hit["found_by"]]
        st.button(
            f"{hit['name']} ({', '.join(w for w in where if w)})",
            key=f"{key}-{hit['code']}",
            on_click=_go,
            args=(hit["code"], level, key, chooses),
            icon=":material/location_on:",
            type="tertiary",
        )


def _suggested(component: str, key: str, chooses: str) -> None:
    """A suggestion was chosen: its area, or the map of its figure."""
    chosen = st.session_state[component].get("chosen") or {}
    indicator, code = str(chosen.get("indicator", "")), str(chosen.get("area", ""))
    if indicator in store.indicators():
        controls.choose("indicator", indicator)
        st.session_state[key] = ""
        st.session_state["go"] = "explore"
    elif area := store.area(code):
        _go(area.code, area.level, key, chooses)


def _go(code: str, level: str, key: str, chooses: str) -> None:
    st.session_state[key] = ""
    for popover in ("other-area", "beside"):
        if popover in st.session_state:
            st.session_state[popover] = False
    if chooses == "join":
        controls.choose("area", f"{controls.current('area') or store.country()}{store.JOIN}{code}")
        return
    if chooses != "area":
        controls.choose(chooses, code)
        return
    controls.open_area(code)
    if "go" in st.session_state or code == store.country():
        return
    controls.choose("level", level)
    if level not in store.levels(controls.current("indicator")):  # start with what is known here
        known = [r["id"] for r in store.portrait(code) if r["value"] is not None]
        controls.choose("indicator", known[0] if known else "")
