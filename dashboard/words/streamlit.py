"""Streamlit's own words in the reader's language: it has them in English only.

A script of the page puts them right as they come: labels that are read out, and text outside of
what we write ourselves.
"""

from __future__ import annotations

import json
from functools import lru_cache

from dashboard.words.text import LANGUAGES, strings

MARK = "streamlit_"  # what the keys of these texts begin with
SCRIPT = """
      const rows = %s
      const names = ['aria-label', 'title', 'placeholder']
      const ours = ['stMarkdown', 'stHeading', 'stCaptionContainer', 'stHtml'].map(id => `[data-testid="${id}"]`).join()
      const plain = text => text.replace(/[.*+?^$()|[\\]\\\\]/g, '\\\\$&')
      const form = text => new RegExp('^' + plain(text).replace('{n}', '(.+)') + '$', 's')
      const fixed = {}, open = {}
      for (const lang of %s) {
        const others = row => Object.keys(row).filter(other => other !== lang)
        const pairs = rows.flatMap(row => others(row).map(other => [row[other], row[lang]]))
        fixed[lang] = new Map(pairs.filter(([from]) => !from.includes('{n}')))
        open[lang] = pairs.filter(([from]) => from.includes('{n}')).map(([from, to]) => [form(from), to])
      }
      const said = text => {
        const lang = document.documentElement.lang, same = fixed[lang]?.get(text)
        if (same || !text || text.length > 900) return same
        const [from, to] = open[lang]?.find(([from]) => from.test(text)) ?? []
        return to?.replace('{n}', () => from.exec(text)[1])
      }
      const label = element => names.forEach(name => {
        const text = element.hasAttribute(name) && said(element.getAttribute(name))
        if (text) element.setAttribute(name, text)
      })
      const word = node => {
        const text = said(node.nodeValue.trim())
        if (text && !node.parentElement?.closest(ours)) node.nodeValue = text
      }
      const all = root => {
        if (root.nodeType === 3) return word(root)
        if (root.nodeType !== 1 || root.matches(ours)) return
        label(root)
        root.querySelectorAll(names.map(name => `[${name}]`).join()).forEach(label)
        const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
        while (texts.nextNode()) word(texts.currentNode)
      }
      new MutationObserver(changes => changes.forEach(change => {
        if (change.target === document.documentElement && change.attributeName === 'lang') all(document.body)
        else if (change.type === 'attributes') label(change.target)
        else if (change.type === 'characterData') word(change.target)
        else change.addedNodes.forEach(all)
      })).observe(document, {
        subtree: true, childList: true, characterData: true, attributeFilter: [...names, 'lang'],
      })
    """


@lru_cache(maxsize=1)
def script() -> str:
    """The script, with the words of every language."""
    rows = [text for key, text in strings().items() if key.startswith(MARK)]
    return SCRIPT % (json.dumps(rows, ensure_ascii=False), json.dumps(LANGUAGES))
