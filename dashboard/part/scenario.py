"""What the questions of What if share on the screen: the kind of place, and for whom, how and how
far.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from babel.lists import format_list

from dashboard import store
from dashboard.answer import what_if
from dashboard.answer.path_words import MODES, by_mode
from dashboard.answer.what_if import Scenario
from dashboard.part import controls, own_places, search
from dashboard.store import Area
from dashboard.words.text import plain, t


def town_of(area: Area, lang: str) -> Area | None:
    """The municipality that a scenario is of; of the country the way to choose one, and None."""
    if town := store.area(area.municipality or ""):
        return town
    st.title(t("what_if_choose", lang), anchor=False)
    st.info(t("what_if_choose_text", lang))
    search.field(lang, "what-if-search")
    return None


def kind_control(town: Area, lang: str, listed: Sequence[str] = ()) -> str:
    """The kind of place; `listed` are kinds of the reader's own list. Those of which nothing can be
    computed come last, and say why.
    """
    known = [*dict.fromkeys([*what_if.kinds(town.code), *listed])]
    every = [*known, *(k for k in store.kinds() if k not in known and k != "polling_place")]
    return controls.select(
        "kind",
        every,
        every[0],
        t("what_if_kind", lang),
        lambda k: store.term("kind", k, lang),
        lang,
    )


def reach_controls(kind: str, town: Area, lang: str) -> Scenario:
    """For whom, how and how far, which stand behind one click, as a scenario without places that
    open or close; the reader's own list counts where the reader says so.
    """
    groups = [*store.groups()]
    left, middle, right = st.columns([2, 2, 1])
    with left:
        who = controls.select(
            "who",
            groups,
            what_if.usual_group(kind),
            t("gaps_who", lang),
            lambda w: store.term("need", w, lang),
            lang,
        )
    with middle:
        mode = controls.select(
            "mode", MODES, MODES[0], t("ties_by", lang), lambda m: by_mode(m, lang), lang,
            segments=True,
        )  # fmt: skip
    with right:
        minutes = controls.select(
            "limit", what_if.LIMITS, what_if.USUAL, t("what_if_minutes", lang), str, lang
        )
    mine = own_places.counted(kind)
    return Scenario(town.code, kind, who, mode, int(minutes), supplied=mine)


def cannot(
    head: st.delta_generator.DeltaGenerator,
    town: Area,
    kind: str,
    lang: str,
    listed: Sequence[str] = (),
) -> bool:
    """Whether nothing can be computed of a kind here, nor is it on the reader's own list; says why,
    and asks for such a list.
    """
    known = what_if.kinds(town.code)
    if kind in (*known, *listed):
        return False
    of_kind = store.term("kind", kind, lang)
    head.title(t("what_if_cannot", lang, kind=of_kind, name=town.name), anchor=False)
    if not known:
        st.info(t("what_if_nobody_lives", lang, name=town.name))
        return True
    names = format_list([store.term("kind", k, lang).lower() for k in known], "or", lang)
    st.info(t("what_if_not_listed", lang, kind=of_kind.lower(), kinds=names, name=town.name))
    if st.button(t("what_if_bring_list", lang), icon=":material/upload_file:", key="bring-list"):
        ask("own_places", kind=kind)
    return True


def ask(question: str, **chosen: str) -> None:
    """Go on to another question of What if with these choices; what the reader brought stays, as it
    would not behind a link.
    """
    for name, value in {**chosen, "ask": question}.items():
        controls.choose(name, value)
    st.rerun()


def mistakes(wrong: Sequence[tuple[str, str]], town: Area, lang: str) -> None:
    """What is wrong in the places of an address, a sentence each."""
    for reason, value in [*dict.fromkeys(wrong)][:5]:
        text = t(f"what_if_wrong_{reason}", lang, value=plain(value[:60]), name=town.name)
        st.warning(text, icon=":material/link_off:")
