"""Two editions, each built from its rows and the second over the first: what is new stands on My
area and in the feed alike.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from dashboard import store
from dashboard.site import feed
from dashboard.words.numbers import then_and_now
from dashboard.words.text import LANGUAGES, t
from pipelines import catalogue
from pipelines.build import build
from tests.app.conftest import close, run, table

TOWN, FIGURE, NEWER = "GM0599", "home_value", "2099"


def later(rows: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same rows with one figure of a town that is new: of a later year and a tenth higher."""
    every = rows["observation"]
    mine = every[(every["area"] == TOWN) & (every["indicator"] == FIGURE)].tail(1)
    new = mine.assign(period=NEWER, value=(mine["value"] * 1.1).round())
    return {**rows, "observation": pd.concat([every, new], ignore_index=True)}


def test_what_is_new_in_a_second_build_is_on_the_page_and_in_the_feed(
    part_rows: dict[str, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, entries = tmp_path / "built.duckdb", catalogue.load()
    ids = []
    for rows in (part_rows, later(part_rows)):
        build.write(rows, entries, target, lambda line: None)
        monkeypatch.setenv("CULTUURATLAS_DATABASE", str(target))
        close()
        ids.append(store.build()["id"])
    assert ids[0] != ids[1]
    assert store.build()["compared"] == ids[0]
    (new,) = [r for r in store.revisions(TOWN) if r.indicator]
    assert (new.indicator, new.until, new.sort) == (FIGURE, NEWER, "real")
    for lang in LANGUAGES:
        indicator = store.indicators()[FIGURE]
        before, now = then_and_now(new, indicator, lang)
        label = indicator.text("label", lang)
        said = feed.feed(TOWN, lang, "https://atlas.example/site/").decode()
        assert t("revision_line", lang, label=label, before=before, now=now) in said
        assert ids[0] in said
    before, now = then_and_now(new, store.indicators()[FIGURE], "nl")
    shown = table(run("profile", area=TOWN), f"{t('revision_real', 'nl')} (1)")
    assert shown[t("revision_before", "nl")] == [before]
    assert now in [cell for column in shown.values() for cell in column]
