"""Both languages complete, every key used, every used key there."""

import re
from string import Formatter

from dashboard import store
from dashboard.text import LANGUAGES, strings
from pipelines.catalogue import ROOT

CODE = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "dashboard").rglob("*") if p.suffix in (".py", ".html"))


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for key, texts in strings().items():
        assert set(texts) == set(LANGUAGES), key
        forms = [set(x) if isinstance(x, dict) else set() for x in texts.values()]
        assert forms[0] == forms[1], key
        assert forms[0] in (set(), {"one", "other"}), key
        every = [form for x in texts.values() for form in (x.values() if isinstance(x, dict) else [x])]
        assert all(text.strip() for text in every), key
        values = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in every]
        assert all(v == values[0] for v in values), key


def test_every_key_in_the_code_is_there_and_every_text_is_used() -> None:
    used = set(re.findall(r"""\bt\(\s*["']([\w-]+)["']""", CODE)) | set(re.findall(r'StoreError\("(\w+)"', CODE))
    used |= set(re.findall(r'"(\w+)"', CODE)) & set(strings())  # keys that reach t() through a name
    found = re.findall(r"""f["'](\w+_\{[^"']+\}\w*|\{\w+\}_\w+)["']""", CODE)
    families = [re.sub(r"\{[^}]*\}", r"[\\w-]+", f) for f in found]
    missing = used - set(strings())
    assert not missing
    unused = {k for k in strings() if k not in used and not any(re.fullmatch(f, k) for f in families)}
    assert not unused


def test_every_status_and_level_has_its_texts() -> None:
    for status in store.STATUSES:
        assert {f"status_{status}", f"status_{status}_text"} <= set(strings())
    for level in store.LEVELS:
        assert {f"level_{level}", f"levels_{level}"} <= set(strings())
