"""The picture that stands for a map until it is drawn."""

import gzip
import math
import re
from html import unescape
from urllib.parse import unquote

import pytest
from starlette.datastructures import QueryParams

from dashboard import store
from dashboard.answer.view import View
from dashboard.answer.views import Request
from dashboard.map import still
from dashboard.map.camera import TILE, height, look, shown_box
from dashboard.site.first import first, mapped
from dashboard.words.text import LANGUAGES

MAPS = (
    {},
    {"area": "GM0599", "indicator": "children_share", "level": "buurt"},
    {"area": "WK059915", "indicator": "children_share", "level": "buurt"},
    {"area": "GM0363", "indicator": "children_share", "level": "buurt"},
)


def _view(asked: dict[str, str], lang: str = "nl") -> View:
    return Request(asked, lang).view


def _svg(view: View) -> str:
    kind, _, svg = still.address(view).partition(",")
    assert kind == "data:image/svg+xml"
    return unquote(svg)


@pytest.mark.parametrize("asked", MAPS)
def test_every_area_is_drawn_in_few_bytes(asked: dict[str, str]) -> None:
    view = _view(asked)
    svg = _svg(view)
    assert len(gzip.compress(svg.encode(), 6)) < 40_000
    drawn = set(store.outlines(view.level, view.scope.code)) & set(view.fills)
    looks = {view.fills[code] for code in drawn}
    assert {look.colour for look in looks} == set(re.findall(r"<g fill='(#.{6})' class", svg))
    patterned = [c for c in drawn if view.fills[c].status in ("suppressed", "missing", "estimated")]
    assert svg.count("<path d='M") >= len(drawn) + len(patterned)


@pytest.mark.parametrize("room", [(684, 560), (358, 430), (1184, 300)])
@pytest.mark.parametrize("asked", MAPS)
def test_it_lies_where_the_map_will(asked: dict[str, str], room: tuple[int, int]) -> None:
    """The west and north of what is shown, in pixels, as the camera and as the sheet have them."""
    view = _view(asked)
    box = shown_box(view.ground)
    assert box
    camera, wide, high = look(box, room), room[0], height(box, room)
    world = TILE * 2 ** camera["zoom"]

    def mercator(latitude: float) -> float:
        return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2

    across = wide / 2 + world * (box[0] - camera["longitude"]) / 360
    down = high / 2 + world * (mercator(box[3]) - mercator(camera["latitude"]))
    left, top, sheet_wide, sheet_high = map(
        float, re.findall(r"viewBox='(.+?)'", _svg(view))[0].split()
    )
    scale = min(wide / sheet_wide, high / sheet_high)
    edge = (1 - 2**-0.1) / 2  # of the sheet, on each side
    assert (left, top) == (0, 0)
    assert wide / 2 - scale * sheet_wide * (0.5 - edge) == pytest.approx(across, abs=3)
    assert high / 2 - scale * sheet_high * (0.5 - edge) == pytest.approx(down, abs=3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_screen_says_what_the_map_shows(lang: str) -> None:
    asked = MAPS[1]
    html, view = unescape(first("explore", QueryParams(asked), lang)), _view(asked, lang)
    for words in (view.title, view.sentence, view.unit, still.address(view)):
        assert words in html


@pytest.mark.parametrize(
    "asked",
    [
        {"indicator": "nothing"},
        {"area": "GM9999"},
        {"period": "1900"},
        {"embed": "true"},
        {"ask": "beside"},
        {"indicator": "children_share", "level": "buurt"},  # of the country: too many areas
    ],
)
def test_no_first_screen_of_what_is_not_shown(asked: dict[str, str]) -> None:
    assert first("explore", QueryParams(asked), "nl") == ""


def test_code_and_outlines_are_asked_for_early_where_a_page_begins_with_a_map() -> None:
    def begins_with(**asked: str) -> bool:
        return mapped(QueryParams(asked), "nl") is not None

    assert begins_with()
    assert begins_with(embed="true", show="map")
    assert begins_with(indicator="children_share", level="buurt")
    assert not begins_with(ask="beside")
    assert not begins_with(embed="true", show="chart")
    assert not begins_with(indicator="children_share", level="nothing")
