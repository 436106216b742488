"""Both languages complete, every key used, every used key there, those that are made at run time
among them.
"""

import re
import tomllib
from collections.abc import Iterable
from string import Formatter

import pytest

from dashboard import question, store
from dashboard.answer import (
    barriers,
    best_places,
    bridges,
    clusters,
    conditions,
    conversation,
    ecosystem,
    every_figure,
    functions,
    groups,
    here,
    homes,
    path_words,
    paths,
    profile,
    stories,
    story,
    what_if_words,
)
from dashboard.page import start
from dashboard.site import worksheet
from dashboard.words.text import LANGUAGES, TEXTS, strings
from pipelines import catalogue
from pipelines.catalogue import ROOT
from pipelines.methods import cells, own_places, partnership
from pipelines.methods.columns import COLUMNS, ROLES

CODE = "\n".join(
    p.read_text(encoding="utf-8")
    for p in (ROOT / "dashboard").rglob("*")
    if p.suffix in (".py", ".html")
)
ADDRESSED = (  # what an address may hold
    "actor", "against", "age", "aim", "among", "area", "ask", "bg", "cell", "close", "cluster", "domain", "eco",
    "edition", "form", "if", "indicator", "kind", "lang", "least", "level", "limit", "m", "many", "mode", "need",
    "open", "period", "places", "prove", "receipt", "role", "show", "table", "test", "tie", "w", "who", "with", "year",
)  # fmt: skip
STATUSES = store.STATUSES
SURE, SIDES = ("clear", "probable"), ("higher", "lower")
BLANK = tuple(s for s in STATUSES if s not in ("measured", "estimated"))
STEP_FREE = ("yes", "no", "unknown")
# why a row or a file is left out, and what is passed over, of a network that the reader supplies
FAULTS = (
    "amount", "blank", "bytes", "cells", "double", "empty", "encoding", "formula", "future", "left_out",
    "password", "rows", "since", "text", "which", "wide", "workbook",
)  # fmt: skip
PLACES_FAULTS = (  # the same of a list of places
    "abroad", "coarse", "degrees", "double", "half", "kind", "many", "metres", "nameless", "no_match", "nowhere",
    "other",
)  # fmt: skip
NOTES = (
    "above", "added", "both", "dash", "differs", "domain", "double", "either", "empty", "encoding", "hidden",
    "postcode", "quotes", "same", "sheets", "together", "undated", "unread",
)  # fmt: skip

# by the form of a key that is made at run time, what it is filled with; a form whose keys are no
# texts has none
FILLED: dict[str, Iterable[str | tuple[str, ...]]] = {
    "api_{}": [*store.RESOURCES],
    "api_{}_text": [*store.RESOURCES],
    "api_field_{}": {
        *("within", "limit", "format"),
        *(f for resource in store.RESOURCES.values() for f in resource.filters),
    },
    "begin_ask_{}": "012",
    "bar_{}": (),
    "conditions_{}": conditions.SIDES,
    "conditions_side_{}": conditions.SIDES,
    "counted_{}": ("more", "usual", "unsaid"),
    "csv_{}": {
        k.removeprefix("csv_") for k in strings() if k.startswith("csv_")
    },  # all columns: `test_site.py`
    "csv_{}_{}": (),
    "data_contradictions_{}": ("school", "distance", "parts", "waves"),
    "data_grants_less_{}": ("n", "leisure"),
    "data_left_out_{}": ("gone", "renamed", "resized"),
    "description_{}": (),
    "download_{}": ("figures", "map", "chart"),
    **{f"download_{{}}_{ending}": ("map", "chart") for ending in ("png", "svg", "social")},
    "functions_{}": functions.AROUND,
    "explore_{}": [*question.of("explore")],
    "gaps_apart_{}": ("more", "less"),
    "gaps_apart_{}_text": ("more", "less"),
    "barrier_{}": barriers.BARRIERS,
    "every_{}": every_figure.SCHEMES,
    "gaps_band_{}": "123",
    "gaps_blank_{}": BLANK,
    "gaps_cluster_{}": (*clusters.CLUSTERS, "none"),
    "gaps_column_{}": ("need", "distance"),
    "gaps_distance_{}": "012",
    "gaps_find_not_{}": "0123",
    "gaps_need_sentence_none{}": ("", "_alone"),
    "gaps_need_sentence{}{}": [(few, alone) for few in ("", "_few") for alone in ("", "_alone")],
    "gaps_need_title{}": ("", "_alone"),
    "gaps_need_{}": "012",
    "gaps_own_{}": ("more", "less", "same", "out"),
    "gaps_unsure{}": ("", "_all"),
    "gaps_words_{}": {
        f"{what}_{by}" for what in ("concentration", "relative") for by in ("income", "education")
    }
    | {"gini", "theil"},
    "gaps_{}": [*question.of("gaps")],
    "groups_{}": (*groups.ASKED.values(), *groups.GROUPS.values()),
    "here_unlisted_{}": here.UNLISTED,
    "label_{}": (),
    "legend_note_{}": ("quantile", "fixed", "diverging"),
    "licence_{}": ("none-stated", "source-named", "facts-quoted"),
    **{f"profile_{what}_{{}}": profile.ASKED for what in ("ask", "for")},
    "profile_domain_{}": store.scheme("domain"),
    "profile_facet_{}": store.scheme("facet"),
    "profile_level_{}": store.scheme("level"),
    "profile_group_{}": store.GROUPS,
    "profile_{}_{}": [(sure, side) for sure in SURE for side in SIDES],
    "outline_{}": (
        "bytes",
        "text",
        "polygon",
        "corners",
        "projection",
        "corner",
        "degrees",
        "crossing",
        "turned",
        "abroad",
        "large",
        "few",
    ),
    "page_{}": (),
    "places_fault_{}": PLACES_FAULTS,
    "places_not_{}": "0123",
    "places_role_{}": own_places.ROLES,
    "proof_{}": {p["method"] for p in store.proofs()},
    "reach_design_{}": ("left_out", "ahead"),
    "reach_national_{}": ("total", "age"),
    "reach_step_{}": STEP_FREE,
    "reach_transport_{}": ("left_out", "elsewhere", "between"),
    "reach_{}": question.of("reach"),
    "revision_kind_{}": ("gone", "merged", "new", "outline", "recoded"),
    "revision_{}": store.REVISIONS,
    "revision_{}_text": store.REVISIONS,
    "scheme_{}": ("domain", "learning_form", "level"),
    "share_{}": ("map", "chart"),
    # every word of a national survey: `test_nation.py`
    "survey_{}": {k.removeprefix("survey_") for k in strings() if k.startswith("survey_")},
    # every word of Streamlit: `test_streamlit.py`
    "streamlit_{}": {k.removeprefix("streamlit_") for k in strings() if k.startswith("streamlit_")},
    "status_{}": STATUSES,
    "status_{}_text": STATUSES,
    "step_free_{}": STEP_FREE,
    "story_{}": story.STEPS,
    "step_free_short_{}": STEP_FREE,
    "stories_{}": stories.TOLD,
    "talk_role_{}": conversation.ROLES,
    "talk_{}_{}": [(topic, role) for topic in conversation.TOPICS for role in conversation.ROLES],
    "ties_bridge_{}": bridges.BRIDGE_LOOK,
    "ties_ask_{}": {*partnership.QUESTIONS} - {"columns"},
    "ties_ask_{}_{}": [(q, answer) for q, may in partnership.QUESTIONS.items() for answer in may],
    "ties_columns_{}": ("twice", "missing"),
    "ties_columns_all_{}": cells.KINDS,
    "ties_fault_{}": FAULTS,
    "ties_role_{}": {*ROLES} - {"unit", "actor_id", "partner_id"},
    "ties_role_{}_text": COLUMNS,
    "ties_note_{}": NOTES,
    "ties_m_{}": ("between", "communities", "constraint", "ei", "participation", "robust"),
    "ties_m_{}_text": ("between", "communities", "constraint", "ei", "participation", "robust"),
    "ties_proof_{}": ("known", "shared_site"),
    "ties_self_{}": ("nameless", "nowhere"),
    "ties_ring_{}": ecosystem.STATED,
    "ties_state_{}": (paths.NEAR, paths.ABOUT, paths.FAR, paths.UNKNOWN),
    "ties_would_{}": ecosystem.RINGS,
    "ties_{}": (*question.of("connections"), *path_words.MODES),
    "unit_one_{}": (),  # where there is one
    "unknown_{}": ADDRESSED,
    "via_{}": ("live", "mirror", "compiled", "computed", "file"),
    "what_if_aim_{}": best_places.AIMS,
    "what_if_among_{}": best_places.AMONG,
    "what_if_bar_{}": ("gains", "loses"),
    "what_if_effect_{}": (*what_if_words.LOOKS, "unknown"),
    "what_if_group_{}": homes.GROUPS,
    "what_if_unit_{}": best_places.AIMS,
    "what_if_wrong_{}": ("many", "not_there", "outside", "unknown", "unlisted"),
    "what_if_{}": (*question.of("what_if"), "gains", "loses"),
    "what_if_{}_perhaps": ("gains", "loses"),
    **{
        f"worksheet_{what}_{{}}": of
        for what, of in (("row", worksheet.ROWS), ("kind", worksheet.KINDS))
    },
    "worksheet_stage_{}": worksheet.STAGES,
    "worksheet_place_{}": worksheet.PLACES,
    "worksheet_place_{}_also": worksheet.PLACES,
    "worksheet_think_{}_{}": [(p, r) for p in worksheet.PLACES for r in worksheet.ROWS],
    "{}_title": ("data",),
    "{}_lead": [
        f"{page}_{q}"
        for page, asks in (
            ("explore", question.of("explore")),
            ("gaps", question.of("gaps")),
            ("reach", question.of("reach")),
            ("ties", question.of("connections")),
            ("what_if", question.of("what_if")),
        )
        for q in asks
    ],
    "{}_page": (),
    "{}_text": start.DOORS,
    "{}_value": (),
    "{}{}": [("gaps_not_measured", "_country"), ("gaps_clusters_elsewhere", "_country")],
}


def filled(form: str, parts: str | tuple[str, ...]) -> str:
    return form.format(*((parts,) if isinstance(parts, str) else parts))


MADE = {filled(form, parts) for form, of in FILLED.items() for parts in of}


def test_no_text_is_in_two_files() -> None:
    assert len(strings()) == sum(
        len(tomllib.loads(f.read_text(encoding="utf-8"))) for f in TEXTS.glob("*.toml")
    )


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for key, texts in strings().items():
        assert set(texts) == set(LANGUAGES), key
        forms = [set(x) if isinstance(x, dict) else set() for x in texts.values()]
        assert forms[0] == forms[1], key
        assert forms[0] in (set(), {"one", "other"}), key
        every = [
            form for x in texts.values() for form in (x.values() if isinstance(x, dict) else [x])
        ]
        assert all(text.strip() for text in every), key
        values = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in every]
        assert all(v == values[0] for v in values), key


def test_every_key_in_the_code_is_there_and_every_text_is_used() -> None:
    used = set(re.findall(r"""\bt\(\s*["']([\w-]+)["']""", CODE)) | set(
        re.findall(r'StoreError\("(\w+)"', CODE)
    )
    assert not used - set(strings())
    used |= set(re.findall(r'"(\w+)"', CODE)) & set(strings())  # keys that reach t() through a name
    of_units = {f"unit_one_{u}" for scheme, u in store.terms() if scheme == "unit"}
    assert not set(strings()) - used - MADE - of_units


def test_every_key_that_is_made_at_run_time_is_there() -> None:
    texts = re.findall(r"""\bt\(\s*f"([^"]*)\"""", CODE) + re.findall(
        r"""f["'](\w+_\{[^"']+\}\w*|\{\w+\}_\w+)["']""", CODE
    )
    assert {re.sub(r"\{[^{}]*\}", "{}", form) for form in texts} <= set(FILLED)
    assert len(MADE) > 500
    assert not MADE - set(strings())


@pytest.mark.parametrize("name", ADDRESSED)
def test_what_an_address_may_hold_is_asked_for(name: str) -> None:
    assert f'"{name}"' in CODE


# words that readers stumbled over, and what a text says instead
AVOIDED = {
    "nl": {
        r"bon(nen)?": "hoe de score is opgebouwd",
        r"band(en)?": "relatie",
        r"scheefheid": "verschil tussen wijken",
        r"indicatorset|dataset|issue|target": "een Nederlands woord",
        r"significant(e)?": "meer dan toeval",
        r"data/\w+": "wie het kan toevoegen, geen bestand",
    },
    "en": {
        r"told apart": "more than chance does",
        r"receipts?": "how the score is made up",
        r"skew(ed)?": "difference between districts",
        r"data/\w+": "who can add it, no file",
    },
}
# a band there makes music; what a column of a table means, and what who runs the atlas must do
APART = ("worksheet_", "csv_", "database_", "edition_")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_has_a_word_that_readers_stumble_over(lang: str) -> None:
    strange = []
    for key, texts in strings().items():
        forms = texts[lang]
        for said in forms.values() if isinstance(forms, dict) else [forms]:
            for word, instead in AVOIDED[lang].items():
                if key.startswith(APART) or not re.search(rf"\b({word})\b", said, re.I):
                    continue
                strange.append(f"{key}: {said!r}: not {word!r} but {instead}")
    assert strange == []


def test_no_name_in_the_catalogue_has_a_word_that_readers_stumble_over() -> None:
    known = catalogue.load()
    entries = {**known.indicators, **known.units, **known.kinds, **known.themes, **known.needs}
    strange = [
        f"{name}: {label}"
        for name, entry in entries.items()
        for lang in LANGUAGES
        for word in AVOIDED[lang]
        if re.search(rf"\b({word})\b", label := getattr(entry, f"label_{lang}"), re.I)
    ]
    assert strange == []
