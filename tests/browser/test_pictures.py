"""A picture on a page: in the page's typeface, and read mark by mark with pointer, finger and keys."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import store
from dashboard.answer import hardest
from dashboard.words.text import t
from tests.browser.conftest import made

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_dot_says_its_area_and_figure(page: Page, site: str, lang: str) -> None:
    area = store.area("GM0150")
    assert area
    answer = hardest.answer(area, lang)
    assert answer
    assert answer.diagram
    titles = set(re.findall("<title>(.*?)</title>", answer.diagram()))
    page.goto(f"{site}/profile?area=GM0150&lang={lang}")
    drawn = page.get_by_role("img", name=answer.wording(lang).alt)
    expect(drawn).to_be_visible()
    figure = page.get_by_role("group", name=t("picture_keys", lang)).filter(has=drawn)
    says = figure.locator("output")
    expect(says).to_be_empty()
    dots = drawn.locator("circle")
    assert dots.count() == len(titles) > 20
    dots.nth(5).hover()
    expect(says).not_to_be_empty()
    under = says.inner_text()
    assert under in titles
    figure.focus()
    readings = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        readings.append(says.inner_text())
    assert readings[0] == readings[2] != readings[1]
    assert set(readings) <= titles
    page.keyboard.press("Escape")
    expect(says).to_be_empty()


def test_letters_of_a_picture_are_those_of_the_page(page: Page, site: str) -> None:
    page.goto(f"{site}/profile?area=GM0150")
    made(page)
    letters = page.locator("figure svg text").first
    expect(letters).to_be_visible()
    assert page.evaluate("document.fonts.check('14px \"Source Sans\"')")
    first = letters.evaluate("e => getComputedStyle(e).fontFamily.split(',')[0]")
    assert first.strip("'\"") == "Source Sans"
    # a line is as wide as its letters: it was not squeezed to fit
    stated, own = letters.evaluate(
        """e => { const stated = e.getComputedTextLength(); e.removeAttribute('textLength')
             return [stated, e.getComputedTextLength()] }"""
    )
    assert own == pytest.approx(stated, rel=0.02)


def test_pictures_follow_the_width_of_the_frame_whatever_the_browser(
    chromium: Browser, site: str
) -> None:
    """Of a desktop's browser: narrow, turned, and in a narrow frame of a page elsewhere."""
    context = chromium.new_context(viewport={"width": 390, "height": 780}, locale="nl-NL")
    page = context.new_page()
    page.goto(f"{site}/reach?ask=changed&area=BU05991571")
    narrow, wide = (f'figure svg[width="{width}"]' for width in (360, 760))
    expect(page.locator(narrow)).to_be_visible(timeout=30_000)
    page.set_viewport_size({"width": 844, "height": 390})
    expect(page.locator(wide)).to_be_visible(timeout=30_000)
    frame = f'<iframe width="500" height="600" src="{site}/reach?ask=changed&area=BU05991571&embed=true">'
    page.set_content(frame)
    expect(page.frame_locator("iframe").locator(narrow)).to_be_visible(timeout=30_000)
    context.close()
