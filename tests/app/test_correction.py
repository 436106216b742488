"""The prepared message: what is missing or wrong, to whom, and nothing where nobody is named."""

from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from dashboard import store
from dashboard.answer import correction
from tests.app.conftest import area_of, run, texts

MAIL, TRACKER = "atlas@example.org", "https://example.org/issues/new"


@pytest.mark.parametrize("contact", [MAIL, TRACKER])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_message_has_area_place_and_edition(contact: str, lang: str) -> None:
    address = correction.message(
        area_of("BU05991571"), lang, "Café & Co", "https://a.example", contact
    )
    parts, asked = urlsplit(address), parse_qs(urlsplit(address).query)
    assert address.startswith("https://" if contact == TRACKER else f"mailto:{MAIL}?")
    (title,) = asked["title" if contact == TRACKER else "subject"]
    (body,) = asked["body"]
    assert "Café & Co" in title
    for known in ("Tarwewijk (BU05991571)", "Café & Co", store.build()["id"], "https://a.example/"):
        assert known in body
    assert parts.scheme != "mailto" or "+" not in parts.query  # which mail programs show as it is


def test_a_list_of_places_asks_only_where_somebody_can_be_written_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = {"page": "connections", "area": "GM0599", "ask": "partner"}
    assert "mailto:" not in texts(run(**asked))
    monkeypatch.setenv("CULTUURATLAS_CONTACT", MAIL)
    shown = unquote(unescape(texts(run(**asked))))
    assert shown.count(f"mailto:{MAIL}") == 2  # of the place, and of the list
    assert "Plek: " in shown
