"""A list of places of the reader's own on What if: checked, counted when the reader says so, and
asked for where a kind has no full source.
"""

import pytest

from dashboard import address_service, store
from dashboard.address_service import Match, ServiceError
from dashboard.words.text import plain, t
from tests.app.conftest import run, table, texts

CITY = "GM0344"  # Utrecht
CSV = """naam;soort;adres;postcode;plaats;breedtegraad;lengtegraad
Schouwburg;theater;;;;52,0945;5,1243
Kikker;theater;Oudegracht 10;3511 AA;Utrecht;;
Grof;theater;;3511;;;
"""


def test_a_list_is_asked_for_checked_and_counts_when_the_reader_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def look_up(address: str) -> Match | None:
        asked.append(address)
        if len(asked) == 1:
            raise ServiceError("HTTP 503")
        return Match("Oudegracht 10, 3511AA Utrecht", 5.119, 52.095, True)

    monkeypatch.setattr(address_service, "look_up", look_up)
    test = run("what_if", area=CITY, kind="theatre")
    test.button(key="bring-list").click().run()
    test.file_uploader(key="places-0").set_value(("plekken.csv", CSV.encode(), "text/csv")).run()
    assert not test.exception
    assert asked == []  # nothing goes to the service before the reader presses
    seen = table(test, t("places_seated", "nl"))
    assert seen[t("places_column_name", "nl")] == ["Schouwburg"]
    left = table(test, t("places_left_out_head", "nl"))
    assert left[t("ties_fault_reason", "nl")] == [t("places_fault_coarse", "nl")]
    test.button(key="places-look-up").click().run()
    assert t("places_trouble", "nl", reason=plain("HTTP 503")) in [w.value for w in test.warning]
    test.button(key="places-look-up").click().run()
    assert asked == ["Oudegracht 10, 3511 AA Utrecht"] * 2
    seen = table(test, t("places_seated", "nl"))
    assert seen[t("places_column_by", "nl")][1] == "Oudegracht 10, 3511AA Utrecht"
    changes = table(test, t("places_changes", "nl", name="Utrecht"))
    assert changes[t("places_column_now", "nl")] == [t("places_not_known", "nl")]
    assert changes[t("places_column_nearer", "nl")] == ["–"]
    test.toggle(key="places-count-theatre-0").set_value(True).run()
    test.button(key="places-try-theatre").click().run()
    assert not test.exception
    assert not test.warning
    kind = store.term("kind", "theatre", "nl")
    assert test.title[0].value.startswith(f"{kind} in Utrecht")
    assert t("what_if_list_all", "nl", count=2, n=2) in texts(test)
    assert {*test.multiselect(key="close").options} == {"Kikker", "Schouwburg"}
    assert "places" not in " ".join(test.query_params)


def test_a_place_opens_at_an_address_that_is_looked_up_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matches = {"Verweg 1": Match("Elders 1, 1234AB Elders", 6.0, 53.0, False)}
    match = Match("Oudegracht 10, 3511AA Utrecht", 5.119, 52.095, True)
    monkeypatch.setattr("dashboard.question.try_out.look_up", lambda a: matches.get(a, match))
    test = run("what_if", area=CITY, kind="library")
    test.text_input(key="what-if-point").set_value("Verweg 1").run()
    test.button(key="what-if-look-up").click().run()
    assert "Elders 1" in test.warning[0].value
    test.text_input(key="what-if-point").set_value("Oudegracht 10, 3511 AA").run()
    test.button(key="what-if-look-up").click().run()
    assert not test.exception
    assert not test.warning
    opens = t("what_if_address_match", "nl", label=plain(match.label))
    assert [m.value for m in test.success] == [opens]
    assert test.query_params["open"] == "@52,095000;5,119000"


def test_who_is_in_no_source_enters_itself_and_is_asked_again_what_is_wrong() -> None:
    test = run("connections", ask="partner", area="BU05991571")

    def enter(name: str, postcode: str) -> None:
        test.text_input(key="self-name").set_value(name)
        test.text_input(key="self-postcode").set_value(postcode)
        next(b for b in test.button if b.label == t("ties_self_take", "nl")).click().run()

    enter("Koor De Merel", "12")
    assert t("ties_self_nowhere", "nl", value="12") in [e.value for e in test.error]
    enter("Koor De Merel", "3081 PE")
    assert not test.exception
    assert not test.error
    title = t("ties_partner_title", "nl", name="Koor De Merel")
    assert test.title[0].value == plain(title)
    assert table(test, title)[t("ties_column_who", "nl")]
    assert t("share_link", "nl") not in texts(test)
    assert "Merel" not in " ".join(map(str, test.query_params.values()))
    test.button(key="forget-self").click().run()
    assert "Merel" not in test.title[0].value
