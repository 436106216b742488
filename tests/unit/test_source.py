"""The HTTP client and the snapshots, against a small real server."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.fetch import snapshot, source
from pipelines.fetch.get import Get
from pipelines.fetch.http import Http, NoEndpoint
from pipelines.fetch.snapshot import SourceError
from tests.server import Server, good, listening, reply


@pytest.fixture
def server() -> Iterator[Server]:
    with listening() as running:
        yield running


def getter(raw: Path, http: Http | None = None, refresh: bool = False) -> Get:
    return Get("sample", http or Http(attempts=3, wait=0, pause=0), raw, refresh, lambda line: None)


def keep(get: Get) -> None:
    """Make what was fetched the last good snapshot, as `source.fetch` does."""
    snapshot.write_manifest(get.part, get.records)
    get.part.rename(get.good)


def test_a_busy_server_is_asked_again_after_the_time_it_names(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=slept.append))
    server.answers["/a"] = [reply(b"", 503, Retry_After="7"), reply(b"", 500), good(3)]
    get = getter(tmp_path, Http(attempts=3, wait=1, pause=0))
    assert get("a", f"{server.url}/a") == {"value": 3}
    assert slept == [7, 2]


def test_patience_is_the_least_wait_after_429_only(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=slept.append))
    server.answers["/a"] = [reply(b"", 429, Retry_After="5"), reply(b"", 502), good()]
    getter(tmp_path, Http(attempts=3, wait=1, pause=0))("a", f"{server.url}/a", patience=30)
    assert slept == [30, 2]


def test_a_refusal_is_not_repeated_and_quotes_the_server(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [reply(b'{"error": {"message": "no such column"}}', 400)]
    with pytest.raises(
        SourceError, match=r"sample: http.*/a\?x=1: HTTP 400 Bad Request: no such column"
    ):
        getter(tmp_path)("a", f"{server.url}/a", params={"x": 1})
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        (
            b"<html><title>Onderhoud</title>",
            "text/html",
            "a web page came instead of data .title 'Onderhoud'.",
        ),
        (b"<!DOCTYPE html><p>", "application/json", "a web page came instead of data"),
        (b'{"value": [1, 2', "application/json", r"truncated or malformed JSON \(15 bytes"),
    ],
)
def test_a_body_that_is_not_what_it_claims_is_refused(
    server: Server, tmp_path: Path, body: bytes, kind: str, problem: str
) -> None:
    server.answers["/a"] = [reply(body, kind=kind)]
    with pytest.raises(SourceError, match=problem):
        getter(tmp_path)("a", f"{server.url}/a")
    assert len(server.seen) == 3
    assert not (tmp_path / "sample.part" / "manifest.json").exists()


def test_a_silent_server_times_out(server: Server, tmp_path: Path) -> None:
    def silence(handler: BaseHTTPRequestHandler) -> None:
        server.stopped.wait(5)

    server.answers["/a"] = [silence]
    with pytest.raises(SourceError, match="timed out"):
        getter(tmp_path, Http(attempts=2, wait=0, timeout=0.2, pause=0))("a", f"{server.url}/a")
    assert len(server.seen) == 2


def test_nobody_listening_is_said(server: Server, tmp_path: Path) -> None:
    server.http.server_close()
    with pytest.raises(SourceError, match="connection failed"):
        getter(tmp_path)("a", f"{server.url}/a")


def test_only_the_missing_page_is_asked_after_an_interruption(
    server: Server, tmp_path: Path
) -> None:
    server.answers = {"/1": [good(1)], "/2": [reply(b"", 500)] * 3 + [good(2)]}
    get = getter(tmp_path)
    get("page/0", f"{server.url}/1")
    with pytest.raises(SourceError, match="HTTP 500"):
        get("page/1", f"{server.url}/2")
    again = getter(tmp_path)
    assert [again(f"page/{n}", f"{server.url}/{n + 1}") for n in (0, 1)] == [
        {"value": 1},
        {"value": 2},
    ]
    assert server.paths() == ["/1", "/2", "/2", "/2", "/2"]
    assert len(again.asked) == 1


def test_what_is_fresh_is_not_asked_again_unless_refreshed(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [good(1), good(2)]
    first = getter(tmp_path)
    first("a", f"{server.url}/a")
    keep(first)
    unchanged = getter(tmp_path)
    assert unchanged("a", f"{server.url}/a") == {"value": 1}
    assert (len(server.seen), unchanged.asked) == (1, [])
    shutil.rmtree(unchanged.part)
    assert getter(tmp_path, refresh=True)("a", f"{server.url}/a") == {"value": 2}


def test_another_request_under_the_same_name_is_not_the_same_snapshot(
    server: Server, tmp_path: Path
) -> None:
    server.answers["/a"] = [good(1), good(2)]
    first = getter(tmp_path)
    first("a", f"{server.url}/a", params={"year": 2023})
    keep(first)
    assert getter(tmp_path)("a", f"{server.url}/a", params={"year": 2024}) == {"value": 2}


def test_an_unchanged_version_is_used_however_old_and_a_new_one_is_fetched(
    server: Server, tmp_path: Path
) -> None:
    server.answers["/a"] = [good(1), good(2)]
    first = getter(tmp_path)
    first("a", f"{server.url}/a", version="May")
    keep(first)
    age(tmp_path)
    assert getter(tmp_path)("a", f"{server.url}/a", version="May") == {"value": 1}
    assert len(server.seen) == 1
    assert getter(tmp_path)("a", f"{server.url}/a", version="June") == {"value": 2}


def age(raw: Path) -> None:
    file = raw / "sample" / "manifest.json"
    records = json.loads(file.read_text())
    file.write_text(
        json.dumps({n: r | {"retrieved": "2020-01-01T00:00:00+00:00"} for n, r in records.items()})
    )


def test_an_old_snapshot_is_asked_conditionally_and_kept_on_304(
    server: Server, tmp_path: Path
) -> None:
    when = "Wed, 01 May 2024 00:00:00 GMT"
    server.answers["/a"] = [
        reply(b'{"value": 1}', ETag='"v1"', Last_Modified=when),
        reply(b"", 304),
    ]
    first = getter(tmp_path)
    first("a", f"{server.url}/a")
    keep(first)
    age(tmp_path)
    again = getter(tmp_path)
    assert again("a", f"{server.url}/a") == {"value": 1}
    sent = server.seen[1][1]
    assert sent["If-None-Match"] == '"v1"'
    assert sent["If-Modified-Since"] == when
    assert again.records["a"]["retrieved"].startswith("2020")


def test_a_snapshot_that_was_changed_on_disk_is_refused(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [good(1)]
    first = getter(tmp_path)
    first("a", f"{server.url}/a")
    keep(first)
    (tmp_path / "sample" / "a.json").write_text('{"value": 99}')
    with pytest.raises(SourceError, match=r"a\.json was changed on disk; use --refresh"):
        getter(tmp_path)("a", f"{server.url}/a")
    assert getter(tmp_path, refresh=True)("a", f"{server.url}/a") == {"value": 1}


def test_the_mirror_is_asked_and_the_live_address_is_recorded(
    server: Server, tmp_path: Path
) -> None:
    server.answers["/example.org/data"] = [good()]
    http = Http(mirror=server.url + "/", attempts=1, wait=0, pause=0)
    get = getter(tmp_path, http)
    get("a", "https://example.org/data", params={"page": 2})
    get("b", f"{server.url}/example.org/data")  # a next link that the mirror wrote
    assert server.paths() == ["/example.org/data?page=2", "/example.org/data"]
    assert [get.records[n]["url"] for n in "ab"] == [
        "https://example.org/data?page=2",
        "https://example.org/data",
    ]
    assert get.records["a"]["via"] == "mirror"


def test_a_compiled_file_comes_from_the_mirror_or_a_folder_or_from_nowhere(
    server: Server, tmp_path: Path
) -> None:
    server.answers = {
        "/files/rates/a.csv": [reply(b"x\n", kind="text/csv")],
        "/own/rates/a.csv": [reply(b"y\n")],
    }
    for name, http in {
        "mirror": Http(mirror=server.url, pause=0),
        "own": Http(mirror=server.url, compiled=f"{server.url}/own", pause=0),
    }.items():
        getter(tmp_path / name, http)("a", "compiled:rates/a.csv", binary=True)
    assert server.paths() == ["/files/rates/a.csv", "/own/rates/a.csv"]
    with pytest.raises(NoEndpoint, match="CULTUURATLAS_COMPILED"):
        getter(tmp_path / "live")("a", "compiled:rates/a.csv", binary=True)


def test_every_request_says_who_asks(server: Server, tmp_path: Path) -> None:
    server.answers["/a"] = [good()]
    getter(tmp_path)("a", f"{server.url}/a")
    assert server.seen[0][1]["User-Agent"].startswith("Cultuuratlas/")


@pytest.fixture
def sample(server: Server, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A source of one request whose place has the coordinates that the server answers."""

    def fetch(get: Get) -> None:
        if get("a", f"{server.url}/a")["value"] is None:
            raise get.fail(f"{server.url}/a", "nothing of use")

    def tidy(payloads: source.Payloads, indicators: list[catalogue.Indicator]) -> source.Tables:
        lon = payloads["a"]["value"]
        row = {"id": "a", "name": "A", "kind": "museum", "lon": lon, "lat": 52.0, "step_free": None}
        return {"place": pd.DataFrame([row])}

    made = SimpleNamespace(fetch=fetch, tidy=tidy)
    monkeypatch.setattr(source, "module", lambda name: made)
    return made


PLACE = {
    "id": ["a", "b"],
    "name": "A",
    "kind": "museum",
    "lon": 5.0,
    "lat": 52.0,
    "step_free": True,
}


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ({"place": pd.DataFrame(PLACE).drop(columns="kind")}, "table place lacks kind"),
        ({"place": pd.DataFrame(PLACE).assign(city="X")}, "table place has city that nobody reads"),
        (
            {"place": pd.DataFrame(PLACE).assign(id="a")},
            "place has 1 rows twice, the first of id a",
        ),
        ({"place": pd.DataFrame(PLACE).assign(id=[None, "b"])}, "table place has rows without id"),
        ({"place": pd.DataFrame(PLACE).head(0)}, "no rows for table place"),
        (
            {"places": pd.DataFrame(PLACE)},
            "places is no table that a source gives; there are area,",
        ),
    ],
)
def test_a_table_of_another_shape_than_agreed_is_refused_and_named(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tables: source.Tables,
    problem: str,
) -> None:
    server.answers["/a"] = [good(1)]
    made = SimpleNamespace(
        fetch=lambda get: get("a", f"{server.url}/a"), tidy=lambda payloads, indicators: tables
    )
    monkeypatch.setattr(source, "module", lambda name: made)
    with pytest.raises(SourceError, match=f"sample: http.*/a: .*{problem}"):
        source.fetch("sample", catalogue.load(), Http(), tmp_path, say=lambda line: None)
    assert not list(tmp_path.iterdir())


def test_what_tidy_refuses_is_thrown_away_and_the_last_good_snapshot_stays(
    server: Server, sample: SimpleNamespace, tmp_path: Path
) -> None:
    server.answers["/a"] = [good(5.1), good(1005.1), good(None), good(5.2)]
    http, cat = Http(attempts=1, wait=0, pause=0), catalogue.load()

    def once() -> dict[str, int]:
        return source.fetch("sample", cat, http, tmp_path, refresh=True, say=lambda line: None)

    assert once() == {"requests": 1, "payloads": 1, "place": 1}
    before = (tmp_path / "sample" / "a.json").read_bytes()
    for problem in (r"sample: http.*/a: place: coordinates 1005\.1, 52\.0", "nothing of use"):
        with pytest.raises(SourceError, match=problem):
            once()
        assert (tmp_path / "sample" / "a.json").read_bytes() == before
        assert not (tmp_path / "sample.part").exists()
    once()
    assert json.loads((tmp_path / "sample" / "a.json").read_bytes()) == {"value": 5.2}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sample", "sample.previous"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("pdok_areas", b'{"type":"FeatureCollection"}'),
        (
            "pdok_areas",
            b'{"type":"FeatureCollection","features":[{"properties":{"jaarcode":2024,"statcode":"GM0001"}}]}',
        ),
        ("duo_schools", b'{"success":true}'),
        ("kiesraad_places", b'{"success":true,"result":null}'),
        ("cbs_kwb", b'{"value":[{}]}'),
        ("iv3_culture", b'{"value":[]}'),
        ("wikidata_venues", b'{"results":{}}'),
        ("osm_places", b'{"elements":[{}],"remark":null}'),
        ("osm_places", b"[]"),
    ],
)
def test_an_answer_of_another_shape_names_the_source_and_is_no_traceback(
    server: Server, tmp_path: Path, name: str, body: bytes
) -> None:
    server.answers = defaultdict(lambda: [reply(body)])
    with pytest.raises(SourceError, match=name):
        source.fetch(
            name,
            catalogue.load(),
            Http(mirror=server.url, attempts=1, pause=0),
            tmp_path,
            say=lambda _: None,
        )
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("headers", [{"Content_Encoding": "gzip"}, {"Location": "/x"}])
def test_a_body_that_cannot_be_read_and_redirects_without_end_are_errors(
    server: Server, tmp_path: Path, headers: dict[str, str]
) -> None:
    status = 302 if "Location" in headers else 200
    server.answers = defaultdict(lambda: [reply(b"no gzip at all", status, **headers)])
    get = getter(tmp_path, Http(mirror=server.url, attempts=1, pause=0))
    with pytest.raises(SourceError, match="unusable answer"):
        get("x", "https://example.org/x")
