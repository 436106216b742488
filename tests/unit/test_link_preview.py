"""What a message shows of a link to a page: its own title, what it is about, and a picture."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from starlette.datastructures import QueryParams

from dashboard import address, head, question, store
from dashboard.site import metadata, pages
from dashboard.words.text import LANGUAGES, t

HOST = "https://atlas.example"
PLACE = metadata.Place(f"{HOST}/site/", "")
ASKED = [(page, ask) for page in sorted(address.PAGES) for ask in question.of(page) or [""]]


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CULTUURATLAS_URL", HOST)


def shown(page: str, lang: str = "nl", **asked: str) -> dict[str, str]:
    lines = head._shared(QueryParams(urlencode(asked)), lang, f"/{page}")
    return {k: unescape(v) for k, v in re.findall(r'property="og:(\w+)" content="(.*?)" />', lines)}


@pytest.mark.parametrize(("page", "ask"), ASKED)
def test_every_question_has_a_picture_that_is_not_that_of_all(page: str, ask: str) -> None:
    preview = shown(page, **({"ask": ask} if ask else {}))
    picture = preview["image"].removeprefix(HOST)
    assert picture != "/site/preview.nl.png"
    assert picture.startswith(("/v/", "/site/preview.nl."))
    if picture.startswith("/site/"):
        assert (pages.file(picture.removeprefix("/site/"), PLACE) or b"").startswith(b"\x89PNG")
    assert preview["title"] != t("site", "nl")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_to_an_area_is_of_that_area(lang: str) -> None:
    area = store.area("GM0599")
    assert area
    assert area.name in shown("reach", lang, area="GM0599")["title"]
    assert shown("reach", lang)["image"].startswith(f"{HOST}/v/nation.png")
    data = shown("data", lang)
    assert data["title"].startswith(t("data_title", lang))
    assert data["description"] == t("data_lead", lang)


@pytest.mark.parametrize(
    "path", ["preview.fr.data_title.png", "preview.nl.data.png", "preview.nl.data_title.svg",
             "preview.nl.gaps_need_title.png", "preview.nl.x.png"],
)  # fmt: skip
def test_of_what_is_no_page_there_is_no_picture(path: str) -> None:
    assert pages.file(path, PLACE) is None
