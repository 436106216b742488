"""Pages of the static site of the whole country, drawn by lot with SEED, tell what the API
tells.
"""

import random

from dashboard import store
from dashboard.site import metadata, pages
from tests.static_page import differences, told

SEED, PAGES = 16, 60
NAMESAKES = ["WK076601", "WK076201"]  # called like their municipality, or once another place
PLACE = metadata.Place("https://atlas.example/site/", "https://atlas.example")


def test_pages_drawn_by_lot_tell_what_the_api_tells() -> None:
    codes = [
        *NAMESAKES,
        *random.Random(SEED).sample(
            sorted({*store.codes()} - {*NAMESAKES}), PAGES - len(NAMESAKES)
        ),
    ]
    areas, newest = told(codes)
    assert len(areas) == PAGES
    pages.load(codes)
    drawn = {code: (pages.file(f"nl/{code}.html", PLACE) or b"").decode() for code in codes}
    wrong = [d for code in codes for d in differences(drawn[code], areas[code], newest[code])]
    assert not wrong, f"{len(wrong)} differences: {wrong[:5]}"
