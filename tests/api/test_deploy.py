"""What stands in `deploy/`, run here: nginx with TLS and Caddy in front of the dashboard, the steps of the serving
image in a bare folder, the units of systemd.
"""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from pipelines.catalogue import ROOT
from tests.browser.conftest import free_port, serve

DEPLOY = ROOT / "deploy"


def program(name: str) -> str:
    """Where a program of Debian's is."""
    where = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not where:
        pytest.skip(f"no {name} on this machine")
    return where


@contextmanager
def running(command: list[str], at: str, **more: str) -> Iterator[httpx.Client]:
    """A reader of a server that runs as long as it is needed."""
    with (
        subprocess.Popen(
            command, env={**os.environ, **more}, stderr=subprocess.PIPE, text=True
        ) as process,
        httpx.Client(base_url=at, trust_env=False, timeout=60, verify=False) as client,
    ):
        try:
            for _ in range(100):
                try:
                    client.get("/robots.txt")
                    break
                except httpx.TransportError:
                    assert process.poll() is None, process.stderr and process.stderr.read()
                    time.sleep(0.1)
            yield client
        finally:
            process.terminate()


def seen_through(client: httpx.Client) -> None:
    """A reader behind a proxy gets pages, figures and the stream of a page, and no counters."""
    base = client.base_url
    at, origin = str(base).rstrip("/"), f"{base.scheme}://{base.netloc.decode()}"
    assert client.get("/explore").status_code == 200
    assert client.get("/api/v1/areas?area=GM0599").json()["count"] == 1
    assert f"{at}/site/" in client.get("/site/nl/GM0599.html").text  # its own address, TLS and all
    assert client.get("/health").json()["ready"]
    assert client.get("/metrics").status_code == 404
    assert client.get("/nothing").status_code == 404
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    with connect(
        f"{at.replace('http', 'ws', 1)}/_stcore/stream", origin=origin, subprotocols=["streamlit"], proxy=None,
        ssl=trust if at.startswith("https") else None,
    ) as stream:  # fmt: skip
        assert stream.subprotocol == "streamlit"


def test_nginx_with_tls(site: str, tmp_path: Path) -> None:
    nginx, openssl, port = program("nginx"), program("openssl"), free_port()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    new = ["req", "-x509", *curve, "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run(
        [openssl, *new, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    ours = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for pattern, here in (
        (r"listen 443", f"listen {port}"),
        (r"(?<=ssl_certificate )[^;]+", str(certificate)),
        (r"(?<=ssl_certificate_key )[^;]+", str(key)),
        (r"127\.0\.0\.1:8501", site.removeprefix("http://")),
    ):
        ours, changed = re.subn(pattern, here, ours)
        assert changed == 1
    kept = "".join(
        f"{of}_temp_path {tmp_path}/{of};"
        for of in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; events {{}} http {{ {kept} {ours} }}", encoding="utf-8"
    )
    command = [nginx, "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    with running(command, f"https://127.0.0.1:{port}") as client:
        seen_through(client)
        assert "strict-transport-security" in client.get("/explore").headers


def test_caddy_and_a_path_before_every_address(changed: Path, tmp_path: Path) -> None:
    port = free_port()
    host = f"http://127.0.0.1:{port}"  # without TLS, for which Caddy would ask a third party
    at = f"{host}/atlas"
    command = [
        program("caddy"),
        "run",
        "--config",
        str(DEPLOY / "Caddyfile"),
        "--adapter",
        "caddyfile",
    ]
    settings = {"CULTUURATLAS_URL": at, "CULTUURATLAS_DATABASE": str(changed)}
    with (
        serve(tmp_path / "log.txt", **settings) as app,
        running(
            command, at, ATLAS_HOST=host, ATLAS_APP=app.removeprefix("http://"), HOME=str(tmp_path)
        ) as client,
    ):
        seen_through(client)
        asked = client.get("/start?area=GM0599")  # moved, and still below the path
        assert asked.headers["location"] == "/atlas/?area=GM0599"
        assert client.get("/v/money?area=GM0599").headers["location"].startswith("/atlas/")
        assert "'/atlas/'" in client.get("/explore").text  # where Streamlit's own code asks
        assert httpx.get(f"{host}/atlas", trust_env=False).headers["location"] == "/atlas/"
        assert client.get("/api/v1").json()["openapi"] == "/atlas/api/v1/openapi.json"
        seen = client.get("/api", headers={"Accept": "text/html,*/*"}, follow_redirects=False)
        assert seen.headers["location"] == "/atlas/site/nl/api.html"
        assert f'value="{at}/api/v1/' in client.get("/site/nl/api.html").text


def test_the_image_holds_all_that_serving_needs_and_little_else(tmp_path: Path) -> None:
    """The steps of the last stage of the Containerfile, in a bare folder, with the packages of the lock file only."""
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M)
    steps = (DEPLOY / "Containerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    for *sources, to in (
        line.split()[1:] for line in steps.splitlines() if line.startswith("COPY ")
    ):
        if sources[0].startswith("--from"):
            continue
        for source in sources:
            there = ROOT / source
            goal = tmp_path / (source if to == "./" else to)
            goal.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if there.is_dir() else shutil.copy)(there, goal)
    # what is not locked for serving cannot be imported, as in the image
    look = f"""
import importlib, importlib.metadata, pathlib, re, sys
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
locked = {{plain(name) for name in {locked!r}}}
owners = importlib.metadata.packages_distributions()
class Bare:
    def find_spec(name, path=None, target=None):
        if path is None and name in owners and not locked & {{plain(o) for o in owners[name]}}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Bare)
for file in pathlib.Path("dashboard").rglob("*.py"):
    if file.stem not in ("__init__", "__main__"):
        importlib.import_module(".".join(file.with_suffix("").parts))
from streamlit.testing.v1 import AppTest
print(AppTest.from_file(pathlib.Path("dashboard/app.py").resolve(), default_timeout=60).run().exception)
"""
    ran = subprocess.run(
        [sys.executable, "-B", "-c", look], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={k: v for k, v in os.environ.items() if not k.startswith("CULTUURATLAS_")},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, "ElementList()\n"), ran.stderr[-2000:]


def test_the_units_are_well_formed() -> None:
    analyze = program("systemd-analyze")
    units = sorted(map(str, [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]))
    assert len(units) == 3
    warnings = subprocess.run([analyze, "verify", *units], capture_output=True, text=True).stderr
    faults = [
        line
        for line in warnings.splitlines()
        if "cultuuratlas" in line and "not executable" not in line
    ]  # the program is not installed here
    assert faults == []


@pytest.fixture(scope="module", autouse=True)
def stopping() -> Iterator[Future[int]]:
    """The exit code of a dashboard that is told to stop while somebody reads nothing. It takes its ten
    seconds while the other tests of this file run.
    """
    port = free_port()
    with (
        ThreadPoolExecutor(1) as aside,
        subprocess.Popen(
            [sys.executable, "-m", "dashboard"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "CULTUURATLAS_PORT": str(port)},
        ) as process,
        socket.socket() as stalled,
    ):  # fmt: skip

        def stop() -> int:
            assert process.stdout
            assert process.stdout.readline().startswith(b"Cultuuratlas:")
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stalled.connect(("127.0.0.1", port))
            # so many that they fill what lies between us, and one of them gets no further
            asked = b"GET /site/tables/area.parquet HTTP/1.1\r\nHost: x\r\n\r\n"
            stalled.sendall(asked * 20)
            stalled.recv(1)
            time.sleep(2)
            process.terminate()
            return process.wait(timeout=60)

        try:
            yield aside.submit(stop)
        finally:
            process.kill()


def test_told_to_stop_it_does_not_wait_for_ever_for_who_reads_nothing(
    stopping: Future[int],
) -> None:
    assert stopping.result(timeout=120) in (0, -signal.SIGTERM)
