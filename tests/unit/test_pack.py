"""The journalist's pack of a map: opened again, read back, and the same twice."""

import csv
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from dashboard import store
from dashboard.answer.view import View
from dashboard.download import pack
from dashboard.download.files import view_files
from dashboard.words.text import LANGUAGES, t
from pipelines.catalogue import ROOT

SITE = "https://example.org"
PLACES = ("GM0599", "GM0363", "WK059915", "BU05991571", store.country())


def view_of(indicator: str, period: str, level: str, code: str, lang: str = "nl") -> View:
    area = store.area(code)
    assert area
    return View(lang, store.indicators()[indicator], period, level, area)


def packed(view: View) -> tuple[str, bytes]:
    ((_, name, mime, make),) = view_files(view, SITE + view.link())["pack"]
    assert mime == "application/zip"
    return name, make()


def opened(body: bytes) -> dict[str, bytes]:
    """The files of a pack, held against its own description."""
    with ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        entries = archive.infolist()
        files = {e.filename: archive.read(e) for e in entries}
    assert [e.filename for e in entries] == sorted(files)
    assert {e.date_time for e in entries} == {pack.EARLIEST}
    assert {e.external_attr for e in entries} == {0o644 << 16}
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in files)
    about = json.loads(files["pack.json"])
    assert about["files"] == {
        n: hashlib.sha256(b).hexdigest() for n, b in files.items() if n != "pack.json"
    }
    lines = "".join(
        f"{digest}  {name}\n" for name, digest in sorted(about["files"].items())
    )  # as sha256sum writes
    assert about["version"] == hashlib.sha256(lines.encode()).hexdigest()
    for name, content in files.items():
        if not name.endswith(".png"):
            assert content.decode().endswith("\n"), name
            assert str(ROOT) not in content.decode(), name
    return files


def one(files: dict[str, bytes], ending: str) -> bytes:
    (found,) = (content for name, content in files.items() if name.endswith(ending))
    return found


def rows_of(files: dict[str, bytes]) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(one(files, ".csv").decode("utf-8-sig")))]


VIEWS = [
    view_of("lonely_share", "2020", "buurt", "BU05991571"),  # estimated, and missing
    view_of("cultural_facilities_share", "2014", "buurt", "GM0599"),  # measured
    replace(
        view_of(
            "spending_culture",
            store.periods("spending_culture", "gemeente")[0],
            "gemeente",
            store.country(),
        ),
        lang="en",
    ),
]


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.indicator.id)
def test_a_pack_holds_the_figures_of_the_store_and_the_pictures_it_promises(view: View) -> None:
    name, body = packed(view)
    files = opened(body)
    assert name.startswith(f"cultuuratlas-{view.indicator.id}-{view.level}-")
    assert store.build()["id"] in name
    rows = rows_of(files)
    found = {o.code: o for o in view.found}
    assert [r["area"] for r in rows] == [*found]
    for r in rows:
        o = found[r["area"]]
        assert r["status"] == o.status
        rounded = None if o.value is None else round(o.value, view.indicator.decimals + 2)
        assert (float(r["value"]) if r["value"] else None) == rounded
    said = json.loads(one(files, ".csv-metadata.json"))
    assert said["url"] in files
    assert [c["name"] for c in said["tableSchema"]["columns"]] == [*rows[0]]
    for what in ("kaart", "grafiek"):
        assert ET.fromstring(one(files, f".{what}.svg")).tag.endswith("svg")
        assert Image.open(io.BytesIO(one(files, f".{what}-liggend.png"))).size == (1200, 675)
        assert Image.open(io.BytesIO(one(files, f".{what}.png"))).width == 1600


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.indicator.id)
def test_captions_say_source_status_edition_and_address_in_both_languages(view: View) -> None:
    files = opened(packed(view)[1])
    about, build = json.loads(files["pack.json"]), store.build()
    for lang in LANGUAGES:
        there = replace(view, lang=lang)
        caption = files[f"caption.{lang}.txt"].decode()
        words = [there.title, there.sentence, there.source, t("made_by", lang, build=build["id"])]
        for text in [*words, *(t(f"status_{s}_text", lang) for s in view.statuses)]:
            assert text in caption, text
        assert (t("edition_mirror", lang) in caption) == build["mirror"]
        link = caption.split()[-1]
        assert link.startswith(f"{SITE}/explore?")
        assert f"edition={build['id']}" in link
        assert ("lang=en" in link) == (lang == "en")
        assert t("map_table", lang) not in files[f"alt.{lang}.txt"].decode()
        assert there.title in files[f"alt.{lang}.txt"].decode()
        not_said = files[f"not-to-conclude.{lang}.txt"].decode()
        assert not_said.splitlines() == [
            t("not_conclude", lang),
            *(f"- {c}" for c in there.cautions),
        ]
    assert about["statuses"] == [s for s in store.STATUSES if s in view.statuses]
    assert about["mirror"] == build["mirror"]
    assert about["edition"]["id"] == build["id"]
    assert about["link"] == SITE + view.link()
    source = store.sources()[view.indicator.source]
    assert about["sources"][0]["licence"] == source["licence"]
    citation = files["citation.txt"].decode()
    for text in (
        view.title,
        source["publisher"],
        source["title"],
        view.period,
        build["id"],
        SITE + view.link(),
    ):
        assert text in citation
    whole, *under = json.loads(files["citation.json"])
    assert (whole["version"], whole["URL"]) == (build["id"], SITE + view.link())
    assert [u["title"] for u in under] == [s["title"] for s in about["sources"]]


def test_nothing_of_an_estimate_passes_for_measured() -> None:
    view = VIEWS[0]
    assert "measured" not in view.statuses
    files = opened(packed(view)[1])
    for lang, other in (("nl", "Gemeten:"), ("en", "Measured:")):
        caption = files[f"caption.{lang}.txt"].decode()
        assert t("status_estimated_text", lang) in caption
        assert other not in caption


def test_figures_fetched_live_are_not_said_to_come_from_a_mirror(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = {**store.build(), "mirror": False}
    monkeypatch.setattr(store, "build", lambda: live)
    files = opened(packed(VIEWS[1])[1])
    assert json.loads(files["pack.json"])["mirror"] is False
    for lang in LANGUAGES:
        assert t("edition_mirror", lang) not in files[f"caption.{lang}.txt"].decode()


@some.composite
def views(draw: some.DrawFn) -> View:
    """Any map with figures that the embedded edition has."""
    area = store.area(draw(some.sampled_from(PLACES)))
    assert area
    indicator = draw(some.sampled_from([i for i in store.indicators() if store.offered(i, area)]))
    level = draw(some.sampled_from(store.offered(indicator, area)))
    period = draw(some.sampled_from(store.periods(indicator, level)))
    return view_of(indicator, period, level, area.code, draw(some.sampled_from(LANGUAGES)))


@given(views())
@settings(max_examples=6)
def test_any_map_gives_the_same_bytes_twice(view: View) -> None:
    first, second = packed(view), packed(view)
    assert first == second
    files = opened(first[1])
    assert len(rows_of(files)) == len(view.found)
    assert len(files) == (17 if view.distribution else 14)


@given(
    some.dictionaries(
        some.from_regex(r"[a-z][a-z0-9_.-]{0,20}", fullmatch=True), some.binary(max_size=200)
    )
)
@settings(max_examples=60)
def test_the_order_of_parts_makes_no_difference(parts: dict[str, bytes]) -> None:
    body = pack.zipped(parts)
    assert body == pack.zipped(dict(reversed(parts.items())))
    with ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == parts


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/b", "é.txt", "a b", ".x"])
def test_a_name_that_is_no_plain_file_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        pack.zipped({name: b""})


def test_file_names_hold_nothing_but_plain_characters() -> None:
    assert pack.file_name("partners", "osm:node/1 é", ".csv") == (
        f"cultuuratlas-partners-osm_node_1_-{store.build()['id']}.csv"
    )
