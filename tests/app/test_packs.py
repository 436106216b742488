"""The journalist's pack on every page: offered first, complete, and the same in another process."""

import hashlib
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard import store
from dashboard.answer import network
from dashboard.download import pack
from dashboard.words.text import LANGUAGES, t
from pipelines.catalogue import ROOT
from pipelines.methods import columns, partnership
from tests.app.conftest import run
from tests.unit.test_pack import opened, rows_of

TARWEWIJK = "BU05991571"
SECTIONS = (
    "download",
    "pupils-away",
    "download-money",
    "download-here",
    "download-changed",
    "download-barriers",
    "download-part",
    "download-counted",
    "download-does",
    "download-enough",
    "download-step-free",
    "download-grants",
    "download-functions",
    "download-slope",
)
# a page and what is asked of it, the packs it has, and which of them have a picture
VIEWS = {
    "explore": ({"area": TARWEWIJK, "indicator": "lonely_share", "level": "buurt"}, [True, True]),
    "explore beside": ({"ask": "beside", "area": "GM0599"}, [True]),
    "explore national": ({"indicator": "museums_reach_share"}, [True]),
    "reach": ({"area": "GM0599"}, [True]),
    "reach get_there": ({"ask": "get_there", "area": "GM0599"}, [True]),
    "reach barriers": ({"ask": "barriers", "area": "GM0599"}, [True] * 3),
    "reach changed": ({"ask": "changed", "area": "GM0599"}, [True, True]),
    "reach side_by_side": ({"ask": "side_by_side", "area": "GM0599+GM0518"}, [True]),
    "gaps": ({"area": "GM0599"}, [True]),
    "gaps find": ({"ask": "find", "area": "GM0599", "w": "1.0.2"}, [True]),
    "gaps participation": ({"ask": "participation", "area": "GM0599"}, [True]),
    "gaps whom": ({"ask": "whom", "area": "GM0599"}, [True]),
    "gaps known": ({"ask": "known", "area": "GM0599"}, [True]),
    "gaps clusters": ({"ask": "clusters", "area": "GM0599"}, [True]),
    "gaps conditions": ({"ask": "conditions", "area": "GM0599"}, [True]),
    "connections path": ({"ask": "path", "area": TARWEWIJK}, [True]),
    "connections possible": ({"ask": "possible", "area": TARWEWIJK}, [False]),
    "connections": ({"area": "GM0599"}, [True]),
    "connections ring": ({"ask": "ring", "area": TARWEWIJK}, [True]),
    "connections partner": ({"ask": "partner", "area": TARWEWIJK}, [False]),
    "connections network": ({"ask": "network", "area": "GM0363"}, [True, True, False]),
    "connections pupils": ({"ask": "network", "area": TARWEWIJK}, [False]),
    "what_if": ({"area": "GM0344", "kind": "library", "open": "BU03440121"}, [True]),
    "what_if best": ({"ask": "best", "area": "GM0344", "kind": "library"}, [True]),
    "profile": ({"area": TARWEWIJK}, [False, *[True] * 7]),
}
Made = Callable[[], bytes]


def offered(view: str, lang: str = "nl") -> tuple[AppTest, dict[str, Made]]:
    """The page with its downloads opened, and the packs it offers by file name."""
    page, asked = view.split()[0], VIEWS[view][0]
    made: dict[str, Made] = {}
    real = pack.download

    def kept(name: str, *rest: object) -> pack.Download:
        found = real(name, *rest)  # type: ignore[arg-type]
        made[name] = found[3]
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack, "download", kept)
        test = run(page, lang=lang, **asked)
        for section in SECTIONS:
            if section in test.session_state:
                test.session_state[section] = True
        test.run()
    assert not test.exception
    assert not test.warning
    return test, made


def hashes(views: list[str]) -> dict[str, str]:
    """SHA-256 of every pack of some views."""
    found = {name: make for view in views for name, make in offered(view)[1].items()}
    return {name: hashlib.sha256(make()).hexdigest() for name, make in found.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_offers_a_pack_first_and_it_is_complete(view: str, lang: str) -> None:
    test, made = offered(view, lang)
    sections = [e.get("download_button") for e in test.expander if e.get("download_button")]
    assert [buttons[0].proto.label for buttons in sections] == [t("download_pack", lang)] * len(
        made
    )
    pictured = []
    for name, make in made.items():
        assert store.build()["id"] in name
        files = opened(make())
        rows, about = rows_of(files), json.loads(files["pack.json"])
        assert rows
        assert about["sources"]
        assert all(s["licence"] for s in about["sources"])
        (described,) = (json.loads(b) for n, b in files.items() if n.endswith(".csv-metadata.json"))
        assert described["url"] in files
        assert [c["name"] for c in described["tableSchema"]["columns"]] == [*rows[0]]
        held = {r[c] for r in rows for c in r if c.rpartition(":")[2] == "status"}
        assert about["statuses"] == [s for s in store.STATUSES if s in held]
        for language in LANGUAGES:
            caption = files[f"caption.{language}.txt"].decode()
            assert "**" not in caption
            assert t("made_by", language, build=store.build()["id"]) in caption
            assert t("edition_mirror", language) in caption
            assert all(t(f"status_{s}_text", language) in caption for s in about["statuses"])
            assert f"/{view.split()[0]}?" in caption.split()[-1]
            assert len(files[f"not-to-conclude.{language}.txt"].splitlines()) > 1
        pictures = {n: b for n, b in files.items() if n.endswith((".svg", ".png"))}
        pictured.append(bool(pictures))
        assert (f"alt.{lang}.txt" in files) == bool(pictures)
        for n, content in pictures.items():
            if n.endswith(".svg"):
                said = " ".join(ET.fromstring(content).itertext())
                assert store.build()["id"] in said
            else:
                picture = Image.open(io.BytesIO(content)).convert("RGB")
                wide, high = picture.size
                assert (wide, high) == (1200, 675) if n.endswith("-liggend.png") else wide >= 1600
                for edge in (
                    (0, 0, 10, high),
                    (wide - 4, 0, wide, high),
                    (0, high - 4, wide, high),
                ):
                    assert picture.crop(edge).getcolors() == [
                        ((edge[2] - edge[0]) * (edge[3] - edge[1]), (255, 255, 255))
                    ], n
    assert sorted(pictured) == sorted(VIEWS[view][1])


@pytest.mark.parametrize(
    "view", ["gaps", "gaps find", "gaps participation", "connections ring", "reach barriers"]
)
def test_the_address_in_a_pack_shows_the_same_again(view: str) -> None:
    _, made = offered(view)
    make, *_ = made.values()
    link = json.loads(opened(make())["pack.json"])["link"]
    page, _, query = link.partition("?")
    again = run(page.strip("/"), **dict(parse_qsl(query)))
    assert not again.warning
    assert again.title[0].value == offered(view)[0].title[0].value


def test_another_process_makes_the_same_bytes() -> None:
    """Among them what is made of sets, of a layout at random, and by both ways of drawing."""
    views = [
        "gaps find",
        "connections",
        "connections ring",
        "connections network",
        "profile",
        "connections path",
    ]
    ask = f"import json; from tests.app.test_packs import hashes; print(json.dumps(hashes({views!r})))"
    environment = {**os.environ, "PYTHONHASHSEED": "4321"}
    there = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(there.stdout.splitlines()[-1]) == hashes(views)


def test_what_a_reader_supplies_gets_no_pack_for_it_is_in_no_edition() -> None:
    body = (
        ",".join(partnership.COLUMNS) + "\nKoor,leisure,3081,Globe,partnership,2023,jaarverslag\n"
    )
    test = run("connections", ask="network", area="GM0599")
    test.file_uploader(key="own-0").set_value(("network.csv", body.encode(), "text/csv"))
    test.run()
    test.session_state["download"] = True
    test.run()
    sheet = partnership.table(body.encode())
    assert network.own(sheet, columns.proposal(sheet.names), "network.csv", {}).kinds
    labels = [b.proto.label for b in test.get("download_button")]
    assert t("download_csv", "nl") in labels
    assert t("download_pack", "nl") not in labels


def test_the_pack_of_a_network_counts_the_ties_of_the_store() -> None:
    _, made = offered("connections network")
    make = next(make for name, make in made.items() if "pupil" not in name)
    ties = [tie for tie in store.ties("GM0363") if tie["kind"] == "funding"]
    rows = rows_of(opened(make()))
    assert len(rows) == len(ties)
    assert sum(float(r["weight"] or 0) for r in rows) == pytest.approx(
        sum(tie["weight"] or 0 for tie in ties)
    )
