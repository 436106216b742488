"""A real server on the embedded edition and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboard import store
from dashboard.words.text import t
from pipelines.catalogue import ROOT

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-angle=swiftshader",  # WebGL without a graphics card
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # the page around the map without WebGL: half the work of a map, a tenth of that of another page
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
]
START_S = 120
expect.set_options(timeout=30_000)  # how slow the machine is, is not what is tested
# A map file without areas, for what is not about the map: to draw the country takes seconds.
UNDRAWN = """const ask = window.fetch
  window.fetch = (what, how) => /\\/map\\/(nl|en)\\//.test(what.url ?? what)
    ? Promise.resolve(Response.json({ type: 'FeatureCollection', features: [] })) : ask(what, how)"""


def made(page: Page, lang: str = "nl") -> None:
    """Wait for the whole page."""
    foot = page.get_by_text(t("made_by", lang, build=store.build()["id"]))
    expect(foot).to_be_attached()
    expect(
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    ).to_be_attached()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def serve(log: Path, **more: str) -> Iterator[str]:
    """The address of a running dashboard; `more` is for its environment."""
    port = free_port()
    environment = {**os.environ, "CULTUURATLAS_PORT": str(port)}
    with (
        log.open("w") as out,
        subprocess.Popen(
            [sys.executable, "-m", "dashboard"],
            cwd=ROOT,
            env=environment | more,
            stdout=out,
            stderr=out,
        ) as server,
    ):
        address = f"http://127.0.0.1:{port}"
        began = time.monotonic()
        while time.monotonic() - began < START_S and server.poll() is None:
            try:
                if httpx.get(f"{address}/_stcore/health", trust_env=False, timeout=60).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            server.kill()
            pytest.fail(f"the dashboard did not start: {log.read_text()[-2000:]}")
        try:
            yield address
        finally:  # a test that fails inside would wait for it for ever
            server.terminate()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running dashboard."""
    with serve(tmp_path_factory.mktemp("site") / "log.txt") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or another that is installed; in CI there must be one."""
    found = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))),
        None,
    )
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on the PATH")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def profile(chromium: Browser) -> BrowserContext:
    """One desktop profile for all tests: a new one for each costs more than the page in it."""
    return chromium.new_context(
        viewport={"width": 1280, "height": 1400}, locale="nl-NL", accept_downloads=True
    )


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A desktop page, with nothing of the test before it but files that may be kept."""
    page = profile.new_page()
    yield page
    for kept in profile.pages:
        address = urlsplit(kept.url)
        if address.scheme == "http":
            asked = {"origin": f"http://{address.netloc}", "storageTypes": "all"}
            profile.new_cdp_session(kept).send("Storage.clearDataForOrigin", asked)
        kept.close()
    profile.clear_cookies()
    profile.clear_permissions()


@pytest.fixture
def undrawn(page: Page) -> None:
    """No area is drawn on a map of the page."""
    page.add_init_script(UNDRAWN)
