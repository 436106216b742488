"""The static pages in a browser: accessible, on two sheets of paper, without a script and without
anybody else.
"""

from collections.abc import Iterator
from itertools import combinations

import httpx
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboard import store
from dashboard.answer import profile
from dashboard.site import metadata, pages
from dashboard.words.text import LANGUAGES, t
from tests.browser.conftest import made

pytestmark = pytest.mark.browser

# of every row of a table each line of text: what, where and how large in pixels
TEXTS = """[...document.querySelectorAll('tr')].map(row => [...row.children].flatMap(cell => {
  const range = document.createRange()
  range.selectNodeContents(cell)
  const size = parseFloat(getComputedStyle(cell).fontSize)
  return [...range.getClientRects()].filter(r => r.width)
    .map(r => [cell.textContent, r.left, r.top, r.right, r.bottom, size])
}))"""

AREAS = [
    "GM0599",
    "BU05991571",
    "BU05992295",
]  # with everything, estimated and measured, and where nobody lives
FULLEST = ["GM0599", "BU05991571", "WK059915"]


@pytest.fixture(scope="module", params=["light", "dark"])
def plain(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page of a reader without JavaScript."""
    context = chromium.new_context(
        color_scheme=request.param, viewport={"width": 390, "height": 844}
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [*(f"{{lang}}/{code}.html" for code in AREAS), "home", "{lang}/GM9999.html", "{lang}/api.html"],
)
def test_the_pages_are_accessible(plain: Page, site: str, path: str, lang: str) -> None:
    plain.goto(f"{site}/site/{metadata.HOME[lang] if path == 'home' else path.format(lang=lang)}")
    found = Axe().run(
        plain, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    assert found.violations_count == 0, found.generate_report()
    heights = plain.evaluate(
        "[...document.querySelectorAll('table a')].map(a => a.getBoundingClientRect().height)"
    )
    assert all(high >= 24 for high in heights)
    for wide in (320, 390, 1280):
        plain.set_viewport_size({"width": wide, "height": 900})
        assert plain.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"wider than {wide}"
        )


def test_the_first_screen_stands_in_the_page_as_it_is_sent(
    chromium: Browser, page: Page, site: str
) -> None:
    """Title and picture are there without a script; with it the page takes their place."""
    address, area = f"{site}/profile?area=GM0150", store.area("GM0150")
    assert area
    context = chromium.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(address)
    first = still.locator("#first")
    expect(first.get_by_role("heading", level=1)).to_have_text(profile.title(area, "nl"))
    expect(first.locator("figure:visible")).to_have_count(1)
    expect(first.get_by_role("link").last).to_have_attribute("href", "/site/nl/GM0150.html")
    still.emulate_media(media="print", color_scheme="dark")
    colour = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert first.evaluate(colour) == ["rgb(20, 33, 61)", "rgb(255, 255, 255)"]
    context.close()
    page.goto(address)
    made(page)
    expect(page.locator("#first")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(profile.title(area, "nl"))
    assert 'id="first"' not in httpx.get(f"{address}&embed=true", timeout=60).text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", FULLEST)
def test_a_page_fits_two_sheets(page: Page, site: str, code: str, lang: str) -> None:
    page.goto(f"{site}/site/{lang}/{code}.html")
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(paper) == 2
    assert [round(n / 72 * 25.4) for n in paper[0].get_size()] == [210, 297]
    words = " ".join(sheet.get_textpage().get_text_range() for sheet in paper)
    area = store.area(code)
    assert area
    for card in profile.cards(area, lang):
        assert card.head.split()[0] in words
    assert t("not_conclude", lang) in words
    assert store.build()["id"] in words
    assert f"/site/{lang}/{code}.html" in words  # where it stands
    assert t("site_paper", lang).split(",")[0] in words.replace("\r\n", " ")
    assert t("profile_see", lang, label="") not in words  # a link that paper cannot follow


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", FULLEST)
def test_on_paper_no_text_is_small_or_lies_over_another(
    page: Page, site: str, code: str, lang: str
) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(
        {"width": round(190 / 25.4 * 96), "height": 1100}
    )  # what the margins of the sheet leave
    page.goto(f"{site}/site/{lang}/{code}.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(20, 33, 61)"
    rows = page.evaluate(TEXTS)
    assert len(rows) > 50
    assert min(size for row in rows for *_, size in row) >= 7 / 72 * 96 - 0.01
    for row in rows:
        for (text, left, top, right, bottom, _), (
            other,
            left2,
            top2,
            right2,
            bottom2,
            _,
        ) in combinations(row, 2):
            apart = (
                right <= left2 + 0.5
                or right2 <= left + 0.5
                or bottom <= top2 + 0.5
                or bottom2 <= top + 0.5
            )
            assert apart or text == other, (text, other)


def test_a_page_needs_no_script_and_nobody_else(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda r: asked.append(r.url))
    page.goto(f"{site}/site/nl/GM0599.html")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        profile.title(next(m for m in store.all_municipalities() if m.code == "GM0599"), "nl")
    )
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/GM0599.html")
    page.get_by_role("link", name="Charlois").click()
    page.wait_for_url("**/en/WK059915.html")
    page.get_by_role("link", name=t("site_open", "en")).click()
    page.wait_for_url("**/profile?area=WK059915*")
    assert asked
    assert all(url.startswith((site, "data:")) for url in asked)
    context.close()


def test_the_app_serves_the_very_files(site: str) -> None:
    place = metadata.Place(f"{site}/site/", "")
    for path in [*pages.of_area("BU05991571"), *pages.others()]:
        response = httpx.get(f"{site}/site/{path}", trust_env=False, timeout=60)
        assert response.status_code == 200
        assert response.content == pages.file(path, place), path
        assert response.headers["content-type"] == metadata.MEDIA[path.rpartition(".")[2]]
        again = httpx.get(
            f"{site}/site/{path}",
            headers={"If-None-Match": response.headers["etag"]},
            trust_env=False,
            timeout=60,
        )
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["nl/GM9999.html", "en/x", "data/GM9999.csv", "tables/x.parquet"])
def test_a_wrong_address_is_told_in_words(site: str, path: str) -> None:
    response = httpx.get(f"{site}/site/{path}", trust_env=False, timeout=60)
    lang = "en" if path.startswith("en") else "nl"
    assert response.status_code == 404
    assert t("site_absent", lang) in response.text
    assert f'<html lang="{lang}">' in response.text
