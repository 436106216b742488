"""A journalist: from the start page to a chart on money with their municipality marked, downloaded."""

import xml.etree.ElementTree as ET

import pytest
from playwright.sync_api import Page, expect

from dashboard import store
from dashboard.answer import money
from dashboard.words.text import t
from tests.browser.conftest import made

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("asked", "code"), [("Deventer", "GM0150"), ("Emmen", "GM0114")])
def test_a_chart_on_money_in_four_actions(page: Page, site: str, asked: str, code: str) -> None:
    area = store.area(code)
    assert area
    answer = money.answer(area, "nl")
    assert answer
    page.goto(site)
    field = page.get_by_role("combobox", name=t("search_label", "nl"))
    field.press_sequentially(asked.lower(), delay=20)  # one: type
    page.get_by_role("option").filter(has_text=asked).first.click()  # two: choose
    expect(page.get_by_role("heading", name=answer.wording("nl").title)).to_be_visible()
    made(page)
    page.locator(".st-key-download-money summary").click()  # three: open
    with page.expect_download() as waiting:
        page.get_by_role("button", name=t("download_chart_svg", "nl")).click()  # four: take
    drawn = ET.fromstring(waiting.value.path().read_bytes())
    texts = " ".join(e.text or "" for e in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert answer.wording("nl").title.split(";")[0] in texts
    assert "CC-BY-4.0" in texts
    bars = [e.get("class", "") for e in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert bars.count("bar marked") == 1


def test_the_link_is_copied_and_says_so(page: Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/profile?area=GM0150")
    made(page)
    page.get_by_role("button", name=t("share", "nl"), exact=True).click()
    expect(page.get_by_role("button", name=t("share_copied", "nl"))).to_be_visible()
    assert "area=GM0150" in page.evaluate("navigator.clipboard.readText()")
