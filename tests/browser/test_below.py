"""Behind a path of a host: everything that a page asks for, and everywhere it leads, has the path."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.words.text import t
from tests.browser.conftest import made, serve

pytestmark = pytest.mark.browser


def test_a_page_behind_a_path_asks_and_leads_below_it(page: Page, tmp_path: Path) -> None:
    with serve(tmp_path / "log.txt", CULTUURATLAS_URL="http://localhost/atlas") as site:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on(
            "response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None
        )
        faults: list[str] = []
        page.goto(f"{site}/atlas/explore?area=GM0599")
        made(page)
        expect(page.locator('[data-testid="stDeckGlJsonChart"]')).to_be_visible()
        page.get_by_role("link", name=t("page_connections", "nl")).first.click()
        page.wait_for_url("**/atlas/connections*")
        made(page)
        assert urlsplit(page.url).path == "/atlas/connections"
        page.goto(f"{site}/atlas/profile?area=BU05991571")
        made(page)
        links = page.eval_on_selector_all(
            "a[href^='/']", "all => all.map(a => a.getAttribute('href'))"
        )
        assert links
        assert [link for link in links if not link.startswith("/atlas/")] == []
        paths = {
            urlsplit(url).path for url in asked if urlsplit(url).netloc == urlsplit(site).netloc
        }
        assert any(path.startswith("/atlas/map/") for path in paths)
        assert "/atlas/_stcore/stream" in paths
        assert [path for path in paths if not path.startswith("/atlas/")] == []
        assert faults == []
