"""OData and OGC API Features against a small real server: editions, both versions, pages that get
lost.
"""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest

from pipelines import PipelineError, catalogue
from pipelines.build import areas
from pipelines.fetch import odata, ogc, snapshot, source, statline
from pipelines.fetch.get import Get
from pipelines.fetch.http import Http
from pipelines.fetch.snapshot import SourceError
from pipelines.sources import cbs_wijken, iv3_culture, pdok_areas, rivm_health

Query = dict[str, str]
Answer = Callable[[Query], Any]
PAYLOADS = Path(__file__).parent.parent / "payloads"
TITLE, PINNED = "Kerncijfers wijken en buurten", odata.Edition(2024, "85984NED")
V3, V4 = "/opendata.cbs.nl", "/datasets.cbs.nl/odata/v1/CBS"
ITEMS = "/api.pdok.nl/items"


class Publisher:
    """Answers by path; where it has no answer: 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                answer = outer.answers.get(address.path)
                body = answer(dict(parse_qsl(address.query))) if answer else {}
                self.send_response(200 if answer else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def tables(self, **titles: str) -> None:
        """What is in the catalogue."""
        rows = [{"Identifier": table, "Title": title} for table, title in titles.items()]
        self.answers[f"{V3}/ODataCatalog/Tables"] = lambda query: {"value": rows}

    def table(self, table: str, year: int, **columns: float | None) -> None:
        """A table with the figures of the country."""
        api, feed = f"{V3}/ODataApi/odata/{table}", f"{V3}/ODataFeed/odata/{table}"
        info = {"Title": f"{TITLE} {year}", "Modified": "2026-01-01", "RecordCount": 1}
        topics = [
            {"ID": n, "ParentID": None, "Type": "Topic", "Key": f"{name}_{n}", "Title": name}
            for n, name in enumerate(columns, 1)
        ]
        area = {
            "ID": 0,
            "ParentID": None,
            "Type": "GeoDetail",
            "Key": "WijkenEnBuurten",
            "Title": "Wijken en buurten",
        }
        row = {"ID": 0, "WijkenEnBuurten": "NL00      "}
        row |= {f"{name}_{n}": figure for n, (name, figure) in enumerate(columns.items(), 1)}
        self.answers |= {
            f"{api}/TableInfos": lambda query: {"value": [info]},
            f"{api}/DataProperties": lambda query: {"value": [area, *topics]},
            f"{feed}/TypedDataSet": lambda query: {
                "value": [{k: row[k] for k in query["$select"].split(",")}]
            },
        }


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    running = Publisher()
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def get(publisher: Publisher, tmp_path: Path) -> Get:
    http = Http(mirror=publisher.url, attempts=1, wait=0, pause=0)
    return Get("cbs_kwb", http, tmp_path, refresh=True, say=lambda line: None)


def columns(payloads: source.Payloads, table: str) -> dict[str, str]:
    return {title: statline.column(payloads, table, title) for title in ("Inwoners", "Inkomen")}


@pytest.mark.parametrize(
    ("newer", "chosen"),
    [
        ({"Inwoners": 18.0, "Inkomen": 30.0}, 2025),
        ({"Inwoners": 18.0, "Inkomen": None}, 2024),  # published first without income
        ({"Inwoners": 18.0}, 2024),
        (None, 2024),  # in the catalogue, and not served
    ],
)
def test_the_newest_edition_is_taken_when_it_has_every_figure(
    newer: dict[str, float | None] | None, chosen: int, publisher: Publisher, get: Get
) -> None:
    publisher.tables(A2025=f"{TITLE} 2025", A2023=f"{TITLE} 2023", B2026=f"{TITLE}, voorlopig 2026")
    publisher.table("85984NED", 2024, Inwoners=17.0, Inkomen=29.0)
    if newer is not None:
        publisher.table("A2025", 2025, **newer)
    assert odata.newest(get, TITLE, PINNED, columns).year == chosen


def test_a_column_that_is_blank_in_the_pinned_edition_may_be_blank_in_a_newer_one(
    publisher: Publisher, get: Get
) -> None:
    publisher.tables(A2025=f"{TITLE} 2025")
    publisher.table("85984NED", 2024, Inwoners=17.0, Inkomen=None)
    publisher.table("A2025", 2025, Inwoners=18.0, Inkomen=None)
    chosen = odata.newest(get, TITLE, PINNED, columns)
    assert chosen == (2025, "A2025")
    payloads = odata.fetch_table(get, odata.CBS, chosen.table, columns=columns)
    assert (
        statline.table({name: None for name in get.records}) == "A2025"
    )  # what was only asked is no content
    assert statline.year(payloads, "A2025") == 2025


def test_without_its_catalogue_the_pinned_edition_is_taken(get: Get) -> None:
    assert odata.newest(get, TITLE, PINNED, columns) == PINNED


def v4(publisher: Publisher, cells: list[dict[str, Any]], announced: int | None = None) -> None:
    base = f"{V4}/85830NED"
    described = {"Title": "Nabijheid voorzieningen 2023", "Modified": "2026-01-01"}
    number = len(cells) if announced is None else announced
    measures = [
        ("D32", "Afstand tot museum", "1"),
        ("M1 ", "Binnen 5 km", "2"),
        ("M2", "Binnen 5 km", "3"),
    ]
    groups = [("1", "Museum", None), ("2", "Aantal musea", "1"), ("3", "Aantal bioscopen", None)]
    publisher.answers |= {
        f"{base}/Properties": lambda query: described,
        f"{base}/MeasureCodes": lambda query: {
            "value": [{"Identifier": i, "Title": t, "MeasureGroupId": g} for i, t, g in measures]
        },
        f"{base}/MeasureGroups": lambda query: {
            "value": [{"Id": i, "Title": t, "ParentId": parent} for i, t, parent in groups]
        },
        f"{base}/WijkenEnBuurtenCodes": lambda query: {
            "value": [
                {"Identifier": "GM0344    ", "Title": "Utrecht "},
                {"Identifier": "NL00", "Title": "Nederland"},
            ]
        },
        f"{base}/Observations/$count": lambda query: f"\ufeff{number}\r\n".encode(),
        f"{base}/Observations": lambda query: (
            {"value": cells[1:]}
            if "$skip" in query
            else {
                "value": cells[:1],
                "@odata.nextLink": f"{publisher.url}{base}/Observations?$skip=1",
            }
        ),
    }


def cell(
    n: int, measure: str, area: str, value: float | None, text: str | None = None
) -> dict[str, Any]:
    attribute = "None" if value is not None or text is not None else "Impossible"
    row = {
        "Id": n,
        "Measure": measure,
        "ValueAttribute": attribute,
        "Value": value,
        "StringValue": text,
    }
    return {**row, "WijkenEnBuurten": area}


def test_version_4_is_read_when_version_3_is_out(publisher: Publisher, get: Get) -> None:
    cells = [
        cell(0, "M1", "NL00", 4),
        cell(1, "D32", "NL00", None, " tekst "),
        cell(2, "M2", "GM0344    ", None),
    ]
    v4(publisher, cells)
    payloads = odata.fetch_table(get, odata.CBS, "85830NED", ["WijkenEnBuurten"])
    rows = statline.read_rows(payloads, "85830NED").set_index("WijkenEnBuurten")
    assert list(rows.index) == [
        "GM0344",
        "NL00",
    ]  # all areas in their order, also one without a cell
    within, distance = (
        statline.column(payloads, "85830NED", p)
        for p in ("Museum > Binnen 5 km", "Afstand tot museum")
    )
    assert rows.loc["NL00", [within, distance]].tolist() == [4, "tekst"]
    assert rows.loc["GM0344"].isna().all()
    assert statline.read_rows(payloads, "85830NED", "WijkenEnBuurten")["Title"].tolist() == [
        "Utrecht",
        "Nederland",
    ]
    with pytest.raises(ValueError, match="several columns are titled 'Binnen 5 km'"):
        statline.column(payloads, "85830NED", "Binnen 5 km")


def test_fewer_observations_than_announced_are_refused(publisher: Publisher, get: Get) -> None:
    v4(publisher, [cell(0, "M1", "NL00", 4), cell(1, "M1", "GM0344", 5)], announced=3)
    with pytest.raises(SourceError, match="2 observations came of the 3 announced"):
        odata.fetch_table(get, odata.CBS, "85830NED", ["WijkenEnBuurten"])
    assert not get.records


def test_education_is_found_under_its_titles_of_2024() -> None:
    payloads = dict(snapshot.load_payloads(PAYLOADS / "cbs_wijken"))
    properties = payloads["85318NED/DataProperties"]["value"]
    named = [p for p in properties if p["Title"] != cbs_wijken.HIGHER]
    counts = dict(zip(("Laag_1", "Midden_2", "Hoog_3"), cbs_wijken.EDUCATION[1], strict=True))
    named += [
        {"ID": key, "ParentID": None, "Key": key, "Title": title} for key, title in counts.items()
    ]
    rows = [
        {**r, "Laag_1": 100, "Midden_2": 300, "Hoog_3": 600}
        for r in payloads["85318NED/TypedDataSet/0"]["value"]
    ]
    payloads |= {
        "85318NED/DataProperties": {"value": named},
        "85318NED/TypedDataSet/0": {"value": rows},
    }
    found = cbs_wijken.tidy(payloads, catalogue.load().of_source("cbs_wijken"))["observation"]
    assert set(found.loc[found["indicator"] == "higher_education_share", "value"]) == {60.0}


def later(payloads: source.Payloads) -> dict[str, Any]:
    """The recorded table of RIVM as the one of 2024: other numbers, a later period, and bounds of
    that.
    """
    out = {name.replace("50090NED", "50150NED"): body for name, body in payloads.items()}
    info = out["50150NED/TableInfos"]["value"][0]
    out["50150NED/TableInfos"] = {
        "value": [{**info, "Title": "Gezondheid per wijk en buurt; 2012/2016/2020/2022/2024"}]
    }
    properties = out["50150NED/DataProperties"]["value"]
    renamed = [{**p, "Key": p["Key"].replace("Eenzaam_28", "Eenzaam_25")} for p in properties]
    out["50150NED/DataProperties"] = {"value": renamed}
    rows = []
    for row in out["50150NED/TypedDataSet/0"]["value"]:
        row = {k.replace("Eenzaam_28", "Eenzaam_25"): v for k, v in row.items()}
        figures = [k for k in row if k[-1].isdigit()]
        rows.append(row)
        if row["Perioden"] != "2020JJ00":
            continue
        for margin, off in (("MW00000", 1.0), ("MOG0095", -2.0), ("MBG0095", 4.0)):
            new = {
                k: None if row[k] is None or k.startswith("Mantelzorger") else row[k] + off
                for k in figures
            }
            rows.append({**row, **new, "Marges": margin, "Perioden": "2024JJ00"})
    out["50150NED/TypedDataSet/0"] = {"value": rows}
    return out


def test_rivm_takes_every_period_in_which_it_was_asked_with_the_bounds_of_the_publisher() -> None:
    recorded = snapshot.load_payloads(PAYLOADS / "rivm_health")
    mine = catalogue.load().of_source("rivm_health")
    found = (
        rivm_health.tidy(later(recorded), mine)["observation"]
        .set_index(["indicator", "area", "period"])
        .sort_index()
    )
    lonely, carer = (
        found.loc["lonely_share", "GM0599"],
        found.loc["informal_carers_share", "GM0599"],
    )
    told = lonely.loc["2024", ["value", "low", "high", "method", "area_year"]].tolist()
    assert told == [55.7 + 1, 55.7 - 2, 55.7 + 4, "publisher_95", 2024]
    assert lonely["value"].to_dict() == {"2012": 49.3, "2016": 51.4, "2020": 55.7, "2024": 56.7}
    assert carer["value"].to_dict()["2020"] == 10.3
    assert "2024" not in carer.index
    assert carer["low"].isna().all()
    assert found.loc["volunteers_65_share", "GM0599"].index.tolist() == ["2024"]  # the newest alone
    assert set(found["method"].dropna()) <= set(catalogue.load().terms["method"])


def test_iv3_counts_expenditure_in_the_named_fields_only_and_the_second_placing_first() -> None:
    recorded = snapshot.load_payloads(PAYLOADS / "iv3_culture")
    mine = [i for i in catalogue.load().of_source("iv3_culture") if "baten" not in i.column]
    assert len(mine) > 5
    name = "45063NED/TypedDataSet/0"
    rows = recorded[name]["value"]
    other = [{**r, "ID": -1 - n, "TaakveldBalanspost": "3.4   "} for n, r in enumerate(rows)]
    other += [{**r, "ID": -1000 - n, "Categorie": "BTOTAAL "} for n, r in enumerate(rows)]
    before = iv3_culture.tidy(recorded, mine)["observation"]
    after = iv3_culture.tidy({**recorded, name: {"value": [*rows, *other]}}, mine)["observation"]
    pd.testing.assert_frame_equal(before, after)


def features(
    publisher: Publisher,
    number: int,
    lost: bool = False,
    matched: int | None = None,
    year: int = 2024,
) -> None:
    """A collection in pages; without next links when they get lost."""

    def items(query: Query) -> Any:
        limit, start = int(query["limit"]), int(query.get("start", 0))
        ids = range(start, min(start + limit, number))
        href = f"{publisher.url}{ITEMS}?limit={limit}&start={start + limit}"
        page: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [{"id": n, "properties": {"jaarcode": year}} for n in ids],
            "links": [{"rel": "next", "href": href}] if start + limit < number and not lost else [],
        }
        return page | ({} if matched is None else {"numberMatched": matched})

    publisher.answers[ITEMS] = items


def collect(get: Get) -> int:
    ways = [{"datetime": "2024-07-01T00:00:00Z"}, {"jaarcode": "2024"}]
    ogc.fetch_collection(get, "buurt", "https://api.pdok.nl/items", ways, pdok_areas._of_year(2024))
    return sum(record["rows"] for record in get.records.values())


@pytest.mark.parametrize("number", [1, 999, 1000, 1001, 1998, 2500, 3000])
def test_all_features_come_whatever_their_number(
    number: int, publisher: Publisher, get: Get
) -> None:
    features(publisher, number)
    assert collect(get) == number


@pytest.mark.parametrize(
    ("collection", "problem"),
    [
        ({"number": 4735, "lost": True}, "page 1 is full .* and has no next link"),
        ({"number": 700, "matched": 701}, "700 features came of the 701 announced"),
        ({"number": 10, "year": 2023}, "outlines of 2023 came, 2024 was asked"),
    ],
)
def test_a_collection_that_is_cut_short_or_of_another_year_is_refused(
    collection: dict[str, Any], problem: str, publisher: Publisher, get: Get
) -> None:
    features(publisher, **collection)
    with pytest.raises(SourceError, match=problem):
        collect(get)
    assert not get.records


def test_without_datetime_outlines_are_asked_by_the_filter_of_the_year(
    publisher: Publisher, get: Get
) -> None:
    features(publisher, 10)
    items = publisher.answers[ITEMS]
    publisher.answers[ITEMS] = lambda query: (
        b"no such parameter" if "datetime" in query else items(query)
    )
    assert collect(get) == 10


@pytest.mark.parametrize("level", pdok_areas.LEVELS)
def test_an_area_without_a_shape_is_named_when_it_must_have_one(level: str) -> None:
    recorded = dict(snapshot.load_payloads(PAYLOADS / "pdok_areas"))
    page = recorded[f"{level}/0"]
    recorded[f"{level}/0"] = {
        **page,
        "features": [{**f, "geometry": None} for f in page["features"]],
    }
    if level == "gemeente":
        with pytest.raises(ValueError, match="gemeente GM0473 Zandvoort has no outline"):
            pdok_areas.tidy(recorded, [])
    else:
        assert set(pdok_areas.tidy(recorded, [])["outline"]["level"]) == set(pdok_areas.LEVELS) - {
            level
        }


def test_areas_outlines_and_provinces_of_different_years_make_no_build() -> None:
    area, outline, province = (
        pd.DataFrame({"code": ["GM0599"], "year": [year]}) for year in (2025, 2024, 2025)
    )
    with pytest.raises(
        PipelineError, match="cbs_kwb of 2025, pdok_areas of 2024, cbs_regions of 2025"
    ):
        areas.assemble(area, outline, province)
