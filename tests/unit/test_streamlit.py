"""Streamlit's own words: those that we put into the reader's language are the ones it says."""

import streamlit as st

from dashboard import head
from dashboard.words.streamlit import MARK, script
from dashboard.words.text import strings


def test_every_word_that_is_translated_is_one_of_streamlit() -> None:
    code = "\n".join(
        p.read_text(encoding="utf-8") for p in (head.STATIC / "js").glob("*.js")
    ) + str(st.__version__)
    by_key = {key: str(text["en"]) for key, text in strings().items() if key.startswith(MARK)}
    assert len(by_key) > 30
    # what stands before a colon, and the last word of an instruction, Streamlit fills in
    parts = {
        part.strip(" :")
        for phrase in by_key.values()
        for part in phrase.replace("to apply", "to ").split("{n}")
    }
    absent = [part for part in parts if part and part not in code]
    assert absent == []


def test_the_script_holds_them_all_and_no_word_is_turned_twice() -> None:
    texts = {k: v for k, v in strings().items() if k.startswith(MARK)}
    assert all(str(text["nl"]) in script() for text in texts.values())
    english, dutch = ({str(text[lang]) for text in texts.values()} for lang in ("en", "nl"))
    assert not english & dutch
