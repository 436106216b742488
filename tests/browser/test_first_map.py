"""What is seen of a map before it is drawn, and where it cannot be."""

import pytest
from playwright.sync_api import Page, expect

from dashboard import store
from dashboard.answer.views import Request
from dashboard.words.text import t
from tests.browser.conftest import made

ASKED = {"area": "GM0150", "indicator": "children_share", "level": "buurt"}
ADDRESS = "explore?" + "&".join(f"{name}={value}" for name, value in ASKED.items())
# at every frame from the first one: is there a picture of the map, or the map that took its place?
FILM = """window.film = []
  const look = () => {
    const still = document.querySelector('.still img'), map = document.querySelector('.st-key-map canvas')
    const seen = still ? still.checkVisibility({ visibilityProperty: true }) && still.complete : map?.width > 0
    if (document.readyState !== 'loading') film.push(Boolean(seen))
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)"""
# what moves, as browsers count it, from when our letters are there: what stands in for them until then
# differs by machine
SHIFTS = """window.shifts = []
  const named = node => node?.dataset?.testid || node?.className || node?.nodeName
  addEventListener('DOMContentLoaded', () => document.fonts.ready.then(() => new PerformanceObserver(
    list => list.getEntries().forEach(e => shifts.push([e.value, e.sources.map(s => named(s.node))])),
  ).observe({ type: 'layout-shift' })))"""
NO_WEBGL = """const get = HTMLCanvasElement.prototype.getContext
  HTMLCanvasElement.prototype.getContext = function (kind, ...how) {
    return kind.startsWith('webgl') ? null : get.call(this, kind, ...how)
  }"""


def test_a_map_is_never_blank_and_nothing_moves_as_it_comes(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 1400})
    page.add_init_script(SHIFTS)
    page.add_init_script(FILM)
    page.goto(f"{site}/{ADDRESS}", wait_until="commit")
    still, map_ = page.locator(".still"), page.locator(".st-key-map")
    page.evaluate("document.fonts.ready.then(() => true)")
    before = still.bounding_box()
    expect(map_.locator("canvas")).to_be_attached()
    expect(still).to_have_count(0)
    made(page)
    film = page.evaluate("film")
    assert film
    assert all(film), film
    shifts = page.evaluate("shifts")
    assert sum(moved for moved, _ in shifts) < 0.05, shifts
    after = map_.bounding_box()
    assert before
    assert after
    assert after == pytest.approx(before, abs=2)
    expect(page.get_by_role("heading", level=1)).to_have_text(Request(ASKED, "nl").view.title)


def test_without_webgl_a_picture_and_the_table_stand_for_the_map(page: Page, site: str) -> None:
    page.add_init_script(NO_WEBGL)
    page.goto(f"{site}/{ADDRESS}")
    made(page)
    view = Request(ASKED, "nl").view
    expect(page.get_by_text(t("map_still", "nl"))).to_be_visible()
    expect(page.locator(".st-key-map")).to_have_count(0)
    picture = page.locator("figure svg").first
    assert view.sentence in str(picture.get_attribute("aria-label"))
    expect(picture.locator("[data-code]")).to_have_count(
        len(store.outlines(view.level, view.scope.code))
    )
    expect(page.get_by_test_id("stTable").first).to_be_visible()
