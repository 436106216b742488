"""How the dashboard is served: from anywhere, without waiting, without a word about its readers."""

import os
import subprocess
import sys
from pathlib import Path

from websockets.sync.client import connect

from pipelines.catalogue import ROOT

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
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
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
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"CULTUURATLAS_PORT: port {port}: ")
    assert "in use" in ran.stderr


def test_messages_are_compressed_for_who_can_read_them(site: str) -> None:
    address = f"{site.replace('http', 'ws', 1)}/_stcore/stream"
    for asked, answered in (("deflate", True), (None, False)):
        with connect(address, origin=site, subprotocols=["streamlit"], compression=asked, proxy=None) as socket:
            assert ("Sec-WebSocket-Extensions" in socket.response.headers) == answered
