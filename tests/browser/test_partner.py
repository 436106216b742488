"""An organisation: from the start page to a printed page with places to visit, in five actions."""

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from dashboard import store
from dashboard.answer import begin
from dashboard.words.text import t
from tests.browser.conftest import made

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [True, False])
def test_three_places_on_paper_in_five_actions(chromium: Browser, site: str, phone: bool) -> None:
    area = store.area("GM0150")
    assert area
    answer = begin.answer(area, "children", "leisure", "nl")
    assert answer
    agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
    how = {"viewport": {"width": 390, "height": 780}, "user_agent": agent} if phone else {}
    context = chromium.new_context(locale="nl-NL", **how)
    try:
        page = context.new_page()
        page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1 }")
        page.goto(site)
        page.get_by_role("button", name=t("door_gaps", "nl")).click()  # one
        expect(page.get_by_role("heading", name=t("begin_where", "nl"))).to_be_visible()
        made(page)
        field = page.get_by_role("combobox", name=t("search_label", "nl"))
        field.press_sequentially("deventer", delay=20)  # two: type and choose
        page.get_by_role("option").filter(has_text="Deventer").first.click()
        first = begin.answer(area, "everyone", "leisure", "nl")
        assert first
        expect(page.get_by_role("heading", name=first.wording("nl").title)).to_be_visible()
        made(page)
        page.get_by_label(t("gaps_who", "nl")).click()  # three and four: for whom
        page.get_by_role("option", name=store.term("need", "children", "nl")).click()
        expect(page.get_by_role("heading", name=answer.wording("nl").title)).to_be_visible()
        made(page)
        page.get_by_role("button", name=t("print", "nl")).click()  # five
        assert page.evaluate("window.printed") == 1
        paper = pypdfium2.PdfDocument(page.pdf())
        text = " ".join(sheet.get_textpage().get_text_bounded() for sheet in paper)
    finally:
        context.close()
    printed = " ".join(text.split())
    places = {r["b_name"] for r in answer.rows() if r["b"]}
    assert len(places) >= 3
    assert all(" ".join(name.split()) in printed for name in places)
    assert all(
        b.area.name in printed
        for b in begin.beginnings(begin.asked_of(area, "children"), "leisure")
    )
    assert t("begin_ask_0", "nl") in printed
    for menu in (t("other_area", "nl"), t("download", "nl"), t("print", "nl")):
        assert menu not in printed
