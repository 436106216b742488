"""Every way a publisher can fail: it is refused with source, address and problem, or it changes no
figure.

Two tables are printed: every fault of the mirror x every source, and faults that the mirror does
not have, put in by a server between it and us. After a refusal the last good snapshot is untouched;
after all of them a fetch without a fault succeeds. The sources run through the same `fetch` as the
command line.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.fetch import snapshot, source
from pipelines.fetch.get import Get
from pipelines.fetch.http import Http
from pipelines.fetch.snapshot import SourceError
from tests.conftest import serving
from tests.server import Answer, listening, reply

pytestmark = pytest.mark.mirror
CATALOGUE = catalogue.load()
PAYLOADS = Path(__file__).parent.parent / "payloads"

HOST = {
    "amsterdam_subsidies": "https://api.data.amsterdam.nl/",
    "cbs_former_areas": "https://opendata.cbs.nl/",
    "cbs_kwb": "https://opendata.cbs.nl/",
    "cbs_proximity": "https://opendata.cbs.nl/",
    "cbs_regions": "https://opendata.cbs.nl/",
    "cbs_wijken": "https://opendata.cbs.nl/",
    "culture_coaches": "compiled:rates/",
    "duo_pupils": "https://onderwijsdata.duo.nl/",
    "duo_schools": "https://onderwijsdata.duo.nl/",
    "iv3_culture": "https://dataderden.cbs.nl/",
    "kiesraad_places": "https://data.waarismijnstemlokaal.nl/",
    "national_surveys": "compiled:rates/",
    "osm_places": "https://overpass-api.de/",
    "pdok_areas": "https://api.pdok.nl/",
    "rce_museums": "https://services.rce.geovoorziening.nl/",
    "rivm_health": "https://dataderden.cbs.nl/",
    "rivm_young_adults": "https://dataderden.cbs.nl/",
    "rotterdam_wijkprofiel": "compiled:rotterdam/",
    "wikidata_venues": "https://query.wikidata.org/",
}
TRANSPORT = {  # nothing of use comes: every source refuses, and says
    "429:5": "HTTP 429",
    "500": "HTTP 500",
    "502": "HTTP 502",
    "503:5": "HTTP 503",
    "504": "HTTP 504",
    "outage": "connection failed",
    "reset": "connection failed",
    "truncate": "truncated",
    "html": "a web page came instead of data",
    "latency:1": "timed out",
}
ODATA = {n for n in HOST if n.startswith("cbs_")} | {
    "iv3_culture",
    "rivm_health",
    "rivm_young_adults",
}
CONTENT = {  # status 200 and wrong, in the protocols that the mirror's README names
    "empty": set(HOST),
    "dup-page": set(HOST),
    "shift": set(HOST),
    "suffix": ODATA,
    "remark": {"osm_places"},
    "bare": {"osm_places"},
}
ROWLESS = ("amsterdam_subsidies", "cbs_regions", "duo_pupils", "duo_schools", "wikidata_venues")
SAYS = {  # what is refused with these words; the other cells may be either
    **{("empty", n): "200 without rows" for n in ROWLESS},
    ("empty", "osm_places"): "no rows for table place",
    ("remark", "osm_places"): "runtime error: Query timed out",
    ("dup-page", "cbs_kwb"): "page 2 repeats rows of an earlier page",
    ("dup-page", "duo_pupils"): "page 2 repeats rows of an earlier page",
    ("dup-page", "pdok_areas"): "page 2 repeats features of an earlier page",
    **{
        ("shift", n): "outside"
        for n in ("cbs_kwb", "cbs_proximity", "cbs_wijken", "rivm_health", "rivm_young_adults")
    },
    **{
        ("shift", n): "not near the Netherlands"
        for n in ("duo_schools", "osm_places", "wikidata_venues")
    },
    ("shift", "iv3_culture"): "is it still in thousands?",
}
# a column that is read: what is said when it is gone; of the others the mirror can take none away
VANISH = {
    "cbs_regions": {"Naam": "no column of province codes", "Code": "no column of province codes"},
    "cbs_kwb": {"AantalInwoners": "no column is titled 'Aantal inwoners'"},
    "cbs_proximity": {"AfstandTotBibliotheek": "no column is titled 'Afstand tot bibliotheek'"},
    "cbs_wijken": {"Nettoarbeidsparticipatie": "no column is titled 'Nettoarbeidsparticipatie'"},
    "rivm_health": {"Eenzaam": ""},
    "rivm_young_adults": {"SportWekelijks": "no column is called 'SportWekelijks'"},
    "duo_schools": {
        "POSTCODE": "field 'POSTCODE' is gone",
        "GPS_LATITUDE": "field 'GPS_LATITUDE' is gone",
        "EINDDATUM": "field 'EINDDATUM' is gone",
    },
    "duo_pupils": {"POSTCODE4": "'POSTCODE4_DEELNEMER'"},
    "kiesraad_places": {"Latitude": "", "Straatnaam": "", "Toegankelijk": ""},
    "osm_places": {
        "tags": "elements lack a place or tags, most of them tags",
        "lat": "elements lack a place or tags, most of them a place",
    },
    "wikidata_venues": {"lon": "HTTP 400"},
    "pdok_areas": {"statcode": ""},
    "amsterdam_subsidies": {"Bedragverleend": "field 'Bedragverleend' is gone"},
}
Table = dict[str, dict[str, str]]  # source, fault: what became of it


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the good snapshots are: at first those recorded in `tests/payloads`."""
    return tmp_path_factory.mktemp("raw")


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> Iterator[dict[str, Table]]:
    """The tables, printed when the module is done."""
    tables: dict[str, Table] = defaultdict(lambda: defaultdict(dict))
    yield tables
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        for title, table in tables.items():
            print(f"\n\n{title}\n{pd.DataFrame(table).T.fillna('').to_string()}")


@contextmanager
def faults(url: str, spec: str) -> Iterator[None]:
    urlopen(Request(f"{url}/__faults", spec.encode(), method="POST")).close()
    try:
        yield
    finally:
        urlopen(Request(f"{url}/__faults", method="DELETE")).close()


@cache
def client(url: str, timeout: float = 30, attempts: int = 1, **caps: float) -> Http:
    return Http(
        mirror=url,
        attempts=attempts,
        wait=0,
        timeout=timeout,
        pause=0,
        contact="info@example.org",
        **caps,
    )  # type: ignore[arg-type]


def fetch(name: str, url: str, raw: Path, timeout: float = 30) -> dict[str, int]:
    return source.fetch(
        name, CATALOGUE, client(url, timeout, attempts=2), raw, refresh=True, say=lambda line: None
    )


def fingerprint(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.glob("*"))}


def payloads(folder: Path) -> dict[str, str]:
    return {
        name: digest for name, digest in fingerprint(folder).items() if name != snapshot.MANIFEST
    }


def figures(name: str, folder: Path) -> dict[str, pd.DataFrame]:
    return source.tidied(name, CATALOGUE, folder)


def attempt(name: str, http: Http, raw: Path, kept: Path, refresh: bool = True) -> str:
    """What the refusal says, with the last good snapshot untouched; blank, and a copy in `kept`,
    when none came.
    """
    before = fingerprint(raw / name)
    try:
        source.fetch(name, CATALOGUE, http, raw, refresh, say=lambda line: None)
    except SourceError as refusal:
        said = str(refusal)
    else:
        shutil.copytree(raw / name, kept)
        return ""
    assert fingerprint(raw / name) == before
    assert said.startswith(f"{name}: ")
    assert "127.0.0.1" not in said
    return said


def assert_no_figure_changed(name: str, fault: str, kept: Path, good: Path) -> None:
    """The tables are those without the fault; bare elements are left out and counted."""
    if payloads(kept) == payloads(good):
        return  # and `tidy` is pure
    after, before = figures(name, kept), figures(name, good)
    assert after.keys() == before.keys()
    for table, df in before.items():
        if fault == "bare" and table == "place":
            bare = after[table].attrs["skipped"]
            assert bare > 2
            df = df[df["id"].isin(after[table]["id"])].reset_index(drop=True)
            assert len(df) == len(before[table]) - bare
            after[table] = after[table].reset_index(drop=True)
        pd.testing.assert_frame_equal(after[table], df)


def probed(name: str, http: Http, folder: Path) -> dict[str, bytes]:
    """What the probe got, but for the time of day in it."""
    get = Get(name, http, folder, refresh=True, say=lambda line: None)
    source.module(name).probe(get)
    bodies = {
        payload: (get.part / record["file"]).read_bytes() for payload, record in get.records.items()
    }
    return {
        payload: re.sub(rb'"timeStamp": *"[^"]*"', b"", body) for payload, body in bodies.items()
    }


@pytest.mark.parametrize("name", catalogue.source_names())
def test_every_fault_of_the_mirror_is_refused_or_changes_no_figure(
    name: str, own_mirror: str, raw: Path, tmp_path: Path, told: dict[str, Table]
) -> None:
    row = told["Faults of the mirror"][name]
    shutil.copytree(PAYLOADS / name, raw / name)
    says = {
        fault: SAYS.get((fault, name), "") for fault, struck in CONTENT.items() if name in struck
    }
    says |= {f"vanish:{column}": words for column, words in VANISH.get(name, {}).items()}
    passed = []
    for fault, words in {**TRANSPORT, **says}.items():
        http = client(own_mirror, 0.3 if fault.startswith("latency") else 30)
        with faults(own_mirror, fault):
            said = attempt(name, http, raw, tmp_path / fault)
        column = fault.partition(":")[0]
        assert words in said, (fault, said)
        if fault in TRANSPORT:
            assert HOST[name] in said, (fault, said)
        row[column] = "refused" if said else "unchanged"
        passed += [] if said else [fault]
    assert not [fault for fault in TRANSPORT if fault in passed]
    fetch(name, own_mirror, raw)
    assert not (raw / f"{name}.part").exists()
    for fault in passed:
        assert_no_figure_changed(name, fault, tmp_path / fault, raw / name)
    untouched = [fault for fault, struck in CONTENT.items() if name not in struck]
    clean = probed(name, client(own_mirror), tmp_path) if untouched else {}
    for fault in (
        untouched
    ):  # the whole of it would take minutes: what the probe asks comes as it did without the fault
        with faults(own_mirror, fault):
            assert probed(name, client(own_mirror), tmp_path) == clean, fault
        row[fault] = "untouched"


ROWS = ("value", "features", "elements", "records", "bindings")
NOWHERE, SAME = "https://nowhere.example.org/page", "https://same.example.org/page"
Mangle = Callable[
    [bytes, str, int], Answer
]  # of a body, its content type, and how often this page was served again


def drip(head: bytes, piece: bytes) -> Mangle:
    """A piece every now and then, for ever."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
            while True:
                handler.wfile.write(piece)
                time.sleep(0.02)

    return lambda body, kind, again: answer


def parsed(change: Callable[[Any, int], Any]) -> Mangle:
    """Change a body of JSON, or the lines of a CSV."""

    def mangle(body: bytes, kind: str, again: int) -> Answer:
        if "json" in kind:
            return reply(json.dumps(change(json.loads(body), again)).encode())
        return reply(b"".join(change(body.splitlines(keepends=True), again)), kind=kind)

    return mangle


def half(body: Any, again: int) -> Any:
    """The first half of the rows, and nothing said of it."""
    if isinstance(body, list):
        return body[: (len(body) + 1) // 2]
    if not isinstance(body, dict):
        return body
    return {k: half(v, again) if k in (*ROWS, "result", "results") else v for k, v in body.items()}


def linked(to: str | None, always: bool = False) -> Callable[[Any, int], Any]:
    """Another next link, or none, where there is one or `always`; ids differ when a page is served
    again.
    """

    def change(body: Any, again: int) -> Any:
        if not isinstance(body, dict):
            return body
        rows = next((body[k] for k in ("value", "features") if isinstance(body.get(k), list)), [])
        others = [at for at in body.get("links", []) if at["rel"] != "next"]
        had = (
            always or len(others) < len(body.get("links", [])) or any("nextLink" in k for k in body)
        )
        for row in rows if again else []:
            row.update({k: f"{row[k]}-{again}" for k in ("ID", "Id", "Key", "id") if k in row})
        out = {k: v for k, v in body.items() if "nextLink" not in k}
        if "features" in out:
            out["links"] = [
                *others,
                *([{"rel": "next", "href": f"{to}?{again}"}] if to and had else []),
            ]
        elif rows and to and had:
            out["odata.nextLink"] = f"{to}?{again}"
        return out

    return change


def repacked(body: bytes) -> Mangle:
    packed = gzip.compress(body, 1)
    return lambda *_: reply(packed, Content_Encoding="gzip")


INJECTED: dict[str, Mangle] = {
    "dripping body": drip(
        b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n", b" "
    ),
    "dripping headers": drip(b"", b"X-More: 1\r\n"),
    "bomb": repacked(b" " * 60_000_000),
    "packed web page": repacked(b"<!DOCTYPE html><title>Onderhoud</title>"),
    "latin-1": lambda body, kind, again: reply(
        body.decode().encode("latin-1", "replace"), kind=kind
    ),
    "half of the rows": parsed(half),
    "endless links": parsed(linked(SAME, always=True)),
    "no next link": parsed(linked(None)),
    "link to nowhere": parsed(
        linked(NOWHERE, always=True)
    ),  # the last: what it leaves is resumed by the run without a fault
}
ALWAYS = {
    "dripping body": "seconds",
    "dripping headers": "seconds",
    "bomb": "20 MB",
    "packed web page": "a web page",
}
MUST = {  # besides those that every source refuses
    "cbs_regions": ("half of the rows", "endless links", "link to nowhere"),
    "culture_coaches": ("half of the rows",),
    "duo_schools": ("half of the rows",),
    "osm_places": ("half of the rows",),
    "pdok_areas": ("half of the rows", "endless links", "no next link", "link to nowhere"),
    "wikidata_venues": ("half of the rows", "latin-1"),
}


@pytest.fixture(scope="module")
def between() -> Iterator[tuple[str, dict[str, Any]]]:
    """The URL of a server that hands on what a mirror of its own answers, mangled as the dict
    says.
    """
    state: dict[str, Any] = {"mangle": None, "page": "", "again": 0}
    with serving("--links", "real") as mirror, listening() as server:

        def hand_on(handler: BaseHTTPRequestHandler) -> None:
            again = "same.example.org" in handler.path
            state["again"], state["page"] = (
                (state["again"] + 1, state["page"]) if again else (0, handler.path)
            )
            sent = {
                k: handler.headers[k]
                for k in ("User-Agent", "Accept", "Content-Type")
                if k in handler.headers
            }
            data = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)) or None
            try:
                with urlopen(Request(mirror + state["page"], data, sent)) as response:
                    body, kind = response.read(), response.headers["Content-Type"]
            except HTTPError as e:
                reply(e.read(), e.code, e.headers["Content-Type"])(handler)
            else:
                (
                    state["mangle"](body, kind, state["again"])
                    if state["mangle"]
                    else reply(body, kind=kind)
                )(handler)

        server.answers = defaultdict(lambda: [hand_on])
        yield server.url, state


@pytest.mark.parametrize("name", MUST)
def test_faults_that_the_mirror_does_not_have_are_refused_or_change_no_figure(
    name: str,
    between: tuple[str, dict[str, Any]],
    raw: Path,
    tmp_path: Path,
    told: dict[str, Table],
) -> None:
    url, state = between
    row = told["Faults put in between"][name]
    if name not in told["Faults of the mirror"]:  # whose last fetch was one without a fault
        assert attempt(name, client(url), raw, tmp_path / "good") == ""
    passed = []
    for fault, mangle in INJECTED.items():
        seconds = 0.5 if fault.startswith("dripping") else 60
        state["mangle"] = mangle
        said = attempt(
            name, client(url, seconds=seconds, megabytes=20, requests=30), raw, tmp_path / fault
        )
        state["mangle"] = None
        assert ALWAYS.get(fault, "") in said, (fault, said)
        row[fault] = "refused" if said else "unchanged"
        passed += [] if said else [fault]
    assert not [fault for fault in MUST[name] if fault in passed]
    assert attempt(name, client(url), raw, tmp_path / "clean", refresh=False) == ""
    for fault in passed:
        assert_no_figure_changed(name, fault, tmp_path / fault, raw / name)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("latency:0.05", "cbs_regions"),
        ("latency:0.05", "osm_places"),
        ("503:1*1", "wikidata_venues"),
        ("reset*1", "cbs_regions"),
        ("truncate*1", "osm_places"),
    ],
)
def test_a_slow_server_and_a_passing_failure_change_no_figure(
    fault: str, name: str, own_mirror: str, raw: Path
) -> None:
    fetch(name, own_mirror, raw)
    before = figures(name, raw / name)
    with faults(own_mirror, fault):
        fetch(name, own_mirror, raw)
    after = figures(name, raw / name)
    assert after.keys() == before.keys()
    for table, df in before.items():
        pd.testing.assert_frame_equal(after[table], df)


def test_after_an_interruption_only_what_is_missing_is_asked_again(
    own_mirror: str, tmp_path: Path
) -> None:
    with faults(own_mirror, "500@offset=5000"), pytest.raises(SourceError, match="offset=5000"):
        fetch("duo_schools", own_mirror, tmp_path)
    # of 12: the package of primary schools and its first page are there
    assert source.fetch("duo_schools", CATALOGUE, client(own_mirror), tmp_path)["requests"] == 10


def test_the_command_says_it_in_one_line_exits_with_1_and_goes_on_with_the_others(
    own_mirror: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pipelines", "fetch", "cbs_regions", "culture_coaches"]
    options = ["--raw", str(tmp_path), "--attempts", "2", "--wait", "0"]
    with faults(own_mirror, "504@85755NED"):
        done = subprocess.run(
            [*command, *options],
            cwd=catalogue.ROOT,
            env={**os.environ, "CULTUURATLAS_MIRROR": own_mirror},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "FAILED cbs_regions: https://opendata.cbs.nl/" in done.stderr
    assert "HTTP 504 Gateway Timeout" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "culture_coaches: 2 requests" in done.stdout
    assert (tmp_path / "culture_coaches" / "manifest.json").exists()
    assert not (tmp_path / "cbs_regions").exists()
