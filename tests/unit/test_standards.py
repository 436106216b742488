"""What machines read is valid by the tools of those who made each standard.

The tools are imported where they are used: they take seconds, of every process that collects tests.
"""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from dashboard import store
from dashboard.api.openapi import openapi
from dashboard.site import metadata, pages
from tests.app.conftest import served
from tests.conftest import ROOT, SHARED, as_file

PLACE = metadata.Place(
    "https://atlas.example/site/", "https://atlas.example", contact="mail@atlas.example"
)
PROFILE = SHARED.parent / "standards" / "dcat-ap-nl"
RULES = ("", "-klassebereik", "-klassebereik-codelijsten")  # "-aanbevolen" is what it recommends


@pytest.fixture(scope="module", autouse=True)
def _part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A part of the embedded edition."""
    file = tmp_path_factory.mktemp("part") / "part.duckdb"
    as_file(file).close()
    with served(file):
        yield


def body(path: str) -> str:
    return (pages.file(path, PLACE) or b"").decode("utf-8-sig")


def test_the_catalogue_is_valid_dcat_ap_nl() -> None:
    import rdflib
    from pyshacl import validate as shacl

    if not PROFILE.exists():
        pytest.skip(f"no shapes of DCAT-AP-NL in {PROFILE.parent.name}/{PROFILE.name}")
    graph = rdflib.Graph().parse(data=body("catalog.jsonld"), format="json-ld")
    rules = rdflib.Graph()
    for name in RULES:
        rules.parse(PROFILE / f"shapes_dcat-ap-nl-SHACL{name}.ttl")
    valid, _, report = shacl(graph, shacl_graph=rules, advanced=True)
    assert valid, report
    contact = rdflib.URIRef("http://www.w3.org/ns/dcat#contactPoint")
    graph.remove((None, contact, None))  # the profile asks for it, and the test sees that
    assert not shacl(graph, shacl_graph=rules, advanced=True)[0]


def test_the_data_package_is_valid() -> None:
    from frictionless import Package

    described = json.loads(body("datapackage.json"))
    report = Package.validate_descriptor(described)
    assert report.valid, report.flatten(["type", "note"])
    package = Package.from_descriptor(described)
    assert package.get_resource("observation").schema.primary_key == ["indicator", "area", "period"]
    licences = {r.name: {each["name"] for each in r.licenses} for r in package.resources}
    assert licences["place"] == {
        s["licence"]
        for s in store.sources().values()
        if s["id"] in store.sources_of_table("place") and s["licence"] in metadata.LICENCES
    }
    assert len(licences["place"]) > 1


def test_the_csv_of_an_area_leads_to_its_description(tmp_path: Path) -> None:
    """By the address alone: a reader of the standard finds the columns and their types."""
    from csvw import CSVW

    described = json.loads(body("data/csv-metadata.json"))
    described["tables"] = [each for each in described["tables"] if each["url"] == "GM0599.csv"]
    (tmp_path / "csv-metadata.json").write_text(json.dumps(described), encoding="utf-8")
    (tmp_path / "GM0599.csv").write_bytes(pages.file("data/GM0599.csv", PLACE) or b"")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        csvw = CSVW(f"http://127.0.0.1:{server.server_port}/GM0599.csv", validate=True)
        assert csvw.is_valid, [str(w.message) for w in csvw.warnings]
        columns = csvw.t.tableSchema.columns  # one for all tables
        server.shutdown()
    assert {c.name: c.datatype.base for c in columns if c.datatype}["value"] == "number"


def test_the_description_of_the_api_is_valid() -> None:
    from openapi_spec_validator import validate

    validate(openapi())


def test_every_file_says_who_made_it_and_under_which_licence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "--root", str(ROOT), "lint", "--lines"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
