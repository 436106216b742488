"""The worksheet as a file: complete in both languages, and nothing in it that loads, stores or
sends.
"""

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest

from dashboard.site import worksheet
from dashboard.words.text import LANGUAGES, strings, t

HOME = "../../?lang=nl"


class Tags(HTMLParser):
    """The tags of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str, *tags: str) -> list[str]:
        return [
            str(a[attribute])
            for tag, a in self.found
            if attribute in a and (not tags or tag in tags)
        ]


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(lang: str) -> str:
    return worksheet.page(lang, HOME)


def test_every_text_is_on_the_page_in_its_language(page: str, lang: str) -> None:
    elsewhere = {
        "worksheet_door",
        "worksheet_language",
    }  # on the pages that link to it; in the other language
    keys = {k for k in strings() if k.startswith("worksheet_")} - elsewhere
    assert len(keys) > 50
    for key in keys:
        text = t(key, lang, what="\n", date="{date}", file="{file}")
        for part in text.split("\n"):
            assert (
                str(escape(part)).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
            ), key


def test_it_says_its_language_and_where_the_other_is(page: str, lang: str) -> None:
    tags = Tags(page)
    other = next(o for o in LANGUAGES if o != lang)
    assert tags.values("lang", "html") == [lang]
    assert f"<title>{t('worksheet_title', lang)} · {t('site', lang)}</title>" in page
    about = {a.get("name"): a.get("content") for tag, a in tags.found if tag == "meta"}
    assert about["description"] == t("worksheet_description", lang)
    assert about["viewport"] == "width=device-width, initial-scale=1"
    links = {
        str(a["hreflang"]): str(a["href"])
        for tag, a in tags.found
        if tag == "link" and "hreflang" in a
    }
    assert set(links) == set(LANGUAGES)
    for to, link in links.items():
        assert urljoin(worksheet.address(lang), link) == worksheet.address(to)
    door = next(a for tag, a in tags.found if tag == "a" and a.get("hreflang"))
    assert (door["hreflang"], door["href"]) == (other, links[other])


def test_the_policy_allows_its_own_script_and_style_and_nothing_else(page: str) -> None:
    policy = next(
        a["content"]
        for tag, a in Tags(page).found
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == worksheet.policy()
    allowed = dict(part.strip().split(" ", 1) for part in str(policy).split(";"))
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert (
            allowed.pop(directive)
            == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        )
    assert allowed.pop("img-src") == "data: blob:"
    assert {"default-src", "connect-src", "form-action"} <= set(allowed)
    assert set(allowed.values()) == {"'none'"}
    before = page[: page.index("Content-Security-Policy")]
    assert not re.search(
        "<(script|style|link|img)", before
    )  # the policy holds for all that follows


def test_it_names_no_address_elsewhere_and_loads_nothing(page: str) -> None:
    found = Tags(page)
    addresses = (
        found.values("href")
        + found.values("src")
        + found.values("action")
        + found.values("formaction")
    )
    assert addresses
    assert all(a.startswith(("../", "data:")) or a == worksheet.FILE for a in addresses)
    assert set(re.findall(r"https?://[^\s\"'&)%]+", page)) == {
        "http://www.w3.org/2000/svg"
    }  # the name of SVG
    assert not re.search(r"url\(|@import|@font-face", page)
    assert {tag for tag, _ in found.found}.isdisjoint(
        {"iframe", "object", "embed", "img", "video", "audio", "base"}
    )


def test_its_script_knows_no_storage_and_no_way_out(page: str) -> None:
    script = page[page.rindex("<script>") :]
    for api in (
        *(
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "cookie",
            "caches",
            "serviceWorker",
            "showSaveFilePicker",
        ),
        *(
            "fetch",
            "XMLHttpRequest",
            "WebSocket",
            "EventSource",
            "sendBeacon",
            "RTCPeerConnection",
            "import",
        ),
        *(
            "postMessage",
            "window.open",
            "window.name",
            "history",
            "location",
            "innerHTML",
            "eval",
            "Function",
        ),
    ):
        assert api not in script, api


def test_no_field_has_a_name_that_a_browser_would_remember(page: str) -> None:
    tags = Tags(page)
    form = next(a for tag, a in tags.found if tag == "form")
    assert form["autocomplete"] == "off"
    assert form["spellcheck"] == "false"  # some browsers send what they check
    assert "action" not in form
    assert not any("name" in a for tag, a in tags.found if tag == "textarea")
    assert set(tags.values("type", "button")) == {"button"}


def test_every_field_has_its_label_and_its_examples(page: str) -> None:
    tags = Tags(page)
    ids = tags.values("id")
    assert len(ids) == len(set(ids))
    fields = tags.values("id", "textarea")
    assert len(fields) == len(worksheet.PLACES) * len(worksheet.ROWS) + 2
    assert tags.values("for", "label") == fields
    for attribute in ("aria-describedby", "aria-labelledby"):
        assert set(tags.values(attribute)) <= set(ids)


def test_both_languages_are_the_same_form() -> None:
    forms = [
        [
            (tag, a.get("id"), a.get("name"), a.get("value"))
            for tag, a in Tags(worksheet.page(lang, HOME)).found
        ]
        for lang in LANGUAGES
    ]
    assert forms[0] == forms[1]


def test_it_is_small_and_leads_home(page: str) -> None:
    assert len(page.encode()) < 60_000
    assert HOME in Tags(page).values("href", "a")


def test_the_way_home_is_escaped() -> None:
    assert 'href="./&#34;&lt;b&gt;"' in worksheet.page("nl", './"<b>')
