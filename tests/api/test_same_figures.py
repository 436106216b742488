"""One figure, one number: the profile, the static page, its files and the API say the same of any area."""

import csv
import io
import json
import re

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dashboard import profile, store
from dashboard.text import LANGUAGES

ROW = re.compile(r'<tr class="\w+"><th scope="row"><a href="([^"]*)">.*?</th><td><data value="([^"]*)">')


@given(some.sampled_from(store.codes()))
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
        for column in ("value", "low", "high", "status", "unit", "name", "level", "publisher", "licence", "retrieved"):
            assert row[column] == told[key][column], (key, column)
        shown += row["value"] is not None
    files = {e: httpx.get(f"{site}/site/data/{code}.{e}", trust_env=False) for e in ("json", "csv")}
    assert json.loads(files["json"].content)["figures"] == [*rows.values()]
    lines = list(csv.DictReader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert [(r["indicator"], r["period"]) for r in lines] == [*rows]
    assert [float(r["value"]) if r["value"] else None for r in lines] == [r["value"] for r in rows.values()]
    for lang in LANGUAGES:
        page = httpx.get(f"{site}/site/{lang}/{code}.html", trust_env=False).text
        found = [(re.findall(r"indicator=(\w+)", link)[0], float(value)) for link, value in ROW.findall(page)]
        assert len(found) == shown
        assert dict(found) == {i: r["value"] for (i, _), r in rows.items() if r["value"] is not None}
