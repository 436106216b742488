"""`make bench`: speed and memory, ours and the naive map side by side in one run, on real parts.

Prints a Markdown table. Ratios hold from machine to machine; absolute figures do not. Needs a
mirror of the open data (see `tests/conftest.py`) for the national part, and Chromium. `make bench
SHORT=1` does everything a few times on the embedded edition, without a mirror: it shows that the
benchmark works, not how fast we are.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import playwright.sync_api
import psutil
from PIL import Image
from playwright.sync_api import Browser, Page

from pipelines.build import edition
from pipelines.catalogue import ROOT
from pipelines.methods import networks
from tests import bench_measures, bench_site
from tests.bench_strain import Session, session, strain
from tests.browser.conftest import FLAGS, free_port
from tests.conftest import serving

OURS, NAIVE = "ours", "naive plotly"
MAPS = {OURS: '[data-testid="stDeckGlJsonChart"]', NAIVE: '[data-testid="stPlotlyChart"]'}
SWITCHES = {
    OURS: ("Koopwoningen", "Gemiddelde woningwaarde", "Kinderen tot 15"),
    NAIVE: ("owner_occupied_share", "home_value", "children_share"),
}
SHORT = bool(os.environ.get("SHORT"))
ROUNDS = 1 if SHORT else 3  # the first time a figure is asked for costs more than the next
# As ours: nothing asked of third parties, and no collector that walks every object after every run.
PLAIN = (
    "--server.headless=true",
    "--browser.serverAddress=localhost",
    "--browser.gatherUsageStats=false",
    "--runner.postScriptGC=false",
)
LIMIT_S = 60
SESSIONS, EVERY_S, LOAD_S = (4, 1.0, 2.0) if SHORT else (50, 2.0, 30.0)
WARM_SWITCHES, MANY_SWITCHES = (3, 10) if SHORT else (100, 500)
MEASURED = (
    (50, "gemeente") if SHORT else (networks.MOST, "buurt")
)  # actors of a network, level of the finder
STRAIN = (3, 2.0, 1) if SHORT else (10, 15.0, 2)  # readers, seconds and rounds, of each kind
VISITS = 1 if SHORT else 5
API_PER_S, API_REQUESTS = 100, 100 if SHORT else 1000
QUESTIONS = {
    "connections": ("bridges", "ring", "partner", "network", "path", "mine"),
    "profile": ("",),
}
AREAS = (
    "BU05990110",
    "BU05991571",
    "GM0363",
    "GM0599",
    "GM0344",
    "BU03440112",
    "BU03630000",
    "BU05180564",
)
# when the graphics card was last told to draw
WATCH = """for (const kind of [WebGLRenderingContext, WebGL2RenderingContext])
  for (const name of ['drawElements', 'drawArrays', 'drawElementsInstanced', 'drawArraysInstanced']) {
    const draw = kind.prototype[name]
    if (draw) kind.prototype[name] = function (...all) {
      window.lastDrawn = performance.now()
      return draw.apply(this, all)
    }
  }"""


def row(*cells: object) -> None:
    """One line of the table."""
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def national(folder: Path) -> Path:
    """Fetch and build the country from the mirror, timed."""
    with serving() as mirror:
        environment = {
            **os.environ,
            "CULTUURATLAS_MIRROR": mirror,
            "CULTUURATLAS_CONTACT": "info@example.org",
        }
        raw, database = str(folder / "raw"), str(folder / "national.duckdb")
        for words in (["fetch", "--raw", raw], ["build", "--raw", raw, "--database", database]):
            began = time.monotonic()
            command = [sys.executable, "-m", "pipelines", *words]
            subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
            row(f"make data: {words[0]}", f"{time.monotonic() - began:.1f} s", "")
    row(
        "make data: peak memory",
        f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB",
        "",
    )
    row("database", f"{Path(database).stat().st_size / 1e6:.1f} MB", "")
    return Path(database)


@contextlib.contextmanager
def server(design: str, port: int, database: Path) -> Iterator[psutil.Process]:
    """A running server of a design; yields its process as soon as it answers."""
    command = [sys.executable, "-m", "dashboard"]
    if design == NAIVE:
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "tests/bench_naive.py",
            "--server.port",
            str(port),
            *PLAIN,
        ]
    environment = {**os.environ, "CULTUURATLAS_PORT": str(port), "PYTHONPATH": str(ROOT)}
    environment["CULTUURATLAS_DATABASE"] = str(database)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while process.poll() is None:
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(
                        f"http://127.0.0.1:{port}/_stcore/health", trust_env=False, timeout=60
                    ).is_success:
                        break
                time.sleep(0.05)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def shot(page: Page, selector: str) -> bytes:
    """A picture of the map; none while it is not there, for a map may be replaced at any moment."""
    with contextlib.suppress(playwright.sync_api.Error):
        return page.locator(selector).first.screenshot(timeout=5_000)
    return b""


def coloured(picture: bytes) -> bool:
    """Whether a picture of a map shows coloured areas."""
    if not picture:
        return False
    image = (
        Image.open(io.BytesIO(picture)).convert("RGB").resize((200, 160), Image.Resampling.NEAREST)
    )
    found = image.getcolors(1 << 20) or []
    return sum(n for n, (r, g, b) in found if max(r, g, b) - min(r, g, b) > 25) > 1_500


def at_rest(page: Page) -> bool:
    """Whether the script has run to its end and nothing on the page waits for it."""
    app = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return app.count() == 1 and not page.locator('[data-stale="true"]').count()


def wait(true: Callable[[], bool]) -> None:
    """Wait until it is true. Raises TimeoutError when that takes too long."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > LIMIT_S:
            raise TimeoutError(f"nothing after {LIMIT_S} s")
        time.sleep(0.05)


class Traffic:
    """Bytes over the wire, by what carried them."""

    def __init__(self, page: Page) -> None:
        self.http = self.socket = 0
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.loadingFinished", self._loaded)
        client.on("Network.webSocketFrameReceived", self._frame)

    def _loaded(self, event: dict[str, float]) -> None:
        self.http += int(event["encodedDataLength"])

    def _frame(self, event: dict[str, dict[str, str]]) -> None:
        self.socket += len(event["response"]["payloadData"]) * 3 // 4  # base64


def cpu(process: psutil.Process) -> float:
    """Seconds of processor time so far."""
    return float(sum(process.cpu_times()[:2]))


def measure(browser: Browser, design: str, level: str, database: Path) -> dict[str, float]:
    """Start a server, open the map cold, switch the indicator, open it again warm."""
    port, selector = free_port(), MAPS[design]
    path = (
        f"explore?indicator=children_share&level={level}" if design == OURS else f"?level={level}"
    )
    began = time.monotonic()
    out: dict[str, float] = {}
    with server(design, port, database) as process:
        context = browser.new_context(viewport={"width": 1280, "height": 1400})
        context.add_init_script(WATCH)
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(f"http://127.0.0.1:{port}/{path}")
        wait(lambda: coloured(shot(page, selector)))
        out["process start to drawn (s)"] = time.monotonic() - began
        page.wait_for_timeout(2_000)
        out["cold: HTTP (MB)"] = traffic.http / 1e6
        out["cold: websocket (MB)"] = traffic.socket / 1e6
        out["server memory, one session (MB)"] = process.memory_info().rss / 1e6
        sizes, cpus, paints = [], [], []
        for word in SWITCHES[design] * ROUNDS:
            before = shot(page, selector)
            size, used = traffic.socket, cpu(process)
            box = page.get_by_role("combobox", name="Indicator")
            box.fill(word)
            start = page.evaluate("performance.now()")
            box.press("Enter")
            page.wait_for_timeout(
                100
            )  # the script has begun; a chart that is being replaced is dimmed, not repainted
            wait(
                lambda old=before: (
                    at_rest(page) and (new := shot(page, selector)) != old and coloured(new)
                )
            )
            paints.append(page.evaluate("window.lastDrawn") - start)
            page.wait_for_timeout(500)
            sizes.append(traffic.socket - size)
            cpus.append(cpu(process) - used)
        out["switch: websocket (kB)"] = statistics.median(sizes) / 1e3
        out["switch: server CPU (ms)"] = statistics.median(cpus) * 1e3
        out["first switch: server CPU (ms)"] = (
            statistics.median(cpus[: len(SWITCHES[design])]) * 1e3
        )
        out["switch: to repaint (ms)"] = statistics.median(paints)
        traffic.http = traffic.socket = 0
        page.reload()
        wait(lambda: at_rest(page) and coloured(shot(page, selector)))
        page.wait_for_timeout(1_000)
        out["warm: HTTP (kB)"] = traffic.http / 1e3
        out["warm: websocket (kB)"] = traffic.socket / 1e3
        context.close()
    return out


def weigh(browser: Browser, database: Path) -> dict[str, float]:
    """Another weight in the finder over all neighbourhoods: what it costs the server and sends to
    the browser.
    """
    port = free_port()
    with server(OURS, port, database) as process:
        page = browser.new_page()
        traffic = Traffic(page)
        page.goto(
            f"http://127.0.0.1:{port}/gaps?ask=find&level=buurt{'&area=GM0599' if SHORT else ''}"
        )
        wait(lambda: at_rest(page) and coloured(shot(page, MAPS[OURS])))
        page.locator("summary").first.click()
        slider = page.get_by_role("slider").first
        sizes, cpus = [], []
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight"):
            size, used = traffic.socket, cpu(process)
            slider.press(key)
            page.wait_for_timeout(300)
            wait(lambda: at_rest(page))
            page.wait_for_timeout(300)
            sizes.append(traffic.socket - size)
            cpus.append(cpu(process) - used)
        page.close()
    return {
        "finder: another weight: websocket (kB)": statistics.median(sizes) / 1e3,
        "finder: another weight: server CPU (ms)": statistics.median(cpus) * 1e3,
    }


async def areas(port: int) -> dict[str, float]:
    """Each question about the connections of an area, of neighbourhoods that nobody asked for
    before.
    """
    out = {}
    for page, asks in QUESTIONS.items():
        for ask in asks:
            async with session(port, f"ask={ask}&area={AREAS[0]}", page) as reader:
                took = []
                for area in AREAS[1:]:
                    reader.query, reader.fragment = f"ask={ask}&area={area}", ""
                    took.append(await reader.run())
            out[f"{page}, {ask}: an area anew, the slowest of {len(took)} (ms)"] = max(took) * 1e3
    return out


async def api(port: int) -> dict[str, float]:
    """A hundred requests a second for the figures of one area, and for those of another area every
    time.
    """
    out = {}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}/api/v1/", trust_env=False, timeout=60
    ) as client:
        codes = [
            a["area"] for a in (await client.get("areas?level=buurt&limit=1000")).json()["data"]
        ]
        for what, asked in (("one area", codes[:1]), ("another area every time", codes)):
            took: list[float] = []

            async def ask(code: str, took: list[float] = took) -> None:
                began = time.perf_counter()
                (await client.get("observations", params={"area": code})).raise_for_status()
                took.append(time.perf_counter() - began)

            began = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for n in range(API_REQUESTS):
                    await asyncio.sleep(max(0.0, began + n / API_PER_S - time.perf_counter()))
                    group.create_task(ask(asked[n % len(asked)]))
            lasted = time.perf_counter() - began
            out[f"API: {what}: requests per second"] = API_REQUESTS / lasted
            out[f"API: {what}: p95 (ms)"] = statistics.quantiles(took, n=20)[-1] * 1e3
    return out


async def load(port: int, process: psutil.Process, query: str) -> dict[str, float]:
    """Many readers who switch every few seconds, then one who switches many times."""
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(session(port, query))
        choices = [o for o in first.box.options if o.startswith("Wie er woont")]
        for choice in choices:
            await first.run(choice)
        alone = process.memory_info().rss
        readers = [first]
        for _ in range(SESSIONS - 1):
            readers.append(await stack.enter_async_context(session(port, query)))
        took: list[float] = []
        used, began = cpu(process), time.monotonic()

        async def read(reader: Session, number: int) -> None:
            await asyncio.sleep(EVERY_S * number / SESSIONS)
            for n in range(int(LOAD_S / EVERY_S)):
                seconds = await reader.run(choices[(n + number) % len(choices)])
                took.append(seconds)
                await asyncio.sleep(max(0.0, EVERY_S - seconds))

        await asyncio.gather(*(read(reader, n) for n, reader in enumerate(readers)))
        out = {
            f"{SESSIONS} sessions: switch at p50 (ms)": statistics.median(took) * 1e3,
            f"{SESSIONS} sessions: switch at p95 (ms)": statistics.quantiles(took, n=20)[-1] * 1e3,
            f"{SESSIONS} sessions: server CPU (% of a core)": 100
            * (cpu(process) - used)
            / (time.monotonic() - began),
            "memory per added session (MB)": (process.memory_info().rss - alone)
            / 1e6
            / (SESSIONS - 1),
        }
    async with session(port, query) as reader:
        for n in range(WARM_SWITCHES):
            await reader.run(choices[n % len(choices)])
        before = process.memory_info().rss
        for n in range(MANY_SWITCHES):
            await reader.run(choices[n % len(choices)])
        out[f"growth over {MANY_SWITCHES} switches (MB)"] = (
            process.memory_info().rss - before
        ) / 1e6
    return out


# what moves while the page comes, as browsers count it
SHIFTS = """window.shifted = 0
  new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) shifted += e.value }))
    .observe({ type: 'layout-shift', buffered: true })"""
FACES = {"start": "", "My area": "profile?area=GM0150", "My area, static": "site/nl/GM0150.html"}
PHONE = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
)


def face(browser: Browser, address: str) -> dict[str, float]:
    """A first visit of a page on a phone: the first picture, what was sent, and what moved."""
    context = browser.new_context(viewport={"width": 390, "height": 780}, user_agent=PHONE)
    context.add_init_script(SHIFTS)
    page = context.new_page()
    sent = {"requests": 0, "bytes": 0.0}
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def came(event: dict[str, Any]) -> None:
        sent["requests"] += 1
        sent["bytes"] += event["encodedDataLength"]

    def told(event: dict[str, Any]) -> None:
        sent["bytes"] += len(event["response"]["payloadData"]) * 3 / 4  # binary, told in base64

    network.on("Network.loadingFinished", came)
    network.on("Network.webSocketFrameReceived", told)
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("svg[role=img]:visible, #first figure:visible").first.wait_for(timeout=60_000)
    first = time.perf_counter() - began
    page.wait_for_timeout(3_000)  # what comes after it
    out = {
        "first picture (s)": first,
        "requests": sent["requests"],
        "sent (kB)": sent["bytes"] / 1e3,
    }
    out["layout shift"] = page.evaluate("shifted")
    context.close()
    return out


def main() -> None:
    """Run everything and print it."""
    found = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))),
        None,
    )
    if not found:
        sys.exit("make bench needs Chromium or Chrome on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        row("what", OURS, NAIVE)
        row("---", "---", "---")
        database = edition.FOLDER if SHORT else national(Path(folder))
        for cells in bench_measures.rows(database, *MEASURED):
            row(*cells)
        if not SHORT:  # the tests write the site of the edition
            for cells in bench_site.rows(database, Path(folder) / "site"):
                row(*cells)
        row(*bench_site.profiles(database, "WK059915" if SHORT else "GM0014"))
        with playwright.sync_api.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=found, args=FLAGS)
            for level, base in (
                ("gemeente", edition.FOLDER),
                *([] if SHORT else [("buurt", database)]),
            ):
                mine, theirs = (measure(browser, design, level, base) for design in (OURS, NAIVE))
                for what, value in mine.items():
                    times = f" ({theirs[what] / value:.1f}×)" if value else ""
                    row(f"{level}: {what}", f"{value:.2f}", f"{theirs[what]:.2f}{times}")
            for what, value in weigh(browser, database).items():
                row(what, f"{value:.2f}", "")
            browser.close()
        port = free_port()
        with server(OURS, port, database):
            with playwright.sync_api.sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=found, args=FLAGS)
                for name, path in FACES.items():
                    seen = [face(browser, f"http://127.0.0.1:{port}/{path}") for _ in range(VISITS)]
                    for what in seen[0]:
                        middle = statistics.median(s[what] for s in seen)
                        row(f"{name}: {what}", f"{middle:.2f}", "")
                browser.close()
            for what, value in (asyncio.run(api(port)) | asyncio.run(areas(port))).items():
                row(what, f"{value:.2f}", "")
            for cells in asyncio.run(strain(port, *STRAIN)):
                row(*cells)
    port = free_port()
    with server(OURS, port, edition.FOLDER) as process:
        for what, value in asyncio.run(load(port, process, "indicator=children_share")).items():
            row(what, f"{value:.2f}", "")


if __name__ == "__main__":
    main()
