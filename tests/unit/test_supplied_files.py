"""Files as people have them: every kind of file that was refused or misread before, and many more
that nobody thought of.
"""

import codecs
import csv
import io
import random
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as some

from dashboard.download.workbook import workbook
from pipelines.methods import columns, partnership, spreadsheet
from pipelines.methods.columns import COLUMNS, DUTCH
from pipelines.methods.partnership import Network
from pipelines.methods.spreadsheet import Fault, Note
from tests.conftest import SHARED

HEAD = ";".join(COLUMNS)
ROW = "Koor A;vrije tijd;3081 PE;Wijkhuis B;samenwerking;2023-09;verslag"
TIE = ("Koor A", "Wijkhuis B", "partnership", "2023-09", None)
CASES = SHARED.parent / "cases"


def lines(*rows: str) -> bytes:
    return "\r\n".join([*rows, ""]).encode()


def ties(network: Network) -> list[tuple[Any, ...]]:
    name = {a["id"]: a["name"] for a in network.actors}
    return [(name[t["a"]], name[t["b"]], t["kind"], t["period"], t["weight"]) for t in network.ties]


def reasons(network: Network) -> tuple[list[str], list[str], list[str]]:
    return (
        [note.reason for note in network.notes],
        [question.reason for question in network.questions],
        [fault.reason for fault in network.faults],
    )


Case = tuple[bytes, list[tuple[Any, ...]], tuple[list[str], list[str], list[str]]]
GRANTS = (f"{HEAD};bedrag", "Gemeente X;beleid;3081 PE;Koor A;subsidie;2023;verslag;")
RIGHT: dict[str, Case] = {
    "P01": (lines(f"{HEAD.replace(';', ',')};;;;;;", ROW), [TIE], ([], [], [])),
    "P02a": (
        lines("Source,Target,Type,Weight", "Koor A,Wijkhuis B,Undirected,2"),
        [(*TIE[:3], "", None)],
        (["unread", "undated"], [], []),
    ),
    "P02b": (
        lines("From,To,Type,Direction", "Koor A,Wijkhuis B,partner,mutual"),
        [(*TIE[:3], "", None)],
        (["unread", "undated"], [], []),
    ),
    "P02c": (lines(";".join(DUTCH), ROW), [TIE], ([], [], [])),
    "P02d": (
        lines(
            "Verstrekker;Naam subsidieontvanger;Postcode;Jaar;Toegekend (EUR)",
            "Gemeente X;Koor A;3081 PE;2023;1.250,00",
        ),
        [("Gemeente X", "Koor A", "funding", "2023", 1250)],
        ([], [], []),
    ),
    "P03": (
        lines(HEAD, ROW).replace(b";", b"\t").decode().encode("utf-16"),
        [TIE],
        ([], [], []),
    ),
    "P04": (
        lines(HEAD, ROW.replace("2023-09", "")),
        [(*TIE[:3], "", None)],
        (["undated"], [], []),
    ),
    "P05a": (
        lines(HEAD, ROW, "Wijkhuis B;vrije tijd;3081 PE;Koor A;samenwerking;2023-09;verslag"),
        [TIE],
        (["both"], [], []),
    ),
    "P05b": (
        lines(HEAD, ROW.replace("Wijkhuis B", "Koor A"), ROW),
        [TIE],
        (["same"], [], []),
    ),
    "P06": (
        lines(HEAD, ROW.replace("Wijkhuis B", "School C, Wijkhuis B, Zorgcentrum D")),
        [],
        ([], ["several"], []),
    ),
    "P07": (codecs.BOM_UTF8 * 2 + lines(HEAD, ROW), [TIE], ([], [], [])),
    "P08": (
        lines(HEAD, ROW.replace("Koor A", '"De Kade" Stichting')),
        [('"De Kade" Stichting', *TIE[1:])],
        (["quotes"], [], []),
    ),
    "P09": (
        lines(HEAD, "Groningen;beleid;Groningen;Groningen;samenwerking;2023-09;verslag"),
        [],
        (["same"], [], []),
    ),
    "P10": (
        lines(GRANTS[0], f"{GRANTS[1]}500", f"{GRANTS[1]}750"),
        [("Gemeente X", "Koor A", "funding", "2023", 1250)],
        (["added"], [], []),
    ),
    "P11": (
        lines(HEAD, ROW.replace("Wijkhuis B", "-").replace("2023-09", "-")),
        [],
        (["dash"], [], []),
    ),
    "P12": (lines("Netwerk 2024;;;;;;", ";;;;;;", HEAD, ROW), [TIE], (["above"], [], [])),
    "P13": (
        codecs.BOM_UTF8
        + lines(
            "kind,proof,a,a_name,a_domain,b,b_name,b_domain,weight,unit,scheme,period,source",
            "funding,known,x:1,Gemeente X,policy,x:2,Koor A,leisure,100,euros,Regeling,2016,bron",
        ),
        [("Gemeente X", "Koor A", "funding", "2016", 100)],
        (["unread"], [], []),
    ),
    "P14": (
        lines(HEAD, ROW.replace("Koor A", "@Huis"), ROW.replace("Koor A", "+Kunst")),
        [("@Huis", *TIE[1:]), ("+Kunst", *TIE[1:])],
        ([], [], []),
    ),
    "P15": (
        lines(HEAD, ROW.replace("2023-09", "1851")),
        [(*TIE[:3], "1851", None)],
        ([], [], []),
    ),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_file_as_people_have_it_is_taken_or_asked_about(case: str) -> None:
    body, right, what = RIGHT[case]
    network = partnership.read(body, title="verslag")
    assert (ties(network), reasons(network)) == (right, what)
    assert network.actors or network.questions


@pytest.mark.parametrize("case", RIGHT)
def test_the_case_that_it_was_made_after_is_read_alike(case: str) -> None:
    if not CASES.exists():
        pytest.skip("the cases from outside are not beside this checkout")
    (file,) = CASES.glob(f"{case}_*")
    network = partnership.read(file.read_bytes())
    assert bool(network.actors) != bool(network.questions)
    assert reasons(network) == RIGHT[case][2]


def test_the_place_in_a_register_of_grants_is_of_who_is_paid() -> None:
    actors = partnership.read(RIGHT["P02d"][0]).actors
    assert [(a["name"], a["place"]) for a in actors] == [("Gemeente X", ""), ("Koor A", "3081 PE")]


def test_a_column_for_which_there_is_no_use_is_named() -> None:
    assert Note("unread", 1, ("Weight",)) in partnership.read(RIGHT["P02a"][0]).notes


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("Organisatie|Partners|Opmerking", {"actor": 0, "partner": 1}),
        ("Naam|Werkt samen met|Sinds", {"actor": 0, "partner": 1, "since": 2}),
        ("van|naar|jaar", {"actor": 0, "partner": 1, "since": 2}),
        ("Jaar|Ontvanger|Regeling|Bedrag", {"since": 0, "partner": 1, "source": 2, "amount": 3}),
        ("Naam|Plaats|Verleend bedrag", {"partner": 0, "partner_place": 1, "amount": 2}),
        ("Grantee|Award date|Amount awarded", {"partner": 0, "since": 1, "amount": 2}),
        ("id|foo|bar", {}),
    ],
)
def test_what_each_column_is_is_proposed_by_its_name(names: str, roles: dict[str, int]) -> None:
    proposed = columns.proposal(names.split("|"))
    assert (proposed.at, proposed.is_sure) == (roles, False)


def test_without_names_of_both_ends_the_columns_are_asked() -> None:
    assert partnership.read(lines("id;foo", "1;2")).questions == [Note("columns")]


def test_one_name_for_every_row_stands_for_a_column() -> None:
    sheet = partnership.table(lines("Ontvanger;Bedrag", "Koor A;500"))
    chosen = columns.Columns(
        {"partner": 0, "amount": 1}, {"actor": "Gemeente X", "kind": "funding"}
    )
    network = partnership.network(sheet, chosen, "s", "register", {})
    assert ties(network) == [("Gemeente X", "Koor A", "funding", "", 500)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_separator_line_end_and_encoding_do_not_matter(
    separator: str, end: str, encoding: str
) -> None:
    text = end.join([HEAD, ROW.replace("Koor A", "Café België")]).replace(";", separator)
    network = partnership.read(text.encode(encoding))
    assert ties(network) == [("Café België", *TIE[1:])]
    assert reasons(network)[0] == ["encoding"] * (encoding == "cp1252")


@pytest.mark.parametrize("mark", ["", codecs.BOM_UTF8.decode()])
def test_the_line_that_tells_excel_the_separator_is_no_row(mark: str) -> None:
    body = f"{mark}sep=;\r\n{HEAD}\r\n{ROW}\r\n=x;;;B;;;\r\n".encode()
    assert [(f.reason, f.row) for f in partnership.read(body).faults] == [("formula", 3)]


@pytest.mark.parametrize("blank", ["", ";;;;;;", "  "])
def test_a_blank_row_counts_as_it_does_in_a_spreadsheet(blank: str) -> None:
    network = partnership.read(lines(HEAD, blank, ROW, blank, blank, "=x;;;B;;;", blank))
    assert [(f.reason, f.row) for f in network.faults] == [("formula", 6)]
    assert ties(network) == [TIE]


def test_a_cell_of_two_lines_is_one_row_and_a_short_row_is_filled_up() -> None:
    network = partnership.read(lines(HEAD, ROW.replace("verslag", '"ver\nslag"'), "Koor C", "=x"))
    assert [f.row for f in network.faults] == [4]
    assert len(network.actors) == 3


def test_a_row_with_more_cells_than_columns_is_left_out() -> None:
    network = partnership.read(lines(HEAD, ROW, f"{ROW};more"))
    assert (network.faults, len(network.ties)) == ([Fault("cells", 3, value="8")], 1)


def test_a_quote_that_does_not_close_is_part_of_the_name_and_told() -> None:
    network = partnership.read(lines(HEAD, ROW, f'"{ROW}'))
    assert Note("quotes", 1, ("3",)) in network.notes
    assert [a for a, *_ in ties(network)] == ["Koor A", '"Koor A'] or network.questions


def test_empty_columns_fall_away_and_a_column_without_a_name_is_named_by_its_number() -> None:
    sheet = partnership.table(lines(f";{HEAD};;", f";{ROW};;x"))
    assert sheet.names == (*COLUMNS, "(10)")
    assert Note("empty", 2) in sheet.notes


def test_a_column_that_is_there_twice_is_asked_about() -> None:
    names = (*COLUMNS, "partner (2)")
    assert partnership.table(lines(f"{HEAD};partner", f"{ROW};School C")).names == names
    assert not columns.proposal(names).is_sure


# --- workbooks


def book(*sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "d-m-yyyy"}) as made:
        for rows in sheets:
            sheet = made.add_worksheet()
            for n, row in enumerate(rows):
                for m, cell in enumerate(row):
                    sheet.write(n, m, cell)
    return out.getvalue()


def test_a_workbook_is_read_as_its_text_would_be() -> None:
    rows = [["Netwerk 2024"], [], [*DUTCH, "bedrag"]]
    rows.append(["Koor A", "zorg", 3081, "Wijkhuis B", "subsidie", date(2023, 9, 1), "x", 1250.5])
    network = partnership.read(book([["Leeg blad"]], rows))
    assert ties(network) == [("Koor A", "Wijkhuis B", "funding", "2023-09-01", 1250.5)]
    assert network.actors[0]["place"] == "3081"
    assert reasons(network)[0] == ["sheets", "above"]


def test_a_text_that_a_spreadsheet_left_in_one_column_is_parted() -> None:
    rows = [[HEAD], [ROW], ["Koor C;zorg;;School D;;2023;x"]]
    assert len(partnership.read(book(rows)).ties) == 2


def test_the_template_is_filled_in_and_read() -> None:
    filled = workbook({"Netwerk": [DUTCH, ROW.split(";")], "Uitleg": [["a", "b"]]}, to_fill=True)
    assert ties(partnership.read(filled)) == [TIE]
    assert filled == workbook(
        {"Netwerk": [DUTCH, ROW.split(";")], "Uitleg": [["a", "b"]]}, to_fill=True
    )


def refused(body: bytes) -> str:
    network = partnership.read(body)
    assert (network.actors, network.ties, network.questions) == ([], [], [])
    (fault,) = network.faults
    return fault.reason


def with_part(body: bytes, name: str, part: bytes) -> bytes:
    """A workbook of which one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("cell", "reason"), [("XFD2", "wide"), ("A1048576", "rows"), ("ZZZ9999999", "wide")]
)
def test_a_cell_at_the_far_end_of_a_sheet_is_refused_before_it_fills_memory(
    cell: str, reason: str
) -> None:
    body = book([["a"]])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        part = archive.read(SHEET).replace(b'r="A1"', f'r="{cell}"'.encode())
    assert refused(with_part(body, SHEET, part)) == reason


def test_a_workbook_that_unpacks_to_more_than_is_read_is_refused() -> None:
    body = with_part(book([["a"]]), SHEET, b" " * (spreadsheet.MOST_UNPACKED + 1))
    assert len(body) < 1_000_000
    assert refused(body) == "bytes"


OLD = (Path(__file__).parent.parent / "files" / "partnerships.xls").read_bytes()
OPEN = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Blad1">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def ods(*rows: tuple[int, list[tuple[int, str]]]) -> bytes:
    """A workbook of OpenDocument: rows and cells, each with how often it stands there."""
    content = "".join(
        f'<table:table-row table:number-rows-repeated="{times}">'
        + "".join(
            f'<table:table-cell office:value-type="string" table:number-columns-repeated="{n}">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            if cell
            else f'<table:table-cell table:number-columns-repeated="{n}"/>'
            for n, cell in cells
        )
        + "</table:table-row>"
        for times, cells in rows
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", 0)
        archive.writestr("content.xml", OPEN.format(content))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def test_an_old_workbook_is_read() -> None:
    network = partnership.read(OLD)
    assert not network.faults
    assert [(tie["kind"], tie["period"]) for tie in network.ties] == [
        ("partnership", "2023"),
        ("partnership", "2023-09-01"),
    ]
    assert {actor["name"] for actor in network.actors} >= {"Theater Zuidplein", "Café Ünlü"}


def test_a_workbook_of_open_document_is_read_up_to_what_is_filled() -> None:
    rest = (16_382, "")  # as LibreOffice writes it, to the last row and column
    body = ods(
        (1, [(1, "actor"), (1, "partner"), rest]),
        (1, [(1, "Koor"), (1, "School"), rest]),
        (1_048_574, [(16_384, "")]),
    )
    network = partnership.read(body)
    assert not network.faults
    assert [actor["name"] for actor in network.actors] == ["Koor", "School"]
    assert len(network.ties) == 1


def test_a_workbook_that_would_end_its_reader_is_refused() -> None:
    """A sheet that says that it has ten million times its rows: who reads it asks for so much memory
    that its process ends.
    """
    at = OLD.index(b"\x00\x02\x0e\x00") + 8  # the record of the size of a sheet: its last row
    body = OLD[:at] + b"\x03\x00\x00\x0a" + OLD[at + 4 :]
    assert refused(body) == "bytes"
    assert refused(ods((1_000, [(16_384, "a")]))) == "bytes"
    assert refused(ods((300_000, [(1, "a")]))) == "rows"


LATIN = b"caf\x81\xe9"
NOT_READ = {
    "a NUL": (lines(HEAD, ROW) + b"\0", "encoding"),
    "half of UTF-16": (codecs.BOM_UTF16_LE + b"a\0b", "encoding"),
    "marked as UTF-8 and is not": (codecs.BOM_UTF8 + LATIN, "encoding"),
    "no character of cp1252": (LATIN, "encoding"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "encoding"),
    "half a workbook": (book([["a", "b"]])[:900], "workbook"),
    "no workbook": (b"PK\x03\x04\x14\0\x06\0" + bytes(200), "workbook"),
    "the head of an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "workbook"),
    "nothing": (b"", "empty"),
    "blank lines": (b"\n\n;;\n", "empty"),
    "names alone": (lines(HEAD), "rows"),
    "a row too many": (
        lines("actor,partner", *map("A{0},B{0}".format, range(100_001))),
        "rows",
    ),
    "too wide": (lines(";".join(map(str, range(300)))), "wide"),
    "too large": (lines(HEAD, ROW) + b" " * spreadsheet.MOST_BYTES, "bytes"),
}


@pytest.mark.parametrize("case", NOT_READ)
def test_a_file_without_a_table_is_refused_with_the_reason(case: str) -> None:
    body, reason = NOT_READ[case]
    assert refused(body) == reason


def test_a_cell_that_is_far_too_long_is_told_with_its_row() -> None:
    for n in (201, 200_000):
        network = partnership.read(lines(HEAD, ROW, f'"{"a" * n}";;;;;;'))
        assert ("text", 3) in [(f.reason, f.row) for f in network.faults]
        assert ties(network) == [TIE]


def test_a_hundred_thousand_rows_are_read() -> None:
    rows = map("Actor {0};social;3081;Partner {0};;2023;x".format, range(spreadsheet.MOST_ROWS))
    network = partnership.read(lines(HEAD, *rows))
    assert (len(network.actors), len(network.ties)) == (200_000, 100_000)


# --- what nobody thought of


@given(some.binary())
@example(codecs.BOM_UTF16_LE + b"\x00\xd8")
@example(b'"')
@example(b"\r")
@example(b"PK\x03\x04")
@settings(max_examples=300, deadline=None)  # a process may be started
def test_any_bytes_give_actors_questions_or_faults(body: bytes) -> None:
    for file in (body, partnership.TEMPLATE.encode() + body, b"Source;Target\n" + body):
        network = partnership.read(file)
        assert network.actors or network.questions or network.faults


def mutations(body: bytes, seed: str, times: int = 200) -> Iterator[bytes]:
    """The same file with a few bytes, cells or lines other than they were."""
    dice = random.Random(seed)
    bits = (
        b";",
        b",",
        b'"',
        b"\r\n",
        b"\t",
        b"\0",
        b"\xff",
        b"-",
        b"=",
        b" ",
        b"1.250",
        b"\xc3\xa9",
    )
    for _ in range(times):
        out = bytearray(body)
        for _ in range(dice.randint(1, 4)):
            at, until = sorted(dice.choices(range(len(out) + 1), k=2))
            match dice.randrange(5):
                case 0:
                    out[at:at] = dice.choice(bits)
                case 1:
                    del out[at : min(until, at + 5)]
                case 2:
                    out[at:at] = out[at:until]
                case 3:
                    parts = bytes(out).split(b"\n")
                    dice.shuffle(parts)
                    out = bytearray(b"\n".join(parts))
                case _:
                    out[at : at + 1] = bytes([dice.randrange(256)])
        yield bytes(out)


def cells_of(body: bytes) -> str:
    """Everything in a file that could be part of a name, without marks, quotes and spaces."""
    try:
        text, _ = spreadsheet.decoded(body)
    except spreadsheet.UnreadableError:
        return ""
    return re.sub(r'["\s\u00ad]|[^\S]', "", "".join(c for c in text if c.isprintable()))


@pytest.mark.parametrize("case", RIGHT)
def test_a_file_with_a_few_faults_gives_no_traceback_and_no_silent_other_network(case: str) -> None:
    """Each tie stands in one row, its two names in cells of that row; what has no row is told."""
    for body in mutations(RIGHT[case][0], case):
        network = partnership.read(body, title="x")
        assert network.actors or network.questions or network.faults
        if not network.actors:
            assert not network.ties
            continue
        text = cells_of(body)
        for a, b, kind, *_ in ties(network):
            assert a != b
            assert kind in ("partnership", "funding", "shared_site")
            for name in (a, b):
                assert re.sub(r'["\s]', "", name) in text
        sheet = partnership.table(body)
        at = columns.proposal(sheet.names).at["partner"]
        left_out = {fault.row for fault in network.faults}
        with_partner = [
            row
            for number, row in sheet.rows
            if number not in left_out and any(c.isalnum() for c in row[at])
        ]
        merged = ("both", "double", "added", "same")
        merged_rows = sum(note.count for note in network.notes if note.reason in merged)
        assert len(with_partner) == len(network.ties) + merged_rows


def test_a_table_comes_back_as_it_was_written() -> None:
    dice = random.Random(22)
    for _ in range(50):
        rows = [
            [dice.choice(["a", "b;c", 'd"e', "f,g", "h\ni", "é"]) for _ in range(4)] for _ in "ab"
        ]
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";").writerows([["naam", "partner", "jaar", "bron"], *rows])
        sheet = partnership.table(out.getvalue().encode())
        assert [list(row) for _, row in sheet.rows] == rows


def test_the_files_of_the_cases_are_all_tested() -> None:
    if not CASES.exists():
        pytest.skip("the cases from outside are not beside this checkout")
    numbers = {Path(file).name.split("_")[0] for file in CASES.glob("P*")}
    assert numbers - {"P16", "P17", "P18", "P19"} == {*RIGHT}
