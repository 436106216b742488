"""Every way a publisher can fail: a message that names source, address and problem, and the last good snapshot stays.

Each test has the mirror to itself, with faults set on it; the sources run through the same `fetch` as the command line.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from pipelines import catalogue, source
from pipelines.source import Http, SourceError

pytestmark = pytest.mark.mirror
CATALOGUE = catalogue.load()
PAYLOADS = Path(__file__).parent.parent / "payloads"

# one source of each protocol: OData, SPARQL, a compiled CSV, a compiled workbook; CKAN and Overpass take seconds
PROTOCOLS = ("cbs_regions", "wikidata_venues", "culture_coaches", "rotterdam_wijkprofiel")
SLOW_PROTOCOLS = ("duo_schools", "osm_places")
HOST = {
    "cbs_regions": "https://opendata.cbs.nl/",
    "duo_schools": "https://onderwijsdata.duo.nl/",
    "osm_places": "https://download.geofabrik.de/",
    "wikidata_venues": "https://query.wikidata.org/",
    "culture_coaches": "compiled:rates/",
    "rotterdam_wijkprofiel": "compiled:rotterdam/",
}
TRANSPORT = {
    "429:5": "HTTP 429",
    "500": "HTTP 500",
    "502": "HTTP 502",
    "503:5": "HTTP 503",
    "504": "HTTP 504",
    "reset": "connection failed",
    "truncate": "truncated",
    "html": "a web page came instead of data",
    "latency:1": "timed out",
}
CONTENT = [
    *(
        ("empty", name, "200 without rows")
        for name in ("amsterdam_subsidies", "cbs_regions", "duo_pupils", "duo_schools", "wikidata_venues")
    ),
    ("empty", "osm_places", "no rows for table place"),
    ("empty", "rce_museums", "200 without features"),
    ("remark", "osm_places", "runtime error: Query timed out"),
    ("dup-page", "cbs_kwb", "page 2 repeats rows of an earlier page"),
    ("dup-page", "duo_pupils", "page 2 repeats rows of an earlier page"),
    ("dup-page", "pdok_areas", "page 2 repeats features of an earlier page"),
    *(("shift", name, "outside") for name in ("cbs_kwb", "cbs_proximity", "cbs_wijken", "rivm_health")),
    *(
        ("shift", name, "not near the Netherlands")
        for name in ("duo_schools", "kiesraad_places", "osm_places", "wikidata_venues")
    ),
    ("shift", "iv3_culture", "is it still in thousands?"),
    ("shift", "pdok_areas", "outlines of 3024 came"),
    ("vanish:Naam", "cbs_regions", "no column of province codes"),
    ("vanish:Code", "cbs_regions", "no column of province codes"),
    ("vanish:AantalInwoners", "cbs_kwb", "no column is titled 'Aantal inwoners'"),
    ("vanish:AfstandTotBibliotheek", "cbs_proximity", "no column is titled 'Afstand tot bibliotheek'"),
    ("vanish:Nettoarbeidsparticipatie", "cbs_wijken", "no column is titled 'Nettoarbeidsparticipatie'"),
    ("vanish:POSTCODE", "duo_schools", "field 'POSTCODE' is gone"),
    ("vanish:GPS_LATITUDE", "duo_schools", "field 'GPS_LATITUDE' is gone"),
    ("vanish:EINDDATUM", "duo_schools", "field 'EINDDATUM' is gone"),
    ("vanish:POSTCODE4", "duo_pupils", "field 'POSTCODE4_DEELNEMER' is gone"),
    ("vanish:Bedragverleend", "amsterdam_subsidies", "field 'Bedragverleend' is gone"),
    ("vanish:Latitude", "kiesraad_places", "field 'Latitude' is gone"),
    ("vanish:Gebruiksdoel", "kiesraad_places", "field 'Gebruiksdoel van het gebouw' is gone"),
    ("vanish:Toegankelijk", "kiesraad_places", "lichamelijke beperking' is gone"),
    ("vanish:tags", "osm_places", "elements lack a place or tags, most of them tags"),
    ("vanish:lat", "osm_places", "elements lack a place or tags, most of them a place"),
    ("vanish:lon", "wikidata_venues", "HTTP 400"),
]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the good snapshots are: at first those recorded in `tests/payloads`."""
    return tmp_path_factory.mktemp("raw")


@contextmanager
def faults(url: str, spec: str) -> Iterator[None]:
    urlopen(Request(f"{url}/__faults", spec.encode(), method="POST")).close()
    try:
        yield
    finally:
        urlopen(Request(f"{url}/__faults", method="DELETE")).close()


@cache
def client(url: str, timeout: float) -> Http:
    return Http(mirror=url, attempts=2, wait=0, timeout=timeout, pause=0, contact="info@example.org")


def fetch(name: str, url: str, raw: Path, timeout: float = 30) -> dict[str, int]:
    return source.fetch(name, CATALOGUE, client(url, timeout), raw, refresh=True, say=lambda line: None)


def fingerprint(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.iterdir())}


def refused(name: str, own_mirror: str, raw: Path, spec: str, timeout: float = 30) -> str:
    """What the error says; the snapshot of before is untouched, and the next fetch without fault succeeds."""
    if not (raw / name).exists():
        shutil.copytree(PAYLOADS / name, raw / name)
    before = fingerprint(raw / name)
    with faults(own_mirror, spec), pytest.raises(SourceError) as caught:
        fetch(name, own_mirror, raw, timeout)
    assert fingerprint(raw / name) == before
    fetch(name, own_mirror, raw)
    assert not (raw / f"{name}.part").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("fault", "name"),
    [*product(TRANSPORT, PROTOCOLS), *product(("429:5", "reset", "truncate"), SLOW_PROTOCOLS)],
)
def test_a_failing_server_is_named_with_its_address_and_problem(
    fault: str, name: str, own_mirror: str, raw: Path
) -> None:
    said = refused(name, own_mirror, raw, fault, timeout=0.5 if fault.startswith("latency") else 30)
    assert said.startswith(f"{name}: {HOST[name]}")
    assert TRANSPORT[fault] in said
    assert "127.0.0.1" not in said


@pytest.mark.parametrize(("fault", "name", "problem"), CONTENT)
def test_a_wrong_answer_with_status_200_is_refused(
    fault: str, name: str, problem: str, own_mirror: str, raw: Path
) -> None:
    said = refused(name, own_mirror, raw, fault)
    assert said.startswith(f"{name}: http")
    assert problem in said


def figures(name: str, raw: Path) -> dict[str, pd.DataFrame]:
    return source.tidied(name, CATALOGUE, raw / name)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("suffix", "cbs_proximity"),
        ("suffix", "cbs_regions"),
        ("suffix", "cbs_wijken"),
        ("latency:0.05", "cbs_regions"),
        ("latency:0.05", "osm_places"),
        ("503:1*1", "wikidata_venues"),
        ("reset*1", "cbs_regions"),
        ("truncate*1", "osm_places"),
    ],
)
def test_renumbered_columns_a_slow_server_and_a_passing_failure_change_no_figure(
    fault: str, name: str, own_mirror: str, raw: Path
) -> None:
    fetch(name, own_mirror, raw)
    before = figures(name, raw)
    with faults(own_mirror, fault):
        fetch(name, own_mirror, raw)
    after = figures(name, raw)
    assert after.keys() == before.keys()
    for table, df in before.items():
        pd.testing.assert_frame_equal(after[table], df)


def test_bare_elements_are_skipped_and_counted(own_mirror: str, raw: Path) -> None:
    fetch("osm_places", own_mirror, raw)
    before = len(figures("osm_places", raw)["place"])
    with faults(own_mirror, "bare@overpass-api"):
        done = fetch("osm_places", own_mirror, raw)
    after = figures("osm_places", raw)["place"]
    assert done["skipped"] == before - len(after) == after.attrs["skipped"] > 2


def test_after_an_interruption_only_what_is_missing_is_asked_again(own_mirror: str, tmp_path: Path) -> None:
    with faults(own_mirror, "500@offset=5000"), pytest.raises(SourceError, match="offset=5000"):
        fetch("duo_schools", own_mirror, tmp_path)
    # of 12: the package of primary schools and its first page are there
    assert fetch("duo_schools", own_mirror, tmp_path)["requests"] == 10


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
