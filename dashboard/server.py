"""The web server: Streamlit through `st.App`, with routes of its own and the headers of a public
site.

`st.App` instead of `streamlit run` because the map files are content-hashed, compressed and
immutable, because every answer carries security headers, and because `lang` in the page must be
right. Served by uvicorn and not by `App.run`, whose socket makes every answer wait.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
import uvicorn
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import address, health, metrics, store
from dashboard.answer import view
from dashboard.answer.suggest import suggestions
from dashboard.api import endpoint, form, views
from dashboard.bounds import Bounded
from dashboard.connection import Connection
from dashboard.download.address import ROOT as VIEWS
from dashboard.head import SITE
from dashboard.map.deck import BACKGROUND, PATTERNS, background_style
from dashboard.map.file import file as map_file
from dashboard.map.paint import patterns
from dashboard.middleware import (
    FOREVER,
    POLICY,
    STYLES,
    Below,
    Compressed,
    Headers,
    OneEdition,
    Sized,
    Watched,
)
from dashboard.picture import svg
from dashboard.site import metadata, pages, worksheet
from dashboard.site.first import first
from dashboard.uploads import Uploads
from dashboard.words.root import rooted
from dashboard.words.text import LANGUAGES
from pipelines.methods.settings import setting

GRACE_S = 10  # for who is still reading when the server is told to stop
TABLES = ("tables/", "geo/")  # of the site, read from other sites too, and in parts
READ_ELSEWHERE = {
    "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Range, Content-Length, ETag",
    "Accept-Ranges": "bytes", "Content-Encoding": "identity",
}  # fmt: skip


async def map_answer(request: Request) -> Response:
    """One map as gzipped GeoJSON; its address holds the build, so it may be kept for ever."""
    lang, level, scope, build = (
        request.path_params[k] for k in ("lang", "level", "scope", "build")
    )
    absent = JSONResponse({"error": f"no map {lang}/{level}/{scope} in edition {build}"}, 404)
    edition = store.find(build)
    if edition is None or lang not in LANGUAGES:
        return absent
    with store.pinned(edition):
        area = store.area(scope)
        if level not in store.area_levels().below or not area or view.scope(area, level) != area:
            return absent  # maps are of the country and of municipalities: no other is made
        body = await asyncio.to_thread(map_file, level, scope, lang)
    headers = {"Content-Encoding": "gzip", "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    return Response(body, media_type="application/geo+json", headers=headers)


async def background(request: Request) -> Response:
    """The style of the optional background map."""
    return JSONResponse(background_style(), headers={"Cache-Control": "public, max-age=86400"})


async def map_patterns(request: Request) -> Response:
    """The patterns of the statuses."""
    return Response(
        patterns(), media_type="image/png", headers={"Cache-Control": "public, max-age=86400"}
    )


async def site_file(request: Request) -> Response:
    """A file of the static site, with links to this dashboard.

    The addresses in it begin as CULTUURATLAS_URL says. Without that they begin as the request does,
    which anybody can make up: then no cache may give the answer to somebody else.
    """
    path = request.path_params.get("path", request.url.path[1:]).removeprefix(SITE[1:])
    public = setting("URL", os.environ)
    place = address.place(request)
    body = await asyncio.to_thread(pages.file, path or metadata.HOME["nl"], place)
    if body is None:
        lost = await asyncio.to_thread(pages.absent, path, place)
        return HTMLResponse(lost, 404, {"Cache-Control": "no-store"})
    headers = {"Cache-Control": f"{'public' if public else 'private'}, max-age=3600"}
    headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    if path.endswith(f"/{worksheet.FILE}"):  # what is filled in there may go nowhere
        headers |= {"Content-Security-Policy": worksheet.policy(), "Cache-Control": "no-cache"}
    elif path.endswith(".html"):
        allowed = svg.styles(body.decode())
        headers["Content-Security-Policy"] = POLICY.replace(STYLES, f"{STYLES} {allowed}".rstrip())
    if path.startswith(TABLES):
        headers |= READ_ELSEWHERE
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if path.startswith(TABLES):
        return _part(body, request.headers.get("range", ""), pages.media(path), headers)
    return Response(body, media_type=pages.media(path), headers=headers)


async def api_form(request: Request) -> Response:
    """The page on which the API can be tried."""
    lang, query = request.path_params["lang"], request.scope["query_string"].decode("latin-1")
    if lang not in LANGUAGES:
        return await site_file(request)
    body = await asyncio.to_thread(form.page, lang, query, address.place(request))
    return HTMLResponse(body, headers={"Cache-Control": "private, max-age=300"})


async def favicon(request: Request) -> Response:
    """Our icon, where browsers look for it by themselves."""
    icon = await asyncio.to_thread(_icon)
    return Response(
        icon, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"}
    )


@cache
def _icon() -> bytes:
    return svg.png((store.ROOT / "dashboard" / "icon.svg").read_text(encoding="utf-8"), zoom=2)


def _part(body: bytes, asked: str, media: str, headers: dict[str, str]) -> Response:
    """A file, or the one range of bytes that is asked (RFC 9110): DuckDB, polars and a browser read
    what they need of a table. More than one range gives the whole.
    """
    size = len(body)
    if not (wanted := re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", asked)) or wanted[0] == "bytes=-":
        return Response(body, media_type=media, headers=headers)
    first, last = wanted.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end or (not first and int(last) == 0):
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers = headers | {"Content-Range": f"bytes {start}-{end}/{size}"}
    return Response(body[start : end + 1], 206, headers, media)


async def search(request: Request) -> Response:
    """What a reader may mean who has typed `q`, for the search field."""
    asked = request.query_params
    lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nl"
    find = partial(suggestions, asked.get("q", ""), lang, only_areas=asked.get("only") == "areas")
    return JSONResponse(
        await asyncio.to_thread(find), headers={"Cache-Control": "private, max-age=300"}
    )


async def moved(request: Request) -> Response:
    """To where the page of an old address is now, with all that was asked of it."""
    page, first = address.MOVED[request.url.path]
    asked = urlencode(first | dict(request.query_params))
    return RedirectResponse(rooted(f"{page}?{asked}" if asked else page), 308)


async def site_home(request: Request) -> Response:
    """To the site, whose links are relative to an address with a slash at its end."""
    return RedirectResponse(rooted(SITE), 308)


@asynccontextmanager
async def warm(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Open the database and make what the first pages need, soonest first; keep the garbage
    collector off what stays.
    """

    def load() -> None:
        try:
            with store.pinned(store.newest()):
                first("explore", QueryParams(), "nl")
                map_file(store.area_levels().municipality, store.country(), "nl")
        except store.StoreError:
            return  # the page says what is wrong
        finally:
            gc.collect()
            gc.freeze()

    loading = asyncio.create_task(asyncio.to_thread(load))
    yield {}
    await loading


def create() -> st.App:
    """The ASGI application."""
    return st.App(
        Path(__file__).parent / "app.py",
        lifespan=warm,
        routes=[
            Route("/api", endpoint.Endpoint),
            Route("/api/{path:path}", endpoint.Endpoint),
            Route(BACKGROUND, background),
            Route(PATTERNS, map_patterns),
            Route(SITE.rstrip("/"), site_home),
            *(Route(path, moved) for path in address.MOVED),
            Route("/search", search),
            Route(f"{VIEWS}{{path:path}}", views.answer),
            Route("/health", health.answer),
            Route("/metrics", metrics.answer),
            Route("/favicon.ico", favicon),
            Route("/.well-known/security.txt", health.security),
            Route(f"{SITE}{{lang}}/{endpoint.FORM}", api_form),
            Route(f"{SITE}{{path:path}}", site_file),
            *(Route(f"/{name}", site_file) for name in address.AT_ROOT),
            Route("/map/{lang}/{level}/{scope}/{build}.json", map_answer),
            Route("/map/{path:path}", address.lost),
        ],
        middleware=[
            Middleware(m)
            for m in (Below, Watched, Bounded, Sized, OneEdition, Headers, Uploads, Compressed)
        ],
    )


def listening(port: int, host: str = "::") -> socket.socket:
    """A socket at a port of an address of this machine; `::` is all of them. Raises OSError when
    there is none to be had.

    Without TCP_NODELAY, which connections take over from it, an answer of two packets waits 40 ms
    for the second.
    """
    both = host == "::" and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both or (":" in host and host != "::") else socket.AF_INET
    listener = socket.create_server(
        ("" if host == "::" else host, port), family=family, dualstack_ipv6=both
    )
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(listener: socket.socket) -> None:
    """Serve until told to stop, and then for ten seconds to who is still reading.

    Messages are compressed, which Streamlit's own server leaves: a fourth of the bytes for a
    millisecond of work.
    """
    svg.serving = True
    proxies = setting("PROXIES", os.environ)
    # how a socket of every network sees a proxy that has no IPv6
    mapped = [
        f"::ffff:{p.removesuffix('/32')}" for p in proxies if ":" not in p and p.endswith("/32")
    ]
    config = uvicorn.Config(
        create(),
        http=Connection,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=[*proxies, *mapped],
        timeout_graceful_shutdown=GRACE_S,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
