"""A network of the reader's own: read once, kept no longer than the window is open.

The file is shown as it was read, with what each column is taken for; the reader may change that,
and answers what is not clear, before anything of it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import uploads
from dashboard.answer import network
from dashboard.answer.connections import LISTED
from dashboard.download.workbook import MIME, workbook
from dashboard.part import controls
from dashboard.words.numbers import number
from dashboard.words.text import plain, t
from pipelines.methods import columns, partnership, spreadsheet
from pipelines.methods.columns import Columns
from pipelines.methods.spreadsheet import Fault, Note, Sheet, UnreadableError

FAULTS, PREVIEW, NAME = 50, 3, 60
KINDS = ("partnership", "funding")
TYPES = ("xlsx", "xlsm", "ods", "xls", "csv", "tsv", "tab", "txt")  # endings of a table
STATE = ("own", "own-sheet", "own-title", "own-columns", "own-answers", "own-broken")


def upload(lang: str) -> network.Own | None:
    """A network of the reader's own, read once and kept no longer than the window is open or until
    it is forgotten.
    """
    st.header(t("ties_own", lang), anchor=False)
    _explained(lang)
    state, file = st.session_state, field("own", STATE, lang)
    if file and not any(name in state for name in STATE):
        with st.spinner(t("ties_reading", lang), show_time=True):
            _read(file.getvalue(), file.name)
    if "own-broken" in state:
        if file:
            _refused([state["own-broken"]], lang)
        else:  # what was refused on an earlier visit is not told again
            forget("own", STATE)
        return None
    sheet: Sheet | None = state.get("own-sheet")
    if not sheet:
        return None
    supplied = _network(sheet, lang)
    if supplied and not supplied.actors and not file:
        forget("own", STATE)
        return None
    if supplied and supplied.actors:
        ties = number(sum(len(kind.ties) for kind in supplied.kinds.values()), 0, lang)
        st.success(t("ties_taken", lang, actors=number(supplied.actors, 0, lang), ties=ties))
    if supplied:
        _told(supplied, lang)
    with st.container(horizontal=True):
        if supplied:
            st.button(
                t("ties_columns_again", lang),
                icon=":material/table_edit:",
                on_click=_again,
                key="own-again",
            )
        forget_button("own", STATE, lang)
    return supplied


def field(key: str, names: Sequence[str], lang: str) -> UploadedFile | None:
    """The field for a table of the reader's own, and the file that is chosen in it. `names` are what
    the session keeps of that file, which another choice forgets; `key` is that of the field.
    """
    state = st.session_state
    turn = state.setdefault(f"{key}-turn", 0)  # an uploader is emptied by another one in its place
    uploads.offered()
    if uploads.full() and not any(name in state for name in names):
        st.warning(t("upload_full", lang), icon=":material/cloud_off:")
        return None
    return st.file_uploader(
        t("ties_upload", lang),
        type=TYPES,
        max_upload_size=spreadsheet.MOST_BYTES // 1_000_000,
        key=f"{key}-{turn}",
        on_change=forget,
        args=(key, names),
    )


def forget_button(key: str, names: Sequence[str], lang: str) -> None:
    """A button after which nothing is left of the file of a field, and the field is empty."""
    st.button(
        t("ties_forget", lang),
        icon=":material/delete:",
        on_click=forget,
        args=(key, names, 1),
        key=f"{key}-forget",
    )


def forget(key: str, names: Sequence[str], turns: int = 0) -> None:
    """Callback: nothing of a reader's file is left; with a turn more the field is empty too."""
    for name in names:
        st.session_state.pop(name, None)
    st.session_state[f"{key}-turn"] += turns


def _explained(lang: str) -> None:
    """What may be given, and a template to fill in."""
    most = number(spreadsheet.MOST_ROWS, 0, lang)
    st.markdown(t("ties_own_text", lang, rows=most))
    names = columns.DUTCH if lang == "nl" else columns.COLUMNS
    example = t("ties_own_example", lang).split(",")
    controls.table([dict(zip(names, example, strict=True))], t("ties_own_example_head", lang))
    st.caption(t("ties_own_example_head", lang))
    explained = [
        [name, t(f"ties_role_{role}_text", lang)]
        for name, role in zip(names, columns.COLUMNS, strict=True)
    ]
    head = [t("ties_fault_column", lang), t("column_meaning", lang)]
    sheets: dict[str, list[Sequence[str]]] = {
        t("ties_template_sheet", lang): [names],
        t("ties_template_about", lang): [head, *explained],
    }
    st.download_button(
        t("ties_template", lang),
        lambda: workbook(sheets, to_fill=True),
        file_name="cultuuratlas-partnerships.xlsx",
        mime=MIME,
        on_click="ignore",
        key="template",
    )


def _read(body: bytes, file_name: str) -> None:
    state = st.session_state
    try:
        sheet = partnership.table(body)
    except UnreadableError as e:
        state["own-broken"] = e.fault
        return
    state["own-sheet"], state["own-title"] = sheet, PurePath(file_name).name[:NAME]
    if (proposed := columns.proposal(sheet.names)).is_sure:
        state["own-columns"] = proposed


def _network(sheet: Sheet, lang: str) -> network.Own | None:
    """The network of a table, once its columns and all that is asked are told."""
    state = st.session_state
    if "own-columns" not in state:
        chosen = _columns_form(sheet, lang)
        if not chosen:
            return None
        state["own-columns"] = chosen
        st.rerun()
    if "own" not in state:
        with st.spinner(t("ties_reading", lang), show_time=True):
            own = network.own(
                sheet, state["own-columns"], state["own-title"], state.get("own-answers", {})
            )
        if own.questions:
            if answers := _questions_form(own.questions, lang):
                state["own-answers"] = {**state.get("own-answers", {}), **answers}
                st.rerun()
            _told(own, lang)
            return None
        state["own"] = own
        if own.kinds:
            controls.choose("tie", next(iter(own.kinds)))
    kept: network.Own = state["own"]
    return kept


def _columns_form(sheet: Sheet, lang: str) -> Columns | None:
    """What was read, and which column is what: proposed, and changed by the reader."""
    names = list(sheet.names)
    proposed = columns.proposal(names)
    st.subheader(t("ties_columns", lang), anchor=False)
    rows = number(len(sheet.rows), 0, lang)
    st.markdown(t("ties_columns_text", lang, rows=rows, columns=len(names)))
    for remark in sheet.notes:
        note(remark, lang)
    preview = [
        dict(zip(names, (cell[:NAME] for cell in row), strict=True))
        for _, row in sheet.rows[:PREVIEW]
    ]
    controls.table(preview, t("ties_columns", lang))
    roles = [r for r in columns.ROLES if r not in ("actor_id", "partner_id", "unit")]
    at = {role: proposed.at[role] for role in proposed.at if role not in roles}
    fixed = {}
    with st.form("own-columns-form"):
        grid = st.columns(3)
        for n, role in enumerate(roles):
            options: list[int | str] = [*range(len(names))]
            options = [*KINDS, *options] if role == "kind" else [-1, *options]
            first = proposed.at.get(role, proposed.fixed.get(role, -1))
            pick = grid[n % 3].selectbox(
                t(f"ties_role_{role}", lang),
                options,
                index=options.index(first) if first in options else 0,
                format_func=lambda o: _option(o, names, lang),
                key=f"own-role-{role}",
            )
            if isinstance(pick, str):
                fixed[role] = pick
            elif pick >= 0:
                at[role] = pick
        everyone = st.text_input(t("ties_columns_fixed", lang), max_chars=NAME, key="own-everyone")
        if not st.form_submit_button(t("ties_columns_take", lang), type="primary"):
            return None
    if everyone.strip() and "actor" not in at:
        fixed["actor"] = everyone.strip()
    problem = _problem(at, fixed)
    if problem:
        st.error(t(f"ties_columns_{problem}", lang))
        return None
    return Columns(at, fixed)


def _option(option: int | str, names: Sequence[str], lang: str) -> str:
    if isinstance(option, str):
        return t(f"ties_columns_all_{option}", lang)
    return t("ties_columns_none", lang) if option < 0 else names[option]


def _problem(at: dict[str, int], fixed: dict[str, str]) -> str:
    """What is wrong with a choice of columns: a column for two roles, or no names of both ends."""
    if len({*at.values()}) < len(at):
        return "twice"
    return "" if {"actor", "partner"} <= {*at, *fixed} else "missing"


def _questions_form(questions: Sequence[Note], lang: str) -> dict[str, str] | None:
    """The answers to what must be known first; none while one is open."""
    st.subheader(t("ties_questions", lang), anchor=False)
    answers: dict[str, str | None] = {}
    with st.form("own-questions-form"):
        for asked in questions:
            answers[asked.reason] = st.radio(
                plain(t(f"ties_ask_{asked.reason}", lang, **_counted(asked, lang))),
                partnership.QUESTIONS[asked.reason],
                index=None,
                format_func=partial(_answer, asked.reason, lang),
                key=f"own-ask-{asked.reason}",
            )  # fmt: skip
        sent = st.form_submit_button(t("ties_questions_take", lang), type="primary")
    if sent and None in answers.values():
        st.error(t("ties_questions_open", lang))
    given = {reason: answer for reason, answer in answers.items() if answer is not None}
    return given if sent and len(given) == len(questions) else None


def _answer(reason: str, lang: str, answer: str) -> str:
    return t(f"ties_ask_{reason}_{answer}", lang)


def _told(own: network.Own, lang: str) -> None:
    """What was changed or passed over, and what is left out."""
    for remark in own.notes:
        note(remark, lang)
    if own.strange:
        listed = ", ".join(own.strange[:LISTED]) + " …" * (len(own.strange) > LISTED)
        st.warning(t("ties_strange", lang, n=number(len(own.strange), 0, lang), postcodes=listed))
    if own.faults:
        if own.actors or own.questions:
            n = len({fault.row for fault in own.faults})
            st.warning(t("ties_left_out", lang, count=n, n=number(n, 0, lang)))
            fault_table(own.faults, t("ties_own", lang), lang)
        else:
            _refused(own.faults, lang)


def note(remark: Note, lang: str) -> None:
    """What was changed or passed over to read a file."""
    st.info(plain(t(f"ties_note_{remark.reason}", lang, **_counted(remark, lang))))


def _counted(note: Note, lang: str) -> dict[str, Any]:
    """How often, and a few examples as they stand in the file."""
    listed = ", ".join(f"“{example[:NAME]}”" for example in note.examples) or "–"
    return {"n": number(note.count, 0, lang), "examples": listed}


def _refused(faults: Sequence[Fault], lang: str) -> None:
    st.error(t("ties_refused", lang, count=len(faults), n=number(len(faults), 0, lang)))
    fault_table(faults, t("ties_own", lang), lang)


def fault_table(faults: Sequence[Fault], label: str, lang: str) -> None:
    """What is left out of a file, each with its reason."""
    rows = [
        {
            t("ties_fault_row", lang): str(fault.row or "–"),
            t("ties_fault_column", lang): fault.column or "–",
            t("ties_fault_value", lang): fault.value or "–",
            t("ties_fault_reason", lang): _reason(fault, lang),
        }
        for fault in faults[:FAULTS]
    ]
    controls.table(rows, label)
    if len(faults) > FAULTS:
        st.caption(t("ties_faults_more", lang, n=number(len(faults) - FAULTS, 0, lang)))


def _reason(fault: Fault, lang: str) -> str:
    """Why it is left out, and how to go on; of a list of places the reason begins with `places_`."""
    if fault.reason.startswith("places_"):
        return t(f"places_fault_{fault.reason.removeprefix('places_')}", lang)
    return t(f"ties_fault_{fault.reason}", lang)


def _again() -> None:
    """Callback: the columns are asked again; the file stays."""
    for name in ("own", "own-columns", "own-answers"):
        st.session_state.pop(name, None)
