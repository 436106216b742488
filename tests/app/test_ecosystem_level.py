"""The level of the ecosystem is chosen in the link wherever figures are listed, and said in a
sentence.
"""

import json

import pytest

from dashboard import store
from dashboard.answer import stories
from dashboard.words.text import t
from tests.app.conftest import run, texts


@pytest.mark.parametrize(("level", "lang"), [("micro", "nl"), ("macro", "en")])
@pytest.mark.parametrize("page", ["explore", "reach", "data"])
def test_only_figures_of_the_level_are_listed(page: str, level: str, lang: str) -> None:
    test = run(page, eco=level, lang=lang, area="GM0599")
    assert not test.exception
    assert not test.warning
    assert stories.level_said(level, lang) in [c.value for c in test.caption]
    every = store.indicators().values()
    if page == "data":
        counted = sum(
            int(e.label.rpartition("(")[2].rstrip(")"))
            for e in test.expander
            if e.label.partition(" (")[0]
            in {store.term("theme", x, lang) for x in store.scheme("theme")}
        )
        assert counted == sum(i.level == level for i in every)
        return
    offered = next(s.options for s in test.selectbox if s.key == "indicator")
    names = {i.text("label", lang) for i in every if i.level == level}
    assert offered
    assert all(any(o.endswith(n) for n in names) for o in offered)


def test_my_area_opens_its_table_at_the_level_of_the_link() -> None:
    test = run("profile", area="GM0599", eco="exo")
    assert not test.warning
    data = next(
        json.loads(e.proto.json)
        for e in test.get("bidi_component")
        if e.proto.component_name == "every_figure"
    )
    assert data["level"] == "exo"
    assert data["about"]["exo"] == stories.level_said("exo", "nl")


def test_a_level_that_is_none_is_told() -> None:
    test = run("explore", eco="mega")
    assert [w.value for w in test.warning] == [
        t("unknown_eco", "nl", value="mega", instead=t("reach_all", "nl"))
    ]
    assert stories.level_said("micro", "nl") not in texts(test)
