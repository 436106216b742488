"""The search field completes while one types: with the keyboard, a click, and in other fields too."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from dashboard.words.text import t
from tests.browser.conftest import made

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_three_letters_and_two_keys_open_an_area(page: Page, site: str, lang: str) -> None:
    page.goto(f"{site}/?lang={lang}")
    field = page.get_by_role("combobox", name=t("search_label", lang))
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("dev", delay=30)
    options = page.get_by_role("listbox", name=t("suggest_label", lang)).get_by_role("option")
    expect(options.first).to_contain_text("Deventer")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = field.get_attribute("aria-activedescendant")
    assert active == options.first.get_attribute("id")
    field.press("Enter")
    page.wait_for_url("**/profile?*area=GM0150*")


def test_a_figure_opens_its_map_and_escape_closes_the_list(page: Page, site: str) -> None:
    page.goto(site)
    field = page.get_by_role("combobox", name=t("search_label", "nl"))
    field.press_sequentially("uitgegeven aan cult", delay=10)
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("Uitgegeven aan cultuur")
    field.press("Escape")
    expect(options).to_have_count(0)
    field.press_sequentially("uur", delay=10)
    options.first.click()
    page.wait_for_url("**/explore?*indicator=spending_culture*")


def test_enter_alone_lists_what_was_found(page: Page, site: str) -> None:
    page.goto(site)
    field = page.get_by_role("combobox", name=t("search_label", "nl"))
    field.fill("Tarwewijk")
    field.press("Enter")
    page.get_by_role("button", name="Tarwewijk (").first.click()
    page.wait_for_url("**/profile?*area=BU05991571*")


# the point of the shape that is farthest from its border, of a grid of them, on the screen
INSIDE = """shape => {
  const box = shape.getBBox()
  const spots = [...Array(400).keys()].map(n => new DOMPoint(
    box.x + box.width * (n % 20 + .5) / 20, box.y + box.height * ((n / 20 | 0) + .5) / 20))
  const inside = spots.filter(p => shape.isPointInFill(p)), out = spots.filter(p => !inside.includes(p))
  const room = p => Math.min(...out.map(q => Math.hypot(p.x - q.x, p.y - q.y)))
  const at = inside.reduce((a, b) => room(b) > room(a) ? b : a).matrixTransform(shape.getScreenCTM())
  return [at.x, at.y] }"""


@pytest.mark.parametrize("code", ["GM0150", "GM0114", "GM0599", "GM1900"])
def test_a_municipality_is_chosen_on_the_map_of_the_start_page(
    page: Page, site: str, code: str
) -> None:
    page.goto(site)
    made(page)
    drawn = page.get_by_role("img", name=t("start_map_alt", "nl"))
    shape = drawn.locator(f'[data-code="{code}"]')
    expect(shape).to_be_attached()
    drawn.scroll_into_view_if_needed()
    page.mouse.click(*shape.evaluate(INSIDE))
    page.wait_for_url(f"**/profile?*area={code}*")


def test_another_area_is_found_on_a_page(page: Page, site: str) -> None:
    page.goto(f"{site}/profile?area=GM0150")
    made(page)
    page.get_by_role("button", name=t("other_area", "nl")).click()
    field = page.get_by_role("combobox", name=t("search_label", "nl"))
    field.press_sequentially("emm", delay=30)
    page.get_by_role("option").filter(has_text="Emmen").first.click()
    page.wait_for_url("**/profile?*area=GM0114*")


@pytest.mark.parametrize("asked", ["?q=", "?q=%00", "?q=" + "x" * 3000, "?lang=xx&q=utrecht", ""])
def test_the_search_takes_anything(site: str, asked: str) -> None:
    answer = httpx.get(f"{site}/search{asked}", trust_env=False, timeout=60)
    assert answer.status_code == 200
    assert isinstance(answer.json(), list)
