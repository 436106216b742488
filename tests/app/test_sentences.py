"""Sentences that are made of figures, in both languages, read against those figures."""

import re
from collections.abc import Iterator
from functools import lru_cache

import pytest

from dashboard import question, store
from dashboard.answer import profile, profile_sections
from dashboard.answer.view import View
from dashboard.map.legend import legend
from dashboard.store import Area
from dashboard.words.numbers import number, shown
from dashboard.words.text import LANGUAGES, strings, t
from tests.app.conftest import run, texts

# the country; a large, a middle and a small municipality, and an island; districts and
# neighbourhoods of them, among those where few live and where nobody does
AREAS = (
    "NL00", "GM0599", "GM0995", "GM0088", "GM0344", "WK034401", "WK059910", "BU03440112", "BU05991571", "BU16800000",
    "BU00880000", "BU05992295",
)  # fmt: skip
ASKED = [("explore", ""), *(("gaps", ask) for ask in [*question.of("gaps")])]
OPENED = ("GM0599", "GM0088", "BU03440112")
# singular and plural of what is counted, and of the verb beside it
NOUNS = {
    "nl": {
        "gebied": "gebieden", "gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten", "minuut": "minuten",
        "plek": "plekken", "cijfer": "cijfers", "inwoner": "inwoners", "relatie": "relaties", "actor": "actoren",
        "kind": "kinderen", "buur": "buren", "stap": "stappen", "getal": "getallen", "bron": "bronnen",
        "methode": "methoden", "adres": "adressen", "paar": "paren", "persoon": "personen",
    },
    "en": {
        "area": "areas", "municipality": "municipalities", "district": "districts", "neighbourhood": "neighbourhoods",
        "minute": "minutes", "place": "places", "figure": "figures", "resident": "residents", "tie": "ties",
        "actor": "actors", "child": "children", "neighbour": "neighbours", "step": "steps", "number": "numbers",
        "source": "sources", "method": "methods", "address": "addresses", "pair": "pairs", "person": "persons",
        "euro": "euros",
    },
}  # fmt: skip
VERBS = {
    "nl": ("ligt|heeft|is|wordt", "liggen|hebben|zijn|worden"),
    "en": ("lies|has|is", "lie|have|are"),
}
WORDS = {
    "nl": {"twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7},
    "en": {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
}
ONE, MORE = r"(?<![\d.,])\b1", r"(?<![\d.,])\b(?:[2-9]|[1-9][\d.,]*\d)"
# `1 of the 342 areas has`: the verb is that of the one
OF = r"(?<!\bvan )(?<!\bde )(?<!\bof )(?<!\bthe )"


def disagree(sentence: str, lang: str) -> list[str]:
    """Where a number and its noun, or the noun and its verb, do not agree."""
    one, more = ("|".join(some) for some in (NOUNS[lang], NOUNS[lang].values()))
    is_one, are_more = VERBS[lang]
    wrong = (
        rf"{ONE} (?:{more})\b",
        rf"{ONE} (?:{one}) (?:{are_more})\b",
        rf"{OF}{MORE} (?:{more}) (?:{is_one})\b",
    )
    counted = (
        () if lang == "nl" else (rf"{MORE} (?:{one})\b(?!-)",)
    )  # Dutch counts `2 minuut` nowhere, but `12 kind`
    return [match[0] for rule in (*wrong, *counted) for match in re.finditer(rule, sentence)]


def plain(html: str) -> str:
    """What is read, a line for each element."""
    return re.sub(r"<[^>]*>", "\n", html)


def areas() -> list[Area]:
    known = [a for code in AREAS if (a := store.area(code))]
    assert len(known) == len(AREAS)
    return known


def views(lang: str) -> Iterator[View]:
    """Every indicator in its newest period, of the country and of three municipalities.

    At every level that it has; of the districts and neighbourhoods of the whole country one
    indicator in six.
    """
    for area in areas()[:4]:
        for n, indicator in enumerate(store.indicators().values()):
            whole = area.level == "land" and n % 6
            for level in store.offered(indicator.id, area)[: 1 if whole else None]:
                yield View(lang, indicator, store.periods(indicator.id, level)[0], level, area)


@lru_cache(maxsize=2)
def said(lang: str) -> list[str]:
    """Whatever is said of the areas: cards, sections and captions of profiles, sentences of maps,
    pages opened.
    """
    out: list[str] = []
    for area in areas():
        out += [
            part
            for card in profile.cards(area, lang)
            for part in (card.head, card.text, card.small, card.value)
        ]
        out += [
            profile.wording(area, lang).sentence,
            profile.nothing(area, lang),
            profile.residents(area, lang),
        ]
        for section in profile_sections.sections(area, lang):
            out += [section.said, section.source, plain(section.legend)]
            out += [text for row in section.rows for text in row.values()]
    for view in views(lang):
        out += [view.title, view.sentence, *view.cautions]
    for code in OPENED:
        for page, ask in ASKED:
            out.append(plain(texts(run(page, lang=lang, area=code, **{"ask": ask} if ask else {}))))
    return [line for text in out for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("nl", "1 gebieden liggen"), ("nl", "Daar is 1 buurten."), ("nl", "≈ 1 minuten"), ("nl", "1 gebied liggen"),
        ("nl", "3 gebieden ligt"), ("en", "1 areas"), ("en", "about 1 minutes"), ("en", "1 area lie"),
        ("en", "12 areas has"), ("en", "2 place"), ("en", "1,204 area"),
    ],
)  # fmt: skip
def test_the_rule_of_number_finds_what_is_wrong(lang: str, sentence: str) -> None:
    assert disagree(sentence, lang)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("nl", "1 gebied ligt"), ("nl", "21 gebieden liggen"), ("nl", "per 1.000 inwoners"), ("nl", "0,1 minuten"),
        ("en", "1 area lies"), ("en", "per 1,000 residents"), ("en", "0.1 places"), ("en", "2 areas lie"),
    ],
)  # fmt: skip
def test_the_rule_of_number_leaves_what_is_right(lang: str, sentence: str) -> None:
    assert not disagree(sentence, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_number_noun_and_verb_agree(lang: str) -> None:
    every = said(lang)
    counted = [
        s
        for s in every
        if re.search(rf"\d (?:{'|'.join([*NOUNS[lang], *NOUNS[lang].values()])})\b", s)
    ]
    assert len(set(counted)) >= 60
    wrong = {s: found for s in counted if (found := disagree(s, lang))}
    assert not wrong


@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_least_half_is_at_least_half(lang: str) -> None:
    halves = 0
    for view in views(lang):
        figures = [o for o in view.found if o.value is not None]
        one = strings().get(f"unit_one_{view.indicator.unit}", {}).get(lang, "")
        rule = "|".join(
            re.escape(t(key, lang, levels=view.levels, q1="Q1", q3="Q3"))
            .replace("Q1", r"(?P<low>.+?)")
            .replace("Q3", rf"(?P<high{key[8:]}>.+?)")
            for key in ("sentence", "sentence_same")
        )
        if not (half := re.match(rf"(?:{rule})(?= |$)", view.sentence)):
            continue
        halves += 1
        ends = [end.removesuffix(f" {view.unit}") for end in half.groupdict().values() if end]
        decimals = view.indicator.decimals
        by = {
            number(o.value, decimals, lang): round(o.value, decimals)
            for o in figures
            if o.value is not None
        }
        low, high = (by[end.removesuffix(f" {one}")] for end in (ends[0], ends[-1]))
        inside = sum(
            low <= round(o.value, decimals) <= high for o in figures if o.value is not None
        )
        assert inside >= len(figures) / 2, view.sentence
    assert halves >= 60


@pytest.mark.parametrize("lang", LANGUAGES)
def test_title_legend_and_caution_say_estimated_where_it_is_and_only_there(lang: str) -> None:
    seen = set()
    for view in views(lang):
        head = re.findall(r"<p>(.*?)</p>", legend(view))[0]
        has = {o.status for o in view.found if o.value is not None}
        for status in ("measured", "estimated"):
            assert (t(f"status_{status}", lang) in head) == (status in has), (view.title, head)
        assert (t("sentence_estimated", lang) in view.sentence) <= ("estimated" in has), view.title
        for title in (view.title, *([view.distribution.title] if view.distribution else [])):
            assert (t("status_estimated", lang) in title.rpartition(", ")[2]) == (
                "estimated" in has
            ), title
        first = t("not_conclude_estimated", lang)
        assert (view.cautions[0] == first) == (first in view.cautions) == ("estimated" in has), (
            view.title
        )
        seen |= has
    assert seen == {"measured", "estimated"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_estimate_is_told_as_one_wherever_it_stands_on_a_profile(lang: str) -> None:
    estimates = 0
    for area in areas():
        for section in profile_sections.sections(area, lang):
            for figure, row in zip(section.figures, section.rows, strict=False):
                o = figure.observation
                assert row[t("column_status", lang)] == t(f"status_{o.status}", lang)
                if o.status == "estimated":
                    estimates += 1
                    assert shown(o, figure.indicator, lang) in row.values()
                    assert not re.match(r"\d", shown(o, figure.indicator, lang)), row
        for card in profile.cards(area, lang):
            if card.status == "estimated":
                assert not re.match(r"\d", card.value), card
    assert estimates >= 20


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_before_a_list_is_how_many_it_has(lang: str) -> None:
    every = "\n".join(
        [*said(lang), *(text for of in strings().values() if isinstance(text := of[lang], str))]
    )
    lists = 0
    for word, n in WORDS[lang].items():  # `four rings (micro, meso, exo, macro)`
        for match in re.finditer(rf"\b{word} \w+ \(([^()]*, [^()]*)\)", every, re.IGNORECASE):
            assert len(match[1].split(", ")) == n, match[0]
            lists += 1
    assert lists
    statuses, n = texts(run("data", lang=lang)), len(store.STATUSES)
    assert t("data_statuses", lang, n=n) in statuses
    assert t("data_statuses_text", lang, n=n) in statuses
    assert sum(f"- **{t(f'status_{s}', lang)}**: " in statuses for s in store.STATUSES) == n == 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_areas_that_are_counted_and_named_are_so_many(lang: str) -> None:
    lists = 0
    for key in ("gaps_need_sentence_few", "gaps_need_sentence_few_alone"):
        rule = re.escape(t(key, lang, n="NN", all="AA", levels="LL", names="NAMES"))
        for mark, pattern in (
            ("NN", r"(\d+)"),
            ("AA", r"[\d.,]+"),
            ("LL", r"\w+"),
            ("NAMES", "(.+?)"),
        ):
            rule = rule.replace(mark, pattern)
        for n, names in re.findall(rf"{rule}(?= |$)", "\n".join(said(lang)), re.MULTILINE):
            assert len(re.split(r", and |, | en | and ", names)) == int(n), names
            lists += 1
    assert lists
