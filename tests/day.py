"""`make day`: a day of the dashboard in twenty minutes (MINUTES=5: in five), by hand and not in CI.

Sessions come and go all the time, 25 a minute. Meanwhile two editions are swapped in, a build that
cannot be read is refused and gone back from, a mirror fails, a build without sources is refused, and
the disk fills while the site is published. Prints what was lost, memory, cookies and third parties;
exit code 1 when something was lost, asked of a third party, or kept in a cookie that the app does
not need.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import httpx
import playwright.async_api
import psutil

from pipelines.build import kept
from pipelines.catalogue import ROOT
from tests.bench import FLAGS, OURS, server, session
from tests.browser.conftest import free_port
from tests.conftest import as_file

MINUTES = float(os.environ.get("MINUTES") or 20)
SESSIONS = round(25 * MINUTES)
NEEDED = {"_streamlit_xsrf"}  # the one cookie: against forged uploads
PAGES = ("explore", "profile", "gaps", "connections", "reach")
PATHS = (
    "/explore?area={}",
    "/site/nl/{}.html",
    "/api/v1/observations?area={}&limit=100",
    "/search?q={}",
    "/health",
)
FULL = 20_000  # bytes of a file, on a disk that is full


class Day:
    """What was seen: requests by outcome, memory over time, and what happened."""

    def __init__(self, at: str, process: psutil.Process, target: Path) -> None:
        self.at, self.process, self.target = at, process, target
        self.answers: Counter[str] = Counter()
        self.lost: list[str] = []
        self.cookies: set[str] = set()
        self.hosts: set[str] = set()
        self.memory: list[float] = []
        self.events: list[str] = []

    def note(self, text: str, right: bool) -> None:
        """Something that happened, and whether it went as it should."""
        self.events.append(f"{'as it should' if right else 'WRONG'}: {text}")
        print(f"{time.strftime('%H:%M:%S')} {self.events[-1]}", flush=True)

    def megabytes(self) -> float:
        """The memory of the server."""
        return float(self.process.memory_info().rss) / 1e6


async def visit(day: Day, client: httpx.AsyncClient, port: int, codes: list[str]) -> None:
    """One session: a page that is switched some times, and other addresses meanwhile."""
    code = random.choice(codes)
    try:
        async with session(port, f"area={code}", random.choice(PAGES)) as reader:
            for _ in range(random.randint(1, 4)):
                path = random.choice(PATHS).format(code)
                answer = await client.get(path)
                day.cookies |= {*answer.cookies}
                day.answers[f"{answer.status_code}"] += 1
                if not answer.is_success and path != "/health":
                    day.lost.append(f"{path}: {answer.status_code}")
                await asyncio.sleep(random.uniform(1, 6))
                reader.query, reader.fragment = f"area={random.choice(codes)}", ""
                await reader.run()
                day.answers["switch"] += 1
    except Exception as e:
        day.lost.append(f"{type(e).__name__}: {e}")


def command(
    *arguments: str, room: int | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """One of our commands, with room for so many bytes a file."""
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room)) if room else None
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env={**os.environ, **more}, preexec_fn=limit,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def build(target: Path, original: Path, name: str) -> None:
    """A new edition in the place of the one that is served."""
    new = Path(shutil.copy(original, target.with_name("new.duckdb")))
    with duckdb.connect(str(new)) as con:
        con.execute("UPDATE build SET id = ?", [name * 12])
    kept.swap(new, target, 3)


@contextlib.contextmanager
def failing() -> Iterator[str]:
    """A mirror that is out of order."""

    class Fails(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fails) as mirror:
        threading.Thread(target=mirror.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{mirror.server_port}"
        mirror.shutdown()


def health(day: Day) -> dict[str, object]:
    return dict(httpx.get(f"{day.at}/health", trust_env=False, timeout=60).json())


def swapped(day: Day, original: Path, name: str) -> None:
    build(day.target, original, name)
    day.note(f"edition {name * 12} swapped in", health(day)["edition"] == name * 12)


def broken(day: Day) -> None:
    before = health(day)["edition"]
    half = day.target.with_name("half")
    half.write_bytes(day.target.read_bytes()[:1_000_000])
    half.replace(day.target)
    now = health(day)
    day.note(
        f"half a build refused: {now['reason']}", not now["ready"] and now["edition"] == before
    )
    done = command("pipelines", "rollback", "--database", str(day.target))
    now = health(day)
    day.note(
        f"rollback: {done.stdout.splitlines()[0]}", done.returncode == 0 and bool(now["ready"])
    )


def unfetched(day: Day) -> None:
    raw = str(day.target.with_name("raw"))
    with failing() as mirror:
        done = command(
            "pipelines",
            "fetch",
            "cbs_regions",
            "--raw",
            raw,
            "--attempts",
            "2",
            "--wait",
            "0.1",
            CULTUURATLAS_MIRROR=mirror,
        )
    day.note(f"a mirror that fails: {done.stderr.splitlines()[-1]}", done.returncode == 1)
    done = command("pipelines", "build", "--raw", raw, "--database", str(day.target))
    ready = bool(health(day)["ready"])
    day.note(
        f"a build without sources refused: {done.stderr.splitlines()[-1]}",
        done.returncode == 1 and ready,
    )


def full(day: Day) -> None:
    site = day.target.with_name("site")
    more = {"CULTUURATLAS_DATABASE": str(day.target)}
    done = command("dashboard.publish", "--to", str(site), "--jobs", "1", room=FULL, **more)
    day.note(
        f"a full disk: {done.stderr.splitlines()[-1]}", done.returncode == 1 and not site.exists()
    )


async def looked(day: Day, driver: playwright.async_api.Playwright, codes: list[str]) -> None:
    """A real browser: which hosts it asks, and which cookies it is given."""
    browser = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    context = await browser.new_context()
    context.on("request", lambda request: day.hosts.add(urlsplit(request.url).netloc))
    page = await context.new_page()
    for path in ("", *PAGES, "data"):
        await page.goto(f"{day.at}/{path}?area={random.choice(codes)}", timeout=120_000)
        await page.wait_for_timeout(4_000)
    day.cookies |= {str(cookie.get("name")) for cookie in await context.cookies()}
    await browser.close()


async def lived(day: Day, port: int, original: Path, codes: list[str]) -> None:
    """The whole day."""
    lasts = MINUTES * 60
    events = [(0.15, swapped, (original, "b")), (0.35, broken, ()), (0.5, unfetched, ()),
              (0.65, full, ()), (0.8, swapped, (original, "c"))]  # fmt: skip
    began = time.monotonic()

    async def happen() -> None:
        for moment, event, seconds in events:
            await asyncio.sleep(max(0.0, began + moment * lasts - time.monotonic()))
            await asyncio.to_thread(event, day, *seconds)  # type: ignore[operator]

    async def watch() -> None:
        while True:
            day.memory.append(day.megabytes())
            await asyncio.sleep(5)

    async with (
        playwright.async_api.async_playwright() as driver,
        httpx.AsyncClient(base_url=day.at, trust_env=False, timeout=120) as client,
        asyncio.TaskGroup() as group,
    ):
        watching = group.create_task(watch())
        visits = []
        others = [group.create_task(happen()), group.create_task(looked(day, driver, codes))]
        for n in range(SESSIONS):
            await asyncio.sleep(max(0.0, began + n * lasts / SESSIONS - time.monotonic()))
            client.cookies.clear()
            visits.append(group.create_task(visit(day, client, port, codes)))
        await asyncio.gather(*visits, *others)
        await asyncio.sleep(130)  # Streamlit keeps a session for two minutes for who comes back
        day.memory.append(day.megabytes())
        watching.cancel()


def main() -> None:
    """Live the day and print what it was."""
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / "original.duckdb"
        with as_file(original, "true") as con:
            codes = [
                c
                for (c,) in con.sql(
                    "SELECT code FROM area USING SAMPLE 400 (reservoir, 1)"
                ).fetchall()
            ]
        target = Path(folder) / "x.duckdb"
        build(target, original, "a")
        port = free_port()
        with server(OURS, port, target) as process:
            day = Day(f"http://127.0.0.1:{port}", process, target)
            asyncio.run(lived(day, port, original, codes))
    thirds = day.hosts - {urlsplit(day.at).netloc, ""}
    early = day.memory[len(day.memory) // 4]
    print(
        f"{SESSIONS} sessions in {MINUTES:.0f} minutes; {sum(day.answers.values()):,} answers: {dict(day.answers)}"
    )
    print(f"lost: {len(day.lost)} {Counter(day.lost).most_common(5) if day.lost else ''}")
    print(
        f"memory (MB): {early:.0f} after a quarter, {max(day.memory):.0f} at most, {day.memory[-1]:.0f} at the end"
    )
    print(
        f"cookies: {', '.join(sorted(day.cookies)) or 'none'}; third parties: {', '.join(sorted(thirds)) or 'none'}"
    )
    wrong = [event for event in day.events if event.startswith("WRONG")]
    sys.exit(bool(day.lost or thirds or day.cookies - NEEDED or wrong))


if __name__ == "__main__":
    main()
