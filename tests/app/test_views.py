"""Every view as a file at an address of its own."""

import asyncio
import csv
import io
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard import server, store
from dashboard.answer.views import VIEWS
from dashboard.api import views
from dashboard.download.address import ROOT, short
from dashboard.words.text import LANGUAGES
from tests.app.conftest import run

TARWEWIJK = "BU05991571"
# views without figures of this neighbourhood, or without a picture
PLACELESS = {name for name, view in VIEWS.items() if "area" not in view.parameters}
TABLES = {"profile", "partners", "pupils"}
ABSENT = {"ties", "grants", "counted"}
BAD = [
    ("nothing.svg", 404, "nothing"),
    ("money.docx", 404, ".svg"),
    ("profile.svg", 404, ".csv"),
    ("money.svg?area=GM9999", 404, "GM9999"),
    ("begin.svg", 404, "begin"),
    ("money.svg?aera=GM0599", 400, "aera"),
    ("money.svg?area=GM0599&area=GM0363", 400, "area"),
    ("explore.svg?indicator=nothing", 400, "nothing"),
    ("explore.svg?level=straat", 400, "straat"),
    ("finder.svg?w=9.9", 400, "9.9"),
    ("money.svg?lang=xx", 400, "xx"),
    ("path.svg?age=" + "x" * 200, 400, "age"),
]


APP = Starlette(
    routes=[Route(f"{ROOT}{{path:path}}", views.answer)],
    middleware=[Middleware(server.OneEdition), Middleware(server.Headers)],
)


def get(path: str, **how: Any) -> httpx.Response:
    """What is at a path below `/v/`."""

    async def ask() -> httpx.Response:
        over = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=over, base_url="http://atlas.example/v/") as client:
            return await client.get(path, **how)

    return asyncio.run(ask())


# what must be asked besides, of a view that most figures do not have
ALSO = {
    "slope": {"indicator": "lonely_share", "level": "buurt"},
    "beside": {"indicator": "lonely_share", "against": "volunteers_share", "level": "buurt"},
}


def asked(name: str) -> dict[str, str]:
    return ({} if name in PLACELESS else {"area": TARWEWIJK}) | ALSO.get(name, {})


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_a_picture_and_a_table(name: str) -> None:
    table = get(f"{name}.csv", params=asked(name))
    if name in ABSENT:
        assert table.status_code == 404
        return
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    same = get(f"{name}.json", params=asked(name)).json()
    assert rows
    assert len(same["data"]) == len(rows)
    assert same["sources"]
    assert same["edition"] == store.build()["id"]
    if name in TABLES:
        return
    drawn = get(f"{name}.svg", params=asked(name) | {"lang": "en"})
    assert drawn.headers["content-type"] == "image/svg+xml"
    drawn_text = "".join(" ".join(ET.fromstring(drawn.content).itertext()).split())
    for part in (*asked(name).values(), "lang=en", f"/v/{name}", store.build()["id"]):
        assert part in drawn_text, part


def test_pixels_for_print_and_for_a_message() -> None:
    there = {"area": "GM0599"}
    sizes = [
        Image.open(io.BytesIO(get("money.png", params=there | shape).content)).size
        for shape in ({}, {"shape": "social"})
    ]
    assert sizes[0][0] >= 1600
    assert sizes[1] == (1200, 675)


@pytest.mark.parametrize(("path", "status", "named"), BAD)
@pytest.mark.parametrize("lang", LANGUAGES[:2])
def test_a_mistake_is_told_in_the_language_of_the_reader(
    path: str, status: int, named: str, lang: str
) -> None:
    inside = "" if "lang=" in path else f"{'&' if '?' in path else '?'}lang={lang}"
    got = get(path + inside)
    assert got.status_code == status
    assert named in got.text
    assert "Traceback" not in got.text
    if inside:
        assert ("Choose" in got.text or "away" in got.text or "cannot" in got.text) == (
            lang == "en"
        )


def test_without_an_ending_it_is_the_page_that_shows_it() -> None:
    for name, view in VIEWS.items():
        given = asked(name)
        to = get(name, params=given)
        assert to.status_code == 302
        at = urlsplit(to.headers["location"])
        query: dict[str, Any] = dict(parse_qsl(at.query))
        assert at.path == f"/{view.page}"
        assert given.items() <= query.items()
        test = run(view.page, **query)
        assert not test.exception
        assert not test.warning, name


def test_what_the_reader_has_is_not_sent_again() -> None:
    first = get("nation.svg")
    again = get("nation.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = get("nation.svg?lang=en", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]
    assert first.headers["access-control-allow-origin"] == "*"
    assert "script" not in first.headers["content-security-policy"]


def test_the_short_address_of_a_page_gives_the_same_picture() -> None:
    link = f"http://atlas.example/reach?area={TARWEWIJK}&edition=x&ask=charts&lang=en"
    at = urlsplit(short("among", {"indicator": "spending_culture"}, link))
    assert at.path == "/v/among"
    assert dict(parse_qsl(at.query)) == {
        "area": TARWEWIJK,
        "indicator": "spending_culture",
        "lang": "en",
    }
    assert short("nothing", {}, link) == link


def test_every_form_is_of_some_view() -> None:
    for ending in views.ENDINGS:
        got = get(f"explore.{ending}?area=GM0599&indicator=lonely_share&level=wijk")
        assert got.status_code == 200, ending
        assert got.content
