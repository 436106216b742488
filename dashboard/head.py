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

from dashboard import store
from dashboard.answer import view
from dashboard.download.address import ROOT as VIEWS
from dashboard.map.file import address
from dashboard.site.first import first
from dashboard.words.root import root, rooted
from dashboard.words.text import t
from pipelines.methods.settings import setting

SITE = "/site/"  # pages of our own, sent as they are
STATIC = (Path(st.__file__).parent / "static" / "static").resolve()  # Streamlit's own code
# Streamlit takes the page's own address for a prefix first, and asks there in vain. And an address
# that the dashboard completes (until it holds the edition) takes the place of the incomplete one,
# or the back button would never get past. The server draws for the frame that the page is shown in:
# how large it is comes with the connection.
SCRIPT = """
      window.__streamlit = { BACKEND_BASE_URL: location.origin + 'ROOT/' }
      window.WebSocket = class extends WebSocket {
        constructor(address, ...rest) {
          const to = new URL(address, location.href)
          if (innerWidth) to.searchParams.set('screen', `${innerWidth}x${innerHeight}`)
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


def localised(page: bytes, lang: str, path: str, asked: QueryParams) -> bytes:
    """Streamlit's page with our language, name, description, style and first screen; Explore starts
    on the map's code and file.
    """
    lead = t("start_lead", lang).replace('"', "&quot;")
    head = f'<title>{t("site", lang)}</title>\n    <meta name="description" content="{lead}" />'
    head += _shared(asked, lang, path)
    head += f"\n    <script>{SCRIPT.replace('ROOT', root())}{HEIGHT if asked.get('embed') == 'true' else ''}</script>"
    drawn = (*EVERYWHERE, *(["DeckGlJsonChart"] if path.endswith("/explore") else []))
    code = [name for part in drawn for name in _code(part)]
    head += "".join(
        f'\n    <link rel="modulepreload" href="{rooted("/static/js/")}{n}" />' for n in code
    )
    if path.endswith("/explore") and (file := _map_asked(asked, lang)):
        head += f'\n    <link rel="preload" as="fetch" crossorigin="anonymous" href="{file}" />'
    page = page.replace(b'<html lang="en">', f'<html lang="{lang}">'.encode(), 1)
    style = _style() + (EMBEDDED if asked.get("embed") == "true" else "")
    # in the body, behind the styles that Streamlit adds to the head as it goes
    body = f"<style>{style}</style>{first(path.strip('/'), asked, lang)}</body>"
    page = page.replace(b"</body>", body.encode(), 1)
    return re.sub(rb"<title>.*?</title>", lambda _: head.encode(), page, count=1)


def _shared(asked: QueryParams, lang: str, path: str) -> str:
    """What a message shows of a link to the dashboard: its area and figure, and a picture of them."""
    with suppress(store.StoreError):
        area = store.area(asked.get("area", ""))
        known = store.indicators().get(asked.get("indicator", ""))
        parts = [known.text("label", lang) if known else "", area.name if area else ""]
        title = " · ".join([*filter(None, parts), t("site", lang)])
        about = known.text("description", lang) if known else t("start_lead", lang)
        public = setting("URL", os.environ)
        properties = {
            "title": title,
            "description": about,
            "type": "website",
            "site_name": t("site", lang),
        }
        picture = _picture(asked, lang, path) or f"{SITE}preview.{lang}.png"
        properties |= {"image": f"{public}{picture}"} if public else {}
        return "".join(
            f'\n    <meta property="og:{name}" content="{escape(value)}" />'
            for name, value in properties.items()
        )
    return ""


def _picture(asked: QueryParams, lang: str, path: str) -> str | None:
    """The address of the picture of a figure on the map, of a link that names one there is."""
    known = store.indicators().get(asked.get("indicator", ""))
    area = store.area(asked.get("area", store.country()))
    if not path.endswith("/explore") or not known or not area:
        return None
    levels = store.offered(known.id, area)
    if asked.get("level", "") not in ("", *levels) or not levels:
        return None
    given = {k: asked[k] for k in ("area", "indicator", "level") if k in asked}
    return f"{VIEWS}explore.png?{urlencode({**given, 'lang': lang, 'shape': 'social'})}"


def _map_asked(asked: QueryParams, lang: str) -> str | None:
    """The address of the map file that a link will need, as far as the link says."""
    with suppress(store.StoreError):
        area, level = (
            store.area(asked.get("area", store.country())),
            asked.get("level", store.area_levels().below[0]),
        )
        if area and level in store.area_levels().below:
            return address(level, view.scope(area, level), lang)
    return None


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _code(name: str) -> list[str]:
    """The file of Streamlit's that draws a sort of element; its name carries a hash."""
    return [p.name for p in (STATIC / "js").glob(f"{name}.*.js")]
