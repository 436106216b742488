"""What no publisher should do and some do: bodies that drip, burst or never end; and two runs at once."""

import gzip
import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from pipelines import PipelineError, catalogue, locked, smoke, source
from pipelines.source import Get, Http, SourceError
from tests.unit.test_source import Answer, Server, getter, good, keep, reply, server

__all__ = ["server"]  # the fixture


def dripping(part: bytes, head: bytes = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n") -> Answer:
    """A piece every tenth of a second, as long as somebody listens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        for _ in range(100):
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(0.1)

    return answer


@pytest.mark.parametrize(
    "answer", [dripping(b" "), dripping(b"x", b"HTTP/1.0 200 OK\r\nX-Slow: ")], ids=["body", "headers"]
)
def test_an_answer_that_drips_ends_at_the_deadline(server: Server, tmp_path: Path, answer: Answer) -> None:
    server.answers["/a"] = [answer]
    get = getter(tmp_path, Http(attempts=3, wait=0, pause=0, timeout=5, most_seconds=0.5))
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"/a: not complete after 0 seconds; .*--most-seconds"):
        get("a", f"{server.url}/a")
    assert time.monotonic() - began < 4
    assert len(server.seen) == 1  # asked once: another try would drip as well


@pytest.mark.parametrize("packed", [True, False])
def test_a_body_beyond_the_cap_is_refused_before_it_is_whole(server: Server, tmp_path: Path, packed: bool) -> None:
    body = b"0" * 40_000_000
    headers = {"Content_Encoding": "gzip"} if packed else {}
    server.answers["/a"] = [reply(gzip.compress(body, 1) if packed else body, **headers)]
    get = getter(tmp_path, Http(attempts=1, pause=0, most_bytes=1_000_000))
    with pytest.raises(SourceError, match="more than 1 MB; --most-mb allows more"):
        get("a", f"{server.url}/a")
    assert not (get.part / "a.json").exists()


def test_a_large_file_stays_on_disk_and_is_a_path(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [reply(b"pbf" * 1000, kind="application/octet-stream")]
    get = getter(tmp_path)
    path = get("a", f"{server.url}/a", file=True)
    assert path.read_bytes() == b"pbf" * 1000
    keep(get)
    assert source.load_payloads(get.good) == {"a": get.good / "a"}
    assert getter(tmp_path)("a", f"{server.url}/a", file=True).read_bytes() == path.with_name("a").read_bytes()
    assert len(server.seen) == 1
    server.answers["/b"] = [reply(b"<html><title>Storing</title>", kind="text/html")]
    with pytest.raises(SourceError, match="a web page came instead of data"):
        getter(tmp_path)("b", f"{server.url}/b", file=True)


def test_pages_without_end_stop(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_REQUESTS", 5)
    server.answers["/a"] = [good()]
    get = getter(tmp_path)
    for page in range(5):
        get(f"a/{page}", f"{server.url}/a", params={"page": page})
    with pytest.raises(SourceError, match="more than 5 requests: its pages seem to have no end"):
        get("a/5", f"{server.url}/a", params={"page": 5})
    assert len(server.seen) == 5


def test_a_page_whose_link_leads_nowhere_is_asked_again(server: Server, tmp_path: Path) -> None:
    server.answers = {"/1": [good({"next": "/gone"}), good({"next": "/2"})], "/2": [good("end")]}
    server.answers["/gone"] = [reply(b"", 404)]

    def pages(get: Get) -> str:
        link = get("a/0", f"{server.url}/1")["value"]["next"]
        return str(get("a/1", f"{server.url}{link}", linked_from="a/0")["value"])

    with pytest.raises(SourceError, match="/gone: HTTP 404"):
        pages(getter(tmp_path))
    assert pages(getter(tmp_path)) == "end"


@pytest.mark.parametrize("damage", ["{", '{"a": {"url": "x"}}', "[]", '{"a": 1}'])
def test_a_damaged_manifest_is_ours_and_refresh_gets_over_it(server: Server, tmp_path: Path, damage: str) -> None:
    server.answers["/a"] = [good(5.1)]
    keep_ = getter(tmp_path)
    keep_("a", f"{server.url}/a")
    keep(keep_)
    (tmp_path / "sample" / "manifest.json").write_text(damage)
    with pytest.raises(PipelineError, match=r"our own file sample/manifest\.json is damaged .*--refresh") as caught:
        getter(tmp_path)
    assert not isinstance(caught.value, SourceError)
    assert getter(tmp_path, refresh=True)("a", f"{server.url}/a") == {"value": 5.1}


def test_refresh_resumes_nothing(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [good(1), good(2)]
    getter(tmp_path)("a", f"{server.url}/a")
    assert getter(tmp_path)("a", f"{server.url}/a") == {"value": 1}
    assert getter(tmp_path, refresh=True)("a", f"{server.url}/a") == {"value": 2}


@pytest.fixture
def libraries(server: Server, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A source of as many libraries as the server says, and 100 museums; it may be told to fail."""

    def fetch(get: Get) -> None:
        get("a", f"{server.url}/a")

    def tidy(payloads: source.Payloads, indicators: list[catalogue.Indicator]) -> source.Tables:
        kinds = ["library"] * payloads["a"]["value"] + ["museum"] * 100
        ids = [f"s:{n}" for n in range(len(kinds))]
        return {"place": pd.DataFrame({"id": ids, "kind": kinds, "lon": 5.1, "lat": 52.0})}

    made = SimpleNamespace(
        fetch=fetch,
        tidy=tidy,
        probe=lambda get: str(get("a", f"{server.url}/a")["value"]),
        SOURCE=SimpleNamespace(url="u"),
    )
    monkeypatch.setattr(source, "module", lambda name: made)
    return made


def run(raw: Path, accept: bool = False) -> dict[str, int]:
    http = Http(attempts=1, wait=0, pause=0)
    return source.fetch("sample", catalogue.load(), http, raw, refresh=True, say=lambda line: None, accept=accept)


def test_an_answer_cut_short_does_not_replace_the_last_good_snapshot(
    server: Server, libraries: SimpleNamespace, tmp_path: Path
) -> None:
    server.answers["/a"] = [good(48), good(3), good(44), good(3), good(3)]
    run(tmp_path)
    with pytest.raises(SourceError, match=r"place library: 3 rows, 48 before\)\. If it is right: .*sample --accept"):
        run(tmp_path)
    assert source.load_payloads(tmp_path / "sample") == {"a": {"value": 48}}
    run(tmp_path)  # a few fewer is no cut
    with pytest.raises(SourceError, match="3 rows, 44 before"):
        run(tmp_path)
    assert run(tmp_path, accept=True)["place"] == 103


def test_the_snapshot_of_the_last_build_is_kept_until_a_build_has_passed(
    server: Server, libraries: SimpleNamespace, tmp_path: Path
) -> None:
    server.answers["/a"] = [good(40), good(41), good(42), good(43)]
    for _ in range(3):
        run(tmp_path)
    source.restore("sample", tmp_path)
    assert source.load_payloads(tmp_path / "sample") == {"a": {"value": 40}}
    with pytest.raises(PipelineError, match="sample: no earlier snapshot"):
        source.restore("sample", tmp_path)
    run(tmp_path)
    source.settle(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["sample"]


def test_a_full_disk_is_a_sentence_that_names_source_and_file(
    server: Server, libraries: SimpleNamespace, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=False).returncode:
        pytest.skip("needs root and the right to mount a small disk")
    try:
        server.answers["/a"] = [reply(b" " * 200_000 + b'{"value": 1}')]
        with pytest.raises(PipelineError, match=r"sample: .*No space left on device\); the last good snapshot is") as e:
            run(disk)
        assert not isinstance(e.value, SourceError)  # no fault of the publisher's
    finally:
        subprocess.run(["umount", disk], check=True)


def test_two_runs_at_once_are_one(tmp_path: Path) -> None:
    with locked(tmp_path, "python -m pipelines fetch"):
        command = [sys.executable, "-m", "pipelines", "fetch", "cbs_regions", "--raw", str(tmp_path)]
        second = subprocess.run(command, cwd=catalogue.ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "another command of the pipeline is at work here" in second.stderr
    assert "Traceback" not in second.stderr


def test_every_source_can_be_probed() -> None:
    assert [n for n in catalogue.source_names() if not callable(getattr(source.module(n), "probe", None))] == []


def test_smoke_tells_of_each_source_whether_it_answers_and_fits(
    server: Server, libraries: SimpleNamespace, tmp_path: Path
) -> None:
    server.answers["/a"] = [good(2024), reply(json.dumps({"other": 1}).encode()), reply(b"", 404)]
    http = Http(attempts=1, wait=0, pause=0)
    fits, another, gone = (smoke.probe("sample", http) for _ in range(3))
    assert (fits.answers, fits.failed, fits.newest, fits.address) == (True, False, "2024", "127.0.0.1/a")
    assert (another.answers, another.failed) == (True, True)
    assert (gone.answers, gone.failed) == (True, True)
    assert "HTTP 404" in gone.problem
    down = smoke.probe("sample", Http(mirror="http://127.0.0.1:9", attempts=1, wait=0, pause=0))
    assert (down.answers, down.failed) == (False, True)
    shown = smoke.table([fits, another, down])
    assert [line.split()[1:4] for line in shown.splitlines()[1:4]] == [
        ["yes", "yes", "2024"],
        ["yes", "NO", "-"],
        ["NO", "NO", "-"],
    ]
    assert "KeyError" in shown
