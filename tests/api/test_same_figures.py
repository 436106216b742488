"""One figure, one number: the profile, the static page, its files and the API say the same of any area."""

import csv
import io
import json
import re
from html import unescape
from statistics import median
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dashboard import profile, store
from dashboard.figures import about, between, kind, number
from dashboard.text import LANGUAGES, t
from dashboard.view import name
from tests.app.conftest import run, table, texts

ROW = re.compile(r'<tr class="\w+"><th scope="row"><a href="([^"]*)">.*?</th><td><data value="([^"]*)">')

OF_SOURCE = ("source", "publisher", "licence", "retrieved")


@given(some.deferred(lambda: some.sampled_from(store.codes())))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_figure_of_a_profile_is_that_of_the_api_and_of_the_static_page(
    api: httpx.Client, site: str, code: str
) -> None:
    area = store.area(code)
    assert area
    served = api.get("observations", params={"area": code, "limit": 1000}).json()
    assert served["count"] == len(served["data"]) <= 1000
    told = {(r["indicator"], r["period"]): r for r in served["data"]}
    rows = {(r["indicator"], r["period"]): r for r in profile.rows(area)}
    shown = 0
    for key, row in rows.items():
        if key not in told:  # a figure of a larger area: no row, and no figure here
            assert (row["value"], row["status"]) == (None, "missing")
            continue
        for column in ("value", "low", "high", "status", "unit", "name", "level", *OF_SOURCE):
            assert row[column] == told[key][column], (key, column)
        shown += row["value"] is not None
    files = {e: httpx.get(f"{site}/site/data/{code}.{e}", trust_env=False) for e in ("json", "csv")}
    assert json.loads(files["json"].content)["figures"] == [*rows.values()]
    lines = list(csv.DictReader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert [(r["indicator"], r["period"]) for r in lines] == [*rows]
    assert [float(r["value"]) if r["value"] else None for r in lines] == [r["value"] for r in rows.values()]
    no_row = {i for (i, _), r in rows.items() if area.level not in store.levels(i) and r["status"] == "missing"}
    for lang in LANGUAGES:
        page = httpx.get(f"{site}/site/{lang}/{code}.html", trust_env=False).text
        found = [(re.findall(r"indicator=(\w+)", link)[0], float(value)) for link, value in ROW.findall(page)]
        assert len(found) == shown
        assert dict(found) == {i: r["value"] for (i, _), r in rows.items() if r["value"] is not None}
        said = unescape(page)
        assert all(store.indicators()[i].text("label", lang) in said for i in no_row)  # folded, and listed


def near(value: float, decimals: int) -> list[float]:
    """What a figure may have been before the API rounded it to two decimals more than are shown."""
    return [value + part * 10.0 ** -(decimals + 2) for part in (-0.5, 0, 0.5)]


def read(value: float, decimals: int) -> set[str]:
    return {number(v, decimals, "nl") for v in near(value, decimals)}


def margins(low: float, high: float, decimals: int) -> set[str]:
    return {between(a, b, decimals, "nl") for a in near(low, decimals) for b in near(high, decimals)}


AREAS = ["NL00", "GM0599", "GM0363", "WK059915", "BU05991571", "BU05992295"]


@pytest.mark.parametrize("code", AREAS)
def test_the_tables_of_the_app_hold_what_the_api_says(api: httpx.Client, code: str) -> None:
    """Every figure and margin, the minutes, the number of places in the area, and the middle of the group."""

    def served(what: str, **asked: str) -> list[dict[str, Any]]:
        found = api.get(what, params={**asked, "limit": "1000"}).json()
        assert len(found["data"]) == found["count"]
        return list(found["data"])

    area = store.area(code)
    assert area
    test = run("profile", area=code)
    assert not test.exception
    told = {(r["indicator"], r["period"]): r for r in served("observations", area=code)}
    by_label = {r["label_nl"]: r for r in served("indicators")}
    known = {r["indicator"]: r for r in profile.rows(area)}
    here = name(area, "nl", "country_name")
    shown_ = middles = 0
    for theme in store.scheme("theme"):
        label = store.term("theme", theme, "nl")
        if f'aria-label="{label}"' not in texts(test):
            continue
        columns = table(test, label)
        for n, named in enumerate(columns[t("column_indicator", "nl")]):
            i = by_label[unescape(re.sub("<[^>]*>", "", named))]["indicator"]
            row = told.get((i, columns[t("column_period", "nl")][n]), {"value": None, "status": "missing"})
            cell = unescape(columns[here][n])
            if row["value"] is None:
                assert cell == t(f"status_{row['status']}", "nl")
                continue
            digits = store.indicators()[i].decimals
            mark = "≈ " if row["status"] == "estimated" else ""
            unit = "" if row["unit"] == "index" else f" {store.term('unit', row['unit'], 'nl')}"
            assert cell in {f"{mark}{v}{unit}" for v in read(row["value"], digits)}, i
            if row["low"] is not None:
                margin = unescape(columns[t("profile_column_margin", "nl")][n])
                assert margin in margins(row["low"], row["high"], digits), i
            shown_ += 1
            group = known[i]["compared_with"]
            if group and i in ("lonely_share", "walk_to_town_hall_min"):
                asked = {"municipality": area.municipality or ""} if group == "municipality" else {}
                alike = served("observations", indicator=i, period=row["period"], level=area.level, **asked)
                beside = {p.code for p in store.peers(code)}
                values = [
                    r["value"]
                    for r in alike
                    if r["area"] != code and r["status"] == row["status"] and (group != "peers" or r["area"] in beside)
                ]
                middle = unescape(columns[t("profile_column_alike", "nl")][n])
                assert middle in {mark + v for v in read(median(values), digits)}, i
                middles += 1
    assert shown_ > (40 if area.population else 1)
    assert middles == (2 if area.level != "land" and area.population else 0)
    if not area.population:  # of which there are no minutes and no places
        assert f'aria-label="{t("profile_near", "nl")}"' not in texts(test)
        return
    places = table(test, t("profile_near", "nl"))
    kinds = {kind(k, "nl"): k for k in store.kinds()}
    inside = {"gemeente": {"municipality": code}, "buurt": {"area": code}}.get(area.level)
    for n, named in enumerate(places[t("csv_kind", "nl")]):
        k = kinds[unescape(named)]
        if inside:
            count = api.get("places", params={**inside, "kind": k, "limit": 1}).json()["count"]
            assert places[t("profile_column_inside", "nl")][n] == (number(count, 0, "nl") if count else "–"), k
        figure = told.get((f"walk_to_{k}_min", store.access_period()))
        if figure and figure["value"] is not None and k != "meeting_place":  # whose figure takes other kinds too
            minutes = unescape(places[t("ties_column_minutes", "nl")][n])
            assert minutes in {about(v, "nl") for v in near(figure["value"], 0)}, k
            low, high = figure["low"], figure["high"]
            margin = unescape(places[t("profile_column_margin", "nl")][n])
            assert margin in ({"–"} if low is None else margins(low, high, 0)), k
