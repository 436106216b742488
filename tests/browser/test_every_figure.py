"""All figures of an area in one table: filtered at once, and cards where a phone reads them."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard import store
from dashboard.answer import every_figure, stories
from dashboard.words.text import t

pytestmark = pytest.mark.browser


def test_typing_and_choosing_leave_what_is_asked_for(page: Page, site: str) -> None:
    area = store.area("BU05991571")
    assert area
    lines = every_figure.lines(area, "nl")
    page.goto(f"{site}/profile?area=BU05991571")
    page.locator("summary", has_text=t("every_find", "nl").split()[0].lower()).click()
    rows, counted = page.locator(".every tbody tr:visible"), page.locator(".every output.count")
    expect(rows).to_have_count(len(lines))
    page.get_by_label(t("every_level", "nl")).select_option("micro")
    expect(page).to_have_url(re.compile(r"[?&]eco=micro(&|$)"))  # the choice is in the link
    expect(rows).to_have_count(sum(line.terms["level"] == "micro" for line in lines))
    expect(page.locator(".every output.about")).to_have_text(stories.level_said("micro", "nl"))
    page.get_by_label(t("every_status", "nl")).select_option("estimated")
    both = [
        line
        for line in lines
        if line.terms["level"] == "micro" and line.terms["status"] == "estimated"
    ]
    expect(rows).to_have_count(len(both))
    page.get_by_label(t("every_find", "nl")).fill("EENZÁÁM")  # as people type
    lonely = [
        line for line in both if "eenzaam" in " ".join([*line.cells.values(), line.description])
    ]
    expect(rows).to_have_count(len(lonely))
    assert 0 < len(lonely) < len(both) < len(lines)
    expect(counted).to_have_text(t("every_count", "nl", n=len(lonely), all=len(lines)))
    page.set_viewport_size({"width": 360, "height": 780})
    expect(page.locator(".every thead")).to_have_css("position", "absolute")
    card = rows.first.bounding_box()
    assert card
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= 360
    for part in ("th", "td >> nth=0"):  # its name and its figure are in view
        box = rows.first.locator(part).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
