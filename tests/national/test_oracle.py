"""Fifteen figures of twelve areas, read a second time from the files of the publishers, by code
that is only here.

What is compared is value, period, status and unit, and whether the area is the one that the
publisher means: of a code whose name was another then, nothing may be shown. Areas and indicators
are drawn with SEED.
"""

import csv
import json
import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.mirror

SEED = 16
AREAS = {
    "NL": 1,
    "GM": 3,
    "WK": 3,
    "BU": 2,
    "BU0599": 2,
    "BU0344": 1,
}  # how many are drawn of the codes that begin so
INDICATORS = 15
LEAST_OF_A_SHARE = 50  # residents, of a share that is computed here from rounded counts
Figures = dict[str, float | None]  # by period; None where the publisher has a row and no figure
Answer = tuple[
    Figures, list[str], str
]  # with how the area was called then, and the unit that the publisher states
Read = Callable[[Path, str], Answer]


@lru_cache(maxsize=64)
def listed(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


@lru_cache(maxsize=64)
def titles(folder: Path, dimension: str = "WijkenEnBuurten") -> dict[str, str]:
    return {row["Key"].strip(): row["Title"].strip() for row in listed(folder / f"{dimension}.csv")}


@lru_cache(maxsize=64)
def stated(folder: Path, key: str) -> str:
    """The unit of a column."""
    properties = json.loads((folder / "DataProperties.json").read_text(encoding="utf-8"))
    return next(str(p["Unit"]) for p in properties if p.get("Key") == key)


@lru_cache(maxsize=64)
def column(folder: Path, key: str, where: str = "true") -> dict[str, float | None]:
    """A column of a table by area, in some of its rows; empty where it was not asked."""
    sql = f"SELECT trim(WijkenEnBuurten), {key} FROM '{folder / 'TypedDataSet.parquet'}' WHERE {where}"
    found = dict(duckdb.sql(sql).fetchall())
    return found if any(value is not None for value in found.values()) else {}


def cbs(key: str, *editions: tuple[str, str], of_residents: bool = False) -> Read:
    """A column of tables of CBS, one a year."""

    def read(shared: Path, code: str) -> Answer:
        figures: Figures = {}
        names: list[str] = []
        unit = ""
        for period, table in editions:
            folder = shared / "data" / "cbs" / table
            unit = "" if of_residents else stated(folder, key)
            if code in titles(folder):
                names.append(titles(folder)[code])
                value = column(folder, key).get(code)
                if of_residents and value is not None:
                    people = residents(shared)[code] or 0
                    value = 100 * value / people if people >= LEAST_OF_A_SHARE else None
                figures[period] = value
        return figures, names, unit

    return read


def rivm(key: str, age: str = "20300") -> Read:
    """A column of the table of RIVM: all periods of adults, the newest of those of 65 and over."""

    def read(shared: Path, code: str) -> Answer:
        folder = shared / "data" / "rivm" / "50090NED"
        theirs = "NL01" if code == "NL00" else code
        figures = {}
        for period in ("2012", "2016", "2020") if age == "20300" else ("2020",):
            of = column(folder, key, f"trim(Leeftijd) = '{age}' AND Perioden LIKE '{period}%'")
            if theirs in of:
                figures[period] = of[theirs]
        title = titles(folder).get(theirs)
        if title != theirs:
            return figures, [title] if title else [], stated(folder, key)
        known = next(
            (
                row
                for row in listed(folder.parent / "area_names_2016_2024.csv")
                if row["code_2020"] == code
            ),
            {},
        )
        names = [name for year in ("2019", "2022") if (name := known.get(f"name_{year}"))]
        return figures, names, stated(folder, key)

    return read


def iv3(report: str, *fields: str) -> Read:
    """Expenditure in task fields per resident of today, of the years whose table has that
    report.
    """

    def read(shared: Path, code: str) -> Answer:
        figures: Figures = {}
        names = []
        for year, table in (("2023", "45063NED"), ("2024", "45067NED"), ("2025", "45071NED")):
            folder = shared / "data" / "iv3" / table
            rows = duckdb.sql(
                f"""SELECT TaakveldBalanspost, sum(coalesce(k_2ePlaatsing_2, k_1ePlaatsing_1)), trim(Gemeenten)
                    FROM '{folder / "TypedDataSet.parquet"}' WHERE Categorie LIKE 'L%'
                      AND TaakveldBalanspost IN ('5.3', '5.4', '5.5', '5.6') AND Verslagsoort = '{year}{report}'
                    GROUP BY ALL"""
            ).fetchall()
            mine = {
                field: amount for field, amount, of in rows if of == code and amount is not None
            }
            if (
                code not in titles(folder, "Gemeenten")
                or not rows
                or code not in {of for *_, of in rows}
            ):
                continue
            names.append(titles(folder, "Gemeenten")[code])
            spent = 1000 * sum(mine.get(field, 0) for field in fields)
            figures[year] = spent / residents(shared)[code] if mine else None
        return figures, names, ""

    return read


def wijkprofiel(code_of_question: str) -> Read:
    """A share of the survey of Rotterdam; its wijk 71 is the neighbourhood of CBS that ends in
    71.
    """

    def read(shared: Path, code: str) -> Answer:
        folder = shared / "data" / "rotterdam"
        numbers = {
            row["cbs_buurtnummer"]: row["area_code_rotterdam"]
            for row in listed(folder / "wijk_to_cbs_buurt_crosswalk.csv")
            if row["cbs_buurtnummer"]
        }
        number = "5000" if code == "GM0599" else numbers.get(code)
        rows = [
            row
            for row in listed(folder / "wijkprofiel_participation_2014_2016.csv")
            if row["area_code_rotterdam"] == number and row["indicator"] == code_of_question
        ]
        return (
            {row["year"]: float(row["value"]) for row in rows},
            [row["area_name"] for row in rows],
            "%",
        )

    return read


def survey(question: str) -> Read:
    """A published rate of the whole country."""

    def read(shared: Path, code: str) -> Answer:
        rows = [
            row
            for row in listed(shared / "data" / "rates" / "nl_national_rates.csv")
            if row["indicator"] == question
            and (row["subgroup_dimension"], row["subgroup"]) == ("total", "total")
        ]
        return (
            ({row["year"]: float(row["value"]) for row in rows} if code == "NL00" else {}),
            ["Nederland"],
            "%",
        )

    return read


KWB, WIJKEN = ("2024", "85984NED"), ("2022", "85318NED")
NEAR = ("2019", "84718NED"), ("2023", "85830NED")
UNITS = {  # what ours are called at the publishers
    "percent": "%",
    "km": "km",
    "thousand_euros": "x 1 000 euro",
    "addresses_per_km2": "per km²",
    "residents_per_km2": "aantal inwoners per km²",
}
REACH = "reach, at least once in 12 months: "
# by source and indicator how it is read, its unit, and the residents below which a blank is one
# that was withheld
QUESTIONS: dict[str, dict[str, tuple[Read, str, int]]] = {
    "cbs_kwb": {
        "population": (cbs("AantalInwoners_5", KWB), "residents", 0),
        "children_share": (
            cbs("k_0Tot15Jaar_8", KWB, of_residents=True),
            "percent",
            LEAST_OF_A_SHARE,
        ),
        "older_residents_share": (
            cbs("k_65JaarOfOuder_12", KWB, of_residents=True),
            "percent",
            LEAST_OF_A_SHARE,
        ),
        "household_size": (cbs("GemiddeldeHuishoudensgrootte_33", KWB), "persons", 0),
        "population_density": (cbs("Bevolkingsdichtheid_34", KWB), "residents_per_km2", 0),
        "home_value": (cbs("GemiddeldeWOZWaardeVanWoningen_39", KWB), "thousand_euros", 0),
        "owner_occupied_share": (cbs("Koopwoningen_47", KWB), "percent", 0),
        "income_per_resident": (cbs("GemiddeldInkomenPerInwoner_83", KWB), "thousand_euros", 2_500),
        "address_density": (cbs("Omgevingsadressendichtheid_128", KWB), "addresses_per_km2", 0),
    },
    "cbs_wijken": {
        "employed_share": (cbs("Nettoarbeidsparticipatie_67", WIJKEN), "percent", 0),
        "lowest_incomes_share": (cbs("k_40PersonenMetLaagsteInkomen_73", WIJKEN), "percent", 0),
        "highest_incomes_share": (cbs("k_20PersonenMetHoogsteInkomen_74", WIJKEN), "percent", 0),
        "higher_education_share": (cbs("Afgeleid_PercentageHboWo", WIJKEN), "percent", 0),
    },
    "cbs_proximity": {
        "distance_library_km": (cbs("AfstandTotBibliotheek_92", *NEAR), "km", 0),
        "distance_museum_km": (cbs("AfstandTotMuseum_95", *NEAR), "km", 0),
        "museums_within_5_km": (cbs("Binnen5Km_96", *NEAR), "museums", 0),
        "distance_performing_arts_km": (cbs("AfstandTotPodiumkunstenTotaal_99", *NEAR), "km", 0),
        "stages_within_5_km": (cbs("Binnen5Km_100", *NEAR), "stages", 0),
        "distance_pop_venue_km": (cbs("AfstandTotPoppodium_103", *NEAR), "km", 0),
        "distance_cinema_km": (cbs("AfstandTotBioscoop_104", *NEAR), "km", 0),
    },
    "rivm_health": {
        "good_health_share": (rivm("ErvarenGezondheidGoedZeerGoed_4"), "percent", 100),
        "weekly_sports_share": (rivm("WekelijkseSporters_6"), "percent", 100),
        "weekly_sports_65_share": (rivm("WekelijkseSporters_6", "80200"), "percent", 100),
        "health_limited_share": (rivm("BeperktVanwegeGezondheid_17"), "percent", 100),
        "physical_limitation_share": (rivm("EenOfMeerLichamelijkeBeperkingen_20"), "percent", 100),
        "anxiety_depression_risk_share": (rivm("HoogRisicoOpAngstOfDepressie_25"), "percent", 100),
        "control_over_life_share": (rivm("MatigVeelRegieOverEigenLeven_27"), "percent", 100),
        "lonely_share": (rivm("Eenzaam_28"), "percent", 100),
        "lonely_65_share": (rivm("Eenzaam_28", "80200"), "percent", 100),
        "severely_lonely_share": (rivm("ErnstigZeerErnstigEenzaam_29"), "percent", 100),
        "informal_carers_share": (rivm("Mantelzorger_32"), "percent", 100),
        "volunteers_share": (rivm("Vrijwilligerswerk_33"), "percent", 100),
        "volunteers_65_share": (rivm("Vrijwilligerswerk_33", "80200"), "percent", 100),
        "money_worries_share": (rivm("MoeiteMetRondkomen_38"), "percent", 100),
    },
    "iv3_culture": {
        "budget_culture": (iv3("X000", "5.3", "5.4", "5.5", "5.6"), "euro_per_resident", 0),
        "spending_culture": (iv3("X005", "5.3", "5.4", "5.5", "5.6"), "euro_per_resident", 0),
        "spending_performing_arts": (iv3("X005", "5.3"), "euro_per_resident", 0),
        "spending_museums": (iv3("X005", "5.4"), "euro_per_resident", 0),
        "spending_heritage": (iv3("X005", "5.5"), "euro_per_resident", 0),
        "spending_media_libraries": (iv3("X005", "5.6"), "euro_per_resident", 0),
    },
    "rotterdam_wijkprofiel": {
        "cultural_facilities_share": (wijkprofiel("BezoekCultureleVoorzieningen_p"), "percent", 0),
        "local_cultural_activities_share": (
            wijkprofiel("BezoekActiviteitenInLokaalCentra_p"),
            "percent",
            0,
        ),
        "clubs_share": (wijkprofiel("DeelnameHobbyclubsVerenigingen_p"), "percent", 0),
        "festivals_share": (wijkprofiel("BezoekFestivalEvenementBbraderie_p"), "percent", 0),
        "going_out_share": (wijkprofiel("Uitgaan_p"), "percent", 0),
        "active_volunteers_share": (wijkprofiel("Vrijwilligers_p"), "percent", 0),
        "sports_share": (wijkprofiel("Sportdeelname_p"), "percent", 0),
        "religious_gatherings_share": (
            wijkprofiel("BezoekGodsdienstigeBijeenkomsten_p"),
            "percent",
            0,
        ),
    },
    "national_surveys": {
        "culture_reach_share": (survey(f"{REACH}cultural reach total"), "percent", 0),
        "museums_reach_share": (survey(f"{REACH}museums"), "percent", 0),
        "libraries_reach_share": (survey(f"{REACH}libraries"), "percent", 0),
        "library_members_share": (survey("library member"), "percent", 0),
    },
}


@lru_cache(maxsize=1)
def residents(shared: Path) -> dict[str, float | None]:
    return column(shared / "data" / "cbs" / KWB[1], "AantalInwoners_5")


def letters(name: str) -> str:
    """A name without its signs, `Wijk 01` and what stands between brackets."""
    name = re.sub(r"\(.*?\)|^wijk \d+", "", name.casefold())
    return "".join(c for c in name if c.isalnum())


def drawn(shared: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """The codes of twelve areas, and fifteen indicators with their sources: one of each source, and
    more of them.
    """
    pick = random.Random(SEED)
    codes = sorted(titles(shared / "data" / "cbs" / KWB[1]))
    areas = [
        code
        for start, n in AREAS.items()
        for code in pick.sample([c for c in codes if c.startswith(start)], n)
    ]
    first = [(source, pick.choice(sorted(asked))) for source, asked in QUESTIONS.items()]
    rest = sorted(
        {(source, name) for source, asked in QUESTIONS.items() for name in asked} - {*first}
    )
    return areas, first + pick.sample(rest, INDICATORS - len(first))


def test_figures_drawn_by_lot_are_those_of_their_publishers(national: Path, shared: Path) -> None:
    areas, asked = drawn(shared)
    assert (len(set(areas)), len(set(asked))) == (12, INDICATORS)
    compared = 0
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        names = dict(con.sql("SELECT code, name FROM area").fetchall())
        for code, (source, indicator) in ((a, i) for a in areas for i in asked):
            read, unit, least = QUESTIONS[source][indicator]
            figures, called, says = read(shared, code)
            rows = con.execute(
                """SELECT period, value, status, unit, source, decimals FROM observation
                   JOIN indicator ON id = indicator WHERE indicator = ? AND area = ?""",
                [indicator, code],
            ).fetchall()
            what = (indicator, code, names[code])
            if (
                rows and not figures
            ):  # the area had another code then: its figure moved along with its name
                old = titles(
                    shared
                    / "data"
                    / ("rivm/50090NED" if source == "rivm_health" else "cbs/85318NED")
                )
                twins = [
                    c
                    for c, n in old.items()
                    if c[:6] == code[:6] and letters(n) == letters(names[code])
                ]
                assert len(twins) == 1, (*what, twins)
                figures, called, says = read(shared, twins[0])
            assert says in ("", UNITS.get(unit, "aantal")), what
            same = [letters(name) == letters(names[code]) for name in called]
            if called and not any(same):
                assert not rows, (*what, called)
                continue
            if not called and not rows:  # a code whose name nobody knows may be left out
                continue
            assert {period for period, *_ in rows} == {*figures}, what
            people = residents(shared)[code] or 0
            known = "estimated" if source == "rivm_health" else "measured"
            for period, value, status, of_unit, of_source, decimals in rows:
                assert (of_unit, of_source) == (unit, source), what
                theirs = figures[period]
                if theirs is None:
                    why = (
                        "not_applicable"
                        if not people
                        else "suppressed"
                        if people < least
                        else "missing"
                    )
                    assert (value, status) == (None, why), (*what, period)
                else:
                    assert status == known, (*what, period)
                    # both may have rounded, each up to a digit
                    assert value == pytest.approx(theirs, abs=1.5 * 10.0 ** -(decimals + 2)), (
                        *what,
                        period,
                    )
                    compared += 1
    assert compared > 60, compared
