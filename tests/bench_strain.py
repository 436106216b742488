"""Readers without a browser, and one among them who misbehaves: how much longer the others wait.

An address of each is named as a proxy would name it, for that is whom the dashboard knows apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

HARM = "198.51.100.1"  # the address of who misbehaves
AT_ONCE = 6  # as many requests as a browser keeps open
MOST = 2  # times as long as without, at most

Harm = Callable[[str, list[str]], Iterator[str]]


def named(who: str) -> dict[str, str]:
    """What a proxy says of a reader."""
    return {"X-Forwarded-For": who} if who else {}


class Session:
    """A reader without a browser: speaks what Streamlit's page speaks, and switches the
    indicator.
    """

    def __init__(self, socket: ClientConnection, query: str, page: str = "explore") -> None:
        self.socket, self.query, self.page = socket, query, page
        self.box: Any = None
        self.fragment = ""

    async def run(self, indicator: str = "") -> float:
        """The page, or a switch to an indicator: seconds until all of it has come."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name, rerun.fragment_id = (
            self.query,
            self.page,
            self.fragment,
        )
        if indicator:
            rerun.widget_states.widgets.append(WidgetState(id=self.box.id, string_value=indicator))
        began = time.monotonic()
        await self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(bytes(await self.socket.recv()))
            kind = answer.WhichOneof("type")
            if (
                kind == "delta"
                and answer.delta.new_element.WhichOneof("type") == "selectbox"
                and not self.box
                and answer.delta.new_element.selectbox.label == "Indicator"
            ):
                self.box, self.fragment = (
                    answer.delta.new_element.selectbox,
                    answer.delta.fragment_id,
                )
            if kind == "script_finished":
                return time.monotonic() - began


@contextlib.asynccontextmanager
async def session(port: int, query: str, page: str = "explore", who: str = "") -> Any:
    """An open session with the page drawn; `who` is the address that a proxy would name."""
    async with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        origin=Origin(f"http://127.0.0.1:{port}"),
        additional_headers=named(who),
    ) as socket:
        opened = Session(socket, query, page)
        await opened.run()
        yield opened


def maps(version: str, areas: list[str]) -> Iterator[str]:
    """The map of another municipality each time."""
    return (f"/map/{lang}/buurt/{area}/{version}.json" for area in areas for lang in ("nl", "en"))


def pages(version: str, areas: list[str]) -> Iterator[str]:
    """Large pages of figures."""
    return (f"/api/v1/observations?limit=1000&municipality={a}&_={version}" for a in areas)


def pictures(version: str, areas: list[str]) -> Iterator[str]:
    """A picture of another area each time."""
    return (f"/v/need.png?area={area}" for area in areas)


def spellings(version: str, areas: list[str]) -> Iterator[str]:
    """Names of files that are not theirs, and pages that are none."""
    return (f"/static/js/{'x/../' * (n % 50)}index.{n}.js" for n in range(100_000))


HARMS: dict[str, Harm] = {
    "maps of other municipalities": maps,
    "large pages of figures": pages,
    "pictures of other areas": pictures,
    "addresses that are none": spellings,
}


async def strain(port: int, readers: int, seconds: float, rounds: int) -> list[tuple[str, ...]]:
    """The p95 of others beside each sort of harm, and without it: in turns, for a machine is never
    as fast twice.
    """
    async with client(port, "203.0.113.250") as asked:
        page = (await asked.get("/explore")).text
        version = next(p for p in page.split('"') if p.startswith("/map/")).split("/")[-1][:-5]
        listed = (await asked.get("/api/v1/areas?level=gemeente&limit=1000")).json()
        areas = [area["area"] for area in listed["data"]]
    out = []
    for name, harm in HARMS.items():
        alone: list[float] = []
        beside: list[float] = []
        paths = itertools.cycle(harm(version, areas))
        for _ in range(rounds):
            alone += await waits(port, readers, seconds)
            async with misbehaving(port, paths) as asked_for:
                beside += await waits(port, readers, seconds)
        before, now = (statistics.quantiles(took, n=20)[-1] * 1e3 for took in (alone, beside))
        asked_all = f"{sum(asked_for.values())} asked, {asked_for[200]} answered"
        label = f"{readers} readers beside one who asks for {name}: p95 (ms)"
        beyond = f"without {before:.0f}: {now / before:.1f}×, at most {MOST}× ({asked_all})"
        out.append((label, f"{now:.0f}", beyond))
    return out


async def waits(port: int, readers: int, seconds: float) -> list[float]:
    """How long each answer took to readers who ask for a page, a figure and a search every
    second.
    """
    took: list[float] = []

    async def read(number: int) -> None:
        who = f"203.0.113.{number + 1}"
        async with client(port, who) as asked, session(port, "", "gaps", who) as page:
            until = time.monotonic() + seconds
            await asyncio.sleep(number / readers)
            while (began := time.monotonic()) < until:
                took.append(await page.run())
                for path in ("/search?q=rott", "/api/v1/observations?area=GM0599&limit=10"):
                    at = time.monotonic()
                    (await asked.get(path)).raise_for_status()
                    took.append(time.monotonic() - at)
                await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))

    await asyncio.gather(*(read(number) for number in range(readers)))
    return took


@contextlib.asynccontextmanager
async def misbehaving(port: int, paths: Iterator[str]) -> AsyncIterator[dict[int, int]]:
    """One visitor who asks without end; how often each status was the answer."""
    seen: dict[int, int] = {200: 0}

    async def ask() -> None:
        async with client(port, HARM) as asked:
            for path in paths:
                status = (await asked.get(path)).status_code
                seen[status] = seen.get(status, 0) + 1

    tasks = [asyncio.create_task(ask()) for _ in range(AT_ONCE)]
    try:
        yield seen
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def client(port: int, who: str) -> httpx.AsyncClient:
    """A reader of files, whose address a proxy names."""
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120, headers=named(who)
    )
