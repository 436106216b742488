"""What only a browser can tell: the map is drawn, the address follows, nobody else is asked for
anything.
"""

import io
import re
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, TimeoutError, expect

from dashboard import store
from dashboard.picture import scales
from dashboard.words.text import LANGUAGES, t
from tests.browser.conftest import UNDRAWN, made

pytestmark = pytest.mark.browser

FIFTHS = scales.palette(store.Scale((1, 2, 3, 4)))
MAP = '[data-testid="stDeckGlJsonChart"]'
ROTTERDAM = "explore?indicator=lonely_share&area=GM0599&level=buurt"


def pixels(page: Page, selector: str = MAP) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("RGB")


def count(image: Image.Image, colour: str, tolerance: int = 6) -> int:
    """Pixels within a tolerance of the colour."""
    wanted = scales.rgb(colour)[:3]
    found = image.getcolors(1 << 24) or []
    return sum(
        n
        for n, rgb in found
        if all(abs(a - b) <= tolerance for a, b in zip(rgb, wanted, strict=True))
    )


def until(true: Callable[[], bool], page: Page, seconds: float = 60) -> None:
    """Wait for something that only pixels or the address can show."""
    for _ in range(int(seconds * 5)):
        if true():
            return
        page.wait_for_timeout(200)
    pytest.fail("waited in vain")


def drawn(page: Page, least: int = 100) -> bool:
    image = pixels(page)
    return all(count(image, colour) >= least for colour in FIFTHS)


def test_a_link_opens_the_very_map(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}")
    expect(
        page.get_by_role("heading", name="Voelt zich eenzaam per buurt in Rotterdam, 2020")
    ).to_be_visible()
    page.locator(f"{MAP} canvas").first.wait_for()
    # nearly all of Rotterdam is in the darkest class of the country
    until(lambda: count(pixels(page), scales.RAMP[-1], 12) > 2_000, page)


def test_the_country_is_drawn_in_all_its_classes(page: Page, site: str) -> None:
    page.goto(f"{site}/explore?indicator=children_share")
    page.locator(f"{MAP} canvas").first.wait_for()
    until(lambda: drawn(page), page)


def test_a_suppressed_area_has_a_pattern_and_an_estimate_too(page: Page, site: str) -> None:
    page.goto(f"{site}/explore?indicator=children_share&area=GM0599&level=buurt")
    page.locator(f"{MAP} canvas").first.wait_for()
    grey, crossed = (
        scales.STATUS_FILL["suppressed"],
        "#7e8595",
    )  # the same grey under the ink of the pattern
    until(lambda: count(pixels(page), grey) > 300 and count(pixels(page), crossed, 16) > 300, page)
    page.goto(f"{site}/{ROTTERDAM}")
    page.locator(f"{MAP} canvas").first.wait_for()
    striped = "#2a3168"  # the darkest class under the white of the pattern
    until(
        lambda: (
            count(pixels(page), scales.RAMP[-1]) > 300 and count(pixels(page), striped, 12) > 300
        ),
        page,
    )


def test_a_choice_changes_address_title_and_map(page: Page, site: str) -> None:
    page.goto(f"{site}/explore?indicator=children_share")
    page.locator(f"{MAP} canvas").first.wait_for()
    until(lambda: drawn(page), page)
    before = pixels(page).tobytes()
    box = page.get_by_role("combobox", name="Indicator")
    box.fill("Koopwoningen")
    box.press("Enter")
    expect(
        page.get_by_role("heading", name="Koopwoningen per gemeente in Nederland, 2024")
    ).to_be_visible()
    until(lambda: "indicator=owner_occupied_share" in page.url, page)
    until(lambda: pixels(page).tobytes() != before and drawn(page), page)


def test_a_click_on_the_map_chooses_an_area_and_keeps_the_colours(page: Page, site: str) -> None:
    page.goto(f"{site}/explore?indicator=children_share")
    canvas = page.locator(f"{MAP} canvas").first
    canvas.wait_for()
    until(lambda: drawn(page), page)
    before = {c: count(pixels(page), c) for c in FIFTHS}
    box = canvas.bounding_box()
    assert box

    def chosen_by_a_click() -> bool:
        """A browser that is still drawing may take a click for a drag; a reader clicks again."""
        page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.6)
        with suppress(TimeoutError):
            page.wait_for_url("**area=GM*", timeout=5_000)
        return "area=GM" in page.url

    until(chosen_by_a_click, page, seconds=4)
    code = page.url.split("area=")[1][:6]
    chosen = store.area(code)
    assert chosen
    expect(page.get_by_role("heading", name=chosen.name, exact=True)).to_be_visible()
    page.mouse.move(5, 5)
    until(lambda: all(count(pixels(page), c) > 0.8 * n for c, n in before.items()), page)


def test_the_places_are_drawn_with_a_sign_per_domain(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}&places=education.policy")
    page.locator(f"{MAP} canvas").first.wait_for()
    until(lambda: count(pixels(page), scales.DOMAIN["education"][1], 20) > 200, page)
    page.get_by_role("button", name="Onderwijs").click()
    until(lambda: "places=policy" in page.url, page)
    until(lambda: count(pixels(page), scales.DOMAIN["education"][1], 20) < 50, page)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["", ROTTERDAM, "data"])
def test_nobody_else_is_asked_for_anything(page: Page, site: str, path: str, lang: str) -> None:
    asked: list[str] = []
    refused: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on(
        "console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None
    )
    page.goto(f"{site}/{path}{'&' if '?' in path else '?'}lang={lang}")
    expect(page.get_by_text(t("made_by", lang, build=store.build()["id"]))).to_be_visible()
    page.wait_for_timeout(1_500)
    assert not [u for u in asked if not u.startswith((site, "data:", "blob:"))]
    assert not refused
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.title().endswith(t("site", lang))


def test_the_background_is_for_a_municipality_and_only_for_who_asks(page: Page, site: str) -> None:
    asked: list[str] = []
    page.route(
        "https://service.pdok.nl/**", lambda route: (asked.append(route.request.url), route.abort())
    )
    page.goto(f"{site}/explore?indicator=children_share")
    page.locator(f"{MAP} canvas").first.wait_for()
    until(lambda: drawn(page), page)
    assert not asked
    page.goto(f"{site}/{ROTTERDAM}")
    page.locator(f"{MAP} canvas").first.wait_for()
    until(lambda: count(pixels(page), scales.RAMP[-1], 12) > 2_000, page)
    assert not asked
    page.get_by_text(t("background", "nl")).click()
    until(lambda: any("/brt/achtergrondkaart/" in u for u in asked), page)
    expect(page.get_by_text("Kadaster (PDOK), CC BY 4.0")).to_be_visible()
    until(lambda: "bg=on" in page.url, page)


@pytest.mark.usefixtures("undrawn")
def test_switching_language_tells_the_screen_reader(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}")
    page.get_by_role("radio", name="English").or_(
        page.get_by_role("button", name="English")
    ).click()
    expect(
        page.get_by_role("heading", name="Feels lonely by neighbourhood in Rotterdam, 2020")
    ).to_be_visible()
    until(lambda: page.evaluate("document.documentElement.lang") == "en", page)
    assert "lang=en" in page.url


@pytest.mark.parametrize(
    ("key", "start"), [("download_csv", b"\xef\xbb\xbfarea,"), ("download_map_png", b"\x89PNG")]
)
@pytest.mark.usefixtures("undrawn")
def test_a_download_arrives(page: Page, site: str, key: str, start: bytes) -> None:
    page.goto(f"{site}/{ROTTERDAM}")
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=t(key, "nl")).click()
    assert waiting.value.suggested_filename.startswith(
        "cultuuratlas-lonely_share-buurt-GM0599-2020-"
    )
    assert waiting.value.path().read_bytes().startswith(start)


GAPS = [
    f"gaps?ask={ask}&area=GM0599"
    for ask in ("need", "find", "participation", "whom", "known", "clusters")
]


@pytest.mark.parametrize(
    "path", ["", ROTTERDAM, "reach", "reach?ask=get_there&area=BU05991571", *GAPS, "data"]
)
def test_a_phone_needs_no_sideways_scrolling(chromium: Browser, site: str, path: str) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    context.add_init_script(UNDRAWN)
    page = context.new_page()
    page.goto(f"{site}/{path}")
    expect(page.get_by_text(t("made_by", "nl", build=store.build()["id"]))).to_be_attached()
    page.wait_for_timeout(1_000)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMain"] *')].filter(e => {
             const r = e.getBoundingClientRect();
             return r.width > 0 && r.right > innerWidth + 1 && !e.closest('[data-testid="stDeckGlJsonChart"], \
table, .wide, [data-testid="stPlotlyChart"], [data-testid="stButtonGroup"]')}).map(e => e.outerHTML.slice(0, 120))"""
    )
    context.close()
    assert not wide


@pytest.mark.usefixtures("undrawn")
def test_the_keyboard_reaches_every_control(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}")
    page.locator(f"{MAP} canvas").first.wait_for()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()"
            )
        )
    for name in ("Ander gebied", "Nederland", t("drill", "nl", levels="wijken", name="Rotterdam")):
        assert any(name in r for r in reached), (name, reached)
    assert any("Download" in r for r in reached), reached


def test_a_weight_is_moved_by_keyboard_and_the_map_follows(page: Page, site: str) -> None:
    page.goto(f"{site}/gaps?ask=find&area=GM0599")
    page.locator(f"{MAP} canvas").first.wait_for()
    darkest = scales.RAMP[4]
    until(lambda: count(pixels(page), darkest) > 200, page)
    listed = page.get_by_role("region", name=t("gaps_list", "nl")).get_by_role("table")
    before = listed.inner_text()
    page.locator("summary", has_text=t("gaps_weigh", "nl")).focus()
    page.keyboard.press("Enter")
    slider = page.get_by_role("slider").last
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    until(lambda: "w=1.1.5" in page.url, page)
    until(lambda: listed.inner_text() != before, page)
    assert count(pixels(page), darkest) > 200
    assert slider.input_value() == "5"


@pytest.mark.parametrize("pause", [20, 80, 150])
@pytest.mark.usefixtures("undrawn")
def test_no_key_is_lost_however_fast_a_weight_is_moved(page: Page, site: str, pause: int) -> None:
    """The address follows a key later than the next key comes, and must not undo it."""
    page.goto(f"{site}/gaps?ask=find&area=GM0599")
    page.locator("summary", has_text=t("gaps_weigh", "nl")).click()
    slider = page.get_by_role("slider").last
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(pause)
    until(lambda: "w=1.1.5" in page.url, page)
    assert slider.input_value() == "5"
    page.go_back()
    until(lambda: "w=1.1.5" not in page.url and slider.input_value() != "5", page)


def test_a_click_on_a_computed_map_chooses_the_area(page: Page, site: str) -> None:
    page.goto(f"{site}/gaps?ask=find&area=GM0599")
    canvas = page.locator(f"{MAP} canvas").first
    canvas.wait_for()
    until(lambda: count(pixels(page), scales.RAMP[4]) > 200, page)
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
    until(lambda: "area=BU0599" in page.url, page)
    expect(page.get_by_text(t("made_by", "nl", build=store.build()["id"]))).to_be_attached()


def test_every_answer_is_guarded_and_map_files_may_be_kept(site: str) -> None:
    with httpx.Client(base_url=site, trust_env=False, timeout=60) as client:
        for path in ("/", "/explore", "/data", f"/map/nl/gemeente/NL00/{store.version()}.json"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.json()["features"]) == 342
        assert '<html lang="en">' in client.get("/explore?lang=en").text
        assert '<html lang="nl">' in client.get("/explore?lang=xx").text


@pytest.mark.parametrize(
    "path", ["xx/gemeente/NL00", "nl/straat/NL00", "nl/gemeente/GM9999", "nl/gemeente/..%2f"]
)
def test_a_map_that_does_not_exist_is_a_404_that_says_so(site: str, path: str) -> None:
    answer = httpx.get(f"{site}/map/{path}/{store.version()}.json", trust_env=False, timeout=60)
    if ".." in path or "%2f" in path:
        assert answer.status_code in (400, 404)  # Streamlit itself refuses a path that climbs
    else:
        assert answer.status_code == 404
        assert path in answer.json()["error"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_address_that_is_no_page_is_a_404_in_the_reader_s_language(site: str, lang: str) -> None:
    answer = httpx.get(f"{site}/nothing?lang={lang}", trust_env=False, timeout=60)
    assert answer.status_code == 404
    assert t("site_absent", lang) in answer.text
    assert f'<html lang="{lang}">' in answer.text
    assert f"<title>{t('site_absent', lang)}" in answer.text
    assert "Content-Security-Policy" in answer.headers
    for page in ("", "profile", "reach", "gaps", "connections", "explore", "data"):
        assert httpx.get(f"{site}/{page}", trust_env=False, timeout=60).status_code == 200


def test_a_link_in_a_message_says_what_it_leads_to(site: str) -> None:
    address = f"{site}/explore?area=GM0150&indicator=lonely_share&lang=nl"
    page = httpx.get(address, trust_env=False, timeout=60).text
    shown = dict(re.findall(r'property="og:(\w+)" content="(.*?)" />', page))
    assert shown["title"] == "Voelt zich eenzaam per gemeente in Nederland, 2020, geschat"
    assert shown["description"].startswith("Minstens de helft van de gemeenten")
    first = httpx.get(f"{site}/profile?area=GM0150", trust_env=False, timeout=60).text
    assert 'og:title" content="Hier hebben meer mensen het moeilijk' in first
    opened = httpx.get(address, headers={"Sec-Fetch-Dest": "document"}, trust_env=False, timeout=60)
    assert "og:title" not in opened.text  # a browser reads none of it, and need not wait for it
    wild = httpx.get(
        f'{site}/explore?area="><script>&indicator=<b>', trust_env=False, timeout=60
    ).text
    assert '<meta property="og:title" content="Eén cijfer op de kaart · Cultuuratlas" />' in wild
    assert "<b>" not in wild
    assert "image" not in "".join(
        re.findall(r'property="og:(\w+)"', page)
    )  # without a public address


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/start", "/"),
        ("/start?lang=en", "/?lang=en"),
        ("/learning_paths", "/connections?ask=path"),
        ("/learning_paths?ask=mine&area=GM0363", "/connections?ask=mine&area=GM0363"),
    ],
)
def test_an_old_address_leads_to_the_same_answer(site: str, old: str, new: str) -> None:
    answer = httpx.get(f"{site}{old}", trust_env=False, timeout=60)
    assert answer.status_code == 308
    assert answer.headers["location"] == new


def test_a_map_of_another_edition_is_not_served(site: str) -> None:
    answer = httpx.get(
        f"{site}/map/nl/gemeente/NL00/000000000000.json", trust_env=False, timeout=60
    )
    assert answer.status_code == 404
    assert "000000000000" in answer.json()["error"]


def test_the_first_screen_of_a_phone_holds_the_facts_and_how_sure_they_are(
    chromium: Browser, site: str
) -> None:
    mobile = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
    )
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, user_agent=mobile, locale="nl-NL"
    )
    page = context.new_page()
    for code, many in (
        ("GM0599", 2),
        ("BU05991571", 0),
    ):  # where nothing stands out, the picture of where it is hard comes first
        page.goto(f"{site}/profile?area={code}")
        expect(page.get_by_text(t("profile_for_policy", "nl"))).to_be_attached()
        facts = page.locator(".card.fact")
        expect(facts).to_have_count(many)
        first = facts.last.locator(".note") if many else page.locator("figure svg").first
        expect(first).to_be_visible()
        lowest = first.bounding_box()
        assert lowest
        assert lowest["y"] + lowest["height"] <= 844
        ends = page.evaluate(
            """() => ['h1', '[data-testid="stCaptionContainer"] p'].map(e => {
                 const text = document.createRange(); text.selectNodeContents(document.querySelector(e))
                 const r = text.getBoundingClientRect(); return [r.top, r.bottom] })"""
        )
        assert ends[0][1] <= ends[1][0] + 1  # the title ends where what is below it begins
        expect(page.locator("p.small a").first).to_be_attached()
        # what is folded is opened first: a browser gives what it has not laid out no height
        low = page.evaluate(
            """() => { document.querySelectorAll('details').forEach(fold => { fold.open = true })
                 return [...document.querySelectorAll('table a, p.small a')]
                     .filter(a => a.getBoundingClientRect().height < 24).map(a => a.textContent) }"""
        )
        assert low == []
    context.close()


def test_a_profile_is_printed_dark_on_white_in_a_dark_theme_too(
    chromium: Browser, site: str
) -> None:
    context = chromium.new_context(color_scheme="dark", locale="nl-NL")
    page = context.new_page()
    page.goto(f"{site}/profile?area=GM0599")
    made(page)
    expect(page.locator(".card.fact")).to_have_count(2)
    page.emulate_media(media="print")
    colour = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert page.locator(".stApp").evaluate(colour) == ["rgb(20, 33, 61)", "rgb(255, 255, 255)"]
    for seen in ("h1", ".card.fact .value", ".card.fact .note"):
        assert page.locator(seen).first.evaluate(colour)[0] == "rgb(20, 33, 61)"
    context.close()
