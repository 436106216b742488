"""Numbers, classes, distributions and sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import charts, scales, store
from dashboard.figures import class_labels, date, number, shown
from dashboard.store import Observation
from dashboard.text import t

LONELY = "lonely_share"


def figure(value: float | None, status: str = "measured", name: str = "A") -> Observation:
    return Observation("BU00000000", name, value, None, None, status)


@pytest.mark.parametrize(
    ("value", "decimals", "lang", "text"),
    [(1234.5, 1, "nl", "1.234,5"), (1234.5, 1, "en", "1,234.5"), (0, 0, "nl", "0"), (12_330, 0, "nl", "12.330")],
)
def test_numbers_are_written_as_the_reader_writes_them(value: float, decimals: int, lang: str, text: str) -> None:
    assert number(value, decimals, lang) == text


def test_dates_too() -> None:
    assert date("2026-11-23T14:00:00+00:00", "nl") == "23 november 2026"
    assert date("2026-11-23T14:00:00+00:00", "en") == "November 23, 2026"


def test_an_estimate_is_marked_and_an_absent_figure_says_why() -> None:
    indicator = store.indicators()[LONELY]
    assert shown(figure(55.7, "estimated"), indicator, "nl") == "≈ 55,7 %"
    assert shown(figure(0.0), indicator, "nl") == "0,0 %"
    texts = [shown(figure(None, s), indicator, "nl") for s in ("suppressed", "missing", "not_applicable")]
    assert texts == ["afgeschermd", "geen cijfer", "niet van toepassing"]


@given(some.lists(some.floats(-1e6, 1e6), max_size=6, unique=True).map(sorted), some.floats(-1e6, 1e6))
def test_a_class_holds_its_value(breaks: list[float], value: float) -> None:
    at = scales.class_of(value, tuple(breaks))
    assert all(b <= value for b in breaks[:at])
    assert all(b > value for b in breaks[at:])


@given(some.integers(1, 6))
def test_the_palette_darkens_with_every_class(classes: int) -> None:
    def lightness(colour: str) -> float:
        r, g, b, _ = scales.rgb(colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    shades = [lightness(c) for c in scales.palette(classes)]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == len(shades) == classes


def test_labels_name_every_class() -> None:
    indicator = store.indicators()[LONELY]
    assert class_labels((40.0, 45.5), indicator, "nl") == ["< 40,0", "40,0 – 45,5", "≥ 45,5"]
    assert class_labels((), indicator, "en") == ["all areas with a figure"]


@given(some.lists(some.floats(0, 100), min_size=1, max_size=200))
def test_every_figure_is_in_one_bar(values: list[float]) -> None:
    indicator = store.indicators()[LONELY]
    drawn = charts.distribution([figure(v) for v in values], indicator, (40.0,), [], "t", "n", "%", "nl")
    assert drawn
    assert sum(count for *_, count, _ in drawn.bars) == len(values)
    assert len(drawn.bars) <= charts.MOST_BARS + 2
    assert drawn.bars[0][0] <= min(values)
    assert drawn.bars[-1][1] >= max(values) - 1e-9


def test_without_figures_there_is_no_chart() -> None:
    assert (
        charts.distribution([figure(None, "missing")], store.indicators()[LONELY], (), [], "t", "n", "%", "nl") is None
    )


def test_the_sentence_says_range_ends_gaps_and_estimates() -> None:
    found = [figure(v, "estimated", n) for n, v in zip("ABCDEFGH", range(10, 90, 10), strict=True)]
    found += [figure(None, "suppressed", "I"), figure(None, "missing", "J")]
    text = charts.sentence(found, store.indicators()[LONELY], "buurten", "nl")
    assert text.startswith(
        "De helft van de buurten ligt tussen 30,0 en ≈ 70,0 %. Het laagst is A (≈ 10,0 %), het hoogst H"
    )
    assert "Van 2 van de 10 buurten is er geen cijfer (afgeschermd: 1, geen cijfer: 1)." in text
    assert text.endswith(t("sentence_estimated", "nl"))


def test_the_sentence_of_nothing_says_so() -> None:
    found = [figure(None, "missing")] * 3
    assert (
        charts.sentence(found, store.indicators()[LONELY], "wijken", "nl")
        == "Voor geen van de 3 wijken is hier een cijfer."
    )
