"""What every request passes: its number, the log and the counters; one edition; the headers of a
public site; and the files of Streamlit, compressed once.
"""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import re
import time
import uuid
from contextlib import ExitStack, suppress

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import address, head, log, metrics, store
from dashboard.api import endpoint
from dashboard.head import SITE
from dashboard.part import webgl
from dashboard.part.controls import FRAME
from dashboard.refusal import refusal
from dashboard.words.root import root, rooted
from dashboard.words.text import LANGUAGES

PLAIN = re.compile(r"/api(/[\w-][\w.-]*)*/?", re.ASCII)
FOREVER = "public, max-age=31536000, immutable"
SHUT = "object-src 'none'; base-uri 'self'; form-action 'self'"
STYLES = "style-src 'self'"
POLICY = (
    f"default-src 'self'; script-src 'none'; {STYLES}; img-src 'self' data:; connect-src 'none'; "
    f"{SHUT}; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
# what Streamlit's pages need besides; any site may show what is made to be embedded
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https://service.pdok.nl; "
    f"connect-src 'self' data: blob: https://service.pdok.nl; font-src 'self' data:; {SHUT}"
)
SCRIPTED = (
    "static",
    "_stcore",
    "component",
)  # where Streamlit's scripts come from, besides its pages
UNFRAMED = "; frame-ancestors 'self'"
HSTS = "max-age=31536000"


class Below:
    """Behind a path of a host: the path is taken off what is asked, so that within the server every
    address begins at `/`. What is asked without it, as by who watches the server itself, stays so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.root = app, root()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, without the path before it."""
        path = scope.get("path", "")
        if self.root and path == self.root:
            await RedirectResponse(f"{path}/", 308)(scope, receive, send)
            return
        if self.root and path.startswith(f"{self.root}/"):
            path = path.removeprefix(self.root)
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)


class Watched:
    """A number for every request, in its answer and in the log; how many there were and how long
    they took. Nothing about who asked, or for what.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; count and log what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, number, status = time.monotonic(), uuid.uuid4().hex[:16], 500
        token = log.REQUEST.set(number)

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message["headers"])["X-Request-ID"] = number
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        finally:
            room, seconds = address.room(scope["path"]), time.monotonic() - began
            metrics.count(room, status, seconds)
            log.answered(room, status, seconds)
            log.REQUEST.reset(token)


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
            await RedirectResponse(rooted(f"{scope['path']}?{query}"), 307)(scope, receive, send)
            return
        asked = QueryParams(scope["query_string"])
        added = _headers(scope)
        lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nl"
        start: Message | None = None
        page: list[bytes] = []
        zips = _takes_gzip(scope)

        async def secured(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                is_html = headers.get("content-type", "").startswith("text/html")
                if is_html and message["status"] == 200 and not scope["path"].startswith(SITE):
                    start = message
                    framed = asked.get("embed") == "true"
                    headers["Content-Security-Policy"] = PAGE_POLICY + ("" if framed else UNFRAMED)
                for name, value in added.items():
                    headers.setdefault(name, value)
                if start:
                    return
            elif start is not None:
                page.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                # a browser that opens the page does not read what a message shows of it
                opened = any(name == b"sec-fetch-dest" for name, _ in scope["headers"])
                body = await asyncio.to_thread(
                    head.localised, b"".join(page), lang, scope["path"], asked, not opened
                )
                headers = MutableHeaders(raw=start["headers"])
                headers["vary"] = "Accept-Encoding"
                if zips:
                    body = await asyncio.to_thread(gzip.compress, body, 6)
                    headers["content-encoding"] = "gzip"
                headers["content-length"] = str(len(body))
                headers["cache-control"] = "no-cache"
                for name in ("etag", "last-modified"):
                    if name in headers:
                        del headers[name]
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            await send(message)

        # the page is rewritten, so it must come whole and uncompressed
        plain = [
            (k, v) for k, v in scope["headers"] if k not in (b"if-none-match", b"if-modified-since")
        ]
        if _is_page(scope["path"]):
            scope = {**scope, "headers": [(k, v) for k, v in plain if k != b"accept-encoding"]}
        try:
            await self._answered(scope, receive, secured)
        except store.StoreError as e:
            request = Request(scope)
            await refusal(request, 503, e.key, detail=e.detail)(scope, receive, secured)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what there is; say of the rest that it is not there."""
        path = scope["path"]
        if not address.known(path):
            await (await address.lost(Request(scope)))(scope, receive, send)
        elif path.startswith("/api/") and not PLAIN.fullmatch(path):
            below = {"path": path.removeprefix("/api/")}  # Streamlit would refuse without a reason
            await endpoint.Endpoint({**scope, "path_params": below}, receive, send)
        else:
            await self.app(scope, receive, send)


class Sized:
    """How large the frame of a page is and whether the browser draws maps, which its connection says
    in its address (`head.SCRIPT`), as headers, which is what a page can read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""
        if scope["type"] == "websocket":
            asked = QueryParams(scope["query_string"])
            added = [
                (name.lower().encode(), asked.get(key, "")[:16].encode("ascii", "ignore"))
                for key, name in (("screen", FRAME), ("webgl", webgl.HEADER))
            ]
            scope = {**scope, "headers": [*scope["headers"], *added]}
        await self.app(scope, receive, send)


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
        self.packed: dict[str, asyncio.Task[bytes]] = {}  # one for every file, which are hundreds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory what can be, pass on the rest."""
        app, path = self.app, scope.get("path", "")
        packed = path in address.STREAMLIT and path.endswith((".js", ".css"))
        if scope["type"] == "http" and packed and _takes_gzip(scope):
            if path not in self.packed:  # who asks for it meanwhile waits for the same
                self.packed[path] = asyncio.create_task(asyncio.to_thread(_gzipped, path))
            body = await asyncio.shield(self.packed[path])
            headers = {
                "Content-Encoding": "gzip",
                "Cache-Control": FOREVER,
                "Vary": "Accept-Encoding",
            }
            app = Response(body, media_type=mimetypes.guess_type(path)[0], headers=headers)
        await app(scope, receive, send)


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _gzipped(path: str) -> bytes:
    """A script or style sheet of Streamlit's. The names carry a hash."""
    return gzip.compress(address.STREAMLIT[path].read_bytes(), 6, mtime=0)


def _headers(scope: Scope) -> dict[str, str]:
    """The headers of an answer that is no page of Streamlit's, where nothing is run."""
    headers = dict(HEADERS)
    if address.room(scope["path"]) in SCRIPTED:
        headers["Content-Security-Policy"] = PAGE_POLICY + UNFRAMED
    if scope["scheme"] == "https":  # seen here, or by a proxy whose word is taken
        headers["Strict-Transport-Security"] = HSTS
    return headers


def _is_page(path: str) -> bool:
    return "." not in path.rsplit("/", 1)[-1] and not path.startswith(
        ("/_stcore", "/api/", "/map", "/media")
    )
