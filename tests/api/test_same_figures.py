"""One figure, one number: the profile, the static page, its files and the API say the same of any
area.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from html import unescape
from statistics import median
from typing import Any
from zipfile import ZipFile

import httpx
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dashboard import store
from dashboard.answer import portrait, profile, standout
from dashboard.answer.view import name
from dashboard.download.files import answer_files
from dashboard.words.numbers import between, number
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import every_figure, run, table, texts

ROW = re.compile(
    r'<tr class="\w+"><th scope="row"><a href="([^"]*)">.*?</th><td><data value="([^"]*)">'
)

OF_SOURCE = ("source", "publisher", "licence", "retrieved")


@given(some.deferred(lambda: some.sampled_from(store.codes())))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_figure_of_a_profile_is_that_of_the_api_and_of_the_static_page(
    api: httpx.Client, site: str, code: str
) -> None:
    area = store.area(code)
    assert area
    served = api.get("observations", params={"area": code, "limit": 1000}).json()
    assert served["count"] == len(served["data"]) <= 1000
    told = {(r["indicator"], r["period"]): r for r in served["data"]}
    rows = {(r["indicator"], r["period"]): r for r in portrait.rows(area)}
    shown = 0
    for key, row in rows.items():
        if key not in told:  # a figure of a larger area: no row, and no figure here
            assert (row["value"], row["status"]) == (None, "missing")
            continue
        for column in (
            "value",
            "low",
            "high",
            "method",
            "status",
            "unit",
            "name",
            "level",
            *OF_SOURCE,
        ):
            assert row[column] == told[key][column], (key, column)
        shown += row["value"] is not None
    files = {
        e: httpx.get(f"{site}/site/data/{code}.{e}", trust_env=False, timeout=60)
        for e in ("json", "csv")
    }
    assert json.loads(files["json"].content)["figures"] == [*rows.values()]
    lines = list(csv.DictReader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert [(r["indicator"], r["period"]) for r in lines] == [*rows]
    assert [float(r["value"]) if r["value"] else None for r in lines] == [
        r["value"] for r in rows.values()
    ]
    no_row = {
        i
        for (i, _), r in rows.items()
        if area.level not in store.levels(i) and r["status"] == "missing"
    }
    for lang in LANGUAGES:
        page = httpx.get(f"{site}/site/{lang}/{code}.html", trust_env=False, timeout=60).text
        found = [
            (re.findall(r"indicator=(\w+)", link)[0], float(value))
            for link, value in ROW.findall(page)
        ]
        assert len(found) == shown
        assert dict(found) == {
            i: r["value"] for (i, _), r in rows.items() if r["value"] is not None
        }
        said = unescape(page)
        assert all(
            store.indicators()[i].text("label", lang) in said for i in no_row
        )  # folded, and listed


def near(value: float, decimals: int) -> list[float]:
    """What a figure may have been before the API rounded it to two decimals more than are shown."""
    return [value + part * 10.0 ** -(decimals + 2) for part in (-0.5, 0, 0.5)]


def read(value: float, decimals: int) -> set[str]:
    return {number(v, decimals, "nl") for v in near(value, decimals)}


def margins(low: float, high: float, decimals: int) -> set[str]:
    return {
        between(a, b, decimals, "nl") for a in near(low, decimals) for b in near(high, decimals)
    }


def ends(row: Mapping[str, Any]) -> tuple[float | None, float | None, str | None]:
    """The margin of a row of any file, as numbers, and what it rests on."""
    low, high = (None if row[end] in (None, "") else float(row[end]) for end in ("low", "high"))
    return low, high, row["method"] or None


def as_one(
    rows: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, str], tuple[float | None, float | None, str | None]]:
    """The margins of rows by indicator and period; every figure with one says what it rests on."""
    out = {(r["indicator"], r["period"]): ends(r) for r in rows}
    assert all(
        (low is None) == (high is None) and (low is None or how) for low, high, how in out.values()
    )
    return out


@pytest.mark.parametrize("code", ["NL00", "GM0599", "GM0995", "WK059915", "BU05991571"])
def test_a_figure_has_one_margin_on_every_surface_or_none_on_any(
    api: httpx.Client, site: str, code: str
) -> None:
    """In the database, Parquet, the API in all its forms, a card, the pack, and the static page
    with its files.
    """
    area = store.area(code)
    assert area
    asked = {"area": code, "limit": 1000}
    observation = as_one(api.get("observations", params=asked).json()["data"])
    if code == "BU05991571":  # with margins of ours and of a publisher
        assert {0.9, 0.95} == {
            store.confidence(how) for low, _, how in observation.values() if low is not None
        }
    assert any(low is None for low, *_ in observation.values())
    parquet = pq.read_table(
        io.BytesIO(api.get("observations", params={**asked, "format": "parquet"}).content)
    )
    assert as_one(parquet.to_pylist()) == observation
    sheet = api.get("observations", params={**asked, "format": "csv"}).content.decode("utf-8-sig")
    assert as_one(csv.DictReader(io.StringIO(sheet))) == observation
    whole = pq.read_table(
        io.BytesIO(
            httpx.get(
                f"{site}/site/tables/observation.parquet", trust_env=False, timeout=60
            ).content
        ),
        filters=[("area", "=", code)],
    )
    digits = {i.id: i.decimals + 2 for i in store.indicators().values()}
    for r in whole.to_pylist():
        low, high, how = observation[r["indicator"], r["period"]]
        assert how == r["method"]
        for here, there in ((low, r["low"]), (high, r["high"])):
            assert here == (None if there is None else round(there, digits[r["indicator"]]))
    newest = {
        key: observation[key]
        for r in portrait.rows(area)
        if (key := (r["indicator"], r["period"])) in observation
    }
    assert newest.items() <= as_one(portrait.rows(area)).items()
    given = answer_files(profile.answer(area), "http://x", "nl")
    downloads = {key: make() for key, _, _, make in given}
    assert (
        newest.items()
        <= as_one(
            csv.DictReader(io.StringIO(downloads["download_csv"].decode("utf-8-sig")))
        ).items()
    )
    with ZipFile(io.BytesIO(downloads["download_pack"])) as pack:
        inside = next(n for n in pack.namelist() if n.endswith(".csv"))
        assert pack.read(inside) == downloads["download_csv"]
    static = json.loads(
        httpx.get(f"{site}/site/data/{code}.json", trust_env=False, timeout=60).content
    )["figures"]
    assert newest.items() <= as_one(static).items()
    page = unescape(httpx.get(f"{site}/site/nl/{code}.html", trust_env=False, timeout=60).text)
    shown = 0
    for f in portrait.figures(area):
        low, high, how = newest.get((f.indicator.id, f.period), (None, None, None))
        wanted = "–" if low is None else portrait.margin_words(f, "nl")
        line = re.search(
            rf'<tr class="\w+"><th scope="row"><a href="[^"]*indicator={f.indicator.id}&.*', page
        )
        if line and f.of == area:
            assert f"<td>{wanted}</td>" in line[0], f.indicator.id
            assert (low is None) == (" (95 %)" not in wanted and wanted == "–")
            shown += low is not None
        if low is not None:
            assert f.observation.level == (0.95 if how == "publisher_95" else 0.9)
    assert shown or code != "BU05991571"
    for s in standout.facts(standout.standings(area).values()):
        sentence = profile._sure(s, "nl")
        named = sentence.startswith(t("interval", "nl", level="", margin="").split("(")[0])
        assert named == (s.observation.low is not None)


AREAS = ["NL00", "GM0599", "GM0363", "WK059915", "BU05991571", "BU05992295"]


@pytest.mark.parametrize("code", AREAS)
def test_the_tables_of_the_app_hold_what_the_api_says(api: httpx.Client, code: str) -> None:
    """Every figure and margin, the minutes, the number of places in the area, and the middle of the
    group.
    """

    def served(what: str, **asked: str) -> list[dict[str, Any]]:
        answer = api.get(what, params={**asked, "limit": "1000"}).json()
        assert len(answer["data"]) == answer["count"]
        return list(answer["data"])

    area = store.area(code)
    assert area
    test = run("profile", area=code)
    assert not test.exception
    told = {(r["indicator"], r["period"]): r for r in served("observations", area=code)}
    by_label = {r["label_nl"]: r for r in served("indicators")}
    known = {r["indicator"]: r for r in portrait.rows(area)}
    here = name(area, "nl", alone=True)
    shown_ = middles = 0
    columns = every_figure(test)
    for n, named in enumerate(columns[t("column_indicator", "nl")]):
        i = by_label[named]["indicator"]
        row = told.get(
            (i, columns[t("column_period", "nl")][n]), {"value": None, "status": "missing"}
        )
        cell = columns[here][n]
        if row["value"] is None:
            assert cell == t(f"status_{row['status']}", "nl")
            continue
        digits = store.indicators()[i].decimals
        mark = "≈ " if row["status"] == "estimated" else ""
        unit = "" if row["unit"] == "index" else f" {store.term('unit', row['unit'], 'nl')}"
        assert cell in {f"{mark}{v}{unit}" for v in read(row["value"], digits)}, i
        margin = columns[t("profile_column_margin", "nl")][n]
        if row["low"] is None:
            assert margin == "–", i
        else:
            margins_told = margins(row["low"], row["high"], digits)
            if row["method"] == "publisher_95":
                margins_told = {t("profile_margin", "nl", margin=m, level=95) for m in margins_told}
            assert margin in margins_told, i
        shown_ += 1
        group = known[i]["compared_with"]
        if group and i in ("lonely_share", "bike_to_secondary_school_min"):
            asked = {"municipality": area.municipality or ""} if group == "municipality" else {}
            alike = served(
                "observations", indicator=i, period=row["period"], level=area.level, **asked
            )
            beside = {p.code for p in store.peers(code)}
            values = [
                r["value"]
                for r in alike
                if r["area"] != code
                and r["status"] == row["status"]
                and (group != "peers" or r["area"] in beside)
            ]
            middle = columns[t("profile_column_alike", "nl")][n]
            assert middle in {mark + v for v in read(median(values), digits)}, i
            middles += 1
    assert shown_ == sum(r["value"] is not None for r in known.values()) > 0
    alone = (
        area.level in ("land", "wijk") or not area.population
    )  # this edition has too few districts to compare
    assert middles == (0 if alone else 2)
    if not area.population:  # of which there are no minutes and no places
        assert f'aria-label="{t("profile_near", "nl")}"' not in texts(test)
        return
    places = table(test, t("profile_near", "nl"))
    kinds = {store.term("kind", k, "nl"): k for k in store.kinds()}
    inside = {"gemeente": {"municipality": code}, "buurt": {"area": code}}.get(area.level)
    published = 0
    for n, named in enumerate(places[t("csv_kind", "nl")]):
        k = kinds[unescape(named)]
        if inside:
            count = api.get("places", params={**inside, "kind": k, "limit": 1}).json()["count"]
            assert places[t("profile_column_inside", "nl")][n] == (
                number(count, 0, "nl") if count else "–"
            ), k
        newest = max((p for i, p in told if i == store.kinds()[k]["distance"]), default="")
        figure = told.get((store.kinds()[k]["distance"], newest))
        if figure and figure["value"] is not None:
            distance = unescape(places[t("reach_column_km", "nl")][n])
            assert distance in {number(v, 1, "nl") for v in near(figure["value"], 1)}, k
            assert unescape(places[t("profile_column_margin", "nl")][n]) == "–", k
            published += 1
    assert published
