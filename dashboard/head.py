"""What Streamlit's page begins with, of ours: language, name, description, what a message shows of a
link, our style, and what is asked for at once.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from starlette.datastructures import QueryParams

from dashboard import question, store
from dashboard.answer.view import View
from dashboard.answer.views import VIEWS, Request, Unknown
from dashboard.download.address import ROOT
from dashboard.map.file import address
from dashboard.site.first import first, mapped
from dashboard.site.pages import lead_of
from dashboard.words import streamlit
from dashboard.words.root import root, rooted
from dashboard.words.text import t
from pipelines.methods.settings import setting

SITE = "/site/"  # pages of our own, sent as they are
STATIC = (Path(st.__file__).parent / "static" / "static").resolve()  # Streamlit's own code
# Streamlit takes the page's own address for a prefix first, and asks there in vain. And an address
# that the dashboard completes (until it holds the edition) takes the place of the incomplete one,
# or the back button would never get past. The server draws for the frame that the page is shown in:
# how large it is, and whether maps are drawn there at all, comes with the connection.
SCRIPT = """
      window.__streamlit = { BACKEND_BASE_URL: location.origin + 'ROOT/' }
      window.WebSocket = class extends WebSocket {
        constructor(address, ...rest) {
          const to = new URL(address, location.href)
          if (innerWidth) to.searchParams.set('screen', `${innerWidth}x${innerHeight}`)
          const drawing = document.createElement('canvas').getContext('webgl2')
          if (!drawing) to.searchParams.set('webgl', 'no')
          drawing?.getExtension('WEBGL_lose_context')?.loseContext()
          super(to, ...rest)
        }
      }
      const push = history.pushState.bind(history)
      history.pushState = (state, title, to) => {
        const here = new URL(location.href)
        const completed = new URL(to, here).pathname === here.pathname && !here.searchParams.has('edition')
        completed ? history.replaceState(state, title, to) : push(state, title, to)
      }
    """
# the views that stand first on a page, or a question of it, that has several or shows one of another
FIRST = {
    ("", ""): ("money",),
    ("profile", ""): ("hardest", "here", "money"),
    ("reach", "take_part"): ("nation",),
}
# parts of Streamlit's code that every page needs: asked for at once, so that less moves as they come
EVERYWHERE = ("BidiComponent", "Html", "purify.es")
EMBEDDED = '[data-testid="stMainBlockContainer"] { padding: 1rem !important; }'
# An embedded page says how high it is; the snippet gives its frame that height.
HEIGHT = """
      const tell = () => {
        const main = document.querySelector('[data-testid="stMainBlockContainer"]')
        if (main) parent.postMessage({ cultuuratlas: Math.ceil(main.getBoundingClientRect().height) }, '*')
      }
      if (parent !== window) setInterval(tell, 500)
    """


def localised(page: bytes, lang: str, path: str, asked: QueryParams, shared: bool = True) -> bytes:
    """Streamlit's page with our language, name, description, style and first screen; Explore starts
    on the map's code and file. Unless `told`, it does not say what a message shows of the link.
    """
    lead = t("start_lead", lang).replace('"', "&quot;")
    head = f'<title>{t("site", lang)}</title>\n    <meta name="description" content="{lead}" />'
    head += _shared(asked, lang, path) if shared else ""
    script = SCRIPT.replace("ROOT", root()) + (HEIGHT if asked.get("embed") == "true" else "")
    head += f"\n    <script>{script}</script>\n    <script>{{{streamlit.script()}}}</script>"
    on_map = _on_map(path, asked, lang)
    drawn = (*EVERYWHERE, *(["DeckGlJsonChart"] if on_map else []))
    code = [name for part in drawn for name in _code(part)]
    head += "".join(
        f'\n    <link rel="modulepreload" href="{rooted("/static/js/")}{n}" />' for n in code
    )
    if on_map:
        file = address(on_map.level, on_map.scope, lang)
        head += f'\n    <link rel="preload" as="fetch" crossorigin="anonymous" href="{file}" />'
    page = page.replace(b'<html lang="en">', f'<html lang="{lang}">'.encode(), 1)
    style = _style() + (EMBEDDED if asked.get("embed") == "true" else "")
    # in the body, behind the styles that Streamlit adds to the head as it goes
    body = f"<style>{style}</style>{first(path.strip('/'), asked, lang)}</body>"
    page = page.replace(b"</body>", body.encode(), 1)
    return re.sub(rb"<title>.*?</title>", lambda _: head.encode(), page, count=1)


def _shared(asked: QueryParams, lang: str, path: str) -> str:
    """What a message shows of a link to the dashboard: title, sentence and picture of the view that
    stands first on that page; else its area and what the page answers.
    """
    public = setting("URL", os.environ)
    about = {"type": "website", "site_name": t("site", lang)}
    about |= {"locale": {"nl": "nl_NL", "en": "en_GB"}.get(lang, lang)}
    with suppress(store.StoreError):
        title, sentence, picture = _first(asked, lang, path)
        # of a sentence that a list follows on the page, what stands before it
        plain = re.sub(r" [^.]*:$", "", sentence.replace("**", ""))
        about |= {"title": title, "description": plain}
        if public:
            query = f"?{urlencode(asked.multi_items())}" if asked else ""
            about |= {"url": f"{public}{path}{query}", "image": f"{public}{picture}"}
    lines = [f'<meta property="og:{name}" content="{escape(v)}" />' for name, v in about.items()]
    if public:
        lines.append('<meta name="twitter:card" content="summary_large_image" />')
    return "".join(f"\n    {line}" for line in lines)


def _first(asked: QueryParams, lang: str, path: str) -> tuple[str, str, str]:
    """Title and sentence of the first view with a picture of a page, and the address of that
    picture.
    """
    page, questions = path.strip("/"), [*question.of(path.strip("/"))]
    ask = next((q for q in (asked.get("ask"), *questions) if q in questions), "")
    asks = {ask, ""} if ask == (questions or [""])[0] else {ask}  # the first needs no name
    shown = [n for n, v in VIEWS.items() if v.page == page and v.asked.get("ask", "") in asks]
    area = store.area(asked.get("area", ""))
    for view_name in FIRST.get((page, ask), shown):
        parameters = VIEWS[view_name].parameters
        values = {k: asked[k] for k in parameters if k in asked}
        if area and not area.is_country and "area" not in parameters:
            continue  # of the country, where the link is to an area
        with suppress(Unknown):
            answer = VIEWS[view_name].make(Request(values, lang))
            if isinstance(answer, View) or (answer and (answer.diagram or answer.map)):
                wording = answer.wording(lang)
                query = urlencode({**values, "lang": lang, "shape": "social"})
                return wording.title, wording.sentence, f"{ROOT}{view_name}.png?{query}"
    parts, lead, picture = [area.name] if area else [], t("start_lead", lang), ""
    key = f"{'ties' if page == 'connections' else page}_{ask}" if questions else f"{page}_title"
    if about := lead_of(key):
        parts, lead, picture = [t(key, lang), *parts], t(about, lang), f".{key}"
    return " · ".join([*parts, t("site", lang)]), lead, f"{SITE}preview.{lang}{picture}.png"


def _on_map(path: str, asked: QueryParams, lang: str) -> View | None:
    """The figures whose map a page begins with."""
    with suppress(store.StoreError):
        return mapped(asked, lang) if path.endswith("/explore") else None
    return None


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _code(name: str) -> list[str]:
    """The file of Streamlit's that draws a sort of element; its name carries a hash."""
    return [p.name for p in (STATIC / "js").glob(f"{name}.*.js")]
