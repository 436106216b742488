"""Networks that somebody supplies: what harms nothing is taken and told, what could make another
network is asked, what cannot be read is left out by row, column and reason.
"""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import store
from dashboard.words.numbers import date, how
from dashboard.words.text import LANGUAGES, t
from pipelines import PipelineError, catalogue
from pipelines.build import partnerships, table_rows
from pipelines.methods import cells, columns, partnership
from pipelines.methods.columns import COLUMNS, DUTCH
from pipelines.methods.partnership import Network
from pipelines.methods.spreadsheet import Fault, Note

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


def read(*rows: dict[str, str], **answers: str) -> Network:
    return partnership.read(written(*rows).encode(), answers=answers)


def noted(network: Network) -> list[tuple[str, int]]:
    return [(note.reason, note.count) for note in network.notes]


def asked(network: Network) -> list[str]:
    return [question.reason for question in network.questions]


def names(network: Network) -> list[tuple[str, str]]:
    name = {a["id"]: a["name"] for a in network.actors}
    return [(name[tie["a"]], name[tie["b"]]) for tie in network.ties]


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


LEFT_OUT: list[tuple[dict[str, str], list[Fault]]] = [
    ({"actor": ""}, [Fault("blank", 2, "actor")]),
    ({"actor": "–"}, [Fault("blank", 2, "actor")]),
    *(
        ({"since": since}, [Fault("since", 2, "since", since)])
        for since in (
            "23",
            "2023-13",
            "2023-00",
            "2023-02-30",
            "2023-04-31",
            "0023",
            "voorjaar 2023",
        )
    ),
    *(
        ({"since": since}, [Fault("since", 2, "since", since)])
        for since in ("31-4-2023", "1-13-2023", "1-9-23", "31/4/2023", "0 2023", "20233")
    ),
    ({"since": "2023-02-29"}, [Fault("since", 2, "since", "2023-02-29")]),
    ({"since": TOMORROW}, [Fault("future", 2, "since", TOMORROW)]),
    ({"since": "2099"}, [Fault("future", 2, "since", "2099")]),
    ({"since": "1-9-2099"}, [Fault("future", 2, "since", "1-9-2099")]),
    ({"actor": "a" * 201}, [Fault("text", 2, "actor", "a" * 40)]),
    *(({column: "=1+1"}, [Fault("formula", 2, column, "=1+1")]) for column in COLUMNS),
    ({"source": "  =cmd|' /C calc'!A0"}, [Fault("formula", 2, "source", "=cmd|' /C calc'!A0")]),
    ({"actor": "\u00ad\u200b =1+1"}, [Fault("formula", 2, "actor", "[U+00AD][U+200B] =1+1")]),
    (
        {"actor": "=x", "since": "z"},
        [Fault("formula", 2, "actor", "=x"), Fault("since", 2, "since", "z")],
    ),
]


@pytest.mark.parametrize(
    ("row", "faults"), LEFT_OUT, ids=[f"{f[0].reason} {r}" for r, f in LEFT_OUT]
)
def test_a_row_that_cannot_be_read_is_left_out_and_the_others_are_not(
    row: dict[str, str], faults: list[Fault]
) -> None:
    network = read(row, {"actor": "Koor"})
    assert network.faults == faults
    assert names(network) == [("Koor", "Muziekschool")]
    assert not read(row).actors


@pytest.mark.parametrize(
    ("row", "note", "domain", "place"),
    [
        ({"domain": ""}, None, None, "3081 PE"),
        ({"domain": "culture"}, ("domain", 1), None, "3081 PE"),
        ({"place": ""}, None, "social", ""),
        ({"place": "3081pe"}, None, "social", "3081 PE"),
        ({"place": "30811"}, ("postcode", 1), "social", ""),
        ({"place": "3081 P"}, ("postcode", 1), "social", ""),
        ({"place": "٣٠٨١"}, ("postcode", 1), "social", ""),
        ({"place": "-"}, ("dash", 1), "social", ""),
    ],
)
def test_a_domain_or_place_that_is_not_clear_is_not_known_and_that_is_told(
    row: dict[str, str], note: tuple[str, int] | None, domain: str | None, place: str
) -> None:
    network = read(row)
    assert noted(network) == ([note] if note else [])
    assert (network.actors[0]["domain"], network.actors[0]["place"]) == (domain, place)
    assert len(network.ties) == 1


THIS_MONTH = datetime.now(UTC).strftime("%Y-%m")
DATES = {
    "1999": "1999", "1851": "1851", "2024-02-29": "2024-02-29", "2023-12-31": "2023-12-31", "2023-1": "2023-01",
    "2023-09-01 00:00:00": "2023-09-01", "1-9-2023": "2023-09-01", "01-09-2023": "2023-09-01", "1.9.2023": "2023-09-01",
    "13/9/2023": "2023-09-13", "9/13/2023": "2023-09-13", "9/9/2023": "2023-09-09", "9-2023": "2023-09",
    "sep 2023": "2023-09", "1 september 2023": "2023-09-01", "maart 2023": "2023-03", "May 2023": "2023-05",
    "oktober 2023": "2023-10",
}  # fmt: skip


@pytest.mark.parametrize("since", DATES)
def test_a_date_is_read_as_people_write_it(since: str) -> None:
    network = read({"since": since})
    assert (network.ties[0]["period"], noted(network)) == (DATES[since], [])


def test_this_month_is_not_in_the_future() -> None:
    assert read({"since": THIS_MONTH}).ties[0]["period"] == THIS_MONTH


def test_of_a_date_whose_day_and_month_could_be_either_only_the_year_counts() -> None:
    network = read({"since": "1/9/2023"})
    assert (network.ties[0]["period"], noted(network)) == ("2023", [("either", 1)])


@pytest.mark.parametrize("since", ["", "-", "?", "onbekend", "n.v.t.", "Unknown"])
def test_a_date_that_is_not_known_is_told(since: str) -> None:
    network = read({"since": since})
    assert network.ties[0]["period"] == ""
    assert ("undated", 1) in noted(network)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_words_of_the_taxonomy_do_as_well_as_its_ids(lang: str) -> None:
    cat = catalogue.load()
    domains = {getattr(cat.terms["domain"][d], f"label_{lang}"): d for d in cells.DOMAINS}
    kinds = {getattr(cat.ties[k], f"label_{lang}"): k for k in cells.KINDS}
    for label, domain in domains.items():
        assert read({"domain": label}).actors[0]["domain"] == domain
        assert read({"domain": label.upper()}).actors[0]["domain"] == domain
    for label, kind in kinds.items():
        assert read({"kind": label}).ties[0]["kind"] == kind
    head = {"nl": DUTCH, "en": COLUMNS}[lang]
    body = f"{','.join(head)}\n{t('ties_own_example', lang)}".encode()
    assert partnership.read(body).ties
    assert columns.proposal(head).is_sure


HIDDEN = ["\x07", "\x1b", "\u200b", "\u200e", "\u2060", "\ufeff", "\uffff"]


@pytest.mark.parametrize("sign", HIDDEN)
def test_what_cannot_be_seen_is_taken_out_and_told_by_its_number(sign: str) -> None:
    network = read({"actor": f"Ko{sign}or", "place": f"{sign}3081"})
    assert (network.actors[0]["name"], network.actors[0]["place"]) == ("Koor", "3081")
    shown = (f"Ko[U+{ord(sign):04X}]or", f"[U+{ord(sign):04X}]3081")
    assert network.notes == [Note("hidden", 2, shown)]


def test_a_soft_hyphen_and_more_than_one_space_fall_away() -> None:
    assert read({"actor": "Muziek\u00adhuis\u00a0 Zuid "}).actors[0]["name"] == "Muziekhuis Zuid"


@pytest.mark.parametrize("sign", ["+", "-", "@", "'", "#"])
def test_a_name_may_start_with_a_sign(sign: str) -> None:
    assert read({"actor": f"{sign}Kunst"}).actors[0]["name"] == f"{sign}Kunst"


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
    network = read(*rows, several="one", spelling="apart", placeholder="name", numbers="name")
    assert (network.faults, network.questions) == ([], [])
    assert len(network.ties) == len(grants) > 1_000


@pytest.mark.parametrize(
    ("second", "note"),
    [
        ({}, "double"),
        ({"kind": ""}, "double"),
        ({"kind": "Partnership", "since": "2020", "actor": "HUIS VAN DE WIJK"}, "double"),
        ({"actor": "Muziekschool", "partner": "Huis van de Wijk"}, "both"),
        ({"kind": "funding"}, ""),
        ({"kind": "partnership", "since": "2024", "source": "Wijkplan 2025"}, "double"),
        ({"partner": "Koor"}, ""),
    ],
)
def test_who_works_with_whom_counts_once(second: dict[str, str], note: str) -> None:
    network = read({}, second)
    assert noted(network) == ([(note, 1)] if note else [])
    assert len(network.ties) == (1 if note else 2)
    assert network.ties[0]["period"] == min("2023-09", second.get("since", "2023-09"))


GRANT = {"kind": "funding", "since": "2023"}


def test_of_money_there_and_money_back_both_are_told() -> None:
    back = {"actor": "Muziekschool", "partner": "Huis van de Wijk", "kind": "funding"}
    assert len(read({"kind": "funding"}, back).ties) == 2


@pytest.mark.parametrize(
    ("second", "ties"), [({}, 1), ({"since": "2024"}, 2), ({"source": "Wijkplan 2025"}, 2)]
)
def test_who_is_paid_again_in_another_year_or_by_another_scheme_is_told_again(
    second: dict[str, str], ties: int
) -> None:
    assert len(read(GRANT, {**GRANT, **second}).ties) == ties


def paid(*amounts: str, **answers: str) -> Network:
    rows = [{**GRANT, "bedrag": amount} for amount in amounts]
    body = written(*rows, delimiter=";", columns=(*COLUMNS, "bedrag"))
    return partnership.read(body.encode(), answers=answers)


@pytest.mark.parametrize(
    ("amounts", "euros"),
    [
        (["500", "750"], 1250),
        (["€ 1.250,00", "1.000"], 2250),
        (["1,250.50", "1,000"], 2250.5),
        (["1.000.000"], 1_000_000),
        (["12,5"], 12.5),
        (["1250,-"], 1250),
        (["-200", "500"], 300),
        (["EUR 10"], 10),
    ],
)
def test_amounts_are_read_as_people_write_them_and_added_up(
    amounts: list[str], euros: float
) -> None:
    network = paid(*amounts)
    assert [(tie["weight"], tie["unit"]) for tie in network.ties] == [(euros, "euros")]
    assert noted(network) == ([("added", 1)] if len(amounts) > 1 else [])


@pytest.mark.parametrize(
    "amounts", [["1.250"], ["1,250"], ["1.250", "1.5"], ["1.250,00", "1,250.00"]]
)
def test_an_amount_of_which_the_point_can_mean_two_things_is_asked(amounts: list[str]) -> None:
    network = paid(*amounts)
    assert (asked(network), network.ties) == (["decimal"], [])


def test_the_answer_says_what_the_point_means() -> None:
    assert paid("1.250", decimal="thousands").ties[0]["weight"] == 1250
    assert paid("1.250", decimal="decimals").ties[0]["weight"] == 1.25


def test_no_amount_is_none_and_not_zero() -> None:
    assert paid("").ties[0]["weight"] is None
    assert [(f.reason, f.value) for f in paid("veel", "10").faults] == [("amount", "veel")]


def test_a_payment_that_stands_twice_to_the_letter_is_asked() -> None:
    assert asked(paid("500", "500")) == ["twice"]
    assert paid("500", "500", twice="each").ties[0]["weight"] == 1000
    once = paid("500", "500", twice="once")
    assert once.ties[0]["weight"] == 500
    assert [(f.reason, f.row) for f in once.faults] == [("double", 3)]


@pytest.mark.parametrize(
    "cell", ["School C, Wijkhuis B", "School C; Wijkhuis B", "School C | Wijkhuis B", "School C\nWijkhuis B",
             "School C / Wijkhuis B"],
)  # fmt: skip
def test_several_names_in_a_cell_are_asked(cell: str) -> None:
    assert (asked(read({"partner": cell})), read({"partner": cell}).ties) == (["several"], [])
    ends = [b for _, b in names(read({"partner": cell}, several="parted"))]
    assert ends == ["School C", "Wijkhuis B"]
    assert len(read({"partner": cell}, several="one").ties) == 1


def test_an_amount_for_several_is_not_given_to_each_of_them() -> None:
    row = {**GRANT, "partner": "Koor A, Koor B", "bedrag": "750"}
    body = written(row, columns=(*COLUMNS, "bedrag")).encode()
    network = partnership.read(body, answers={"several": "parted"})
    assert [tie["weight"] for tie in network.ties] == [None, None]
    assert noted(network) == [("together", 1)]


@pytest.mark.parametrize("name", ["onbekend", "N.v.t.", "Diverse", "geen", "Totaal", "none"])
def test_a_placeholder_for_a_name_is_asked(name: str) -> None:
    assert asked(read({"partner": name})) == ["placeholder"]
    without = read({"partner": name}, placeholder="none")
    assert (len(without.actors), without.ties) == (1, [])
    assert [(f.reason, f.value) for f in without.faults] == [("left_out", name)]
    assert names(read({"partner": name}, placeholder="name")) == [("Huis van de Wijk", name)]


def test_numbers_for_names_are_asked() -> None:
    assert asked(read({"actor": "17", "partner": "4"})) == ["numbers"]
    assert names(read({"actor": "17", "partner": "4"}, numbers="name")) == [("17", "4")]
    assert not read({"actor": "17", "partner": "4"}, numbers="none").actors


@pytest.mark.parametrize("spelt", ["Stichting Koor A", "St. Koor A", "Koor-A", "Kóór A", "KoorA"])
def test_spellings_of_a_name_are_asked(spelt: str) -> None:
    rows = [{"actor": "Koor A"}, {"actor": spelt, "partner": "School C"}]
    assert asked(read(*rows)) == ["spelling"]
    assert {a for a, _ in names(read(*rows, spelling="one"))} == {"Koor A"}
    assert {a for a, _ in names(read(*rows, spelling="apart"))} == {"Koor A", spelt}


@pytest.mark.parametrize("spelt", ["KOOR A", " koor  a "])
def test_capitals_and_spaces_are_no_other_spelling(spelt: str) -> None:
    network = read({"actor": "Koor A"}, {"actor": spelt, "partner": "School C"})
    assert (network.questions, {a for a, _ in names(network)}) == ([], {"Koor A"})


def test_one_name_in_two_places_is_asked() -> None:
    rows = [{"actor": "Bibliotheek"}, {"actor": "Bibliotheek", "place": "3012", "partner": "Koor"}]
    rows.append({"actor": "School C", "partner": "Bibliotheek"})
    assert asked(read(*rows)) == ["places"]
    assert len(read(*rows, places="one").actors) == 4
    apart = read(*rows, places="apart")
    assert [a["place"] for a in apart.actors if a["name"] == "Bibliotheek"] == ["3081 PE", "3012"]
    assert [(f.reason, f.row) for f in apart.faults] == [("which", 4)]


def test_a_kind_that_we_do_not_know_is_asked() -> None:
    assert asked(read({"kind": "vriendschap"})) == ["kind"]
    assert read({"kind": "vriendschap"}, kind="funding").ties[0]["kind"] == "funding"
    assert [f.reason for f in read({"kind": "vriendschap"}, kind="none").faults] == ["left_out"]


def test_an_actor_of_two_domains_keeps_its_first_and_that_is_told() -> None:
    network = read({}, {"partner": "Koor Zuid", "domain": "care"})
    assert (noted(network), network.actors[0]["domain"]) == ([("differs", 1)], "social")


def test_an_organisation_is_no_partner_of_itself_and_stays() -> None:
    network = read({"partner": "huis van de WIJK"})
    assert network.notes == [Note("same", 1, ("huis van de WIJK (2)",))]
    assert (len(network.actors), network.ties) == (1, [])


def test_without_a_partner_no_date_is_asked() -> None:
    alone = read({"partner": "", "since": "", "kind": ""})
    assert (alone.faults, alone.notes, len(alone.actors)) == ([], [], 1)


CELL = some.text("aBçß;\"' Éij€", min_size=1, max_size=9).map(str.split).map(" ".join)
CELL = CELL.filter(lambda text: any(c.isalnum() for c in text))
ROW = some.fixed_dictionaries(
    {
        "actor": CELL,
        "domain": some.sampled_from(cells.DOMAINS),
        "place": some.one_of(CELL, some.just("3081"), some.just("3081 PE")),
        "partner": CELL,
        "kind": some.sampled_from(["", *cells.KINDS]),
        "since": some.dates(datetime(1800, 1, 1).date(), datetime(2025, 12, 31).date()).map(str),
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
    some.sampled_from([",", ";", "\t", "|"]),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_was_written_is_read_again(
    rows: list[dict[str, str]], order: list[str], delimiter: str, encoding: str
) -> None:
    rows = [r for r in rows if r["actor"].casefold() != r["partner"].casefold()]
    first = {
        r["actor"].casefold(): r for r in reversed(rows)
    }  # an actor has one domain and one place
    rows = [
        {**r, **{c: first[r["actor"].casefold()][c] for c in ("domain", "place")}} for r in rows
    ]
    answers = {"several": "one", "spelling": "apart", "placeholder": "name", "places": "one"}
    network = partnership.read(
        written(*rows, delimiter=delimiter, columns=tuple(order)).encode(encoding), answers=answers
    )
    name = {a["id"]: a["name"].casefold() for a in network.actors}
    ties = [(name[t["a"]], name[t["b"]], t["kind"], t["period"], t["scheme"]) for t in network.ties]
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
    assert [f.reason for f in network.faults] == ([] if rows else ["rows"])


def test_columns_and_words_are_those_of_the_taxonomy_and_of_the_documentation() -> None:
    cat = catalogue.load()
    assert set(cells.DOMAINS) == set(cat.terms["domain"])
    assert set(cells.KINDS) <= set(cat.ties)
    assert {cat.ties[kind].proof for kind in cells.KINDS} == {"known"}
    lines = (partnerships.FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    table = [line.split("|")[1:3] for line in lines if line.startswith("| `")]
    assert tuple(name.strip(" `") for name, _ in table) == COLUMNS
    words = dict(zip(COLUMNS, (text for _, text in table), strict=True))
    assert [w for w in cells.DOMAINS if f"`{w}`" not in words["domain"]] == []
    assert [w for w in cells.KINDS if f"`{w}`" not in words["kind"]] == []


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
    terms = {**held.terms["domain"], **{kind: held.ties[kind] for kind in cells.KINDS}}
    said = {
        getattr(term, f"label_{lang}").lower(): name
        for name, term in terms.items()
        for lang in LANGUAGES
    }
    assert {label: name for label, name in said.items() if label != name} == cells.LABELS


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
    assert str(caught.value) == "x.csv: row 4, since: since '2023-02-30'; domain (1): culture"


@pytest.mark.parametrize(
    "row", [{"partner": "Koor, School"}, {"since": ""}, {"source": ""}, {"place": "30811"}]
)
def test_what_a_reader_would_be_asked_stops_the_build_too(
    row: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text(written(row), encoding="utf-8")
    with pytest.raises(PipelineError):
        partnerships.network(tmp_path / "x.csv")


def test_the_files_that_come_with_the_repository_are_good() -> None:
    for file in partnerships.FOLDER.glob("*.csv"):
        assert partnerships.network(file).actors
