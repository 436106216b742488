"""`make bench`: speed and memory, ours and the naive map side by side in one run, on real parts.

Prints a Markdown table. Ratios hold from machine to machine; absolute figures do not. Needs a mirror of the open data
(see `tests/conftest.py`) for the national part, and Chromium.
"""

from __future__ import annotations

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

import httpx
import playwright.sync_api
import psutil
from PIL import Image
from playwright.sync_api import Browser, Page

from pipelines.catalogue import ROOT
from tests.browser.conftest import FLAGS, free_port
from tests.conftest import serving

OURS, NAIVE = "ours", "naive plotly"
SWITCHES = ("Koopwoningen", "Gemiddelde woningwaarde", "Kinderen tot 15")
NAIVE_SWITCHES = ("owner_occupied_share", "home_value", "children_share")
LIMIT_S = 60


def row(*cells: object) -> None:
    """One line of the table."""
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def national(folder: Path) -> Path:
    """Fetch and build the country from the mirror, timed."""
    with serving() as mirror:
        environment = {**os.environ, "CULTUURATLAS_MIRROR": mirror}
        raw, database = str(folder / "raw"), str(folder / "national.duckdb")
        for words in (["fetch", "--raw", raw], ["build", "--raw", raw, "--database", database]):
            began = time.monotonic()
            command = [sys.executable, "-m", "pipelines", *words]
            subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
            row(f"make data: {words[0]}", f"{time.monotonic() - began:.1f} s", "")
    row("make data: peak memory", f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB", "")
    row("database", f"{Path(database).stat().st_size / 1e6:.1f} MB", "")
    return Path(database)


@contextlib.contextmanager
def server(command: list[str], port: int, database: Path | None) -> Iterator[psutil.Process]:
    """A running server; yields its process as soon as it answers."""
    environment = {**os.environ, "CULTUURATLAS_PORT": str(port), "PYTHONPATH": str(ROOT)}
    environment.pop("CULTUURATLAS_DATABASE", None)
    if database:
        environment["CULTUURATLAS_DATABASE"] = str(database)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while process.poll() is None:
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(f"http://127.0.0.1:{port}/_stcore/health", trust_env=False).is_success:
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


def at_rest(page: Page) -> bool:
    """Whether the script has run to its end and nothing on the page waits for it."""
    app = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return app.count() == 1 and not page.locator('[data-stale="true"]').count()


def coloured(picture: bytes) -> bool:
    """Whether a picture of a map shows coloured areas."""
    if not picture:
        return False
    image = Image.open(io.BytesIO(picture)).convert("RGB").resize((200, 160), Image.Resampling.NEAREST)
    found = image.getcolors(1 << 20) or []
    return sum(n for n, (r, g, b) in found if max(r, g, b) - min(r, g, b) > 25) > 1_500


def wait(true: Callable[[], bool]) -> float:
    """Seconds until it is true."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > LIMIT_S:
            return float("inf")
        time.sleep(0.05)
    return time.monotonic() - began


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


def measure(
    browser: Browser,
    command: Callable[[int], list[str]],
    path: str,
    selector: str,
    words: tuple[str, ...],
    database: Path | None,
) -> dict[str, float]:
    """Start a server, open the map, switch the indicator a few times."""
    port = free_port()
    began = time.monotonic()
    out: dict[str, float] = {}
    with server(command(port), port, database) as process:
        page = browser.new_context(viewport={"width": 1280, "height": 1400}).new_page()
        traffic = Traffic(page)
        page.goto(f"http://127.0.0.1:{port}/{path}")
        wait(lambda: coloured(shot(page, selector)))
        out["start to drawn (s)"] = time.monotonic() - began
        page.wait_for_timeout(2_000)
        out["cold HTTP (MB)"] = traffic.http / 1e6
        out["cold websocket (MB)"] = traffic.socket / 1e6
        out["server memory, one session (MB)"] = process.memory_info().rss / 1e6
        sizes, cpus, paints = [], [], []
        for word in words:
            before = shot(page, selector)
            size, cpu = traffic.socket, sum(process.cpu_times()[:2])
            box = page.get_by_role("combobox", name="Indicator")
            box.fill(word)
            start = time.monotonic()
            box.press("Enter")
            page.wait_for_timeout(100)  # the script has begun; a chart that is being replaced is dimmed, not repainted
            wait(lambda old=before: at_rest(page) and (new := shot(page, selector)) != old and coloured(new))
            paints.append(time.monotonic() - start)
            page.wait_for_timeout(1_500)
            sizes.append(traffic.socket - size)
            cpus.append(sum(process.cpu_times()[:2]) - cpu)
        out["switch: websocket (kB)"] = statistics.median(sizes) / 1e3
        out["switch: server CPU (ms)"] = statistics.median(cpus) * 1e3
        out["switch: repaint (s)"] = statistics.median(paints)
        page.context.close()
    return out


def ours(port: int) -> list[str]:
    """The dashboard; it takes its port from the environment."""
    return [sys.executable, "-m", "dashboard"]


def naive(port: int) -> list[str]:
    """The naive map under plain `streamlit run`."""
    return [sys.executable, "-m", "streamlit", "run", "tests/bench_naive.py", "--server.port", str(port)]


def main() -> None:
    """Run everything and print it."""
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if not found:
        sys.exit("make bench needs Chromium or Chrome on the PATH")
    with tempfile.TemporaryDirectory() as folder, playwright.sync_api.sync_playwright() as driver:
        row("what", OURS, NAIVE)
        row("---", "---", "---")
        database = national(Path(folder))
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        for level, base in (("gemeente", None), ("buurt", database)):
            path = f"explore?indicator=children_share&level={level}"
            mine = measure(browser, ours, path, '[data-testid="stDeckGlJsonChart"]', SWITCHES, base)
            path = f"?level={level}"
            theirs = measure(browser, naive, path, '[data-testid="stPlotlyChart"]', NAIVE_SWITCHES, base)
            for what, value in mine.items():
                times = f" ({theirs[what] / value:.1f}×)" if value else ""
                row(f"{level}: {what}", f"{value:.2f}", f"{theirs[what]:.2f}{times}")
        browser.close()


if __name__ == "__main__":
    main()
