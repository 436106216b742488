"""Which areas meet some conditions: who does, who does not, and of whom nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import store
from dashboard.answer import conditions
from dashboard.answer.conditions import Condition
from dashboard.store import Observation
from tests.app.conftest import run, texts

ASKED = "lonely_share.more.55,children_share.less.14.5"
LEVEL, CITY = "buurt", "GM0599"


@pytest.mark.parametrize(
    "text",
    ["", "nonsense.more.1", "lonely_share.equal.1", "lonely_share.more.", ",".join(["lonely_share.more.1"] * 6)],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str) -> None:
    assert text not in conditions.Known()


@given(
    some.lists(
        some.builds(
            Condition,
            some.sampled_from(["lonely_share", "population", "spending_culture"]),
            some.sampled_from(conditions.SIDES),
            some.integers(-10_000_000, 10_000_000).map(lambda n: n / 1000),
        ),
        min_size=1,
        max_size=5,
    ).map(tuple)
)
def test_an_address_says_the_same_again(asked: tuple[Condition, ...]) -> None:
    assert conditions.read(conditions.written(asked)) == asked


@pytest.mark.parametrize(
    ("side", "value", "met"),
    [
        ("more", 10.04, False),  # shown as 10.0
        ("more", 10.06, True),
        ("less", 10.0, False),
        ("less", 9.9, True),
        ("more", None, None),
    ],
)
def test_a_figure_is_compared_as_it_is_shown(
    side: str, value: float | None, met: bool | None
) -> None:
    o = Observation("BU1", "Naam", value, None, None, "measured" if value else "missing")
    assert Condition("lonely_share", side, 10).met(o) is met


def test_every_area_is_counted_once_and_the_unknown_say_why() -> None:
    answer = conditions.answer(conditions.read(ASKED), LEVEL, CITY, "nl")
    rows = answer.rows()
    by: dict[str, list[dict[str, object]]] = {}
    for r in rows:
        by.setdefault(str(r["area"]), []).append(r)
    assert len(by) == len(store.observations("population", "2024", LEVEL, CITY))
    for lonely, children in by.values():
        if lonely["meets"] == "yes":
            assert lonely["value"] > 55  # type: ignore[operator]
            assert children["value"] < 14.5  # type: ignore[operator]
        if lonely["meets"] == "unknown":
            assert None in (lonely["value"], children["value"])
    counted = {m: sum(r[0]["meets"] == m for r in by.values()) for m in ("yes", "no", "unknown")}
    assert all(counted.values())
    wording = answer.wording("nl")
    assert wording.title.startswith(f"{counted['yes']} van de {len(by)} ")
    assert f"Van {counted['unknown']} gebieden weten we het niet" in wording.sentence


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_reader_changes_a_condition_and_the_address_follows(lang: str) -> None:
    test = run("gaps", ask="conditions", area=CITY, level=LEVEL, lang=lang, **{"if": ASKED})
    assert not test.exception
    assert not test.warning
    assert test.number_input(key="if-value-0").value == 55
    before = test.title[0].value
    test.number_input(key="if-value-0").set_value(60.0).run()
    assert test.query_params["if"] == ASKED.replace("55", "60")
    assert test.title[0].value != before
    test.button(key="if-away-1").click().run()
    assert test.query_params["if"] == "lonely_share.more.60"
    test.button(key="if-more").click().run()
    assert test.query_params["if"].count(",") == 1
    wrong = run("gaps", ask="conditions", **{"if": "lonely_share.more.much"})
    assert "lonely_share.more.much" in texts(wrong)
    assert not wrong.exception
