"""Connections in a real browser: the ring by mouse and keyboard, a file of one's own, and what
leaves the page.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import store
from dashboard.answer import ecosystem
from dashboard.words.text import t
from pipelines.methods import partnership
from tests.browser.conftest import made
from tests.browser.test_browser import MAP, until

pytestmark = pytest.mark.browser
RING = "connections?ask=ring&area=BU05991571"
CELL = ".ring [role=button]"


def heading(cell: str) -> str:
    level, domain, facet = (
        store.term(s, part, "nl")
        for s, part in zip(("level", "domain", "facet"), cell.split("."), strict=True)
    )
    return t(
        "ties_ring_head",
        "nl",
        level=level.split(":")[0],
        domain=domain.lower(),
        facet=facet.lower(),
    )


def test_a_cell_of_the_ring_is_chosen_with_the_mouse(page: Page, site: str) -> None:
    page.goto(f"{site}/{RING}")
    made(page)
    expect(page.locator(CELL)).to_have_count(40)
    page.locator('[id="macro.care.everyday"]').click()
    until(lambda: "cell=macro.care.everyday" in page.url, page)
    expect(page.get_by_role("heading", name=heading("macro.care.everyday"))).to_be_visible()
    would = t("ties_ring_unmeasured", "nl", would=t("ties_would_macro", "nl"))
    expect(page.get_by_text(would)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name=heading("macro.care.everyday"))).to_be_hidden()


def test_the_ring_is_walked_with_the_arrows_and_is_one_stop_of_the_tab_key(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/{RING}&cell=meso.leisure.everyday")
    made(page)
    expect(page.locator(CELL)).to_have_count(40)
    page.locator('[id="meso.leisure.everyday"]').focus()
    for key, now in (
        ("ArrowUp", "exo.leisure.everyday"),
        ("ArrowRight", "exo.policy.institutional"),
        ("ArrowDown", "meso.policy.institutional"),
        ("ArrowLeft", "meso.leisure.everyday"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == now
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(lambda: "cell=micro.leisure.everyday" in page.url, page)
    expect(page.get_by_role("heading", name=heading("micro.leisure.everyday"))).to_be_visible()
    page.locator(f'{CELL}[tabindex="0"]').focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.ring')") is None


def test_the_ring_says_of_each_cell_what_it_is(page: Page, site: str) -> None:
    page.goto(f"{site}/{RING}")
    made(page)
    expect(page.locator(CELL)).to_have_count(40)
    said = page.locator(CELL).evaluate_all("all => all.map(c => c.getAttribute('aria-label'))")
    for cell in ecosystem.cells("BU05991571"):
        assert f"{heading(cell.id)}: {t(f'ties_ring_{cell.state}', 'nl')}" in said


def test_a_file_of_ones_own_is_drawn_and_gone_with_the_window(
    page: Page, site: str, tmp_path: Path
) -> None:
    network = tmp_path / "network.csv"
    head = ",".join(partnership.COLUMNS)
    network.write_text(
        f"{head}\nKoor Zuid,leisure,3081,Globe,partnership,2023,jaarverslag\n", encoding="utf-8"
    )
    page.goto(f"{site}/connections?ask=network&area=BU05991571")
    made(page)
    page.locator('input[type="file"]').set_input_files(network)
    expect(page.get_by_text(t("ties_taken", "nl", actors=2, ties=1))).to_be_visible()
    expect(page.get_by_role("cell", name="Globe").first).to_be_visible()
    assert "Koor" not in page.url
    page.get_by_role("button", name=t("ties_forget", "nl")).click()
    expect(page.get_by_text("Koor Zuid")).to_have_count(0)
    name = "**G** [x](/y) :red[b] $a$"
    row = f"{name},leisure,3081,{{}},partnership,2023,jaarverslag\n"
    network.write_text(f"{head}\n{row.format('Globe')}{row.format('Circus')}", encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(network)
    drawn = page.get_by_role("heading", name=t("ties_position_title", "nl", name=name), exact=True)
    expect(drawn).to_be_visible()
    assert drawn.locator("a, strong, .katex").count() == 0
    bad = tmp_path / "bad.csv"
    bad.write_text(
        f"{head}\n=cmd(),leisure,3081,Globe,partnership,2023,jaarverslag\n", encoding="utf-8"
    )
    page.locator('input[type="file"]').set_input_files(bad)
    expect(page.get_by_text(t("ties_fault_formula", "nl"))).to_be_visible()
    page.reload()
    made(page)
    expect(page.get_by_text("Koor Zuid")).to_have_count(0)


def test_my_path_is_drawn_and_nothing_of_it_leaves_this_server(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto(
        f"{site}/connections?ask=mine&area=GM0363"
    )  # another municipality than the postcode's
    made(page)
    page.get_by_label(t("ties_start", "nl")).fill("3011")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Stadsdriehoek")).to_be_visible()
    expect(page.locator(MAP).first).to_be_visible()  # the first map of the page: its code comes now
    assert "3011" not in page.url
    assert not [url for url in asked if not url.startswith((site, "blob:", "data:"))]
    assert not [url for url in asked if "3011" in url or "0599" in url or "/map/" in url]
    assert page.context.cookies() == [] or all("3011" not in str(c) for c in page.context.cookies())


@pytest.mark.parametrize("ask", ["bridges", "ring", "network"])
def test_an_embedded_diagram_stands_without_the_frame(page: Page, site: str, ask: str) -> None:
    area = "GM0363" if ask == "network" else "GM0599"
    page.goto(f"{site}/connections?ask={ask}&area={area}&embed=true")
    drawing = ".ring svg" if ask == "ring" else "figure svg"
    expect(page.locator(drawing).first).to_be_visible()
    for control in (t("question", "nl"), "Ander gebied", "Download", t("ties_own", "nl")):
        expect(page.get_by_text(control, exact=True)).to_be_hidden()
