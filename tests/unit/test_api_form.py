"""The page to try the API on: what it shows is what the API answers."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dashboard import store
from dashboard.api import form, openapi
from dashboard.site.metadata import Place
from dashboard.words.text import LANGUAGES, t

PLACE = Place("https://atlas.example/site/", "")


class Parts(HTMLParser):
    """The fields of a page, its address, its lines of code, and its links."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.address, self.links, self.ids = "", list[str](), list[str]()
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {k: v or "" for k, v in attrs}
        if tag in ("input", "select") and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value", "")
        if attributes.get("id") == "address":
            self.address = attributes["value"]
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "label":
            self.ids.append(attributes["for"])


def shown(query: str = "", lang: str = "en") -> tuple[str, Parts]:
    body = form.page(lang, query, PLACE).decode()
    return body, Parts(body)


@pytest.mark.parametrize("name", store.RESOURCES)
def test_a_table_has_a_field_for_each_parameter(name: str) -> None:
    for lang in LANGUAGES:
        _, parts = shown(f"table={name}&limit=1", lang)
        expected = {*openapi.parameters(name)} - {*form.PAGING}
        assert {*parts.fields} - {form.TABLE} == expected
        assert {*parts.ids} == {*expected, "address"}  # each has a label


def test_the_rows_are_those_of_the_address_and_the_next_follow() -> None:
    query = {"area": "GM0599+GM0518", "kind": "library", "limit": "5"}
    body, parts = shown(urlencode({"table": "places", **query}))
    assert parts.address == f"https://atlas.example/api/v1/places?{urlencode(query)}"
    filters = {"area": ["GM0599+GM0518"], "kind": ["library"]}
    rows, count, _ = store.page("places", filters, 10)
    ids = [row["place"] for row in rows.to_pylist()]
    assert re.findall(r'<th scope="row">(.*?)</th>', body) == ids[:5]
    assert t("api_counted", "en", n=str(count), shown="5") in body
    onward = next(link for link in parts.links if "after=" in link)
    further, _ = shown(urlsplit(onward).query)
    assert re.findall(r'<th scope="row">(.*?)</th>', further) == ids[5:10]
    for program in ("curl ", "pd.read_csv(", "read.csv("):
        assert program in body
    other = next(link for link in parts.links if link.startswith("../nl/"))
    assert parse_qs(urlsplit(other).query)["kind"] == ["library"]  # another language, same question


def test_what_the_api_refuses_stands_there_with_its_reason() -> None:
    body, parts = shown(urlencode({"table": "observations", "area": '<b>"', "x": "1"}), "nl")
    assert t("api_refused", "nl") in body
    assert "<b>" not in body
    assert parts.fields["area"] == '<b>"'
    fault = re.search(r'<p role="alert">.*?</p>', body, re.S)
    assert fault
    assert '"' in unescape(fault[0])
    body, _ = shown("table=areas&format=xml")
    assert "format = xml" in body
    assert "pd.read" not in body  # no lines for what has no answer


def test_a_format_is_read_as_what_it_is() -> None:
    body, _ = shown("table=areas&area=GM0599&format=geojson")
    assert "gpd.read_file(" in body
    assert "format=geojson" in body
    assert shown("table=nothing")[1].fields[form.TABLE] == form.FIRST
