"""Every section of My area tells something of culture, or says in its title that none is known."""

import re
from collections.abc import Iterator

import pytest

from dashboard import store
from dashboard.answer import barriers, does, functions, here, money, profile_sections, taking_part
from dashboard.answer.answer import Answer
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run

CITIES = ("GM0150", "GM0114", "GM0034", "GM0957", "GM0599", "GM0363")
VILLAGES = (  # one of each province, by name
    "BU16800000", "BU00930000", "BU19790626", "BU01640402", "BU00344203", "BU02000306",
    "BU03450222", "BU0363NL04", "BU06030112", "BU07171200", "BU07961204", "BU18940102",
)  # fmt: skip
NONE = re.compile(r"\b(niet|geen|nog niet|not|no|too few|te weinig)\b", re.IGNORECASE)
CULTURE = (
    re.compile(  # what a section may tell of: doing, places, learning, money, and what stops people
        r"cultu|plek|place|museum|theater|theatre|bibliotheek|library|school|leer|learn|speel|play|"
        r"domein|domain|meedoen|taking part|take part|vakken|cells",
        re.IGNORECASE,
    )
)


def sections(code: str, lang: str) -> Iterator[tuple[str, str]]:
    """Title and text of the sections of My area that are of one area."""
    area = area_of(code)
    answers: tuple[Answer | None, ...] = (
        taking_part.answer(area, lang),
        does.answer(area, lang),
        here.answer(area, lang),
        money.answer(area, lang),
        functions.answer(area, lang),
        barriers.answer(area, lang),
    )
    for answer in answers:
        if answer:
            wording = answer.wording(lang)
            yield wording.title, f"{wording.title} {wording.sentence} {answer.rows()}"
    for s in profile_sections.below_figures(area, lang):
        cells = " ".join(cell for row in s.rows for cell in row.values())
        yield s.title, f"{s.title} {s.said} {cells}"


@pytest.mark.parametrize(
    ("code", "lang"),
    [(code, LANGUAGES[n % 2]) for n, code in enumerate([*CITIES, *VILLAGES])],
)
def test_each_has_a_fact_of_culture_or_says_that_none_is_known(code: str, lang: str) -> None:
    every = list(sections(code, lang))
    assert len(every) >= 7
    for title, text in every:
        fact = re.search(r"\d", text) and CULTURE.search(text)
        assert fact or NONE.search(title), title
    titles = [title for title, _ in every]
    assert len(titles) == len(set(titles))


def test_the_villages_are_of_all_provinces() -> None:
    areas = [area_of(code) for code in VILLAGES]
    assert {a.province for a in areas} == {m.province for m in store.all_municipalities()}
    assert len({a.province for a in areas}) == len(VILLAGES)


def test_where_a_section_would_be_empty_its_title_says_so() -> None:
    headers = [h.value for h in run("profile", area="BU19790626").header]
    for key in ("nation_none", "here_none", "barriers_none"):
        assert t(key, "nl", name="Bornholm") in headers
