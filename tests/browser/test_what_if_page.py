"""A reader tries a change of places with mouse and keyboard, and its link holds it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.answer import spots
from dashboard.words.numbers import named
from dashboard.words.text import t
from tests.browser.conftest import made

pytestmark = pytest.mark.browser

UTRECHT = "GM0344"


def test_a_place_is_opened_and_the_link_shows_it_again(page: Page, site: str) -> None:
    page.goto(f"{site}/what_if?area={UTRECHT}&kind=library&lang=en")
    made(page, "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("who has one")
    spot = next(s for s in spots.buildings(UTRECHT, "library").values() if len(s.name) > 20)
    field = page.get_by_role("combobox", name=t("what_if_open", "en"))
    field.fill(spot.name[:20])
    page.get_by_role("option", name=named(spot.name, spot.kind, "en")).first.click()
    page.keyboard.press("Escape")  # the list stays open for the next one
    title = t("what_if_opens", "en", count=1, n=1)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.wait_for_url(lambda url: "open=" in url)
    assert parse_qs(urlsplit(page.url).query)["open"] == [spot.id]
    link = page.url
    page.goto(link)
    made(page, "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.goto(f"{site}/what_if?ask=best&area={UTRECHT}&kind=library&lang=en")
    made(page, "en")
    page.get_by_role("link", name=t("what_if_take_up", "en")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        t("what_if_opens", "en", count=3, n=3)
    )
