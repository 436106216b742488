"""Learning paths, shared sites and pupil flows, recomputed in plain Python from the publishers' own rows.

Shares no code with the pipeline. Paths are those of three neighbourhoods, pupil flows those from their postcodes; the
shared sites are those of the whole country, for a neighbourhood has hardly any.
"""

import math
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import duckdb
import pytest
from pyproj import Geod

from tests.national.test_by_hand import CROW, STREETS, TABLES, by_street, polled, polling_places, records, schools

pytestmark = pytest.mark.mirror

POSTCODE = {"BU03440112": "3533", "BU16800000": "9468", "BU05991571": "3081"}
DOMAIN = {"care": "care", "social": "social", "school": "education", "sport": "leisure", "policy": "policy"}
LEARNING_PATH = {  # cells of domain and learning form of which places are known in the whole country
    "path_child_walk": (80, [("primary_school", "special_school"), ("social",), ("sport",)]),
    "path_adult_bike": (250, [("social",), ("care",), ("sport",), ("policy",)]),
}
PUPILS = "mirror_po_leerlingen_per_postcode_leerling_Leerlingen_po_per_vestiging_postcode_leerling_en_leeftijd"


def rows(national: Path, sql: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        return con.execute(sql, values).fetchall()


@pytest.mark.parametrize("code", [*CROW, STREETS])
def test_the_share_of_a_learning_path_within_a_quarter_of_an_hour(national: Path, code: str) -> None:
    raw = national / "raw"
    start = rows(national, "SELECT lon, lat FROM area WHERE code = ?", code)[0]
    geod = Geod(ellps="WGS84")
    over = by_street(raw, start, farthest=15 * 250) if code == STREETS else None
    places = {**schools(raw), **polling_places(raw)}

    def near(kind: str, bound: float) -> bool:
        """Whether a place of this kind is within so many metres; the straight line is never longer than the way."""
        straight = ((float(geod.inv(*start, *spot)[2]), spot) for spot in places[kind])
        close = sorted((m, spot) for m, spot in straight if m <= bound)
        return any((over(spot) if over else m * 1.3) <= bound for m, spot in close)

    for indicator, (speed, cells) in LEARNING_PATH.items():
        found = sum(any(near(kind, 15 * speed) for kind in cell) for cell in cells)
        said = rows(national, "SELECT value, status FROM observation WHERE (indicator, area) = (?, ?)", indicator, code)
        assert said == [(pytest.approx(100 * found / len(cells)), "estimated")], indicator


def building(postcode: str | None, number: object) -> str:
    """Postcode and the digits that a house number starts with; blank where one of them is not there."""
    digits = ""
    for sign in str(number or "").strip():
        if not sign.isdigit():
            break
        digits += sign
    code = (postcode or "").replace(" ", "").upper()
    return f"{code}-{digits}" if len(code) == 6 and digits else ""


NO_NAME = set(
    re.findall(
        r"\w+",
        """aan bij d de den der des een en het in la le met n of op s sint st t te ten ter van voor
        basisonderwijs bijzonder brede christelijke dalton gereformeerde hervormde integraal katholieke montessori
        oecumenische onderwijs openbare pc primair protestants rk rooms speciaal speciale
        accommodatie aula bibliotheek buurt buurtcentrum buurtgebouw buurthuis centrum clubhuis cultuurcentrum
        cultuurhuis dorp dorpscentrum dorpsgebouw dorpshuis gebouw gemeenschapshuis gymlokaal gymzaal hal hotel huis
        ingang kantine kerk kerkcentrum kulturhus mfa mfc museum ontmoetingscentrum park plein restaurant speelplek
        speeltuin sport sportcentrum sporthal sportpark sportzaal stembureau stemlokaal stichting theater tuin
        vereniging wijk wijkcentrum wijkgebouw wijkhuis woonzorgcentrum zaal zorgcentrum""",
    )
)
CALLED_SCHOOL = set(
    re.findall(
        r"\w+",
        "school basisschool bs obs cbs pcbs rkbs gbs sbo ikc kc dkc kindcentrum college lyceum gymnasium",
    )
)
ACCENTS = str.maketrans("éèêëáàâäïíôöóûüúç", "eeeeaaaaiiooouuuc")


def is_one_place(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Of two entries (domain, name) at one address: a school and what is called one, or a word of a name in common."""
    words = []
    for _, name in (one, other):
        plain = "".join(c if c.isalnum() else " " for c in name.casefold().translate(ACCENTS))
        words.append({w for w in plain.split() if not w.isdigit()})
    called = [
        d == "education" or w & CALLED_SCHOOL or any(x.endswith("school") for x in w)
        for (d, _), w in zip((one, other), words, strict=True)
    ]
    return ("education" in (one[0], other[0]) and all(called)) or bool(words[0] & words[1] - NO_NAME - CALLED_SCHOOL)


def test_the_places_of_other_domains_at_one_address(national: Path) -> None:
    raw = national / "raw"
    at = defaultdict(list)
    for table in TABLES.values():
        for row in records(raw / "duo_schools", table):
            here = building(row["POSTCODE"], row["HUISNUMMER-TOEVOEGING"])
            at[here].append(("education", row["VESTIGINGSNAAM"]))
    for row, kind in polled(raw):
        at[building(row["Postcode"], row["Huisnummer"])].append((DOMAIN[kind], row["Naam stembureau"].strip()))
    del at[""]
    by_hand = Counter(
        (here, *sorted([one, other]))
        for here, found in at.items()
        for one, other in combinations(found, 2)
        if one[0] != other[0] and not is_one_place(one, other)
    )
    told = rows(
        national,
        """SELECT a.address, b.address, (a.domain, a.name), (b.domain, b.name), t.proof FROM tie t
           JOIN place a ON a.id = t.a JOIN place b ON b.id = t.b WHERE t.kind = 'shared_site'""",
    )
    assert {proof for *_, proof in told} == {"shared_site"}
    assert all(one == other for one, other, *_ in told)
    assert Counter((here, *sorted([tuple(a), tuple(b)])) for here, _, a, b, _ in told) == by_hand
    assert len(told) > 100
    # read by eye: "Dorpshuis Annen" and "Dorpshuis Annen 1" at 9468BJ-36 are one
    assert not [pair for pair in by_hand if pair[0].startswith(POSTCODE["BU16800000"])]
    assert ("6005SR-2", ("education", "BS Tungelder"), ("social", "MFA Kimpe veld")) in by_hand


def pupils(raw: Path) -> dict[tuple[str, str], tuple[int, int, bool]]:
    """By postcode of the home and site: the fewest and the most pupils there can be, and whether an age is masked."""
    out = defaultdict(lambda: (0, 0, False))
    for row in records(raw / "duo_pupils", PUPILS):
        if len(row["POSTCODE_LEERLING"]) != 4:  # abroad, or unknown
            continue
        site = f"{row['INSTELLINGSCODE']}{row['VESTIGINGSCODE']}-{row['POSTCODE_VESTIGING']}"
        low, high, masked = out[row["POSTCODE_LEERLING"], site]
        for age, count in row.items():
            if age.startswith("LEEFTIJD_"):
                hidden = count == "<5"
                low += 1 if hidden else int(count)
                high += 4 if hidden else int(count)
                masked |= hidden
        out[row["POSTCODE_LEERLING"], site] = low, high, masked
    return dict(out)


def test_where_the_pupils_of_a_postcode_go_to_school(national: Path) -> None:
    by_hand = pupils(national / "raw")
    for postcode in POSTCODE.values():
        told = {
            "-".join(site.removeprefix("duo_schools:").split("-")[:2]): (weight, low, high)
            for site, weight, low, high in rows(
                national,
                "SELECT b, weight, low, high FROM tie WHERE kind = 'pupil_flow' AND a = ?",
                f"postcode:{postcode}",
            )
        }
        mine = {site: pupils for (home, site), pupils in by_hand.items() if home == postcode}
        largest = sorted(mine, key=lambda site: -mine[site][1])[:3]
        assert len(largest) == 3
        assert [told[site] for site in largest] == [
            (None if masked else low, low, high) for low, high, masked in map(mine.get, largest)
        ]
        assert told.keys() == mine.keys()
    # read by eye: 42 36 51 76 51 85 66 58 7 of Oog in Al at St. Dominicus; 23 29 38 23 30 18 18 31 <5 of Annen
    assert by_hand["3533", "06OY00-3533GH"] == (472, 472, False)
    assert by_hand["9468", "11YV00-9468BM"] == (211, 214, True)


def test_no_masked_number_of_pupils_is_told(national: Path) -> None:
    by_hand = pupils(national / "raw")
    counted = rows(
        national,
        """SELECT count(*), count(weight), count(*) FILTER (status = 'suppressed'),
             count(*) FILTER (status = 'suppressed' AND (weight IS NOT NULL OR low >= high)),
             count(*) FILTER (status = 'measured' AND (weight <> low OR low <> high)), sum(low), sum(high)
           FROM tie WHERE kind = 'pupil_flow'""",
    )[0]
    masked = sum(hidden for *_, hidden in by_hand.values())
    fewest, most = (math.fsum(column) for column in list(zip(*by_hand.values(), strict=True))[:2])
    assert counted == (len(by_hand), len(by_hand) - masked, masked, 0, 0, fewest, most)
    assert masked > 100_000


def test_every_tie_has_a_source_a_period_and_a_proof(national: Path) -> None:
    told = rows(
        national,
        """SELECT t.kind, t.proof, t.source, count(*), count(*) FILTER (regexp_full_match(t.period, '20[0-9]{2}')),
             count(s.id) FROM tie t LEFT JOIN source s ON s.id = t.source GROUP BY ALL ORDER BY ALL""",
    )
    assert [(kind, proof, source) for kind, proof, source, *_ in told] == [
        ("culture_coach", "known", "culture_coaches"),
        ("funding", "known", "amsterdam_subsidies"),
        ("pupil_flow", "known", "duo_pupils"),
        ("shared_site", "shared_site", "shared_site"),
    ]
    assert all(n == dated == sourced > 0 for *_, n, dated, sourced in told)
