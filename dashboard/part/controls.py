"""What the reader chose, kept in the address: language, area, indicator, period, level, places,
background.

The address is the state. A value that the link carries wins over the one of the session; a value
nobody knows is named in a notice and replaced by the default, never an error.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import store
from dashboard.site import worksheet
from dashboard.store import Area
from dashboard.words.root import root, rooted
from dashboard.words.text import LANGUAGES, t

FRAME = "X-Screen"  # a header: width and height of the frame in pixels, as 390x844
LONG = 60  # characters from which a cell needs room, or a phone would show a word a line
# as Streamlit lays out a wide page, in pixels: from where columns stand beside each other, its
# greatest width (ours), the room beside it, and the gap between columns
NARROW, WIDEST, EDGE_FROM, WIDE_EDGE, NARROW_EDGE, GAP = 640, 1344, 864, 80, 16, 32
FIGURE = re.compile(
    r"(≈ )?[≈<>+-]? ?\d.{0,20}"
)  # the text of a cell that is a figure and little more


def _view() -> dict[str, Any]:
    empty = {"page": "", "address": {}, "chosen": {}, "written": {}, "firsts": {}, "picked": False}
    return st.session_state.setdefault("view", empty)


def arrive(page: str) -> None:
    """Begin a page: of another page nothing is in the address yet, so what was chosen stands."""
    view = _view()
    if view["page"] != page:
        view.update(page=page, address={}, written={}, firsts={})


def asked(name: str, valid: Collection[str] | None, default: str, lang: str, instead: str) -> str:
    """The chosen value of `name`: from the address when it changed there, else from the session,
    else the default.

    It changes in the address when a link is opened, and with the back button: a name that is gone
    is the default. After a pick on the page the browser's address is an old one, when the reader
    picks faster than it is written. `valid` None means that any area code of this edition will do.
    `instead` is what the notice says is shown.
    """
    view = _view()
    given = st.query_params.get(name)
    if given != view["address"].get(name) and not view["picked"]:
        view["address"][name] = given
        view["chosen"].pop(name, None)
        if given is not None and _known(name, given, valid):
            view["chosen"][name] = given
        elif given is not None:
            shown = re.sub(r"[^\w .-]", "?", given)[:40]
            st.warning(
                t(f"unknown_{name}", lang, value=shown, instead=instead), icon=":material/link_off:"
            )
    value = view["chosen"].get(name, default)
    return value if _known(name, value, valid) else default


def _known(name: str, value: str, valid: Collection[str] | None) -> bool:
    if valid is None:
        return store.area(value) is not None
    return value in valid


def choose(name: str, value: str) -> None:
    """Make `value` the chosen one; a callback may call it before the page is drawn again."""
    view = _view()
    view["chosen"][name] = value
    view["picked"] = True


def keep(name: str) -> None:
    """Callback of the widget with that key: what the reader picked is the chosen value."""
    value = st.session_state[name]
    choose(
        name,
        {True: "on", False: ""}[value]
        if isinstance(value, bool)
        else ".".join(value)
        if isinstance(value, list)
        else value,
    )


def select(
    key: str,
    options: Sequence[str],
    first: str,
    label: str,
    said: Callable[[str], str],
    lang: str,
    **how: Any,
) -> str:
    """A list to choose from, kept in the address; `first` stands when nothing was chosen, and is
    not written there.

    `how` is for the widget; `segments=True` draws the options side by side.
    """
    chosen = asked(key, options, first, lang, said(first))
    st.session_state[key] = chosen
    how |= {"format_func": said, "key": key, "on_change": keep, "args": (key,)}
    if how.pop("segments", False):
        st.segmented_control(label, options, required=True, **how)
    else:
        st.selectbox(label, options, **how)
    _view()["firsts"][key] = first
    write(**{key: chosen if chosen != first else ""})
    return chosen


def several(
    key: str,
    options: Sequence[str],
    chosen: Sequence[str],
    label: str,
    label_of: Callable[[str], str],
    **how: Any,
) -> list[str]:
    """A list to choose several from, kept in the address with dots between; `chosen` are the ones
    that the address holds. `how` is for the widget.
    """
    st.session_state[key] = [*chosen]
    st.multiselect(
        label, options, format_func=label_of, key=key, on_change=keep, args=(key,), **how
    )
    write(**{key: ".".join(chosen)})
    return [*chosen]


def choices(suffix: str = "") -> st.delta_generator.DeltaGenerator:
    """Where what is chosen for an answer stands; in a page elsewhere the address has chosen, and it
    is not seen.
    """
    return st.container(key=("unseen" if st.context.is_embedded else "asked") + suffix)


def switch(key: str, label: str, lang: str) -> bool:
    """A switch that is off unless chosen, kept in the address."""
    st.session_state[key] = asked(key, ("", "on", "off"), "", lang, "") == "on"
    on = st.toggle(label, key=key, on_change=keep, args=(key,))
    write(**{key: "on" if on else ""})
    return on


def question(key: Callable[[str], str], questions: Sequence[str], lang: str) -> str:
    """Which of its questions a page answers, the first unless asked otherwise; `key` is the text of
    each, with a line that says what it answers.
    """
    chosen = asked("ask", questions, questions[0], lang, t(key(questions[0]), lang))
    write(ask=chosen if chosen != questions[0] else "")
    if st.context.is_embedded:
        return chosen
    _view()["firsts"]["ask"] = questions[0]
    with st.container(horizontal=True, vertical_alignment="center", key="question"):
        st.markdown(f"**{t(key(chosen), lang)}** · {t(f'{key(chosen)}_lead', lang)}")
        n = len(questions) - 1
        label = t("other_question", lang, count=n, n=n)
        with st.popover(label, icon=":material/help:", on_change="rerun", key="other-question"):
            st.session_state["ask"] = chosen
            st.radio(
                t("question", lang),
                questions,
                format_func=lambda q: t(key(q), lang),
                captions=[t(f"{key(q)}_lead", lang) for q in questions],
                key="ask",
                on_change=_ask,
            )
    return chosen


def _ask() -> None:
    """Another question is asked: the list of them closes."""
    keep("ask")
    st.session_state["other-question"] = False


def write(**values: str) -> None:
    """State to put in the address; an empty value leaves its name out."""
    view = _view()
    view["chosen"].update(values)
    view["written"].update(values)


def current(name: str) -> str:
    """What was chosen of a name, or nothing."""
    return str(_view()["chosen"].get(name, ""))


def written(*names: str) -> dict[str, str]:
    """What is written of these, as in the address."""
    return {name: _view()["written"].get(name, "") for name in names}


def publish() -> None:
    """Put what was written in the address, at once: each time is a step of the back button."""
    view = _view()
    now = st.query_params.to_dict()
    new = {name: value for name, value in {**now, **view["written"]}.items() if value}
    if new != now:
        st.query_params.from_dict(new)
    view.update(address=new, picked=False)


# says anew how large the frame of the page is when it becomes another sort of screen: a phone that is
# turned, a window that is dragged
SCREEN = st.components.v2.component(
    "screen",
    js="""export default ({ data, setStateValue }) => {
      let waiting
      const tell = () => {
        const [wide] = data.size
        const other = (innerWidth < data.narrow) !== (wide < data.narrow) || Math.abs(innerWidth - wide) > wide / 6
        if (innerWidth && other) setStateValue('size', [innerWidth, innerHeight])
      }
      const later = () => { clearTimeout(waiting); waiting = setTimeout(tell, 300) }
      addEventListener('resize', later)
      tell()
      return () => { clearTimeout(waiting); removeEventListener('resize', later) }
    }""",
)


def screen() -> tuple[int, int]:
    """Width and height in pixels of the frame that shows the page: its window, or its place in a page
    elsewhere. As the browser said last; until it does, that of a desktop.
    """
    if size := st.session_state.get("screen", {}).get("size"):
        return int(size[0]), int(size[1])
    size = re.fullmatch(r"(\d+)x(\d+)", st.context.headers.get(FRAME, ""))
    return (int(size[1]), int(size[2])) if size else (1280, 900)


def watched() -> None:
    """Hear of it when the frame becomes another sort of screen."""
    with st.container(key="told-screen"):
        SCREEN(data={"size": screen(), "narrow": NARROW}, key="screen", on_size_change=lambda: None)


def phone() -> bool:
    """Whether the page is so narrow that columns stand below each other."""
    return screen()[0] < NARROW


def room(share: float = 1) -> tuple[int, int]:
    """Width in pixels of a column that is such a share of the page, and how high a map in it may be:
    so that all of it is in sight, and on a phone the figures below are one thumb away.
    """
    wide, high = screen()
    edge = WIDE_EDGE if wide >= EDGE_FROM and not st.context.is_embedded else NARROW_EDGE
    inner = min(wide, WIDEST) - 2 * edge
    if wide >= NARROW and share < 1:
        inner = round((inner - GAP) * share)
    return max(inner, 240), max(240, min(430 if phone() else 560, round(0.85 * high)))


def dark() -> bool:
    """Whether the reader sees light on dark."""
    return st.context.theme.type == "dark"


def language() -> str:
    """The reader's language, from the link or the switch at the top; Dutch unless asked
    otherwise.
    """
    lang = asked("lang", LANGUAGES, "nl", "nl", "Nederlands")
    st.session_state["lang"] = lang
    with st.container(
        horizontal_alignment="right",
        key="unseen-language" if st.context.is_embedded else "language",
    ):
        st.segmented_control(
            t("language", lang),
            LANGUAGES,
            format_func=partial(t, "language_name"),
            key="lang",
            label_visibility="collapsed",
            required=True,
            on_change=keep,
            args=("lang",),
        )
    write(lang="" if lang == "nl" else lang)
    # the page is drawn without a reload, so a screen reader must be told
    with st.container(key="told-language"):
        st.html(
            f"<script>document.documentElement.lang='{lang}'</script>", unsafe_allow_javascript=True
        )
    return lang


def open_area(code: str) -> None:
    """Choose an area; from the start page its own page opens, where the way to the map is."""
    choose("area", code)
    if not _view()["page"]:
        st.session_state["go"] = "profile"


@contextmanager
def guarded(lang: str) -> Iterator[None]:
    """What fails within gives the reader a way on, and the log the traceback."""
    try:
        yield
    except store.StoreError as e:  # the store has said in the log what it is
        st.error(t(e.key, lang, detail=e.detail), icon=":material/database_off:")
    except Exception:
        logging.getLogger(__name__).exception(
            "a page failed"
        )  # not what was asked for: that is the reader's
        st.error(f"{t('trouble', lang)} {t('trouble_way_on', lang)}", icon=":material/error:")


def link(page: str) -> str:
    """The address, host included, of what the page shows now.

    It names what nobody chose too, so that it shows the same when something else comes first.
    """
    view = _view()
    every = {k: v or view["firsts"].get(k, "") for k, v in view["written"].items()}
    return f"{origin()}/{page}?{urlencode({k: v for k, v in every.items() if v})}"


def worksheet_link(lang: str) -> None:
    """The way to the worksheet, which is a page outside Streamlit."""
    leads_to(worksheet.address(lang), t("worksheet_door", lang))


def leads_to(address: str, label: str) -> None:
    """A link that opens in the same tab, where one of Markdown opens another."""
    st.html(
        f'<p class="small"><a href="{escape(rooted(address))}" target="_self">{escape(label)}</a></p>'
    )


def table(rows: Sequence[Mapping[str, str]], label: str, links: Sequence[str] = ()) -> None:
    """A table that may be wider than the screen, so that it can be scrolled by keyboard too; the
    first column names.

    `links` is an address for each row, of what it names.
    """
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in rows[0]) if rows else ""

    def cell(text: str) -> str:
        look = (
            "figure" if FIGURE.fullmatch(text) else "long" if len(text) > LONG else ""
        )  # a figure stays on one line
        attribute = f' class="{look}"' if look else ""
        return f"<td{attribute}>{escape(text)}</td>"

    body = ""
    for n, (first, *others) in enumerate(r.values() for r in rows):
        named = (
            f'<a href="{escape(rooted(links[n]))}" target="_self">{escape(first)}</a>'
            if links
            else escape(first)
        )
        body += f'<tr><th scope="row">{named}</th>{"".join(map(cell, others))}</tr>'
    st.html(
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f'<table class="plain"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def origin() -> str:
    """Where the addresses begin that the reader uses, host included, for links that leave the page."""
    found = re.match(r"https?://[^/]+", st.context.url or "")
    return f"{found[0]}{root()}" if found else ""


def breadcrumb(found: Area, lang: str) -> None:
    """The way from the country to the area, each step a button."""
    *above, here = store.lineage(found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="breadcrumb"):
        for step in above:
            name = store.country_name(lang, alone=True) if step.is_country else step.name
            st.button(
                name,
                key=f"up-{step.code}",
                on_click=choose,
                args=("area", step.code),
                type="tertiary",
            )
            st.html('<span aria-hidden="true">›</span>', width="content")
        name = store.country_name(lang, alone=True) if here.is_country else here.name
        st.html(f'<b aria-current="location">{escape(name)}</b>', width="content")


def child(found: Area, lang: str) -> None:
    """A list of the areas directly below, of the country all municipalities, for who cannot or does
    not want to click the map.
    """
    below = store.all_municipalities() if found.is_country else store.children(found.code)
    if not below:
        return
    name = store.country_name(lang) if found.is_country else found.name
    codes = [a.code for a in below]
    names = {a.code: a.name for a in below}
    st.selectbox(
        t("choose_child", lang, level=store.term("area_level", below[0].level, lang), name=name),
        codes,
        index=None,
        format_func=names.__getitem__,
        placeholder=t("choose_child_none", lang),
        key=f"child-{found.code}",
        on_change=lambda: choose("area", st.session_state[f"child-{found.code}"] or found.code),
    )
