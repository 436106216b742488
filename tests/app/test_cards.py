"""What stands out, read card by card: every municipality, and neighbourhoods drawn by lot."""

import re
from random import Random

from dashboard import store
from dashboard.answer import profile, standout
from dashboard.answer.profile import Card
from dashboard.answer.standout import Standing
from dashboard.site import pages
from dashboard.words.numbers import interval, number
from dashboard.words.text import LANGUAGES, t

SEED, NEIGHBOURHOODS = 2026, 600
CLEARLY = re.compile("duidelijk|clearly", re.IGNORECASE)
SAID = re.compile("duidelijk|clearly|waarschijnlijk|probably", re.IGNORECASE)
PUBLISHED = {
    "cbs_proximity",
    "cbs_kwb",
}  # what their publisher measured to places that it knows all of
# of what no source lists every place
PLACES = re.compile(
    r"zorg(gebouw|instelling)|gemeentehuis|ontmoetingsplek|stembureau|buurthuis|care building|town hall|meeting place|"
    r"polling|community centre|lopen naar|walk to|leervorm|learning form|kerk|church|godsdienst|religio",
    re.IGNORECASE,
)


def controlled(chances: list[float]) -> set[float]:
    """The chances that stand out when no more than a tenth may be false: the largest p(k) <= k / n
    * 0.1, and below.
    """
    ranked = sorted(chances)
    most = max(
        (p for k, p in enumerate(ranked, 1) if p <= k / len(ranked) * standout.FALSE_SHARE),
        default=-1.0,
    )
    return {p for p in chances if p <= most}


def how_sure(s: Standing, card: Card, lang: str) -> str:
    """Holds that the card tells its measure and margin, and what that margin is."""
    assert s.typical
    times, n = number(s.distance, 1, lang), number(s.typical.areas, 0, lang)
    assert t("profile_why", lang, times=times, n=n) in card.small
    o, i = s.observation, s.indicator
    how = "margin" if o.low is not None else "counted" if standout.counted(o, i) else "nobody knows"
    margin = t("interval_none", lang)
    if o.low is not None and o.high is not None:
        margin = interval(o.low, o.high, i.decimals, lang, o.level)
    elif how == "counted":
        margin = t("profile_counted_places" if i.theme == "access" else "profile_counted", lang)
    assert card.small.startswith(margin)
    sure = "probable" if how == "nobody knows" else "clear"
    assert card.text.startswith(t(f"profile_{sure}_higher", lang, group="", median="").split()[0])
    return how


def test_no_card_tells_of_places_that_nobody_lists_and_none_is_clear_without_its_proof() -> None:
    towns = [c for c in store.codes() if c.startswith("GM")]
    assert len(towns) == 342
    lot = Random(SEED).sample(
        sorted(c for c in store.codes() if c.startswith("BU")), NEIGHBOURHOODS
    )
    cards = clear = silent = 0
    margins: set[str] = set()
    pages.load([*towns, *lot])
    for code in [*towns, *lot]:
        area = store.area(code)
        assert area
        standings = standout.standings(area)
        facts = standout.facts(standings.values())
        silent += not facts
        able = [s for s in standings.values() if s.may_be_fact and s.typical]
        apart = controlled([s.chance for s in able])
        for s in facts:
            cards += 1
            assert s.chance in apart, (code, s.indicator.id)
            assert s.typical
            assert s.typical.areas >= standout.FEWEST
            assert s.indicator.theme != "access" or s.indicator.source in PUBLISHED
            known = s.observation.low is not None or standout.counted(s.observation, s.indicator)
            for lang in LANGUAGES:
                card = profile._fact(s, area, lang)
                assert SAID.search(card.text)
                assert bool(CLEARLY.search(card.text)) == known, (code, card)
                assert not PLACES.search(f"{card.head} {card.text}"), (code, card)
                margins.add(how_sure(s, card, lang))
            clear += known
    assert cards > clear > 0
    assert {"counted", "nobody knows"} <= margins
    assert silent > 300  # nothing stands out is a good answer, and a common one
