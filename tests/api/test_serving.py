"""How the dashboard is served: from anywhere, without waiting, without a word about its readers."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from websockets.sync.client import connect

from pipelines.catalogue import ROOT
from tests.browser.conftest import free_port, serve

PROBE = """
import os, signal, socket, threading
import httpx, psutil, streamlit
from dashboard import server

listener = server.listening(0)
port = listener.getsockname()[1]

def look():
    for host in ("127.0.0.1", "[::1]") if listener.family == socket.AF_INET6 else ("127.0.0.1",):
        with httpx.Client(base_url=f"http://{host}:{port}", trust_env=False, timeout=60) as client:
            client.get("/api/v1/areas").raise_for_status()
            accepted = [c for c in psutil.Process().net_connections("tcp") if c.laddr.port == port and c.raddr]
            for connection in accepted:
                option = socket.socket(fileno=os.dup(connection.fd)).getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                print("delays" if not option else "no delay")
    print(streamlit.get_option("server.maxUploadSize"), streamlit.get_option("browser.gatherUsageStats"))

def end():
    try:
        look()
    finally:
        os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=end).start()
server.serve(listener)
"""


def test_served_from_another_folder(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROBE]
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    *connections, config = ran.stdout.splitlines()
    assert connections
    assert set(connections) == {"no delay"}
    assert config == "20 False"
    for word in ("Traceback", "GET", "127.0.0.1", "::1"):
        assert word not in ran.stderr


def test_a_port_that_is_taken(site: str) -> None:
    port = site.rsplit(":", 1)[1]
    environment = {**os.environ, "CULTUURATLAS_PORT": port}
    command = [sys.executable, "-m", "dashboard"]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"CULTUURATLAS_PORT: port {port}: ")
    assert "in use" in ran.stderr


def test_messages_are_compressed_for_who_can_read_them(site: str) -> None:
    address = f"{site.replace('http', 'ws', 1)}/_stcore/stream"
    for asked, answered in (("deflate", True), (None, False)):
        with connect(
            address, origin=site, subprotocols=["streamlit"], compression=asked, proxy=None
        ) as socket:
            assert ("Sec-WebSocket-Extensions" in socket.response.headers) == answered


def test_behind_a_proxy_addresses_begin_as_its_own(site: str) -> None:
    sent = {"Host": "atlas.example", "X-Forwarded-Proto": "https"}
    for path in (
        "site/nl/GM0599.html",
        "site/sitemap.xml",
        "site/feed/nl/GM0599.xml",
        "site/catalog.jsonld",
    ):
        response = httpx.get(f"{site}/{path}", headers=sent, trust_env=False, timeout=60)
        assert "https://atlas.example/site/" in response.text
        assert "http://atlas.example" not in response.text
        assert (
            response.headers["cache-control"] == "private, max-age=3600"
        )  # whoever asks may name any host


def test_a_public_address_is_the_same_whatever_a_request_says(
    changed: Path, tmp_path: Path
) -> None:
    given = {"CULTUURATLAS_DATABASE": str(changed), "CULTUURATLAS_URL": "https://atlas.example/"}
    with serve(tmp_path / "log.txt", **given) as address:
        response = httpx.get(
            f"{address}/site/nl/GM0599.html",
            headers={"Host": "evil.example"},
            trust_env=False,
            timeout=60,
        )
        assert 'rel="canonical" href="https://atlas.example/site/nl/GM0599.html"' in response.text
        assert "evil.example" not in response.text
        assert response.headers["cache-control"] == "public, max-age=3600"


def test_a_public_address_that_is_none() -> None:
    environment = {**os.environ, "CULTUURATLAS_URL": "atlas.example"}
    command = [sys.executable, "-m", "dashboard"]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert (
        ran.stderr == "CULTUURATLAS_URL: 'atlas.example' does not begin with https:// or http://\n"
    )


def test_what_a_reader_has_of_one_file_says_nothing_of_another(site: str) -> None:
    page = httpx.get(f"{site}/site/nl/GM0599.html", trust_env=False, timeout=60)
    known = {"If-None-Match": page.headers["etag"]}
    assert (
        httpx.get(
            f"{site}/site/nl/GM0599.html", headers=known, trust_env=False, timeout=60
        ).status_code
        == 304
    )
    for path, status in (
        ("nl/GM9999.html", 404),
        ("y/z.html", 404),
        ("en/GM0599.html", 200),
        ("style.css", 200),
    ):
        assert (
            httpx.get(f"{site}/site/{path}", headers=known, trust_env=False, timeout=60).status_code
            == status
        )
    elsewhere = httpx.get(
        f"{site}/site/nl/GM0599.html",
        headers=known | {"Host": "other.example"},
        trust_env=False,
        timeout=60,
    )
    assert elsewhere.status_code == 200


def test_the_site_is_found_without_its_slash_and_its_lists_at_the_root(site: str) -> None:
    found = httpx.get(f"{site}/site", trust_env=False, timeout=60)
    assert (found.status_code, found.headers["location"]) == (308, "/site/")
    for name in ("robots.txt", "sitemap.xml"):
        root, below = (
            httpx.get(f"{site}/{folder}{name}", trust_env=False, timeout=60)
            for folder in ("", "site/")
        )
        assert root.status_code == 200
        assert root.content == below.content
        assert root.headers["content-type"] == below.headers["content-type"]


def test_who_sends_half_a_request_or_reads_nothing_keeps_no_one_waiting(tmp_path: Path) -> None:
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    impatient = f"""
from dashboard import connection, server
connection.REQUEST_S = server.GRACE_S = 1
server.serve(server.listening({port}))
"""
    with subprocess.Popen(
        [sys.executable, "-c", impatient], env=os.environ, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        try:
            wait_for(f"{at}/health")
            for sent in (
                b"",
                b"GET /health HT",
                b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /hea",
            ):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as half:
                    half.sendall(sent)
                    answer = b"".join(iter(lambda: half.recv(65536), b""))  # until it is closed
                    assert answer.count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\n")
            with socket.socket() as stalled:
                stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                stalled.connect(("127.0.0.1", port))
                stalled.sendall(b"GET /site/tables/area.parquet HTTP/1.1\r\nHost: x\r\n\r\n")
                assert stalled.recv(10) == b"HTTP/1.1 2"
                process.terminate()
                process.wait(10)
        finally:
            process.kill()


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(600):
        try:
            httpx.get(address, trust_env=False, timeout=60)
            return
        except httpx.TransportError:
            time.sleep(0.1)
