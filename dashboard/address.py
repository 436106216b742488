"""Which addresses there are. Whatever else is asked for is a 404 before any work is done, where
Streamlit would show its first page.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboard.download.address import ROOT as VIEWS
from dashboard.head import SITE, STATIC
from dashboard.map.deck import BACKGROUND, PATTERNS
from dashboard.site import metadata, pages
from dashboard.words.root import root
from dashboard.words.text import LANGUAGES
from pipelines.methods.settings import setting

MOVED = {"/start": ("/", {}), "/learning_paths": ("/connections", {"ask": "path"})}
AT_ROOT = ("robots.txt", "sitemap.xml")  # of the site, where others look for them
OWN = ("/health", "/metrics", "/search", "/favicon.ico", "/.well-known/security.txt")
PAGES = {p.stem for p in (Path(__file__).parent / "page").glob("*.py")} - {"__init__", "start"}
EXACT = (
    {"/", "/api", SITE.rstrip("/"), BACKGROUND, PATTERNS, *OWN, *MOVED}
    | {f"/{name}" for name in (*PAGES, *AT_ROOT)}
    | {f"/{p.name}" for p in Path(st.__file__).parent.glob("static/*") if p.is_file()}
    | {f"/_stcore/{name}" for name in ("health", "host-config", "stream")}
)
UPLOAD = re.compile("/_stcore/upload_file/[^/]+/[^/]+")
BELOW = ("/api/", VIEWS, SITE, "/map/", "/media/", "/component/", "/_stcore/bidi-components/")
# the scripts, styles and pictures of Streamlit, each by its one exact name
STREAMLIT = {f"/static/{p.relative_to(STATIC).as_posix()}": p for p in STATIC.rglob("*") if p.is_file()}  # fmt: skip
ROOM = re.compile(r"/(api|v|site|map|media|component|static|_stcore|search|health|metrics)\b")


def known(path: str) -> bool:
    """Whether there can be anything at a path."""
    return (
        path in EXACT
        or path in STREAMLIT
        or path.startswith(BELOW)
        or UPLOAD.fullmatch(path) is not None
        or path.removesuffix("/") in EXACT
    )


def room(path: str) -> str:
    """What sort of address it is, without what was asked for there."""
    match = ROOM.match(path)
    return match[1] if match else "page" if known(path) else "none"


def place(request: Request) -> metadata.Place:
    """Where the static site is: as CULTUURATLAS_URL says, else as the request does."""
    public = setting("URL", os.environ) or str(request.base_url).rstrip("/")
    return metadata.Place(f"{public}{SITE}", root())


async def lost(request: Request) -> Response:
    """What a reader sees at an address that is no page, in the language of the address."""
    if request.url.path.startswith("/static/"):
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    asked = request.query_params.get("lang", "")
    path = f"{asked if asked in LANGUAGES else 'nl'}{request.url.path}"
    body = await asyncio.to_thread(pages.absent, path, place(request))
    return HTMLResponse(body, 404, {"Cache-Control": "no-store"})
