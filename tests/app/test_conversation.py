"""Cards for a conversation: each question belongs to the fact above it, for every role, on one
sheet.
"""

from html.parser import HTMLParser

import pytest

from dashboard import store
from dashboard.answer import barriers, changed, conversation, here, money, taking_part
from dashboard.site import talk
from dashboard.words.text import LANGUAGES, strings, t
from tests.app.conftest import area_of, run, texts

# ten areas: read aloud when the questions were written
AREAS = (
    "GM0150", "GM0114", "GM0034", "GM0957", "GM0599", "GM0363", "BU05991571", "WK059915", "BU16800000",
    "GM0088",
)  # fmt: skip


@pytest.mark.parametrize("code", AREAS)
def test_a_question_belongs_to_the_fact_beside_it(code: str) -> None:
    area, lang = area_of(code), "nl"
    answers = {
        "part": taking_part.answer(area, lang),
        "places": here.answer(area, lang),
        "money": money.answer(area, lang),
        "barriers": barriers.answer(area, lang),
        "changed": changed.answer(area, lang),
    }
    for role in conversation.ROLES:
        cards = conversation.talks(area, role, lang)
        assert len({card.topic.removesuffix("_not") for card in cards}) == len(cards) >= 3
        assert len({card.question for card in cards}) == len(cards)
        for card in cards:
            assert card.question == t(f"talk_{card.topic}_{role}", lang)
            assert card.question.endswith("?")
            topic, _, unknown = card.topic.partition("_")
            answer = answers[topic]
            if answer:
                wording = answer.wording(lang)
                assert (card.fact, card.source) == (wording.title, wording.source)
            else:
                assert unknown
            if topic == "changed":
                assert bool(unknown) != any(c.sure for c in changed.changes(area))
            if topic == "barriers":
                assert bool(unknown) != bool(barriers.counted(area))


def test_no_question_asks_for_a_cause_or_has_a_word_of_policy() -> None:
    formal = (
        "waarom is",
        "oorzaak",
        "why is",
        "cause",
        "participatie",
        "doelgroep",
        "beleid",
        "indicator",
    )
    for key, by_lang in strings().items():
        if key.startswith("talk_") and key.rpartition("_")[2] in conversation.ROLES:
            if key.startswith("talk_role"):
                continue
            for lang in LANGUAGES:
                text = str(by_lang[lang]).lower()
                assert not any(word in text for word in formal), text
                assert len(text.split()) <= 22, text


class Cards(HTMLParser):
    """How many cards a sheet has, and all that it asks for from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cards = 0
        self.asked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.cards += tag == "li"
        self.asked += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_cards_of_a_role_are_in_the_link_and_on_one_sheet(lang: str) -> None:
    area = area_of("BU05991571")
    test = run("profile", area=area.code, role="policy", lang=lang)
    assert not test.exception
    assert not test.warning
    cards = conversation.talks(area, "policy", lang)
    assert all(card.question.replace("'", "&#x27;") in texts(test) for card in cards)
    page = talk.sheet(area, "policy", "https://example.org/", lang).decode()
    sheet = Cards(page)
    assert sheet.cards == len(cards)
    assert not sheet.asked  # it prints without anything else
    assert store.build()["id"] in page
    assert talk.title(area, "policy", lang) in page
    assert conversation.talks(area_of("NL00"), "policy", lang) == []
