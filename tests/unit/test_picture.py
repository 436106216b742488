"""Pictures: marks in, SVG out, and the same SVG in pixels."""

import io
import json
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from dashboard.picture import scales, svg
from dashboard.picture.areas import Fill, Name, areas
from dashboard.picture.network import Node, network
from dashboard.picture.sheet import SOCIAL, Words, picture
from dashboard.picture.strip import DOT, FEW, SMALL, Mark, strip
from dashboard.picture.trend import Point, trend

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
HOLE = [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7], [0.3, 0.3]]


def pixel(drawn: str, x: float, y: float) -> tuple[int, ...]:
    """The colour at a share of the width and height of a picture."""
    image = Image.open(io.BytesIO(svg.png(drawn, 1)))
    colour = image.convert("RGBA").getpixel(
        (int(x * (image.width - 1)), int(y * (image.height - 1)))
    )
    assert isinstance(colour, tuple)
    return colour


@given(
    st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=200),
    st.integers(40, 400),
)
def test_lines_fit_and_lose_no_letter(words: str, wide: int) -> None:
    lines = svg.wrapped(words, 14, wide)
    assert all(svg.width(line, 14) <= wide or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_a_percent_sign_never_begins_a_line_and_what_is_cut_ends_in_dots() -> None:
    words = "het laagst is ≈ 22,3 %, het hoogst ≈ 79,5 %"
    for wide in range(60, 300, 7):
        assert not any(
            line.startswith("%") or line.endswith("≈") for line in svg.wrapped(words, 14, wide)
        )
    cut = svg.wrapped(words, 14, 100, most=2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")
    assert svg.width(cut[-1], 14) <= 100


def test_a_hole_stays_open_and_an_area_without_a_fill_is_not_drawn() -> None:
    outlines = {
        "a": json.dumps({"type": "Polygon", "coordinates": [SQUARE, HOLE]}),
        "b": json.dumps(
            {"type": "MultiPolygon", "coordinates": [[[[x + 1, y] for x, y in SQUARE]]]}
        ),
    }
    drawn = areas(outlines, {"a": Fill("#2c80a6")}, (0, 0, 2, 1))
    assert pixel(drawn, 0.1, 0.1) == (0x2C, 0x80, 0xA6, 255)
    assert pixel(drawn, 0.25, 0.5)[3] == 0
    assert pixel(drawn, 0.75, 0.5)[3] == 0


def test_north_is_up() -> None:
    outlines = {
        at: json.dumps({"type": "Polygon", "coordinates": [[[x, y + south] for x, y in SQUARE]]})
        for at, south in (("low", 0), ("high", 1))
    }
    drawn = areas(outlines, {"low": Fill("#26508b"), "high": Fill("#e4efb4")}, (0, 0, 1, 2))
    assert pixel(drawn, 0.5, 0.1) == (0xE4, 0xEF, 0xB4, 255)
    assert pixel(drawn, 0.5, 0.9) == (0x26, 0x50, 0x8B, 255)


@pytest.mark.parametrize("colour", [scales.RAMP[0], scales.RAMP[-1]])
def test_a_status_shows_by_its_pattern_on_light_and_dark(colour: str) -> None:
    outline = {"a": json.dumps({"type": "Polygon", "coordinates": [SQUARE]})}
    looks = {
        status: svg.png(areas(outline, {"a": Fill(colour, status)}, (0, 0, 1, 1)), 1)
        for status in ("measured", "estimated", "suppressed", "missing", "refused")
    }
    assert len(set(looks.values())) == len(looks)
    for status, image in looks.items():
        inside = Image.open(io.BytesIO(image)).convert("L").crop((100, 100, 600, 600))
        assert (ImageStat.Stat(inside).stddev[0] > 8) == (status != "measured"), status


@pytest.mark.parametrize("shape", ["print", "social"])
def test_a_sheet_says_its_legend_and_foot_and_holds_the_whole_drawing(shape: str) -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="900" height="900"><rect width="9" '
    drawn += 'height="9" fill="#c1121f"/></svg>'
    words = Words(
        "Titel & meer", "Een zin. " * 30, ("bron", "", "adres"), [(Fill("#2c80a6"), "veel")], "kop"
    )
    sheet = picture(drawn, words, "svg", shape)
    texts = ["".join(e.itertext()) for e in ET.fromstring(sheet).iter(f"{SVG}text")]
    assert {"Titel & meer", "bron", "adres", "veel", "kop"} <= set(texts)
    image = Image.open(io.BytesIO(picture(drawn, words, "png", shape))).convert("RGB")
    red = [n for n, colour in image.getcolors(1 << 24) or [] if colour == (0xC1, 0x12, 0x1F)]
    side = red[0] ** 0.5
    assert abs(side - round(side)) < 2  # a square still, nothing over it and nothing cut off
    assert image.size == SOCIAL if shape == "social" else image.width == 1600


def test_a_trend_stands_from_zero_with_its_margins() -> None:
    points = [Point("2012", 40, 38, 42), Point("2016", 50, 47, 53), Point("2020", 60)]
    drawn = ET.fromstring(trend(points, "%", 0, "nl", False, False))
    dots = [float(e.get("cy", "")) for e in drawn.iter(f"{SVG}circle")]
    assert dots[0] - dots[1] == pytest.approx(dots[1] - dots[2], abs=1)
    floor = max(float(e.get("y", "")) - 4 for e in drawn.iter(f"{SVG}text") if e.text == "0")
    assert (floor - dots[0]) / (floor - dots[2]) == pytest.approx(40 / 60, abs=0.02)
    assert len([e for e in drawn.iter(f"{SVG}path") if e.get("class") == "margin"]) == 2


def test_names_on_a_map_do_not_touch_and_an_area_says_what_it_stands_for() -> None:
    spots = {f"a{x}{y}": (0.1 * x, 0.1 * y) for x in range(10) for y in range(10)}
    names = [Name(f"Nieuwerbrug {code}", *at) for code, at in spots.items()]
    fill, outline = (
        {"a": Fill("#2c80a6")},
        {"a": json.dumps({"type": "Polygon", "coordinates": [SQUARE]})},
    )
    for zoom, most in ((1, 12), (2, 6)):
        drawn = ET.fromstring(areas(outline, fill, (0, 0, 1, 1), names, {"a": "A: veel"}, zoom))
        assert [e.findtext(f"{SVG}title") for e in drawn.iter(f"{SVG}path")][-1] == "A: veel"
        texts = [*drawn.iter(f"{SVG}text")]
        assert 3 < len(texts) <= most
        assert texts[0].text == "Nieuwerbrug a01"  # the first that is wholly on the map
        at = [(float(e.get("x", "")), float(e.get("y", ""))) for e in texts]
        wide = 10 * svg.width("Nieuwerbrug a00", 13 * zoom, True)
        assert all(
            abs(a - c) >= wide or abs(b - d) >= 180 for (a, b), (c, d) in combinations(at, 2)
        )


def test_names_of_many_periods_do_not_touch() -> None:
    points = [Point(f"20{n:02}/20{n + 1:02}", n) for n in range(30)]
    texts = [e for e in ET.fromstring(trend(points, "%", 0, "nl", True, False)).iter(f"{SVG}text")]
    named = sorted(
        (float(e.get("x", "")), svg.width(e.text or "", 13)) for e in texts if "/" in (e.text or "")
    )
    assert len(named) > 1
    assert all(x + wide / 2 <= right - other / 2 for (x, wide), (right, other) in pairwise(named))


def test_every_sign_is_a_shape_and_has_its_words() -> None:
    signs = [*scales.DOMAIN.values(), scales.NO_DOMAIN]
    nodes = [Node(0, 0.1 * n, f"n{n}", *sign) for n, sign in enumerate(signs)]
    drawn = network(nodes, [], [(*sign, f"word {n}") for n, sign in enumerate(signs)], False, False)
    assert not any(sign in drawn for sign, _ in signs)  # no typeface is asked for it
    shapes = re.findall(r'd="([^"]+)"', drawn)
    assert len(set(shapes)) == len(signs)
    assert all(f">word {n}<" in drawn for n in range(len(signs)))


def test_no_line_of_a_strip_crosses_a_label_where_both_have_room() -> None:
    """The country's label at its usual side would lie under the line of the one that is named."""
    dots = [Mark(float(v), "") for v in range(0, 100, 5)]
    drawn = strip(
        dots, Mark(58, "named: 58"), [Mark(45, "the country: 45 %")], "", "nl", True, False
    )
    labels = [
        e for e in ET.fromstring(drawn).iter(f"{SVG}text") if "over" in (e.get("class") or "")
    ]
    line = float(re.findall(r'd="M([0-9.]+) [0-9]+V[0-9]+" class="named"', drawn)[0])
    assert len(labels) == 2
    country = next(e for e in labels if e.text == "the country: 45 %")
    start, long = float(country.get("x", "")), float(country.get("textLength", ""))
    left = start - long if "e " in (country.get("class") or "") else start
    above = labels.index(country) == 0
    assert above or not left < line < left + long


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300), st.floats(0, 100), st.booleans())
def test_no_dot_of_a_strip_lies_over_another(
    values: list[float], named: float, phone: bool
) -> None:
    drawn = strip(
        [Mark(v, f"area {v}") for v in values],
        Mark(named, "here", (named - 1, named + 1)),
        [Mark(50, "all")],
        "axis",
        "nl",
        phone,
        False,
    )
    *others, chosen = ET.fromstring(drawn).iter(f"{SVG}circle")
    spots = [(float(e.get("cx", "")), float(e.get("cy", ""))) for e in others]
    titles = [e.findtext(f"{SVG}title") for e in (*others, chosen)]
    assert titles == [*(f"area {v}" for v in sorted(values)), "here"]
    assert len(spots) == len(values)
    dot = DOT if len(values) <= FEW else SMALL
    near = [(a, b) for n, a in enumerate(spots) for b in spots[n + 1 :] if abs(a[0] - b[0]) < dot]
    assert all((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 >= (dot - 0.2) ** 2 for a, b in near)
    at = float(chosen.get("cx", "")), float(chosen.get("cy", ""))
    assert all((x - at[0]) ** 2 + (y - at[1]) ** 2 >= dot**2 for x, y in spots)
    box = ET.fromstring(drawn)
    wide, high = float(box.get("width", "")), float(box.get("height", ""))
    assert all(0 <= x <= wide and 0 <= y <= high for x, y in spots)
