"""A list of places that somebody supplies: read row by row, found by address, and what it changes."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from dashboard import address_service, store
from dashboard.address_service import Match, ServiceError
from dashboard.answer import best_places, homes, own_places, spots, what_if, what_if_words
from dashboard.answer.best_places import Search
from dashboard.answer.what_if import Scenario, outcome
from dashboard.download.workbook import workbook
from dashboard.words.text import LANGUAGES, t
from pipelines import PipelineError, catalogue
from pipelines.build import own_places as published
from pipelines.methods import own_places as reader
from pipelines.methods.own_places import List
from pipelines.methods.spreadsheet import Fault

CITY = "GM0344"  # Utrecht, where CBS gives the distance to a library and nobody that to a theatre
# a document of the address service as it came (Locatieserver v3.1), with the fields that we ask for
DOC: dict[str, Any] = {
    "type": "adres", "woonplaatsnaam": "Nijmegen", "gemeentenaam": "Nijmegen",
    "weergavenaam": "Arend Noorduijnstraat 1, 6512BK Nijmegen", "postcode": "6512BK", "huisnummer": 1,
    "straatnaam": "Arend Noorduijnstraat", "centroide_ll": "POINT(5.85351525 51.84092097)",
}  # fmt: skip
CSV = """Onze plekken;;;;;;;
Naam;Soort;Adres;Postcode;Plaats;lat;lon;Drempelvrij
Schouwburg;theater;;;;52,0945;5,1243;ja
Kikker;Theater;;;;5,1215;52,0910;
Bieb;bieb;Oudegracht 10;3511 AA;Utrecht;;;nee
Podium;podium voor allen;;;;52,09;5,12;
Grof;bieb;;3511;;;;
Straat;bieb;Dorpsstraat;;Utrecht;;;
;bieb;;;;52,1;5,1;
Meters;bieb;;;;136000;45600;
Half;bieb;;;;52,1;;
Tekst;bieb;;;;tweeenvijftig;5,1;
Leeg;bieb;;;;;;
Zee;bieb;;;;53,5;4,1;
Schouwburg;theater;;;;52,0945;5,1243;ja
=1+1;bieb;;;;52,1;5,1;
"""


def listing(text: str = CSV) -> List:
    sheet = reader.table(text.encode())
    return reader.read(sheet, reader.proposal(sheet.names))


def checked(*matches: Match | None) -> own_places.Checked:
    """The list, with what the service gives for its one address, if that was asked."""
    list_ = listing()
    addresses = ["Oudegracht 10, 3511 AA Utrecht"] if matches else []
    known = dict(zip(addresses, matches, strict=True))
    return own_places.checked(list_, own_places.proposed(list_), known)


def test_each_row_is_a_place_or_is_left_out_with_its_reason() -> None:
    list_ = listing()
    assert [p.name for p in list_.places] == ["Schouwburg", "Kikker", "Bieb", "Podium", "Zee"]
    assert [p.step_free for p in list_.places[:3]] == ["yes", "unknown", "no"]
    assert list_.places[2].address == "Oudegracht 10, 3511 AA Utrecht"
    assert {f.row: f.reason.removeprefix("places_") for f in list_.faults} == {
        7: "coarse", 8: "coarse", 9: "nameless", 10: "metres", 11: "half", 12: "degrees", 13: "nowhere",
        15: "double", 16: "formula",
    }  # fmt: skip
    many = "naam;lat;lon\n" + "".join(f"P{n};52;5\n" for n in range(reader.MOST + 2))
    assert [f.reason for f in listing(many).faults] == ["places_many"] * 2


def test_metres_of_the_dutch_grid_are_read() -> None:
    (place,) = listing("naam;x;y\nDom;136790;455875\n").places
    assert (place.lon, place.lat) == pytest.approx((5.1214, 52.0907), abs=0.001)


@pytest.mark.parametrize("names", [reader.COLUMNS, reader.DUTCH])
def test_the_columns_of_the_template_are_sure(names: tuple[str, ...]) -> None:
    proposal = reader.proposal(names)
    assert proposal.is_sure
    assert [*proposal.at.values()] == [*range(len(names))]
    assert not reader.proposal(("Naam", "Straat")).is_sure  # without a kind it is asked


def test_a_kind_is_known_by_its_label_in_any_language_and_by_what_people_call_it() -> None:
    known = own_places.labels()
    for kind in store.kinds():
        for lang in LANGUAGES:
            assert reader.kind_of(store.term("kind", kind, lang).upper(), known) == kind
    assert {*reader.CALLED.values()} <= {*store.kinds()}
    assert reader.kind_of("Bieb", known) == "library"
    assert reader.kind_of("podium voor allen", known) == ""


def test_a_place_stands_in_its_neighbourhood_and_what_has_none_is_told() -> None:
    list_ = checked()
    assert [s.place.name for s in list_.seated] == ["Schouwburg", "Kikker"]
    for s in list_.seated:  # the second has its two numbers turned
        assert s.area.municipality == CITY
        assert s.lat > s.lon
    assert list_.waiting == ("Oudegracht 10, 3511 AA Utrecht",)
    added = {f.row: f.reason for f in list_.faults if f not in listing().faults}
    assert added == {6: "places_kind", 14: "places_abroad"}
    match = Match("Oudegracht 10, 3511AA Utrecht", 5.119, 52.095, True)
    assert checked(match).seated[2].label == match.label
    other = Match("Oudegracht 10, 3011AA Rotterdam", 4.5, 51.9, False)
    for answer, reason in ((other, "places_other"), (None, "places_no_match")):
        assert (5, reason) in {(f.row, f.reason) for f in checked(answer).faults}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_and_the_list_that_is_given_back_are_read_as_they_are(lang: str) -> None:
    names = reader.DUTCH if lang == "nl" else reader.COLUMNS
    example = t("places_example", lang).split("|")
    sheet = reader.table(workbook({"x": [names, example]}, to_fill=True))
    (place,) = reader.read(sheet, reader.proposal(sheet.names)).places
    assert (place.name, place.step_free, place.lon) == (example[0], "yes", None)
    assert reader.kind_of(place.kind, own_places.labels()) == "library"
    match = Match("Oudegracht 10, 3511AA Utrecht", 5.119, 52.095, True)
    sheet = reader.table(workbook({"x": own_places.filed(checked(match))}))
    again = reader.read(sheet, reader.proposal(sheet.names))
    assert not again.faults
    assert [(p.name, p.lon, p.lat) for p in again.places] == [
        (s.place.name, s.lon, s.lat) for s in checked(match).seated
    ]


def test_a_place_that_our_sources_know_is_named_as_such() -> None:
    school = next(s for s in spots.inside(CITY) if s.kind == "primary_school")
    text = f"naam;soort;lat;lon\n{school.name};basisschool;{school.lat};{school.lon}\nNieuw;basisschool;52.09;5.12\n"
    list_ = listing(text)
    seated = own_places.checked(list_, own_places.proposed(list_), {}).seated
    assert [s.twin for s in seated] == [school.name, ""]
    o = own_places.difference(CITY, "primary_school", (seated[0].spot,))
    assert o
    assert np.allclose(o.after.metres, o.before.metres, rtol=1e-4, equal_nan=True)


ADDRESSES = {
    "Arend Noorduijnstraat 1, 6512 BK Nijmegen": True,
    "6512bk 1": True,
    "Arend Noorduijnstraat 1, Nijmegen": True,
    "Arend Noorduijnstraat 3, 6512 BK Nijmegen": False,
    "Arend Noorduijnstraat 1, 6512 BL Nijmegen": False,
    "Arend Noorduijnstraat 1, Arnhem": False,
    "Noordstraat 1, Nijmegen": False,
}


@pytest.mark.parametrize(("address", "same"), ADDRESSES.items())
def test_what_the_service_gives_counts_only_when_it_is_what_was_asked(
    address: str, same: bool
) -> None:
    match = address_service.match(address, DOC)
    assert (match.lon, match.lat, match.is_same) == (5.85351525, 51.84092097, same)


def test_a_postcode_is_not_taken_for_the_address_in_it() -> None:
    code = {**DOC, "type": "postcode", "weergavenaam": "6512BK Nijmegen"}
    del code["huisnummer"]
    assert address_service.match("6512 BK Nijmegen", code).is_same
    assert not address_service.match("Arend Noorduijnstraat 1, 6512 BK Nijmegen", code).is_same


@contextmanager
def serving(*answers: tuple[int, bytes]) -> Iterator[list[str]]:
    """A mirror that gives these answers in turn, and the paths that were asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[min(len(asked), len(answers) - 1)]
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CULTUURATLAS_MIRROR", f"http://127.0.0.1:{server.server_port}")
        patch.setattr(address_service, "WAIT_S", 0)
        yield asked
    server.shutdown()
    server.server_close()


def test_the_service_is_asked_for_the_address_alone_and_again_when_it_is_busy() -> None:
    body = json.dumps({"response": {"docs": [DOC]}}).encode()
    with serving((503, b""), (200, body)) as asked:
        match = address_service.look_up("6512 BK 1")
    assert match
    assert match.is_same
    assert len(asked) == 2
    path, query = urlsplit(asked[0]).path, parse_qs(urlsplit(asked[0]).query)
    assert path == "/api.pdok.nl/bzk/locatieserver/search/v3_1/free"
    assert query["q"] == ["6512 BK 1"]
    assert {*query} == {"q", "fq", "rows", "fl"}
    with serving((200, b'{"response": {"docs": []}}')):
        assert address_service.look_up("nergens 1") is None


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"", "HTTP 404"),
        (503, b"", "HTTP 503"),
        (200, b"<html>", "no JSON"),
        (200, b'{"response": {"docs": [', "no JSON"),
        (200, b"[]", "an answer without"),
        (200, b'{"response": {"docs": [{}]}}', "without centroide_ll"),
        (200, b'{"response": {"docs": [{"centroide_ll": "POINT(1.2.3 4)"}]}}', "centroide_ll"),
    ],
)
def test_a_service_that_answers_otherwise_is_an_error_that_says_so(
    status: int, body: bytes, reason: str
) -> None:
    with serving((status, body)), pytest.raises(ServiceError, match=reason):
        address_service.look_up("6512 BK 1")


def test_a_service_that_does_not_speak_http_is_an_error_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CULTUURATLAS_MIRROR", f"http://127.0.0.1:{server.getsockname()[1]}")

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(4096)
                client.sendall(b"nonsense\r\n\r\n")

        Thread(target=answer, daemon=True).start()
        with pytest.raises(ServiceError, match="nonsense"):
            address_service.look_up("6512 BK 1")


def theatres() -> tuple[spots.Spot, ...]:
    return checked().of_kind("theatre")


def test_a_list_is_all_there_is_where_nobody_knows_how_far_the_nearest_is() -> None:
    supplied = theatres()
    plain_scenario = Scenario(CITY, "theatre", supplied=supplied)
    assert plain_scenario.is_listed
    now = outcome(plain_scenario)
    one = [homes.now(CITY, "theatre", (), (s,), True).away for s in supplied]
    assert homes.now(CITY, "theatre", (), supplied, True).away == pytest.approx(np.minimum(*one))
    assert not np.isnan(now.before.metres).any()
    assert (now.before.low <= now.before.metres).all()
    tried, wrong = what_if.asked(plain_scenario, "", ".".join(s.id for s in supplied))
    assert not wrong
    gone = outcome(tried)
    assert np.isinf(gone.after.metres).all()
    people = gone.people("everyone", gone.losses)
    assert people.value == now.within("everyone", now.before).value > 0
    assert {row["status"] for row in what_if.rows(now)} == {"estimated"}


def test_a_list_beside_what_is_known_makes_no_way_longer_and_none_shorter_elsewhere() -> None:
    now = outcome(Scenario(CITY, "library"))
    farthest = now.homes.codes[int(now.before.metres.argmax())]
    middle = spots.middles(CITY)[farthest]
    supplied = (replace(middle, id="own:2", kind="library", town=CITY),)
    mine = outcome(Scenario(CITY, "library", supplied=supplied))
    assert not Scenario(CITY, "library", supplied=supplied).is_listed
    for end in ("metres", "low", "high"):
        before, after = getattr(now.before, end), getattr(mine.before, end)
        assert (after <= before).all()
    nearer = mine.before.metres < now.before.metres
    assert nearer.any()
    first = homes.now(CITY, "library", (), supplied).first
    sure = homes.by_road(first, now.homes.density).high < now.before.metres
    assert (nearer == sure).all()  # CBS may count that library already
    assert ("unlisted", supplied[0].id) in what_if.asked(
        Scenario(CITY, "library", supplied=supplied), "", supplied[0].id
    )[1]


def test_a_list_in_another_municipality_says_nothing_of_this_one() -> None:
    assert own_places.difference("GM1680", "theatre", theatres()) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_with_a_list_says_so_in_its_sentence_source_and_cautions(lang: str) -> None:
    for kind, supplied in (("theatre", theatres()), ("primary_school", theatres())):
        o = outcome(Scenario(CITY, kind, supplied=supplied))
        wording = what_if_words.wording(o, lang)
        bare = what_if_words.wording(outcome(Scenario(CITY, "primary_school")), lang)
        assert len(wording.cautions) == len(bare.cautions) + 2
        assert {"nl": "uw lijst", "en": "your list"}[lang] in wording.sentence.lower()
        assert wording.source.startswith({"nl": "Plekken: een lijst", "en": "Places: a list"}[lang])
        assert "access" in what_if.sources(o)


def test_the_best_places_are_chosen_beside_the_list() -> None:
    best = best_places.quick(Search(Scenario(CITY, "theatre", supplied=theatres()), most=2))
    assert len(best.spots) == 2
    gain = best.outcome.people("everyone", best.outcome.gains)
    assert best.value > 0
    assert best.value == pytest.approx(gain.value)
    assert not outcome(Scenario(CITY, "theatre")).known.any()


def test_nothing_of_a_list_is_kept_for_others() -> None:
    computed = []

    @what_if.cached(4)
    def compute(scenario: Scenario) -> int:
        computed.append(scenario)
        return len(computed)

    bare, mine = Scenario(CITY, "theatre"), Scenario(CITY, "theatre", supplied=theatres())
    assert [compute(s) for s in (bare, bare, mine, mine, bare)] == [1, 1, 2, 3, 1]


def test_faults_are_told_in_order() -> None:
    rows = [f.row for f in checked().faults]
    assert rows == sorted(rows)
    assert Fault("places_kind", 6, value="podium voor allen") in checked().faults


# --- what is published in data/places


TOML = """[source]
title = "Plekken"
publisher = "Gemeente Voorbeeld"
licence = "CC0-1.0"
attribution = "Bron: Gemeente Voorbeeld"
"""
GOOD = """name,kind,lat,lon,address,postcode,step_free
Bieb Neude,bieb,52.0931,5.1184,Neude 11,3512 AE,yes
Theater Kikker,theatre,52.0910,5.1215,,,
"""


def written(folder: Path, text: str = GOOD, toml: str = TOML) -> Path:
    (folder / "utrecht.toml").write_text(toml, encoding="utf-8")
    file = folder / "utrecht.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_list_for_everybody_is_credited_to_who_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    ((name, (places, about)),) = published.published(catalogue.load()).items()
    assert name == "places_utrecht"
    assert {"publisher": "Gemeente Voorbeeld", "via": "file", "rows": 2}.items() <= about.items()
    library, theatre = places.to_dict("records")
    assert (library["kind"], library["address"], library["step_free"]) == (
        "library",
        "3512AE-11",
        True,
    )
    assert (theatre["kind"], theatre["address"], pd.isna(theatre["step_free"])) == (
        "theatre",
        "",
        True,
    )
    assert [i.startswith("places_utrecht:") for i in places["id"]] == [True, True]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("bieb", "iets", "row 2: 'iets' is no kind of place"),
        ("bieb", "basisschool", "row 2: primary_school is listed by a register"),
        ("52.0931,5.1184", ",", "row 2: 'Bieb Neude' has no lat and lon"),
        ("52.0931", "52.O931", "row 2: degrees '52.O931'"),
        ("Bieb Neude", "", "row 2: nameless"),
        ("kind", "what", "it needs name, kind, lat and lon"),
    ],
)  # fmt: skip
def test_a_list_for_everybody_with_a_wrong_row_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    with pytest.raises(PipelineError, match=f"utrecht.csv: .*{problem}"):
        published.places_of(written(tmp_path, GOOD.replace(old, new, 1)), catalogue.load())


def test_a_list_for_everybody_needs_who_made_it(tmp_path: Path) -> None:
    written(tmp_path, toml=TOML.replace('licence = "CC0-1.0"\n', ""))
    with pytest.raises(PipelineError, match=r"utrecht.toml: source.licence: missing"):
        catalogue.supplier(tmp_path / "utrecht.toml")


def test_a_place_of_a_list_in_no_neighbourhood_stops_the_build() -> None:
    rows = [("places_x:1", "Bieb", 5.0, 52.0, "places_x"), ("osm:1", "Zee", 4.0, 53.5, "osm")]
    places = pd.DataFrame(rows, columns=["id", "name", "lon", "lat", "source"])
    published.must_be_seated(places, places[:1])
    with pytest.raises(PipelineError, match=r"x.csv: in no neighbourhood.*Bieb \(52.0, 5.0\)"):
        published.must_be_seated(places, places[1:])
