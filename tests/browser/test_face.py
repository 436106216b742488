"""Every page as a reader meets it: accessible in both languages and themes, linked, embedded,
shared, printed.
"""

import csv
import io
import json
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, urlparse

import pyarrow.parquet
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import Browser, Page, expect

from dashboard import store
from dashboard.answer.view import View
from dashboard.download.files import view_files
from dashboard.download.table import LICENCES
from dashboard.part.explored import FITS
from dashboard.words.text import LANGUAGES, t
from tests.browser.conftest import UNDRAWN, made
from tests.browser.test_browser import MAP, ROTTERDAM, drawn, pixels, until

pytestmark = pytest.mark.browser

PAGES = {
    "start": "?",
    "country": "explore?indicator=children_share",
    "buurt": ROTTERDAM + "&table=on",
    "two figures": "explore?ask=beside&area=GM0599&table=on",
    "national figure": "explore?indicator=museums_reach_share",
    "reach: taking part": "reach?area=BU05991571",
    "reach: getting there": "reach?ask=get_there",
    "reach: barriers": "reach?ask=barriers&area=GM0599",
    "reach: what changed": "reach?ask=changed&area=BU05991571",
    "reach: charts": "reach?ask=charts&area=GM0150",
    "reach: side by side": "reach?ask=side_by_side&area=GM0599%2BGM0518",
    "gaps: need": "gaps?table=on",
    "gaps: finder": "gaps?ask=find&area=GM0599",
    "gaps: participation": "gaps?ask=participation&area=BU05991571",
    "gaps: for whom": "gaps?ask=whom&area=GM0599",
    "gaps: what is known": "gaps?ask=known",
    "gaps: clusters": "gaps?ask=clusters&area=GM0599",
    "gaps: where to begin": "gaps?ask=begin&area=GM0150",
    "gaps: conditions": "gaps?ask=conditions&area=GM0599",
    "paths": "connections?ask=path&area=BU05991571",
    "paths: possible": "connections?ask=possible&area=BU05991591",
    "paths: mine": "connections?ask=mine&area=BU05991571",
    "bridges": "connections?area=GM0599",
    "ring": "connections?ask=ring&area=BU05991571&table=on",
    "partners": "connections?ask=partner&area=BU05991571",
    "network": "connections?ask=network&area=GM0363",
    "what if": "what_if?area=GM0344&kind=library&open=BU03440521",
    "what if: best": "what_if?ask=best&area=GM0344&kind=library",
    "profile": "profile?area=BU05991571",
    "data": "data?",
}
SIZES = {"desktop": (1280, 1000), "phone": (360, 740), "zoomed to 200 %": (640, 500)}
DRAWN = (
    "country",
    "buurt",
    "gaps: finder",
)  # a map of each sort: figures, patterns, what a page computed
THEMES = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 25, 31)"}  # and what is behind everything
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


def faces(first: int, lang: str) -> list[tuple[str, str]]:
    """Every size in a theme and then, the other way round, in the other theme; another first one
    for every next page.

    English has other words, which can be too wide or unnamed, but no other colours: one theme will
    do.
    """
    sizes, themes = list(SIZES), list(THEMES)
    sizes = sizes[first % 3 :] + sizes[: first % 3]
    one, other = themes if first % 2 else themes[::-1]
    out = [(size, one) for size in sizes]
    return out if lang == "en" else out + [(size, other) for size in sizes[::-1]]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_no_violation_of_wcag_22_aa_at_any_size_in_either_theme(
    page: Page, site: str, name: str, lang: str
) -> None:
    """Loaded once; then turned, zoomed, and darkened. Of each sort one map is drawn, in one
    language.
    """
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    if lang == "en" or name not in DRAWN:
        page.add_init_script(UNDRAWN)
    axe, found = Axe(), {}
    for n, (size, theme) in enumerate(faces(list(PAGES).index(name), lang)):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        if n == 0:
            page.goto(f"{site}/{PAGES[name]}&lang={lang}")
        expect(page.locator('[data-testid="stApp"]')).to_have_css("background-color", THEMES[theme])
        page.wait_for_timeout(300)  # what follows the size or the theme by script or by transition
        made(page, lang)
        answer = axe.run(page, context={"exclude": [f"{MAP} canvas"]}, options=RULES)
        if answer.violations_count:
            found[size, theme] = answer.generate_report()
    assert not found
    assert not said


@pytest.mark.usefixtures("undrawn")
def test_from_country_to_neighbourhood_and_back_with_the_back_button(page: Page, site: str) -> None:
    page.goto(f"{site}/explore?indicator=lonely_share")
    made(page)
    page.get_by_role("button", name="Ander gebied").click()
    page.get_by_role(
        "combobox", name=t("choose_child", "nl", level="gemeente", name="Nederland")
    ).fill("Rotterdam")
    page.keyboard.press("Enter")
    until(lambda: "area=GM0599" in page.url, page)
    page.get_by_role("button", name=t("drill", "nl", levels="buurten", name="Rotterdam")).click()
    heading = page.get_by_role("heading", name="Voelt zich eenzaam per buurt in Rotterdam, 2020")
    expect(heading).to_be_visible()
    until(lambda: "level=buurt" in page.url, page)
    page.go_back()
    until(lambda: "level=gemeente" in page.url and "area=GM0599" in page.url, page)
    expect(
        page.get_by_role("heading", name="Voelt zich eenzaam per gemeente in Nederland, 2020")
    ).to_be_visible()
    page.go_back()
    until(lambda: "area=" not in page.url, page)
    expect(page.get_by_role("heading", name="Nederland", exact=True)).to_be_visible()
    page.go_forward()
    until(lambda: "area=GM0599" in page.url, page)


def test_an_area_is_found_by_postcode_old_name_and_misspelling(page: Page, site: str) -> None:
    page.goto(f"{site}/?")
    made(page)
    for asked, found in (
        ("3081 XJ", "Tarwewijk"),
        ("Den Haag", "'s-Gravenhage"),
        ("roterdam", "Rotterdam (gemeente"),
    ):
        box = page.get_by_role("combobox", name=t("search_label", "nl"))
        box.fill(asked)
        box.press("Enter")
        expect(page.get_by_role("button", name=found)).to_be_visible()


def test_a_switch_keeps_the_place_of_the_map(page: Page, site: str) -> None:
    page.goto(f"{site}/explore?indicator=children_share")
    canvas = page.locator(f"{MAP} canvas").first
    canvas.wait_for()
    until(lambda: drawn(page), page)
    whole = pixels(page)
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -600)
    until(
        lambda: background(pixels(page)) < 0.8 * background(whole), page
    )  # closer by, less of the sea is in sight
    page.wait_for_timeout(1_500)
    near, before = background(pixels(page)), pixels(page).tobytes()
    choice = page.get_by_role("combobox", name="Indicator")
    choice.fill("Koopwoningen")
    choice.press("Enter")
    expect(
        page.get_by_role("heading", name="Koopwoningen per gemeente in Nederland, 2024")
    ).to_be_visible()
    until(lambda: pixels(page).tobytes() != before, page)
    page.wait_for_timeout(1_500)
    until(lambda: abs(background(pixels(page)) - near) < 0.02 * near, page)


def background(picture: object) -> int:
    """Pixels of the map that no area covers."""
    colours = picture.getcolors(1 << 24)  # type: ignore[attr-defined]
    return sum(n for n, rgb in colours if rgb == (255, 255, 255))


def test_an_embedded_map_is_a_map_with_its_source_and_nothing_else(page: Page, site: str) -> None:
    for part, drawing in (("map", MAP), ("chart", "figure svg")):
        page.goto(f"{site}/{ROTTERDAM}&embed=true&show={part}")
        expect(page.locator(drawing).first).to_be_visible()
        expect(page.get_by_text("Bron: RIVM")).to_be_visible()
        link = page.get_by_role("link", name=t("open_whole", "nl"))
        assert "area=GM0599" in str(link.get_attribute("href"))
        for control in ("Indicator", "English", "Verkennen", "Download"):
            expect(page.get_by_text(control, exact=True)).to_be_hidden()


@pytest.mark.parametrize("ask", ["need", "find", "participation", "whom", "known", "clusters"])
@pytest.mark.usefixtures("undrawn")
def test_an_embedded_map_of_gaps_too(page: Page, site: str, ask: str) -> None:
    page.set_viewport_size({"width": 700, "height": 1000})
    page.goto(f"{site}/gaps?ask={ask}&area=GM0599&embed=true")
    expect(page.locator(MAP).first).to_be_visible()
    box = page.locator(MAP).first.bounding_box()
    assert box
    assert box["width"] > 600  # nothing stands beside it
    expect(page.get_by_text("Licentie: ").or_(page.get_by_text("Bronnen: ")).first).to_be_visible()
    link = str(page.get_by_role("link", name=t("open_whole", "nl")).get_attribute("href"))
    assert f"{site}/gaps?" in link
    assert "area=GM0599" in link
    assert (f"ask={ask}" in link) == (ask != "need")  # the first needs no name
    assert "embed" not in link
    for control in (t("question", "nl"), "Ander gebied", "Download", t("gaps_who", "nl")):
        expect(page.get_by_text(control, exact=True)).to_be_hidden()


@pytest.mark.usefixtures("undrawn")
def test_the_snippet_and_the_link_to_share_open_the_same_view(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}")
    made(page)
    page.get_by_text("Delen", exact=True).click()
    codes = page.locator('[data-testid="stCode"] code')
    expect(codes).to_have_count(4)
    link, embedded, _, pasted = codes.all_inner_texts()
    assert link.startswith(f"{site}/explore?area=GM0599")
    snippet, script = embedded.split("<script>")
    frame = ET.fromstring(snippet.replace('loading="lazy"', 'loading="lazy" '))
    assert script.endswith("</script>")
    image = ET.fromstring(pasted.replace('100%">', '100%"/>'))[0].attrib
    answer = page.request.get(image["src"])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert image["alt"]
    page.goto(frame.attrib["src"])
    expect(
        page.get_by_role("heading", name="Voelt zich eenzaam per buurt in Rotterdam, 2020")
    ).to_be_visible()
    page.goto(link)
    made(page)
    expect(
        page.get_by_role("heading", name="Voelt zich eenzaam per buurt in Rotterdam, 2020")
    ).to_be_visible()


@pytest.mark.parametrize("width", [360, 900])
def test_an_embedded_chart_is_as_high_as_what_is_in_it(page: Page, site: str, width: int) -> None:
    area = f"{site}/{ROTTERDAM}&embed=true&show=chart"
    frame = f'<iframe src="{area}" title="x" width="{width}" height="720"></iframe>'
    page.route("**/elsewhere", lambda r: r.fulfill(body=frame + FITS, content_type="text/html"))
    page.goto(f"{site}/elsewhere")
    inside = page.frame_locator("iframe")
    expect(inside.locator("figure svg")).to_be_visible()
    expect(inside.get_by_role("link", name=t("open_whole", "nl"))).to_be_visible()

    def fits() -> bool:
        high = int(page.locator("iframe").get_attribute("height") or 0)
        main = inside.locator('[data-testid="stMainBlockContainer"]').bounding_box()
        return high != 720 and main is not None and abs(main["height"] - high) <= 2

    until(fits, page)


def test_an_address_copied_from_the_source_of_a_page_works(page: Page, site: str) -> None:
    page.goto(f"{site}/profile?lang=en&amp;area=GM0150")
    expect(page.get_by_role("heading", name="What stands out in Deventer")).to_be_visible()
    assert "amp" not in page.url


@pytest.mark.usefixtures("undrawn")
def test_a_link_of_another_edition_says_so(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}&edition=0123456789ab")
    expect(page.get_by_text("0123456789ab")).to_be_visible()
    until(lambda: store.build()["id"] in page.url, page)


@some.composite
def states(draw: some.DrawFn) -> dict[str, str]:
    """States that a link can hold, as the dashboard writes them."""
    area = draw(some.sampled_from(["", "GM0599", "GM0363", "WK059915", "BU05991571"]))
    here = store.area(area or store.country())
    assert here
    offered = {
        level: [series for series in store.series(level) if level in store.offered(series[0], here)]
        for level in store.area_levels().below
    }
    level = draw(some.sampled_from([level for level, every in offered.items() if every]))
    indicator, period = draw(some.sampled_from(offered[level]))
    out = {"indicator": indicator, "level": level, "period": period, "area": area}
    out["with"] = draw(some.sampled_from([c for c in ("", "GM0344", "GM0518") if c != area]))
    out["lang"] = draw(some.sampled_from(["", "en"]))
    out["table"] = draw(some.sampled_from(["", "on"]))
    if area:
        out["places"] = draw(some.sampled_from(["", "all", "education", "education.leisure"]))
    return {k: v for k, v in out.items() if v}


def comes_back(page: Page, address: str, state: dict[str, str]) -> None:
    """The page of a state writes that same state into its address."""
    page.goto(f"{address}?" + "&".join(f"{k}={v}" for k, v in state.items()))
    made(page, state.get("lang", "nl"))
    until(lambda: "edition=" in page.url, page)
    found = {k: v[0] for k, v in parse_qs(urlparse(page.url).query).items()}
    assert found == {**state, "edition": store.build()["id"]}
    expect(page.locator('[data-testid="stAlertContentWarning"]')).to_have_count(0)


@given(states())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("undrawn")
def test_every_state_comes_back_from_its_link(page: Page, site: str, state: dict[str, str]) -> None:
    comes_back(page, f"{site}/explore", state)
    area = store.area(state.get("area", store.country()))
    assert area
    view = View(
        state.get("lang", "nl"),
        store.indicators()[state["indicator"]],
        state["period"],
        state["level"],
        area,
    )
    expect(page.get_by_role("heading", name=view.title)).to_be_visible()
    expect(page.locator('[data-testid="stTable"]')).to_have_count(1 if "table" in state else 0)
    expect(page.locator('[data-testid="stAlert"]')).to_have_count(0)


@some.composite
def questions(draw: some.DrawFn) -> dict[str, str]:
    """States of the two questions that ask for need, as the dashboard writes them."""
    find = draw(some.booleans())
    out = {
        "ask": "find" if find else "",
        "area": draw(some.sampled_from(["", "GM0599", "BU05991571"])),
    }
    out["who"] = draw(some.sampled_from(["", "children", "older"]))
    out["lang"] = draw(some.sampled_from(["", "en"]))
    if find:
        out["least"] = draw(some.sampled_from(["", "0", "2500"]))
        factors = len(
            store.needs()[out["who"] or "everyone"]
        )  # how far a library is, is not known here
        weights = draw(
            some.lists(some.integers(0, 5), min_size=factors, max_size=factors).filter(any)
        )
        out["w"] = "" if set(weights) == {1} else ".".join(map(str, weights))
    else:
        out["table"] = draw(some.sampled_from(["", "on"]))
    return {k: v for k, v in out.items() if v}


@given(questions())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("undrawn")
def test_every_state_of_gaps_comes_back_from_its_link(
    page: Page, site: str, state: dict[str, str]
) -> None:
    comes_back(page, f"{site}/gaps", state)


@pytest.mark.usefixtures("undrawn")
def test_every_download_is_what_it_says(page: Page, site: str) -> None:
    page.goto(f"{site}/{ROTTERDAM}&table=on")
    made(page)
    area = store.area("GM0599")
    assert area
    view = View("nl", store.indicators()["lonely_share"], "2020", "buurt", area)
    page.get_by_text("Download", exact=True).click()
    got: dict[str, bytes] = {}
    for key in [key for files in view_files(view, "").values() for key, *_ in files]:
        with page.expect_download() as waiting:
            page.get_by_role("button", name=t(key, "nl")).click()
        got[key] = waiting.value.path().read_bytes()
    table = list(csv.DictReader(io.StringIO(got["download_csv"].decode("utf-8-sig"))))
    shown = page.locator('[data-testid="stTable"] tbody tr').all_inner_texts()
    assert [r["name"] for r in table] == [row.split("\t")[0].strip() for row in shown]
    assert len(pyarrow.parquet.read_table(io.BytesIO(got["download_parquet"]))) == len(table)
    assert len(json.loads(got["download_geojson"])["features"]) == len(table)
    assert json.loads(got["download_csvw"])["dc:license"] == [{"@id": LICENCES["CC-BY-4.0"]}]
    for key in ("download_map_svg", "download_chart_svg"):
        texts = " ".join("".join(e.itertext()) for e in ET.fromstring(got[key]).iter())
        assert "Bron: RIVM" in texts
        assert f"{site}/v/explore?area=GM0599" in texts
    assert all(
        got[f"download_{what}_{shape}"].startswith(b"\x89PNG")
        for what in ("map", "chart")
        for shape in ("png", "social")
    )


@pytest.mark.parametrize("path", ["?", ROTTERDAM, "gaps?", "gaps?ask=find&area=GM0599"])
def test_touch_targets_are_large_enough(chromium: Browser, site: str, path: str) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    context.add_init_script(UNDRAWN)
    page = context.new_page()
    page.goto(f"{site}/{path}")
    made(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMain"] :is(button, a, input, [role=combobox])')]
          .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
          .filter(([e, r]) => r.width > 1 && r.height > 1 && Math.min(r.width, r.height) < 24 && !e.closest('p'))
          // the input of a slider is clipped to nothing by its parent: a finger moves the thumb
          .filter(([e]) => getComputedStyle(e.parentElement).clipPath !== 'inset(50%)' || e.type !== 'range')
          .map(([e, r]) => `${Math.round(r.width)}x${Math.round(r.height)} ${e.outerHTML.slice(0, 150)}`)"""
    )
    context.close()
    assert not small
