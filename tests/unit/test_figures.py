"""Numbers, classes, distributions and sentences."""

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import store
from dashboard.answer import spread
from dashboard.download import pack
from dashboard.picture import scales
from dashboard.store import Observation, Scale
from dashboard.words.numbers import between, class_labels, date, how, number, shown
from dashboard.words.text import LANGUAGES, t
from pipelines.catalogue import measure_names

LONELY = "lonely_share"


def figure(value: float | None, status: str = "measured", name: str = "A") -> Observation:
    return Observation("BU00000000", name, value, None, None, status)


@pytest.mark.parametrize(
    ("value", "decimals", "lang", "text"),
    [
        (1234.5, 1, "nl", "1.234,5"),
        (1234.5, 1, "en", "1,234.5"),
        (0, 0, "nl", "0"),
        (12_330, 0, "nl", "12.330"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(
    value: float, decimals: int, lang: str, text: str
) -> None:
    assert number(value, decimals, lang) == text


def test_a_margin_of_which_both_ends_read_alike_says_how_little_it_is() -> None:
    assert between(5.6, 9.2, 0, "nl") == "6 – 9"
    assert between(6.61, 6.77, 0, "nl") == "< 1"
    assert between(6.61, 6.63, 1, "nl") == "< 0,1"
    assert between(6.61, 6.63, 1, "en") == "< 0.1"


def test_dates_too() -> None:
    assert date("2026-11-23T14:00:00+00:00", "nl") == "23 november 2026"
    assert date("2026-11-23T14:00:00+00:00", "en") == "November 23, 2026"


def test_an_estimate_is_marked_and_an_absent_figure_says_why() -> None:
    indicator = store.indicators()[LONELY]
    assert shown(figure(55.7, "estimated"), indicator, "nl") == "≈ 55,7 %"
    assert shown(figure(0.0), indicator, "nl") == "0,0 %"
    texts = [
        shown(figure(None, s), indicator, "nl") for s in ("suppressed", "missing", "not_applicable")
    ]
    assert texts == ["afgeschermd", "geen cijfer", "niet van toepassing"]


@given(
    some.lists(some.floats(-1e6, 1e6), max_size=6, unique=True).map(sorted), some.floats(-1e6, 1e6)
)
def test_a_class_holds_its_value(breaks: list[float], value: float) -> None:
    at = scales.class_of(value, tuple(breaks))
    assert all(b <= value for b in breaks[:at])
    assert all(b > value for b in breaks[at:])


def linear(colour: str) -> Any:
    import colour as colour_science  # seconds, of every process that collects tests

    return colour_science.cctf_decoding([c / 255 for c in scales.rgb(colour)[:3]])


def lab(light: Any) -> Any:
    import colour as colour_science

    return colour_science.XYZ_to_Lab(colour_science.RGB_to_XYZ(light, "sRGB"))


def lightness(colour: str) -> float:
    """CIE L*, 0 black to 100 white: what is left of a colour in grey print."""
    return float(lab(linear(colour))[0])


@given(some.integers(1, 6))
def test_the_palette_darkens_with_every_class(classes: int) -> None:
    shades = [lightness(c) for c in scales.palette(Scale(tuple(range(classes - 1))))]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == len(shades) == classes


@pytest.mark.parametrize("kind", ["quantile", "diverging"])
def test_the_palettes_survive_grey_print_and_colour_blindness(kind: str) -> None:
    import colour as colour_science

    palette = scales.palette(Scale((1, 2, 3, 4), kind))
    assert len(set(palette)) == 5
    for a, b in combinations(palette, 2):
        assert abs(lightness(a) - lightness(b)) > 10, (a, b)
        for lack in ("Protanomaly", "Deuteranomaly", "Tritanomaly"):
            matrix = colour_science.matrix_cvd_Machado2009(lack, 1)
            seen = [lab(matrix @ linear(c)) for c in (a, b)]
            assert colour_science.delta_E(*seen) > 5, (lack, a, b)


def test_labels_name_every_class() -> None:
    indicator = store.indicators()[LONELY]
    assert class_labels((40.0, 45.5), indicator, "nl") == ["< 40,0", "40,0 – 45,5", "≥ 45,5"]
    assert class_labels((), indicator, "en") == ["all areas with a figure"]


SERIES = [(level, *s) for level in store.area_levels().below for s in store.series(level)]
ROTTERDAM = "GM0599"


@given(some.sampled_from(SERIES), some.sampled_from([store.country(), ROTTERDAM]))
def test_the_summary_and_the_bars_are_those_of_the_figures(
    drawn: tuple[str, str, str], scope: str
) -> None:
    level, *series = drawn
    indicator, period = series
    found = store.observations(indicator, period, level, scope)
    values = sorted(o.value for o in found if o.value is not None)
    known = store.summary(indicator, period, level, scope)
    assert known.statuses == Counter(o.status for o in found)
    chart = spread.distribution((indicator, period), level, scope, "t", "n", "nl")
    if not values:
        assert chart is None
        return
    assert known.lowest.value == values[0]
    assert known.highest.value == values[-1]
    assert sum(v <= known.quartiles[0] for v in values) >= len(values) / 4
    assert sum(v >= known.quartiles[1] for v in values) >= len(values) / 4
    assert sum(count for *_, count, _ in chart.bars) == len(values)
    assert len(chart.bars) <= spread.MOST_BARS + 2
    for left, right, count, _ in chart.bars[:-1]:
        assert count == sum(left - 1e-7 <= v < right - 1e-7 for v in values)


def test_the_sentence_says_range_ends_gaps_and_estimates() -> None:
    text = spread.sentence((LONELY, "2020"), "buurt", ROTTERDAM, "nl")
    found = store.observations(LONELY, "2020", "buurt", ROTTERDAM)
    known = sorted((o for o in found if o.value is not None), key=lambda o: o.value)
    low, high = (f"{o.name} (≈ {number(o.value, 1, 'nl')} %)" for o in (known[0], known[-1]))
    assert f"Het laagst is {low}, het hoogst {high}." in text
    withheld = sum(o.status == "suppressed" for o in found)
    assert f"Van {len(found) - len(known)} van de {len(found)} buurten zijn er geen cijfers" in text
    assert withheld
    assert f"{t('status_suppressed', 'nl')}: {withheld}" in text
    assert text.endswith(t("sentence_estimated", "nl"))


def test_the_sentence_names_nobody_first_where_many_are() -> None:
    observations = store.observations("known_taking_part_share", "2024", "gemeente", "NL00")
    values = Counter(o.value for o in observations)
    (low, n), (_, one) = min(values.items()), max(values.items())
    assert n > 1 == one
    highest = max(observations, key=lambda o: o.value or 0)
    text = spread.sentence(("known_taking_part_share", "2024"), "gemeente", "NL00", "nl")
    assert f"Het laagst zijn {n} gemeenten ({low:.0f} %), het hoogst {highest.name}" in text
    assert "Bij minstens de helft van de gemeenten met een cijfer is het 0 %." in text


@pytest.mark.parametrize(
    ("level", "scope"), [("gemeente", "NL00"), ("wijk", ROTTERDAM), ("buurt", ROTTERDAM)]
)
def test_no_sentence_has_a_range_of_nothing_or_marks_one_end(level: str, scope: str) -> None:
    for series in store.series(level):
        known, decimals = (
            store.summary(*series, level, scope),
            store.indicators()[series[0]].decimals,
        )
        text = spread.sentence(series, level, scope, "nl")
        assert " index" not in text
        if known.figures >= 5:
            assert sum(known.ties) >= 2
            low, high = (number(q, decimals, "nl") for q in known.quartiles)
            assert (f"tussen {low} en {high}" in text) == (low != high), text
            if known.lowest.low is not None:
                assert "≈" not in text  # the last sentence says it of all of them


def test_the_sentence_of_nothing_says_so() -> None:
    wijken = len(store.observations(LONELY, "1066", "wijk", ROTTERDAM))
    text = spread.sentence((LONELY, "1066"), "wijk", ROTTERDAM, "nl")
    assert text == f"Voor geen van de {wijken} wijken is hier een cijfer."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_we_computed_was_not_fetched(lang: str) -> None:
    """Every source of ours says so, and leads to the page that says how."""
    ours = [name for name in measure_names() if name in store.sources()]
    assert ours
    for name in ours:
        source = store.sources()[name]
        assert how(source, lang) == t("via_computed", lang, date=date(source["retrieved"], lang))
        assert (
            pack.address(source, "https://atlas.example/profile?area=GM0599")
            == "https://atlas.example/data"
        )
