"""How much one reader may ask, so that nobody waits for a visitor who misbehaves.

Of each reader so many requests and messages a minute, and so many answers that are made at once;
of all together so many at once. Who asks more waits for a turn, or is told when to ask again. A
reader is an address, as a trusted proxy says it; only a digest of it is kept, in memory, for as
long as it counts.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import address
from dashboard.refusal import refusal
from pipelines.methods.settings import setting

FREE = ("static", "_stcore", "component", "health", "metrics")  # answered without work
WAIT_S = 10  # for a turn
REST_S = 2  # after a turn, at most
WAITING = 50  # requests of one reader; more are sent away
MINUTE_S = 60
FULL = 1013  # of a WebSocket: try again later
SALT = secrets.token_bytes(16)


class Refused(Exception):
    """No turn: the status of HTTP and the text that says why."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status, self.key = status, key


class Bounded:
    """Lets requests through, each in its turn."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        known = setting("PROXIES", os.environ)
        self.proxies = [ip_network(proxy) for proxy in known]
        self.rate = setting("READER_RATE", os.environ)
        self.each = setting("READER_AT_ONCE", os.environ)
        self.sessions = setting("READER_SESSIONS", os.environ)
        self.all = asyncio.Semaphore(setting("AT_ONCE", os.environ))
        self.turns: dict[bytes, asyncio.Semaphore] = {}
        self.waiting: Counter[bytes] = Counter()  # and those whose turn it is
        self.open: Counter[bytes] = Counter()
        self.left: dict[bytes, tuple[float, float]] = {}  # of the minute, and when that was so
        self.swept = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be asked now, and refuse the rest."""
        if scope["type"] == "websocket":
            await self._session(scope, receive, send)
        elif scope["type"] != "http" or address.room(scope["path"]) in FREE:
            await self.app(scope, receive, send)
        else:
            try:
                await self._request(scope, receive, send)
            except Refused as e:
                await refusal(Request(scope), e.status, e.key)(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request in its turn, which ends when its answer begins: a reader who takes long
        to receive it keeps nobody waiting. Raises Refused.
        """
        reader = self.reader(scope)
        if reader and self._seconds_until(reader):
            raise Refused(429, "reader_rate")
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._turn(reader))

            async def sent(message: Message) -> None:
                await turn.aclose()
                await send(message)

            await self.app(scope, receive, sent)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a session; who sends more messages than fit in a minute is heard later."""
        reader = self.reader(scope)
        if reader is None:
            await self.app(scope, receive, send)
            return
        if self.open[reader] >= self.sessions:
            await receive()  # that it wants to connect
            await send({"type": "websocket.close", "code": FULL})
            return

        async def heard() -> Message:
            message = await receive()
            while message["type"] == "websocket.receive" and (wait := self._seconds_until(reader)):
                await asyncio.sleep(wait)
            return message

        self.open[reader] += 1
        try:
            await self.app(scope, heard, send)
        finally:
            self.open[reader] -= 1
            if not self.open[reader]:
                del self.open[reader]

    @asynccontextmanager
    async def _turn(self, reader: bytes | None) -> AsyncIterator[None]:
        """A turn of a reader, and one of all. The next turn of the reader begins after a rest as
        long as the work took, so that nobody keeps a processor busy. Raises Refused.
        """
        if reader is None:
            await _acquired(self.all, Refused(503, "busy"))
            try:
                yield
            finally:
                self.all.release()
            return
        if self.waiting[reader] >= WAITING:
            raise Refused(429, "reader_at_once")
        turns = self.turns.setdefault(reader, asyncio.Semaphore(self.each))
        self.waiting[reader] += 1
        later, rest = asyncio.get_running_loop().call_later, 0.0
        try:
            await _acquired(turns, Refused(429, "reader_at_once"))
            try:
                await _acquired(self.all, Refused(503, "busy"))
                began = time.monotonic()
                try:
                    yield
                finally:
                    self.all.release()
                    rest = min(time.monotonic() - began, REST_S)
            finally:
                later(rest, turns.release)
        finally:
            later(rest, self._leave, reader)

    def _leave(self, reader: bytes) -> None:
        self.waiting[reader] -= 1
        if not self.waiting[reader]:
            del self.waiting[reader], self.turns[reader]

    def _seconds_until(self, reader: bytes) -> float:
        """Count one more of a reader: 0, or the seconds until it fits in a minute."""
        if not self.rate:
            return 0
        now, each = time.monotonic(), MINUTE_S / self.rate
        if now - self.swept > MINUTE_S:
            self.swept = now
            self.left = {r: (n, at) for r, (n, at) in self.left.items() if now - at < MINUTE_S}
        left, at = self.left.get(reader, (self.rate, now))
        left = min(self.rate, left + (now - at) / each)
        self.left[reader] = (left - 1, now) if left >= 1 else (left, now)
        return 0 if left >= 1 else (1 - left) * each

    def reader(self, scope: Scope) -> bytes | None:
        """Who asks, as a digest; of IPv6 the network of a household. None for a proxy that does not
        say for whom it asks.
        """
        try:
            at = ip_address(scope["client"][0])
        except (KeyError, TypeError, ValueError):
            return None
        if isinstance(at, IPv6Address) and at.ipv4_mapped:
            at = at.ipv4_mapped
        if any(at in network for network in self.proxies):
            return None
        who = at.packed[:8] if at.version == 6 else at.packed
        return hashlib.blake2b(who, key=SALT, digest_size=8).digest()


async def _acquired(turns: asyncio.Semaphore, otherwise: Refused) -> None:
    """Take one of some turns. Raises `otherwise` when that takes too long."""
    try:
        async with asyncio.timeout(WAIT_S):
            await turns.acquire()
    except TimeoutError:
        raise otherwise from None
