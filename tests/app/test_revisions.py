"""What changed since the last edition, on the Profile of an area: every sort apart, or that there
is none.
"""

import re
from html import unescape
from pathlib import Path

import pytest

from dashboard import store
from dashboard.answer import profile
from dashboard.store import database
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import forget, run, table, texts


@pytest.fixture
def compared(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition that has a last one."""
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(changed))
    forget()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", ["NL00", "GM0599", "BU05991571"])
def test_without_an_earlier_edition_that_is_said(
    changed: Path, monkeypatch: pytest.MonkeyPatch, area: str, lang: str
) -> None:
    """And what tests read is the embedded edition, whatever `make data` left in the checkout."""
    monkeypatch.setattr(database, "DATABASE", changed)
    forget()
    test = run("profile", area=area, lang=lang)
    assert not test.exception
    assert t("revision_title_first", lang) in [h.value for h in test.header]
    assert t("revision_first", lang) in [m.value for m in test.markdown]
    assert not [e for e in test.subheader if e.value.startswith(t("revision_real", lang))]


@pytest.mark.usefixtures("compared")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sort_is_apart_and_says_what_it_is(lang: str) -> None:
    seen = set()
    for area in ("BU05991571", "BU05990110", "BU05990320", "WK059915", "GM0599"):
        test = run("profile", area=area, lang=lang)
        assert not test.exception
        found = store.revisions(area)
        heads = [h.value for h in test.subheader] + [e.label for e in test.expander]
        captions = [c.value for c in test.caption]
        for sort in store.REVISIONS:
            mine = [r for r in found if r.sort == sort]
            label = f"{t(f'revision_{sort}', lang)} ({len(mine)})"
            assert (label in heads) == bool(mine), (area, sort)
            assert any(c.startswith(t(f"revision_{sort}_text", lang)) for c in captions) == bool(
                mine
            )
            folded = label in [e.label for e in test.expander]
            assert not mine or folded == (sort in ("untold", "noise"))
            figures = [r for r in mine if r.indicator]
            if figures:
                shown = table(test, label)
                named = [
                    unescape(re.sub("<[^>]*>", "", n)) for n in shown[t("column_indicator", lang)]
                ]
                assert named == [
                    store.indicators()[r.indicator or ""].text("label", lang) for r in figures
                ]
                # what cannot be subtracted has no difference
                assert (t("revision_difference", lang) in shown) == (
                    sort not in ("boundary", "status")
                )
            seen |= {r.sort for r in mine}
    assert seen == set(store.REVISIONS)


@pytest.mark.usefixtures("compared")
def test_figures_then_and_now_as_people_read_them() -> None:
    test = run("profile", area="BU05991571")
    real = table(test, f"{t('revision_real', 'nl')} (2)")
    assert real[t("revision_before", "nl")] == ["≈ 33,6 % (2012)", "11.330 inwoners (2023)"]
    assert real[t("revision_now", "nl")] == ["≈ 63,6 % (2020)", "12.330 inwoners (2024)"]
    assert real[t("revision_difference", "nl")][1] == "+1.000 (± 8)"
    assert re.fullmatch(r"\+30,0 \(± \d,\d\)", real[t("revision_difference", "nl")][0])
    status = table(run("profile", area="WK059915"), f"{t('revision_status', 'nl')} (1)")
    assert status[t("revision_before", "nl")] == [t("status_missing", "nl")]
    moved = texts(run("profile", area="BU05990110"))
    assert t("revision_kind_outline", "nl", name="Stadsdriehoek", other="", since="2023") in moved


@pytest.mark.usefixtures("compared")
def test_an_area_without_anything_new_and_the_feed_of_a_municipality() -> None:
    quiet = next(c for c in store.columns("wijk")["code"] if not store.revisions(c))
    test = run("profile", area=quiet)
    area = store.area(quiet)
    assert area
    assert t("revision_none", "nl", name=area.name) in texts(test)
    assert "/site/feed/" not in texts(test)
    for lang in LANGUAGES:
        assert f'href="/site/{profile.feed_path("GM0599", lang)}"' in texts(
            run("profile", area="GM0599", lang=lang)
        )
