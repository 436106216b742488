"""A list of places of the reader's own on the screen: read once, checked row by row, and kept no
longer than the window is open.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import address_service, store
from dashboard.address_service import Match, ServiceError
from dashboard.answer import own_places
from dashboard.answer.own_places import Checked
from dashboard.answer.spots import Spot
from dashboard.download.workbook import MIME, workbook
from dashboard.part import controls, upload
from dashboard.words.numbers import number
from dashboard.words.text import plain, t
from pipelines.methods import own_places as supplied
from pipelines.methods.columns import Columns
from pipelines.methods.spreadsheet import Fault, Sheet, UnreadableError

MATCHES, NAME, WORDS = 200, 60, 60  # addresses that one press looks up; what is shown
STATE = (
    "places-sheet", "places-columns", "places-kinds", "places-broken", "places-matches",
    "places-checked", "places-counted", "places-trouble",
    "places-asked",
)  # fmt: skip


def counted(kind: str) -> tuple[Spot, ...]:
    """The places of a kind on the list, where the reader lets them count."""
    list_: Checked | None = st.session_state.get("places-checked")
    counts = st.session_state.get("places-counted", set())
    return list_.of_kind(kind) if list_ and kind in counts else ()


def kinds_in(town: str) -> list[str]:
    """The kinds that count and have a place in a municipality."""
    return [kind for kind in store.kinds() if any(spot.town == town for spot in counted(kind))]


def brought(lang: str) -> Checked | None:
    """The list of the reader with its rows checked; draws the field for a file, what each column and
    each word is taken for, and what is left out.
    """
    state = st.session_state
    _explained(lang)
    file = upload.field("places", STATE, lang)
    if file and not any(name in state for name in STATE):
        _read(file.getvalue())
    if "places-broken" in state:
        _left_out([state["places-broken"]], lang)
        return None
    sheet: Sheet | None = state.get("places-sheet")
    if not sheet:
        return None
    list_ = _checked(sheet, lang)
    upload.forget_button("places", STATE, lang)
    return list_


def _explained(lang: str) -> None:
    """What may be given, and a template to fill in."""
    st.markdown(t("places_text", lang, n=number(supplied.MOST, 0, lang)))
    names = supplied.DUTCH if lang == "nl" else supplied.COLUMNS
    sheets: dict[str, list[Sequence[str]]] = {
        t("places_sheet", lang): [names, t("places_example", lang).split("|")]
    }
    st.download_button(
        t("places_template", lang),
        lambda: workbook(sheets, to_fill=True),
        file_name="cultuuratlas-places.xlsx",
        mime=MIME,
        on_click="ignore",
        key="places-template",
    )


def _read(body: bytes) -> None:
    state = st.session_state
    try:
        sheet = supplied.table(body)
    except UnreadableError as e:
        state["places-broken"] = e.fault
        return
    state["places-sheet"] = sheet
    state["places-columns"] = supplied.proposal(sheet.names)


def _checked(sheet: Sheet, lang: str) -> Checked | None:
    """The rows of a table, once name and where have a column and every kind is chosen."""
    state = st.session_state
    chosen: Columns = state["places-columns"]
    with st.expander(t("ties_columns", lang), expanded=not chosen.is_sure):
        chosen = _columns(sheet, chosen, lang)
    state["places-columns"] = chosen
    if "name" not in chosen.at or not supplied.is_placed(chosen.at):
        st.info(t("places_columns_missing", lang))
        return None
    listing = supplied.read(sheet, chosen)
    kinds = _kinds(own_places.proposed(listing), lang)
    matches: dict[str, Match | None] = state.setdefault("places-matches", {})
    asked = (store.build()["id"], *chosen.at.items(), *kinds.items(), len(matches))
    if state.get("places-asked") != asked:  # a second for a long list, and every choice asks again
        state["places-checked"] = own_places.checked(listing, kinds, matches)
        state["places-asked"] = asked
    list_: Checked = state["places-checked"]
    if list_.waiting:
        _ask_service(list_.waiting, lang)
    for remark in listing.notes:
        upload.note(remark, lang)
    if list_.seated:
        st.header(t("places_seated", lang), anchor=False)
        count = len(list_.seated)
        st.markdown(t("places_seated_text", lang, count=count, n=number(count, 0, lang)))
        controls.table(own_places.place_rows(list_, lang), t("places_seated", lang))
        if any(s.label for s in list_.seated):
            st.caption(t("places_credit", lang))
        st.download_button(
            t("places_download", lang),
            lambda: workbook({t("places_sheet", lang): own_places.filed(list_)}),
            file_name="cultuuratlas-places-coordinates.xlsx",
            mime=MIME,
            on_click="ignore",
            key="places-filed",
        )
    _left_out(list_.faults, lang)
    return list_


def _columns(sheet: Sheet, chosen: Columns, lang: str) -> Columns:
    """What was read, and which column is what: proposed, and changed by the reader."""
    names = list(sheet.names)
    preview = [
        dict(zip(names, (cell[:NAME] for cell in row), strict=True)) for _, row in sheet.rows[:3]
    ]
    controls.table(preview, t("ties_columns", lang))
    grid = st.columns(3)
    at: dict[str, int] = {}
    for n, role in enumerate(supplied.ROLES):
        pick = grid[n % 3].selectbox(
            t(f"places_role_{role}", lang),
            range(-1, len(names)),
            index=chosen.at.get(role, -1) + 1,
            format_func=lambda o: t("ties_columns_none", lang) if o < 0 else names[o],
            key=f"places-role-{role}-{st.session_state['places-turn']}",
        )
        if pick >= 0 and pick not in at.values():
            at[role] = pick
        elif pick >= 0:
            st.error(t("ties_columns_twice", lang))
    return Columns(at, is_sure=chosen.is_sure)


def _kinds(proposal: dict[str, str], lang: str) -> dict[str, str]:
    """By each word of the list the kind of place that it is, proposed and changed by the reader."""
    every = ["", *(k for k in store.kinds() if k != "polling_place")]
    unsure = [word for word, kind in proposal.items() if not kind]
    kinds = proposal | st.session_state.get("places-kinds", {})
    with st.expander(t("places_kinds", lang), expanded=bool(unsure)):
        st.markdown(t("places_kinds_text", lang))
        grid = st.columns(3)
        first = sorted(proposal, key=lambda word: word not in unsure)[:WORDS]
        for n, word in enumerate(first):
            kinds[word] = grid[n % 3].selectbox(
                plain(word[:NAME]) or t("places_kinds_blank", lang),
                every,
                index=every.index(kinds[word]),
                format_func=lambda k: store.term("kind", k, lang) if k else t("places_no_kind", lang),
                key=f"places-kind-{word}-{st.session_state['places-turn']}",
            )  # fmt: skip
    st.session_state["places-kinds"] = kinds
    return kinds


def _ask_service(waiting: Sequence[str], lang: str) -> None:
    """Ask whether addresses may go to the address service, and look them up when they may."""
    n = len(waiting)
    st.info(t("places_service", lang, count=n, n=number(n, 0, lang)), icon=":material/pin_drop:")
    first = waiting[:MATCHES]
    label = t("places_look_up", lang, count=len(first), n=number(len(first), 0, lang))
    if st.button(label, key="places-look-up", type="primary"):
        matches = st.session_state["places-matches"]
        st.session_state.pop("places-trouble", None)
        with st.spinner(t("places_looking", lang), show_time=True):
            for address in first:
                try:
                    matches[address] = address_service.look_up(address)
                except ServiceError as e:
                    st.session_state["places-trouble"] = str(e)
                    break
        st.rerun()
    if trouble := st.session_state.get("places-trouble"):
        st.warning(t("places_trouble", lang, reason=plain(trouble)), icon=":material/cloud_off:")


def _left_out(faults: Sequence[Fault], lang: str) -> None:
    """The rows that are left out, each with its reason."""
    if not faults:
        return
    n = len({fault.row for fault in faults})
    st.warning(t("places_left_out", lang, count=n, n=number(n, 0, lang)))
    upload.fault_table(faults, t("places_left_out_head", lang), lang)
