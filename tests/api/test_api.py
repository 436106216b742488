"""The public API on a running dashboard, read as a stranger would."""

import csv
import io
import json
import random
from http.client import HTTPConnection
from typing import Any

import httpx
import pyarrow.parquet
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import meta
from schemathesis import GenerationMode

from dashboard import middleware, store
from dashboard.api import endpoint, openapi
from dashboard.download import geojson
from dashboard.download.geojson import wound
from dashboard.site import feed

FORMATS = [(name, form) for name in store.RESOURCES for form in openapi.formats(name)]
AREA = "BU05990110"
BAD: list[tuple[str, int, str]] = [
    *(
        (f"{name}?{query}", 400, query.split("=")[0])
        for name in store.RESOURCES
        for query in (
            "limit=0",
            "limit=1001",
            "limit=-1",
            "limit=1e2",
            "limit=",
            "limit=%D9%A1",
            "offset=-1",
            "x=1",
        )
    ),
    *((f"{name}?format=xml", 400, "format") for name in store.RESOURCES),
    *(
        (f"{n}?format=geojson", 400, "format")
        for n in ("indicators", "observations", "revisions", "ties", "sources")
    ),
    ("observations?area=GM0599&area=GM0363", 400, "area"),
    ("observations?limit=1&limit=2", 400, "limit"),
    ("observations?area=GM0599,", 400, "area"),
    ("observations?area=GM0599,GM9999", 404, "area"),
    (f"observations?period={','.join(['2024'] * 101)}", 400, "period"),
    ("areas?level=gemeente,street", 400, "level"),
    ("observations?area=gm0599", 400, "area"),
    ("observations?area=GM0599%0A", 400, "area"),
    ("observations?area='%20OR%201=1--", 400, "area"),
    ("observations?area=GM9999", 404, "area"),
    ("observations?offset=10001", 400, "offset"),
    ("observations?after=%2F", 400, "after"),
    ("observations?after=bm90aGluZw", 404, "after"),  # not JSON
    ("observations?after=WyJhIl0", 404, "after"),  # of another table
    ("observations?after=WzEsMiwzXQ", 404, "after"),  # no texts
    ("observations?indicator=nothing", 400, "indicator"),
    ("observations?period=24", 400, "period"),
    ("observations?period=9999", 400, "period"),
    ("ties?period=2012", 400, "period"),
    ("observations?status=zero", 400, "status"),
    ("areas?level=street", 400, "level"),
    ("revisions?sort=likely", 400, "sort"),
    ("areas?parent=GM9999", 404, "parent"),
    ("places?municipality=BU05990110", 400, "municipality"),
    ("places?kind=pupil_flow", 400, "kind"),
    ("places?step_free=true", 400, "step_free"),
    ("ties?kind=library", 400, "kind"),
    ("ties?end=%00", 400, "end"),
    ("ties?proof=sure", 400, "proof"),
    ("areas/GM9999", 404, "code"),
    ("areas/Rotterdam", 404, "code"),
    ("areas/%00", 404, "code"),
    ("areas/%5C%5Chost", 404, "code"),
    ("areas/GM0599?limit=1", 400, "limit"),
    ("people", 404, "path"),
    ("areas/GM0599/all", 404, "path"),
    ("?lang=nl", 400, "lang"),
    ("openapi.json?x", 400, "x"),
]


def level(code: str) -> str:
    """The level of an area."""
    area = store.area(code)
    assert area
    return area.level


def parsed(form: str, body: bytes) -> list[dict[str, Any]]:
    """The rows of a body in a format."""
    if form == "csv":
        assert body.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    if form == "parquet":
        return list(pyarrow.parquet.read_table(io.BytesIO(body)).to_pylist())
    found = json.loads(body)
    return [f["properties"] for f in found["features"]] if form == "geojson" else found["data"]


@pytest.mark.parametrize(("name", "form"), FORMATS)
def test_every_format_holds_the_same_rows(api: httpx.Client, name: str, form: str) -> None:
    expected = api.get(name).raise_for_status().json()
    assert expected["count"] > 0
    assert expected["edition"] == store.build()["id"]
    for ask in ({"params": {"format": form}}, {"headers": {"Accept": openapi.FORMATS[form]}}):
        answer = api.get(name, **ask).raise_for_status()  # type: ignore[arg-type]
        assert answer.headers["content-type"].split(";")[0] == openapi.FORMATS[form]
        assert int(answer.headers["x-total-count"]) == expected["count"]
        found = parsed(form, answer.content)
        if form == "csv":
            for row, want in zip(found, expected["data"], strict=True):
                assert list(row) == list(want)
                for column, value in want.items():
                    if isinstance(value, (int, float)):
                        assert float(row[column]) == value
                    else:
                        assert row[column] == (value or "")
        else:
            assert found == expected["data"]


def test_areas_and_places_have_their_geometry(api: httpx.Client) -> None:
    shapes = api.get("areas/GM0599", params={"format": "geojson"}).json()["features"]
    assert [s["geometry"] for s in shapes] == [json.loads(wound(store.outline("GM0599") or ""))]
    country = api.get("areas/NL00", params={"format": "geojson"}).json()["features"]
    assert country[0]["geometry"] is None
    for place in api.get("places", params={"format": "geojson"}).json()["features"]:
        at = [place["properties"]["lon"], place["properties"]["lat"]]
        assert place["geometry"] == {"type": "Point", "coordinates": at}


def test_text_is_safe_in_a_spreadsheet(api: httpx.Client) -> None:
    for name in store.RESOURCES:
        for row in parsed("csv", api.get(name, params={"format": "csv", "limit": 1000}).content):
            for value in row.values():
                assert value[:1] not in tuple("=+@\t\r")
                assert value[:1] != "-" or float(value) <= 0


@pytest.mark.parametrize("name", list(store.RESOURCES))
def test_pages_hold_every_row_once(api: httpx.Client, name: str) -> None:
    limit = 1000 if name in ("observations", "revisions", "ties") else 97
    seen: list[str] = []
    at: str | None = f"{name}?limit={limit}"
    while at:
        answer = api.get(at.removeprefix("/api/v1/")).raise_for_status()
        found = answer.json()
        seen += [json.dumps(r) for r in found["data"]]
        at = found["next"]
        assert (at in answer.headers.get("link", "")) if at else "link" not in answer.headers
    assert len(seen) == len(set(seen)) == found["count"]
    table = {"areas": "area"}.get(name, name.removesuffix("s"))
    assert found["count"] == store.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]
    beyond = api.get(name, params={"offset": min(len(seen), openapi.FURTHEST)}).json()
    assert beyond["count"] == len(seen)
    if len(seen) <= openapi.FURTHEST:
        assert (beyond["data"], beyond["next"]) == ([], None)
    else:
        assert json.dumps(beyond["data"][0]) == seen[openapi.FURTHEST]


@pytest.mark.parametrize(
    ("name", "filter"),
    [(n, f) for n, r in store.RESOURCES.items() for f in r.filters if f not in ("end", "since")],
)
def test_every_filter_keeps_what_it_says(api: httpx.Client, name: str, filter: str) -> None:
    every = api.get(name, params={"limit": 1000, "offset": 0}).json()["data"]
    if filter == "within" or (
        filter == "area" and name in ("places", "ties")
    ):  # tests of their own
        value, columns = "GM0599", []
    else:
        columns = [filter] if filter in every[0] else []
        shared = {"municipality": "GM0599", "theme": "residents", "domain": "leisure"}
        value = next(r[filter] for r in every if r[filter]) if columns else shared[filter]
    found = api.get(name, params={filter: value, "limit": 1000}).raise_for_status().json()
    assert found["count"] > 0
    for row in found["data"]:
        assert not columns or value in [row[c] for c in columns]
    if columns == [filter]:
        whole = api.get(name, params={"limit": 1000}).json()
        if whole["count"] <= 1000:
            assert found["count"] == sum(r[filter] == value for r in whole["data"])


@pytest.mark.parametrize(
    ("area", "condition"),
    [
        ("GM0599", "municipality = 'GM0599'"),
        ("WK059915", "parent = 'WK059915'"),
        ("BU05991571", "code = 'BU05991571'"),
        ("PV28", "province = 'Zuid-Holland'"),
        ("GM0599+GM0518", "municipality IN ('GM0599', 'GM0518')"),
    ],
)
def test_what_lies_in_an_area_a_province_or_a_selection_can_be_asked_for(
    api: httpx.Client, area: str, condition: str
) -> None:
    within = {r["code"] for r in store.rows(f"SELECT code FROM area WHERE {condition}")}
    places = api.get("places", params={"area": area, "limit": 1000}).json()
    assert {p["area"] for p in places["data"]} <= within
    count = "SELECT count(*) AS n FROM place WHERE area IN (SELECT unnest(?))"
    assert places["count"] == store.rows(count, [*within])[0]["n"] > 0
    ties = api.get("ties", params={"area": area, "limit": 1000}).json()
    assert ties["count"] > 0
    assert all(within & {t["a_area"], t["b_area"]} for t in ties["data"])
    # a + that nobody wrote as %2B is a blank to who reads the address
    plain = api.get(f"areas?within={area}&level=buurt,wijk,gemeente&limit=1000").json()
    below = ("buurt", "wijk", "gemeente")
    assert {r["area"] for r in plain["data"]} == {c for c in within if level(c) in below} | {
        c for c in area.split("+") if level(c) in below
    }
    asked = {"within": area, "indicator": "population", "limit": 1000}
    figures = api.get("observations", params=asked).json()["data"]
    assert {r["area"] for r in figures} - {area} <= within
    assert figures


def test_the_places_of_the_country_are_all_of_them(api: httpx.Client) -> None:
    every = store.rows("SELECT count(*) AS n FROM place")[0]["n"]
    assert api.get("places", params={"area": "NL00", "limit": 1}).json()["count"] == every


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("areas?area=GM0599&level=buurt", "level"),
        ("observations?area=GM0599,GM0363&level=wijk,buurt", "level"),
        ("observations?area=BU05991571&municipality=GM0363", "municipality"),
        ("observations?municipality=GM0599&level=land", "level"),
        ("areas?parent=BU05991571", "parent"),
        ("observations?within=PV28&area=GM0363", "within"),
        ("observations?within=GM0599&level=provincie,land", "level"),
        ("areas?within=GM0599%2BGM0363&level=provincie", "level"),
        ("observations?area=GM0599%2BGM0363", "area"),
    ],
)
def test_filters_that_together_can_only_give_nothing_are_refused(
    api: httpx.Client, query: str, parameter: str
) -> None:
    answer = api.get(query)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_what_scripts_add_to_pass_a_cache_is_not_looked_at(api: httpx.Client) -> None:
    query = "observations?area=GM0599&limit=5"
    assert api.get(f"{query}&_=1").json() == api.get(query).json()


def test_outer_rings_are_counterclockwise_and_holes_are_not(api: httpx.Client) -> None:
    query = "areas?level=gemeente&format=geojson&limit=1000"
    shapes = [f["geometry"] for f in api.get(query).json()["features"] if f["geometry"]]
    assert len(shapes) > 300
    holes = 0
    for shape in shapes:
        each = shape["coordinates"]
        for rings in each if shape["type"] == "MultiPolygon" else [each]:
            outer, *inner = map(geojson.area, rings)
            holes += len(inner)
            assert outer > 0
            assert all(hole < 0 for hole in inner)
    assert holes > 0


def test_a_neighbourhood_has_its_municipality_beside_its_name(api: httpx.Client) -> None:
    row = api.get("observations?area=BU05991571&limit=1").json()["data"][0]
    assert (row["municipality"], row["municipality_name"]) == ("GM0599", "Rotterdam")


def test_a_margin_has_both_ends(api: httpx.Client) -> None:
    row = api.get("observations?area=BU05991571&indicator=lonely_share").json()["data"][0]
    assert row["low"] <= row["value"] <= row["high"]


def test_the_index_points_to_every_table_which_can_be_read_in_parts(
    api: httpx.Client, site: str
) -> None:
    tables = api.get("").json()["tables"]
    assert {*tables} == {*store.schema()}
    whole = httpx.get(f"{site}{tables['indicator']}", trust_env=False)
    assert whole.headers["access-control-allow-origin"] == "*"
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.content)
    for asked, part in {
        "bytes=0-3": whole.content[:4],
        "bytes=-8": whole.content[-8:],
        f"bytes={size - 2}-": whole.content[-2:],
        f"bytes=4-{size * 2}": whole.content[4:],
    }.items():
        answer = httpx.get(
            f"{site}{tables['indicator']}", headers={"Range": asked}, trust_env=False
        )
        assert (answer.status_code, answer.content) == (206, part), asked
        first = size - len(part) if asked != "bytes=0-3" else 0
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(part) - 1}/{size}"
    beyond = {"Range": f"bytes={size}-"}
    assert (
        httpx.get(f"{site}{tables['indicator']}", headers=beyond, trust_env=False).status_code
        == 416
    )
    table = pyarrow.parquet.read_table(io.BytesIO(whole.content))
    assert table.num_rows == store.rows("SELECT count(*) AS n FROM indicator")[0]["n"]


def test_the_ties_of_an_end(api: httpx.Client) -> None:
    tie = api.get("ties", params={"kind": "funding"}).json()["data"][0]
    for end in (tie["a"], tie["b"]):
        assert tie in api.get("ties", params={"end": end, "limit": 1000}).json()["data"]


def test_figures_are_those_of_the_pages(api: httpx.Client) -> None:
    every: list[dict[str, Any]] = []
    for status in store.STATUSES:
        begins = ["", *random.Random(1).sample(store.codes(), 8)]
        for after in (endpoint._after([code, "", ""]) for code in begins):
            asked = {"status": status, "limit": 5, "after": after}
            every += api.get("observations", params=asked).json()["data"]
    assert {r["status"] for r in every} == set(store.STATUSES)
    for row in every:
        there = store.observation(row["indicator"], row["period"], row["area"])
        indicator = store.indicators()[row["indicator"]]
        source = store.sources()[indicator.source]
        assert there
        assert (row["name"], row["status"], row["unit"]) == (
            there.name,
            there.status,
            indicator.unit,
        )
        assert (row["source"], row["publisher"], row["licence"]) == (
            source["id"],
            source["publisher"],
            source["licence"],
        )
        near = 0.51 * 10 ** -(indicator.decimals + 2)
        for column in ("value", "low", "high"):
            want = getattr(there, column)
            assert (row[column] is None) == (want is None)
            assert want is None or abs(row[column] - want) <= near
        assert (row["value"] is None) == (row["status"] not in ("measured", "estimated"))


def test_what_is_new_since_an_edition_or_a_day(api: httpx.Client) -> None:
    every = api.get("revisions", params={"limit": 1}).json()["count"]
    assert every > 0
    now, last = store.build()["id"], "0123456789ab"
    counts = {last: every, now: 0, "2025-11-04": every, "9999-12-31": 0}
    counts[store.build()["built_at"][:10]] = every  # taken that day, maybe before this edition came
    for since, count in counts.items():
        assert api.get("revisions", params={"since": since}).json()["count"] == count, since
    for since in ("2025-11-03", "2020-01-01", "ffffffffffff"):  # before what it was compared with
        refused = api.get("revisions", params={"since": since})
        assert (refused.status_code, refused.json()["parameter"]) == (404, "since")
        assert last in refused.json()["error"]
    assert "day" in api.get("revisions", params={"since": "2025-02-30"}).json()["error"]


def test_what_is_new_has_one_sort_and_both_figures(api: httpx.Client) -> None:
    index = api.get("").json()
    assert (index["compared"], index["compared_at"][:10]) == ("0123456789ab", "2025-11-03")
    every = [
        r
        for sort in store.REVISIONS
        for r in api.get("revisions", params={"sort": sort, "limit": 1000}).json()["data"]
    ]
    assert {r["sort"] for r in every} == set(store.REVISIONS)
    assert len(every) == api.get("revisions", params={"limit": 1}).json()["count"]
    for row in every:
        if row["sort"] == "real":
            assert abs(row["value"] - row["before"]) > row["allowed"]
        if row["indicator"] is None:
            assert (row["sort"], row["unit"], row["licence"]) == ("boundary", None, None)
        else:
            assert row["licence"]
            there = store.observation(row["indicator"], row["until"] or "", row["area"])
            assert row["value"] is None or (there and abs(row["value"] - (there.value or 0)) < 0.01)


def test_a_masked_tie_has_bounds_and_no_weight(api: httpx.Client) -> None:
    masked = api.get("ties", params={"status": "suppressed", "limit": 1000}).json()["data"]
    assert masked
    for tie in masked:
        assert tie["weight"] is None
        assert 0 < tie["low"] <= tie["high"]
        assert tie["proof"]
        assert tie["period"]
        assert tie["publisher"]


@pytest.mark.parametrize(
    ("name", "filter"),
    [
        (n, f)
        for n, r in store.RESOURCES.items()
        for f in r.filters
        if openapi.parameters(n)[f]["type"] == "array"
    ],
)
def test_a_filter_takes_several_values(api: httpx.Client, name: str, filter: str) -> None:
    def found(value: str) -> tuple[int, set[str]]:
        answer = api.get(name, params={filter: value, "limit": 1000}).raise_for_status().json()
        return answer["count"], {json.dumps(r) for r in answer["data"]}

    every = api.get(name, params={"limit": 1000}).json()["data"]
    values = sorted({v for r in every if (v := r.get(filter) or r.get(f"b_{filter}"))})
    if len(values) < 2:
        values = ["GM0599", "GM0363"]
    if (name, filter) == ("ties", "area"):  # of two of these no tie has both ends
        values = ["GM0363", "BU05991571"]
    if filter in endpoint.CODES:
        values = [
            v for v in values if store.area(v)
        ]  # what is gone is told of, but is no area to ask for
    some = [
        v for v in openapi.parameters(name)[filter]["items"].get("enum", values) if found(v)[0]
    ][:3]
    # the edition knows places of one municipality, and no place there that shares its site
    assert len(some) > 1 or (name, filter) in (("places", "municipality"), ("ties", "proof"))
    apart = [found(v) for v in some]
    count, rows = found(",".join(some))
    if count <= 1000:
        assert rows == set().union(*(r for _, r in apart))
    else:
        assert count == sum(c for c, _ in apart)


def test_pages_of_several_areas(api: httpx.Client) -> None:
    whole = api.get("observations", params={"area": f"GM0599,{AREA}", "limit": 1000}).json()
    assert {r["area"] for r in whole["data"]} == {"GM0599", AREA}
    first = api.get("observations", params={"area": f"GM0599,{AREA}", "limit": 100}).json()
    assert first["count"] == whole["count"] > 100
    second = api.get(first["next"].removeprefix("/api/v1/")).json()
    assert (first["data"] + second["data"]) == whole["data"][:200]


def test_the_feed_of_a_municipality(site: str) -> None:
    answer = httpx.get(f"{site}/site/feed/en/GM0599.xml", trust_env=False, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    assert answer.content == feed.feed("GM0599", "en", f"{site}/site/")
    for name, value in middleware.HEADERS.items():
        assert answer.headers[name] == value
    for wrong in ("de/GM0599", "nl/GM9999", "nl/BU05991571", "nl/NL00"):
        refused = httpx.get(f"{site}/site/feed/{wrong}.xml", trust_env=False, timeout=60)
        assert refused.status_code == 404
        assert wrong.partition("/")[2] in refused.text


def test_an_answer_may_be_kept(api: httpx.Client) -> None:
    address = f"observations?area={AREA}"
    first = api.get(address)
    assert first.headers["cache-control"] == "public, max-age=3600"
    assert store.build()["id"] in first.headers["etag"]
    assert first.headers["etag"].startswith("W/")
    for known in (first.headers["etag"], f'"x", {first.headers["etag"].removeprefix("W/")}', "*"):
        again = api.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (
            304,
            b"",
            first.headers["etag"],
        )
        assert again.headers["vary"] == first.headers["vary"]
    others = [
        address + "&limit=7",
        address + "&format=csv",
        "observations?area=GM0599",
        "areas",
        "",
    ]
    tags = {api.get(o).headers["etag"] for o in others}
    assert len(tags) == len(others)
    assert first.headers["etag"] not in tags


@pytest.mark.parametrize(("name", "form"), FORMATS)
def test_what_is_long_is_gzipped_for_who_takes_it(api: httpx.Client, name: str, form: str) -> None:
    for limit in (0, 100):
        asked = {"format": form, "limit": limit or 1, "offset": 0}
        if not limit:
            asked |= {"after": endpoint._after(["\U0010ffff"] * len(store.RESOURCES[name].order))}
        plain, packed = (
            api.get(name, params=asked, headers={"Accept-Encoding": e}).raise_for_status()
            for e in ("identity", "gzip")
        )
        assert packed.content == plain.content
        assert packed.headers["etag"] == plain.headers["etag"]
        assert "content-encoding" not in plain.headers
        if len(plain.content) < 1000:
            assert "content-encoding" not in packed.headers
        else:
            assert packed.headers["content-encoding"] == "gzip"
            assert packed.num_bytes_downloaded < len(plain.content)
            assert packed.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"


def test_methods_and_other_sites(api: httpx.Client) -> None:
    get, head = api.get("areas"), api.head("areas")
    assert head.content == b""
    assert {k: v for k, v in head.headers.items() if k not in ("date", "x-request-id")} == {
        k: v for k, v in get.headers.items() if k not in ("date", "x-request-id")
    }
    asked = api.options(
        "areas", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    )
    assert asked.status_code == 204
    assert (
        asked.headers["access-control-allow-methods"]
        == asked.headers["allow"]
        == "GET, HEAD, OPTIONS"
    )
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        refused = api.request(method, "areas")
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused.json()["parameter"] == "method"
    for answer in (get, asked, api.get("nothing")):
        assert answer.headers["access-control-allow-origin"] == "*"
        for name, value in middleware.HEADERS.items():
            assert answer.headers[name] == value


@pytest.mark.parametrize(
    "path", ["areas/%2e%2e", "%2e%2e/%2e%2e/site/", "areas/../../v2", "areas/C:/x"]
)
def test_a_path_that_leads_out_is_refused_as_any_other(api: httpx.Client, path: str) -> None:
    connection = HTTPConnection(
        api.base_url.host, api.base_url.port
    )  # which sends the path as it is
    connection.request("GET", f"/api/v1/{path}")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["parameter"]) in ((404, "code"), (404, "path"))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    connection.close()


@pytest.mark.parametrize(("address", "status", "parameter"), BAD)
def test_what_is_malformed_is_refused_with_a_reason(
    api: httpx.Client, address: str, status: int, parameter: str
) -> None:
    answer = api.get(address)
    said = answer.json()
    assert (answer.status_code, said["parameter"]) == (status, parameter), said
    assert said["error"]
    assert len(said["value"]) <= 40
    assert said["value"].isprintable()
    assert answer.headers["cache-control"] == "no-store"


def test_a_reader_says_what_it_takes(api: httpx.Client) -> None:
    page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, form in (
        (page, "json"),
        ("text/csv;q=0.5, application/json;q=0.4", "csv"),
        ("text/*", "csv"),
    ):
        assert (
            api.get("areas", headers={"Accept": accept})
            .headers["content-type"]
            .startswith(openapi.FORMATS[form])
        )
    for accept in ("application/geo+json", "image/png", "application/json;q=0"):
        refused = api.get("ties", headers={"Accept": accept})
        assert (refused.status_code, refused.json()["parameter"]) == (406, "Accept")


def test_the_description_lists_everything(api: httpx.Client) -> None:
    found = api.get("openapi.json").raise_for_status().json()
    for root in ("/api/v1/", "/api/v1", "/api/", "/api"):
        index = httpx.get(api.base_url.copy_with(path=root), trust_env=False, timeout=60)
        assert index.json()["resources"] == {n: f"/api/v1/{n}" for n in store.RESOURCES}
    for name, resource in store.RESOURCES.items():
        given = [p["name"] for p in found["paths"][f"/{name}"]["get"]["parameters"]]
        assert given == [*resource.filters, "limit", "offset", "after", "format"]
        row = api.get(name, params={"limit": 1}).json()["data"][0]
        assert list(found["components"]["schemas"][name]["properties"]) == list(row)
    for schema in found["components"]["schemas"].values():
        assert meta.is_valid(schema)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_described(site: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{site}/api/v1/openapi.json")
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and not operation.query:
            continue  # nothing there that could be malformed

        @given(operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=15,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate()

        check()
        asked.append(operation.path)
    assert len(asked) >= len(store.RESOURCES) + 1
