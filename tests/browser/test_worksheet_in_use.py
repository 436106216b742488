"""The worksheet in a real browser: what is typed comes back whole in every file, and goes nowhere
else.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, expect

from dashboard import middleware
from dashboard.site import worksheet
from dashboard.words.text import LANGUAGES, t

pytestmark = pytest.mark.browser

LONG = "Hottentottententententoonstelling" * 30
TYPED = {
    "home-offer": "“hard” & \"zacht\" 'samen'\n\n  <b>vet</b> en </textarea><script>alert(1)</script>  \n- zelf # 1",
    "home-people": f"mijn 👩🏽‍🎨 zus 🪘 en é\n{LONG}",
    "home-chances": LONG,
    "home-barriers": "geen geld, geen rust " * 40,
    "home-where": "{date} {file} $& $1 \\n %s",
    "school-offer": "الغناء مع جدتي\n合唱團\nČeské písničky",
    "free_time-offer": "\n".join(f"dag {n}: iets anders" for n in range(30)),
    "free_time-barriers": "control\x0bcharacter\x01 \ufffe",
    "joined": "eerst dit → dan dat " * 60,
    "wish": "*veel* _meer_ `muziek` [hier](nergens)",
}
BLACK = 3 * 120  # the sum of the channels of a dark pixel is less


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Every request of the page, its own included."""
    found: list[str] = []
    page.on("request", lambda r: found.append(r.url))
    page.on("websocket", lambda w: found.append(w.url))
    return found


@pytest.fixture
def faults(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda m: found.append(m.text))
    page.on("pageerror", lambda e: found.append(str(e)))
    return found


def address(site: str, lang: str) -> str:
    return site + worksheet.address(lang)


def fill(page: Page, typed: dict[str, str] = TYPED) -> None:
    for field, text in typed.items():
        page.locator(f"#{field}").fill(text)
    page.locator("[name=stage][value=teen]").check()
    page.locator("[name=home-kind][value=everyday]").check()


def downloaded(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator(f"#{button}").click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def solid(text: str) -> str:
    """Without spaces and what no XML can hold: a picture breaks lines where it must."""
    return re.sub(r"[\s\x01\x0b\ufffe]", "", text)


def test_the_text_is_what_was_typed(page: Page, site: str, lang: str) -> None:
    page.goto(address(site, lang))
    fill(page)
    name, body = downloaded(page, "text")
    assert name == t("worksheet_file", lang) + ".txt"
    text = body.decode("utf-8")
    assert text.startswith(
        f"# {t('worksheet_title', lang)}\n\n{t('worksheet_stage_teen', lang)}\n\n"
    )
    parts = {part.split("\n")[0]: part for part in re.split("^## ", text, flags=re.MULTILINE)[1:]}
    assert list(parts) == [t(f"worksheet_place_{p}", lang) for p in worksheet.PLACES] + [
        t("worksheet_together", lang)
    ]
    for place in worksheet.PLACES:
        told = dict(
            p.split("\n\n", 1)
            for p in parts[t(f"worksheet_place_{place}", lang)].split("\n### ")[1:]
        )
        for row in worksheet.ROWS:
            wanted = [f"- {line}" for line in lines(TYPED.get(f"{place}-{row}", ""))] or [
                t("worksheet_blank", lang)
            ]
            assert told[t(f"worksheet_row_{row}", lang)].strip("\n").split("\n") == wanted
        if place == "home":
            assert (
                told[t("worksheet_kind", lang)].strip() == f"- {t('worksheet_kind_everyday', lang)}"
            )
        else:
            assert t("worksheet_kind", lang) not in told
    for field in ("joined", "wish"):
        assert f"### {t(f'worksheet_{field}', lang)}\n\n- {TYPED[field].strip()}\n" in text


def test_the_picture_holds_all_of_it_and_cuts_nothing(page: Page, site: str, lang: str) -> None:
    page.goto(address(site, lang))
    fill(page)
    name, body = downloaded(page, "svg")
    assert name == t("worksheet_file", lang) + ".svg"
    svg = ET.fromstring(body)
    texts = [e.text or "" for e in svg.iter("{http://www.w3.org/2000/svg}text")]
    every = solid("".join(texts))
    for text in [*TYPED.values(), *(t(f"worksheet_row_{r}", lang) for r in worksheet.ROWS)]:
        for line in lines(text):
            assert solid(line) in every
    assert len(svg) > len(texts)
    assert {e.tag.split("}")[1] for e in svg.iter()} == {"svg", "title", "rect", "circle", "text"}
    assert not {a for e in svg.iter() for a in e.attrib if a.startswith("on") or "href" in a}
    drawing = page.context.new_page()
    drawing.set_content(body.decode())
    outside = drawing.evaluate(
        """() => {
          const rectangles = [...document.querySelectorAll("rect:first-of-type, rect[stroke]")]
          const [paper, ...boxes] = rectangles.map(r => r.getBBox())
          const has = (b, x, y) => x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height
          return [...document.querySelectorAll("text")].filter(text => {
            const { x, y, width, height } = text.getBBox()
            return !has(boxes.find(b => has(b, x, y)) ?? paper, x + width, y + height)
          }).map(text => text.textContent)
        }"""
    )
    assert drawing.evaluate("document.querySelectorAll('rect[stroke]').length") == 4
    assert not outside


def test_the_png_is_that_picture(page: Page, site: str, lang: str) -> None:
    page.goto(address(site, lang))
    fill(page)
    drawing = ET.fromstring(downloaded(page, "svg")[1])
    name, body = downloaded(page, "png")
    assert name == t("worksheet_file", lang) + ".png"
    picture = Image.open(io.BytesIO(body)).convert("RGB")
    assert picture.size == (1600, int(drawing.attrib["height"]))
    for text in drawing.iter("{http://www.w3.org/2000/svg}text"):
        x, y, size = (float(text.attrib[a]) for a in ("x", "y", "font-size"))
        if text.text and text.text.isascii() and text.text.isalpha():
            piece = picture.crop((int(x), int(y - size), int(x + size * 2), int(y)))
            dark = sum(n for n, rgb in piece.getcolors(1 << 20) or [] if sum(rgb) < BLACK)
            assert dark > 10, text.text
    assert picture.getpixel((2, 2)) == (255, 255, 255)


def test_an_empty_sheet_is_a_picture_too(page: Page, site: str) -> None:
    page.goto(address(site, "nl"))
    drawing = ET.fromstring(downloaded(page, "svg")[1])
    texts = [e.text for e in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(t("worksheet_blank", "nl")) == 17
    assert Image.open(io.BytesIO(downloaded(page, "png")[1])).size == (
        1600,
        int(drawing.attrib["height"]),
    )


def test_what_does_not_fit_in_a_png_is_said_and_goes_in_the_other_files(
    page: Page, site: str
) -> None:
    page.goto(address(site, "nl"))
    much = {"home-offer": "\n".join(f"regel {n}" for n in range(600))}
    fill(page, much)
    page.locator("#png").click()
    expect(page.get_by_role("status")).to_have_text(t("worksheet_too_long", "nl"))
    for button in ("svg", "text"):
        assert b"regel 599" in downloaded(page, button)[1]


def test_nothing_is_asked_of_anyone_and_nothing_is_kept(
    page: Page, site: str, lang: str, asked: list[str], faults: list[str]
) -> None:
    page.goto(address(site, lang))
    page.wait_for_load_state("networkidle")
    assert asked == [address(site, lang)]
    fill(page)
    page.locator("#wish").press_sequentially("en nog meer")
    for button in ("png", "svg", "text"):
        downloaded(page, button)
    page.wait_for_timeout(500)
    assert not [u for u in asked[1:] if not u.startswith("blob:")]  # the browser's own memory
    assert not faults
    assert not page.context.cookies()
    kept = """async () => [localStorage.length, sessionStorage.length,
      (await indexedDB.databases()).length, (await caches.keys()).length]"""
    assert page.evaluate(kept) == [0, 0, 0, 0]


def test_the_browser_itself_refuses_to_send_anything(page: Page, site: str) -> None:
    got: list[str] = []
    page.on("response", lambda r: got.append(r.url))
    page.goto(address(site, "nl"))
    got.clear()
    tries = """async () => {
      const refused = []
      document.addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective))
      await fetch("/api/v1/sources").catch(() => {})
      navigator.sendBeacon("/", "typed")
      new Image().src = "/picture.png?typed"
      try { new WebSocket(location.href.replace("http", "ws")) } catch {}
      const form = document.createElement("form")
      form.target = "elsewhere"
      document.body.append(form)
      form.submit()
      const script = document.createElement("script")
      script.textContent = "window.ran = true"
      document.body.append(script)
      await new Promise(done => setTimeout(done, 500))
      return [refused, window.ran ?? false]
    }"""
    refused, ran = page.evaluate(tries)
    assert set(refused) == {"connect-src", "img-src", "form-action", "script-src-elem"}
    assert (
        refused.count("connect-src") == 6
    )  # three ways out, each refused by the page itself and by the server's header
    assert not ran
    assert not got


@pytest.mark.parametrize("filled", [True, False])
def test_who_leaves_is_asked_only_when_something_would_be_lost(
    page: Page, site: str, filled: bool
) -> None:
    dialogs: list[str] = []
    stay = True

    def answer(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        if stay:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.goto(address(site, "nl"))
    field = page.locator("#home-offer")
    field.click()
    if filled:
        page.keyboard.type("zingen")
        page.get_by_role("link", name="English").click()
        page.wait_for_timeout(500)
        assert dialogs == ["beforeunload"]
        assert page.url == address(site, "nl")
        expect(field).to_have_value("zingen")
        stay = False
    page.get_by_role("link", name="English").click()
    page.wait_for_url(address(site, "en"))
    assert dialogs == ["beforeunload"] * (2 if filled else 0)
    page.go_back()
    expect(page.locator("#home-offer")).to_have_value("")  # gone, for who sits here next


def test_a_page_that_the_browser_keeps_for_the_back_button_is_empty(page: Page, site: str) -> None:
    page.goto(address(site, "nl"))
    fill(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert page.evaluate("[...document.querySelectorAll('textarea')].every(f => f.value === '')")
    assert page.locator(":checked").count() == 0
    assert (
        page.evaluate("document.querySelectorAll('[data-text]:not([data-text=\"\"])').length") == 0
    )


def test_clear_all_asks_first(page: Page, site: str, lang: str) -> None:
    page.goto(address(site, lang))
    fill(page)
    page.once("dialog", lambda d: d.dismiss())
    page.locator("#clear").click()
    expect(page.locator("#wish")).to_have_value(TYPED["wish"])
    said: list[str] = []

    def yes(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.accept()

    page.once("dialog", yes)
    page.locator("#clear").click()
    assert said == [t("worksheet_sure", lang)]
    expect(page.get_by_role("status")).to_have_text(t("worksheet_cleared", lang))
    assert page.evaluate("[...document.querySelectorAll('textarea')].every(f => f.value === '')")
    assert page.locator(":checked").count() == 0


def test_it_is_done_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(address(site, "nl"))
    stops: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "(e => e.id || e.name || e.className || e.lang)(document.activeElement)"
        )
        if not stop:
            break
        stops.append(stop)
        if stop == "stage":
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
        elif stop.endswith("-kind"):
            page.keyboard.press("Space")
        elif page.evaluate("document.activeElement.matches('textarea')"):
            page.keyboard.type(f"antwoord {stop}")
            page.keyboard.press("Enter")
            page.keyboard.type("en meer")
        elif stop in ("png", "svg"):
            with page.expect_download() as waiting:
                page.keyboard.press("Enter")
            expect(page.get_by_role("status")).to_have_text(
                t("worksheet_saved", "nl", file=waiting.value.suggested_filename)
            )
        elif stop == "text":
            with page.expect_download() as waiting:
                page.keyboard.press("Space")
            text = waiting.value.path().read_text(encoding="utf-8")
            break
    fields = [f"{p}-{r}" for p in worksheet.PLACES for r in worksheet.ROWS]
    in_order = [
        f
        for p in worksheet.PLACES
        for f in (*(f"{p}-{r}" for r in worksheet.ROWS), f"{p}-kind", f"{p}-kind")
    ]
    assert stops == ["brand", "en", "stage", *in_order, "joined", "wish", "png", "svg", "text"]
    assert t("worksheet_stage_teen", "nl") in text
    for field in (*fields, "joined", "wish"):
        assert f"- antwoord {field}\n- en meer\n" in text
    assert (
        text.count(t("worksheet_kind_institutional", "nl"))
        == text.count(t("worksheet_kind_everyday", "nl"))
        == 3
    )


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("size", [(1280, 1000), (390, 844), (320, 640)])
def test_no_violation_of_wcag_22_aa(
    themed: Page, site: str, lang: str, size: tuple[int, int]
) -> None:
    themed.set_viewport_size({"width": size[0], "height": size[1]})
    themed.goto(address(site, lang))
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for typed in ({}, TYPED):
        fill(themed, typed)
        found = Axe().run(themed, options=rules)
        assert found.violations_count == 0, found.generate_report()
        assert themed.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        tall = "[...document.querySelectorAll('textarea')].every(f => f.scrollHeight <= f.clientHeight + 2)"
        assert themed.evaluate(tall)  # all that was typed is in sight


def pages(printed: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def test_without_javascript_it_is_a_form_for_paper(chromium: Browser, site: str, lang: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, lang))
    for label in [t(f"worksheet_row_{r}", lang) for r in worksheet.ROWS]:
        assert page.get_by_label(label).count() == 3
    expect(page.locator("textarea:visible")).to_have_count(17)
    expect(page.get_by_role("radio")).to_have_count(3)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator("noscript p")).to_be_visible()
    assert pages(page.pdf(prefer_css_page_size=True)) == 2
    context.close()


def test_on_paper_it_is_two_sheets_and_what_was_typed_is_never_cut(
    page: Page, site: str, lang: str
) -> None:
    page.goto(address(site, lang))
    short = {f"{p}-{r}": "een regel\nen nog een" for p in worksheet.PLACES for r in worksheet.ROWS}
    fill(page, short)
    assert pages(page.pdf(prefer_css_page_size=True)) == 2
    page.emulate_media(media="print")
    expect(page.locator("textarea:visible")).to_have_count(0)
    seen = "getComputedStyle(document.querySelector('.room'), '::after')"
    assert page.evaluate(f"{seen}.visibility") == "visible"
    assert "en nog een" in page.evaluate(f"{seen}.content")
    page.emulate_media(media="screen")
    page.locator("#joined").fill("\n".join(f"regel {n}" for n in range(300)))
    assert pages(page.pdf(prefer_css_page_size=True)) > 4


def test_the_server_sends_the_file_as_it_is_under_its_own_policy(site: str, lang: str) -> None:
    with httpx.Client(base_url=site, trust_env=False, timeout=60) as client:
        answer = client.get(worksheet.address(lang), params={"lang": "xx"})
        assert answer.content == worksheet.page(lang, f"/?lang={lang}").encode()
        assert answer.headers["Content-Security-Policy"] == worksheet.policy()
        for name in set(middleware.HEADERS) - {"Content-Security-Policy"}:
            assert answer.headers[name] == middleware.HEADERS[name]
        assert "set-cookie" not in answer.headers
        unknown = client.get(worksheet.address("fr"))
        assert unknown.status_code == 404
        assert worksheet.FILE.partition(".")[0] in unknown.text
        policy = client.get("/").headers["Content-Security-Policy"]
        assert policy == middleware.PAGE_POLICY + middleware.UNFRAMED


def test_the_same_bytes_work_as_a_file(page: Page, tmp_path: Path, faults: list[str]) -> None:
    for lang in LANGUAGES:
        (tmp_path / lang).mkdir()
        (tmp_path / lang / worksheet.FILE).write_text(worksheet.page(lang, "../"), encoding="utf-8")
    page.goto((tmp_path / "nl" / worksheet.FILE).as_uri())
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/" + worksheet.FILE)
    fill(page)
    assert Image.open(io.BytesIO(downloaded(page, "png")[1])).width == 1600
    assert LONG in downloaded(page, "text")[1].decode()
    assert not faults


def test_it_leads_back_to_the_dashboard(page: Page, site: str, lang: str) -> None:
    page.goto(f"{site}/?lang={lang}")
    page.get_by_role("link", name=t("worksheet_door", lang)).click()
    page.wait_for_url(address(site, lang))
    page.get_by_role("link", name=t("site", lang)).click()
    expect(page.get_by_role("heading", name=t("start_title", lang))).to_be_visible()
