"""An alderman on a phone: from the start page to where it is hard, how sure that is and why, in
three actions.
"""

import pytest
from playwright.sync_api import Browser, expect

from dashboard import store
from dashboard.answer import hardest
from dashboard.words.text import t

SCREEN = {"width": 390, "height": 780}


@pytest.mark.browser
@pytest.mark.parametrize(("asked", "code"), [
    ("Deventer", "GM0150"), ("Zwolle", "GM0193"), ("Emmen", "GM0114"), ("Tarwewijk", "BU05991571"),
])  # fmt: skip
def test_where_it_is_hard_in_two_actions_and_two_screens(
    chromium: Browser, site: str, asked: str, code: str
) -> None:
    area = store.area(code)
    assert area
    answer = hardest.answer(area, "nl", phone=True)
    assert answer
    wording = answer.wording("nl")
    agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
    context = chromium.new_context(
        viewport=SCREEN, user_agent=agent, has_touch=True, is_mobile=True, locale="nl-NL"
    )
    try:
        page = context.new_page()
        page.goto(site)
        box = page.get_by_role("combobox", name=t("search_label", "nl"))
        box.fill(asked)  # one
        box.press("Enter")
        page.get_by_role("button", name=f"{asked} (").first.tap()  # two
        title = page.get_by_role("heading", name=wording.title)
        expect(title).to_be_visible(timeout=60_000)
        expect(page.get_by_text(wording.sentence.split(". ")[0])).to_be_visible()
        picture = page.get_by_role("img", name=wording.alt)
        expect(picture).to_be_visible()
        bottom = page.evaluate(
            "(picture) => picture.getBoundingClientRect().bottom + "
            "document.querySelector('[data-testid=stMain]').scrollTop",
            picture.element_handle(),
        )
        assert bottom < 2 * SCREEN["height"]
        why = page.get_by_role("link", name=t("hardest_more", "nl"))
        why.tap()  # three: every area, with its receipt
        page.wait_for_url("**/gaps?*ask=find*")
    finally:
        context.close()
