"""What a fetch survives besides a failing publisher: no end, no room, half an answer, a second run,
our own damage.
"""

import errno
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipelines import PipelineError, __main__, catalogue
from pipelines.fetch import smoke, snapshot, source
from pipelines.fetch.get import Get
from pipelines.fetch.http import Http, NoEndpoint
from pipelines.fetch.snapshot import RequestFailed, SourceError, StorageError
from tests.server import Answer, Server, good, listening, reply

CATALOGUE = catalogue.load()
KINDS = [*["museum"] * 20, *["library"] * 10]


@pytest.fixture
def server() -> Iterator[Server]:
    with listening() as running:
        yield running


def client(**options: Any) -> Http:
    return Http(attempts=1, wait=0, pause=0, **options)


def getter(raw: Path, http: Http | None = None, refresh: bool = False) -> Get:
    return Get("sample", http or client(), raw, refresh, lambda line: None)


def drip(*pieces: bytes, head: bytes = b"") -> Answer:
    """The pieces one by one, each well within any timeout, and the last one for ever."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
        left = list(pieces)
        try:
            while not handler.server_stopped.wait(0.02):  # type: ignore[attr-defined]
                handler.wfile.write(left.pop(0) if len(left) > 1 else left[0])
        except OSError:
            pass

    return answer


@pytest.mark.parametrize(
    "dripping",
    [
        drip(b"1", head=b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"),
        drip(b"X-More: 1\r\n"),
    ],
    ids=["body", "headers"],
)
def test_a_server_that_drips_is_left_when_the_time_of_a_request_is_up(
    server: Server, tmp_path: Path, dripping: Answer
) -> None:
    server.http.RequestHandlerClass.server_stopped = server.stopped  # type: ignore[attr-defined]
    server.answers = {"/a": [dripping], "/b": [good(2)]}
    get = getter(tmp_path, client(timeout=5, seconds=0.4))
    began = time.monotonic()
    with pytest.raises(
        SourceError, match=r"sample: http.*/a: not complete after 0.4 seconds; .* raise --seconds"
    ):
        get("a", f"{server.url}/a")
    assert time.monotonic() - began < 2
    assert get("b", f"{server.url}/b") == {"value": 2}


def test_a_bomb_stops_at_the_cap_and_takes_no_memory(server: Server, tmp_path: Path) -> None:
    bomb = gzip.compress(b"[" + b" " * 100_000_000 + b"]", 1)
    server.answers["/a"] = [reply(bomb, Content_Encoding="gzip")]
    tracemalloc.start()
    with pytest.raises(SourceError, match=r"/a: more than 5 MB came; .* raise --megabytes"):
        getter(tmp_path, client(megabytes=5))("a", f"{server.url}/a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6  # of 100; a piece that is read is unpacked whole, at most 1 : 1,000
    assert [f.name for f in tmp_path.rglob("*")] == ["sample.part"]


@pytest.mark.parametrize("coding", ["gzip, gzip", "br"])
def test_what_is_packed_otherwise_than_asked_is_not_unpacked(
    server: Server, tmp_path: Path, coding: str
) -> None:
    server.answers["/a"] = [reply(gzip.compress(gzip.compress(b"{}")), Content_Encoding=coding)]
    with pytest.raises(SourceError, match=f"packed as '{coding}'"):
        getter(tmp_path)("a", f"{server.url}/a")


def test_a_source_may_raise_the_cap_for_one_request(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [reply(b'"' + b"x" * 3_000_000 + b'"')]
    get = getter(tmp_path, client(megabytes=1))
    assert len(get("a", f"{server.url}/a", megabytes=4)) == 3_000_000
    with pytest.raises(SourceError, match="more than 2 MB"):
        get("b", f"{server.url}/a", megabytes=2)


def test_a_web_page_in_gzip_and_a_wrong_charset_are_no_data(server: Server, tmp_path: Path) -> None:
    page = gzip.compress(b"<!DOCTYPE html><title>Onderhoud</title>")
    server.answers = {
        "/a": [reply(page, Content_Encoding="gzip")],
        "/b": [reply('{"naam": "Café"}'.encode("latin-1"))],
    }
    for name, problem in {
        "a": "a web page came instead of data .title 'Onderhoud'",
        "b": "malformed JSON .*utf-8",
    }.items():
        with pytest.raises(SourceError, match=problem):
            getter(tmp_path)(name, f"{server.url}/{name}")


def test_a_file_goes_to_the_disk_and_not_through_memory(server: Server, tmp_path: Path) -> None:
    body = os.urandom(1000) * 30_000
    server.answers["/x/drenthe-latest.osm.pbf"] = [reply(body, ETag='"1"'), reply(b"", 304)]
    get = getter(tmp_path, client(megabytes=1))
    tracemalloc.start()
    path = get("drenthe", f"{server.url}/x/drenthe-latest.osm.pbf", file=True)
    assert tracemalloc.get_traced_memory()[1] < 10e6
    tracemalloc.stop()
    assert path == get.part / "drenthe-latest.osm.pbf".replace("-latest", "")
    assert path.read_bytes() == body
    snapshot.write_manifest(get.part, get.records)
    get.part.rename(get.good)
    manifest = get.good / "manifest.json"
    manifest.write_text(manifest.read_text().replace(str(time.gmtime().tm_year), "2020"))
    again = getter(tmp_path)
    kept = again("drenthe", f"{server.url}/x/drenthe-latest.osm.pbf", file=True)  # 304
    assert kept.read_bytes() == body
    assert snapshot.load_payloads(again.part) == {"drenthe": kept}


def linked(server: Server, **pages: str | None) -> None:
    """Pages that link to the next."""
    for name, following in pages.items():
        server.answers[f"/{name}"] = [
            reply(json.dumps({"value": name, "next": following}).encode())
        ]


def follow(get: Get, url: str) -> list[str]:
    out: list[str] = []
    where: str | None = url
    while where:
        page = get(f"page/{len(out)}", where)
        out.append(page["value"])
        where = page["next"]
    return out


def test_next_links_without_end_stop_at_the_cap(server: Server, tmp_path: Path) -> None:
    linked(server, a=f"{server.url}/a?again")
    with pytest.raises(SourceError, match=r"/a\?again: more than 7 requests; .* raise --requests"):
        follow(getter(tmp_path, client(requests=7)), f"{server.url}/a")
    assert len(server.seen) == 7


def test_a_page_whose_next_link_leads_nowhere_is_asked_again(
    server: Server, tmp_path: Path
) -> None:
    linked(server, a=f"{server.url}/b", b="http://127.0.0.1:9/nowhere", c=None)
    with pytest.raises(SourceError, match=r"127.0.0.1:9/nowhere: connection failed"):
        follow(getter(tmp_path), f"{server.url}/a")
    linked(server, b=f"{server.url}/c")
    assert follow(getter(tmp_path), f"{server.url}/a") == ["a", "b", "c"]
    assert server.paths() == ["/a", "/b", "/b", "/c"]


def test_refresh_asks_again_for_what_was_to_be_resumed(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [good(1), good(2)]
    getter(tmp_path)("a", f"{server.url}/a")
    assert getter(tmp_path)("a", f"{server.url}/a") == {"value": 1}
    assert getter(tmp_path, refresh=True)("a", f"{server.url}/a") == {"value": 2}


def test_a_way_that_failed_is_resumed_where_it_failed_and_one_with_a_wrong_answer_is_not(
    server: Server, tmp_path: Path
) -> None:
    server.answers = {"/1": [good(1)], "/2": [reply(b"", 500), good(2)], "/3": [good(3)]}

    def one(get: Get) -> list[Any]:
        return [get(f"one/{n}", f"{server.url}/{n}")["value"] for n in (1, 2)]

    def other(get: Get) -> list[Any]:
        raise get.fail("", f"{get('other', f'{server.url}/3')['value']} is wrong")

    get = getter(tmp_path)
    with pytest.raises(RequestFailed, match=r"HTTP 500 .*; sample: : 3 is wrong"):
        get.first(lambda: one(get), lambda: other(get))
    assert sorted(f.name for f in get.part.iterdir()) == ["manifest.json", "one_1.json"]
    again = getter(tmp_path)
    assert again.first(lambda: one(again), lambda: other(again)) == [1, 2]
    assert server.paths() == ["/1", "/2", "/3", "/2"]


class Sample:
    """A source of one request that answers how many places of which kind there are."""

    def __init__(self, server: Server, raw: Path) -> None:
        self.server, self.raw = server, raw
        self.SOURCE = SimpleNamespace(url=f"{server.url}/a")

    def fetch(self, get: Get) -> None:
        get("a", f"{self.server.url}/a")

    def probe(self, get: Get) -> str:
        return str(get("a", f"{self.server.url}/a")["value"]["newest"])

    def tidy(
        self, payloads: source.Payloads, indicators: list[catalogue.Indicator]
    ) -> source.Tables:
        kinds = payloads["a"]["value"]
        ids = [f"sample:{n}" for n in range(len(kinds))]
        row = {"name": None, "lon": 5.0, "lat": 52.0, "step_free": None}
        return {"place": pd.DataFrame({"id": ids, "kind": kinds, **row})}

    def answers(self, kinds: Any) -> None:
        self.server.answers["/a"] = [good(kinds)]

    def run(self, refresh: bool = True, accept: bool = False) -> dict[str, int]:
        said: list[str] = []
        try:
            return source.fetch(
                "sample", CATALOGUE, client(), self.raw, refresh, said.append, accept
            )
        finally:
            self.said = " ".join(said)

    def held(self, suffix: str = "") -> Any:
        file = self.raw / f"sample{suffix}" / "a.json"
        return json.loads(file.read_bytes())["value"] if file.exists() else None


@pytest.fixture
def sample(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    made = Sample(server, tmp_path / "raw")
    made.raw.mkdir()
    monkeypatch.setattr(source, "module", lambda name: made)
    return made


@pytest.mark.parametrize(
    ("came", "problem"),
    [
        (
            KINDS[:26],
            r"place: 26 rows came and there were 30; place library: 6 rows came and there were 10;",
        ),
        ([*KINDS[:20], *["museum"] * 10], r"place library: 0 rows came and there were 10;"),
    ],
)
@pytest.mark.parametrize("counted", [True, False])
def test_an_answer_cut_short_does_not_replace_the_last_good_snapshot_unless_accepted(
    sample: Sample, came: list[str], problem: str, counted: bool
) -> None:
    sample.answers(KINDS)
    sample.run()
    manifest = sample.raw / "sample" / "manifest.json"
    records = json.loads(manifest.read_bytes())
    assert records[snapshot.COUNTS] == {"place": 30, "place museum": 20, "place library": 10}
    if not counted:  # made before there were counts
        manifest.write_text(json.dumps({n: r for n, r in records.items() if n != snapshot.COUNTS}))
    sample.answers(came)
    with pytest.raises(SourceError, match=f"sample: cut short, {problem} .*--accept sample"):
        sample.run()
    assert sample.held() == KINDS
    assert not (sample.raw / "sample.part").exists()
    assert sample.run(accept=True)["place"] == len(came)
    assert sample.run()["place"] == len(came)


def test_a_row_or_two_of_a_small_kind_may_go(sample: Sample) -> None:
    sample.answers(KINDS)
    sample.run()
    sample.answers(KINDS[:28])
    assert sample.run()["place"] == 28


def test_the_snapshot_of_the_last_build_that_passed_is_kept_until_the_next_and_can_be_put_back(
    sample: Sample,
) -> None:
    for newest in ("museum", "library", "theatre"):
        sample.answers([newest])
        sample.run(accept=True)
    assert (sample.held(), sample.held(".previous")) == (["theatre"], ["museum"])
    assert (
        snapshot.restore(sample.raw, "sample")
        == snapshot.described(sample.raw / "sample")["retrieved"]
    )
    assert (sample.held(), sample.held(".previous")) == (["museum"], None)
    with pytest.raises(PipelineError, match="sample: nothing to restore"):
        snapshot.restore(sample.raw, "sample")
    sample.run(accept=True)
    snapshot.settle(sample.raw)
    assert [p.name for p in sample.raw.iterdir()] == ["sample"]


def test_the_commands_refuse_take_knowingly_and_put_back(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["pipelines", *words, "--raw", str(sample.raw)])
        __main__.main()
        return capsys.readouterr().out

    monkeypatch.delenv("CULTUURATLAS_MIRROR", raising=False)
    fetch = ("fetch", "cbs_regions", "--refresh")
    sample.answers(KINDS)
    assert "cbs_regions: 1 requests, 1 payloads, 30 place" in run(*fetch)
    sample.answers(KINDS[:3])
    with pytest.raises(SystemExit, match="1"):
        run(*fetch)
    said = capsys.readouterr().err
    assert "[1/1] FAILED cbs_regions: cut short, place: 3 rows came and there were 30" in said
    assert "1 of 1 sources failed; their last good snapshots stay in use" in said
    with pytest.raises(SystemExit, match="1"):
        run(*fetch, "--accept", "cbs_kvk")
    assert "unknown source 'cbs_kvk'" in capsys.readouterr().err
    assert "3 place" in run(*fetch, "--accept", "cbs_regions")
    assert run("restore", "cbs_regions").endswith("is back\n")
    assert len(snapshot.load_payloads(sample.raw / "cbs_regions")["a"]["value"]) == 30


@pytest.mark.parametrize("arrived", [True, False])
def test_an_exchange_of_snapshots_that_was_interrupted_is_finished_or_undone(
    sample: Sample, arrived: bool
) -> None:
    sample.answers(["museum"])
    sample.run()
    (sample.raw / "sample").rename(sample.raw / "sample.old")
    if arrived:
        shutil.copytree(sample.raw / "sample.old", sample.raw / "sample")
        (sample.raw / "sample" / "a.json").write_text('{"value": ["library"]}')
    with snapshot.locked(sample.raw, "build"):
        assert sample.held() == (["library"] if arrived else ["museum"])
        assert sample.held(".previous") == (["museum"] if arrived else None)
        assert not (sample.raw / "sample.old").exists()


@pytest.mark.parametrize(
    "damage", ['{"a": {', '{"a": {"url": "http://x"}}', '["a"]', '{"a": 1}', "\xff"]
)
@pytest.mark.parametrize("where", ["sample", "sample.part"])
def test_a_damaged_manifest_is_named_as_ours_and_the_next_run_gets_over_it(
    sample: Sample, damage: str, where: str
) -> None:
    sample.answers(["museum"])
    sample.run()
    file = sample.raw / where / "manifest.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(damage, encoding="latin-1")
    with pytest.raises(
        PipelineError, match=f"sample: our own file {where}/manifest.json is damaged .*--refresh"
    ):
        snapshot.load_payloads(file.parent)
    assert sample.run(refresh=False)["place"] == 1
    assert f"our own file {where}/manifest.json is damaged" in sample.said
    assert source.tidied("sample", CATALOGUE, sample.raw / "sample")["place"]["kind"].to_list() == [
        "museum"
    ]


def test_a_damaged_payload_is_ours_and_not_the_publisher_s(sample: Sample) -> None:
    sample.answers(["museum"])
    sample.run()
    (sample.raw / "sample" / "a.json").write_text('{"value": ')
    with pytest.raises(
        PipelineError, match=r"sample: our own file sample/a\.json is damaged"
    ) as caught:
        source.tidied("sample", CATALOGUE, sample.raw / "sample")
    assert not isinstance(caught.value, SourceError)


HOLD = """
import sys
from pathlib import Path
from pipelines.fetch import snapshot
with snapshot.locked(Path(sys.argv[1]), "build"):
    print("held", flush=True)
    input()
"""


def test_a_second_run_is_told_which_command_is_at_work_since_when(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "pipelines", "fetch", "cbs_regions", "--raw", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=catalogue.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        second = subprocess.run(
            run, cwd=catalogue.ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        holder.communicate("\n")
    year = time.localtime().tm_year
    assert second.returncode == 1
    assert "Error: fetch: `build` of " in second.stderr
    assert f" {year} " in second.stderr
    assert f"(process {holder.pid}) is at work in {tmp_path}" in second.stderr
    assert not (tmp_path / "cbs_regions.part").exists()
    with (
        snapshot.locked(tmp_path, "build"),
        snapshot.locked(tmp_path, "build"),
    ):  # snapshots and database in one folder
        pass


def test_a_run_that_was_killed_holds_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=catalogue.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        holder.kill()
    with snapshot.locked(tmp_path, "fetch"):
        pass


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """A disk of its own over the folder; skips the test where we may not mount one."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a full disk cannot be made here: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_named_with_its_file_and_is_not_the_publisher_s_fault(
    sample: Sample,
) -> None:
    with disk(sample.raw, "size=64k"):
        sample.answers(["museum"])
        sample.run()
        sample.answers(["museum"] * 20_000)
        with pytest.raises(
            StorageError,
            match=r"sample: cannot write .*/a\.json: No space left on device; make room",
        ):
            sample.run()
        assert sample.held() == ["museum"]
        sample.answers(["library", "museum"])
        assert sample.run()["place"] == 2


def test_a_folder_that_cannot_be_written_is_named(sample: Sample) -> None:
    with disk(sample.raw, "ro"):
        with pytest.raises(
            StorageError, match=r"sample: cannot write .*sample\.part: Read-only .*--raw"
        ):
            sample.run()
        with (
            pytest.raises(StorageError, match=r"fetch: cannot write .*\.lock: Read-only"),
            snapshot.locked(sample.raw, "fetch"),
        ):
            pass


def test_any_other_trouble_with_a_file_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "data/atlas.duckdb")

    monkeypatch.setattr(sys, "argv", ["pipelines", "catalogue"])
    monkeypatch.setattr(catalogue, "load", full)
    with pytest.raises(SystemExit, match="1"):
        __main__.main()
    assert capsys.readouterr().err.startswith(
        "Error: data/atlas.duckdb: No space left on device; see to"
    )


def test_a_probe_says_whether_it_answers_in_our_shape_and_how_new_it_is(
    server: Server, sample: Sample
) -> None:
    sample.answers({"newest": 2024})
    said = smoke.ask("sample", client())
    assert (said.address, said.answers, said.fits, said.newest, said.problem) == (
        f"{server.url}/a",
        True,
        True,
        "2024",
        "",
    )
    assert said.size == len(b'{"value": {"newest": 2024}}')
    assert " yes     yes  2024 " in next(smoke.lines(said))
    sample.answers({})
    said = smoke.ask("sample", client())
    assert (said.answers, said.fits) == (True, False)
    assert said.problem == "sample: unexpected answer (KeyError: 'newest')"
    server.answers["/a"] = [reply(b"", 500)]
    said = smoke.ask("sample", client())
    assert (said.address, said.answers, said.fits) == (f"{server.url}/a", False, False)
    assert "HTTP 500" in said.problem
    assert list(sample.raw.iterdir()) == []


def test_a_source_that_nobody_serves_is_skipped(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def probe(get: Get) -> str:
        raise NoEndpoint("set CULTUURATLAS_COMPILED")

    monkeypatch.setattr(sample, "probe", probe)
    said = smoke.ask("sample", client())
    assert said.skipped
    assert list(smoke.lines(said))[1] == "    skipped, set CULTUURATLAS_COMPILED"


def test_the_command_prints_a_table_and_fails_when_any_source_does(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("CULTUURATLAS_MIRROR", server.url)
    monkeypatch.setattr(source, "module", lambda name: Sample(server, tmp_path))
    monkeypatch.setattr(sys, "argv", ["pipelines", "smoke", "cbs_kwb", "rivm_health"])
    monkeypatch.setattr(Http, "canonical", lambda self, url: url)
    monkeypatch.setattr(Http, "address", lambda self, url: url)
    server.answers["/a"] = [good({"newest": 2024}), reply(b"<html>")]
    with pytest.raises(SystemExit, match="1"):
        __main__.main()
    said = capsys.readouterr()
    first, head, *rows = said.out.splitlines()
    assert first == f"Asking 2 sources from the mirror {server.url}"
    assert head.split() == ["source", "address", "answers", "fits", "newest", "seconds", "kB"]
    assert [row.split()[0] for row in rows] == ["cbs_kwb", "rivm_health", "rivm_health:"]
    assert said.err == "Error: 1 of 2 sources do not answer as they should: rivm_health\n"


@pytest.mark.parametrize("name", catalogue.source_names())
def test_every_source_can_be_probed(name: str) -> None:
    assert callable(getattr(source.module(name), "probe", None)), (
        f"pipelines/sources/{name}.py has no probe(get)"
    )
