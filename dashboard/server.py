"""The web server: Streamlit through `st.App`, with routes of its own and the headers of a public
site.

`st.App` instead of `streamlit run` because the map files are content-hashed, compressed and
immutable, because every answer carries security headers, and because `lang` in the page must be
right. Served by uvicorn and not by `App.run`, whose socket makes every answer wait.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import mimetypes
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
import uvicorn
from starlette.datastructures import MutableHeaders, QueryParams
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import head, store
from dashboard.answer.suggest import suggestions
from dashboard.api import endpoint, views
from dashboard.download import address
from dashboard.head import SITE, STATIC
from dashboard.map.deck import BACKGROUND, PATTERNS, background_style
from dashboard.map.file import file as map_file
from dashboard.map.paint import patterns
from dashboard.site import metadata, pages, worksheet
from dashboard.words.text import LANGUAGES, t

AT_ROOT = ("robots.txt", "sitemap.xml")  # of the site, where others look for them
PLAIN = re.compile(r"/api(/[\w-][\w.-]*)*/?", re.ASCII)
# a proxy on this machine; the last is how our socket sees the first
TRUSTED = "127.0.0.1,::1,::ffff:127.0.0.1"
FOREVER = "public, max-age=31536000, immutable"
MOVED = {"/start": ("/", {}), "/learning_paths": ("/connections", {"ask": "path"})}
# an address of one word is a page, or one of these; any other is none, where Streamlit would show its
# first page with a message in English
LOST = re.compile(r"/[\w-]+/?", re.ASCII)
PAGES = {p.stem for p in (Path(__file__).parent / "page").glob("*.py")} - {"__init__", "start"}
FOUND = PAGES | {path.strip("/") for path in MOVED} | {"api", "search", "site", "_stcore"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https://service.pdok.nl; "
        "connect-src 'self' data: blob: ws: wss: https://service.pdok.nl; font-src 'self' data:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


async def map_answer(request: Request) -> Response:
    """One map as gzipped GeoJSON; its address holds the build, so it may be kept for ever."""
    lang, level, scope, build = (
        request.path_params[k] for k in ("lang", "level", "scope", "build")
    )
    try:
        edition = store.find(build)
        if edition is None or lang not in LANGUAGES or level not in store.LEVELS:
            return JSONResponse({"error": f"no map {lang}/{level}/{scope} in edition {build}"}, 404)
        with store.pinned(edition):
            if store.area(scope) is None:
                return JSONResponse(
                    {"error": f"no map {lang}/{level}/{scope} in edition {build}"}, 404
                )
            body = await asyncio.to_thread(map_file, level, scope, lang)
    except store.StoreError as e:
        return JSONResponse({"error": t(e.key, "en", detail=e.detail)}, 503)
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
    path = request.path_params.get("path", request.url.path[1:])
    public = os.environ.get("CULTUURATLAS_URL")
    place = _place(request)
    try:
        body = await asyncio.to_thread(pages.file, path or metadata.HOME["nl"], place)
        if body is None:
            lost = await asyncio.to_thread(pages.absent, path, place)
            return HTMLResponse(lost, 404, {"Cache-Control": "no-store"})
    except store.StoreError as e:
        return JSONResponse({"error": t(e.key, "en", detail=e.detail)}, 503)
    headers = {"Cache-Control": f"{'public' if public else 'private'}, max-age=3600"}
    headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    if path.endswith(f"/{worksheet.FILE}"):  # what is filled in there may go nowhere
        headers |= {"Content-Security-Policy": worksheet.policy(), "Cache-Control": "no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=pages.media(path), headers=headers)


def _place(request: Request) -> metadata.Place:
    """Where the static site is: as CULTUURATLAS_URL says, else as the request does."""
    public = os.environ.get("CULTUURATLAS_URL") or str(request.base_url)
    return metadata.Place(f"{public.rstrip('/')}{SITE}", "")


async def lost(request: Request) -> Response:
    """What a reader sees at an address that is no page, in the language of the address."""
    asked = request.query_params.get("lang", "")
    path = f"{asked if asked in LANGUAGES else 'nl'}{request.url.path}"
    body = await asyncio.to_thread(pages.absent, path, _place(request))
    return HTMLResponse(body, 404, {"Cache-Control": "no-store"})


async def search(request: Request) -> Response:
    """What a reader may mean who has typed `q`, for the search field."""
    asked = request.query_params
    lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nl"
    find = partial(suggestions, asked.get("q", ""), lang, only_areas=asked.get("only") == "areas")
    try:
        matches = await asyncio.to_thread(find)
    except store.StoreError as e:
        return JSONResponse({"error": t(e.key, lang, detail=e.detail)}, 503)
    return JSONResponse(matches, headers={"Cache-Control": "private, max-age=300"})


async def moved(request: Request) -> Response:
    """To where the page of an old address is now, with all that was asked of it."""
    page, first = MOVED[request.url.path]
    asked = urlencode(first | dict(request.query_params))
    return RedirectResponse(f"{page}?{asked}" if asked else page, 308)


async def site_home(request: Request) -> Response:
    """To the site, whose links are relative to an address with a slash at its end."""
    return RedirectResponse(SITE, 308)


class Headers:
    """Security headers on every answer without its own, and the reader's language and our name in
    Streamlit's page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if b"amp;" in scope["query_string"] and _is_page(scope["path"]):
            # pasted from the source of a page: & stands there as &amp;
            query = scope["query_string"].decode("latin-1").replace("amp;", "")
            await RedirectResponse(f"{scope['path']}?{query}", 307)(scope, receive, send)
            return
        asked = QueryParams(scope["query_string"])
        lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nl"
        held: Message | None = None
        page: list[bytes] = []

        async def secured(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                is_html = headers.get("content-type", "").startswith("text/html")
                if is_html and message["status"] == 200 and not scope["path"].startswith(SITE):
                    held = message
                    return
            elif held is not None:
                page.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                body = head.localised(b"".join(page), lang, scope["path"], asked)
                headers = MutableHeaders(raw=held["headers"])
                headers["content-length"] = str(len(body))
                headers["cache-control"] = "no-cache"
                for name in ("etag", "last-modified"):
                    if name in headers:
                        del headers[name]
                await send(held)
                await send({"type": "http.response.body", "body": body})
                return
            await send(message)

        # the page is rewritten, so it must come whole and uncompressed
        plain = [
            (k, v) for k, v in scope["headers"] if k not in (b"if-none-match", b"if-modified-since")
        ]
        if _is_page(scope["path"]):
            scope = {**scope, "headers": [(k, v) for k, v in plain if k != b"accept-encoding"]}
        path = scope["path"]
        if LOST.fullmatch(path) and path.strip("/") not in FOUND:
            await (await lost(Request(scope)))(scope, receive, secured)
            return
        if path.startswith("/api/") and not PLAIN.fullmatch(
            path
        ):  # Streamlit would refuse some without a reason
            await endpoint.Endpoint(
                {**scope, "path_params": {"path": path.removeprefix("/api/")}}, receive, secured
            )
            return
        await self.app(scope, receive, secured)


class OneEdition:
    """Every answer is of one edition: the newest when the request came."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pin the edition and pass on; without one the answer says what is wrong."""
        with ExitStack() as stack:
            if scope["type"] == "http" and not scope["path"].startswith(("/static/", "/_stcore/")):
                with suppress(store.StoreError):
                    newest = store.unchanged() or await asyncio.to_thread(store.newest)
                    stack.enter_context(store.pinned(newest))
            await self.app(scope, receive, send)


class Compressed:
    """Streamlit's own code and styles, gzipped once and kept; they are most of what a first visit
    loads.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory what can be, pass on the rest."""
        app = self.app
        if scope["type"] == "http" and scope["path"].startswith("/static/") and _takes_gzip(scope):
            body = _gzipped(scope["path"].removeprefix("/static/"))
            if body:
                headers = {
                    "Content-Encoding": "gzip",
                    "Cache-Control": FOREVER,
                    "Vary": "Accept-Encoding",
                }
                app = Response(
                    body, media_type=mimetypes.guess_type(scope["path"])[0], headers=headers
                )
        await app(scope, receive, send)


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


@lru_cache(maxsize=512)
def _gzipped(name: str) -> bytes | None:
    """A script or style sheet of Streamlit's by its path, None for anything else. The names carry a
    hash.
    """
    try:
        file = (STATIC / name).resolve()
        if (
            not file.is_relative_to(STATIC)
            or file.suffix not in (".js", ".css")
            or not file.is_file()
        ):
            return None
    except (OSError, ValueError):  # a name that no file can have
        return None
    return gzip.compress(file.read_bytes(), 6, mtime=0)


def _is_page(path: str) -> bool:
    return "." not in path.rsplit("/", 1)[-1] and not path.startswith(
        ("/_stcore", "/api/", "/map", "/media")
    )


@asynccontextmanager
async def warm(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Import what the first page needs, open the database, and keep the garbage collector off what
    stays.
    """

    def load() -> None:
        try:
            map_file("gemeente", store.COUNTRY, "nl")
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
            *(Route(path, moved) for path in MOVED),
            Route("/search", search),
            Route(f"{address.ROOT}{{path:path}}", views.answer),
            Route(f"{SITE}{{path:path}}", site_file),
            *(Route(f"/{name}", site_file) for name in AT_ROOT),
            Route("/map/{lang}/{level}/{scope}/{build}.json", map_answer),
        ],
        middleware=[Middleware(OneEdition), Middleware(Headers), Middleware(Compressed)],
    )


def listening(port: int) -> socket.socket:
    """A socket at a port of every network of this machine. Raises OSError when there is none to be
    had.

    Without TCP_NODELAY, which connections take over from it, an answer of two packets waits 40 ms
    for the second.
    """
    both = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both else socket.AF_INET
    listener = socket.create_server(("", port), family=family, dualstack_ipv6=both)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(listener: socket.socket) -> None:
    """Serve until told to stop; the log does not say who asked for what.

    Messages are compressed, which Streamlit's own server leaves: a fourth of the bytes for a
    millisecond of work.
    """
    trusted = os.environ.get("FORWARDED_ALLOW_IPS", TRUSTED)
    config = uvicorn.Config(create(), log_config=None, forwarded_allow_ips=trusted)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
