"""What who runs the dashboard asks of it: health, counters, the log, and addresses that are none."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from dashboard import address, health, middleware
from dashboard.words.text import t
from pipelines.catalogue import ROOT
from tests.browser.conftest import serve

OLDEST_DAYS = "3"
LIMITS = {"READER_RATE": "2", "READER_SESSIONS": "2", "UPLOADS": "50"}


@pytest.fixture(scope="module")
def own(
    changed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Path, httpx.Client]]:
    """The file and log of a dashboard that a test may harm, and a reader of it."""
    folder = tmp_path_factory.mktemp("operations")
    file = Path(shutil.copy(changed, folder / "served.duckdb"))
    more = {"OLDEST": OLDEST_DAYS, "CONTACT": "atlas@example.org", **LIMITS, "DATABASE": str(file)}
    with (
        serve(folder / "log.txt", **{f"CULTUURATLAS_{k}": v for k, v in more.items()}) as at,
        httpx.Client(base_url=at, trust_env=False, timeout=60) as client,
    ):
        yield file, folder / "log.txt", client


def replaced(file: Path, original: Path, built_at: str) -> None:
    """Put a build of that time in the place of the one that is served."""
    new = Path(shutil.copy(original, file.with_name("new.duckdb")))
    with duckdb.connect(str(new)) as con:
        con.execute("UPDATE build SET built_at = ?", [built_at])
    new.replace(file)


def test_health_says_what_is_served_and_when_that_is_not_as_it_should_be(
    own: tuple[Path, Path, httpx.Client], changed: Path
) -> None:
    file, _, client = own
    replaced(file, changed, "2020-01-01T00:00:00+00:00")
    old = client.get("/health")
    assert old.status_code == 503
    assert old.json()["reason"].endswith(f"days old, more than {OLDEST_DAYS}")
    assert old.headers["cache-control"] == "no-store"
    replaced(file, changed, "2100-01-01T00:00:00+00:00")
    well = client.get("/health")
    assert well.status_code == 200
    health_answer = well.json()
    assert (health_answer["ready"], health_answer["reason"], health_answer["served"]) == (
        True,
        None,
        "national",
    )
    assert (health_answer["mirror"], health_answer["version"]) == (True, health.version())
    assert health_answer["edition"] == client.get("/api/v1").json()["edition"]
    for harm in (lambda: file.unlink(), lambda: file.write_bytes(b"cut short")):
        harm()
        ill = client.get("/health")
        assert ill.status_code == 503
        assert "served.duckdb" in ill.json()["reason"]
        assert str(file.parent) not in ill.text
        assert (
            client.get("/api/v1/areas?limit=1").json()["count"] > 0
        )  # the one before it still serves
    replaced(file, changed, "2100-01-01T00:00:00+00:00")
    assert client.get("/health").status_code == 200


def test_a_file_that_is_written_to_under_the_server_gives_no_wrong_answer(
    own: tuple[Path, Path, httpx.Client], changed: Path
) -> None:
    file, _, client = own
    replaced(file, changed, "2100-01-01T00:00:00+00:00")
    assert client.get("/api/v1/areas?limit=1").json()["count"] > 0
    for harm in (
        lambda: os.truncate(file, 1_000_000),
        lambda: file.write_bytes(b"nothing of ours"),
    ):
        harm()
        for path in (
            "/api/v1/observations?area=GM0599",
            "/explore",
            "/site/nl/GM0599.html",
            "/v/explore.svg",
        ):
            answer = client.get(path)
            assert answer.status_code == 200 or "retry-after" in answer.headers
            assert str(file.parent) not in answer.text
            assert '"count":0' not in answer.text
        assert client.get("/health").status_code == 503
    shutil.copyfile(changed, file)  # in its place, as cp does
    assert client.get("/api/v1").json()["edition"] == client.get("/health").json()["edition"]
    replaced(file, changed, "2100-01-01T00:00:00+00:00")
    assert client.get("/health").status_code == 200


def test_without_what_it_was_told_to_serve_it_is_not_well(tmp_path: Path) -> None:
    with serve(tmp_path / "log.txt", CULTUURATLAS_DATABASE=str(tmp_path / "gone.duckdb")) as at:
        ill = httpx.get(f"{at}/health", trust_env=False, timeout=60)
        assert (ill.status_code, ill.json()["served"]) == (503, "embedded")
        assert "gone.duckdb" in ill.json()["reason"]
        assert str(tmp_path) not in ill.text


def test_the_counters_know_requests_and_editions_and_no_persons(
    own: tuple[Path, Path, httpx.Client],
) -> None:
    client = own[2]
    client.get("/api/v1/areas?area=GM0599", headers={"User-Agent": "somebody"})
    text = client.get("/metrics").text
    for name in (
        'cultuuratlas_requests_total{room="api",status="2xx"}',
        'cultuuratlas_request_seconds_bucket{le="0.1",room="api"}',
        "cultuuratlas_sessions 0.0",
        "process_resident_memory_bytes",
        'cultuuratlas_edition{id="',
        "cultuuratlas_edition_age_days",
    ):
        assert name in text
    assert not any(word in text for word in ("GM0599", "somebody", "127.0.0.1"))
    assert client.get("/_stcore/metrics").status_code == 404


def test_the_log_is_json_and_names_neither_readers_nor_questions(
    own: tuple[Path, Path, httpx.Client],
) -> None:
    _, log, client = own
    asked = client.get("/api/v1/areas?area=GM0599", headers={"X-Forwarded-For": "192.0.2.7"})
    client.get("/health")  # by then the line of the one before is written
    first, *lines = log.read_text().splitlines()
    assert first.startswith("Cultuuratlas: http://localhost:")
    of_request = [
        line
        for line in map(json.loads, lines)
        if line.get("request") == asked.headers["x-request-id"]
    ]
    assert [(line["room"], line["status"], line["level"]) for line in of_request] == [
        ("api", 200, "info")
    ]
    assert not any(word in "".join(lines) for word in ("GM0599", "192.0.2.7", "127.0.0.1", "httpx"))


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/healthz", "/explore/more", "/_stcore/nothing", "/_stcore/upload_file/a", "/wp-login.php",
     "/static/js/none.js", "/static/", "/map/none"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(own: tuple[Path, Path, httpx.Client], path: str) -> None:
    assert own[2].get(path).status_code == 404


def test_a_file_of_streamlit_has_one_name(own: tuple[Path, Path, httpx.Client]) -> None:
    client = own[2]
    name = next(n for n in address.STREAMLIT if n.endswith(".js"))
    whole = client.get(name)
    assert (whole.status_code, whole.headers["content-encoding"]) == (200, "gzip")
    assert whole.content == address.STREAMLIT[name].read_bytes()
    folder, _, last = name.rpartition("/")
    for other in (
        f"{folder}//{last}",
        f"{folder}/%2e/{last}",
        f"{folder}/x/%2e%2e/{last}",
        f"{name}/",
    ):
        assert client.get(other).status_code == 404


def test_a_file_is_compressed_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(scope: object, receive: object, send: object) -> None:
        raise AssertionError("passed on")

    packed: list[str] = []
    gzipped = middleware._gzipped
    monkeypatch.setattr(middleware, "_gzipped", lambda path: packed.append(path) or gzipped(path))
    name = next(n for n in address.STREAMLIT if n.endswith(".js"))

    async def asked() -> set[int]:
        through = httpx.ASGITransport(middleware.Compressed(never))
        async with httpx.AsyncClient(transport=through, base_url="http://atlas") as client:
            answers = await asyncio.gather(*(client.get(name) for _ in range(6)))
        return {len(a.content) for a in answers}

    assert asyncio.run(asked()) == {address.STREAMLIT[name].stat().st_size}
    assert packed == [name]


def test_a_map_is_of_the_country_or_a_municipality(own: tuple[Path, Path, httpx.Client]) -> None:
    client = own[2]
    page = client.get("/explore?area=GM0599&indicator=lonely_share&level=buurt").text
    path = next(part for part in page.split('"') if part.startswith("/map/"))
    assert client.get(path).status_code == 200
    for other in ("BU05990110", "WK059915", "NL", "GM0599/"):
        assert client.get(path.replace("GM0599", other)).status_code == 404
    assert client.get(path.replace("/buurt/", "/gemeente/")).status_code == 404


def test_what_others_look_for_by_themselves(own: tuple[Path, Path, httpx.Client]) -> None:
    client = own[2]
    icon = client.get("/favicon.ico")
    assert (icon.headers["content-type"], icon.content[:4]) == ("image/png", b"\x89PNG")
    security = client.get("/.well-known/security.txt")
    assert security.text.startswith("Contact: mailto:atlas@example.org\nExpires: ")
    here = str(client.base_url).rstrip("/")
    assert client.get("/robots.txt").text.endswith(f"Sitemap: {here}/site/sitemap.xml\n")


def test_headers_are_as_narrow_as_what_is_served(own: tuple[Path, Path, httpx.Client]) -> None:
    client = own[2]
    for path in (
        "/site/nl/GM0599.html",
        "/api/v1",
        "/search?q=a",
        "/health",
        "/nothing",
        "/favicon.ico",
    ):
        policy = client.get(path).headers["content-security-policy"]
        assert "script-src 'none'" in policy
        assert "connect-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe-inline" not in policy
    picture = client.get("/v/need.svg?area=GM0599").headers["content-security-policy"]
    assert picture.startswith("default-src 'none'")
    assert "unsafe-inline" not in picture
    page = client.get("/explore").headers["content-security-policy"]
    assert "ws:" not in page
    assert page.endswith(middleware.UNFRAMED)
    shown = client.get("/explore?embed=true").headers["content-security-policy"]
    assert "frame-ancestors" not in shown
    secure = {"X-Forwarded-Proto": "https"}
    assert "strict-transport-security" not in client.get("/api/v1").headers
    assert (
        client.get("/api/v1", headers=secure).headers["strict-transport-security"]
        == middleware.HSTS
    )
    assert client.get("/_stcore/host-config").json()["allowedOrigins"] == []


def test_the_version_is_that_of_the_project() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "dashboard", "--version"], cwd=ROOT, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.stdout == f"cultuuratlas {health.version()}\n"


def test_an_address_that_is_none_is_said_in_the_language_of_the_reader(
    own: tuple[Path, Path, httpx.Client],
) -> None:
    for lang in ("nl", "en"):
        assert t("site_absent", lang) in own[2].get(f"/a/b?lang={lang}").text


def test_who_asks_too_much_is_told_when_to_ask_again_and_nobody_else_is(
    own: tuple[Path, Path, httpx.Client],
) -> None:
    client, same = own[2], {"X-Forwarded-For": "192.0.2.1"}

    def asked() -> httpx.Response:
        return client.get("/search?q=a&lang=en", headers=same)

    assert {asked().status_code for _ in range(int(LIMITS["READER_RATE"]))} == {200}
    answer = asked()
    assert (answer.status_code, answer.text) == (429, t("reader_rate", "en"))
    assert int(answer.headers["retry-after"]) > 0
    assert client.get("/api/v1", headers=same).json()["error"] == t("reader_rate", "en")
    assert client.get("/explore", headers=same).text == t("reader_rate", "nl")
    assert client.get("/health", headers=same).status_code == 200
    other = {"X-Forwarded-For": "192.0.2.2"}
    assert client.get("/search?q=a", headers=other).status_code == 200
    stream = partial(
        connect,
        f"{str(client.base_url).replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers=other,
        proxy=None,
    )
    with stream(), stream(), pytest.raises(InvalidStatus), stream():
        pass
    with stream():
        pass


@contextmanager
def opened(client: httpx.Client, page: str, query: str = "") -> Iterator[str]:
    """The session of a reader who has a page open, without a browser."""
    at = f"{str(client.base_url).replace('http', 'ws', 1)}/_stcore/stream"
    with connect(at, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as stream:
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.query_string = page, query
        stream.send(message.SerializeToString())
        session = ""
        while True:
            heard = ForwardMsg()
            heard.ParseFromString(bytes(stream.recv()))
            if heard.WhichOneof("type") == "new_session":
                session = heard.new_session.initialize.session_id
            if heard.WhichOneof("type") == "script_finished":
                break
        yield session


def test_files_are_taken_only_where_a_page_asks_for_them_and_so_many(
    own: tuple[Path, Path, httpx.Client],
) -> None:
    client = own[2]
    client.get("/_stcore/health")
    token = {"X-Xsrftoken": client.cookies["_streamlit_xsrf"]}

    def put(session: str, n: int, size: int = 15_000_000) -> httpx.Response:
        path = f"/_stcore/upload_file/{session}/{n}?lang=en"
        return client.put(path, files={"file": ("own.csv", b"0" * size)}, headers=token)

    with opened(client, "gaps") as session:
        refused = put(session, 1, 10)
        assert (refused.status_code, refused.text) == (403, t("upload_nowhere", "en"))
    with (
        opened(client, "connections", "ask=network&area=BU05991571") as session,
        opened(client, "connections", "ask=network&area=BU05991571") as other,
    ):
        assert [put(session, n).status_code for n in range(2)] == [204, 204]
        refused = put(session, 3)
        assert (refused.status_code, refused.text) == (413, t("upload_session", "en"))
        assert put(other, 1).status_code == 204
        refused = put(other, 2)
        assert (refused.status_code, refused.text) == (503, t("upload_full", "en"))
        assert int(refused.headers["retry-after"]) > 0
