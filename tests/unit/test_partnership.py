"""Networks that somebody supplies: read whole or not at all, and what is wrong is told by row,
column and reason.
"""

import codecs
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from dashboard import store
from dashboard.words.numbers import date, how
from dashboard.words.text import LANGUAGES, t
from pipelines import PipelineError, catalogue
from pipelines.build import partnerships, table_rows
from pipelines.methods import partnership
from pipelines.methods.partnership import COLUMNS, Fault, Network

GOOD = {
    "actor": "Huis van de Wijk",
    "domain": "social",
    "place": "3081 PE",
    "partner": "Muziekschool",
    "kind": "partnership",
    "since": "2023-09",
    "source": "Wijkplan 2024",
}
TOMORROW = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")


def written(*rows: dict[str, str], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    """A file as a spreadsheet writes it: each row is GOOD but for what it says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows([{**GOOD, **row}.get(c, "") for c in columns] for row in rows)
    return out.getvalue()


def read(*rows: dict[str, str]) -> Network:
    return partnership.read(written(*rows).encode())


def test_a_good_file_gives_actors_and_ties() -> None:
    read_ = read(
        {},
        {
            "actor": "Muziekschool",
            "domain": "Leisure",
            "place": "Rotterdam",
            "partner": "",
            "since": "",
        },
    )
    assert read_.faults == []
    assert [(a["name"], a["domain"], a["place"]) for a in read_.actors] == [
        ("Huis van de Wijk", "social", "3081 PE"),
        ("Muziekschool", "leisure", "Rotterdam"),
    ]
    tie = read_.ties[0]
    assert len(read_.ties) == 1
    assert (tie["kind"], tie["period"], tie["scheme"]) == (
        "partnership",
        "2023-09",
        "Wijkplan 2024",
    )
    assert [tie["a"], tie["b"]] == [a["id"] for a in read_.actors]


def test_a_partner_without_a_row_is_known_by_name_alone() -> None:
    partner = read({"partner": "Koor"}).actors[1]
    assert (partner["name"], partner["domain"], partner["place"]) == ("Koor", None, "")


def test_a_name_is_the_same_in_capitals_and_a_blank_kind_is_partnership() -> None:
    found = read(
        {"kind": ""}, {"actor": "MUZIEKSCHOOL", "domain": "leisure", "partner": "", "since": ""}
    )
    assert len(found.actors) == 2
    assert found.ties[0]["kind"] == "partnership"


WRONG: list[tuple[dict[str, str], list[Fault]]] = [
    ({"actor": ""}, [Fault("blank", 2, "actor")]),
    ({"domain": " "}, [Fault("blank", 2, "domain")]),
    ({"place": "", "source": ""}, [Fault("blank", 2, "place"), Fault("blank", 2, "source")]),
    ({"domain": "culture"}, [Fault("domain", 2, "domain", "culture")]),
    ({"place": "30811"}, [Fault("postcode", 2, "place", "30811")]),
    ({"place": "3081 P"}, [Fault("postcode", 2, "place", "3081 P")]),
    ({"place": "٣٠٨١"}, [Fault("postcode", 2, "place", "٣٠٨١")]),
    ({"kind": "friendship"}, [Fault("kind", 2, "kind", "friendship")]),
    ({"kind": "pupil_flow"}, [Fault("kind", 2, "kind", "pupil_flow")]),
    ({"partner": "huis van de WIJK"}, [Fault("same", 2, "partner", "huis van de WIJK")]),
    *(
        ({"since": since}, [Fault("since", 2, "since", since)])
        for since in ("", "23", "2023-13", "2023-00", "2023-02-30", "2023-04-31", "2023-9", "1823")
    ),
    *(  # no day, another year, or a month and a day that could be either
        ({"since": since}, [Fault("since", 2, "since", since)])
        for since in ("31-4-2023", "1-13-2023", "1/9/2023", "1-9-23", "9-2023", "01-09-1823")
    ),
    ({"since": "2023-02-29"}, [Fault("since", 2, "since", "2023-02-29")]),
    ({"since": TOMORROW}, [Fault("future", 2, "since", TOMORROW)]),
    ({"since": "2099"}, [Fault("future", 2, "since", "2099")]),
    ({"actor": "a" * 201}, [Fault("text", 2, "actor", "a" * 40)]),
    *(
        ({column: f"{sign}1+1"}, [Fault("formula", 2, column, f"{sign}1+1")])
        for sign in ("=", "+", "-", "@", "\t", "\r", "\n")
        for column in COLUMNS
    ),
    ({"source": "  =cmd|' /C calc'!A0"}, [Fault("formula", 2, "source", "=cmd|' /C calc'!A0")]),
    (
        {"domain": "x", "place": "1", "kind": "y", "since": "z"},
        [
            Fault("domain", 2, "domain", "x"),
            Fault("postcode", 2, "place", "1"),
            Fault("kind", 2, "kind", "y"),
            Fault("since", 2, "since", "z"),
        ],
    ),
]


@pytest.mark.parametrize(("row", "faults"), WRONG, ids=[f"{f[0].reason} {r}" for r, f in WRONG])
def test_what_is_wrong_with_a_row_is_told_and_nothing_is_kept(
    row: dict[str, str], faults: list[Fault]
) -> None:
    found = read(row, {"actor": "Koor"})
    assert found.faults == faults
    assert (found.actors, found.ties) == ([], [])


THIS_MONTH = pytest.param(
    datetime.now(UTC).strftime("%Y-%m"), id="this month"
)  # one name in every process


@pytest.mark.parametrize("since", ["1999", "2024-02-29", "2023-12-31", "2023-01", THIS_MONTH])
def test_a_year_a_month_and_a_day_are_dates(since: str) -> None:
    assert read({"since": since}).ties[0]["period"] == since


@pytest.mark.parametrize("since", ["1-9-2023", "01-09-2023", "01-9-2023"])
def test_a_day_as_a_dutch_spreadsheet_writes_it_is_a_date(since: str) -> None:
    assert read({"since": since}).ties[0]["period"] == "2023-09-01"
    assert [f.reason for f in read({"since": since}, {}).faults] == ["double"]
    assert read({"since": "1-9-2099"}).faults == [Fault("future", 2, "since", "2099-09-01")]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_words_of_the_taxonomy_do_as_well_as_its_ids(lang: str) -> None:
    cat = catalogue.load()
    domains = {getattr(cat.terms["domain"][d], f"label_{lang}"): d for d in partnership.DOMAINS}
    kinds = {getattr(cat.ties[k], f"label_{lang}"): k for k in partnership.KINDS}
    for label, domain in domains.items():
        assert read({"domain": label}).actors[0]["domain"] == domain
        assert read({"domain": label.upper()}).actors[0]["domain"] == domain
    for label, kind in kinds.items():
        assert read({"kind": label}).ties[0]["kind"] == kind
    assert [f.reason for f in read({}, {"kind": "samenwerking"}).faults] == ["double"]
    assert partnership.read(f"{partnership.TEMPLATE}{t('ties_own_example', lang)}".encode()).ties


HIDDEN = ["\x07", "\x1b", "\u200b", "\u200e", "\u2060", "\ufeff", "\uffff"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("sign", HIDDEN)
def test_what_cannot_be_seen_is_refused_and_named(sign: str, column: str) -> None:
    for value in (f"{sign}=1+1", f"Ko{sign}or"):
        shown = value.replace(sign, f"[U+{ord(sign):04X}]")
        assert read({column: value}).faults == [Fault("hidden", 2, column, shown)]


def test_a_soft_hyphen_falls_away_and_hides_no_formula() -> None:
    assert read({"actor": "Muziek\u00adhuis\u00a0Zuid"}).actors[0]["name"] == "Muziekhuis\u00a0Zuid"
    assert [f.reason for f in read({"actor": "\u00ad =1+1"}).faults] == ["formula"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_that_tells_excel_the_separator_is_no_row(delimiter: str, end: str) -> None:
    body = f"sep={delimiter}{end}" + written({}, {"domain": "culture"}, delimiter=delimiter)
    assert partnership.read(body.encode()).faults == [Fault("domain", 3, "domain", "culture")]
    assert (
        partnership.read(codecs.BOM_UTF8 + body.replace("culture", "care").encode())
        .faults[0]
        .reason
        == "double"
    )


def test_a_register_of_grants_fits_in_the_template() -> None:
    grants = [tie for tie in store.ties("GM0363") if tie["kind"] == "funding"]
    rows = [
        {
            "actor": tie["a_name"],
            "domain": tie["a_domain"],
            "place": "Amsterdam",
            "partner": tie["b_name"],
        }
        | {"kind": "funding", "since": tie["period"], "source": tie["scheme"]}
        for tie in grants
    ]
    found = read(*rows)
    assert found.faults == []
    assert len(found.ties) == len(grants) > 1_000
    assert [f.reason for f in read(*rows[:2], rows[0]).faults] == ["double"]


def test_without_a_partner_no_date_is_asked() -> None:
    assert read({"partner": "", "since": "", "kind": ""}).faults == []


@pytest.mark.parametrize(
    ("second", "double"),
    [
        ({}, True),
        ({"kind": ""}, True),
        ({"kind": "Partnership", "since": "2020", "actor": "HUIS VAN DE WIJK"}, True),
        ({"actor": "Muziekschool", "partner": "Huis van de Wijk"}, True),
        ({"kind": "funding"}, False),
        ({"kind": "partnership", "since": "2024", "source": "Wijkplan 2025"}, True),
        ({"partner": "Koor"}, False),
    ],
)
def test_a_tie_may_be_there_once(second: dict[str, str], double: bool) -> None:
    partner = {**GOOD, **second}["partner"]
    assert read({}, second).faults == ([Fault("double", 3, "partner", partner)] if double else [])


def test_of_money_there_and_money_back_both_are_told() -> None:
    back = {"actor": "Muziekschool", "partner": "Huis van de Wijk", "kind": "funding"}
    assert len(read({"kind": "funding"}, back).ties) == 2
    assert [f.reason for f in read(back, back).faults] == ["double"]


@pytest.mark.parametrize(
    ("second", "double"),
    [({}, True), ({"since": "2024"}, False), ({"source": "Wijkplan 2025"}, False)],
)
def test_who_is_paid_again_in_another_year_or_by_another_scheme_is_told_again(
    second: dict[str, str], double: bool
) -> None:
    grant = {"kind": "funding"}
    assert [f.reason for f in read(grant, {**grant, **second}).faults] == ["double"] * double


def test_an_actor_without_partners_may_be_there_once() -> None:
    alone = {"partner": "", "since": ""}
    assert [(f.reason, f.row) for f in read(alone, {**alone, "kind": "funding"}).faults] == [
        ("double", 3)
    ]


@pytest.mark.parametrize("blank", ["", ",,,,,,", "  "])
def test_a_blank_row_counts_as_it_does_in_a_spreadsheet(blank: str) -> None:
    head, first, second = written({}, {"domain": "culture"}).splitlines()
    found = partnership.read(
        "\r\n".join([head, blank, first, blank, blank, second, blank]).encode()
    )
    assert found.faults == [Fault("domain", 6, "domain", "culture")]
    above = partnership.read("\r\n".join(["", head, first, second]).replace(",", ";").encode())
    assert above.faults == [Fault("domain", 4, "domain", "culture")]


def test_a_cell_of_two_lines_is_one_row() -> None:
    found = read({"source": "Wijkplan\n2024"}, {"domain": "culture"})
    assert [f.row for f in found.faults] == [3]


@pytest.mark.parametrize(("mark", "encoding"), [
    (b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "cp1252"),
])  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_name_arrives_whole_in_every_encoding_with_every_delimiter(
    mark: bytes, encoding: str, delimiter: str
) -> None:
    text = written({"actor": "Café België; of, één", "partner": "Crèche"}, delimiter=delimiter)
    found = partnership.read(mark + text.encode(encoding))
    assert [a["name"] for a in found.actors] == ["Café België; of, één", "Crèche"]
    assert (found.encoding == "cp1252") == (encoding == "cp1252")


NUL, LATIN = b"\0", b"caf\x81\xe9"
NOT_TEXT = {
    "a NUL": written({}).encode() + NUL,
    "UTF-16 without a mark": written({}).encode("utf-16-le"),
    "UTF-32": written({}).encode("utf-32"),
    "half of UTF-16": codecs.BOM_UTF16_LE + b"a\0b",
    "marked as UTF-8 and is not": codecs.BOM_UTF8 + LATIN,
    "no character of cp1252": LATIN,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a workbook": b"PK\x03\x04\x14\0\x06\0" + bytes(200),
}


@pytest.mark.parametrize("case", NOT_TEXT)
def test_what_is_no_text_is_refused(case: str) -> None:
    assert partnership.read(NOT_TEXT[case]) == Network([], [], [Fault("encoding")], "")


def test_the_order_and_case_of_the_names_do_not_matter_and_other_columns_are_ignored() -> None:
    columns = ("Source", "remark", "KIND", "since", " partner ", "Place", "domain", "actor")
    lines = [
        ",".join(columns),
        "Wijkplan 2024,=1+1,,2023-09,Muziekschool,3081 PE,social,Huis van de Wijk",
    ]
    assert partnership.read("\n".join(lines).encode()) == read({})


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", Fault("columns", value=", ".join(COLUMNS))),
        ("\n\n", Fault("columns", value=", ".join(COLUMNS))),
        ("actor,domain,place,partner,kind\n", Fault("columns", value="since, source")),
        (written({}).replace("partner", "actor", 1), Fault("columns", value="actor, partner")),
        (partnership.TEMPLATE, Fault("rows", value="0")),
        (partnership.TEMPLATE + "\n,,,,,,\n", Fault("rows", value="0")),
        (partnership.TEMPLATE + "a,social,3081\n", Fault("cells", 2, value="3")),
        (written({}).rstrip() + ",more", Fault("cells", 2, value="8")),
    ],
)
def test_a_file_of_another_shape_is_refused(body: str, fault: Fault) -> None:
    found = partnership.read(body.encode())
    assert found.faults == [fault]
    assert (found.actors, found.ties) == ([], [])


@pytest.mark.parametrize("cell", ['"Huis', '"Huis" van'])
def test_a_quote_that_does_not_close_is_told(cell: str) -> None:
    body = written({}) + f"{cell},social,3081,,,,x\n"
    assert partnership.read(body.encode()).faults == [Fault("cells", 3)]


def test_a_cell_that_is_far_too_long_is_told_with_its_row() -> None:
    for n in (201, 200_000):
        found = partnership.read((written({}) + f'"{"a" * n}",social,3081,,,,x\n').encode())
        assert [(f.reason, f.row) for f in found.faults] == [("text", 3)]


def test_a_hundred_thousand_rows_are_read_and_one_more_is_refused() -> None:
    line = "Actor {0},social,3081,Partner {0},,2023,x\n"
    body = partnership.TEMPLATE + "".join(map(line.format, range(partnership.MOST_ROWS)))
    found = partnership.read(body.encode())
    assert (len(found.actors), len(found.ties)) == (200_000, 100_000)
    more = partnership.read((body + "\n" + line.format("more")).encode())
    assert more.faults == [Fault("rows", value="100,001")]


def test_twenty_megabytes_are_read_and_one_byte_more_is_not() -> None:
    full, filler = written({}).encode(), b" " * 99_999 + b"\n"
    full += filler * ((partnership.MOST_BYTES - len(full)) // len(filler))
    full += b" " * (partnership.MOST_BYTES - len(full))
    assert len(partnership.read(full).ties) == 1
    assert partnership.read(full + b" ").faults == [Fault("bytes", value="20,000,001")]


@given(some.binary())
@example(codecs.BOM_UTF16_LE + b"\x00\xd8")
@example(b'"')
@example(b"\r")
@settings(max_examples=300)
def test_any_bytes_give_faults(body: bytes) -> None:
    for file in (body, partnership.TEMPLATE.encode() + body):
        found = partnership.read(file)
        assert bool(found.faults) != bool(found.actors)


CELL = some.text("aBçß,;\"' Éij€", min_size=1, max_size=9).map(str.strip).filter(bool)
ROW = some.fixed_dictionaries(
    {
        "actor": CELL,
        "domain": some.sampled_from(partnership.DOMAINS),
        "place": some.one_of(CELL, some.just("3081"), some.just("3081 PE")),
        "partner": CELL,
        "kind": some.sampled_from(["", *partnership.KINDS]),
        "since": some.dates(datetime(1900, 1, 1).date(), datetime(2025, 12, 31).date()).map(str),
        "source": CELL,
    }
)


@given(
    some.lists(
        ROW,
        min_size=1,
        max_size=10,
        unique_by=lambda r: frozenset((r["actor"].casefold(), r["partner"].casefold())),
    ),
    some.permutations(COLUMNS),
    some.sampled_from([",", ";", "\t"]),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read_again(
    rows: list[dict[str, str]], columns: list[str], delimiter: str, encoding: str
) -> None:
    rows = [r for r in rows if r["actor"].casefold() != r["partner"].casefold()]
    first = {
        r["actor"].casefold(): r for r in reversed(rows)
    }  # an actor has one domain and one place
    rows = [
        {**r, **{c: first[r["actor"].casefold()][c] for c in ("domain", "place")}} for r in rows
    ]
    found = partnership.read(
        written(*rows, delimiter=delimiter, columns=tuple(columns)).encode(encoding)
    )
    name = {a["id"]: a["name"].casefold() for a in found.actors}
    ties = [(name[t["a"]], name[t["b"]], t["kind"], t["period"], t["scheme"]) for t in found.ties]
    assert ties == [
        (
            r["actor"].casefold(),
            r["partner"].casefold(),
            r["kind"] or "partnership",
            r["since"],
            r["source"],
        )
        for r in rows
    ]
    assert [f.reason for f in found.faults] == ([] if rows else ["rows"])


def test_columns_and_words_are_those_of_the_taxonomy_and_of_the_documentation() -> None:
    cat = catalogue.load()
    assert set(partnership.DOMAINS) == set(cat.terms["domain"])
    assert set(partnership.KINDS) <= set(cat.ties)
    assert {cat.ties[kind].proof for kind in partnership.KINDS} == {"known"}
    lines = (partnerships.FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    table = [line.split("|")[1:3] for line in lines if line.startswith("| `")]
    assert tuple(name.strip(" `") for name, _ in table) == COLUMNS
    words = dict(zip(COLUMNS, (text for _, text in table), strict=True))
    assert [w for w in partnership.DOMAINS if f"`{w}`" not in words["domain"]] == []
    assert [w for w in partnership.KINDS if f"`{w}`" not in words["kind"]] == []


# --- what is published in data/partnerships

AREA = pd.DataFrame(
    [
        ("GM0599", "gemeente", "Rotterdam", "NL00", "GM0599"),
        ("GM0518", "gemeente", "'s-Gravenhage", "NL00", "GM0518"),
        ("BU05991571", "buurt", "Tarwewijk", "WK059915", "GM0599"),
        ("BU05991572", "buurt", "Carnisse", "WK059915", "GM0599"),
        ("BU05990110", "buurt", "Stadsdriehoek", "WK059901", "GM0599"),
        ("BU05181785", "buurt", "Moerwijk", "WK051817", "GM0518"),
    ],
    columns=["code", "level", "name", "parent", "municipality"],
)
ALIAS = pd.DataFrame(
    [
        ("BU05991571", "3081", "postcode"),
        ("BU05991572", "3083", "postcode"),
        ("BU05991571", "3083", "postcode"),
        ("BU05991571", "3085", "postcode"),
        ("BU05990110", "3085", "postcode"),
        ("BU05990110", "3099", "postcode"),
        ("BU05181785", "3099", "postcode"),
        ("GM0518", "Den Haag", "name"),
    ],
    columns=["area", "name", "kind"],
)


def test_a_file_may_say_what_the_taxonomy_calls_a_domain_or_a_kind() -> None:
    held = catalogue.load()
    terms = {**held.terms["domain"], **{kind: held.ties[kind] for kind in partnership.KINDS}}
    said = {
        getattr(term, f"label_{lang}").lower(): name
        for name, term in terms.items()
        for lang in LANGUAGES
    }
    assert {label: name for label, name in said.items() if label != name} == partnership.LABELS


def test_a_published_file_says_when_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(written({}), encoding="utf-8")
    before = datetime.now(UTC)
    source = partnerships.source(partnerships.network(tmp_path / "x.csv"))
    days = {day.strftime("%Y-%m-%d") for day in (before, datetime.now(UTC))}  # two at midnight
    for lang in LANGUAGES:
        assert how(source, lang) in {t("via_file", lang, date=date(day, lang)) for day in days}


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("3081", "BU05991571"),
        ("3081PE", "BU05991571"),
        ("3081 pe", "BU05991571"),
        ("3083", "WK059915"),  # two neighbourhoods of one district
        ("3085", "GM0599"),  # two districts
        ("3099", None),  # two municipalities: no area of ours holds it all
        ("Rotterdam", "GM0599"),
        ("rotterdam", "GM0599"),
        ("Den Haag", "GM0518"),
        ("9999", None),
        ("Tarwewijk", None),
    ],
)
def test_an_actor_is_in_the_area_of_its_postcode_or_town(
    place: str, area: str | None, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(written({"place": place, "partner": ""}), encoding="utf-8")
    actor = pd.DataFrame(partnerships.network(tmp_path / "x.csv").actors).assign(
        source="partnerships_x"
    )
    said: list[str] = []
    seat = table_rows._actors(actor, AREA, ALIAS, said.append)["area"].iloc[0]
    assert (None if pd.isna(seat) else seat) == area
    assert len(said) == (area is None)


def test_an_actor_of_another_source_stays_where_its_source_says() -> None:
    other = pd.DataFrame(
        [{"id": "s:1", "name": "Koor", "domain": "leisure", "area": "GM0363", "source": "s"}]
    )
    mine = pd.DataFrame(read({}).actors).assign(source="partnerships_x")
    said: list[str] = []
    seats = table_rows._actors(pd.concat([other, mine]), AREA, ALIAS, said.append).set_index(
        "name"
    )["area"]
    assert seats.dropna().to_dict() == {"Koor": "GM0363", "Huis van de Wijk": "BU05991571"}
    assert said == []  # a partner known by name alone has no place to look for


def test_a_tie_of_a_file_has_its_source_period_and_proof(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(written({}, {"kind": "funding"}), encoding="utf-8")
    tie = pd.DataFrame(partnerships.network(tmp_path / "x.csv").ties).assign(
        source="partnerships_x"
    )
    ties = table_rows._ties([tie], pd.DataFrame({"id": ["s:1-2"], "also": None}), catalogue.load())
    columns = ["kind", "proof", "period", "scheme", "source", "status"]
    assert ties[columns].to_numpy().tolist() == [
        ["partnership", "known", "2023-09", "Wijkplan 2024", "partnerships_x", "measured"],
        ["funding", "known", "2023-09", "Wijkplan 2024", "partnerships_x", "measured"],
    ]


def test_a_tie_of_a_site_code_is_with_the_first_of_its_addresses() -> None:
    place = pd.DataFrame(
        {"id": ["s:06OY00-3533GH-9", "s:06OY00-3533GH-12-a", "s:06OY01-3533GH-1"]}
    ).assign(also=None)
    sites = ["s:06OY00", "s:06OY01", "s:06OY02", "s:06OY00-3533GH-9"]
    tie = pd.DataFrame({"kind": "pupil_flow", "a": "postcode:3533", "b": sites})
    ends = table_rows._ties([tie], place, catalogue.load())["b"].tolist()
    assert ends == ["s:06OY00-3533GH-12-a", "s:06OY01-3533GH-1", "s:06OY02", "s:06OY00-3533GH-9"]


@pytest.mark.parametrize(("column", "other"), [("domain", "care"), ("place", "3012")])
def test_an_actor_that_is_told_in_two_ways_is_a_fault(column: str, other: str) -> None:
    found = read({}, {"partner": "Koor Zuid", column: other})
    assert [(f.reason, f.row, f.column, f.value) for f in found.faults] == [
        ("differs", 3, column, other)
    ]
    assert not found.ties


def test_two_files_may_name_the_same_actor(tmp_path: Path) -> None:
    names: list[set[Any]] = []
    for stem in ("one", "other"):
        (tmp_path / f"{stem}.csv").write_text(written({}), encoding="utf-8")
        names.append({a["id"] for a in partnerships.network(tmp_path / f"{stem}.csv").actors})
    assert {i.split(":")[0] for i in names[0]} == {"partnerships_one"}
    assert not names[0] & names[1]


def test_a_file_with_a_fault_stops_the_build_and_names_every_row(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        written({"domain": "culture"}, {"partner": "Koor"}, {"since": "2023-02-30"}),
        encoding="utf-8",
    )
    with pytest.raises(PipelineError) as caught:
        partnerships.network(tmp_path / "x.csv")
    assert (
        str(caught.value)
        == "x.csv: row 2, domain: domain 'culture'; row 4, since: since '2023-02-30'"
    )


def test_the_files_that_come_with_the_repository_are_good() -> None:
    for file in partnerships.FOLDER.glob("*.csv"):
        assert partnerships.network(file).actors
