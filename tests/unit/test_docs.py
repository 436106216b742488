"""The documentation: what it names is there, and what is there is named."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import store
from tests.howto import DOCS, ROOT, steps

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    how_tos = ("add-an-indicator", "add-a-source", "add-a-question", "add-a-language")
    written = {file for name in how_tos for _, file, more, _ in steps(name) if file and not more}
    written |= {"data/figures/choirs.csv", "data/figures/choirs.toml", "data/cultuuratlas.duckdb"}
    written |= {"dashboard/words/languages"}  # there is none yet
    named = set(
        re.findall(
            r"`((?:dashboard|pipelines|tests|data|docs)/[\w./-]*\w)/?`",
            page.read_text(encoding="utf-8"),
        )
    )
    assert [file for file in named - written if not (ROOT / file).exists()] == []


def test_every_method_and_measure_is_listed_once() -> None:
    listed = re.findall(
        r"^\|[^|]*\| `([\w/.]+)` \|", (DOCS / "methods.md").read_text(encoding="utf-8"), re.M
    )
    there = [
        str(p.relative_to(ROOT))
        for folder in ("methods", "measures")
        for p in (ROOT / "pipelines" / folder).glob("*.py")
        if p.stem != "__init__"
    ]
    assert sorted(f for f in listed if f.startswith("pipelines/")) == sorted(there)
    assert all((ROOT / f).exists() for f in listed)


def test_every_status_and_table_that_others_rely_on_is_named() -> None:
    names = (DOCS / "names.md").read_text(encoding="utf-8")
    assert all(f"`{status}`" in names for status in store.STATUSES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    relied = re.search(r"others may rely on: (.*?);", readme, re.S)
    assert relied
    assert {*re.findall(r"`(\w+)`", relied[1])} <= {*store.schema()}


def test_the_how_tos_write_code_that_passes_our_rules() -> None:
    for name in ("add-a-source", "add-a-question"):
        for kind, file, _, body in steps(name):
            if kind == "python":
                for rule in (["check"], ["format", "--check"]):
                    command = [sys.executable, "-m", "ruff", *rule, "--stdin-filename", file, "-"]
                    done = subprocess.run(
                        command, cwd=ROOT, input=body, capture_output=True, text=True, check=False
                    )
                    assert done.returncode == 0, done.stdout
